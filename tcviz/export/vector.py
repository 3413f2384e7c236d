"""PDF, EPS and PGF through matplotlib; the same scene always makes the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

from matplotlib.figure import Figure

from tcviz.export.stills import Paper
from tcviz.render import lettering
from tcviz.render.drawing import Images, PixelGrid, Words
from tcviz.render.figure import POINTS, SceneArtist, figure, settings
from tcviz.render.pen import FigurePen
from tcviz.scene.marks import Scene

_MAKER = "tcviz"
_IMAGES = Images()
_PLAIN_IMAGES = Images(sharp=0, most=1024)
"""PostScript spells every pixel out, and does not blur them."""


def write_pdf(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a PDF, one page a scene; only one scene is held at a time."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages

    pages = iter(scenes)
    first = next(pages)
    info = {"Title": first.title or None, "Subject": first.sentence or None}
    info |= {"Creator": _MAKER, "Producer": None, "CreationDate": None}
    with settings(), PdfPages(file, metadata=info) as document:
        letter = lettering.embedded if paper.text == "text" else lettering.outlined
        for scene in chain([first], pages):
            canvas: Any = FigureCanvasPdf(_page(scene, paper, letter))
            canvas.print_pdf(document)


def write_eps(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write an EPS."""
    from matplotlib.backends.backend_ps import FigureCanvasPS

    (scene,) = scenes
    drawn = BytesIO()
    with settings():
        letter = lettering.embedded if paper.text == "text" else lettering.outlined
        canvas: Any = FigureCanvasPS(_page(scene, paper, letter, _PLAIN_IMAGES))
        canvas.print_eps(drawn, metadata={"Creator": _MAKER})
    head, comments, rest = drawn.getvalue().partition(b"%%EndComments\n")
    head = re.sub(rb"%%(Title|CreationDate):.*\n", b"", head)
    title = _ascii(scene.title)
    file.write(head + (f"%%Title: {title}\n".encode() if title else b"") + comments + rest)


def write_pgf(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    r"""Write TeX commands for ``\input`` in a document that loads the package pgf."""
    from matplotlib.backends.backend_pgf import FigureCanvasPgf

    (scene,) = scenes
    drawn = BytesIO()
    with settings():
        letter = lettering.latex if paper.text == "text" else lettering.outlined
        canvas: Any = FigureCanvasPgf(_page(scene, paper, letter, None))
        canvas.print_pgf(drawn)
    _, begin, body = drawn.getvalue().partition(b"\\begingroup")
    file.write(_pgf_head(scene).encode() + begin + body)


def _page(
    scene: Scene,
    paper: Paper,
    letter: Callable[[FigurePen, Words], None],
    images: Images | None = _IMAGES,
) -> Figure:
    width, height = (POINTS * inches for inches in paper.inches(scene))
    bare = paper.transparent
    picture = SceneArtist(
        scene, width / scene.width, letter, grid=_grid(paper), transparent=bare, images=images
    )
    return figure(picture, (width, height))


def _grid(paper: Paper) -> PixelGrid:
    """Return a grid of the pixels that the picture has where it is shown at its own size."""
    return PixelGrid(1 / paper.ratio)


def _pgf_head(scene: Scene) -> str:
    title = _ascii(scene.title)
    about = "In a document that loads the package pgf: \\input{this file}"
    return "".join(f"% {line}\n" for line in (title, about) if line)


def _ascii(words: str) -> str:
    """Return words for a comment: one line, and letters that every program reads."""
    return " ".join(words.replace("−", "-").encode("ascii", "replace").decode().split())[:200]
