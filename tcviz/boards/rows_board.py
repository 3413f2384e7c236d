"""The board of pictures in one dimension: strips of cells in columns that they share.

A column is one coordinate, of the padded result or whatever a view counts in; cells of one
coordinate stand below each other.  A view returns lists of `Strip`, each a `Variant` with what it
is worth beside the others: a strip has the coordinate of its first cell, and how many columns it
is from a cell to the next.  Strips are drawn once per channel, in the order given; those that are
`shared` stand above or below all channels.  A strip without cells has pieces instead, which need
no columns.  A kernel that slides `along` another strip stands where its taps lie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias, cast

from tcviz.boards import chrome, legend, undrawn
from tcviz.boards.board import Board
from tcviz.boards.panel import Cells
from tcviz.boards.rows_labels import Labels
from tcviz.boards.rows_panel import row_grid, row_panel
from tcviz.boards.shown import Link, Meeting, Shown
from tcviz.boards.stage import NODE, Stage
from tcviz.boards.tensor import Tensor
from tcviz.errors import TooSmallError
from tcviz.layer.parts import is_named
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import ADDED, brief, channel_name
from tcviz.look.turn_ranges import widest
from tcviz.look.words import span
from tcviz.picture.aligned import aligned
from tcviz.picture.fitting import Room
from tcviz.picture.layout import Layout
from tcviz.picture.links import STRAIGHT, Route, is_clear
from tcviz.picture.panels import NOTE
from tcviz.picture.solver import solve
from tcviz.picture.strips import Columns, Strip, Variant
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Connector, Label, Mark, Point, Rect
from tcviz.scene.theme import Tint

Variants: TypeAlias = Sequence[Variant]
NOTED = 4
"""How many lines above a ring there may be words on it."""
CLEAR, HEAD = 4.0, 9.0
"""Room between an arrow's ends and the strips that it joins, and the least of a run to its head."""


