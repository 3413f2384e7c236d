"""Layers after one another: their sizes, what reaches what through all of them, and overlap.

All of it is told axis by axis, as for one layer; in several dimensions the numbers multiply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from tcviz.errors import GeometryError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import element
from tcviz.layer.taps import Taps
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.layer.sizes import Sizes

Cells: TypeAlias = tuple[tuple[int, ...], ...]
"""Coordinates per axis; all combinations of them are meant."""

Ways: TypeAlias = tuple[dict[int, int], ...]
"""In how many ways cells reach a cell, by their coordinate, per axis."""

MOST = 100_000
"""The most cells, and the most choices, that are looked at one by one."""
FEW = 6
"""Numbers that are told one by one."""


@frozen
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


@frozen
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
    def has_several(self) -> bool:
        """Whether there are layers after one another; a chain of one is any layer."""
        return len(self.layers) > 1

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

    def ways(self, cell: Sequence[int]) -> tuple[Ways, ...]:
        """Return in how many ways cells reach an output cell, stage by stage, per axis.

        A way is a tap of each layer that follows.  Cells without one are left out; on each axis
        they are in rising order, and in several dimensions the numbers multiply.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> up = ConvTranspose(4, stride=2, padding=1, dims=1)
        >>> Chain((up, up), (3,)).ways((5,))
        (({0: 1, 1: 2, 2: 1},), ({2: 1, 3: 1},), ({5: 1},))
        """
        self.check_cell(cell)
        found: list[Ways] = [tuple({i: 1} for i in cell)]
        for axes in reversed(self.axes):
            found.append(tuple(map(_led, axes, found[-1])))
        return tuple(reversed(found))

    def check_cell(self, cell: Sequence[int]) -> None:
        """Raise GeometryError if there is no such output cell."""
        size = self.sizes[-1]
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
        cell, ways = element(self.dims), self.usual
        if ways is None:
            return "not counted: it repeats too seldom"
        if len(ways) == 1:
            lead = "1 way leads" if ways == (1,) else f"{ways[0]:,} ways lead"
            return f"even: {lead} to each {cell} away from the edge"
        told = f"{', '.join(f'{n:,}' for n in ways[:-1])} or {ways[-1]:,}"
        told = told if len(ways) <= FEW else f"{ways[0]:,} to {ways[-1]:,}"
        return f"uneven: {told} ways lead to {cell}s away from the edge"


def _led(axis: Taps, ways: Mapping[int, int]) -> dict[int, int]:
    """Return in how many ways elements lead on to places from which so many lead to the end."""
    found: dict[int, int] = {}
    for place, count in ways.items():
        for i in axis.of_place(place)[0]:
            found[i] = found.get(i, 0) + count
    return dict(sorted(found.items()))
