"""Where taps land: tap k of element i at ``i·stride + k·dilation − before``, axis by axis.

Elements are those of the small side, which a transposed convolution reads and its forward
convolution writes; places are those of the large side, which begins `before` cells behind
the edge of the padded one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.sizes import Pair, Sizes


@dataclass(frozen=True)
class Taps:
    """One axis of a layer between a small side and a large one.

    >>> axis = Taps(small=3, large=5, kernel=3, stride=2, dilation=1, before=1)
    >>> [[*zip(*axis.of_element(i))] for i in range(3)]
    [[(1, 0), (2, 1)], [(0, 1), (1, 2), (2, 3)], [(0, 3), (1, 4)]]
    >>> [[*zip(*axis.of_tap(k))] for k in range(3)]
    [[(1, 1), (2, 3)], [(0, 0), (1, 2), (2, 4)], [(0, 1), (1, 3)]]
    """

    small: int
    large: int
    kernel: int
    stride: int
    dilation: int
    before: int

    @classmethod
    def of(cls, layer: ConvTranspose, axis: int, small: Sizes, large: Sizes) -> Taps:
        """Return an axis of a layer between sides of those sizes."""
        return cls(small[axis], large[axis], layer.kernel_size[axis], layer.stride[axis],
                   layer.dilation[axis], layer.border[axis][0])  # fmt: skip

    def of_element(self, i: int) -> tuple[range, range]:
        """Return the taps of an element that land within the large side, and where."""
        return within(i * self.stride - self.before, self.dilation, range(self.kernel), self.large)

    def of_tap(self, k: int) -> tuple[range, range]:
        """Return the elements whose tap k lands within the large side, and where."""
        return within(k * self.dilation - self.before, self.stride, range(self.small), self.large)

    def of_place(self, place: int) -> list[Pair]:
        """Return the elements that reach a place, rising, each with its tap.

        >>> Taps(small=3, large=5, kernel=3, stride=2, dilation=1, before=1).of_place(1)
        [(0, 2), (1, 0)]
        """
        first, taps = place + self.before, range(self.kernel)
        found = (divmod(first - k * self.dilation, self.stride) for k in taps)
        met = [(i, k) for k, (i, off) in enumerate(found) if not off and 0 <= i < self.small]
        return met[::-1]


def within(first: int, step: int, cells: range, size: int) -> tuple[range, range]:
    """Return which of some cells c have a place ``first + c·step`` from 0 to `size`, and where.

    >>> within(-3, 2, range(4), 3)
    (range(2, 3), range(1, 3, 2))
    """
    low = max(cells.start, -(first // step))
    high = max(low, min(cells.stop, (size - 1 - first) // step + 1))
    return range(low, high), range(max(0, first + low * step), max(0, first + high * step), step)


def windows(layer: ConvTranspose, at: Sizes) -> tuple[range, ...]:
    """Return where the taps of an element lie in the padded large side, per axis.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> windows(ConvTranspose(3, stride=2, dilation=2), (0, 1))
    (range(0, 6, 2), range(2, 8, 2))
    """
    parts = zip(at, layer.stride, layer.dilation, layer.kernel_size, strict=True)
    return tuple(range(i * s, i * s + d * k, d) for i, s, d, k in parts)
