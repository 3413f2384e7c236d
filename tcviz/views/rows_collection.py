"""The collection view in one dimension: the flipped kernel slides below the stretched input.

Columns are coordinates of the padded result, as in the distribution view: element i of the
input stands at i·stride, and y[o] at o + padding, which is below the last tap of the window
that it gathers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Collection, Step
from tcviz.picture.aligned import ROOMY, Variant
from tcviz.picture.strips import Strip
from tcviz.scene.marks import Connector, Mark, Rect
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import output_notes, output_title
from tcviz.views.collection import NAME, SUBTITLE
from tcviz.views.gathering import Gathering, Panels
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Values
from tcviz.views.ranges import Ranges
from tcviz.views.rows_board import RowsBoard, Variants
from tcviz.views.stage import ems, headed, lines
from tcviz.views.stretched import Stretched

SUM = 22.0
"""Room between the products and their sum: an arrow's."""
FAR = 34.0
"""Room beside an equation that stands in no columns."""
LONG, APART = 0.95, 0.6
"""What it is worth that a kernel is in columns, and that an equation is not."""


def variants(part: Part, ranges: Ranges) -> Variants:
    """Return the strips: with kernel and products in their columns, and apart from them.

    The kernel before it is flipped stands beside the columns or, where it is long, in them.
    """
    layer, x, stretched = part.layer, ems(part.x, ranges.x_format), Stretched(part)
    n, k, wide = part.input_size[0], layer.kernel_size[0], stretched.shape[0]
    w, start = ems(part.weight, ranges.w_format), -stretched.real[0].start
    size, factors = headed(str(k), ranges.w_format), headed(str(n), ranges.x_format)
    beside = Strip("kernel", (1, k), w, headed("kernel w", ranges.w_format), "")
    kernel = Strip("kernel", (1, k), w, "kernel w", size, start=start)
    source = Strip("x", (1, n), x, "input x", factors, every=layer.stride[0])
    around = Strip("stretched", (1, wide), x, stretched.title,
                   headed(stretched.size, ranges.x_format), start=start, notes=stretched.notes,
                   numbered="top")  # fmt: skip
    work = [
        around,
        *sliding(part, ranges, "flipped w", start + stretched.window((range(1),))[0][0]),
    ]
    made, line = (
        results(part, ranges, part.layer.border[0][0], 1, align_notes(part)),
        apart(part, ranges, "flipped w"),
    )
    return (
        Variant([replace(source, pieces=(beside,)), *work, *made]),
        Variant([kernel, source, *work, *made], LONG),
        Variant([replace(source, pieces=(beside,)), around, line, *far(made)], APART, ROOMY),
        Variant([kernel, source, around, line, *far(made)], APART * LONG, ROOMY),
    )


def sliding(part: Part, ranges: Ranges, name: str, first: int) -> list[Strip]:
    """Return the strips of the kernel below its window, and of the products."""
    k, every = part.layer.kernel_size[0], part.layer.dilation[0]
    product = replace(ranges.product_format, plus=False)
    return [
        Strip("w", (1, k), ems(part.weight, ranges.w_format), name,
              headed(str(k), ranges.w_format), start=first, every=every, sign="⊙"),
        Strip("product", (1, k), ems(ranges.product, product), "products",
              headed("this step", product), gap=4.0, start=first, every=every, sign="="),
    ]  # fmt: skip


def apart(part: Part, ranges: Ranges, name: str) -> Strip:
    """Return window, kernel and products as pieces, which stand in no columns."""
    k, product = part.layer.kernel_size[0], replace(ranges.product_format, plus=False)
    found = (
        ("window", "window", part.x, ranges.x_format, ""),
        ("w", name, part.weight, ranges.w_format, "⊙"),
        ("product", "products", ranges.product, product, "="),
    )
    pieces = tuple(
        Strip(key, (1, k), ems(values, form), headed(title, form), "", sign=sign)
        for key, title, values, form, sign in found
    )
    return Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, entered=True, pieces=pieces)


def results(
    part: Part, ranges: Ranges, start: int, every: int, notes: tuple[str, ...]
) -> list[Strip]:
    """Return the strips of the channels' results, if there are several, and of the output."""
    shape, size = (1, part.output_size[0]), str(part.output_size[0])
    result = Strip("result", shape, ems(ranges.padded, ranges.sum_format), "result",
                   headed(size, ranges.sum_format), gap=SUM, start=start, every=every,
                   entered=True, leads=True,
                   lines=lines(ranges.padded, ranges.sum_format))  # fmt: skip
    output = Strip("output", shape, ems(ranges.output, ranges.output_format), output_title(part),
                   headed(size, ranges.output_format), gap=SUM, start=start, every=every,
                   entered=True, shared=True, lines=lines(ranges.output, ranges.output_format),
                   notes=(*output_notes(part, ranges), *notes), numbered="below")  # fmt: skip
    return [result, output] if part.channels > 1 else [output]


