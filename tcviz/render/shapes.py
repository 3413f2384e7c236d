"""How each mark becomes shapes: one painter per type of mark, after the pixel renderer's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor
from typing import Any

from tcviz.render.areas import HEAD_HALF, HEAD_LENGTH
from tcviz.render.canvas import HATCH
from tcviz.render.drawing import Pen, RoundedRect, Words, polygon, rectangle
from tcviz.render.tints import heatmap
from tcviz.scene import text
from tcviz.scene.marks import Box, Cell, Colour, Connector, Heatmap, Label, Point, Rect

CLEAR_SIDE, CLEAR_HIGH = 0.12, 0.16
"""How far hatching keeps off the digits, in ems."""


def _cell(pen: Pen, mark: Cell) -> None:
    hair, inner = pen.grid.line(1.0), pen.grid.rect(mark.rect)
    # The line that neighbours share lies behind the edge: it belongs to both cells.
    area = Rect(inner.x, inner.y, inner.w + hair, inner.h + hair)
    style = mark.style
    if style.dash or style.hatch:
        pen.shape(rectangle(area), style.fill)
        if style.hatch:
            _hatch(pen, mark, area, hair)
        _frame(pen, area, style.line, hair, dash=style.dash)
    else:
        pen.shape(rectangle(_inset(area, hair / 2)), style.fill, style.line, hair)
    if mark.text:
        x, middle = area.center
        for line, y in text.lines(mark.text, middle, mark.size):
            _write(pen, line, (x, y), mark.size, style.ink, bold=style.bold)


def _inset(rect: Rect, by: float) -> Rect:
    return Rect(rect.x + by, rect.y + by, rect.w - 2 * by, rect.h - 2 * by)


def _frame(pen: Pen, area: Rect, colour: Colour, width: float, *, dash: bool) -> None:
    """Draw a frame just inside an area."""
    if not dash:
        pen.shape(rectangle(_inset(area, width / 2)), None, colour, width)
        return
    middle = _inset(area, width / 2)
    across = [((area.x, y), (area.right, y)) for y in (middle.y, middle.bottom)]
    down = [((x, area.y), (x, area.bottom)) for x in (middle.x, middle.right)]
    pen.dashes(across, colour, width, area.x)
    pen.dashes(down, colour, width, area.y)


def _hatch(pen: Pen, mark: Cell, area: Rect, hair: float) -> None:
    """Draw slanted lines, in step with those of the neighbours, and keep them off the digits."""
    lines = list(_slants(area, hair))
    if lines:
        pen.strokes(lines, mark.style.hatch or "", hair)
    if mark.text:
        x, y = area.center
        half = text.width(mark.text, mark.size, mark.style.bold) / 2 + mark.size * CLEAR_SIDE
        high = text.height(mark.text, mark.size) / 2 + mark.size * CLEAR_HIGH
        left, top = max(area.x, x - half), max(area.y, y - high)
        right, bottom = min(area.right, x + half), min(area.bottom, y + high)
        pen.shape(rectangle(Rect(left, top, right - left, bottom - top)), mark.style.fill)


def _slants(area: Rect, hair: float) -> Iterator[tuple[Point, Point]]:
    """Yield the parts within an area of the lines on which x + y is a multiple of the pitch."""
    pitch = HATCH * hair
    for i in range(ceil((area.x + area.y) / pitch), floor((area.right + area.bottom) / pitch) + 1):
        along = i * pitch + hair
        left, right = max(area.x, along - area.bottom), min(area.right, along - area.y)
        if left < right:
            yield (left, along - left), (right, along - right)


def _write(pen: Pen, words: str, at: Point, size: float, ink: Colour, *, bold: bool) -> None:
    """Write text in the middle of a point."""
    pen.write(Words(words, (at[0], _baseline(pen, at[1], size)), size, ink, bold, "center"))


def _baseline(pen: Pen, middle: float, size: float) -> float:
    """Return the baseline, on the grid, of text whose capitals have that middle."""
    step = pen.grid.step
    return round((middle + text.CAP_HEIGHT * size / 2) / step) * step


def _label(pen: Pen, mark: Label) -> None:
    at = mark.at[0], _baseline(pen, mark.at[1], mark.size)
    look = mark.size, mark.ink, mark.bold, mark.anchor
    pen.write(Words(mark.text, at, *look, mark.typeset))


def _box(pen: Pen, mark: Box) -> None:
    grid, rect = pen.grid, pen.grid.rect(mark.rect)
    if mark.radius:
        _rounded(pen, mark, rect)
        return
    if mark.fill:
        filled = Rect(rect.x, rect.y, max(rect.w, grid.step), max(rect.h, grid.step))
        pen.shape(rectangle(filled), mark.fill)
    if mark.line:
        # Centred on the hairline that the cells below share.
        width = grid.line(mark.width)
        out = grid.half(width - grid.line(1.0))
        area = Rect(rect.x - out, rect.y - out, rect.w + width, rect.h + width)
        _frame(pen, area, mark.line, width, dash=mark.dash)


def _rounded(pen: Pen, mark: Box, rect: Rect) -> None:
    if not mark.line:
        pen.shape(RoundedRect(rect, mark.radius), mark.fill)
        return
    half = mark.width / 2
    path = RoundedRect(_inset(rect, half), max(0.0, mark.radius - half))
    pen.shape(path, mark.fill, mark.line, mark.width)


def _connector(pen: Pen, mark: Connector) -> None:
    grid = pen.grid
    width = grid.line(mark.width)
    shift = width / 2 - grid.half(width)
    points = [(grid.snap(x) + shift, grid.snap(y) + shift) for x, y in mark.points]
    if mark.head:
        points[-1] = _head(pen, points, shift, mark.ink)
    pen.strokes([points], mark.ink, width, "projecting")


def _head(pen: Pen, points: list[Point], shift: float, ink: Colour) -> Point:
    """Draw the head, centred on its line, and return where its base is: the line ends there."""
    (x0, y0), (x1, y1) = points[-2:]
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    if bool(dx) == bool(dy):
        dx, dy = 1, 0
    # Across its line the head is centred on it; along it the tip lies where the mark ends.
    tip = x1 - shift * abs(dx), y1 - shift * abs(dy)
    base = tip[0] - dx * HEAD_LENGTH, tip[1] - dy * HEAD_LENGTH
    side = dy * HEAD_HALF, dx * HEAD_HALF
    corners = (base[0] - side[0], base[1] - side[1]), (base[0] + side[0], base[1] + side[1])
    pen.shape(polygon(corners[0], tip, corners[1]), ink)
    return base[0] + dx * pen.grid.step, base[1] + dy * pen.grid.step


SHAPES: dict[type, Callable[[Pen, Any], None]] = {
    Cell: _cell,
    Box: _box,
    Label: _label,
    Connector: _connector,
    Heatmap: heatmap,
}
