"""Panels of three axes as depth slices: beside others, or by themselves in several rows.

A panel by itself has its heading to its left, or above.  With headings to the left, connectors
may lead down to its slices from those of the line above, and what is cropped from it stands
straight below.

What leads to another line comes in at a `Door` above a panel: beside its heading, or above it.
Lines of several channels end before a trunk, down which leads what is added from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import ceil, floor, inf

from tcviz.picture.arrangement import BETWEEN, Arrangement, broken, grouped, lenses
from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.layout import Door, Line
from tcviz.picture.nodes import WIDER, Below, Node, Placing, Row, spot
from tcviz.picture.panels import NAME, NOTE, SIGNED, TITLE, WORD_GAP, Panel
from tcviz.picture.scale import Scale
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
SIGN, CORRIDOR = 30.0, 18.0
"""Room before a line for its sign, and for what leads past it."""
TRUNK, OUT = 30.0, 36.0
"""Room right of several channels for what is added, and more of it beside what it is added to."""
LINKED, FEWER, BARE = 1.15, 0.96, 0.95
"""What connectors to slices are worth in text, and what is left of that with one more line, and
where nothing leads from line to line."""


def sliced(
    panels: Sequence[Panel], drawn: int, room: float, *, small: bool = False
) -> Iterator[Arrangement]:
    """Yield arrangements of panels of depth slices in a room of that width.

    They are in lines, broken in every way that there is, channel below channel; what several
    channels share is in lines of its own at the end.  In a `small` room digits may have that of
    what leads from line to line.
    """
    for lines in broken([*grouped(panels)]):
        if drawn > 1 and any({p.shared for p in line} == {True, False} for line in lines):
            continue
        asides = (True, False) if any(len(line) == 1 for line in lines) else (False,)
        for aside, arrows in product(asides, (True, False) if small else (True,)):
            yield _option(lines, drawn, room, aside=aside, arrows=arrows)


def _option(
    lines: Sequence[Sequence[Panel]], drawn: int, room: float, *, aside: bool, arrows: bool
) -> Arrangement:
    """Return the arrangement of these lines, with headings to the left if they are `aside`.

    Without `arrows` nothing leads from line to line, nor do signs stand between them.
    """
    lines = lines if arrows else [[_unled(first), *more] for first, *more in lines]
    feeders = [None, *(_feeder(high, low) if aside else None for high, low in pairwise(lines))]
    lines = [list(map(_untagged, line)) if feeder else line
             for line, feeder in zip(lines, feeders, strict=True)]  # fmt: skip
    overs = [None, *(_over(high, low) for high, low in pairwise(lines))]
    peers = tuple(line[0] for line in lines if aside and len(line) == 1)
    ways, trunk = _Ways(lines if arrows else ()), TRUNK * (drawn > 1 and arrows)
    flush = any(over and over.slices == low.slices + low.depth.corner[0]
                for over, (low, *_) in zip(overs, lines, strict=True))  # fmt: skip
    trunk += OUT * (trunk > 0 and flush)

    def node(number: int, channel: int) -> Node:
        line, feeder = lines[number], feeders[number]
        entered = frozenset(p.key for p in line if ways.enters(number, p))
        if len(line) > 1:
            signed, feeds = number > 0 and bool(line[0].sign), any(feeders[number + 1 : number + 2])
            return SliceRow(tuple(line), range(channel, channel + 1), headed=channel == 0,
                            entered=entered, signed=signed, passed=ways.passes(number),
                            feeds=feeds)  # fmt: skip
        lanes, gathered = feeder.slices if feeder else 0, trunk > 0 and line[0].shared
        enters = (
            bool(entered) and not gathered and not (feeder and feeder.key == line[0].depth.after)
        )
        out = 2 * OUT * (gathered and not any(overs))
        return Band(line[0], channel, room - trunk - out, peers, lanes, overs[number], enters, out,
                    far=number > 1 and ways.passes(number - 1))  # fmt: skip

    own = [i for i, line in enumerate(lines) if not line[0].shared]
    shared = [i for i, line in enumerate(lines) if line[0].shared]
    nodes = (*(node(i, c) for c in range(drawn) for i in own), *(node(i, 0) for i in shared))
    whole = Below(nodes, (BETWEEN,) * (len(nodes) - 1)) if len(nodes) > 1 else nodes[0]
    whole = Trunked(whole, trunk) if trunk else whole
    worth = (LINKED if any(feeders) else 1.0) * (1.0 if arrows else BARE)
    return Arrangement(whole, drawn, worth * FEWER ** len(lines))


@dataclass(frozen=True)
class _Ways:
    """Which arrows lead from one of some lines to another."""

    lines: Sequence[Sequence[Panel]]

    def enters(self, number: int, panel: Panel) -> bool:
        """Return whether an arrow leads to a panel of a line from an earlier one."""
        return self._start(panel) < number

    def passes(self, number: int) -> bool:
        """Return whether an arrow leads past a line."""
        ends = ((i, panel) for i, line in enumerate(self.lines) for panel in line)
        return any(self._start(panel) < number < i for i, panel in ends)

    def _start(self, panel: Panel) -> float:
        """Return the line that an arrow to a panel comes from, or beyond all."""
        keys = ([p.key for p in line] for line in self.lines)
        return next((i for i, line in enumerate(keys) if panel.depth.after in line), inf)


@dataclass(frozen=True)
class Trunked(Node):
    """Channels below each other, and room right of them for what leads down from each."""

    item: Node
    trunk: float

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        yield from self.item.panels()

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        wide, high = self.item.size(scale)
        return wide + self.trunk, high

    def place(self, box: Rect, into: Placing) -> None:
        """Place all, and the trunk close to what reaches farthest right."""
        self.item.place(replace(box, w=box.w - self.trunk), into)
        scale, ends = into.scale, [0.0]
        whole = [*self.panels()]
        panels = {panel.key: panel for panel in (*whole, *lenses(whole, into.spots))}
        for place, at in into.spots.items():
            panel = panels[place[0]]
            beyond = OUT - 12 if panel.shared else 0.0
            ends += [x + scale.slice(panel) + beyond for x, _ in at.corners]
            if place in into.inline:
                words = scale.inline(panel) + scale.noting(panel)
                ends.append(into.inline[place][0] + words)
        into.trunk = min(box.right - 12, max(ends) + TRUNK - 12)


def _feeder(high: Sequence[Panel], low: Sequence[Panel]) -> Panel | None:
    """Return the last panel of a line if connectors run from it to the only one below."""
    return high[-1] if len(low) == 1 and low[0].depth.feeder == high[-1].key else None


def _over(high: Sequence[Panel], low: Sequence[Panel]) -> Panel | None:
    """Return the only panel of a line if the only one below is cropped from it."""
    return high[0] if len(high) == len(low) == 1 and low[0].depth.under == high[0].key else None


def _unled(panel: Panel) -> Panel:
    """Return a panel without a sign before it: it begins a line."""
    return replace(panel, sign="")


def _untagged(panel: Panel) -> Panel:
    """Return a panel whose slices' names need not say what connectors say."""
    return replace(panel, depth=replace(panel.depth, pairs=""))


