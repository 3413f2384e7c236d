"""What leads from slices to slices: connectors of taps, arrows between panels, and sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise, product

from tcviz.boards import undrawn
from tcviz.boards.lit_slices import BELOW, NEAR, LitSlices
from tcviz.boards.shown import Link, Meeting, Shown, hull
from tcviz.boards.stage import NODE
from tcviz.look.titles import ADDED, brief, unseen
from tcviz.picture import links
from tcviz.picture.depth import CAPTION, caption_height
from tcviz.picture.layout import Place
from tcviz.picture.links import BESIDE_ARROW, CLEAR, STRAIGHT, Route, routes
from tcviz.picture.panels import NOTE, Panel
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Anchor, Box, Connector, Label, Mark, Point, Rect

SIGN, LANE, AMPLE = 16.0, 12.0, 1.5
"""The text size of signs on arrows, how far two connectors run apart where there is room, and how
long a run down is, in lines of text, that is not only an arrow's tip."""


class LinkedSlices(LitSlices):
    """A board of slices, and what leads from one panel of them to another."""

    def _joined(self) -> Iterator[Mark]:
        """Yield what leads from whole panels to whole panels in every step."""
        for link in self.furniture.links:
            if not self._leads_on(link):
                for c in range(self.drawn if {link.start, link.end} <= {*self.cells} else 0):
                    yield from self._join(link, c)

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        return self._lead(link._replace(sign=""), c, now=False)

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

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from a panel to another now: beside what is lit, if it glows."""
        places = self._place(link.start, c), self._place(link.end, c)
        if self.drawn > 1 and link.end == "output":
            return self._summed(link, c, now=link.now, shown=shown)
        if not (self._neighbours(link) and self.stage.on_one_line(*places)):
            ways = [] if link.whole else self._ways(*places, shown)
            return self._lit_ways(link, c, ways) if ways else self._lead(link, c, now=link.now)
        lit = [self._beside(*place, shown, side) for side, place in enumerate(places)]
        meets = [bool(rect) or self._is_whole(key, shown) for rect, (key, _) in
                 zip(lit, places, strict=True)]  # fmt: skip
        if not all(meets):
            ways = self._ways(*places, shown) if meets[1] else []
            if meets[0] and not meets[1]:
                first = lit[0] or self._ends(link, c)[0]
                begin, (turn, _) = first.right + CLEAR, self.layout.signs[places[1]]
                ways = self._onto((begin, first.center[1]), turn, places[1], shown)
            way = self._lit_ways(link, c, ways) if ways else self._across(link, c, now=False)
            return chain(way, self._whence(link, c, shown) if meets[1] and not ways else ())
        return self._across(link, c, now=link.now, start=lit[0], end=lit[1])

    def _whence(self, link: Link, c: int, shown: Shown) -> Iterator[Label]:
        """Yield the name of a number above it, where the arrow to it leaves another slice."""
        panel, number = self.layout.panel(link.start), self._ends(link, c)[1]
        lit = self._active(panel, shown)
        if len(lit) == 1 and self.layout.panel(link.end).cells == 1:
            ((depth, *window),), size = lit, self.look.legible(CAPTION)
            inside = "".join(f",{first}" for first, *_ in window)
            name = panel.depth.names(panel.slices)[depth].replace("]", f"{inside}]")
            at, ink = (number.center[0], number.y - size), self.look.theme.now
            label = self.stage.label(f"{link.name}.{c}.from", at, name, CAPTION, ink=ink, bold=True)
            if not any(map(extent(label).meets, self._blocked)):
                yield label

    def _lit_ways(self, link: Link, c: int, ways: Sequence[Route]) -> Iterator[Mark]:
        """Yield arrows along these ways, with what happens there beside the first."""
        name, (main, *others) = self._called(link, c), ways
        yield self._arrow(name, main, now=True)
        for i, way in enumerate(others):
            joins = way[-1] in main[2:3]  # one straight down has no run across
            yield replace(self._arrow(f"{name}.{i + 1}", way, now=True), head=not joins)
        said = *link.wordings, link.added, brief(link.added)
        found = (self._told(f"{name}.added", main, words) for words in said if words)
        yield from filter(None, [next(filter(None, found), None)])

    def _told(self, name: str, way: Route, words: str) -> Label | None:
        """Return words on a way if they have room: beside a run down, or along one across."""
        for at, anchor in self._stands(way):
            label = self.stage.label(name, at, words, ADDED, ink=self.look.theme.now, anchor=anchor)
            room, body = extent(label), self.layout.body
            inside = body.x <= room.x and room.right <= body.right
            free = links.is_clear(way, [room]) and not any(map(room.meets, self._blocked))
            if inside and free:
                return label
        return None

    def _stands(self, way: Route) -> Iterator[tuple[Point, Anchor]]:
        """Yield where words may stand on a way, the last run down first, and how they run there."""
        size = self.look.legible(ADDED)
        for (x, high), (_, low) in (way[-2:], way[:2]):
            if low - high >= AMPLE * size:
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
        for d, *window in self._active(self.layout.panel(key), shown):
            rect = panels[d].rect
            if rect.x == around.x if side else rect.right == around.right:
                return panels[d].grid.span(*hull(window))
        return None

    def _lead(self, link: Link, c: int, *, now: bool) -> Iterator[Mark]:
        """Yield what leads from a panel to another: across a gutter, under others, or down."""
        start, end = self._place(link.start, c), self._place(link.end, c)
        if self.drawn > 1 and link.end == "output":
            return self._summed(link, c, now=now)
        if not self.stage.on_one_line(start, end):
            return self._down(link, start, end, now=now)
        if self._neighbours(link):
            return self._across(link, c, now=now)
        return self._under(link, c, now=now)

    def _neighbours(self, link: Link) -> bool:
        pairs = pairwise(panel.key for panel in self.layout.panels)
        return (link.start, link.end) in pairs

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
        yield from self._not_drawn(link, arrow)

    def _not_drawn(self, link: Link, arrow: Connector) -> Iterator[Label]:
        """Yield what is summed without being drawn, above the sign of an arrow, if it has room."""
        right, y = arrow.points[-1]
        at: undrawn.Stand = (right, y - 13 - text.LINE * self.look.legible(SIGN)), "right"
        found = (undrawn.told(self.stage, w, [at], self._blocked, [arrow]) for w in link.unseen)
        yield from islice(chain.from_iterable(found), 1)

    def _named_to(self, key: str, c: int) -> float:
        """Return where the name of a panel's last slice ends."""
        panel, last = self.layout.panel(key), self.panels(key, c)[-1]
        name = panel.depth.longest(panel.slices)
        name = name if self._fits(key, name) else panel.depth.short(name)
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
        words = next((w for w in link.wordings if self._is_free(x, y, w)), link.wordings[-1])
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

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:  # noqa: ARG002  (all slices lead)
        """Yield what leads from the channels' panels of that key to the output."""
        sum_, more = "Σ" * (self.part.channels > 1), unseen(self.part, self.drawn)
        link = Link("gather", key, "output", more or sum_, added=self.furniture.added, brief=sum_)
        if ("output", 0) in self.layout.cropped and self.drawn == 1:
            yield from self._cropped(link)
        else:
            yield from self._lead(link, 0, now=False)

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
        for channel in range(self.drawn):
            rect = self._first_row(link.start, channel)
            begin = rect.right + NEAR, rect.center[1]
            points = begin, (x, begin[1]), (x, ring.y - 2)
            arrow = self._arrow(f"gather.{channel}", points, now=now)
            yield replace(arrow, head=channel == self.drawn - 1)
        theme = self.look.theme
        node = Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
        yield node
        yield self.stage.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
        whole: Route = (ring.x - 2, y), (target.right + CLEAR, y)
        added = None
        if link.added:  # above the arrow, or where that is short below the ring
            wide = text.width(link.added, self.look.legible(ADDED))
            above = ring.x - target.right >= wide + CLEAR
            at = (ring.x - 4, y - 14) if above else (ring.right, ring.bottom + ADDED)
            added = self.stage.label("gather.added", at, link.added, ADDED, anchor="right")
        words = [added] if added else []
        ways = self._out_to(ring, target, shown) if shown else ()
        lit = next((way for way in ways if links.is_clear(way, map(extent, words))), None)
        yield self._arrow("gather.out", lit or whole, now=now and bool(lit))
        yield from words
        yield from self._unseen(link.start, [node, *words])

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

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[undrawn.Stand]:  # noqa: ARG002
        """Yield where words may stand: below a ring, or left of what leads down into it."""
        half = self.look.legible(NOTE) / 2
        yield (ring.right, ring.bottom + half + CLEAR), "right"
        yield (ring.center[0] - CLEAR, ring.y - half - CLEAR), "right"

    def _first_row(self, key: str, c: int) -> Rect:
        """Return the box around the slices of a panel that are beside its first."""
        rects = [panel.rect for panel in self.panels(key, c)]
        row = [rect for rect in rects if rect.y == rects[0].y]
        return row[0]._replace(w=row[-1].right - row[0].x)

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
        if link.brief != link.sign and ends:
            told = [*self._unseen_on(link.words, ends)]
            if told:
                yield from told
                return
            link = link.shorter
        alone = brief(link.added)  # a note names it, too
        yield from self._crop_words((link.words, link.added, alone), ends)

    def _unseen_on(self, words: str, ends: Sequence[tuple[float, float, float]]) -> Iterator[Mark]:
        """Yield which channels are added without being drawn: on all arrows down, or on the last.

        Where not even that has room it is not said.
        """
        size = self.look.legible(ADDED)
        apart = text.width(words, size) + 2 * BESIDE_ARROW
        near = any(right - left < apart for (left, *_), (right, *_) in pairwise(ends))
        spots = [(x + BESIDE_ARROW, (high + low) / 2) for x, high, low in ends]
        free = [low - high > size and self._is_free(*at, words)
                for at, (_, high, low) in zip(spots, ends, strict=True)]  # fmt: skip
        first = 0 if all(free) and not near else len(spots) - free[-1]
        for d, at in enumerate(spots[first:], first):
            yield self.stage.label(f"crop.d{d}.added", at, words, ADDED, anchor="left")

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
