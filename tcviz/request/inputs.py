"""From a request to arrays: plan, then execute.

`plan` settles every size and refuses what does not fit, without making
anything large; `Plan.make` then draws the numbers that were not given.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field, replace
from functools import cache, partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from tcviz.engine.arrays import as_numbers
from tcviz.errors import DataError, GeometryError, complaint
from tcviz.layer import crops
from tcviz.layer.crops import CropRule
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.layouts import LAYOUTS, ArrayLayout
from tcviz.layer.operands import Array, Operands
from tcviz.layer.sizes import (
    DEFAULT_DIMS,
    MAX_DIMS,
    PaddingLike,
    Sizes,
    SizesLike,
    is_sequence,
    plain,
    said_axes,
    whole,
)
from tcviz.request import limits
from tcviz.request.article import EXAMPLES, KERNEL
from tcviz.request.channels_last import Given, explained, note_likely
from tcviz.request.layouts import image, kernels, line
from tcviz.request.options import NAMED
from tcviz.scene.frozen import frozen

LARGEST_INPUT, LARGEST_WEIGHT, LARGEST_GRADIENT = 9, 3, 5
"""Drawn numbers are whole: from −9 to 9 in the input, and so on."""
INSTEAD = 2
"""What stands for a drawn zero that would show nothing."""

T = TypeVar("T")
Facts: TypeAlias = dict[str, list[tuple[Any, str]]]
"""What arrays say, by the parameter that it is about: values, and whose they are."""


@frozen(eq=False)
class Plan:
    """What `make` will make: every size, the arrays that were given, and the seed of the others."""

    layer: ConvTranspose
    input_size: Sizes
    in_channels: int
    out_channels: int
    x: Array | None = field(repr=False)
    weight: Array | None = field(repr=False)
    bias: Array | None = field(repr=False)
    seed: int
    forward: bool = False
    backward: bool = False
    grad_output: Array | None = field(default=None, repr=False)

    @property
    def output_size(self) -> Sizes:
        """The output's spatial size."""
        size = self.layer.forward_output_size if self.forward else self.layer.output_size
        return size(self.input_size)

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """The weight's shape in PyTorch's layout."""
        into, out = (self.out_channels, self.in_channels)[:: 1 if self.forward else -1]
        return into, out // self.layer.groups, *self.layer.kernel_size

    def make(self) -> Operands:
        """Return the operands, drawing what was not given.

        One generator, ``numpy.random.default_rng(seed)``, draws first the input, then
        the weight, and last the upstream gradient, if there is to be one: whichever of
        them is not given.  A step that spreads a zero, or a kernel of nothing else, would
        show nothing: there stands `INSTEAD`.

        >>> plan(kernel_size=2, input_size=2, in_channels=1).make().x.tolist()
        [[[7, 3], [2, -4]]]
        """

        @cache
        def random() -> np.random.Generator:  # NumPy's module takes long to import
            return np.random.default_rng(self.seed)

        x, weight, gradient = self.x, self.weight, self.grad_output
        if x is None:
            x = _draw(random(), LARGEST_INPUT, (self.in_channels, *self.input_size))
        if weight is None:
            weight = _draw(random(), LARGEST_WEIGHT, self.weight_shape, self.layer.dims)
        if gradient is None and self.backward:
            gradient = _draw(random(), LARGEST_GRADIENT, (self.out_channels, *self.output_size))
        return Operands(self.layer, x, weight, self.bias, self.forward, gradient)


