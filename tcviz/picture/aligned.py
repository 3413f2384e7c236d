"""Strips below each other, cells of one coordinate in one column, channel by channel."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from tcviz.picture.arrangement import Arrangement
from tcviz.picture.layout import Spot
from tcviz.picture.measured import COUNT_GAP, LEAD, SIGN, TRUNK, UNDER, Measured, Tier
from tcviz.picture.nodes import Node, Placing
from tcviz.picture.scale import Scale
from tcviz.picture.strips import GAP, ROOMY, Columns, Labels, Stack, Strip, Variant
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Rect

TALL, BAR = 2.3, 44.0
"""The most height of a cell in text sizes; that of small text may be so much higher."""
WIDE, BROAD = 3.0, 2.0
"""How many times as wide as high a cell may be, and a higher one than a bar."""
LOOSE = 2.6
"""How much larger gaps may get where room is left."""
NARROW = 0.92
"""What it is worth that names stand above strips, and not left of them."""


@frozen
class Aligned(Stack, Node):
    """Strips that take the room of columns, names, rulers and notes together."""

    def panels(self) -> Iterator[Strip]:
        """Yield all strips that have cells, and all pieces."""
        for strip in self.strips:
            if strip.cols:
                yield strip
            yield from strip.pieces

    @cached_property
    def core(self) -> Node | None:
        """All but names, which above strips may move into the strips' own lines."""
        if self.labels != "above":
            return self
        bare = tuple(replace(strip, title="", size="") for strip in self.strips)
        return replace(self, strips=bare, name="")

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        found = Measured(self, scale)
        wide = found.left + found.across(found.column) + found.gutter + found.side
        return wide, found.down(found.tiers(found.column, found.least))

    def place(self, box: Rect, into: Placing) -> None:
        """Give cells, and then gaps, the room that is left, and centre the whole."""
        found, scale = Measured(self, into.scale), into.scale
        column, line = _grown(found, box)
        lines, across = found.tiers(column, line), found.across(column)
        left = box.x + (box.w - found.left - across - found.gutter - found.side) / 2
        x = round((left + found.left) / scale.pixel) * scale.pixel
        columns = Columns(
            self.strips, self.labels, found.stack.first, x, column, found.stack.count, x + across,
            x + across + min(TRUNK, found.gutter), x + across + found.gutter,
        )  # fmt: skip
        into.columns = columns
        _Setting(found, columns, into, left, across).set(lines, box)


def _grown(found: Measured, box: Rect) -> tuple[float, float]:
    """Return how wide and how high cells are that take the room there is."""
    scale, text = found.scale, found.scale.result
    most = (box.w - found.left - found.gutter - found.side) / found.stack.count
    limit = max(TALL * text, min(BAR, WIDE * most))

    def line(number: int) -> float:
        return found.least + number * scale.pixel

    def misfits(number: int) -> bool:
        return line(number) > limit or found.down(found.tiers(found.column, line(number))) > box.h

    high = line(bisect_left(range(1, int(limit / scale.pixel) + 1), True, key=misfits))
    wide = max(WIDE * min(high, BAR), BROAD * high)
    return max(found.column, found.snapped(min(most, wide))), high


