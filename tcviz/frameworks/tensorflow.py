"""TensorFlow, with channels last; its kernels for the CPU know neither groups nor dilation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import TYPE_CHECKING

from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.frameworks.words import alike
from tcviz.frameworks.writing import around, call, cropped, script
from tcviz.layer.crops import CropRule, Numbers, Sized, same
from tcviz.layer.layouts import CHANNELS_FIRST, CHANNELS_LAST, ArrayLayout
from tcviz.layer.sizes import Pair, Sizes, is_sequence, sizes_of
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

MARKS = {"tf", "tensorflow", "nn"}
_PARAMETERS = "input filters output_shape strides padding data_format dilations name"
_OLD = "value filter output_shape strides padding data_format name input filters dilations"
FORMS = (
    CallForm("convNd_transpose", _PARAMETERS),
    CallForm("convNd_transpose", _OLD, marks=frozenset({"v1"})),
    CallForm("conv_transpose", _PARAMETERS),
)
_FORMATS = {
    1: {"NWC": CHANNELS_LAST, "NCW": CHANNELS_FIRST},
    2: {"NHWC": CHANNELS_LAST, "NCHW": CHANNELS_FIRST},
    3: {"NDHWC": CHANNELS_LAST, "NCDHW": CHANNELS_FIRST},
}


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call, which says the size of its output, and so that of its input.

    >>> from tcviz.frameworks import layer
    >>> code = "tf.nn.conv2d_transpose(x, w, output_shape=(1, 12, 12, 64), strides=2)"
    >>> up = layer(code)
    >>> up.out_channels, up.input_of((3, 3))
    (64, (6, 6))
    """
    call.need("output_shape", allowed="the sizes of the output, as in (1, 26, 26, 64)")
    call.need("strides")
    items = call.items("output_shape")
    dims = call.dims or len(items) - 2
    if not 1 <= dims <= 3 or len(items) != dims + 2:
        call.refuse("output_shape", f"of length {len(items)}", "of length 3, 4 or 5")
    formats = _FORMATS[dims]
    image = formats[call.word("data_format", next(iter(formats)), tuple(formats))]
    place = slice(1, -1) if image == CHANNELS_LAST else slice(2, None)
    out = sizes_of(
        "output_shape", tuple(call.value("output_shape", n) for n in items[place]), dims, 1
    )
    stride, dilation = (_each(call, name, dims, place) for name in ("strides", "dilations"))
    rule, around = _crop(call, dims, place)
    return PastedLayer(
        call.framework,
        call.shown("output_shape", "strides", "padding", "data_format", "dilations"),
        dims,
        None,
        stride,
        dilation,
        1,
        Sized(rule, out, "output_shape", exact=True),
        ArrayLayout(image, "*OI"),
        out_channels=call.count("output_shape", items[-1 if image == CHANNELS_LAST else 1]),
        bias=False,
        sizes_in=_InputSizes(out, stride, dilation, around),
    )


@frozen
class _InputSizes:
    """The sizes that the forward convolution makes of `out`; None around it is SAME."""

    out: Sizes
    stride: Sizes
    dilation: Sizes
    around: tuple[Pair, ...] | None

    def __call__(self, kernel: Sizes) -> Sizes:
        """Return the input's size for a kernel's."""
        if self.around is None:
            return tuple(-(-n // s) for n, s in zip(self.out, self.stride, strict=True))
        axes = zip(self.out, self.stride, self.dilation, self.around, kernel, strict=True)
        return tuple(
            max(1, (n + sum(pair) - d * (k - 1) - 1) // s + 1) for n, s, d, pair, k in axes
        )


def _each(call: PastedCall, name: str, dims: int, place: slice) -> Sizes:
    """Return one number for each axis in space, of one, of those, or of all of the array's."""
    value = call.literal(name, 1)
    if is_sequence(value) and len(value) == dims + 2:
        return sizes_of(name, value[place], dims, 1)
    if is_sequence(value) and len(value) not in (1, dims):
        call.refuse(name, str(value), f"of length 1, {dims} or {dims + 2}")
    return sizes_of(name, value, dims, 1)


def _crop(call: PastedCall, dims: int, place: slice) -> tuple[CropRule, tuple[Pair, ...] | None]:
    """Return the padding as a rule, and as numbers of the forward convolution, or None for SAME."""
    said = call.literal("padding", "SAME")
    if said == "SAME":
        return same, None
    if said == "VALID":
        pairs: tuple[Pair, ...] = ((0, 0),) * dims
    elif is_sequence(said) and dims == 2 and len(said) == dims + 2 and all(map(is_sequence, said)):
        pairs = tuple((before, after) for before, after in map(_pair, said[place]))
    else:
        explicit = ", or [[0, 0], [top, bottom], [left, right], [0, 0]]" if dims == 2 else ""
        call.refuse("padding", repr(said), f"'SAME', 'VALID'{explicit}")
    return Numbers(pairs, (0,) * dims), pairs


def _pair(value: Sequence[object]) -> Sizes:
    return sizes_of("padding", value, 2, 0)


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
