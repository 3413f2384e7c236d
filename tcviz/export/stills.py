"""Stills: one table says which suffix is written by what, and what it can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from typing import BinaryIO, NamedTuple, TypeAlias

from tcviz.errors import OutputError, RequestError, complaint, did_you_mean, either, quoted
from tcviz.export.formats import FORMATS, FileFormat
from tcviz.files import reading
from tcviz.request import spelling
from tcviz.request.canvas import SCREEN_DPI
from tcviz.scene.marks import Scene


class Paper(NamedTuple):
    """How scenes get a size: `ratio` pixels per canvas unit, `dpi` pixels per inch.

    `text` is ``"paths"`` (outlines, the same anywhere) or ``"text"`` (editable);
    a `transparent` picture has no background.  Slides go on by themselves `advance` seconds later,
    and an SVG of several steps has those of these numbers as `fragments`.
    """

    ratio: float = 1.0
    dpi: float = SCREEN_DPI
    text: str = "paths"
    transparent: bool = False
    advance: Fraction | None = None
    fragments: tuple[int, ...] = ()

    def pixels(self, scene: Scene) -> tuple[int, int]:
        """Return width and height in pixels.

        >>> Paper(1.5).pixels(Scene(1280, 720, "#ffffff", ()))
        (1920, 1080)
        """
        return max(1, round(scene.width * self.ratio)), max(1, round(scene.height * self.ratio))

    def inches(self, scene: Scene) -> tuple[float, float]:
        """Return width and height in inches."""
        width, height = self.pixels(scene)
        return width / self.dpi, height / self.dpi


Writer: TypeAlias = Callable[[Iterable[Scene], Paper, BinaryIO], None]


class StillFormat(NamedTuple):
    """A file format of stills.

    `pages` says whether one file holds several, `alpha` whether it can be
    transparent, `texts` what `Paper.text` may be, the default first, `viewers` whether
    a viewer's own fonts set what is ``"text"``, and `needs` the package of the extra of
    the same name as the format.  Web pages show it in that `element`, if they do; one of two
    `themes` follows the reader's, `fragments` are shown by a deck, and `slides` go on.
    """

    key: str
    name: str
    home: str
    function: str = "write"
    pages: bool = False
    alpha: bool = True
    texts: tuple[str, ...] = ()
    viewers: bool = False
    needs: str | None = None
    element: str = ""
    themes: bool = False
    fragments: bool = False
    slides: bool = False

    def load(self) -> Writer:
        """Import the writer: only now, its libraries are heavy.

        Raises
        ------
        OutputError
            If the package that it needs is not installed.
        """
        if self.needs and find_spec(self.needs) is None:
            how = f"pip install 'tcviz[{self.key}]'"
            raise OutputError(f"{self.name} needs a package that is missing: {how}")
        try:
            home = import_module(self.home)
        except Exception:  # noqa: BLE001  (settings of a user may raise anything in matplotlib)
            with reading.no_settings():
                home = import_module(self.home)
        writer: Writer = getattr(home, self.function)
        return writer


_DRAWN, _TYPED = ("paths", "text"), ("text", "paths")

STILLS: dict[str, StillFormat] = {
    "svg": StillFormat("svg", "SVG", "tcviz.export.svg", "write_svg", texts=_DRAWN,
                       viewers=True, element="img", themes=True, fragments=True),
    "png": StillFormat("png", "PNG", "tcviz.export.raster", "write_png", element="img"),
    "pdf": StillFormat("pdf", "PDF", "tcviz.export.vector", "write_pdf", pages=True, texts=_TYPED),
    "eps": StillFormat("eps", "EPS", "tcviz.export.vector", "write_eps", texts=_TYPED),
    "pgf": StillFormat("pgf", "PGF", "tcviz.export.vector", "write_pgf", texts=_TYPED),
    "webp": StillFormat("webp", "WebP", "tcviz.export.raster", "write_webp", element="img"),
    "jpg": StillFormat("jpg", "JPEG", "tcviz.export.raster", "write_jpeg", alpha=False,
                       element="img"),
    "jpeg": StillFormat("jpeg", "JPEG", "tcviz.export.raster", "write_jpeg", alpha=False,
                        element="img"),
    "pptx": StillFormat("pptx", "PPTX", "tcviz.export.pptx", pages=True, texts=("text",),
                        viewers=True, needs="pptx", slides=True),
}  # fmt: skip
AnyFormat: TypeAlias = FileFormat | StillFormat

PAGED = either(form.name for form in STILLS.values() if form.pages)
FRAGMENTS = either(form.name for form in STILLS.values() if form.fragments)
SLIDES = either(form.name for form in STILLS.values() if form.slides)
"""What has pages, fragments, or slides, in words."""


def still_format(suffix: str) -> StillFormat:
    """Return the format of a suffix, with or without its dot.

    Raises
    ------
    RequestError
        If no writer makes stills of it.

    >>> still_format(".SVG").name
    'SVG'
    """
    key = spelling.suffix(suffix)
    if key not in STILLS:
        raise RequestError(complaint("format", quoted(key), ", ".join(STILLS), hint=_instead(key)))
    return STILLS[key]


def _instead(key: str) -> str | None:
    """Return what an animation's suffix, a misspelt or a missing one probably means."""
    if key in FORMATS:
        return f"tcviz animate writes {FORMATS[key].name}"
    return did_you_mean(key, STILLS) if key else "add one to the file's name, or use --format"
