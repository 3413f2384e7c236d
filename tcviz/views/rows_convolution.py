"""The convolution view in one dimension: the kernel slides below the padded input.

Columns are coordinates of the padded input; y[o] stands at o·stride, which is below the
first element of the window that it gathers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tcviz.layer.forward import Convolution
from tcviz.layer.parts import ForwardPart, Part
from tcviz.picture.aligned import ROOMY, Variant
from tcviz.picture.strips import Strip
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import output_notes, source_notes, source_title
from tcviz.views.convolution import NAME, SUBTITLE, Padded, caption, total
from tcviz.views.gathering import Gathering, Panels
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Values
from tcviz.views.ranges import Ranges
from tcviz.views.rows_board import RowsBoard, Variants
from tcviz.views.rows_collection import (
    APART,
    CollectionRows,
    apart,
    far,
    results,
    sliding,
)
from tcviz.views.stage import ems, headed

FEW = 26.0
"""Room between the rows of the finished picture."""


def variants(part: ForwardPart, ranges: Ranges) -> Variants:
    """Return the strips: with window, kernel and products in their columns, and apart from them."""
    source, name = _source(part, ranges), "kernel w"
    made = results(part, ranges, 0, part.layer.stride[0], align_notes(part))
    return (
        Variant([*source, *sliding(part, ranges, name, 0), *made]),
        Variant([*source, apart(part, ranges, name), *far(made)], APART, ROOMY),
    )


def few_variants(part: ForwardPart, ranges: Ranges) -> Variants:
    """Return the strips of the finished picture: input, kernel, output."""
    k, em = part.layer.kernel_size[0], ems(part.weight, ranges.w_format)
    kernel = Strip("w", (1, k), em, "kernel w", headed(str(k), ranges.w_format), gap=FEW,
                   every=part.layer.dilation[0], sign="⊗", leads=part.channels > 1)  # fmt: skip
    alone = replace(kernel, title=headed("kernel w", ranges.w_format), size="")
    apart = replace(kernel, key="kernel", shape=(1, 0), title="", size="", sign="", pieces=(alone,))
    *_, output = results(part, ranges, 0, part.layer.stride[0], align_notes(part))
    source, output = _source(part, ranges), replace(output, gap=FEW, sign="=")
    return (
        Variant([*source, kernel, output]),
        Variant([*source, apart, output], APART, ROOMY),
    )


def _source(part: ForwardPart, ranges: Ranges) -> list[Strip]:
    """Return the strips of the input, and of the padded one if there is padding."""
    padded, n, before = Padded(part), part.input_size[0], part.layer.border[0][0]
    form, em, wide = ranges.x_format, ems(part.x, ranges.x_format), padded.shape[0]
    numbered = "" if padded.around else "top"
    x = Strip("x", (1, n), em, source_title(part), headed(str(n), form), start=before,
              numbered=numbered, notes=source_notes(part))  # fmt: skip
    around = Strip("padded", (1, wide), em, "padded", headed(str(wide), form),
                   notes=(padded.note,), numbered="top")  # fmt: skip
    return [x, around] if padded.around else [x]


def align_notes(part: Part) -> tuple[str, ...]:
    """Return where an output element stands."""
    told = f"{part.names.y} stands below its window's first element"
    return (told,) * (part.layer.extent[0] > 1)


class ConvolutionRows(CollectionRows):
    """Scenes of the convolution view in one dimension."""

    name, subtitle, zeros = NAME, SUBTITLE, "padding"

    def __init__(self, part: ForwardPart, look: Look) -> None:
        board = RowsBoard(part, look, self.name, variants)
        self._forward, self._start, source = part, 0, Padded(part)
        named = "padded" if source.around else ""
        Gathering.__init__(self, board, Convolution(part), source, named)
        self._slides = not board.has("window")
        self._still = (*board.frame(self.subtitle), *board.still(), *self._furniture())

    def _make_panels(self) -> Panels:
        board, part, ranges = self._board, self._part, self._board.ranges
        step, kernel, x = board.look.theme.step, part.layer.kernel_size, ranges.x_format
        product = replace(ranges.product_format, plus=False)
        wide = board.some("padded", self._source.shape, part.x, x, filled=True)
        return Panels(
            wide or board.x,
            board.some("window", kernel, part.x, x, tint=step),
            board.column("w", kernel, part.weight, ranges.w_format, filled=True),
            board.column("product", kernel, ranges.product, product, tint=step),
            board.some("result", part.output_size, ranges.padded, ranges.sum_format),
        )

    def _factors(self, channel: int) -> Values:
        kernel: Values = self._part.weight[channel]
        return kernel

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: notes, and the arrows to the sum."""
        board, panels, part = self._board, self._panels, self._part
        more = {"padded": panels.wide[-1]} if self._named else {}
        more |= {"result": panels.results[-1]} if panels.results else {}
        yield from _noted(board, part, more)
        if panels.results:
            yield from board.gather(panels.results, board.output, several=True)

    def overview(self) -> Scene:
        """Return input, kernel and output, nothing lit."""
        return Overview(self._forward, self._board.look).scene()


class Overview:
    """The finished picture: input ⊗ kernel = output."""

    def __init__(self, part: ForwardPart, look: Look) -> None:
        self._part, self._padded = part, Padded(part)
        self._board = RowsBoard(part, look, NAME, few_variants)

    def scene(self) -> Scene:
        """Return the picture."""
        board = self._board
        marks = [*board.frame(SUBTITLE), *board.still(), *self._operands(), *self._sums()]
        return board.finished(marks, caption(self._part))

    def _operands(self) -> Iterator[Mark]:
        board, part, form = self._board, self._part, self._board.ranges.x_format
        nothing = [np.zeros(part.input_size, dtype=bool)] * board.drawn
        yield from board.inputs(nothing, State.KNOWN)
        wide = board.some("padded", self._padded.shape, part.x, form, filled=True)
        for c, panel in enumerate(wide):
            cells = self._padded.roles((range(0),), State.KNOWN)
            yield from panel.draw(self._padded.values(c), cells)
        kernel, fixed = part.layer.kernel_size, role(Kind.VALUE, State.KNOWN)
        kernels = board.column("w", kernel, part.weight, board.ranges.w_format, filled=True)
        for c, panel in enumerate(kernels):
            yield from panel.draw(part.weight[c], np.full(kernel, fixed, dtype=np.uint8))
        if part.channels > 1:
            yield from board.gather(kernels, board.output, several=True)
        yield from _noted(board, part, {"padded": wide[-1]} if wide else {})

    def _sums(self) -> tuple[Mark, ...]:
        done = np.full(self._part.output_size, role(Kind.VALUE, State.DONE), dtype=np.uint8)
        return self._board.outcome(total(self._part), done)


def _noted(board: RowsBoard, part: Part, more: dict[str, Cells]) -> Iterator[Mark]:
    """Yield the notes beside the rows; `more` panels may have legends beside those of all."""
    said = *output_notes(part, board.ranges, board.drawn), *align_notes(part)
    panels = {"x": board.x[-1], "output": board.output} | more
    yield from board.noted(panels, {"output": said})


build = ConvolutionRows
