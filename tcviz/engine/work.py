"""Which way is cheaper, from sizes alone.

Gathering (see `phases`) makes each sum once, but multiplies the zeros between and beside
the rows of x too: more of them, the larger the kernel and the smaller x.  Window by window
(see `windows`) there are only the true products, each of which is moved on its own.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd, isqrt, prod
from typing import TypeAlias

from tcviz.engine.phases import PhaseGrid
from tcviz.engine.windows import AT_ONCE
from tcviz.layer.geometry import ConvTranspose

Shape: TypeAlias = tuple[int, ...]

COPY, SPREAD, CALL = 16, 64, 2**16
"""How many multiplications in a matrix product take as long as to move a number in a long
row, to read or write one here and one there, and to ask NumPy to move some: on two threads."""

NARROWEST = 256
"""Columns of a table that make a product worth its call."""

LARGEST = 2**22
"""Numbers in a table of so many columns that are worth their memory."""


@lru_cache(maxsize=256)
def gathers(layer: ConvTranspose, x_shape: Shape, weight_shape: Shape, *, backward: bool) -> bool:
    """Return whether a pass gathers at less cost, for operands of these shapes, split by group.

    >>> gathers(ConvTranspose(4, 2, 1), (1, 1, 128, 32, 32), (1, 128, 64, 4, 4), backward=True)
    True
    >>> gathers(ConvTranspose(200), (1, 1, 1, 1, 1), (1, 1, 1, 200, 200), backward=True)
    False
    """
    gathered, windowed = costs(layer, x_shape, weight_shape, backward=backward)
    return gathered is not None and gathered <= windowed


def costs(
    layer: ConvTranspose, x_shape: Shape, weight_shape: Shape, *, backward: bool
) -> tuple[int | None, int]:
    """Return what gathering costs, or None if its table were too large, and window by window.

    >>> costs(ConvTranspose(3, dims=1), (1, 1, 1, 1), (1, 1, 1, 3), backward=False)
    (262489, 65923)
    """
    (n, groups, c_in, *size), (_, _, c_out, *kernel) = x_shape, weight_shape
    axes = [_read(*axis) for axis in zip(kernel, layer.stride, layer.dilation, strict=True)]
    phases, together, reads = map(prod, zip(*axes, strict=True))
    taps = prod(kernel)
    products = (1 + backward) * taps * c_in * c_out
    rows, copied = together * c_in, reads * c_in
    if backward:
        rows, copied = taps * c_out, taps * c_out * (reads > together)  # or x is

    cells, grid = (n * groups * prod(s) for s in (size, PhaseGrid.of(layer, tuple(size)).shape))
    calls = phases + (taps if backward else reads) * ceil(grid * copied / AT_ONCE)
    per_cell = products + COPY * copied + SPREAD * phases * c_out
    gathered = grid * per_cell + CALL * calls

    moved = cells * taps * c_out
    walked = min(prod(map(min, kernel, size)), isqrt(AT_ONCE))  # of a table's cells and taps
    spread = 1 if backward else 2  # read, or read and added
    windowed = cells * products + SPREAD * spread * moved + CALL * walked * ceil(moved / AT_ONCE)
    return gathered if groups * rows * NARROWEST <= LARGEST else None, windowed


def _read(kernel_size: int, stride: int, dilation: int) -> tuple[int, int, int]:
    """Return the phases of one axis, at most so many taps in each, and reads of x for all.

    >>> _read(4, 2, 1), _read(3, 2, 1)
    ((2, 2, 2), (2, 2, 3))
    """
    every = stride // gcd(stride, dilation)
    phases = min(kernel_size, every)
    taps = ceil(kernel_size / phases)
    shifts = min(phases - 1, (phases - 1) * dilation // stride)
    lengths = int(kernel_size > every and kernel_size % every > 0)
    different = min(phases, 1 + shifts + lengths)
    return phases, taps, min(kernel_size, different * taps)
