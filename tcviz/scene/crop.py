"""Cut a scene down to what is drawn in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Mark, Rect, Scene

MARGIN = 12.0
"""Room around what is drawn, in canvas units: outlines stand out a little."""


def bounds(marks: Iterable[Mark]) -> Rect:
    """Return the smallest rectangle, with a margin, that holds all marks.

    >>> bounds([Box("a", Rect(20, 30, 10, 10)), Box("b", Rect(50, 30, 10, 20))])
    Rect(x=8.0, y=18.0, w=64.0, h=44.0)
    """
    rects = [*map(extent, marks)]
    left, top = (min(getattr(r, side) for r in rects) - MARGIN for side in ("x", "y"))
    right, bottom = (max(getattr(r, side) for r in rects) + MARGIN for side in ("right", "bottom"))
    return Rect(left, top, right - left, bottom - top)


def extent(mark: Mark) -> Rect:
    """Return the smallest rectangle that holds a mark, without the width of lines."""
    found: Rect = _EXTENTS[type(mark)](mark)
    return found


def parts(mark: Mark) -> Iterator[Rect]:
    """Yield the boxes of a mark: of a line those of its runs."""
    if isinstance(mark, Connector):
        runs = (replace(mark, points=run) for run in pairwise(mark.points))
        yield from map(extent, runs)
    else:
        yield extent(mark)


def cut(scene: Scene, rect: Rect, pixel: float) -> Scene:
    """Return the part of a scene within `rect`, cut on whole pixels so that lines stay sharp."""
    left, top = (round(at / pixel) * pixel for at in (rect.x, rect.y))
    width, height = (round(n / pixel) * pixel for n in (rect.w, rect.h))
    marks = tuple(_MOVES[type(mark)](mark, -left, -top) for mark in scene.marks)
    return replace(scene, width=width, height=height, marks=marks)


def _rect(mark: Any) -> Rect:
    found: Rect = mark.rect
    return found


def _letters(mark: Label) -> Rect:
    return Rect(mark.left, mark.at[1] - mark.size / 2, mark.width, mark.size)


def _line(mark: Connector) -> Rect:
    xs, ys = zip(*mark.points, strict=True)
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _move_rect(mark: Any, x: float, y: float) -> Any:
    return replace(mark, rect=Rect(mark.rect.x + x, mark.rect.y + y, mark.rect.w, mark.rect.h))


def _move_label(mark: Label, x: float, y: float) -> Label:
    return replace(mark, at=(mark.at[0] + x, mark.at[1] + y))


def _move_line(mark: Connector, x: float, y: float) -> Connector:
    return replace(mark, points=tuple((a + x, b + y) for a, b in mark.points))


_EXTENTS: dict[type, Any] = {
    Cell: _rect,
    Box: _rect,
    Heatmap: _rect,
    Label: _letters,
    Connector: _line,
}
_MOVES: dict[type, Any] = {
    Cell: _move_rect,
    Box: _move_rect,
    Heatmap: _move_rect,
    Label: _move_label,
    Connector: _move_line,
}
