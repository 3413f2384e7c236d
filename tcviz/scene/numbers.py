"""Numbers as people read them: significant digits, one power of ten for a whole panel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite, isnan
from typing import Any, TypeAlias

from tcviz.scene.frozen import frozen

MINUS, TIMES = "−", "×10"
AUTO_DECIMALS = 3
"""Up to so many decimals are shown where they make every number of a panel exact."""
ROUNDED_DECIMALS, HUNDREDS_DECIMALS = 2, 1
"""Decimals where no short form is exact; with numbers of a hundred and more."""
SHORT_DECIMALS = 2
"""A panel of small numbers needs no power of ten if so many decimals make it exact."""
SMALL, LARGE = 0.1, 1e6
"""Numbers of a panel that are all smaller, or mostly as large, have a common power of ten."""
LONG = 1e15
"""From here on even forced decimals are those of a power of ten."""
SPREAD = 1e4
"""Numbers are large as a whole if half of them are no more than this much smaller than the most."""
DERIVED = 100
"""Up to this much a panel may exceed the power of ten that its operands give it."""
PLAIN_DECIMALS, SAID_DECIMALS = 4, 6
"""Up to so many decimals tell the first digit of a small number in a cell, in a sentence."""
FINE = 10_000_000
"""Numbers nearer to a shorter one than this share of their size are that one: float32's noise."""
Number: TypeAlias = float | Decimal

_HIGH = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOW = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


@frozen
class Format:
    """How one panel writes its numbers.

    All are multiples of ten to the `exponent`, which the panel's heading carries.  They have
    so many `decimals`, but whole ones have none unless that is `forced`, and a number that
    is not zero has as many as show its first digit.
    """

    decimals: int = 0
    exponent: int = 0
    plus: bool = False
    forced: bool = False

    def __call__(self, value: float) -> str:
        """Return `value` as it stands in a cell.

        >>> Format()(-3), Format(2)(-7), Format(2)(-0.001), Format(1)(1.23e-9)
        ('−3', '−7', '−0.001', '1.2×10⁻⁹')
        >>> Format(2, exponent=-3)(0.00123)
        '1.23'
        """
        text = _written(value, self.decimals, self.exponent, self.forced)
        return "+" + text if self.plus and value > 0 else text

    def said(self, value: float) -> str:
        """Return `value` as it stands in a sentence: the digits of the cell, in full.

        >>> Format(2, exponent=-3).said(0.00123), Format(2, exponent=-9).said(-4.5e-9)
        ('0.00123', '−4.50×10⁻⁹')
        """
        return _said(self, value)

    def widest(self, value: float) -> str:
        """Return the longest text of the numbers from 0 to `value`, by its size."""
        return _written(value, self.decimals, self.exponent, forced=True)

    @property
    def shared(self) -> str:
        """The power of ten that a heading carries; empty where there is none.

        >>> Format(exponent=-3).shared
        '×10⁻³'
        """
        return power(self.exponent) if self.exponent else ""


@lru_cache(maxsize=16384)
def _said(form: Format, value: float) -> str:
    text = form(value)
    if not form.exponent or not isfinite(value) or value == 0:
        return text
    number = read(text).scaleb(form.exponent)
    places = -int(number.as_tuple().exponent)
    plain = 0 <= places <= SAID_DECIMALS and abs(number) < LARGE
    said = f"{number:f}" if plain else _powered(f"{number:e}")
    return ("+" if text[0] == "+" else "") + said.replace("-", MINUS)


def power(exponent: int) -> str:
    """Return a power of ten as a factor.

    >>> power(-12)
    '×10⁻¹²'
    """
    return TIMES + str(exponent).translate(_HIGH)


def read(text: str) -> Decimal:
    """Return the number that a text says; raises decimal.InvalidOperation if it says none.

    >>> read("−1.20×10⁻³")
    Decimal('-0.00120')
    """
    mantissa, _, exponent = text.replace(MINUS, "-").partition(TIMES)
    return Decimal(mantissa).scaleb(int(exponent.translate(_LOW) or 0))


