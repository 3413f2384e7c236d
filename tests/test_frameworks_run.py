"""What is read of a pasted call makes the numbers of PyTorch and of ONNX's reference evaluator."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz.errors import TcvizError
from tcviz.frameworks import layer
from tests.strategies import Array, Case, axes, cases
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture
many = settings(max_examples=300, deadline=None)


def arguments(**said: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in said.items())


@many
@given(case=cases(per_side=False), as_layer=st.booleans())
def test_pytorch_makes_the_same(torch: ModuleType, case: Case, *, as_layer: bool) -> None:
    own = case.layer
    said = arguments(
        stride=own.stride, padding=tuple(before for before, _ in own.border),
        output_padding=own.output_padding, dilation=own.dilation, groups=own.groups,
    )  # fmt: skip
    c_out = case.weight.shape[1] * own.groups
    code = f"F.conv_transpose{own.dims}d(x, w, {said})"
    if as_layer:
        kernel = f"kernel_size={own.kernel_size}"
        code = f"nn.ConvTranspose{own.dims}d({len(case.weight)}, {c_out}, {kernel}, {said})"
    read = layer(code)
    assert read.geometry(case.input_size, own.kernel_size) == own
    x, weight = (torch.from_numpy(a).double() for a in (case.x, case.weight))
    names = {"x": x, "w": weight, "F": torch.nn.functional, "nn": torch.nn}
    made = eval(code, names)  # noqa: S307  (PyTorch itself reads it so)
    if as_layer:
        made.weight, made.bias = torch.nn.Parameter(weight), None
        made = made(x).detach()
    np.testing.assert_array_equal(read.conv_transpose(case.x, case.weight), made.numpy())


@st.composite
def nodes(draw: st.DrawFn) -> tuple[dict[str, Any], Array, Array]:
    """Draw attributes of a node whose numbers ONNX's reference makes, with its operands.

    That ignores output_shape beside pads, or without auto_pad, where it should ignore pads; of
    groups it knows those of a channel each; and it fails where output_padding reaches a stride.
    """
    along = draw(st.lists(axes(), min_size=1, max_size=3))
    assume(all(axis.output_padding < axis.stride for axis in along))
    group = draw(st.integers(1, 2))
    told: dict[str, Any] = {
        "kernel_shape": [axis.kernel_size for axis in along],
        "strides": [axis.stride for axis in along],
        "dilations": [axis.dilation for axis in along],
        "group": group,
    }
    if any(axis.output_padding for axis in along) or draw(st.booleans()):
        told["output_padding"] = [axis.output_padding for axis in along]
    auto = draw(st.sampled_from(["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]))
    if auto == "NOTSET":
        told["pads"] = [axis.padding[side] for side in (0, 1) for axis in along]
    else:
        told["auto_pad"] = auto
    if auto.startswith("SAME") and draw(st.booleans()):
        whole = [(a.size - 1) * a.stride + a.dilation * (a.kernel_size - 1) + 1 for a in along]
        told["output_shape"] = [draw(st.integers(1, most)) for most in whole]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    into, out = (group, 1) if group > 1 else (draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    x = rng.integers(-9, 10, (2, into, *[axis.size for axis in along]))
    weight = rng.integers(-9, 10, (into, out, *told["kernel_shape"]))
    return told, x.astype(np.float64), weight.astype(np.float64)


def reference(told: dict[str, Any], x: Array, weight: Array) -> Array:
    """Return what ONNX's reference evaluator makes of a node."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], **told)
    shapes = {"x": x.shape, "w": weight.shape, "y": [None] * x.ndim}
    x_info, w_info, y_info = (
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)
        for name, shape in shapes.items()
    )
    graph = helper.make_graph([node], "layer", [x_info, w_info], [y_info])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    (made,) = ReferenceEvaluator(model).run(None, {"x": x, "w": weight})
    return np.asarray(made)


def is_drawn(told: dict[str, Any], x: Array) -> bool:
    """Return whether an output has no blank cells before it, nor more after it than a stride."""
    if "auto_pad" not in told or told["auto_pad"] == "VALID":
        return True
    keys = ("kernel_shape", "strides", "dilations")
    for axis, (kernel, stride, dilation) in enumerate(zip(*map(told.get, keys), strict=True)):
        extra = told.get("output_padding", [0] * 3)[axis]
        cells = x.shape[axis + 2]
        whole = (cells - 1) * stride + dilation * (kernel - 1) + 1
        wanted = told["output_shape"][axis] if "output_shape" in told else cells * stride
        total = whole + extra - wanted
        before = total // 2 if told["auto_pad"] == "SAME_UPPER" else total - total // 2
        if before < 0 or whole - before - wanted < -(max(stride, dilation) - 1):
            return False
    return True


@many
@given(node=nodes())
def test_the_reference_of_onnx_makes_the_same(node: tuple[dict[str, Any], Array, Array]) -> None:
    told, x, weight = node
    keywords = arguments(**told)
    calls = [layer(f"ConvTranspose({keywords})")]
    calls.append(layer(f"helper.make_node('ConvTranspose', ['x', 'w'], ['y'], {keywords})"))
    for read in calls:
        if is_drawn(told, x):
            expected = reference(told, x, weight)
            np.testing.assert_array_equal(read.conv_transpose(x, weight), expected)
        else:
            with pytest.raises(TcvizError, match="blank cells before the output"):
                read.conv_transpose(x, weight)
