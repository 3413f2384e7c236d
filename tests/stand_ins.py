"""Stand-ins for libraries that tests do not install, from their documentation, in NumPy.

They take what snippets call, and no more; all that is computed is one convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.strategies import Array

Sizes = Sequence[int]


def convolved(
    x: Array, kernel: Array, strides: Sizes, padding: Sequence[Sequence[int]], groups: int = 1
) -> Array:
    """Return the cross-correlation of ``(N, C_in, ...)`` with ``(C_out, C_in/groups, ...)``.

    Negative padding crops.
    """
    sides = [(0, 0), (0, 0), *padding]
    x = np.pad(x, [(max(0, a), max(0, b)) for a, b in sides])
    x = x[
        tuple(slice(max(0, -a), n - max(0, -b)) for n, (a, b) in zip(x.shape, sides, strict=True))
    ]
    axes = tuple(range(2, x.ndim))
    found = []
    for part, weights in zip(np.split(x, groups, 1), np.split(kernel, groups, 0), strict=True):
        windows = sliding_window_view(part, kernel.shape[2:], axis=axes)
        windows = windows[(slice(None), slice(None), *(slice(None, None, s) for s in strides))]
        taps = tuple(range(-len(axes), 0))
        found.append(np.tensordot(windows, weights, ((1, *taps), (1, *axes))))
    return np.moveaxis(np.concatenate(found, axis=-1), -1, 1)


def spaced(array: Array, steps: Sizes) -> Array:
    """Return an array with ``step − 1`` zeros between neighbours on each spatial axis."""
    size = [(n - 1) * s + 1 for n, s in zip(array.shape[2:], steps, strict=True)]
    wide = np.zeros((*array.shape[:2], *size), array.dtype)
    wide[(slice(None), slice(None), *(slice(None, None, s) for s in steps))] = array
    return wide


def flipped(kernel: Array, groups: int) -> Array:
    """Return ``(C_in, C_out/groups, ...)`` flipped, as ``(C_out, C_in/groups, ...)``."""
    turned = np.flip(kernel, axis=tuple(range(2, kernel.ndim)))
    return np.concatenate([part.swapaxes(0, 1) for part in np.split(turned, groups, 0)])


def jax() -> dict[str, ModuleType]:
    """Return JAX."""

    def conv_general_dilated(
        lhs: Array, rhs: Array, window_strides: Sizes, padding: Sequence[Sequence[int]], *,
        lhs_dilation: Sizes | None = None, rhs_dilation: Sizes, feature_group_count: int = 1,
    ) -> Array:  # fmt: skip
        x = lhs if lhs_dilation is None else spaced(lhs, lhs_dilation)
        kernel = spaced(rhs, rhs_dilation)
        return convolved(x, kernel, window_strides, padding, feature_group_count)

    whole, numbers = ModuleType("jax"), ModuleType("jax.numpy")
    numbers.asarray = np.asarray  # type: ignore[attr-defined]
    whole.numpy = numbers  # type: ignore[attr-defined]
    whole.lax = SimpleNamespace(conv_general_dilated=conv_general_dilated)  # type: ignore[attr-defined]
    return {"jax": whole, "jax.numpy": numbers}


def tensorflow() -> dict[str, ModuleType]:
    """Return TensorFlow: channels are last, and in kernels too."""

    def convolution(x: Array, kernel: Array, strides: Any, padding: str) -> Array:
        assert padding == "VALID"
        strides = np.broadcast_to(strides, kernel.ndim - 2)
        y = convolved(_first(x), _first_in(kernel), strides, [(0, 0)] * (kernel.ndim - 2))
        return np.moveaxis(y, 1, -1)

    def conv_transpose(
        x: Array, kernel: Array, output_shape: Sizes, strides: Any, padding: str
    ) -> Array:
        assert padding == "VALID"
        around = [(n - 1, n - 1) for n in kernel.shape[:-2]]
        wide = spaced(_first(x), np.broadcast_to(strides, kernel.ndim - 2))
        weights = flipped(_first_in(kernel), 1)
        y = np.moveaxis(convolved(wide, weights, [1] * len(around), around), 1, -1)
        assert y.shape == tuple(output_shape)
        return y

    whole = ModuleType("tensorflow")
    whole.nn = SimpleNamespace(convolution=convolution, conv_transpose=conv_transpose)  # type: ignore[attr-defined]
    whole.__dict__.update(pad=np.pad, concat=np.concatenate, transpose=np.transpose)
    return {"tensorflow": whole}


def _first(x: Array) -> Array:
    return np.moveaxis(x, -1, 1)


def _first_in(kernel: Array) -> Array:
    """Return ``(..., A, B)`` as ``(B, A, ...)``."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


def onnx() -> dict[str, ModuleType]:
    """Return ONNX and its runtime: a model is the arguments of its one node."""

    def make_node(kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
        assert outputs == ["y"]
        return SimpleNamespace(kind=kind, inputs=inputs, **attributes)

    def make_graph(nodes: list[Any], name: str, x: list[Any], y: list[Any], constants: Any) -> Any:
        assert name
        assert [*x, *y] == ["x", "y"]
        return SimpleNamespace(node=nodes[0], constants=dict(constants))

    def make_model(graph: Any, **versions: Any) -> Any:
        assert versions.keys() == {"opset_imports", "ir_version"}
        return SimpleNamespace(SerializeToString=lambda: graph)

    whole, runtime = ModuleType("onnx"), ModuleType("onnxruntime")
    whole.helper = SimpleNamespace(  # type: ignore[attr-defined]
        make_node=make_node, make_graph=make_graph, make_model=make_model,
        make_tensor_value_info=lambda name, *_: name, make_opsetid=lambda *_: None,
    )  # fmt: skip
    whole.__dict__["numpy_helper"] = SimpleNamespace(from_array=lambda array, name: (name, array))
    whole.__dict__["TensorProto"] = SimpleNamespace(FLOAT=1)
    runtime.__dict__["InferenceSession"] = lambda graph: SimpleNamespace(
        run=lambda _, feeds: [_run(graph.node, feeds | graph.constants)]
    )
    return {"onnx": whole, "onnxruntime": runtime}


def _run(node: Any, values: dict[str, Array]) -> Array:
    """Return what the operator Conv or ConvTranspose makes of its inputs."""
    x, weight, *bias = (values[name] for name in node.inputs)
    assert list(weight.shape[2:]) == node.kernel_shape
    dims, kernel = x.ndim - 2, spaced(weight, node.dilations)
    pads = (
        list(zip(node.pads[:dims], node.pads[dims:], strict=True))
        if hasattr(node, "pads")
        else [(0, 0)] * dims
    )
    if node.kind == "Conv":
        y = convolved(x, kernel, node.strides, pads, node.group)
    else:
        extra = getattr(node, "output_padding", [0] * dims)
        assert all(n < s for n, s in zip(extra, node.strides, strict=True)), "ONNX Runtime refuses"
        around = [
            (n - 1 - a, n - 1 - b + e)
            for n, (a, b), e in zip(kernel.shape[2:], pads, extra, strict=True)
        ]
        wide = spaced(x, node.strides)
        y = convolved(wide, flipped(kernel, node.group), [1] * dims, around, node.group)
    return y + sum(b.reshape(-1, *[1] * dims) for b in bias)
