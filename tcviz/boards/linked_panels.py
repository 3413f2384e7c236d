"""What leads from one panel of a picture to another: in every step, and in each its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice, pairwise

from tcviz.boards import undrawn
from tcviz.boards.bypass import Bypass
from tcviz.boards.held_panels import HeldPanels
from tcviz.boards.panel import Cells
from tcviz.boards.shown import Link, Shown, Window, hull
from tcviz.boards.stage import OPERATOR
from tcviz.look.titles import ADDED, shortly, unseen
from tcviz.picture.layout import Place
from tcviz.picture.links import BESIDE_ARROW
from tcviz.picture.nodes import FIRST_SIGN
from tcviz.picture.panels import NOTE, heading
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Connector, Mark, Point, Rect

READ_ON = 0.6
"""Room between words on one line, in text sizes, over which nobody reads on."""
FLAT = 2
"""In so many dimensions arrows lead to panels beside each other."""
CLEAR = 4.0
"""Room between a panel and a sign beside it, where the gutter has as much on both sides."""


class LinkedPanels(HeldPanels):
    """Panels, and what leads from one to another: from and to what is lit of them, if it is."""

    def _joined(self) -> Iterator[Mark]:
        """Yield what leads from one whole panel to another, in every step."""
        for link in self.furniture.links:
            for c in range(self.drawn if {link.start, link.end} <= {*self.cells} else 0):
                yield from self._join(link, c)

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        name, (first, last) = f"{link.name}.{c}", self._ends(link, c)
        if link.start in self._uppers:
            at = first.center[0], (first.bottom + last.y) / 2
            yield self.stage.label(name, at, link.sign, 14.0)
            return
        places = self._place(link.start, c), self._place(link.end, c)
        start, end = (first.right, first.center[1]), (last.x, last.center[1])
        arrow = self.stage.link(name, places, start, end, now=False)
        yield arrow
        yield from self.stage.along(arrow, places, self._of(link.end).said)

    def _links(self, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from one panel of a channel to another now."""
        for link in shown.links:
            if {link.start, link.end} <= {*self.cells}:
                yield from self._link(link, c, shown)

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        name, places = self._called(link, c), (self._place(link.start, c), self._place(link.end, c))
        first, last = self._ends(link, c, shown)
        (begin, end), (lit, at) = self._ends(link, c), (first.center[1], last.center[1])
        if self._of(link.end).past == link.start and not self._beside_each_other(link):
            level = end._replace(y=last.y, h=last.h)  # beside the panel, whatever is lit of it
            way = Bypass(self.stage, *places, self._blocked).way((begin.right, lit), level)
            if way:
                yield self._arrow(name, way, now=link.now)
            return
        before = FIRST_SIGN if self._signs_end(link, places) else 0.0
        tip = end.x - before, at
        arrow = self.stage.link(name, places, (begin.right, lit), tip, now=link.now)
        if link.now and self._run_abreast(places):
            arrow = replace(arrow, ink=self.look.theme.lane(self.part.first + c))
        yield arrow
        if before:
            x, y = self.stage.before(places[1], tip)
            yield self.stage.label(f"{name}.sign", (x + before / 2, y), link.sign, OPERATOR)
        elif link.sign:
            yield self._signed(link, name, places, (begin.right, lit), begin.y)
        if link.added:
            # Below the arrow in the gutter that has room for it, or else by its first turns.
            near = self.stage.gutter(*places) is not None
            below = begin.right + 8 if near else arrow.points[1][0] + 7
            words = self.stage.label(f"{name}.added", (below, lit + 14), link.added, ADDED,
                                     anchor="left")  # fmt: skip
            if below + text.width(link.added, words.size) > self.layout.body.right:
                right, over = arrow.points[2]  # above the run to the other line
                words = replace(words, at=(right - 8, over - 10), anchor="right")
            yield words

    def _arrow(self, name: str, points: Sequence[Point], *, now: bool) -> Connector:
        """Return an arrow along some points."""
        ink, width = (self.look.theme.now, 2.0) if now else (self.look.theme.connector, 1.5)
        return Connector(name, tuple(points), ink, width)

    def _signs_end(self, link: Link, places: tuple[Place, Place]) -> bool:
        """Return whether the sign of a link to another line stands before the panel it leads to."""
        return self._of(link.end).sign == link.sign != "" and self.stage.gutter(*places) is None

    def _run_abreast(self, places: tuple[Place, Place]) -> bool:
        """Return whether several channels lead around to another line, each to its own panel."""
        own = self.drawn > 1 and not any(self._of(key).shared for key, _ in places)
        return own and self.stage.gutter(*places) is None

    def _called(self, link: Link, c: int) -> str:
        """Return the name of a channel's link, or of the one between panels that are shared."""
        shared = all(self._of(key).shared for key in (link.start, link.end))
        return link.name if shared else f"{link.name}.{c}"

    def _beside_each_other(self, link: Link) -> bool:
        return (link.start, link.end) in pairwise(panel.key for panel in self.layout.panels)

    def _signed(
        self, link: Link, name: str, places: tuple[Place, Place], start: Point, top: float
    ) -> Mark:
        """Return the sign above a link: at its beginning, for it may turn, or amid whole panels.

        What goes around leaves below a heading that may be wider than its panel: there the sign's
        middle is no higher than the `top` of that, if it stays clear of the arrow, or else it is
        right of the heading.
        """
        stage, (x, y), ink = self.stage, start, self.look.theme.now
        turn = stage.gutter(*places)
        room = 22.0 if turn is None else turn - x
        half = text.width(link.sign, stage.look.legible(16.0)) / 2
        clear = half + max(1.0, min(CLEAR, room / 2 - half))  # of the panel, and of the way
        beside, size = max(clear, min(16, 2 * room - 28.5)), 16.0
        if link.whole:
            beside, size = 12.0 if turn is None else room - 4, 18.0
        over = y - 13 if turn else min(max(y - 13, top), y - 10)
        if over < top and turn is None:
            beside = max(beside, self._heading_end(places[0]) + size / 2 - x)
        return stage.label(f"{name}.sign", (x + beside, over), link.sign, size, ink=ink)

    def _heading_end(self, place: Place) -> float:
        """Return where the heading of a panel ends at the right, if it has one, with some room."""
        key, _ = place
        if (key, 0) not in self.layout.headings:
            return 0.0
        (x, _), panel = self.layout.headings[key, 0], self._of(key)
        return x + heading(panel, self.look.reading) / 2

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from the channels' panels of that key to the output.

        It leads from row to row: from what is lit and kept of them to what is lit of the output.
        """
        (output,), several = self.cells["output"], self.part.channels > 1
        added, sent = self.furniture.added, self._sent(key, shown)
        lit = None
        if sent:
            starts = [self._spanned(panel, sent) for panel in self.cells[key]]
            lit = starts, self._spanned(output, shown.lit["output"])
        marks = self.stage.gather(key, self.cells[key], output, lit, several=several, added=added)
        yield from marks
        yield from self._unseen(key, marks)

    def _unseen(self, key: str, marks: Sequence[Mark]) -> Iterator[Mark]:
        """Yield which channels without panels are summed, too, if there is room for it.

        An arrow leads from there into the ring, where no other one does.
        """
        rings = (extent(mark) for mark in marks if mark.key == "gather.node")
        for ring in rings:
            stands = [*self._beside_ring(key, ring)] or [*undrawn.level(ring, marks)]
            more = unseen(self.part, self.drawn)
            led = self._is_led(key, ring)
            # Without an arrow of its own it may stand beside that of a channel which is drawn.
            above = self.part.layer.dims == FLAT and self.stage.on_one_line((key, 0), ("output", 0))
            ways = [f"Σ: {more}, not drawn"] * (above and not led and bool(more))
            ways += more, shortly(more)
            found = (undrawn.told(self.stage, w, stands, self._blocked, marks) for w in ways)
            for label in islice(chain.from_iterable(found), 1):
                yield from [undrawn.arrow(self.stage, label, ring)] * led
                yield label

    def _is_led(self, key: str, ring: Rect) -> bool:
        """Return whether no arrow leads into the ring, or out of it, from above or below."""
        if self.part.layer.dims != FLAT or self.drawn > 1:
            return False
        beside, (output,) = self.stage.on_one_line((key, 0), ("output", 0)), self.cells["output"]
        return beside and self.stage.turns(ring, output.rect)

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[undrawn.Stand]:
        """Yield where words may stand above or below a ring beside panels, whatever rows are lit.

        There are none beside one that stands between lines of panels.
        """
        if not self.stage.on_one_line((key, 0), ("output", 0)):
            return
        (output,), (x, _), half = self.cells["output"], ring.center, self.look.legible(NOTE) / 2
        top = output.rect.y - self.layout.spots["output", 0].above
        for y in top - half - BESIDE_ARROW, output.rect.bottom + half + BESIDE_ARROW:
            if self._is_led(key, ring):
                yield (x, y), "center"
            yield (x + BESIDE_ARROW, y), "left"

    @cached_property
    def _blocked(self) -> tuple[Rect, ...]:
        """What no words may lie on: other words, from which they would read on, and panels."""
        marks, beside = (*self._numbered(), *self._signs()), READ_ON * self.look.legible(NOTE)
        names = (Rect(x - beside, y, wide + 2 * beside, high)
                 for x, y, wide, high in map(extent, self._named()))  # fmt: skip
        panels = (panel.rect for panels in self.cells.values() for panel in panels)
        return (*names, *map(extent, marks), *panels)

    def _sent(self, key: str, shown: Shown) -> Window | None:
        """Return what is lit of a panel and leads on to the output: of a frame what is in it."""
        if not {key, "output"} <= {*shown.lit}:
            return None
        lit, (_, kept) = shown.lit[key], self.furniture.kept.get(key, ("", shown.lit[key]))
        window = [[i for i in axis if i in inner] for axis, inner in zip(lit, kept, strict=True)]
        return window if all(window) else None

    def _spanned(self, panel: Cells, window: Window) -> Rect:
        """Return the box around cells of a panel."""
        return panel.grid.span(*hull(window))

    def _ends(self, link: Link, c: int, shown: Shown | None = None) -> tuple[Rect, Rect]:
        """Return what a link leads from and to: what is lit of panels, or all of them."""
        ends = link.start, link.end
        first, last = (self._lit(key, c, shown, whole=link.whole) for key in ends)
        if shown and link.onto:
            last = self._panel(link.end, c, shown).grid.span(*hull(link.onto))
        return first, last

    def _lit(self, key: str, c: int, shown: Shown | None, *, whole: bool = False) -> Rect:
        if shown is None:
            return self.cells[key][c if len(self.cells[key]) > c else 0].rect
        panel, lit = self._panel(key, c, shown), {} if whole else shown.lit
        return panel.grid.span(*hull(lit[key])) if key in lit else panel.rect
