"""What arrangements are made of: panels in a row, and nodes below or beside each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.footprint import Footprint, footprint, lens_width, title_height
from tcviz.picture.layout import Door, Line, Place, Spot
from tcviz.picture.panels import HEADING, ROW_GAP, Panel, heading
from tcviz.picture.scale import Scale
from tcviz.picture.strips import Columns
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Point, Rect

LANE, APART = 28.0, 12.0
"""Room beside a line for what leads to another line, and between what leads to two of its rows."""
PAST = 16.0
"""Room below a line for what leads past some of its panels in one row."""
SIGNED, NESTED = 40.0, 10.0
"""Room before a panel for its sign and what leads between both to another row, and for each more
such row."""
LENS_ASIDE = 28.0
"""Room between a panel and a lens right of it."""
FIRST_SIGN = 26.0
"""Room for the sign of a panel that begins a line, right of what leads there."""
WIDER = 2.0
"""So many times as wide may gutters become."""


def lane(rows: int) -> float:
    """Return the room beside a line of so many rows for what leads to another line."""
    return LANE + APART * (rows - 1)


def past(rows: int) -> float:
    """Return the room below a line of so many rows for what leads past some of its panels."""
    return PAST + APART * (rows - 1)


def past_lane(line: Line, row: int) -> float:
    """Return where what leads past panels of a row of a line runs, well below them all."""
    return line.bottom - past(line.rows) + PAST * 2 / 3 + APART * row


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

    def fits(self, scale: Scale, wide: float, high: float) -> bool:
        """Return whether it has room in a box of that width and height."""
        size = self.size(scale)
        return size[0] <= wide and size[1] <= high

    @abstractmethod
    def place(self, box: Rect, into: Placing) -> None:
        """Give everything a place in a box that is no smaller than it."""

    @abstractmethod
    def panels(self) -> Iterator[Panel]:
        """Yield its panels."""

    @property
    def core(self) -> Node | None:
        """What needs the more room of it, the larger its cells are, and no more than it, if any.

        It rearranges nothing: where it has no room, the node has none, and in larger text neither.
        """
        return None


@frozen
class Row(Node):
    """Panels beside each other, those that are not shared once for each of some channels.

    What comes from, and what leads to, another line has lanes on its left and its right.  Beside
    another node the numbers of rows may take as much of the room between as is `given`.  The lens
    of the last panel may stand `aside`, right of it.
    """

    items: tuple[Panel, ...]
    channels: range = range(1)
    enters: bool = False
    leaves: bool = False
    given: float = 0.0
    aside: bool = False

    def panels(self) -> Iterator[Panel]:
        """Yield its panels."""
        yield from self.items

    @property
    def core(self) -> Node | None:
        """All of it."""
        return self

    @cached_property
    def _rows(self) -> int:
        """How many channels have panels of their own, which stand below each other."""
        return 1 if all(panel.shared for panel in self.items) else len(self.channels)

    def _taken(self, scale: Scale) -> list[Footprint]:
        """Return how much room each of its panels takes."""
        taken = [footprint(panel, scale) for panel in self.items]
        if self.aside:
            taken[-1] = taken[-1]._replace(fall=taken[-1].fall - taken[-1].hanging, hanging=0.0)
        return taken

    def _aside(self, scale: Scale) -> float:
        """Return the width of the lens that stands right of the last panel."""
        lens = scale.lens(self.items[-1]) if self.aside else None
        return LENS_ASIDE + footprint(lens, scale).left + lens_width(lens, scale) if lens else 0.0

    def _gaps(self, taken: Sequence[Footprint], scale: Scale) -> list[float]:
        """Return the gutters, of which the first is left of all panels."""
        left, gaps = taken[0].left, [each.gap for each in taken]
        free = self.given or scale.hang
        gaps[0] = self._entry + left if self.enters else max(0.0, left - free)
        for i, panel in enumerate(self.items) if self._rows > 1 else ():
            if panel.sign and panel.past in self._keys:
                gaps[i] += self._lacking(taken[i])
        return gaps

    @cached_property
    def _entry(self) -> float:
        """Return the room for what leads from another line to the first panel, and for its sign."""
        return lane(self._rows) + FIRST_SIGN * bool(self.items[0].sign)

    def _lacking(self, taken: Footprint) -> float:
        """Return what the room before a panel lacks for what leads past it to those of other rows.

        What is wider than its cells, as a heading is, leaves some.
        """
        room = taken.gap + (taken.room - taken.wide) / 2
        return max(0.0, SIGNED + NESTED * (self._rows - 2) - room)

    @cached_property
    def _keys(self) -> list[str]:
        return [panel.key for panel in self.items]

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        return scale.known(Row._size, self)

    def _size(self, scale: Scale) -> tuple[float, float]:
        taken = self._taken(scale)
        wide = sum([each.room for each in taken]) + sum(self._gaps(taken, scale))
        wide += lane(self._rows) * self.leaves + self._aside(scale)
        above, below = self._extent(taken)
        high = self._head(scale) + above + below
        return wide, high + past(self._rows) * self._passes

    @cached_property
    def _passes(self) -> bool:
        """Whether anything leads from one of its panels past others to another."""
        keys = self._keys
        ends = ((keys.index(p.past), i) for i, p in enumerate(self.items) if p.past in keys)
        return any(start + 1 < end for start, end in ends)

    def _head(self, scale: Scale) -> float:  # noqa: ARG002  (slices have less)
        """Return the height of the headings."""
        return HEADING

    def _extent(self, taken: Sequence[Footprint]) -> tuple[float, float]:
        """Return how far all reaches above and below its middle, headings left out."""
        if self._rows == 1:
            return max([each.rise for each in taken]), max([each.fall for each in taken])
        spread, above, below = (self._rows - 1) * self._pitch(taken) / 2, 0.0, 0.0
        for panel, each in zip(self.items, taken, strict=True):
            off = 0.0 if panel.shared else spread
            above, below = max(above, off + each.rise), max(below, off + each.fall)
        return above, below

    def _pitch(self, taken: Sequence[Footprint]) -> float:
        """Return how far the middles of two channels' panels are apart.

        Between them is what each channel's panel has below it, with the notes above that.
        """
        own = [each for panel, each in zip(self.items, taken, strict=True) if not panel.shared]
        fall = max(each.fall if each.hanging else each.high / 2 for each in own)
        return max(each.rise for each in own) + fall + ROW_GAP

    def place(self, box: Rect, into: Placing) -> None:
        """Give the room that is left to the gutters, and centre the whole."""
        scale, (wide, high) = into.scale, self.size(into.scale)
        each = self._taken(scale)
        gaps = self._gaps(each, scale)
        inner = sum(gaps[1:])
        stretch = 1 + min(WIDER - 1, (box.w - wide) / inner) if inner else 1.0
        wide += inner * (stretch - 1)
        head, (above, _) = self._head(scale), self._extent(each)
        top = box.y + (box.h - high) / 2 + head
        middles = self._middles(each, top + above)
        left = box.x + (box.w - wide) / 2
        line = Line(Rect(left, top - head, wide, high), top - head + high, len(middles))
        x, edge = left, left
        for panel, gap, taken in zip(self.items, gaps, each, strict=True):
            x += gap * (stretch if panel is not self.items[0] else 1.0)
            across, room = taken.wide, taken.room
            start = _snapped(x + (room - across) / 2, scale)
            rows = [(middles[0] + middles[-1]) / 2] if panel.shared else middles
            rows = [row - self._raised(panel, scale) for row in rows]
            for channel, middle in zip(self.channels, rows, strict=False):
                place = panel.key, channel
                into.spots[place] = _spot(panel, start, middle, scale)
                into.signs[place] = (
                    (edge + start - taken.left) / 2,
                    middle + taken.caption / 2,
                )
                into.lines[place] = line
                self._lens(panel, start + across / 2, middle, channel, into)
            self._headed(into, panel, start, self._foot(panel, rows[0], top, scale))
            edge = start + across
            x += room

    def _raised(self, panel: Panel, scale: Scale) -> float:
        """Return how far above the others' middle that of a panel is, whose tops are level."""
        if not panel.flush:
            return 0.0
        highs = (footprint(other, scale).high for other in self.items if other.flush == panel.flush)
        return (max(highs) - footprint(panel, scale).high) / 2

    def _lens(self, panel: Panel, x: float, middle: float, channel: int, into: Placing) -> None:
        """Place a channel's lens below a panel, and its title, if there is one."""
        scale, lens = into.scale, into.scale.lens(panel)
        if not lens or (lens.shared and channel != self.channels[0]):
            return
        taken, hung = footprint(panel, scale), footprint(lens, scale)
        top = middle + taken.high / 2 + taken.noted + title_height(lens, scale) + hung.above
        if self.aside and panel is self.items[-1]:
            x += (taken.room + lens_width(lens, scale)) / 2 + LENS_ASIDE + hung.left
            top = middle - hung.high / 2
        into.spots[lens.key, channel] = _spot(lens, x - hung.wide / 2, top + hung.high / 2, scale)
        into.lines[lens.key, channel] = into.lines[panel.key, channel]

    def _foot(self, panel: Panel, middle: float, top: float, scale: Scale) -> float:
        """Return the foot of a panel's heading: that of all, whose foot is at `top`.

        On lines below others what is shared has its own above it where that is far from there,
        and so wide that nothing beside it meets its heading.
        """
        taken = footprint(panel, scale)
        own, wide = middle - taken.rise, taken.wide >= heading(panel, scale.reading)
        return own if self.enters and panel.shared and wide and own - top > HEADING else top

    def _headed(self, into: Placing, panel: Panel, start: float, top: float) -> None:
        """Give a panel's heading its place, whose foot is at `top`."""
        at = start + footprint(panel, into.scale).wide / 2, top
        into.headings[panel.key, self.channels[0]] = at

    def _middles(self, taken: Sequence[Footprint], middle: float) -> list[float]:
        """Return the height of the middle of each channel's panels."""
        if self._rows == 1:
            return [middle]
        pitch = self._pitch(taken)
        first = middle - (self._rows - 1) * pitch / 2
        return [first + i * pitch for i in range(self._rows)]


