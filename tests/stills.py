"""Scenes for the tests of stills, and what independent programs make of the files."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import pymupdf
import resvg_py
from PIL import Image

import tcviz
from tcviz.api import animate
from tcviz.export.stills import Paper, still_format
from tcviz.render.pixels import Pixels
from tcviz.scene.marks import Cell, Heatmap, Label, Mark, Rect, Scene, Style

FONTS = [str(p) for p in sorted((Path(tcviz.__file__).parent / "data/fonts").glob("*.ttf"))]
GEOMETRIES: dict[str, dict[str, Any]] = {
    "article": {"stride": 2, "padding": 1},
    "hatched": {"stride": 2, "padding": 1, "output_padding": 1, "seed": 1, "in_channels": 1},
    "tints": {"input_size": 16, "stride": 2, "padding": 1, "seed": 2},
    "names": {"stride": 2, "padding": 1, "symbols": True},
    "cropped": {"kernel_size": 2, "padding": 2, "input_size": (5, 7), "seed": 3},
}


@cache
def scene(view: str = "distribution", name: str = "article", theme: str = "light") -> Scene:
    """Return the fourth step of a view, or its last if it has fewer."""
    frames = animate(view=view, theme=theme, **GEOMETRIES[name]).frames()
    return deque(islice(frames, 4), maxlen=1)[0].scene


def with_marks(scene: Scene, change: Any) -> Scene:
    """Return a scene in which `change` replaces every mark, or removes it by None."""
    return replace(scene, marks=tuple(m for m in map(change, scene.marks) if m))


def said(scene: Scene) -> list[str]:
    """Return every text of a scene, in painting order."""
    return [m.text for m in scene.marks if isinstance(m, Cell | Label) and m.text]


def heat(size: int, *, line: str | None = None, width: float = 600.0) -> Scene:
    """Return a heatmap of so many rows and columns, no two neighbours alike."""
    colours = ("#1d4fbf", "#d9f0e4", "#b45309", "#fdd97a", "#14181f")
    index = bytes((3 * row + col) % 5 for row in range(size) for col in range(size))
    marks: tuple[Mark, ...] = (
        Heatmap("heat", Rect(40, 40, width, width), size, size, colours, index, line),
    )
    return Scene(width + 80, width + 80, "#ffffff", marks)


def boxed(text: str, title: str = "", sentence: str = "") -> Scene:
    """Return a scene of one cell."""
    style = Style("#ffffff", "#14181f", "#1d4fbf")
    cell = Cell("cell", Rect(10, 10, 180, 40), text, 16, style)
    return Scene(200, 60, "#eeeeee", (cell,), sentence, title)


def written(suffix: str, *scenes: Scene, **paper: Any) -> bytes:
    """Return a file's bytes."""
    file = BytesIO()
    still_format(suffix).load()(iter(scenes), Paper(**paper), file)
    return file.getvalue()


def opened(suffix: str, *scenes: Scene, **paper: Any) -> Image.Image:
    """Return a raster file's image."""
    return Image.open(BytesIO(written(suffix, *scenes, **paper)))


def svg_seen(scene: Scene, ratio: float = 1.0, **paper: Any) -> Image.Image:
    """Return an SVG as resvg draws it, with no font but the shipped one."""
    svg = written("svg", scene, ratio=ratio, **paper).decode()
    fonts = FONTS if "<text" in svg else []  # to read them takes as long as to draw
    png = resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts, skip_system_fonts=True)
    return Image.open(BytesIO(bytes(png))).convert("RGB")


def pdf_seen(scene: Scene, ratio: float = 1.0, **paper: Any) -> Image.Image:
    """Return a PDF's page as MuPDF draws it."""
    with pymupdf.open("pdf", written("pdf", scene, ratio=ratio, **paper)) as document:
        drawn = document[0].get_pixmap(dpi=96)
    return Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)


def pixels_seen(scene: Scene, ratio: float = 1.0) -> Image.Image:
    """Return what the pixel renderer paints."""
    return Pixels((round(scene.width * ratio), round(scene.height * ratio))).paint(scene).rgb()
