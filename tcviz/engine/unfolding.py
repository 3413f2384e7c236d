"""How the upstream gradient becomes a table: the plan behind the fast backward pass."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from tcviz.engine.operands import Array, at
from tcviz.engine.phases import Grid, Phases, alike
from tcviz.geometry import ConvTranspose
from tcviz.sizes import Sizes

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
        large enough, so that nothing needs to be unfolded; else nothing
    """

    grid: Grid
    phases: list[Phases]
    reads: list[tuple[int, int]]
    offsets: list[int]

    @classmethod
    def of(
        cls, layer: ConvTranspose, input_size: Sizes, output_size: Sizes, c_out: int
    ) -> Unfolding:
        """Return the unfolding of a layer of so many output channels a group, without arrays.

        >>> plan = Unfolding.of(ConvTranspose(3, stride=2, dims=1), (4,), (9,), 128)
        >>> plan.reads, plan.offsets
        ([(0, 0), (0, 1), (1, 0)], [])
        >>> Unfolding.of(ConvTranspose(4, stride=2, dims=1), (4,), (10,), 128).offsets
        [0, 1]
        """
        grid = Grid.of(layer, input_size)
        found = [one for several in alike(layer, output_size).values() for one in several]
        shifts = [product(*(phase.shifts for phase in together)) for together in found]
        reads = [(i, grid.offset(shift)) for i, all_ in enumerate(shifts) for shift in all_]
        return cls(grid, found, reads, _offsets(reads, len(found), c_out))

    def rows(self, weight: Array) -> Array:
        """Return `weight`, split by group, as ``(groups, C_in/groups, taps·C_out/groups)``.

        Taps of one phase are neighbours, or where there are `offsets`, those of one offset.
        """
        groups, c_in = weight.shape[:2]
        parts = (np.moveaxis(self._taps(weight, one), 2, -1) for one in self.phases)
        rows = np.concatenate([part.reshape(groups, c_in, -1) for part in parts], axis=2)
        return self._swapped(rows, (len(self.phases), -1))

    def _swapped(self, rows: Array, taps: tuple[int, int]) -> Array:
        """Return rows of phases by offset, or of offsets by phase."""
        if not self.offsets:
            return rows
        c_out = rows.shape[2] // len(self.reads)
        swapped = rows.reshape(*rows.shape[:2], *taps, c_out).swapaxes(2, 3)
        return swapped.reshape(rows.shape)

    def weight(self, rows: Array, shape: tuple[int, ...]) -> Array:
        """Return the weight of `shape` that has these `rows`."""
        rows = self._swapped(rows, (-1, len(self.phases)))
        weight, first = np.empty(shape, rows.dtype), 0
        for one in self.phases:
            target = np.moveaxis(self._taps(weight, one), 2, -1)
            last = first + prod(target.shape[2:])
            target[...] = rows[:, :, first:last].reshape(target.shape)
            first = last
        return weight

    @staticmethod
    def _taps(weight: Array, phases: Phases) -> Array:
        taps: Array = weight[at(phase.taps for phase in phases)]
        return taps


def _offsets(reads: list[tuple[int, int]], phases: int, c_out: int) -> list[int]:
    """Return the offsets that all phases have, or none if they differ or hardly fill a product."""
    found = list(dict.fromkeys(offset for _, offset in reads))
    same = reads == [(phase, offset) for phase in range(phases) for offset in found]
    return found if same and (len(found) == 1 or phases * c_out >= FEWEST) else []
