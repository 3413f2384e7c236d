"""Arrangements: panels beside each other in lines, lines below each other, channels as blocks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from math import inf

from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.layout import Door, Layout, Line, Place, Spot
from tcviz.picture.panels import HEADING, NAME, ROW_GAP, Panel
from tcviz.picture.scale import Scale
from tcviz.picture.strips import Columns
from tcviz.scene.marks import Point, Rect

LANE, APART = 28.0, 12.0
"""Room beside a line for what leads to another line, and between what leads to two of its rows."""
BETWEEN, GATHERED, ABREAST = 14.0, 66.0, 56.0
"""Room between lines, where channels are summed between them, and between channels abreast."""
COLUMNED = 34.0
"""Room between a line and the lines beside it, at least."""
GIVEN = 10.0
"""How much of a gutter the numbers of rows may take: the rest is its arrow's."""
TUCKED = 4.0
"""How far the numbers of columns reach into the room below what is above them."""
WIDER = 2.0
"""So many times as wide may gutters become."""
BROKEN = 0.94
"""A line more must be worth so much in larger text."""


def lane(rows: int) -> float:
    """Return the room beside a line of so many rows for what leads to another line."""
    return LANE + APART * (rows - 1)


class Placing:
    """Collects where everything stands."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.spots: dict[Place, Spot] = {}
        self.signs: dict[Place, Point] = {}
        self.headings: dict[Place, Point] = {}
        self.lines: dict[Place, Line] = {}
        self.inline: dict[Place, Point] = {}
        self.asides: dict[Place, Rect] = {}
        self.lanes: dict[Place, tuple[float, ...]] = {}
        self.cropped: set[Place] = set()
        self.doors: dict[Place, Door] = {}
        self.corridors: dict[int, float] = {}
        self.trunk = 0.0
        self.columns: Columns | None = None


class Node(ABC):
    """A part of a picture that has a size at a scale, and can be placed in a box."""

    @abstractmethod
    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""

    @abstractmethod
    def place(self, box: Rect, into: Placing) -> None:
        """Give everything a place in a box that is no smaller than it."""

    @abstractmethod
    def panels(self) -> Iterator[Panel]:
        """Yield its panels."""

    @property
    def is_steady(self) -> bool:
        """Whether it needs the more room, the larger its cells are: it rearranges nothing."""
        return False


@dataclass(frozen=True)
class Row(Node):
    """Panels beside each other, those that are not shared once for each of some channels.

    What comes from, and what leads to, another line has lanes on its left and its right.
    """

    items: tuple[Panel, ...]
    channels: range = range(1)
    enters: bool = False
    leaves: bool = False

    def panels(self) -> Iterator[Panel]:
        """Yield its panels."""
        yield from self.items

    @property
    def is_steady(self) -> bool:
        """Whether it needs the more room, the larger its cells are."""
        return True

    @property
    def _lane(self) -> float:
        return lane(len(self.channels) if self._own else 1)

    def _gaps(self, scale: Scale) -> list[float]:
        """Return the gutters, of which the first is left of all panels."""
        left = scale.left(self.items[0])
        first = self._lane + left if self.enters else max(0.0, left - scale.hang)
        return [first, *(p.gap + max(0.0, scale.left(p) - GIVEN) for p in self.items[1:])]

    @cached_property
    def _own(self) -> list[Panel]:
        return [panel for panel in self.items if not panel.shared]

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        gaps = sum(self._gaps(scale))
        wide = sum(map(scale.wide, self.items)) + gaps + self._lane * self.leaves
        above, below = self._extent(scale)
        return wide, self._head(scale) + above + below

    def _head(self, scale: Scale) -> float:  # noqa: ARG002  (slices have less)
        """Return the height of the headings."""
        return HEADING

    def _extent(self, scale: Scale) -> tuple[float, float]:
        """Return how far all reaches above and below its middle, headings left out."""
        above = below = 0.0
        if self._own:
            spread = (len(self.channels) - 1) * self._pitch(scale) / 2
            above = spread + self._rise(scale)
            below = spread + max(scale.grid(p)[1] / 2 + scale.tail(p) for p in self._own)
        for panel in self.items:
            if panel.shared:
                half = scale.grid(panel)[1] / 2
                above = max(above, half + _counted(panel, scale))
                below = max(below, half + scale.tail(panel))
        return above, below

    def _rise(self, scale: Scale) -> float:
        """Return how far a channel's panels reach above their middle, its name and all."""
        return max(
            scale.grid(p)[1] / 2 + (NAME + _above(p, scale) if p.named else _counted(p, scale))
            for p in self._own
        )

    def _pitch(self, scale: Scale) -> float:
        """Return how far the middles of two channels' panels are apart."""
        fall = max(scale.grid(p)[1] / 2 + self._hanging(p, scale) for p in self._own)
        return self._rise(scale) + fall + ROW_GAP

    def _hanging(self, panel: Panel, scale: Scale) -> float:
        """Return how far what each channel's panel has below it reaches."""
        hanging = scale.hanging(panel)
        return scale.noted(panel) + hanging if hanging else 0.0

    def place(self, box: Rect, into: Placing) -> None:
        """Give the room that is left to the gutters, and centre the whole."""
        scale, (wide, high) = into.scale, self.size(into.scale)
        gaps = self._gaps(scale)
        inner = sum(gaps[1:])
        stretch = 1 + min(WIDER - 1, (box.w - wide) / inner) if inner else 1.0
        wide += inner * (stretch - 1)
        head, (above, _) = self._head(scale), self._extent(scale)
        top = box.y + (box.h - high) / 2 + head
        middles = self._middles(scale, top + above)
        left = box.x + (box.w - wide) / 2
        line = Line(Rect(left, top - head, wide, high), top - head + high, len(middles))
        x, edge = left, left
        for panel, gap in zip(self.items, gaps, strict=True):
            x += gap * (stretch if panel is not self.items[0] else 1.0)
            across, room = scale.grid(panel)[0], scale.wide(panel)
            start = _snapped(x + (room - across) / 2, scale)
            rows = [(middles[0] + middles[-1]) / 2] if panel.shared else middles
            for channel, middle in zip(self.channels, rows, strict=False):
                place = panel.key, channel
                into.spots[place] = _spot(panel, start, middle, scale)
                into.signs[place] = (
                    (edge + start - scale.left(panel)) / 2,
                    middle + scale.caption(panel) / 2,
                )
                into.lines[place] = line
                self._lens(panel, start + across / 2, middle, channel, into)
            self._headed(into, panel, start, top)
            edge = start + across
            x += room

    def _lens(self, panel: Panel, x: float, middle: float, channel: int, into: Placing) -> None:
        """Place a channel's lens below a panel, and its title, if there is one."""
        scale, lens = into.scale, into.scale.lens(panel)
        if not lens or (lens.shared and channel != self.channels[0]):
            return
        wide, high = scale.grid(lens)
        top = middle + scale.grid(panel)[1] / 2 + scale.noted(panel) + scale.titled(lens)
        into.spots[lens.key, channel] = _spot(lens, x - wide / 2, top + high / 2, scale)
        into.lines[lens.key, channel] = into.lines[panel.key, channel]

    def _headed(self, into: Placing, panel: Panel, start: float, top: float) -> None:
        """Give a panel's heading its place, whose foot is at `top`."""
        at = start + into.scale.grid(panel)[0] / 2, top
        into.headings[panel.key, self.channels[0]] = at

    def _middles(self, scale: Scale, middle: float) -> list[float]:
        """Return the height of the middle of each channel's panels."""
        if not self._own:
            return [middle]
        pitch = self._pitch(scale)
        first = middle - (len(self.channels) - 1) * pitch / 2
        return [first + i * pitch for i in range(len(self.channels))]


