"""A pen for matplotlib's renderers: shapes, lines, words and images in canvas units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from tcviz.render.canvas import DASH, GAP
from tcviz.render.drawing import Image8, Images, Outline, Pen, PixelGrid, RoundedRect, Words
from tcviz.scene.marks import Colour, Point, Rect

_CORNER = 0.5522847498
"""How far a cubic curve's handles reach for a quarter of a circle, in radii."""


class FigurePen(Pen):
    """Draws on a renderer of `height` points, `scale` of them to a canvas unit.

    `letter` sets words.
    """

    def __init__(
        self, renderer: Any, scale: float, height: float, grid: PixelGrid,
        letter: Callable[[FigurePen, Words], None], images: Images | None,
    ) -> None:  # fmt: skip
        self.renderer, self.scale, self.grid, self.images = renderer, scale, grid, images
        self._height, self._letter = height, letter
        self._place = Affine2D().scale(scale, -scale).translate(0, height)

    def point(self, at: Point) -> Point:
        """Return where a point of the canvas lies on the renderer, whose y runs upward."""
        return at[0] * self.scale, self._height - at[1] * self.scale

    def shape(
        self, outline: Outline, fill: Colour | None, line: Colour | None = None, width: float = 0.0
    ) -> None:
        """Fill an outline, and draw a line along it."""
        self._draw(_path(outline), fill, line, width)

    def strokes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, cap: str = "butt"
    ) -> None:
        """Draw some lines as one path."""
        self._draw(lines_path(lines), None, colour, width, cap)

    def dashes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, start: float
    ) -> None:
        """Draw dashed lines that begin at the coordinate `start`, in step with all others."""
        self._draw(lines_path(lines), None, colour, width, dash=start % (DASH + GAP))

    def write(self, words: Words) -> None:
        """Set words."""
        self._letter(self, words)

    def letters(self, outline: Path, at: Point, size: float, ink: Colour) -> None:
        """Fill an outline of height 1 with its y upward, with its origin at a point."""
        em = size * self.scale
        place = Affine2D().scale(em, em).translate(*self.point(at))
        context = self.context(ink)
        context.set_linewidth(0.0)
        self.renderer.draw_path(context, outline, place, _rgb(ink))
        context.restore()

    def image(self, pixels: Image8, rect: Rect) -> None:
        """Stretch an image over a rectangle; its pixels' edges stay sharp."""
        left, bottom = self.point((rect.x, rect.bottom))
        width, height = rect.w * self.scale, rect.h * self.scale
        context = self.context("#000000")
        upward = np.ascontiguousarray(pixels[::-1])
        if self.renderer.option_scale_image():
            stretch = Affine2D().scale(width, height)
            self.renderer.draw_image(context, left, bottom, upward, stretch)
        else:
            rows = np.arange(round(height)) * len(upward) // max(1, round(height))
            cols = np.arange(round(width)) * upward.shape[1] // max(1, round(width))
            self.renderer.draw_image(context, round(left), round(bottom), upward[rows][:, cols])
        context.restore()

    def context(self, colour: Colour) -> Any:
        """Return a graphics context; `restore` it after use."""
        context = self.renderer.new_gc()
        context.set_foreground(colour)
        context.set_snap(False)
        return context

    def _draw(
        self, path: Path, fill: Colour | None, line: Colour | None, width: float,
        cap: str = "butt", dash: float | None = None,
    ) -> None:  # fmt: skip
        context = self.context(line or "#000000")
        context.set_linewidth(width * self.scale if line else 0.0)
        context.set_joinstyle("miter")
        context.set_capstyle(cap)
        if dash is not None:
            context.set_dashes(dash * self.scale, [DASH * self.scale, GAP * self.scale])
        self.renderer.draw_path(context, path, self._place, _rgb(fill) if fill else None)
        context.restore()


def _rgb(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def lines_path(lines: Iterable[Sequence[Point]]) -> Path:
    """Return some open lines as one path."""
    kept = [np.array(line, dtype=float) for line in lines]
    codes = [Path.MOVETO if i == 0 else Path.LINETO for line in kept for i in range(len(line))]
    return Path(np.concatenate(kept), codes)


def _path(outline: Outline) -> Path:
    if isinstance(outline, RoundedRect):
        return _rounded(outline.rect, outline.radius)
    count, corners, _ = outline.corners.shape
    codes = np.array([Path.MOVETO, *[Path.LINETO] * (corners - 1), Path.CLOSEPOLY], np.uint8)
    closed = np.concatenate([outline.corners, outline.corners[:, :1]], axis=1)
    return Path(closed.reshape(-1, 2), np.tile(codes, count))


def _rounded(rect: Rect, radius: float) -> Path:
    """Return a rectangle with rounded corners."""
    r = min(radius, rect.w / 2, rect.h / 2)
    c = r - r * _CORNER
    x0, y0, x1, y1 = rect.x, rect.y, rect.right, rect.bottom
    curve = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    points = [
        (x0 + r, y0),
        *((x1 - r, y0), (x1 - c, y0), (x1, y0 + c), (x1, y0 + r)),
        *((x1, y1 - r), (x1, y1 - c), (x1 - c, y1), (x1 - r, y1)),
        *((x0 + r, y1), (x0 + c, y1), (x0, y1 - c), (x0, y1 - r)),
        *((x0, y0 + r), (x0, y0 + c), (x0 + c, y0), (x0 + r, y0)),
        (x0 + r, y0),
    ]
    return Path(points, [Path.MOVETO, *curve * 4, Path.CLOSEPOLY])