@frozen
class _Setting:
    """Gives everything its place from top to bottom."""

    found: Measured
    columns: Columns
    into: Placing
    left: float
    across: float

    def set(self, lines: Sequence[Tier], box: Rect) -> None:
        """Place strips, names, signs, rulers and notes."""
        found, pixel = self.found, self.found.scale.pixel
        gaps, high = sum(line.gap for line in lines), found.down(lines)
        loose = 1 + min(LOOSE - 1, (box.h - high) / gaps) if gaps else 1.0
        y = box.y + (box.h - high - (loose - 1) * gaps) / 2
        for line in lines:
            top = y + line.gap * loose + line.head
            top = round(top / pixel) * pixel if line.gap else top
            self._strip(line, top)
            y = top + line.high + line.foot

    def _strip(self, line: Tier, top: float) -> None:
        strip, channel, _, head, high, _ = line
        found, into, columns, place = self.found, self.into, self.columns, (strip.key, channel)
        middle = top + high / 2
        if strip.cols:
            start = columns.x + (strip.start - columns.first) * columns.width
            into.spots[place] = self._spot(strip, start, top, columns.width, high)
        self._pieces(line, top)
        sign = strip if strip.cols or not strip.pieces else strip.pieces[0]
        if sign.sign and (strip.cols or columns.labels == "above"):
            into.signs[sign.key, channel] = columns.x - SIGN / 2, middle
        if strip.ruled:
            into.headings[f"{strip.key}.rule", channel] = columns.x, top - head - 3
        if found.count(strip, channel):
            beyond = COUNT_GAP + found.letters / 2
            y = top + high + beyond if found.stack.counts_below(strip) else top - beyond
            x = columns.x + (strip.start - columns.first + strip.breadth / 2) * columns.width
            into.headings[f"{strip.key}.count", channel] = x, y
        self._named(line, top)

    def _spot(self, strip: Strip, x: float, y: float, wide: float, high: float) -> Spot:
        scale, cell = self.found.scale, high / strip.rows
        heat = strip.key in scale.heat
        return Spot(x, y, wide, self.found.snapped(cell), scale.text_of(strip), heat)

    def _pieces(self, line: Tier, top: float) -> None:
        found, columns, pixel = self.found, self.columns, self.found.scale.pixel
        x, middle = columns.side if line.strip.cols else columns.x, top + line.high / 2
        for piece in line.strip.pieces:
            wide, place, lead = found.piece(piece), (piece.key, line.channel), found.lead(piece)
            if lead and piece.sign:
                self.into.signs[place] = x + 20, middle
            left = round((x + lead) / pixel) * pixel
            self.into.spots[place] = self._spot(piece, left, top, wide, line.high)
            x = left + wide * piece.cols
            name = left - LEAD - found.title(piece) if lead else x + LEAD
            self.into.headings[place] = name, middle

    def _named(self, line: Tier, top: float) -> None:
        """Give a strip's name its place, and its channel's and its notes' if they are in line."""
        if self.columns.labels == "above":
            self._named_above(line, top)
            return
        found, into, (strip, channel, *_) = self.found, self.into, line
        x, y = self.left, top + line.high / 2
        if found.stack.name and strip is found.stack.head:
            into.headings["channel", channel] = x, y
        if self.columns.labels == "tall":
            under = found.count(strip, channel) * found.stack.counts_below(strip)
            below = top + line.high + under + UNDER + found.pitch / 2
            into.headings[f"{strip.key}.note", channel] = self.columns.x, below
        if self.columns.labels == "beside":
            x += found.names - found.named(strip)
        into.headings[strip.key, channel] = x, y

    def _named_above(self, line: Tier, top: float) -> None:
        found, columns, into, (strip, channel, *_) = self.found, self.columns, self.into, line
        x, place = columns.x, (strip.key, channel)
        upper = top - line.head
        if not line.head:
            upper = top + line.high + found.count(strip, channel)
        _, right, down = found.caption(strip, channel, columns.width, self.across)
        into.headings[f"{strip.key}.note", channel] = x + right, upper + down
        aside = found.aside(strip, columns.width)
        if aside is not None:
            into.headings[place] = x + aside, top + line.high / 2
            return
        y = upper + found.above / 2
        if found.stack.name and strip is found.stack.head:
            into.headings["channel", channel] = x, y
        into.headings[place] = x + found.called(strip), y


def aligned(
    variants: Sequence[Variant],
    drawn: int,
    name: str = "",
    labels: Labels = "beside",
    *,
    upright: bool = False,
) -> Iterator[Arrangement]:
    """Yield the arrangements of strips: with names left of them, or above.

    Names and signs are read beside their strips; above they stand where digits would be small
    otherwise, or the canvas is `upright` and has more height than width, if a variant does not say
    where its names stand.
    """
    for strips, worth, enough, own, for_tints in variants:
        cells = map(_closed, strips) if for_tints else strips
        node = Aligned(tuple(cells), drawn, name, own or labels)
        yield Arrangement(node, drawn, worth, enough, for_tints)
    for strips, worth, enough, own, for_tints in variants:
        # Above each other, a lens would stand in the way of what leads from its products.
        if not for_tints and not any(strip.cols and strip.pieces for strip in strips):
            single = tuple(one for strip in strips for one in _single(strip))
            most = enough if upright and not own else min(enough, ROOMY)
            node = Aligned(single, drawn, name, "above")
            yield Arrangement(node, drawn, NARROW * worth, most)


def _closed(strip: Strip) -> Strip:
    """Return a strip without columns between its cells: among tints they would look like zeros."""
    return replace(strip, broad=strip.every > 1 and not strip.fills)


def _single(strip: Strip) -> Iterator[Strip]:
    """Yield a strip, or one for each of its pieces: narrow canvases have no room beside them."""
    if strip.cols:
        yield strip
        return
    *others, last = strip.pieces
    for i, piece in enumerate(others):
        yield replace(strip, key=f"{strip.key}.{i}", pieces=(piece,), notes=())
        strip = replace(strip, title="", gap=GAP)
    yield replace(strip, pieces=(last,))
