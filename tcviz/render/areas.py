"""Which pixels each mark may touch: one function per type of mark."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import Any

from tcviz.render.damage import Area
from tcviz.scene.marks import Box, Cell, Connector, Glow, Heatmap, Label, Mark, Passing, Rect

HEAD_LENGTH, HEAD_HALF = 9.0, 4.0
"""An arrow head's length and half its width, in canvas units."""


def px(length: float, ratio: float) -> int:
    """Return a coordinate of the scene in whole pixels."""
    return floor(length * ratio + 0.5)


def hair(width: float, ratio: float) -> int:
    """Return a line width in whole pixels, never none.

    >>> hair(2, 1080 / 1280), hair(1.5, 1), hair(1, 0.5)  # a half is no whole one
    (2, 1, 1)
    """
    return max(1, ceil(width * ratio - 0.5))


def placed(rect: Rect, ratio: float) -> Area:
    """Return a rectangle in whole pixels."""
    return px(rect.x, ratio), px(rect.y, ratio), px(rect.right, ratio), px(rect.bottom, ratio)


def filled(mark: Box, ratio: float) -> Area:
    """Return what a box without round corners fills, never nothing."""
    left, top, right, bottom = placed(mark.rect, ratio)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def lit(mark: Glow, ratio: float) -> Area:
    """Return where cells are seen in the light, with the line that neighbours share behind it."""
    left, top, right, bottom = placed(mark.rect, ratio)
    line = hair(1.0, ratio)
    return left, top, right + line, bottom + line


def framed(mark: Box, ratio: float) -> tuple[Area, int]:
    """Return the outside of a box's line and its width.

    It is centred on the hairline that the cells below share.
    """
    left, top, right, bottom = placed(mark.rect, ratio)
    line = hair(mark.width, ratio)
    out = (line - hair(1.0, ratio)) // 2
    return (left - out, top - out, right + line - out, bottom + line - out), line


def sides(area: Area, line: int) -> tuple[Area, Area, Area, Area]:
    """Return the four lines just inside an area."""
    left, top, right, bottom = area
    return (
        (left, top, right, top + line),
        (left, bottom - line, right, bottom),
        (left, top, left + line, bottom),
        (right - line, top, right, bottom),
    )


def area_of(mark: Mark, ratio: float) -> Area:
    """Return the pixels that a mark may touch."""
    return AREAS[type(mark)](mark, ratio)


def _rect_area(rect: Rect, ratio: float, beyond: float = 0.0) -> Area:
    return (
        floor(rect.x * ratio - beyond),
        floor(rect.y * ratio - beyond),
        ceil(rect.right * ratio + beyond) + 1,
        ceil(rect.bottom * ratio + beyond) + 1,
    )


def _cell_area(mark: Cell, ratio: float) -> Area:
    return _rect_area(mark.rect, ratio, ratio)


def _box_area(mark: Box, ratio: float) -> Area:
    return _rect_area(mark.rect, ratio, mark.width * ratio)


def _heat_area(mark: Heatmap, ratio: float) -> Area:
    return _rect_area(mark.rect, ratio)


def _glow_area(mark: Glow, ratio: float) -> Area:
    return _rect_area(mark.rect, ratio, ratio)  # with the hairline behind its edge


def _label_area(mark: Label, ratio: float) -> Area:
    high = mark.size * 1.5
    rect = Rect(mark.left, mark.at[1] - high / 2, mark.width, high)
    return _rect_area(rect, ratio, 2 + mark.size * ratio / 4)


def _connector_area(mark: Connector, ratio: float) -> Area:
    xs, ys = zip(*mark.points, strict=True)
    rect = Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    # A head that is longer than its run reaches back beyond it.
    last = sum(abs(b - a) for a, b in zip(*mark.points[-2:], strict=True))
    beyond = max(0.0, HEAD_LENGTH - last) if mark.head else 0.0
    return _rect_area(rect, ratio, (HEAD_HALF + mark.width + 1 + beyond) * ratio)


AREAS: dict[type, Callable[[Any, float], Area]] = {
    Cell: _cell_area,
    Box: _box_area,
    Label: _label_area,
    Connector: _connector_area,
    Heatmap: _heat_area,
    Glow: _glow_area,
    Passing: _box_area,
}
