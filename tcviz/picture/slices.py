"""Panels of three axes as depth slices: beside others, or by themselves in several rows.

A panel by itself has its heading to its left, or above.  With headings to the left, connectors
may lead down to its slices from those of the line above, and what is cropped from it stands
straight below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, inf

from tcviz.picture.arrangement import (
    BETWEEN,
    WIDER,
    Arrangement,
    Below,
    Node,
    Placing,
    Row,
    broken,
    grouped,
    spot,
)
from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.layout import Line
from tcviz.picture.panels import NAME, TITLE, WORD_GAP, Panel
from tcviz.picture.scale import Scale
from tcviz.scene.marks import Point, Rect
from tcviz.scene.text import legible

WRAP_GAP, LABEL_GAP = 8.0, 22.0
"""Room between the rows of a panel's slices, and right of headings beside slices."""
LANE, LANES, TIPS = 8.0, 40.0, 12.0
"""Room of one connector between two lines, of all of them, and of their heads."""
LINKED, FEWER = 1.15, 0.96
"""What connectors to slices are worth in text, and what is left of that with one more line."""


def sliced(panels: Sequence[Panel], drawn: int, room: float) -> Iterator[Arrangement]:
    """Yield arrangements of panels of depth slices in a room of that width.

    They are in lines, broken in every way that there is, channel below channel; what several
    channels share is in lines of its own at the end.
    """
    for lines in broken([*grouped(panels)]):
        if drawn > 1 and any({p.shared for p in line} == {True, False} for line in lines):
            continue
        for aside in (True, False) if any(len(line) == 1 for line in lines) else (False,):
            yield _option(lines, drawn, room, aside=aside)


def _option(
    lines: Sequence[Sequence[Panel]], drawn: int, room: float, *, aside: bool
) -> Arrangement:
    """Return the arrangement of these lines, with headings to the left if they are `aside`."""
    feeders = [None, *(_feeder(high, low) if aside else None for high, low in pairwise(lines))]
    lines = [list(map(_untagged, line)) if feeder else line
             for line, feeder in zip(lines, feeders, strict=True)]  # fmt: skip
    overs = [None, *(_over(high, low) for high, low in pairwise(lines))]
    peers = tuple(line[0] for line in lines if aside and len(line) == 1)

    def node(number: int, channel: int) -> Node:
        line, feeder = lines[number], feeders[number]
        if len(line) > 1:
            return SliceRow(tuple(line), range(channel, channel + 1), headed=channel == 0)
        lanes = feeder.slices if feeder else 0
        return Band(line[0], channel, room, peers, lanes, overs[number])

    own = [i for i, line in enumerate(lines) if not line[0].shared]
    shared = [i for i, line in enumerate(lines) if line[0].shared]
    nodes = (*(node(i, c) for c in range(drawn) for i in own), *(node(i, 0) for i in shared))
    whole = Below(nodes, (BETWEEN,) * (len(nodes) - 1)) if len(nodes) > 1 else nodes[0]
    return Arrangement(whole, drawn, (LINKED if any(feeders) else 1.0) * FEWER ** len(lines))


def _feeder(high: Sequence[Panel], low: Sequence[Panel]) -> Panel | None:
    """Return the last panel of a line if connectors run from it to the only one below."""
    return high[-1] if len(low) == 1 and low[0].depth.feeder == high[-1].key else None


def _over(high: Sequence[Panel], low: Sequence[Panel]) -> Panel | None:
    """Return the only panel of a line if the only one below is cropped from it."""
    return high[0] if len(high) == len(low) == 1 and low[0].depth.under == high[0].key else None


def _untagged(panel: Panel) -> Panel:
    """Return a panel whose slices' names need not say what connectors say."""
    return replace(panel, depth=replace(panel.depth, pairs=""))


@dataclass(frozen=True)
class SliceRow(Row):
    """A channel's panels beside each other; their headings are on one line if all have room."""

    headed: bool = True

    def _head(self, scale: Scale) -> float:
        if not self.headed:
            return 0.0
        return _inline(scale) if self._inlined(scale) else super()._head(scale)

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
    lead connectors to it, and it is cropped from what is right `over` it.
    """

    panel: Panel
    channel: int
    room: float
    peers: tuple[Panel, ...] = ()
    lanes: int = 0
    over: Panel | None = None

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
            wide = max(wide, scale.inline(self.panel) + scale.noting(self.panel))
        return wide, self._above(scale) + self._high(scale)

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
        return NAME * bool(self.panel.named) + heading + lanes

    def _high(self, scale: Scale) -> float:
        """Return the height of the slices with their names, or of the heading beside them."""
        high = self._parts(scale) * (scale.grid(self.panel)[1] + WRAP_GAP) - WRAP_GAP
        return max(high, scale.beside(self.panel)[1]) if self.peers else high

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
        if self.peers:
            into.asides[place] = Rect(left, slices, self._label(scale) - LABEL_GAP, high)
        else:
            words = scale.inline(panel) + scale.noting(panel)
            foot = slices - NAME * bool(panel.named)
            into.inline[place] = min(corners[0][0], box.right - words), foot
        if self.lanes:
            pitch = min(LANES, LANE * self.lanes) / (self.lanes + 1)
            into.lanes[place] = tuple(
                slices - TIPS - pitch * (self.lanes - i) for i in range(self.lanes)
            )
        if self.peers and self._is_below(scale):
            into.cropped.add(place)

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


def _inline(scale: Scale) -> float:
    """Return the height of a heading on one line."""
    return 1.4 * legible(TITLE, scale.reading)
