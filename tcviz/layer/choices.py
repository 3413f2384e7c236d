"""What makes layers after one another end at a size: another output_padding, padding or kernel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice
from math import ceil, floor, prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tcviz.errors import GeometryError
from tcviz.layer.chain import MOST, Chain
from tcviz.layer.geometry import ConvTranspose
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.layer.sizes import SizesLike

PARAMETERS = ("kernel_size", "stride", "padding", "output_padding", "dilation")

Numbers: TypeAlias = tuple[tuple[int, int], ...]
"""Layers, counted from 0, each with the number that a parameter of it has instead."""


@frozen
class Change:
    """Another number for a parameter of one layer, which are counted from 1."""

    layer: int
    name: str
    value: int | tuple[int, ...]

    def __str__(self) -> str:
        return f"layer {self.layer}: {self.name} {self.value}"


def choices(chain: Chain, size: SizesLike) -> Iterator[tuple[Change, ...]]:
    """Yield changes with which a chain ends at a size: those of few layers first.

    They are choices of output_padding, of one or several layers, and then of the padding or
    the kernel of one; the nearest to what there is come first.  Where axes differ in
    what they need, each has its own number, the nearest.

    >>> three = ConvTranspose(3, stride=2, padding=1, dims=1)
    >>> for changes in choices(Chain((three, three), (7,)), 27):
    ...     print(*changes, sep=", ")
    layer 1: output_padding 1
    layer 2: padding 0
    layer 1: kernel_size 4
    layer 2: kernel_size 5
    """
    wanted = chain.layers[0].input_sizes(size, "to")
    several = {"output_padding": len(chain.layers), "padding": 1, "kernel_size": 1}
    for name, most in several.items():
        axes = [_Axis(chain, name, axis, n) for axis, n in enumerate(wanted)]
        for count in range(1, most + 1):
            first, *others = (axis.values(count) for axis in axes)
            for picked in sorted(first):
                if all(picked in other for other in others):
                    found = [first[picked], *(other[picked] for other in others)]
                    yield from _changes(name, picked, found)


def _changes(
    name: str, picked: Sequence[int], found: Sequence[Sequence[tuple[int, ...]]]
) -> Iterator[tuple[Change, ...]]:
    """Yield changes of the picked layers to numbers that do on each axis."""
    first, *others = found
    alike: list[Any] = [values for values in first if all(values in other for other in others)]
    own = list(zip(*(values[0] for values in found), strict=True))
    for values in alike or [own]:
        yield tuple(
            Change(number + 1, name, value) for number, value in zip(picked, values, strict=True)
        )


class _Layer(NamedTuple):
    """A layer on an axis: how many cells of the last output one more of a parameter is worth."""

    number: int
    worth: int
    allowed: range
    own: int | tuple[int, int]

    @property
    def now(self) -> Fraction:
        """The number that it has, or the mean of those of two sides."""
        return Fraction(sum(self.own), 2) if isinstance(self.own, tuple) else Fraction(self.own)

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the most that another number adds to the last output."""
        low, high = self.allowed[0], self.allowed[-1]
        others = (low + (low == self.own), high - (high == self.own))
        least, most = sorted((n - self.now) * self.worth for n in others)
        return least, most


@frozen
class _Axis:
    """One axis of a chain that is to end at a size, by other numbers of one parameter."""

    chain: Chain
    name: str
    axis: int
    wanted: int

    @cached_property
    def _layers(self) -> list[_Layer]:
        """The layers that may have another number, from the first, whose cells are worth most."""
        made = (self._layer(number) for number in range(len(self.chain.layers)))
        return [one for one in made if len(one.allowed[:2]) > 1 or one.allowed[0] != one.own]

    def _layer(self, number: int) -> _Layer:
        layer, axis = self.chain.layers[number], self.axis
        kernel, stride, dilation = layer.kernel_size[axis], layer.stride[axis], layer.dilation[axis]
        worth, allowed = {
            "output_padding": (1, range(max(stride, dilation))),
            "padding": (-2, range(layer.extent[axis])),
            "kernel_size": (dilation, range(1, 2 * (kernel + stride))),
        }[self.name]
        after = prod(later.stride[axis] for later in self.chain.layers[number + 1 :])
        return _Layer(number, worth * after, allowed, getattr(layer, self.name)[axis])

    def values(self, count: int) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
        """Return numbers that so many layers may have instead, by these, the nearest first."""
        missing = Fraction(self.wanted - self.chain.sizes[-1][self.axis])
        found: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
        for numbers in islice(self._found(0, missing, count), MOST):
            if self._end(dict(numbers)) == self.wanted:
                picked, values = zip(*numbers, strict=True)
                found[picked].append(values)
        return {some: sorted(n, key=partial(self._far, some)) for some, n in found.items()}

    def _found(self, first: int, missing: Fraction, count: int) -> Iterator[Numbers]:
        """Yield other numbers for `count` of the layers from the `first` that add what is missing.

        Each layer's must leave what those after it can add: layers whose cells are worth more
        hardly ever have a choice, as the digits of a number have none.
        """
        if not count:
            yield from [()] * (not missing)
            return
        for i in range(first, len(self._layers) - count + 1):
            layer = self._layers[i]
            least, most = self._reach(i + 1, count - 1)
            low, high = sorted((missing - added) / layer.worth for added in (least, most))
            start, stop = ceil(layer.now + low), floor(layer.now + high) + 1
            for n in range(max(start, layer.allowed.start), min(stop, layer.allowed.stop)):
                if n != layer.own:
                    rest = missing - (n - layer.now) * layer.worth
                    for others in self._found(i + 1, rest, count - 1):
                        yield ((layer.number, n), *others)

    def _reach(self, first: int, count: int) -> tuple[Fraction, Fraction]:
        """Return the least and the most that `count` of the layers from the `first` can add."""
        ends = [layer.ends for layer in self._layers[first:]]
        least, most = sorted(low for low, _ in ends), sorted(high for _, high in ends)
        return sum(least[:count], Fraction()), sum(most[len(most) - count :], Fraction())

    def _end(self, values: Mapping[int, int]) -> int:
        """Return the last size with other numbers of the parameter; 0 if there is none."""
        size = self.chain.input_size[self.axis]
        for number, layer in enumerate(self.chain.layers):
            given: dict[str, Any] = {key: (getattr(layer, key)[self.axis],) for key in PARAMETERS}
            given |= {self.name: (values[number],)} if number in values else {}
            try:
                (size,) = ConvTranspose(**given, dims=1).output_size(size)
            except GeometryError:
                return 0
        return size

    def _far(self, picked: Sequence[int], values: Sequence[int]) -> Fraction:
        """Return how far numbers are from those that there are."""
        off = (abs(n - self._layer(i).now) for i, n in zip(picked, values, strict=True))
        return sum(off, Fraction())
