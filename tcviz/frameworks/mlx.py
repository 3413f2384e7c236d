"""MLX, which has the words of PyTorch, in another order, and channels last."""

from __future__ import annotations

from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.layer.crops import Numbers
from tcviz.layer.layouts import CHANNELS_LAST, ArrayLayout

MARKS = {"mlx", "mx", "core", "nn"}
FORMS = (
    CallForm(
        "ConvTransposeNd",
        "in_channels out_channels kernel_size stride padding dilation output_padding bias",
    ),
    CallForm(
        "conv_transposeNd",
        "input weight stride padding dilation output_padding groups / stream",
    ),
)


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call.

    >>> from tcviz.frameworks import layer
    >>> layer("mx.conv_transpose1d(x, w, 2, 1)").geometry(3, 3).border
    ((1, 1),)
    """
    is_layer = "kernel_size" in call.form.known
    if is_layer:
        call.need("in_channels", "out_channels", allowed="a number of channels")
        call.need("kernel_size")
    if call.groups("groups") > 1:
        call.refuse("groups", call.groups("groups"), "1, the only one that is supported")
    padding = call.sizes("padding", 0, 0)
    return PastedLayer(
        call.framework,
        call.shown("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation",
                   "output_padding", "bias"),
        call.dims,
        call.sizes("kernel_size", None) if is_layer else None,
        call.sizes("stride", 1),
        call.sizes("dilation", 1),
        1,
        Numbers(tuple((n, n) for n in padding), call.sizes("output_padding", 0, 0)),
        ArrayLayout(CHANNELS_LAST, "O*I"),
        in_channels=call.count("in_channels"),
        out_channels=call.count("out_channels"),
        bias=call.flag("bias", default=is_layer),
    )  # fmt: skip
