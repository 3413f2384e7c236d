"""Each mark as native shapes of a slide, which a speaker can recolour, move and animate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from tcviz.render import drawingml as ml
from tcviz.render.areas import HEAD_HALF, HEAD_LENGTH
from tcviz.render.drawingml import DrawingPen, Type
from tcviz.render.minus import minuses
from tcviz.render.rectangles import Flat, Index, Rectangles, numbers, rectangles
from tcviz.scene.marks import (
    Box,
    Cell,
    Connector,
    Heatmap,
    Label,
    Mark,
    Point,
    Rect,
    Scene,
    panel_of,
)

MOST_RECTANGLES = 10_000
"""A heatmap of more is a picture: PowerPoint would take seconds for each move."""

FINE = 2
"""Pixels of such a picture per canvas unit, so that its cells have sharp edges."""

GRID = 100
"""Steps of a freeform's grid to a cell."""

BLEED = 0.3
"""Canvas units by which tints overlap those to their right and below."""

MOST_WORDS = 1000
"""Letters that describe a panel: nobody listens to more."""


def shapes(scene: Scene, pen: DrawingPen) -> Iterator[str]:
    """Yield a scene's shapes from the lowest to the highest, each panel as one group."""
    for panel, marks in groupby(_owned(scene.marks), key=lambda pair: pair[0]):
        members = [mark for _, mark in marks]
        drawn = (SLIDE_SHAPES[type(mark)](pen, mark) for mark in members)
        if panel:
            yield ml.group(pen, panel, pen.area(_around(members)), _says(panel, members), drawn)
        else:
            yield from drawn


def _owned(marks: tuple[Mark, ...]) -> Iterator[tuple[str, Mark]]:
    """Yield each mark with the panel that it belongs to, if any.

    The frames that follow a panel's cells and bear its name move with it.
    """
    panel = ""
    for mark in marks:
        if isinstance(mark, Cell | Heatmap):
            panel = panel_of(mark) or mark.key * isinstance(mark, Heatmap)
        elif not (isinstance(mark, Box) and panel_of(mark) == panel):
            panel = ""
        yield panel, mark


def _around(marks: list[Any]) -> Rect:
    left, top = min(m.rect.x for m in marks), min(m.rect.y for m in marks)
    right, bottom = max(m.rect.right for m in marks), max(m.rect.bottom for m in marks)
    return Rect(left, top, right - left, bottom - top)


def _says(panel: str, marks: list[Mark]) -> str:
    """Return a panel's name and its rows as text."""
    cells = sorted((m for m in marks if isinstance(m, Cell)), key=lambda m: (m.rect.y, m.rect.x))
    tints = [f"{m.rows} × {m.cols} tints" for m in marks if isinstance(m, Heatmap)]
    rows = groupby(cells, key=lambda m: m.rect.y)
    lines = [" ".join(cell.text or "blank" for cell in row) for _, row in rows]
    says = f"{panel}: {'; '.join(tints + lines)}"
    return says if len(says) <= MOST_WORDS else says[: MOST_WORDS - 1] + "…"


def _cell(pen: DrawingPen, mark: Cell) -> str:
    style = mark.style
    fill = ml.hatched(style.hatch, style.fill) if style.hatch else ml.solid(style.fill)
    look = fill + ml.line(pen.emu(1), style.line, dash=style.dash)
    # Hatching would run through the digits: they bring their own ground.
    strip = style.fill if style.hatch else None
    words = ml.words(pen, mark.text, Type(mark.size, style.ink, style.bold, on=strip))
    return ml.shape(pen, mark.key, pen.area(mark.rect), ml.preset("rect"), look, words)


def _label(pen: DrawingPen, mark: Label) -> str:
    if not mark.text:
        return ""
    high, line = mark.size * 1.2, mark.typeset
    area = pen.area(Rect(mark.left, mark.at[1] - high / 2, mark.width, high))
    style = Type(mark.size, mark.ink, mark.bold, mark.anchor)
    if line:
        style = replace(style, foreign=True, turned=line.turned)
    words = ml.words(pen, mark.text, style)
    return ml.shape(pen, mark.key, area, ml.preset("rect"), ml.NO_FILL, words, label=True)


def _box(pen: DrawingPen, mark: Box) -> str:
    rect, geometry = mark.rect, ml.preset("rect")
    if mark.radius:
        # The outline of a rounded box lies inside it.
        inner = mark.width / 2 if mark.line else 0.0
        rect = Rect(rect.x + inner, rect.y + inner, rect.w - 2 * inner, rect.h - 2 * inner)
        share = (mark.radius - inner) / max(1e-9, min(rect.w, rect.h))
        geometry = ml.preset("roundRect", round(100_000 * min(0.5, max(0.0, share))))
    elif mark.fill:
        rect = Rect(rect.x, rect.y, max(1.0, rect.w), max(1.0, rect.h))
    line = ml.line(pen.emu(mark.width), mark.line, dash=mark.dash) if mark.line else ml.NO_LINE
    return ml.shape(pen, mark.key, pen.area(rect), geometry, ml.solid(mark.fill) + line)


