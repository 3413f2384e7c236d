"""Exporters: frames to a file.  One table says which suffix is written by what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any, BinaryIO, TypeAlias

from tcviz import spelling
from tcviz.errors import RequestError, complaint, did_you_mean, quoted

Exporter: TypeAlias = Callable[[Any, BinaryIO], Any]
"""Is given a `tcviz.export.reel.Reel`, and returns its `Written`; or, where the format has pages,
a `tcviz.export.page.Page`.
"""


@dataclass(frozen=True)
class Format:
    """A file format: who writes it, and between which seconds a frame may last.

    Into `pages` go scenes, of several views in one file; into the others painted pixels.
    """

    key: str
    name: str
    home: str
    function: str = "write"
    shortest: Fraction = Fraction(1, 1000)
    longest: Fraction = Fraction(3600)
    loops: bool = True
    pages: bool = False

    def load(self) -> Exporter:
        """Import the exporter: only now, its libraries are heavy."""
        exporter: Exporter = getattr(import_module(self.home), self.function)
        return exporter


_SIXTIETH = Fraction(1, 60)

FORMATS: dict[str, Format] = {
    "gif": Format("gif", "GIF", "tcviz.export.gif", "write", Fraction(1, 50), Fraction(655)),
    "webp": Format("webp", "WebP", "tcviz.export.webp"),
    "apng": Format("apng", "APNG", "tcviz.export.apng", longest=Fraction(65)),
    "png": Format("png", "APNG", "tcviz.export.apng", longest=Fraction(65)),
    "mp4": Format("mp4", "MP4", "tcviz.export.video", "write_mp4", _SIXTIETH, loops=False),
    "webm": Format("webm", "WebM", "tcviz.export.video", "write_webm", _SIXTIETH, loops=False),
    "html": Format("html", "HTML", "tcviz.export.page", pages=True),
}


def format_of(suffix: str) -> Format:
    """Return the format of a suffix, with or without its dot.

    Raises
    ------
    RequestError
        If no exporter writes it.

    >>> format_of(".GIF").name
    'GIF'
    """
    key = spelling.suffix(suffix)
    if key not in FORMATS:
        raise RequestError(complaint("format", quoted(key), ", ".join(FORMATS), hint=_instead(key)))
    return FORMATS[key]


def _instead(key: str) -> str | None:
    """Return what a still's suffix, a misspelt or a missing one probably means."""
    from tcviz.export.stills import STILLS

    if key in STILLS:
        return f"tcviz figure writes {STILLS[key].name}"
    return did_you_mean(key, FORMATS) if key else "add one to the file's name, or use --format"
