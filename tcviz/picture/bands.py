"""Panels of depth slices: rows of them, and bands that break into lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import ceil, floor, inf

from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.footprint import (
    Footprint,
    aside,
    footprint,
    inline,
    lens_width,
    notes_inline,
    row_width,
)
from tcviz.picture.layout import Door, Line
from tcviz.picture.nodes import WIDER, Node, Placing, Row, spot
from tcviz.picture.panels import NAME, NOTE, SIGNED, TITLE, WORD_GAP, Panel
from tcviz.picture.scale import Scale
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Point, Rect
from tcviz.scene.text import legible, width

LENS_GAP = 40.0
"""Room between slices and a lens beside them."""
WRAP_GAP, LABEL_GAP = 8.0, 22.0
"""Room between the rows of a panel's slices, and right of headings beside slices."""
LANE, LANES, TIPS = 8.0, 40.0, 12.0
"""Room of one connector between two lines, of all of them, and of their heads."""
ENTRY, ASIDE, DOOR = 10.0, 16.0, 52.0
"""Room for an arrow above a heading, above one beside slices, and right of one above them."""
SIGN, CORRIDOR, SILL = 30.0, 18.0, 5.0
"""Room before a line for its sign, and for what leads past it, and below a heading beside which an
arrow comes in, which leads on there."""


