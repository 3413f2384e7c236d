"""The collection view: each output element gathers its share through the flipped kernel.

Figures 9 and 10 of the article: input, stretched and padded (or cropped) input, kernel
and flipped kernel, result per channel, sum, output.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Collection
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Mark
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import Board, channel_name, output_notes, output_title
from tcviz.views.gathering import Gathering
from tcviz.views.look import Look
from tcviz.views.panel import Values
from tcviz.views.ranges import Ranges
from tcviz.views.stage import below, ems, headed, lines, size_text
from tcviz.views.stretched import Stretched

NAME = "collection view"
SUBTITLE = (
    "every output element gathers its share from the stretched input, through the flipped kernel"
)


def columns(part: Part, ranges: Ranges) -> list[Panel]:
    """Return the columns from left to right."""
    layer, x, stretched = part.layer, ems(part.x, ranges.x_format), Stretched(part)
    size, kernel, output = part.input_size, layer.kernel_size, layer.output_size(part.input_size)
    product = ems(ranges.product, replace(ranges.product_format, plus=False))
    columns = [
        Panel("x", size, x, "input x", headed(size_text(size), ranges.x_format),
               named=channel_name(part)),
        Panel("stretched", stretched.shape, x, stretched.title,
               headed(stretched.size, ranges.x_format), gap=34, notes=stretched.notes, begins=True),
        Panel("window", kernel, x, "window", headed(size_text(kernel), ranges.x_format), gap=34,
               begins=True),
        Panel("w", kernel, ems(part.weight, ranges.w_format), "kernel w",
               headed(size_text(kernel), ranges.w_format), gap=28, stacked=2),
        Panel("product", kernel, product, "products", headed("this step", ranges.product_format),
               gap=28),
    ]  # fmt: skip
    if part.channels > 1:  # with one channel the result is the output
        sums = ems(ranges.padded, ranges.sum_format)
        columns += [
            Panel("result", output, sums, "result",
                   headed(f"{size_text(output)}, per channel", ranges.sum_format), gap=46,
                   begins=True, result=True, lines=lines(ranges.padded, ranges.sum_format))
        ]  # fmt: skip
    total = ems(ranges.output, ranges.output_format)
    gap = 70 if part.channels > 1 else 56
    return [
        *columns,
        Panel("output", output, total, output_title(part),
               headed(size_text(output), ranges.output_format), gap=gap, shared=True, begins=True,
               result=True, notes=output_notes(part, ranges),
               lines=lines(ranges.output, ranges.output_format)),
    ]  # fmt: skip


class CollectionView(Gathering):
    """Scenes of the collection view."""

    def __init__(self, part: Part, look: Look) -> None:
        board = Board(part, look, NAME, columns)
        cell = board.stage.layout.spots["w", 0].cell_height
        shift = below(0.0, part.layer.kernel_size[0], cell)
        self._stretched = Stretched(part)
        super().__init__(board, Collection(part), self._stretched, "stretched", shift)
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._furniture())

    def _factors(self, channel: int) -> Values:
        return np.flip(self._part.weight[channel])

    def _furniture(self) -> Iterator[Mark]:
        """Yield the kernels before they are flipped as well."""
        board, part = self._board, self._part
        yield from super()._furniture()
        yield from board.stage.notes(self._panels.wide[-1], self._stretched.notes)
        kernel, form = part.layer.kernel_size, board.ranges.w_format
        kernels = board.column("w", kernel, part.weight, form, name="kernel")
        fixed = np.full(kernel, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, panel in enumerate(kernels):
            yield from panel.draw(part.weight[c], fixed)
            lower = self._panels.kernels[c].rect
            at = panel.rect.center[0], (panel.rect.bottom + lower.y) / 2
            yield board.stage.label(f"flip.{c}", at, "↓ flipped", 14.0)


build = CollectionView
