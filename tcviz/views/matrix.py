"""The matrix view: the convolution as a sparse matrix A, the transposed one as its transpose.

Figures 2 and 3 of the article: the matrix times the flattened input is the
flattened output; beside them kernel, input and output as the grids that they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tcviz.layer.matrix import Entry, Structure
from tcviz.layer.parts import Part
from tcviz.layer.trace import at_number
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, PanelName, Scene
from tcviz.scene.theme import Kind, State, role
from tcviz.views import chrome, matrix_words
from tcviz.views.arranged import Arranged
from tcviz.views.look import Look
from tcviz.views.matrix_equation import arranged
from tcviz.views.matrix_frames import Frames, Panels
from tcviz.views.matrix_panels import (
    KernelCells,
    KernelHeat,
    KernelPanel,
    MatrixCells,
    MatrixHeat,
    MatrixPanel,
    neutral,
    with_line,
)
from tcviz.views.panel import Cells, Roles
from tcviz.views.shown import Flags, roles
from tcviz.views.titles import output_notes

NAME = "matrix view"


class MatrixView:
    """Scenes of the matrix view."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part, self._look = part, look
        self._structure = structure = Structure(part)
        self._y = structure.product()
        self._ranges, layout = arranged(structure, self._y, look)
        self._stage = Arranged(look, layout)
        self._panels = self._made()
        self._frames = Frames(self._stage, structure, self._panels)
        self._kinds = self._output_kinds()
        self._caption = matrix_words.caption(
            structure, look.legible(chrome.DETAIL), matrix_words.foot_room(look, structure.rows)
        )
        self._still = (
            *chrome.header(look, part, NAME, matrix_words.subtitle(structure)),
            *self._furniture(),
        )

    # Panels.

    def _made(self) -> Panels:
        theme, part, form = self._look.theme, self._part, self._ranges
        plain, drawn, stage = neutral(theme), range(self._stage.layout.drawn), self._stage
        x, out, flat = form.x_format, form.output_format, part.layer.dims > 1
        vector, result = with_line(plain, theme), theme.result
        return Panels(
            self._make_matrix(),
            stage.at(("x.vector", 0), vector, part.x, x),
            stage.at(("y.vector", 0), with_line(result, theme), self._y, out),
            tuple(stage.at(("x", c), plain, part.x, x, PanelName("x", c)) for c in drawn if flat),
            tuple(self._make_kernel(c) for c in drawn),
            stage.at(("output", 0), result, self._y, out) if flat else None,
        )

    def _make_matrix(self) -> MatrixPanel:
        place, theme, form = ("matrix", 0), self._look.theme, self._ranges.w_format
        grid, spot = self._stage.grid(place), self._stage.layout.spots[place]
        if spot.heat:
            return MatrixHeat(grid, self._structure, theme, self._look.pixel)
        return MatrixCells(grid, self._structure, theme, spot.text, form)

    def _make_kernel(self, channel: int) -> KernelPanel:
        place, theme, form = ("w", channel), self._look.theme, self._ranges.w_format
        grid, spot = self._stage.grid(place, PanelName(*place)), self._stage.layout.spots[place]
        if spot.heat:
            return KernelHeat(grid, theme, self._part.layer.dims)
        return KernelCells(grid, self._part.weight[channel], theme, spot.text, form)

    def _output_kinds(self) -> Roles:
        """Return what each output cell is: the last `output_padding` ones are hatched."""
        kinds = np.full(self._y.shape, Kind.VALUE, dtype=np.uint8)
        if not self._structure.forward:
            for axis, count in enumerate(self._part.layer.output_padding):
                kinds.swapaxes(0, axis)[self._y.shape[axis] - count :] = Kind.OUTPUT_PADDING
        return kinds

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: headings, names, notes, signs."""
        stage, panels, theme = self._stage, self._panels, self._look.theme
        yield from stage.headings()
        yield from self._frames.signs()
        yield from self._frames.names()
        notes = output_notes(self._part, self._ranges, stage.layout.drawn)
        yield from stage.notes(panels.result, notes)
        # A stage writes notes below panels of its own kind: one that is never drawn.
        place = Cells(panels.kernels[-1].grid, theme, neutral(theme), 0.0, self._ranges.w_format)
        yield from stage.notes(place, stage.layout.panel("w").notes)
        for panel in (panels.x, *[panels.y] * bool(panels.output), *panels.inputs[-1:]):
            yield from stage.notes(panel, ())

    # Steps.

    @property
    def steps(self) -> int:
        """One step per output element: a row of the matrix."""
        return self._structure.rows

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps; each is known without those before."""
        for number in picks:
            at = at_number(number, self._y.shape)
            foot = self._foot(number, at)
            scene = self._step(number, at, foot, lit=True)
            yield scene, self._step(number, at, foot, lit=False) if settle else scene

    def overview(self) -> Scene:
        """Return the finished picture: the whole equation, and what it costs."""
        said = matrix_words.equation_said(self._structure), self._caption
        known = self._known(self.steps)
        done = roles(self._kinds, known, known, known, None)
        marks = (
            *self._still,
            *self._drawn(None, (), done),
            *self._frames.arrows(None, ()),
            *chrome.caption(self._look, *said),
        )
        return self._stage.scene(marks, ". ".join(said), chrome.title(self._part, NAME))

    def _known(self, count: int) -> Flags:
        """Return which outputs the first `count` rows have made."""
        known: Flags = (np.arange(self.steps) < count).reshape(self._y.shape)
        return known

    def _foot(self, number: int, at: tuple[int, ...]) -> tuple[str, str]:
        told = matrix_words.sentence(self._structure, self._ranges, number, at, self._y, self._look)
        return told, self._caption

    def _step(self, number: int, at: tuple[int, ...], said: tuple[str, str], *, lit: bool) -> Scene:
        row = self._structure.row(number)
        known, before = self._known(number + 1), self._known(number)
        state = State.WRITTEN if lit else None
        cells = roles(self._kinds, known, known, known & ~before, state)
        marks = (
            *self._still,
            *(self._drawn(number, row, cells) if lit else self._drawn(None, (), cells)),
            *self._frames.arrows(number, at),
            *self._frames.now(number, at, row),
            *chrome.footer(self._look, number, self.steps, *said),
        )
        title = chrome.title(self._part, NAME, number, self.steps)
        return self._stage.scene(marks, ". ".join(said), title)

    def _drawn(self, number: int | None, row: Sequence[Entry], cells: Roles) -> Iterator[Mark]:
        """Yield the panels with one row lit, its inputs read, its taps used, and outputs known."""
        panels, x = self._panels, self._part.x
        read, used = self._reads(row)
        stacked = np.tile(read.reshape(-1, 1), (len(x), 1))
        yield from panels.matrix.draw(number)
        yield from panels.x.draw(x.reshape(-1, 1), stacked)
        yield from panels.y.draw(self._y.reshape(-1, 1), cells.reshape(-1, 1))
        for values, grid in zip(x, panels.inputs, strict=False):
            yield from grid.draw(values, read)
        for kernel in panels.kernels:
            yield from kernel.draw(used)
        if panels.output:
            yield from panels.output.draw(self._y, cells)
        yield from self._frames.around()
        yield from self._frames.output_padding()

    def _reads(self, row: Sequence[Entry]) -> tuple[Roles, Flags]:
        """Return the roles of one channel's inputs, and which of its taps are used."""
        known, read = role(Kind.VALUE, State.KNOWN), role(Kind.VALUE, State.READ)
        roles = np.full(self._part.input_size, known, dtype=np.uint8)
        used = np.zeros(self._part.layer.kernel_size, dtype=bool)
        for entry in row:
            roles[entry.source], used[entry.tap] = read, True
        return roles, used


build = MatrixView
