"""What a pen draws for an SVG: shapes, lines and words, as the data of its elements."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape

from tcviz.render.blocks import Line
from tcviz.render.canvas import DASH, GAP
from tcviz.render.drawing import (
    Image8,
    Images,
    Outline,
    Pen,
    PixelGrid,
    Polygons,
    Words,
)
from tcviz.render.stylesheet import Look
from tcviz.scene.marks import (
    Colour,
    Point,
    Rect,
)
from tcviz.scene.typeset import Typeset, checked

VIEWERS = "'Inter','Tcviz Sans','Helvetica Neue','Arial',sans-serif"
"""What a viewer may have in place of the shipped font, the likest first."""


class Polyline(NamedTuple):
    """A line through some points, and whether it ends where it begins."""

    points: tuple[Point, ...]
    closed: bool = False


class Strokes(NamedTuple):
    """Lines and their look."""

    look: Look
    lines: tuple[Polyline, ...]


class Framed(NamedTuple):
    """A rectangle: others of the same look may be one with it."""

    look: Look
    rect: Rect


class Dashed(NamedTuple):
    """Dashed lines, in step with all others; the look is without where their dashes begin."""

    look: Look
    lines: tuple[Line, ...]


class Curve(NamedTuple):
    """A path and its look."""

    look: Look
    data: str


Drawn: TypeAlias = Strokes | Curve | Framed | Dashed | Words | str
"""What is drawn of a mark; a text is an element as it is."""


class SvgPen(Pen):
    """Notes what is drawn; text becomes outlines, unless it is `typed`."""

    def __init__(self, grid: PixelGrid, images: Images | None, *, typed: bool = False) -> None:
        self.grid, self.images, self._typed = grid, images, typed
        self.drawn: list[Drawn] = []

    def shape(
        self, outline: Outline, fill: Colour | None, line: Colour | None = None, width: float = 0.0
    ) -> None:
        """Fill an outline, and draw a line along it."""
        edge = _line(line, width) if line else ()
        look = (*_fill(fill), *edge)
        if isinstance(outline, Polygons) and _is_rectangle(outline):
            (x, y), _, (right, bottom), _ = outline.corners[0].round(2).tolist()
            self.drawn.append(Framed(look, Rect(x, y, right - x, bottom - y)))
        elif isinstance(outline, Polygons):
            self.drawn.append(Strokes(look, tuple(_polylines(outline))))
        else:
            self.drawn.append(Curve(look, _rounded(outline.rect, outline.radius)))

    def strokes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, cap: str = "butt"
    ) -> None:
        """Draw some lines as one path."""
        ends = (("stroke-linecap", "square"),) if cap == "projecting" else ()
        look = *_fill(None), *_line(colour, width), *ends
        self.drawn.append(Strokes(look, tuple(Polyline(tuple(line)) for line in lines)))

    def dashes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, start: float
    ) -> None:
        """Draw dashed lines that begin at the coordinate `start`, in step with all others."""
        del start  # is where they begin
        look = *_fill(None), *_line(colour, width), ("stroke-dasharray", f"{DASH} {GAP}")
        self.drawn.append(Dashed(look, tuple((a, b) for a, b in lines)))

    def write(self, words: Words) -> None:
        """Set words; what the shipped font lacks is traced, or left to the viewer."""
        if not words.typeset:
            self.drawn.append(words)
        elif self._typed:
            self.drawn.append(_entrusted(words, words.typeset))
        else:
            self._set(words, words.typeset)

    def image(self, pixels: Image8, rect: Rect) -> None:
        """Stretch an image over a rectangle; its pixels' edges stay sharp."""
        from PIL import Image

        file = BytesIO()
        Image.fromarray(pixels).convert("RGB").save(file, "PNG", optimize=True)
        place = zip(("x", "y", "width", "height"), (rect.x, rect.y, rect.w, rect.h), strict=True)
        at = " ".join(f'{name}="{short(value)}"' for name, value in place)
        data = b64encode(file.getvalue()).decode()
        how = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
        self.drawn.append(f'<image {at} {how} href="data:image/png;base64,{data}"/>')

    def _set(self, words: Words, line: Typeset) -> None:
        from tcviz.render.tracing import traced

        x, y = words.start
        for run in checked(line).runs:
            if run.face:
                lines = traced(run.face, run.text, turned=run.turned)
                placed = ((corners * words.size + (x, y)).tolist() for corners in lines)
                outlines = (Polyline(tuple(map(tuple, p[:-1])), True) for p in placed)
                self.drawn.append(Strokes(_fill(words.ink), tuple(outlines)))
            else:
                part = replace(words, text=run.text, at=(x, y), anchor="left", typeset=None)
                self.drawn.append(part)
            x += run.em * words.size


