"""The matrix view: the convolution as a sparse matrix A, the transposed one as its transpose.

Figures 2 and 3 of the article: the matrix times the flattened input is the
flattened output; beside them kernel, input and output as the grids that they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from tcviz.errors import TooSmallError
from tcviz.layer.matrix import Structure
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Sizes
from tcviz.layer.symbols import is_named
from tcviz.layer.trace import at_number
from tcviz.picture.arrangement import Arrangement, Below, Beside, Node, Row
from tcviz.picture.hanging import Hanging
from tcviz.picture.layout import Layout
from tcviz.picture.panels import Panel
from tcviz.picture.solver import Room, solve
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Scene
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Kind, State, role
from tcviz.views import chrome, matrix_words
from tcviz.views.formats import formats_and_layout
from tcviz.views.look import Look
from tcviz.views.matrix_board import NAMES, MatrixBoard
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.shown import Content, Flags, Shown, Window, alike, kinds, roles
from tcviz.views.stage import ems, headed, size_text
from tcviz.views.titles import channel_name, output_notes, output_title

DENSE, ZERO, SMALLEST = 1.5, 0.65, 9.0
"""Height of the equation's cells and width of a filled-in zero in text sizes; least text size."""
GUTTER, ARROW, BELOW = 46.0, 64.0, 36.0
"""Room beside a sign, beside an arrow, and for an arrow to what is below."""
BIAS = 26.0
"""Room beside the flattened input for a bias in the equation."""
FLAT, TALL, SLIM = 2.2, 0.6, 17.0
"""How many times as wide as high a tinted matrix is at most, and at least; as long as wide
a vector beside it."""
GRID, KERNEL = 0.6, 0.25
"""The longest sides of tinted grids, in the matrix'."""

FOLLOWED, LESS = 5, 0.88
"""The first arrangements, in which arrows follow what happens, and what others are worth."""

Panels: TypeAlias = dict[str, Panel]


def arranged(structure: Structure, y: Values, look: Look) -> tuple[Ranges, Layout]:
    """Return the formats of numbers, and where everything stands."""

    def solved(numbers: Ranges, look: Look, smallest: float, rows: int, least: int) -> Layout:
        panels = _panels(structure, numbers, y)
        room = Room(chrome.body(look), look.pixel, smallest, look.reading)
        answer = partial(_solved, structure, panels, room)
        if rows == least:  # as many as asked for if they fit: the matrix has all of them
            with suppress(TooSmallError):
                return answer(range(rows, rows - 1, -1))
        return answer(range(rows, 0, -1))

    return formats_and_layout(structure.part, look, solved, smallest=SMALLEST, broken=False)


def _solved(structure: Structure, panels: Panels, room: Room, counts: range) -> Layout:
    options = [o for drawn in counts for o in _arrangements(structure, panels, drawn)]
    return solve(options, room, tints=not is_named(structure.part))


