"""The fast path: whichever of two ways has less to do.

Where x has many cells, gathering makes each output cell once.  Where the kernel is larger
than x, or reaches far beyond it, most of what would be gathered are zeros, and the
products are made window by window.  `work` says beforehand what either way costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tcviz import layers, limits
from tcviz.arrays import as_array
from tcviz.engine.by_window import forward_by_window
from tcviz.engine.gathering import forward_by_gathering
from tcviz.engine.operands import Array, prepare, quiet
from tcviz.engine.work import Workload, gathers
from tcviz.errors import DataError, complaint
from tcviz.geometry import ConvTranspose
from tcviz.keywords import told
from tcviz.sizes import MAX_DIMS, PaddingLike, SizesLike


@told()
def conv_transpose(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: SizesLike | None = None,
    padding: PaddingLike | None = None,
    output_padding: SizesLike | None = None,
    dilation: SizesLike | None = None,
    groups: int | None = None,
) -> Array:
    """Return the transposed convolution of `x` in one to three dimensions.

    The numbers of ``torch.nn.functional.conv_transpose1d``, ``2d`` and ``3d``; the
    dimensions are those of `weight`.

    Parameters
    ----------
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
        Whatever holds numbers: arrays, nested lists, tensors of PyTorch on any device.
    weight : array_like, shape (C_in, C_out/groups, *kernel_size), or layer
        A ``torch.nn.ConvTranspose2d``, or anything with its attributes, brings weight,
        bias and geometry.
    bias : array_like, shape (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `tcviz.ConvTranspose`, with its defaults: `padding` may differ per side.

    Returns
    -------
    array, shape (N, C_out, *output_size) or (C_out, *output_size)
        Of the operands' common type.  Integers are exact, truth values count as 0 and 1;
        float16 is added as float32 and rounded once, and bfloat16 becomes float32.

    Raises
    ------
    RequestError
        If types or shapes do not fit, the parameters do not make an output, integers outgrow
        their type, or the output would have more cells than there is memory for.

    Examples
    --------
    >>> conv_transpose([[1, 10]], [[[1, 2, 3]]], stride=2)
    array([[ 1,  2, 13, 20, 30]])
    >>> x, weight = np.ones((8, 3, 5, 5)), np.ones((3, 6, 4, 4))
    >>> conv_transpose(x, weight, stride=2, padding=1).shape
    (8, 6, 10, 10)
    """
    layer, weight, bias = asked(
        weight, bias, stride=stride, padding=padding, output_padding=output_padding,
        dilation=dilation, groups=groups,
    )  # fmt: skip
    with limits.memory("conv_transpose"):
        return fast(layer, x, weight, bias)


def asked(weight: Any, bias: Any, **geometry: Any) -> tuple[ConvTranspose, Array, Any]:
    """Return layer, weight and bias, of a layer in the weight's place or of the `geometry`.

    >>> layer, weight, _ = asked([[[1, 2, 3]]], None, stride=2, padding=None)
    >>> layer.output_size(2), weight.shape
    ((5,), (1, 1, 3))
    """
    if layers.is_layer(weight):
        weight, bias, geometry = layers.opened(weight, bias, geometry, forward=False)
    kernels = as_array(weight, "weight")
    if not 1 <= kernels.ndim - 2 <= MAX_DIMS:
        allowed = f"(C_in, C_out/groups, *kernel_size) with 1 to {MAX_DIMS} spatial axes"
        raise DataError(complaint("weight.shape", kernels.shape, allowed))
    said = {name: value for name, value in geometry.items() if value is not None}
    return ConvTranspose(kernels.shape[2:], **said), kernels, bias


def fast(
    layer: ConvTranspose, x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None
) -> Array:
    """Return the transposed convolution `layer` of `x`; see `conv_transpose`.

    >>> fast(ConvTranspose(3, stride=2, dims=1), [[1, 10]], [[[1, 2, 3]]])
    array([[ 1,  2, 13, 20, 30]])
    """
    given = prepare(layer, x, weight, bias, float64_for_integers=True)
    c_in, c_out = given.weight.shape[1:3]
    load = Workload(layer, len(given.x), c_in, c_out, given.input_size)
    # Beside x are zeros, which infinite weights would make NaN of.
    finite = given.dtype.kind != "f" or np.isfinite(given.weight).all()
    way = forward_by_gathering if finite and gathers(load) else forward_by_window
    with quiet():
        return given.finish(way(layer, given))
