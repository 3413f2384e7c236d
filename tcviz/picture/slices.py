"""Panels of three axes as depth slices: beside others, or by themselves in several rows.

A panel by itself has its heading to its left, or above.  With headings to the left, connectors
may lead down to its slices from those of the line above, and what is cropped from it stands
straight below.

What leads to another line comes in at a `Door` above a panel: beside its heading, or above it.
Lines of several channels end before a trunk, down which leads what is added from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise, product
from math import inf

from tcviz.picture.arrangement import BETWEEN, Arrangement, broken, grouped, lenses
from tcviz.picture.bands import Band, SliceRow
from tcviz.picture.footprint import footprint, inline, notes_inline
from tcviz.picture.nodes import Below, Node, Placing
from tcviz.picture.panels import Panel
from tcviz.picture.scale import Scale
from tcviz.picture.spare import WithLenses
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Rect

TRUNK, OUT = 38.0, 36.0
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
    whole: Node = Below(nodes, (BETWEEN,) * (len(nodes) - 1)) if len(nodes) > 1 else nodes[0]
    whole = WithLenses(whole, summed=trunk > 0)
    whole = Trunked(whole, trunk) if trunk else whole
    worth = (LINKED if any(feeders) else 1.0) * (1.0 if arrows else BARE)
    return Arrangement(whole, drawn, worth * FEWER ** len(lines))


@frozen
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


@frozen
class Trunked(Node):
    """Channels below each other, and room right of them for what leads down from each."""

    item: Node
    trunk: float

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        yield from self.item.panels()

    @cached_property
    def core(self) -> Node | None:
        """That of the channels, and the trunk."""
        core = self.item.core
        return core and replace(self, item=core)

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        wide, high = self.item.size(scale)
        return wide + self.trunk, high

    def fits(self, scale: Scale, wide: float, high: float) -> bool:
        """Return whether it has room in a box of that width and height."""
        return self.item.fits(scale, wide - self.trunk, high)

    def place(self, box: Rect, into: Placing) -> None:
        """Place all, and the trunk close to what reaches farthest right."""
        self.item.place(box._replace(w=box.w - self.trunk), into)
        scale, ends = into.scale, [0.0]
        whole = [*self.panels()]
        panels = {panel.key: panel for panel in (*whole, *lenses(whole, into.spots))}
        for place, at in into.spots.items():
            panel = panels[place[0]]
            beyond = OUT - 12 if panel.shared else 0.0
            ends += [x + footprint(panel, scale).slice + beyond for x, _ in at.corners]
            if place in into.inline:
                words = inline(panel, scale) + notes_inline(panel, scale)
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
    return replace(panel, depth=panel.depth._replace(pairs=""))