@dataclass(frozen=True)
class Below(Node):
    """Nodes below each other, so far apart."""

    items: tuple[Node, ...]
    gaps: tuple[float, ...]

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        for item in self.items:
            yield from item.panels()

    @property
    def is_steady(self) -> bool:
        """Whether all need the more room, the larger their cells are."""
        return all(item.is_steady for item in self.items)

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        wide, high = zip(*(item.size(scale) for item in self.items), strict=True)
        return max(wide), sum(high) + sum(self.gaps)

    def place(self, box: Rect, into: Placing) -> None:
        """Share out the room that is left between, above and below."""
        sizes = [item.size(into.scale) for item in self.items]
        spare = (box.h - self.size(into.scale)[1]) / (len(self.items) + 1)
        y = box.y + spare
        for item, (_, high), gap in zip(self.items, sizes, (*self.gaps, 0.0), strict=True):
            item.place(Rect(box.x, y, box.w, high), into)
            y += high + gap + spare


@dataclass(frozen=True)
class Beside(Node):
    """Nodes beside each other, so far apart, level in the middle."""

    items: tuple[Node, ...]
    gaps: tuple[float, ...]

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        for item in self.items:
            yield from item.panels()

    @property
    def is_steady(self) -> bool:
        """Whether all need the more room, the larger their cells are."""
        return all(item.is_steady for item in self.items)

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        wide, high = zip(*(item.size(scale) for item in self.items), strict=True)
        return sum(wide) + sum(self.gaps), max(high)

    def place(self, box: Rect, into: Placing) -> None:
        """Share out the room that is left between, and to both sides."""
        sizes = [item.size(into.scale) for item in self.items]
        spare = (box.w - self.size(into.scale)[0]) / (len(self.items) + 1)
        x = box.x + spare
        for item, (wide, _), gap in zip(self.items, sizes, (*self.gaps, 0.0), strict=True):
            item.place(Rect(x, box.y, wide, box.h), into)
            x += wide + gap + spare


