"""Moves: where things are on the way from one place to another."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from tcviz.scene.marks import Point, Rect

LEAST = 1e-3
"""What is no distance."""
Bends: TypeAlias = tuple[Point, ...]


def ease(t: float) -> float:
    """Return how far a movement is at time t, 0 to 1: slow, fast, slow (cubic).

    >>> [ease(t) for t in (0.0, 0.25, 0.5, 1.0)]
    [0.0, 0.0625, 0.5, 1.0]
    """
    return 4 * t**3 if t < 0.5 else 1 - (2 - 2 * t) ** 3 / 2


def moved(a: Rect, b: Rect, share: float) -> Rect:
    """Return the rectangle that is `share` of the way from `a` to `b`.

    >>> moved(Rect(0, 0, 4, 4), Rect(8, 0, 4, 2), 0.5)
    Rect(x=4.0, y=0.0, w=4.0, h=3.0)
    """
    x, y, w, h = (p + (q - p) * share for p, q in ((a.x, b.x), (a.y, b.y), (a.w, b.w), (a.h, b.h)))
    return Rect(x, y, w, h)


def shifted(a: Point, b: Point, share: float) -> Point:
    """Return the point that is `share` of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def meet(a: Rect, b: Rect) -> bool:
    """Return whether two rectangles have an area in common."""
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def holds(rect: Rect, point: Point) -> bool:
    """Return whether a point lies in a rectangle."""
    return rect.x < point[0] < rect.right and rect.y < point[1] < rect.bottom


def within(inner: Rect, outer: Rect) -> bool:
    """Return whether a rectangle lies in another, but for what is too little to be seen."""
    return (
        inner.x > outer.x - LEAST
        and inner.y > outer.y - LEAST
        and inner.right < outer.right + LEAST
        and inner.bottom < outer.bottom + LEAST
    )


def hull(a: Rect, b: Rect) -> Rect:
    """Return the smallest rectangle that holds two others."""
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Rect(x, y, max(a.right, b.right) - x, max(a.bottom, b.bottom) - y)


def alike(a: Bends, b: Bends) -> tuple[Bends, Bends] | None:
    """Return two routes with as many bends each, or None where one cannot become the other.

    All runs stay horizontal or vertical on the way: a straight arrow gets a bend of no height
    where the other has its own.

    >>> bent = (0, 0), (4, 0), (4, 9), (8, 9)
    >>> alike(((0, 5), (8, 5)), bent)[0]
    ((0, 5), (4, 5), (4, 5), (8, 5))
    """
    if len(a) == len(b):
        return (a, b) if _directions(a) == _directions(b) else None
    if len(a) > len(b):
        turned = alike(b, a)
        return turned and (turned[1], turned[0])
    bends = _bent(a, b)
    return (bends, b) if bends and _directions(bends) == _directions(b) else None


def _bent(straight: Bends, bent: Bends) -> Bends | None:
    """Return a straight route with the two bends of another, where that has two."""
    if len(straight) != 2 or len(bent) != 4:
        return None
    (x0, y0), (x1, y1) = straight
    middle: Point = (bent[1][0], y0) if y0 == y1 else (x0, bent[1][1])
    return (x0, y0), middle, middle, (x1, y1)


def _directions(route: Bends) -> list[bool]:
    """Return of each run whether it is horizontal; one of no length is what its place makes it."""
    runs = [None if p == q else p[1] == q[1] for p, q in pairwise(route)]
    known = next((run ^ bool(i % 2) for i, run in enumerate(runs) if run is not None), True)
    return [known ^ bool(i % 2) if run is None else run for i, run in enumerate(runs)]
