"""What leads from slices to slices: connectors of taps, arrows between panels, and sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise, product

from tcviz.boards import undrawn
from tcviz.boards.lit_slices import NEAR
from tcviz.boards.shown import Link, Meeting, Shown
from tcviz.boards.summed_slices import SummedSlices
from tcviz.look.titles import ADDED, brief, unseen
from tcviz.picture import links
from tcviz.picture.depth import CAPTION, caption_height
from tcviz.picture.layout import Place
from tcviz.picture.links import BARE, BESIDE_ARROW, CLEAR, Route
from tcviz.picture.panels import Panel
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Anchor, Connector, Label, Mark, Point, Rect

SIGN, AMPLE = 16.0, 1.5
"""The text size of signs on arrows, and how long a run down is, in lines of text, that is not only
an arrow's tip."""


class LinkedSlices(SummedSlices):
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
        yield from self._told(link, name, [*self._stands(main)], ways, now=True)

    def _told(
        self, link: Link, name: str, stands: Sequence[undrawn.Stand], ways: Sequence[Route],
        *, now: bool,
    ) -> Iterator[Label]:  # fmt: skip
        """Yield what happens on ways in the first words that have room at any of some stands.

        They keep off all the ways.  Where not even the shortest have room nothing is said: a note
        says what is summed, too.
        """
        ink = self.look.theme.now if now else self.look.theme.ink
        said = filter(None, (*link.wordings, link.added, brief(link.added)))
        for words, (at, anchor) in product(said, stands):
            label = self.stage.label(f"{name}.added", at, words, ADDED, ink=ink, anchor=anchor)
            if self._is_free(extent(label)) and all(
                links.is_clear(way, [extent(label)]) for way in ways
            ):
                yield label
                return

    def _stands(self, way: Route) -> Iterator[tuple[Point, Anchor]]:
        """Yield where words may stand on a way, the last run down first, and how they run there."""
        size = self.look.legible(ADDED)
        for (x, high), (_, low) in (way[-2:], way[:2]):
            # Amid the run, or else at its beginning: names of slices reach up beside its end.
            for y in ((high + low) / 2, high + size) if low - high >= AMPLE * size else ():
                yield (x + BESIDE_ARROW, y), "left"
                yield (x - BESIDE_ARROW, y), "right"
        for (x0, y), (x1, level) in pairwise(way):
            for side, share in product((-1, 1), (4, 2, 6, 1, 7)) if y == level else ():
                yield (x0 + share / 8 * (x1 - x0), y + side * size), "center"

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
        arrow = self.stage.arrow(name, (first.right, high), tip, now=now)
        (x0, _), *bends, (x1, _) = arrow.points
        x0 = max(x0, self._named_to(*self._place(link.start, c)))
        if bends:  # clear of names, and sooner where words need the room behind
            wide = max(text.width(link.sign, self.look.legible(SIGN)),
                       text.width(link.added, self.look.legible(ADDED)))  # fmt: skip
            soon, turn = x0 + CLEAR, max(x0 + CLEAR, bends[0][0])
            turn = turn if wide <= x1 - turn - 2 * CLEAR else soon
            arrow, x0 = self.stage.arrow(name, (first.right, high), tip, now=now, turn=turn), turn
        yield arrow
        yield from self._said_across(link, arrow, x0, now=now)

    def _said_across(
        self, link: Link, arrow: Connector, start: float, *, now: bool
    ) -> Iterator[Mark]:
        """Yield what happens on an arrow, from `start` on: its sign above, what is added below.

        Near the foot of all both stand above.  What is summed without being drawn is above these.
        """
        (_, *bends, (x1, y)), size = arrow.points, self.look.legible(ADDED)
        x, room, line = (start + x1) / 2, x1 - start, text.LINE * self.look.legible(SIGN)
        if text.width(link.sign, self.look.legible(SIGN)) > room - 2 * BARE * bool(bends):
            link = link.shorter
        if text.width(link.added, size) > room - 2 * CLEAR:
            link = link._replace(added=brief(link.added))
        low, high = y + 14, y - 13
        if link.added and low + size / 2 > self.layout.bottom:
            low, high = high, high - line
        yield from self._said(link, arrow.key, (x, high), (x, low), now=now)
        at: undrawn.Stand = (x1, high - line), "right"
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
        foot = self._sole(start)
        name, points = f"{link.name}.{start[1]}", links.down(self.layout, start, end, NEAR, foot)
        yield self._arrow(name, points, now=now)
        if link.end == "output":
            yield from self._joining(name, start, points, now=now)
        x, y, room = links.beside(self.layout.doors[end], points)
        if room >= self.look.legible(ADDED):
            stands: list[undrawn.Stand] = [((x, y), "left"), ((x - 2 * BESIDE_ARROW, y), "right")]
            yield from self._told(link, name, stands, [points], now=now)

    def _joining(self, name: str, place: Place, way: Route, *, now: bool) -> Iterator[Connector]:
        """Yield what leads from other slices of a panel into its arrow: into the run across.

        From one alone it would seem to be only that slice's.  Where the run does not pass below
        all of them, a line right below them does.
        """
        if len(way) < 3:
            return
        (x, low), (_, level), (end, _) = way[:3]
        kept = self.layout.panel(place[0]).depth.kept
        xs = [part.rect.center[0] for d, part in enumerate(self.panels(*place))
              if (kept is None or d in kept) and part.rect.bottom + NEAR == low]  # fmt: skip
        runs = [((at, low), (at, level)) for at in xs if abs(at - x) > links.STRAIGHT]
        if any(not min(x, end) < at < max(x, end) for (at, _), _ in runs):
            level = low + (level - low) / 3
            runs = [((at, low), (at, level)) for (at, _), _ in runs]
            runs.append(((min(xs), level), (max(xs), level)))
        for i, run in enumerate(runs if self._are_clear(runs) else ()):
            yield replace(self._arrow(f"{name}.d{i}", run, now=now), head=False)

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:  # noqa: ARG002  (all slices lead)
        """Yield what leads from the channels' panels of that key to the output."""
        sum_, more = "Σ" * (self.part.channels > 1), unseen(self.part, self.drawn)
        link = Link("gather", key, "output", more or sum_, added=self.furniture.added, brief=sum_)
        if ("output", 0) in self.layout.cropped and self.drawn == 1:
            yield from self._cropped(link)
        else:
            yield from self._lead(link, 0, now=False)

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
        said = [self.stage.label(f"crop.d{d}.added", at, words, ADDED, anchor="left")
                for d, at in enumerate(spots)]  # fmt: skip
        free = [low - high > size and self._is_free(extent(label))
                for label, (_, high, low) in zip(said, ends, strict=True)]  # fmt: skip
        yield from said[0 if all(free) and not near else len(spots) - free[-1] :]

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
        words, least = next(narrow, ""), min(low - high for _, high, low in ends)
        if not words:
            yield from self._before(ways, *ends[0], name=caption_height(self.look.reading))
        for d, (x, high, low) in enumerate(ends if words and least > size else ()):
            at = x + BESIDE_ARROW, (high + low) / 2
            yield self.stage.label(f"crop.d{d}.added", at, words, ADDED, anchor="left")

    def _before(
        self, ways: Sequence[str], x: float, high: float, low: float, *, name: float
    ) -> Iterator[Mark]:
        """Yield the first of the `ways` to say what happens that has room left of an arrow down.

        That is above the slice's name, which is so high.
        """
        at, room = (x - BESIDE_ARROW, (high + low - name) / 2), low - name - high
        before = (self.stage.label("crop.d0.added", at, words, ADDED, anchor="right")
                  for words in filter(None, ways))  # fmt: skip
        free = (label for label in before if label.size < room and self._is_free(extent(label)))
        yield from islice(free, 1)

    def _fed(self, panel: Panel, c: int, shown: Shown, taps: Meeting) -> Iterator[Connector]:
        """Yield the connectors to a panel's slices; those of taps that take part glow."""
        theme = self.look.theme
        for k, route in enumerate(self._fed_ways(panel, c, shown, taps)):
            ink, width = (theme.now, 2.0) if k in taps.met else (theme.connector, 1.5)
            yield Connector(f"link.{c}.k{k}", route, ink, width)