class RowsBoard(Board):
    """Strips of cells per channel, and what surrounds them."""

    @cached_property
    def labels(self) -> Labels:
        """What stands around the strips and never moves."""
        return Labels(self.look, self.layout, self.part)

    def _stage(self, look: Look, layout: Any) -> Any:
        return Stage(look, layout)

    @property
    def columns(self) -> Columns:
        """Where the columns stand."""
        return cast(Columns, self.layout.columns)

    aligned = True

    def _named(self) -> Iterator[Mark]:
        """Yield names, signs, rulers, and notes."""
        yield from self.labels.marks()
        scaled = {key: self.cells[key][-1] for key, held in self.tensors.items()
                  if held.scaled or self.cells[key][-1].tints}  # fmt: skip
        spare = {key for key in scaled if not self.tensors[key].scaled}
        yield from self.labels.notes(scaled, self.notes, spare)

    def unenlarged(self, marks: Sequence[Mark]) -> Iterator[Mark]:
        """Yield marks but those of lenses, and what is around these."""
        around = {mark.key for mark in self.labels.of_lenses()}
        return (mark for mark in super().unenlarged(marks) if mark.key not in around)

    @cached_property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """The notes on strips, now that it is known how many channels are drawn."""
        variants: Variants = self._arranged(self.part, self.ranges, self.drawn)
        return {strip.key: strip.notes for variant in variants for strip in variant.strips}

    def _signs(self) -> Iterator[Mark]:
        """Yield nothing: the labels have them."""
        yield from ()

    def _numbered(self) -> Iterator[Mark]:
        """Yield nothing: the labels have them."""
        yield from ()

    def _joined(self) -> Iterator[Mark]:
        """Yield nothing: what leads from strip to strip is said by their columns."""
        yield from ()

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from the channels' strips to the output: to what is lit, if it can.

        That of the only channel stands right above it; several are added along the right edge.
        """
        (output,), several = self.cells["output"], self.part.channels > 1
        added, sent = self.furniture.added, self._sent(key, shown)
        lit = self._spanned(output, shown.lit["output"]) if sent else None
        if lit and sent and not several:
            first = self._spanned(self.cells[key][0], sent)
            arrow = self.down("gather.0", first, lit)
            at, now = (arrow.points[0][0] + 2 * CLEAR, (first.bottom + lit.y) / 2), arrow.ink
            words = self.stage.label("gather.added", at, added, ADDED, ink=now, anchor="left")
            if self._is_clear(arrow) and not (added and self._meets(words)):
                yield arrow
                yield from [words] * bool(added)
                return
        marks = (*self.gather(self.cells[key], output, several=several, added=added, lit=lit),)
        yield from marks
        yield from self._unseen(key, marks)

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[undrawn.Stand]:  # noqa: ARG002
        """Yield where words may stand: below a ring, or right of what leads down into it."""
        beyond = self.look.legible(NOTE) / 2 + CLEAR
        yield (ring.right, ring.bottom + beyond), "right"
        for line in range(NOTED):  # above notes on the output
            yield (ring.center[0] + 2 * CLEAR, ring.y - (1 + 2 * line) * beyond), "left"

    @cached_property
    def _blocked(self) -> tuple[Rect, ...]:
        """What no arrow may cross: words, and strips."""
        strips = (panel.rect for panels in self.cells.values() for panel in panels)
        return (*map(extent, self._named()), *strips)

    def _is_clear(self, arrow: Connector) -> bool:
        """Return whether an arrow has room for its head, and crosses nothing."""
        (_, y0), (_, y1) = arrow.points[-2:]
        return y1 - y0 >= HEAD and is_clear(arrow.points, self._blocked)

    def _meets(self, words: Label) -> bool:
        return any(map(extent(words).meets, self._blocked))

    def _panel(self, key: str, c: int, shown: Shown) -> Cells:
        """Return a channel's strip below where the taps lie of the one that it slides along."""
        panel, strip = super()._panel(key, c, shown), cast(Strip, self.layout.panel(key))
        if not strip.along:
            return panel
        other = cast(Strip, self.layout.panel(strip.along))
        taps = cast(Meeting, shown.taps)
        return self.moved(key, panel, int(other.start) + taps.places[0][0])

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield an arrow down: straight to what is lit below a strip that slides."""
        name = self._called(link, c)
        arrow = self.down(name, *self._ends(link, c, shown))
        (x, top), *_, (end, low) = arrow.points
        slides = cast(Strip, self.layout.panel(link.start)).along
        if slides and link.end in shown.lit and not link.whole:
            arrow = replace(arrow, points=((end, top), (end, low)))
        yield arrow
        if link.sign:
            (x, y), (_, turn) = arrow.points[:2]
            beside = -13 if end > x else 13  # away from where the arrow turns to
            if slides:
                other = self._farthest(self._panel(link.start, c, shown).rect, x)
                yield replace(arrow, key=f"{name}.all", points=((other, y), (x, y)), head=False)
                beside = 13 if other < x else -13
            at, ink = (x + beside, (y + turn) / 2), self.look.theme.now
            yield self.stage.label(f"{name}.sign", at, link.sign, 15.0, ink=ink)
            if link.added:
                far = 8 + self._width(link.added) / 2
                at = x + (far if beside < 0 else -far), (y + turn) / 2
                yield self.stage.label(f"{name}.added", at, link.added, ADDED)

    def _farthest(self, strip: Rect, x: float) -> float:
        """Return the end of a strip that is farther from where an arrow leaves it.

        A line leads from there into the arrow: from the nearest cell alone it would seem to come.
        """
        return max(strip.x, strip.right, key=lambda end: abs(end - x))

    def _framed(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield a frame around what is lit of a strip."""
        if key in shown.lit:
            yield from self._frames(key, c, shown)

    def _solved(
        self, panels: Any, numbers: Ranges, look: Look, smallest: float, rows: int, least: int
    ) -> Layout:
        part, tints = self.part, not is_named(self.part)
        variants, name = panels(widest(part, look.turn), numbers), channel_name(part)
        room = Room(chrome.body(look), look.pixel, smallest, look.reading, chrome.hang(look),
                    legend.height(look), look.tried)  # fmt: skip

        def best(counts: range) -> Layout:
            tall = room.body.h > room.body.w
            options = [o for n in counts for o in aligned(variants, n, name, upright=tall)]
            # A strip is read with ease at any size: no channel is left out for larger digits.
            return solve(options, room, tints=tints, comfortable=0.0)

        try:
            layout = best(range(rows, least - 1, -1))
        except TooSmallError:
            if least == 1 or not tints:
                raise
            raise _crowded(rows, best, least - 1) from None
        # Of channels in turn the places are those of the widest; the titles are their own.
        return _retitled(layout, variants, panels(part, numbers)) if look.turn else layout

    def _cells(self, key: str, c: int, tensor: Tensor, tint: Tint) -> Cells:
        """Return the panel of a strip or piece."""
        spot, strip = self.layout.spots[key, c], cast(Strip, self.layout.panel(key))
        grid = row_grid(self._name(key, c), spot, strip.cols, strip.every)
        if strip.broad:
            grid = grid.broad
        elif strip.fills and spot.heat:
            grid = grid.filled
        heap, paint = grid.heap(strip.rows), tensor.painter(row_panel)
        return paint(self.look, heap, spot, tint, tensor.values, tensor.form)

    def moved(self, key: str, panel: Cells, start: int) -> Cells:
        """Return the panel of the strip called `key` with its first cell at another coordinate."""
        strip = cast(Strip, self.layout.panel(key))
        return panel.moved((start - strip.start) * self.columns.width)

    def down(self, key: str, upper: Rect, lower: Rect) -> Connector:
        """Return an arrow from the middle below one box to above another's."""
        x0, x1 = upper.center[0], lower.center[0]
        y0, y1 = upper.bottom + CLEAR, lower.y - CLEAR
        turn = (y0 + y1) / 2 - 2
        straight = abs(x0 - x1) < STRAIGHT
        bends = () if straight else ((x0, turn), (x1, turn))
        end = x0 if straight else x1, y1
        return Connector(key, ((x0, y0), *bends, end), self.look.theme.now, 2.0)

    def gather(
        self, panels: Sequence[Cells], target: Cells, *, several: bool, added: str = "",
        lit: Rect | None = None,
    ) -> Iterator[Mark]:  # fmt: skip
        """Yield what leads from every channel's row, along the right edge, to a shared one.

        It ends above what is `lit` of that, if it can.  What else is `added` stands there, where
        there is room.
        """
        theme, x, y = self.look.theme, self.columns.gutter, target.rect.center[1]
        end = target.rect.right + 2 * CLEAR
        for i, panel in enumerate(panels):
            right, at = panel.rect.right + 2 * CLEAR, panel.rect.center[1]
            stop = (
                ((x, y - NODE - 2 if at < y else y + NODE + 2),) if several else ((x, y), (end, y))
            )
            yield Connector(
                f"gather.{i}",
                ((right, at), (x, at), *stop),
                theme.connector,
                head=not several or i == 0,
            )
        stand = self._added_at(added, target.rect, several=several)
        if not stand:  # without its name it is narrow
            added = brief(added)
            stand = self._narrow_at(added, target.rect, panels[-1].rect, several=several)
        noted = [self.stage.label("gather.added", stand, added, ADDED, anchor="right")
                 for _ in range(bool(added)) if stand]  # fmt: skip
        yield from noted
        if several:
            ring = Rect(x - NODE, y - NODE, 2 * NODE, 2 * NODE)
            yield Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
            yield self.stage.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
            out = Connector("gather.out", ((x - NODE - 2, y), (end, y)), theme.connector)
            points = self._above(panels[-1].rect, out, lit) if lit else out.points
            way = replace(out, points=points, ink=theme.now, width=2.0)
            free = self._is_clear(way) and is_clear(points, map(extent, noted))
            yield way if lit and free else out

    def _above(self, upper: Rect, out: Connector, lit: Rect) -> Route:
        """Return the way from a ring up, between two strips, and down to what is lit of the lower.

        Between them it is below the numbers of the upper one, and near them: the head takes the
        rest.
        """
        (x, y), (end, _) = out.points
        between = (rect.bottom for rect in self._blocked
                   if upper.bottom <= rect.y and rect.bottom <= lit.y and rect.x < end)  # fmt: skip
        foot = max(between, default=upper.bottom)
        turn, over, at = (x + end) / 2, foot + (lit.y - foot) / 4, lit.center[0]
        return (x, y), (turn, y), (turn, over), (at, over), (at, lit.y - CLEAR)

    def _added_at(self, added: str, target: Rect, *, several: bool) -> Point | None:
        """Return where words end that stand above the last arrow, or below the node."""
        x, (_, y), wide = self.columns.gutter, target.center, self._width(added)
        room, beyond = self._before(target, several=several), NODE + 2 + self._half
        if wide <= room:
            return target.right + (room + CLEAR + wide) / 2, y - 13
        below = y + beyond + self._half <= self.layout.bottom
        return (x + NODE, y + beyond) if below and wide <= x + NODE - target.right - CLEAR else None

    def _narrow_at(self, added: str, target: Rect, last: Rect, *, several: bool) -> Point | None:
        """Return where narrow words end: there too, or below the node's left, or above it."""
        x, (_, y), beyond = self.columns.gutter, target.center, NODE + 2 + self._half
        stand = self._added_at(added, target, several=several)
        if stand or y + beyond + self._half <= self.layout.bottom:
            return stand or (x + NODE, y + beyond)
        if y - beyond - self._half >= last.bottom + 2:
            return x - CLEAR, y - beyond
        return None

    @property
    def _half(self) -> float:
        return self.look.legible(ADDED) / 2

    def _before(self, target: Rect, *, several: bool) -> float:
        """Return the room above the last arrow, which leads from the gutter or its node."""
        return self.columns.gutter - (NODE + 2) * several - target.right - CLEAR

    def _width(self, words: str) -> float:
        """Return the width of what is added."""
        return text.width(words, self.look.legible(ADDED))

    def _beheld(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield also, right of a lens by itself, which elements those in it are."""
        yield from super()._beheld(key, c, shown)
        lens = self._of(key)
        lit = shown.lit.get(lens.enlarges, ((),))[0]
        if lit and any(strip.key == f"{lens.enlarges}.now" for strip in self.columns.strips):
            rect, ink = self.cells[key][c].rect, self.look.theme.now
            apart = lit[1] - lit[0] if len(lit) > 1 else 1
            called = f"{self.part.names.y}[{span(range(lit[0], lit[-1] + 1, apart))}]"
            at = rect.right + 2 * CLEAR, rect.center[1]
            yield self.stage.label(f"{key}.elements", at, called, NOTE, ink=ink, anchor="left")

    def _output_padding(self) -> Iterator[Mark]:
        """Yield a frame around the cells of output_padding where no hatching shows."""
        count, n = self.part.extra[0], self.output_size[0]
        if self.frames_extra:
            (output,) = self.cells["output"]
            rect = output.grid.span(range(1), range(n - count, n))
            yield from self.stage.dashed("output_padding.cols", rect)


def _crowded(channels: int, best: Callable[[range], Layout], most: int) -> TooSmallError:
    """Return that so many channels have no room one below the other, and how many have."""
    try:
        hint = f"or up to {best(range(most, 0, -1)).drawn} --channels"
    except TooSmallError:
        hint = None
    return TooSmallError(f"too small for {channels} channels below each other", hint=hint)


def _retitled(layout: Layout, variants: Variants, others: Variants) -> Layout:
    """Return a layout of some variants with the titles of those of another channel.

    What is called by one key may have a longer title as a strip than as a piece.
    """
    pairs = zip(_titles(variants), _titles(others), strict=True)
    titles = {named: title for named, (_, title) in pairs}

    def own(strip: Strip) -> Strip:
        title = titles.get((strip.key, strip.title), "")
        return replace(strip, title=title, pieces=tuple(map(own, strip.pieces)))

    columns = cast(Columns, layout.columns)
    return replace(layout, columns=replace(columns, strips=tuple(map(own, columns.strips))))


def _titles(variants: Variants) -> list[tuple[str, str]]:
    """Return the keys of all strips and pieces, with their titles."""
    strips = (strip for variant in variants for strip in variant.strips)
    return [(one.key, one.title) for strip in strips for one in (strip, *strip.pieces)]
