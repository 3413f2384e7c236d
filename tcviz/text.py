"""How wide text is, from the shipped font's own metrics: no drawing library needed."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files

from tcviz.errors import RequestError, complaint

CAP_HEIGHT = 0.727
"""Height of a capital or a figure, in ems: text is centred by it."""


@cache
def advances(bold: bool = False) -> dict[str, int]:
    """Return each letter's advance in thousandths of an em."""
    text = (files("tcviz") / "data/fonts/metrics.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, int]] = json.loads(text)
    return table["bold" if bold else "regular"]


@lru_cache(maxsize=512)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of `text` in the units of `size`.

    >>> width("00", 10) == 2 * width("1", 10)  # figures have equal widths
    True
    """
    table = advances(bold)
    return sum(table[c] for c in text) * size / 1000


def check(text: str, name: str) -> str:
    """Return `text` if the font has every letter of it; else raise RequestError."""
    missing = "".join(sorted({c for c in text if c not in advances()}))
    if missing:
        allowed = "Latin, Greek and Cyrillic letters and common signs, on one line"
        raise RequestError(complaint(name, repr(text), allowed, hint=f"not {missing!r}"))
    return text


def wrap(text: str, size: float, room: float) -> list[str]:
    """Return `text` in lines no wider than `room`, broken at spaces.

    >>> wrap("some more words", 10, 60)
    ['some more', 'words']
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`.

    >>> shorten("a long title", 10, 40)
    'a long…'
    """
    if width(text, size, bold) <= room:
        return text
    while text and width(text + "…", size, bold) > room:
        text = text[:-1].rstrip()
    return text + "…"
