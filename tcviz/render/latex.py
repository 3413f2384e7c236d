"""Text as LaTeX understands it, with nothing but its own kernel."""

from __future__ import annotations

from itertools import chain
from unicodedata import normalize

_MATH = {
    "−": "-", "×": r"\times", "·": r"\cdot", "±": r"\pm", "÷": r"\div", "<": "<", ">": ">",
    "≤": r"\leq", "≥": r"\geq", "≈": r"\approx", "≠": r"\neq", "∞": r"\infty", "⊙": r"\odot",
    "∑": r"\sum", "√": r"\surd", "∂": r"\partial", "°": r"{}^{\circ}", "′": "{}'", "″": "{}''",
    "←": r"\leftarrow", "↑": r"\uparrow", "→": r"\rightarrow", "↓": r"\downarrow",
    "↔": r"\leftrightarrow", "↕": r"\updownarrow", "¬": r"\neg",
}  # fmt: skip
_WORDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
    "|": r"\textbar{}", "'": r"\textquoteright{}", "`": r"\textquoteleft{}", "-": "{-}",
    '"': r"\textquotedblright{}", "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}",
    "‘": r"\textquoteleft{}", "’": r"\textquoteright{}", "–": r"\textendash{}",
    "—": r"\textemdash{}", "…": r"\dots{}", "•": r"\textbullet{}", "\u00a0": "~",
    "ᵀ": r"\textsuperscript{T}",
}  # fmt: skip
_GREEK = (
    "αalpha βbeta γgamma δdelta εvarepsilon ζzeta ηeta θtheta ιiota κkappa λlambda μmu νnu ξxi "
    "πpi ρrho ςvarsigma σsigma τtau υupsilon φvarphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta "
    "ΛLambda ΞXi ΠPi ΣSigma ΥUpsilon ΦPhi ΨPsi ΩOmega"
)
_ACCENTS = set("\u0300\u0301\u0302\u0303\u0308\u030a\u0327\u030c")
_LOW, _HIGH = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"


def escape(text: str) -> str | None:
    r"""Return `text` for LaTeX, or None if it has letters that not every document can set.

    >>> print(escape("5% of −3 × Σ_x"))
    5\% of \ensuremath{-}3 \ensuremath{\times} \ensuremath{\Sigma}\_x
    """
    # TeX makes one space of several.
    letters = [_letter(letter) for letter in text.replace("  ", " \u00a0")]
    return None if None in letters else "".join(chain.from_iterable(filter(None, letters)))


def _letter(letter: str) -> str | None:
    if letter in _WORDS:
        return _WORDS[letter]
    if letter in _MATH:
        return rf"\ensuremath{{{_MATH[letter]}}}"
    if " " <= letter <= "~":
        return letter
    return _small(letter) or _greek(letter) or _accented(letter)


def _small(letter: str) -> str | None:
    """Return a small letter below or above the line."""
    for command, known in ((r"\textsubscript", _LOW), (r"\textsuperscript", _HIGH)):
        if letter in known:
            plain = normalize("NFKD", letter)
            return rf"{command}{{{_WORDS.get(plain) or _letter(plain)}}}"
    return None


def _greek(letter: str) -> str | None:
    found = [name for name in _GREEK.split() if name[0] == letter]
    return rf"\ensuremath{{\{found[0][1:]}}}" if found else None


def _accented(letter: str) -> str | None:
    """Return a Latin letter with an accent as it is: every LaTeX composes it."""
    base, *marks = list(normalize("NFD", letter))
    return letter if base.isascii() and len(marks) == 1 and marks[0] in _ACCENTS else None