def plan(
    *,
    kernel_size: SizesLike | None = None,
    stride: SizesLike = 1,
    padding: PaddingLike | str = 0,
    output_padding: SizesLike = 0,
    output_size: SizesLike | None = None,
    dilation: SizesLike = 1,
    groups: int = 1,
    input_size: SizesLike | None = None,
    in_channels: int | None = None,
    out_channels: int | None = None,
    input: object = None,  # noqa: A002 - the field's word, and the option's
    weight: object = None,
    bias: object = None,
    grad_output: object = None,
    seed: int | None = None,
    dims: int | None = None,
    layout: str | ArrayLayout | None = None,
    example: str = "transposed",
    backward: bool = False,
    rule: CropRule | None = None,
) -> Plan:
    """Return what to make of a request, with every size settled.

    Without `input`, `weight` and `seed`, and where nothing asks for other sizes, the
    numbers are the article's, those of the `example`.  Otherwise what is not given is
    drawn: small whole numbers, from `seed` (0 by default).

    Parameters
    ----------
    kernel_size, stride, padding, output_padding, dilation, groups
        As in `ConvTranspose`; a `kernel_size` unsaid is the weight's, or 3.
    output_size : int, or one int per axis, optional
        Finds the output_padding that makes it.
    input_size, in_channels, out_channels : int, or one int per axis, optional
        Unsaid they are the arrays', or the example's, if that is a multiple of `groups`.
    input : array_like, optional
        Shape ``(C_in, *size)``, ``size`` for one channel, or a batch of one, ``(1, C_in, *size)``.
    weight : array_like, optional
        Shape ``(C_in, C_out/groups, *kernel_size)``, ``(C_in, *kernel_size)``, or
        ``kernel_size`` for one channel in and one out.
    bias : array_like, optional
        One number for all output channels, or one for each, also as a row or a column.
    grad_output : array_like, optional
        The upstream gradient, of the output's shape: ``(C_out, *output_size)``,
        ``output_size`` for one channel, or a batch of one.
    seed : int, optional
        0 or more.
    dims : int, optional
        Spatial axes: 1, 2 or 3.  Unsaid it is what the sizes or the arrays have, or 2.
    layout : str or ArrayLayout, optional
        How the arrays are laid out, a key of `LAYOUTS`; unsaid it is PyTorch's, which the
        shapes above are.
    example : str
        A key of `EXAMPLES`.  In ``"convolution"`` everything is the forward convolution's:
        the input is the large side, the weight ``(C_out, C_in/groups, *kernel_size)``.
    backward : bool
        Whether there is an upstream gradient, drawn where it is not given.
    rule : CropRule, optional
        A framework's padding, in place of `padding` and `output_padding`.

    Raises
    ------
    DataError
        If arrays hold no numbers, or do not fit each other or the sizes asked for.
    GeometryError
        If the parameters make no output.

    Examples
    --------
    >>> settled = plan(stride=2, padding=1)
    >>> settled.in_channels, settled.input_size, settled.layer.kernel_size
    (2, (3, 3), (3, 3))
    """
    # What each is by itself.
    given = {"input": input, "weight": weight, "bias": bias, "grad_output": grad_output}
    x, w, b, g = (None if v is None else as_numbers(v, name) for name, v in given.items())
    c_in, c_out = _whole("in_channels", in_channels), _whole("out_channels", out_channels)
    start = _whole("seed", seed)
    geometry: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    geometry["output_padding"] = output_padding
    laid = _layout(layout)
    shown = EXAMPLES[example]
    if dims is None:
        said = {"kernel_size": kernel_size, "output_size": output_size} | geometry
        lines = _as_lines(x, w, laid, groups)
        dims = _dims(x, w, g, said, input_size, lines, forward=shown.forward)
    kernel = KERNEL if kernel_size is None else kernel_size
    layer = ConvTranspose(kernel, **geometry, groups=groups, dims=dims)
    size = None if input_size is None else layer.input_sizes(input_size)
    rule = _rule(layer, padding, output_size, rule, forward=shown.forward)
    whole_x, whole_w = (None, None) if layout else (x, w)
    x, g = image("input", x, layer.dims, laid), image("grad_output", g, layer.dims, laid)
    w, b = kernels(w, layer.dims, laid, layer.groups), line(b)

    # Together they are the article's example, unless something asks for another.
    unsaid = x is None and w is None and seed is None
    asked = (layer.groups, layer.kernel_size, size, c_in, c_out, None if b is None else b.size)
    alike = all(mine in {None, its} for mine, its in zip(asked, shown.shapes, strict=True))
    if unsaid and alike and (g is None or len(g) == 1):
        x, w = shown.numbers()

    # What arrays say is so; parameters agree or are refused.
    wanted = None if kernel_size is None else layer.kernel_size
    asked_for = _Asked(layer, wanted, size, c_in, c_out, start or 0, example, backward, rule)
    agreed = partial(_agreed, asked_for, bias=b, gradient=g)
    as_given = (_given("input", whole_x, x, layer.dims), _given("weight", whole_w, w, layer.dims))
    try:
        settled = agreed(x, w)
    except DataError as error:
        raise explained(error, *as_given, agreed) from None
    if (wanted, size, c_in) == (None, None, None):  # else what is said agrees with them
        note_likely(*as_given)
    return settled


