"""SVG: a scene's marks as shapes that share their looks and letters; no date, no random name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import BinaryIO, TypeAlias

from tcviz.export.stills import Paper
from tcviz.render.drawing import Images, PixelGrid, rectangle
from tcviz.render.svg import Batch, SvgAlphabet, SvgPainter, runs, shared
from tcviz.render.svg_shapes import VIEWERS, Drawn, SvgPen, short, xml
from tcviz.request.canvas import SCREEN_DPI
from tcviz.scene.marks import Rect, Scene

Part: TypeAlias = tuple[str, list[Batch]]
"""A panel, '' for none, and what is drawn of it."""
ID = "tcviz-000000"
"""Stands for the name of a picture until all of it is known."""


def write_svg(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write an SVG whose units are the canvas'; its title and description are the scene's.

    Several scenes are groups that a deck shows one after another.  Each covers the one before, so
    that where all are seen it is the last.
    """
    painter = SvgPainter(grid(paper), Images(), typed=paper.text == "text")
    several = [*scenes]
    parts = [_parts(painter, scene, transparent=paper.transparent) for scene in several]
    letters = painter.alphabet(batch for part in parts for _, some in part for batch in some)
    if paper.fragments:
        steps = zip(paper.fragments, several, parts, strict=True)
        body = [_fragment(number, scene, grouped(painter, part, letters, f"-{number}"))
                for number, scene, part in steps]  # fmt: skip
    else:
        (part,) = parts
        body = grouped(painter, part, letters)
    forms, body = shared(body)
    defs = forms + (letters.defs() if letters else "")
    told = told_of_all(several[0], several[-1])
    file.write(document(told, paper, painter.styles.rules(), [defs, *body]))


def _parts(painter: SvgPainter, scene: Scene, *, transparent: bool) -> list[Part]:
    """Return what is drawn of a scene, by panel."""
    ground = [] if transparent else [("", background(scene))]
    panels = [*ground, *((p, painter.drawn_in(some)) for p, some in runs(scene.marks))]
    return [(panel, painter.batches(drawn)) for panel, drawn in panels]


def grouped(
    painter: SvgPainter, parts: Iterable[Part], letters: SvgAlphabet | None, tail: str = ""
) -> list[str]:
    """Return the elements of all panels, those of each in a group with its name."""
    body = []
    for panel, some in _numbered(parts):
        inner = "".join(painter.elements(some, letters))
        body.append(f'<g id="{ID}-{panel}{tail}">{inner}</g>' if panel else inner)
    return body


def _fragment(number: int, scene: Scene, body: Iterable[str]) -> str:
    """Return a step as reveal.js and Quarto know it."""
    words = f"<desc>{xml(scene.sentence)}</desc>" if scene.sentence else ""
    return f'<g id="step-{number}" class="fragment">{words}{"".join(body)}</g>'


def told_of_all(first: Scene, last: Scene) -> Scene:
    """Return the last scene of several, with words that tell of all of them."""
    if first is last:
        return last
    words = f"The first step: {first.sentence}. The last: {last.sentence}."
    return replace(last, title=first.whole, sentence=words)


def grid(paper: Paper) -> PixelGrid:
    """Return a grid of the pixels that the picture has where it is shown at its own size."""
    return PixelGrid(1 / paper.ratio)


def background(scene: Scene) -> list[Drawn]:
    """Return the ground that marks are drawn on."""
    pen = SvgPen(PixelGrid(), None)
    pen.shape(rectangle(Rect(0, 0, scene.width, scene.height)), scene.background)
    return pen.drawn


def _numbered(panels: Iterable[Part]) -> Iterator[Part]:
    """Yield panels with names of their own: one may be drawn in several parts."""
    seen: Counter[str] = Counter()
    for panel, some in panels:
        seen[panel] += 1
        yield f"{panel}-{seen[panel]}" if panel and seen[panel] > 1 else panel, some


def document(scene: Scene, paper: Paper, rules: str, body: Sequence[str]) -> bytes:
    """Return an SVG: its size in pixels of the screen, its name, its words, its looks, its marks.

    Several may stand in one page, where the names of what is in them must differ: each is called
    by what it holds.
    """
    width, height = (short(SCREEN_DPI * inches) for inches in paper.inches(scene))
    texts = {"title": xml(scene.title), "desc": xml(scene.sentence)}
    said = [(f"{ID}-{tag}", tag, words) for tag, words in texts.items() if words]
    label = f' aria-labelledby="{" ".join(name for name, _, _ in said)}"' if said else ""
    font = f' font-family="{VIEWERS}"' if paper.text == "text" else ""
    whole = "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{ID}" width="{width}" height="{height}" '
            f'viewBox="0 0 {short(scene.width)} {short(scene.height)}" role="img"{label}{font}>',
            *(f'<{tag} id="{name}">{words}</{tag}>' for name, tag, words in said),
            f"<style>{rules}</style>",
            *(f"<defs>{defs}</defs>" for defs in body[:1] if defs),
            *body[1:],
            "</svg>\n",
        )
    )
    key = sha256(whole.encode()).hexdigest()[:6]
    return whole.replace(ID, f"tcviz-{key}").encode()
