"""Which cells of the output are made alike: the plan behind the fast path, without arrays.

A cell P of the padded output is a sum over the taps k of the kernel::

    y[P] = Σ x[q − m]·w[k]     where  P = stride·q + phase  and  k·dilation = stride·m + phase

So along an axis the output falls into `stride` interleaved *phases*, each made by
its own taps, and within a phase every cell reads x at the same *shifts* m.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import gcd
from typing import NamedTuple, TypeAlias

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes


class Phase(NamedTuple):
    """On one axis, output cells `stride` apart, which use the same taps.

    Attributes
    ----------
    shifts : how far back in x each tap reads
    taps : where the taps are in the kernel
    source : where the sums are among all q, border excluded
    target : where they go in the output
    """

    shifts: range
    taps: slice
    source: slice
    target: slice


Phases: TypeAlias = tuple[Phase, ...]
"""One phase per axis."""

Shifts: TypeAlias = tuple[range, ...]
"""What these phases read, per axis."""


def phases(kernel_size: int, stride: int, dilation: int, before: int, size: int) -> list[Phase]:
    """Return the phases of one axis that have taps.

    `before` cells are cropped from the start of the padded output, and `size` kept.

    >>> [(list(phase.shifts), phase.taps) for phase in phases(3, 2, 1, before=0, size=5)]
    [([0, 1], slice(0, 3, 2)), ([0], slice(1, 3, 2))]
    """
    common = gcd(stride, dilation)
    found = []
    for first in range(min(kernel_size, stride // common)):
        m, phase = divmod(first * dilation, stride)
        taps = slice(first, kernel_size, stride // common)
        count, step = len(range(kernel_size)[taps]), dilation // common
        skipped = max(0, -((phase - before) // stride))  # strides within the border
        start = stride * skipped + phase - before
        source = slice(skipped, skipped + len(range(start, size, stride)))
        shifts = range(m, m + count * step, step)
        found.append(Phase(shifts, taps, source, slice(start, None, stride)))
    return found


@lru_cache(maxsize=32)
def alike(layer: ConvTranspose, output_size: Sizes) -> Mapping[Shifts, list[Phases]]:
    """Return the phases of all axes together, by the shifts that they read.

    Remembered, for a layer is called again and again.

    >>> found = alike(ConvTranspose(3, stride=2, padding=1), (5, 5))
    >>> [len(phases) for phases in found.values()]
    [1, 1, 1, 1]
    >>> found = alike(ConvTranspose(4, stride=2, padding=1), (6, 6))
    >>> [len(phases) for phases in found.values()]
    [4]
    """
    axes = zip(
        layer.kernel_size,
        layer.stride,
        layer.dilation,
        (before for before, _ in layer.border),
        output_size,
        strict=True,
    )
    found: dict[Shifts, list[Phases]] = {}
    for together in product(*(phases(*axis) for axis in axes)):
        found.setdefault(tuple(phase.shifts for phase in together), []).append(together)
    return found


@dataclass(frozen=True)
class Grid:
    """How x is laid out flat: each row, and each plane, with zeros behind it.

    Then a shift is one offset along the flat grid, whatever the cell: reading before
    the start of a row meets the zeros behind the one before.

    Attributes
    ----------
    shape : every q per axis, the zeros included
    front : zeros before the first row, which has none before it
    """

    shape: Sizes
    front: int

    @classmethod
    def of(cls, layer: ConvTranspose, input_size: Sizes) -> Grid:
        """Return the grid with every q of every phase.

        >>> Grid.of(ConvTranspose(3, stride=2), (4, 4))
        Grid(shape=(5, 5), front=6)
        """
        axes = list(zip(layer.extent, layer.output_padding, layer.stride, strict=True))
        zeros = ((extent - 1 + extra) // s for extent, extra, s in axes)
        shape = tuple(n + more for n, more in zip(input_size, zeros, strict=True))
        farthest = tuple((extent - 1) // s for extent, _, s in axes)
        return cls(shape, cls(shape, 0).offset(farthest))

    def offset(self, shifts: Sizes) -> int:
        """Return how far back `shifts`, one per axis, lie along the flat grid.

        >>> Grid((4, 5), 0).offset((1, 2))
        7
        """
        flat = 0
        for n, shift in zip(self.shape, shifts, strict=True):
            flat = flat * n + shift
        return flat

    def starts(self, shifts: Shifts) -> list[int]:
        """Return where each tap starts to read, taps in the order of the kernel.

        >>> Grid.of(ConvTranspose(3, stride=2), (4, 4)).starts((range(2), range(2)))
        [6, 5, 1, 0]
        """
        return [self.front - self.offset(shift) for shift in product(*shifts)]
