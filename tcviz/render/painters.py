"""How each mark is painted on a canvas of palette numbers: one painter per type of mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil, floor
from typing import Any

import numpy as np

from tcviz.render import ink, minus
from tcviz.render.areas import HEAD_HALF, HEAD_LENGTH, filled, framed, lit, placed, sides
from tcviz.render.canvas import DASH, GAP, HATCH, Laid, PixelCanvas, Pixels8, Stamp
from tcviz.render.damage import Area, common
from tcviz.scene import text
from tcviz.scene.marks import (
    Box,
    Cell,
    Colour,
    Connector,
    Glow,
    Heatmap,
    Label,
    Passing,
    Point,
    Style,
)
from tcviz.scene.typeset import Typeset, checked


def _cell(canvas: PixelCanvas, mark: Cell, within: Area | None = None) -> None:
    tile, at = canvas.tiles.placed(canvas, mark, _placed)
    canvas.paste(tile, at, within)


def _placed(canvas: PixelCanvas, mark: Cell) -> Laid:
    px = canvas.px
    left, top = px(mark.rect.x), px(mark.rect.y)
    line = canvas.line(1.0)
    size = px(mark.rect.right) - left + line, px(mark.rect.bottom) - top + line
    # Dashes and hatching run on from cell to cell: a tile depends on where its pattern starts.
    pitch = (DASH + GAP) * line
    pattern = (left % pitch, top % pitch) if mark.style.dash else ()
    slant = (left + top) % (HATCH * line) if mark.style.hatch else 0
    area = left, top, left + size[0], top + size[1]
    blank = size, mark.style, pattern, slant
    tile = canvas.tiles.get(blank, lambda: _blank(canvas, mark.style, area))
    if mark.text:
        key = *blank, mark.text, mark.size
        tile = canvas.tiles.get(key, lambda: _numbered(canvas, mark, area, tile.copy()))
    return tile, (left, top)


def _blank(canvas: PixelCanvas, style: Style, area: Area) -> Pixels8:
    """Return a cell without its text."""
    left, top, right, bottom = area
    tile = canvas.of(np.empty((bottom - top, right - left), dtype=np.uint8), area[:2])
    tile.fill(area, style.fill)
    if style.hatch:
        _hatch(tile, area, style.hatch)
    _frame(tile, area, style.line, tile.line(1.0), dash=style.dash)
    return tile.pixels


def _numbered(canvas: PixelCanvas, mark: Cell, area: Area, blank: Pixels8) -> Pixels8:
    """Write a cell's text within its frame."""
    tile, line = canvas.of(blank, area[:2]), canvas.line(1.0)
    left, top, right, bottom = area
    middle = (left + right) / 2, (top + bottom) / 2
    inside = left + line, top + line, right - line, bottom - line
    if mark.style.hatch:
        _clear(tile, mark, middle, inside)
    size = mark.size * tile.ratio
    for words, y in text.lines(mark.text, middle[1], size):
        tile.stamp(_written(tile, words, (middle[0], y), size, mark.style, "center"), inside)
    return tile.pixels


def _clear(canvas: PixelCanvas, mark: Cell, middle: Point, inside: Area) -> None:
    """Keep hatching off the digits."""
    size = mark.size * canvas.ratio
    half = text.width(mark.text, size, mark.style.bold) / 2 + size * 0.12
    high = text.height(mark.text, size) / 2 + size * 0.16
    x, y = middle
    area = floor(x - half), floor(y - high), ceil(x + half), ceil(y + high)
    if clear := common(area, inside):
        canvas.fill(clear, mark.style.fill)


def _hatch(canvas: PixelCanvas, area: Area, colour: Colour) -> None:
    """Draw slanted lines, in step with those of the neighbours."""
    left, top, right, bottom = area
    line = canvas.line(1.0)
    along = np.add.outer(np.arange(top, bottom), np.arange(left, right))
    canvas.pixels[along % (HATCH * line) < line] = canvas.palette.index(colour)


def _frame(canvas: PixelCanvas, area: Area, colour: Colour, line: int, *, dash: bool) -> None:
    """Draw a frame just inside an area."""
    draw = canvas.dashes if dash else canvas.fill
    for side in sides(area, line):
        draw(side, colour)


def _written(
    canvas: PixelCanvas, words: str, at: Point, size: float, style: Style, anchor: str
) -> Stamp:
    """Return text at a point in pixels: its baseline sits on a whole pixel."""
    width = text.width(words, size, style.bold)
    x = at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[anchor] * width
    left = floor(x)
    mask, ascent = ink.letters(words, size, style.bold, round((x - left) * ink.FINE))
    baseline = round(at[1] + text.CAP_HEIGHT * size / 2)
    return canvas.inked(mask, (left, baseline - ascent), style.ink, style.fill)


def _label(canvas: PixelCanvas, mark: Label) -> None:
    for stamp in canvas.tiles.placed(canvas, mark, _stamps):
        canvas.stamp(stamp)


def _stamps(canvas: PixelCanvas, mark: Label) -> tuple[Stamp, ...]:
    ratio = canvas.ratio
    style = Style(mark.on, mark.ink, mark.on, mark.bold)
    at = mark.at[0] * ratio, mark.at[1] * ratio
    if mark.typeset:
        baseline = round(at[1] + text.CAP_HEIGHT * mark.size * ratio / 2)
        return tuple(_set(canvas, mark, mark.typeset, baseline))
    return (_written(canvas, mark.text, at, mark.size * ratio, style, mark.anchor),)


