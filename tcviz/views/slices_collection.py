"""The collection view in three dimensions: tensors as depth slices.

The window covers slices ``o + j·dilation`` of the stretched, padded input, where o is the
depth of the output element; each meets slice j of the flipped kernel, and both glow where
any of the input is there: slices of inserted zeros add nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Collection, Step
from tcviz.picture.depth import Depth
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Box, Mark, part_key
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import channel_name, output_notes, output_title
from tcviz.views.collection import NAME
from tcviz.views.gathering import Gathering, Panels
from tcviz.views.look import Look
from tcviz.views.panel import Values
from tcviz.views.ranges import Ranges
from tcviz.views.slices_board import SlicesBoard, names, tag
from tcviz.views.stage import ems, headed, size_text
from tcviz.views.stretched import Stretched

SUBTITLE = "every output element gathers its share through the kernel, flipped also in depth"


def panels(part: Part, ranges: Ranges) -> list[Panel]:
    """Return the panels in reading order."""
    layer, x, stretched = part.layer, ems(part.x, ranges.x_format), Stretched(part)
    size, kernel, output = part.input_size, layer.kernel_size, layer.output_size(part.input_size)
    product = ems(ranges.product, replace(ranges.product_format, plus=False))
    weight, total = ems(part.weight, ranges.w_format), ems(ranges.output, ranges.output_format)
    last, tap = stretched.shape[0] - 1, kernel[0] - 1
    return [
        Panel("x", size, x, "input x", headed(size_text(size), ranges.x_format),
              named=channel_name(part)),
        Panel("kernel", kernel, weight, "kernel w", headed(size_text(kernel), ranges.w_format),
              gap=40, begins=True, depth=Depth("k")),
        Panel("w", kernel, weight, "flipped kernel", headed("in all axes", ranges.w_format),
              gap=40, depth=Depth("k")),
        Panel("stretched", stretched.shape, x, stretched.title,
              headed(stretched.size, ranges.x_format), gap=40, begins=True,
              notes=stretched.notes,
              depth=Depth("d", tag(stretched.shape, f"d={last} × k={tap}"), feeder="w")),
        Panel("product", kernel, product, "products", headed("this step", ranges.product_format),
              gap=40, begins=True, depth=Depth("k", tag(kernel, f"d={last} × k={tap}"))),
        Panel("output", output, total, output_title(part),
              headed(size_text(output), ranges.output_format), gap=56, shared=True, begins=True,
              result=True, notes=output_notes(part, ranges)),
    ]  # fmt: skip


class SlicesCollection(Gathering):
    """Scenes of the collection view, in slices."""

    _board: SlicesBoard

    def __init__(self, part: Part, look: Look) -> None:
        self._stretched = Stretched(part)
        board = SlicesBoard(part, look, NAME, panels)
        super().__init__(board, Collection(part), self._stretched, "stretched")
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._furniture())

    def _make_panels(self) -> Panels:
        board, part, ranges = self._board, self._part, self._board.ranges
        form, kernel = replace(ranges.product_format, plus=False), part.layer.kernel_size
        tint = board.look.theme.step
        self._plain = board.column("kernel", kernel, part.weight, ranges.w_format)
        return Panels(
            board.column("stretched", self._stretched.shape, part.x, ranges.x_format, filled=True),
            (),
            board.column("w", kernel, part.weight, ranges.w_format, filled=True),
            board.column("product", kernel, ranges.product, form, tint=tint),
            (),
        )

    def _factors(self, channel: int) -> Values:
        return np.flip(self._part.weight[channel])

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the products, per channel."""
        cells = np.where(step.counts, Kind.VALUE, Kind.ZERO) * len(State) + State.KNOWN
        for c in range(self._board.drawn):
            yield from self._panels.products[c].draw(step.products[c], cells.astype(np.uint8))

    def _real(self, channel: int) -> Iterator[Box]:
        """Yield the frames around what is left of the input's own cells, slice by slice."""
        deep, rows, cols = self._source.kept
        if not (rows and cols):
            return
        line = self._board.look.theme.channel(self._part.first + channel).line
        for panel in self._board.panels("stretched", channel)[deep.start : deep.stop]:
            yield Box(part_key(panel.grid.key, "real"), panel.grid.span(rows, cols), line, 2.0)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield the names of slices, frames of what is read and written, and connectors."""
        board = self._board
        first, *window = self._source.window(step.places)
        depths = range(first.start, first.stop, step.places[0].step)
        met = {j: d for j, d in enumerate(depths) if step.counts[j].any()}
        for c in range(board.drawn):
            yield from self._named_operands(c, step, met)
            yield from self._met(c, depths, met)
            spans = {j: (d, window[0], window[1]) for j, d in enumerate(depths)}
            yield from board.outlines("stretched", c, spans, met)
            yield from self._sum(c)
        d, i, j = step.at
        yield from board.captions("output", 0, names("d", board.output_size[0]), {d})
        yield from board.outlines("output", 0, {0: (d, range(i, i + 1), range(j, j + 1))})

    def _named_operands(self, c: int, step: Step, met: Mapping[int, int]) -> Iterator[Mark]:
        """Yield the names of the slices of the input and of the kernels."""
        board, taps = self._board, names("k", self._part.layer.kernel_size[0])
        read = {d for d, _ in self._part.sources(0, step.at[0])}
        lit = {len(taps) - 1 - j for j in met}
        yield from board.captions("x", c, names("d", self._part.input_size[0]), read if met else ())
        yield from board.captions("kernel", c, taps, lit)
        yield from board.captions("w", c, taps[::-1], met)

    def _met(self, c: int, depths: range, met: Mapping[int, int]) -> Iterator[Mark]:
        """Yield what glows: slices of the flipped kernel, and those that they meet."""
        board, kernel = self._board, self._part.layer.kernel_size
        whole = range(kernel[1]), range(kernel[2])
        taps = names("k", kernel[0])[::-1]
        pairs = {d: (f"d={d} × {tap}", tap) for d, tap in zip(depths, taps, strict=True)}
        wide = self._wide_names()
        if not board.linked("stretched"):
            wide = [
                board.longest("stretched", *pairs.get(d, ())[:1], name)
                for d, name in enumerate(wide)
            ]
        yield from board.links("w", "stretched", c, depths, met, wide)
        yield from board.captions("stretched", c, wide, met.values())
        yield from board.captions(
            "product", c, [board.longest("product", *words) for words in pairs.values()], met
        )
        for key in ("w", "product"):
            yield from board.outlines(key, c, {j: (j, *whole) for j in met})

    def _wide_names(self) -> list[str]:
        """Return the names of the stretched input's slices, and which of them are cropped."""
        (front, back), *_ = self._part.layer.collection_padding
        named = names("d", self._source.shape[0])
        kept = range(-min(0, front), len(named) + min(0, back))
        return [
            name if d in kept else self._board.longest("stretched", f"{name}, cropped", name)
            for d, name in enumerate(named)
        ]

    def _sum(self, c: int) -> Iterator[Mark]:
        """Yield the arrow from the products to the output, if they stand beside each other."""
        board = self._board
        for arrow in board.across(f"sum.{c}", "product", "output", c, now=True):
            (x0, y), *_, (x1, _) = arrow.points
            at, ink = ((x0 + x1) / 2, y - 13), board.look.theme.now
            yield arrow
            yield board.stage.label(f"sum.{c}.sign", at, "Σ", 16.0, ink=ink)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: the kernels, before and after they are flipped."""
        board, part = self._board, self._part
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(board.drawn):
            yield from self._plain[c].draw(part.weight[c], fixed)
            yield from self._panels.kernels[c].draw(self._factors(c), fixed)
            yield from board.across(f"flip.{c}", "kernel", "w", c)


build = SlicesCollection
