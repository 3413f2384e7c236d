"""The channel map: which input channels feed which output channel, in a small diagram.

Input channels stand on the left and output channels on the right, a line leads from
each to each that it feeds, and those that the picture is about have their tints.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from tcviz.look.look import Look
from tcviz.look.wiring import Block, Blocks, Side, Wiring, depths
from tcviz.scene import text
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Box, Cell, Connector, Label, Mark, Rect, Style

KEY = "channels"
TITLE, NAME, NUMBER = 14.5, 13.0, 12.0
"""Text sizes of the title, of the columns' names, and of the channels' numbers."""
HIGH, BESIDE = 1.6, 0.9
"""A box's height, and the room beside its number, in text sizes."""
GAP, APART, AROUND = 5.0, 16.0, 5.0
"""Between two channels, between two groups, and around a group."""
LANE, CLEAR = 46.0, 3.0
"""Between the columns, and from a line's end to the box that it leads to."""
DOT, DOTS = 3.0, 22.0
"""A dot's size, and the height of three of them for groups that are left out."""
SIDES: tuple[Side, Side] = ("in", "out")
BACK: dict[Side, str] = {"in": "dx", "out": "dy"}
"""What is called so where the sum is on the side of the input: there it is no input."""


@frozen
class Metrics:
    """How large everything in a map is, in layout units."""

    number: float
    wide: float
    high: float
    head: float
    width: float

    @property
    def pitch(self) -> float:
        """From one channel to the next."""
        return self.high + GAP


def size(wires: Wiring, look: Look, most: float) -> tuple[float, float] | None:
    """Return the width and height that the map wants, None if `most` is too low for any.

    >>> from tcviz.scene import theme
    >>> look = Look(theme.load("light"))
    >>> small = size(Wiring(4, 4, 2, range(2), range(1)), look, 500)
    >>> small == size(Wiring(4, 4, 2, range(2), range(1)), look, 250)
    True
    >>> size(Wiring(4, 4, 2, range(2), range(1)), look, 50) is None
    True
    """
    found = _placed(wires, look, most)
    return found and (found[2].width, _height(found[1], found[2]))


def width(wires: Wiring, look: Look) -> float:
    """Return the greatest width that the map may want."""
    return max(_metrics(longest, wires, look).width for _, longest in depths(wires))


def marks(wires: Wiring, look: Look, rect: Rect) -> tuple[Mark, ...]:
    """Return the map in the middle of `rect`, which has at least the size that it wants."""
    found = _placed(wires, look, rect.h)
    if not found:
        return ()
    blocks, _, metrics = found
    pixel = look.pixel
    left = round((rect.center[0] - metrics.width / 2) / pixel) * pixel
    top = round((rect.center[1] - _height(blocks, metrics) / 2) / pixel) * pixel
    drawn = Drawing(wires, look, metrics, left, top)
    return (*drawn.heading(), *drawn.blocks(blocks))


def _placed(wires: Wiring, look: Look, most: float) -> tuple[Blocks, Blocks, Metrics] | None:
    """Return the finest list of groups that is low enough for any channel, and the longest such.

    Maps of channels that are drawn in turn take the same room.
    """
    for blocks, longest in depths(wires):
        metrics = _metrics(longest, wires, look)
        if _height(longest, metrics) <= most:
            return blocks, longest, metrics
    return None


def _metrics(blocks: Blocks, wires: Wiring, look: Look) -> Metrics:
    number, name, title = (look.legible(n) for n in (NUMBER, NAME, TITLE))
    word = _longest(blocks, wires)
    widest = text.width(word, number, bold=True) + BESIDE * number
    snap = look.pixel
    high = ceil(HIGH * number / snap) * snap
    wide = ceil(max(widest, high, text.width("out", name)) / snap) * snap
    width = max(2 * wide + LANE, text.width(KEY, title, bold=True)) + 2 * AROUND
    return Metrics(number, wide, high, 1.3 * title + 1.6 * name, width)


def _longest(blocks: Blocks, wires: Wiring) -> str:
    """Return the longest words that there may be, whichever channel the picture is about."""
    last = max(wires.in_channels, wires.out_channels) - 1
    runs = (run for b in blocks if b for side in SIDES for run in b.runs(side))
    return f"{last}–{last}" if any(len(run) > 1 for run in runs) else str(last)


def _height(blocks: Blocks, metrics: Metrics) -> float:
    high = sum(block_height(b, metrics) for b in blocks) + APART * (len(blocks) - 1)
    return metrics.head + high + 2 * AROUND


def block_height(block: Block | None, metrics: Metrics) -> float:
    """Return the height of a group, or of the dots for those left out."""
    return block.rows * metrics.pitch - GAP if block else DOTS - APART


def words_of(run: range) -> str:
    """Return the numbers of a run of channels.

    >>> words_of(range(3, 4)), words_of(range(3, 16))
    ('3', '3–15')
    """
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"


