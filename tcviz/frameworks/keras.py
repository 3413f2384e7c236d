"""Keras, by itself or in TensorFlow: its layers; the snippets of TensorFlow name them."""

from __future__ import annotations

from tcviz.errors import quoted
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.layer.crops import CropRule, Numbers, halved, same, valid
from tcviz.layer.layouts import CHANNELS_FIRST, CHANNELS_LAST, ArrayLayout
from tcviz.layer.sizes import Sizes

MARKS = {"keras", "tf", "tensorflow", "layers"}
_PARAMETERS = (
    "filters kernel_size strides padding output_padding data_format dilation_rate activation "
    "use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint bias_constraint / trainable name dtype input_shape "
    "batch_input_shape autocast"
)
FORMS = (
    CallForm("ConvNDTranspose", _PARAMETERS),
    CallForm("ConvolutionNDTranspose", _PARAMETERS),
)
_FORMATS = {"channels_last": CHANNELS_LAST, "channels_first": CHANNELS_FIRST}


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call.

    >>> from tcviz.frameworks import layer
    >>> layer("layers.Conv2DTranspose(64, 3, strides=2, padding='same')").geometry().border
    ((0, 1), (0, 1))
    """
    call.need("filters", allowed="a number of channels")
    call.need("kernel_size")
    kernel, stride = call.sizes("kernel_size", None), call.sizes("strides", 1)
    dilation = call.sizes("dilation_rate", 1)
    if max(stride) > 1 and max(dilation) > 1:
        words = "1 beside `strides > 1`, not supported in conjunction with `dilation_rate > 1`"
        call.refuse("dilation_rate", dilation, words)
    form = call.word("data_format", "channels_last", tuple(_FORMATS))
    return PastedLayer(
        call.framework,
        call.shown("filters", "kernel_size", "strides", "padding", "output_padding",
                   "data_format", "dilation_rate", "use_bias"),
        call.dims,
        kernel,
        stride,
        dilation,
        1,
        _crop(call, kernel, stride, dilation),
        ArrayLayout(_FORMATS[form], "*OI"),
        out_channels=call.count("filters"),
        bias=call.flag("use_bias", default=True),
    )  # fmt: skip


def _crop(call: PastedCall, kernel: Sizes, stride: Sizes, dilation: Sizes) -> CropRule:
    """Return the padding's rule, which output_padding changes where it is said."""
    said = call.literal("padding", "valid")
    word = said.lower() if isinstance(said, str) else said
    if word not in ("valid", "same"):
        call.refuse("padding", quoted(said), "'valid' or 'same'")
    extra = call.sizes("output_padding", None, 0)
    if extra is None:
        return same if word == "same" else valid
    for axis, (more, most) in enumerate(zip(extra, stride, strict=True)):
        if more >= most:
            words = f"strictly less than `strides` for all dimensions, {most} at dimension {axis}"
            call.refuse("output_padding", more, words)
    if word == "valid":
        return Numbers(((0, 0),) * len(kernel), extra)
    # The output is (input − 1)·stride + extent % 2 + output_padding; TensorFlow shares the rest.
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    found = [halved(n - n % 2 - more) for n, more in zip(extents, extra, strict=True)]
    return Numbers(
        tuple((crop.before, crop.after) for crop in found), tuple(crop.extra for crop in found)
    )
