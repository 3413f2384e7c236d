"""PowerPoint: a slide a scene, every mark a native shape with real text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import compress, decompress

from tcviz.export.stills import Paper
from tcviz.render import drawingml as ml
from tcviz.render.slides import shapes
from tcviz.scene.marks import Colour, Scene

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

LEAST, MOST = 1.0, 56.0
"""Inches that PowerPoint allows a slide to be wide or high."""

BLANK = 6
"""The layout without placeholders, in python-pptx's template."""

END = b"</p:spTree>"
"""Where a slide's shapes end."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of every file: the same pictures are the same bytes."""


def write(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write one slide a scene, as large as the first of them on paper.

    Parameters
    ----------
    scenes
        What the slides show; one of another size is fitted to the slide.
    paper
        The slides' size in inches (PowerPoint allows 1 to 56: what is larger is
        scaled down), and whether they have a background of their own.
    file
        Open for writing.
    """
    deck: Presentation | None = None
    slides, numbers = list[bytes](), dict[tuple[str, int], int]()
    for scene in scenes:
        deck = deck or _deck(scene, paper)
        slides.append(_add(deck, scene, paper, numbers))
    _save(deck or _deck(Scene(1280, 720, "#ffffff", ()), paper), slides, file)


def slide_size(scene: Scene, paper: Paper) -> tuple[int, int]:
    """Return a slide's width and height in English metric units."""
    width, height = paper.inches(scene)
    factor = min(MOST / max(width, height), max(1.0, LEAST / min(width, height)))
    wide, high = (min(MOST, max(LEAST, side * factor)) for side in (width, height))
    return round(wide * ml.INCH), round(high * ml.INCH)


def _deck(scene: Scene, paper: Paper) -> Presentation:
    """Return a presentation without slides."""
    import pptx

    deck = pptx.Presentation()
    _resize(deck, slide_size(scene, paper))
    _sign(deck, scene)
    return deck


def _resize(deck: Presentation, size: tuple[int, int]) -> None:
    """Set the size of slides, and stretch the layouts, for what a speaker adds."""
    from pptx.oxml.ns import qn
    from pptx.util import Emu

    across, down = size[0] / (deck.slide_width or 1), size[1] / (deck.slide_height or 1)
    deck.slide_width, deck.slide_height = Emu(size[0]), Emu(size[1])
    deck.element.find(qn("p:sldSz")).attrib.pop("type", None)  # it says 4:3
    factors = {"x": across, "cx": across, "y": down, "cy": down}
    for page in (deck.slide_master, *deck.slide_layouts):
        for place in page.element.iter(qn("a:off"), qn("a:ext")):
            for name in factors.keys() & place.keys():
                place.set(name, str(round(int(place.get(name)) * factors[name])))


def _sign(deck: Presentation, scene: Scene) -> None:
    """Say who made the file, not when, and drop what the template shows of itself."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    facts = deck.core_properties
    facts.title = ml.legal(scene.title)[:255]
    facts.author = facts.last_modified_by = "tcviz"
    facts.comments = ""
    facts.created = facts.modified = LONG_AGO
    package = deck.part.package
    for relation in list(package.iter_rels()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.drop_rel(relation.rId)


def _add(
    deck: Presentation, scene: Scene, paper: Paper, numbers: dict[tuple[str, int], int]
) -> bytes:
    """Add a scene's slide; return its shapes, packed, for `_save` to put in.

    python-pptx's own ways to add a shape look through all others first, and its
    tree takes some megabytes a slide.
    """
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    width, height = deck.slide_width or 1, deck.slide_height or 1
    pen = ml.DrawingPen(
        min(width / scene.width, height / scene.height), lambda png: _part(slide, png), numbers
    )
    title = ml.title(pen, scene.title, width) if scene.title else ""
    drawn = title + "".join(shapes(scene, pen))
    if not paper.transparent:
        _fill(slide, scene.background)
    if paper.advance is not None:
        _go_on(slide, paper.advance)
    notes = slide.notes_slide.notes_text_frame if scene.sentence else None
    if notes:
        notes.text = ml.legal(scene.sentence)
    return compress(drawn.encode(), 1)


def _part(slide: Slide, png: bytes) -> str:
    """Store a picture and return the slide's name for it."""
    _, name = slide.part.get_or_add_image_part(BytesIO(png))
    return str(name)


def _fill(slide: Slide, colour: Colour) -> None:
    from pptx.oxml import parse_xml

    slide.element.cSld.insert(0, parse_xml(ml.background(colour)))


def _go_on(slide: Slide, seconds: Fraction) -> None:
    """Let the next slide come after some seconds, or at a click before."""
    from pptx.oxml import parse_xml

    transition = parse_xml(ml.transition(round(1000 * seconds)))
    slide.element.clrMapOvr.addnext(transition)


def _save(deck: Presentation, slides: list[bytes], file: BinaryIO) -> None:
    """Write a presentation with its slides' shapes, its parts without the time of writing."""
    numbers = {f"ppt/slides/slide{i}.xml": i - 1 for i in range(1, len(slides) + 1)}
    plain = BytesIO()
    deck.save(plain)
    with ZipFile(plain) as parts, ZipFile(file, "w", ZIP_DEFLATED) as out:
        for name in parts.namelist():
            part = ZipInfo(name, LONG_AGO.timetuple()[:6])
            part.compress_type, part.create_system = ZIP_DEFLATED, 0
            data = parts.read(name)
            if name in numbers:
                drawn = decompress(slides[numbers[name]])
                data = data.replace(END, drawn + END)
            out.writestr(part, data)
