"""A grid of colours as few rectangles: equal neighbours become one."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.scene.marks import Heatmap

Index: TypeAlias = NDArray[np.uint8]
Flat: TypeAlias = NDArray[np.intp]


class Rectangles(NamedTuple):
    """Rectangles of cells over a ground: each a row of left, top, right, bottom."""

    ground: int
    colours: Index
    boxes: Flat


def numbers(mark: Heatmap) -> Index:
    """Return a heatmap's array; colours that occur twice have one number."""
    one = np.array([mark.colours.index(c) for c in mark.colours], dtype=np.uint8)
    index: Index = one[np.frombuffer(mark.index, np.uint8).reshape(mark.rows, mark.cols)]
    return index


def rectangles(index: Index, most: int) -> Rectangles | None:
    """Return what lies over the most frequent colour, or None where that is more than `most`.

    Runs of equal cells in a row, merged with the same runs in the rows below.

    >>> rectangles(np.array([[1, 1, 2], [1, 1, 3], [1, 1, 3]], dtype=np.uint8), 9).boxes.tolist()
    [[2, 0, 3, 1], [2, 1, 3, 3]]
    """
    ground = int(np.bincount(index.ravel()).argmax())
    tops, bottoms, ends = _corners(index, ground)
    if tops.size > most:
        return None
    cols = index.shape[1]
    below = np.empty_like(bottoms)
    below[_by_column(tops, cols)] = bottoms[_by_column(bottoms, cols)]
    box = tops % cols, tops // cols, (ends - 1) % cols + 1, below // cols + 1
    return Rectangles(ground, index.ravel()[tops], np.stack(box, axis=1))


def _corners(index: Index, ground: int) -> tuple[Flat, Flat, Flat]:
    """Return where rectangles begin, where their last row begins, and where their first ends.

    Each as a position in the array laid out flat. As rectangles of one column do not
    overlap, the first beginning in a column belongs to the first last row there.
    """
    cols = index.shape[1]
    starts, ends = _runs(index, ground)
    end_at = np.zeros(index.size, dtype=np.intp)
    end_at[starts] = ends
    above = starts - cols
    goes_on = (above >= 0) & (end_at[above] == ends - cols)
    goes_on &= index.ravel()[above] == index.ravel()[starts]
    end_at[above[goes_on]] = 0
    return starts[~goes_on], starts[end_at[starts] > 0], ends[~goes_on]


def _runs(index: Index, ground: int) -> tuple[Flat, Flat]:
    """Return where runs of equal cells in a row begin and end."""
    begins = np.ones(index.shape, dtype=bool)
    begins[:, 1:] = index[:, 1:] != index[:, :-1]
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], index.size)
    over = index.ravel()[starts] != ground
    return starts[over], ends[over]


def _by_column(places: Flat, cols: int) -> NDArray[Any]:
    return np.lexsort((places, places % cols))
