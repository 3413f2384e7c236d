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
LEAD = (1 + BEFORE) * FINE
"""Fine pixels before a sign: it may begin at any of those of its first pixel."""


@lru_cache(maxsize=32)
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
    sums = np.zeros((BEFORE + wide, ascent + descent), dtype=np.uint16)
    signs = _signs(size, bold).of(words)
    x = float(shift)
    for word in words.split(" "):
        place = round(x)
        for coverage, advance in map(signs.__getitem__, word):
            at, fine = divmod(place, FINE)
            piece = coverage[FINE - fine :: FINE]
            here = sums[at : at + len(piece)]
            here += piece
            place += advance
        # The font rounds advances to whole fine pixels: over a sentence that adds up.
        x += FINE * text.width(f"{word} ", size, bold)
    # Signs that touch share pixels.
    mask = np.minimum(sums[BEFORE:].T, 255).astype(np.uint8, order="C")
    mask.setflags(write=False)
    return mask, ascent


class _Signs:
    """Letters, figures and marks of one size, those that a text adds drawn at once.

    Of each are kept its coverage, column by column, and how many fine pixels behind it the next
    begins.  A column is that of a pixel which begins a fine one further: every `FINE`-th, from
    `FINE - n` on, are those of a sign that begins `BEFORE` pixels and n fine ones from the left.
    """

    def __init__(self, size: float, bold: bool) -> None:
        self._font = font(size * FINE, bold)
        self._ascent, descent = heights(size)
        self._high = self._ascent + descent
        self._kept: dict[str, tuple[Pixels8, int]] = {}

    def of(self, words: str) -> dict[str, tuple[Pixels8, int]]:
        """Return the signs of a text, and others."""
        if missing := [sign for sign in dict.fromkeys(words) if sign not in self._kept]:
            self._draw(missing)
        return self._kept

    def _draw(self, signs: list[str]) -> None:
        places, end = [], 0
        for sign in signs:
            left, _, right, _ = self._font.getbbox(sign, anchor="ls")
            at = end + max(LEAD, ceil(-left))
            end = at + max(0, ceil(right)) + FINE
            places.append((sign, at, end))
        fine = Image.new("L", (end, self._high * FINE))
        draw = ImageDraw.Draw(fine)
        for sign, at, _ in places:
            draw.text((at, self._ascent * FINE), sign, 255, self._font, anchor="ls")
        columns = self._columns(np.asarray(fine))
        for sign, at, end in places:
            advance = round(self._font.getlength(sign))
            self._kept[sign] = columns[at - LEAD : end - FINE + 1], advance

    def _columns(self, fine: Pixels8) -> Pixels8:
        rows = fine.reshape(self._high, FINE, -1).sum(axis=1, dtype=np.uint16)
        sums = rows[:, :-3] + rows[:, 1:-2] + rows[:, 2:-1] + rows[:, 3:]
        columns: Pixels8 = ((sums.T + FINE**2 // 2) // FINE**2).astype(np.uint8, order="C")
        return columns


@lru_cache(maxsize=32)
def _signs(size: float, bold: bool) -> _Signs:
    return _Signs(size, bold)


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
