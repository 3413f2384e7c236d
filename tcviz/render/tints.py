"""Heatmaps as shapes where their cells are large, and as an image where they are not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tcviz.render.canvas import Pixels8
from tcviz.render.drawing import Image8, Images, Pen, rectangle, rectangles
from tcviz.render.minus import minuses
from tcviz.scene.marks import Heatmap, Rect
from tcviz.scene.shades import rgb

MOST_SHAPES, MOST_PARTED = 12_000, 256
"""Shapes where images cannot be had; cells along a side where lines part them."""
PATH_LENGTH = 500
"""Rectangles in one path: TeX and old printers have little memory."""


def heatmap(pen: Pen, mark: Heatmap) -> None:
    """Draw a heatmap."""
    index = np.frombuffer(mark.index, np.uint8).reshape(mark.rows, mark.cols)
    rect = pen.grid.rect(mark.rect)
    rect = Rect(rect.x, rect.y, max(rect.w, pen.grid.step), max(rect.h, pen.grid.step))
    if mark.line or not pen.images:
        _shapes(pen, mark, thinned(index, MOST_PARTED) if mark.line else _merged(index), rect)
    else:
        pen.image(_image(mark, index, rect, pen.images), rect)
    cell = rect.w / mark.cols, rect.h / mark.rows
    for colour, boxes in minuses(mark, index):
        for part in _parts(boxes * (cell * 2) + (rect.x, rect.y) * 2):
            pen.shape(rectangles(part), colour)
    if mark.line:
        _hairlines(pen, mark, rect)


def thinned(index: Pixels8, most: int) -> Pixels8:
    """Return at most so many rows and columns, evenly chosen."""
    rows, cols = (np.arange(min(n, most)) * n // min(n, most) for n in index.shape)
    kept: Pixels8 = index[rows][:, cols]
    return kept


def _merged(index: Pixels8) -> Pixels8:
    """Return the cells, or every second, or fourth, so that they make few enough shapes."""
    while len(_runs(index)) > MOST_SHAPES:
        index = thinned(index, max(index.shape) // 2)
    return index


def _image(mark: Heatmap, index: Pixels8, rect: Rect, images: Images) -> Image8:
    """Return an image in which every cell has as many pixels as any other."""
    table = np.zeros((256, 4), dtype=np.uint8)
    table[: len(mark.colours)] = [(*rgb(colour), 255) for colour in mark.colours]
    kept = thinned(index, images.most)
    for axis, length in enumerate((rect.h, rect.w)):
        count = kept.shape[axis]
        wanted = max(1, round(length * images.sharp / count))
        kept = kept.repeat(min(wanted, images.most // count), axis=axis)
    return table[kept]


def _shapes(pen: Pen, mark: Heatmap, index: Pixels8, rect: Rect) -> None:
    """Draw one colour after another, each as few shapes, over a ground of the commonest."""
    ground = int(np.bincount(index.ravel()).argmax())
    pen.shape(rectangle(rect), mark.colours[ground])
    xs, ys = _edges(pen, rect.x, rect.w, index.shape[1]), _edges(pen, rect.y, rect.h, len(index))
    runs = _runs(index)
    numbers = [n for n in np.unique(index).tolist() if n != ground]
    for reach in _reaches(pen, mark):
        for number in numbers:
            row, first, end = runs[runs[:, 3] == number, :3].T
            right = np.minimum(xs[end] + reach, rect.right)
            bottom = np.minimum(ys[row + 1] + reach, rect.bottom)
            for part in _parts(np.stack([xs[first], ys[row], right, bottom], axis=1)):
                pen.shape(rectangles(part), mark.colours[number])


def _reaches(pen: Pen, mark: Heatmap) -> tuple[float, ...]:
    """Return how far shapes reach beyond their cells, each time that they are drawn.

    The ground would shine through between two that only touch.  Hairlines hide that
    they reach too far; without those they are drawn a second time, as they should be.
    """
    hair = pen.grid.line(1.0)
    return (hair,) if mark.line else (hair, 0.0)


def _parts(edges: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    for start in range(0, len(edges), PATH_LENGTH):
        yield edges[start : start + PATH_LENGTH]


def _edges(pen: Pen, start: float, length: float, count: int) -> NDArray[np.float64]:
    """Return where cells begin and end, on the grid if they are larger than its steps."""
    edges = start + length * np.arange(count + 1) / count
    if length / count < 2 * pen.grid.step:
        return edges
    return np.array([pen.grid.snap(edge) for edge in edges.tolist()])


def _runs(index: Pixels8) -> NDArray[np.intp]:
    """Return row, first column, column after the last, and number of each run of equals."""
    rows, cols = index.shape
    begins = np.ones((rows, cols), dtype=bool)
    begins[:, 1:] = index[:, 1:] != index[:, :-1]
    row, first = np.nonzero(begins)
    end = np.append(first[1:], 0)
    end[end == 0] = cols  # a run that another row's follows reaches to the edge
    return np.stack([row, first, end, index[row, first].astype(np.intp)], axis=1)


def _hairlines(pen: Pen, mark: Heatmap, rect: Rect) -> None:
    width, given = pen.grid.line(1.0), mark.rect
    xs = (pen.grid.snap(given.x + given.w * i / mark.cols) for i in range(1, mark.cols))
    ys = (pen.grid.snap(given.y + given.h * i / mark.rows) for i in range(1, mark.rows))
    half = width / 2
    lines = [((x + half, rect.y), (x + half, rect.bottom)) for x in xs]
    lines += [((rect.x, y + half), (rect.right, y + half)) for y in ys]
    if lines:
        pen.strokes(lines, mark.line or "", width)
