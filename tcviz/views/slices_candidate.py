"""One candidate for how large bands of slices are, and in which lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from tcviz.picture.panels import NOTE, SIZE, TITLE
from tcviz.views.slices_band import (
    HEAD,
    LANE,
    LANES,
    LINE_GAP,
    NAME,
    NOTE_GAP,
    SLICE_GAP,
    WRAP_GAP,
    Band,
    Line,
)
from tcviz.views.slices_measures import Measures


@dataclass(frozen=True)
class Candidate(Measures):
    """Says whether all lines have room, wrapping what is too long for one row."""

    @cached_property
    def drawn(self) -> tuple[tuple[Line, int], ...]:
        """All lines with their channel, from top to bottom."""
        own = [line for line in self.lines if not line[0].shared]
        shared = [line for line in self.lines if line[0].shared]
        return *((line, c) for c in range(self.channels) for line in own), *(
            (line, 0) for line in shared
        )

    @property
    def linked(self) -> bool:
        """Whether there are connectors, which wrapped slices have no room for."""
        return bool(self.fed)

    @cached_property
    def aligned(self) -> frozenset[str]:
        """Bands alone on a line right below what they are cropped from."""
        pairs = zip(self.lines, self.lines[1:], strict=False)
        return frozenset(
            low[0].key
            for high, low in pairs
            if len(low) == len(high) == 1
            and low[0].under == high[0].key
            and self.wraps(high) == high[0].slices
        )

    def wraps(self, line: Line) -> int:
        """Return how many slices of a line's only band stand beside each other."""
        (band,) = line
        room = self.room.w - (self.label if self.aside else 0.0)
        fitting = floor((room + SLICE_GAP) / (self.slice(band) + SLICE_GAP) + 1e-6)
        if fitting < 1:
            return 0
        return ceil(band.slices / ceil(band.slices / fitting))

    def above(self, line: Line, channel: int) -> float:
        """Return the height of what is above a line's slices but their names."""
        alone = len(line) == 1
        name = 1.5 * self.legible(NAME) if line is self.drawn[0][0] and self.named else 0.0
        if alone and self.aside:
            return name + self.lane(line)
        if not alone and channel:
            return name  # said once, above the first channel
        return name + self.titled(line)

    def titled(self, line: Line) -> float:
        """Return the height of the headings above a line, on one line of text or on two."""
        one, two = 1.4 * self.legible(TITLE), 1.7 * self.legible(SIZE)
        return one + (0.0 if self.inlined(line) else two)

    def lane(self, line: Line) -> float:
        """Return the room for connectors above a line."""
        band = line[0]
        if band.key not in self.fed:
            return 0.0
        return min(LANES, LANE * band.lanes) + HEAD

    def heights(self) -> Iterator[float]:
        """Yield the height of each line, with what is above its slices."""
        for line, channel in self.drawn:
            yield self.above(line, channel) + self.below(line)

    def below(self, line: Line) -> float:
        """Return the height of a line's slices, with their names."""
        high = self.grids(line)
        if len(line) > 1:
            return high + max(self.footed(band) for band in line)
        band = line[0]
        parts = 1 if band.key in self.aligned else ceil(band.slices / max(1, self.wraps(line)))
        high = parts * high + (parts - 1) * WRAP_GAP
        return max(high, self.beside(band)) if self.aside else high

    def grids(self, line: Line) -> float:
        """Return the height of the highest slices in a line, with their names."""
        return self.caption + max(band.shape[1] * self.cell(band).cell_height for band in line)

    def footed(self, band: Band) -> float:
        """Return the height of the notes below a band that stands beside others."""
        lines = self.noted(band, self.column(band))
        return 1.4 * self.legible(NOTE) * len(lines) + NOTE_GAP * bool(lines)

    def used(self, line: Line) -> float:
        """Return the width of a line, or of the longest row of a band by itself."""
        if len(line) > 1:
            return sum(map(self.column, line)) + sum(band.gap for band in line[1:])
        count = self.wraps(line)
        row = count * (self.slice(line[0]) + SLICE_GAP) - SLICE_GAP
        return row + (self.label if self.aside else 0.0)

    def gaps(self, line: Line) -> float:
        """Return how much of that is gaps, which may get wider."""
        if len(line) == 1:
            return SLICE_GAP * (self.wraps(line) - 1)
        return sum(SLICE_GAP * (band.slices - 1) for band in line) + sum(b.gap for b in line[1:])

    @property
    def high(self) -> float:
        """Height of all lines."""
        return sum(self.heights()) + LINE_GAP * (len(self.drawn) - 1)

    @property
    def fits(self) -> bool:
        """Whether all of it has room."""
        several = (line for line in self.lines if len(line) > 1)
        alone = (line for line in self.lines if len(line) == 1)
        return (
            all(self.used(line) <= self.room.w for line in several)
            and all(map(self._wrapped, alone))
            and self.high <= self.room.h
        )

    def _wrapped(self, line: Line) -> bool:
        """Return whether a band by itself fits: in one row where connectors come to it."""
        across, band = self.wraps(line), line[0]
        if not self.aside and self.heading(band, inline=True) + self.noting(band) > self.room.w:
            return False
        return across == band.slices if band.key in self.fed else across > 0