@dataclass(frozen=True)
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

    @property
    def is_steady(self) -> bool:
        """Whether it needs the more room, the larger its cells are: headings move into one line."""
        return False

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height, endless where it has no room."""
        crossed = self.feeds and any(map(scale.lens, self.items))
        return (inf, inf) if crossed else super().size(scale)

    def _gaps(self, scale: Scale) -> list[float]:
        first, *others = super()._gaps(scale)
        if self.signed:
            first = scale.left(self.items[0]) + SIGN
        return [first + CORRIDOR * self.passed, *others]

    def _head(self, scale: Scale) -> float:
        entry = ENTRY * any(p.key in self.entered and not self._is_beside(p, scale)
                            for p in self.items)  # fmt: skip
        if not self.headed:
            return entry
        return entry + (_inline(scale) if self._inlined(scale) else super()._head(scale))

    def place(self, box: Rect, into: Placing) -> None:
        """Place the panels, and where arrows come in above their headings."""
        super().place(box, into)
        (channel,), line = self.channels, into.lines[self.items[0].key, self.channels[0]]
        for panel in self.items:
            if panel.key in self.entered and self._is_beside(panel, into.scale):
                x, foot = into.inline[panel.key, channel]
                end = x + into.scale.inline(panel) + _more(panel, into.scale) + WORD_GAP
                right = x + into.scale.grid(panel)[0] - WORD_GAP
                into.doors[panel.key, channel] = Door(
                    end, right, foot - _inline(into.scale) / 2, beside=True,
                    corridor=into.corridors.pop(channel, None),
                )  # fmt: skip
            elif panel.key in self.entered:
                left, right = into.spots[panel.key, channel].x, into.scale.grid(panel)[0]
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
        return scale.inline(panel) + _more(panel, scale) + DOOR <= scale.grid(panel)[0]

    def _inlined(self, scale: Scale) -> bool:
        return all(scale.inline(p) + WORD_GAP <= scale.grid(p)[0] for p in self.items)

    def _headed(self, into: Placing, panel: Panel, start: float, top: float) -> None:
        if self._inlined(into.scale) and self.headed:
            into.inline[panel.key, self.channels[0]] = start, top
        elif self.headed:
            super()._headed(into, panel, start, top)


@dataclass(frozen=True)
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

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height, endless where it has no room."""
        across, margin = self._across(self.panel, scale), LABEL_GAP if self.peers else scale.hang
        if across < 1 or (self.lanes and across < self.panel.slices):
            return inf, inf
        if scale.left(self.panel) > margin:
            return inf, inf
        wide = max(self._label(scale) + self._row(p, scale) for p in self.peers or [self.panel])
        if not self.peers:
            wide = max(wide, self._words(scale))
        return wide + self.out, self._above(scale) + self._high(scale)

    def _label(self, scale: Scale) -> float:
        """Return the width of the headings beside slices, and of the room to their right."""
        if not self.peers:
            return 0.0
        return max(scale.beside(peer)[0] for peer in self.peers) + LABEL_GAP

    def _across(self, panel: Panel, scale: Scale) -> int:
        """Return how many slices stand beside each other, the rows as even as can be."""
        room = self.room - self._label(scale) + SLICE_GAP
        fitting = floor(room / (scale.slice(panel) + SLICE_GAP) + 1e-6)
        return ceil(panel.slices / ceil(panel.slices / fitting)) if fitting > 0 else 0

    def _row(self, panel: Panel, scale: Scale) -> float:
        return scale.row(panel, self._across(panel, scale))

    def _is_below(self, scale: Scale) -> bool:
        """Return whether it stands straight below what it is cropped from."""
        return self.over is not None and self._across(self.over, scale) == self.over.slices

    def _above(self, scale: Scale) -> float:
        """Return the height of what is above the names of slices."""
        lanes = min(LANES, LANE * self.lanes) + TIPS if self.lanes else 0.0
        heading = 0.0 if self.peers else _inline(scale)
        heading += ENTRY * (self.enters and not self.peers and not self._is_beside(scale))
        return NAME * bool(self.panel.named) + heading + lanes

    def _high(self, scale: Scale) -> float:
        """Return the height of the slices with their names, or of the heading beside them."""
        high = self._parts(scale) * (scale.grid(self.panel)[1] + WRAP_GAP) - WRAP_GAP
        over = 2 * ASIDE * (self.enters and not self._is_below(scale))
        return max(high, scale.beside(self.panel)[1] + over) if self.peers else high

    def _words(self, scale: Scale) -> float:
        """Return the width of a heading above slices, with its sign and its notes."""
        words = scale.inline(self.panel) + scale.noting(self.panel)
        return words + SIGNED * bool(self.panel.sign)

    def _is_beside(self, scale: Scale) -> bool:
        """Return whether an arrow has room beside the heading above slices."""
        words = self._words(scale) + _more(self.panel, scale) + DOOR
        return not self.far and words <= self._row(self.panel, scale)

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
            self._head_above(x, slices - NAME * bool(panel.named), into)
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
        top = room.y + (room.h - scale.beside(self.panel)[1]) / 2
        into.asides[place] = room
        into.signs[place] = room.x + SIGNED / 2 - 3, top + legible(TITLE, scale.reading) / 2
        if self.enters and not self._is_below(scale):
            self._open(room.x + SIGNED * bool(self.panel.sign), room.x + title, top - 4, into)

    def _head_above(self, x: float, foot: float, into: Placing) -> None:
        """Give the heading above slices its place, its sign and an arrow from above theirs."""
        scale, place, signed = into.scale, (self.panel.key, self.channel), bool(self.panel.sign)
        into.inline[place] = x + SIGNED * signed, foot
        into.signs[place] = x + SIGNED / 2 - 3, foot - _inline(scale) / 2
        if self.enters and self._is_beside(scale):
            end = x + self._words(scale) + _more(self.panel, scale) + WORD_GAP
            self._open(end, inf, foot - _inline(scale) / 2, into, beside=True)
        elif self.enters:
            left = x + SIGNED * signed
            self._open(left, x + self._title(scale), foot - _inline(scale) + 2, into)

    def _open(
        self, left: float, right: float, y: float, into: Placing, *, beside: bool = False
    ) -> None:
        """Let an arrow come in anywhere between two points."""
        corridor = into.corridors.pop(self.channel, None)
        into.doors[self.panel.key, self.channel] = Door(left, right, y, beside, corridor)

    def _title(self, scale: Scale) -> float:
        """Return the width of the title with its sign."""
        words = width(self.panel.title, legible(TITLE, scale.reading), bold=True)
        return words + SIGNED * bool(self.panel.sign)

    def _lens(self, corners: Sequence[Point], box: Rect, into: Placing) -> None:
        """Place a lens right of the last slice, where it has room."""
        panel, scale, (x, y) = self.panel, into.scale, corners[-1]
        lens, left = scale.lens(panel), x + scale.slice(panel) + LENS_GAP
        if not lens or self.out or (lens.shared and self.channel):
            return
        if left + scale.lensed(panel) > box.right:
            return
        if scale.grid(lens)[1] - scale.caption(lens) > scale.grid(panel)[1] - scale.caption(panel):
            return
        start = left + (scale.lensed(panel) - scale.grid(lens)[0]) / 2
        pitch, place = scale.slice(lens) + SLICE_GAP, (lens.key, self.channel)
        places = [(start + i * pitch, y) for i in range(lens.slices)]
        into.spots[place] = spot(lens, places, scale)
        into.lines[place] = replace(into.lines[self.panel.key, self.channel])

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
        parts, pitch = self._parts(scale), scale.grid(panel)[1] + WRAP_GAP
        y = top + (self._high(scale) - parts * pitch + WRAP_GAP) / 2 + scale.caption(panel)
        if self.over and self._is_below(scale):
            whole = max(p for p in into.spots if p[0] == self.over.key)  # the last channel's
            first, _, col = panel.depth.corner
            shift = col * scale.cell(panel)[0]
            for x, _ in into.spots[whole].corners[first : first + panel.slices]:
                yield x + shift, y
            return
        across = self._across(panel, scale)
        step = scale.slice(panel) + SLICE_GAP + self._more(panel, scale) / max(1, across - 1)
        for i in range(panel.slices):
            yield left + i % across * step, y + i // across * pitch


def _more(panel: Panel, scale: Scale) -> float:
    """Return how much wider than usual the number at the end of a scale of tints may be."""
    return width("999", legible(NOTE, scale.reading)) if panel.key in scale.heat else 0.0


def _inline(scale: Scale) -> float:
    """Return the height of a heading on one line."""
    return 1.4 * legible(TITLE, scale.reading)
