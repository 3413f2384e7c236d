"""Exporters: frames to a file.  One table says which suffix is written by what."""

from __future__ import annotations

from tcviz.errors import RequestError, complaint, did_you_mean, quoted
from tcviz.export.formats import FORMATS, FileFormat
from tcviz.export.stills import STILLS
from tcviz.request import spelling

__all__ = ["FORMATS", "FileFormat", "format_of"]


def format_of(suffix: str) -> FileFormat:
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
    if key in STILLS:
        return f"tcviz figure writes {STILLS[key].name}"
    return did_you_mean(key, FORMATS) if key else "add one to the file's name, or use --format"
