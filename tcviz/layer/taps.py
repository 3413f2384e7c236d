"""Where taps land: tap k of element i at ``i·stride + k·dilation − before``, axis by axis.

Elements are those of the small side, which a transposed convolution reads and its forward
convolution writes; places are those of the large side, which begins `before` cells behind
the edge of the padded one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import gcd
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.sizes import Pair, Sizes


class Taps(NamedTuple):
    """One axis of a layer between a small side and a large one.

    What meets is told as two ranges that go together, the first of them rising.

    >>> axis = Taps(small=3, large=5, kernel=3, stride=2, dilation=1, before=1)
    >>> [[*zip(*axis.of_element(i))] for i in range(3)]
    [[(0, 1), (1, 2)], [(1, 0), (2, 1), (3, 2)], [(3, 0), (4, 1)]]
    >>> [[*zip(*axis.of_tap(k))] for k in range(3)]
    [[(1, 1), (2, 3)], [(0, 0), (1, 2), (2, 4)], [(0, 1), (1, 3)]]
    >>> [[*zip(*axis.of_place(p))] for p in range(5)]
    [[(0, 1)], [(0, 2), (1, 0)], [(1, 1)], [(1, 2), (2, 0)], [(2, 1)]]
    """

    small: int
    large: int
    kernel: int
    stride: int
    dilation: int
    before: int

    @classmethod
    def along(cls, layer: ConvTranspose, small: Sizes, large: Sizes) -> tuple[Self, ...]:
        """Return the axes of a layer between sides of those sizes."""
        befores = (before for before, _ in layer.border)
        steps = layer.kernel_size, layer.stride, layer.dilation
        return tuple(cls(*axis) for axis in zip(small, large, *steps, befores, strict=True))

    def place(self, i: int, k: int) -> int:
        """Return where tap k of element i lands, beyond the large side too."""
        return i * self.stride + k * self.dilation - self.before

    def of_element(self, i: int) -> tuple[range, range]:
        """Return where an element's taps land within the large side, and which those are."""
        taps, places = within(self.place(i, 0), self.dilation, range(self.kernel), self.large)
        return places, taps

    def of_tap(self, k: int) -> tuple[range, range]:
        """Return the elements whose tap k lands within the large side, and where."""
        return within(self.place(0, k), self.stride, range(self.small), self.large)

    def of_place(self, place: int) -> tuple[range, range]:
        """Return the elements that reach a place, and with which taps."""
        units, off = divmod(place + self.before, self.common)
        if off:
            return range(0), range(0)
        first = units * pow(self.apart, -1, self.every) % self.every
        taps = range(first, self.kernel, self.every)[::-1]  # the last of the first element
        start = (place - self.place(0, taps.start)) // self.stride
        met, elements = within(start, self.apart, range(len(taps)), self.small)
        return elements, taps[met.start : met.stop]

    def window(self, i: int) -> range:
        """Return where all taps of an element lie, counted from the padded side's edge."""
        first = self.place(i, 0) + self.before
        return range(first, first + self.dilation * self.kernel, self.dilation)

    def walk(self) -> Iterator[tuple[range, range, range]]:
        """Yield elements, taps and places that meet: tap by tap, or if these are fewer, element by.

        >>> list(Taps(small=3, large=5, kernel=1, stride=2, dilation=1, before=1).walk())
        [(range(1, 3), range(0, 1), range(1, 5, 2))]
        """
        if self.small > self.kernel:
            for k in range(self.kernel):
                elements, places = self.of_tap(k)
                if elements:
                    yield elements, range(k, k + 1), places
        else:
            for i in range(self.small):
                places, taps = self.of_element(i)
                if taps:
                    yield range(i, i + 1), taps, places

    @property
    def common(self) -> int:
        """The greatest common divisor of stride and dilation: only its multiples are reached."""
        return gcd(self.stride, self.dilation)

    @property
    def every(self) -> int:
        """How many taps further one meets what the first does, by another element."""
        return self.stride // self.common

    @property
    def apart(self) -> int:
        """How many elements lie between the two."""
        return self.dilation // self.common

    @property
    def turned(self) -> Self:
        """The same axis with elements and taps in each other's place."""
        small, large, kernel, stride, dilation, before = self
        return type(self)(kernel, large, small, dilation, stride, before)

    @property
    def uncropped(self) -> Self:
        """The same axis with the large side's padding on it, as far as taps reach."""
        reached = self.place(self.small - 1, self.kernel - 1) + self.before + 1
        return self._replace(large=reached, before=0)

    def only(self, elements: range, taps: range | None = None) -> Self:
        """Return the axis of a part, elements and taps counted from its own."""
        taps = taps or range(self.kernel)
        before = -self.place(elements.start, taps.start)
        return self._replace(small=len(elements), kernel=len(taps), before=before)


def within(first: int, step: int, cells: range, size: int) -> tuple[range, range]:
    """Return which of some cells c have a place ``first + c·step`` from 0 to `size`, and where.

    >>> within(-3, 2, range(4), 3)
    (range(2, 3), range(1, 3, 2))
    """
    low = max(cells.start, -(first // step))
    high = max(low, min(cells.stop, (size - 1 - first) // step + 1))
    return range(low, high), range(max(0, first + low * step), max(0, first + high * step), step)


def windows(axes: Iterable[Taps], at: Sizes) -> tuple[range, ...]:
    """Return where the taps of an element lie in the padded large side, per axis."""
    return tuple(axis.window(i) for axis, i in zip(axes, at, strict=True))


def crossed(pairs: Iterable[Sequence[Pair]]) -> Iterator[tuple[Sizes, Sizes]]:
    """Yield coordinates and taps where those of each axis cross, the first axis outside.

    >>> list(crossed([[(0, 2), (1, 0)], [(3, 1)]]))
    [((0, 3), (2, 1)), ((1, 3), (0, 1))]
    """
    for met in product(*pairs):
        yield tuple(i for i, _ in met), tuple(k for _, k in met)


def as_slice(cells: range) -> slice:
    """Return a range as an index."""
    return slice(cells.start, cells.stop, cells.step)
