"""Flax, linen and nnx, whose layers are JAX's convolution; the snippet is JAX's."""

from __future__ import annotations

from typing import Any

from tcviz.errors import quoted
from tcviz.frameworks import jax
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.layer.layouts import CHANNELS_LAST, ArrayLayout
from tcviz.layer.sizes import is_sequence, sizes_of

MARKS = {"flax", "nn"}
_DETAILS = "param_dtype precision kernel_init bias_init transpose_kernel promote_dtype"
FORMS = (
    CallForm(
        "ConvTranspose",
        f"features kernel_size strides padding kernel_dilation use_bias mask dtype {_DETAILS} "
        "preferred_element_type / parent name",
        marks=frozenset({"linen"}),
    ),
    CallForm(
        "ConvTranspose",
        "in_features out_features kernel_size strides / padding kernel_dilation use_bias mask "
        f"dtype {_DETAILS} preferred_element_type rngs kernel_metadata bias_metadata",
        marks=frozenset({"nnx"}),
    ),
)


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call; its kernel is not flipped unless it says so.

    >>> from tcviz.frameworks import layer
    >>> layer("nnx.ConvTranspose(2, 1, (3, 3), strides=2, rngs=rngs)").geometry().border
    ((0, 1), (0, 1))
    """
    call.need("kernel_size")
    if call.said("mask"):
        call.refuse("mask", "given", "no mask: tcviz draws whole kernels")
    said = call.literal("kernel_size")
    dims = len(said) if is_sequence(said) else 1
    if not 1 <= dims <= 3:
        call.refuse("kernel_size", quoted(said), "1 to 3 numbers, one for each axis")
    is_turned = not call.literal("transpose_kernel", False)
    out = "features" if "features" in call.form.known else "out_features"
    call.need(out, allowed="a number of channels")
    return PastedLayer(
        call.framework,
        call.shown("features", "in_features", "out_features", "kernel_size", "strides", "padding",
                   "kernel_dilation", "use_bias", "transpose_kernel"),
        dims,
        sizes_of("kernel_size", said, dims, 1),
        call.axes("strides", 1, dims),
        call.axes("kernel_dilation", 1, dims),
        1,
        jax.padding(call, _canonical(call, call.literal("padding", "SAME"), dims), dims),
        ArrayLayout(CHANNELS_LAST, "*IO" if is_turned else "*OI", turned=is_turned),
        in_channels=call.count("in_features"),
        out_channels=call.count(out),
        bias=call.flag("use_bias", default=True),
    )  # fmt: skip


def _canonical(call: PastedCall, said: Any, dims: int) -> Any:
    """Return padding as JAX takes it: one number means both sides of every axis."""
    if said == "CIRCULAR":
        call.refuse("padding", quoted(said), "no cells that come round: tcviz cannot draw them")
    if isinstance(said, int):
        return ((said, said),) * dims
    if is_sequence(said):
        return tuple((p, p) if isinstance(p, int) else p for p in said)
    return said
