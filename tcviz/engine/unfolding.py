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


class Unfolding(NamedTuple):
    """How the gradient becomes a table.

    Attributes
    ----------
    grid : how x and each phase of the gradient are laid out flat
    phases : the phases of the gradient that taps read
    reads : for each row of taps, which phase it reads, and from where on the flat grid
    """

    grid: Grid
    phases: list[Phases]
    reads: list[tuple[int, int]]

    @classmethod
    def of(cls, layer: ConvTranspose, input_size: Sizes, output_size: Sizes) -> Unfolding:
        """Return the unfolding of a layer, without arrays.

        >>> Unfolding.of(ConvTranspose(3, stride=2, dims=1), (4,), (9,)).reads
        [(0, 0), (0, 1), (1, 0)]
        """
        grid = Grid.of(layer, input_size)
        found = [one for several in alike(layer, output_size).values() for one in several]
        shifts = [product(*(phase.shifts for phase in together)) for together in found]
        reads = [(i, grid.offset(shift)) for i, all_ in enumerate(shifts) for shift in all_]
        return cls(grid, found, reads)

    @property
    def plain(self) -> bool:
        """Whether each phase is a row of the table as it lies."""
        return all(offset == 0 for _, offset in self.reads)

    def rows(self, weight: Array) -> Array:
        """Return `weight`, split by group, as ``(groups, C_in/groups, taps·C_out/groups)``."""
        groups, c_in = weight.shape[:2]
        parts = (np.moveaxis(self._taps(weight, one), 2, -1) for one in self.phases)
        return np.concatenate([part.reshape(groups, c_in, -1) for part in parts], axis=2)

    def weight(self, rows: Array, shape: tuple[int, ...]) -> Array:
        """Return the weight of `shape` that has these `rows`."""
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
