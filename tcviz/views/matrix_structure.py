"""The structure of the matrix: which kernel tap stands in which row and column.

Everything is known from sizes alone, axis by axis: the matrix itself, mostly zeros,
is never made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.parts import Array, ForwardPart, Part
from tcviz.sizes import Sizes
from tcviz.trace import at_number

Numbers: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True)
class Entry:
    """One tap in a row of the matrix: the input cell that it multiplies, and itself."""

    source: Sizes
    tap: Sizes


@dataclass(frozen=True)
class Structure:
    """The matrix of one output channel: a block of columns per input channel, all alike.

    >>> from tcviz.inputs import plan
    >>> from tcviz.parts import part
    >>> figure3 = Structure(part(plan(example="matrix").make()))
    >>> figure3.rows, figure3.columns, figure3.taps, figure3.products
    (25, 9, 81, 81)
    """

    part: Part

    @property
    def forward(self) -> bool:
        """Whether it is A, not Aᵀ."""
        return isinstance(self.part, ForwardPart)

    @property
    def name(self) -> str:
        """What the matrix is called."""
        return "A" if self.forward else "Aᵀ"

    @property
    def rows(self) -> int:
        """One per output cell."""
        return prod(self.part.output_size)

    @property
    def block(self) -> int:
        """Columns of one channel's block: one per input cell."""
        return prod(self.part.input_size)

    @property
    def columns(self) -> int:
        """Columns of all channels' blocks."""
        return self.block * self.part.channels

    @property
    def small(self) -> Sizes:
        """The size of the forward convolution's output, one kernel for each of its cells."""
        return self.part.output_size if self.forward else self.part.input_size

    @property
    def large(self) -> Sizes:
        """The size of the forward convolution's input."""
        return self.part.input_size if self.forward else self.part.output_size

    @property
    def products(self) -> int:
        """Multiplications of the convolution: every tap at each place of the kernel."""
        return prod(self.small) * prod(self.part.layer.kernel_size) * self.part.channels

    @cached_property
    def taps(self) -> int:
        """Entries of the matrix that are not filled-in zeros: taps neither cropped nor on padding.

        In each axis by itself a tap is inside or not.
        """
        inside = (sum(len(small) for small, _ in axis) for axis in self._places)
        return prod(inside) * self.part.channels

    def row(self, number: int) -> list[Entry]:
        """Return what stands in a row of each channel's block, from left to right."""
        at = at_number(number, self.part.output_size)
        axes = [self._met(axis, i) for axis, i in enumerate(at)]
        pairs = (tuple(zip(*met, strict=True)) for met in product(*axes))
        return [Entry(*pair) for pair in pairs]

    def column(self, channel: int, source: Sizes) -> int:
        """Return the column of an input cell, the row of the flattened input."""
        return channel * self.block + int(np.ravel_multi_index(source, self.part.input_size))

    def _met(self, axis: int, at: int) -> list[tuple[int, int]]:
        """Return the input coordinates, rising, and the taps that an output coordinate meets."""
        layer, size = self.part.layer, self.part.input_size[axis]
        before, stride = layer.border[axis][0], layer.stride[axis]
        met = []
        for tap in range(layer.kernel_size[axis]):
            reach = tap * layer.dilation[axis] - before
            source, off = (at * stride + reach, 0) if self.forward else divmod(at - reach, stride)
            if not off and 0 <= source < size:
                met.append((source, tap))
        return sorted(met)

    @cached_property
    def _places(self) -> list[list[tuple[range, range]]]:
        """Per axis and tap, the coordinates of the small and of the large side that it joins."""
        layer, sides = self.part.layer, zip(self.small, self.large, strict=True)
        found = []
        for axis, (small, large) in enumerate(sides):
            stride, before = layer.stride[axis], layer.border[axis][0]
            taps = range(layer.kernel_size[axis])
            reaches = (tap * layer.dilation[axis] - before for tap in taps)
            found.append([_inside(reach, stride, small, large) for reach in reaches])
        return found

    def _joined(self) -> Iterator[tuple[Sizes, list[tuple[Numbers, Numbers]]]]:
        """Yield every tap with, per axis, the (output, input) coordinates that it joins."""
        for tap in np.ndindex(*self.part.layer.kernel_size):
            ends = (axis[k] for axis, k in zip(self._places, tap, strict=True))
            places = [(_numbers(small), _numbers(large)) for small, large in ends]
            yield tap, places if self.forward else [(large, small) for small, large in places]

    def triplets(self) -> Iterator[tuple[Numbers, Numbers, int]]:
        """Yield rows and columns of one block where a kernel's row stands, tap by tap."""
        outputs, inputs = self.part.output_size, self.part.input_size
        for tap, axes in self._joined():
            to, of = zip(*axes, strict=True)
            yield _flat(to, outputs), _flat(of, inputs), tap[0]

    def product(self) -> Array:
        """Return the matrix times the flattened input, plus bias, in the output's shape.

        Zeros that are filled in multiply nothing: 0·∞ would be NaN.
        """
        part = self.part
        with np.errstate(all="ignore"):
            y: Array = part.crop(part.results(part.x, part.weight)).sum(axis=0)
            return y if part.bias is None else y + part.bias

    def bins(self, rows: int, columns: int) -> NDArray[np.uint8]:
        """Return a coarse picture of the matrix: 0, or 1 + the kernel's row, modulo 250.

        A bin is filled if any tap falls into it, so thin diagonals do not vanish.
        """
        index = np.zeros((rows, columns), np.uint8)
        for row, column, kernel_row in self.triplets():
            low = row * rows // self.rows
            for channel in range(self.part.channels):
                along = (column + channel * self.block) * columns // self.columns
                index[low, along] = 1 + kernel_row % 250
        return index


def _flat(axes: tuple[Numbers, ...], size: Sizes) -> Numbers:
    """Return the numbers, in reading order, of the cells where coordinates cross."""
    met = np.meshgrid(*axes, indexing="ij")
    flat: Numbers = np.ravel_multi_index([m.ravel() for m in met], size)
    return flat


def _inside(reach: int, stride: int, small: int, large: int) -> tuple[range, range]:
    """Return which i of `small` cells have a place ``i·stride + reach`` among the `large`.

    >>> _inside(-1, 2, 3, 4)
    (range(1, 3), range(1, 5, 2))
    """
    first = max(0, -(reach // stride))
    end = max(first, min(small, (large - 1 - reach) // stride + 1))
    return range(first, end), range(first * stride + reach, end * stride + reach, stride)


def _numbers(places: range) -> Numbers:
    return np.arange(places.start, places.stop, places.step)
