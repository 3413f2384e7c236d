"""What both forward views share in three dimensions: depth slices, their names, and connectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import TypeAlias, cast

from tcviz.picture.arrangement import Arrangement
from tcviz.picture.depth import CAPTION, caption_height
from tcviz.picture.layout import Place, Spot
from tcviz.picture.links import routes
from tcviz.picture.panels import Panel
from tcviz.picture.slices import sliced
from tcviz.picture.solver import Room
from tcviz.scene import text
from tcviz.scene.marks import Box, Connector, Label, Mark, Point
from tcviz.views.board import Board
from tcviz.views.headings import Heading
from tcviz.views.panel import Cells, Grid, Slices
from tcviz.views.shown import Link, Meeting, Shown, Window
from tcviz.views.titles import ADDED

Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

TAPS = "k"
"""What slices are counted by that are taps of the kernel."""
NEAR, THIN = 5.0, 1.5
"""Room between connectors and slices, and the width of frames where nothing happens."""


class SlicesBoard(Board):
    """A board on which each panel shows depth slices."""

    def _options(self, panels: Sequence[Panel], drawn: int, room: Room) -> Iterator[Arrangement]:
        return sliced(panels, drawn, room.body.w)

    def panels(self, key: str, channel: int = 0) -> tuple[Cells, ...]:
        """Return a panel's slices."""
        return cast(Slices, self.cells[key][channel]).panels

    def _heading(self, place: Place) -> Iterator[Mark]:
        """Yield what names a panel: its notes are below it if it stands beside others."""
        (key, channel), layout = place, self.layout
        cells = self.cells[key][channel]
        panel = layout.panel(key)
        notes = self.notes[key] if layout.notes else ()
        heading = Heading(self.stage, f"{key}.{channel}" if channel else key, panel, cells)
        if place in layout.asides:
            yield from heading.beside(layout.asides[place], notes)
            return
        if place in layout.inline:
            yield from heading.inline(layout.inline[place], notes if self._is_alone(place) else ())
        elif place in layout.headings:
            yield from heading.above(layout.headings[place])
        if not self._is_alone(place):
            yield from self.stage.notes(cells, notes)

    def _is_alone(self, place: Place) -> bool:
        others = (other for other in self._places() if other != place)
        return not any(self.stage.on_one_line(place, other) for other in others)

    def _places(self) -> Iterator[Place]:
        """Yield the places of all panels."""
        return ((key, c) for key, panels in self.cells.items() for c in range(len(panels)))

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around what output_padding added where no hatching shows."""
        if self._is_hatched:
            return
        line = self.look.theme.output
        key, (deep, *_) = self._last
        for d in deep:
            panel = self.panels(key)[d]
            for i, span in enumerate(self._added(d)):
                rect = panel.grid.span(*span)
                yield Box(f"output_padding.{panel.grid.key}.{i}", rect, line, 1.5, dash=True)

    def _added(self, d: int) -> Iterator[Span]:
        """Yield the rows and columns of a slice that output_padding added, or all of them."""
        (deep, *size), (behind, *extra) = self._last[1], self.part.extra
        if d in deep[len(deep) - behind :]:
            yield size[0], size[1]
            return
        for axis, count in enumerate(extra):
            span = [*size]
            span[axis] = size[axis][len(size[axis]) - count :]
            if count:
                yield span[0], span[1]

    def _named(self) -> Iterator[Mark]:
        """Yield headings with notes and legends, and the channels' names."""
        for place in self._places():
            yield from self._heading(place)
        yield from self._channels()

    def _signs(self) -> Iterator[Mark]:
        """Yield the signs between panels that stand beside each other."""
        for left, panel in pairwise(self.layout.panels):
            for c in range(self.drawn if panel.sign else 0):
                if self.stage.on_one_line((left.key, c), (panel.key, c)):
                    yield from self.stage.operator(panel.key, 0.0, panel.sign, c)

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        return self._across(link, c, now=False)

    def _gathered(self, key: str) -> Iterator[Mark]:
        """Yield what leads from the one channel's panel to the output."""
        if self.part.channels == 1:
            added = self.furniture.added
            yield from self._across(Link("gather", key, "output", added=added), 0, now=False)
            yield from self._cropped(key, "output")

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:  # noqa: ARG002
        return self._across(link, c, now=link.now)

    def _across(self, link: Link, c: int, *, now: bool) -> Iterator[Mark]:
        """Yield an arrow between two panels, if they stand beside each other."""
        places = self._place(link.start, c), self._place(link.end, c)
        if not self._neighbours(link) or not self.stage.on_one_line(*places):
            return
        name, (first, last) = f"{link.name}.{c}", self._ends(link, c)
        begin, end = (first.right, last.center[1]), (last.x, last.center[1])
        arrow = self.stage.arrow(name, begin, self.stage.before(places[1], end), now=now)
        yield arrow
        if link.sign and now:
            (x0, y), *_, (x1, _) = arrow.points
            at, ink = ((x0 + x1) / 2, y - 13), self.look.theme.now
            yield self.stage.label(f"{name}.sign", at, link.sign, 16.0, ink=ink)
        if link.added:
            (x0, y), *_, (x1, _) = arrow.points
            yield self.stage.label(f"{name}.added", ((x0 + x1) / 2, y + 14), link.added, ADDED)

    def _neighbours(self, link: Link) -> bool:
        pairs = pairwise(panel.key for panel in self.layout.panels)
        return (link.start, link.end) in pairs

    def _cropped(self, whole: str, key: str) -> Iterator[Mark]:
        """Yield arrows to the slices of a panel from those above that they are cropped from."""
        if (key, 0) not in self.layout.cropped:
            return
        first, last = self.layout.panel(key).depth.corner[0], self.drawn - 1
        for d, panel in enumerate(self.panels(key)):
            above = self.panels(whole, last)[first + d]
            start, (x, y) = above.rect.bottom, self._top(panel, f"d={d}", self.layout.spots[key, 0])
            if y - start > 2 * NEAR:
                points = (x, start + NEAR), (x, y)
                yield Connector(f"crop.d{d}", points, self.look.theme.connector)
                if self.furniture.added and y - start > ADDED:
                    at, words = (x + 7, (start + y) / 2), self.furniture.added
                    yield self.stage.label(f"crop.d{d}.added", at, words, ADDED, anchor="left")

    def _grids(self, key: str, c: int, window: Window) -> Sequence[Grid]:
        """Return the grids of the slices in which cells are."""
        deep = window[0]
        return [panel.grid for panel in self.panels(key, c)[deep[0] : deep[-1] + 1]]

    def _links(self, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield also connectors from the slices of a panel to those that they feed."""
        yield from super()._links(c, shown)
        for panel in self.layout.panels:
            if panel.depth.feeder and shown.taps:
                yield from self._fed(panel, c, shown.taps)

    def _fed(self, panel: Panel, c: int, taps: Meeting) -> Iterator[Connector]:
        """Yield the connectors to a panel's slices; those of taps that take part glow."""
        lanes = self.layout.lanes.get((panel.key, c))
        if lanes is None:
            return
        below, names = self.panels(panel.key, c), self._names(panel, taps)
        starts = [(p.rect.center[0], p.rect.bottom + NEAR)
                  for p in self.panels(panel.depth.feeder, c)]  # fmt: skip
        spot = self.layout.spots[panel.key, c]
        ends = [self._top(below[d], names[d], spot) for d in taps.places[0]]
        theme = self.look.theme
        for k, route in enumerate(routes(starts, ends, lanes)):
            ink, width = (theme.now, 2.0) if k in taps.met else (theme.connector, 1.5)
            yield Connector(f"link.{c}.k{k}", route, ink, width)

    def _names(self, panel: Panel, taps: Meeting | None) -> list[str]:
        """Return the names of a panel's slices, and what they meet where no connector says so."""
        depth, names = panel.depth, panel.depth.names(panel.slices)
        meets: dict[int, str] = {}
        if taps and depth.pairs and not self._is_linked(panel.key):
            numbers = range(len(taps.places[0]))[:: -1 if self._is_flipped else 1]
            pairs = [depth.pair(k, d) for k, d in zip(numbers, taps.places[0], strict=True)]
            on = taps.places[0] if panel.key == taps.on else range(panel.slices)
            meets = dict(zip(on, pairs, strict=True))
        for d, name in enumerate(names):
            cropped = f"{name}, cropped" if depth.kept and d not in depth.kept else name
            names[d] = self._longest(panel.key, meets.get(d, cropped), name)
        return names

    @property
    def _is_flipped(self) -> bool:
        """Whether taps are met in the order of a flipped kernel."""
        return any(panel.depth.flipped for panel in self.layout.panels)

    def _framed(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield the names of a panel's slices and frames around what is lit: of those names glow.

        Frames of taps that add nothing are thin.
        """
        panel, taps = self.layout.panel(key), shown.taps
        spans = self._spans(panel, shown)
        dark = {*spans} - {*taps.met} if taps and key == taps.on else set()
        glowing = {spans[k][0] for k in spans.keys() - dark}
        if taps and self._is_other(panel):
            spans, glowing = {}, {panel.slices - 1 - d for d in glowing}
        if panel.depth.letter:
            yield from self._captions(key, c, self._names(panel, taps), glowing)
        name = key if panel.shared else f"{key}.{c}"
        for k, (d, *window) in spans.items():
            for frame in self.stage.outlines(f"now.{name}.k{k}", self.panels(key, c)[d], window):
                yield replace(frame, width=THIN) if k in dark else frame

    def _is_other(self, panel: Panel) -> bool:
        """Return whether a panel's slices are the taps, but not in the order in which they meet."""
        return panel.depth.letter == TAPS and panel.depth.flipped != self._is_flipped

    def _spans(
        self, panel: Panel, shown: Shown
    ) -> dict[int, tuple[int, Sequence[int], Sequence[int]]]:
        """Return what is lit of a panel: slice, rows and columns by a number, which taps have."""
        taps, (_, *whole) = shown.taps, map(range, panel.shape)
        if taps and panel.depth.letter == TAPS:
            return {k: (k, whole[0], whole[1]) for k in taps.met}
        if panel.key not in shown.lit:
            return {}
        deep, rows, cols = shown.lit[panel.key]
        first, found = 0, dict(enumerate(deep))
        if taps and taps.on in (panel.key, panel.depth.under):
            first = panel.depth.corner[0]
            found = dict(enumerate(taps.places[0])) if panel.depth.idle else taps.met
        return {k: (d - first, rows, cols) for k, d in found.items()}

    def _captions(
        self, key: str, channel: int, names: Sequence[str], lit: Collection[int]
    ) -> Iterator[Label]:
        """Yield the names of a panel's slices, of which the `lit` ones glow."""
        now, up = self.look.theme.now, caption_height(self.look.reading) / 2
        above = self.layout.spots[key, channel].above
        for i, (panel, name) in enumerate(zip(self.panels(key, channel), names, strict=True)):
            at, glows = (panel.rect.x, panel.rect.y - up - above), i in lit
            ink = now if glows else None
            yield self.stage.label(
                f"{panel.grid.key}.name", at, name, CAPTION, ink=ink, bold=glows, anchor="left"
            )

    def _longest(self, key: str, *words: str) -> str:
        """Return the first of ever shorter names of a slice that a panel's slices have room for."""
        return next((name for name in words if self._fits(key, name)), words[-1])

    def _fits(self, key: str, name: str) -> bool:
        corners = self.layout.spots[key, 0].corners
        room = min((b[0] - a[0] for a, b in pairwise(corners) if b[1] == a[1]), default=inf)
        return text.width(name, self.look.legible(CAPTION), bold=True) <= room - NEAR

    def _is_linked(self, key: str) -> bool:
        """Return whether connectors come to a panel."""
        return any(band == key for band, _ in self.layout.lanes)

    def _top(self, panel: Cells, name: str, spot: Spot) -> Point:
        """Return where a connector meets a slice from above: right of its name, or above it."""
        rect, size, top = panel.rect, self.look.legible(CAPTION), panel.rect.y - spot.above
        x = max(rect.center[0], rect.x + text.width(name, size, bold=True) + 9)
        if x <= rect.right - NEAR:
            return x, top - NEAR
        return rect.center[0], top - caption_height(self.look.reading)
