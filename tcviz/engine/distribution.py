"""The distribution view: every input element spreads itself over the output.

The article, section 4.1.  A padded output is allocated, so that the spreading
need not care about the border, which is cropped at the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.prepared import Prepared, at, prepare, quiet
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Pair, Sizes


def distribution(
    layer: ConvTranspose, x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None
) -> Array:
    """Return the transposed convolution, element by element of the input.

    ``y[stride·i + dilation·k − padding] += x[i]·w[k]`` for each input cell i and tap k.

    Parameters
    ----------
    layer : ConvTranspose
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
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

    Examples
    --------
    >>> distribution(ConvTranspose(3, stride=2, dims=1), [[1, 10]], [[[1, 2, 3]]])
    array([[ 1,  2, 13, 20, 30]])
    """
    given = prepare(layer, x, weight, bias)
    padded = given.zeros(layer.padded_size(given.input_size))
    with quiet():
        for cell in np.ndindex(*given.input_size):
            padded[at(window(layer, cell))] += spread(given, cell)
        return given.finish(given.add_bias(crop(padded, layer.border)))


def spread(given: Prepared, cell: Sizes) -> Array:
    """Return ``x[cell]·w``, summed over the group's input channels."""
    value = given.x[at(cell)]
    over_taps = value.reshape(*value.shape, *(1 for _ in given.weight.shape[2:]))
    contribution: Array = (over_taps * given.weight).sum(axis=2)
    return contribution


def window(layer: ConvTranspose, cell: Sizes) -> tuple[slice, ...]:
    """Return where the taps of input element `cell` land in the padded output.

    Each step of one in the input is a step of `stride` in the output; neighbouring
    taps lie `dilation` apart.

    >>> window(ConvTranspose(3, stride=2), (0, 1))
    (slice(0, 3, 1), slice(2, 5, 1))
    """
    axes = zip(cell, layer.stride, layer.extent, layer.dilation, strict=True)
    return tuple(slice(i * s, i * s + extent, d) for i, s, extent, d in axes)


def crop(padded: Array, border: tuple[Pair, ...]) -> Array:
    """Return `padded` without its border on the last axes.

    >>> crop(np.arange(5), ((1, 2),))
    array([1, 2])
    """
    sizes = padded.shape[-len(border) :]
    keep = (slice(first, n - last) for n, (first, last) in zip(sizes, border, strict=True))
    kept: Array = padded[at(keep)]
    return kept
