"""What every engine does with its arrays before and after its own arithmetic.

Layouts are PyTorch's: input ``(N, C_in, *spatial)`` or unbatched
``(C_in, *spatial)``, weight ``(C_in, C_out/groups, *kernel_size)`` and bias
``(C_out,)``.  Inside an engine the channels are split by group, so that one
formula serves any number of groups.

Integers stay exact: each engine adds in a type that provably holds every sum,
Python's own integers if need be, and a result too large for its type is an
error, never a wrong number.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tcviz.effort.engines import Operation, check_engine
from tcviz.engine.arrays import as_array
from tcviz.errors import DataError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import INT64_EXACT, Array, largest
from tcviz.layer.sizes import Sizes
from tcviz.scene.frozen import frozen

FLOAT64_EXACT = 2**53
OBJECT = 32
"""Bytes that a whole number of Python's counts as: copies only refer to it."""


def quiet() -> np.errstate:
    """Return a context where infinities and NaN are values, not warnings."""
    return np.errstate(over="ignore", invalid="ignore")


def at(places: Iterable[int | slice]) -> tuple[Any, ...]:
    """Return the index of `places`, one per spatial axis, whatever comes before.

    >>> np.arange(6).reshape(2, 3)[at([1])]
    array([1, 4])
    """
    return (..., *places)


@frozen(eq=False)
class Prepared:
    """The arrays of one transposed convolution, checked and split by group.

    Attributes
    ----------
    x : array, shape (N, groups, C_in/groups, *input_size)
    weight : array, shape (groups, C_in/groups, C_out/groups, *kernel_size)
    bias : array, shape (groups, C_out/groups)
        Zeros where no bias was given.
    dtype : the type of the result; the arrays have the type to add in
    batched : whether the caller's `x` had a batch axis
    output_size : cells of the output, one number per spatial axis
    """

    x: Array
    weight: Array
    bias: Array
    dtype: np.dtype[Any]
    batched: bool
    output_size: Sizes

    @property
    def input_size(self) -> Sizes:
        """Cells of the input, one number per spatial axis."""
        return self.x.shape[3:]

    def zeros(self, size: Sizes) -> Array:
        """Return room for sums, ``(N, groups, C_out/groups, *size)``."""
        groups, _, channels = self.weight.shape[:3]
        return np.zeros((len(self.x), groups, channels, *size), self.x.dtype)

    def add_bias(self, y: Array) -> Array:
        """Return `y` with each channel's bias added."""
        return y + self.bias.reshape(*self.bias.shape, *(1 for _ in self.input_size))

    def finish(self, y: Array) -> Array:
        """Return the sums `y` in the caller's layout and the result's type."""
        shape = (len(y), self.bias.size, *self.output_size)
        result = narrow(y.reshape(shape), self.dtype, "output", "x")
        return result if self.batched else result[0]


