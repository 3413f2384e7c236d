"""How large things are: one candidate of the solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from math import floor
from typing import Any, TypeVar

from tcviz.picture.depth import CAPTION, SLICE_GAP, caption_height
from tcviz.picture.panels import (
    CHANNEL,
    COUNT,
    COUNT_GAP,
    HEADING_GAP,
    NOTE,
    NOTE_LAST,
    NOTE_LEAST,
    SIGNED,
    SIZE,
    STACK_GAP,
    TINT_GAP,
    TITLE,
    WIDEST_END,
    WORD_GAP,
    Panel,
    heading,
    legend_width,
    note_least,
    note_lines,
    note_pitch,
    titled,
)
from tcviz.scene.text import CAP_HEIGHT, legible, width, wrap

MOST_NOTE = 150.0
"""So wide are notes beside slices at most."""
LENS_GAP, LENS_ROW = 8.0, "99"
"""Room above and below a lens, and the number of a row that has room left of it."""
EVEN = 4.0
"""Pixels of a tinted cell with a share of its own, from which on all are equally large."""


Measure = TypeVar("Measure")


def measured(measure: Callable[[Scale, Panel], Measure]) -> Callable[[Scale, Panel], Measure]:
    """Keep what a measure of a panel came to: one scale is asked many times.

    Panels of several arrangements may have one key, so each is known by what it is.
    """
    name = measure.__name__

    @wraps(measure)
    def known(scale: Scale, panel: Panel) -> Measure:
        key = name, id(panel)
        kept = scale._kept.get(key)  # noqa: SLF001  (it stands for a method)
        if kept is None:  # the panel is kept, too: so that no other gets its id
            kept = scale._kept[key] = panel, measure(scale, panel)  # noqa: SLF001
        found: Measure = kept[1]
        return found

    return known


@dataclass(frozen=True)
class Scale:
    """Text sizes and tints, from which every panel's size follows.

    `text` is that of operands and `result` that of results; the panels whose keys are in `heat`
    show tints in cells with edges of that length.  Cells with little air have more of it, from 0 to
    1, where there is room.  `pixel` is a pixel of the picture, and `reading`
    the one by which headings and notes are kept legible.  Without `notes` none are written, and
    without `lenses` nothing enlarges tinted cells; without `names` those of channels may stand out.
    Rows and columns of the panels whose keys are
    in `numbers` are numbered, and what begins a line may have them up to `hang` left of all.
    Cells may be so `narrow`, and so `low`, as shares of what is usual.
    """

    pixel: float
    reading: float
    text: float = 0.0
    result: float = 0.0
    heat: frozenset[str] = frozenset()
    edge: float = 0.0
    air: float = 0.0
    notes: bool = True
    lenses: bool = True
    names: bool = True
    numbers: frozenset[str] = frozenset()
    hang: float = 0.0
    narrow: float = 1.0
    low: float = 1.0
    _kept: dict[tuple[str, int], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def known(self, measured: object, measure: Callable[[Scale], Measure]) -> Measure:
        """Return what a measure comes to at this scale, from then on without measuring again."""
        key = "", id(measured)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = measured, measure(self)
        found: Measure = kept[1]
        return found

    def text_of(self, panel: Panel) -> float:
        """Return the size of a panel's text."""
        return self.result if panel.result or panel.grows else self.text

    @measured
    def cell(self, panel: Panel) -> tuple[float, float]:
        """Return width and height of a panel's cells, in whole pixels."""
        if panel.key in self.heat:
            return self._tinted(panel)
        wide, high = panel.least(self.text_of(panel), self.air, self.narrow, self.low)
        return self._snap(wide), self._snap(high)

    def _tinted(self, panel: Panel) -> tuple[float, float]:
        if not panel.shares:
            return (self._snap(self.edge) if self.edge >= self.pixel else self.edge,) * 2
        wide, high = map(self._even, panel.shares, (panel.cols, panel.rows))
        written = panel.level and panel.level.key not in self.heat and panel.level
        return wide, self.cell(written)[1] if written else high

    def _even(self, share: float, count: int) -> float:
        """Return the side of a cell of so many: small ones fill whole pixels only together."""
        length = share * self.edge
        small = length < EVEN * self.pixel
        return self._snap(length * count) / count if small else self._snap(length)

    def _snap(self, length: float) -> float:
        return floor(length / self.pixel + 1e-6) * self.pixel

    @measured
    def grid(self, panel: Panel) -> tuple[float, float]:
        """Return width and height of a panel's cells together, of all that are stacked."""
        wide, high = self.cell(panel)
        if not panel.slices:
            return panel.cols * wide, panel.height(high)
        return self.row(panel, panel.slices), self.caption(panel) + panel.rows * high

    def caption(self, panel: Panel) -> float:
        """Return the height of the names above slices, if a panel has any, and of their numbers."""
        return caption_height(self.reading) + self.above(panel) if panel.slices else 0.0

    def left(self, panel: Panel) -> float:
        """Return the room left of a panel's cells for the numbers of its rows."""
        return self._left(panel) if self.numbers else 0.0

    @measured
    def _left(self, panel: Panel) -> float:
        if self.counts(panel):
            return width(LENS_ROW, legible(COUNT, self.reading)) + COUNT_GAP
        if panel.key not in self.numbers:
            return 0.0
        return width(str(panel.rows - 1), legible(COUNT, self.reading)) + self.off(panel)

    def above(self, panel: Panel) -> float:
        """Return the room above a panel's cells for the numbers of its columns."""
        return self._above(panel) if self.numbers else 0.0

    @measured
    def _above(self, panel: Panel) -> float:
        if self.counts(panel):
            return CAP_HEIGHT * legible(COUNT, self.reading) + COUNT_GAP
        if (panel.abreast or panel.key) not in self.numbers:
            return 0.0
        return CAP_HEIGHT * legible(COUNT, self.reading) + self.off(panel)

    def counts(self, panel: Panel) -> bool:
        """Return whether a lens has the numbers of the rows and columns that it enlarges."""
        return panel.enlarges in self.numbers and not panel.slices

    def off(self, panel: Panel) -> float:
        """Return how far numbers are from a panel's cells."""
        return COUNT_GAP + TINT_GAP * ((panel.abreast or panel.key) in self.heat)

    @measured
    def slice(self, panel: Panel) -> float:
        """Return the width of a depth slice with its name."""
        name = panel.depth.short(panel.depth.longest(panel.slices))
        wide = width(name, legible(CAPTION, self.reading), bold=True)
        return max(panel.cols * self.cell(panel)[0], wide)

    def row(self, panel: Panel, count: int) -> float:
        """Return the width of so many slices beside each other."""
        return count * (self.slice(panel) + SLICE_GAP) - SLICE_GAP

    def area(self, panel: Panel) -> float:
        """Return the area of a panel's cells, of one of those that are stacked."""
        wide, high = self.cell(panel)
        return panel.cells * wide * high

    @measured
    def wide(self, panel: Panel) -> float:
        """Return the width of a panel: its cells', its heading's, or what its notes need."""
        across = self.grid(panel)[0]
        least = note_least(legible(NOTE, self.reading)) if self._noted(panel) else 0.0
        name = (
            width(panel.named, legible(CHANNEL, self.reading), bold=True) + 6
            if panel.named and self.names
            else 0.0
        )
        # A name begins where the cells do, which are in the middle of this room.
        head = heading(panel, self.reading)
        if self.legend(panel):
            size = width(panel.size, legible(SIZE, self.reading))
            head = max(head, size + WORD_GAP + self.legend(panel) + HEADING_GAP)
        return max(across, 2 * name - across, head, least, self.lensed(panel))

    def lensed(self, panel: Panel) -> float:
        """Return the width of a lens of a panel, with its title."""
        lens = self.lens(panel)
        if not lens:
            return 0.0
        title = width(lens.title, legible(NOTE, self.reading)) + HEADING_GAP
        return max(self.grid(lens)[0], title)

    def legend(self, panel: Panel) -> float:
        """Return the width of the scale of a panel's tints, if it stands in the heading."""
        if not (panel.slices and (panel.key in self.heat or panel.tinted)):
            return 0.0
        return legend_width(WIDEST_END if panel.key in self.heat else "+999", self.reading)

    @measured
    def inline(self, panel: Panel) -> float:
        """Return the width of a heading on one line."""
        title = width(panel.title, legible(TITLE, self.reading), bold=True)
        size = width(panel.size, legible(SIZE, self.reading))
        legend = self.legend(panel)
        return title + WORD_GAP + size + (2 * WORD_GAP + legend if legend else 0.0)

    @measured
    def beside(self, panel: Panel) -> tuple[float, float]:
        """Return width and height of a heading beside slices, whose notes break into lines."""
        title, size, note = (legible(t, self.reading) for t in (TITLE, SIZE, NOTE))
        notes = panel.notes if self.notes else ()
        tinted = panel.key in self.heat or panel.tinted
        least = [width(words, note) for words in notes] + [NOTE_LEAST * note / NOTE] * tinted
        wide = max(
            width(panel.title, title, bold=True) + SIGNED * bool(panel.sign),
            width(panel.size, size),
            min(MOST_NOTE * note / NOTE, max(least, default=0.0)),
        )
        lines = sum(len(wrap(words, note, wide)) for words in notes) + tinted
        return wide, title + 1.4 * size + 1.4 * note * lines

    @measured
    def noting(self, panel: Panel) -> float:
        """Return the width of notes on one line, right of a heading."""
        words = "; ".join(panel.notes if self.notes else ())
        return 2 * WORD_GAP + width(words, legible(NOTE, self.reading)) if words else 0.0

    def lens(self, panel: Panel) -> Panel | None:
        """Return what stands below a panel to enlarge cells, if they need it."""
        lens = panel.lens if self.lenses else None
        return lens if lens and lens.enlarges in self.heat else None

    def hanging(self, panel: Panel) -> float:
        """Return the height of a lens below a panel, with its title and the room around it."""
        lens = self.lens(panel)
        if not lens:
            return 0.0
        down = (self.grid(panel)[1] + STACK_GAP) / 2 if panel.lowered else 0.0
        return down + self.titled(lens) + self.above(lens) + self.grid(lens)[1] + LENS_GAP

    def titled(self, lens: Panel) -> float:
        """Return the height of a lens's title, if it is no slices' name, and the room above it."""
        return LENS_GAP + titled(legible(NOTE, self.reading)) * (not lens.slices)

    def tail(self, panel: Panel) -> float:
        """Return the height of all that stands below a panel."""
        return self.noted(panel) + self.hanging(panel)

    @measured
    def noted(self, panel: Panel) -> float:
        """Return the height of a panel's notes, and of the scale of its tints."""
        if not self._noted(panel):
            return 0.0
        size = legible(NOTE, self.reading)
        across = self.grid(panel)[0]
        if panel.slices:  # the name of the last may stand out over it
            across += panel.cols * self.cell(panel)[0] - self.slice(panel)
        count = len(note_lines(panel.notes, across, size)) + self._scaled(panel)
        return note_pitch(size) * count + max(8.0, NOTE_LAST * size)

    def _noted(self, panel: Panel) -> bool:
        return self.notes and (bool(panel.notes) or self._scaled(panel))

    def _scaled(self, panel: Panel) -> bool:
        """Return whether the scale of a panel's tints stands below it."""
        return (panel.key in self.heat or panel.tinted) and not panel.slices
