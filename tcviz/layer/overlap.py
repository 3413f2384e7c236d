"""How many input elements reach each output cell, and whether they are as many everywhere.

An input element i and a tap t of the kernel meet at ``stride·i + dilation·t`` of the padded
result.  On one axis the number of such pairs repeats with the stride, away from the edge; in
several dimensions the numbers of the axes multiply.  Where they differ from cell to cell, a
transposed convolution tends to paint a checkerboard (Odena et al., "Deconvolution and
Checkerboard Artifacts", Distill, 2016).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import gcd, prod
from typing import TYPE_CHECKING, Any

from tcviz.layer.lattice import last, pairs
from tcviz.layer.sizes import length

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.sizes import Sizes, SizesLike

NAMES = {1: ("length",), 2: ("rows", "columns"), 3: ("depth", "rows", "columns")}


@dataclass(frozen=True)
class Axis:
    """One axis: its input, its kernel, and the `size` cells of output behind `before`."""

    input_size: int
    kernel_size: int
    stride: int
    dilation: int
    before: int
    size: int

    @property
    def counts(self) -> tuple[int, ...]:
        """How many input elements reach each cell of the output.

        >>> Axis(3, 3, stride=2, dilation=1, before=0, size=7).counts
        (1, 1, 2, 1, 2, 1, 1)
        """
        return tuple(self._count(self.before + i) for i in range(self.size))

    @property
    def usual(self) -> tuple[int, ...]:
        """The counts that occur away from the edge, in rising order.

        Every ``stride / gcd``-th tap of the kernel meets the same cells, those that are a
        multiple of ``gcd(stride, dilation)``; nothing meets the others.

        >>> [Axis(9, k, s, d, 0, 9).usual for k, s, d in ((3, 2, 1), (4, 2, 1), (4, 2, 2))]
        [(1, 2), (2,), (0, 4)]
        """
        taps, more = divmod(self.kernel_size, self._turns)
        return *[0] * (self.common > 1 and taps > 0), taps, *[taps + 1] * bool(more)

    @property
    def common(self) -> int:
        """The greatest common divisor of stride and dilation: only its multiples are reached."""
        return gcd(self.stride, self.dilation)

    @property
    def uniform(self) -> bool:
        """Whether all cells away from the edge are reached by equally many elements."""
        return len(self.usual) == 1

    @property
    def period(self) -> int:
        """After how many cells the counts repeat away from the edge."""
        return self.stride if self.kernel_size % self._turns else self.common

    @property
    def inner(self) -> range:
        """The output's cells that are away from the edge: no input is missing beyond it."""
        first = self.dilation * (self.kernel_size - 1) - self.stride + 1 - self.before
        end = min(self.size, self.input_size * self.stride - self.before)
        return range(max(0, first), max(0, first, end))

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest of all counts, the edge among them.

        Arithmetic, however large stride, dilation and output are.
        """
        cells, most = length(self._reached), min(*self._chain)
        greatest = last(lambda count: self._repeats(count) > 0, most)
        if cells < self.size:  # nothing reaches the others
            return 0, greatest
        return last(lambda count: self._at_least(count) == cells, most), greatest

    @property
    def reason(self) -> str:
        """Why the counts differ from cell to cell, or why they do not."""
        if self.common > 1:
            both = f"stride {self.stride} and dilation {self.dilation}"
            return f"{both} share the factor {self.common}"
        if self.kernel_size % self.stride:
            return f"kernel {self.kernel_size} is not a multiple of stride {self.stride}"
        if self.stride == 1:
            return "stride is 1"
        return f"{self.kernel_size} is a multiple of {self.stride}"

    @property
    def _turns(self) -> int:
        """How many taps it takes until one meets the cells of the first again."""
        return self.stride // self.common

    @property
    def _reached(self) -> range:
        """The output's cells that are multiples of `common`, counted in it; nothing reaches others.

        In these units stride and dilation have no common factor.
        """
        end = self.before + self.size
        return range(-(-self.before // self.common), (end - 1) // self.common + 1)

    @property
    def _chain(self) -> tuple[int, int]:
        """How many pairs can follow each other at one cell, as far as input and kernel reach.

        Where element i and tap t meet, so do i − dilation and t + stride, in units of `common`.
        """
        dilation = self.dilation // self.common
        return -(-self.input_size // dilation), -(-self.kernel_size // self._turns)

    def _repeats(self, count: int) -> int:
        """Return how many rows of so many pairs that follow each other meet at output cells."""
        stride, dilation, before = self._turns, self.dilation // self.common, count - 1
        sides = self.input_size - before * dilation, self.kernel_size - before * stride
        shift = before * stride * dilation  # a row begins at its last element and its first tap
        low, high = (n - shift - 1 for n in (self._reached.start, self._reached.stop))
        steps = stride, dilation
        return pairs(high, steps, sides) - pairs(low, steps, sides)

    def _at_least(self, count: int) -> int:
        """Return how many output cells are reached by `count` elements or more, from 1.

        One that n pairs meet at has one row of n pairs, two of n − 1, and so on.
        """
        return self._repeats(count) - self._repeats(count + 1)

    def _count(self, place: int) -> int:
        """Return how many taps meet an input element at a cell of the padded result."""
        if place % self.common:
            return 0
        turns, first = self._turns, place // self.common
        first = first * pow(self.dilation // self.common, -1, turns) % turns
        low = max(0, -(((self.input_size - 1) * self.stride - place) // self.dilation))
        high = min(self.kernel_size - 1, place // self.dilation)
        return max(0, (high - first) // turns - (low - 1 - first) // turns)


@dataclass(frozen=True)
class Overlap:
    """How many input elements reach the cells of an output.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> print(overlap(ConvTranspose(3, stride=2), 5))
    by 1, 2 or 4 elements: kernel 3 is not a multiple of stride 2: checkerboard
    >>> print(overlap(ConvTranspose(4, stride=2), 5))
    by 4 elements: uniform, 4 is a multiple of 2
    """

    axes: tuple[Axis, ...]

    def counts(self) -> NDArray[Any]:
        """Return the number of input elements that reach each cell, an array of output size."""
        import numpy as np

        return reduce(np.multiply.outer, [np.array(axis.counts) for axis in self.axes])

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest of all counts, the edge among them."""
        found = {axis: axis.ends for axis in set(self.axes)}
        least, most = zip(*(found[axis] for axis in self.axes), strict=True)
        return prod(least), prod(most)

    @property
    def usual(self) -> tuple[int, ...]:
        """The counts that occur away from the edge, in rising order."""
        return tuple(sorted({prod(counts) for counts in product(*(a.usual for a in self.axes))}))

    @property
    def uniform(self) -> bool:
        """Whether all cells away from the edge are reached by equally many elements."""
        return len(self.usual) == 1

    @property
    def period(self) -> Sizes:
        """After how many cells the counts repeat away from the edge, per axis."""
        return tuple(axis.period for axis in self.axes)

    @property
    def inner(self) -> tuple[range, ...]:
        """The output's cells away from the edge, per axis."""
        return tuple(axis.inner for axis in self.axes)

    @property
    def seen(self) -> bool:
        """Whether the output is large enough to show all that repeats away from the edge."""
        return all(length(axis.inner) >= axis.period for axis in self.axes)

    @property
    def where(self) -> str:
        """Where what is said of the usual counts can be seen."""
        return "away from the edge" + ("" if self.seen else " of a larger output")

    @property
    def pattern(self) -> str:
        """What the counts look like: uniform, checkerboard, stripes, or uneven on a line."""
        uneven = sum(not axis.uniform for axis in self.axes)
        if not uneven:
            return "uniform"
        return "checkerboard" if uneven > 1 else "stripes" if len(self.axes) > 1 else "uneven"

    @property
    def reason(self) -> str:
        """Why the counts differ from cell to cell, or why they do not.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> overlap(ConvTranspose((3, 4), stride=2), 5).reason
        'rows: kernel 3 is not a multiple of stride 2'
        """
        telling = [
            (name, axis.reason)
            for name, axis in zip(NAMES[len(self.axes)], self.axes, strict=True)
            if axis.uniform == self.uniform
        ]
        reasons = list(dict.fromkeys(reason for _, reason in telling))
        if self.uniform or (len(reasons) == 1 and len(telling) == len(self.axes)):
            return ", ".join(reasons)
        return ", ".join(f"{name}: {reason}" for name, reason in telling)

    def __str__(self) -> str:
        why = f"uniform, {self.reason}" if self.uniform else f"{self.reason}: {self.pattern}"
        return f"by {elements(self.usual)}: {why}"


