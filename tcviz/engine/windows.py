"""Which products land where: the plan behind the passes window by window, without arrays.

Along an axis the taps of one input cell land `dilation` apart, its window, and the cells of
one tap `stride` apart (see `Taps`).  So one goes through whichever are fewer, axis by axis,
and moves all of the others together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import ceil
from typing import NamedTuple, TypeAlias

from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps, as_slice

AT_ONCE = 2**18
"""Products made before they are moved: few enough to be still in the cache."""

Box: TypeAlias = tuple[slice, ...]
"""A part of an array, one slice per axis."""


class Landing(NamedTuple):
    """On one axis, products that land evenly: those of one tap, or of one cell.

    Attributes
    ----------
    tap, cell : which of the box, one of them a number and the other, if of several, a slice
    target : where in the output
    """

    tap: int | slice
    cell: int | slice
    target: int | slice


def boxes(shape: Sizes, most: int) -> Iterator[Box]:
    """Yield parts of about one size, with at most `most` places, the last axes whole first.

    >>> list(boxes((2, 4), 4))
    [(slice(0, 1, None), slice(0, 4, None)), (slice(1, 2, None), slice(0, 4, None))]
    """
    axes: list[list[slice]] = []
    for size in reversed(shape):
        parts = ceil(size / max(1, most))
        step = ceil(size / max(1, parts))
        axes.insert(0, [slice(n, min(n + step, size)) for n in range(0, size, max(1, step))])
        most //= max(1, step)
    return product(*axes)


def landings(axes: Iterable[Taps], cells: Box, taps: Box) -> Iterator[tuple[Landing, ...]]:
    """Yield for each axis where the products of these cells and taps land in the output.

    >>> axis = Taps(small=3, large=5, kernel=3, stride=2, dilation=1, before=1)
    >>> list(landings([axis], (slice(0, 3),), (slice(0, 1),)))
    [(Landing(tap=0, cell=slice(1, 3, 1), target=slice(1, 5, 2)),)]
    >>> list(landings([axis], (slice(0, 1),), (slice(0, 3),)))
    [(Landing(tap=slice(1, 3, 1), cell=0, target=slice(0, 2, 1)),)]
    """
    for axis, some, part in zip(axes, cells, taps, strict=True):
        yield _along(axis.only(range(some.start, some.stop), range(part.start, part.stop)))


@lru_cache(maxsize=64)
def _along(axis: Taps) -> tuple[Landing, ...]:
    """Return the landings of one axis; remembered, for most tables of a layer are alike."""
    return tuple(
        Landing(_index(taps), _index(cells), _index(places)) for cells, taps, places in axis.walk()
    )


def _index(cells: range) -> int | slice:
    return cells.start if len(cells) == 1 else as_slice(cells)
