"""Shapes with soft edges as coverage masks: text, discs, arrow heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tcviz.files.shipped import font_file
from tcviz.render.canvas import Pixels8
from tcviz.scene import text
from tcviz.scene.numbers import MINUS
from tcviz.scene.typeset import laid, opened

if TYPE_CHECKING:
    from tcviz.scene.faces import Face

FINE = 4
"""Shapes are drawn this many times larger and averaged: even spacing, smooth edges."""
_NUMBER = re.compile(rf"[0-9.+{MINUS}]+")


@lru_cache(maxsize=64)
def font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the shipped font at a size in fine pixels."""
    path = str(font_file(bold=bold))
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=128)
def letters(words: str, size: float, bold: bool, shift: int) -> tuple[Pixels8, int]:
    """Return the coverage of text and how far its baseline lies below the mask's top.

    `size` is in pixels, `shift` moves the text right by that many fine pixels.
    Words, and the signs of numbers, are drawn once and kept, for each fine pixel on which
    they may begin; so are titles, which stand beside what changes and are painted with it.
    """
    ascent, descent = heights(size)
    wide = int(text.width(words, size, bold) + size) + 3
    mask = np.zeros((ascent + descent, wide), dtype=np.uint8)
    x = float(shift)
    for part in words.split(" "):
        for place, sign in _signs(part, round(x), size, bold):
            at, fine = divmod(place, FINE)
            piece = _word(sign, size, bold, fine)
            # A word's mask begins a pixel before it; signs that touch share a pixel.
            start = max(0, at - 1)
            here = mask[:, start : start + piece.shape[1] - (at < 1)]
            here += np.minimum(piece[:, (at < 1) :][:, : here.shape[1]], 255 - here)
        # The font rounds advances to whole fine pixels: over a sentence that adds up.
        x += FINE * text.width(f"{part} ", size, bold)
    mask.setflags(write=False)
    return mask, ascent


def _signs(word: str, x: int, size: float, bold: bool) -> Iterator[tuple[int, str]]:
    """Yield what is drawn by itself, with the fine pixel on which it begins.

    Numbers are many and seldom the same, but they are made of few signs.
    """
    if not _NUMBER.fullmatch(word):
        if word:
            yield x, word
        return
    for sign in word:
        yield x, sign
        x += _advance(sign, size, bold)


@lru_cache(maxsize=256)
def _advance(sign: str, size: float, bold: bool) -> int:
    """Return how many fine pixels after a sign the font sets the next."""
    return round(font(size * FINE, bold).getlength(sign))


@lru_cache(maxsize=1024)
def _word(word: str, size: float, bold: bool, shift: int) -> Pixels8:
    """Return the coverage of a word that begins one pixel and `shift` fine ones from the left."""
    fine = _fine(word, size, bold)
    return np.asarray(fine.reduce(FINE, (FINE - shift, 0, *fine.size)))


@lru_cache(maxsize=128)
def _fine(word: str, size: float, bold: bool) -> Image.Image:
    """Return a word in fine pixels; it begins two pixels from the left."""
    ascent, descent = heights(size)
    wide = int(text.width(word, size, bold) + size * 0.3) + 4
    fine = Image.new("L", (wide * FINE, (ascent + descent) * FINE))
    at = 2 * FINE, ascent * FINE
    ImageDraw.Draw(fine).text(at, word, fill=255, font=font(size * FINE, bold), anchor="ls")
    _, _, inked, _ = fine.getbbox() or (0, 0, 2 * FINE, 0)
    return fine.crop((0, 0, inked + FINE, fine.height))


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
