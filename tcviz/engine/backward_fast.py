"""The fast backward pass: two matrix products that share one unfolded gradient.

The upstream gradient falls into phases, as the output does (see `phases`)::

    grad_input[i]  = Σ grad[stride·(i + m) + phase]·w[k]
    grad_weight[k] = Σ grad[stride·(i + m) + phase]·x[i]    where  k·dilation = stride·m + phase

Each phase is laid flat on one grid, so that a tap reads it at one offset, whatever the
cell.  A table with a row for each tap and output channel, made block by block while it
is in the cache, then serves both products: with the weight, and with x.  Where all
phases are read at the same offsets, as with kernel 4 and stride 2, x is unfolded in their
place, and one product is made of all: in three dimensions that took 0.7 times as long.
Where the kernel is large and the cells of x are few, the table is made window by window.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import ceil, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tcviz.effort import loads
from tcviz.engine.by_window import backward_by_window
from tcviz.engine.fast import asked
from tcviz.engine.phases import PhaseGrid
from tcviz.engine.prepared import at, quiet
from tcviz.engine.prepared_backward import Gradients, Upstream, prepare_backward
from tcviz.engine.unfolding import Unfolding
from tcviz.engine.work import NARROWEST, gathers
from tcviz.errors.keywords import told
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import PaddingLike, Sizes, SizesLike

FLAT = 2**19
"""Numbers of the gradient laid flat at once, where an item of the batch has fewer."""

TABLE = 2**19
"""Numbers unfolded before they are multiplied: few enough to be still in the cache."""

LONG = 2**10
"""Cells of an item that is worth products of its own, where that saves a copy of it."""

APART = 16
"""Numbers between the rows of a table: with a power of two they drive each other from the cache."""


@told()
def conv_transpose_backward(
    grad_output: Any,
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: SizesLike | None = None,
    padding: PaddingLike | str | None = None,
    output_padding: SizesLike | None = None,
    dilation: SizesLike | None = None,
    groups: int | None = None,
) -> Gradients:
    """Return the gradients of `conv_transpose`, given that of its output.

    The numbers of PyTorch's autograd for ``conv_transpose1d``, ``2d`` and ``3d``: the
    gradients of a loss with respect to the input, the weight and the bias.

    Parameters
    ----------
    grad_output : array_like, shape (N, C_out, *output_size) or (C_out, *output_size)
        The gradient of the loss with respect to the output, and of its shape.
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
    weight : array_like, shape (C_in, C_out/groups, *kernel_size), or layer
        A ``torch.nn.ConvTranspose2d``, or anything with its attributes, brings weight,
        bias and geometry.
    bias : array_like, shape (C_out,), optional
        Its numbers do not matter; where there is none it has no gradient.
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose`.

    Returns
    -------
    Gradients
        A named tuple of `input`, `weight` and `bias`, each of the shape of its operand,
        or None for a bias that is not there; all of the operands' common type.  Integers
        are exact; float16 is added as float32 and rounded once.

    Raises
    ------
    RequestError
        If types or shapes do not fit, the parameters do not make an output, integers outgrow
        their type, or there is not enough memory for it.

    Examples
    --------
    >>> found = conv_transpose_backward([[1, 0, 2, 0, 0]], [[1, 10]], [[[1, 2, 3]]], stride=2)
    >>> found.input, found.weight, found.bias
    (array([[7, 2]]), array([[[21,  0,  2]]]), None)
    """
    layer, weight, bias = asked(
        weight, bias, stride=stride, padding=padding, output_padding=output_padding,
        dilation=dilation, groups=groups,
    )  # fmt: skip
    with loads.memory("conv_transpose_backward"):
        return backward_fast(layer, grad_output, x, weight, bias)


def backward_fast(
    layer: ConvTranspose,
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
) -> Gradients:
    """Return the gradients of `layer`; see `conv_transpose_backward`.

    >>> layer = ConvTranspose(3, stride=2, dims=1)
    >>> backward_fast(layer, [[1, 0, 2, 0, 0]], [[1, 10]], [[[1, 2, 3]]], [0]).bias
    array([3])
    """
    given = prepare_backward(layer, grad_output, x, weight, bias, float64_for_integers=True)
    with quiet():
        return given.finish(*_gradients(layer, given))


def _gradients(layer: ConvTranspose, given: Upstream) -> tuple[Array, Array]:
    """Return the gradients of input and weight, made in the cheaper way."""
    if gathers(layer, given.x.shape, given.weight.shape, backward=True):
        found = backward_by_gathering(layer, given)
        if given.dtype.kind != "f" or np.isfinite(found[1]).all():
            return found  # or the zeros beside x made NaN of infinities
    return backward_by_window(layer, given)


def backward_by_gathering(layer: ConvTranspose, given: Upstream) -> tuple[Array, Array]:
    """Return the gradients of input and weight, shaped as those are, split by group.

    They are made for so many items of the batch at once as the cache holds.  Where x is
    not finite, that of the weight is NaN too often.
    """
    plan = Unfolding.of(layer, given.input_size, given.grad.shape[3:], given.weight.shape[2])
    # Never like x, which may be laid out in another order: here rows must be one piece.
    weight, grad_input = plan.rows(given.weight), np.empty(given.x.shape, given.x.dtype)
    rows = np.zeros_like(weight)
    room = _room(plan, given)
    multiply = _multiply_by_offset if plan.offsets else _multiply
    for first in range(0, len(given.x), room.items):
        some = slice(first, first + room.items)
        _lay_gradient(given.grad[some], plan, room.flat)
        if room.items == 1 and _flat_already(plan.grid, given.input_size):
            x, sums = (a[first].reshape(*room.x.shape[:2], -1) for a in (given.x, grad_input))
            multiply(weight, x, plan, room, sums, rows)
        else:
            x = _lay_flat(given.x[some], plan.grid, room.x)
            sums = room.sums[:, :, : x.shape[2]]
            used = slice(x.shape[2] - _behind(plan.grid, given.input_size))
            multiply(weight, x[:, :, used], plan, room, sums[:, :, used], rows)
            grad_input[some] = _cut(sums, plan.grid, given.input_size)
    return grad_input, plan.weight(rows, given.weight.shape)


class BackwardRoom(NamedTuple):
    """Memory that all items of the batch use in turn, so many `items` at once.

    Attributes
    ----------
    flat : shape (groups, phases·C_out/groups, items·cells + front), the gradient
    x : shape (groups, C_in/groups, items·cells)
    sums : shape (groups, C_in/groups, items·cells), the gradient of x
    table : shape (groups, rows of the weight, width), where something is unfolded
    width : how many columns are multiplied at once
    """

    items: int
    flat: Array
    x: Array
    sums: Array
    table: Array
    width: int


def _room(plan: Unfolding, given: Upstream) -> BackwardRoom:
    """Return room for as many items as the cache holds; between what is laid, zeros."""
    n, groups, c_in = given.x.shape[:3]
    c_out, cells = given.weight.shape[2], prod(plan.grid.shape)
    lanes, rows = len(plan.phases) * c_out, len(plan.reads) * c_out
    if plan.offsets:
        rows = len(plan.offsets) * c_in
    alone = _flat_already(plan.grid, given.input_size) and cells >= LONG
    items = 1 if alone else max(1, min(n, FLAT // (groups * lanes * cells)))
    length = items * cells
    width = min(length, max(NARROWEST, TABLE // (groups * max(lanes, rows))))
    empty = partial(np.empty, dtype=given.x.dtype)
    return BackwardRoom(
        items,
        np.zeros((groups, lanes, length + plan.grid.front), given.x.dtype),
        np.zeros((groups, c_in, length), given.x.dtype),
        empty((groups, c_in, length)),
        empty((groups, rows, 0 if plan.in_place else width + APART)),
        width,
    )


def _lay_gradient(grad: Array, plan: Unfolding, flat: Array) -> None:
    """Copy the phases of the gradient, ``(N, groups, C_out/groups, ...)``, to the flat grid."""
    n, groups, c_out = grad.shape[:3]
    length = n * prod(plan.grid.shape)
    shape = (groups, len(plan.phases), c_out, n, *plan.grid.shape)
    cells = flat[:, :, :length].reshape(shape)
    by_group = np.moveaxis(grad, 0, 2)
    for i, together in enumerate(plan.phases):
        target = cells[:, i][at(phase.source for phase in together)]
        target[...] = by_group[at(phase.target for phase in together)]


def _flat_already(grid: PhaseGrid, size: Sizes) -> bool:
    """Return whether one item of x is flat as it lies: between its cells are no zeros."""
    return grid.shape[1:] == size[1:]


def _behind(grid: PhaseGrid, size: Sizes) -> int:
    """Return how many zeros lie behind the last plane, or row, of x: no product needs them."""
    return (grid.shape[0] - size[0]) * prod(grid.shape[1:])


def _lay_flat(x: Array, grid: PhaseGrid, room: Array) -> Array:
    """Copy x between the zeros of the flat grid, item after item; return what is laid."""
    n, groups, c_in = x.shape[:3]
    laid = room[:, :, : n * prod(grid.shape)]
    cells = laid.reshape(groups, c_in, n, *grid.shape)
    cells[at(slice(size) for size in x.shape[3:])] = np.moveaxis(x, 0, 2)
    return laid


def _multiply(
    weight: Array, x: Array, plan: Unfolding, room: BackwardRoom, sums: Array, rows: Array
) -> None:
    """Write the gradient of x to `sums`, and add that of the weight to `rows`."""
    by_lane = weight.transpose(0, 2, 1)
    for block in _blocks(x.shape[2], room.width):
        table = _unfold(room, plan, block)
        np.matmul(by_lane, table, out=sums[:, :, block])
        rows += table @ x[:, :, block].transpose(0, 2, 1)


def _multiply_by_offset(
    weight: Array, x: Array, plan: Unfolding, room: BackwardRoom, sums: Array, rows: Array
) -> None:
    """Do the same where x is unfolded: the gradient at one place has its say at each offset."""
    c_in, length = x.shape[1:]
    sums[...] = 0
    for block in _blocks(length + max(plan.offsets), room.width):
        read = room.flat[:, :, block]
        table = room.table[:, :, : read.shape[2]]
        np.matmul(weight, read, out=table)
        for own, here, there in _offset(plan, c_in, length, block):
            sums[:, :, here] += table[:, own, there]
        for own, here, there in _offset(plan, c_in, length, block):
            table[:, own, : there.start] = 0
            table[:, own, there] = x[:, :, here]
            table[:, own, there.stop :] = 0
        rows += table @ read.transpose(0, 2, 1)


def _offset(
    plan: Unfolding, c_in: int, length: int, block: slice
) -> Iterator[tuple[slice, slice, slice]]:
    """Yield the rows of each offset, and which cells of x have a place in the block, and where."""
    for i, offset in enumerate(plan.offsets):
        start = max(0, block.start - offset)
        stop = max(start, min(length, block.stop - offset))
        there = slice(start + offset - block.start, stop + offset - block.start)
        yield slice(i * c_in, (i + 1) * c_in), slice(start, stop), there


def _blocks(length: int, most: int) -> list[slice]:
    """Return slices of about one size that are `length` together.

    >>> _blocks(5, 3)
    [slice(0, 3, None), slice(3, 5, None)]
    """
    width = ceil(length / ceil(length / most))
    return [slice(left, min(left + width, length)) for left in range(0, length, width)]


def _unfold(room: BackwardRoom, plan: Unfolding, block: slice) -> Array:
    """Copy the gradient as each tap reads it into the rows of the table, if it must be."""
    if plan.in_place:
        return room.flat[:, :, block]
    c_out, width = room.table.shape[1] // len(plan.reads), block.stop - block.start
    table = room.table[:, :, :width]
    for tap, (phase, offset) in enumerate(plan.reads):
        start = block.start + offset
        lanes = room.flat[:, phase * c_out : (phase + 1) * c_out]
        table[:, tap * c_out : (tap + 1) * c_out] = lanes[:, :, start : start + width]
    return table


def _cut(sums: Array, grid: PhaseGrid, size: Sizes) -> Array:
    """Return the cells of x among `sums`, ``(N, groups, C_in/groups, *input_size)``."""
    cells = sums.reshape(*sums.shape[:2], -1, *grid.shape)
    cut: Array = np.moveaxis(cells[at(slice(n) for n in size)], 2, 0)
    return cut
