"""How wide text is, from the shipped font's own metrics: no drawing library needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate, chain, takewhile
from unicodedata import category

from tcviz.errors import RequestError, complaint, quoted
from tcviz.files.shipped import shipped

CAP_HEIGHT = 0.727
"""Height of a capital or a figure, in ems: text is centred by it."""
LINE = 1.25
"""From one line of a text to the next, in ems."""
SPACE = ";  "
"""What parts remarks on one line; who reads them out pauses there."""
REMARK = SPACE.rstrip() + " "
"""What at least parts them."""
SMALLEST = 8.5
"""Pixels below which text cannot be read."""
UNSEEN = {*"\u200c\u200d\u200e\u200f\u061c", *map(chr, range(0xFE00, 0xFE10))}
"""What joins and parts letters, says where they run, or which of their forms is meant."""
_WORDS = re.compile(r"(?<![−+=≈]) (?![−+=≈] |\()")
_TERMS, _SPACES = re.compile(" (?=[−+=≈] )"), re.compile(" ")
"""The spaces between words, of which a formula is one, with what is in brackets behind it; those
before its signs, and all."""


@cache
def advances(bold: bool = False) -> dict[str, int]:
    """Return each letter's advance in thousandths of an em."""
    text = shipped("fonts/metrics.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, int]] = json.loads(text)
    return table["bold" if bold else "regular"]


@lru_cache(maxsize=512)
def width(text: str, size: float, bold: bool = False) -> float:
    r"""Return the width of `text`, of its widest line, in the units of `size`.

    >>> width("00", 10) == 2 * width("1", 10)  # figures have equal widths
    True
    >>> width("1\n00\n0", 10) == width("00", 10)
    True
    """
    if "\n" in text:
        return max(width(line, size, bold) for line in text.split("\n"))
    return sum(map(advances(bold).__getitem__, text)) * size / 1000


def height(text: str, size: float) -> float:
    r"""Return the height of `text`, from its first line's capitals to its last line's feet.

    >>> height("1\n2\n3", 100) == height("1", 100) + 2 * 125
    True
    """
    return (CAP_HEIGHT + LINE * text.count("\n")) * size


def lines(text: str, middle: float, size: float) -> list[tuple[str, float]]:
    r"""Return each line of `text`, and the middle of its capitals, where all have that middle.

    >>> lines("1\n2", 100.0, 16)
    [('1', 90.0), ('2', 110.0)]
    """
    rows = text.split("\n")
    first, pitch = middle - (len(rows) - 1) * LINE * size / 2, LINE * size
    return [(row, first + i * pitch) for i, row in enumerate(rows)]


def check(text: str, name: str) -> str:
    """Return `text` if it is a line that can be written, in any script; else raise RequestError.

    What cannot be seen is allowed where scripts need it; what turns their direction by force,
    as no word does, is not.
    """
    wrong = sorted({letter for letter in text if is_never_written(letter)})
    if wrong:
        allowed = "letters that can be seen, on one line"
        raise RequestError(complaint(name, quoted(text), allowed, hint=f"not {''.join(wrong)!r}"))
    return text


def is_never_written(letter: str) -> bool:
    """Return whether this is no letter of a line: a break, a control, half of a letter."""
    kind = category(letter)
    turns = kind == "Cf" and letter not in UNSEEN and letter not in advances()
    return turns or kind in {"Cc", "Cs", "Zl", "Zp"}


@lru_cache(maxsize=512)
def wrap(text: str, size: float, room: float, *, even: bool = True) -> tuple[str, ...]:
    """Return `text` in lines no wider than `room`, broken at spaces, of about one width if `even`.

    A formula is broken only where a line is too short for it, and then before a sign.

    >>> wrap("some more words", 10, 60), wrap("as long as 3 − 1 = 2", 10, 70)
    (('some more', 'words'), ('as long as', '3 − 1 = 2'))
    >>> wrap("the sum 10 + 20 + 30 = 60", 10, 70)
    ('the sum', '10 + 20', '+ 30 = 60')
    >>> wrap("no last word alone, as here", 10, 125)
    ('no last word', 'alone, as here')
    """
    if width(text, size) <= room:
        return (text.strip(),)
    words = [text]
    for spaces in (_WORDS, _TERMS, _SPACES):
        parts = (spaces.split(w) if width(w, size) > room else [w] for w in words)
        words = [*chain.from_iterable(parts)]
    lines = _filled(words, size, room)
    while even:
        longest = max(width(line, size) for line in lines)
        closer = _filled(words, size, min(room, longest * (1 - 1e-9)))
        if len(closer) > len(lines) or closer == lines:
            break
        lines = closer
    return lines


def widest(text: str, size: float) -> float:
    """Return the width of the widest word of a text, or of the widest formula in it.

    >>> widest("as long as 3 − 1 = 2", 10) == width("3 − 1 = 2", 10)
    True
    """
    return max(width(word, size) for word in _WORDS.split(text))


def _filled(words: Iterable[str], size: float, room: float) -> tuple[str, ...]:
    """Return words in lines of which each has as many as there is room for."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`.

    >>> shorten("a long title", 10, 40)
    'a long…'
    """
    if width(text, size, bold) <= room:
        return text
    # Of a sentence of a thousand terms, only what is kept is measured.
    table, left = advances(bold), room * 1000 / size
    ends = accumulate((table[c] for c in text), initial=table["…"])
    kept = sum(1 for _ in takewhile(lambda end: end <= left, ends)) - 1
    return text[: max(0, kept)].rstrip() + "…"


def whole_remarks(text: str, size: float, room: float, bold: bool = False) -> str:
    """Return as many remarks as there is room for, none of them cut but one without room by itself.

    >>> whole_remarks("one; another", 10, 70), whole_remarks("one; another", 10, 40)
    ('one; another', 'one')
    """
    kept = text
    while width(kept, size, bold) > room and REMARK in kept:
        kept, _, _ = kept.rpartition(REMARK)
    return shorten(kept, size, room, bold)


def legible(size: float, pixel: float) -> float:
    """Return `size`, or a larger one where pixels of that size would make it unreadable."""
    return max(size, SMALLEST * pixel)
