"""DrawingML, the language of PowerPoint's shapes, as text: no library needed to write it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from tcviz.scene.marks import Anchor, Colour, Point, Rect
from tcviz.scene.text import LINE

Area: TypeAlias = tuple[int, int, int, int]
"""Left, top, width and height in English metric units."""

INCH = 914_400
"""English metric units in an inch."""

FONT = "Arial"
"""On every machine; its figures have equal width, and words are narrower than in our own font."""

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{rest}"'
    for prefix, rest in (
        ("a", "drawingml/2006/main"),
        ("p", "presentationml/2006/main"),
        ("r", "officeDocument/2006/relationships"),
    )
)

_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)
NO_FILL = "<a:noFill/>"
NO_LINE = f"<a:ln>{NO_FILL}</a:ln>"
_ALIGN = {"left": "l", "center": "ctr", "right": "r"}


class DrawingPen:
    """Turns canvas units into a slide's, and gives every shape its number.

    `scale` is in English metric units per canvas unit; `picture` takes a file's
    bytes and returns the name by which the slide knows it.  A shape has the same of the `numbers`
    on all slides of a deck: PowerPoint's Morph lets it glide from one to the next.
    """

    def __init__(
        self, scale: float, picture: Callable[[bytes], str], numbers: dict[tuple[str, int], int]
    ) -> None:
        self.scale, self.picture, self._numbers = scale, picture, numbers
        self._seen: Counter[str] = Counter()

    def number(self, name: str) -> int:
        """Return the number of the next shape of this name."""
        self._seen[name] += 1
        next_one = len(self._numbers) + 2  # the slide itself is number 1
        return self._numbers.setdefault((name, self._seen[name]), next_one)

    def emu(self, length: float) -> int:
        """Return a length of the scene in English metric units."""
        return round(length * self.scale)

    def area(self, rect: Rect) -> Area:
        """Return a rectangle of the scene: neighbours share their edge, whatever is rounded."""
        left, top = self.emu(rect.x), self.emu(rect.y)
        return left, top, self.emu(rect.right) - left, self.emu(rect.bottom) - top

    def points(self, length: float) -> float:
        """Return a length of the scene in printer's points."""
        return length * self.scale * 72 / INCH


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set: its size in canvas units."""

    size: float
    ink: Colour
    bold: bool = False
    anchor: Anchor = "center"
    on: Colour | None = None
    """The colour of a strip behind the text, where the ground is not solid."""
    foreign: bool = False
    """Whether PowerPoint chooses the fonts, by their scripts."""
    turned: bool = False
    """Whether the text begins at the right."""


def legal(text: str) -> str:
    """Return text without what XML cannot hold."""
    return re.sub("[\x00-\x1f\ud800-\udfff\ufffe\uffff]", " ", text)


def plain(text: str) -> str:
    """Return text as it stands in XML."""
    return escape(legal(text))


def solid(colour: Colour | None) -> str:
    """Return a fill in one colour, or none."""
    return f"<a:solidFill>{_rgb(colour)}</a:solidFill>" if colour else NO_FILL


def hatched(ink: Colour, ground: Colour) -> str:
    """Return a fill of slanted lines, rising to the right."""
    return (
        f'<a:pattFill prst="wdUpDiag"><a:fgClr>{_rgb(ink)}</a:fgClr>'
        f"<a:bgClr>{_rgb(ground)}</a:bgClr></a:pattFill>"
    )


def _rgb(colour: Colour) -> str:
    return f'<a:srgbClr val="{colour[1:].upper()}"/>'


def line(width: int, colour: Colour, *, dash: bool = False, head: str = "") -> str:
    """Return an outline, or a line with a `head` at its end."""
    dashes = '<a:prstDash val="dash"/>' if dash else ""
    return (
        f'<a:ln w="{width}" cap="flat">{solid(colour)}{dashes}<a:miter lim="800000"/>{head}</a:ln>'
    )


def preset(name: str, adjust: int | None = None) -> str:
    """Return one of PowerPoint's own geometries."""
    guide = "" if adjust is None else f'<a:gd name="adj" fmla="val {adjust}"/>'
    return f'<a:prstGeom prst="{name}"><a:avLst>{guide}</a:avLst></a:prstGeom>'


def freeform(size: tuple[int, int], contours: Iterable[Iterable[Point]], *, filled: bool) -> str:
    """Return a geometry of straight runs, in a grid of `size` that is stretched over the shape."""
    close, fill = ("<a:close/>", "") if filled else ("", ' fill="none"')
    runs = "".join(_contour(points) + close for points in contours)
    return (
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{size[0]}" h="{size[1]}"{fill}>{runs}</a:path></a:pathLst></a:custGeom>'
    )


def _contour(points: Iterable[Point]) -> str:
    start, *rest = (f'<a:pt x="{x:.0f}" y="{y:.0f}"/>' for x, y in points)
    return f"<a:moveTo>{start}</a:moveTo>" + "".join(f"<a:lnTo>{p}</a:lnTo>" for p in rest)


def words(pen: DrawingPen, text: str, style: Type) -> str:
    """Return a shape's text: lines in its middle that neither wrap nor shrink."""
    lines = text.split("\n")
    # Lines stand as far apart as in other formats, whatever font has their low numbers.
    apart = f'<a:spcPts val="{round(100 * LINE * pen.points(style.size))}"/>'
    spacing = apart if lines[1:] else '<a:spcPct val="100000"/>'
    written = "".join(_line(pen, line, style, spacing) for line in lines)
    return (
        '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
        f"<a:noAutofit/></a:bodyPr><a:lstStyle/>{written}</p:txBody>"
    )


