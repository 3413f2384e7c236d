"""The structure of the matrix: which kernel tap stands in which row and column.

Everything is known from sizes alone, axis by axis: the matrix itself, mostly zeros,
is never made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.layer.operands import Array
from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.running import Block, blocks, box, column
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import crossed
from tcviz.layer.trace import at_number, each, steps_at
from tcviz.scene.frozen import frozen

Numbers: TypeAlias = NDArray[np.intp]


@frozen
class Entry:
    """One tap in a row of the matrix: the input cell that it multiplies, and itself."""

    source: Sizes
    tap: Sizes


@frozen
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

    @property
    def zeros(self) -> int:
        """How many entries are filled-in zeros."""
        return self.rows * self.columns - self.taps

    def row(self, number: int) -> list[Entry]:
        """Return what stands in a row of each channel's block, from left to right."""
        at = at_number(number, self.part.output_size)
        return [Entry(*met) for met in crossed(map(self.part.sources, range(len(at)), at))]

    def landing(self, number: int) -> tuple[tuple[range, ...], tuple[range, ...]]:
        """Return, per axis, the output coordinates that an input cell reaches, and by which taps.

        They stand in a column of each channel's block: that of the cell.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> figure3 = Structure(part(plan(example="matrix").make()))
        >>> figure3.landing(1)
        ((range(0, 3), range(1, 4)), (range(0, 3), range(0, 3)))
        """
        at = at_number(number, self.part.input_size)
        met = (axis.of_place(i) if self.forward else axis.of_element(i)
               for axis, i in zip(self.part.axes, at, strict=True))  # fmt: skip
        places, taps = zip(*met, strict=True)
        return places, taps

    def longest(self, by: str) -> int:
        """Return how many taps a channel's block has at most in a ``"row"``, or in a ``"column"``.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> stretched = Structure(part(plan(example="matrix", stride=2).make()))
        >>> stretched.longest("row"), stretched.longest("column")
        (4, 9)
        """
        part = self.part
        meet, size = {
            "row": (part.sources, part.output_size),
            "column": (part.targets, part.input_size),
        }[by]
        axes = enumerate(size)
        return prod(max(len(meet(axis, at)) for at in range(n)) for axis, n in axes)

    def columns_of(self, number: int) -> range:
        """Return the columns of an input cell, one in each channel's block."""
        return range(number, self.columns, self.block)

    def ends(self) -> tuple[Numbers, Numbers]:
        """Return which input cells first and last reach each output cell, −1 for none."""
        size, sides = self.part.input_size, enumerate(self.part.output_size)
        met = [[self.part.sources(axis, o) or [(-1, 0)] for o in range(n)] for axis, n in sides]
        first, last = ([[pairs[end][0] for pairs in axis] for axis in met] for end in (0, -1))
        return steps_at(first, size), steps_at(last, size)

    def running(self, picks: Iterable[int]) -> Iterator[tuple[int, Array, Array]]:
        """Yield the picked input cells, rising, with the output before and after each is spread.

        Each sum takes its terms in the order of the columns.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> figure3 = Structure(part(plan(example="matrix").make()))
        >>> [(before[0].tolist(), y[0].tolist()) for _, before, y in figure3.running([1])]
        [([0, -87, 87, 0, 0], [0, -87, 129, -42, 0])]
        """
        part, done = self.part, 0
        sums = np.zeros((part.channels, *part.output_size), np.result_type(part.x, part.weight))
        for number in sorted(set(picks)):
            for block in blocks(done, number, part.input_size):
                self._spread(sums, block)
            before, done = self._total(sums), number + 1
            self._add(sums, number)
            yield number, before, self._total(sums)

    def _add(self, sums: Array, number: int) -> None:
        """Add to each channel's sums what one input cell is spread to."""
        part, at = self.part, at_number(number, self.part.input_size)
        places, taps = (each(np.ix_(*axes)) for axes in self.landing(number))
        with np.errstate(all="ignore"):
            sums[places] += column(part.x, at) * part.weight[taps]

    def _spread(self, sums: Array, block: Block) -> None:
        """Add to each channel's sums what the input cells of a block are spread to."""
        part, joined = self.part, [*self._joined()]
        with np.errstate(all="ignore"):
            # Where a kernel is spread a sum meets its last tap first.
            for tap, axes in joined[:: 1 if self.forward else -1]:
                to, of = zip(*map(_kept, axes, block), strict=True)
                sums[box(to)] += part.x[box(of)] * column(part.weight, tap)

    def _total(self, sums: Array) -> Array:
        """Return the channels' sum, and the bias."""
        with np.errstate(all="ignore"):
            y: Array = sums.sum(axis=0)
            return y if self.part.bias is None else y + self.part.bias

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
        for row, col, kernel_row in self.triplets():
            low = row * rows // self.rows
            for channel in range(self.part.channels):
                along = (col + channel * self.block) * columns // self.columns
                index[low, along] = 1 + kernel_row % 250
        return index


def _kept(joined: tuple[range, range], block: range) -> tuple[range, range]:
    """Return the (output, input) coordinates of which the second, rising, are in a block."""
    to, of = joined
    here = slice(bisect_left(of, block.start), bisect_left(of, block.stop))
    return to[here], of[here]


def _flat(axes: tuple[range, ...], size: Sizes) -> Numbers:
    """Return the numbers, in reading order, of the cells where coordinates cross."""
    met = (np.arange(axis.start, axis.stop, axis.step) for axis in axes)
    flat: Numbers = np.ravel_multi_index(np.ix_(*met), size).ravel()
    return flat
