"""How the upstream gradient becomes a table: the plan behind the fast backward pass."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, product
from math import prod
from typing import NamedTuple

import numpy as np

from tcviz.engine.phases import PhaseGrid, Phases, alike
from tcviz.engine.prepared import at
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Sizes

FEWEST = 128
"""Rows that make a product worth its call, and the pass in which it is added."""


class Unfolding(NamedTuple):
    """How the gradient becomes a table.

    Attributes
    ----------
    grid : how x and each phase of the gradient are laid out flat
    phases : the phases of the gradient that taps read
    reads : for each row of taps, which phase it reads, and from where on the flat grid
    offsets : where all phases are read from, if that is the same for each and makes products
        large enough, so that x can be unfolded in the gradient's place; else nothing
    """

    grid: PhaseGrid
    phases: list[Phases]
    reads: list[tuple[int, int]]
    offsets: list[int]

    @property
    def in_place(self) -> bool:
        """Whether the phases as they lie are the table: each is read once, from its start."""
        return self.reads == [(phase, 0) for phase in range(len(self.phases))]

    @classmethod
    @lru_cache(maxsize=32)
    def of(
        cls, layer: ConvTranspose, input_size: Sizes, output_size: Sizes, c_out: int
    ) -> Unfolding:
        """Return the unfolding of a layer of so many output channels a group, without arrays.

        Remembered, for a layer is called again and again.

        >>> plan = Unfolding.of(ConvTranspose(3, stride=2, dims=1), (4,), (9,), 128)
        >>> plan.reads, plan.offsets
        ([(0, 0), (0, 1), (1, 0)], [])
        >>> Unfolding.of(ConvTranspose(4, stride=2, dims=1), (4,), (10,), 128).offsets
        [0, 1]
        """
        grid = PhaseGrid.of(layer, input_size)
        groups = alike(layer, input_size, output_size).values()
        found = list(chain.from_iterable(groups))
        shifts = [product(*(phase.shifts for phase in together)) for together in found]
        reads = [(i, grid.offset(shift)) for i, all_ in enumerate(shifts) for shift in all_]
        return cls(grid, found, reads, _offsets(reads, len(found), c_out))

    def rows(self, weight: Array) -> Array:
        """Return `weight`, split by group, as the table has its rows.

        Shape ``(groups, taps·C_out/groups, C_in/groups)``, taps of one phase together; or
        where there are `offsets`, ``(groups, offsets·C_in/groups, phases·C_out/groups)``.
        """
        groups, c_in, c_out = weight.shape[:3]
        shape = len(self.reads) * c_out, c_in
        if self.offsets:
            shape = len(self.offsets) * c_in, len(self.phases) * c_out
        rows = np.empty((groups, *shape), weight.dtype)
        for part, phases in self._parts(rows, weight.shape):
            part[...] = self._taps(weight, phases)
        return rows

    def weight(self, rows: Array, shape: tuple[int, ...]) -> Array:
        """Return the weight of `shape` that has these `rows`."""
        weight = np.empty(shape, rows.dtype)
        for part, phases in self._parts(rows, shape):
            self._taps(weight, phases)[...] = part
        return weight

    def _parts(self, rows: Array, shape: tuple[int, ...]) -> Iterator[tuple[Array, Phases]]:
        """Yield what each phase has of the rows, its axes those of a weight of `shape`."""
        groups, c_in, c_out = shape[:3]
        first = 0
        for i, phases in enumerate(self.phases):
            taps = [len(phase.shifts) for phase in phases]
            if self.offsets:
                by_offset = rows.reshape(groups, *taps, c_in, len(self.phases), c_out)
                yield np.moveaxis(by_offset[..., i, :], (-2, -1), (1, 2)), phases
                continue
            last = first + prod(taps) * c_out
            by_tap = rows[:, first:last].reshape(groups, *taps, c_out, c_in)
            yield np.moveaxis(by_tap, (-1, -2), (1, 2)), phases
            first = last

    @staticmethod
    def _taps(weight: Array, phases: Phases) -> Array:
        taps: Array = weight[at(phase.taps for phase in phases)]
        return taps


def _offsets(reads: list[tuple[int, int]], phases: int, c_out: int) -> list[int]:
    """Return the offsets that all phases have, or none if they differ or hardly fill a product."""
    found = list(dict.fromkeys(offset for _, offset in reads))
    same = reads == [(phase, offset) for phase in range(phases) for offset in found]
    return found if same and len(found) > 1 and phases * c_out >= FEWEST else []
