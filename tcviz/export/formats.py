"""The table of animated formats: which suffix is written by what."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from tcviz.errors import either

Exporter: TypeAlias = Callable[[Any, BinaryIO], Any]
"""Is given a `tcviz.export.reel.Reel`, and returns its `WrittenReel`; what is drawn a `SceneReel`,
and what has pages a `tcviz.export.page.Page`.
"""


class FileFormat(NamedTuple):
    """A file format: who writes it, and between which seconds a frame may last.

    Web pages show it in that `element`.  A page of its own has several views, and is given their
    scenes; what is `drawn` is given those of one, which glide by themselves; the others painted
    pixels, frame by frame.  A video has a player, with captions of their own, a rate, and pixels
    that are encoded.  One of two `themes` follows the reader's.
    """

    key: str
    name: str
    home: str
    function: str = "write"
    shortest: Fraction = Fraction(1, 1000)
    longest: Fraction = Fraction(3600)
    loops: bool = True
    element: str = "img"
    drawn: bool = False
    themes: bool = False

    @property
    def pages(self) -> bool:
        """Whether it is a page of its own."""
        return self.element == "iframe"

    @property
    def video(self) -> bool:
        """Whether a player plays it."""
        return self.element == "video"

    @property
    def framed(self) -> bool:
        """Whether it shows one frame after another."""
        return not (self.pages or self.drawn)

    def load(self) -> Exporter:
        """Import the exporter: only now, its libraries are heavy."""
        exporter: Exporter = getattr(import_module(self.home), self.function)
        return exporter


_SIXTIETH = Fraction(1, 60)

FORMATS: dict[str, FileFormat] = {
    "gif": FileFormat("gif", "GIF", "tcviz.export.gif", "write", Fraction(1, 50), Fraction(655)),
    "webp": FileFormat("webp", "WebP", "tcviz.export.webp"),
    "apng": FileFormat("apng", "APNG", "tcviz.export.apng", longest=Fraction(65)),
    "png": FileFormat("png", "APNG", "tcviz.export.apng", longest=Fraction(65)),
    "mp4": FileFormat("mp4", "MP4", "tcviz.export.video", "write_mp4", _SIXTIETH, loops=False,
                      element="video"),
    "webm": FileFormat("webm", "WebM", "tcviz.export.video", "write_webm", _SIXTIETH, loops=False,
                       element="video"),
    "svg": FileFormat("svg", "SVG", "tcviz.export.svg_film", drawn=True, themes=True),
    "html": FileFormat("html", "HTML", "tcviz.export.page", element="iframe"),
}  # fmt: skip

VIDEO = either(form.name for form in FORMATS.values() if form.video)
"""What has a player, in words."""
BOTH = either(form.name for form in FORMATS.values() if form.themes)
"""What has two themes."""
