"""PyTorch, which has one padding for both sides of an axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tcviz.errors import quoted
from tcviz.frameworks import torch_layers
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.frameworks.words import alike
from tcviz.frameworks.writing import call, script
from tcviz.layer.crops import Numbers

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

_DEFAULTS = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
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


def code(plan: Plan) -> str:
    """Return a program in PyTorch."""
    return script(["import numpy as np", "import torch"], plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    kind, function = ("Conv", "conv") if plan.forward else ("ConvTranspose", "conv_transpose")
    layer, biased = plan.layer, plan.bias is not None
    told = {
        name: sizes
        for name, sizes in torch_layers.arguments(layer, forward=plan.forward).items()
        if set(sizes) != {_DEFAULTS[name]}
    }
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