def choose(
    values: Iterable[float],
    decimals: int | None = None,
    *,
    most: int = AUTO_DECIMALS,
    derived: int | None = None,
) -> Format:
    """Return the format that writes all `values` alike.

    `decimals` is the user's wish.  Without it, short decimal fractions have what makes
    them exact, up to `most`, and the rest are rounded; numbers that are small or large
    as a whole share a power of ten.  That is the `derived` one, which their operands
    give them, if it leaves short numbers.

    >>> choose([1.5, -123.456]).decimals, choose([1, 2]).decimals, choose([1 / 3]).decimals
    (3, 0, 2)
    >>> choose([0.0213, -0.004567])
    Format(decimals=2, exponent=-2, plus=False, forced=False)
    """
    if decimals is not None:
        return Format(decimals, forced=True)
    sizes = sorted(abs(v) for v in values if isfinite(v) and v)
    if not sizes:
        return Format()
    exponent = _exponent(sizes, derived)
    several = dict.fromkeys(sizes)  # many are alike
    return Format(_decimals([_scaled(v, exponent) for v in several], most), exponent)


def _exponent(sizes: list[float], derived: int | None) -> int:
    largest = sizes[-1]
    if derived is not None and SMALL <= _scaled(largest, derived) < DERIVED:
        return derived
    small = largest < SMALL and _exact(sizes, SHORT_DECIMALS) is None
    large = largest >= LARGE and sizes[(len(sizes) - 1) // 2] * SPREAD >= largest
    return int(f"{largest:.2e}".partition("e")[2]) if small or large else 0


def _decimals(sizes: Sequence[Any], most: int) -> int:
    """Return how many decimals numbers have that rise in size."""
    exact = _exact([v for v in sizes if v < LARGE], most)
    rounded = ROUNDED_DECIMALS if sizes[-1] < 100 else HUNDREDS_DECIMALS
    return min(rounded, most) if exact is None else exact


def _exact(sizes: Sequence[Any], most: int) -> int | None:
    """Return the fewest decimals that show all numbers exactly, if `most` do."""
    for d in range(most + 1):
        if all(abs(round(v, d) - v) * FINE <= v for v in sizes):
            return d
    return None


def _scaled(value: float, exponent: int) -> Number:
    """Return `value` over ten to the `exponent`, exactly: as the decimal that it is written as."""
    return Decimal(str(value)).scaleb(-exponent) if exponent else value


@lru_cache(maxsize=16384)
def _written(value: float, decimals: int, exponent: int, forced: bool) -> str:
    if not isfinite(value):
        return "NaN" if isnan(value) else "∞" if value > 0 else MINUS + "∞"
    if value == 0:
        return "0"
    return _digits(_scaled(value, exponent), decimals, forced).replace("-", MINUS)


def _digits(value: Number, decimals: int, forced: bool) -> str:
    """Return the digits of a number that is finite and not zero."""
    size: Any = abs(value)
    if size >= (LONG if forced else LARGE):
        return _powered(f"{value:.{decimals if forced else max(1, decimals)}e}", forced)
    whole: Any = round(value)
    if not forced and abs(value - whole) * FINE <= size:
        return str(whole)
    text = f"{value:.{decimals}f}"
    if size >= 10.0**-decimals or (forced and float(text) != 0):
        return text
    first = -int(f"{size:.0e}".partition("e")[2])
    if first <= max(decimals, PLAIN_DECIMALS):
        return f"{value:.{first}f}"
    return _powered(f"{value:.{decimals if forced else 1}e}", forced)


def _powered(text: str, forced: bool = True) -> str:
    """Return ``1.20e-09`` as it is printed; zeros at its end are `forced` or left out."""
    mantissa, exponent = text.lower().split("e")
    if not forced and "." in mantissa:
        mantissa = mantissa.rstrip("0").removesuffix(".")
    return mantissa + power(int(exponent))
