"""Rows of cells that share their columns, and one candidate for how large they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor

from tcviz.picture.panels import AROUND, NOTE, NOTE_LINE, SIDE
from tcviz.scene import Rect
from tcviz.text import LINE, legible, width, wrap

HIGH, TALL, BAR = 1.9, 2.3, 44.0
"""The least and the most height of a cell in text sizes; narrow cells may be so much higher."""
TITLE, SIZE, NAME = 15.0, 13.5, 14.5
"""Text sizes of a row's label, of its size, and of its channel's name."""
GAP, BLOCK, RULER, BETWEEN = 6.0, 20.0, 20.0, 16.0
"""Room above a row, above a channel, for a ruler, and between what stands on one line."""
SIGN, GUTTER, TRUNK = 34.0, 78.0, 50.0
"""Room for signs between labels and cells, and for what leads from row to row, around a line."""
NOTES, PIECES = 172.0, 0.26
"""Width of notes; how much of the canvas a piece of numbers may have before it shows tints."""
TINT, SMALLEST = 14.0, 9.5
"""The width of a tinted cell of a piece, and the smallest text in those that are not."""


@dataclass(frozen=True)
class Piece:
    """A panel beside the columns: its cells stand as close as their numbers allow.

    `title` stands left of it, and `sign` left of that.
    """

    key: str
    cols: int
    em: float
    title: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Row:
    """A row of cells, one to a column: the first at coordinate `start`, then at `every` th.

    `title` and `size` stand left of it, `notes` right.  `gap` is the room above, and a
    `sign` stands left of the cells.  A row that is `shared` has one panel, the others one
    per channel.  A row without `cols` has only `pieces`, one after the other; those of
    another row stand right of it.  Its cells are counted along a ruler on ``"top"`` of
    all rows or ``"below"`` it.  `em` and `lines` say what its widest text needs; a row that
    is `ruled` has a line above.
    """

    key: str
    title: str
    size: str
    cols: int = 0
    em: float = 0.0
    start: int = 0
    every: int = 1
    gap: float = GAP
    shared: bool = False
    sign: str = ""
    ruled: bool = False
    lines: int = 1
    notes: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    numbered: str = ""

    @property
    def stop(self) -> int:
        """The coordinate behind the last cell."""
        return self.start + (self.cols - 1) * self.every + 1


@dataclass(frozen=True)
class Candidate:
    """One candidate: these rows for so many channels, this text, tints in some of them.

    `name` is the widest name of a channel, empty where there is only one.
    """

    rows: Sequence[Row]
    room: Rect
    pixel: float
    reading: float
    channels: int
    text: float
    name: str = ""
    heat: frozenset[str] = frozenset()

    def _legible(self, size: float) -> float:
        return legible(size, self.reading)

    @cached_property
    def columns(self) -> range:
        """The coordinates that have a column."""
        aligned = [row for row in self.rows if row.cols]
        return range(min(row.start for row in aligned), max(row.stop for row in aligned))

    @cached_property
    def stacked(self) -> tuple[tuple[Row, int], ...]:
        """Every row with its channel, from top to bottom: shared ones first or last."""
        own = [i for i, row in enumerate(self.rows) if not row.shared]
        above, below = self.rows[: own[0]], self.rows[own[-1] + 1 :]
        each = [(self.rows[i], c) for c in range(self.channels) for i in own]
        return (*((row, 0) for row in above), *each, *((row, 0) for row in below))

    @cached_property
    def gaps(self) -> tuple[float, ...]:
        """The room above each of the stacked rows."""
        first = next(row for row in self.rows if not row.shared)
        return tuple(
            0.0 if i == 0 else BLOCK if row is first else row.gap
            for i, (row, _) in enumerate(self.stacked)
        )

    @property
    def rulers(self) -> float:
        """The height of all rulers."""
        above = any(row.numbered == "top" for row in self.rows)
        return RULER * (above + sum(row.numbered == "below" for row, _ in self.stacked))

    @cached_property
    def labels(self) -> float:
        """The width of the labels; a channel's name stands left of its first row's."""
        first = next(row for row in self.rows if not row.shared)
        named = width(self.name, self._legible(NAME), bold=True) + BETWEEN if self.name else 0.0
        return max(named + self._label(first), *map(self._label, self.rows))

    def _label(self, row: Row) -> float:
        title = width(row.title, self._legible(TITLE), bold=True)
        size = width(row.size, self._legible(SIZE))
        return title + size + 7 * bool(row.size)

    @property
    def left(self) -> float:
        """The width of all that stands left of the cells."""
        return self.labels + (SIGN if any(row.sign for row in self.rows) else BETWEEN)

    @property
    def side(self) -> float:
        """The width of what stands right of the cells, behind the gutter."""
        return max((max(self._noted(row), self._beside(row)) for row in self.rows), default=0.0)

    def _noted(self, row: Row) -> float:
        legend = [NOTES * 0.7] * self.legend(row)
        lines = (width(line, self._legible(NOTE)) for line in self.note_lines(row))
        return max((*lines, *legend), default=0.0)

    def note_lines(self, row: Row) -> list[str]:
        """Return a row's notes as they are broken into lines."""
        size = self._legible(NOTE)
        return [line for note in row.notes for line in wrap(note, size, NOTES * size / NOTE)]

    def note_height(self, row: Row) -> float:
        """Return the height of a row's notes, and of the legend of its tints."""
        return NOTE_LINE * (len(self.note_lines(row)) + self.legend(row))

    def legend(self, row: Row) -> bool:
        """Return whether a row has a legend: it shows tints, and nothing stands beside it."""
        return row.key in self.heat and not row.pieces

    def _beside(self, row: Row) -> float:
        return self.pieced(row) if row.cols else 0.0

    def pieced(self, row: Row) -> float:
        """Return the width of a row's pieces with their titles and signs."""
        return self._leads(row) + sum(self.piece(row, p)[0] * p.cols for p in row.pieces)

    def _leads(self, row: Row) -> float:
        return sum(map(self.piece_lead, row.pieces))

    def piece_lead(self, piece: Piece) -> float:
        """Return the room left of a piece's cells."""
        title = width(piece.title, self._legible(TITLE), bold=True) + 10 if piece.title else 0.0
        return title + (SIGN + 6) * bool(piece.sign)

    def piece(self, row: Row, piece: Piece) -> tuple[float, bool]:
        """Return the width of a piece's cells, and whether they show tints."""
        if piece.cols > 1 and self._many(row):
            room, cells = self._room(row), sum(p.cols for p in row.pieces)
            return min(TINT, (room - HIGH * self.text) / cells), True
        return self.snap(max((piece.em + SIDE) * self.text, HIGH * self.text)), False

    def _many(self, row: Row) -> bool:
        """Return whether a row's pieces have no room for their numbers: all or none show them."""
        least = self._legible(SMALLEST)
        need = (p.cols * max(p.em + SIDE, HIGH) * least for p in row.pieces)
        return sum(need) > self._room(row)

    def _room(self, row: Row) -> float:
        """Return the width that the cells of a row's pieces may have together."""
        return PIECES * self.room.w if row.cols else self.across - self._leads(row)

    def snap(self, length: float) -> float:
        """Return a length in whole pixels, if it is longer than one."""
        return floor(length / self.pixel + 1e-6) * self.pixel if length >= self.pixel else length

    @property
    def across(self) -> float:
        """The width that all columns may have together."""
        return self.room.w - self.left - GUTTER - self.side

    @property
    def widest(self) -> float:
        """The width that one column may have."""
        return self.across / len(self.columns)

    @property
    def narrowest(self) -> float:
        """The width that the numbers need."""
        shown = (row for row in self.rows if row.cols and row.key not in self.heat)
        return max(((row.em + SIDE) * self.text for row in shown), default=0.0)

    def height(self, row: Row, least: float) -> float:
        """Return a row's height where one line has the height `least`."""
        lines = (AROUND + LINE * (row.lines - 1)) * self.text if row.lines > 1 else 0.0
        return self.snap(max(least, lines))

    @property
    def down(self) -> float:
        """The height that all rows may have together."""
        return self.room.h - self.rulers - sum(self.gaps)

    def total(self, least: float) -> float:
        """Return the height of all rows where one line has the height `least`."""
        return sum(self.height(row, least) for row, _ in self.stacked)

    @property
    def fits(self) -> bool:
        """Whether all of it has room."""
        wide = self.narrowest <= self.widest and self.widest > 0
        return (
            wide
            and self._pieces_fit
            and self.total(HIGH * self.text) <= self.down
            and self._notes_fit
        )

    @property
    def _pieces_fit(self) -> bool:
        """Whether pieces leave room for columns, and for what leads from row to row."""
        return all(
            0 < self.pieced(row) - self._leads(row) <= self._room(row)
            for row in self.rows
            if row.pieces
        )

    @property
    def _notes_fit(self) -> bool:
        return sum(map(self.note_height, self.rows)) <= self.room.h

    def crowded(self, smallest: float) -> Iterator[str]:
        """Yield the rows whose numbers are not legible in these columns."""
        for row in self.rows:
            if row.cols and (row.em + SIDE) * smallest > self.widest:
                yield row.key
