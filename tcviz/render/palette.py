"""One palette for a whole animation: solid colours exactly, and the shades of text on them."""

from __future__ import annotations

from functools import lru_cache

from tcviz.scene.marks import Colour
from tcviz.scene.shades import blend, rgb

SIZE = 256
TRANSPARENT = 0
"""Index 0 is never painted, so that exporters can mean "unchanged" by it."""
SHADES = 7
"""Steps between ink and ground in antialiased edges."""
RESERVE = 48
"""Entries that shades leave free for solid colours which come later."""


class Palette:
    """Gives colours their numbers, in the order in which they are first painted.

    >>> palette = Palette()
    >>> palette.index("#ffffff"), palette.index("#000000"), palette.index("#ffffff")
    (1, 2, 1)
    """

    def __init__(self) -> None:
        self._numbers: dict[Colour, int] = {}
        self._ramps: dict[tuple[Colour, Colour], bytes] = {}
        self._flat: bytes | None = None

    def __len__(self) -> int:
        return len(self._numbers) + 1

    def index(self, colour: Colour) -> int:
        """Return the number of a solid colour; the nearest one's when all are given out."""
        number = self._numbers.get(colour)
        if number is None:
            number = self._add(colour) if len(self) < SIZE else self._nearest(colour)
        return number

    def ramp(self, ink: Colour, on: Colour) -> bytes:
        """Return the number for each coverage, 0 to 255, of `ink` over `on`."""
        key = ink, on
        if key not in self._ramps:
            self.index(on), self.index(ink)
            steps = [self._shade(blend(on, ink, i / (SHADES + 1))) for i in range(SHADES + 2)]
            self._ramps[key] = bytes(steps[round(c * (SHADES + 1) / 255)] for c in range(256))
        return self._ramps[key]

    def _shade(self, colour: Colour) -> int:
        if colour in self._numbers or len(self) < SIZE - RESERVE:
            return self.index(colour)
        return self._nearest(colour)

    def _add(self, colour: Colour) -> int:
        self._numbers[colour], self._flat = len(self), None
        return self._numbers[colour]

    def _nearest(self, colour: Colour) -> int:
        return self._numbers[min(self._numbers, key=lambda known: _distance(known, colour))]

    def flat(self) -> bytes:
        """Return red, green and blue of every entry, 768 bytes."""
        if self._flat is None:
            colours = [(0, 0, 0), *map(rgb, self._numbers)]
            self._flat = bytes(v for colour in colours for v in colour).ljust(3 * SIZE, b"\0")
        return self._flat


@lru_cache(maxsize=4096)
def _distance(a: Colour, b: Colour) -> int:
    return sum((x - y) ** 2 for x, y in zip(rgb(a), rgb(b), strict=True))
