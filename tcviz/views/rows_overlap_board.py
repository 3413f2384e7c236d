"""The strips of the overlap view in one dimension, all on the axis of the padded result.

Each input element stands over the middle of its window, the kernel slides along, and what
reaches an output element is a heap of bricks above its count and its sum of |w|.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from tcviz.parts import Part
from tcviz.reach import taps_of
from tcviz.scene import Box, Connector, Mark, Rect, part_key
from tcviz.symbols import is_named
from tcviz.theme import Kind, State, Tint
from tcviz.views import chrome
from tcviz.views.fitted import fitted
from tcviz.views.layout import Layout, Slot
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
from tcviz.views.rows_strips import Strip, names, solve
from tcviz.views.stage import Stage, ems, headed, lines, most

APART = " · "


@dataclass(frozen=True)
class Spaced(Grid):
    """Cells in one row, `pitch` from the left edge of one to that of the next."""

    pitch: float = 0.0

    def span(self, rows: range, cols: range) -> Rect:
        """Return the box from the first to the last of some cells."""
        wide = (cols[-1] - cols[0]) * self.pitch + self.cell_width
        left, top = self.x + cols[0] * self.pitch, self.y + rows[0] * self.cell_height
        return Rect(left, top, wide, len(rows) * self.cell_height)


def strips(drawn: Part, counts: Values, sums: Part, numbers: Ranges) -> list[Strip]:
    """Return the strips from top to bottom; `sums` is what adds up the |w| of `drawn`."""
    form, several = kernel_format(drawn, numbers), drawn.channels > 1
    w, high = ems(sums.weight, form), lines(sums.weight, form)
    each = ", each channel" if several else ""
    summed = f", sum of {drawn.channels} channels" if several else ""
    which = f", channel {drawn.channel}" if drawn.out_channels > 1 else ""
    (n,), (kernel,), (out,) = drawn.input_size, drawn.layer.kernel_size, drawn.output_size
    made, out_form = numbers.output, numbers.output_format
    return [
        Strip("x", "input x", f"{n}{each}", ems(np.ones(1), WHOLE)),
        Strip("w", "kernel |w|", headed(f"{kernel}{summed}", form), w, lines=high,
              note=APART.join(kernel_notes(drawn, numbers)), cells=out),
        Strip("bricks", "what arrives", headed("one |w| from each element", form), w, lines=high,
              rows=max(1, int(counts.max())), cells=out),
        Strip("counts", "elements per output", f"{out}", ems(counts, WHOLE), cells=out,
              note=APART.join(count_notes(drawn, counts, numbers))),
        Strip("output", f"|w| per output{which}", headed(f"{out}", out_form), ems(made,
                                                                                  out_form),
                                                                                  cells=out,
              lines=lines(made, out_form)),
    ]  # fmt: skip


class RowsOverlapBoard(OverlapBoard):
    """The strips, and the marks that never change."""

    def _lay_out(self, sums: Part, look: Look) -> None:
        self.part, self.look, self.name = sums, look, NAME
        self.columns = sums.layer.padded_size(sums.input_size)[0]
        self.ranges, layout = fitted(sums, look, self._fit)
        self.stage = cast(Any, Stage(look, layout))
        self._slots: Mapping[str, Slot] = layout.slots
        self._strips = strips(self.drawn_part, self.counts, sums, self.ranges)
        self._middles = {s.key: y for s, y in zip(self._strips, layout.rows, strict=True)}

    def _fit(self, numbers: Ranges, look: Look, smallest: float, _rows: int, _least: int) -> Layout:
        wanted, room = strips(self.drawn_part, self.counts, self.part, numbers), chrome.body(look)
        named = is_named(self.part)
        return solve(wanted, self.columns, room, look, smallest, tints=not named)

    # Where things are.

    def _spot(self, key: str) -> Any:
        return self._slots[key]

    def _grid(self, key: str, shape: tuple[int, ...]) -> Grid:
        if key == "x":
            return self._spread()
        return self._plain(key, shape[0])

    def _plain(self, key: str, count: int, rows: int = 1) -> Grid:
        """Return the grid of a strip over the output's part of the axis."""
        slot, before = self._slots[key], self.part.layer.border[0][0]
        x = slot.x + before * slot.cell_width
        return Grid(key, x, self._top(key, rows), rows, count, slot.cell_width, slot.cell_height)

    def _top(self, key: str, rows: int = 1) -> float:
        slot, pixel = self._slots[key], self.look.pixel
        top: float = round((self._middles[key] - rows * slot.cell_height / 2) / pixel) * pixel
        return top

    def _spread(self) -> Grid:
        """Return the grid of the input, each element over the middle of its window."""
        slot, layer, (count,) = self._slots["x"], self.part.layer, self.part.input_size
        wide, pitch = slot.cell_width, layer.stride[0] * slot.cell_width
        middle = slot.x + layer.extent[0] * wide / 2
        broad = pitch if slot.heat else wide
        return Spaced("x", middle - broad / 2, self._top("x"), 1, count, broad,
                      slot.cell_height, pitch)  # fmt: skip

    def taps(self, source: int) -> Grid:
        """Return where the kernel lies when an input element is spread."""
        slot, layer = self._slots["w"], self.part.layer
        wide, pitch = slot.cell_width, layer.dilation[0] * slot.cell_width
        x = slot.x + source * layer.stride[0] * wide
        if slot.heat:
            x, wide = x + (wide - pitch) / 2, pitch
        return Spaced("w", x, self._top("w"), 1, layer.kernel_size[0], wide,
                      slot.cell_height, pitch)  # fmt: skip

    # Panels.

    def _kernel(self, tint: Tint) -> Cells:
        self._tint, self._form = tint, kernel_format(self.drawn_part, self.ranges)
        self.bricks = self._heaps()
        return self._kernel_at(0)

    def _kernel_at(self, source: int) -> Cells:
        return self._kernel_in(self.taps(source))

    def _kernel_in(self, grid: Grid) -> Cells:
        slot, theme = self._slots["w"], self.look.theme
        if slot.heat:
            weights = self.part.weight
            return TintPanel(grid, theme, self._tint, most(weights), self._form)
        return Cells(grid, theme, self._tint, slot.text, self._form)

    def _heaps(self) -> BrickCells | BrickHeat:
        slot, theme = self._slots["bricks"], self.look.theme
        grid = self._plain("bricks", self.output_size[0], max(1, int(self.counts.max())))
        if slot.heat:
            return BrickHeat(grid, self.part, theme)
        return BrickCells(grid, self.part, theme, slot.text, self._form)

    # Marks.

    def still(self) -> tuple[Mark, ...]:
        """Return names and notes, and the ground that bricks lie on."""
        # The kernel slides: what is said of it stands in the middle of the axis.
        stage, notes = self.stage, {s.key: [s.note] * bool(s.note) for s in self._strips}
        ground = self.bricks.grid.rect
        floor = Rect(ground.x, ground.bottom, ground.w, 1.5)
        panels = (
            self.tallies,
            self._kernel_in(self._plain("w", self.output_size[0])),
            self.weights,
        )
        marks = (m for p in panels for m in stage.notes(p, notes[p.grid.key]))
        floor_line = Box("bricks.ground", floor, fill=self.look.theme.connector)
        return *names(stage, self._strips), *marks, floor_line

    def elements(self, spread: int, now: State | None) -> tuple[Mark, ...]:
        """Return the input when so many elements have spread, the last one now."""
        ones = np.ones((1, *self.part.input_size), dtype=int)
        return self.source.draw(ones, self.source_roles(spread, now)[np.newaxis])

    def slid(self, source: int, state: State) -> tuple[Mark, ...]:
        """Return the kernel under an element; taps that fall in the border are faint."""
        panel, (taps, _) = self._kernel_at(source), taps_of(self.part, 0).of_element(source)
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
