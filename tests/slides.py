"""Slides as python-pptx reads them, for the tests of PowerPoint files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pptx
import pytest
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn

from tcviz.scene.marks import Label, Rect, Scene
from tests.stills import GEOMETRIES, written

INCH = 914_400
PIXEL = INCH // 96
VIEWS = ["distribution", "collection"]
ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
INK, PAPER = "#14181f", "#ffffff"

every_picture = pytest.mark.parametrize(
    ("view", "name", "theme"),
    [(view, name, "light") for view in VIEWS for name in GEOMETRIES]
    + [("distribution", "hatched", theme) for theme in ("dark", "print")],
)


@cache
def deck(*scenes: Scene, **paper: Any) -> Any:
    """Return a file as python-pptx reads it; nobody changes it."""
    return pptx.Presentation(BytesIO(written("pptx", *scenes, **paper)))


def leaves(shapes: Any) -> Iterator[Any]:
    """Yield shapes in painting order, those of groups in their place."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from leaves(shape.shapes)
        elif not shape.is_placeholder:
            yield shape


def drawn(shown: Scene, **paper: Any) -> dict[str, Any]:
    """Return a scene's shapes by name."""
    return {shape.name: shape for shape in leaves(deck(shown, **paper).slides[0].shapes)}


def of(shown: Scene, kind: Any) -> list[Any]:
    """Return the marks of a type, except for labels that say nothing."""
    return [m for m in shown.marks if isinstance(m, kind) and (kind is not Label or m.text)]


def edges(shape: Any) -> tuple[int, int, int, int]:
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def near(shape: Any, rect: Rect) -> bool:
    """Return whether a shape of a picture of 96 dots an inch is where it should be."""
    there = rect.x, rect.y, rect.right, rect.bottom
    return bool(np.abs(np.array(edges(shape)) - np.array(there) * PIXEL).max() <= 1)


def colour(format_: Any) -> str:
    return f"#{format_.rgb}".lower()


def line_of(shape: Any) -> tuple[str, float, bool]:
    """Return an outline's colour, width in pixels, and whether it is dashed."""
    dash = shape.line.dash_style
    return colour(shape.line.color), round(shape.line.width / PIXEL, 3), dash == MSO_LINE.DASH


def descr(shape: Any) -> str:
    return str(shape._element._nvXxPr.cNvPr.get("descr"))


def written_elements(shown: Scene, tag: str) -> list[Any]:
    return list(deck(shown).slides[0].shapes._spTree.iter(qn(tag)))
