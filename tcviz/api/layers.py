"""Layers and tensors of other libraries, by what they have, without importing any.

A layer is whatever has the attributes of ``torch.nn.ConvTranspose2d``; a tensor whatever can
be detached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from tcviz.errors import DataError, RequestError, complaint
from tcviz.sizes import plain

Arrays: TypeAlias = tuple[Any, Any, Any]

GEOMETRY = ("stride", "padding", "output_padding", "dilation", "groups")
NAMES = ("weight", "bias", *GEOMETRY)
"""What a layer has."""


def opened(
    arrays: Arrays, options: dict[str, Any], *, forward: bool
) -> tuple[Arrays, dict[str, Any]]:
    """Return ``(x, weight, bias)`` as arrays, and all options.

    Where the weight is a layer, weight, bias and geometry are the layer's.  `forward` is
    whether a forward convolution is drawn, in place of a transposed one.

    Raises
    ------
    RequestError
        If the layer lacks something or is of the other kind, or if what it says is said again.
    """
    x, weight, bias = arrays
    said = dict(options)
    if is_layer(x):
        hint = "the layer comes second, as in animate(x, layer)"
        raise RequestError(complaint("input", f"a {type(x).__name__}", "an array", hint=hint))
    if is_layer(weight):
        _check(weight, bias, said, forward=forward)
        said |= {name: plain(getattr(weight, name)) for name in GEOMETRY}
        weight, bias = as_array(weight.weight, "weight"), weight.bias
        said.setdefault("dims", np.ndim(weight) - 2)
    if said.get("grad_output") is not None:
        said["grad_output"] = as_array(said["grad_output"], "grad_output")
    return (as_array(x, "input"), as_array(weight, "weight"), as_array(bias, "bias")), said


def is_layer(value: object) -> bool:
    """Return whether `value` has a weight, as layers do and arrays do not.

    >>> is_layer([[1, 2]])
    False
    """
    return hasattr(value, "weight")


def as_array(value: Any, name: str) -> Any:
    """Return a tensor as an array, away from its graph and its device; anything else as it is.

    Raises
    ------
    DataError
        If a tensor has no numbers, as before a lazy layer has seen any.
    """
    if not hasattr(value, "detach"):
        return value
    try:
        tensor = value.detach().cpu()
        # NumPy has no bfloat16, and float64 has them all.
        return (tensor.double() if tensor.is_floating_point() else tensor).numpy()
    except (RuntimeError, TypeError, ValueError) as error:
        what = f"a {type(value).__name__} that makes no array ({_first_sentence(error)})"
        raise DataError(complaint(name, what, "a tensor of numbers")) from None


def _first_sentence(error: Exception) -> str:
    return " ".join(str(error).split()).partition(". ")[0]


def _check(layer: Any, bias: Any, options: dict[str, Any], *, forward: bool) -> None:
    """Refuse a layer that cannot be drawn as it is, and what contradicts it."""
    kind = type(layer).__name__
    if missing := [name for name in NAMES if not hasattr(layer, name)]:
        allowed = f"a layer with {', '.join(NAMES)}"
        raise RequestError(complaint("layer", f"a {kind} without {', '.join(missing)}", allowed))
    _check_kind(layer, kind, forward=forward)
    mode = getattr(layer, "padding_mode", "zeros")
    if mode != "zeros":
        raise RequestError(complaint("padding_mode", repr(mode), "'zeros'"))
    if bias is not None:
        raise RequestError(complaint("bias", f"given beside a {kind}", "the layer's own"))
    for name in GEOMETRY:
        said, own = options.get(name), plain(getattr(layer, name))
        if said is not None and not _alike(said, own):
            raise RequestError(
                complaint(name, f"{said} beside a {kind}", f"the layer's own, {own}")
            )


def _check_kind(layer: Any, kind: str, *, forward: bool) -> None:
    """Refuse a forward convolution where a transposed one is drawn, and the other way."""
    transposed = getattr(layer, "transposed", not forward)
    if transposed and forward:
        hint = "give its weight alone for the convolution that it transposes"
        raise RequestError(complaint("layer", f"a {kind}", "a forward convolution", hint=hint))
    if not transposed and not forward:
        hint = "view 'convolution' draws this one"
        raise RequestError(complaint("layer", f"a {kind}", "a transposed convolution", hint=hint))


def _alike(said: Any, own: Any) -> bool:
    """Return whether both say the same, where one number means it on each axis.

    >>> _alike(2, (2, 2)), _alike([1, 2], (1, 2)), _alike(1, (1, 2))
    (True, True, False)
    """
    one, other = (list(n) if isinstance(n, Sequence) else [n] for n in (plain(said), own))
    if len(one) == 1:
        one *= len(other)
    return one == (other * len(one) if len(other) == 1 else other)
