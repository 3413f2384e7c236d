"""ONNX files, through the package onnx: sizes through its shape inference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcviz import frameworks
from tcviz.errors import DataError, TcvizError, complaint, quoted, quoted_path
from tcviz.errors.oneline import one_line
from tcviz.files import reading
from tcviz.models.found import MOST_LAYERS, MOST_WEIGHTS, ModelLayer

if TYPE_CHECKING:
    from tcviz.layer.operands import Array
    from tcviz.layer.sizes import Sizes

MOST = 2**31
"""Bytes of a file: what the format can hold; larger models have their weights beside them."""
SMALL = 1024
"""Bytes of a constant that may be a shape."""
DEEPEST = 8
"""Graphs in each other."""
PASSING = {"Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "Clip", "BatchNormalization",
           "InstanceNormalization", "Dropout", "Identity", "Cast", "Elu", "Selu", "Gelu",
           "HardSwish", "Softplus", "GroupNormalization"}  # fmt: skip
"""What changes no size between a layer and what its output is joined to."""
BROKEN = (ValueError, TypeError, RuntimeError, OSError, KeyError, IndexError, OverflowError)
"""What its package raises for models that are none."""
JOINING = {"Concat", "Add", "Sum", "Mul"}


def read(path: Path) -> Iterator[ModelLayer]:
    """Yield the ConvTranspose nodes of a model."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(reading.data(path, MOST))
        sizes = _inferred(model)
        for number, graph in enumerate(_graphs(model.graph)):
            yield from _Graph(path, graph, sizes if number == 0 else {}).layers()
    except TcvizError:
        raise
    except reading.ReadingError as error:
        raise DataError(f"model {quoted_path(path)} {error}") from None
    except (*BROKEN, DecodeError) as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> DataError:
    reason = one_line(error) or type(error).__name__
    return DataError(complaint("model", f"{quoted_path(path)}, no ONNX ({reason[:80]})", "a model"))


def _inferred(model: Any) -> dict[str, tuple[int | None, ...]]:
    """Return the shapes of values that ONNX finds; those of no model that it refuses."""
    import onnx

    try:
        known = onnx.shape_inference.infer_shapes(_without_weights(model), data_prop=True).graph
    except (*BROKEN, onnx.shape_inference.InferenceError):  # it may be drawn without sizes
        known = model.graph
    values = [*known.value_info, *known.input, *known.output]
    return {
        value.name: tuple(d.dim_value or None for d in value.type.tensor_type.shape.dim)
        for value in values
        if value.type.HasField("tensor_type")
    }


def _without_weights(model: Any) -> Any:
    """Return a model for inference, which takes copies of it: of weights it reads the shapes."""
    import onnx

    slim = onnx.ModelProto(ir_version=model.ir_version)
    slim.opset_import.extend(model.opset_import)
    slim.functions.extend(model.functions)
    for name in ("node", "input", "output", "value_info"):
        getattr(slim.graph, name).extend(getattr(model.graph, name))
    for tensor in model.graph.initializer:
        if tensor.ByteSize() <= SMALL:  # a shape, perhaps
            slim.graph.initializer.append(tensor)
        else:
            slim.graph.initializer.add(
                name=tensor.name, dims=tensor.dims, data_type=tensor.data_type
            )
    return slim


def _graphs(graph: Any, depth: int = 0) -> Iterator[Any]:
    """Yield a graph and those within its nodes."""
    yield graph
    if depth < DEEPEST:
        for node in graph.node:
            for attribute in node.attribute:
                for inner in (attribute.g, *attribute.graphs):
                    if inner.node:
                        yield from _graphs(inner, depth + 1)