@dataclass(frozen=True)
class Arrangement:
    """An arrangement, how many channels it draws, and what it is worth beside others.

    Text that is more than `enough` times as large as the smallest is worth no more.  One that is
    `for_tints` is taken only where panels show some.
    """

    node: Node
    drawn: int
    worth: float = 1.0
    enough: float = inf
    for_tints: bool = False


def equation(panels: Sequence[Panel], drawn: int) -> Iterator[Arrangement]:
    """Yield the arrangements of panels that are read one after another, the best loved first.

    They stand in one line or in several, broken before panels that begin one; or lines of the
    last stand beside the first, which then has all the height; or the channels
    stand beside each other, each in lines of its own, above what they share at the end.
    """
    groups, several = [*grouped(panels)], any(panel.named for panel in panels)
    for lines in broken(groups):
        rows = _rows(lines, range(drawn))
        yield Arrangement(_below(rows, drawn, several), drawn, BROKEN ** (len(rows) - 1))
    if drawn == 1:
        yield from _columned(groups)
    *own, last = groups
    if drawn == 1 or not own or not all(panel.shared for panel in last):
        return
    if any(panel.shared for group in own for panel in group):
        return
    for lines in broken(own):
        gaps = [BETWEEN + APART] * (len(lines) - 1)
        blocks = (Below(_rows(lines, range(c, c + 1)), tuple(gaps)) for c in range(drawn))
        beside = Beside(tuple(blocks), (ABREAST,) * (drawn - 1))
        node = Below((beside, Row(tuple(last))), (GATHERED,))
        yield Arrangement(node, drawn, BROKEN ** len(lines))


def _columned(groups: Sequence[Sequence[Panel]]) -> Iterator[Arrangement]:
    """Yield the arrangements in which one channel's first panels stand left of several lines.

    They have all the height, and the lines share the width that they leave.
    """
    for count in range(1, len(groups) - 1):
        head = tuple(panel for group in groups[:count] for panel in group)
        several = any(panel.named for panel in head)
        for lines in broken(groups[count:]):
            if len(lines) > 1:
                first, *others = _rows(lines, range(1))
                right = _below((replace(first, enters=False), *others), 1, several)
                gap = max(COLUMNED, lines[0][0].gap)
                node = Beside((Row(head), right), (gap,))
                yield Arrangement(node, 1, BROKEN ** len(lines))


def _below(rows: Sequence[Row], drawn: int, several: bool) -> Node:
    """Return rows below each other, with room for what is summed before what channels share."""
    if len(rows) == 1:
        return rows[0]
    gaps = [BETWEEN + APART * drawn] * (len(rows) - 1)
    if several and all(panel.shared for panel in rows[-1].items):
        gaps[-1] = GATHERED
    return Below(tuple(rows), tuple(gaps))


