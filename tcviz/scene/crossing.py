"""Crossings: a cell on the way from one step to the next, out of a frame's light and in it."""

from __future__ import annotations

from dataclasses import field, replace
from functools import lru_cache

from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Cell, Colour, Style
from tcviz.scene.shades import blend, contrast

HALF = 0.5
FADE, FAINT = 0.15, 0.5
"""For how long before and after the half of the way a number that changes is fainter, and how
much of its ink it has then: one shade more for each ink, as palettes are small."""
SEEN = 2.0
"""The least contrast of digits with the line that passes below them."""


@frozen
class Now:
    """A time between two steps, 0 to 1, and how far all is by then.

    The middle of the cells `inside` is in the light of a frame; those that are `lit` are
    wholly in it.
    """

    time: float
    share: float
    inside: frozenset[str] = frozenset()
    lit: frozenset[str] = frozenset()


@frozen(eq=False)
class Crossing:
    """A cell before and after, and its looks in the light of a frame that passes over it.

    One that is `awaited` has no number before the light brings it.
    """

    old: Cell
    new: Cell
    lit: tuple[Style | None, Style | None] = (None, None)
    awaited: bool = False
    _made: dict[tuple[object, ...], Cell] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether the cell is another afterwards."""
        return self.old != self.new

    def seen(self, now: Now) -> tuple[Cell]:
        """Return the cell as it is seen where no light's edge runs through it."""
        return (self.cell(now, light=self.old.key in now.lit),)

    def cell(self, now: Now, *, light: bool = False, on: Colour | None = None) -> Cell:
        """Return what is seen of the cell, out of the light or in it, or on a frame's line.

        Its digits are wholly in either: where the cell's middle is.
        """
        inside = self.old.key in now.inside
        after = now.time >= HALF and (inside or not self.awaited)
        ink = ink_at(now.time) if self.old.text != self.new.text else 1.0
        kind = after, light, inside, ink, on
        if kind not in self._made:
            self._made[kind] = self._cell(*kind)
        return self._made[kind]

    def _cell(self, after: bool, light: bool, inside: bool, ink: float, on: Colour | None) -> Cell:
        cell = self.new if after else self.old
        lit = self.lit[after] or cell.style
        ground, face = (lit if light else cell.style), (lit if inside else cell.style)
        style = worn(ground, face, ink) if on is None else laid(on, face, ink)
        return cell if style == cell.style else replace(cell, style=style)


def ink_at(time: float) -> float:
    """Return how much of its ink a number has that changes: never none, so that none blinks.

    >>> [ink_at(time) for time in (0.0, 0.3, 0.45, 0.5, 0.7)]
    [1.0, 1.0, 0.5, 0.5, 1.0]
    """
    return FAINT if abs(time - HALF) < FADE else 1.0


@lru_cache(maxsize=4096)
def worn(ground: Style, face: Style, ink: float) -> Style:
    """Return the look of a cell with the ground of one look and the digits of another."""
    mixed = blend(ground.fill, face.ink, ink)
    return replace(ground, ink=mixed, bold=face.bold, blank=face.blank)


@lru_cache(maxsize=4096)
def laid(line: Colour, face: Style, ink: float) -> Style:
    """Return the look of digits on a line: in another ink where their own would not be seen."""
    inks = face.ink, "#000000", "#ffffff"
    seen = next((c for c in inks if contrast(c, line) >= SEEN), face.ink)
    return Style(line, blend(line, seen, ink), line, face.bold)
