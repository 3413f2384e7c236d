"""Which cells of the output are made alike: the plan behind the fast path, without arrays.

A cell P of the padded output is a sum over the taps k of the kernel::

    y[P] = Σ x[q − m]·w[k]     where  P = stride·q + phase  and  k·dilation = stride·m + phase

So along an axis the output falls into `stride` interleaved *phases*, each made by
its own taps, and within a phase every cell reads x at the same *shifts* m.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple, TypeAlias

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps, as_slice, within
from tcviz.scene.frozen import frozen


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


def phases(axis: Taps) -> list[Phase]:
    """Return the phases of one axis that have taps.

    >>> axis = Taps(small=2, large=5, kernel=3, stride=2, dilation=1, before=0)
    >>> [(list(phase.shifts), phase.taps) for phase in phases(axis)]
    [([0, 1], slice(0, 3, 2)), ([0], slice(1, 3, 2))]
    """
    found, every_q = [], range(axis.before + axis.large)
    for first in range(min(axis.kernel, axis.every)):
        taps = range(first, axis.kernel, axis.every)
        landed = axis.place(0, first)
        m = (landed + axis.before) // axis.stride
        source, target = within(landed - m * axis.stride, axis.stride, every_q, axis.large)
        shifts = range(m, m + len(taps) * axis.apart, axis.apart)
        found.append(Phase(shifts, *map(as_slice, (taps, source, target))))
    return found


@lru_cache(maxsize=32)
def alike(
    layer: ConvTranspose, input_size: Sizes, output_size: Sizes
) -> Mapping[Shifts, list[Phases]]:
    """Return the phases of all axes together, by the shifts that they read.

    Remembered, for a layer is called again and again.

    >>> found = alike(ConvTranspose(3, stride=2, padding=1), (3, 3), (5, 5))
    >>> [len(phases) for phases in found.values()]
    [1, 1, 1, 1]
    >>> found = alike(ConvTranspose(4, stride=2, padding=1), (3, 3), (6, 6))
    >>> [len(phases) for phases in found.values()]
    [4]
    """
    found: dict[Shifts, list[Phases]] = {}
    for together in product(*map(phases, Taps.along(layer, input_size, output_size))):
        found.setdefault(tuple(phase.shifts for phase in together), []).append(together)
    return found


@frozen
class PhaseGrid:
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
    def of(cls, layer: ConvTranspose, input_size: Sizes) -> PhaseGrid:
        """Return the grid with every q of every phase.

        >>> PhaseGrid.of(ConvTranspose(3, stride=2), (4, 4))
        PhaseGrid(shape=(5, 5), front=6)
        """
        axes = list(zip(layer.extent, layer.output_padding, layer.stride, strict=True))
        zeros = ((extent - 1 + extra) // s for extent, extra, s in axes)
        shape = tuple(n + more for n, more in zip(input_size, zeros, strict=True))
        farthest = tuple((extent - 1) // s for extent, _, s in axes)
        return cls(shape, cls(shape, 0).offset(farthest))

    def offset(self, shifts: Sizes) -> int:
        """Return how far back `shifts`, one per axis, lie along the flat grid.

        >>> PhaseGrid((4, 5), 0).offset((1, 2))
        7
        """
        flat = 0
        for n, shift in zip(self.shape, shifts, strict=True):
            flat = flat * n + shift
        return flat

    def starts(self, shifts: Shifts) -> list[int]:
        """Return where each tap starts to read, taps in the order of the kernel.

        >>> PhaseGrid.of(ConvTranspose(3, stride=2), (4, 4)).starts((range(2), range(2)))
        [6, 5, 1, 0]
        """
        return [self.front - self.offset(shift) for shift in product(*shifts)]
