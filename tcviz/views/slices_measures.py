"""How wide and how high bands of slices and their words are, at one size of text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor

from tcviz.picture.panels import CELL, NOTE, NOTE_LEAST, SIDE, SIZE, TITLE
from tcviz.scene import Rect
from tcviz.text import legible, width, wrap
from tcviz.views.layout import Slot
from tcviz.views.slices_band import (
    CAPTION,
    FEW,
    LABEL_GAP,
    LEGEND,
    MOST_EDGE,
    MOST_NOTE,
    SLICE_GAP,
    WHOLE,
    WORD_GAP,
    Band,
    Line,
    Lines,
    caption_height,
)


@dataclass(frozen=True)
class Measures:
    """Bands in lines, for so many channels, with this text, and tinted slices of this side.

    With labels `aside`, a line of one band has its heading to the left, else above; with
    `named`, the channels have names.
    """

    lines: Lines
    room: Rect
    pixel: float
    reading: float
    channels: int = 1
    aside: bool = True
    text: float = 0.0
    heat: frozenset[str] = frozenset()
    side: float = 0.0
    notes: bool = True
    named: bool = False

    def cell(self, band: Band) -> Slot:
        """Return the band's cells, in whole pixels."""
        if band.key in self.heat:
            edge = min(MOST_EDGE, self.side / self._longest[band.family])
            edge = self.snap(edge) if edge >= WHOLE * self.pixel else edge
            return Slot(0.0, edge, edge, self.text, heat=True)
        high, wide = CELL * self.text, (band.em + SIDE) * self.text
        return Slot(0.0, self.snap(max(high, wide)), self.snap(high), self.text, heat=False)

    @cached_property
    def _longest(self) -> dict[str, int]:
        """How many cells the longest side of a family's slices has."""
        longest: dict[str, int] = {}
        for band in (band for line in self.lines for band in line):
            longest[band.family] = max(longest.get(band.family, 1), *band.shape[1:])
        return longest

    def snap(self, length: float) -> float:
        """Return a length in whole pixels."""
        return floor(length / self.pixel + 1e-6) * self.pixel

    def legible(self, size: float) -> float:
        """Return a text size as it is read."""
        return legible(size, self.reading)

    @property
    def caption(self) -> float:
        """Height of the names above slices."""
        return caption_height(self.reading)

    @cached_property
    def fed(self) -> frozenset[str]:
        """Bands with connectors to them: alone on a line, right below what feeds them."""
        if not self.aside:
            return frozenset()
        pairs = zip(self.lines, self.lines[1:], strict=False)
        return frozenset(
            low[0].key
            for high, low in pairs
            if len(low) == 1 and low[0].feeder in {band.key for band in high[-1:]}
        )

    def slice(self, band: Band) -> float:
        """Return the width of a slice with its name."""
        grid = band.shape[2] * self.cell(band).cell_width
        plain = band.key in self.fed or band.slices > FEW
        words = band.longest if plain else band.tag or band.longest
        return max(grid, width(words, self.legible(CAPTION), bold=True))

    def wide(self, band: Band) -> float:
        """Return the width of a band in one row, without its heading."""
        return band.slices * self.slice(band) + (band.slices - 1) * SLICE_GAP

    def column(self, band: Band) -> float:
        """Return the width of a band beside others, with its heading."""
        return max(self.wide(band), self.heading(band, inline=False) + WORD_GAP)

    def heading(self, band: Band, *, inline: bool) -> float:
        """Return the width of a band's heading, on one line or on two."""
        title = width(band.title, self.legible(TITLE), bold=True)
        size = width(band.size, self.legible(SIZE))
        size += (LEGEND + 6 + width("±999", self.legible(SIZE)) + WORD_GAP) * (
            band.key in self.heat
        )
        return title + WORD_GAP + size if inline else max(title, size)

    @cached_property
    def label(self) -> float:
        """Width of the headings left of bands."""
        alone = [line[0] for line in self.lines if len(line) == 1]
        return max(map(self._label, alone), default=0.0) + LABEL_GAP

    def _label(self, band: Band) -> float:
        notes = [width(note, self.legible(NOTE)) for note in band.notes if self.notes]
        legend = [NOTE_LEAST * self.legible(NOTE) / NOTE] * (band.key in self.heat)
        least = min(MOST_NOTE * self.legible(NOTE) / NOTE, max([*notes, *legend], default=0.0))
        title = width(band.title, self.legible(TITLE), bold=True)
        return max(title, width(band.size, self.legible(SIZE)), least)

    def noted(self, band: Band, room: float) -> list[str]:
        """Return a band's notes as they are broken into lines in that width."""
        notes = band.notes if self.notes else ()
        return [line for note in notes for line in wrap(note, self.legible(NOTE), room)]

    def noting(self, band: Band) -> float:
        """Return the width of notes on one line."""
        words = "; ".join(band.notes if self.notes else ())
        return 2 * WORD_GAP + width(words, self.legible(NOTE)) if words else 0.0

    def beside(self, band: Band) -> float:
        """Return the height of the heading left of a band, notes and all."""
        lines = len(self.noted(band, self.label - LABEL_GAP)) + (band.key in self.heat)
        return self.legible(TITLE) + 1.4 * self.legible(SIZE) + 1.4 * self.legible(NOTE) * lines

    def inlined(self, line: Line) -> bool:
        """Return whether all headings of a line have room on one line of text."""
        return len(line) == 1 or all(
            self.heading(band, inline=True) + WORD_GAP <= self.wide(band) for band in line
        )

    @property
    def tinted(self) -> int:
        """How many families of bands show tints."""
        return len({band.family for line in self.lines for band in line if band.key in self.heat})
