"""The gradient of the weight in one dimension: an element below the window of dy it reached.

Columns are coordinates of the padded upstream gradient: x[i] stands at i·stride, below the
first element of its window.  Its products stand below that window, and what they add up
to, step by step, below the window of x[0].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tcviz.layer.gradients import WeightGradient
from tcviz.layer.trace import Step
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.marks import Mark
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import Rows
from tcviz.views.grad_weight import NAME, WeightGradientView, dw_notes, dy_notes, dy_size
from tcviz.views.look import Look
from tcviz.views.panel import Cells
from tcviz.views.ranges import Ranges
from tcviz.views.rows_board import ChannelRows, Variants
from tcviz.views.stage import ems, headed

ADD = 32.0
"""Room between the products and the gradient that they are added to: an arrow's."""
FAR = 34.0
"""Room beside an equation that stands in no columns."""
TOTAL, APART = 0.9, 0.6
"""What it is worth that the gradient, or all of the equation, stands in no columns."""


def variants(part: WeightGradient, ranges: Ranges) -> Variants:
    """Return the strips: products and gradient in their columns, or only products, or neither."""
    layer, x, dy = part.layer, ems(part.x, ranges.x_format), ems(part.weight, ranges.w_format)
    n, k, every = part.input_size[0], layer.kernel_size[0], layer.dilation[0]
    form, sums = replace(ranges.product_format, plus=False), ems(ranges.padded, ranges.sum_format)
    wide, product, notes = part.padded.shape[0], ems(ranges.product, form), dw_notes(part)
    upstream = Strip("dy", (1, wide), dy, "upstream gradient dy",
                     headed(dy_size(part), ranges.w_format), shared=True, notes=dy_notes(part),
                     numbered=True)  # fmt: skip
    source = Strip("x", (1, n), x, "input x", headed(str(n), ranges.x_format),
                   every=layer.stride[0], sign="×")  # fmt: skip
    products = Strip("product", (1, k), product, "products x·dy", headed("this step", form),
                     every=every, sign="=")  # fmt: skip
    line = Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, pieces=(
        Strip("element", (1, 1), x, headed("x[i]", ranges.x_format), ""),
        Strip("window", (1, k), dy, headed("window", ranges.w_format), "", sign="×"),
        Strip("product", (1, k), product, headed("products", form), "", sign="="),
    ))  # fmt: skip
    made = Strip("dw", (1, k), sums, "gradient dw", headed(str(k), ranges.sum_format), gap=ADD,
                 every=every, entered=True, notes=notes, numbered=True)  # fmt: skip
    alone = Strip("dw", (1, k), sums, headed("gradient dw", ranges.sum_format), "")
    apart = Strip("total", (1, 0), 0.0, "sum so far", "", gap=FAR, notes=notes, pieces=(alone,))
    return (
        Variant([upstream, source, products, made]),
        Variant([upstream, source, products, apart], TOTAL, ROOMY),
        Variant([upstream, replace(source, sign=""), line, apart], APART, ROOMY),
    )


class WeightGradientRows(WeightGradientView):
    """Scenes of the gradients of one output channel's weights, in one dimension."""

    _rows: ChannelRows

    def _make_board(self, part: WeightGradient, look: Look) -> Rows:
        self._rows = ChannelRows(part, look, NAME, variants)
        return self._rows

    def _make_panels(self, board: Rows) -> None:
        part, rows, ranges, theme = self._part, self._rows, board.ranges, board.look.theme
        x, dy, step, kernel = ranges.x_format, ranges.w_format, theme.step, part.layer.kernel_size
        self._dy = rows.shared("dy", part.padded.shape, theme.result, part.weight[0], dy)
        self._windows = rows.some("window", kernel, part.weight, dy, tint=step)
        self._elements = rows.some("element", (1,), part.x, x, tint=step)
        product = replace(ranges.product_format, plus=False)
        self._products = rows.column("product", kernel, ranges.product, product, tint=step)
        self._dw = rows.column("dw", kernel, ranges.padded, ranges.sum_format)

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the products, and window and element where they stand apart."""
        one = np.full(1, role(Kind.VALUE, State.READ), dtype=np.uint8)
        found = np.where(step.counts, Kind.VALUE, Kind.ZERO)
        cells = (found * len(State) + State.KNOWN).astype(np.uint8)
        for c in range(self._rows.drawn):
            for window in self._windows[c : c + 1]:
                yield from window.draw(step.factors[c], cells)
            for element in self._elements[c : c + 1]:
                yield from element.draw(self._part.x[c][[step.at[0]]], one)
            yield from self._product(c, step).draw(step.products[c], cells)

    def _product(self, c: int, step: Step) -> Cells:
        """Return a channel's products, below their window if they stand in the columns."""
        panel = self._products[c]
        return panel if self._windows else self._rows.moved("product", panel, step.places[0][0])

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        rows, stage, reached = self._rows, self._rows.stage, step.places[0]
        for c in range(rows.drawn):
            for element in self._elements[c : c + 1]:
                source = rows.x[c].grid.cell(step.at[0], step.at[0])
                yield rows.down(f"take.{c}", source, element.rect)
            yield from self._added_to(c, self._product(c, step))
            if step.counts.any():
                yield stage.outline(f"now.dw.{c}", self._dw[c], self._written(c, step.counts))
        window = range(reached[0], reached[-1] + 1)
        yield stage.outline("now.dy", self._dy, self._dy.grid.span(window, window))
        yield from rows.framed([[i] for i in step.at])

    def _added_to(self, c: int, products: Cells) -> Iterator[Mark]:
        """Yield what leads from a channel's products to its gradient."""
        arrow = self._rows.down(f"add.{c}", products.rect, self._dw[c].rect)
        yield arrow
        (x, y), (_, turn) = arrow.points[:2]
        beside = 13 if arrow.points[-1][0] <= x else -13  # where the arrow does not turn to
        at, ink = (x + beside, (y + turn) / 2), self._rows.look.theme.now
        yield self._rows.stage.label(f"add.{c}.sign", at, "+", 15.0, ink=ink)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: the notes, and the legends of tints."""
        rows = self._rows
        panels = {"dy": self._dy, "x": rows.x[-1], "dw": self._dw[-1]}
        said = dw_notes(self._part, rows.drawn)
        yield from rows.noted(panels, {"dw": said, "total": said})


build = WeightGradientRows
