"""The panels of the overlap view: the input, the counts, the kernel, the sums of |w|."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from tcviz.layer.overlap import Overlap, overlap
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Sizes
from tcviz.layer.symbols import Wording, is_named
from tcviz.layer.trace import Places
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Box, Mark, part_key
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Kind, State, Tint, role
from tcviz.views import words
from tcviz.views.board import Board
from tcviz.views.look import Look
from tcviz.views.overlap_panel import RolePanel, TintedPanel, TintPanel, magnitude, states
from tcviz.views.overlap_part import magnitudes
from tcviz.views.panel import Cells, Grid, Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.stage import ems, headed, lines, size_text
from tcviz.views.titles import output_notes

NAME = "overlap"
SUBTITLE = "how many input elements reach each output {}, and with which weights"
WHOLE = Format()
STACKED = 3
"""Names that may stand one below the other in a cell of the kernel."""


def columns(drawn: Part, counts: Values, sums: Part, ranges: Ranges) -> list[Panel]:
    """Return the columns from left to right; `sums` is what adds up the |w| of `drawn`."""
    size, kernel, output = drawn.input_size, drawn.layer.kernel_size, drawn.output_size
    channels, over = drawn.channels, 16.0 * is_named(drawn)
    each = ", each channel" if channels > 1 else ""
    summed = f", sum of {channels} channels" if channels > 1 else ""
    form = kernel_format(drawn, ranges)
    which = f", channel {drawn.channel}" if drawn.out_channels > 1 else ""
    return [
        Panel("x", size, ems(np.ones(1), WHOLE), "input x", size_text(size) + each,
               notes=("every element counts 1",)),
        Panel("counts", output, ems(counts, WHOLE), "elements per cell", size_text(output),
               gap=60, result=True, notes=count_notes(drawn, counts, ranges)),
        Panel("w", kernel, ems(sums.weight, form), "kernel |w|",
               headed(size_text(kernel) + summed, form), gap=42, begins=True,
               notes=kernel_notes(drawn, ranges), over=over, lines=lines(sums.weight, form)),
        Panel("output", output, ems(ranges.output, ranges.output_format),
               f"|w| per cell{which}", headed(size_text(output), ranges.output_format), gap=60,
               result=True, lines=lines(ranges.output, ranges.output_format)),
    ]  # fmt: skip


def count_notes(part: Part, counts: Values, ranges: Ranges) -> tuple[str, ...]:
    """Return what the frame means, why some cells stay 0, and which are output_padding."""
    notes = [edge_note(overlap(part.layer, part.input_size).inner, counts.shape)]
    notes += ["grey: no window reaches it"] * (not counts.all())
    notes += output_notes(part, ranges)[-1:] * any(part.layer.output_padding)
    return tuple(notes)


def edge_note(inner: Places, size: Sizes) -> str:
    """Return which cells are away from the edge.

    >>> edge_note((range(5), range(5)), (5, 5)), edge_note((range(0),), (5,))
    ('no cell is near the edge', 'every element is near the edge')
    """
    one = words.element(len(size))
    if tuple(map(len, inner)) == size:
        return f"no {one} is near the edge"
    return "inside the frame: away from the edge" if all(inner) else f"every {one} is near the edge"


def kernel_format(part: Part, ranges: Ranges) -> Format:
    """Return how the kernel's |w| are written: names one below the other, if they are few."""
    if not is_named(part):
        return ranges.w_format
    return Wording(whole=part.channels, row=1) if part.channels <= STACKED else Wording()


def kernel_notes(part: Part, ranges: Ranges) -> tuple[str, ...]:
    """Return which input channels are summed, if they are those of a group."""
    return tuple(n for n in output_notes(part, ranges) if n.startswith("group"))


