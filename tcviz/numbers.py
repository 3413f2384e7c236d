"""Numbers as people read them: a real minus sign, the same decimals all over a panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, isnan

MINUS = "−"
AUTO_DECIMALS = 3
"""Up to so many decimals are shown where they make every number of a panel exact."""
ROUNDED_DECIMALS = 2
"""Decimals where no short form is exact."""
LONGEST = 1e6
"""From here on, and below a hundredth, the scientific form is shorter."""
NEAREST = 1e-300
"""About the number nearest to zero, with an exponent as long as they get."""
PLAIN = 1e5
"""Below this, and from a tenth on, a number has no exponent even beside some that have."""


@dataclass(frozen=True)
class Format:
    """How one panel writes its numbers."""

    decimals: int = 0
    scientific: bool = False
    plus: bool = False

    def __call__(self, value: float) -> str:
        """Return `value` as text.

        >>> Format()(-3), Format(2)(-0.001), Format(1, scientific=True)(-1230000)
        ('−3', '0.00', '−1.2e6')
        """
        if not isfinite(value):
            return self._special(value)
        text = self._scientific(value) if self.scientific else f"{value:.{self.decimals}f}"
        if float(text) == 0:
            return text.removeprefix("-")
        sign = "+" if self.plus and value > 0 else ""
        return sign + text.replace("-", MINUS)

    def _scientific(self, value: float) -> str:
        if value == 0:
            return "0"
        if 0.1 <= abs(value) < PLAIN:
            return f"{value:.{self.decimals}f}"
        mantissa, exponent = f"{value:.{self.decimals}e}".split("e")
        return f"{mantissa}e{int(exponent)}"

    def _special(self, value: float) -> str:
        if isnan(value):
            return "NaN"
        return ("+" if self.plus else "") + "∞" if value > 0 else MINUS + "∞"


def choose(
    values: Iterable[float], decimals: int | None = None, *, most: int = AUTO_DECIMALS
) -> Format:
    """Return the format that writes all `values` alike.

    `decimals` is the user's wish.  Without it, whole numbers have none, short
    decimal fractions have what makes them exact, up to `most`, and the rest are
    rounded.

    >>> choose([1.5, -123.456]), choose([1, 2]).decimals, choose([1 / 3]).decimals
    (Format(decimals=3, scientific=False, plus=False), 0, 2)
    """
    finite = [abs(v) for v in values if isfinite(v) and v]
    if decimals is None and _is_extreme(finite):
        return Format(1, scientific=True)
    return Format(_exact(finite, most) if decimals is None else decimals)


def _is_extreme(sizes: list[float]) -> bool:
    return bool(sizes) and (max(sizes) >= LONGEST or max(sizes) < 0.01)


def _exact(sizes: list[float], most: int) -> int:
    for d in range(most + 1):
        if all(abs(round(v, d) - v) <= 1e-9 * max(1.0, v) for v in sizes):
            return d
    return min(ROUNDED_DECIMALS, most)
