"""The matrix view: the forward convolution as a matrix A, this one as Aᵀ.

The article, section 1, figures 2 and 3.  A is mostly zeros, which makes it slow and
large, and the origin of the name clear.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.arrays import as_array
from tcviz.engine.distribution import crop, window
from tcviz.engine.prepared import prepare, quiet
from tcviz.errors import DataError, TooLargeError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Sizes, SizesLike

MAX_ENTRIES = 10**8
"""Entries of one matrix, with the border still on it: 800 MB of float64."""


def matrix(
    layer: ConvTranspose, x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None
) -> Array:
    """Return the transposed convolution as products with transposed matrices.

    Parameters
    ----------
    layer : ConvTranspose
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
        An infinity meets the zeros of Aᵀ, and makes NaN of them.
    weight : array_like, shape (C_in, C_out/groups, *kernel_size)
    bias : array_like, shape (C_out,), optional

    Returns
    -------
    array, shape (N, C_out, *output_size) or (C_out, *output_size)
        Of the operands' common type.

    Raises
    ------
    DataError
        If the arrays do not fit `layer`, or integers outgrow their type.
    GeometryError
        If the output would have no cells.
    TooLargeError
        If a matrix would have more than `MAX_ENTRIES` entries.

    Examples
    --------
    >>> matrix(ConvTranspose(3, stride=2, dims=1), [[1, 10]], [[[1, 2, 3]]])
    array([[ 1,  2, 13, 20, 30]])
    """
    given = prepare(layer, x, weight, bias)
    cells = given.x.reshape(*given.x.shape[:3], prod(given.input_size))
    sums = given.zeros((prod(given.output_size),))
    with quiet():
        for g, c, o in np.ndindex(*given.weight.shape[:3]):
            a = _matrix(layer, given.weight[g, c, o], given.input_size)
            sums[:, g, o] += (a.T @ cells[:, g, c].T).T
        y = sums.reshape(*sums.shape[:3], *given.output_size)
        return given.finish(given.add_bias(y))


def forward_matrix(layer: ConvTranspose, kernel: ArrayLike, input_size: SizesLike) -> Array:
    """Return the matrix A of the associated forward convolution, one channel to one.

    Parameters
    ----------
    layer : ConvTranspose
    kernel : array_like, shape kernel_size
    input_size : int or sequence of int
        Cells of the transposed convolution's input, the forward convolution's output.

    Returns
    -------
    array, shape (forward output cells, forward input cells)
        Each row holds the kernel once, where its forward window lies.

    Raises
    ------
    DataError
        If `kernel` is not of the layer's size.
    GeometryError
        If the forward input would have no cells.
    TooLargeError
        If the matrix would have more than `MAX_ENTRIES` entries.

    Examples
    --------
    >>> forward_matrix(ConvTranspose(2, dims=1), [1, 2], 3)
    array([[1, 2, 0, 0],
           [0, 1, 2, 0],
           [0, 0, 1, 2]])
    """
    taps = as_array(kernel, "kernel")
    if taps.shape != layer.kernel_size:
        raise DataError(complaint("kernel.shape", taps.shape, str(layer.kernel_size)))
    layer.output_size(input_size)  # refuses a matrix without columns
    return _matrix(layer, taps, layer.input_sizes(input_size))


def _matrix(layer: ConvTranspose, taps: Array, rows: Sizes) -> Array:
    columns = layer.padded_size(rows)
    _check_entries(rows, columns)
    a = np.zeros((*rows, *columns), taps.dtype)
    for cell in np.ndindex(*rows):
        a[(*cell, *window(layer, cell))] = taps
    # Columns in the border would multiply the forward convolution's padding, all zeros.
    return crop(a, layer.border).reshape(prod(rows), -1)


def _check_entries(rows: Sizes, columns: Sizes) -> None:
    entries = prod(rows) * prod(columns)
    if entries > MAX_ENTRIES:
        what = f"{prod(rows):,}×{prod(columns):,}, {entries:,} entries with its border"
        allowed = f"up to {MAX_ENTRIES:,}"
        raise TooLargeError(complaint("matrix A", what, allowed, hint="use a smaller input_size"))
