"""Layers after one another as people say them: lines of code, layers, and whole models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tcviz import frameworks, models
from tcviz.errors import DataError, GeometryError, RequestError, complaint, quoted
from tcviz.frameworks import pytorch
from tcviz.frameworks.pasted import PastedLayer, of_geometry
from tcviz.layer import foreign
from tcviz.layer.chain import Chain
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import size_text
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.layer.sizes import Sizes, SizesLike

MOST = 64
"""Layers of a chain."""


@frozen
class ChainedLayer:
    """A layer of a chain, and what its model says of it, if it is one's.

    Between layers of one `model` stand others, which may change the channels.  What is
    `guessed` is a file of weights, which says no strides.
    """

    layer: PastedLayer
    name: str = ""
    model: str = ""
    input_size: Sizes | None = None
    guessed: bool = False


def stages(asked: Any, said: Mapping[str, Any]) -> tuple[ChainedLayer, ...]:
    """Return the layers that are asked for, of a whole model all in their order.

    Parameters
    ----------
    asked : str, layer, or list of them
        Code, ``MODEL``, ``MODEL:NAME``, what `tcviz.layer` returns, a `ConvTranspose`, or
        modules of PyTorch.
    said : mapping
        What files of weights do not say: stride and padding.

    Raises
    ------
    RequestError
        If one is no layer, or channels do not meet.
    """
    each = asked if isinstance(asked, list | tuple) else [asked]
    found = [stage for number, one in enumerate(each, 1) for stage in _opened(one, number, said)]
    if not 0 < len(found) <= MOST:
        raise RequestError(complaint("layers", len(found), f"1 to {MOST}"))
    for number, (first, second) in enumerate(pairwise(found), 2):
        _check_channels(first, second, number)
    return tuple(found)


def chain(found: Sequence[ChainedLayer], input_size: SizesLike | None = None) -> Chain:
    """Return the chain of some layers; unsaid, the input's size is the first one's or the default.

    Raises
    ------
    GeometryError
        If a layer makes nothing, or is of other dimensions than the first.
    DataError
        If a layer's input in its model is not what the one before makes.
    """
    first = found[0]
    size = input_size if input_size is not None else first.input_size
    size = first.layer.input_of(first.layer.kernel_of(None), size)
    start, layers = size, []
    for number, stage in enumerate(found, 1):
        if stage.layer.dims != first.layer.dims:
            what, allowed = f"{stage.layer.dims} in layer {number}", f"{first.layer.dims} as before"
            raise GeometryError(complaint("dims", what, allowed))
        if input_size is None and number > 1 and stage.input_size not in (None, size):
            raise _apart(found[number - 2], stage, size)
        try:
            layers.append(stage.layer.geometry(size))
            size = layers[-1].output_size(size)
        except GeometryError as error:
            raise GeometryError(f"layer {number}: {error}") from None
    names = (stage.name or f"layer {number}" for number, stage in enumerate(found, 1))
    return Chain(tuple(layers), start, tuple(names))


def _opened(one: Any, number: int, said: Mapping[str, Any]) -> Iterator[ChainedLayer]:
    """Yield the layers that one is: of a whole model there may be several."""
    if isinstance(one, PastedLayer):
        yield ChainedLayer(one)
    elif isinstance(one, ConvTranspose):
        yield ChainedLayer(of_geometry(one))
    elif foreign.is_layer(one):
        yield ChainedLayer(pytorch.of_module(one))
    elif not isinstance(one, str):
        allowed = "code, MODEL:NAME, or a layer"
        raise RequestError(complaint(f"layer {number}", quoted(one), allowed))
    elif not models.is_model(one):
        yield ChainedLayer(frameworks.layer(one))
    else:
        path, name = models.split(one)
        for found in (not name and models.layers(path)) or [models.layer(one)]:
            layer = found.told(said)
            yield ChainedLayer(layer, found.name, str(path), found.input_size, found.is_guess)


def _check_channels(first: ChainedLayer, second: ChainedLayer, number: int) -> None:
    """Refuse channels that do not meet, but where other layers stand between."""
    made, read = first.layer.out_channels, second.layer.in_channels
    if None in (made, read) or made == read or (first.model and first.model == second.model):
        return
    what, allowed = f"{read} in layer {number}", f"{made}, the out_channels of layer {number - 1}"
    raise RequestError(complaint("in_channels", what, allowed))


def _apart(first: ChainedLayer, second: ChainedLayer, size: Sizes) -> DataError:
    made, read = (size_text(sizes) for sizes in (size, second.input_size or ()))
    what = f"one in which {second.name} reads {read}"
    allowed = f"{made}, which {first.name} makes"
    return DataError(complaint("model", what, allowed, hint="name layers, as in MODEL:NAME"))
