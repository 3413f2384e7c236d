"""Frames on their way from step to step: what is seen of them and of their light at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tcviz.scene import text
from tcviz.scene.crossing import Crossing, Now
from tcviz.scene.frozen import frozen
from tcviz.scene.light import Course, Ways
from tcviz.scene.marks import Box, Colour, Glow, Passing, Rect
from tcviz.scene.moves import ease, holds, meet, moved, within

RIM = 1.0
"""Room around digits: a line within it strikes them."""


@frozen(eq=False)
class Travelling:
    """A frame on its way, the cells that it may light, and the digits that it may pass."""

    key: str
    course: Course
    ways: Ways
    fill: Colour | None
    cells: Sequence[Crossing]
    passed: Sequence[tuple[Rect, Crossing]]

    def places(self, share: float) -> list[Rect]:
        """Return where the light is, as far as it is anywhere."""
        rects = (moved(a, b, share) for a, b in self.ways)
        return [rect for rect in rects if rect.w and rect.h]

    def grounds(self, now: Now) -> Iterator[Box]:
        """Yield the light where there are no cells."""
        if self.fill:
            for rect in self.places(now.share):
                yield Box(f"{self.key}.ground", rect, fill=self.fill, moves=True)

    def glows(self, now: Now) -> Iterator[Glow]:
        """Yield what is seen in the light of the cells through which its edge runs."""
        for number, rect in enumerate(self.places(now.share)):
            cut = (c for c in self.cells if c.old.key not in now.lit and meet(rect, c.old.rect))
            cells = tuple(c.cell(now, light=True) for c in cut)
            if cells:
                yield Glow(f"{self.key}.light.{number}", rect, moves=True, cells=cells)

    def frames(self, now: Now) -> Iterator[Passing]:
        """Yield the frame, below the digits that it passes."""
        box, rect = self.course.box, self.course.at(now.share)
        if box and (rect.w or rect.h):
            half = box.width / 2 + RIM
            outer = Rect(rect.x - half, rect.y - half, rect.w + 2 * half, rect.h + 2 * half)
            struck = (c for digits, c in self.passed if _struck(digits, outer, 2 * half))
            over = tuple(c.cell(now, on=box.line) for c in struck)
            yield Passing(self.key, rect, box.line, box.width, box.fill, box.dash, box.radius,
                          box.moves, over)  # fmt: skip


def _struck(digits: Rect, outer: Rect, line: float) -> bool:
    """Return whether a frame's line runs through digits."""
    inner = Rect(outer.x + line, outer.y + line, outer.w - 2 * line, outer.h - 2 * line)
    return meet(digits, outer) and not within(digits, inner)


def digits(crossing: Crossing) -> Rect:
    """Return the box of a cell's text, before and after."""
    cells = crossing.old, crossing.new
    wide = max(text.width(cell.text, cell.size, bold=True) for cell in cells)
    high = max(text.height(cell.text, cell.size) for cell in cells)
    x, y = crossing.old.rect.center
    return Rect(x - wide / 2, y - high / 2, wide, high)


def instant(time: float, travelling: Iterable[Travelling]) -> Now:
    """Return a time between two steps, with what the light of frames meets then."""
    share = ease(time)
    met = [(c.old, r) for t in travelling for r in t.places(share) for c in t.cells]
    inside = frozenset(cell.key for cell, rect in met if holds(rect, cell.rect.center))
    lit = frozenset(cell.key for cell, rect in met if within(cell.rect, rect))
    return Now(time, share, inside, lit)
