"""The fast backward pass: two matrix products that share one unfolded gradient.

Whatever landed on a cell of the output (see `by_window`) takes its upstream gradient back::

    grad_input[i]  = Σ grad[stride·i + dilation·k − padding]·w[k]
    grad_weight[k] = Σ grad[stride·i + dilation·k − padding]·x[i]

A table with a row for each tap and output channel, made piece by piece while it is in
the cache, serves both products: with the weight, and with x.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tcviz import limits
from tcviz.engine.by_window import Table, multiply, tables, walks_taps
from tcviz.engine.fast import asked
from tcviz.engine.gradients import Gradients, Upstream, prepare_backward
from tcviz.engine.operands import Array, at, quiet
from tcviz.geometry import ConvTranspose
from tcviz.keywords import told
from tcviz.sizes import PaddingLike, SizesLike


@told()
def conv_transpose_backward(
    grad_output: Any,
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: SizesLike | None = None,
    padding: PaddingLike | None = None,
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
    with limits.memory("conv_transpose_backward"):
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
        grad_input, grad_weight = _execute(layer, given)
        return given.finish(grad_input, grad_weight)


def _execute(layer: ConvTranspose, given: Upstream) -> tuple[Array, Array]:
    """Return the gradients of input and weight, shaped as those are, split by group."""
    lanes_first = walks_taps(given.x, given.weight)
    grad_input = np.zeros(given.x.shape, given.x.dtype)
    grad_weight = _zeros(given.weight, lanes_first=lanes_first)
    cropped = any(map(any, layer.border))
    for table in tables(given.x, given.weight):
        if cropped:
            table.rows[...] = 0  # what is cropped has no say in the loss
        some = given.grad[table.cells[0], table.lanes[0], table.lanes[1]]
        for row, place in table.moves(layer, given.grad.shape[3:]):
            row[...] = some[at(place)]
        _add_products(table, given, grad_input, grad_weight, lanes_first=lanes_first)
    return grad_input, grad_weight


def _zeros(weight: Array, *, lanes_first: bool) -> Array:
    """Return room for the gradient of `weight`, in the order in which products are made faster."""
    if not lanes_first:
        return np.zeros(weight.shape, weight.dtype)
    groups, c_in, *lanes = weight.shape
    return np.moveaxis(np.zeros((groups, *lanes, c_in), weight.dtype), -1, 1)


def _add_products(
    table: Table, given: Upstream, grad_input: Array, grad_weight: Array, *, lanes_first: bool
) -> None:
    """Add the products of a table, with the weight and with x, to the gradients."""
    by_cell = multiply(table.weight_of(given.weight), table.rows)
    cells = grad_input[table.cells[0], table.lanes[0]][at(table.cells[1:])]
    cells += np.moveaxis(by_cell.reshape(*by_cell.shape[:2], len(cells), *cells.shape[3:]), 2, 0)
    x, rows = table.x_of(given.x), table.rows
    turned = [a.swapaxes(1, 2) for a in (x, rows)]
    by_lane = multiply(rows, turned[0]).swapaxes(1, 2) if lanes_first else multiply(x, turned[1])
    lanes = grad_weight[table.lanes[0], :, table.lanes[1]][at(table.lanes[2:])]
    lanes += by_lane.reshape(lanes.shape)
