"""A scene as a matplotlib figure: one artist that draws every mark with a pen.

matplotlib's own settings begin from its defaults, whatever the user has set, and
are as they were afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from tcviz.render.drawing import Images, PixelGrid, Words, rectangle
from tcviz.render.pen import FigurePen
from tcviz.render.shapes import SHAPES
from tcviz.scene.marks import Rect, Scene

POINTS = 72
"""Points in an inch; figures are drawn in points."""

_SETTINGS = {
    "path.simplify": False,  # what is drawn is already as simple as it should be
    "svg.hashsalt": "tcviz",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "pgf.rcfonts": False,
    "pgf.preamble": "",
    "font.sans-serif": ["sans-serif"],
}


class SceneArtist(Artist):
    """All marks of a scene."""

    def __init__(
        self,
        scene: Scene,
        scale: float,
        letter: Callable[[FigurePen, Words], None],
        *,
        grid: PixelGrid | None = None,
        transparent: bool = False,
        images: Images | None = None,
    ) -> None:
        super().__init__()
        self._scene, self._scale, self._letter = scene, scale, letter
        self._grid, self._bare, self._images = grid or PixelGrid(), transparent, images

    def draw(self, renderer: Any) -> None:
        """Draw the background and the marks in their order."""
        scene, height = self._scene, renderer.get_canvas_width_height()[1]
        pen = FigurePen(renderer, self._scale, height, self._grid, self._letter, self._images)
        if not self._bare:
            pen.shape(rectangle(Rect(0, 0, scene.width, scene.height)), scene.background)
        for mark in scene.marks:
            SHAPES[type(mark)](pen, mark)


def figure(picture: SceneArtist, size: tuple[float, float]) -> Figure:
    """Return a figure of so many points with nothing but the picture."""
    made = Figure(figsize=(size[0] / POINTS, size[1] / POINTS), dpi=POINTS, frameon=False)
    made.add_artist(picture)
    return made


@contextmanager
def settings(**more: Any) -> Iterator[None]:
    """Give matplotlib its defaults and our settings, and take both back afterwards."""
    kept = "backend", "backend_fallback", "interactive", "toolbar"
    defaults: Any = {k: v for k, v in mpl.rcParamsDefault.items() if k not in kept}
    with mpl.rc_context(defaults | _SETTINGS | more):
        yield