class _Graph:
    """A graph of nodes, with the shapes of its values."""

    def __init__(self, path: Path, graph: Any, shapes: dict[str, Any]) -> None:
        self._path, self._graph, self._shapes = path, graph, dict(shapes)
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        for tensor in graph.initializer:
            self._shapes.setdefault(tensor.name, tuple(tensor.dims))
        self._users: dict[str, list[int]] = {}
        for number, node in enumerate(graph.node):
            for name in node.input:
                self._users.setdefault(name, []).append(number)

    def layers(self) -> Iterator[ModelLayer]:
        """Yield the transposed convolutions."""
        nodes = [node for node in self._graph.node if node.op_type == "ConvTranspose"]
        for number, node in enumerate(nodes[:MOST_LAYERS]):
            yield self._layer(node, number)

    def _layer(self, node: Any, number: int) -> ModelLayer:
        import onnx

        name = node.name or (node.output[0] if node.output else "") or f"layer{number}"
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        weight = self._shapes.get(node.input[1]) if len(node.input) > 1 else None
        if not weight or None in weight or not 3 <= len(weight) <= 5:
            what = f"of {name}, {'of unknown shape' if not weight else f'of shape {weight}'}"
            raise DataError(
                complaint("weight", what, "(C_in, C_out/groups, *kernel_size), 1 to 3 axes")
            )
        given.setdefault("kernel_shape", list(weight[2:]))
        told = {key: value for key, value in given.items() if not _is_default(key, value)}
        words = ", ".join(f"{key}={_literal(value)}" for key, value in sorted(told.items()))
        biased = len(node.input) > 2 and bool(node.input[2])
        layer = frameworks.layer(f"onnx.ConvTranspose({words})")
        groups = int(given.get("group", 1))
        layer = replace(layer, in_channels=weight[0], out_channels=weight[1] * groups, bias=biased)
        dims = len(weight) - 2
        return ModelLayer(
            name, layer, self._size(node.input[0], dims),
            lambda: (self._array(node.input[1]), self._array(node.input[2]) if biased else None),
            tuple(self._joined(node.output[0], dims)),
        )  # fmt: skip

    def _size(self, value: str, dims: int) -> Sizes | None:
        shape = self._shapes.get(value)
        found = shape[-dims:] if shape and len(shape) == dims + 2 else None
        return tuple(found) if found and None not in found else None

    def _joined(self, value: str, dims: int) -> Iterator[Sizes]:
        """Yield the sizes of what a value is joined to, past what changes no size."""
        seen, waiting, joins = {value}, [value], set()
        while waiting:
            for number in self._users.get(waiting.pop(), ()):
                node = self._graph.node[number]
                if node.op_type in PASSING:
                    fresh = {*node.output} - seen
                    seen |= fresh
                    waiting += fresh
                elif node.op_type in JOINING:
                    joins.add(number)
        for number in sorted(joins):
            others = {*self._graph.node[number].input} - seen
            yield from filter(None, (self._size(other, dims) for other in sorted(others)))

    def _array(self, name: str) -> Array:
        """Return a weight, which may lie in a file beside the model, and nowhere else."""
        from onnx import TensorProto, external_data_helper, numpy_helper

        tensor = self._constants.get(name)
        if tensor is None:
            raise DataError(complaint("weight", f"{quoted(name)}, computed as the model runs",
                                      "one that the model holds"))  # fmt: skip
        count = 8
        for n in tensor.dims:
            count *= max(0, n)
        if count > MOST_WEIGHTS:
            raise DataError(complaint("weight", f"{quoted(name)} of {count:,} bytes",
                                      f"up to {MOST_WEIGHTS:,} bytes"))  # fmt: skip
        if tensor.data_location == TensorProto.EXTERNAL:
            _check_outside(self._path, tensor)
            copy = TensorProto()
            copy.CopyFrom(tensor)
            try:
                external_data_helper.load_external_data_for_tensor(copy, str(self._path.parent))
            except BROKEN as error:
                raise _broken(self._path, error) from None
            tensor = copy
        try:
            found: Array = numpy_helper.to_array(tensor)
        except BROKEN as error:
            raise _broken(self._path, error) from None
        return found


def _check_outside(path: Path, tensor: Any) -> None:
    """Refuse weights that lie elsewhere than beside the model."""
    told = {entry.key: entry.value for entry in tensor.external_data}
    location = told.get("location", "")
    folder = path.parent.resolve()
    target = (folder / location).resolve()
    if not location or Path(location).is_absolute() or not target.is_relative_to(folder):
        what = f"in {quoted(location)}"
        raise DataError(complaint("external data", what, "a file beside the model, or below"))
    if not target.is_file():
        raise DataError(complaint("external data", f"in {quoted(location)}, missing", "a file"))


def _is_default(name: str, value: Any) -> bool:
    """Return whether an attribute says what goes without saying."""
    usual = {"strides": 1, "dilations": 1, "pads": 0, "output_padding": 0}
    if name in usual:
        return {*value} == {usual[name]}
    return (name, value) in (("group", 1), ("auto_pad", b"NOTSET"))


def _literal(value: Any) -> str:
    """Return an attribute as Python writes it."""
    if isinstance(value, bytes):
        return repr(value.decode(errors="replace"))
    return repr(list(value)) if not isinstance(value, int | float | str) else repr(value)
