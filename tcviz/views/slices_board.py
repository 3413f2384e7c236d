"""What both forward views share in three dimensions: depth slices, their names, and connectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import TypeAlias

from tcviz.picture import links
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.depth import CAPTION, TAPS, caption_height, short
from tcviz.picture.layout import Place
from tcviz.picture.links import BESIDE_ARROW, CLEAR, Route, routes
from tcviz.picture.panels import NOTE, TITLE, Panel
from tcviz.picture.slices import sliced
from tcviz.picture.solver import Room
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Anchor, Box, Connector, Label, Mark, Point, Rect
from tcviz.views.headings import Heading
from tcviz.views.lit_slices import BELOW, NEAR, LitSlices
from tcviz.views.panel import Grid
from tcviz.views.shown import Link, Meeting, Shown, Window, beheld, hull
from tcviz.views.stage import NODE
from tcviz.views.titles import ADDED, brief, unseen
from tcviz.views.undrawn import Stand

Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

FACTORS = "⊙×"
"""The signs of products."""
THIN, SIGN, LANE = 2.0, 16.0, 12.0
"""The width of frames where nothing happens, which cover those of what is kept, the text size of
signs on arrows, and how far two connectors run apart where there is room."""


class SlicesBoard(LitSlices):
    """A board on which each panel shows depth slices."""

    def _options(self, panels: Sequence[Panel], drawn: int, room: Room) -> Iterator[Arrangement]:
        small = self.look.legible(TITLE) > TITLE
        return sliced(panels, drawn, room.body.w, small=small)

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
        places = (other for other in self._places() if not self._of(other[0]).enlarges)
        others = (other for other in places if other != place)
        return not any(self.stage.on_one_line(place, other) for other in others)

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around what output_padding added where no hatching shows."""
        if self._is_hatched:
            return
        key, (deep, *_) = self._last
        for d in deep:
            panel = self.panels(key)[d]
            for i, span in enumerate(self._added(d)):
                rect = panel.grid.span(*span)
                yield from self.stage.dashed(f"output_padding.{panel.grid.key}.{i}", rect)

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
        """Yield the signs between panels; before one that begins a line it is above that if it can.

        There it is between two factors, of which the other is in the line above.
        """
        panels = self.layout.panels
        for before, panel in zip((panels[0], *panels), panels, strict=False):
            for c in range(self.drawn if panel.sign else 0):
                if at := self._between(before, panel, c):
                    yield from self.stage.sign(f"{panel.key}.{c}.sign", *at, panel.sign)
                else:
                    yield from self.stage.operator(panel.key, 0.0, panel.sign, c)

    def _between(self, upper: Panel, lower: Panel, c: int) -> Point | None:
        """Return where a sign has room between two factors, the one in the line above the other."""
        places = self._place(upper.key, c), self._place(lower.key, c)
        if lower.sign not in FACTORS or places[1] in self.layout.lanes:
            return None
        if self.stage.on_one_line(*places):
            return None
        high, low = (self.cells[key][n].rect for key, n in places)
        spot = self.layout.spots[places[1]]
        foot = low.y - spot.above - caption_height(self.look.reading)
        left, right = max(high.x, low.x), min(high.right, low.right)
        at = (left + right) / 2, (high.bottom + foot) / 2
        room = Rect(at[0] - SIGN / 2, at[1] - SIGN / 2, SIGN, SIGN)
        words = (extent(mark) for mark in self._named() if isinstance(mark, Label))
        fits = left < right and high.bottom + CLEAR / 2 < room.y and room.bottom < foot
        return at if fits and not any(map(room.meets, (*words, *self._sliced))) else None

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        return self._lead(link._replace(sign=""), c, now=False)

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:  # noqa: ARG002  (all slices lead)
        """Yield what leads from the channels' panels of that key to the output."""
        sum_, more = "Σ" * (self.part.channels > 1), unseen(self.part, self.drawn)
        link = Link("gather", key, "output", more or sum_, added=self.furniture.added, brief=sum_)
        if ("output", 0) in self.layout.cropped and self.drawn == 1:
            yield from self._cropped(link)
        else:
            yield from self._lead(link, 0, now=False)

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from a panel to another now: beside what is lit, if it glows."""
        places = self._place(link.start, c), self._place(link.end, c)
        summed = self.drawn > 1 and link.end == "output"
        if summed or not (self._neighbours(link) and self.stage.on_one_line(*places)):
            ways = [] if summed or link.whole else self._ways(*places, shown)
            return self._lit_ways(link, c, ways) if ways else self._lead(link, c, now=link.now)
        lit = [self._beside(*place, shown, side) for side, place in enumerate(places)]
        meets = [bool(rect) or self._is_whole(key, shown) for rect, (key, _) in
                 zip(lit, places, strict=True)]  # fmt: skip
        if not all(meets):
            ways = self._ways(*places, shown) if meets[1] else []
            return self._lit_ways(link, c, ways) if ways else self._across(link, c, now=False)
        return self._across(link, c, now=link.now, start=lit[0], end=lit[1])

    def _lit_ways(self, link: Link, c: int, ways: Sequence[Route]) -> Iterator[Mark]:
        """Yield arrows along these ways, with what happens there beside the first."""
        name, (main, *others) = self._called(link, c), ways
        yield self._arrow(name, main, now=True)
        for i, way in enumerate(others):
            joins = way[-1] == main[2]
            yield replace(self._arrow(f"{name}.{i + 1}", way, now=True), head=not joins)
        said = link.words, link.added, brief(link.added)
        found = (self._told(f"{name}.added", main, words) for words in said if words)
        yield from filter(None, [next(filter(None, found), None)])

    def _told(self, name: str, way: Route, words: str) -> Label | None:
        """Return words on a way if they have room: beside a run down, or along one across."""
        for at, anchor in self._stands(way):
            label = self.stage.label(name, at, words, ADDED, ink=self.look.theme.now, anchor=anchor)
            room, body = extent(label), self.layout.body
            inside = body.x <= room.x and room.right <= body.right
            if inside and not any(room.meets(rect) for rect in self._blocked):
                return label
        return None

    def _stands(self, way: Route) -> Iterator[tuple[Point, Anchor]]:
        """Yield where words may stand on a way, the last run down first, and how they run there."""
        size = self.look.legible(ADDED)
        for (x, high), (_, low) in (way[-2:], way[:2]):
            if low - high >= size:
                yield (x + BESIDE_ARROW, (high + low) / 2), "left"
                yield (x - BESIDE_ARROW, (high + low) / 2), "right"
        for (x0, y), (x1, level) in pairwise(way):
            for side, share in product((-1, 1), (4, 2, 6, 1, 7)) if y == level else ():
                yield (x0 + share / 8 * (x1 - x0), y + side * size), "center"

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
        if text.width(link.sign, self.look.legible(SIGN)) > x1 - arrow.points[0][0]:
            link = link.shorter
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
        x, y, room = links.beside(self.layout.doors[end], points)
        words = link.words
        if not self._is_free(x, y, words):
            words = link.shorter.words
        if words and room >= self.look.legible(ADDED):
            ink = self.look.theme.now if now else self.look.theme.ink
            wide = text.width(words, self.look.legible(ADDED))
            if end in self.layout.asides and x + wide > self.layout.asides[end].right:
                x -= wide + 2 * BESIDE_ARROW  # left of the arrow: slices begin at its right
            yield self.stage.label(f"{name}.added", (x, y), words, ADDED, ink=ink, anchor="left")

    def _is_free(self, x: float, y: float, words: str) -> bool:
        """Return whether words have room that begin at a point."""
        room = extent(self.stage.label("", (x, y), words, ADDED, anchor="left"))
        return room.right <= self.layout.body.right and not any(map(room.meets, self._blocked))

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
        node = Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
        yield node
        yield self.stage.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
        out = (ring.x - 2, y), (target.right + CLEAR, y)
        yield self._arrow("gather.out", out, now=now)
        if link.added:  # above the arrow, or where that is short below the ring
            wide = text.width(link.added, self.look.legible(ADDED))
            above = ring.x - target.right >= wide + CLEAR
            at = (ring.x - 4, y - 14) if above else (ring.right, ring.bottom + ADDED)
            added = self.stage.label("gather.added", at, link.added, ADDED, anchor="right")
            yield added
            yield from self._unseen(link.start, [node, added])
        else:
            yield from self._unseen(link.start, [node])

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[Stand]:  # noqa: ARG002
        """Yield where words may stand: below a ring, or left of what leads down into it."""
        half = self.look.legible(NOTE) / 2
        yield (ring.right, ring.bottom + half + CLEAR), "right"
        yield (ring.center[0] - CLEAR, ring.y - half - CLEAR), "right"

    def _first_row(self, key: str, c: int) -> Rect:
        """Return the box around the slices of a panel that are beside its first."""
        rects = [panel.rect for panel in self.panels(key, c)]
        row = [rect for rect in rects if rect.y == rects[0].y]
        return row[0]._replace(w=row[-1].right - row[0].x)

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
        if link.brief != link.sign and ends:  # said once, right of all
            x, high, low = ends[-1]
            at = x + BESIDE_ARROW, (high + low) / 2
            if self._is_free(*at, link.words) and low - high > self.look.legible(ADDED):
                yield self.stage.label("crop.added", at, link.words, ADDED, anchor="left")
                return
            link = link.shorter
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

    def _joined(self) -> Iterator[Mark]:
        """Yield what leads from whole panels to whole panels in every step."""
        for link in self.furniture.links:
            if not self._leads_on(link):
                for c in range(self.drawn if {link.start, link.end} <= {*self.cells} else 0):
                    yield from self._join(link, c)

    def _leads_on(self, link: Link) -> bool:
        """Return whether a link between whole panels leads from line to line."""
        ends = link.start, link.end
        if not {*ends} <= {*self.cells}:
            return False
        return not self.stage.on_one_line(*(self._place(key, 0) for key in ends))

    def _links(self, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield also connectors from the slices of a panel to those that they feed.

        What leads from line to line leaves the slices that are read, where any are.
        """
        yield from super()._links(c, shown)
        for link in filter(self._leads_on, self.furniture.links):
            lit = {link.start, link.end} <= {*shown.lit}
            yield from self._link(link._replace(sign=""), c, shown) if lit else self._join(link, c)
        for panel in self.layout.panels:
            if panel.depth.feeder and shown.taps:
                yield from self._fed(panel, c, shown, shown.taps)

    def _fed(self, panel: Panel, c: int, shown: Shown, taps: Meeting) -> Iterator[Connector]:
        """Yield the connectors to a panel's slices; those of taps that take part glow."""
        lanes = self._lanes(panel, c)
        if lanes is None:
            return
        below, names = self.panels(panel.key, c), self._names(panel, taps)
        starts = [(p.rect.center[0], p.rect.bottom + NEAR)
                  for p in self.panels(panel.depth.feeder, c)]  # fmt: skip
        spot = self.layout.spots[panel.key, c]
        amid = self._amid(panel, c, shown)
        ends = [self._top(below[d], names[d], spot, below[d].rect.x + amid)
                for d in taps.places[0]]  # fmt: skip
        theme = self.look.theme
        for k, route in enumerate(routes(starts, ends, lanes)):
            ink, width = (theme.now, 2.0) if k in taps.met else (theme.connector, 1.5)
            yield Connector(f"link.{c}.k{k}", route, ink, width)

    def _amid(self, panel: Panel, c: int, shown: Shown) -> float:
        """Return how far right in a panel's slices the middle of what is lit is, or their own."""
        first, (_, *window) = self.panels(panel.key, c)[0], shown.lit.get(panel.key, ((), ()))
        rect = first.grid.span(*hull(window)) if all(window) else first.rect
        return rect.center[0] - first.rect.x

    def _lanes(self, panel: Panel, c: int) -> tuple[float, ...] | None:
        """Return the lanes of connectors to a panel: as far apart as there is room above them."""
        lanes = self.layout.lanes.get((panel.key, c))
        if lanes is None or len(lanes) < 2:
            return lanes
        top = self.layout.lines[self._place(panel.depth.feeder, c)].bottom + 2 * BELOW
        pitch = min(LANE, (lanes[-1] - top) / (len(lanes) - 1))
        if pitch <= lanes[1] - lanes[0]:
            return lanes
        return tuple(lanes[-1] - pitch * i for i in reversed(range(len(lanes))))

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

    def _beheld(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield frames around what a lens enlarges, as it has there."""
        lens = self.layout.panel(key)
        window = shown.lit.get(lens.enlarges)
        if window and all(window):
            deep, *here = beheld(window, lens.shape)
            for d in deep:
                panel = self.panels(key, c)[d]
                name = f"now.{self._name(key, c)}.d{d}"
                yield self.stage.outline(name, panel, panel.grid.span(*here))

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