def _given(name: str, given: Array | None, read: Array | None, dims: int) -> Given | None:
    """Return an array as it was given and as it is read, or None where it was not."""
    return None if given is None or read is None else Given(name, given, read, dims)


class _Asked(NamedTuple):
    """What is said beside arrays; None is what they may say."""

    layer: ConvTranspose
    kernel_size: Sizes | None
    input_size: Sizes | None
    in_channels: int | None
    out_channels: int | None
    seed: int
    example: str
    backward: bool
    rule: CropRule | None


def _agreed(
    asked: _Asked, x: Array | None, weight: Array | None, bias: Array | None, gradient: Array | None
) -> Plan:
    """Return the plan on which arrays and what is asked for agree; raise DataError if they do not.

    What neither says is the example's.
    """
    layer, shown = asked.layer, EXAMPLES[asked.example]
    facts = _facts(x, weight, bias, layer.groups, forward=shown.forward)
    if gradient is not None:
        facts["out_channels"].append((len(gradient), f"that of grad_output {gradient.shape}"))
    kernel = _settle("kernel_size", facts, asked.kernel_size, layer.kernel_size)
    layer = replace(layer, kernel_size=kernel)
    default = layer.input_sizes(shown.sizes[layer.dims])
    size = _settle("input_size", facts, asked.input_size, default)
    if asked.rule:
        layer = layer.cropped(asked.rule, size)
        layer = replace(layer, output_padding=(0,) * layer.dims) if shown.forward else layer
    channels = shown.channels if layer.dims < MAX_DIMS else 1  # in 3-D each has many panels
    c_in = _settle("in_channels", facts, asked.in_channels, max(channels, layer.groups))
    c_out = _settle("out_channels", facts, asked.out_channels, layer.groups)
    layer.check_channels(c_in, c_out)
    bias = None if bias is None else np.broadcast_to(bias, (c_out,))
    settled = Plan(layer, size, c_in, c_out, x, weight, bias, asked.seed, shown.forward,
                   asked.backward, gradient)  # fmt: skip
    _check_output(settled)
    return settled


def _layout(asked: str | ArrayLayout | None) -> ArrayLayout:
    if isinstance(asked, ArrayLayout):
        return asked
    return LAYOUTS[limits.checked("layout", asked) or "torch"]


def _rule(
    layer: ConvTranspose, padding: PaddingLike | str, output_size: SizesLike | None,
    own: CropRule | None, *, forward: bool,
) -> CropRule | None:  # fmt: skip
    """Return what crops the layer for an input's size, or None where numbers say it already.

    A framework's `own` rule stands in the place of the padding.
    """
    size = None if output_size is None else layer.input_sizes(output_size, "output_size")
    if size and forward:
        raise GeometryError(complaint("output_size", size, "none: a forward convolution has one"))
    if own:
        return crops.Sized(own, size) if size else own
    return crops.asked(padding, layer.border, layer.output_padding, size)


def _whole(name: str, value: Any) -> int | None:
    return None if value is None else whole(name, value, NAMED[name].least, error=DataError)


