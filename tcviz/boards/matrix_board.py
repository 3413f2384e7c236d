"""The board of the matrix view: panels, and what stands around them: names, signs, frames, arrows.

The equation's panels are called ``"matrix"``, ``"x.vector"`` and ``"y.vector"``, the grids beside
them ``"x"``, ``"w"`` and ``"output"``.  In one dimension only the kernels have grids: the vectors
are input and output.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from tcviz.boards import matrix_words
from tcviz.boards.arranged import Arranged
from tcviz.boards.held_panels import NOW
from tcviz.boards.hued import hued, strong_tints
from tcviz.boards.legend import LegendEntry
from tcviz.boards.matrix_lens import MatrixLens
from tcviz.boards.matrix_names import MatrixNames
from tcviz.boards.matrix_panel import HIDDEN, matrix_panel, parted
from tcviz.boards.panel import Cells, Roles, Tints, Values
from tcviz.boards.shown import Shown, Window, blocks, hull
from tcviz.layer.matrix import Structure
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.picture.layout import Layout
from tcviz.picture.links import CLEAR, HEAD
from tcviz.scene.marks import Box, Connector, Mark, PanelName, Rect
from tcviz.scene.states import Kind
from tcviz.scene.theme import Tint

NOTED = 0.36
"""The share of a gutter that arrows leave on the side where there are no notes, which stand out."""
ASIDE = 12.0
"""How far from the middle of a grid's heading an arrow from it or to it may stand."""
MOST_NAMED = 5
"""So many rows of a kernel have hues that a legend can name."""