def overlap(layer: ConvTranspose, input_size: SizesLike) -> Overlap:
    """Return how many elements of an input of that size reach the cells of a layer's output."""
    parts = zip(
        layer.input_sizes(input_size),
        layer.kernel_size,
        layer.stride,
        layer.dilation,
        (before for before, _ in layer.border),
        layer.output_size(input_size),
        strict=True,
    )
    return Overlap(tuple(Axis(*numbers) for numbers in parts))


def between(least: int, most: int) -> str:
    """Return the least and the greatest count as people say them.

    >>> between(1, 1), between(1, 2), between(1, 4)
    ('1 element', '1 or 2 elements', '1 to 4 elements')
    """
    if most - least > 1:
        return f"{least} to {most} elements"
    return elements(sorted({least, most}))


def elements(counts: Iterable[int]) -> str:
    """Return counts as people say them, in few words.

    >>> elements((1,)), elements((1, 2, 4)), elements((1, 2, 3, 4, 6, 9))
    ('1 element', '1, 2 or 4 elements', '1 to 9 elements')
    """
    numbers = [str(count) for count in counts]
    if numbers == ["1"]:
        return "1 element"
    if len(numbers) > 4:
        return f"{numbers[0]} to {numbers[-1]} elements"
    return " or ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]])) + " elements"
