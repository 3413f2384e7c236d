"""How each mark is painted on a canvas of palette numbers: one painter per type of mark."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil, floor
from typing import Any

from PIL import Image, ImageDraw

from tcviz import text
from tcviz.render import ink
from tcviz.render.damage import Area
from tcviz.render.palette import Palette
from tcviz.scene import Box, Cell, Colour, Connector, Heatmap, Label, Mark, Point, Rect, Style

DASH, GAP = 4, 3
HATCH = 7
"""Pixels between hatching lines."""
HEAD_LENGTH, HEAD_HALF = 9.0, 4.0


class Canvas:
    """A piece of the picture: an image of palette numbers with its place in the whole."""

    def __init__(
        self,
        area: Area,
        ratio: float,
        palette: Palette,
        background: Colour,
        tiles: dict[Any, Image.Image],
    ) -> None:
        left, top, right, bottom = area
        self.left, self.top = left, top
        self.ratio, self.palette, self.background, self.tiles = ratio, palette, background, tiles
        self.image = Image.new("L", (right - left, bottom - top), palette.index(background))
        self.draw = ImageDraw.Draw(self.image)

    def px(self, length: float) -> int:
        """Return a coordinate of the scene in whole pixels."""
        return floor(length * self.ratio + 0.5)

    def line(self, width: float) -> int:
        """Return a line width in whole pixels, never none."""
        return max(1, floor(width * self.ratio + 0.01))

    def fill(self, area: Area, colour: Colour) -> None:
        """Fill an area, given in pixels of the whole picture."""
        left, top, right, bottom = area
        if right > left and bottom > top:
            box = left - self.left, top - self.top, right - self.left, bottom - self.top
            self.image.paste(self.palette.index(colour), box)

    def mask(self, mask: Image.Image, at: tuple[int, int], colour: Colour, on: Colour) -> None:
        """Paint a coverage mask in `colour` over `on`, at a pixel of the whole picture."""
        coverage = mask.tobytes()
        # bytes.translate is Image.point without its per-call cost.
        shades = Image.frombytes("L", mask.size, coverage.translate(self.palette.ramp(colour, on)))
        hit = Image.frombytes("L", mask.size, coverage.translate(_HIT))
        self.image.paste(shades, (at[0] - self.left, at[1] - self.top), hit)


_HIT = bytes(10) + b"\xff" * 246
"""Fainter coverage than a shade is nothing."""


def area_of(mark: Mark, ratio: float) -> Area:
    """Return the pixels that a mark may touch."""
    return _AREAS[type(mark)](mark, ratio)


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


def _label_area(mark: Label, ratio: float) -> Area:
    width = text.width(mark.text, mark.size, mark.bold)
    left = mark.at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[mark.anchor] * width
    high = mark.size * 1.5
    return _rect_area(
        Rect(left, mark.at[1] - high / 2, width, high), ratio, 2 + mark.size * ratio / 4
    )


def _connector_area(mark: Connector, ratio: float) -> Area:
    xs, ys = zip(*mark.points, strict=True)
    rect = Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return _rect_area(rect, ratio, (HEAD_HALF + mark.width + 1) * ratio)


def _cell(canvas: Canvas, mark: Cell) -> None:
    px = canvas.px
    left, top = px(mark.rect.x), px(mark.rect.y)
    line = canvas.line(1.0)
    size = px(mark.rect.right) - left + line, px(mark.rect.bottom) - top + line
    # Dashes and hatching run on from cell to cell: a tile depends on where its pattern starts.
    pattern = (left % (DASH + GAP), top % (DASH + GAP)) if mark.style.dash else ()
    slant = (left + top) % (HATCH * line) if mark.style.hatch else 0
    key = size, mark.style, mark.text, mark.size, pattern, slant
    if key not in canvas.tiles:
        canvas.tiles[key] = _tile(canvas, mark, (left, top, left + size[0], top + size[1]))
    canvas.image.paste(canvas.tiles[key], (left - canvas.left, top - canvas.top))


def _tile(canvas: Canvas, mark: Cell, area: Area) -> Image.Image:
    style = mark.style
    tile = Canvas(area, canvas.ratio, canvas.palette, style.fill, canvas.tiles)
    if style.hatch:
        _hatch(tile, area, style.hatch)
    if mark.text:
        left, top, right, bottom = area
        middle = (left + right) / 2, (top + bottom) / 2
        if style.hatch:
            _clear(tile, mark, middle)
        _write(tile, mark.text, middle, mark.size * tile.ratio, style, "center")
    _frame(tile, area, style.line, tile.line(1.0), dash=style.dash)
    return tile.image


def _clear(canvas: Canvas, mark: Cell, middle: Point) -> None:
    """Keep hatching off the digits."""
    size = mark.size * canvas.ratio
    half = text.width(mark.text, size, mark.style.bold) / 2 + size * 0.12
    high = size * (text.CAP_HEIGHT / 2 + 0.16)
    x, y = middle
    area = floor(x - half), floor(y - high), ceil(x + half), ceil(y + high)
    canvas.fill(area, mark.style.fill)


def _hatch(canvas: Canvas, area: Area, colour: Colour) -> None:
    left, top, right, bottom = area
    line, number = canvas.line(1.0), canvas.palette.index(colour)
    pitch, high = HATCH * line, bottom - top
    for start in range(-((left + top) % pitch), right - left + high, pitch):
        canvas.draw.line((start, 0, start - high, high), fill=number, width=line)


def _frame(canvas: Canvas, area: Area, colour: Colour, line: int, *, dash: bool) -> None:
    """Draw a frame just inside an area."""
    left, top, right, bottom = area
    sides = (
        (left, top, right, top + line),
        (left, bottom - line, right, bottom),
        (left, top, left + line, bottom),
        (right - line, top, right, bottom),
    )
    for side in sides:
        for piece in _dashes(side) if dash else (side,):
            canvas.fill(piece, colour)


def _dashes(side: Area) -> list[Area]:
    """Return a side's dashes, in step with those of every other side in line with it."""
    left, top, right, bottom = side
    period = DASH + GAP
    if right - left >= bottom - top:
        starts = range(left - left % period, right, period)
        return [
            (max(s, left), top, min(s + DASH, right), bottom) for s in starts if s + DASH > left
        ]
    starts = range(top - top % period, bottom, period)
    return [(left, max(s, top), right, min(s + DASH, bottom)) for s in starts if s + DASH > top]


