"""PyTorch, which has one padding for both sides of an axis."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz.inputs import Plan
from tcviz.sizes import Sizes
from tcviz.snippets.writing import afters, alike, befores, call, options, script, slices


def code(plan: Plan) -> str:
    """Return a program in PyTorch."""
    return script(["import numpy as np", "import torch"], plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    kind, function = ("Conv", "conv") if plan.forward else ("ConvTranspose", "conv_transpose")
    dims, told, biased = plan.layer.dims, _options(plan), plan.bias is not None
    sizes = [f"{plan.in_channels}", f"{plan.out_channels}"]
    sizes.append(f"kernel_size={alike(plan.layer.kernel_size)}")
    layer = ", ".join([*sizes, *told, *([] if biased else ["bias=False"])])
    yield f"# as a layer: torch.nn.{kind}{dims}d({layer})"
    operands = ["torch.tensor(x)", "torch.tensor(weight)", *["torch.tensor(bias)"] * biased]
    uneven = befores(plan) != afters(plan)
    if plan.forward and uneven:
        yield from _pad(plan)
        operands[0] = "padded"
    yield call(f"y = torch.nn.functional.{function}{dims}d(", *operands, *told)
    if not plan.forward and uneven:
        rest = [before - both for before, both in zip(befores(plan), _shared(plan), strict=True)]
        yield f"y = y[:, :, {', '.join(slices(rest, plan.output_size))}]  # padding that differs"


def _options(plan: Plan) -> list[str]:
    layer = plan.layer
    told = options(
        stride=(layer.stride, 1),
        padding=(_shared(plan), 0),
        output_padding=(layer.output_padding, 0),
        dilation=(layer.dilation, 1),
    )
    return told + [f"groups={layer.groups}"] * (layer.groups > 1)


def _shared(plan: Plan) -> Sizes:
    """Return the padding that both sides have; what else there is stands by itself."""
    if plan.forward and befores(plan) != afters(plan):
        return (0,) * plan.layer.dims
    return tuple(map(min, plan.layer.border))


def _pad(plan: Plan) -> Iterator[str]:
    """Yield padding for each side by itself, from the last axis to the first."""
    sides = [n for pair in reversed(plan.layer.border) for n in pair]
    yield f"padded = torch.nn.functional.pad(torch.tensor(x), {tuple(sides)})"
