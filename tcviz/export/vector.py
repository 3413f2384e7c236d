"""SVG, PDF, EPS and PGF through matplotlib; the same scene always makes the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from matplotlib.figure import Figure

from tcviz.export.stills import Paper
from tcviz.render.figure import POINTS, SceneArtist, figure, settings
from tcviz.render.lettering import lettering
from tcviz.render.pen import Images, Pen, PixelGrid, Words
from tcviz.request.canvas import SCREEN_DPI
from tcviz.scene.marks import Scene

_MAKER = "tcviz"
_IMAGES = Images()
_PLAIN_IMAGES = Images(sharp=0, most=1024)
"""PostScript spells every pixel out, and does not blur them."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write an SVG whose units are the canvas'; its title and description are the scene's."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    (scene,) = scenes
    drawn, typed = BytesIO(), paper.text == "text"
    with settings(**{"svg.fonttype": "none" if typed else "path"}), lettering() as letters:
        letter = letters.named if typed else letters.embedded
        bare = paper.transparent
        picture = SceneArtist(
            scene, 1.0, letter, grid=_grid(paper), transparent=bare, images=_IMAGES
        )
        made = figure(picture, (scene.width, scene.height))
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        canvas: Any = FigureCanvasSVG(made)
        canvas.print_svg(drawn, metadata=nothing)
    file.write(_tidied(drawn.getvalue().decode(), scene, paper).encode())


def write_pdf(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write a PDF, one page a scene; only one scene is held at a time."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages

    pages = iter(scenes)
    first = next(pages)
    info = {"Title": first.title or None, "Subject": first.sentence or None}
    info |= {"Creator": _MAKER, "Producer": None, "CreationDate": None}
    with settings(), lettering() as letters, PdfPages(file, metadata=info) as document:
        letter = letters.embedded if paper.text == "text" else letters.outlined
        for scene in chain([first], pages):
            canvas: Any = FigureCanvasPdf(_page(scene, paper, letter))
            canvas.print_pdf(document)


def write_eps(scenes: Iterable[Scene], paper: Paper, file: BinaryIO) -> None:
    """Write an EPS."""
    from matplotlib.backends.backend_ps import FigureCanvasPS

    (scene,) = scenes
    drawn = BytesIO()
    with settings(), lettering() as letters:
        letter = letters.embedded if paper.text == "text" else letters.outlined
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
    with settings(), lettering() as letters:
        letter = letters.latex if paper.text == "text" else letters.outlined
        canvas: Any = FigureCanvasPgf(_page(scene, paper, letter, None))
        canvas.print_pgf(drawn)
    _, begin, body = drawn.getvalue().partition(b"\\begingroup")
    file.write(_pgf_head(scene).encode() + begin + body)


def _page(
    scene: Scene,
    paper: Paper,
    letter: Callable[[Pen, Words], None],
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


def _tidied(drawn: str, scene: Scene, paper: Paper) -> str:
    """Return matplotlib's drawing under a root of our own.

    Its document type, its style sheet (which would reach all of a page that the picture
    stands in) and its comments are left out.
    """
    group = '<g id="figure_1">'
    body = drawn[drawn.index(group) :].replace(group, "<g>", 1)
    body = re.sub(r"\s*<!--.*?-->", "", body, flags=re.DOTALL)
    return _root(scene, paper) + re.sub(r"\n +", "\n", body)


def _root(scene: Scene, paper: Paper) -> str:
    """Return the start of an SVG: its size in pixels of the screen, its name, its words."""
    width, height = (_number(SCREEN_DPI * inches) for inches in paper.inches(scene))
    texts = {"title": _xml(scene.title), "desc": _xml(scene.sentence)}
    # Several pictures may stand in one page: the names must differ.
    key = sha256(f"{scene.title}\n{scene.sentence}".encode()).hexdigest()[:8]
    said = [(f"{name}-{key}", name, words) for name, words in texts.items() if words]
    label = f' aria-labelledby="{" ".join(name for name, _, _ in said)}"' if said else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {_number(scene.width)} {_number(scene.height)}" '
        f'width="{width}" height="{height}" xml:space="preserve" role="img"{label}>\n'
        + "".join(f'<{tag} id="{name}">{words}</{tag}>\n' for name, tag, words in said)
    )


def _xml(words: str) -> str:
    return escape(_NO_XML.sub("", words))


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _pgf_head(scene: Scene) -> str:
    title = _ascii(scene.title)
    about = "In a document that loads the package pgf: \\input{this file}"
    return "".join(f"% {line}\n" for line in (title, about) if line)


def _ascii(words: str) -> str:
    """Return words for a comment: one line, and letters that every program reads."""
    return " ".join(words.replace("−", "-").encode("ascii", "replace").decode().split())[:200]
