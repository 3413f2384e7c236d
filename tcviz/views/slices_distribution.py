"""The distribution view in three dimensions: tensors as depth slices.

Slice k of the kernel feeds slice ``d·stride + k·dilation`` of the padded result, where d is
the depth of the element that is spread; both glow where any of its products reach the output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Step
from tcviz.picture.depth import Depth
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Box, Mark, part_key
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import channel_name, output_notes, output_title
from tcviz.views.distribution import NAME, DistributionView, result_notes, result_title
from tcviz.views.look import Look
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.slices_board import SlicesBoard, names, tag
from tcviz.views.stage import ems, headed, size_text


def panels(part: Part, ranges: Ranges) -> list[Panel]:
    """Return the panels in reading order."""
    layer, x = part.layer, ems(part.x, ranges.x_format)
    size, kernel = part.input_size, layer.kernel_size
    padded, output = layer.padded_size(size), layer.output_size(size)
    product = ems(ranges.product, ranges.product_format)
    per = ", per channel" if part.channels > 1 else ""
    # What is below the other has the same cells, so that its columns are below the other's.
    total = max(ems(ranges.padded, ranges.sum_format), ems(ranges.output, ranges.output_format))
    last, tap = padded[0] - 1, kernel[0] - 1
    corner = tuple(before for before, _ in layer.border)
    return [
        Panel("x", size, x, "input x", headed(size_text(size), ranges.x_format),
              named=channel_name(part)),
        Panel("element", (1, 1, 1), x, "element", headed("x[d,i,j]", ranges.x_format), gap=36,
              begins=True, depth=Depth("")),
        Panel("w", kernel, ems(part.weight, ranges.w_format), "kernel w",
              headed(size_text(kernel), ranges.w_format), gap=32, depth=Depth("k")),
        Panel("product", kernel, product, "products x·w",
              headed("this step", ranges.product_format), gap=32, begins=True,
              depth=Depth("k", tag(kernel, f"k={tap} → d={last}"))),
        Panel("padded", padded, total, result_title(part),
              headed(size_text(padded) + per, ranges.sum_format), gap=40, begins=True,
              result=True, notes=result_notes(part), group="sums",
              depth=Depth("d", tag(padded, f"d={last} ← k={tap}"), feeder="product")),
        Panel("output", output, total, output_title(part),
              headed(size_text(output), ranges.output_format), gap=40, shared=True, begins=True,
              result=True, notes=output_notes(part, ranges), group="sums",
              depth=Depth(under="padded", corner=corner)),
    ]  # fmt: skip


class SlicesDistribution(DistributionView):
    """Scenes of the distribution view, in slices."""

    _board: SlicesBoard

    def _make_board(self, part: Part, look: Look) -> SlicesBoard:
        return SlicesBoard(part, look, NAME, panels)

    def _results(self, sums: Values, cells: Roles) -> Iterator[Mark]:
        for c, panel in enumerate(self._padded):
            yield from panel.draw(sums[c], cells)
            yield from self._inners(c)

    def _inners(self, channel: int) -> Iterator[Box]:
        """Yield the frames around what the crop keeps, in the slices of which it keeps any."""
        borders = zip(self._part.layer.border, self._board.output_size, strict=True)
        deep, *kept = (range(before, before + size) for (before, _), size in borders)
        line = self._board.look.theme.channel(self._part.first + channel).line
        for panel in self._board.panels("padded", channel)[deep.start : deep.stop]:
            rect = panel.grid.span(kept[0], kept[1])
            yield Box(part_key(panel.grid.key, "inner"), rect, line, 2.0)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, names and connectors between."""
        board, depths = self._board, step.places[0]
        kept = {k: d for k, d in enumerate(depths) if step.counts[k].any()}
        for c in range(board.drawn):
            yield from self._taken(c, step)
            yield from board.links("product", "padded", c, depths, kept, self._padded_names(depths))
            yield from self._fed(c, step, kept)
        yield from board.framed([[i] for i in step.at])
        yield from self._output_highlights(step, kept)

    def _keeps(self, depth: int) -> bool:
        """Return whether a slice of the padded result is in the output."""
        (before, _), *_ = self._part.layer.border
        return 0 <= depth - before < self._part.output_size[0]

    def _taken(self, c: int, step: Step) -> Iterator[Mark]:
        """Yield the names of the operands' slices, and the arrow to the element."""
        board = self._board
        yield from board.captions("x", c, names("d", self._part.input_size[0]), {step.at[0]})
        yield from board.across(f"take.{c}", "x", "element", c, now=True)

    def _fed(self, c: int, step: Step, kept: Mapping[int, int]) -> Iterator[Mark]:
        """Yield what glows in one channel: slices of the kernel, and those that they feed."""
        board, kernel, depths = self._board, self._part.layer.kernel_size, step.places[0]
        whole = range(kernel[1]), range(kernel[2])
        rows, cols = (range(p[0], p[-1] + 1) for p in step.places[1:])
        taps = names("k", kernel[0])
        feeds = [
            board.longest("product", f"{k} → d={d}", k) for k, d in zip(taps, depths, strict=True)
        ]
        yield from board.captions("w", c, taps, kept)
        yield from board.captions("product", c, feeds, kept)
        yield from board.captions("padded", c, self._padded_names(depths), kept.values())
        for key in ("w", "product"):
            yield from board.outlines(key, c, {k: (k, *whole) for k in kept})
        yield from board.outlines("padded", c, {k: (d, rows, cols) for k, d in kept.items()})
        yield from board.across(f"add.{c}", "product", "padded", c, now=True)

    def _padded_names(self, depths: range) -> list[str]:
        """Return the names of slices, with what feeds them where no connector says so."""
        board = self._board
        named = names("d", self._last.shape[0])
        for d, name in enumerate(named):
            cropped = [] if self._keeps(d) else [f"{name}, cropped"]
            fed = [f"{name} ← k={depths.index(d)}"] if d in depths else []
            said = cropped if board.linked("padded") else fed or cropped
            named[d] = board.longest("padded", *said, name)
        return named

    def _output_highlights(self, step: Step, kept: Mapping[int, int]) -> Iterator[Mark]:
        """Yield the names of the output's slices, and frames around what is written."""
        board, size = self._board, self._board.output_size
        borders = [before for before, _ in self._part.layer.border]
        rows, cols = (
            range(max(0, p[0] - before), min(n, p[-1] + 1 - before))
            for p, before, n in zip(step.places[1:], borders[1:], size[1:], strict=True)
        )
        lit = {k: d - borders[0] for k, d in kept.items()}
        yield from board.captions("output", 0, names("d", size[0]), lit.values())
        yield from board.outlines("output", 0, {k: (d, rows, cols) for k, d in lit.items()})

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: signs, kernels, arrows from the padded result to the output."""
        board, part = self._board, self._part
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(board.drawn):
            yield from self._kernels[c].draw(part.weight[c], fixed)
            yield from board.sign("element", "w", "×", c)
            yield from board.sign("w", "product", "=", c)
        if part.channels == 1:
            yield from board.across("gather.0", "padded", "output", 0)
            yield from board.down("padded", "output")


build = SlicesDistribution
