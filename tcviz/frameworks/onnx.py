"""ONNX: a model of one node, and ONNX Runtime to run it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tcviz.errors import GeometryError, complaint, quoted
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.frameworks.writing import afters, befores, call, column, cropped, script
from tcviz.layer.crops import Along, Crop, CropRule, Numbers
from tcviz.layer.sizes import Sizes, is_sequence, sizes_of
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

MARKS = {"onnx", "op", "helper", "opset"}
_ATTRIBUTES = "auto_pad dilations group kernel_shape output_padding output_shape pads strides"
FORMS = (
    CallForm("ConvTranspose", f"X W B / {_ATTRIBUTES}"),
    CallForm(
        "make_node", f"op_type inputs outputs name doc_string domain overload / {_ATTRIBUTES}"
    ),
)
_AUTO = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


@frozen
class AutoPad:
    """Padding that makes an output of a shape: as large as input · stride, or `shape`.

    The side that gets one more is the end where it is `upper`, as ONNX says.
    """

    upper: bool
    extra: Sizes
    shape: Sizes | None

    def __call__(self, axis: Along) -> Crop:
        """Return the crop of this axis."""
        wanted = self.shape[axis.number] if self.shape else axis.cells * axis.stride
        total = axis.whole + self.extra[axis.number] - wanted
        before = total // 2 if self.upper else total - total // 2
        after = axis.whole - before - wanted
        if before < 0 or -after > axis.most:
            name = "output_shape" if self.shape else "auto_pad"
            what = f"{wanted} of {axis.whole} cells" if self.shape else "SAME of a small kernel"
            allowed = "no blank cells before the output: ONNX's reference and its runtime disagree"
            raise GeometryError(complaint(name, what, allowed, axis=axis.number))
        return Crop(before, max(0, after), max(0, -after))


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a node, as a call with its attributes or as ``helper.make_node``.

    >>> from tcviz.frameworks import layer
    >>> layer("ConvTranspose(kernel_shape=[3], auto_pad='SAME_LOWER')").geometry(4).border
    ((1, 1),)
    """
    if "op_type" in call.form.known and call.literal("op_type") != "ConvTranspose":
        call.refuse("op_type", quoted(call.literal("op_type")), "'ConvTranspose'")
    dims = _dims(call)
    stride, dilation = call.axes("strides", 1, dims), call.axes("dilations", 1, dims)
    extra = call.axes("output_padding", 0, dims, 0)
    return PastedLayer(
        call.framework,
        call.shown(*_ATTRIBUTES.split()),
        dims,
        call.axes("kernel_shape", None, dims) if call.said("kernel_shape") else None,
        stride,
        dilation,
        call.groups("group"),
        _crop(call, dims, extra),
        bias=call.said("B"),
    )


def _dims(call: PastedCall) -> int:
    """Return the number of axes, which any of the attributes says."""
    counts = {
        name: len(value) // (2 if name == "pads" else 1)
        for name in _ATTRIBUTES.split()
        if is_sequence(value := call.literal(name))
    }
    if not counts:
        call.refuse("kernel_shape", "missing", "one number for each axis, as in [3, 3]")
    if len({*counts.values()}) > 1 or not 1 <= max(counts.values()) <= 3:
        seen = ", ".join(f"{name} has {count}" for name, count in counts.items())
        call.refuse("number of axes", f"not one ({seen})", "the same in each, 1 to 3")
    return max(counts.values())


def _crop(call: PastedCall, dims: int, extra: Sizes) -> CropRule:
    auto = call.word("auto_pad", "NOTSET", _AUTO)
    pads = sizes_of("pads", call.literal("pads", (0,) * 2 * dims), 2 * dims, 0)
    if call.said("pads") and auto != "NOTSET":
        words = "the pads attribute cannot be used simultaneously with auto_pad attribute"
        call.refuse("pads", f"given beside auto_pad {auto!r}", words)
    if call.said("output_shape"):  # then pads are ignored
        shape = call.axes("output_shape", None, dims)
        return AutoPad(auto == "SAME_UPPER", extra, shape)
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        return AutoPad(auto == "SAME_UPPER", extra, None)
    return Numbers(tuple(zip(pads[:dims], pads[dims:], strict=True)), extra)


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
