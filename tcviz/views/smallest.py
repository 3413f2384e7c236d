"""The smallest canvas on which a picture can be read, found by laying it out on several."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import product
from math import ceil, floor
from typing import TypeAlias

from tcviz.errors import RequestError, TooSmallError
from tcviz.look.look import Look
from tcviz.request.canvas import GRID, SCREEN_DPI, canvas, in_unit, least, spoken
from tcviz.scene.frozen import frozen

Make: TypeAlias = Callable[[Look], object]
"""Lays a picture out; raises TooSmallError where that cannot be done."""

LARGER = (2.0, 4.0, 8.0, 16.0)
"""So many times as large canvases are tried."""
GROWING = ((True, True), (False, True), (True, False))
"""Whether width and height grow: text grows with a canvas that keeps its shape."""
SHARES = [1 + n / 16 for n in range(17)]
"""Of half the size that is found first."""
NEXT = 40
"""Into so many parts a length is divided to find the next larger ones."""


def refusal(
    make: Make, look: Look, what: str, hint: str | None = None, *, sought: bool = True
) -> TooSmallError:
    """Return the error of a canvas that is too small, with the smallest that works, if `sought`.

    It is sought from the size asked for, or the least on which a header can be read,
    upwards: in that shape, or else higher or wider, then less wide, and then less high.
    So no side can be a step shorter, and one stays as it was asked for where that is enough.
    """
    found = _Search(make, look).smallest() if sought else None
    allowed = "fewer cells or channels" if sought else "a larger canvas, fewer cells or channels"
    if found:
        allowed = f"{spoken(found, look.in_unit)} or more"
    asked = in_unit(look.width, look.in_unit), in_unit(look.height, look.in_unit)
    return TooSmallError(f"{spoken(asked, look.in_unit)}, {what}", allowed, hint)


@frozen
class _Side:
    """Lengths of a side: the first, and from there the next round ones."""

    first: float
    grid: float

    @property
    def step(self) -> float:
        """How far round lengths are apart."""
        return self.grid * max(1, int(self.first / self.grid / NEXT))

    @property
    def _before(self) -> int:
        return floor(self.first / self.step + 1e-9)

    def __getitem__(self, number: int) -> float:
        return round((self._before + number) * self.step, 6) if number else self.first

    def number(self, length: float) -> int:
        """Return which is the first that is no shorter than `length`."""
        return max(0, ceil(length / self.step - 1e-9) - self._before)


@frozen
class _Search:
    """Tries sizes in the unit that was asked in."""

    make: Make
    look: Look

    def smallest(self) -> tuple[float, float] | None:
        """Return the smallest size that works, None if none does."""
        if self._works(0, 0):
            return self._size(0, 0)
        for factor, sides in product(LARGER, GROWING):
            if self._works(*self._grown(factor, sides)):
                return self._size(*self._shrunk(factor, sides))
        return None

    def _shrunk(self, factor: float, sides: tuple[bool, bool]) -> tuple[int, int]:
        """Return the smallest that works; with half the `factor` none does, with it one does."""
        i, j = self._grown(factor, sides)
        low = self._grown(factor / 2, sides)
        if all(sides):
            sizes = [self._grown(factor / 2 * share, sides) for share in SHARES]
            i, j = sizes[_first(0, len(SHARES) - 1, lambda n: self._works(*sizes[n]))]
            low = 0, 0
        i = _first(low[0], i, lambda i: self._works(i, j))
        return i, _first(low[1], j, lambda j: self._works(i, j))

    def _grown(self, factor: float, sides: tuple[bool, bool]) -> tuple[int, int]:
        """Return the number of a size whose `sides` are so many times as long."""
        both = zip((self._wide, self._high), sides, strict=True)
        i, j = (side.number(side.first * factor) if grows else 0 for side, grows in both)
        return i, j

    def _size(self, i: int, j: int) -> tuple[float, float]:
        return self._wide[i], self._high[j]

    @cached_property
    def _wide(self) -> _Side:
        return self._side(self.look.width, 0)

    @cached_property
    def _high(self) -> _Side:
        return self._side(self.look.height, 1)

    def _side(self, asked: float, which: int) -> _Side:
        """Return the lengths of a side of so many pixels, or of the least that can be read."""
        unit, grid = self.look.in_unit, GRID[self.look.in_unit]
        floor = least(bare=not self.look.chrome)[which]
        if asked >= floor:
            return _Side(round(in_unit(asked, unit), 6), grid)
        whole = floor if unit == "px" else round(ceil(in_unit(floor, unit) / grid) * grid, 6)
        return _Side(whole, grid)

    def _works(self, i: int, j: int) -> bool:
        """Return whether the picture can be read on a canvas of these numbers."""
        look = self.look
        on_paper = look.in_unit != "px"
        scale, dots = (1, look.scale * SCREEN_DPI) if on_paper else (look.scale, None)
        try:
            ground = canvas((*self._size(i, j), look.in_unit), scale, dots)
        except RequestError:  # more than can be made
            return False
        try:
            self.make(replace(look, width=ground.width, height=ground.height, tried=True))
        except TooSmallError:
            return False
        return True


def _first(low: int, most: int, works: Callable[[int], bool]) -> int:
    """Return the first number from `low` that works; `most` does."""
    if most == low or works(low):
        return low
    return bisect_left(range(most), True, lo=low + 1, key=works)
