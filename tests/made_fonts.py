"""Small fonts that a test makes: boxes of known widths and heights in place of letters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

EM = 1000
BESIDE = 50
"""Units between a box and the sides of its letter."""


def made(
    letters: Mapping[str, int] | str,
    name: str = "Tcviz Boxes",
    *,
    weight: int = 400,
    high: int = 700,
    blank: str = "",
) -> TTFont:
    """Return a font of boxes, each of its width, or of 600 units; `blank` ones have no ink."""
    widths = letters if isinstance(letters, Mapping) else dict.fromkeys(letters, 600)
    names = {letter: f"u{ord(letter):05X}" for letter in widths}
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder([".notdef", *names.values()])
    font.setupCharacterMap({ord(letter): glyph for letter, glyph in names.items()})
    glyphs = {names[c]: box(0 if c in blank else widths[c], high) for c in widths}
    font.setupGlyf({".notdef": box(500, high), **glyphs})
    metrics = {names[letter]: (width, BESIDE) for letter, width in widths.items()}
    font.setupHorizontalMetrics({".notdef": (500, BESIDE), **metrics})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": name, "styleName": "Regular", "fullName": name})
    font.setupOS2(usWeightClass=weight)
    font.setupPost()
    return font.font


def box(width: int, high: int) -> object:
    """Return a glyph: a box in its middle, on the baseline."""
    pen = TTGlyphPen(None)
    if width:
        pen.moveTo((BESIDE, 0))
        for corner in ((BESIDE, high), (width - BESIDE, high), (width - BESIDE, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def saved(path: Path, *fonts: TTFont) -> str:
    """Write a font, or a collection of several, and return its path."""
    if len(fonts) > 1:
        whole = TTCollection()
        whole.fonts = [*fonts]
        whole.save(path)
    else:
        fonts[0].save(path)
    return str(path)
