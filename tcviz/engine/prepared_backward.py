"""What every backward pass does with its arrays before and after its own arithmetic.

The backward pass takes the upstream gradient, that of the loss with respect to the
output, back to the input, the weight and the bias (the article, section 4.2).  Types
follow the rules of the forward engines: see `operands`.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tcviz.engine.arrays import as_array
from tcviz.engine.prepared import Prepared, common_type, narrow, prepare, sum_type
from tcviz.errors import DataError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array, largest
from tcviz.layer.sizes import Sizes
from tcviz.scene.frozen import frozen


class Gradients(NamedTuple):
    """The gradients of one transposed convolution, each shaped as what it belongs to.

    Attributes
    ----------
    input : array, shape (N, C_in, *input_size) or (C_in, *input_size)
    weight : array, shape (C_in, C_out/groups, *kernel_size)
    bias : array, shape (C_out,), or None where there is no bias
    """

    input: Array
    weight: Array
    bias: Array | None

    def __repr__(self) -> str:
        """Return a line of types and shapes.

        >>> Gradients(np.ones((1, 2, 2)), np.ones((1, 1, 3, 3)), None)
        Gradients(input=float64 (1, 2, 2), weight=float64 (1, 1, 3, 3), bias=None)
        """
        parts = (
            f"{name}={a if a is None else f'{a.dtype} {a.shape}'}"
            for name, a in self._asdict().items()
        )
        return f"Gradients({', '.join(parts)})"


@frozen(eq=False)
class Upstream:
    """The arrays of one backward pass, checked and split by group.

    Attributes
    ----------
    grad : array, shape (N, groups, C_out/groups, *output_size)
    x : array, shape (N, groups, C_in/groups, *input_size)
    weight : array, shape (groups, C_in/groups, C_out/groups, *kernel_size)
    dtype : the type of the gradients; the arrays have the type to add in
    batched : whether the caller's `x` had a batch axis
    biased : whether there is a bias
    """

    grad: Array
    x: Array
    weight: Array
    dtype: np.dtype[Any]
    batched: bool
    biased: bool

    @property
    def input_size(self) -> Sizes:
        """Cells of the input, one number per spatial axis."""
        return self.x.shape[3:]

    def finish(self, grad_input: Array, grad_weight: Array) -> Gradients:
        """Return the sums, shaped as `x` and `weight`, in the caller's layout and type.

        The bias is added to every cell, so its gradient is the sum over them.
        """
        n, groups, channels = self.x.shape[:3]
        by_input = grad_input.reshape(n, groups * channels, *self.input_size)
        by_weight = grad_weight.reshape(groups * channels, *self.weight.shape[2:])
        by_bias = self.grad.sum(axis=(0, *range(3, self.grad.ndim))) if self.biased else None
        return Gradients(
            self._narrow(by_input if self.batched else by_input[0], "input"),
            self._narrow(by_weight, "weight"),
            None if by_bias is None else self._narrow(by_bias.reshape(-1), "bias"),
        )

    def _narrow(self, sums: Array, name: str) -> Array:
        return narrow(sums, self.dtype, f"gradient of {name}", "grad_output")


def prepare_backward(
    layer: ConvTranspose,
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    float64_for_integers: bool = False,
) -> Upstream:
    """Check the arrays of `layer` and the gradient of its output, and split them by group.

    Parameters
    ----------
    grad_output : array_like, shape (N, C_out, *output_size) or (C_out, *output_size)
        Of the output's shape, batched as `x` is.
    x, weight, bias
        As in `operands.prepare`; of the bias only shape and type matter.
    float64_for_integers : bool
        Whether integers may be added as float64 where that is provably exact.

    Raises
    ------
    DataError
        If something holds no numbers, or the shapes do not fit.
    GeometryError
        If the output would have no cells.

    Examples
    --------
    >>> layer = ConvTranspose(2, groups=2)
    >>> up = prepare_backward(layer, np.ones((2, 4, 4)), np.ones((4, 3, 3)), np.ones((4, 1, 2, 2)))
    >>> up.grad.shape, up.x.shape, up.biased
    ((1, 2, 1, 4, 4), (1, 2, 2, 3, 3), False)
    """
    given = prepare(layer, x, weight, bias)
    grad = as_array(grad_output, "grad_output")
    _check_shape(grad, given)
    dtype = common_type(grad.dtype, given.dtype)
    bound = _largest_sum(grad, given) if dtype.kind in "iu" else 0
    inner = sum_type(dtype, bound, float64_for_integers=float64_for_integers)
    return Upstream(
        grad=grad.astype(inner, copy=False).reshape(
            len(given.x), *given.bias.shape, *given.output_size
        ),
        x=given.x.astype(inner, copy=False),
        weight=given.weight.astype(inner, copy=False),
        dtype=dtype,
        batched=given.batched,
        biased=bias is not None,
    )


def _check_shape(grad: Array, given: Prepared) -> None:
    batch = (len(given.x),) if given.batched else ()
    shape = (*batch, given.bias.size, *given.output_size)
    if grad.shape != shape:
        allowed = f"{shape}, the shape of the output"
        raise DataError(complaint("grad_output.shape", grad.shape, allowed))


def _largest_sum(grad: Array, given: Prepared) -> int:
    """Return a number that no sum, also half way through, can exceed in size."""
    peak, x, weight = (largest(array) for array in (grad, given.x, given.weight))
    items, terms = len(given.x), prod(given.weight.shape[2:])
    return max(
        terms * peak * weight,
        items * prod(given.input_size) * peak * x,
        items * prod(given.output_size) * peak,
        *(peak, x, weight),
    )
