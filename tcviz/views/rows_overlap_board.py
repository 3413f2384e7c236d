"""The strips of the overlap view in one dimension, all on the axis of the padded result.

Each input element stands over the middle of its window, the kernel slides along, and what
reaches an output element is a heap of bricks above its count and its sum of |w|.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.picture.aligned import aligned
from tcviz.picture.layout import Layout
from tcviz.picture.solver import Room, solve
from tcviz.picture.strips import Strip, Variant
from tcviz.scene.marks import Box, Connector, Mark, Rect, part_key
from tcviz.scene.theme import Kind, State, Tint
from tcviz.views import chrome
from tcviz.views.formats import formats_and_layout
from tcviz.views.look import Look
from tcviz.views.overlap_board import (
    NAME,
    WHOLE,
    OverlapBoard,
    count_notes,
    kernel_format,
    kernel_notes,
)
from tcviz.views.overlap_panel import TintPanel, states
from tcviz.views.panel import Cells, Grid, Roles, Tints, Values
from tcviz.views.ranges import Ranges
from tcviz.views.rows_bricks import BrickCells, BrickHeat
from tcviz.views.rows_labels import Labels
from tcviz.views.rows_panel import RowGrid
from tcviz.views.stage import Stage, ems, headed, lines, most

APART, BELOW = " · ", 14.0
"""What parts notes of one line, and the room between strips."""


def strips(drawn: Part, counts: Values, sums: Part, numbers: Ranges) -> list[Strip]:
    """Return the strips from top to bottom; `sums` is what adds up the |w| of `drawn`."""
    form, several, layer = kernel_format(drawn, numbers), drawn.channels > 1, drawn.layer
    w, high = ems(sums.weight, form), lines(sums.weight, form)
    each = ", each channel" if several else ""
    summed = f", sum of {drawn.channels} channels" if several else ""
    which = f", channel {drawn.channel}" if drawn.out_channels > 1 else ""
    (n,), (kernel,), (out,), (before, _) = (
        drawn.input_size, layer.kernel_size, drawn.output_size, layer.border[0],
    )  # fmt: skip
    made, out_form, (stride,) = numbers.output, numbers.output_format, layer.stride
    heap = max(1, int(counts.max())), out
    found = [
        Strip("x", (1, n), ems(np.ones(1), WHOLE), "input x", f"{n}{each}", every=stride,
              start=(layer.extent[0] - 1) / 2),
        Strip("w", (1, kernel), w, "kernel |w|", headed(f"{kernel}{summed}", form), lines=high,
              every=layer.dilation[0], slides=drawn.axes[0].window(n - 1).start, entered=True,
              notes=kernel_notes(drawn, numbers)),
        Strip("bricks", heap, w, "what arrives", headed("one |w| from each element", form),
              start=before, lines=high),
        Strip("counts", (1, out), ems(counts, WHOLE), "elements per output", f"{out}",
              start=before, notes=(APART.join(count_notes(drawn, counts, numbers)),)),
        Strip("output", (1, out), ems(made, out_form), f"|w| per output{which}",
              headed(f"{out}", out_form), start=before, lines=lines(made, out_form)),
    ]  # fmt: skip
    return [replace(strip, gap=BELOW, shared=True) for strip in found]


class RowsOverlapBoard(OverlapBoard):
    """The strips, and the marks that never change."""

    def _lay_out(self, sums: Part, look: Look) -> None:
        self.part, self.look, self.name = sums, look, NAME
        self.ranges, self._layout = formats_and_layout(sums, look, self._fit)
        self.stage = cast(Any, Stage(look, self._layout))
        self.labels = Labels(look, self._layout, sums)

    def _fit(self, numbers: Ranges, look: Look, smallest: float, _rows: int, _least: int) -> Layout:
        wanted = strips(self.drawn_part, self.counts, self.part, numbers)
        room = Room(chrome.body(look), look.pixel, smallest, look.reading)
        options = [*aligned([Variant(wanted)], 1, labels="tall")]
        return solve(options, room, tints=not is_named(self.part))

    # Where things are.

    def _spot(self, key: str) -> Any:
        return self._layout.spots[key, 0]

    def _grid(self, key: str, shape: tuple[int, ...]) -> Grid:
        if key == "x":
            spot, (stride,) = self._spot("x"), self.part.layer.stride
            return self._spread("x", spot.x, shape[0], stride)
        return self._plain(key, shape[0])

    def _plain(self, key: str, count: int, rows: int = 1) -> Grid:
        """Return the grid of a strip that has as many cells as the output."""
        spot = self._spot(key)
        return Grid(key, spot.x, spot.y, rows, count, spot.cell_width, spot.cell_height)

    def _spread(self, key: str, x: float, count: int, every: int) -> Grid:
        """Return the grid of a strip with a cell in every so many columns; tints fill them."""
        spot = self._spot(key)
        wide, high = spot.cell_width, spot.cell_height
        if spot.heat:
            return RowGrid(key, x - (every - 1) / 2 * wide, spot.y, 1, count, every * wide, high)
        return RowGrid(key, x, spot.y, 1, count, wide, high, every)

    def taps(self, source: int) -> Grid:
        """Return where the kernel lies when an input element is spread."""
        spot, layer = self._spot("w"), self.part.layer
        x = spot.x + self.part.axes[0].window(source).start * spot.cell_width
        return self._spread("w", x, layer.kernel_size[0], layer.dilation[0])

    # Panels.

    def _kernel(self, tint: Tint) -> Cells:
        self._tint, self._form = tint, kernel_format(self.drawn_part, self.ranges)
        self.bricks = self._heaps()
        return self._kernel_at(0)

    def _kernel_at(self, source: int) -> Cells:
        return self._kernel_in(self.taps(source))

    def _kernel_in(self, grid: Grid) -> Cells:
        spot, theme = self._spot("w"), self.look.theme
        if spot.heat:
            weights = self.part.weight
            return TintPanel(grid, theme, self._tint, most(weights), self._form)
        return Cells(grid, theme, self._tint, spot.text, self._form)

    def _heaps(self) -> BrickCells | BrickHeat:
        spot, theme = self._spot("bricks"), self.look.theme
        grid = self._plain("bricks", self.output_size[0], max(1, int(self.counts.max())))
        if spot.heat:
            return BrickHeat(grid, self.part, theme)
        return BrickCells(grid, self.part, theme, spot.text, self._form)

    # Marks.

    def still(self) -> tuple[Mark, ...]:
        """Return names and notes, and the ground that bricks lie on."""
        ground = self.bricks.grid.rect
        floor = Rect(ground.x, ground.bottom, ground.w, 1.5)
        panels = {"counts": self.tallies, "w": self.kernel, "output": self.weights}
        floor_line = Box("bricks.ground", floor, fill=self.look.theme.connector)
        return *self.labels.marks(), *self.labels.notes(panels, {}), floor_line

    def elements(self, spread: int, now: State | None) -> tuple[Mark, ...]:
        """Return the input when so many elements have spread, the last one now."""
        ones = np.ones((1, *self.part.input_size), dtype=int)
        return self.source.draw(ones, self.source_roles(spread, now)[np.newaxis])

    def slid(self, source: int, state: State) -> tuple[Mark, ...]:
        """Return the kernel under an element; taps that fall in the border are faint."""
        panel, (_, taps) = self._kernel_at(source), self.part.axes[0].of_element(source)
        kinds = np.full(self.part.layer.kernel_size, Kind.BORDER, dtype=np.uint8)
        kinds[taps.start : taps.stop] = Kind.VALUE
        cells = states(kinds, [(kinds >= 0, state)])
        return panel.draw(self.part.weight[0][np.newaxis], cells[np.newaxis])

    def results(self, counts: Values, sums: Values, cells: Roles) -> Iterator[Mark]:
        """Yield both results, with frames around what is away from the edge."""
        for panel, values in ((self.tallies, counts), (self.weights, sums)):
            yield from panel.draw(values[np.newaxis], cells[np.newaxis])
            yield from self._inner(panel)
        yield from self._output_padding()

    def _inner(self, panel: Cells) -> Iterator[Mark]:
        (inner,), (size,) = self.overlap.inner, self.output_size
        if 0 < len(inner) < size:
            rect = panel.grid.span(range(1), inner)
            yield Box(part_key(panel.grid.key, "inner"), rect, self.look.theme.ink, 2.0, dash=True)

    def _output_padding(self) -> Iterator[Mark]:
        (size,), (extra,) = self.output_size, self.part.extra
        if extra and isinstance(self.weights, Tints):
            rect = self.weights.grid.span(range(1), range(size - extra, size))
            yield Box("output_padding.cols", rect, self.look.theme.output, 1.5, dash=True)

    def falls(self, source: int) -> Mark:
        """Return the arrow from an element to the kernel under it."""
        above, below = self.source.grid.cell(0, source), self.taps(source).rect
        x = above.center[0]
        ends = (x, above.bottom + 3), (x, below.y - 3)
        return Connector("spread", ends, self.look.theme.now, 2.0)
