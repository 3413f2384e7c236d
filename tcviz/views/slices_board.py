"""What both forward views share in three dimensions: depth slices, their names, and connectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias, cast

from tcviz.picture import links
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.depth import CAPTION, TAPS, caption_height, short
from tcviz.picture.layout import Place, Spot
from tcviz.picture.links import BESIDE_ARROW, CLEAR, routes
from tcviz.picture.panels import TITLE, Panel
from tcviz.picture.slices import sliced
from tcviz.picture.solver import Room
from tcviz.scene import text
from tcviz.scene.marks import Box, Connector, Label, Mark, Point, Rect
from tcviz.views.board import Board
from tcviz.views.headings import Heading
from tcviz.views.panel import Cells, Grid, Slices
from tcviz.views.shown import Link, Meeting, Shown, Window, hull
from tcviz.views.stage import NODE
from tcviz.views.titles import ADDED, brief

Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

NEAR, THIN, SIGN = 5.0, 2.0, 16.0
"""Room between connectors and slices, the width of frames where nothing happens, which cover those
of what is kept, and the text size of signs on arrows."""


class SlicesBoard(Board):
    """A board on which each panel shows depth slices."""

    def _options(self, panels: Sequence[Panel], drawn: int, room: Room) -> Iterator[Arrangement]:
        small = self.look.legible(TITLE) > TITLE
        return sliced(panels, drawn, room.body.w, small=small)

    def panels(self, key: str, channel: int = 0) -> tuple[Cells, ...]:
        """Return a panel's slices."""
        return cast(Slices, self.cells[key][channel]).panels

    def _heading(self, place: Place) -> Iterator[Mark]:
        """Yield what names a panel: its notes are below it if it stands beside others."""
        (key, channel), layout = place, self.layout
        cells = self.cells[key][channel]
        panel = layout.panel(key)
        notes = self.notes.get(key, ()) if layout.notes else ()
        name = f"{key}.{channel}" if channel else key
        heading = Heading(self.stage, name, panel, cells, self._unsaid(key))
        if place in layout.asides:
            yield from heading.beside(layout.asides[place], notes)
            return
        if place in layout.inline:
            yield from heading.inline(layout.inline[place], notes if self._is_alone(place) else ())
        elif place in layout.headings:
            yield from heading.above(layout.headings[place])
        if not self._is_alone(place):
            yield from self.stage.notes(cells, notes)

    def _unsaid(self, key: str) -> str:
        """Return what is added to the output where no trunk leads to it."""
        added = self.furniture.added if key == "output" and self.drawn > 1 else ""
        return f"Σ, then {added}" if added and not self.layout.trunk else ""

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
        yield from self._lenses()

    def _signs(self) -> Iterator[Mark]:
        """Yield the signs between panels, and before the heading of one that begins a line."""
        for panel in self.layout.panels:
            for c in range(self.drawn if panel.sign else 0):
                yield from self.stage.operator(panel.key, 0.0, panel.sign, c)

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        return self._lead(replace(link, sign=""), c, now=False)

    def _gathered(self, key: str) -> Iterator[Mark]:
        """Yield what leads from the channels' panels of that key to the output."""
        sign = "Σ" if self.part.channels > 1 else ""
        link = Link("gather", key, "output", sign, added=self.furniture.added)
        if ("output", 0) in self.layout.cropped and self.drawn == 1:
            yield from self._cropped(link)
        else:
            yield from self._lead(link, 0, now=False)

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from a panel to another now: beside what is lit, if it glows."""
        places = self._place(link.start, c), self._place(link.end, c)
        summed = self.drawn > 1 and link.end == "output"
        if summed or not (self._neighbours(link) and self.stage.on_one_line(*places)):
            return self._lead(link, c, now=link.now)
        lit = [self._beside(*place, shown, side) for side, place in enumerate(places)]
        meets = [bool(rect) or self._is_whole(key, shown) for rect, (key, _) in
                 zip(lit, places, strict=True)]  # fmt: skip
        if not all(meets):
            return self._across(link, c, now=False)
        return self._across(link, c, now=link.now, start=lit[0], end=lit[1])

    def _is_whole(self, key: str, shown: Shown) -> bool:
        """Return whether all of a panel takes part in a step."""
        return self.tensors[key].hue == "step" or key not in shown.lit

    def _beside(self, key: str, c: int, shown: Shown, side: int) -> Rect | None:
        """Return what is lit of the slices at the right edge of a panel, or on side 1 the left."""
        if self._is_whole(key, shown):
            return None
        around, panels = self.cells[key][c].rect, self.panels(key, c)
        for d, *window in self._spans(self.layout.panel(key), shown).values():
            rect = panels[d].rect
            at_edge = rect.x == around.x if side else rect.right == around.right
            if at_edge and all(window):
                return panels[d].grid.span(*hull(window))
        return None

    def _lead(self, link: Link, c: int, *, now: bool) -> Iterator[Mark]:
        """Yield what leads from a panel to another: across a gutter, under others, or down."""
        start, end = self._place(link.start, c), self._place(link.end, c)
        if self.drawn > 1 and link.end == "output":
            return self._summed(link, now=now) if c == 0 and self.layout.trunk else iter(())
        if not self.stage.on_one_line(start, end):
            return self._down(link, start, end, now=now)
        if self._neighbours(link):
            return self._across(link, c, now=now)
        return self._under(link, c, now=now)

    def _across(
        self, link: Link, c: int, *, now: bool, start: Rect | None = None, end: Rect | None = None
    ) -> Iterator[Mark]:
        """Yield an arrow between two panels beside each other, with what happens on the way.

        It begins and ends beside what is lit of them, or else in the middle of the second.
        """
        name, (first, last) = f"{link.name}.{c}", self._ends(link, c)
        low = (end or last).center[1]
        high = (
            start.center[1] if start else low if first.y < low < first.bottom else first.center[1]
        )
        tip = self.stage.before(self._place(link.end, c), (last.x, low))
        yield (arrow := self.stage.arrow(name, (first.right, high), tip, now=now))
        _, *_, (x1, y) = arrow.points
        x = (max(arrow.points[0][0], self._named_to(*self._place(link.start, c))) + x1) / 2
        yield from self._said(link, name, (x, y - 13), (x, y + 14), now=now)

    def _named_to(self, key: str, c: int) -> float:
        """Return where the name of a panel's last slice ends."""
        panel, last = self.layout.panel(key), self.panels(key, c)[-1]
        name = panel.depth.longest(panel.slices)
        name = name if self._fits(key, name) else short(name)
        return last.rect.x + text.width(name, self.look.legible(CAPTION), bold=True)

    def _said(
        self, link: Link, name: str, sign: Point, added: Point, *, now: bool
    ) -> Iterator[Mark]:
        """Yield the sign of a link and what is added on it, at these points."""
        ink = self.look.theme.now if now else self.look.theme.ink
        if link.sign:
            yield self.stage.label(f"{name}.sign", sign, link.sign, SIGN, ink=ink)
        if link.added:
            yield self.stage.label(f"{name}.added", added, link.added, ADDED)

    def _under(self, link: Link, c: int, *, now: bool) -> Iterator[Mark]:
        """Yield an arrow below the panels between two, if the last reaches further down."""
        keys = [panel.key for panel in self.layout.panels]
        first, last = self._ends(link, c)
        between = keys[keys.index(link.start) : keys.index(link.end)]
        if self.layout.notes and any(self.notes[key] for key in between):
            return
        y = max(self.cells[key][c].rect.bottom for key in between) + 2 * NEAR
        x, _ = self.stage.before(self._place(link.end, c), (last.x, y))
        if y <= last.bottom - NEAR:
            points = (first.center[0], first.bottom + NEAR), (first.center[0], y), (x - CLEAR, y)
            yield self._arrow(f"{link.name}.{c}", points, now=now)

    def _down(self, link: Link, start: Place, end: Place, *, now: bool) -> Iterator[Mark]:
        """Yield an arrow to a panel of another line, unless its slices have connectors."""
        if end not in self.layout.doors:
            return
        name, points = f"{link.name}.{start[1]}", links.down(self.layout, start, end, NEAR)
        yield self._arrow(name, points, now=now)
        words = link.words
        x, y, room = links.beside(self.layout.doors[end], points)
        if words and room >= self.look.legible(ADDED):
            ink = self.look.theme.now if now else self.look.theme.ink
            wide = text.width(words, self.look.legible(ADDED))
            if end in self.layout.asides and x + wide > self.layout.asides[end].right:
                x -= wide + 2 * BESIDE_ARROW  # left of the arrow: slices begin at its right
            yield self.stage.label(f"{name}.added", (x, y), words, ADDED, ink=ink, anchor="left")

    def _arrow(self, name: str, points: Sequence[Point], *, now: bool) -> Connector:
        ink, width = (self.look.theme.now, 2.0) if now else (self.look.theme.connector, 1.5)
        return Connector(name, tuple(points), ink, width)

    def _summed(self, link: Link, *, now: bool) -> Iterator[Mark]:
        """Yield what leads from all channels' panels along the right edge into their sum."""
        x, target = self.layout.trunk, self._first_row("output", 0)
        y = target.center[1]
        ring = Rect(x - NODE, y - NODE, 2 * NODE, 2 * NODE)
        for c in range(self.drawn):
            rect = self._first_row(link.start, c)
            begin = rect.right + NEAR, rect.center[1]
            points = begin, (x, begin[1]), (x, ring.y - 2)
            arrow = self._arrow(f"gather.{c}", points, now=now)
            yield replace(arrow, head=c == self.drawn - 1)
        theme = self.look.theme
        yield Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
        yield self.stage.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
        out = (ring.x - 2, y), (target.right + CLEAR, y)
        yield self._arrow("gather.out", out, now=now)
        if link.added:  # above the arrow, or where that is short below the ring
            wide = text.width(link.added, self.look.legible(ADDED))
            above = ring.x - target.right >= wide + CLEAR
            at = (ring.x - 4, y - 14) if above else (ring.right, ring.bottom + ADDED)
            yield self.stage.label("gather.added", at, link.added, ADDED, anchor="right")

    def _first_row(self, key: str, c: int) -> Rect:
        """Return the box around the slices of a panel that are beside its first."""
        rects = [panel.rect for panel in self.panels(key, c)]
        row = [rect for rect in rects if rect.y == rects[0].y]
        return replace(row[0], w=row[-1].right - row[0].x)

    def _neighbours(self, link: Link) -> bool:
        pairs = pairwise(panel.key for panel in self.layout.panels)
        return (link.start, link.end) in pairs

    def _cropped(self, link: Link) -> Iterator[Mark]:
        """Yield arrows to the slices of a panel from those above that they are cropped from."""
        whole, key = self.panels(link.start), link.end
        panel, spot = self.layout.panel(key), self.layout.spots[key, 0]
        names, ends = self._names(panel, None), []
        for d, part in enumerate(self.panels(key)):
            above = whole[panel.depth.corner[0] + d].rect.bottom
            x, y = self._top(part, names[d], spot)
            if y - above > 2 * NEAR:
                points = (x, above + NEAR), (x, y)
                yield Connector(f"crop.d{d}", points, self.look.theme.connector)
                ends.append((x, above, y))
        alone = brief(link.added)  # a note names it, too
        yield from self._crop_words((link.words, link.added, alone), ends)

    def _crop_words(
        self, ways: Sequence[str], ends: Sequence[tuple[float, float, float]]
    ) -> Iterator[Mark]:
        """Yield what happens on all arrows down, or before the first where they stand close.

        The first of the `ways` to say it is taken that has room between them.
        """
        if not ways[0] or not ends:
            return
        size, xs = self.look.legible(ADDED), [x for x, _, _ in ends]
        stops = [*(x for x, _ in self.layout.spots["output", 0].corners[1:]),
                 self.layout.body.right]  # fmt: skip
        room = min(stop - x for x, stop in zip(xs, stops, strict=False))
        narrow = (w for w in ways if w and text.width(w, size) + 2 * BESIDE_ARROW <= room)
        words, close = next(((w, False) for w in narrow), (ways[0], True))
        name = caption_height(self.look.reading) * close  # which is left of an arrow
        if min(low - name - high for _, high, low in ends) <= size:
            return
        for d, (x, high, low) in enumerate(ends[:1] if close else ends):
            at = x + (-1 if close else 1) * BESIDE_ARROW, (high + low - name) / 2
            yield self.stage.label(f"crop.d{d}.added", at, words, ADDED,
                                   anchor="right" if close else "left")  # fmt: skip

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
        depth = panel.depth
        fits = self._fits(panel.key, depth.longest(panel.slices))
        told = (lambda name: name) if fits else short
        names = [*map(told, depth.names(panel.slices))]
        meets: dict[int, str] = {}
        if taps and depth.pairs and not self._is_linked(panel.key):
            numbers = range(len(taps.places[0]))[:: -1 if self._is_flipped else 1]
            pairs = [told(depth.pair(k, d)) for k, d in zip(numbers, taps.places[0], strict=True)]
            on = taps.places[0] if panel.key == taps.on else range(panel.slices)
            meets = dict(zip(on, pairs, strict=True))
        if not all(self._fits(panel.key, name) for name in names):
            names = [*map(str, range(panel.slices))][:: -1 if depth.flipped else 1]
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
        if panel.depth.called:
            yield from self._captions(key, c, self._names(panel, taps), glowing)
        name = key if panel.shared else f"{key}.{c}"
        for k, (d, *window) in spans.items():
            for frame in self.stage.outlines(f"now.{name}.k{k}", self.panels(key, c)[d], window):
                yield replace(frame, width=THIN) if k in dark else frame

    def _is_other(self, panel: Panel) -> bool:
        """Return whether a panel's slices are the taps, but not in the order in which they meet."""
        return panel.depth.called == TAPS and panel.depth.flipped != self._is_flipped

    def _spans(
        self, panel: Panel, shown: Shown
    ) -> dict[int, tuple[int, Sequence[int], Sequence[int]]]:
        """Return what is lit of a panel: slice, rows and columns by a number, which taps have."""
        taps, (_, *whole) = shown.taps, map(range, panel.shape)
        if taps and panel.depth.called == TAPS:
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
        spot, panel = self.layout.spots[key, 0], self.layout.panel(key)
        beside, size = pairwise(spot.corners), self.look.legible(CAPTION)
        least = text.width(short(panel.depth.longest(panel.slices)), size, bold=True)
        room = min((b[0] - a[0] - NEAR for a, b in beside if b[1] == a[1]),
                   default=max(panel.cols * spot.cell_width, least))  # fmt: skip
        return text.width(name, size, bold=True) <= room

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