def _dims(
    x: Array | None, weight: Array | None, gradient: Array | None,
    geometry: dict[str, Any], size: SizesLike | None,
    lines: tuple[Array | None, Array | None], *, forward: bool,
) -> int | None:  # fmt: skip
    """Return how many axes are spatial, or None where `geometry` says it by itself.

    An array may have up to two axes more; where that leaves a choice, it is 2.  Of `lines`,
    input and weight as they would be in one dimension, it is seen whether they fit each other.
    """
    said = {name: plain(value) for name, value in geometry.items()}
    if said_axes(said) is not None:
        return None
    arrays = [array for array in (x, weight, gradient) if array is not None]
    ranks = [array.ndim for array in arrays] or [DEFAULT_DIMS]
    size = plain(size)
    if is_sequence(size) and (len(size) != 1 or max(ranks) <= 1 + 2):  # one size is any axis'
        return len(size)
    if any(map(is_sequence, said.values())) and _fit_a_line(*lines, forward=forward):
        return 1  # (2,) is how a layer of one axis says its stride
    return min(max(DEFAULT_DIMS, max(ranks) - 2), max(1, min(ranks)), MAX_DIMS)


def _as_lines(
    x: Array | None, weight: Array | None, layout: ArrayLayout, groups: Any
) -> tuple[Array | None, Array | None]:
    """Return both with their channels first, as if there were one axis in space."""
    count = plain(groups)  # checked later, with the number of axes
    shared = count if type(count) is int and count > 0 else 1
    return (
        x if x is None or x.ndim < 2 else layout.images(x, 1),
        weight if weight is None or weight.ndim != 1 + 2 else layout.kernels(weight, 1, shared),
    )


def _fit_a_line(x: Array | None, weight: Array | None, *, forward: bool) -> bool:
    """Return whether the weight is whole in one dimension, and the input fits it."""
    if weight is None or weight.ndim != 1 + 2:
        return False
    if x is None or x.ndim < 2:
        return True
    if x.ndim > 2 and len(x) > 1:
        return False
    channels: int = x.shape[-2]
    return channels % int(weight.shape[1]) == 0 if forward else channels == len(weight)


def _check_output(settled: Plan) -> None:
    """Refuse an output of no cells, or of another size than its gradient or the direction has."""
    extra, gradient = settled.layer.output_padding, settled.grad_output
    if settled.forward and any(extra):
        raise GeometryError(complaint("output_padding", extra, "0: a forward convolution has none"))
    wanted = settled.out_channels, *settled.output_size  # raises where there are no cells
    if gradient is not None and gradient.shape != wanted:
        allowed = f"{wanted}, that of the output"
        raise DataError(complaint("grad_output", f"of shape {gradient.shape}", allowed))


def _facts(
    x: Array | None, weight: Array | None, bias: Array | None, groups: int, *, forward: bool
) -> Facts:
    facts: Facts = defaultdict(list)
    if x is not None:
        of = f"that of input {x.shape}"
        facts["input_size"].append((x.shape[1:], of))
        facts["in_channels"].append((x.shape[0], of))
    if weight is not None:
        of = f"that of weight {weight.shape}"
        facts["kernel_size"].append((weight.shape[2:], of))
        first, second = ("in_channels", "out_channels")[:: -1 if forward else 1]
        facts[first].append((weight.shape[0], of))
        of += f" with groups {groups}" if groups > 1 else ""
        facts[second].append((weight.shape[1] * groups, of))
    if bias is not None and bias.ndim:
        facts["out_channels"].append((bias.size, f"that of bias {bias.shape}"))
    return facts


def _settle(name: str, facts: Facts, asked: T | None, default: T) -> T:
    """Return the one value that all agree on, or `default` where nobody says any."""
    claims = facts[name] + [(asked, "")] * (asked is not None)
    value, of = claims[0] if claims else (default, "")
    for other, whose in claims[1:]:
        if other != value:
            what = f"{other}, {whose}" if whose else other
            raise DataError(complaint(name, what, f"{value}, {of}"))
    return value


def _draw(random: np.random.Generator, largest: int, shape: Sizes, kernel_axes: int = 0) -> Array:
    """Return whole numbers, none of them zero; a kernel, of the last axes, is not all zero."""
    drawn = random.integers(-largest, largest + 1, shape)
    # Nothing is drawn again: all other numbers stay those of the seed.
    drawn[~drawn.any(axis=tuple(range(-kernel_axes, 0)))] = INSTEAD
    drawn.setflags(write=False)
    return drawn
