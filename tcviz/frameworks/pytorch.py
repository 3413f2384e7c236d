"""PyTorch, which has one padding for both sides of an axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tcviz.errors import RequestError, complaint, quoted
from tcviz.frameworks import torch_layers
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer, of_geometry
from tcviz.frameworks.words import alike
from tcviz.frameworks.writing import call, script
from tcviz.layer import foreign
from tcviz.layer.crops import Numbers
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import MAX_DIMS, Sizes

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

_DEFAULTS = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
KIND = "ConvTranspose"
MARKS = {"torch", "nn", "functional", "F"}
_OPTIONS = "stride padding output_padding groups bias dilation padding_mode device dtype"
FORMS = (
    CallForm("ConvTransposeNd", f"in_channels out_channels kernel_size {_OPTIONS}"),
    CallForm("LazyConvTransposeNd", f"out_channels kernel_size {_OPTIONS}"),
    CallForm("conv_transposeNd", "input weight bias stride padding output_padding groups dilation"),
)


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call.

    >>> from tcviz.frameworks import layer
    >>> layer("F.conv_transpose1d(x, w, stride=2)").stride
    (2,)
    """
    is_layer = "kernel_size" in call.form.known
    if is_layer:
        call.need("kernel_size")
    for name in ("in_channels", "out_channels"):
        if name in call.form.known:
            call.need(name, allowed="a number of channels")
    if isinstance(call.literal("padding", 0), str):
        what, hint = quoted(call.literal("padding")), "tcviz's own --padding has words"
        call.refuse("padding", what, "numbers alone", hint)
    if call.literal("padding_mode", "zeros") != "zeros":
        what = quoted(call.literal("padding_mode"))
        call.refuse("padding_mode", what, f"'zeros': the only one of ConvTranspose{call.dims}d")
    stride, dilation = call.sizes("stride", 1), call.sizes("dilation", 1)
    padding, extra = call.sizes("padding", 0, 0), call.sizes("output_padding", 0, 0)
    for axis, most in enumerate(map(max, stride, dilation)):
        if extra[axis] >= most:
            allowed = f"output padding must be smaller than either stride or dilation, here {most}"
            call.refuse("output_padding", extra[axis], allowed)
    return PastedLayer(
        call.framework,
        call.shown("in_channels", "out_channels", "kernel_size", "groups", "bias", *_DEFAULTS),
        call.dims,
        call.sizes("kernel_size", None) if is_layer else None,
        stride,
        dilation,
        call.groups("groups", "in_channels", "out_channels"),
        Numbers(tuple((n, n) for n in padding), extra),
        in_channels=call.count("in_channels"),
        out_channels=call.count("out_channels"),
        bias=call.flag("bias", default=is_layer),
    )


def of_module(module: Any) -> PastedLayer:
    """Return the layer that a module of PyTorch is, as the call says it that makes it.

    Raises
    ------
    RequestError
        If it is no transposed convolution, or if its weight has no axes of a kernel.
    """
    own = foreign.opened(module, None, {}, forward=False)
    shape = tuple(map(int, own.weight.shape))
    if not 1 <= len(shape) - 2 <= MAX_DIMS:
        allowed = "(C_in, C_out/groups, *kernel_size)"
        raise RequestError(complaint("weight", f"of shape {shape}", allowed))
    layer = ConvTranspose(shape[2:], **own.geometry)
    into, out, biased = shape[0], shape[1] * layer.groups, own.bias is not None
    said = torch_layers.call(layer, KIND, (into, out), _unusual(layer), bias=biased)
    return replace(of_geometry(layer), call=f"nn.{said}",
                   in_channels=into, out_channels=out, bias=biased)  # fmt: skip


def _unusual(layer: ConvTranspose, *, forward: bool = False) -> dict[str, Sizes]:
    """Return what a layer or function is told that is not as usual."""
    told = torch_layers.arguments(layer, forward=forward)
    return {name: sizes for name, sizes in told.items() if set(sizes) != {_DEFAULTS[name]}}


def code(plan: Plan) -> str:
    """Return a program in PyTorch."""
    return script(["import numpy as np", "import torch"], plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    kind, function = ("Conv", "conv") if plan.forward else (KIND, "conv_transpose")
    layer, biased = plan.layer, plan.bias is not None
    told = _unusual(layer, forward=plan.forward)
    channels = plan.in_channels, plan.out_channels
    yield f"# as a layer: torch.nn.{torch_layers.call(layer, kind, channels, told, bias=biased)}"
    operands = ["torch.tensor(x)", "torch.tensor(weight)", *["torch.tensor(bias)"] * biased]
    even = torch_layers.is_even(layer)
    if plan.forward and not even:
        around = torch_layers.around(layer)
        yield f"padded = torch.nn.functional.pad(torch.tensor(x), {around})"
        operands[0] = "padded"
    options = [f"{name}={alike(sizes)}" for name, sizes in told.items()]
    options += [f"groups={layer.groups}"] * (layer.groups > 1)
    yield call(f"y = torch.nn.functional.{function}{layer.dims}d(", *operands, *options)
    if not plan.forward and not even:
        kept = torch_layers.rest(layer, plan.output_size)
        yield f"y = y[:, :, {', '.join(kept)}]  # padding that differs"
