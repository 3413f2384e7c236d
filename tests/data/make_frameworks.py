"""Make the tables of frameworks again: ``python -m tests.data.make_frameworks tensorflow keras``.

Each ``NAME.npz`` holds the text of all cases, as JSON, and their whole numbers one after the
other: x, weight, and what the framework itself made of its line of code.  Versions that made
them: TensorFlow 2.21, Keras 3.15 (on TensorFlow), JAX 0.10, Flax 0.12, ONNX Runtime 1.32,
MLX 0.32, Paddle 3.3.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.data.packed import save

FOLDER = Path(__file__).parent
SEED = 1603_07285
MOST_OUTPUT = 48
"""Cells of an output: a table of hundreds stays small."""


class Drawn(NamedTuple):
    """A geometry, and the generator of what else is chosen."""

    rng: np.random.Generator
    size: list[int]
    kernel: list[int]
    stride: list[int]
    dilation: list[int]

    @property
    def dims(self) -> int:
        return len(self.size)

    @property
    def extent(self) -> list[int]:
        return [d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True)]

    @property
    def whole(self) -> list[int]:
        parts = zip(self.size, self.stride, self.extent, strict=True)
        return [(n - 1) * s + extent for n, s, extent in parts]

    def pick(self, *choices: Any) -> Any:
        return choices[self.rng.integers(len(choices))]

    def below(self, bounds: list[int]) -> list[int]:
        return [int(self.rng.integers(bound)) for bound in bounds]

    def channels(self) -> tuple[int, int]:
        into, out = self.rng.integers(1, 3, 2).tolist()
        return into, out


def drawn(seed: int) -> Drawn:
    """Return a random geometry of one to three axes; the larger ones have fewer cells."""
    rng = np.random.default_rng([SEED, seed])
    dims = (1, 2, 1, 2, 3)[seed % 5]
    most = (5, 4, 3)[dims - 1]
    size, kernel = rng.integers(1, most + 1, dims), rng.integers(1, most + 1, dims)
    stride, dilation = rng.integers(1, 5 if dims < 3 else 4, dims), np.ones(dims, int)
    if rng.random() < 0.3:
        dilation = rng.integers(1, 4, dims)
    return Drawn(rng, size.tolist(), kernel.tolist(), stride.tolist(), dilation.tolist())


class Case(NamedTuple):
    """A line of code, the shapes of its arrays, and how it is run."""

    code: str
    x: tuple[int, ...]
    weight: tuple[int, ...]
    run: Callable[[Any, Any], Any]


def as_code(code: str, names: dict[str, Any]) -> Any:
    """Return what a framework makes of its line of code."""
    return eval(code, names)  # noqa: S307


def last(one: Drawn, into: int) -> tuple[int, ...]:
    """Return a batch of images with channels last."""
    return 1, *one.size, into


def kernel_oi(one: Drawn, into: int, out: int) -> tuple[int, ...]:
    """Return a weight of Keras and TensorFlow."""
    return *one.kernel, out, into


def tensorflow(one: Drawn) -> Iterator[Case]:
    """Yield calls of ``tf.nn`` with each of its paddings, and sizes that it maps back."""
    import tensorflow as tf

    into, out = one.channels()
    pairs = [[before, after] for before, after in (one.below([e, e]) for e in one.extent)]
    ways = ["SAME", "VALID"] + ([[[0, 0], *pairs, [0, 0]]] if one.dims == 2 else [])
    padding = ways[one.rng.integers(len(ways))]
    sizes = []
    for axis, (n, s, whole) in enumerate(zip(one.size, one.stride, one.whole, strict=True)):
        if padding == "SAME":
            sizes.append(int(one.rng.integers((n - 1) * s + 1, n * s + 1)))
        else:
            border = 0 if padding == "VALID" else sum(pairs[axis])
            sizes.append(whole - border + int(one.rng.integers(s)))
    if min(sizes) < 1:
        return
    name = one.pick(f"conv{one.dims}d_transpose", "conv_transpose")
    code = (
        f"tf.nn.{name}(x, w, output_shape={(1, *sizes, out)}, strides={one.stride}, "
        f"padding={padding!r}, dilations={one.dilation})"
    )
    yield Case(code, last(one, into), kernel_oi(one, into, out),
               lambda x, w: as_code(code, {"tf": tf, "x": x, "w": w}).numpy())  # fmt: skip


def keras(one: Drawn) -> Iterator[Case]:
    """Yield layers of Keras, with output_padding in every third."""
    import keras as library

    into, out = one.channels()
    if max(one.dilation) > 1:
        one = one._replace(stride=[1] * one.dims)
    said = {"strides": tuple(one.stride), "padding": one.pick("same", "valid")}
    if one.rng.random() < 0.35:
        said["output_padding"] = tuple(one.below(one.stride))
    if max(one.dilation) > 1:
        said["dilation_rate"] = tuple(one.dilation)
    words = ", ".join(f"{name}={value!r}" for name, value in said.items())
    code = f"keras.layers.Conv{one.dims}DTranspose({out}, {tuple(one.kernel)}, {words})"

    def run(x: Any, w: Any) -> Any:
        made = as_code(code, {"keras": library})
        made.build(x.shape)
        made.set_weights([w, np.zeros(out)])
        return made(x).numpy()

    yield Case(code, last(one, into), kernel_oi(one, into, out), run)


def jax(one: Drawn) -> Iterator[Case]:
    """Yield calls of ``lax`` and layers of Flax, whose kernels are flipped or not."""
    # XLA's simplifier ends the process on some negative padding of three axes.
    os.environ.setdefault("XLA_FLAGS", "--xla_disable_hlo_passes=algsimp")
    from jax import lax

    into, out = one.channels()
    # From a border inside to zeros that output_padding can stand for.
    pairs = tuple(
        (e - 1 - one.below([e])[0], e - 1 - one.below([e + 1])[0] + one.below([s])[0])
        for e, s in zip(one.extent, one.stride, strict=True)
    )
    padding = one.pick("SAME", "VALID", pairs)
    flips = one.pick(True, False)
    weight = (*one.kernel, *((out, into) if flips else (into, out)))
    kind = one.pick("lax", "lax", "linen", "nnx", "general")
    words = f"transpose_kernel={flips}"
    if kind == "lax":
        code = (
            f"lax.conv_transpose(x, w, {tuple(one.stride)}, {padding!r}, "
            f"rhs_dilation={tuple(one.dilation)}, {words})"
        )
        if padding == pairs and one.pick(True, False):
            border = tuple(tuple(one.below([e, e])) for e in one.extent)
            code = code.replace(repr(padding), repr(border)).removesuffix(")")
            code += ", use_consistent_padding=True)"
    elif kind == "general":
        code = (
            f"lax.conv_general_dilated(x, w, {(1,) * one.dims}, {pairs!r}, "
            f"lhs_dilation={tuple(one.stride)}, rhs_dilation={tuple(one.dilation)})"
        )
        yield Case(code, (1, into, *one.size), (out, into, *one.kernel),
                   lambda x, w: as_code(code, {"lax": lax, "x": x, "w": w}))  # fmt: skip
        return
    else:
        before = f"{into}, {out}" if kind == "nnx" else f"{out}"
        code = (
            f"{'nnx' if kind == 'nnx' else 'nn'}.ConvTranspose({before}, {tuple(one.kernel)}, "
            f"strides={tuple(one.stride)}, padding={padding!r}, "
            f"kernel_dilation={tuple(one.dilation)}, {words}{', rngs=rngs' * (kind == 'nnx')})"
        )
    run = {"nnx": of_nnx, "linen": of_linen}.get(kind, of_lax)
    yield Case(code, last(one, into), weight, lambda x, w: run(code, x, w))


def of_lax(code: str, x: Any, w: Any) -> Any:
    from jax import lax

    return as_code(code, {"lax": lax, "x": x, "w": w})


def of_linen(code: str, x: Any, w: Any) -> Any:
    from flax import linen

    made = as_code(code, {"nn": linen})
    return made.apply({"params": {"kernel": w, "bias": np.zeros(made.features)}}, x)


def of_nnx(code: str, x: Any, w: Any) -> Any:
    from flax import nnx

    made = as_code(code, {"nnx": nnx, "rngs": nnx.Rngs(0)})
    made.kernel = nnx.Param(w)
    return made(x)


def onnxruntime(one: Drawn) -> Iterator[Case]:
    """Yield nodes whose output_shape decides, also beside pads, which it overrules."""
    import onnxruntime as library
    from onnx import TensorProto, helper

    into, out = one.channels()
    group = one.pick(1, 2)
    told: dict[str, Any] = {"kernel_shape": one.kernel, "strides": one.stride,
                            "dilations": one.dilation, "group": group}  # fmt: skip
    way = one.pick("shape", "shape", "pads", "auto")
    auto = one.pick("SAME_UPPER", "SAME_LOWER", "NOTSET")
    if way == "shape":
        told["output_shape"] = [int(one.rng.integers(1, n + 1)) for n in one.whole]
    if way == "auto" and all(e >= s for e, s in zip(one.extent, one.stride, strict=True)):
        told["auto_pad"] = one.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    elif way != "auto" and auto == "NOTSET":
        told["pads"] = [*one.below(one.kernel), *one.below(one.kernel)]
    elif way == "shape":
        told["auto_pad"] = auto
    if one.pick(True, False):
        told["output_padding"] = one.below(one.stride)
        if told.get("auto_pad", "").startswith("SAME") and way == "auto":
            del told["output_padding"]  # ONNX Runtime adds it to the size
    words = ", ".join(f"{name}={value!r}" for name, value in told.items())
    code = f"ConvTranspose({words})"

    def run(x: Any, w: Any) -> Any:
        infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                 for name, shape in (("x", x.shape), ("w", w.shape), ("y", None))]  # fmt: skip
        node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], **told)
        graph = helper.make_graph([node], "layer", infos[:2], infos[2:])
        opset = [helper.make_opsetid("", 11)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=7)
        options = library.SessionOptions()
        options.log_severity_level = 4
        session = library.InferenceSession(model.SerializeToString(), options)
        return session.run(None, {"x": x, "w": w})[0]

    yield Case(code, (1, group * into, *one.size), (group * into, out, *one.kernel), run)


def mlx(one: Drawn) -> Iterator[Case]:
    """Yield calls of MLX."""
    import mlx.core as mx

    into, out = one.channels()
    padding = [int(one.rng.integers(e)) for e in one.extent]
    said = [one.stride, padding, one.dilation, one.below(one.stride)]
    words = ", ".join(str(tuple(v) if one.dims > 1 else v[0]) for v in said)
    code = f"mx.conv_transpose{one.dims}d(x, w, {words})"

    def run(x: Any, w: Any) -> Any:
        return np.array(as_code(code, {"mx": mx, "x": mx.array(x), "w": mx.array(w)}))

    yield Case(code, last(one, into), (out, *one.kernel, into), run)


def paddle(one: Drawn) -> Iterator[Case]:
    """Yield calls of Paddle."""
    import paddle as library

    into, out = one.channels()
    group = one.pick(1, 2)
    sides = [one.below([e, e]) for e in one.extent]
    even = [before for before, _ in sides]
    padding = one.pick(even, [n for pair in sides for n in pair] if one.dims > 1 else even, "VALID")
    said = {"stride": one.stride, "padding": padding, "dilation": one.dilation, "groups": group}
    if one.pick(True, False):
        said["output_padding"] = one.below(one.stride)
    words = ", ".join(f"{name}={value!r}" for name, value in said.items())
    code = f"paddle.nn.functional.conv{one.dims}d_transpose(x, w, {words})"
    yield Case(code, (1, group * into, *one.size), (group * into, out, *one.kernel),
               lambda x, w: as_code(code, {"paddle": library, "x": library.to_tensor(x),
                                        "w": library.to_tensor(w)}).numpy())  # fmt: skip


MAKERS: dict[str, tuple[Callable[[Drawn], Iterator[Case]], int]] = {
    "tensorflow": (tensorflow, 320),
    "keras": (keras, 320),
    "jax": (jax, 320),
    "onnxruntime": (onnxruntime, 120),
    "mlx": (mlx, 60),
    "paddle": (paddle, 60),
}


def make(name: str) -> None:
    """Write a table."""
    maker, total = MAKERS[name]
    cases: list[dict[str, Any]] = []
    numbers: list[Any] = []
    seed, refused = 0, 0
    while len(cases) < total:
        one = drawn(seed)
        seed += 1
        for case in maker(one):
            x, w = (one.rng.integers(-3, 4, shape).astype(np.float32)
                    for shape in (case.x, case.weight))  # fmt: skip
            try:
                y = np.asarray(case.run(x, w))
            except Exception as error:  # noqa: BLE001
                refused += 1
                print(f"{name} refuses {case.code}: {str(error).strip()[-90:]!r}")  # noqa: T201
                continue
            if not 0 < prod(y.shape[1:]) <= MOST_OUTPUT:
                continue
            arrays = [np.rint(a).astype(np.int16) for a in (x, w, y)]
            assert np.abs(arrays[2] - y).max() < 1e-3, case.code
            cases.append({"code": case.code, "x": x.shape, "weight": w.shape, "y": y.shape})
            numbers.extend(map(np.ravel, arrays))
    target = FOLDER / f"{name}.npz"
    save(target, cases=json.dumps(cases), numbers=np.concatenate(numbers))
    print(f"{target.name}: {len(cases)} cases, {refused} refused")  # noqa: T201


if __name__ == "__main__":
    for each in sys.argv[1:] or MAKERS:
        make(each)
