"""Where panels stand: computed for any number of channels, any shapes, any canvas.

A view names its columns from left to right.  `solve` finds the largest text for
which everything fits.  When even the smallest legible text is too large, the
panels with the most cells drop to a heat tint, the largest first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import floor

from tcviz.errors import RequestError, complaint
from tcviz.scene import Rect
from tcviz.text import width, wrap
from tcviz.views.look import legible

LARGEST, COMFORTABLE = 24.0, 10.5
CELL = 2.3
"""Height of a cell in text sizes."""
SIDE = 0.55
"""Room beside the widest number, in text sizes."""
TITLE, SIZE, HEADING_GAP = 16.0, 14.0, 12.0
"""Text sizes of a heading's two lines, and the room between two headings."""
HEADING, NAME, ROW_GAP, STACK_GAP = 48.0, 24.0, 18.0, 28.0
NOTE, NOTE_LINE, NOTE_BEYOND, NOTE_LEAST = 13.0, 18.0, 30.0, 110.0
"""Text size and pitch of notes; how much wider than their panel they may be, and at least are."""
ALIKE = 0.92
"""A row more is worth text that is this much smaller."""
HEAT_TEXT = (16.0, 14.0, 12.5, 11.5, 0.0)
"""Text sizes tried beside heat panels; zero stands for the smallest legible one."""
GOOD_TEXT, GOOD_SIDE, TINTED = 13.0, 170.0, 0.75
"""Beside heat panels, what text and longest side leave nothing to wish for; and the share of
the merit that is left when one more shape shows tints."""
FINE = 96
"""Steps in which sizes are tried."""


@dataclass(frozen=True)
class Column:
    """A column of panels of one shape.

    `title` and `size` stand above it, all columns' in one line.  `em` is the width
    of its widest number at text size 1, `gap` the room to its left.  A column that
    is `shared` has one panel, the others one per channel; `stacked` panels stand one
    above the other in each row.  `notes` stand below the last panel, and `named`
    panels have their channel's name above them.
    """

    key: str
    shape: tuple[int, ...]
    em: float
    title: str
    size: str
    gap: float = 0.0
    shared: bool = False
    stacked: int = 1
    notes: tuple[str, ...] = ()
    named: bool = False

    @property
    def rows(self) -> int:
        """Cells from top to bottom of one panel."""
        return self.shape[0]

    @property
    def cols(self) -> int:
        """Cells from left to right."""
        return self.shape[1]

    def height(self, cell: float) -> float:
        """Return the height of a row of this column with cells of that height."""
        return self.stacked * self.rows * cell + (self.stacked - 1) * STACK_GAP


@dataclass(frozen=True)
class Slot:
    """What a column got: its left edge, its cells, and whether they show tints."""

    x: float
    cell_width: float
    cell_height: float
    text: float
    heat: bool


@dataclass(frozen=True)
class Layout:
    """A slot per column and the middle of the gutter to its left, the middle of each row."""

    columns: Sequence[Column]
    slots: dict[str, Slot]
    gutters: dict[str, float]
    rows: tuple[float, ...]
    top: float
    body: Rect
    notes: bool

    @property
    def heat(self) -> int:
        """How many columns show tints."""
        return sum(slot.heat for slot in self.slots.values())


@dataclass(frozen=True)
class _Try:
    """One candidate: so many rows, this text, these heat panels of that longest side."""

    columns: Sequence[Column]
    room: Rect
    pixel: float
    rows: int
    text: float
    heat: frozenset[str] = frozenset()
    side: float = 0.0
    notes: bool = True

    def cell(self, column: Column) -> tuple[float, float]:
        """Return width and height of the column's cells, in whole pixels."""
        if column.key in self.heat:
            edge = self.side / max(column.rows, column.cols)
            return (self._snap(edge),) * 2 if edge >= self.pixel else (edge, edge)
        height = CELL * self.text
        return self._snap(max(height, (column.em + SIDE) * self.text)), self._snap(height)

    def _snap(self, length: float) -> float:
        return floor(length / self.pixel + 1e-6) * self.pixel

    def wide(self, column: Column) -> float:
        """Return the width of a column: its cells', its heading's, or what its notes need."""
        least = note_least(legible(NOTE, self.pixel)) if self._noted(column) else 0.0
        return max(column.cols * self.cell(column)[0], self._heading(column), least)

    def _noted(self, column: Column) -> bool:
        return self.notes and (bool(column.notes) or column.key in self.heat)

    def _heading(self, column: Column) -> float:
        title = width(column.title, legible(TITLE, self.pixel), bold=True)
        return max(title, width(column.size, legible(SIZE, self.pixel))) + HEADING_GAP

    @property
    def width(self) -> float:
        """Width of all columns with their gutters."""
        return sum(self.wide(c) + c.gap for c in self.columns)

    def _half(self, column: Column) -> float:
        return column.height(self.cell(column)[1]) / 2

    def _tail(self, column: Column) -> float:
        """Return how far a column reaches below its middle, notes and all."""
        if not self._noted(column):
            return self._half(column)
        panel = column.cols * self.cell(column)[0]
        count = len(note_lines(column.notes, panel, legible(NOTE, self.pixel))) + (
            column.key in self.heat
        )
        return self._half(column) + NOTE_LINE * count + 8

    @property
    def rise(self) -> float:
        """How far a row reaches above its middle: a named panel's name is above it."""
        return max(self._half(c) + NAME * c.named for c in self.columns if not c.shared)

    @property
    def fall(self) -> float:
        """How far a row reaches below its middle."""
        return max(self._half(c) for c in self.columns if not c.shared)

    @property
    def foot(self) -> float:
        """How far the last row reaches below its middle, notes and all."""
        return max(self._tail(c) for c in self.columns if not c.shared)

    @property
    def pitch(self) -> float:
        """From the middle of a row to that of the next."""
        return self.rise + self.fall + ROW_GAP

    @property
    def spread(self) -> float:
        """From the middle of all rows to that of the first and the last."""
        return (self.rows - 1) * self.pitch / 2

    @property
    def above(self) -> float:
        """How far everything reaches above the middle of all rows."""
        shared = (self._half(c) for c in self.columns if c.shared)
        return max(self.spread + self.rise, *shared, 0.0)

    @property
    def below(self) -> float:
        """How far everything reaches below it, notes and all."""
        shared = (self._tail(c) for c in self.columns if c.shared)
        return max(self.spread + self.foot, *shared, 0.0)

    @property
    def merit(self) -> float:
        """How well numbers and tints can be seen, 1 at best; fewer rows count a little less."""
        seen = min(1.0, self.text / GOOD_TEXT) * min(1.0, self.side / GOOD_SIDE)
        return seen * (1 + 0.35 * self.rows)

    @property
    def fits(self) -> bool:
        """Whether all of it has room."""
        high = self.above + self.below
        return self.width <= self.room.w and high <= self.room.h - HEADING


