"""Areas of pixels: what is damaged is gathered in few rectangles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

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


def common(a: Area, b: Area) -> Area | None:
    """Return what two areas have in common.

    >>> common((0, 0, 9, 9), (4, -1, 12, 7))
    (4, 0, 9, 7)
    """
    left, top, right, bottom = a
    x0, y0, x1, y1 = b
    if left >= x1 or right <= x0 or top >= y1 or bottom <= y0:
        return None
    return max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)


def outside(area: Area, other: Area) -> Iterator[Area]:
    """Yield the parts of an area that lie outside another one.

    >>> list(outside((0, 0, 9, 9), (4, -1, 12, 7)))
    [(0, 7, 9, 9), (0, 0, 4, 7)]
    """
    shared = common(area, other)
    if shared is None:
        yield area
        return
    (left, top, right, bottom), (x0, y0, x1, y1) = area, shared
    beside = (left, y0, x0, y1), (x1, y0, right, y1)
    for part in ((left, top, right, y0), (left, y1, right, bottom), *beside):
        if part[0] < part[2] and part[1] < part[3]:
            yield part


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
