"""The structure of the matrix: which kernel tap stands in which row and column.

Everything is known from sizes alone, axis by axis: the matrix itself, mostly zeros,
is never made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.layer.operands import Array
from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import crossed
from tcviz.layer.trace import at_number

Numbers: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True)
class Entry:
    """One tap in a row of the matrix: the input cell that it multiplies, and itself."""

    source: Sizes
    tap: Sizes


@dataclass(frozen=True)
class Structure:
    """The matrix of one output channel: a block of columns per input channel, all alike.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
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
    def products(self) -> int:
        """Multiplications of the convolution: every tap at each place of the kernel."""
        return prod(self.small) * prod(self.part.layer.kernel_size) * self.part.channels

    @cached_property
    def taps(self) -> int:
        """Entries of the matrix that are not filled-in zeros: taps neither cropped nor on padding.

        In each axis by itself a tap is inside or not.
        """
        inside = (sum(len(places) for *_, places in axis.walk()) for axis in self.part.axes)
        return prod(inside) * self.part.channels

    def row(self, number: int) -> list[Entry]:
        """Return what stands in a row of each channel's block, from left to right."""
        at = at_number(number, self.part.output_size)
        return [Entry(*met) for met in crossed(map(self.part.sources, range(len(at)), at))]

    def column(self, channel: int, source: Sizes) -> int:
        """Return the column of an input cell, the row of the flattened input."""
        return channel * self.block + int(np.ravel_multi_index(source, self.part.input_size))

    def _joined(self) -> Iterator[tuple[Sizes, list[tuple[range, range]]]]:
        """Yield every tap with, per axis, the (output, input) coordinates that it joins."""
        for tap in np.ndindex(*self.part.layer.kernel_size):
            places = [axis.of_tap(k) for axis, k in zip(self.part.axes, tap, strict=True)]
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


def _flat(axes: tuple[range, ...], size: Sizes) -> Numbers:
    """Return the numbers, in reading order, of the cells where coordinates cross."""
    met = (np.arange(axis.start, axis.stop, axis.step) for axis in axes)
    flat: Numbers = np.ravel_multi_index(np.ix_(*met), size).ravel()
    return flat
