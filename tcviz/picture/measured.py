"""How large aligned strips are at a scale, with their names, rulers and notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from tcviz.picture.panels import AROUND, NOTE, NOTE_LEAST, NOTE_LINE
from tcviz.picture.scale import Scale
from tcviz.picture.strips import Stack, Strip
from tcviz.scene.frozen import frozen
from tcviz.scene.text import CAP_HEIGHT, LINE, legible, width, wrap

HIGH = 1.6
"""The least height of a cell in text sizes."""
THIN, HEAP = 18.0, 3.0
"""The least height of a strip of tints, or of one that touches another, for their signs and names
must not; and how many times as high a heap of tints is."""
FRACTIONS = 4
"""Cells of fewer pixels are not as wide as whole ones: their columns would leave much room."""
TITLE, SIZE, NAME = 15.0, 13.5, 14.5
"""Text sizes of a strip's name, of its size, and of its channel's name."""
COUNT, COUNT_GAP = 11.0, 4.5
"""Text size of cells' numbers, and the room between them and cells."""
BLOCK, BETWEEN, WORD, BESIDE = 16.0, 16.0, 7.0, 30.0
"""Room above a channel, between parts of a name and between its words, and between
names of two lines and cells."""
NAMED, ABOVE = 40.0, 1.7
"""Height of a name in two lines, and of one above a strip in its text size."""
SIGN, LEAD = 34.0, 10.0
"""Room for a sign, and beside a piece's title."""
TRUNK, RING, GUTTER = 50.0, 20.0, 78.0
"""How far from the columns what leads from strip to strip runs, what is right of that, and the
room for all of it before notes."""
NOTE_PITCH, UNDER = 1.2, 6.0
"""From one line of notes to the next, in their text size, at least, and room above notes below."""
PIECED = 7.0
"""Room between a piece and the notes below it."""
NOTES, LEGENDS, BEFORE = 172.0, 120.0, 160.0
"""Widths of notes beside strips, of a legend of tints with its number, and of one before notes."""
FRAMED = 8.0
"""Room below pieces that stand lowest, for their frames: a legend may follow."""


class Tier(NamedTuple):
    """A strip of a channel: the room above it, and the heights of what it is made of."""

    strip: Strip
    channel: int
    gap: float
    head: float
    high: float
    foot: float


