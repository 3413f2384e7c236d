"""The backward pass through the collection view: the chain rule, link by link.

The article, section 5: there the transposed convolution is stretch, pad or crop, flip,
and an ordinary convolution with stride 1; each link has a backward pass of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.collection import flip, pad_or_crop, stretch
from tcviz.engine.prepared import at, quiet
from tcviz.engine.prepared_backward import Gradients, prepare_backward
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Pair, Sizes


def backward_collection(
    layer: ConvTranspose,
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
) -> Gradients:
    """Return the gradients, element by element of the output.

    Parameters
    ----------
    layer : ConvTranspose
    grad_output : array_like, shape (N, C_out, *output_size) or (C_out, *output_size)
        An infinite gradient meets inserted zeros, and makes NaN of them.
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
    weight : array_like, shape (C_in, C_out/groups, *kernel_size)
    bias : array_like, shape (C_out,), optional
        Its numbers do not matter.

    Returns
    -------
    Gradients
        Of the operands' common type.

    Raises
    ------
    DataError
        If the arrays do not fit `layer`, or integers outgrow their type.
    GeometryError
        If the output would have no cells.

    Examples
    --------
    >>> layer = ConvTranspose(3, stride=2, dims=1)
    >>> found = backward_collection(layer, [[1, 0, 2, 0, 0]], [[1, 10]], [[[1, 2, 3]]])
    >>> found.input, found.weight, found.bias
    (array([[7, 2]]), array([[[21,  0,  2]]]), None)
    """
    given = prepare_backward(layer, grad_output, x, weight, bias)
    field = pad_or_crop(stretch(given.x, layer.stride), layer.collection_padding)
    kernel = flip(given.weight, layer.dims)
    with quiet():
        grad_field, grad_kernel = convolve_backward(given.grad, field, kernel, layer.dilation)
        grad_stretched = pad_or_crop(grad_field, opposite(layer.collection_padding))
        grad_input = unstretch(grad_stretched, layer.stride)
        return given.finish(grad_input, flip(grad_kernel, layer.dims))


def convolve_backward(
    grad: Array, field: Array, kernel: Array, dilation: Sizes
) -> tuple[Array, Array]:
    """Return the gradients of `field` and `kernel` in `collection.convolve`.

    Each output cell read one reach of the field, and gives its gradient back to it:
    times the kernel to the field, times the field to the kernel.
    """
    grad_field, grad_kernel = np.zeros_like(field), np.zeros_like(kernel)
    steps = list(zip(dilation, kernel.shape[3:], strict=True))
    for cell in np.ndindex(*grad.shape[3:]):
        reach = (slice(o, o + d * (k - 1) + 1, d) for o, (d, k) in zip(cell, steps, strict=True))
        where = at(reach)
        value = grad[at(cell)].reshape(*grad.shape[:2], 1, grad.shape[2], *(1 for _ in steps))
        grad_field[where] += (value * kernel).sum(axis=3)  # output channels
        grad_kernel += (value * field[where][:, :, :, None]).sum(axis=0)  # the batch
    return grad_field, grad_kernel


def opposite(amounts: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Return what undoes `amounts`: zeros put around are cropped, and the cropped are zeros.

    >>> opposite(((2, -1),))
    ((-2, 1),)
    """
    return tuple((-before, -after) for before, after in amounts)


def unstretch(x: Array, stride: Sizes) -> Array:
    """Return `x` without the cells that `stretch` put between neighbours.

    >>> unstretch(np.array([1, 0, 2, 0, 3]), (2,))
    array([1, 2, 3])
    """
    kept: Array = x[at(slice(None, None, s) for s in stride)]
    return kept