def far(strips: Sequence[Strip]) -> list[Strip]:
    """Return strips below an equation that stands in no columns."""
    return [replace(strip, gap=FAR) for strip in strips]


def align_notes(part: Part) -> tuple[str, ...]:
    """Return where an output element stands."""
    return ("y stands below its window's last element",) * (part.layer.extent[0] > 1)


class CollectionRows(Gathering):
    """Scenes of the collection view in one dimension."""

    _board: RowsBoard

    def __init__(self, part: Part, look: Look) -> None:
        board = RowsBoard(part, look, NAME, variants)
        self._stretched = Stretched(part)
        self._start = -self._stretched.real[0].start
        super().__init__(board, Collection(part), self._stretched, "stretched")
        self._slides = not board.has("window")
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._furniture())

    def _make_panels(self) -> Panels:
        board, part, ranges = self._board, self._part, self._board.ranges
        step, kernel, x = board.look.theme.step, part.layer.kernel_size, ranges.x_format
        product = replace(ranges.product_format, plus=False)
        size, sums = part.output_size, ranges.sum_format
        return Panels(
            board.column("stretched", self._source.shape, part.x, x, filled=True),
            board.some("window", kernel, part.x, x, tint=step),
            board.column("w", kernel, part.weight, ranges.w_format, filled=True),
            board.column("product", kernel, ranges.product, product, tint=step),
            board.some("result", size, part.crop(ranges.padded), sums),
        )

    def _factors(self, channel: int) -> Values:
        return np.flip(self._part.weight[channel])

    def _at(self, key: str, panel: Cells, step: Step) -> Cells:
        """Return a panel below the window, if it stands in the columns."""
        if not self._slides:
            return panel
        window = self._source.window(step.places)[0]
        return self._board.moved(key, panel, self._start + window[0])

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the flipped kernel below its window, and the products."""
        kinds = np.where(step.counts, Kind.VALUE, Kind.ZERO)
        cells = (kinds * len(State) + State.KNOWN).astype(np.uint8)
        fixed = np.full(cells.shape, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        panels = self._panels
        for c in range(self._board.drawn):
            for window in panels.windows[c : c + 1]:
                yield from window.draw(step.values[c], cells)
            yield from self._at("w", panels.kernels[c], step).draw(self._factors(c), fixed)
            products = self._at("product", panels.products[c], step)
            yield from products.draw(step.products[c], cells)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield the frames of what is read and written, and the arrows between."""
        board, panels, stage = self._board, self._panels, self._board.stage
        window = self._source.window(step.places)[0]
        for c in range(board.drawn):
            wide = panels.wide[c]
            rect = wide.grid.span(window, window)
            if panels.windows:
                yield board.down(f"take.{c}", rect, panels.windows[c].rect)
            yield stage.outline(f"now.stretched.{c}", wide, rect)
            target = (panels.results or (board.output,))[c]
            cell = target.grid.cell(step.at[0], step.at[0])
            yield from self._summed_into(c, self._at("product", panels.products[c], step), cell)
            if panels.results:
                yield stage.outline(f"now.result.{c}", target, cell)
        output = board.output
        yield stage.outline("now.output", output, output.grid.cell(step.at[0], step.at[0]))

    def _summed_into(self, c: int, products: Cells, cell: Rect) -> Iterator[Mark]:
        """Yield what leads from the products to the cell that is their sum."""
        arrow: Connector = self._board.down(f"sum.{c}", products.rect, cell)
        if self._slides:  # straight down: the cell is below the last product
            (_, top), *_, (x, low) = arrow.points
            arrow = replace(arrow, points=((x, top), (x, low)))
        yield arrow
        (x, y), (_, turn) = arrow.points[:2]
        beside = -13 if arrow.points[-1][0] > x else 13  # away from where the arrow turns to
        at, ink = (x + beside, (y + turn) / 2), self._board.look.theme.now
        yield self._board.stage.label(f"sum.{c}.sign", at, "Σ", 15.0, ink=ink)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: the kernels before they are flipped, notes, arrows."""
        board, panels, part = self._board, self._panels, self._part
        kernel = part.layer.kernel_size
        fixed = np.full(kernel, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, panel in enumerate(
            board.column("kernel", kernel, part.weight, board.ranges.w_format)
        ):
            yield from panel.draw(part.weight[c], fixed)
        named = {"x": board.x[-1], "stretched": panels.wide[-1], "output": board.output}
        named |= {"result": panels.results[-1]} if panels.results else {}
        said = *output_notes(part, board.ranges, board.drawn), *align_notes(part)
        yield from board.noted(named, {"output": said})
        if panels.results:
            yield from board.gather(panels.results, board.output, several=True)


build = CollectionRows