def prepare(
    layer: ConvTranspose,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    float64_for_integers: bool = False,
) -> Prepared:
    """Check the arrays of `layer` against it and each other, and split them by group.

    Parameters
    ----------
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
    weight : array_like, shape (C_in, C_out/groups, *kernel_size)
    bias : array_like, shape (C_out,), optional
    float64_for_integers : bool
        Whether integers may be added as float64 where that is provably exact.

    Raises
    ------
    DataError
        If something holds no numbers, or the shapes do not fit.
    GeometryError
        If the output would have no cells.
    TooLargeError
        If it would have absurdly many, or there is no memory for them.

    Examples
    --------
    >>> layer = ConvTranspose(2, groups=2)
    >>> given = prepare(layer, np.ones((4, 3, 3)), np.ones((4, 1, 2, 2)))
    >>> given.x.shape, given.weight.shape, given.bias.shape
    ((1, 2, 2, 3, 3), (2, 2, 1, 2, 2), (2, 1))
    """
    arrays = {"x": as_array(x, "x"), "weight": as_array(weight, "weight")}
    if bias is not None:
        arrays["bias"] = as_array(bias, "bias")
    batched = _check_shapes(layer, arrays)
    output_size = layer.output_size(arrays["x"].shape[-layer.dims :])
    items = arrays["x"].shape[0] if batched else 1
    outputs = arrays["weight"].shape[1] * layer.groups
    sizes = arrays["x"].shape[-layer.dims :], len(arrays["weight"]), outputs, items
    dtype = common_type(*(array.dtype for array in arrays.values()))
    bound = _largest_sum(arrays, layer.groups) if dtype.kind in "iu" else 0
    inner = sum_type(dtype, bound, float64_for_integers=float64_for_integers)
    itemsize = OBJECT if inner.hasobject else inner.itemsize
    others = {dtype, *(array.dtype for array in arrays.values())} - {inner}
    check_engine("layer", Operation(layer, *sizes), itemsize, dtype.itemsize if others else 0)
    cast = {name: array.astype(inner, copy=False) for name, array in arrays.items()}
    c_in, channels = arrays["weight"].shape[:2]
    split = (layer.groups, c_in // layer.groups)
    x_shape = arrays["x"].shape if batched else (1, *arrays["x"].shape)
    return Prepared(
        x=cast["x"].reshape(x_shape[0], *split, *x_shape[2:]),
        weight=cast["weight"].reshape(*split, channels, *layer.kernel_size),
        bias=cast.get("bias", np.zeros(layer.groups * channels, inner)).reshape(-1, channels),
        dtype=dtype,
        batched=batched,
        output_size=output_size,
    )


def common_type(*dtypes: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of the result; truth values are counted as Python counts them.

    >>> common_type(np.dtype(bool), np.dtype(bool)), common_type(np.dtype(bool), np.dtype("i1"))
    (dtype('int64'), dtype('int8'))
    """
    found = np.result_type(*dtypes)
    return np.dtype(np.int64) if found.kind == "b" else found


def _check_shapes(layer: ConvTranspose, arrays: dict[str, Array]) -> bool:
    """Return whether `x` has a batch axis, once every shape fits."""
    x, weight = arrays["x"], arrays["weight"]
    batched = x.ndim == layer.dims + 2
    if not batched and x.ndim != layer.dims + 1:
        allowed = f"(C_in, *spatial) or (N, C_in, *spatial) with {layer.dims} spatial axes"
        raise DataError(complaint("x.shape", x.shape, allowed))
    if weight.ndim != layer.dims + 2 or weight.shape[2:] != layer.kernel_size:
        allowed = f"(C_in, C_out/groups, {', '.join(map(str, layer.kernel_size))})"
        raise DataError(complaint("weight.shape", weight.shape, allowed))
    _check_channels(layer.groups, x.shape[-layer.dims - 1], weight)
    c_out = weight.shape[1] * layer.groups
    if "bias" in arrays and arrays["bias"].shape != (c_out,):
        allowed = f"({c_out},), one number per output channel"
        raise DataError(complaint("bias.shape", arrays["bias"].shape, allowed))
    return batched


def _check_channels(groups: int, c_in: int, weight: Array) -> None:
    if weight.shape[0] != c_in:
        allowed = f"C_in, here {c_in} as in x"
        raise DataError(complaint("weight.shape[0]", weight.shape[0], allowed))
    if min(weight.shape[:2]) < 1:
        raise DataError(complaint("weight.shape", weight.shape, "1 channel or more, in and out"))
    if c_in % groups:
        raise DataError(complaint("groups", groups, f"divisors of C_in, here {c_in}"))


def sum_type(dtype: np.dtype[Any], bound: int, *, float64_for_integers: bool) -> np.dtype[Any]:
    """Return the type to add in: wide enough for integers up to `bound` in size.

    >>> sum_type(np.dtype(np.int8), 2**60, float64_for_integers=True)
    dtype('int64')
    """
    if dtype.kind == "f":
        return np.dtype(np.float32) if dtype == np.float16 else dtype
    if float64_for_integers and bound < FLOAT64_EXACT:
        return np.dtype(np.float64)
    return np.dtype(np.int64 if bound < INT64_EXACT else object)


def _largest_sum(arrays: dict[str, Array], groups: int) -> int:
    """Return a number that no sum, also half way through, can exceed in size."""
    peak = {name: largest(array) for name, array in arrays.items()}
    weight = arrays["weight"].shape
    terms = weight[0] // groups * prod(weight[2:])
    sums: int = terms * peak["x"] * peak["weight"] + peak.get("bias", 0)
    return max(sums, *peak.values())


def narrow(sums: Array, dtype: np.dtype[Any], name: str, cause: str) -> Array:
    """Return `sums` in the type of the result; what does not fit is told by its `name`.

    `cause` is the operand that a caller may pass in a wider type.
    """
    if dtype.kind in "iu" and sums.size:
        info, low, high = np.iinfo(dtype), int(sums.min()), int(sums.max())
        if low < info.min or high > info.max:
            worst = low if low < info.min else high
            allowed = f"{info.min} to {info.max}, the range of {dtype}"
            hint = f"pass {cause} in a wider type"
            raise DataError(complaint(name, worst, allowed, hint=hint))
    return sums.astype(dtype, copy=False)
