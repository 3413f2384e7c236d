"""How words are set: as outlines, with an embedded font, or by LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import IdentityTransform

from tcviz.files.shipped import font_file
from tcviz.render.drawing import Words
from tcviz.render.latex import escape
from tcviz.render.pen import FigurePen
from tcviz.render.tracing import traced
from tcviz.scene.faces import Face
from tcviz.scene.marks import Point
from tcviz.scene.typeset import Typeset, checked

FAMILY = "Tcviz Sans"


def outlined(pen: FigurePen, words: Words) -> None:
    """Fill the letters' outlines."""
    if words.typeset:
        _each(pen, words, words.typeset, outlined)
        return
    path = _outline(words.text, str(font_file(bold=words.bold)))
    pen.letters(path, words.start, words.size, words.ink)


def embedded(pen: FigurePen, words: Words) -> None:
    """Let the file carry the letters, each once; those of other fonts are outlines."""
    if words.typeset:
        _each(pen, words, words.typeset, embedded)
        return
    font = FontProperties(family=FAMILY, fname=str(font_file(bold=words.bold)))
    _set(pen, words, words.text, font, words.start)


def latex(pen: FigurePen, words: Words) -> None:
    """Let the document's own sans-serif set the words, as far as it has the letters."""
    escaped = escape(words.text)
    if escaped is None:
        outlined(pen, words)
        return
    font = FontProperties(family="sans-serif", weight="bold" if words.bold else "normal")
    # Signs are mathematics, which has a weight of its own.
    heavy = r"\boldmath " if words.bold and r"\ensuremath" in escaped else ""
    _set(pen, words, heavy + escaped, font, words.at, held=True)


def _each(
    pen: FigurePen, words: Words, line: Typeset, plainly: Callable[[FigurePen, Words], None]
) -> None:
    """Set a line of several fonts, its parts in the shipped one `plainly`."""
    x, y = words.start
    for run in checked(line).runs:
        if run.face:
            path = _traced(run.face, run.text, run.turned)
            pen.letters(path, (x, y), words.size, words.ink)
        else:
            plainly(pen, replace(words, text=run.text, at=(x, y), anchor="left", typeset=None))
        x += run.em * words.size


@lru_cache(maxsize=64)
def _traced(face: Face, words: str, turned: bool) -> Path:
    """Return the outlines of text in another font, of the height 1."""
    corners = traced(face, words, turned=turned)
    if not corners:
        return Path(np.zeros((0, 2)))
    codes = [
        code
        for line in corners
        for code in (Path.MOVETO, *[Path.LINETO] * (len(line) - 2), Path.CLOSEPOLY)
    ]
    return Path(np.concatenate(corners) * (1, -1), codes)


@lru_cache(maxsize=256)
def _outline(words: str, file: str) -> Path:
    """Return the outlines of text of the height 1, not hinted."""
    shapes = TextToPath()
    vertices, codes = shapes.get_text_path(FontProperties(fname=file), words)
    return Path(np.asarray(vertices, dtype=float) / shapes.FONT_SCALE, codes or None)


def _set(
    pen: FigurePen, words: Words, typed: str, font: FontProperties, at: Point, *, held: bool = False
) -> None:
    x, y = pen.point(at)
    font.set_size(words.size * pen.scale)
    holder: Any = None
    if held:
        place: Any = {"ha": words.anchor, "va": "baseline", "transform": IdentityTransform()}
        holder = Text(x, y, "", **place)
    renderer, context = pen.renderer, pen.context(words.ink)
    if renderer.flipy():
        y = renderer.get_canvas_width_height()[1] - y
    renderer.draw_text(context, x, y, typed, font, 0, mtext=holder)
    context.restore()
