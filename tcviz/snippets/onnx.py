"""ONNX: a model of one node, and ONNX Runtime to run it."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz.request.inputs import Plan
from tcviz.snippets.writing import afters, befores, call, column, cropped, script

_IMPORTS = [
    "import numpy as np",
    "import onnxruntime",
    "from onnx import TensorProto, helper, numpy_helper",
]


def code(plan: Plan) -> str:
    """Return a program that builds an ONNX model and runs it."""
    return script(_IMPORTS, plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    whole = _is_whole(plan)
    constants = ["weight", *["bias"] * (whole and plan.bias is not None)]
    names = ", ".join(f'"{name}"' for name in ["x", *constants])
    kind, attributes = "Conv" if plan.forward else "ConvTranspose", _attributes(plan, whole=whole)
    yield call("node = helper.make_node(", f'"{kind}"', f"[{names}]", '["y"]', *attributes)
    values = [f'numpy_helper.from_array({name}, "{name}")' for name in constants]
    yield call("constants = [", *values, after="]")
    shape, axes = (1, plan.in_channels, *plan.input_size), [None] * (2 + plan.layer.dims)
    yield f'source = helper.make_tensor_value_info("x", TensorProto.FLOAT, {shape})'
    yield f'result = helper.make_tensor_value_info("y", TensorProto.FLOAT, {axes})'
    yield 'graph = helper.make_graph([node], "layer", [source], [result], constants)'
    yield 'opset = [helper.make_opsetid("", 11)]'
    yield "model = helper.make_model(graph, opset_imports=opset, ir_version=7)"
    yield "session = onnxruntime.InferenceSession(model.SerializeToString())"
    yield 'y = session.run(None, {"x": x})[0]'
    if not whole:
        yield "# ONNX Runtime knows no output_padding as large as the stride"
        yield from cropped(plan, "np.pad", 2)
        yield from [f"y = y + {column(plan)}"] * (plan.bias is not None)


def _is_whole(plan: Plan) -> bool:
    """Return whether the one node does it all."""
    pairs = zip(plan.layer.output_padding, plan.layer.stride, strict=True)
    return all(extra < stride for extra, stride in pairs)


def _attributes(plan: Plan, *, whole: bool) -> Iterator[str]:
    layer = plan.layer
    yield f"kernel_shape={list(layer.kernel_size)}"
    yield f"strides={list(layer.stride)}"
    if whole:
        yield f"pads={[*befores(plan), *afters(plan)]}"
    if whole and any(layer.output_padding):
        yield f"output_padding={list(layer.output_padding)}"
    yield f"dilations={list(layer.dilation)}"
    yield f"group={layer.groups}"
