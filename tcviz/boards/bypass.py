"""Arrows to a panel past those that stand between: below them, or above."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tcviz.boards.arranged import Arranged
from tcviz.boards.stage import OPERATOR
from tcviz.picture import links
from tcviz.picture.layout import Place
from tcviz.picture.links import Route
from tcviz.picture.nodes import PAST, past_lane
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Point, Rect

BESIDE_CELLS = 10.0
"""How far an arrow to another channel's panel runs from cells at least: nearer it seems theirs."""


@frozen
class Bypass:
    """What leads on a stage from one place to another, past the panels that stand between.

    It leads below these, if it can, and ends left of its panel, or where a sign stands there below
    it.  What comes from the first of several channels leads above them where that way is clear of
    what is `blocked`, and ends above its panel: so it meets nothing of other channels.
    """

    stage: Arranged
    start: Place
    end: Place
    blocked: Sequence[Rect]

    def way(self, begin: Point, last: Rect) -> Route | None:
        """Return the way from right of a point to the cells in a box, if there is room for it.

        Down to another line it leads before the panels between.
        """
        stage, layout, (_, c) = self.stage, self.stage.layout, self.end
        tip = stage.before(self.end, (last.x, last.center[1]))
        if self._over and c == 0:
            return self._above(begin, last, self._over)
        if not self._is_signed and not self._is_near:
            between = stage.on_one_line(self.start, (self._after, 0))
            out = self._out if between else None
            return links.route(layout, self.start, self.end, begin, tip, out)
        lane, out = layout.lines[self.start].bottom + PAST / 2, self._out
        if self._is_near:  # lanes nested in each other: that of the first row is outmost
            first = self._over is not None
            rows, row = layout.lines[self.start].rows - first, self.start[1] - first
            lane = past_lane(layout.lines[self.start], row)
            pitch = links.abreast(2 * (out - begin[0] - links.CLEAR - links.BARE), rows)
            if pitch is None:
                return None
            out += pitch * ((rows - 1) / 2 - row)
        leaves = (begin[0] + links.CLEAR, begin[1]), (out, begin[1]), (out, lane)
        if not self._is_signed:
            up = layout.signs[self.end][0]
            return *leaves, (up, lane), (up, tip[1]), (tip[0] - links.CLEAR, tip[1])
        under = self._under(last, lane)
        return (*leaves, *under) if under else None

    @cached_property
    def _between(self) -> Sequence[str]:
        """The panels between both ends, and the last."""
        keys = [panel.key for panel in self.stage.layout.panels]
        return keys[keys.index(self.start[0]) + 1 : keys.index(self.end[0]) + 1]

    @property
    def _after(self) -> str:
        """The panel right of the first."""
        return self._between[0]

    @property
    def _out(self) -> float:
        """Where the gutter is, right of the first panel, in which the way turns."""
        layout = self.stage.layout
        c = 0 if layout.panel(self._after).shared else self.start[1]
        return layout.signs[self._after, c][0]

    @property
    def _is_signed(self) -> bool:
        return bool(self.stage.layout.panel(self.end[0]).sign)

    @property
    def _is_near(self) -> bool:
        return self.stage.on_one_line(self.start, self.end)

    @cached_property
    def _over(self) -> float | None:
        """How high the way of the first of several channels leads above what is between.

        That is amid the room between headings and panels, if it is clear there.
        """
        layout, first = self.stage.layout, (self.start[0], 0)
        if not (self._is_signed and self._is_near) or layout.lines[first].rows < 2:
            return None
        spots = [layout.spots[key, 0] for key in self._between]
        words = [extent(mark) for key in self._between if (key, 0) in layout.headings
                 for mark in self.stage.heading((key, 0))]  # fmt: skip
        low, high = min(s.y - s.above for s in spots), max((r.bottom for r in words), default=0.0)
        lane = (low + high) / 2
        start, last = self.stage.grid(first).rect, self.stage.grid((self.end[0], 0)).rect
        way = self._above((start.right, start.center[1]), last, lane)
        return lane if links.is_clear(way, self.blocked, links.STRAIGHT) else None

    def _above(self, begin: Point, last: Rect, lane: float) -> Route:
        """Return the way up from right of a point, along a lane, and down to the cells in a box."""
        (x, y), out, at = begin, self._out, last.center[0]
        return (x + links.CLEAR, y), (out, y), (out, lane), (at, lane), (at, last.y - links.CLEAR)

    def _under(self, last: Rect, lane: float) -> Route:
        """Return the way from a lane up to below a panel, none where there is no room."""
        layout, (a, b) = self.stage.layout, (self.start, self.end)
        at, foot = last.center[0], last.bottom + links.CLEAR
        below = foot + 2 * links.CLEAR
        if self._is_near:
            inner = layout.lines[b].rows - 2 - b[1]
            if inner < 0:
                return (at, lane), (at, foot)
            lanes = self._before_sign(last, layout.lines[b].rows - 1 - (self._over is not None))
            if not lanes:
                return ()
            beside = lanes[inner]
        elif links.is_beside(layout, a, b) and lane <= layout.bottom:
            line = layout.lines[b]
            beside_it = (place for place, of in layout.lines.items() if of is line)
            lowest = max(self.stage.grid(place).rect.bottom for place in beside_it)
            beside, below = (links.turn(layout, a) + line.box.x) / 2, lowest + 2 * links.CLEAR
        else:
            return ()
        return (beside, lane), (beside, below), (at, below), (at, foot)

    def _before_sign(self, last: Rect, count: int) -> Sequence[float]:
        """Return so many lanes between cells and the sign left of them, none without room for all.

        They are amid the room that is clear of both, the inmost first.
        """
        layout, size = self.stage.layout, self.stage.look.legible(OPERATOR)
        sign = text.width(layout.panel(self.end[0]).sign, size)
        left = layout.signs[self.end][0] + sign / 2 + links.BARE
        room = last.x - BESIDE_CELLS - left
        pitch = links.abreast(room, count) if room >= 0 else None
        if pitch is None:
            return ()
        first = last.x - BESIDE_CELLS - (room - pitch * (count - 1)) / 2
        return [first - pitch * i for i in range(count)]
