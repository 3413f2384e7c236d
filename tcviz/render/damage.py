"""What changed between two scenes, as few rectangles of pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from tcviz.scene.marks import Heatmap, Mark

Area: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""

TILE = 64
"""Pixels: damage is gathered on a grid of this pitch."""


def union(areas: Iterable[Area]) -> Area | None:
    """Return the box around some areas.

    >>> union([(0, 0, 2, 2), (5, 1, 6, 3)])
    (0, 0, 6, 3)
    """
    edges = list(zip(*areas, strict=True))
    if not edges:
        return None
    left, top, right, bottom = edges
    return min(left), min(top), max(right), max(bottom)


def overlap(a: Area, b: Area) -> Area:
    """Return where two areas meet, which is nothing if its right is not right of its left.

    >>> overlap((0, 0, 5, 5), (3, -1, 9, 2))
    (3, 0, 5, 2)
    """
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def changed_areas(old: Mark, new: Mark, before: Area, after: Area) -> Iterator[Area]:
    """Yield what must be painted again when a mark with the area `before` becomes another."""
    if (
        isinstance(old, Heatmap)
        and isinstance(new, Heatmap)
        and old == replace(new, index=old.index)
    ):
        yield from filter(None, [changed_cells(old, new, after)])
    else:
        yield from (before, after)


def changed_cells(old: Heatmap, new: Heatmap, area: Area) -> Area | None:
    """Return the part of a heatmap's area whose cells differ; nothing else does."""
    shape = new.rows, new.cols
    before = np.frombuffer(old.index, np.uint8).reshape(shape)
    differs = before != np.frombuffer(new.index, np.uint8).reshape(shape)
    rows, cols = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    left, top, right, bottom = area
    height, width = (bottom - top) / new.rows, (right - left) / new.cols
    return (
        max(left, int(left + cols[0] * width) - 1),
        max(top, int(top + rows[0] * height) - 1),
        min(right, int(left + (cols[-1] + 1) * width) + 2),
        min(bottom, int(top + (rows[-1] + 1) * height) + 2),
    )


def regions(areas: Iterable[Area], size: tuple[int, int]) -> Iterator[Area]:
    """Yield rectangles of whole tiles that cover all areas and do not overlap.

    >>> list(regions([(0, 0, 5, 5), (3, 70, 90, 71)], (100, 200)))
    [(0, 0, 64, 64), (0, 64, 100, 128)]
    """
    rows: dict[int, int] = {}
    width, height = size
    for left, top, right, bottom in areas:
        if right <= 0 or left >= width:
            continue
        bits = (1 << -(-right // TILE)) - (1 << max(0, left) // TILE)
        for row in range(max(0, top) // TILE, -(-min(bottom, height) // TILE)):
            rows[row] = rows.get(row, 0) | bits
    for first, last, bits in _stacks(rows):
        for start, end in _runs(bits):
            area = start * TILE, first * TILE, min(end * TILE, width), min(last * TILE, height)
            if area[0] < area[2] and area[1] < area[3]:
                yield area


def _stacks(rows: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """Yield rows of tiles with the same pattern together: first, after the last, pattern."""
    start, last, bits = 0, -1, 0
    for row in sorted(rows):
        if row == last and rows[row] == bits:
            last += 1
            continue
        if bits:
            yield start, last, bits
        start, last, bits = row, row + 1, rows[row]
    if bits:
        yield start, last, bits


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    """Yield first and after-last of every run of ones."""
    start = 0
    while bits:
        skip = (bits & -bits).bit_length() - 1
        bits >>= skip
        length = (~bits & (bits + 1)).bit_length() - 1
        start += skip
        yield start, start + length
        bits >>= length
        start += length


def same(old: Mark, new: Mark) -> bool:
    """Return whether a mark did not change; views reuse marks, so identity mostly tells."""
    return old is new or old == new
