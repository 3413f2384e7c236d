"""Layers of other libraries, by what they have, without importing any.

A layer is whatever has the attributes of ``torch.nn.ConvTranspose2d``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tcviz.errors import RequestError, complaint, quoted
from tcviz.layer.sizes import is_sequence, plain

GEOMETRY = ("stride", "padding", "output_padding", "dilation", "groups")
NAMES = ("weight", "bias", *GEOMETRY)
"""What a layer has."""


class Opened(NamedTuple):
    """What a layer is made of: its weight, its bias, and its geometry by name."""

    weight: Any
    bias: Any
    geometry: dict[str, Any]


def is_layer(value: object) -> bool:
    """Return whether `value` has a weight, as layers do; a table may have a column of that name.

    >>> is_layer([[1, 2]])
    False
    """
    return hasattr(value, "weight") and not hasattr(value, "__array__")


def opened(layer: Any, bias: Any, said: dict[str, Any], *, forward: bool) -> Opened:
    """Return what is in `layer`, which takes the weight's place.

    Geometry and `bias` that are `said` beside it, and not None, must be the layer's own.
    `forward` is whether a forward convolution is asked for, in place of a transposed one.

    Raises
    ------
    RequestError
        If the layer lacks something or is of the other kind, or if what it says is said again.
    """
    kind = type(layer).__name__
    if missing := [name for name in NAMES if not hasattr(layer, name)]:
        allowed = f"a layer with {', '.join(NAMES)}"
        raise RequestError(complaint("layer", f"a {kind} without {', '.join(missing)}", allowed))
    _check_kind(layer, kind, forward=forward)
    mode = getattr(layer, "padding_mode", "zeros")
    if mode != "zeros":
        raise RequestError(complaint("padding_mode", quoted(mode), "'zeros'"))
    if bias is not None:
        raise RequestError(complaint("bias", f"given beside a {kind}", "the layer's own"))
    own = {name: plain(getattr(layer, name)) for name in GEOMETRY}
    for name in GEOMETRY:
        asked = plain(said.get(name))
        if asked is not None and not alike(asked, own[name]):
            what = f"{quoted(asked)} beside a {kind}"
            raise RequestError(complaint(name, what, f"the layer's own, {quoted(own[name])}"))
    return Opened(layer.weight, layer.bias, own)


def _check_kind(layer: Any, kind: str, *, forward: bool) -> None:
    """Refuse a forward convolution where a transposed one is meant, and the other way."""
    transposed = getattr(layer, "transposed", not forward)
    if transposed and forward:
        raise is_transposed(f"a {kind}")
    if not transposed and not forward:
        hint = "view 'convolution' draws this one"
        raise RequestError(complaint("layer", f"a {kind}", "a transposed convolution", hint=hint))


def is_transposed(layer: str) -> RequestError:
    """Return the error of a transposed layer where a forward convolution is asked for."""
    hint = "give its weight alone for the convolution that it transposes"
    return RequestError(complaint("layer", layer, "a forward convolution", hint=hint))


def alike(said: Any, own: Any) -> bool:
    """Return whether both say the same, where one number means it on each axis.

    >>> alike(2, (2, 2)), alike([1, 2], (1, 2)), alike(1, (1, 2))
    (True, True, False)
    """
    one, other = (list(n) if is_sequence(n) else [n] for n in (said, own))
    if len(one) == 1:
        one *= len(other)
    return one == (other * len(one) if len(other) == 1 else other)
