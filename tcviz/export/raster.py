"""PNG, WebP and JPEG: painted by matplotlib's Agg, written by Pillow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from tcviz.export.stills import Paper
from tcviz.render.figure import POINTS, SceneArtist, settings
from tcviz.render.lettering import lettering
from tcviz.render.pen import Images, PixelGrid
from tcviz.scene.marks import Scene

_Agg: Any = RendererAgg
_IMAGES = Images(sharp=0)  # the pen fits them to whole pixels


def write_png(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a PNG."""
    (scene,) = scenes
    dpi = paper.dpi, paper.dpi
    paint(scene, paper, transparent=paper.transparent).save(file, "PNG", dpi=dpi)


def write_webp(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a lossless WebP."""
    (scene,) = scenes
    paint(scene, paper, transparent=paper.transparent).save(file, "WEBP", lossless=True)


def write_jpeg(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a JPEG, which is never transparent; colours keep their full resolution."""
    (scene,) = scenes
    image = paint(scene, paper, transparent=False)
    image.save(file, "JPEG", quality=92, subsampling=0, dpi=(paper.dpi, paper.dpi))


def paint(scene: Scene, paper: Paper, *, transparent: bool) -> Image.Image:
    """Return a scene as an image, with alpha only if it is transparent."""
    width, height = paper.pixels(scene)
    ratio = width / scene.width
    with settings(), lettering() as letters:
        renderer: Any = _Agg(width, height, POINTS)
        grid, letter = PixelGrid(1 / ratio, whole=True), letters.outlined
        picture = SceneArtist(
            scene, ratio, letter, grid=grid, transparent=transparent, images=_IMAGES
        )
        picture.draw(renderer)
        image = Image.fromarray(np.array(renderer.buffer_rgba()))
    return image if transparent else image.convert("RGB")
