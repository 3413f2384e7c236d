"""The matrix view: the convolution as a sparse matrix A, the transposed one as its transpose.

Figures 2 and 3 of the article: the matrix times the flattened input is the
flattened output; beside them kernel, input and output as the grids that they are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from tcviz.boards import chrome, legend, matrix_words
from tcviz.boards.chrome import Said
from tcviz.boards.matrix_board import MatrixBoard
from tcviz.boards.matrix_panel import CALM, LIT
from tcviz.boards.matrix_words import Sentences
from tcviz.boards.panel import Roles, Values
from tcviz.boards.shown import Content, Flags, Shown, Window, flags, kinds, roles
from tcviz.layer.matrix import Structure
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Sizes
from tcviz.layer.trace import at_number
from tcviz.look.look import Look
from tcviz.scene.frames import Moment
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.states import Kind, State, role
from tcviz.views.matrix_arranged import arranged

NAMED = legend.entries("filled-in zero: no tap")
"""The roles that a legend names where they occur."""


class MatrixView(ABC):
    """What steps of the matrix view show: the equation, and the grids beside it."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part, self._look = part, look
        self._structure = structure = Structure(part)
        self._y = structure.product()
        ranges, layout = arranged(structure, self._y, look)
        self._board = MatrixBoard(structure, self._y, look, ranges, layout)
        self._sentences = Sentences(structure, ranges, look, self.steps)
        room = chrome.foot_room(look, self.steps)
        self._caption = matrix_words.caption(structure, look.legible(chrome.DETAIL), room)
        about = matrix_words.subtitle(structure, self._board.parted)
        self._fixed = self._board.fixed(about)
        extra = (0,) * part.layer.dims if structure.forward else part.layer.output_padding
        self._kinds = kinds(self._y.shape, extra)

    @property
    @abstractmethod
    def steps(self) -> int:
        """How many steps there are."""

    @abstractmethod
    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps."""
        for shown in self.shown(picks):
            scene = self._scene(shown)
            yield scene, self._scene(shown.settled) if settle else scene

    def overview(self) -> Scene:
        """Return the finished picture: the whole equation, and what it costs."""
        said = matrix_words.equation_said(self._structure), self._caption
        every = np.ones(self._y.shape, dtype=bool)
        shown = Shown(self.steps - 1, self._cells(self._y, (every, every)), {}, (), lambda: said)
        named = self._board.legend([shown], (entry for entry in NAMED if entry.state is None))
        return self._board.finished([*self._fixed, *named, *self._board.marks(shown)], said)

    def _scene(self, shown: Shown) -> Scene:
        marks = [*self._fixed, *self._legend, *self._board.marks(shown)]
        return self._board.scene(marks, shown.number, self.steps, shown.said)

    @cached_property
    def _legend(self) -> tuple[Mark, ...]:
        """The legend of all steps: what occurs at all does so at both ends, or half way."""
        seen = self.shown(sorted({0, self.steps // 2, self.steps - 1}))
        moments = (moment for shown in seen for moment in (shown, shown.settled))
        return tuple(self._board.legend(moments, NAMED))

    def _step(
        self, number: int, now: _Now, y: Values, known: tuple[Flags, Flags], said: Said
    ) -> Shown:
        """Return a step: `y`, where it is reached and where done, and what happens now."""
        calm = {key: found for key, (_, found) in self._cells(y, known).items()}
        return Shown(
            number, self._cells(y, known, now), self._lit(now), (), lambda: said, calm=calm
        )

    def _lit(self, now: _Now) -> dict[str, Window]:
        """Return what is lit."""
        part, structure = self._part, self._structure
        starts, lines = range(0, structure.columns, structure.block), range(part.channels)
        read, made = _flat(now.read, part.input_size), _flat(now.made, part.output_size)
        cells = [start + i for start in starts for i in read]
        lit: dict[str, Window] = {
            "matrix": now.lines,
            "matrix.lens": (lines, _flat(now.taps, part.layer.kernel_size)),
            "x.vector": (cells, (0,)),
            "x.vector.lens": (lines, read),
            "y.vector": (made, (0,)),
            "y.vector.lens": ((0,), made),
            "output": now.made,
            "w": now.taps,
        }
        lit |= {"x": now.read} if part.layer.dims > 1 else {}
        return {key: window for key, window in lit.items()
                if key in self._board.cells and all(map(len, window))}  # fmt: skip

    def _cells(
        self, y: Values, known: tuple[Flags, Flags], now: _Now | None = None
    ) -> dict[str, Content]:
        """Return the panels: `y` where it is reached, and where done, and of all what is lit."""
        part, lit = self._part, now or _Now()
        written, (reached, done) = _there(y.shape, lit.made), known
        # What nothing reaches is a zero, but of cells to come, and of one that is written, a cell.
        zeros = reached & ~written & ~part.reached
        kind = np.where(zeros, Kind.ZERO, self._kinds)
        made = roles(kind, reached, done, written, State.WRITTEN if now else None)
        read = _roles(part.input_size, lit.read)
        filled = [role(Kind.ZERO, State.KNOWN)] * (self._structure.zeros > 0)
        return {
            "matrix": (part.weight, self._lines(lit.lines)),
            "zeros": (np.zeros(len(filled)), np.array(filled, np.uint8)),
            "x.vector": (part.x.reshape(-1, 1), np.tile(read.reshape(-1, 1), (len(part.x), 1))),
            "y.vector": (y.reshape(-1, 1), made.reshape(-1, 1)),
            "x": (part.x, read),
            "w": (part.weight, _roles(part.layer.kernel_size, lit.taps)),
            "output": (y, made),
        }

    def _lines(self, lines: Window) -> Roles:
        """Return the roles of whole rows or columns: those of their cells are the same."""
        rows, columns = self._structure.rows, self._structure.columns
        lit_rows, lit_columns = lines or ((), range(columns))
        if len(lit_columns) == columns:
            return _roles((rows, 1), (lit_rows, (0,)))
        return _roles((1, columns), ((0,), lit_columns))


class ByRow(MatrixView):
    """One step for each output element: a row of the matrix gathers what reaches it."""

    @property
    def steps(self) -> int:
        """One step per output element."""
        return self._structure.rows

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show; each is known without those before."""
        return map(self._shown, picks)

    def _shown(self, number: int) -> Shown:
        part, at = self._part, at_number(number, self._y.shape)
        met = [part.sources(axis, o) for axis, o in enumerate(at)]
        read, taps = ([[pair[i] for pair in pairs] for pairs in met] for i in (0, 1))
        line: Window = (number,), range(self._structure.columns)
        now = _Now(line, tuple(read), tuple(taps), tuple((i,) for i in at))
        known: Flags = (np.arange(self.steps) <= number).reshape(self._y.shape)
        said = self._sentences.gathered(number, self._y)
        return self._step(number, now, self._y, (known, known), said)