@frozen
class Drawing:
    """A map at its place: makes marks from blocks."""

    wires: Wiring
    look: Look
    metrics: Metrics
    left: float
    top: float

    def heading(self) -> Iterator[Label]:
        """Yield what the map is called, and its columns."""
        look, theme, middle = self.look, self.look.theme, self.left + self.metrics.width / 2
        size, small = look.legible(TITLE), look.legible(NAME)
        yield Label(f"{KEY}.title", (middle, self.top + 0.5 * size), KEY, size, theme.ink,
                    theme.background, True, "center")  # fmt: skip
        for side in SIDES:
            at = self._x(side) + self.metrics.wide / 2, self.top + 1.3 * size + 0.6 * small
            words = BACK[side] if self.wires.into == "in" else side
            yield Label(f"{KEY}.{side}.name", at, words, small, theme.muted, theme.background,
                        anchor="center")  # fmt: skip

    def blocks(self, blocks: Blocks) -> Iterator[Mark]:
        """Yield every group, one below the other."""
        y = self.top + self.metrics.head + AROUND
        for i, block in enumerate(blocks):
            high = block_height(block, self.metrics)
            yield from self._block(block, y, high) if block else self._dots(i, y + high / 2)
            y += high + APART

    def _block(self, block: Block, y: float, high: float) -> Iterator[Mark]:
        yield from self._around(block, y, high)
        yield from self._lines(block, y, high)
        for side in SIDES:
            yield from self._cells(block, side, y, high)

    def _around(self, block: Block, y: float, high: float) -> Iterator[Box]:
        """Yield the frame of a group, if there are several."""
        if self.wires.groups > 1:
            left, right = self._x("in") - AROUND, self._x("out") + self.metrics.wide + AROUND
            rect = Rect(left, y - AROUND, right - left, high + 2 * AROUND)
            theme, own = self.look.theme, block.group == self.wires.group
            line = theme.muted if own else theme.rule
            yield Box(f"{KEY}.group.{block.group}", rect, line, 1.0, radius=4)

    def _lines(self, block: Block, y: float, high: float) -> Iterator[Connector]:
        """Yield a line from each input channel to each output channel, those of now on top."""
        pairs = [(i, o) for i in block.ins for o in block.outs]
        pairs.sort(key=lambda pair: self._told(*pair))
        middles = {side: self._middles(block, side, y, high) for side in SIDES}
        for i, o in pairs:
            yield self._line(i, o, middles["in"][i], middles["out"][o])

    def _line(self, i: range, o: range, start: float, end: float) -> Connector:
        theme, told = self.look.theme, self._told(i, o)
        x0, x1 = self._x("in") + self.metrics.wide + CLEAR, self._x("out") - CLEAR
        middle = (x0 + x1) / 2
        bends = () if abs(start - end) < self.look.pixel else ((middle, start), (middle, end))
        points = ((x0, start), *bends, (x1, end))
        if self.wires.into == "in":
            points = points[::-1]
        ink, width = (theme.ink, 2.0) if told else (theme.border_line, 1.0)
        head = told and self.wires.into is not None
        return Connector(f"{KEY}.{words_of(i)}.{words_of(o)}", points, ink, width, head)

    def _told(self, i: range, o: range) -> bool:
        """Return whether the picture is about what leads from `i` to `o`."""
        return i[0] in self.wires.ins and o[0] in self.wires.outs

    def _cells(self, block: Block, side: Side, y: float, high: float) -> Iterator[Cell]:
        middles, x = self._middles(block, side, y, high), self._x(side)
        wide, tall = self.metrics.wide, self.metrics.high
        for run, middle in middles.items():
            name, rect = words_of(run), Rect(x, middle - tall / 2, wide, tall)
            yield Cell(f"{KEY}.{side}[{name}]", rect, name, self.metrics.number,
                       self._style(side, run))  # fmt: skip

    def _style(self, side: Side, run: range) -> Style:
        """Return the look of a channel: the tint of its panel, if the picture is about it."""
        theme = self.look.theme
        if run[0] not in self.wires.lit(side):
            return Style(theme.background, theme.muted, theme.border_line)
        result = side == (self.wires.into or "out")
        tint = theme.result if result else theme.channel(run[0])
        return Style(tint.fill, theme.ink, tint.line, bold=True)

    def _middles(self, block: Block, side: Side, y: float, high: float) -> dict[range, float]:
        """Return the height at which each run of a side has its middle."""
        runs, pitch = block.runs(side), self.metrics.pitch
        pixel = self.look.pixel
        first = y + (high - (len(runs) * pitch - GAP)) / 2 + self.metrics.high / 2
        return {run: round((first + i * pitch) / pixel) * pixel for i, run in enumerate(runs)}

    def _dots(self, number: int, middle: float) -> Iterator[Box]:
        """Yield three dots below each other on either side: groups that are left out."""
        for side in SIDES:
            x = self._x(side) + self.metrics.wide / 2 - DOT / 2
            for i in (-1, 0, 1):
                rect = Rect(x, middle + i * 2 * DOT - DOT / 2, DOT, DOT)
                yield Box(f"{KEY}.{side}.dots.{number}.{i + 1}", rect, radius=DOT / 2,
                          fill=self.look.theme.muted)  # fmt: skip

    def _x(self, side: Side) -> float:
        """Return the left edge of a column."""
        spare = (self.metrics.width - 2 * self.metrics.wide - LANE) / 2
        left = self.left + spare
        return left if side == "in" else left + self.metrics.wide + LANE
