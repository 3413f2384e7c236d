"""The style sheet of an SVG: each look that occurs once, as a class, in one theme or in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from string import ascii_letters, digits
from typing import TypeAlias

from tcviz.scene.shades import sides

Look: TypeAlias = tuple[tuple[str, str], ...]
"""Properties with their values; those that a theme may change are pairs: see `shades.pair`."""
PAIRED = "fill", "stroke", "display"
DAY: Look = (("display", "inline none"),)
"""What is seen on light pages only."""
NIGHT: Look = (("display", "none inline"),)
BY_DARK = "@media(prefers-color-scheme:dark)"
_DIGITS = ascii_letters + digits
_DOUBLED, _SINGLE = re.compile(r"#(.)\1(.)\2(.)\3\Z"), r"#\1\2\3"


def name_of(content: object, length: int = 4) -> str:
    """Return a name of letters and figures that tells one content from another.

    >>> name_of("a"), name_of("b")
    ('R18O', 'EMGt')
    """
    number = int.from_bytes(sha256(repr(content).encode()).digest()[:8], "big")
    name = [ascii_letters[number % 52]]
    for _ in range(length - 1):
        number //= 62
        name.append(_DIGITS[number % 62])
    return "".join(name)


class Stylesheet:
    """Gives looks their classes, in the order in which they first occur.

    A class is called by what it says: one of another SVG in the same page is the same.
    """

    def __init__(self) -> None:
        self._names: dict[Look, str] = {}

    def name(self, look: Look) -> str:
        """Return the class of a look."""
        if look not in self._names:
            self._names[look] = name_of(look)
        return self._names[look]

    def rules(self) -> str:
        """Return the rules."""
        rules = [(name, _split(look)) for look, name in self._names.items()]
        light = "".join(f".{name}{{{_spelled(day)}}}" for name, (day, _) in rules)
        dark = "".join(f".{name}{{{_spelled(night)}}}" for name, (_, night) in rules if night)
        return light + (f"{BY_DARK}{{{dark}}}" if dark else "")


def _split(look: Look) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """Return what a look is on light pages, and what of it is another on dark ones."""
    both = [(name, sides(value) if name in PAIRED else (value, value)) for name, value in look]
    day = [(name, light) for name, (light, _) in both]
    return day, [(name, dark) for name, (light, dark) in both if dark != light]


def _spelled(look: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{name}:{_DOUBLED.sub(_SINGLE, value)}" for name, value in look)