class ByColumn(MatrixView):
    """One step for each input element: a column of each block is spread over the output."""

    def __init__(self, part: Part, look: Look) -> None:
        super().__init__(part, look)
        self._first, self._last = self._structure.ends()

    @property
    def steps(self) -> int:
        """One step per input element."""
        return self._structure.block

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        structure = self._structure
        for number, before, after in structure.running(picks):
            places, taps = structure.landing(number)
            cell = tuple((i,) for i in at_number(number, self._part.input_size))
            line: Window = range(structure.rows), structure.columns_of(number)
            now = _Now(line, cell, taps, places)
            known = self._first <= number, self._last <= number
            said = self._sentences.spread(number, before, after)
            yield self._step(number, now, after, known, said)


@frozen
class _Now:
    """What a step lights: lines of the matrix, what is read, which taps, and what is made."""

    lines: Window = ()
    read: Window = ()
    taps: Window = ()
    made: Window = ()


def _flat(window: Window, size: Sizes) -> Sequence[int]:
    """Return the numbers, in reading order, of the cells of a window."""
    met = np.ix_(*(np.asarray(axis, dtype=int) for axis in window))
    numbers: list[int] = np.ravel_multi_index(met, size).ravel().tolist()
    return numbers


def _there(shape: Sizes, window: Window) -> Flags:
    """Return which cells of an array are in a window."""
    return flags(shape, tuple(map(list, window))) if window else np.zeros(shape, dtype=bool)


def _roles(shape: Sizes, window: Window) -> Roles:
    """Return the roles of what is known, and in a window is read."""
    return np.where(_there(shape, window), LIT, CALM).astype(np.uint8)


def build(part: Part, look: Look) -> MatrixView:
    """Return the view that walks through the matrix as the look says."""
    return {"row": ByRow, "column": ByColumn}[look.by](part, look)
