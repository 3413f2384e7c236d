"""What is added from several channels of slices: along the right edge, and into the output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from tcviz.boards import undrawn
from tcviz.boards.lit_slices import NEAR, LitSlices
from tcviz.boards.shown import Link, Shown
from tcviz.boards.stage import NODE
from tcviz.look.titles import ADDED, brief
from tcviz.picture import links
from tcviz.picture.links import BARE, CLEAR, STRAIGHT, Route
from tcviz.picture.panels import NOTE
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Connector, Label, Mark, Rect


class SummedSlices(LitSlices):
    """A board of slices, and what adds several channels' panels up to the output."""

    def _summed(
        self, link: Link, c: int, *, now: bool, shown: Shown | None = None
    ) -> Iterator[Mark]:
        """Yield, for the first, what leads from all channels' panels along the right edge.

        It leads into their sum, and from there to what is lit of the output, or to all of it.
        """
        if c or not self.layout.trunk:  # all channels lead down it together
            return
        x, target = self.layout.trunk, self._first_row("output", 0)
        y = target.center[1]
        ring = Rect(x - NODE, y - NODE, 2 * NODE, 2 * NODE)
        into = [*self._into(ring, link, now=now)]
        theme = self.look.theme
        node = Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
        yield from into
        yield node
        yield self.stage.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
        whole: Route = (ring.x - 2, y), (target.right + CLEAR, y)
        words: list[Mark] = [*self._added_at(ring, link)]
        words += self._unseen(link.start, [*into, node, *words])
        ways = self._out_to(ring, target, shown) if shown else ()
        lit = next((way for way in ways if links.is_clear(way, map(extent, words))), None)
        yield self._arrow("gather.out", lit or whole, now=now and bool(lit))
        yield from words

    def _into(self, ring: Rect, link: Link, *, now: bool) -> Iterator[Connector]:
        """Yield what leads from each channel's panel into a ring: down to it, with one head."""
        x, _ = ring.center
        for channel in range(self.drawn):
            rect = self._first_row(link.start, channel)
            begin = rect.right + NEAR, rect.center[1]
            points = begin, (x, begin[1]), (x, ring.y - 2)
            arrow = self._arrow(f"gather.{channel}", points, now=now)
            yield replace(arrow, head=channel == self.drawn - 1)

    def _added_at(self, ring: Rect, link: Link) -> Iterator[Label]:
        """Yield what is added at a ring: above the arrow out of it, or where that is short around.

        Where not even the number has room a note says it.
        """
        above: undrawn.Stand = (ring.x - 4, ring.center[1] - 14), "right"
        stands = above, *self._around(ring, self.look.legible(ADDED))
        said = (link.added, brief(link.added)) if link.added else ()
        for words, (at, anchor) in product(said, stands):
            label = self.stage.label("gather.added", at, words, ADDED, anchor=anchor)
            if self._is_free(extent(label)):
                yield label
                return

    def _out_to(self, ring: Rect, row: Rect, shown: Shown) -> Iterator[Route]:
        """Yield the ways from a ring beside the output's first row to what is lit, if any is free.

        That is beside the last slice of the row, or the only one that is lit.
        """
        begin, turn = (ring.x - 2, ring.center[1]), (ring.x + row.right + CLEAR) / 2
        if lit := self._beside("output", 0, shown, 0):
            level, end = lit.center[1], self.cells["output"][0].rect.right + CLEAR
            straight = abs(level - begin[1]) < STRAIGHT
            bends = () if straight else ((turn, begin[1]), (turn, level))
            yield begin, *bends, (end, begin[1] if straight else level)
        else:
            yield from self._onto(begin, turn, ("output", 0), shown)

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[undrawn.Stand]:
        """Yield where words may stand: around a ring, or left of what leads down into it.

        Ways out of it lead up beside it, so that comes last.
        """
        (x, _), size = ring.center, self.look.legible(NOTE)
        yield from self._around(ring, size)
        yield (x - CLEAR, self.layout.lines[key, self.drawn - 1].bottom - size / 2), "right"
        yield (x - CLEAR, ring.y - size / 2 - CLEAR), "right"

    def _around(self, ring: Rect, size: float) -> Iterator[undrawn.Stand]:
        """Yield where words of that size stand clear of ways: below a ring, or above its right."""
        off = size / 2 + CLEAR
        yield (min(ring.right, self.layout.body.right), ring.bottom + off), "right"
        yield (ring.center[0] + CLEAR, ring.y - off), "left"

    def _first_row(self, key: str, c: int) -> Rect:
        """Return the box around the slices of a panel that are beside its first."""
        rects = [panel.rect for panel in self.panels(key, c)]
        row = [rect for rect in rects if rect.y == rects[0].y]
        return row[0]._replace(w=row[-1].right - row[0].x)

    def _is_free(self, room: Rect) -> bool:
        """Return whether words have that room: inside of all, and over nothing."""
        body = self.layout.body
        inside = body.x <= room.x and room.right <= body.right
        inside = inside and body.y <= room.y and room.bottom <= self.layout.bottom
        x, y, wide, high = room  # letters have tails
        around = Rect(x - BARE, y - BARE, wide + 2 * BARE, high + 2 * BARE)
        return inside and not any(map(around.meets, self._blocked))
