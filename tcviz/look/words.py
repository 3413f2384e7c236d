"""What a step does, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation, localcontext

from tcviz.layer.trace import Places
from tcviz.scene.numbers import MINUS, TIMES, read

BIAS = " (bias)"
FEW = 5
"""Coordinates with gaps between that are told one by one."""
EXACT = 2000
"""Digits in which no sum of products of numbers is rounded, the largest beside the smallest."""
_PLANE = ("row", "rows"), ("column", "columns")
AXES = {1: (("element", "elements"),), 2: _PLANE, 3: (("depth", "depth"), *_PLANE)}
"""What one and several cells along each axis are called, by the number of axes."""
PARTS = AXES | {3: (("depth slice", "depth slices"), *_PLANE)}
"""The same, where they are counted."""


def place(at: tuple[int, ...]) -> str:
    """Return coordinates in brackets.

    >>> place((0, 1))
    '[0,1]'
    """
    return f"[{','.join(map(str, at))}]"


def span(axis: range) -> str:
    """Return coordinates as a range, or one by one where there are gaps, the first few of many.

    >>> span(range(2, 5)), span(range(0, 6, 2)), span(range(4, 5)), span(range(0, 90, 9))
    ('2–4', '0, 2, 4', '4', '0, 9, 18, …, 81')
    """
    if len(axis) == 1:
        return str(axis[0])
    if axis.step == 1:
        return f"{axis[0]}–{axis[-1]}"
    few = [*axis] if len(axis) <= FEW else [*axis[: FEW - 2], "…", axis[-1]]
    return ", ".join(map(str, few))


def in_channel(number: int, tail: str = "", *, side: str = "") -> str:
    """Return which channel what stands before it is of, and what else is to be said of that.

    >>> "7" + in_channel(2), "dy[0,1]" + in_channel(0, side="output ")
    ('7 (channel 2)', 'dy[0,1] (output channel 0)')
    """
    return f" ({side}channel {number}{tail})"


def area(places: Places) -> str:
    """Return rows and columns; in one dimension elements.

    >>> area((range(3), range(2, 5))), area((range(3),))
    ('rows 0–2, columns 2–4', 'elements 0–2')
    """
    names = AXES[len(places)]
    return ", ".join(
        f"{name[len(axis) > 1]} {span(axis)}" for name, axis in zip(names, places, strict=True)
    )


def dot(
    pairs: Sequence[tuple[str, str]], tail: Sequence[str], result: str, most: int | None = None
) -> str:
    """Return a sum of products written out: of more than `most`, so many and how many more.

    >>> dot([("5", "2"), ("−2", "−2")], [], "14")
    '5·2 + (−2)·(−2) = 14'
    >>> dot([("0.5", "0.5"), ("0.1", "1")], ["1 (bias)"], "1.3", most=1)
    '0.5·0.5 + … (1 more) + 1 (bias) ≈ 1.3'
    """
    written = ["·".join(map(factor, pair)) for pair in pairs[:most]]
    left_out = [f"… ({len(pairs) - len(written)} more)"] if len(written) < len(pairs) else []
    sign = equals([*map(exact, pairs), *tail], result)
    return f"{' + '.join([*written, *left_out, *tail])} {sign} {result}".replace("+ −", "− ")


def factor(number: str) -> str:
    """Return a number as it stands in a product.

    >>> factor("5"), factor("−2"), factor("2×10⁻⁹")
    ('5', '(−2)', '(2×10⁻⁹)')
    """
    return f"({number})" if number[0] == MINUS or TIMES in number else number


def exact(pair: tuple[str, str]) -> str:
    """Return the product of two numbers as they are written, or an ellipsis if they are none.

    >>> exact(("0.25", "−0.5")), exact(("∞", "1"))
    ('-0.125', '…')
    """
    try:
        return str(read(pair[0]) * read(pair[1]))
    except InvalidOperation:
        return "…"


def total(
    terms: Sequence[str], result: str, tail: Sequence[str] = (), most: int | None = None
) -> str:
    """Return a sum written out: of more than `most` terms before the tail, so many.

    >>> total(["8", "−2"], "6"), total(["8", "1", "2"], "7", ["−4 (bias)"], most=1)
    ('8 − 2 = 6', '8 + … − 4 (bias) = 7')
    """
    left_out = ["…"] * (most is not None and len(terms) > most)
    words = " + ".join([*terms[:most], *left_out, *tail]).replace("+ −", "− ")
    return f"{words} {equals([*terms, *tail], result)} {result}"


def added(terms: Sequence[str], result: str, named: Sequence[str], tail: Sequence[str]) -> str:
    """Return a sum of channels: what the last is called follows it, and the tail all of them.

    >>> added(["2", "−9"], "−7", [], []), added(["−2", "6"], "5", [" (channel 1)"], ["1 (bias)"])
    ('2 + (−9) = −7', '−2 + 6 (channel 1) + 1 (bias) = 5')
    """
    first, *others = terms
    said = " + ".join([first, *map(factor, others)]) + "".join(named)
    end = "".join(f" + {words}" for words in tail).replace("+ −", "− ")
    return f"{said}{end} {equals([*terms, *tail], result)} {result}"


def grown(old: str, new: str, result: str) -> str:
    """Return what becomes of a sum: what there was, then what is new.

    >>> grown("6", "−3", "3"), grown("−1", "2", "1")
    ('6 + (−3) = 3', '−1 + 2 = 1')
    """
    return f"{old} + {factor(new)} {equals([old, new], result)} {result}"


def series(terms: list[str], most: int = 6) -> str:
    """Return a sum of names, and how many are left out where there are more than `most`.

    >>> series(["w₀x₁", "w₂x₀"]), series(["a", "b", "c", "d"], 3), series([])
    ('w₀x₁ + w₂x₀', 'a + b + … (2 more)', '0')
    """
    shown = terms if len(terms) <= most else terms[: most - 1]
    more = [f"… ({len(terms) - len(shown)} more)"] if len(shown) < len(terms) else []
    return " + ".join([*shown, *more]) or "0"


def equals(terms: Iterable[str], result: str) -> str:
    """Return ``=`` if numbers add up as they are written, ``≈`` where rounding shows.

    >>> equals(["0.1", "0.2"], "0.3"), equals(["0.1", "2×10⁻¹"], "0.4")
    ('=', '≈')
    """
    try:
        with localcontext(prec=EXACT):
            added = sum(map(_number, terms), Decimal())
            return "=" if added == _number(result) or not added.is_finite() else "≈"
    except InvalidOperation:  # ∞ or NaN makes the sum the same
        return "="


def _number(words: str) -> Decimal:
    return read(words.removesuffix(BIAS))


def several(values: list[str], most: int = 5) -> str:
    """Return a list as people say it.

    >>> several(["1", "2", "3"]), several(["1", "2", "3"], 2)
    ('1, 2 and 3', '1, 2, …')
    """
    if len(values) > most:
        return ", ".join(values[:most]) + ", …"
    return " and ".join(filter(None, [", ".join(values[:-1]), values[-1]]))


def border(count: int, of: int) -> str:
    """Return how many products the crop throws away, nothing if it is none.

    >>> border(3, 9), border(0, 9)
    ('3 of 9 products fall in the border', '')
    """
    if not count:
        return ""
    if count == of:
        return "all products fall in the border" if of > 1 else "the product falls in the border"
    return f"{count} of {of} products {'falls' if count == 1 else 'fall'} in the border"