@frozen
class SliceRow(Row):
    """A channel's panels beside each other; their headings are on one line if all have room.

    Arrows come from lines above to those `entered`, and where it is `passed` to lines below.
    It may begin with a sign.  One that `feeds` what is below has no room for a lens, which
    connectors would cross.
    """

    headed: bool = True
    entered: frozenset[str] = frozenset()
    signed: bool = False
    passed: bool = False
    feeds: bool = False

    @cached_property
    def core(self) -> Node | None:
        """All but headings, which move into one line, and arrows into them."""
        return replace(self, headed=False, entered=frozenset())

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height, endless where it has no room."""
        crossed = self.feeds and any(map(scale.lens, self.items))
        return (inf, inf) if crossed else super().size(scale)

    def _gaps(self, taken: Sequence[Footprint], scale: Scale) -> list[float]:
        first, *others = super()._gaps(taken, scale)
        if self.signed:
            first = taken[0].left + SIGN
        return [first + CORRIDOR * self.passed, *others]

    def _head(self, scale: Scale) -> float:
        entry = ENTRY * any(p.key in self.entered and not self._is_beside(p, scale)
                            for p in self.items)  # fmt: skip
        if not self.headed:
            return entry
        return entry + (_heading_height(scale) if self._inlined(scale) else super()._head(scale))

    def place(self, box: Rect, into: Placing) -> None:
        """Place the panels, and where arrows come in above their headings."""
        super().place(box, into)
        (channel,), line = self.channels, into.lines[self.items[0].key, self.channels[0]]
        for panel in self.items:
            if panel.key in self.entered and self._is_beside(panel, into.scale):
                x, foot = into.inline[panel.key, channel]
                end = x + inline(panel, into.scale) + _more(panel, into.scale) + WORD_GAP
                right = x + footprint(panel, into.scale).wide - WORD_GAP
                into.doors[panel.key, channel] = Door(
                    end, right, foot - _heading_height(into.scale) / 2, beside=True,
                    corridor=into.corridors.pop(channel, None),
                )  # fmt: skip
            elif panel.key in self.entered:
                left, right = into.spots[panel.key, channel].x, footprint(panel, into.scale).wide
                inset = min(10.0, right / 2)
                into.doors[panel.key, channel] = Door(
                    left + inset, left + right - inset, line.box.y + ENTRY - 2, False,
                    into.corridors.pop(channel, None),
                )  # fmt: skip
        if self.passed:
            into.corridors[channel] = line.box.x + CORRIDOR / 2 - 3

    def _is_beside(self, panel: Panel, scale: Scale) -> bool:
        """Return whether an arrow has room beside a heading."""
        if not (self.headed and self._inlined(scale)):
            return False
        return inline(panel, scale) + _more(panel, scale) + DOOR <= footprint(panel, scale).wide

    def _inlined(self, scale: Scale) -> bool:
        return all(inline(p, scale) + WORD_GAP <= footprint(p, scale).wide for p in self.items)

    def _headed(self, into: Placing, panel: Panel, start: float, top: float) -> None:
        if self._inlined(into.scale) and self.headed:
            into.inline[panel.key, self.channels[0]] = start, top
        elif self.headed:
            super()._headed(into, panel, start, top)


@frozen
class Band(Node):
    """A panel by itself, of as many slices beside each other as there is room for.

    Its `peers`, if it has any, have their headings beside them and begin alike.  So many `lanes`
    lead connectors to it, and it is cropped from what is right `over` it.  An arrow `enters` it
    from the line above or from one that is `far`, or so much of its room is for what leads `out`
    beside it.
    """

    panel: Panel
    channel: int
    room: float
    peers: tuple[Panel, ...] = ()
    lanes: int = 0
    over: Panel | None = None
    enters: bool = False
    out: float = 0.0
    far: bool = False

    def panels(self) -> Iterator[Panel]:
        """Yield its panel."""
        yield self.panel

    @cached_property
    def core(self) -> Node | None:
        """All but the room of an arrow, which may come in beside the heading."""
        return replace(self, enters=False)

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height, endless where it has no room."""
        return scale.known(Band._size, self)

    def _size(self, scale: Scale) -> tuple[float, float]:
        across, margin = self._across(self.panel, scale), LABEL_GAP if self.peers else scale.hang
        if across < 1 or (self.lanes and across < self.panel.slices):
            return inf, inf
        if footprint(self.panel, scale).left > margin:
            return inf, inf
        wide = max(self._label(scale) + self._row(p, scale) for p in self.peers or [self.panel])
        if not self.peers:
            wide = max(wide, self._words(scale))
        return wide + self.out, self._above(scale) + self._high(scale)

    def _label(self, scale: Scale) -> float:
        """Return the width of the headings beside slices, and of the room to their right."""
        if not self.peers:
            return 0.0
        return max(aside(peer, scale)[0] for peer in self.peers) + LABEL_GAP

    def _across(self, panel: Panel, scale: Scale) -> int:
        """Return how many slices stand beside each other, the rows as even as can be."""
        room = self.room - self._label(scale) + SLICE_GAP
        fitting = floor(room / (footprint(panel, scale).slice + SLICE_GAP) + 1e-6)
        return ceil(panel.slices / ceil(panel.slices / fitting)) if fitting > 0 else 0

    def _row(self, panel: Panel, scale: Scale) -> float:
        return row_width(footprint(panel, scale).slice, self._across(panel, scale))

    def _is_below(self, scale: Scale) -> bool:
        """Return whether it stands straight below what it is cropped from."""
        return self.over is not None and self._across(self.over, scale) == self.over.slices

    def _above(self, scale: Scale) -> float:
        """Return the height of what is above the names of slices."""
        lanes = min(LANES, LANE * self.lanes) + TIPS if self.lanes else 0.0
        heading = 0.0 if self.peers else _heading_height(scale)
        if self.enters and not self.peers:
            heading += self._sill(scale) or ENTRY * (not self._is_beside(scale))
        return NAME * bool(self.panel.named) + heading + lanes

    def _high(self, scale: Scale) -> float:
        """Return the height of the slices with their names, or of the heading beside them."""
        high = self._parts(scale) * (footprint(self.panel, scale).high + WRAP_GAP) - WRAP_GAP
        over = 2 * ASIDE * (self.enters and not self._is_below(scale))
        return max(high, aside(self.panel, scale)[1] + over) if self.peers else high

    def _words(self, scale: Scale) -> float:
        """Return the width of a heading above slices, with its sign and its notes."""
        words = inline(self.panel, scale) + notes_inline(self.panel, scale)
        return words + SIGNED * bool(self.panel.sign)

    def _is_beside(self, scale: Scale) -> bool:
        """Return whether an arrow has room beside the heading above slices."""
        words = self._words(scale) + _more(self.panel, scale) + DOOR
        return not self.far and words <= self._row(self.panel, scale)

    def _sill(self, scale: Scale) -> float:
        """Return the height of what leads on between a heading and slices; small rooms spare it."""
        is_small = legible(TITLE, scale.reading) > TITLE
        return SILL * (self.enters and not is_small and self._is_beside(scale))

    def _parts(self, scale: Scale) -> int:
        if self._is_below(scale):
            return 1
        return ceil(self.panel.slices / self._across(self.panel, scale))

    def place(self, box: Rect, into: Placing) -> None:
        """Place heading, lanes and slices, in the middle of the room."""
        scale, place, panel = into.scale, (self.panel.key, self.channel), self.panel
        high, slices = self._high(scale), box.y + self._above(scale)
        left = self._left(box, scale)
        corners = [*self._corners(left + self._label(scale), slices, into)]
        into.spots[place] = spot(panel, corners, scale)
        into.lines[place] = Line(Rect(box.x, box.y, box.w, box.h), slices + high, 1)
        self._lens(corners, box, into)
        if self.peers:
            self._head_aside(Rect(left, slices, self._label(scale) - LABEL_GAP, high), into)
        else:
            x = min(corners[0][0], box.right - self._words(scale))
            self._head_above(x, slices - NAME * bool(panel.named) - self._sill(scale), into)
        if self.lanes:
            pitch = min(LANES, LANE * self.lanes) / (self.lanes + 1)
            into.lanes[place] = tuple(
                slices - TIPS - pitch * (self.lanes - i) for i in range(self.lanes)
            )
        if self.peers and self._is_below(scale):
            into.cropped.add(place)

    def _head_aside(self, room: Rect, into: Placing) -> None:
        """Give the heading beside slices its place, its sign and an arrow from above theirs."""
        scale, place, title = into.scale, (self.panel.key, self.channel), self._title(into.scale)
        top = room.y + (room.h - aside(self.panel, scale)[1]) / 2
        into.asides[place] = room
        into.signs[place] = room.x + SIGNED / 2 - 3, top + legible(TITLE, scale.reading) / 2
        if self.enters and not self._is_below(scale):
            left = room.x + SIGNED * bool(self.panel.sign)
            inset = (room.x + title - left) / 4  # a tip at the end of words points at nothing
            self._open(left + inset, room.x + title - inset, top - 4, into)

    def _head_above(self, x: float, foot: float, into: Placing) -> None:
        """Give the heading above slices its place, its sign and an arrow from above theirs."""
        scale, place, signed = into.scale, (self.panel.key, self.channel), bool(self.panel.sign)
        into.inline[place] = x + SIGNED * signed, foot
        into.signs[place] = x + SIGNED / 2 - 3, foot - _heading_height(scale) / 2
        if self.enters and self._is_beside(scale):
            end = x + self._words(scale) + _more(self.panel, scale) + WORD_GAP
            sill = foot + self._sill(scale) / 2 if self._sill(scale) else None
            self._open(end, inf, foot - _heading_height(scale) / 2, into, beside=True, sill=sill)
        elif self.enters:
            left = x + SIGNED * signed
            self._open(left, x + self._title(scale), foot - _heading_height(scale) + 2, into)

    def _open(
        self, left: float, right: float, y: float, into: Placing, *, beside: bool = False,
        sill: float | None = None,
    ) -> None:  # fmt: skip
        """Let an arrow come in anywhere between two points: above a heading, or beside one."""
        corridor = into.corridors.pop(self.channel, None)
        into.doors[self.panel.key, self.channel] = Door(left, right, y, beside, corridor, sill)

    def _title(self, scale: Scale) -> float:
        """Return the width of the title with its sign."""
        words = width(self.panel.title, legible(TITLE, scale.reading), bold=True)
        return words + SIGNED * bool(self.panel.sign)

    def _lens(self, corners: Sequence[Point], box: Rect, into: Placing) -> None:
        """Place a lens right of the last slice, where it has room."""
        panel, scale, (x, y) = self.panel, into.scale, corners[-1]
        lens, left = scale.lens(panel), x + footprint(panel, scale).slice + LENS_GAP
        if not lens or self.out or (lens.shared and self.channel):
            return
        if left + lens_width(lens, scale) > box.right:
            return
        taken, whole = footprint(lens, scale), footprint(panel, scale)
        if taken.high - taken.caption > whole.high - whole.caption:
            return
        start = left + (lens_width(lens, scale) - taken.wide) / 2
        pitch, place = taken.slice + SLICE_GAP, (lens.key, self.channel)
        places = [(start + i * pitch, y) for i in range(lens.slices)]
        into.spots[place] = spot(lens, places, scale)
        into.lines[place] = into.lines[self.panel.key, self.channel]

    def _left(self, box: Rect, scale: Scale) -> float:
        """Return where it begins, as its peers do, in the middle of a box."""
        peers = self.peers or (self.panel,)
        wide = max(self._row(p, scale) + self._more(p, scale) for p in peers)
        return box.x + (box.w - self._label(scale) - wide) / 2

    def _more(self, panel: Panel, scale: Scale) -> float:
        """Return how much wider the gaps between slices get together, for the room that is left."""
        gaps = SLICE_GAP * (self._across(panel, scale) - 1)
        spare = self.room - self._label(scale) - self._row(panel, scale)
        return min((WIDER - 1) * gaps, spare)

    def _corners(self, left: float, top: float, into: Placing) -> Iterator[Point]:
        """Yield the corners of the slices, which begin at `left`, and with their names at `top`."""
        scale, panel = into.scale, self.panel
        parts, taken = self._parts(scale), footprint(panel, scale)
        pitch = taken.high + WRAP_GAP
        y = top + (self._high(scale) - parts * pitch + WRAP_GAP) / 2 + taken.caption
        if self.over and self._is_below(scale):
            whole = max(p for p in into.spots if p[0] == self.over.key)  # the last channel's
            first, _, col = panel.depth.corner
            shift = col * taken.cell[0]
            for x, _ in into.spots[whole].corners[first : first + panel.slices]:
                yield x + shift, y
            return
        across = self._across(panel, scale)
        step = taken.slice + SLICE_GAP + self._more(panel, scale) / max(1, across - 1)
        for i in range(panel.slices):
            yield left + i % across * step, y + i // across * pitch


def _more(panel: Panel, scale: Scale) -> float:
    """Return how much wider than usual the number at the end of a scale of tints may be."""
    return width("999", legible(NOTE, scale.reading)) if panel.key in scale.heat else 0.0


def _heading_height(scale: Scale) -> float:
    """Return the height of a heading on one line."""
    return 1.4 * legible(TITLE, scale.reading)
