"""The matrix view: the convolution as a sparse matrix A, the transposed one as its transpose.

Figures 2 and 3 of the article: the matrix times the flattened input is the
flattened output; beside them kernel, input and output as the grids that they are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np

from tcviz.boards import chrome, legend, matrix_words
from tcviz.boards.chrome import Said
from tcviz.boards.matrix_board import NAMES, MatrixBoard
from tcviz.boards.matrix_panel import CALM, LIT
from tcviz.boards.matrix_words import Sentences
from tcviz.boards.panel import Roles, Values
from tcviz.boards.shown import Content, Flags, Shown, Window, flags, kinds, roles
from tcviz.boards.stage import ems, headed, lines
from tcviz.errors import TooSmallError
from tcviz.layer.matrix import Structure
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import Sizes, size_text
from tcviz.layer.trace import at_number
from tcviz.look.formats import formats_and_layout
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import channel_name, output_title
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.fitting import Room
from tcviz.picture.hanging import Hanging
from tcviz.picture.layout import Layout
from tcviz.picture.nodes import Below, Beside, Node, Row
from tcviz.picture.panels import Panel
from tcviz.picture.solver import solve
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.numbers import Format
from tcviz.scene.states import Kind, State, role

DENSE, LOW, ZERO, SMALLEST = 1.3, 1.5, 0.65, 9.0
"""Height of the equation's cells, of those with names, which have low numbers, and width of a
filled-in zero, in text sizes; least text size."""
GUTTER, ARROW, BELOW = 46.0, 64.0, 36.0
"""Room beside a sign, beside an arrow, and for an arrow to what is below."""
BIAS = 26.0
"""Room beside the flattened input for a bias in the equation."""
FLAT, TALL, SLIM = 2.2, 0.6, 17.0
"""How many times as wide as high a tinted matrix is at most, and at least; as long as wide
a vector beside it."""
GRID, KERNEL = 0.6, 0.25
"""The longest sides of tinted grids, in the matrix'."""

NAMED = legend.entries("filled-in zero: no tap")
"""The roles that a legend names where they occur."""
FOLLOWED, LESS = 5, 0.88
"""The first arrangements, in which arrows follow what happens, and what others are worth."""

Panels: TypeAlias = dict[str, Panel]


def arranged(structure: Structure, y: Values, look: Look) -> tuple[Ranges, Layout]:
    """Return the formats of numbers, and where everything stands."""

    def solved(numbers: Ranges, look: Look, smallest: float, rows: int, least: int) -> Layout:
        panels = _panels(structure, numbers, y)
        room = Room(chrome.body(look), look.pixel, smallest, look.reading,
                    foot=legend.height(look), tried=look.tried)  # fmt: skip
        answer = partial(_solved, structure, panels, room)
        if rows == least:  # as many as asked for if they fit: the matrix has all of them
            with suppress(TooSmallError):
                return answer(range(rows, rows - 1, -1))
        return answer(range(rows, 0, -1))

    return formats_and_layout(structure.part, look, solved, smallest=SMALLEST, twice=True)


def _solved(structure: Structure, panels: Panels, room: Room, counts: range) -> Layout:
    options = [o for drawn in counts for o in _arrangements(structure, panels, drawn)]
    return solve(options, room, tints=not is_named(structure.part))


def _panels(structure: Structure, numbers: Ranges, y: Values) -> Panels:
    """Return the equation's panels and the grids; in one dimension the vectors are grids."""
    part, tints = structure.part, _Tints.of(structure)
    flat = part.layer.dims > 1
    x, w, out = numbers.x_format, numbers.w_format, numbers.output_format
    sizes = {"x": ems(part.x, x), "w": ems(part.weight, w)}
    flattened, shown = (numbers.padded, numbers.output) if is_named(part) else (y, y)
    vectors = matrix_words.vector_format(part, numbers)
    made, name = matrix_words.result_notes(structure, numbers), channel_name(part)
    # What names blocks and sections takes room above all three: their first rows are level.
    blocks = matrix_words.block_name(structure, 0) if name else ""

    def panel(key: str, size: Sizes, em: float, form: Format, title: str, **more: Any) -> Panel:
        return Panel(key, two(size), em, title, headed(size_text(size), form), **more)

    rows, cols = structure.rows, structure.columns
    equation = partial(panel, high=LOW if is_named(part) else DENSE, named=blocks)
    vector = equation("y.vector", (rows, 1), ems(flattened, vectors), vectors,
                      "y, flattened" if flat else output_title(part),
                      notes=() if flat else made, shares=tints.y, abreast="matrix",
                      numbered=True)  # fmt: skip
    panels = [
        equation("matrix", (rows, cols), max(sizes["w"], ZERO), w,
                 f"transformation matrix {structure.name}", shares=tints.matrix, level=vector,
                 numbered=True),
        equation("x.vector", (cols, 1), sizes["x"], x, "x, flattened" if flat else "input x",
                 shares=tints.x, abreast="matrix", numbered=True),
        vector,
        panel("w", part.layer.kernel_size, sizes["w"], w, "kernel w", named=name, grows=True,
              gap=GUTTER, shares=tints.kernel, notes=(matrix_words.kernel_note(structure),)),
    ]  # fmt: skip
    if flat:  # grids grow with the room that the equation leaves
        panels += [
            panel("x", part.input_size, sizes["x"], x, "input x", named=name, grows=True,
                  gap=GUTTER, shares=tints.grid, numbered=True),
            panel("output", y.shape, ems(shown, out), out, output_title(part), shared=True,
                  grows=True, gap=GUTTER, shares=tints.grid, notes=made, numbered=True,
                  lines=lines(shown, out)),
        ]  # fmt: skip
    return {panel.key: panel for panel in panels}