def solve(
    columns: Sequence[Column], room: Rect, pixel: float, smallest: float, rows: int, least: int
) -> Layout:
    """Return the best layout of `columns` in `room`.

    `rows` is how many channels are wanted, `least` to how few the layout may go
    for the sake of readable numbers; `smallest` is the smallest legible text.
    """
    counts = range(rows, least - 1, -1)
    for notes in (True, False):  # the smallest canvases have no room for notes
        found = _solve(_Try(columns, room, pixel, rows, 0.0, notes=notes), smallest, counts)
        if found:
            return _place(found)
    raise RequestError(complaint("size", "too small for these panels", "a larger canvas"))


def _solve(blank: _Try, smallest: float, counts: range) -> _Try | None:
    """Return the best candidate: with numbers in all panels, or else with tints in some."""
    plain = [_with_text(replace(blank, rows=n), smallest) for n in counts]
    numbers = [found for found in plain if found]
    if numbers:
        enough = min(max(COMFORTABLE, smallest), ALIKE * max(t.text for t in numbers))
        return next(t for t in numbers if t.text >= enough)
    return _with_heat(blank, smallest, counts)


def _with_text(candidate: _Try, smallest: float) -> _Try | None:
    """Return the candidate with the largest text with which all fits, or None."""
    step = (LARGEST - smallest) / FINE
    return _largest(lambda i: replace(candidate, text=smallest + i * step))


def _largest(of: Callable[[int], _Try]) -> _Try | None:
    """Return the last of a row of growing candidates that fits."""
    first_misfit = bisect_left(range(FINE + 1), True, key=lambda i: not of(i).fits)
    return of(first_misfit - 1) if first_misfit else None


def _with_heat(blank: _Try, smallest: float, counts: range) -> _Try | None:
    """Return the best candidate; each further shape that shows tints has to be worth it."""
    columns, found = blank.columns, []
    shapes = _by_demand(columns)
    for count in range(1, len(shapes) + 1):
        heat = frozenset(c.key for c in columns if c.shape in shapes[:count])
        for n, size in product(counts, HEAT_TEXT):
            plain = replace(blank, rows=n, text=max(size, smallest), heat=heat)
            found += [(t.merit * TINTED**count, t) for t in [_with_side(plain)] if t]
    return max(found, key=lambda scored: scored[0])[1] if found else None


def _by_demand(columns: Sequence[Column]) -> list[tuple[int, ...]]:
    """Return the shapes of panels, the one first that asks for the most room.

    Panels of one shape are read side by side: they show numbers together or not.
    """
    demand: dict[tuple[int, ...], float] = {}
    for c in columns:
        asked = c.rows * c.cols * max(1.0, c.em)
        demand[c.shape] = max(demand.get(c.shape, 0.0), asked)
    return sorted(demand, key=lambda shape: -demand[shape])


def _with_side(candidate: _Try) -> _Try | None:
    """Return the candidate with its heat panels as large as they can be, or None."""
    step = candidate.room.h / FINE
    return _largest(lambda i: replace(candidate, side=(i + 1) * step))


def note_least(size: float) -> float:
    """Return the width that notes of that text size may always have."""
    return NOTE_LEAST * size / NOTE


def note_lines(notes: Sequence[str], panel: float, size: float) -> list[str]:
    """Return notes as they are broken into lines under a panel of that width."""
    room = max(panel + NOTE_BEYOND, note_least(size))
    return [line for note in notes for line in wrap(note, size, room)]


def _place(found: _Try) -> Layout:
    """Give the room that is left to the gutters, and centre the whole."""
    room, gaps = found.room, sum(c.gap for c in found.columns)
    stretch = 1 + min(0.8, (room.w - found.width) / gaps) if gaps else 1.0
    x = room.x + (room.w - found.width - gaps * (stretch - 1)) / 2
    slots, gutters, edge = {}, {}, x
    for column in found.columns:
        across, height = found.cell(column)
        x += column.gap * stretch
        beside = (found.wide(column) - column.cols * across) / 2
        left = floor((x + beside) / found.pixel + 0.5) * found.pixel
        slots[column.key] = Slot(left, across, height, found.text, column.key in found.heat)
        gutters[column.key] = (edge + left) / 2
        edge = left + column.cols * across
        x += found.wide(column)
    left_over = room.h - HEADING - found.above - found.below
    top = room.y + HEADING + left_over / 2
    first = top + found.above - found.spread
    rows = tuple(first + i * found.pitch for i in range(found.rows))
    return Layout(found.columns, slots, gutters, rows, top, room, found.notes)