def _write(canvas: Canvas, words: str, at: Point, size: float, style: Style, anchor: str) -> None:
    """Write text at a point in pixels: its baseline sits on a whole pixel."""
    width = text.width(words, size, style.bold)
    x = at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[anchor] * width
    left = floor(x)
    mask, ascent = ink.letters(words, size, style.bold, round((x - left) * ink.FINE))
    baseline = round(at[1] + text.CAP_HEIGHT * size / 2)
    canvas.mask(mask, (left, baseline - ascent), style.ink, style.fill)


def _label(canvas: Canvas, mark: Label) -> None:
    ratio = canvas.ratio
    style = Style(mark.on, mark.ink, mark.on, mark.bold)
    at = mark.at[0] * ratio, mark.at[1] * ratio
    _write(canvas, mark.text, at, mark.size * ratio, style, mark.anchor)


def _box(canvas: Canvas, mark: Box) -> None:
    px, rect = canvas.px, mark.rect
    line = canvas.line(mark.width)
    left, top, right, bottom = px(rect.x), px(rect.y), px(rect.right), px(rect.bottom)
    if mark.radius:
        _rounded(canvas, mark, (left, top, right, bottom))
        return
    if mark.fill:
        canvas.fill((left, top, max(right, left + 1), max(bottom, top + 1)), mark.fill)
    if mark.line:
        # Centred on the hairline that the cells below share.
        out = (line - canvas.line(1.0)) // 2
        inn = line - out
        area = left - out, top - out, right + inn, bottom + inn
        _frame(canvas, area, mark.line, line, dash=mark.dash)


def _rounded(canvas: Canvas, mark: Box, area: Area) -> None:
    left, top, right, bottom = area
    size, radius = (right - left, bottom - top), mark.radius * canvas.ratio
    if mark.fill:
        canvas.mask(ink.rounded(*size, radius, 0), (left, top), mark.fill, canvas.background)
    if mark.line:
        mask = ink.rounded(*size, radius, mark.width * canvas.ratio)
        canvas.mask(mask, (left, top), mark.line, mark.fill or canvas.background)


def _connector(canvas: Canvas, mark: Connector) -> None:
    points = [(canvas.px(x), canvas.px(y)) for x, y in mark.points]
    line = canvas.line(mark.width)
    if mark.head:
        points[-1] = _head(canvas, points, mark.ink)
    low, high = line // 2, line - line // 2
    for (x0, y0), (x1, y1) in pairwise(points):
        area = min(x0, x1) - low, min(y0, y1) - low, max(x0, x1) + high, max(y0, y1) + high
        canvas.fill(area, mark.ink)


def _head(canvas: Canvas, points: list[tuple[int, int]], colour: Colour) -> tuple[int, int]:
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


def _heatmap(canvas: Canvas, mark: Heatmap) -> None:
    px, rect = canvas.px, mark.rect
    numbers = bytearray(256)
    for i in sorted(set(mark.index)):  # only tints that occur take a place in the palette
        numbers[i] = canvas.palette.index(mark.colours[i])
    small = Image.frombytes("L", (mark.cols, mark.rows), mark.index.translate(numbers))
    left, top = px(rect.x), px(rect.y)
    size = max(1, px(rect.right) - left), max(1, px(rect.bottom) - top)
    large = small.resize(size, Image.Resampling.NEAREST)
    canvas.image.paste(large, (left - canvas.left, top - canvas.top))
    if mark.line:
        _hairlines(canvas, mark, (left, top, left + size[0], top + size[1]))


def _hairlines(canvas: Canvas, mark: Heatmap, area: Area) -> None:
    left, top, right, bottom = area
    line, rect, colour = canvas.line(1.0), mark.rect, mark.line or ""
    for i in range(1, mark.cols):
        x = canvas.px(rect.x + rect.w * i / mark.cols)
        canvas.fill((x, top, x + line, bottom), colour)
    for i in range(1, mark.rows):
        y = canvas.px(rect.y + rect.h * i / mark.rows)
        canvas.fill((left, y, right, y + line), colour)


PAINTERS: dict[type, Callable[[Canvas, Any], None]] = {
    Cell: _cell,
    Box: _box,
    Label: _label,
    Connector: _connector,
    Heatmap: _heatmap,
}

_AREAS: dict[type, Callable[[Any, float], Area]] = {
    Cell: _cell_area,
    Box: _box_area,
    Label: _label_area,
    Connector: _connector_area,
    Heatmap: _heat_area,
}
