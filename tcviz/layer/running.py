"""Sums of many steps at once, the very ones that walking through the steps would make.

Steps are counted in reading order, and each sum takes its terms in that order, so not even
the last bit of a fraction tells whether it was walked to.  What is done one by one is the
fewer: the steps, or the cells that each step reaches; the rest is an array at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import within

Block: TypeAlias = tuple[range, ...]
"""The cells at the crossings of some rows and columns that follow each other."""
Slide: TypeAlias = tuple[int, int, int]
"""Of one axis: the stride and dilation of a window, and how far before the source it begins."""


def blocks(start: int, stop: int, size: Sizes) -> Iterator[Block]:
    """Yield blocks that hold the cells from number `start` to before `stop`, in reading order.

    All cells of a block come before those of the next, and they are few: what is left of a
    first row, whole rows, and the beginning of a last one, on each axis.

    >>> list(blocks(1, 8, (3, 3)))
    [(range(0, 1), range(1, 3)), (range(1, 2), range(0, 3)), (range(2, 3), range(0, 2))]
    """
    if start >= stop:
        return
    row = prod(size[1:])
    first, last = start // row, stop // row
    if first == last:
        yield from _within(first, start % row, stop % row, size)
        return
    if start % row:
        yield from _within(first, start % row, row, size)
        first += 1
    if first < last:
        yield range(first, last), *map(range, size[1:])
    yield from _within(last, 0, stop % row, size)


def _within(at: int, start: int, stop: int, size: Sizes) -> Iterator[Block]:
    """Yield the blocks of cells in one row, or slice."""
    return ((range(at, at + 1), *block) for block in blocks(start, stop, size[1:]))


def spread(sums: Array, x: Array, weight: Array, layer: ConvTranspose, block: Block) -> None:
    """Add to padded results what the elements of a block spread: ``x[i]·w`` around each i.

    Parameters
    ----------
    sums : ndarray, shape (C, *padded_size)
        Is changed.
    x : ndarray, shape (C, *input_size)
    weight : ndarray, shape (C, *kernel_size)
    layer : ConvTranspose
    block : tuple of range
        Elements of x, per axis.

    >>> sums = np.zeros((1, 5), int)
    >>> x, weight = np.array([[1, 10]]), np.array([[1, 2, 3]])
    >>> spread(sums, x, weight, ConvTranspose(3, stride=2, dims=1), (range(2),))
    >>> sums.tolist()
    [[1, 2, 13, 20, 30]]
    """
    kernel = weight.shape[1:]
    with np.errstate(all="ignore"):
        if prod(map(len, block)) <= prod(kernel):
            taps = tuple(map(range, kernel))
            for at in product(*block):
                sums[_landing(layer, _one(at), taps)] += _column(x, at) * weight
            return
        met = x[_slices(block)]
        # Of the elements that reach a cell, those read first do so with the last taps.
        for tap in product(*(range(k)[::-1] for k in kernel)):
            sums[_landing(layer, block, _one(tap))] += met * _column(weight, tap)


def _landing(layer: ConvTranspose, elements: Block, taps: Block) -> tuple[Any, ...]:
    """Return where taps of elements lie in the padded result; one of both is a single cell."""
    axes = zip(elements, taps, layer.stride, layer.dilation, strict=True)
    return _slices(
        range(i[0] * s + k[0] * d, i[-1] * s + k[-1] * d + 1, s if len(i) > 1 else d)
        for i, k, s, d in axes
    )


def gather(
    sums: Array, source: Array, factors: Array, axes: Sequence[Slide], block: Block | None = None
) -> None:
    """Add to sums the windows of a source times factors: a convolution without a flip.

    Parameters
    ----------
    sums : ndarray, shape (C, *size)
        Is changed: ``sums[o] += source[o·stride + k·dilation − before]·factors[k]``, summed
        over the k of `block` where the source has such an element.
    source : ndarray, shape (C, *source_size)
    factors : ndarray, shape (C, *kernel_size)
    axes : sequence of (stride, dilation, before)
    block : tuple of range, optional
        Factors, per axis; by default all.

    >>> sums = np.zeros((1, 2), int)
    >>> source, factors = np.array([[1, 2, 13, 20, 30]]), np.array([[1, 2, 3]])
    >>> gather(sums, source, factors, [(2, 1, 0)])
    >>> sums.tolist()
    [[44, 143]]
    """
    size, found = sums.shape[1:], block or tuple(map(range, factors.shape[1:]))
    turned = [(dilation, stride, before) for stride, dilation, before in axes]
    with np.errstate(all="ignore"):
        if prod(map(len, found)) <= prod(size):
            for k in product(*found):
                cells, met = _met(turned, k, tuple(map(range, size)), source)
                sums[cells] += source[met] * _column(factors, k)
            return
        for o in product(*map(range, size)):
            taps, met = _met(axes, o, found, source)
            at: Any = (slice(None), *o)
            sums[at] = added(sums[at], source[met] * factors[taps])


def slides(layer: ConvTranspose, *, turned: bool = False) -> list[Slide]:
    """Return how a layer's windows slide; `turned`, how those of its weights' gradient do."""
    steps = (layer.dilation, layer.stride) if turned else (layer.stride, layer.dilation)
    return list(zip(*steps, (before for before, _ in layer.border), strict=True))


def _met(axes: Sequence[Slide], at: Sizes, cells: Block, source: Array) -> tuple[Any, Any]:
    """Return of some cells c those with a place in the source, ``at·n + c·step − before``.

    The first of an axis' numbers is n, the second its step; both are returned as indices.
    """
    kept, met = [], []
    for i, axis, (n, step, before), size in zip(at, cells, axes, source.shape[1:], strict=True):
        found = within(i * n - before, step, axis, size)
        kept.append(found[0])
        met.append(found[1])
    return _slices(kept), _slices(met)


def added(sums: Array, terms: Array) -> Array:
    """Return each channel's sum and its terms, added one after another in reading order.

    >>> added(np.array([1, 2]), np.array([[1, 10], [100, 1000]])).tolist()
    [12, 1102]
    """
    line = np.concatenate([sums[:, np.newaxis], terms.reshape(len(sums), -1)], axis=1)
    total: Array = np.add.accumulate(line, axis=1, dtype=sums.dtype)[:, -1]
    return total


def _one(at: Sizes) -> Block:
    return tuple(range(i, i + 1) for i in at)


def _column(values: Array, at: Sizes) -> Array:
    """Return each channel's one value at a cell, with as many axes as the values have."""
    column: Array = values[_slices(_one(at))]
    return column


def _slices(axes: Any) -> tuple[Any, ...]:
    """Return ranges as an index into the spatial axes, for every channel."""
    return (slice(None), *(slice(a.start, a.stop, a.step) for a in axes))