@dataclass(frozen=True)
class _Tints:
    """How wide and how high tinted cells are: all panels can be seen, whatever their shapes."""

    matrix: tuple[float, float]
    x: tuple[float, float]
    y: tuple[float, float]
    grid: tuple[float, float]
    kernel: tuple[float, float]

    @classmethod
    def of(cls, structure: Structure) -> _Tints:
        rows, cols, part = structure.rows, structure.columns, structure.part
        wide, high = max(1.0, TALL * rows / cols), max(1.0, cols / rows / FLAT)
        across, down = cols * wide, rows * high
        longest = max(across, down)
        slim, grid = longest / SLIM, GRID * longest / max(*part.input_size, *part.output_size)
        taps, (kernel_rows, _) = part.layer.kernel_size, two(part.layer.kernel_size)
        tap = KERNEL * longest / max(taps)
        return cls(
            (wide, high),
            (slim, min(across, down) / cols),
            (slim, high),
            (grid, grid),
            (tap, max(tap, slim if kernel_rows == 1 else 0.0)),
        )


def _arrangements(structure: Structure, panels: Panels, drawn: int) -> Iterator[Arrangement]:
    """Yield where the grids may stand, the best loved first.

    The kernel stands beside the matrix that it is in, or below; the input below its flattened
    self, or with the kernel; the output beside its flattened self, or below.
    """
    part = structure.part
    more = BIAS * (part.bias is not None) + NAMES * (part.channels > 1)

    def grids(*keys: str) -> Row:
        return Row(tuple(panels[key] for key in keys), range(drawn))

    def column(key: str, *below: str) -> Node:
        hanging = (grids(*below),) if below else ()
        return Hanging((Row((panels[key],)), *hanging), (BELOW,) * len(hanging))

    def option(
        left: Sequence[Node], matrix: Sequence[str], x: Sequence[str], y: Sequence[str],
        right: Sequence[Node] = (),
    ) -> Node:  # fmt: skip
        equation = column("matrix", *matrix), column("x.vector", *x), column("y.vector", *y)
        gaps = (ARROW,) * len(left) + (GUTTER, GUTTER + more) + (ARROW,) * len(right)
        return Beside((*left, *equation, *right), gaps)

    w = grids("w")
    if "x" not in panels:
        nodes = [option([w], [], [], []), option([], ["w"], [], [])]
    else:
        out = grids("output")
        nodes = [
            option([w], [], ["x"], [], [out]),
            option([w], [], ["x"], ["output"]),
            option([], ["w"], ["x"], [], [out]),
            option([], ["w"], ["x"], ["output"]),
            option([], ["w", "x"], [], ["output"]),
            option([], ["w", "x"], [], [], [out]),
            option([Below((w, grids("x")), (BELOW,))], [], [], [], [out]),
            option([grids("x", "w")], [], [], [], [out]),
            option([], ["w", "x", "output"], [], []),
            Below((option([], [], [], []), grids("w", "x", "output")), (BELOW,)),
        ]
    yield from (Arrangement(n, drawn, 1.0 if i < FOLLOWED else LESS) for i, n in enumerate(nodes))


def two(size: Sizes) -> tuple[int, int]:
    """Return rows and columns; in one dimension there is one row.

    >>> two((3, 5)), two((4,))
    ((3, 5), (1, 4))
    """
    *rows, columns = size
    return (*rows, 1)[0], columns


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
        self._fixed = self._board.fixed(matrix_words.subtitle(structure))
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
        shown = Shown(self.steps - 1, self._cells(self._y, (every, every)), {}, (), said)
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
        return Shown(number, self._cells(y, known, now), self._lit(now), (), said, calm=calm)

    def _lit(self, now: _Now) -> dict[str, Window]:
        """Return what is lit; of input and output it is the grids that have frames."""
        part, structure = self._part, self._structure
        starts = range(0, structure.columns, structure.block)
        cells = [start + i for start in starts for i in _flat(now.read, part.input_size)]
        lit: dict[str, Window] = {
            "matrix": now.lines,
            "y.vector": (_flat(now.made, part.output_size), (0,)),
            "output": now.made,
            "w": now.taps,
        }
        lit |= {"x": now.read} if part.layer.dims > 1 else {"x.vector": (cells, (0,))}
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


@dataclass(frozen=True)
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
