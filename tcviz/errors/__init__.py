"""What can go wrong, as a small tree.

::

    TcvizError                 exit status 1: it failed while doing it
    ├── OutputError            the file could not be written whole
    └── RequestError           exit status 2: what was asked for cannot be done
        ├── GeometryError      kernel_size, stride, padding, ... do not make an output
        ├── DataError          arrays or files that do not fit or cannot be read
        ├── ThemeError         a theme that is not one
        ├── TooSmallError      a canvas without room for the picture
        └── TooLargeError      refused before it starts

Every message follows one grammar: name, value, where, what is allowed, and a
suggestion where one is near.
"""

from __future__ import annotations

from collections.abc import Iterable

from tcviz.errors.oneline import escaped, seen
from tcviz.errors.synonyms import meant, nearest

LONGEST_NAME, LONGEST_VALUE, LONGEST_WORD = 120, 200, 80
"""Letters that a message quotes: what is allowed instead, and the advice, are to have room."""


class TcvizError(Exception):
    """The base of every error that tcviz raises on purpose."""

    exit_status = 1


class OutputError(TcvizError):
    """A file could not be written whole; what was there before is untouched."""


class RequestError(TcvizError, ValueError):
    """A request that cannot be carried out as it stands."""

    exit_status = 2


class GeometryError(RequestError):
    """Sizes and parameters that do not make a transposed convolution."""


class DataError(RequestError):
    """Arrays, or files of them, that do not fit or cannot be read."""


class ThemeError(RequestError):
    """A theme that does not exist or is not well formed."""


class TooSmallError(RequestError):
    """A canvas on which the picture cannot be read: what it is, what is allowed, and a hint.

    >>> str(TooSmallError("600×400, too small for these panels", "600×450 or more"))
    'size is 600×400, too small for these panels; allowed: 600×450 or more'
    """

    def __init__(self, what: str, allowed: str = "a larger canvas", hint: str | None = None):
        super().__init__(what, allowed, hint)
        self.what, self.allowed, self.hint = what, allowed, hint

    def __str__(self) -> str:
        return complaint("size", self.what, self.allowed, hint=self.hint)


class TooLargeError(RequestError):
    """Work of an unreasonable size, refused before it starts."""


def complaint(
    name: str, value: object, allowed: str, *, axis: int | None = None, hint: str | None = None
) -> str:
    """Return the one sentence that every error follows.

    >>> complaint("stride", 0, "whole numbers from 1", axis=1)
    'stride is 0 on axis 1; allowed: whole numbers from 1'
    >>> complaint("theme", "'drak'", "light, dark", hint=did_you_mean("drak", ["light", "dark"]))
    "theme is 'drak'; allowed: light, dark; did you mean dark?"
    """
    where = "" if axis is None else f" on axis {axis}"
    tail = f"; {hint}" if hint else ""
    said, told = seen(name, LONGEST_NAME), seen(str(value), LONGEST_VALUE)
    return escaped(f"{said} is {told}{where}; allowed: {allowed}{tail}")


def quoted(value: object, most: int = LONGEST_WORD) -> str:
    """Return a value as Python writes it, on one line and short, whatever it is.

    >>> quoted("a"), quoted(10**100, 10)
    ("'a'", '100000…000')
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001  (an int of too many digits, or an object of anybody's)
        text = f"<{type(value).__name__}>"
    return seen(text, most)


def quoted_path(path: object) -> str:
    """Return a path as a message names it: long ones are common, and their end tells most.

    >>> quoted_path("a/b.toml")
    "'a/b.toml'"
    """
    return quoted(str(path), LONGEST_VALUE)


def either(words: Iterable[str]) -> str:
    """Return words of which one is allowed, each once.

    >>> either(["gif", "webp", "svg"]), either(["MP4", "WebM"]), either(["SVG", "SVG"])
    ('gif, webp or svg', 'MP4 or WebM', 'SVG')
    """
    *others, last = dict.fromkeys(words)
    return " or ".join(filter(None, [", ".join(others), last]))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return ``'did you mean X?'`` for the known word that `word` means or nearly is, or None.

    >>> did_you_mean("colection", ["distribution", "collection"])
    'did you mean collection?'
    >>> did_you_mean("strides", ["stride"]), did_you_mean("ksize", ["kernel_size"])
    ('did you mean stride?', 'did you mean kernel_size?')
    """
    known = [*known]
    found = meant(word, known) or nearest(word, known)
    return f"did you mean {seen(found, LONGEST_WORD)}?" if found else None
