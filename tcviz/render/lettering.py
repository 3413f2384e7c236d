"""How words are set: as outlines, with an embedded font, with the viewer's, or by LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from tcviz.render.latex import escape
from tcviz.render.pen import Pen, Words
from tcviz.scene import text
from tcviz.scene.faces import Face
from tcviz.scene.marks import Point
from tcviz.scene.typeset import Typeset, checked

FAMILY = "Tcviz Sans"
VIEWERS = "Inter", FAMILY, "Helvetica Neue", "Arial", "sans-serif"
"""What a viewer may have in place of the shipped font, the likest first."""
GENERIC = VIEWERS[-1]
TRACED, FINEST = 128, 0.2
"""Pixels of an em in which outlines are traced, and how far they may lie beside them."""
_LEFT = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Lettering:
    """The shipped font's files, and the ways to set words in it."""

    regular: str
    bold: str

    def outlined(self, pen: Pen, words: Words) -> None:
        """Fill the letters' outlines."""
        if words.typeset:
            _each(pen, words, words.typeset, self.outlined)
            return
        path = _outline(words.text, self.bold if words.bold else self.regular)
        pen.letters(path, _start(words), words.size, words.ink)

    def embedded(self, pen: Pen, words: Words) -> None:
        """Let the file carry the letters, each once; those of other fonts are outlines."""
        if words.typeset:
            _each(pen, words, words.typeset, self.embedded)
            return
        font = FontProperties(family=FAMILY, fname=self.bold if words.bold else self.regular)
        _set(pen, words, words.text, font, _start(words))

    def named(self, pen: Pen, words: Words) -> None:
        """Name the font: the viewer sets the words, held where they are anchored."""
        if words.typeset:
            _entrust(pen, words, words.typeset)
            return
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


def _each(pen: Pen, words: Words, line: Typeset, plainly: Callable[[Pen, Words], None]) -> None:
    """Set a line of several fonts, its parts in the shipped one `plainly`."""
    x, y = words.at[0] - _LEFT[words.anchor] * line.em * words.size, words.at[1]
    for run in checked(line).runs:
        if run.face:
            pen.letters(
                traced(run.face, run.text, turned=run.turned), (x, y), words.size, words.ink
            )
        else:
            plainly(pen, replace(words, text=run.text, at=(x, y), anchor="left", typeset=None))
        x += run.em * words.size


def _entrust(pen: Pen, words: Words, line: Typeset) -> None:
    """Write a line of any script into an SVG, which takes the room that was kept for it.

    matplotlib says neither where a line begins nor how long it is.
    """
    start = words.at[0] - _LEFT[words.anchor] * line.em * words.size
    said = {
        "x": start,
        "y": words.at[1],
        "font-size": words.size,
        "textLength": line.em * words.size,
    }
    if line.missing:  # its length is a guess
        del said["textLength"]
    attributes = {name: f"{value:.2f}" for name, value in said.items()}
    if "textLength" in said:
        attributes["lengthAdjust"] = "spacingAndGlyphs"
    if line.turned:  # it starts at its right, and ends where our own text begins
        attributes |= {"direction": "rtl", "text-anchor": "end"}
    families = ", ".join(name if name == GENERIC else f"'{name}'" for name in VIEWERS)
    weight = "700" if words.bold else "400"
    attributes |= {"font-family": families, "font-weight": weight, "fill": words.ink}
    pen.renderer.writer.element("text", words.text, attrib=attributes)


@lru_cache(maxsize=64)
def traced(face: Face, words: str, *, turned: bool) -> Path:
    """Return the outlines of text in another font, of the height 1.

    Nothing but Pillow sets every script right, and it paints: what it paints is traced, finely
    enough that no eye, and hardly a printer, sees a difference.
    """
    from tcviz.render.ink import set_in

    mask, above, before = set_in(face, words, TRACED, 0, turned=turned)
    padded = np.pad(np.asarray(mask, dtype=float), 1)
    generator = contour_generator(z=padded, fill_type="OuterOffset")
    codes: list[NDArray[np.uint8]] = []
    points: list[NDArray[np.float64]] = []
    for outer, offsets in zip(*generator.filled(127.5, 256.0), strict=True):
        for start, end in pairwise(offsets):
            corners = _simpler(outer[start:end])
            code = np.full(len(corners), Path.LINETO, np.uint8)
            code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
            points.append(corners)
            codes.append(code)
    if not points:
        return Path(np.zeros((0, 2)))
    # The middle of the first pixel is where the grid begins.
    origin = np.array([before + 0.5, above + 0.5])
    placed = (np.concatenate(points) - origin) / (TRACED, -TRACED)
    return Path(placed, np.concatenate(codes))


def _simpler(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a closed line with no more corners than its shape needs (Douglas and Peucker)."""
    kept = np.zeros(len(corners), dtype=bool)
    far = int(np.hypot(*(corners - corners[0]).T).argmax())
    kept[[0, far, -1]] = True
    spans = [(0, far), (far, len(corners) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        (x, y), inner = corners[last] - corners[first], corners[first + 1 : last] - corners[first]
        away = np.abs(inner @ (-y, x)) / max(1e-9, float(np.hypot(x, y)))
        most = int(away.argmax())
        if away[most] > FINEST:
            at = first + 1 + most
            kept[at] = True
            spans += [(first, at), (at, last)]
    return corners[kept]


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
