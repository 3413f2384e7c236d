"""Connectors from the slices of one line to those of the line below, none across another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from tcviz.scene import Point

Route: TypeAlias = tuple[Point, ...]
STRAIGHT = 3.0
"""Ends that are no farther apart than this are joined by a straight line."""


def routes(starts: Sequence[Point], ends: Sequence[Point], lanes: Sequence[float]) -> list[Route]:
    """Return a line down from each start to its end, both from left to right.

    Each turns in a lane of its own, from the upmost on.  What runs to the left does so
    lower than what begins left of it, and what runs to the right higher: so none cross.

    >>> routes([(10, 0), (20, 0)], [(0, 9), (5, 9)], [3, 6])
    [((10, 0), (10, 3), (0, 3), (0, 9)), ((20, 0), (20, 6), (5, 6), (5, 9))]
    """
    pairs = list(zip(starts, ends, strict=True))
    left = [i for i, (start, end) in enumerate(pairs) if end[0] < start[0]]
    right = [i for i in range(len(pairs)) if i not in left]
    order = {i: lane for turned in (left, right[::-1]) for lane, i in enumerate(turned)}
    return [_route(*pair, lanes[order[i]]) for i, pair in enumerate(pairs)]


def _route(start: Point, end: Point, lane: float) -> Route:
    if abs(start[0] - end[0]) < STRAIGHT:
        return (start[0], start[1]), (start[0], end[1])
    return start, (start[0], lane), (end[0], lane), end