def _rows(lines: Sequence[Sequence[Panel]], channels: range) -> tuple[Row, ...]:
    """Return the lines as rows; the first panel of each bears the channels' names."""
    names, last = {panel.named for line in lines for panel in line}, len(lines) - 1
    rows = []
    for i, (first, *more) in enumerate(lines):
        head = replace(first, named="" if first.shared else max(names))
        rows.append(Row((head, *more), channels, enters=i > 0, leaves=i < last))
    return tuple(rows)


def grouped(panels: Sequence[Panel]) -> Iterator[list[Panel]]:
    """Yield panels that stay on one line."""
    starts = [i for i, panel in enumerate(panels) if i == 0 or panel.begins]
    for start, stop in pairwise([*starts, len(panels)]):
        yield list(panels[start:stop])


def broken(groups: Sequence[Sequence[Panel]]) -> Iterator[list[list[Panel]]]:
    """Yield the groups in one line, in two, and so on, wherever it may break."""
    inner = range(1, len(groups))
    for count in range(len(groups)):
        for breaks in combinations(inner, count):
            cuts = [0, *breaks, len(groups)]
            yield [[p for group in groups[a:b] for p in group] for a, b in pairwise(cuts)]


def flowing(panels: Sequence[Panel]) -> Iterator[Arrangement]:
    """Yield panels beside each other in one line, in two, and so on, as even as can be."""
    for lines in range(1, len(panels) + 1):
        most = -(-len(panels) // lines)
        cut = [tuple(panels[i : i + most]) for i in range(0, len(panels), most)]
        if len(cut) == lines:
            rows = tuple(map(Row, cut))
            gaps = (BETWEEN,) * (lines - 1)
            yield Arrangement(
                Below(rows, gaps) if gaps else rows[0], len(panels), BROKEN ** (lines - 1)
            )


def layout(option: Arrangement, scale: Scale, body: Rect) -> Layout:
    """Return where everything of an arrangement stands in a body that has room for it."""
    into = Placing(scale)
    option.node.place(body, into)
    panels = (*{panel.key: panel for panel in option.node.panels()}.values(),)
    panels += lenses(panels, into.spots)
    return Layout(panels, option.drawn, body, scale.notes, into.spots, into.signs,
                  into.headings, into.lines, into.inline, into.asides, into.lanes,
                  frozenset(into.cropped), into.doors, into.trunk, into.columns)  # fmt: skip


def lenses(panels: Sequence[Panel], spots: Collection[Place]) -> tuple[Panel, ...]:
    """Return those of the panels' lenses that have a place."""
    found = (panel.lens for panel in panels if panel.lens)
    return tuple(lens for lens in found if (lens.key, 0) in spots)


def _spot(panel: Panel, x: float, middle: float, scale: Scale) -> Spot:
    y = middle - scale.grid(panel)[1] / 2 + scale.caption(panel)
    pitch = scale.slice(panel) + SLICE_GAP if panel.slices else 0.0
    return spot(panel, [(x + i * pitch, y) for i in range(panel.slices or 1)], scale)


def spot(panel: Panel, corners: Iterable[Point], scale: Scale) -> Spot:
    """Return where a panel's slices stand, or its only one."""
    snapped = [(_snapped(x, scale), _snapped(y, scale)) for x, y in corners]
    (x, y), (wide, high) = snapped[0], scale.cell(panel)
    slices = tuple(snapped) if panel.slices else ()
    return Spot(x, y, wide, high, scale.text_of(panel), panel.key in scale.heat, slices,
                scale.left(panel), scale.above(panel))  # fmt: skip


def _above(panel: Panel, scale: Scale) -> float:
    """Return the height of the numbers above a panel; slices have them below their names."""
    return 0.0 if panel.slices else scale.above(panel)


def _counted(panel: Panel, scale: Scale) -> float:
    """Return how much of that does not fit into the room below what is above a panel."""
    return max(0.0, _above(panel, scale) - TUCKED)


def _snapped(at: float, scale: Scale) -> float:
    return round(at / scale.pixel) * scale.pixel
