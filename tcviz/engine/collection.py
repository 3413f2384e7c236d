"""The collection view: every output element gathers from a stretched input.

The article, sections 2.2 and 5.  The transposed convolution becomes an ordinary
convolution with stride 1, over new operands: the input with zeros between its
elements and around it, and the kernel flipped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.distribution import crop
from tcviz.engine.prepared import at, prepare, quiet
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Pair, Sizes


def collection(
    layer: ConvTranspose, x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None
) -> Array:
    """Return the transposed convolution, element by element of the output.

    Parameters
    ----------
    layer : ConvTranspose
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
    weight : array_like, shape (C_in, C_out/groups, *kernel_size)
        An infinite weight meets inserted zeros, and makes NaN of them.
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
    >>> collection(ConvTranspose(3, stride=2, dims=1), [[1, 10]], [[[1, 2, 3]]])
    array([[ 1,  2, 13, 20, 30]])
    """
    given = prepare(layer, x, weight, bias)
    field = pad_or_crop(stretch(given.x, layer.stride), layer.collection_padding)
    y = given.zeros(given.output_size)
    with quiet():
        convolve(field, flip(given.weight, layer.dims), layer.dilation, out=y)
        return given.finish(given.add_bias(y))


def stretch(x: Array, stride: Sizes) -> Array:
    """Return `x` with ``stride−1`` zeros between neighbours on the last axes.

    >>> stretch(np.array([1, 2, 3]), (2,))
    array([1, 0, 2, 0, 3])
    """
    lead = x.shape[: -len(stride)]
    sizes = zip(x.shape[-len(stride) :], stride, strict=True)
    stretched = np.zeros((*lead, *((n - 1) * s + 1 for n, s in sizes)), x.dtype)
    stretched[at(slice(None, None, s) for s in stride)] = x
    return stretched


def pad_or_crop(x: Array, amounts: tuple[Pair, ...]) -> Array:
    """Return `x` with zeros added on the last axes, or cells cropped where negative.

    >>> pad_or_crop(np.array([1, 2, 3]), ((2, -1),))
    array([0, 0, 1, 2])
    """
    zeros = tuple((max(first, 0), max(last, 0)) for first, last in amounts)
    surplus = tuple((max(-first, 0), max(-last, 0)) for first, last in amounts)
    lead, sizes = x.shape[: -len(amounts)], x.shape[-len(amounts) :]
    size = (n + sum(both) for n, both in zip(sizes, zeros, strict=True))
    padded = np.zeros((*lead, *size), x.dtype)
    crop(padded, zeros)[...] = x  # a view: what is left without the zeros
    return crop(padded, surplus)


def flip(weight: Array, dims: int) -> Array:
    """Return `weight` turned around on its last `dims` axes.

    >>> flip(np.array([[1, 2], [3, 4]]), 1)
    array([[2, 1],
           [4, 3]])
    """
    return np.flip(weight, tuple(range(-dims, 0)))


def convolve(field: Array, kernel: Array, dilation: Sizes, *, out: Array) -> None:
    """Write the ordinary convolution with stride 1 of `field` into `out`.

    Shapes are ``(N, groups, C_in/groups, *field)``, ``(groups, C_in/groups,
    C_out/groups, *kernel_size)`` and ``(N, groups, C_out/groups, *output_size)``.
    """
    steps = list(zip(dilation, kernel.shape[3:], strict=True))
    for cell in np.ndindex(*out.shape[3:]):
        reach = (slice(o, o + d * (k - 1) + 1, d) for o, (d, k) in zip(cell, steps, strict=True))
        products = field[at(reach)][:, :, :, None] * kernel
        out[at(cell)] = products.sum(axis=(2, *range(4, products.ndim)))  # channels and taps