def _set(canvas: PixelCanvas, mark: Label, line: Typeset, baseline: int) -> Iterator[Stamp]:
    """Yield text of several fonts, one after another."""
    size, x = mark.size * canvas.ratio, mark.left * canvas.ratio
    for run in checked(line).runs:
        left = floor(x)
        shift = round((x - left) * ink.FINE)
        if run.face:
            mask, ascent, before = ink.set_in(run.face, run.text, size, shift, turned=run.turned)
            left -= before
        else:
            mask, ascent = ink.letters(run.text, size, mark.bold, shift)
        yield canvas.inked(mask, (left, baseline - ascent), mark.ink, mark.on)
        x += run.em * size


def _box(canvas: PixelCanvas, mark: Box) -> None:
    if mark.radius:
        _rounded(canvas, mark)
        return
    if mark.fill:
        canvas.fill(filled(mark, canvas.ratio), mark.fill)
    if mark.line:
        area, line = framed(mark, canvas.ratio)
        _frame(canvas, area, mark.line, line, dash=mark.dash)


def _passing(canvas: PixelCanvas, mark: Passing) -> None:
    """Paint a frame, and within its line the digits of cells."""
    _box(canvas, mark)
    for side in sides(*framed(mark, canvas.ratio)) if mark.over else ():
        for cell in mark.over if canvas.meets(side) else ():
            _cell(canvas, cell, side)


def _glow(canvas: PixelCanvas, mark: Glow) -> None:
    area = lit(mark, canvas.ratio)
    for cell in mark.cells:
        _cell(canvas, cell, area)


def _rounded(canvas: PixelCanvas, mark: Box) -> None:
    left, top, right, bottom = placed(mark.rect, canvas.ratio)
    size, radius = (right - left, bottom - top), mark.radius * canvas.ratio
    if mark.fill:
        canvas.mask(ink.rounded(*size, radius, 0), (left, top), mark.fill, canvas.background)
    if mark.line:
        mask = ink.rounded(*size, radius, mark.width * canvas.ratio)
        canvas.mask(mask, (left, top), mark.line, mark.fill or canvas.background)


def _connector(canvas: PixelCanvas, mark: Connector) -> None:
    points = [(canvas.px(x), canvas.px(y)) for x, y in mark.points]
    line = canvas.line(mark.width)
    if mark.head:
        points[-1] = _head(canvas, points, mark.ink)
    low, high = line // 2, line - line // 2
    for (x0, y0), (x1, y1) in pairwise(points):
        area = min(x0, x1) - low, min(y0, y1) - low, max(x0, x1) + high, max(y0, y1) + high
        canvas.fill(area, mark.ink)


def _head(canvas: PixelCanvas, points: list[tuple[int, int]], colour: Colour) -> tuple[int, int]:
    """Paint the head and return where its base is: the line ends there."""
    (x0, y0), (x1, y1) = points[-2:]
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    if bool(dx) == bool(dy):
        dx, dy = 1, 0
    length, half = canvas.px(HEAD_LENGTH), canvas.px(HEAD_HALF)
    mask = ink.head(length, half, dx, dy)
    corner = {
        (1, 0): (x1 - length, y1 - half),
        (-1, 0): (x1, y1 - half),
        (0, 1): (x1 - half, y1 - length),
        (0, -1): (x1 - half, y1),
    }[dx, dy]
    canvas.mask(mask, corner, colour, canvas.background)
    return x1 - dx * (length - 1), y1 - dy * (length - 1)


def _heatmap(canvas: PixelCanvas, mark: Heatmap) -> None:
    px, rect = canvas.px, mark.rect
    left, top = px(rect.x), px(rect.y)
    width, height = max(1, px(rect.right) - left), max(1, px(rect.bottom) - top)
    index = np.frombuffer(mark.index, np.uint8).reshape(mark.rows, mark.cols)
    numbers = np.zeros(256, dtype=np.uint8)
    for i in np.flatnonzero(np.bincount(index.ravel(), minlength=256)).tolist():
        numbers[i] = canvas.palette.index(mark.colours[i])  # only tints that occur take a place
    rows, cols = np.arange(height) * mark.rows // height, np.arange(width) * mark.cols // width
    tile = numbers[index[rows][:, cols]]
    if thick := minus.thickness(mark):
        inks = np.array([canvas.palette.index(c) if c else -1 for c in mark.minus])
        signs = inks[index][rows][:, cols]
        bars = minus.bar(height, mark.rows, thick), minus.bar(width, mark.cols, minus.LONG)
        tile = np.where(np.outer(*bars) & (signs >= 0), signs, tile).astype(np.uint8)
    canvas.paste(tile, (left, top))
    if mark.line:
        _hairlines(canvas, mark, (left, top, left + width, top + height))


def _hairlines(canvas: PixelCanvas, mark: Heatmap, area: Area) -> None:
    left, top, right, bottom = area
    line, rect, colour = canvas.line(1.0), mark.rect, mark.line or ""
    for i in range(1, mark.cols):
        x = canvas.px(rect.x + rect.w * i / mark.cols)
        canvas.fill((x, top, x + line, bottom), colour)
    for i in range(1, mark.rows):
        y = canvas.px(rect.y + rect.h * i / mark.rows)
        canvas.fill((left, y, right, y + line), colour)


PAINTERS: dict[type, Callable[[PixelCanvas, Any], None]] = {
    Cell: _cell,
    Box: _box,
    Label: _label,
    Connector: _connector,
    Heatmap: _heatmap,
    Glow: _glow,
    Passing: _passing,
}
