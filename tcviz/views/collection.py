"""The collection view: each output element gathers its share through the flipped kernel.

Figures 9 and 10 of the article: input, stretched and padded (or cropped) input, kernel
and flipped kernel, result per channel, sum, output.

In one dimension columns are coordinates of the padded result, as in the distribution view:
element i of the input stands at i·stride, and y[o] at o + padding, which is below the last tap
of the window that it gathers.

In three dimensions the window covers slices ``o + j·dilation`` of the stretched, padded input,
where o is the depth of the output element; each meets slice j of the flipped kernel, and both
glow where any of the input is there: slices of inserted zeros add nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from tcviz.boards.panel import Values
from tcviz.layer.parts import Part
from tcviz.layer.sizes import size_text
from tcviz.layer.trace import Collection
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import bias_gap, channel_name, made_slices, source_size, taps
from tcviz.picture.depth import DEPTH, TAPS, Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import ROOMY, Variant
from tcviz.views.gathered import (
    APART,
    apart,
    far,
    lensed,
    results,
    sliding,
    step_lens,
    summed,
    tensors,
)
from tcviz.views.gathering import GatheringView
from tcviz.views.stretched import Stretched

WIDE = "stretched"
WAY = 42
"""Room for an arrow that turns before the numbers of rows."""
LONG = 0.95
"""What it is worth, in one dimension, that a kernel is in columns."""


def columns(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels in reading order."""
    held, stretched = tensors(part, ranges, WIDE), Stretched(part)
    kernel, w, product = part.layer.kernel_size, held["w"], held["product"]
    window = held["window"].panel("window", kernel, "window", gap=34, begins=True)
    flipped = w.panel("w", kernel, "kernel w", f"{size_text(kernel)}, flipped", gap=28, sign="⊙")
    products = product.panel("product", kernel, "products", "pairwise", gap=28, sign="=",
                             lens=step_lens(part, ranges))  # fmt: skip
    return [
        held["x"].panel("x", part.input_size, "input x", source_size(part),
                        named=channel_name(part), numbered=True),
        held[WIDE].panel(WIDE, stretched.shape, stretched.title, stretched.size, gap=WAY,
                         notes=stretched.notes, begins=True, numbered=True),
        replace(window, lowered=True, brief=window),
        replace(flipped, size=w.headed(size_text(kernel)), upper="kernel", lowered=True,
                brief=flipped),
        replace(products, lowered=True, lens=step_lens(part, ranges, lowered=True), brief=products),
        *summed(part, ranges, drawn),
    ]  # fmt: skip


def slices(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels in three dimensions, and how their slices hang together."""
    x, stretched, _, w, product, *_, output = columns(part, ranges, drawn)
    (front, back), *_ = part.layer.collection_padding
    whole, pairs = stretched.shape[0], "depth {d} × w[{k}]"
    kept, ends = range(-min(0, front), whole + min(0, back)), (w.shape[0] - 1, whole - 1)
    plain = replace(w, upper="", lowered=False, sign="", gap=40, brief=None)
    wide = Depth(DEPTH, pairs, ends, feeder="w", kept=kept, idle=True, after="x")
    flipped = tensors(part, ranges)["w"].headed("in all axes")
    return [
        replace(x, depth=Depth("x[{d}]")),
        replace(plain, key="kernel", begins=True, depth=Depth(TAPS)),
        replace(plain, title="flipped kernel", size=flipped, depth=Depth(TAPS, flipped=True)),
        replace(stretched, gap=40, sign="⊙", depth=wide),
        replace(product, gap=40, begins=True, lowered=False, lens=step_lens(part, ranges),
                brief=None, depth=Depth(TAPS, pairs, ends, flipped=True)),
        replace(output, gap=bias_gap(part, ranges, 112) / 2,
                depth=Depth(made_slices(part), after="product")),
    ]  # fmt: skip


def strips(part: Part, ranges: Ranges, drawn: int = 0) -> tuple[Variant, ...]:
    """Return the strips: with kernel and products in their columns, and apart from them.

    The kernel before it is flipped stands beside the columns or, where it is long, in them.
    """
    held, stretched, name = tensors(part, ranges, WIDE), Stretched(part), "flipped w"
    (n,), (k,), (every,) = part.input_size, part.layer.kernel_size, part.layer.stride
    start = -stretched.real[0].start
    first = start + stretched.window((range(1),))[0][0]
    beside = held["kernel"].piece("kernel", k, "kernel w")
    kernel = held["kernel"].strip("kernel", k, "kernel w", taps(k), start=start)
    source = held["x"].strip("x", n, "input x", source_size(part), every=every, numbered=True)
    (wide,), size = stretched.shape, stretched.size
    around = held[WIDE].strip(WIDE, wide, stretched.title, size, start=start,
                              notes=stretched.notes, numbered=True)  # fmt: skip
    work = [around, *sliding(part, ranges, WIDE, name, first)]
    line = [around, apart(part, ranges, name)]
    made = results(part, ranges, drawn, part.layer.border[0][0], 1, align_notes(part))
    with_kernel = replace(source, pieces=(beside,))
    return (
        Variant([with_kernel, *work, *made]),
        Variant([kernel, source, *work, *made], LONG),
        Variant([with_kernel, *line, *far(made)], APART, ROOMY),
        Variant([kernel, source, *line, *far(made)], APART * LONG, ROOMY),
        *lensed(part, ranges, [with_kernel, around], name, made),
        *lensed(part, ranges, [kernel, source, around], name, made, LONG),
    )


def align_notes(part: Part) -> tuple[str, ...]:
    """Return where an output element stands in columns."""
    return ("y stands below its window's last element",) * (part.layer.extent[0] > 1)


class CollectionView(GatheringView):
    """What the steps of the collection view show."""

    name = "collection view"
    subtitle = (
        "every y[o] gathers x[i]·w[k], kernel flipped: as i grows, k falls "
        "(o = i·stride + k·dilation − padding)"
    )
    arrangements = {1: strips, 2: columns, 3: slices}  # noqa: RUF012

    def __init__(self, part: Part, look: Look) -> None:
        source = Stretched(part)
        self.zero, self.zeros = source.zero, source.zeros
        super().__init__(part, look, Collection(part), source, WIDE)

    @cached_property
    def _factors(self) -> Values:
        return np.flip(self._part.weight, axis=tuple(range(1, self._part.weight.ndim)))


build = CollectionView
