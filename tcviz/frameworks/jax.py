"""JAX: the collection view, in which everything has a parameter, in one call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tcviz.errors import quoted
from tcviz.frameworks.calls import CallForm, PastedCall
from tcviz.frameworks.pasted import PastedLayer
from tcviz.frameworks.writing import call, column, script
from tcviz.layer.crops import Around, CropRule, Numbers, same, valid
from tcviz.layer.layouts import CHANNELS_FIRST, CHANNELS_LAST, ArrayLayout
from tcviz.layer.sizes import Pair, is_sequence, sizes_of, whole

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

MARKS = {"jax", "lax"}
FORMS = (
    CallForm(
        "conv_transpose",
        "lhs rhs strides padding rhs_dilation dimension_numbers transpose_kernel precision "
        "preferred_element_type use_consistent_padding",
    ),
    CallForm(
        "conv_general_dilated",
        "lhs rhs window_strides padding lhs_dilation rhs_dilation dimension_numbers "
        "feature_group_count batch_group_count precision preferred_element_type out_sharding",
    ),
)
WORDS: dict[str, CropRule] = {"SAME": same, "VALID": valid}
"""Padding in words, which in JAX belongs to the forward convolution."""


def read(call: PastedCall) -> PastedLayer:
    """Return the layer of a call, whose kernel is not flipped unless it says so.

    >>> from tcviz.frameworks import layer
    >>> layer("lax.conv_transpose(x, w, (2, 2), 'SAME')").geometry(3, 3).border
    ((0, 1), (0, 1))
    """
    if call.form.name == "conv_general_dilated":
        return _read_dilated(call)
    strides = _sequence(call, "strides")
    dims = len(strides)
    is_turned = not call.literal("transpose_kernel", False)
    image, kernel = _layout(call, dims, (CHANNELS_LAST, "*IO"))
    swapped = kernel if is_turned else kernel.translate(str.maketrans("IO", "OI"))
    said = call.literal("padding")
    consistent = bool(call.literal("use_consistent_padding", False))
    return PastedLayer(
        call.framework,
        call.shown("strides", "padding", "rhs_dilation", "dimension_numbers", "transpose_kernel",
                   "use_consistent_padding"),
        dims,
        None,
        sizes_of("strides", strides, dims, 1),
        call.axes("rhs_dilation", 1, dims),
        1,
        padding(call, said, dims, consistent=consistent),
        ArrayLayout(image, swapped, turned=is_turned),
        bias=False,
    )  # fmt: skip


def padding(call: PastedCall, said: Any, dims: int, *, consistent: bool = False) -> CropRule:
    """Return a padding's rule: words, or pairs of zeros around the stretched input.

    Where it is `consistent`, pairs belong to the forward convolution, as words do.
    """
    if isinstance(said, str):
        if said not in WORDS:
            call.refuse("padding", quoted(said), "'SAME', 'VALID' or pairs of numbers")
        return WORDS[said]
    if not is_sequence(said) or len(said) != dims or not all(map(_is_pair, said)):
        call.refuse("padding", quoted(said), f"'SAME', 'VALID' or {dims} pairs (low, high)")
    pairs: tuple[Pair, ...] = tuple((low, high) for low, high in said)
    if not consistent:
        return Around(pairs)
    checked = [sizes_of("padding", pair, 2, 0) for pair in pairs]
    return Numbers(tuple((low, high) for low, high in checked), (0,) * dims)


def _read_dilated(call: PastedCall) -> PastedLayer:
    """Return the transposed convolution that is written as an ordinary one, of a stretched input.

    >>> from tcviz.frameworks import layer
    >>> code = "lax.conv_general_dilated(x, w, (1,), [(2, 2)], lhs_dilation=(2,))"
    >>> layer(code).output_size(3) if layer(code).kernel_size else layer(code).stride
    (2,)
    """
    strides = _sequence(call, "window_strides")
    dims = len(strides)
    if set(strides) != {1}:
        what, allowed = str(strides), "1 on each axis: others make a forward convolution"
        call.refuse("window_strides", what, allowed)
    if call.literal("batch_group_count", 1) != 1:
        call.refuse("batch_group_count", str(call.literal("batch_group_count")), "1 is drawn alone")
    said = call.literal("padding")
    if isinstance(said, str):
        allowed = "pairs: String padding is not implemented for transposed convolution"
        call.refuse("padding", quoted(said), allowed, "conv_transpose has words")
    image, kernel = _layout(call, dims, (CHANNELS_FIRST, "OI*"))
    return PastedLayer(
        call.framework,
        call.shown("window_strides", "padding", "lhs_dilation", "rhs_dilation",
                   "dimension_numbers", "feature_group_count"),
        dims,
        None,
        call.axes("lhs_dilation", 1, dims),
        call.axes("rhs_dilation", 1, dims),
        whole("feature_group_count", call.literal("feature_group_count", 1), 1),
        padding(call, said, dims),
        ArrayLayout(image, kernel, turned=True),
        bias=False,
    )  # fmt: skip


def _sequence(call: PastedCall, name: str) -> tuple[Any, ...]:
    value = call.literal(name)
    if not is_sequence(value) or not 1 <= len(value) <= 3:
        call.refuse(name, quoted(value), "one number for each axis, as in (2, 2)")
    return tuple(value)


def _is_pair(value: object) -> bool:
    whole_numbers = is_sequence(value) and all(type(n) is int for n in value)
    return whole_numbers and len(value) == 2  # type: ignore[arg-type]


def _layout(call: PastedCall, dims: int, usual: tuple[str, str]) -> tuple[str, str]:
    """Return how image and kernel are laid out, with * for the axes in space."""
    said = call.literal("dimension_numbers")
    if said is None:
        return usual
    allowed = "such as ('NHWC', 'HWIO', 'NHWC'), with the axes in space together"
    if not is_sequence(said) or len(said) != 3 or not all(isinstance(s, str) for s in said):
        call.refuse("dimension_numbers", quoted(said), allowed)
    image, kernel, made = said
    space = "".join(letter for letter in kernel if letter not in "IO")
    starred = [text.replace(space, "*") if space else text for text in said]
    fits = len(space) == dims and starred[0] in ("N*C", "NC*") and image == made
    if not fits or sorted(starred[1]) != sorted("IO*"):
        call.refuse("dimension_numbers", quoted(said), allowed)
    return starred[0].removeprefix("N"), starred[1]


_IMPORTS = ["import jax.numpy as jnp", "import numpy as np", "from jax import lax"]


def code(plan: Plan) -> str:
    """Return a program in JAX."""
    return script(_IMPORTS, plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    kernel = "jnp.asarray(weight)" if plan.forward else "kernel"
    if not plan.forward:
        yield from _kernel(plan)
    yield call("y = lax.conv_general_dilated(", "jnp.asarray(x)", kernel, *_options(plan))
    if plan.bias is not None:
        yield f"y = y + {column(plan)}"


def _options(plan: Plan) -> Iterator[str]:
    layer = plan.layer
    if plan.forward:
        yield f"window_strides={layer.stride}"
        yield f"padding={layer.border}"
    else:
        yield f"window_strides={(1,) * layer.dims}"
        yield f"padding={layer.collection_padding}"
        yield f"lhs_dilation={layer.stride}"
    yield f"rhs_dilation={layer.dilation}"
    yield f"feature_group_count={layer.groups}"


def _kernel(plan: Plan) -> Iterator[str]:
    """Yield the flipped kernel, ``(C_out, C_in/groups, *kernel_size)``."""
    groups, size = plan.layer.groups, plan.layer.kernel_size
    flipped = ", ".join(["::-1"] * len(size))
    yield f"flipped = weight[:, :, {flipped}]"
    if groups == 1:
        yield "kernel = jnp.asarray(flipped.swapaxes(0, 1))"
        return
    ins, outs = plan.in_channels // groups, plan.out_channels // groups
    yield f"kernel = flipped.reshape({(groups, ins, outs, *size)}).swapaxes(1, 2)"
    yield f"kernel = jnp.asarray(kernel.reshape({(groups * outs, ins, *size)}))"