@frozen
class Measured:
    """Measures some strips at a scale."""

    stack: Stack
    scale: Scale

    # Columns.

    @cached_property
    def column(self) -> float:
        """The least width of a column."""
        scale = self.scale
        return self.snapped(max(
            scale.edge if s.key in scale.heat else (s.em + s.side) * scale.text_of(s) / s.breadth
            for s in self.stack.aligned
        ))  # fmt: skip

    def snapped(self, length: float) -> float:
        """Return a length in whole pixels, if it is longer than a few."""
        pixel = self.scale.pixel
        return length if length < FRACTIONS * pixel else int(length / pixel + 1e-6) * pixel

    # Across.

    def across(self, column: float) -> float:
        """Return the width of columns of that width, of pieces in their place, and of names."""
        apart = (self.pieced(s) + self._after(s) for s in self.stack.strips if not s.cols)
        return max(
            self.stack.count * column, *(self._over(s, column) for s in self.stack.strips), *apart
        )

    def _after(self, strip: Strip) -> float:
        """Return the room of a name that stands after pieces."""
        return (self.named(strip) + LEAD) * (self.stack.labels == "above" and bool(strip.title))

    def _over(self, strip: Strip, column: float) -> float:
        """Return the width of a name above or below a strip: an arrow may leave at its end."""
        if self.stack.labels != "above" or self.aside(strip, column) is not None:
            return 0.0
        return self.named(strip) + self.called(strip) + column * strip.entered

    @cached_property
    def left(self) -> float:
        """The width of all that stands left of the columns."""
        if self.stack.labels == "tall":
            return self.names + BESIDE
        return self.names + (
            SIGN if self.stack.signed else BETWEEN * (self.stack.labels == "beside")
        )

    @cached_property
    def names(self) -> float:
        """The width of the names left of strips."""
        if self.stack.labels == "above":
            return 0.0
        return max(self.named(s) + self.called(s) for s in self.stack.strips)

    def named(self, strip: Strip) -> float:
        """Return the width of a strip's name."""
        return name_width(
            strip.title, strip.size, self.scale.reading, tall=self.stack.labels == "tall"
        )

    def title(self, strip: Strip) -> float:
        """Return the width of a strip's title."""
        return name_width(strip.title, "", self.scale.reading)

    def called(self, strip: Strip) -> float:
        """Return the room of a channel's name, which stands before its first strip's."""
        if not self.stack.name or strip is not self.stack.head:
            return 0.0
        return width(self.stack.name, legible(NAME, self.scale.reading), bold=True) + BETWEEN

    def aside(self, strip: Strip, column: float) -> float | None:
        """Return how far right of the first column a name above stands in a strip's own line."""
        need = self.named(strip) + 2 * LEAD
        if not strip.cols:
            return self.pieced(strip)
        if not strip.aside:
            return None
        start, stop = ((at - self.stack.first) * column for at in (strip.start, strip.stop))
        if self.stack.count * column - stop >= need:
            return stop + LEAD
        return start - need + LEAD if start >= need else None

    @property
    def gutter(self) -> float:
        """The room for what leads from strip to strip, and before what stands beside them."""
        if not self.stack.leads:
            return 2 * BETWEEN * bool(self.side)
        return GUTTER if self.side else TRUNK + RING

    @cached_property
    def side(self) -> float:
        """The width of what stands right of the gutter."""
        beside = [self.pieced(strip) for strip in self.stack.strips if strip.cols]
        return max(*map(self._noted, self.stack.strips), *beside, 0.0)

    # Pieces.

    def pieced(self, strip: Strip) -> float:
        """Return the width of a strip's pieces with their titles and signs."""
        return sum(self.lead(p) + self.piece(p) * p.cols + self._tail(p) for p in strip.pieces)

    def lead(self, piece: Strip) -> float:
        """Return the room left of a piece's cells."""
        if self.stack.labels == "above":
            return 0.0
        return (self.title(piece) + LEAD) * bool(piece.title) + (SIGN + 6) * bool(piece.sign)

    def _tail(self, piece: Strip) -> float:
        return self.title(piece) + 2 * LEAD if self.stack.labels == "above" else 0.0

    def piece(self, piece: Strip) -> float:
        """Return the width of a piece's cells."""
        scale = self.scale
        if piece.key in scale.heat:
            return self.snapped(scale.edge)
        return self.snapped(max(piece.em + piece.side, HIGH) * scale.text_of(piece))

    # Notes.

    def legend(self, strip: Strip) -> bool:
        """Return whether a strip has a legend: it shows tints."""
        return self.scale.is_scaled(strip) and bool(strip.cols)

    def note_lines(self, strip: Strip, room: float) -> list[str]:
        """Return a strip's notes as they are broken into lines of that width."""
        if not (strip.notes and self.scale.notes):
            return []
        return broken(strip.notes, self._note, room)

    @cached_property
    def _note(self) -> float:
        return legible(NOTE, self.scale.reading)

    @cached_property
    def notes(self) -> float:
        """The width of notes beside strips."""
        return notes_width(self.scale.reading)

    def _noted(self, strip: Strip) -> float:
        if self.stack.labels != "beside":
            return 0.0
        lines = self.note_lines(strip, self.notes)
        return max((width(line, self._note) for line in lines), default=0.0) or (
            LEGENDS * self.legend(strip)
        )

    @cached_property
    def pitch(self) -> float:
        """From one line of notes to the next."""
        return note_pitch(self.scale.reading)

    def note_count(self, strip: Strip, room: float) -> int:
        """Return how many lines a strip's notes are on, and the legend of its tints.

        Below a strip they begin on the same line.
        """
        if self.stack.labels == "tall" and self.legend(strip):
            return max(1, len(self.note_lines(strip, room - legend_room(self.scale.reading))))
        return len(self.note_lines(strip, room)) + self.legend(strip)

    # Down.

    @property
    def least(self) -> float:
        """The least height of a cell."""
        return self._whole(HIGH * self.scale.low * self.scale.result)

    def _whole(self, length: float) -> float:
        return int(length / self.scale.pixel + 1e-6) * self.scale.pixel

    def high(self, strip: Strip, line: float) -> float:
        """Return the height of a strip whose cells are as high as one line, or several."""
        if strip.key in self.scale.heat:
            return max(line, THIN) * (HEAP if strip.rows > 1 else 1)
        lines = (AROUND + LINE * (strip.lines - 1)) * self.scale.result if strip.lines > 1 else 0.0
        touching = THIN * bool(strip.aside or (strip.sign and not strip.gap))
        return strip.rows * self._whole(max(line, lines, touching))

    def tiers(self, column: float, line: float) -> list[Tier]:
        """Return the heights of all strips, with columns and lines of that size."""
        across, found = self.across(column), []
        highs = {strip.key: self.high(strip, line) for strip in self.stack.strips}
        for i, (strip, channel) in enumerate(self.stack.stacked):
            gap = 0.0 if i == 0 else BLOCK if strip is self.stack.head else strip.gap
            high = highs[strip.key]
            head, foot = self._around(strip, channel, high, column, across)
            count = self.count(strip, channel)
            above, below = (0.0, count) if self.stack.counts_below(strip) else (count, 0.0)
            below += FRAMED * (not strip.cols and strip is self.stack.strips[-1])
            found.append(Tier(strip, channel, gap, head + above, high, foot + below))
        return found

    def count(self, strip: Strip, channel: int) -> float:
        """Return the height of the numbers above or below a channel's strip, if it has any."""
        last = self.stack.channels - 1
        nearest = strip.shared or channel == (last if self.stack.counts_below(strip) else 0)
        if not (strip.numbered and strip.cols and (nearest or self.scale.repeated)):
            return 0.0
        return self.letters + COUNT_GAP

    @property
    def letters(self) -> float:
        """The height of a number beside strips."""
        return CAP_HEIGHT * legible(COUNT, self.scale.reading)

    def _around(
        self, strip: Strip, channel: int, high: float, column: float, across: float
    ) -> tuple[float, float]:
        """Return the heights of what stands above and below a strip's cells."""
        if self.stack.labels == "beside":
            return 0.0, 0.0
        if self.stack.labels == "tall":
            beyond = max(0.0, (NAMED - high) / 2)
            count = self.note_count(strip, across)
            return beyond, max(beyond, (self.pitch * count + UNDER) * bool(count))
        caption = self.caption(strip, channel, column, across)[0]
        below = strip.entered or not strip.cols
        return (0.0, caption) if below else (caption, 0.0)

    @cached_property
    def above(self) -> float:
        """The height of a name above a strip."""
        return ABOVE * legible(TITLE, self.scale.reading)

    def caption(
        self, strip: Strip, channel: int, column: float, across: float
    ) -> tuple[float, float, float]:
        """Return the height of a name above, and where its notes begin: right of it, or below."""
        name = 0.0
        if self.aside(strip, column) is None:
            name = self.named(strip) + self.called(strip)
        high, beside = self.above * bool(name), across - name - BETWEEN
        if channel or not (self.scale.notes or self.legend(strip)):
            return high, 0.0, 0.0
        pitch = self.pitch
        if name and beside >= NOTE_LEAST * self._note / NOTE:
            below = max(0, self.note_count(strip, beside) - 1)
            return high + pitch * below, name + BETWEEN, high / 2
        return high + pitch * self.note_count(strip, across), 0.0, high + pitch / 2

    def down(self, lines: Sequence[Tier]) -> float:
        """Return the height of all strips, or of all notes beside them."""
        high = sum(s.gap + s.head + s.high + s.foot for s in lines)
        if self.stack.labels != "beside":
            return high
        return max(high, self._noting(lines))

    def _noting(self, lines: Sequence[Tier]) -> float:
        """Return where notes beside strips end, which stand below the pieces that are there.

        Those of what all channels share stand below the pieces of the last channel.
        """
        y, pieced = 0.0, [0.0]
        for tier in lines:
            y += tier.gap + tier.head
            if tier.strip.cols and tier.strip.pieces:
                pieced.append(y + tier.high + PIECED)
            y += tier.high + tier.foot
        counts = [(strip, self.note_count(strip, self.notes)) for strip in self.stack.strips]
        shared = sum(count for strip, count in counts if strip.shared)
        every = sum(count for _, count in counts)
        return max(pieced[:2][-1] + self.pitch * every, pieced[-1] + self.pitch * shared)


@lru_cache(maxsize=256)
def name_width(title: str, size: str, reading: float, *, tall: bool = False) -> float:
    """Return the width of a name: its title, and its size right of it or, if `tall`, below."""
    wide, rest = (
        width(title, legible(TITLE, reading), bold=True),
        width(size, legible(SIZE, reading)),
    )
    return max(wide, rest) if tall else wide + rest + WORD * bool(size)


def note_pitch(reading: float) -> float:
    """Return how far lines of notes are apart."""
    return max(NOTE_LINE, NOTE_PITCH * legible(NOTE, reading))


def notes_width(reading: float) -> float:
    """Return the width of notes beside strips."""
    return NOTES * legible(NOTE, reading) / NOTE


def legend_room(reading: float) -> float:
    """Return the width of a legend with its number, before notes."""
    return BEFORE * legible(NOTE, reading) / NOTE


def broken(notes: Sequence[str], size: float, room: float) -> list[str]:
    """Return notes in lines that are no wider than `room`."""
    return [line for note in notes for line in wrap(note, size, room)]