def _connector(pen: DrawingPen, mark: Connector) -> str:
    look = ml.line(pen.emu(mark.width), mark.ink, head=_head(pen, mark.width) * mark.head)
    if len(mark.points) == 2:
        return ml.straight(pen, mark.key, (mark.points[0], mark.points[1]), look)
    left, top, right, bottom = _bounds(mark.points)
    area = pen.area(Rect(left, top, right - left, bottom - top))
    run = [(pen.emu(x) - area[0], pen.emu(y) - area[1]) for x, y in mark.points]
    path = ml.freeform(area[2:], [run], filled=False)
    return ml.shape(pen, mark.key, area, path, ml.NO_FILL + look)


def _bounds(points: tuple[Point, ...]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _head(pen: DrawingPen, width: float) -> str:
    """Return the arrow head nearest to ours: PowerPoint has three sizes, in widths of the line."""
    # A thin line's head is as large as that of a line of two points.
    unit = max(pen.points(width), 2.0)
    grades = {"sm": 2, "med": 3, "lg": 5}

    def nearest(length: float) -> str:
        return min(grades, key=lambda grade: abs(grades[grade] * unit - pen.points(length)))

    return f'<a:tailEnd type="triangle" w="{nearest(2 * HEAD_HALF)}" len="{nearest(HEAD_LENGTH)}"/>'


def _heatmap(pen: DrawingPen, mark: Heatmap) -> str:
    index = numbers(mark)
    found = rectangles(index, MOST_RECTANGLES)
    area = pen.area(mark.rect)
    if found:
        drawn = "".join(_tints(pen, mark, found))
    else:
        drawn = ml.picture(pen, f"{mark.key}.tints", area, _png(mark, index))
    for colour, boxes in minuses(mark, np.frombuffer(mark.index, np.uint8).reshape(index.shape)):
        fine = GRID * mark.cols, GRID * mark.rows
        corners = ([(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in (GRID * boxes).tolist())
        path, look = ml.freeform(fine, corners, filled=True), ml.solid(colour) + ml.NO_LINE
        drawn += ml.shape(pen, f"{mark.key}.minus.{colour}", area, path, look)
    if mark.line:
        look = ml.NO_FILL + ml.line(pen.emu(1), mark.line)
        drawn += ml.shape(pen, f"{mark.key}.lines", area, _hairlines(mark), look)
    return drawn


def _tints(pen: DrawingPen, mark: Heatmap, found: Rectangles) -> Iterator[str]:
    """Yield a rectangle in the most frequent colour and one freeform in each other."""
    area, size = pen.area(mark.rect), (GRID * mark.cols, GRID * mark.rows)
    boxes = _bleed(found.boxes, mark)
    for number in [found.ground, *np.unique(found.colours).tolist()]:
        mine = boxes[found.colours == number].tolist()
        corners = ([(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in mine)
        path = ml.freeform(size, corners, filled=True) if mine else ml.preset("rect")
        colour = mark.colours[number]
        look = ml.solid(colour) + ml.NO_LINE
        yield ml.shape(pen, f"{mark.key}.{colour}", area, path, look)


def _bleed(boxes: Flat, mark: Heatmap) -> Flat:
    """Return boxes in a finer grid, a trace too wide: between edges that meet, light shines."""
    most = GRID * np.array([mark.cols, mark.rows])
    cells = mark.rect.w / mark.cols, mark.rect.h / mark.rows
    more = [round(GRID * min(0.3, BLEED / cell)) for cell in cells]
    fine = GRID * boxes
    fine[:, 2:] = np.minimum(fine[:, 2:] + more, most)
    return fine


def _hairlines(mark: Heatmap) -> str:
    rows, cols = mark.rows, mark.cols
    upright = [[(i, 0), (i, rows)] for i in range(1, cols)]
    level = [[(0, i), (cols, i)] for i in range(1, rows)]
    return ml.freeform((cols, rows), upright + level, filled=False)


def _png(mark: Heatmap, index: Index) -> bytes:
    """Return the cells as a PNG of whole pixels a cell."""
    from io import BytesIO

    from PIL import Image

    image = Image.fromarray(index)
    image.putpalette(b"".join(bytes.fromhex(colour[1:]) for colour in mark.colours))
    wide, high = (
        cells * max(1, -int(-FINE * length // cells))
        for cells, length in ((mark.cols, mark.rect.w), (mark.rows, mark.rect.h))
    )
    file = BytesIO()
    image.resize((wide, high), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


SLIDE_SHAPES: dict[type, Callable[[DrawingPen, Any], str]] = {
    Cell: _cell,
    Box: _box,
    Label: _label,
    Connector: _connector,
    Heatmap: _heatmap,
}
