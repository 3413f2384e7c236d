"""Columns of panels, and one candidate for how large they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor

from tcviz.scene import Rect
from tcviz.text import LINE, width, wrap
from tcviz.views.look import legible

CELL = 2.3
"""Height of a cell in text sizes."""
SIDE, NAME_SIDE = 0.55, 0.5
"""Room beside the widest number, and beside the widest of names, in text sizes."""
NAME_GAP = 0.9
"""How narrow gutters may be beside names."""
AROUND = 1.7
"""Height of a cell of one line of several, in text sizes."""
TITLE, SIZE, HEADING_GAP = 16.0, 14.0, 12.0
"""Text sizes of a heading's two lines, and the room between two headings."""
HEADING, NAME, ROW_GAP, STACK_GAP = 48.0, 24.0, 18.0, 28.0
NOTE, NOTE_LINE, NOTE_BEYOND, NOTE_LEAST = 13.0, 18.0, 30.0, 110.0
"""Text size and pitch of notes; how much wider than their panel they may be, and at least are."""
GOOD_TEXT, GOOD_SIDE = 13.0, 170.0
"""Beside heat panels, the text and the longest side that leave nothing to wish for."""


@dataclass(frozen=True)
class Column:
    """A column of panels of one shape.

    `title` and `size` stand above it, all columns' in one line.  `em` is the width
    of its widest number at text size 1, `gap` the room to its left.  A column that
    is `shared` has one panel, the others one per channel; `stacked` panels stand one
    above the other in each row.  `notes` stand below the last panel, and `named`
    panels have their channel's name above them.  Text has up to so many `lines`, `side`
    is the room beside it, and `over` how far the heading may stand out over the gutters.
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
    lines: int = 1
    side: float = SIDE
    over: float = 0.0

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


def narrowed(column: Column) -> Column:
    """Return a column that takes no more room than it needs: names are long."""
    over = max(column.over, HEADING_GAP / 2)
    return replace(column, side=NAME_SIDE, gap=NAME_GAP * column.gap, over=over)


@dataclass(frozen=True)
class Candidate:
    """One candidate: so many rows, this text, these heat panels of that longest side."""

    columns: Sequence[Column]
    room: Rect
    pixel: float
    rows: int
    text: float
    heat: frozenset[str] = frozenset()
    side: float = 0.0
    notes: bool = True
    reading: float = 1.0

    def cell(self, column: Column) -> tuple[float, float]:
        """Return width and height of the column's cells, in whole pixels."""
        if column.key not in self._cells:
            self._cells[column.key] = self._cell(column)
        return self._cells[column.key]

    @cached_property
    def _cells(self) -> dict[str, tuple[float, float]]:
        """The cells of the columns that have been asked for: every measure asks again."""
        return {}

    def _cell(self, column: Column) -> tuple[float, float]:
        if column.key in self.heat:
            edge = self.side / max(column.rows, column.cols)
            return (self._snap(edge),) * 2 if edge >= self.pixel else (edge, edge)
        height, wide = CELL * self.text, (column.em + column.side) * self.text
        lines = (AROUND + LINE * (column.lines - 1)) * self.text * (column.lines > 1)
        return self._snap(max(height, wide)), self._snap(max(height, lines))

    def _snap(self, length: float) -> float:
        return floor(length / self.pixel + 1e-6) * self.pixel

    def wide(self, column: Column) -> float:
        """Return the width of a column: its cells', its heading's, or what its notes need."""
        least = note_least(legible(NOTE, self.reading)) if self._noted(column) else 0.0
        return max(column.cols * self.cell(column)[0], self._heading(column), least)

    def _noted(self, column: Column) -> bool:
        return self.notes and (bool(column.notes) or column.key in self.heat)

    def _heading(self, column: Column) -> float:
        title = width(column.title, legible(TITLE, self.reading), bold=True)
        wide = max(title, width(column.size, legible(SIZE, self.reading)))
        return wide + HEADING_GAP - 2 * column.over

    @cached_property
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
        count = len(note_lines(column.notes, panel, legible(NOTE, self.reading))) + (
            column.key in self.heat
        )
        return self._half(column) + NOTE_LINE * count + 8

    @cached_property
    def rise(self) -> float:
        """How far a row reaches above its middle: a named panel's name is above it."""
        return max(self._half(c) + NAME * c.named for c in self.columns if not c.shared)

    @cached_property
    def fall(self) -> float:
        """How far a row reaches below its middle."""
        return max(self._half(c) for c in self.columns if not c.shared)

    @cached_property
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

    @cached_property
    def above(self) -> float:
        """How far everything reaches above the middle of all rows."""
        shared = (self._half(c) for c in self.columns if c.shared)
        return max(self.spread + self.rise, *shared, 0.0)

    @cached_property
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
        return self.width <= self.room.w and self.above + self.below <= self.room.h - HEADING


def note_least(size: float) -> float:
    """Return the width that notes of that text size may always have."""
    return NOTE_LEAST * size / NOTE


def note_lines(notes: Sequence[str], panel: float, size: float) -> list[str]:
    """Return notes as they are broken into lines under a panel of that width."""
    room = max(panel + NOTE_BEYOND, note_least(size))
    return [line for note in notes for line in wrap(note, size, room)]
