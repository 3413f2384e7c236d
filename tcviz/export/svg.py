"""SVG: a scene's marks as shapes that share their looks and letters; no date, no random name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import BinaryIO

from tcviz.export.stills import Paper
from tcviz.render.drawing import Images, PixelGrid, rectangle
from tcviz.render.svg import VIEWERS, Batch, Drawn, SvgPainter, SvgPen, runs, shared, short, xml
from tcviz.request.canvas import SCREEN_DPI
from tcviz.scene.marks import Rect, Scene

ID = "tcviz-000000"
"""Stands for the name of a picture until all of it is known."""


def write_svg(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write an SVG whose units are the canvas'; its title and description are the scene's."""
    (scene,) = scenes
    painter = SvgPainter(grid(paper), Images(), typed=paper.text == "text")
    ground = [] if paper.transparent else [("", background(scene))]
    panels = [*ground, *((p, painter.drawn_in(some)) for p, some in runs(scene.marks))]
    batches = [(panel, painter.batches(drawn)) for panel, drawn in panels]
    letters = painter.alphabet(batch for _, some in batches for batch in some)
    body = []
    for panel, some in numbered(batches):
        inner = "".join(painter.elements(some, letters))
        body.append(f'<g id="{ID}-{panel}">{inner}</g>' if panel else inner)
    forms, body = shared(body)
    defs = forms + (letters.defs() if letters else "")
    file.write(document(scene, paper, painter.styles.rules(), [defs, *body]))


def grid(paper: Paper) -> PixelGrid:
    """Return a grid of the pixels that the picture has where it is shown at its own size."""
    return PixelGrid(1 / paper.ratio)


def background(scene: Scene) -> list[Drawn]:
    """Return the ground that marks are drawn on."""
    pen = SvgPen(PixelGrid(), None)
    pen.shape(rectangle(Rect(0, 0, scene.width, scene.height)), scene.background)
    return pen.drawn


def numbered(panels: Iterable[tuple[str, list[Batch]]]) -> Iterator[tuple[str, list[Batch]]]:
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
