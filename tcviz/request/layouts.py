"""Arrays as they are given, laid out as PyTorch does: channels before the spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tcviz.errors import DataError, complaint
from tcviz.layer.operands import Array

_AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def image(name: str, x: Array | None, dims: int) -> Array | None:
    """Return input or upstream gradient with its channels before the spatial axes."""
    if x is not None and x.ndim == dims + 2 and len(x) > 1:
        hint = f"give one, such as {name}[0]"
        raise DataError(complaint(name, f"a batch of {len(x)}", "one image", hint=hint))
    axes, channels = ", ".join(_AXES[dims]), "C_in" if name == "input" else "C_out"
    allowed = f"({axes}), ({channels}, {axes}) or (1, {channels}, {axes})"
    return _laid_out(name, x, dims, [(None,), (), (0,)], allowed)


def kernels(weight: Array | None, dims: int) -> Array | None:
    """Return a weight as ``(C_in, C_out/groups, *kernel_size)``."""
    axes = ", ".join(f"k{axis}" for axis in _AXES[dims])
    allowed = f"({axes}), (C_in, {axes}) or (C_in, C_out/groups, {axes})"
    return _laid_out("weight", weight, dims, [(None, None), (slice(None), None), ()], allowed)


def _laid_out(
    name: str, array: Array | None, dims: int, layouts: Sequence[tuple[Any, ...]], allowed: str
) -> Array | None:
    """Return `array` indexed as `layouts` says for none, one or two axes before the spatial."""
    if array is None:
        return None
    if not 0 <= array.ndim - dims < len(layouts):
        raise DataError(complaint(name, f"of shape {array.shape}", allowed))
    laid_out: Array = array[layouts[array.ndim - dims]]
    return laid_out


def line(bias: Array | None) -> Array | None:
    """Return `bias` as one number or a line of them; a file may hold a row or a column."""
    if bias is None or bias.ndim < 2:
        return bias
    if bias.ndim > 2 or min(bias.shape) > 1:
        allowed = "one number, or one for each output channel"
        raise DataError(complaint("bias", f"of shape {bias.shape}", allowed))
    return bias.reshape(-1)
