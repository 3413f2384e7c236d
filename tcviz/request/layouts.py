"""Arrays as they are given -> as PyTorch lays them out: channels before the spatial axes."""

from __future__ import annotations

from collections.abc import Sequence

from tcviz.errors import DataError, complaint, either
from tcviz.layer.layouts import ArrayLayout
from tcviz.layer.operands import Array

TORCH = ArrayLayout()


def image(name: str, x: Array | None, dims: int, layout: ArrayLayout = TORCH) -> Array | None:
    """Return input or upstream gradient with its channels before the spatial axes."""
    if x is not None and x.ndim == dims + 2 and len(x) > 1:
        hint = f"give one, such as {name}[0]"
        raise DataError(complaint(name, f"a batch of {len(x)}", "one image", hint=hint))
    axes = layout.image_axes(dims, "C_in" if name == "input" else "C_out")
    space = [axis for axis in axes if not axis.startswith("C_")]
    if x is None:
        return None
    _check_axes(name, x, [space, axes, ("1", *axes)])
    laid_out: Array = layout.images(x, dims)
    return laid_out[{0: (None,), 1: (), 2: (0,)}[x.ndim - dims]]


def kernels(
    weight: Array | None, dims: int, layout: ArrayLayout = TORCH, groups: int = 1
) -> Array | None:
    """Return a weight as ``(C_in, C_out/groups, *kernel_size)``."""
    if weight is None:
        return None
    into, out = ("C_in/groups", "C_out") if layout.turned else ("C_in", "C_out/groups")
    axes = layout.kernel_axes(dims, into, out)
    space = [axis for axis in axes if not axis.startswith("C_")]
    known = [space, axes] if layout != TORCH else [space, ("C_in", *space), axes]
    _check_axes("weight", weight, known)
    laid_out: Array = layout.kernels(weight, dims, groups)
    return laid_out[{0: (None, None), 1: (slice(None), None), 2: ()}[weight.ndim - dims]]


def _check_axes(name: str, array: Array, known: Sequence[Sequence[str]]) -> None:
    """Refuse an array of other than one of the `known` numbers of axes."""
    if array.ndim not in map(len, known):
        allowed = either(f"({', '.join(axes)})" for axes in known)
        raise DataError(complaint(name, f"of shape {array.shape}", allowed))


def line(bias: Array | None) -> Array | None:
    """Return `bias` as one number or a line of them; a file may hold a row or a column."""
    if bias is None or bias.ndim < 2:
        return bias
    if bias.ndim > 2 or min(bias.shape) > 1:
        allowed = "one number, or one for each output channel"
        raise DataError(complaint("bias", f"of shape {bias.shape}", allowed))
    return bias.reshape(-1)
