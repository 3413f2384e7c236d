"""Layers after one another: their sizes, what reaches what through all of them, and overlap.

All of it is told axis by axis, as for one layer; in several dimensions the numbers multiply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from tcviz.errors import GeometryError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import length
from tcviz.layer.taps import Taps

if TYPE_CHECKING:
    from tcviz.layer.sizes import Sizes, SizesLike

Cells: TypeAlias = tuple[tuple[int, ...], ...]
"""Coordinates per axis; all combinations of them are meant."""

Ways: TypeAlias = tuple[dict[int, int], ...]
"""In how many ways cells reach a cell, by their coordinate, per axis."""

PARAMETERS = ("kernel_size", "stride", "padding", "output_padding", "dilation")
MOST = 100_000
"""The most cells, and the most choices, that are looked at one by one."""
FEW = 6
"""Numbers that are told one by one."""


@dataclass(frozen=True)
class Reach:
    """How many cells another depends on, or reaches, on one axis: the fewest, and the most."""

    fewest: int
    most: int

    def __str__(self) -> str:
        """Return the number, or both.

        >>> print(Reach(2, 3), Reach(2, 2))
        2–3 2
        """
        return str(self.most) if self.fewest == self.most else f"{self.fewest}–{self.most}"


@dataclass(frozen=True)
class Change:
    """Another number for a parameter of one layer, which are counted from 1."""

    layer: int
    name: str
    value: int | tuple[int, ...]

    def __str__(self) -> str:
        return f"layer {self.layer}: {self.name} {self.value}"


@dataclass(frozen=True)
class Chain:
    """Transposed convolutions after one another, and the size of the first one's input.

    Parameters
    ----------
    layers : sequence of ConvTranspose
        The layers in the order in which they are applied, of as many axes each.
    input_size : tuple of int
        The size of the first one's input.
    names : sequence of str, optional
        What the layers are called, where they are not counted from 1.

    Raises
    ------
    GeometryError
        If there is no layer, the axes differ, or a stage has no cells.

    Examples
    --------
    A decoder that doubles twice:

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> up = ConvTranspose(4, stride=2, padding=1)
    >>> Chain((up, up), (7, 7)).sizes
    ((7, 7), (14, 14), (28, 28))
    """

    layers: tuple[ConvTranspose, ...]
    input_size: Sizes
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.layers:
            raise GeometryError(complaint("layers", "none", "one or more"))
        first, *others = self.layers
        for number, layer in enumerate(others, 2):
            if layer.dims != first.dims:
                what = f"{layer.dims} in layer {number}"
                raise GeometryError(complaint("dims", what, f"{first.dims} as in layer 1"))
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "input_size", first.input_sizes(self.input_size))
        if not self.names:
            numbers = range(1, len(self.layers) + 1)
            object.__setattr__(self, "names", tuple(f"layer {number}" for number in numbers))
        _ = self.sizes

    @cached_property
    def sizes(self) -> tuple[Sizes, ...]:
        """The input's size, and that of each stage's output."""
        found = [self.input_size]
        for number, layer in enumerate(self.layers, 1):
            try:
                found.append(layer.output_size(found[-1]))
            except GeometryError as error:
                raise GeometryError(f"layer {number}: {error}") from None
        return tuple(found)

    @property
    def dims(self) -> int:
        """Number of spatial axes."""
        return self.layers[0].dims

    @cached_property
    def axes(self) -> tuple[tuple[Taps, ...], ...]:
        """For each stage its axes, on which taps meet elements and places."""
        return tuple(
            Taps.along(layer, small, large)
            for layer, small, large in zip(self.layers, self.sizes, self.sizes[1:], strict=False)
        )

    def sources(self, cell: Sequence[int]) -> tuple[Cells, ...]:
        """Return the cells that an output cell depends on, stage by stage, per axis.

        The first are those of the input, the last is the cell itself; on each axis they are in
        rising order, and all combinations of them are meant.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> up = ConvTranspose(4, stride=2, padding=1, dims=1)
        >>> Chain((up, up), (3,)).sources((5,))
        (((0, 1, 2),), ((2, 3),), ((5,),))
        """
        return tuple(tuple(tuple(axis) for axis in stage) for stage in self.ways(cell))

    def ways(self, cell: Sequence[int]) -> tuple[Ways, ...]:
        """Return in how many ways cells reach an output cell, stage by stage, per axis.

        A way is a tap of each layer that follows.  Cells without one are left out; on each axis
        they are in rising order, and in several dimensions the numbers multiply.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> up = ConvTranspose(4, stride=2, padding=1, dims=1)
        >>> Chain((up, up), (3,)).ways((5,))
        (({0: 1, 1: 2, 2: 1},), ({2: 1, 3: 1},), ({5: 1},))
        """
        self._check(cell, self.sizes[-1])
        found: list[Ways] = [tuple({i: 1} for i in cell)]
        for axes in reversed(self.axes):
            found.append(tuple(map(_led, axes, found[-1])))
        return tuple(reversed(found))

    def _check(self, cell: Sequence[int], size: Sizes) -> None:
        if len(cell) != len(size):
            raise GeometryError(complaint("cell", tuple(cell), f"{len(size)} numbers"))
        for axis, (i, n) in enumerate(zip(cell, size, strict=True)):
            if not 0 <= i < n:
                raise GeometryError(complaint("cell", i, f"0 to {n - 1}", axis=axis))

    @cached_property
    def fields(self) -> tuple[Reach, ...] | None:
        """How many input cells reach an output cell away from the edge, per axis.

        None, if they are too many to be counted.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> print(*Chain((ConvTranspose(4, 2, 1, dims=1),) * 2, (7,)).fields)
        2–3
        """
        found = [self._field(axis) for axis in range(self.dims)]
        return None if None in found else tuple(filter(None, found))

    def _field(self, axis: int) -> Reach | None:
        phases = prod(layer.stride[axis] for layer in self.layers)
        if phases > MOST:
            return None
        counts, met = [], 0
        for phase in range(phases):
            cells = {phase}
            for layer in reversed(self.layers):
                tap, stride, kernel = layer.dilation[axis], layer.stride[axis], layer.kernel_size
                met += len(cells) * kernel[axis]
                if met > MOST:
                    return None
                places = {p - k * tap for p in cells for k in range(kernel[axis])}
                cells = {p // stride for p in places if p % stride == 0}
            counts.append(len(cells))
        return Reach(min(counts), max(counts))

    @cached_property
    def fans(self) -> Sizes | None:
        """How many output cells an input cell away from the edge reaches, per axis.

        None, if they are too many to be counted.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> Chain((ConvTranspose(4, 2, 1, dims=1),) * 2, (7,)).fans
        (10,)
        """
        found = [self._fan(axis) for axis in range(self.dims)]
        return None if None in found else tuple(filter(None, found))

    def _fan(self, axis: int) -> int | None:
        cells = {0}
        for layer in self.layers:
            tap, stride, kernel = layer.dilation[axis], layer.stride[axis], layer.kernel_size[axis]
            if len(cells) * kernel > MOST:
                return None
            cells = {i * stride + k * tap for i in cells for k in range(kernel)}
        return len(cells)

    @cached_property
    def usual(self) -> tuple[int, ...] | None:
        """How many ways lead from the input to an output cell away from the edge, in rising order.

        A way is a tap of each layer.  One number means that the overlap of the whole chain is
        even; None, that it repeats too seldom to be counted.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> three, four = (ConvTranspose(k, stride=2, dims=1) for k in (3, 4))
        >>> Chain((four, four), (7,)).usual, Chain((four, three), (7,)).usual
        ((4,), (2, 4))
        """
        axes = [self._ways(axis) for axis in range(self.dims)]
        if None in axes:
            return None
        return tuple(sorted({prod(ways) for ways in product(*filter(None, axes))}))

    def _ways(self, axis: int) -> tuple[int, ...] | None:
        """Return the different numbers of ways on one axis, of an input without an edge.

        The numbers of ways to a stage's cells repeat with the strides so far.
        """
        ways = [1]
        for layer in self.layers:
            kernel, stride, dilation = (
                side[axis] for side in (layer.kernel_size, layer.stride, layer.dilation)
            )
            if len(ways) * stride * kernel > MOST:
                return None
            made = [0] * (len(ways) * stride)
            for i, count in enumerate(ways):
                for k in range(kernel):
                    made[(i * stride + k * dilation) % len(made)] += count
            ways = made
        return tuple(sorted({*ways}))

    @property
    def is_even(self) -> bool | None:
        """Whether as many ways lead to each output cell away from the edge; None if unknown."""
        return None if self.usual is None else len(self.usual) == 1

    @property
    def verdict(self) -> str:
        """Whether as many ways lead to each output cell, and how many.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> Chain((ConvTranspose(3, 2, dims=1),) * 2, (7,)).verdict
        'uneven: 1, 2 or 3 ways lead to elements away from the edge'
        """
        cell, ways = "element" if self.dims == 1 else "cell", self.usual
        if ways is None:
            return "not counted: it repeats too seldom"
        if len(ways) == 1:
            lead = "1 way leads" if ways == (1,) else f"{ways[0]:,} ways lead"
            return f"even: {lead} to each {cell} away from the edge"
        told = f"{', '.join(f'{n:,}' for n in ways[:-1])} or {ways[-1]:,}"
        told = told if len(ways) <= FEW else f"{ways[0]:,} to {ways[-1]:,}"
        return f"uneven: {told} ways lead to {cell}s away from the edge"

    def endings(self, size: SizesLike) -> Iterator[tuple[Change, ...]]:
        """Yield changes with which the chain ends at a size: those of few layers first.

        They are choices of output_padding, of one or several layers, and then of the padding or
        the kernel of one; the nearest to what there is come first.  Where axes differ in
        what they need, each has its own number, the nearest.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> three = ConvTranspose(3, stride=2, padding=1, dims=1)
        >>> for changes in Chain((three, three), (7,)).endings(27):
        ...     print(*changes, sep=", ")
        layer 1: output_padding 1
        layer 2: padding 0
        layer 1: kernel_size 4
        layer 2: kernel_size 5
        """
        wanted = self.layers[0].input_sizes(size, "to")
        numbers = range(len(self.layers))
        for count in range(1, len(self.layers) + 1):
            for picked in combinations(numbers, count):
                yield from self._changes("output_padding", picked, wanted)
        for name in ("padding", "kernel_size"):
            for number in numbers:
                yield from self._changes(name, (number,), wanted)

    def _changes(
        self, name: str, picked: Sequence[int], wanted: Sizes
    ) -> Iterator[tuple[Change, ...]]:
        """Yield changes of a parameter of all picked layers with which the chain ends there."""
        found = [self._values(name, picked, axis, n) for axis, n in enumerate(wanted)]
        if not all(found):
            return
        alike: list[Any] = [
            values for values in found[0] if all(values in other for other in found[1:])
        ]
        own = list(zip(*(values[0] for values in found), strict=True))
        for values in alike or [own]:
            yield tuple(
                Change(number + 1, name, value)
                for number, value in zip(picked, values, strict=True)
            )

    def _values(
        self, name: str, picked: Sequence[int], axis: int, wanted: int
    ) -> list[tuple[int, ...]]:
        """Return the numbers that picked layers may have on an axis, all others than they have.

        Each makes the output larger in proportion, so the last of them follows from the others.
        """
        ranges = [_allowed(self.layers[number], name, axis) for number in picked]
        if prod(map(length, ranges[:-1])) > MOST:
            return []
        now = [getattr(self.layers[number], name)[axis] for number in picked]
        units = [_unit(self.layers[n], name, axis) * self._step(n, axis) for n in picked]
        missing = wanted - self.sizes[-1][axis]
        total = missing + sum(unit * _half(own) for unit, own in zip(units, now, strict=True))
        found = []
        for values in product(*ranges[:-1]):
            rest = total - sum(n * unit for n, unit in zip(values, units, strict=False))
            last, off = divmod(rest, units[-1])
            chosen = *values, int(last)
            same = any(value == own for value, own in zip(chosen, now, strict=True))
            if off or last not in ranges[-1] or same:
                continue
            if self._end(name, dict(zip(picked, chosen, strict=True)), axis) == wanted:
                found.append(chosen)
        return sorted(found, key=lambda values: _far(values, now))

    def _step(self, number: int, axis: int) -> int:
        """Return how many cells of the output a cell more in a layer's output makes."""
        return prod(layer.stride[axis] for layer in self.layers[number + 1 :])

    def _end(self, name: str, values: Mapping[int, int], axis: int) -> int:
        """Return the last size on an axis with other numbers of a parameter; 0 if there is none."""
        size = self.input_size[axis]
        for number, layer in enumerate(self.layers):
            given: dict[str, Any] = {key: (getattr(layer, key)[axis],) for key in PARAMETERS}
            given |= {name: (values[number],)} if number in values else {}
            changed = ConvTranspose(**given, dims=1)
            try:
                (size,) = changed.output_size(size)
            except GeometryError:
                return 0
        return size


