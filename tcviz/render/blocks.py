"""Grids of cells, and dashed lines, as few lines: neighbours that look alike become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from tcviz.scene.marks import Point, Rect

Line: TypeAlias = tuple[Point, Point]
Columns: TypeAlias = tuple[float, ...]
"""Where the columns of a block begin, and where the last one ends."""


def blocks(rects: Iterable[Rect], over: float = 0.0) -> Iterator[tuple[Rect, list[Line]]]:
    """Yield rectangles that cover all of those given, each with the lines that part it.

    Neighbours touch, or reach so far over each other.

    >>> [(box, lines)] = blocks([Rect(0, 0, 4, 3), Rect(4, 0, 4, 3)])
    >>> box, lines
    (Rect(x=0, y=0, w=8, h=3), [((4, 0), (4, 3))])
    """
    open_: dict[Columns, list[float]] = {}
    for (top, bottom), columns in _rows(rects, over):
        sides = open_.get(columns)
        if sides and top <= sides[-1] <= top + over:
            sides[-1:] = top, bottom
            continue
        if sides:
            yield _block(columns, sides)
        open_[columns] = [top, bottom]
    for columns, sides in open_.items():
        yield _block(columns, sides)


def _rows(rects: Iterable[Rect], over: float) -> Iterator[tuple[tuple[float, float], Columns]]:
    """Yield rectangles that touch in a row: top and bottom, and where each begins and ends."""
    rows: dict[tuple[float, float], list[float]] = {}
    for rect in rects:
        key = rect.y, rect.bottom
        ends = rows.get(key)
        if ends and rect.x <= ends[-1] <= rect.x + over:
            ends[-1:] = rect.x, rect.right
            continue
        if ends:
            yield key, tuple(ends)
        rows[key] = [rect.x, rect.right]
    for key, ends in rows.items():
        yield key, tuple(ends)


def _block(columns: Columns, sides: list[float]) -> tuple[Rect, list[Line]]:
    left, *xs, right = columns
    top, *ys, bottom = sides
    down = [((x, top), (x, bottom)) for x in xs]
    return Rect(left, top, right - left, bottom - top), [
        *down,
        *(((left, y), (right, y)) for y in ys),
    ]


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, across or down, with those that overlap or touch as one.

    >>> list(joined([((0, 0), (4, 0)), ((3, 0), (9, 0)), ((0, 0), (0, 2)), ((0, 0), (4, 0))]))
    [((0, 0), (9, 0)), ((0, 0), (0, 2))]
    """
    found: dict[tuple[bool, float], list[tuple[float, float]]] = defaultdict(list)
    for (x0, y0), (x1, y1) in lines:
        across = y0 == y1
        found[across, y0 if across else x0].append((x0, x1) if across else (y0, y1))
    for (across, at), spans in found.items():
        for start, end in _merged(sorted(spans)):
            yield ((start, at), (end, at)) if across else ((at, start), (at, end))


def _merged(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    start, end = spans[0]
    for first, last in spans[1:]:
        if first > end:
            yield start, end
            start, end = first, last
        end = max(end, last)
    yield start, end
