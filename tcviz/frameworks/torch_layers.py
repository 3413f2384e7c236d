"""How PyTorch says a geometry: its layers, and what stands beside them.

A layer of PyTorch has one padding for both sides of an axis.  Where they differ, a forward
convolution has none, of an input that is padded by itself, and a transposed one has what both
sides share, and the rest of its result is cropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tcviz.frameworks.words import alike, slices
from tcviz.layer.sizes import Sizes

if TYPE_CHECKING:
    from tcviz.layer.geometry import ConvTranspose

Channels = Sequence[int | str]
"""How many go in, and come out; or what they are called where nobody said."""
CHANNELS = "C_in", "C_out"


def transposed(layer: ConvTranspose, size: Sizes, channels: Channels, *, bias: bool) -> list[str]:
    """Return, as expressions, the layer, and the part of its result `y` for an input of `size`.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> transposed(ConvTranspose(3, padding=[[1, 0], 1], dims=2), (4, 4), CHANNELS, bias=True)[1]
    'y[..., 1:6, 0:4]'
    """
    said = call(layer, "ConvTranspose", channels, arguments(layer), bias=bias)
    return [said] if is_even(layer) else [said, _part(rest(layer, layer.output_size(size)))]


def associated(layer: ConvTranspose, size: Sizes, channels: Channels) -> list[str]:
    """Return, as expressions, what takes an output back to `size`: the associated convolution.

    Its input `x` may have to be padded first.  Its weight is that of the transposed one, whose
    `channels` are told.  It makes more than `size` where output_padding is as large as the stride.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> associated(ConvTranspose(3, padding=[[1, 0], 1], dims=2), (4, 4), CHANNELS)[0]
    'F.pad(x, (1, 1, 1, 0))'
    """
    told = arguments(layer, forward=True)
    said = [] if is_even(layer) else [f"F.pad(x, {around(layer)})"]
    said.append(call(layer, "Conv", channels[::-1], told, bias=False))
    if layer.forward_output_size(layer.output_size(size)) != size:
        said.append(_part(slices([0] * layer.dims, size)))
    return said


def _part(kept: Sequence[str]) -> str:
    return f"y[..., {', '.join(kept)}]"


def is_even(layer: ConvTranspose) -> bool:
    """Return whether both sides of each axis have the same padding."""
    return all(before == after for before, after in layer.border)


def arguments(layer: ConvTranspose, *, forward: bool = False) -> dict[str, Sizes]:
    """Return what a layer or function is told for each axis."""
    extra = {} if forward else {"output_padding": layer.output_padding}
    return {
        "stride": layer.stride,
        "padding": shared(layer, forward=forward),
        **extra,
        "dilation": layer.dilation,
    }


def call(
    layer: ConvTranspose, kind: str, channels: Channels, told: dict[str, Sizes], *, bias: bool
) -> str:
    """Return how a layer of PyTorch is made."""
    sizes = {"kernel_size": layer.kernel_size} | told
    words = [*map(str, channels), *(f"{name}={alike(value)}" for name, value in sizes.items())]
    words += [f"groups={layer.groups}"] * (layer.groups > 1) + ["bias=False"] * (not bias)
    return f"{kind}{layer.dims}d({', '.join(words)})"


def shared(layer: ConvTranspose, *, forward: bool) -> Sizes:
    """Return the padding that the layer has itself."""
    if forward and not is_even(layer):
        return (0,) * layer.dims
    return tuple(map(min, layer.border))


def around(layer: ConvTranspose) -> Sizes:
    """Return padding for each side by itself, from the last axis to the first."""
    return tuple(n for pair in reversed(layer.border) for n in pair)


def rest(layer: ConvTranspose, size: Sizes) -> list[str]:
    """Return the slices of a transposed layer's result that lie inside what is still cropped."""
    skipped = shared(layer, forward=False)
    starts = [before - both for (before, _), both in zip(layer.border, skipped, strict=True)]
    return slices(starts, size)
