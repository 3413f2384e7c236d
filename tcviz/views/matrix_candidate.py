"""One candidate for how large the matrix view's panels are, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import floor

from tcviz.picture.panels import HEADING, NAME, NOTE, NOTE_LINE, SIDE, note_least, note_lines
from tcviz.scene import Rect
from tcviz.text import legible
from tcviz.text import width as text_width
from tcviz.views.matrix_items import EQUATION, MATRIX, Block, Item, Places, X, Y

TIGHT, CELL = 1.6, 2.2
"""Height of a cell in text sizes, in the equation and in grids."""
GUTTER, ARROW = 46.0, 58.0
"""Room between columns: for a sign, and for an arrow."""
BELOW, BESIDE, APART = 36.0, 30.0, NAME + 6
"""Room below a panel, beside one below the matrix, and between the channels' in a stack."""
STRIP, LEAST_SIDE = 26.0, 110.0
"""Breadth of a tinted vector, and longest side of a tinted grid that may be wished for."""
FLAT, FLATTEST, TALL = 2.2, 4.0, 0.6
"""How many times as wide as high a tinted matrix is: at most, with numbers beside it, at least."""
EVEN = 4.0
"""Pixels of a tinted cell from which on all are made equally large."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class Candidate:
    """So many drawn channels, this arrangement, these sizes, these items in tints.

    `text` is the equation's, `grid` the grids'; `high` and `wide` are the height and
    the least width of the equation's cells, in text sizes and in heights; `side` is
    the longest side of a tinted matrix, `grid_side` that of a tinted grid.  `more` is
    room for what stands beside the flattened input and the sign.
    """

    items: dict[str, Item]
    room: Rect
    pixel: float
    drawn: int
    places: Places
    text: float
    grid: float = 0.0
    side: float = 0.0
    grid_side: float = LEAST_SIDE
    high: float = TIGHT
    wide: float = 1.0
    heat: frozenset[str] = field(default_factory=frozenset)
    notes: bool = True
    more: float = 0.0

    # Sizes of panels.

    @cached_property
    def cells(self) -> dict[str, Pair]:
        """Width and height of each item's cells."""
        written = {key: self._written(key) for key in self.items if key not in self.heat}
        matrix = self._tinted_matrix(written) if MATRIX in self.heat else (0.0, 0.0)
        tinted = {key: self._tinted(key, matrix) for key in self.items if key in self.heat}
        return written | tinted

    def _written(self, key: str) -> Pair:
        equation = key in EQUATION
        text = self.text if equation else self.grid
        height = self._snap((self.high if equation else CELL) * text)
        least = height * (self.wide if equation else 1.0)
        return self._snap(max(least, (self.items[key].em + SIDE) * text)), height

    def _tinted(self, key: str, matrix: Pair) -> Pair:
        rows, cols = self.items[key].shape
        edge = self.grid_side / max(rows, cols)
        # A row of the matrix is as wide as x is high: its cells are the columns.
        legend = (NOTE_LINE + 8) * self.notes
        sizes = {
            MATRIX: matrix,
            X: (STRIP, min(matrix[0], self.room.h - self.lead - legend)),
            Y: (STRIP, matrix[1]),
        }
        wide, high = sizes.get(key, (cols * edge, max(rows * edge, STRIP * (rows == 1))))
        return self._even(wide, cols), self._even(high, rows)

    def _tinted_matrix(self, written: dict[str, Pair]) -> Pair:
        """Return the size of a tinted matrix; beside numbers, rows are as high as theirs."""
        rows, cols = self.items[MATRIX].shape
        if Y in written:
            high = rows * written[Y][1]
            return min(self.side, FLATTEST * high, max(high * cols / rows, high / 2)), high
        ratio = min(FLAT, max(TALL, cols / rows))
        high = self._even(self.side / max(1.0, ratio), rows) * rows
        return high * ratio, high

    def _even(self, length: float, count: int) -> float:
        """Return a cell's edge: all alike in pixels unless they are tiny."""
        edge = length / count
        return self._snap(edge) if edge >= EVEN * self.pixel else self._snap(length) / count

    def _snap(self, length: float) -> float:
        return floor(length / self.pixel + 1e-6) * self.pixel

    def area(self, key: str) -> Pair:
        """Return width and height of one of an item's panels."""
        rows, cols = self.items[key].shape
        wide, high = self.cells[key]
        return cols * wide, rows * high

    # Sizes of blocks: panels with their headings, names and notes.

    @cached_property
    def lead(self) -> float:
        """Room above the equation: headings, and the names of channels' blocks."""
        return HEADING + NAME * self.items[MATRIX].named

    def above(self, key: str) -> float:
        """Return the room above an item's first panel."""
        return self.lead if key in EQUATION else HEADING + NAME * self.items[key].named

    def count(self, key: str) -> int:
        """Return how many panels an item has."""
        return self.drawn if self.items[key].each else 1

    @cached_property
    def tails(self) -> dict[str, float]:
        """Height of the notes below each item."""
        return {key: self._tail(item) if self.notes else 0.0 for key, item in self.items.items()}

    def _tail(self, item: Item) -> float:
        legend = item.key in self.heat and item.key not in (MATRIX, "w")
        if not (item.notes or legend):
            return 0.0
        return NOTE_LINE * (len(self._lines(item)) + legend) + 8

    def _lines(self, item: Item) -> list[str]:
        return note_lines(item.notes, self.area(item.key)[0], legible(NOTE, item.reading))

    def _noted(self, item: Item) -> float:
        """Return the width of an item's notes."""
        if not self.tails[item.key]:
            return 0.0
        size = legible(NOTE, item.reading)
        return max([note_least(size), *(text_width(line, size) for line in self._lines(item))])

    @cached_property
    def blocks(self) -> dict[str, Pair]:
        """Width and height of each item with all that belongs to it."""
        return {key: self._block(item) for key, item in self.items.items()}

    def _block(self, item: Item) -> Pair:
        key, (wide, high) = item.key, self.area(item.key)
        flows, count = self.places.flows(key), self.count(key)
        across, down = (count, 1) if flows else (1, count)
        total = max(wide, item.name) * across + BESIDE * (across - 1)
        stacked = down * high + APART * (down - 1)
        return max(total, item.heading, self._noted(item)), self.above(key) + stacked + self.tails[
            key
        ]

    def row(self, block: Block) -> Pair:
        """Return width and height of items side by side."""
        sizes = [self.blocks[key] for key in block]
        return sum(w for w, _ in sizes) + BESIDE * (len(block) - 1), max(h for _, h in sizes)

    # The whole.

    @property
    def may_fit(self) -> bool:
        """Whether the equation by itself has room."""
        areas = [self.area(key) for key in EQUATION]
        high = self.lead + max(h for _, h in areas)
        return high <= self.room.h and sum(w for w, _ in areas) + 2 * GUTTER <= self.room.w

    @cached_property
    def stacks(self) -> list[Pair]:
        """Width and height of each column."""
        sizes = []
        for stack in self.places.columns:
            rows = [self.row(block) for block in stack]
            high = sum(h for _, h in rows) + BELOW * (len(rows) - 1)
            sizes.append((max(w for w, _ in rows), high))
        return sizes

    @cached_property
    def gaps(self) -> list[float]:
        """Room left of each column: none left of the first."""
        wide = {"output": ARROW, MATRIX: ARROW, Y: GUTTER + self.more}
        return [0.0, *(wide.get(stack[0][0], GUTTER) for stack in self.places.columns[1:])]

    @property
    def width(self) -> float:
        """Width of all columns with their gutters."""
        return sum(w for w, _ in self.stacks) + sum(self.gaps)

    @property
    def height(self) -> float:
        """Height of the highest column."""
        return max(h for _, h in self.stacks)

    @property
    def fits(self) -> bool:
        """Whether all of it has room."""
        return self.width <= self.room.w and self.height <= self.room.h
