"""How many input elements reach each output cell, and whether they are as many everywhere.

On one axis the number repeats with the stride, in fully covered cells: those that miss no input
beyond the edge; in several dimensions the numbers of the axes multiply.  Where they differ from
cell to cell, a transposed convolution tends to paint a checkerboard (Odena et al.,
"Deconvolution and Checkerboard Artifacts", Distill, 2016).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from tcviz.layer.lattice import last, pairs
from tcviz.layer.sizes import length
from tcviz.layer.taps import Taps
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.sizes import Sizes, SizesLike

NAMES = {1: ("length",), 2: ("rows", "columns"), 3: ("depth", "rows", "columns")}


class Axis(Taps):
    """One axis: how many elements, each with a tap, reach the places of its large side.

    In units of `common`, stride and dilation are `every` and `apart`, without a common factor.
    """

    @property
    def counts(self) -> tuple[int, ...]:
        """How many input elements reach each cell of the output.

        >>> Axis(small=3, large=7, kernel=3, stride=2, dilation=1, before=0).counts
        (1, 1, 2, 1, 2, 1, 1)
        """
        return tuple(len(self.of_place(place)[0]) for place in range(self.large))

    @property
    def usual(self) -> tuple[int, ...]:
        """The counts that occur in fully covered cells, in rising order.

        >>> [Axis(9, 9, k, s, d, 0).usual for k, s, d in ((3, 2, 1), (4, 2, 1), (4, 2, 2))]
        [(1, 2), (2,), (0, 4)]
        """
        taps, more = divmod(self.kernel, self.every)
        return *[0] * (self.common > 1 and taps > 0), taps, *[taps + 1] * bool(more)

    @property
    def uniform(self) -> bool:
        """Whether all fully covered cells are reached by equally many elements."""
        return len(self.usual) == 1

    @property
    def period(self) -> int:
        """After how many cells the counts repeat, in fully covered cells."""
        return self.stride if self.kernel % self.every else self.common

    @property
    def inner(self) -> range:
        """The output's cells that are fully covered: no input is missing beyond the edge."""
        first = self.place(-1, self.kernel - 1) + 1
        end = min(self.large, self.place(self.small, 0))
        return range(max(0, first), max(0, first, end))

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest of all counts, the edge among them.

        Arithmetic, however large stride, dilation and output are.
        """
        cells, most = length(self._reached), min(*self._chain)
        greatest = last(lambda count: self._repeats(count) > 0, most)
        if cells < self.large:  # nothing reaches the others
            return 0, greatest
        return last(lambda count: self._at_least(count) == cells, most), greatest

    @property
    def reason(self) -> str:
        """Why the counts differ from cell to cell, or why they do not."""
        if self.common > 1:
            both = f"stride {self.stride} and dilation {self.dilation}"
            return f"{both} share the factor {self.common}"
        if self.kernel % self.stride:
            return f"kernel {self.kernel} is not a multiple of stride {self.stride}"
        if self.stride == 1:
            return "stride is 1"
        return f"kernel {self.kernel} is a multiple of stride {self.stride}"

    @property
    def remedy(self) -> tuple[int, int]:
        """The next larger kernel size, and the dilation, with which the counts are alike.

        >>> [Axis(9, 9, k, s, d, 0).remedy for k, s, d in ((3, 2, 1), (4, 2, 1), (3, 4, 2))]
        [(4, 1), (4, 1), (4, 1)]
        """
        return -(-self.kernel // self.stride) * self.stride, 1 if self.common > 1 else self.dilation

    @property
    def _reached(self) -> range:
        """The output's cells that something may reach, counted in units of `common`."""
        end = self.before + self.large
        return range(-(-self.before // self.common), (end - 1) // self.common + 1)

    @property
    def _chain(self) -> tuple[int, int]:
        """How many pairs can follow each other at one cell, as far as input and kernel reach.

        Where element i and tap k meet, so do i − `apart` and k + `every`.
        """
        return -(-self.small // self.apart), -(-self.kernel // self.every)

    def _repeats(self, count: int) -> int:
        """Return how many rows of so many pairs that follow each other meet at output cells."""
        steps, before = (self.every, self.apart), count - 1
        sides = self.small - before * self.apart, self.kernel - before * self.every
        shift = before * prod(steps)  # a row begins at its last element and its first tap
        low, high = (n - shift - 1 for n in (self._reached.start, self._reached.stop))
        return pairs(high, steps, sides) - pairs(low, steps, sides)

    def _at_least(self, count: int) -> int:
        """Return how many output cells are reached by `count` elements or more, from 1.

        One that n pairs meet at has one row of n pairs, two of n − 1, and so on.
        """
        return self._repeats(count) - self._repeats(count + 1)


@frozen
class Overlap:
    """How many input elements reach the cells of an output.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> print(overlap(ConvTranspose((4, 3), stride=2), 5))
    by 2 or 4 elements; uneven (stripes): in columns kernel 3 is not a multiple of stride 2; \
kernel 4 = 2·2 evens the counts
    >>> print(overlap(ConvTranspose(4, stride=2), 5))
    by 4 elements; uniform: kernel 4 is a multiple of stride 2
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
        """The counts that occur in fully covered cells, in rising order."""
        return tuple(sorted({prod(counts) for counts in product(*(a.usual for a in self.axes))}))

    @property
    def uniform(self) -> bool:
        """Whether all fully covered cells are reached by equally many elements."""
        return len(self.usual) == 1

    @property
    def period(self) -> Sizes:
        """After how many cells the counts repeat, in fully covered cells, per axis."""
        return tuple(axis.period for axis in self.axes)

    @property
    def inner(self) -> tuple[range, ...]:
        """The output's fully covered cells, per axis."""
        return tuple(axis.inner for axis in self.axes)

    @property
    def seen(self) -> bool:
        """Whether the output is large enough to show all that repeats in fully covered cells."""
        return all(length(axis.inner) >= axis.period for axis in self.axes)

    @property
    def where(self) -> str:
        """Where what is said of the usual counts can be seen: in fully covered cells."""
        return "away from the edge" + ("" if self.seen else " of a larger output")

    @property
    def pattern(self) -> str:
        """What the counts are: uniform or uneven, and what that is known to paint.

        Only where the stride is 2 do they look like a checkerboard themselves.
        """
        uneven = sum(not axis.uniform for axis in self.axes)
        if not uneven:
            return "uniform"
        if len(self.axes) == 1:
            return "uneven"
        return f"uneven ({'checkerboard artifacts' if uneven > 1 else 'stripes'})"

    @property
    def reason(self) -> str:
        """Why the counts differ from cell to cell, or why they do not.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> overlap(ConvTranspose((3, 4), stride=2), 5).reason
        'in rows kernel 3 is not a multiple of stride 2'
        """
        telling = [
            (name, axis.reason)
            for name, axis in zip(NAMES[len(self.axes)], self.axes, strict=True)
            if axis.uniform == self.uniform
        ]
        reasons = list(dict.fromkeys(reason for _, reason in telling))
        if self.uniform or (len(reasons) == 1 and len(telling) == len(self.axes)):
            return ", ".join(reasons)
        return ", ".join(f"in {name} {reason}" for name, reason in telling)

    @property
    def remedy(self) -> str:
        """What avoids the pattern, if there is one: a kernel size, and if need be a dilation.

        >>> from tcviz.layer.geometry import ConvTranspose
        >>> overlap(ConvTranspose((5, 3), stride=(3, 2)), 5).remedy
        'kernel 6×4, multiples of 3 and 2, evens the counts'
        >>> overlap(ConvTranspose(3, stride=2, dilation=2), 5).remedy
        'kernel 4 = 2·2 and dilation 1 even the counts'
        """
        own = tuple(zip(*((a.kernel, a.dilation) for a in self.axes), strict=True))
        better = tuple(zip(*(a.remedy for a in self.axes), strict=True))
        whys = _multiple(better[0], [a.stride for a in self.axes if not a.uniform]), ""
        changed = [
            f"{name} {_sizes(new)}{why}"
            for name, old, new, why in zip(("kernel", "dilation"), own, better, whys, strict=True)
            if new != old
        ]
        if not changed:
            return ""
        return f"{' and '.join(changed)} {'evens' if len(changed) == 1 else 'even'} the counts"

    @property
    def verdict(self) -> str:
        """What the counts look like, why, and what avoids that."""
        return "; ".join(filter(None, [f"{self.pattern}: {self.reason}", self.remedy]))

    def __str__(self) -> str:
        return f"by {elements(self.usual)}; {self.verdict}"


def overlap(layer: ConvTranspose, input_size: SizesLike) -> Overlap:
    """Return how many elements of an input of that size reach the cells of a layer's output."""
    sides = layer.input_sizes(input_size), layer.output_size(input_size)
    return Overlap(Axis.along(layer, *sides))


def _multiple(kernel: Sizes, strides: Sequence[int]) -> str:
    """Return that such a kernel is a multiple of some strides.

    >>> _multiple((4, 4), [2, 2]), _multiple((6, 4), [3, 2])
    (' = 2·2', ', multiples of 3 and 2,')
    """
    found = list(dict.fromkeys(strides))
    if len({*kernel}) == len(found) == 1:
        return f" = {kernel[0] // found[0]}·{found[0]}"
    said = " and ".join(map(str, found))
    return f", {'multiples' if len(found) > 1 else 'a multiple'} of {said},"


def _sizes(sizes: Sizes) -> str:
    """Return one number for sizes that agree."""
    return "×".join(map(str, sizes if len(set(sizes)) > 1 else sizes[:1]))


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
