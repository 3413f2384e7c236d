"""Sums of many steps at once, the very ones that walking through the steps would make.

Steps are counted in reading order, and each sum takes its terms in that order, so not even
the last bit of a fraction tells whether it was walked to.  What is done one by one is the
fewer: the steps, or the cells that each step reaches; the rest is an array at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps, as_slice

Block: TypeAlias = tuple[range, ...]
"""The cells at the crossings of some rows and columns that follow each other."""


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


def spread(sums: Array, x: Array, weight: Array, axes: Sequence[Taps]) -> None:
    """Add to sums what elements spread: ``x[i]·w[k]`` where tap k of element i lands.

    Parameters
    ----------
    sums : ndarray, shape (C, *large)
        Is changed.
    x : ndarray, shape (C, *small)
    weight : ndarray, shape (C, *kernel)
    axes : sequence of Taps

    >>> sums = np.zeros((1, 5), int)
    >>> x, weight = np.array([[1, 10]]), np.array([[1, 2, 3]])
    >>> spread(sums, x, weight, [Taps(small=2, large=5, kernel=3, stride=2, dilation=1, before=0)])
    >>> sums.tolist()
    [[1, 2, 13, 20, 30]]
    """
    elements, taps = x.shape[1:], weight.shape[1:]
    with np.errstate(all="ignore"):
        if prod(elements) <= prod(taps):
            for i in product(*map(range, elements)):
                places, met = _met(axes, i)
                sums[places] += column(x, i) * weight[met]
            return
        turned = [axis.turned for axis in axes]
        # Of the elements that reach a cell, those read first do so with the last taps.
        for k in product(*(range(n)[::-1] for n in taps)):
            places, met = _met(turned, k)
            sums[places] += x[met] * column(weight, k)


def gather(sums: Array, source: Array, factors: Array, axes: Sequence[Taps]) -> None:
    """Add to sums what windows of a source hold, times factors: a convolution without a flip.

    Parameters
    ----------
    sums : ndarray, shape (C, *small)
        Is changed: to ``sums[i]`` is added the source where tap k of element i lands, times
        ``factors[k]``, summed over k.
    source : ndarray, shape (C, *large)
    factors : ndarray, shape (C, *kernel)
    axes : sequence of Taps

    >>> sums = np.zeros((1, 2), int)
    >>> source, factors = np.array([[1, 2, 13, 20, 30]]), np.array([[1, 2, 3]])
    >>> axis = Taps(small=2, large=5, kernel=3, stride=2, dilation=1, before=0)
    >>> gather(sums, source, factors, [axis])
    >>> sums.tolist()
    [[44, 143]]
    """
    elements, taps = sums.shape[1:], factors.shape[1:]
    with np.errstate(all="ignore"):
        if prod(taps) <= prod(elements):
            turned = [axis.turned for axis in axes]
            for k in product(*map(range, taps)):
                places, met = _met(turned, k)
                sums[met] += source[places] * column(factors, k)
            return
        for i in product(*map(range, elements)):
            places, met = _met(axes, i)
            at: Any = (slice(None), *i)
            sums[at] = added(sums[at], source[places] * factors[met])


def _met(axes: Sequence[Taps], i: Sizes) -> tuple[Any, Any]:
    """Return where an element's taps land, and which those are, as indices of all channels."""
    places, taps = zip(*map(Taps.of_element, axes, i), strict=True)
    return box(places), box(taps)


def added(sums: Array, terms: Array) -> Array:
    """Return each channel's sum and its terms, added one after another in reading order.

    >>> added(np.array([1, 2]), np.array([[1, 10], [100, 1000]])).tolist()
    [12, 1102]
    """
    line = np.concatenate([sums[:, np.newaxis], terms.reshape(len(sums), -1)], axis=1)
    total: Array = np.add.accumulate(line, axis=1, dtype=sums.dtype)[:, -1]
    return total


def column(values: Array, at: Sizes) -> Array:
    """Return each channel's one value at a cell, with as many axes as the values have."""
    cell: Array = values[box(range(i, i + 1) for i in at)]
    return cell


def box(cells: Iterable[range]) -> Any:
    """Return ranges as an index into the spatial axes, for every channel."""
    return (slice(None), *map(as_slice, cells))
