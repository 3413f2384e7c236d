"""A minus sign is the font's own, as heavy as its number and at one level with the plus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from tcviz.api import animate
from tcviz.render import ink
from tcviz.scene.marks import Cell, Scene
from tests.browser import Read, browser, read
from tests.stills import FONTS, boxed, opened, pdf_seen, pixels_seen, svg_seen

__all__ = ["browser", "read"]  # the fixtures
SIZE, RATIO = 16, 8
"""The text size of `boxed`, in canvas units, and pixels to one of them."""
EM = SIZE * RATIO
WEIGHTS = pytest.mark.parametrize("bold", [False, True])
SCREEN = 200
"""Pixels of the text size in a browser."""
SHOW = """([sign, size, weight]) => {
  const words = document.createElement('p');
  words.textContent = sign;
  Object.assign(words.style, { position: 'fixed', inset: 0, zIndex: 9, margin: 0,
    background: 'white', color: 'black', fontSize: `${size}px`, fontWeight: weight });
  document.body.append(words);
  return document.fonts.ready.then(() => null); }"""

DRAWN: dict[str, Callable[[Scene], Image.Image]] = {
    "pixels": lambda s: pixels_seen(s, RATIO),
    "png": lambda s: opened("png", s, ratio=RATIO),
    "svg, outlines": lambda s: svg_seen(s, RATIO),
    "svg, text": lambda s: svg_seen(s, RATIO, text="text"),
    "pdf, outlines": lambda s: pdf_seen(s, RATIO),
    "pdf, text": lambda s: pdf_seen(s, RATIO, text="text"),
}


@cache
def glyph(sign: str, bold: bool) -> tuple[float, float, float]:
    """Return how wide and how thick a sign is in the font, and its middle's height, in ems."""
    (path,) = (name for name in FONTS if ("bold" in name) == bold)
    font = TTFont(path)
    box, em = font["glyf"][font.getBestCmap()[ord(sign)]], font["head"].unitsPerEm
    width, height = box.xMax - box.xMin, box.yMax - box.yMin
    return width / em, height / em, (box.yMin + box.yMax) / 2 / em


def seen(coverage: np.ndarray) -> tuple[float, float, float]:
    """Return the width and the thickness of a bar, and the middle row, in pixels."""
    area, thick = coverage.sum(), coverage.sum(axis=0).max()
    rows = np.arange(len(coverage)) + 0.5
    return area / thick, thick, float((coverage.sum(axis=1) * rows).sum() / area)


def inside(image: Image.Image) -> np.ndarray:
    """Return how dark the inside of the cell of `boxed` is, from 0 to 1."""
    cut = image.convert("L").crop(tuple(RATIO * v for v in (14, 14, 186, 46)))
    shades = np.asarray(cut, dtype=float)
    return (255 - shades) / (255 - shades.min())


def cell(sign: str, bold: bool) -> Scene:
    scene = boxed(sign)
    (mark,) = scene.marks
    assert isinstance(mark, Cell)
    return replace(scene, marks=(replace(mark, style=replace(mark.style, bold=bold)),))


@WEIGHTS
@pytest.mark.parametrize("way", DRAWN)
def test_a_minus_sign_has_the_weight_and_the_level_of_the_fonts(way: str, bold: bool) -> None:
    minus, plus = (seen(inside(DRAWN[way](cell(s, bold)))) for s in "−+")
    width, thick, _ = glyph("−", bold)
    assert minus[:2] == pytest.approx((width * EM, thick * EM), abs=0.75)
    assert minus[2] == pytest.approx(plus[2], abs=0.3)


@WEIGHTS
@pytest.mark.parametrize("size", [8.5, 11.0, 13.0, 14.0, 16.0, 24.0, 26.0])
def test_small_pixels_keep_the_weight_and_the_level(size: float, bold: bool) -> None:
    def drawn(sign: str) -> tuple[float, float, float]:
        mask, baseline = ink.letters(sign, size, bold, 0)
        width, thick, middle = seen(np.asarray(mask, dtype=float) / 255)
        return width, thick, baseline - middle

    (width, thick, level), (_, _, beside) = drawn("−"), drawn("+")
    wide, heavy, high = glyph("−", bold)
    assert (width, thick) == pytest.approx((wide * size, heavy * size), abs=0.1)
    assert (level, beside) == pytest.approx((high * size, high * size), abs=0.1)


@WEIGHTS
def test_a_page_carries_the_same_signs(read: Read, bold: bool) -> None:
    reader = read(animate([[-4, 4]], [[1, -1]]).to_html())

    def drawn(sign: str) -> tuple[float, float, float]:
        reader.page.evaluate(SHOW, [sign, SCREEN, 700 if bold else 400])
        shot = Image.open(BytesIO(reader.page.screenshot())).convert("L")
        return seen(1 - np.asarray(shot, dtype=float) / 255)

    minus, plus = drawn("−"), drawn("+")
    width, thick, _ = glyph("−", bold)
    assert minus[:2] == pytest.approx((width * SCREEN, thick * SCREEN), abs=1.2)
    assert minus[2] == pytest.approx(plus[2], abs=0.5)
