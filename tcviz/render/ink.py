"""Shapes with soft edges as coverage masks: text, discs, arrow heads."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tcviz.files.shipped import font_file
from tcviz.render.canvas import Pixels8
from tcviz.scene import text
from tcviz.scene.typeset import laid, opened

if TYPE_CHECKING:
    from tcviz.scene.faces import Face

FINE = 4
"""Shapes are drawn this many times larger and averaged: even spacing, smooth edges."""
BEFORE = 1
"""Pixels before a sign's place that it may reach into."""


@lru_cache(maxsize=64)
def font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the shipped font at a size in fine pixels."""
    path = str(font_file(bold=bold))
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=128)
def letters(words: str, size: float, bold: bool, shift: int) -> tuple[Pixels8, int]:
    """Return the coverage of text and how far its baseline lies below the mask's top.

    `size` is in pixels, `shift` moves the text right by that many fine pixels.
    Texts are many and seldom the same, but they are made of few letters.
    """
    ascent, descent = heights(size)
    wide = int(text.width(words, size, bold) + size) + 3
    sums = np.zeros((ascent + descent, BEFORE + wide), dtype=np.uint16)
    x = float(shift)
    for word in words.split(" "):
        place = round(x)
        for sign in word:
            coverage, advance = _sign(sign, size, bold)
            at, fine = divmod(place, FINE)
            piece = coverage[:, FINE - fine :: FINE]
            sums[:, at : at + piece.shape[1]] += piece
            place += advance
        # The font rounds advances to whole fine pixels: over a sentence that adds up.
        x += FINE * text.width(f"{word} ", size, bold)
    mask = np.minimum(sums[:, BEFORE:], 255).astype(np.uint8)  # signs that touch share pixels
    mask.setflags(write=False)
    return mask, ascent


@lru_cache(maxsize=512)
def _sign(sign: str, size: float, bold: bool) -> tuple[Pixels8, int]:
    """Return the coverage of a letter, figure or mark, and the fine pixels from it to the next.

    Each column is that of a pixel which begins a fine one further: every `FINE`-th, from the
    column `FINE - n` on, are those of a sign that begins `BEFORE` pixels and n fine ones from
    the left.
    """
    ascent, descent = heights(size)
    shape = font(size * FINE, bold)
    start, (*_, right, _) = (1 + BEFORE) * FINE, shape.getbbox(sign, anchor="ls")
    fine = Image.new("L", (start + max(0, ceil(right)) + FINE, (ascent + descent) * FINE))
    ImageDraw.Draw(fine).text((start, ascent * FINE), sign, 255, shape, anchor="ls")
    rows = np.asarray(fine).reshape(ascent + descent, FINE, -1).sum(axis=1, dtype=np.uint16)
    sums = rows[:, :-3] + rows[:, 1:-2] + rows[:, 2:-1] + rows[:, 3:]
    middle = FINE * FINE // 2
    return ((sums + middle) // FINE**2).astype(np.uint8), round(shape.getlength(sign))


@lru_cache(maxsize=64)
def set_in(
    face: Face, words: str, size: float, shift: int, *, turned: bool
) -> tuple[Pixels8, int, int]:
    """Return the coverage of text in another font, and where it begins in the mask.

    That is how far its baseline lies below the mask's top, and its start from the left: what
    hangs over there, and letters with much above or below them, have room.
    """
    above, below, beside = int(size * 1.3) + 1, int(size * 0.6) + 1, int(size * 0.25) + 1
    letters, how = laid(words, turned=turned)
    other = opened(face, size * FINE)
    wide = ceil(other.getlength(letters, **how) / FINE) + 2 * beside + 1
    fine = Image.new("L", (wide * FINE, (above + below) * FINE))
    at = beside * FINE + shift, above * FINE
    ImageDraw.Draw(fine).text(at, letters, fill=255, font=other, anchor="ls", **how)
    return np.asarray(fine.reduce(FINE)), above, beside


def heights(size: float) -> tuple[int, int]:
    """Return the pixels above and below the baseline that letters may need."""
    return int(size * 1.05) + 1, int(size * 0.32) + 1


@lru_cache(maxsize=256)
def rounded(width: int, height: int, radius: float, line: float) -> Pixels8:
    """Return the coverage of a rounded box; only its outline where `line` is not 0."""
    fine = Image.new("L", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(fine)
    ends = 0, 0, width * FINE - 1, height * FINE - 1
    if line:
        draw.rounded_rectangle(ends, radius * FINE, outline=255, width=max(1, round(line * FINE)))
    else:
        draw.rounded_rectangle(ends, radius * FINE, fill=255)
    return np.asarray(fine.reduce(FINE))


@lru_cache(maxsize=64)
def head(length: int, half: int, dx: int, dy: int) -> Pixels8:
    """Return the coverage of an arrow head that points to (dx, dy)."""
    wide, high = (length, 2 * half) if dx else (2 * half, length)
    fine = Image.new("L", (wide * FINE, high * FINE))
    w, h = wide * FINE - 1, high * FINE - 1
    corners: dict[tuple[int, int], list[tuple[float, float]]] = {
        (1, 0): [(0, 0), (w, h / 2), (0, h)],
        (-1, 0): [(w, 0), (0, h / 2), (w, h)],
        (0, 1): [(0, 0), (w / 2, h), (w, 0)],
        (0, -1): [(0, h), (w / 2, 0), (w, h)],
    }
    ImageDraw.Draw(fine).polygon(corners[dx, dy], fill=255)
    return np.asarray(fine.reduce(FINE))
