"""A pasted layer in a request: what it says takes the place of options."""

from __future__ import annotations

from typing import Any, TypeAlias

from tcviz.engine.arrays import as_array
from tcviz.errors import RequestError, complaint, quoted
from tcviz.frameworks import layer as read
from tcviz.frameworks.pasted import PastedLayer, of_geometry
from tcviz.layer import foreign
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes, plain, sizes_of
from tcviz.request.article import KERNEL

Arrays: TypeAlias = tuple[Any, Any, Any]
OWN = ("stride", "padding", "output_padding", "dilation", "groups", "dims")
"""What a layer says itself; the rest it may leave to the arrays."""


def taken(arrays: Arrays, options: dict[str, Any]) -> tuple[PastedLayer | None, Arrays]:
    """Take a pasted layer out of the options, or from the weight's place; None where is none."""
    x, weight, bias = arrays
    asked = options.pop("layer", None)
    if foreign.is_layer(asked):  # its weight is with it
        if weight is not None:
            what = f"a {type(asked).__name__} beside a weight"
            raise RequestError(complaint("layer", what, "one of them"))
        return None, (x, asked, bias)
    known = asked is None or isinstance(asked, PastedLayer | ConvTranspose)
    layer = _said(asked if known else read(asked))
    weight = _said(weight)
    if isinstance(weight, PastedLayer):
        if layer is not None:
            raise RequestError(complaint("layer", "given twice", "one, also in the weight's place"))
        return weight, (x, None, bias)
    if layer is not None and foreign.is_layer(weight):
        what = f"{layer} beside a {type(weight).__name__}"
        raise RequestError(complaint("layer", what, "one of them, or its weight alone"))
    return layer, (x, weight, bias)


def _said(layer: Any) -> Any:
    """Return what is said of a layer in tcviz's own words as if it were pasted."""
    return of_geometry(layer) if isinstance(layer, ConvTranspose) else layer


def opened(
    layer: PastedLayer, arrays: Arrays, options: dict[str, Any], *, forward: bool = False
) -> dict[str, Any]:
    """Return options with what a layer says in them, for `tcviz.request.inputs.plan`.

    Raises
    ------
    RequestError
        If options say it too, and not the same, or if a forward convolution is asked for.
    """
    if forward:
        raise foreign.is_transposed(layer.call)
    facts = dict(layer.facts)
    for name in dict.fromkeys([*OWN, *facts]):
        said = plain(options.get(name))
        if said is None or (name in facts and foreign.alike(said, facts[name])):
            continue
        own = f"the layer's own{f', {quoted(facts[name])}' if name in facts else ''}"
        raise RequestError(complaint(name, f"{quoted(said)} beside {layer.call}", own))
    rest = {name: value for name, value in options.items() if name not in OWN}
    if rest.get("layout") is None:
        rest["layout"] = layer.layout
    if rest.get("input_size") is None and arrays[0] is None and layer.sizes_in:
        rest["input_size"] = layer.sizes_in(_kernel(layer, arrays[1], rest))
    return rest | facts | {"rule": layer.crop}


def _kernel(layer: PastedLayer, weight: Any, options: dict[str, Any]) -> Sizes:
    """Return the size of the kernel, as far as anybody says it."""
    if layer.kernel_size or options.get("kernel_size") is not None:
        return layer.kernel_of(options.get("kernel_size"))
    if weight is None:
        return sizes_of("kernel_size", KERNEL, layer.dims, 1)
    array = as_array(weight, "weight")
    kernels = layer.layout.kernels(array, layer.dims, layer.groups)
    return tuple(kernels.shape[-layer.dims :])
