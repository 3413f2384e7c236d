"""The distribution view in one dimension: a long multiplication.

Below the input stands the kernel, under the columns that it lands on; below it a line of
products for each element, one stride further right than the last; below a rule their
sum, the padded result, and what the crop keeps of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Step
from tcviz.picture.aligned import ROOMY, Variant
from tcviz.picture.strips import Strip
from tcviz.scene.marks import Mark, Rect
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import Board, output_notes, output_title
from tcviz.views.distribution import NAME, DistributionView, result_notes, result_title
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Roles
from tcviz.views.ranges import Ranges
from tcviz.views.rows_board import RowsBoard, Variants
from tcviz.views.stage import ems, headed, lines

STAIRS = 10
"""The most elements that have a line of products each."""
FAR = 34.0
"""Room beside an equation that stands in no columns."""
HOW = (("=", 10.0), ("+", 22.0), ("", FAR))
"""The sign before the result and the room above it: below all products, those of a step, or
an equation; an arrow leads from those."""
FOLDED, APART = 0.9, 0.6
"""What it is worth to show the products of one step instead of all, or in no columns."""


def variants(part: Part, ranges: Ranges) -> Variants:
    """Return the strips: with a line of products for each element, with one, and without."""
    n, k, stride = part.input_size[0], part.layer.kernel_size[0], part.layer.stride[0]
    dilation, product = part.layer.dilation[0], ems(ranges.product, ranges.product_format)
    x, w = ems(part.x, ranges.x_format), ems(part.weight, ranges.w_format)
    source = Strip("x", (1, n), x, "input x", headed(str(n), ranges.x_format), every=stride)
    kernel = Strip("w", (1, k), w, "kernel w", headed(str(k), ranges.w_format), every=dilation,
                   slides=part.axes[0].window(n - 1).start, sign="×")  # fmt: skip
    products = Strip("product", (1, k), product, "products x·w",
                     headed("this step", ranges.product_format), every=dilation,
                     sign="=")  # fmt: skip
    size, few = headed("", ranges.product_format), n if n <= STAIRS else 0
    stairs = [_stair(products, i, part.axes[0].window(i).start, size) for i in range(few)]
    line = Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, entered=True, pieces=(
        Strip("element", (1, 1), x, headed("x[i]", ranges.x_format), ""),
        Strip("w", (1, k), w, headed("w", ranges.w_format), "", sign="×"),
        Strip("product", (1, k), product, headed("x·w", ranges.product_format), "", sign="="),
    ))  # fmt: skip
    summed, added, below = (_results(part, ranges, *how) for how in HOW)
    found = [Variant([source, kernel, *stairs, *summed])] if stairs else []
    folded = [source, kernel, products, *added]
    found += [Variant(folded, FOLDED, ROOMY) if stairs else Variant(folded)]
    return *found, Variant([source, line, *below], APART, ROOMY)


def _stair(products: Strip, number: int, start: int, size: str) -> Strip:
    """Return the line of products of one element."""
    first = number == 0
    return replace(
        products, key=f"product{number}", title=f"x[{number}]·w", size=size, start=start,
        sign="" if first else "+", ruled=first, gap=10.0 if first else 0.0, aside=True,
    )  # fmt: skip


def _results(part: Part, ranges: Ranges, sign: str, gap: float) -> list[Strip]:
    """Return the strips of the padded result and of the output."""
    padded, output = part.layer.padded_size(part.input_size)[0], part.output_size[0]
    return [
        Strip("padded", (1, padded), ems(ranges.padded, ranges.sum_format), result_title(part),
              headed(str(padded), ranges.sum_format), gap=gap, sign=sign, ruled=sign == "=",
              entered=True, leads=True, lines=lines(ranges.padded, ranges.sum_format),
              notes=result_notes(part), numbered="top"),
        Strip("output", (1, output), ems(ranges.output, ranges.output_format),
              output_title(part), headed(str(output), ranges.output_format), gap=20.0,
              start=part.layer.border[0][0], shared=True,
              lines=lines(ranges.output, ranges.output_format),
              notes=output_notes(part, ranges), numbered="below"),
    ]  # fmt: skip


class DistributionRows(DistributionView):
    """Scenes of the distribution view in one dimension."""

    _rows: RowsBoard

    def _make_board(self, part: Part, look: Look) -> Board:
        self._rows = RowsBoard(part, look, NAME, variants)
        return self._rows

    def _make_panels(self, board: Board) -> None:
        ranges, rows, step = board.ranges, self._rows, board.look.theme.step
        kernel, form = self._part.layer.kernel_size, ranges.product_format
        n, fixed = self._part.input_size[0], rows.has("element")
        self._elements = rows.some("element", (1,), self._part.x, ranges.x_format, tint=step)
        self._kernels = rows.column("w", kernel, self._part.weight, ranges.w_format, filled=True)
        self._products = rows.some("product", kernel, ranges.product, form, tint=step)
        self._stairs = [
            rows.some(f"product{i}", kernel, ranges.product, replace(form, plus=False))
            for i in range(min(n, STAIRS))
        ]
        self._padded = rows.column("padded", self._last.shape, ranges.padded, ranges.sum_format)
        self._slides = not fixed
        self._lines = [self._trace[i] for i in range(min(n, STAIRS))]

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the kernel where it lands, and the products: all up to now, or this step's."""
        part = self._part
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        one = np.full(1, role(Kind.VALUE, State.READ), dtype=np.uint8)
        for c in range(self._rows.drawn):
            yield from self._at("w", self._kernels[c], step).draw(part.weight[c], fixed)
            for panel in self._elements[c : c + 1]:
                yield from panel.draw(part.x[c][[step.at[0]]], one)
            for panel in self._products[c : c + 1]:
                cells = self._landed(step, State.KNOWN)
                yield from self._at("product", panel, step).draw(step.products[c], cells)
            yield from self._staircase(c, step.number)

    def _staircase(self, c: int, number: int) -> Iterator[Mark]:
        """Yield a channel's lines of products; those to come are blank."""
        for line, panels in zip(self._lines, self._stairs, strict=True):
            for panel in panels[c : c + 1]:
                state = State.PENDING if line.number > number else State.KNOWN
                state = State.READ if line.number == number else state
                yield from panel.draw(line.products[c], self._landed(line, state))

    def _at(self, key: str, panel: Cells, step: Step) -> Cells:
        """Return a panel where the kernel lands, if it stands in the columns."""
        return self._rows.moved(key, panel, step.places[0][0]) if self._slides else panel

    def _landed(self, step: Step, state: State) -> Roles:
        """Return the roles of products: those that fall in the border are faint."""
        found: Roles = self._kinds[np.asarray(step.places[0])] * len(State) + state
        return found.astype(np.uint8)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        stage, places = self._rows.stage, step.places[0]
        window = range(places[0], places[-1] + 1)
        for c in range(self._rows.drawn):
            target = self._padded[c].grid.span(window, window)
            yield from self._arrows(c, step, target)
            yield stage.outline(f"now.padded.{c}", self._padded[c], target)
        yield from self._rows.framed([[i] for i in step.at])
        before, n = self._part.layer.border[0][0], self._part.output_size[0]
        kept = range(max(0, window[0] - before), min(n, window[-1] + 1 - before))
        if kept:
            output = self._rows.output
            yield stage.outline("now.output", output, output.grid.span(kept, kept))

    def _arrows(self, c: int, step: Step, target: Rect) -> Iterator[Mark]:
        """Yield the frame around the products of now, and what leads from and to them."""
        rows = self._rows
        shown = [*self._products[c : c + 1]] or [*self._stairs[step.number][c : c + 1]]
        for panel in shown:
            products = self._at("product", panel, step) if self._products else panel
            yield rows.stage.outline(f"now.product.{c}", products, products.rect)
            if self._products:
                yield rows.down(f"add.{c}", products.rect, target)
        for panel in self._elements[c : c + 1]:
            source = rows.x[c].grid.cell(step.at[0], step.at[0])
            yield rows.down(f"take.{c}", source, panel.rect)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: notes, legends, arrows to the sum."""
        rows = self._rows
        panels = {"x": rows.x[-1], "padded": self._padded[-1], "output": rows.output}
        said = output_notes(self._part, rows.ranges, rows.drawn)
        yield from rows.noted(panels, {"output": said})
        yield from rows.gather(self._padded, rows.output, several=self._part.channels > 1)


build = DistributionRows