def _line(pen: DrawingPen, text: str, style: Type, spacing: str) -> str:
    """Return a paragraph of one line."""
    look, turned = _look(pen, style), ' rtl="1"' * style.turned
    run = f"<a:r><a:rPr {look}</a:rPr><a:t>{plain(text)}</a:t></a:r>"
    # What is typed into an empty shape looks as it would have.
    line = run if text else f"<a:endParaRPr {look}</a:endParaRPr>"
    return (
        f'<a:p><a:pPr marL="0" indent="0" algn="{_ALIGN[style.anchor]}"{turned}>'
        f'<a:lnSpc>{spacing}</a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        '<a:spcAft><a:spcPts val="0"/></a:spcAft><a:buNone/></a:pPr>'
        f"{line}</a:p>"
    )


def _look(pen: DrawingPen, style: Type) -> str:
    """Return the attributes and children of a run: proofing would underline ``x[1,2]``."""
    size = min(400_000, max(100, round(pen.points(style.size) * 100)))
    strip = f"<a:highlight>{_rgb(style.on)}</a:highlight>" if style.on else ""
    scripts = ("latin",) if style.foreign else ("latin", "ea", "cs")
    fonts = "".join(f'<a:{script} typeface="{FONT}"/>' for script in scripts)
    return (
        f'lang="en-US" sz="{size}" b="{int(style.bold)}" i="0" u="none" noProof="1" dirty="0">'
        f"{solid(style.ink)}{strip}{fonts}"
    )


def shape(
    pen: DrawingPen,
    key: str,
    area: Area,
    geometry: str,
    look: str,
    text: str = "",
    *,
    label: bool = False,
) -> str:
    """Return a shape; one without text or words of its own is decoration to a screen reader."""
    return (
        f"<p:sp><p:nvSpPr>{_name(pen, key, '' if text else None)}"
        f"<p:cNvSpPr{' txBox=' + chr(34) + '1' + chr(34) if label else ''}/><p:nvPr/></p:nvSpPr>"
        f"<p:spPr>{_place(area)}{geometry}{look}</p:spPr>{text}</p:sp>"
    )


def straight(pen: DrawingPen, key: str, ends: tuple[Point, Point], look: str) -> str:
    """Return a straight connector."""
    (x0, y0), (x1, y1) = ((pen.emu(x), pen.emu(y)) for x, y in ends)
    area = min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)
    flips = ' flipH="1"' * (x1 < x0) + ' flipV="1"' * (y1 < y0)
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{_name(pen, key)}<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>"
        f"<p:spPr>{_place(area, flips)}{preset('line')}{look}</p:spPr></p:cxnSp>"
    )


def picture(pen: DrawingPen, key: str, area: Area, file: bytes) -> str:
    """Return a picture, stretched over its area."""
    return (
        f"<p:pic><p:nvPicPr>{_name(pen, key)}<p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
        f'<p:blipFill><a:blip r:embed="{pen.picture(file)}"/><a:stretch><a:fillRect/></a:stretch>'
        f"</p:blipFill><p:spPr>{_place(area)}{preset('rect')}</p:spPr></p:pic>"
    )


def group(pen: DrawingPen, key: str, area: Area, says: str, shapes: Iterable[str]) -> str:
    """Return shapes that move as one; `says` is what a screen reader reads."""
    left, top, width, height = area
    name = _name(pen, key, says)
    return (
        f"<p:grpSp><p:nvGrpSpPr>{name}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>"
        f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
        f'<a:chOff x="{left}" y="{top}"/><a:chExt cx="{width}" cy="{height}"/></a:xfrm></p:grpSpPr>'
        f"{''.join(shapes)}</p:grpSp>"
    )


def background(colour: Colour) -> str:
    """Return a slide's ground."""
    return f"<p:bg {NAMESPACES}><p:bgPr>{solid(colour)}<a:effectLst/></p:bgPr></p:bg>"


def transition(thousandths: int) -> str:
    """Return when a slide goes on by itself, if nobody clicks before."""
    return f'<p:transition {NAMESPACES} advTm="{thousandths}"/>'


def title(pen: DrawingPen, text: str, width: int) -> str:
    """Return a title just above the slide, where PowerPoint itself puts a hidden one.

    Nobody sees it; screen readers, the outline and the list of slides have it.
    """
    high = INCH // 2
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{pen.number("Title")}" name="Title"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="title"/></p:nvPr>'
        f"</p:nvSpPr><p:spPr>{_place((0, -high - INCH // 10, width, high))}</p:spPr>"
        '<p:txBody><a:bodyPr wrap="square" anchor="b"><a:noAutofit/></a:bodyPr><a:lstStyle/><a:p>'
        f'<a:r><a:rPr lang="en-US" sz="1200" noProof="1" dirty="0"/><a:t>{plain(text)}</a:t></a:r>'
        "</a:p></p:txBody></p:sp>"
    )


def _name(pen: DrawingPen, key: str, says: str | None = None) -> str:
    head = f'<p:cNvPr id="{pen.number(key)}" name="{plain(key)}"'
    if says is None:
        return f"{head}>{_DECORATIVE}</p:cNvPr>"
    return f'{head} descr="{plain(says)}"/>' if says else f"{head}/>"


def _place(area: Area, flips: str = "") -> str:
    left, top, width, height = area
    return (
        f'<a:xfrm{flips}><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    )