def _panels(structure: Structure, numbers: Ranges, y: Values) -> Panels:
    """Return the equation's panels and the grids; in one dimension the vectors are grids."""
    part, tints = structure.part, _Tints.of(structure)
    flat = part.layer.dims > 1
    x, w, out = numbers.x_format, numbers.w_format, numbers.output_format
    sizes = {"x": ems(part.x, x), "w": ems(part.weight, w), "y": ems(y, out)}
    made, name = output_notes(part, numbers), channel_name(part)
    # What names blocks and sections takes room above all three: their first rows are level.
    blocks = matrix_words.block_name(structure, 0) if name else ""

    def panel(key: str, size: Sizes, em: float, form: Format, title: str, **more: Any) -> Panel:
        return Panel(key, two(size), em, title, headed(size_text(size), form), **more)

    rows, cols = structure.rows, structure.columns
    equation = partial(panel, high=DENSE, named=blocks)
    vector = equation("y.vector", (rows, 1), sizes["y"], out,
                      "y, flattened" if flat else output_title(part),
                      notes=() if flat else made, shares=tints.y)  # fmt: skip
    panels = [
        equation("matrix", (rows, cols), max(sizes["w"], ZERO), w,
                 f"transformation matrix {structure.name}", shares=tints.matrix, level=vector),
        equation("x.vector", (cols, 1), sizes["x"], x, "x, flattened" if flat else "input x",
                 shares=tints.x),
        vector,
        panel("w", part.layer.kernel_size, sizes["w"], w, "kernel w", named=name, grows=True,
              gap=GUTTER, shares=tints.kernel, notes=(matrix_words.kernel_note(structure),)),
    ]  # fmt: skip
    if flat:  # grids grow with the room that the equation leaves
        panels += [
            panel("x", part.input_size, sizes["x"], x, "input x", named=name, grows=True,
                  gap=GUTTER, shares=tints.grid),
            panel("output", y.shape, sizes["y"], out, output_title(part), shared=True, grows=True,
                  gap=GUTTER, shares=tints.grid, notes=made),
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


class MatrixView:
    """What the steps of the matrix view show: one for each output element, a row of the matrix."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part, self._look = part, look
        self._structure = structure = Structure(part)
        self._y = structure.product()
        ranges, layout = arranged(structure, self._y, look)
        self._board = MatrixBoard(structure, self._y, look, ranges, layout)
        room = chrome.foot_room(look, structure.rows)
        self._caption = matrix_words.caption(structure, look.legible(chrome.DETAIL), room)
        self._fixed = self._board.fixed(matrix_words.subtitle(structure))
        extra = (0,) * part.layer.dims if structure.forward else part.layer.output_padding
        self._kinds = kinds(self._y.shape, extra)

    @property
    def steps(self) -> int:
        """One step per output element."""
        return self._structure.rows

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps; each is known without those before."""
        for shown in map(self._shown, picks):
            scene = self._scene(shown)
            yield scene, self._scene(shown.settled) if settle else scene

    def overview(self) -> Scene:
        """Return the finished picture: the whole equation, and what it costs."""
        said = matrix_words.equation_said(self._structure), self._caption
        shown = Shown(self.steps - 1, self._cells(self.steps, None), {}, (), said)
        return self._board.finished([*self._fixed, *self._board.marks(shown)], said)

    def _scene(self, shown: Shown) -> Scene:
        marks = [*self._fixed, *self._board.marks(shown)]
        return self._board.scene(marks, shown.number, self.steps, shown.said)

    def _shown(self, number: int) -> Shown:
        at, structure = at_number(number, self._y.shape), self._structure
        told = matrix_words.sentence(structure, self._board.ranges, number, at, self._y, self._look)
        calm = {key: found for key, (_, found) in self._cells(number + 1, None).items()}
        cells, lit = self._cells(number + 1, number), self._lit(number, at)
        return Shown(number, cells, lit, (), (told, self._caption), calm=calm)

    def _lit(self, number: int, at: Sizes) -> dict[str, Window]:
        """Return the row, its output, what it reads and the taps that it uses."""
        row, cell = self._structure.row(number), tuple((i,) for i in at)
        lit: dict[str, Window] = {
            "matrix": ((number,), range(self._structure.columns)),
            "y.vector": ((number,), (0,)),
            "output": cell,
        }
        if row:
            source = "x" if self._part.layer.dims > 1 else "x.vector"
            lit[source] = tuple(zip(*(entry.source for entry in row), strict=True))
            lit["w"] = tuple(zip(*(entry.tap for entry in row), strict=True))
        return {key: window for key, window in lit.items() if key in self._board.cells}

    def _cells(self, count: int, now: int | None) -> dict[str, Content]:
        """Return the panels when so many rows have made their outputs, one of them now."""
        part, order = self._part, np.arange(self.steps)
        rows = np.where(order == (-1 if now is None else now), State.READ, State.KNOWN)
        known: Flags = (order < count).reshape(self._y.shape)
        written = (order == count - 1).reshape(known.shape)
        made = roles(self._kinds, known, known, written, None if now is None else State.WRITTEN)
        read, used = self._reads(now)
        return {
            "matrix": (part.weight, rows.astype(np.uint8)),
            "x.vector": (part.x.reshape(-1, 1), np.tile(read.reshape(-1, 1), (len(part.x), 1))),
            "y.vector": (self._y.reshape(-1, 1), made.reshape(-1, 1)),
            "x": (part.x, read),
            "w": (part.weight, used),
            "output": (self._y, made),
        }

    def _reads(self, row: int | None) -> tuple[Roles, Roles]:
        """Return the roles of one channel's inputs, and of its taps, when a row is made."""
        read, used = alike(self._part.input_size), alike(self._part.layer.kernel_size)
        for entry in self._structure.row(row) if row is not None else ():
            read[entry.source] = used[entry.tap] = role(Kind.VALUE, State.READ)
        return read, used


build = MatrixView
