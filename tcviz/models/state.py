"""Named tensors without a model: weights of layers, from which their strides cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING

from tcviz import frameworks
from tcviz.errors import DataError, complaint, quoted
from tcviz.models.found import MOST_LAYERS, MOST_WEIGHTS, ModelLayer

if TYPE_CHECKING:
    from tcviz.layer.operands import Array
    from tcviz.layer.sizes import Sizes

Load = Callable[[str], "Array"]
SPEAKING = ("transpose", "convt", "deconv", "up")
"""Parts of names that layers have which enlarge."""


def layers(shapes: Mapping[str, Sizes], load: Load) -> Iterator[ModelLayer]:
    """Yield the weights that are those of transposed convolutions.

    A weight is ``(C_in, C_out, *kernel_size)``, where that of a convolution has the output
    first: a bias has the length of the second then.  Where both are alike, the name decides.
    """
    names = [name for name in shapes if name.rpartition(".")[2] == "weight"]
    for name in names[:MOST_LAYERS]:
        shape, own = shapes[name], name.rpartition(".")[0]
        bias = f"{own}.bias" if own else "bias"
        length = shapes.get(bias, ())
        if 3 <= len(shape) <= 5 and min(shape) > 0 and _is_transposed(own, shape, length):
            yield _layer(own or name, shape, partial(_weights, load, name,
                                                     bias if length else None, shape))  # fmt: skip


def _is_transposed(name: str, shape: Sizes, length: Sizes) -> bool:
    into, out = shape[:2]
    if length and into != out:
        return length == (out,)
    if length and length != (out,):
        return False
    return any(word in part.lower() for part in name.split(".") for word in SPEAKING)


def _layer(
    name: str, shape: Sizes, weights: Callable[[], tuple[Array, Array | None]]
) -> ModelLayer:
    into, out, *kernel = shape
    biased = weights.args[2] is not None if isinstance(weights, partial) else True
    words = ", ".join(map(str, (into, out, tuple(kernel))))
    call = f"nn.ConvTranspose{len(kernel)}d({words}{'' if biased else ', bias=False'})"
    return ModelLayer(name, replace(frameworks.layer(call)), None, weights, is_guess=True)


def _weights(load: Load, name: str, bias: str | None, shape: Sizes) -> tuple[Array, Array | None]:
    if 8 * prod(shape) > MOST_WEIGHTS:
        what = f"{quoted(name)} of {8 * prod(shape):,} bytes"
        raise DataError(complaint("weight", what, f"up to {MOST_WEIGHTS:,} bytes"))
    return load(name), load(bias) if bias else None
