"""What stands around the panels of the matrix view: headings, names, signs, frames, arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tcviz.layer.matrix import Entry, Structure
from tcviz.layer.sizes import Sizes
from tcviz.picture.links import CLEAR, HEAD
from tcviz.picture.panels import CHANNEL
from tcviz.scene import text
from tcviz.scene.marks import Box, Connector, Label, Mark, Rect
from tcviz.views import matrix_words
from tcviz.views.arranged import Arranged
from tcviz.views.matrix_equation import NAMES
from tcviz.views.matrix_panels import KernelHeat, KernelPanel, MatrixHeat, MatrixPanel, parted
from tcviz.views.panel import Cells, Grid, Tints

NAME_SIZE = 14.5
NOTED = 0.36
"""The share of a gutter that arrows leave on the side where there are no notes, which stand out."""


class Framed(Protocol):
    """A panel, for what stands around it."""

    grid: Grid


@dataclass(frozen=True)
class Panels:
    """All panels: the equation's, and the grids of the drawn channels.

    In one dimension only the kernels have grids: the vectors are input and output.
    """

    matrix: MatrixPanel
    x: Cells
    y: Cells
    inputs: tuple[Cells, ...]
    kernels: tuple[KernelPanel, ...]
    output: Cells | None

    @property
    def result(self) -> Cells:
        """The output by itself, in its own shape."""
        return self.output or self.y


class Frames:
    """Makes the marks around panels."""

    def __init__(self, stage: Arranged, structure: Structure, panels: Panels) -> None:
        self._stage, self._structure = stage, structure
        self._panels, self._theme = panels, stage.look.theme

    # What never changes.

    def signs(self) -> Iterator[Mark]:
        """Yield × and =, level with the middle of the shorter side, and what is done below."""
        panels, sign = self._panels, self._stage.sign
        matrix, x, y = panels.matrix.grid.rect, panels.x.rect, panels.y.rect
        middle = x.y + min(matrix.h, x.h) / 2
        equals = "+ b =" if self._structure.part.bias is not None else "="
        beside = x.right + NAMES * (self._structure.part.channels > 1)
        yield from sign("x.vector.0.sign", (matrix.right + x.x) / 2, middle, "×")
        yield from sign("y.vector.0.sign", (beside + y.x) / 2, middle, equals)

    def names(self) -> Iterator[Mark]:
        """Yield the names of channels: above their grids, blocks and sections."""
        structure, ink = self._structure, self._theme.ink
        if structure.part.channels == 1:
            return
        grids: dict[str, Sequence[Framed]] = {"x": self._panels.inputs, "w": self._panels.kernels}
        for name, panels in grids.items():
            for c, panel in enumerate(panels):
                at = panel.grid.x, panel.grid.y - 13
                words = f"channel {structure.part.first + c}"
                yield self._stage.label(f"{name}.{c}.name", at, words, CHANNEL, ink=ink,
                                        bold=True, anchor="left")  # fmt: skip
        yield from self._block_names()
        yield from self._section_names()

    def _block_names(self) -> Iterator[Label]:
        """Yield each block's name above it, as far as it has room."""
        structure, grid = self._structure, self._panels.matrix.grid
        wide = structure.block * grid.cell_width
        for c in range(structure.part.channels):
            short = matrix_words.block_name(structure, c)
            choices = (f"{short}, channel {structure.part.first + c}", short)
            size = self._stage.look.legible(NAME_SIZE)
            words = next((w for w in choices if text.width(w, size, bold=True) + 8 <= wide), None)
            if words:
                at = grid.x + (c + 0.5) * wide, grid.y - 13
                yield self._stage.label(f"matrix.{c}.name", at, words, NAME_SIZE,
                                        ink=self._theme.ink, bold=True)  # fmt: skip

    def _section_names(self) -> Iterator[Label]:
        """Yield the name of each channel's section of x, right of it."""
        structure, grid = self._structure, self._panels.x.grid
        high = structure.block * grid.cell_height
        size = self._stage.look.legible(NAME_SIZE)
        if high < 1.2 * size:
            return
        for c in range(structure.part.channels):
            at = grid.x + grid.cell_width + 6, grid.y + (c + 0.5) * high
            words = matrix_words.section_name(structure, c)
            yield self._stage.label(f"x.vector.{c}.name", at, words, NAME_SIZE,
                                    ink=self._theme.ink, bold=True, anchor="left")  # fmt: skip

    # Frames.

    def around(self) -> Iterator[Box]:
        """Yield frames around the equation's panels, and the lines between their blocks."""
        matrix, x, y = (p.grid for p in (self._panels.matrix, self._panels.x, self._panels.y))
        structure, theme = self._structure, self._theme
        line, blue = theme.connector, theme.output
        if self._panels.output:  # one row of a grid after the other
            outs, ins = structure.part.output_size[-1], structure.part.input_size[-1]
            yield from parted(matrix, "matrix", line, outs, ins)
            yield from parted(x, "x.vector", line, rows=ins)
            yield from parted(y, "y.vector", blue, rows=outs)
        if structure.part.channels > 1:
            yield from parted(matrix, "matrix.channel", line, cols=structure.block, solid=True)
            yield from parted(x, "x.vector.channel", line, rows=structure.block, solid=True)
        width = 2.0 if structure.part.channels > 1 else 1.5
        yield Box("matrix.outline", matrix.rect, line, width)
        yield Box("x.vector.outline", x.rect, line, width)
        yield Box("y.vector.outline", y.rect, blue, 1.5)

    def output_padding(self) -> Iterator[Box]:
        """Yield frames around the rows and columns of output_padding where tints hide hatching."""
        output = self._panels.result
        if self._structure.forward or not isinstance(output, Tints):
            return
        down, right = (*self._structure.part.layer.output_padding, 0)[:2]
        rows, cols = range(output.grid.rows), range(output.grid.cols)
        for name, count, span in (
            ("rows", down, (rows[len(rows) - down :], cols)),
            ("cols", right, (rows, cols[len(cols) - right :])),
        ):
            if count:
                rect = output.grid.span(*span)
                yield Box(f"output_padding.{name}", rect, self._theme.output, 1.5, dash=True)

    def now(self, number: int, at: tuple[int, ...], row: Sequence[Entry]) -> Iterator[Box]:
        """Yield the frames of what happens now: a row, its output, what it reads and uses."""
        panels = self._panels
        line = panels.matrix.grid.span(range(number, number + 1), range(panels.matrix.grid.cols))
        yield self._outline("now.matrix", panels.matrix, line)
        yield self._outline("now.y", panels.y, panels.y.grid.cell(number, 0))
        if panels.output:
            yield self._outline("now.output", panels.output, panels.output.grid.cell(*at))
        if row:
            yield from self._read("now.x", panels.inputs, [entry.source for entry in row])
            yield from self._read("now.w", panels.kernels, [entry.tap for entry in row])
        if row and not panels.inputs:
            yield from self._sections([entry.source[0] for entry in row])

    def _sections(self, cells: Sequence[int]) -> Iterator[Box]:
        """Yield frames around what is read of each channel's section of the vector."""
        panel, block = self._panels.x, self._structure.block
        for c in range(self._structure.part.channels):
            rows = range(c * block + min(cells), c * block + max(cells) + 1)
            yield self._outline(f"now.x.{c}", panel, panel.grid.span(rows, range(1)))

    def _read(self, key: str, panels: Sequence[Framed], cells: Sequence[Sizes]) -> Iterator[Box]:
        for c, panel in enumerate(panels):
            yield self._outline(f"{key}.{c}", panel, panel.grid.span(*_span(cells)))

    def _outline(self, key: str, panel: Framed, rect: Rect) -> Box:
        """Return a frame that glides; around tints it stands off by its own width."""
        if isinstance(panel, Tints | MatrixHeat | KernelHeat):
            rect = Rect(rect.x - 2, rect.y - 2, rect.w + 4, rect.h + 4)
        return Box(key, rect, self._theme.now, 3.0, moves=True)

    # Arrows.

    def arrows(self, number: int | None, at: tuple[int, ...]) -> Iterator[Connector]:
        """Yield arrows between neighbours: kernel to matrix, input to vector, vector to output.

        In a step those through gutters lead to its row, and from there to the cell `at`.
        """
        panels, lines = self._panels, self._stage.layout.lines
        if lines["w", 0].box.right < lines["matrix", 0].box.x:
            yield from self._fill(number)
        else:
            yield from self._along("fill", "matrix", "w", up=True)
        if panels.inputs:
            yield from self._flatten()
        if panels.output:
            yield from self._reshape(panels.output.grid, number, at)

    def _fill(self, number: int | None) -> Iterator[Connector]:
        """Yield arrows from each kernel to the matrix."""
        matrix = self._panels.matrix.grid.rect
        for c, kernel in enumerate(self._panels.kernels):
            start = kernel.grid.rect.right, kernel.grid.rect.center[1]
            end = matrix.x, self._middle(matrix, number, start[1])
            turn, now = self._gutter("matrix", 1 - NOTED), number is not None
            yield self._stage.arrow(f"fill.{c}", start, end, now=now, turn=turn)

    def _flatten(self) -> Iterator[Connector]:
        """Yield an arrow from the input up to its vector, or from the last one to its side."""
        yield from self._along("flatten", "x.vector", "x", up=True)
        last, x = self._panels.inputs[-1].grid.rect, self._panels.x.grid.rect
        (start, level), rects = (last.right, last.center[1]), self._rects()
        between = (r for r in rects if start < r.right and r.x < x.x and r.y < level < r.bottom)
        if start < x.x and x.y < level < x.bottom and not any(between):
            yield self._stage.arrow("flatten", (start, level), (x.x, level))

    def _rects(self) -> list[Rect]:
        """Return where all panels are."""
        return [self._stage.grid(place).rect for place in self._stage.layout.spots]

    def _reshape(self, grid: Grid, number: int | None, at: tuple[int, ...]) -> Iterator[Connector]:
        """Yield an arrow from the flattened output to the grid."""
        y, lines = self._panels.y.grid.rect, self._stage.layout.lines
        if lines["output", 0].box.x < y.right:
            yield from self._along("reshape", "y.vector", "output", up=False)
            return
        cell = grid.cell(*at) if at else grid.rect
        end = grid.rect.x, cell.center[1]
        start = y.right, self._middle(y, number, end[1])
        turn, now = self._gutter("output", NOTED), number is not None
        yield self._stage.arrow("reshape", start, end, now=now, turn=turn)

    def _gutter(self, key: str, share: float) -> float:
        """Return where arrows turn left of a panel, at a share of the room that is there."""
        lines = self._stage.layout.lines
        right = lines[key, 0].box.x
        left = max(o.box.right for o in lines.values() if o.box.right <= right)
        return left + share * (right - left)

    def _along(self, key: str, upper: str, grid: str, *, up: bool) -> Iterator[Connector]:
        """Yield a vertical arrow between a panel and the heading of the grid, if it is below."""
        layout, above = self._stage.layout, self._stage.grid((upper, 0)).rect
        x, foot = layout.headings[grid, 0]
        low, high = layout.lines[upper, 0].bottom + CLEAR, foot - HEAD - CLEAR / 2
        if above.x <= x <= above.right and low < high:
            points = ((x, high), (x, low)) if up else ((x, low), (x, high))
            yield Connector(key, points, self._theme.connector)

    def _middle(self, rect: Rect, number: int | None, level: float) -> float:
        """Return the height of a row; without one `level`, or where the panel is nearest to it."""
        if number is None:
            return min(max(level, rect.y + CLEAR), rect.bottom - CLEAR)
        return rect.y + rect.h * (number + 0.5) / self._structure.rows


def _span(cells: Sequence[Sizes]) -> tuple[range, range]:
    """Return rows and columns from the first to the last of some cells."""
    rows, cols = ([(0, *cell)[axis] for cell in cells] for axis in (-2, -1))
    return range(min(rows), max(rows) + 1), range(min(cols), max(cols) + 1)
