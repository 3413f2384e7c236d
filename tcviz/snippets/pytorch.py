"""PyTorch, which has one padding for both sides of an axis."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz.request.inputs import Plan
from tcviz.snippets import torch_layers
from tcviz.snippets.words import alike
from tcviz.snippets.writing import call, script

_DEFAULTS = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}


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
