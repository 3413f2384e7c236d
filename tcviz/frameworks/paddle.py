"""Paddle, which has the words of PyTorch, and padding for each side."""

from __future__ import annotations

from tcviz.errors import quoted
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.layer.crops import CropRule, Numbers, Sized
from tcviz.layer.layouts import CHANNELS_FIRST, CHANNELS_LAST, ArrayLayout
from tcviz.layer.sizes import Pair, is_sequence, sizes_of

MARKS = {"paddle", "nn", "functional", "F"}
_LAYER = "in_channels out_channels kernel_size stride padding output_padding"
_REST = "weight_attr bias_attr data_format"
_FUNCTION = "x weight bias stride padding output_padding"
_SIZED = "output_size data_format name"
FORMS = (
    CallForm("ConvNDTranspose", f"{_LAYER} groups dilation {_REST}", "13"),
    CallForm("ConvNDTranspose", f"{_LAYER} dilation groups {_REST}", "2"),
    CallForm("convNd_transpose", f"{_FUNCTION} groups dilation {_SIZED}", "13"),
    CallForm("convNd_transpose", f"{_FUNCTION} dilation groups {_SIZED}", "2"),
)
_FORMATS = {
    1: {"NCL": CHANNELS_FIRST, "NLC": CHANNELS_LAST},
    2: {"NCHW": CHANNELS_FIRST, "NHWC": CHANNELS_LAST},
    3: {"NCDHW": CHANNELS_FIRST, "NDHWC": CHANNELS_LAST},
}


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call.

    >>> from tcviz.frameworks import layer
    >>> layer("paddle.nn.Conv2DTranspose(4, 2, 3, stride=2, padding=[1, 0])").geometry().border
    ((1, 1), (0, 0))
    """
    is_layer = "kernel_size" in call.form.known
    if is_layer:
        call.need("in_channels", "out_channels", allowed="a number of channels")
        call.need("kernel_size")
    formats = _FORMATS[call.dims]
    image = formats[call.word("data_format", next(iter(formats)), tuple(formats))]
    return PastedLayer(
        call.framework,
        call.shown("in_channels", "out_channels", "kernel_size", "stride", "padding",
                   "output_padding", "dilation", "groups", "output_size", "data_format"),
        call.dims,
        call.sizes("kernel_size", None) if is_layer else None,
        call.sizes("stride", 1),
        call.sizes("dilation", 1),
        call.groups("groups", "in_channels", "out_channels"),
        _crop(call, image),
        ArrayLayout(image),
        in_channels=call.count("in_channels"),
        out_channels=call.count("out_channels"),
        bias=is_layer or call.said("bias"),
    )  # fmt: skip


def _crop(call: PastedCall, image: str) -> CropRule:
    dims = call.dims
    extra = call.sizes("output_padding", 0, 0)
    rule = Numbers(_sides(call, image), extra)
    if not call.said("output_size"):
        return rule
    if any(extra):
        words = "0: output_padding option is mutually exclusive with output_size"
        call.refuse("output_padding", extra, words)
    return Sized(rule, sizes_of("output_size", call.literal("output_size"), dims, 1), exact=True)


def _sides(call: PastedCall, image: str) -> tuple[Pair, ...]:
    """Return the padding of each side, of one of the four ways to write it."""
    said, dims = call.literal("padding", 0), call.dims
    if said == "VALID":
        return ((0, 0),) * dims
    if is_sequence(said) and len(said) == dims + 2 and all(map(is_sequence, said)):
        said = said[2:] if image == CHANNELS_FIRST else said[1:-1]
    elif is_sequence(said) and len(said) == 2 * dims:
        said = tuple(zip(said[::2], said[1::2], strict=True))
    elif isinstance(said, str):
        call.refuse("padding", quoted(said), "numbers, or 'VALID'; its SAME is of the input's size")
    if is_sequence(said) and all(map(is_sequence, said)) and len(said) == dims:
        pairs = [sizes_of("padding", pair, 2, 0) for pair in said]
        return tuple((before, after) for before, after in pairs)
    return tuple((n, n) for n in sizes_of("padding", said, dims, 0))