def _is_rectangle(outline: Polygons) -> bool:
    corners = outline.corners
    return corners.shape == (1, 4, 2) and bool(corners[0, 0, 1] == corners[0, 1, 1])


def _fill(colour: Colour | None) -> Look:
    return (("fill", colour or "none"),)


def _line(colour: Colour, width: float) -> Look:
    look: Look = (("stroke", colour),)
    return look if width == 1 else (*look, ("stroke-width", short(width)))


def _polylines(outline: Polygons) -> list[Polyline]:
    return [Polyline(tuple(map(tuple, corners)), True) for corners in outline.corners.tolist()]


def _rounded(rect: Rect, radius: float) -> str:
    r = min(radius, rect.w / 2, rect.h / 2)
    wide, high, arc = (round(length, 2) for length in (rect.w - 2 * r, rect.h - 2 * r, r))
    if not (wide or high):  # a circle is two arcs
        half = f"a{short(arc)} {short(arc)} 0 0 1 0"
        ways = f"{half}{_spaced(2 * arc)}{half}{_spaced(-2 * arc)}"
        return f"M{short(rect.x + r)} {short(rect.y)}{ways}z"
    sides = (f"h{short(wide)}", f"v{short(high)}", f"h{short(-wide)}", f"v{short(-high)}")
    turns = (f"a{short(arc)} {short(arc)} 0 0 1{_spaced(x * arc)}{_spaced(y * arc)}"
             for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1)))  # fmt: skip
    around = "".join(
        ("" if side[1:] == "0" else side) + turn for side, turn in zip(sides, turns, strict=True)
    )
    return f"M{short(rect.x + r)} {short(rect.y)}{around}z"


def path(lines: Iterable[Polyline]) -> str:
    """Return lines as the data of one path; all but where it begins is relative.

    >>> path([Polyline(((0, 0), (40, 0), (40, 29.5), (0, 29.5)), True), Polyline(((1, 2), (0, 3)))])
    'M0 0h40v29.5h-40zm1 2l-1 1'
    """
    out: list[str] = []
    x = y = 0.0
    for line in lines:
        (a, b), *rest = ((round(p, 2), round(q, 2)) for p, q in line.points)
        across, down = (a - x, b - y) if out else (a, b)
        out.append(f"{'m' if out else 'M'}{short(across)}{_spaced(down)}")
        (x, y), start = (a, b), (a, b)
        for p, q in rest:
            if q == y:
                out.append(f"h{short(p - x)}" if p != x else "")
            else:
                out.append(f"v{short(q - y)}" if p == x else f"l{short(p - x)}{_spaced(q - y)}")
            x, y = p, q
        if line.closed:
            out.append("z")
            x, y = start
    return "".join(out)


def _spaced(value: float) -> str:
    """Return a number behind another one."""
    said = short(value)
    return said if said.startswith("-") else f" {said}"


def short(value: float) -> str:
    """Return a number as short as it can be: a fortieth of a pixel is never seen.

    >>> short(12.0), short(-0.254), short(1e-9), short(100)
    ('12', '-.25', '0', '100')
    """
    if value == int(value):
        return str(int(value))
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said.replace("0.", ".", 1) if abs(value) < 1 else said


def _entrusted(words: Words, line: Typeset) -> str:
    """Return a line of any script, which takes the room that was kept for it."""
    x, y = words.start
    said = {"x": short(x), "y": short(y), "font-size": short(words.size), "fill": words.ink}
    if words.bold:
        said["font-weight"] = "700"
    if not line.missing:  # else its length is a guess
        said |= {"textLength": short(line.em * words.size), "lengthAdjust": "spacingAndGlyphs"}
    if line.turned:  # it starts at its right, and ends where our own text begins
        said |= {"direction": "rtl", "text-anchor": "end"}
    attributes = " ".join(f'{name}="{value}"' for name, value in said.items())
    return f"<text {attributes}>{xml(words.text)}</text>"


def xml(words: str) -> str:
    """Return words as XML can hold them."""
    return escape("".join(filter(_in_xml, words)))


def _in_xml(letter: str) -> bool:
    return letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"
                                  and not "\ud800" <= letter <= "\udfff")  # fmt: skip
