"""The lens of the matrix view: the lines that a step lights, without their zeros, with digits.

Its panels show cells of others: its taps those of the kernels, a line for each channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tcviz.boards import matrix_words
from tcviz.boards.arranged import Arranged
from tcviz.boards.hued import kept, plain
from tcviz.boards.panel import Cells, Grid, Values
from tcviz.boards.shown import Content, Shown, enlarged
from tcviz.boards.stage import OPERATOR
from tcviz.layer.matrix import Structure
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.scene.marks import Cell, Mark
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Tint

TAPS, READ, MADE = "matrix.lens", "x.vector.lens", "y.vector.lens"
SHOWN = {TAPS: "w", READ: "x.vector", MADE: "y.vector"}
"""The panels of the lens, and those whose cells they show."""


class TapCells(Cells):
    """Draws taps that are lit, each in the hue of its row; they come as their numbers."""

    def __init__(
        self, structure: Structure, look: Look, grid: Grid, text: float, tint: Tint, form: Format
    ) -> None:
        super().__init__(grid, look.theme, tint, text, form)
        weight, kernel = structure.part.weight, structure.part.layer.kernel_size
        self._weights = weight.reshape(-1)
        self._hues = np.tile(np.indices(kernel)[0].reshape(-1), len(weight))
        self._looks = [kept(look.theme, hue, strong=True) for hue in range(kernel[0])]
        self._made: list[dict[tuple[int, int, int, str], Cell]] = [{} for _ in self._looks]

    def _cell(self, row: int, col: int, role: int, value: Any) -> Cell:
        hue = self._hues[value]
        self._styles, self._cells = self._looks[hue], self._made[hue]
        return super()._cell(row, col, role, plain(self._weights[value]))


class MatrixLens:
    """Draws what a lens shows, if the layout has one; cells are in a `tint`, or in a result's."""

    def __init__(
        self, structure: Structure, stage: Arranged, ranges: Ranges, y: Values, tint: Tint
    ) -> None:
        self._structure, self._stage, self._tint = structure, stage, tint
        held: dict[str, tuple[Values, Format]] = {
            TAPS: (structure.part.weight, ranges.w_format),
            READ: (structure.part.x, ranges.x_format),
            MADE: (y, matrix_words.vector_format(structure.part, ranges)),
        }
        self.cells: Mapping[str, tuple[Cells, ...]] = {
            key: (self._panel(key, *what),)
            for key, what in held.items() if (key, 0) in stage.layout.spots
        }  # fmt: skip

    def _panel(self, key: str, values: Values, form: Format) -> Cells:
        """Return a panel of it."""
        stage, tint = self._stage, self._stage.look.theme.result if key == MADE else self._tint
        if key != TAPS:
            return stage.at((key, 0), tint, values, form)
        grid, text = stage.grid((key, 0)), stage.layout.spots[key, 0].text
        return TapCells(self._structure, stage.look, grid, text, tint, form)

    def content(self, key: str, shown: Shown) -> Content:
        """Return what a panel holds in a step, one of it or any; taps are told by their numbers."""
        if key not in self.cells:
            return shown.cells[key]
        shape = self._stage.layout.panel(key).shape
        (values, roles), lines = shown.cells[SHOWN[key]], shape[0]
        if key == TAPS:
            values, roles = np.arange(values.size), np.tile(roles.reshape(-1), lines)
        flat = values.reshape(lines, -1), roles.reshape(lines, -1)
        return enlarged(flat, shown.lit.get(key), shape, packed=True)

    def now(self, shown: Shown) -> Iterator[Mark]:
        """Yield what its panels are, frames around what they show, and the numbers of that."""
        across = max((shown.lit.get(key, ((), ()))[1] for key in (READ, MADE)), key=len)
        for key, (panel,) in self.cells.items() if shown.lit else ():
            yield from self._stage.heading((key, 0))
            yield from self._sign(key, panel)
            lines, along = shown.lit.get(key, ((), ()))
            if not along:
                continue
            here = panel.grid.span(range(len(lines)), range(len(along)))
            yield self._stage.outline(f"now.{key}", panel, here)
            if self._structure.part.channels == 1 or key == MADE:
                window = (), across if key == TAPS else along
                yield from self._stage.met((key, 0), panel.grid, window, (0, len(along)))

    def _sign(self, key: str, panel: Cells) -> Iterator[Mark]:
        """Yield the sign before a panel: in the gutter, or beside what is the first of its line."""
        stage, place = self._stage, (key, 0)
        sign, (x, _) = stage.layout.panel(key).sign, stage.layout.signs[place]
        first = next(other for other in self.cells if stage.on_one_line((other, 0), place))
        if sign:
            x = panel.grid.x - OPERATOR if first == key else x
            yield from stage.sign(f"{key}.sign", x, panel.rect.center[1], sign)
