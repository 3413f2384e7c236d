"""Where a layer's result is cropped: each convention of padding is a rule, asked axis by axis.

Conventions disagree on what padding belongs to, and on the side that loses one cell more.
All come down to cells before and after, and to cells added at the end where nothing is
cropped: what PyTorch calls padding and output_padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from tcviz.errors import GeometryError, complaint, did_you_mean, quoted
from tcviz.layer.sizes import Pair, Sizes


class Along(NamedTuple):
    """An axis of a layer, and of its input where a rule needs to know its cells."""

    number: int
    extent: int
    stride: int
    dilation: int
    cells: int

    @property
    def whole(self) -> int:
        """Cells of the result before anything is cropped."""
        return (self.cells - 1) * self.stride + self.extent

    @property
    def most(self) -> int:
        """Cells that may be added at the end."""
        return max(self.stride, self.dilation) - 1


class Crop(NamedTuple):
    """What is cropped before and after, and what is added at the end."""

    before: int
    after: int
    extra: int = 0


class CropRule(Protocol):
    """What finds the crop of an axis."""

    def __call__(self, axis: Along) -> Crop:
        """Return the crop, or raise GeometryError where there is none."""


def halved(total: int, *, more_before: bool = False) -> Crop:
    """Return a crop of `total` cells on both sides; a negative one is added at the end.

    >>> [tuple(halved(3)), tuple(halved(3, more_before=True)), tuple(halved(-2))]
    [(1, 2, 0), (2, 1, 0), (0, 0, 2)]
    """
    less, more = max(0, total) // 2, max(0, total + 1) // 2
    return Crop(*((more, less) if more_before else (less, more)), max(0, -total))


def at_end(total: int) -> Crop:
    """Return a crop of `total` cells at the end; a negative one adds them there."""
    return Crop(0, max(0, total), max(0, -total))


def same(axis: Along) -> Crop:
    """Return the crop with which output = input · stride, as TensorFlow has it: the end loses more.

    >>> same(Along(0, extent=3, stride=2, dilation=1, cells=5))
    Crop(before=0, after=1, extra=0)
    """
    return halved(axis.extent - axis.stride)


def valid(axis: Along) -> Crop:
    """Return no crop; an output has all cells of the last stride, as in Keras and JAX."""
    return Crop(0, 0, max(0, axis.stride - axis.extent))


def causal(axis: Along) -> Crop:
    """Return the crop with which output = input · stride, all of it at the end.

    >>> causal(Along(0, extent=3, stride=1, dilation=1, cells=5))
    Crop(before=0, after=2, extra=0)
    """
    return at_end(axis.extent - axis.stride)


WORDS: Mapping[str, CropRule] = {"same": same, "valid": valid, "causal": causal}
"""What may be said in place of numbers."""


def named(word: str, dims: int) -> CropRule:
    """Return the rule that is called so.

    Raises
    ------
    GeometryError
        If none is, or if it is none for so many axes.
    """
    if word not in WORDS:
        allowed = f"whole numbers from 0, or {', '.join(WORDS)}"
        raise GeometryError(
            complaint("padding", quoted(word), allowed, hint=did_you_mean(word, WORDS))
        )
    if word == "causal" and dims > 1:
        raise GeometryError(complaint("padding", f"{word!r} in {dims} dimensions", "that in one"))
    return WORDS[word]


class Numbers(NamedTuple):
    """Padding of the forward convolution, in numbers."""

    border: tuple[Pair, ...]
    extra: Sizes

    def __call__(self, axis: Along) -> Crop:
        """Return the crop of this axis."""
        return Crop(*self.border[axis.number], self.extra[axis.number])


class Sized(NamedTuple):
    """A crop that makes an output of a `size`, of what a `rule` finds by itself.

    Numbers stay, and the end gets more; words are asked for the crop of that output.  Where
    it is `exact`, the forward convolution maps that back to the input, as TensorFlow asks.
    """

    rule: CropRule
    size: Sizes
    name: str = "output_size"
    exact: bool = False

    def __call__(self, axis: Along) -> Crop:
        """Return the crop of this axis."""
        own, wanted = self.rule(axis), self.size[axis.number]
        least = axis.whole - own.before - own.after
        if self.rule in (same, causal):
            first, last = (axis.cells - 1) * axis.stride + 1, axis.cells * axis.stride
        else:
            first, last = max(1, least), least + (axis.stride - 1 if self.exact else axis.most)
        if not first <= wanted <= last:
            sizes = f"{first}" if first == last else f"{first} to {last}"
            allowed = f"{sizes}, for an input of {axis.cells}"
            raise GeometryError(complaint(self.name, wanted, allowed, axis=axis.number))
        if self.rule is same:
            return halved(axis.whole - wanted)
        if self.rule is causal:
            return at_end(axis.whole - wanted)
        return own._replace(extra=wanted - least)


class Around(NamedTuple):
    """Zeros around the stretched input, as `framework` counts them.

    So JAX does: dilation·(kernel − 1) of them crop nothing, less crop, and more add to
    the output: at the end as far as output_padding goes, before the first cell never.
    """

    zeros: tuple[Pair, ...]
    framework: str = "JAX"

    def __call__(self, axis: Along) -> Crop:
        """Return the crop of this axis."""
        reach = axis.extent - 1
        before, after = (reach - zeros for zeros in self.zeros[axis.number])
        if before < 0 or -after > axis.most:
            low = f"up to {reach} before and {reach + axis.most} after"
            allowed = f"{low}: more adds cells that tcviz cannot draw"
            what = str(self.zeros[axis.number])
            raise GeometryError(complaint("padding", what, allowed, axis=axis.number))
        return Crop(before, max(0, after), max(0, -after))


def asked(
    padding: object, border: tuple[Pair, ...], extra: Sizes, output_size: Sizes | None
) -> CropRule | None:
    """Return the rule of what is asked for, or None for mere numbers: `border` and `extra` are so.

    Raises
    ------
    GeometryError
        If both output_size and output_padding are asked for.
    """
    words = isinstance(padding, str)
    rule: CropRule = named(padding, len(border)) if words else Numbers(border, extra)  # type: ignore[arg-type]
    if output_size is None:
        return rule if words else None
    if any(extra) and not words:
        what = f"{extra} beside output_size"
        raise GeometryError(complaint("output_padding", what, "0: it is found for that size"))
    return Sized(rule, output_size)
