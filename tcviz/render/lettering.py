"""How words are set: as outlines, with an embedded font, with the viewer's, or by LaTeX."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import IdentityTransform

from tcviz.render.latex import escape
from tcviz.render.pen import Pen, Words
from tcviz.scene import text
from tcviz.scene.marks import Point

FAMILY = "Tcviz Sans"
VIEWERS = "Inter", FAMILY, "Helvetica Neue", "Arial", "sans-serif"
"""What a viewer may have in place of the shipped font, the likest first."""
_LEFT = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Lettering:
    """The shipped font's files, and the ways to set words in it."""

    regular: str
    bold: str

    def outlined(self, pen: Pen, words: Words) -> None:
        """Fill the letters' outlines."""
        path = _outline(words.text, self.bold if words.bold else self.regular)
        pen.letters(path, _start(words), words.size, words.ink)

    def embedded(self, pen: Pen, words: Words) -> None:
        """Let the file carry the letters, each once."""
        font = FontProperties(family=FAMILY, fname=self.bold if words.bold else self.regular)
        _set(pen, words, words.text, font, _start(words))

    def named(self, pen: Pen, words: Words) -> None:
        """Name the font: the viewer sets the words, held where they are anchored."""
        font = FontProperties(family=VIEWERS, weight="bold" if words.bold else "normal")
        _set(pen, words, words.text, font, words.at, held=True)

    def latex(self, pen: Pen, words: Words) -> None:
        """Let the document's own sans-serif set the words, as far as it has the letters."""
        escaped = escape(words.text)
        if escaped is None:
            self.outlined(pen, words)
            return
        font = FontProperties(family="sans-serif", weight="bold" if words.bold else "normal")
        # Signs are mathematics, which has a weight of its own.
        heavy = r"\boldmath " if words.bold and r"\ensuremath" in escaped else ""
        _set(pen, words, heavy + escaped, font, words.at, held=True)


@contextmanager
def lettering() -> Iterator[Lettering]:
    """Give the shipped font's files for as long as they are needed."""
    with ExitStack() as stack:
        names = (f"data/fonts/TcvizSans-{style}.ttf" for style in ("regular", "bold"))
        paths = [stack.enter_context(as_file(files("tcviz") / name)) for name in names]
        yield Lettering(*map(str, paths))


def _start(words: Words) -> Point:
    """Return where the first letter begins, from the font's own advances."""
    width = text.width(words.text, words.size, words.bold)
    return words.at[0] - _LEFT[words.anchor] * width, words.at[1]


@lru_cache(maxsize=256)
def _outline(words: str, file: str) -> Path:
    """Return the outlines of text of the height 1, not hinted."""
    shapes = TextToPath()
    vertices, codes = shapes.get_text_path(FontProperties(fname=file), words)
    return Path(np.asarray(vertices, dtype=float) / shapes.FONT_SCALE, codes or None)


def _set(
    pen: Pen, words: Words, typed: str, font: FontProperties, at: Point, *, held: bool = False
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
