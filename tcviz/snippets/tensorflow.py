"""TensorFlow, with channels last; its kernels for the CPU know neither groups nor dilation."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from tcviz.request.inputs import Plan
from tcviz.snippets.words import alike
from tcviz.snippets.writing import around, call, cropped, script

_IMPORTS = ["import numpy as np", "import tensorflow as tf"]


def code(plan: Plan) -> str:
    """Return a program in TensorFlow, with the layer of Keras that it stands for."""
    return script(_IMPORTS, plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    dims = plan.layer.dims
    yield f"source = x.transpose({_order(0, *range(2, dims + 2), 1)})  # channels last"
    yield f"kernel = weight.transpose({_order(*range(2, dims + 2), 1, 0)})"
    if set(plan.layer.dilation) != {1}:
        yield from _dilated(plan)
    yield _layer(plan)
    if plan.forward and any(map(any, plan.layer.border)):
        yield f"source = np.pad(source, {around(plan.layer.border, 1)})"
    yield from (
        _grouped(plan) if plan.layer.groups > 1 else [_call(plan, "y = ", "source", "kernel")]
    )
    if not plan.forward:
        yield from cropped(plan, "tf.pad", 1)
    if plan.bias is not None:
        yield "y = y + bias"
    yield f"y = tf.transpose(y, {_order(0, dims + 1, *range(1, dims + 1))})"


def _layer(plan: Plan) -> str:
    """Return what Keras calls the layer; its padding is "same" or none."""
    layer, dims = plan.layer, plan.layer.dims
    kind, apart = f"Conv{dims}D" + "Transpose" * (not plan.forward), layer.groups > 1
    told = [f"{plan.out_channels // layer.groups}", f"kernel_size={alike(layer.extent)}"]
    told += [f"strides={alike(layer.stride)}"] * (set(layer.stride) != {1})
    told += ["use_bias=False"]
    whose = "a layer for each group, with its" if apart else "a layer, with this"
    return f"# as {whose} kernel:\n# tf.keras.layers.{kind}({', '.join(told)})"


def _dilated(plan: Plan) -> Iterator[str]:
    """Yield a kernel with zeros between its taps: the same, and known everywhere."""
    layer = plan.layer
    steps = ", ".join(f"::{d}" for d in layer.dilation)
    yield f"dilated = np.zeros({layer.extent} + kernel.shape[-2:], np.float32)"
    yield f"dilated[{steps}] = kernel  # dilation: zeros between the taps"
    yield "kernel = dilated"


def _grouped(plan: Plan) -> Iterator[str]:
    """Yield a call for each group: input and kernel are split, and the results joined."""
    groups = plan.layer.groups
    yield f"sources = np.split(source, {groups}, axis=-1)  # groups"
    yield f"kernels = np.split(kernel, {groups}, axis=-1)"
    yield "parts = ["
    yield indent(_call(plan, "", "part", "weights"), "    ")
    yield "    for part, weights in zip(sources, kernels)"
    yield "]"
    yield "y = tf.concat(parts, axis=-1)"


def _call(plan: Plan, before: str, source: str, kernel: str) -> str:
    strides = f"strides={alike(plan.layer.stride)}"
    if plan.forward:
        return call(f"{before}tf.nn.convolution(", source, kernel, strides, 'padding="VALID"')
    shape = (1, *_full(plan), plan.out_channels // plan.layer.groups)
    told = [f"output_shape={shape}", strides, 'padding="VALID"']
    return call(f"{before}tf.nn.conv_transpose(", source, kernel, *told)


def _full(plan: Plan) -> tuple[int, ...]:
    """Return the size of the result before output_padding and the crop."""
    padded = plan.layer.padded_size(plan.input_size)
    return tuple(n - extra for n, extra in zip(padded, plan.layer.output_padding, strict=True))


def _order(*axes: int) -> str:
    return f"({', '.join(map(str, axes))})"
