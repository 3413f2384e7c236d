"""The backward pass in the distribution view: what was spread is gathered again.

The article, section 4.2: the chain rule, in the same loops as the forward pass.  An
input element spread itself, times the kernel, over one window of the padded output.
So its gradient is the upstream gradient in that window, times the kernel, summed: an
ordinary strided convolution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.collection import pad_or_crop
from tcviz.engine.distribution import window
from tcviz.engine.prepared import at, quiet
from tcviz.engine.prepared_backward import Gradients, prepare_backward
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array


def backward_distribution(
    layer: ConvTranspose,
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
) -> Gradients:
    """Return the gradients, element by element of the input.

    With ``p = stride·i + dilation·k − padding`` for each input cell i and tap k::

        grad_input[i]  = Σ over k of grad_output[p]·w[k]
        grad_weight[k] = Σ over i of grad_output[p]·x[i]
        grad_bias      = Σ of grad_output

    Parameters
    ----------
    layer : ConvTranspose
    grad_output : array_like, shape (N, C_out, *output_size) or (C_out, *output_size)
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
    >>> found = backward_distribution(layer, [[1, 0, 2, 0, 0]], [[1, 10]], [[[1, 2, 3]]])
    >>> found.input, found.weight, found.bias
    (array([[7, 2]]), array([[[21,  0,  2]]]), None)
    """
    given = prepare_backward(layer, grad_output, x, weight, bias)
    padded = pad_or_crop(given.grad, layer.border)  # what was cropped has no say in the loss
    grad_input, grad_weight = np.zeros_like(given.x), np.zeros_like(given.weight)
    with quiet():
        for cell in np.ndindex(*given.input_size):
            seen = padded[at(window(layer, cell))]
            grad_input[at(cell)] = gather(seen, given.weight)
            grad_weight += shares(seen, given.x[at(cell)])
        return given.finish(grad_input, grad_weight)


def gather(seen: Array, weight: Array) -> Array:
    """Return ``seen·w``, summed over output channels and taps.

    Shapes are ``(N, groups, C_out/groups, *kernel_size)``, ``(groups, C_in/groups,
    C_out/groups, *kernel_size)`` and, returned, ``(N, groups, C_in/groups)``.
    """
    products = seen[:, :, None] * weight
    gathered: Array = products.sum(axis=tuple(range(3, products.ndim)))
    return gathered


def shares(seen: Array, value: Array) -> Array:
    """Return ``seen·value``, summed over the batch: what one input cell says of the weight.

    Shapes are ``(N, groups, C_out/groups, *kernel_size)``, ``(N, groups, C_in/groups)``
    and, returned, that of the weight split by group.
    """
    over_taps = value.reshape(*value.shape, *(1 for _ in seen.shape[2:]))
    share: Array = (over_taps * seen[:, :, None]).sum(axis=0)
    return share