class OverlapBoard(Board):
    """The panels, and the marks that never change."""

    def __init__(self, part: Part, look: Look) -> None:
        self.drawn_part = part
        self.overlap: Overlap = overlap(part.layer, part.input_size)
        self.counts: Values = self.overlap.counts()
        sums = magnitudes(part)
        self._lay_out(sums, look)
        self.sums: Values = self.ranges.output[-1]
        theme = look.theme
        self._grey = Tint(theme.connector, theme.rule, theme.background)
        self.source = self._source()
        self.tallies = self._tinted("counts", self.counts, WHOLE)
        self.weights = self._tinted("output", self.sums, self.ranges.output_format)
        filled = Tint(theme.connector, theme.rule, theme.rule)
        self.kernel = self._kernel(filled)
        self.kinds = self.output_kinds()
        self.kinds[(self.counts == 0) & (self.kinds == Kind.VALUE)] = Kind.ZERO

    def _lay_out(self, sums: Part, look: Look) -> None:
        """Find room for the panels of what adds up the |w|."""
        super().__init__(sums, look, NAME, partial(columns, self.drawn_part, self.counts))

    def _kernel(self, tint: Tint) -> Cells:
        form = kernel_format(self.drawn_part, self.ranges)
        return self.stage.at(("w", 0), tint, self.part.weight, form)

    def _grid(self, key: str, shape: tuple[int, ...]) -> Grid:  # noqa: ARG002  (strips have a use)
        return self.stage.at((key, 0), self._grey, np.zeros(1), WHOLE).grid

    def _spot(self, key: str) -> Any:
        """Return how large the cells of a panel are, and whether it shows tints."""
        return self.stage.layout.spots[key, 0]

    def _source(self) -> Cells:
        grid, slot = self._grid("x", self.part.input_size), self._spot("x")
        if slot.heat:
            return RolePanel(grid, self.look.theme, self._grey, 1.0, WHOLE)
        return Cells(grid, self.look.theme, self._grey, slot.text, WHOLE)

    def _tinted(self, key: str, final: Values, form: Format) -> Cells:
        grid, slot = self._grid(key, self.output_size), self._spot(key)
        theme = self.look.theme
        amounts = [magnitude(v) for v in final.ravel().tolist()]
        most = max((v for v in amounts if np.isfinite(v)), default=0.0)
        if slot.heat:
            counted = WHOLE if is_named(self.part) else form
            return TintPanel(grid, theme, theme.result, most, counted)
        return TintedPanel(grid, theme, theme.result, slot.text, form, most)

    def still(self) -> tuple[Mark, ...]:
        """Return headings, notes, and the kernel."""
        stage, part, ranges = self.stage, self.drawn_part, self.ranges
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        return (
            *stage.headings(),
            *stage.notes(self.source, ("every element counts 1",)),
            *stage.notes(self.tallies, count_notes(part, self.counts, ranges)),
            *stage.notes(self.kernel, kernel_notes(part, ranges)),
            *stage.notes(self.weights, ()),
            *self.kernel.draw(self.part.weight[0], fixed),
        )

    def elements(self, spread: int, now: State | None) -> tuple[Mark, ...]:
        """Return the input when so many elements have spread, the last one now."""
        ones = np.ones(self.part.input_size, dtype=int)
        return self.source.draw(ones, self.source_roles(spread, now))

    def source_roles(self, spread: int, now: State | None) -> Roles:
        """Return the roles of the input when so many elements have spread, the last one now."""
        size = self.part.input_size
        order = np.arange(np.prod(size)).reshape(size)
        where = [(order >= 0, State.KNOWN), (order < spread, State.DONE)]
        where += [(order == spread - 1, now)] if now else []
        return states(np.full(size, Kind.VALUE, dtype=np.uint8), where)

    def results(self, counts: Values, sums: Values, cells: Roles) -> Iterator[Mark]:
        """Yield both results, with frames around what is away from the edge."""
        for panel, values in ((self.tallies, counts), (self.weights, sums)):
            yield from panel.draw(values, cells)
            yield from self._inner(panel)
        yield from self._output_padding()

    def _inner(self, panel: Cells) -> Iterator[Mark]:
        inner = self.overlap.inner
        if all(inner) and tuple(map(len, inner)) != self.output_size:
            rect = panel.grid.span(*inner)
            yield Box(part_key(panel.grid.key, "inner"), rect, self.look.theme.ink, 2.0, dash=True)

    def arrows(self, at: tuple[int, ...] | None = None, window: Places = ()) -> Iterator[Mark]:
        """Yield what leads from the input and the kernel to the results: now, or in general."""
        source = self.source.grid.cell(*at) if at else self.source.rect
        for key, panel, start, end in (
            ("count", self.source, source, self.tallies),
            ("weigh", self.kernel, self.kernel.rect, self.weights),
        ):
            target = end.grid.span(*window) if window else end.rect
            begin, tip = (panel.rect.right, start.center[1]), (end.rect.x, target.center[1])
            places = (panel.grid.key, 0), (end.grid.key, 0)
            yield self.stage.link(key, places, begin, tip, now=bool(window))