def _allowed(layer: ConvTranspose, name: str, axis: int) -> range:
    """Return the numbers that a parameter of a layer may have on an axis, within reason."""
    kernel, stride, dilation = layer.kernel_size[axis], layer.stride[axis], layer.dilation[axis]
    return {
        "output_padding": range(max(stride, dilation)),
        "padding": range(layer.extent[axis]),
        "kernel_size": range(1, 2 * (kernel + stride)),
    }[name]


def _unit(layer: ConvTranspose, name: str, axis: int) -> int:
    """Return how many cells one more of a parameter adds to a layer's output."""
    return {"output_padding": 1, "padding": -2, "kernel_size": layer.dilation[axis]}[name]


def _half(own: int | tuple[int, int]) -> Fraction:
    """Return a number, or the mean of those of two sides."""
    return Fraction(sum(own), 2) if isinstance(own, tuple) else Fraction(own)


def _led(axis: Taps, ways: Mapping[int, int]) -> dict[int, int]:
    """Return in how many ways elements lead on to places from which so many lead to the end."""
    found: dict[int, int] = {}
    for place, count in ways.items():
        for i in axis.of_place(place)[0]:
            found[i] = found.get(i, 0) + count
    return dict(sorted(found.items()))


def _far(values: Sequence[int], now: Sequence[int | tuple[int, int]]) -> Fraction:
    """Return how far numbers are from those that there are."""
    off = (abs(value - _half(own)) for value, own in zip(values, now, strict=True))
    return sum(off, Fraction())
