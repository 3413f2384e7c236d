"""PNG, WebP and JPEG: painted as the frames of animations are, and written by Pillow.

The pixel renderer knows no alpha: what is transparent is painted by matplotlib's Agg.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from tcviz.export.stills import Paper
from tcviz.render.pixels import Painted, Pixels
from tcviz.scene.marks import Scene

if TYPE_CHECKING:
    from PIL import Image


def write_png(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a PNG, with a palette unless it is transparent."""
    (scene,) = scenes
    image = _clear(scene, paper) if paper.transparent else _painted(scene, paper).coloured()
    image.save(file, "PNG", dpi=(paper.dpi, paper.dpi), optimize=not paper.transparent)


def write_webp(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a lossless WebP."""
    (scene,) = scenes
    image = _clear(scene, paper) if paper.transparent else _painted(scene, paper).rgb()
    image.save(file, "WEBP", lossless=True)


def write_jpeg(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a JPEG, which is never transparent; colours keep their full resolution."""
    (scene,) = scenes
    image = _painted(scene, paper).rgb()
    image.save(file, "JPEG", quality=92, subsampling=0, dpi=(paper.dpi, paper.dpi))


def _painted(scene: Scene, paper: Paper) -> Painted:
    return Pixels(paper.pixels(scene)).paint(scene)


def _clear(scene: Scene, paper: Paper) -> Image.Image:
    """Return a scene as an image without a background."""
    import numpy as np
    from matplotlib.backends.backend_agg import RendererAgg
    from PIL import Image

    from tcviz.render.drawing import Images, PixelGrid
    from tcviz.render.figure import POINTS, SceneArtist, settings
    from tcviz.render.lettering import outlined

    width, height = paper.pixels(scene)
    ratio, agg = width / scene.width, cast("Any", RendererAgg)
    with settings():
        renderer: Any = agg(width, height, POINTS)
        grid, images = PixelGrid(1 / ratio, whole=True), Images(sharp=0)  # the pen fits them
        picture = SceneArtist(scene, ratio, outlined, grid=grid, transparent=True, images=images)
        picture.draw(renderer)
        return Image.fromarray(np.array(renderer.buffer_rgba()))