class MatrixBoard(MatrixNames):
    """Draws what steps show of a matrix, where the layout put the panels."""

    name = "matrix view"

    def __init__(
        self, structure: Structure, y: Values, look: Look, ranges: Ranges, layout: Layout
    ) -> None:
        self.part, self.look, self.ranges = structure.part, look, ranges
        self.stage = Arranged(look, layout)
        self._structure, self._theme = structure, look.theme
        self._tint = Tint(look.theme.connector, look.theme.background, look.theme.background)
        self._flattens = self.part.layer.dims > 1
        self.cells = self._vectors(y) | (self._grids(y) if self._flattens else {})
        self.cells["w"] = tuple(map(self._kernel, range(layout.drawn)))
        self._lens = MatrixLens(structure, self.stage, ranges, y, self._tint)
        self.cells |= self._lens.cells

    def _vectors(self, y: Values) -> dict[str, tuple[Cells, ...]]:
        """Return the equation's panels."""
        stage, form, place = self.stage, self.ranges, ("matrix", 0)
        flattened = matrix_words.vector_format(self.part, form)
        grid, spot, tint = stage.grid(place), stage.layout.spots[place], self._tint
        x, result = self._framed(tint), self._framed(self._theme.result)
        return {
            "matrix": (
                matrix_panel(self._structure, self.look, grid, spot, tint, form.w_format),
            ),
            "x.vector": (stage.at(("x.vector", 0), x, self.part.x, form.x_format),),
            "y.vector": (stage.at(("y.vector", 0), result, y, flattened),),
        }  # fmt: skip

    def _grids(self, y: Values) -> dict[str, tuple[Cells, ...]]:
        """Return input and output as the grids that they are."""
        stage, form, x, result = self.stage, self.ranges, self.part.x, self._theme.result
        inputs = (
            stage.at(("x", c), self._tint, x, form.x_format, PanelName("x", c))
            for c in range(stage.layout.drawn)
        )
        output = stage.at(("output", 0), result, y, form.output_format)
        return {"x": tuple(inputs), "output": (output,)}

    def _framed(self, tint: Tint) -> Tint:
        """Return a tint with faint lines, for cells in a frame."""
        return replace(tint, line=self._theme.soft(tint.line))

    def _kernel(self, channel: int) -> Cells:
        """Return a channel's kernel, in the hues of its rows; in one dimension, of its taps."""
        place = "w", channel
        grid, spot = self.stage.grid(place, PanelName(*place)), self.stage.layout.spots[place]
        hues = np.indices((grid.rows, grid.cols))[2 - self.part.layer.dims]
        return hued(self.look, grid, spot, self._tint, self.ranges.w_format, hues,
                    strong=self._is_strong)  # fmt: skip

    @property
    def _is_strong(self) -> bool:
        """Whether the hues of the kernel's rows are strong: the matrix has no numbers."""
        return self.stage.layout.spots["matrix", 0].heat

    @property
    def _result(self) -> Cells:
        """The output by itself, in its own shape."""
        return self.cells["output" if self._flattens else "y.vector"][0]

    def fixed(self, subtitle: str) -> tuple[Mark, ...]:
        """Return what never changes: header, headings, names, notes, signs."""
        stage, cells = self.stage, self.cells
        notes = matrix_words.result_notes(self._structure, self.ranges, stage.layout.drawn)
        return (
            *self.frame(subtitle),
            *stage.headings(but=self._lens.cells),
            *self._signs(),
            *self._numbered(),
            *self._names(),
            *stage.notes(self._result, notes),
            *stage.notes(cells["w"][-1], stage.layout.panel("w").notes),
            *stage.notes(cells["x.vector"][0], ()),
            *(stage.notes(cells["y.vector"][0], ()) if self._flattens else ()),
            *(stage.notes(cells["x"][-1], ()) if self._flattens else ()),
        )

    def marks(self, shown: Shown) -> Iterator[Mark]:
        """Yield what a step shows: panels, and then arrows and frames."""
        for key, drawn in self.cells.items():
            if key in self._lens.cells and not shown.lit:
                continue  # of the whole there is nothing that a lens could show
            values, roles = self._lens.content(key, shown)
            for c, panel in enumerate(drawn):
                yield from panel.draw(values[c] if key in ("x", "w") else values, roles)
        yield from self._around()
        yield from self._output_padding()
        yield from self._arrows(shown)
        yield from self._now(shown)

    def role_codes(self, key: str, shown: Shown) -> Roles:
        """Return the roles of a panel's cells; of a lens those of what happens now."""
        found = self._lens.content(key, shown)[1]
        return found[np.isin(found, NOW)] if key in self._lens.cells else found

    @property
    def told(self) -> Collection[str]:
        """The panels whose roles a legend names: those with numbers, and the zeros between them."""
        shown = [key for key in self.cells if not self.stage.layout.spots[key, 0].heat]
        return [*shown, *["zeros"] * ("matrix" in shown)]

    def tints(self, key: str) -> Sequence[Tint]:
        """Return the tint of a panel."""
        result = key.removesuffix(".lens") in ("y.vector", "output")
        return [self._theme.result if result else self._tint]

    @property
    def hues(self) -> Mapping[LegendEntry, Sequence[Tint]]:
        """The rows of the kernel, in one dimension its taps, if their hues are few."""
        count, name = self.part.layer.kernel_size[0], "row" if self._flattens else "tap"
        if "w" not in self.told or not 1 < count <= MOST_NAMED:
            return {}
        words = f"w {name} {', '.join(map(str, range(count)))}"
        entry = LegendEntry(words, (Kind.VALUE,), every=True)
        tints = [self._theme.row(hue) for hue in range(count)]
        if self._is_strong:
            fills = strong_tints(self._theme, count)
            tints = [replace(tint, paper=fill) for tint, fill in zip(tints, fills, strict=True)]
        return {entry: tints}

    def _now(self, shown: Shown) -> Iterator[Mark]:
        """Yield frames around what is lit: lines of the matrix, what they read, use and make."""
        yield from self._lens.now(shown)
        for key in (key for key in shown.lit if key not in self._lens.cells):
            window = shown.lit[key]
            cells: Window = ((0,), *window)[-2:]
            if key == "matrix":
                yield from self._lines(cells)
            elif key == "x.vector":
                yield from self._sections(cells[0])
            else:
                for c, panel in enumerate(self.cells[key]):
                    name = f"{key}.{c}" if key in ("x", "w") else key.removesuffix(".vector")
                    reads = key not in ("y.vector", "output")
                    yield from self.stage.outlines(f"now.{name}", panel, cells, reads=reads)

    def _sections(self, rows: Sequence[int]) -> Iterator[Box]:
        """Yield frames around what is read of each channel's section of the vector.

        Where the input has a grid, too, whose cells have frames, those of tints do here.
        """
        (panel,), block = self.cells["x.vector"], self._structure.block
        name = "x.vector" if self._flattens else "x"
        for c in range(self.part.channels) if name == "x" or isinstance(panel, Tints) else ():
            own = [row for row in rows if row // block == c]
            yield from self.stage.outlines(f"now.{name}.{c}", panel, (own, (0,)), reads=True)

    def _lines(self, window: Window) -> Iterator[Box]:
        """Yield frames around lit rows or columns, each by itself, however narrow it is."""
        (matrix,) = self.cells["matrix"]
        for i, line in enumerate(blocks(window)):
            key = f"now.matrix.{i}" if i else "now.matrix"
            yield self.stage.outline(key, matrix, matrix.grid.span(*line))

    # What never changes.

    def _numbered(self) -> Iterator[Mark]:
        """Yield the numbers of rows and columns."""
        for key in (key for key in self.cells if key not in self._lens.cells):
            numbered = self.stage.layout.panel(key).numbered
            for c, panel in enumerate(self.cells[key] if numbered else ()):
                yield from self.stage.numbers((key, c), panel.grid)

    # Frames.

    def _around(self) -> Iterator[Box]:
        """Yield frames around the equation's panels, and the lines between their blocks."""
        matrix, x, y = self._equation
        structure, line, blue = self._structure, self._theme.connector, self._theme.output
        yield from (box for _, box in self._dashes())
        if self.part.channels > 1:
            yield from parted(matrix, "matrix.channel", line, cols=structure.block, solid=True)
            yield from parted(x, "x.vector.channel", line, rows=structure.block, solid=True)
        width = 2.0 if self.part.channels > 1 else 1.5
        yield Box("matrix.outline", matrix.rect, line, width)
        yield Box("x.vector.outline", x.rect, line, width)
        yield Box("y.vector.outline", y.rect, blue, 1.5)

    def _dashes(self) -> Iterator[tuple[str, Box]]:
        """Yield lines between one row of x or of y and the next, where they hide no cells."""
        matrix, x, y = self._equation
        line, least = self._theme.connector, HIDDEN * self.look.pixel
        outs, ins = self.part.output_size[-1], self.part.input_size[-1]
        lines = (
            ("y", parted(matrix, "matrix", line, outs, 0, least)),
            ("x", parted(matrix, "matrix", line, 0, ins, least)),
            ("x", parted(x, "x.vector", line, ins, 0, least)),
            ("y", parted(y, "y.vector", self._theme.output, outs, 0, least)),
        )
        for whose, boxes in lines if self._flattens else ():
            for box in boxes:
                yield whose, box

    @property
    def parted(self) -> Sequence[str]:
        """Whose rows these lines tell apart: those of x, of y, of both or of neither."""
        return sorted({whose for whose, _ in self._dashes()})

    @property
    def frames_extra(self) -> bool:
        """Whether output_padding has frames: tints hide its hatching."""
        extra = any(self.part.layer.output_padding) and not self._structure.forward
        return extra and isinstance(self._result, Tints)

    def _output_padding(self) -> Iterator[Box]:
        """Yield frames around the rows and columns of output_padding where no hatching shows."""
        if not self.frames_extra:
            return
        output = self._result
        down, right = (*self.part.layer.output_padding, 0)[:2]
        rows, cols = range(output.grid.rows), range(output.grid.cols)
        for name, count, span in (
            ("rows", down, (rows[len(rows) - down :], cols)),
            ("cols", right, (rows, cols[len(cols) - right :])),
        ):
            if count:
                yield from self.stage.dashed(f"output_padding.{name}", output.grid.span(*span))

    # Arrows.

    def _arrows(self, shown: Shown) -> Iterator[Connector]:
        """Yield arrows between neighbours: kernel to matrix, input to vector, vector to output.

        In a step those through gutters lead to its row, and from there to its cell of the output.
        """
        lines = self.stage.layout.lines
        if lines["w", 0].box.right < lines["matrix", 0].box.x:
            yield from self._fill(shown)
        else:
            yield from self._along("fill", "matrix", "w", up=True)
        if self._flattens:
            yield from self._flatten()
            yield from self._reshape(shown)

    def _fill(self, shown: Shown) -> Iterator[Connector]:
        """Yield arrows from each kernel to the matrix."""
        (matrix,), place = (panel.rect for panel in self.cells["matrix"]), ("matrix", 0)
        for c, kernel in enumerate(self.cells["w"]):
            start = kernel.rect.right, kernel.rect.center[1]
            level = self._middle(matrix, self._row(shown), start[1])
            end = self.stage.before(place, (matrix.x, level))
            turn = self._gutter("matrix", 1 - NOTED)
            yield self.stage.arrow(f"fill.{c}", start, end, now=bool(shown.lit), turn=turn)

    def _row(self, shown: Shown) -> int | None:
        """Return the row that is lit, if it is one."""
        (first, *others), _ = shown.lit.get("matrix", ((None,), ()))
        return None if others else first

    def _flatten(self) -> Iterator[Connector]:
        """Yield an arrow from the input up to its vector, or from the last one to its side."""
        yield from self._along("flatten", "x.vector", "x", up=True)
        last, x = self.cells["x"][-1].rect, self.cells["x.vector"][0].rect
        (start, level), rects = (last.right, last.center[1]), self._rects()
        between = (r for r in rects if start < r.right and r.x < x.x and r.y < level < r.bottom)
        if start < x.x and x.y < level < x.bottom and not any(between):
            yield self.stage.arrow("flatten", (start, level), (x.x, level))

    def _rects(self) -> list[Rect]:
        """Return where all panels are."""
        return [self.stage.grid(place).rect for place in self.stage.layout.spots]

    def _reshape(self, shown: Shown) -> Iterator[Connector]:
        """Yield an arrow from the flattened output to the grid."""
        y, lines = self.cells["y.vector"][0].rect, self.stage.layout.lines
        grid, lit = self.cells["output"][0].grid, shown.lit.get("output")
        if lines["output", 0].box.x < y.right:
            yield from self._along("reshape", "y.vector", "output", up=False)
            return
        cell = grid.span(*hull(lit)) if lit else grid.rect
        end = self.stage.before(("output", 0), (grid.rect.x, cell.center[1]))
        start = y.right, self._middle(y, self._row(shown), end[1])
        turn, now = self._gutter("output", NOTED), bool(lit)
        yield self.stage.arrow("reshape", start, end, now=now, turn=turn)

    def _gutter(self, key: str, share: float) -> float:
        """Return where arrows turn left of a panel, at a share of the room that is there."""
        layout = self.stage.layout
        lines, spot = layout.lines, layout.spots[key, 0]
        left = max(o.box.right for o in lines.values() if o.box.right <= lines[key, 0].box.x)
        right = spot.x - spot.left  # numbers of rows stand in the gutter, too
        return left + share * (right - left)

    def _along(self, key: str, upper: str, grid: str, *, up: bool) -> Iterator[Connector]:
        """Yield a vertical arrow between a panel and the heading of the grid, if it is below."""
        layout, above = self.stage.layout, self.stage.grid((upper, 0)).rect
        middle, foot = layout.headings[grid, 0]
        x = min(max(middle, above.x), above.right)
        low, high = layout.lines[upper, 0].bottom + CLEAR, foot - HEAD - CLEAR / 2
        if abs(x - middle) <= ASIDE and low < high:
            points = ((x, high), (x, low)) if up else ((x, low), (x, high))
            yield Connector(key, points, self._theme.connector)

    def _middle(self, rect: Rect, number: int | None, level: float) -> float:
        """Return the height of a row; without one `level`, or where the panel is nearest to it."""
        if number is None:
            return min(max(level, rect.y + CLEAR), rect.bottom - CLEAR)
        return rect.y + rect.h * (number + 0.5) / self._structure.rows