@frozen
class Several(Node):
    """Nodes so far apart."""

    items: tuple[Node, ...]
    gaps: tuple[float, ...]

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        for item in self.items:
            yield from item.panels()

    @cached_property
    def core(self) -> Node | None:
        """Those of the items, as far apart."""
        cores = tuple(core for item in self.items if (core := item.core))
        return replace(self, items=cores) if cores else None


@frozen
class Below(Several):
    """Nodes below each other, so far apart."""

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        wide, high = zip(*(item.size(scale) for item in self.items), strict=True)
        return max(wide), sum(self.gaps) + sum(high)

    def fits(self, scale: Scale, wide: float, high: float) -> bool:
        """Return whether all have room: what does not is known before all is measured."""
        below = sum(self.gaps)
        for item in self.items:
            across, down = item.size(scale)
            below += down
            if across > wide or below > high:
                return False
        return True

    def place(self, box: Rect, into: Placing) -> None:
        """Share out the room that is left between, above and below."""
        sizes = [item.size(into.scale) for item in self.items]
        spare = (box.h - self.size(into.scale)[1]) / (len(self.items) + 1)
        y = box.y + spare
        for item, (_, high), gap in zip(self.items, sizes, (*self.gaps, 0.0), strict=True):
            item.place(Rect(box.x, y, box.w, high), into)
            y += high + gap + spare


@frozen
class Beside(Several):
    """Nodes beside each other, so far apart, level in the middle."""

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


def _spot(panel: Panel, x: float, middle: float, scale: Scale) -> Spot:
    taken = footprint(panel, scale)
    y, pitch = middle - taken.high / 2 + taken.caption, taken.slice + SLICE_GAP
    return spot(panel, [(x + i * pitch, y) for i in range(panel.slices or 1)], scale)


def spot(panel: Panel, corners: Iterable[Point], scale: Scale) -> Spot:
    """Return where a panel's slices stand, or its only one."""
    snapped = [(_snapped(x, scale), _snapped(y, scale)) for x, y in corners]
    (x, y), taken = snapped[0], footprint(panel, scale)
    slices = tuple(snapped) if panel.slices else ()
    return Spot(x, y, *taken.cell, scale.text_of(panel), panel.key in scale.heat, slices,
                taken.left, taken.above)  # fmt: skip


def _snapped(at: float, scale: Scale) -> float:
    return round(at / scale.pixel) * scale.pixel
