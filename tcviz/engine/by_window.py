"""Both passes window by window: no more work than there are products.

In the forward pass one matrix product makes a table of some cells of the input and some
lanes: output channels and taps.  Each number is then added where it lands (see `windows`).
The backward pass fills the same table with the gradient from where it landed::

    grad_input[i]  = Σ grad[stride·i + dilation·k − padding]·w[k]
    grad_weight[k] = Σ grad[stride·i + dilation·k − padding]·x[i]

No zeros stand beside x, so that infinities have their say exactly in their products.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, product
from math import prod
from typing import NamedTuple

import numpy as np

from tcviz.engine.prepared import Prepared, at
from tcviz.engine.prepared_backward import Upstream
from tcviz.engine.windows import AT_ONCE, Box, boxes, landings
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps

FEWEST = 256
"""Input cells in a table, if there are so many: fewer make slow products."""


def forward_by_window(layer: ConvTranspose, given: Prepared) -> Array:
    """Return the sums, ``(N, groups, C_out/groups, *output_size)``."""
    y = np.empty((len(given.x), *given.bias.shape, *given.output_size), given.x.dtype)
    y[...] = given.bias.reshape(*given.bias.shape, *(1,) * layer.dims)
    axes = Taps.along(layer, given.input_size, given.output_size)
    for table in _tables(given.x, given.weight):
        _multiply(table.of_weight(given.weight).swapaxes(1, 2), table.of_x(given.x), table.rows)
        some = y[table.cells[0], table.lanes[0], table.lanes[1]]
        for products, place in table.moves(axes):
            some[at(place)] += products
    return y


def backward_by_window(layer: ConvTranspose, given: Upstream) -> tuple[Array, Array]:
    """Return the gradients of input and weight, shaped as those are, split by group."""
    grad_input, grad_weight = (np.zeros(a.shape, a.dtype) for a in (given.x, given.weight))
    cropped = any(map(any, layer.border))
    axes = Taps.along(layer, given.input_size, given.grad.shape[3:])
    for table in _tables(given.x, given.weight):
        if cropped:
            table.rows[...] = 0  # what is cropped has no say in the loss
        some = given.grad[table.cells[0], table.lanes[0], table.lanes[1]]
        for row, place in table.moves(axes):
            row[...] = some[at(place)]
        by_cell = _multiply(table.of_weight(given.weight), table.rows)
        cells = grad_input[table.cells[0], table.lanes[0]][at(table.cells[1:])]
        split = by_cell.reshape(*by_cell.shape[:2], len(cells), *cells.shape[3:])
        cells += np.moveaxis(split, 2, 0)
        lanes = grad_weight[table.lanes[0], :, table.lanes[1]][at(table.lanes[2:])]
        lanes += _multiply(table.of_x(given.x), table.rows.swapaxes(1, 2)).reshape(lanes.shape)
    return grad_input, grad_weight


class TapTable(NamedTuple):
    """The products of some cells and some lanes, seen in two ways.

    Attributes
    ----------
    cells : which items of the batch, and which cells of the input
    lanes : which groups, output channels of a group, and taps
    rows : shape (groups, lanes, cells)
    spread : shape (N, groups, C_out/groups, taps, cells, taps, cells, ...), axis by axis
    """

    cells: Box
    lanes: Box
    rows: Array
    spread: Array

    def of_x(self, x: Array) -> Array:
        """Return the cells of `x`, ``(groups, C_in/groups, cells)``."""
        some = x[self.cells[0], self.lanes[0]][at(self.cells[1:])]
        cells: Array = np.moveaxis(some, 0, 2).reshape(*some.shape[1:3], -1)
        return cells

    def of_weight(self, weight: Array) -> Array:
        """Return the lanes of `weight`, ``(groups, C_in/groups, lanes)``."""
        some = weight[self.lanes[0], :, self.lanes[1]][at(self.lanes[2:])]
        lanes: Array = some.reshape(*some.shape[:2], -1)
        return lanes

    def moves(self, axes: Iterable[Taps]) -> Iterator[tuple[Array, tuple[int | slice, ...]]]:
        """Yield parts of the table, and where they land on the axes of the output."""
        for landing in product(*landings(axes, self.cells[1:], self.lanes[2:])):
            source = chain.from_iterable(axis[:2] for axis in landing)
            yield self.spread[at(source)], tuple(axis.target for axis in landing)


def _tables(x: Array, weight: Array) -> Iterator[TapTable]:
    """Yield tables for all products, one after the other in the same room."""
    cells, lanes = (len(x), *x.shape[3:]), (len(weight), *weight.shape[2:])
    most = max(1, min(max(FEWEST, AT_ONCE // prod(lanes)), prod(cells)))
    room = np.empty(max(most, min(AT_ONCE, most * prod(lanes))), x.dtype)
    # On the last axis either the cells of a tap are moved at once, or the taps of a cell.
    cells_last = x.shape[-1] > weight.shape[-1]
    for some in boxes(cells, most):
        size = _sizes(some)
        for part in boxes(lanes, AT_ONCE // prod(size)):
            used = room[: prod(size) * prod(_sizes(part))]
            yield _table(some, part, used, cells_last=cells_last)


def _table(cells: Box, lanes: Box, room: Array, *, cells_last: bool) -> TapTable:
    """Return the table in `room`; what is moved at once lies together there."""
    (n, *size), (groups, channels, *kernel) = _sizes(cells), _sizes(lanes)
    dims = len(size)
    if cells_last:
        rows = room.reshape(groups, channels * prod(kernel), -1)
        every = room.reshape(groups, channels, *kernel, n, *size)
        item, channel, tap, cell = 2 + dims, 1, 2, 3 + dims
    else:
        rows = room.reshape(groups, n * prod(size), -1).swapaxes(1, 2)
        every = room.reshape(groups, n, *size, channels, *kernel)
        item, channel, tap, cell = 1, 2 + dims, 3 + dims, 2
    axes = chain.from_iterable((tap + axis, cell + axis) for axis in range(dims))
    return TapTable(cells, lanes, rows, every.transpose(item, 0, channel, *axes))


def _sizes(box: Box) -> Sizes:
    return tuple(part.stop - part.start for part in box)


def _multiply(a: Array, b: Array, out: Array | None = None) -> Array:
    """Return the matrix product; that of one column and one row is slow in `np.matmul`.

    >>> _multiply(np.array([[1], [2]]), np.array([[3, 4]]))
    array([[3, 4],
           [6, 8]])
    """
    one = a.shape[-1] == 1
    result: Array = np.multiply(a, b, out=out) if one else np.matmul(a, b, out=out)
    return result
