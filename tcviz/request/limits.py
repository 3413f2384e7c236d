"""What values may be."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import nan
from numbers import Rational
from typing import Any

from tcviz.errors import RequestError, complaint, quoted
from tcviz.layer import sizes
from tcviz.layer.sizes import plain
from tcviz.request.options import NAMED, ValueKind


def whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return `value` as an int; raise RequestError if it is none, or outside its range.

    >>> whole("fps", 30, 1, 120)
    30
    """
    return sizes.whole(name, value, least, most, error=RequestError)


def real(name: str, value: Any, least: float, most: float) -> Fraction:
    """Return `value` exactly as it is written; raise RequestError if it is outside its range.

    >>> real("hold", 0.1, 0, 1)
    Fraction(1, 10)
    """
    own = plain(value)  # NumPy's small integers overflow
    try:
        number = nan if isinstance(own, bool | str | bytes | bytearray) else float(own)
    except Exception:  # noqa: BLE001  (an object of anybody's may raise anything)
        number = nan
    if not least <= number <= most:
        raise RequestError(complaint(name, quoted(value), f"{least:g} to {most:g}"))
    if isinstance(own, Rational):
        return Fraction(plain(own.numerator), plain(own.denominator))
    return Fraction(str(number))


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is true or false; raise RequestError for what only counts as either.

    >>> flag("crop", True)
    True
    """
    own = plain(value)
    if not isinstance(own, bool):
        raise RequestError(complaint(name, quoted(value), "True or False"))
    return own


def checked(name: str, value: Any) -> Any:
    """Return a flag, a number or a word as the table of options allows it, or raise RequestError.

    None stands for what is not said, where that has no default.

    >>> checked("every", 3), checked("hold", 0.5), checked("first", None)
    (3, Fraction(1, 2), None)
    """
    option = NAMED[name]
    if value is None and option.default is None:
        return None
    if option.kind is ValueKind.FLAG:
        return flag(name, value)
    if option.kind is ValueKind.CHOICE:
        return choice(name, value, option.choices)
    number = real if option.kind is ValueKind.NUMBER else whole
    return number(name, value, option.least, option.most)


def choice(name: str, value: Any, choices: Collection[str]) -> str:
    """Return `value` if it is one of some words, or raise RequestError.

    >>> choice("text", "paths", ["paths", "text"])
    'paths'
    """
    if not isinstance(value, str) or value not in choices:
        raise RequestError(complaint(name, quoted(value), " or ".join(choices)))
    return value


def step(value: Any, total: int) -> int:
    """Return which step is meant, from 0: they are counted from 1, or from the end if negative.

    >>> step(2, 9), step(-1, 9)
    (1, 8)
    """
    try:
        number = whole("step", value, -total, total)
    except RequestError:
        number = 0
    if not number:
        raise RequestError(complaint("step", quoted(value), f"1 to {total}, or −{total} to −1"))
    return number - 1 if number > 0 else total + number
