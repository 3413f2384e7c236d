"""Which products land where: the plan behind the passes window by window, without arrays.

The product of input cell i and tap k belongs to the output cell ``stride·i + dilation·k −
padding``.  Along an axis the taps of one cell land `dilation` apart, its window, and the
cells of one tap `stride` apart.  So one goes through whichever are fewer, axis by axis,
and moves all of the others together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import ceil
from typing import NamedTuple, TypeAlias

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes

AT_ONCE = 2**18
"""Products made before they are moved: few enough to be still in the cache."""

Box: TypeAlias = tuple[slice, ...]
"""A part of an array, one slice per axis."""


class Landing(NamedTuple):
    """On one axis, products that land evenly: those of one tap, or of one cell.

    Attributes
    ----------
    tap, cell : which of the box, one of them a number and the other a slice
    target : where in the output
    """

    tap: int | slice
    cell: int | slice
    target: slice


def boxes(shape: Sizes, most: int) -> Iterator[Box]:
    """Yield parts of about one size, with at most `most` places, the last axes whole first.

    >>> list(boxes((2, 4), 4))
    [(slice(0, 1, None), slice(0, 4, None)), (slice(1, 2, None), slice(0, 4, None))]
    """
    axes: list[list[slice]] = []
    for size in reversed(shape):
        parts = ceil(size / max(1, most))
        step = ceil(size / max(1, parts))
        axes.insert(0, [slice(n, min(n + step, size)) for n in range(0, size, max(1, step))])
        most //= max(1, step)
    return product(*axes)


def landings(
    layer: ConvTranspose, output_size: Sizes, cells: Box, taps: Box
) -> list[list[Landing]]:
    """Return for each axis where the products of these cells and taps land in the output.

    >>> layer = ConvTranspose(3, stride=2, padding=1, dims=1)
    >>> landings(layer, (5,), (slice(0, 3),), (slice(0, 1),))
    [[Landing(tap=0, cell=slice(1, 3, None), target=slice(1, 4, 2))]]
    >>> landings(layer, (5,), (slice(0, 1),), (slice(0, 3),))
    [[Landing(tap=slice(1, 3, None), cell=0, target=slice(0, 2, 1))]]
    """
    befores = (before for before, _ in layer.border)
    axes = zip(cells, taps, layer.stride, layer.dilation, befores, output_size, strict=True)
    return [list(_along(*axis)) for axis in axes]


def _along(
    cells: slice, taps: slice, stride: int, dilation: int, before: int, size: int
) -> Iterator[Landing]:
    n, k = cells.stop - cells.start, taps.stop - taps.start
    first = stride * cells.start + dilation * taps.start - before
    for i in range(min(n, k)):
        if n > k:
            source, target = _within(range(n), first + dilation * i, stride, size)
            landing = Landing(i, source, target)
        else:
            source, target = _within(range(k), first + stride * i, dilation, size)
            landing = Landing(source, i, target)
        if source.start < source.stop:
            yield landing


def _within(places: range, first: int, step: int, size: int) -> tuple[slice, slice]:
    """Return which of the `places`, the first at `first`, lie within `size`, and where.

    >>> _within(range(4), -3, 2, 3)
    (slice(2, 3, None), slice(1, 2, 2))
    """
    start = max(0, ceil(-first / step))
    stop = min(len(places), ceil((size - first) / step))
    return slice(start, stop), slice(first + step * start, first + step * (stop - 1) + 1, step)
