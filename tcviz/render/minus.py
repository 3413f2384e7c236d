"""A minus in the cells of negative numbers, where tints do not tell the sign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tcviz.render.canvas import Pixels8
from tcviz.scene.marks import Colour, Heatmap

LONG, THICK, LEAST = 0.6, 0.16, 3.0
"""Its length as a share of a cell's, its height as one of a cell's shorter side, and the least side
of a cell that has one, in canvas units."""

Boxes = NDArray[np.float64]
"""Rows of left, top, right, bottom."""


def minuses(mark: Heatmap, index: Pixels8) -> Iterator[tuple[Colour, Boxes]]:
    """Yield the boxes in one colour after another, in cells from the left upper corner."""
    thick = thickness(mark)
    for colour in sorted({*mark.minus} - {""}) if thick else ():
        numbers = [i for i, other in enumerate(mark.minus) if other == colour]
        rows, cols = np.nonzero(np.isin(index, numbers))
        middle = np.stack([cols, rows, cols, rows], axis=1) + 0.5
        if middle.size:
            yield colour, middle + np.array([-LONG, -thick, LONG, thick]) / 2


def thickness(mark: Heatmap) -> float:
    """Return the height of a minus as a share of a cell's, 0 where cells are too small for any."""
    wide, high = mark.rect.w / mark.cols, mark.rect.h / mark.rows
    return THICK * min(wide, high) / high if mark.minus and min(wide, high) >= LEAST else 0.0


def bar(length: int, cells: int, share: float) -> NDArray[np.bool_]:
    """Return which of so many pixels lie in the middle share of a cell, at least one of each.

    >>> bar(10, 2, 0.6).tolist()
    [False, True, True, True, False, False, True, True, True, False]
    """
    at = np.arange(length)
    cell = at * cells // length
    starts, ends = -(-cell * length // cells), -(-(cell + 1) * length // cells)
    wide = np.maximum(1, np.round(share * (ends - starts)).astype(int))
    first = starts + (ends - starts - wide) // 2
    inside: NDArray[np.bool_] = (first <= at) & (at < first + wide)
    return inside
