"""The one way in for files: ordinary ones of a bounded size, with data of a bounded depth.

Whatever is read from outside comes through here, so that a pipe, a device or a file that
nobody could mean ends in an error at once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, BinaryIO

from tcviz.errors.oneline import one_line

MOST = 4 * 2**20
"""Bytes of a file that people write: a theme, or a spec of ten thousand pictures."""
DEEPEST = 32
"""Tables and lists in each other: many more than anything here needs."""
DIGITS = 4300
"""Of a whole number: as many as Python reads of decimal ones."""

_PIECE = 2**16
MISSING = "a missing file"
_MOST_BITS = (10**DIGITS - 1).bit_length()
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_DOTTED = re.compile(rf"(?<![\w\\-]){_PART}(?:\.[ \t]*+{_PART}){{{DEEPEST}}}")
"""More names in a row than tables may be deep; the standard parser takes the square of the time."""
_RCFILE = "matplotlibrc"


class ReadingError(ValueError):
    """A file from which nothing is taken; its text says what it is, of whatever is read."""


class UnreadableError(ReadingError):
    """A file that is not read: what it is, and what is allowed.

    >>> str(UnreadableError("a folder", "a file"))
    'is a folder; allowed: a file'
    """

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(what, allowed)
        self.what, self.allowed = what, allowed

    def __str__(self) -> str:
        return f"is {self.what}; allowed: {self.allowed}"


class MalformedError(ReadingError):
    """A text that is not what it should be, and why.

    >>> str(MalformedError("TOML", "nested too deeply"))
    'is not TOML: nested too deeply'
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind, self.reason = kind, reason

    def __str__(self) -> str:
        return f"is not {self.kind}: {self.reason}"


def data(path: Path, most: int = MOST) -> bytes:
    """Return what is in a file.

    Raises
    ------
    UnreadableError
        If it is missing, no regular file, or of more than `most` bytes.
    """
    try:
        _check(path.stat(), most)  # first: to open a device may have an effect
        with open(path, "rb", opener=_at_once) as file:
            _check(os.fstat(file.fileno()), most)  # by now another may have its name
            found = b"".join(_pieces(file, most + 1))
    except UnreadableError:
        raise
    except FileNotFoundError:
        raise UnreadableError(MISSING, "a file that exists") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = one_line(getattr(error, "strerror", None) or error)
        raise UnreadableError(f"unreadable ({reason})", "a readable file") from None
    check_size(len(found), "or more", most)  # some systems tell no sizes
    return found


def check_regular(path: Path) -> None:
    """Raise UnreadableError if a file that another library opens is missing, or no regular one."""
    try:
        _check(path.stat(), sys.maxsize)
    except UnreadableError:
        raise
    except FileNotFoundError:
        raise UnreadableError(MISSING, "a file that exists") from None
    except (OSError, ValueError) as error:
        reason = one_line(getattr(error, "strerror", None) or error)
        raise UnreadableError(f"unreadable ({reason})", "a readable file") from None


def _pieces(file: BinaryIO, most: int) -> Iterator[bytes]:
    """Yield what is in a file, up to so many bytes, without room for more than there is."""
    while most and (piece := file.read(min(most, _PIECE))):
        yield piece
        most -= len(piece)


def check_size(count: int, how: str, most: int) -> None:
    """Raise UnreadableError if something has more than `most` bytes."""
    if count > most:
        raise UnreadableError(f"{count:,} bytes {how}", f"up to {most:,} bytes")


def _check(status: os.stat_result, most: int) -> None:
    if S_ISDIR(status.st_mode):
        raise UnreadableError("a folder", "a file")
    if not S_ISREG(status.st_mode):  # a pipe or a device may never end
        raise UnreadableError("a pipe or a device", "a regular file")
    check_size(status.st_size, "on disk", most)


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for anybody who would write to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def holds(path: Path, content: bytes) -> bool:
    """Return whether a file has this content and no other."""
    try:
        return data(path, len(content)) == content
    except UnreadableError:
        return False


def text(path: Path, kind: str) -> str:
    """Return what is written in a file in UTF-8; `kind` is what it should be.

    Raises
    ------
    ReadingError
        If it cannot be read, or is no text.
    """
    try:
        return data(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(kind, str(error)) from None


def toml(written: str) -> dict[str, Any]:
    """Return what a text of TOML says.

    Raises
    ------
    MalformedError
        If it is none, deeper than `DEEPEST`, or with whole numbers of more than `DIGITS`.

    >>> toml("a.b = 1")
    {'a': {'b': 1}}
    """
    import tomllib

    if _DOTTED.search(written):
        raise MalformedError("TOML", f"a name of more than {DEEPEST} parts")
    table: dict[str, Any] = _parsed(tomllib.loads, written, "TOML")
    return table


def json(written: str | bytes) -> Any:
    """Return what a text of JSON says, within the limits of `toml`.

    >>> json("[1, 2]")
    [1, 2]
    """
    from json import loads

    return _parsed(loads, written, "JSON")


def _parsed(loads: Callable[[Any], Any], written: str | bytes, kind: str) -> Any:
    too_long = f"a whole number of more than {DIGITS:,} digits"
    try:
        value = loads(written)
    except RecursionError:
        raise MalformedError(kind, f"nested more than {DEEPEST} deep") from None
    except ValueError as error:  # those of a place in the text are of kinds of their own
        raise MalformedError(kind, too_long if type(error) is ValueError else str(error)) from None
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        if not level:
            return value
        level = [inner for each in level for inner in _within(each)]
        if any(isinstance(v, int) and v.bit_length() > _MOST_BITS for v in level):
            raise MalformedError(kind, too_long)  # written with another base than ten
        level = [inner for inner in level if isinstance(inner, dict | list)]
    raise MalformedError(kind, f"nested more than {DEEPEST} deep")


def _within(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


@contextmanager
def no_settings() -> Iterator[None]:
    """Let matplotlib find no settings of a user while it is imported.

    It looks for its file in the current folder, where ``MATPLOTLIBRC`` says, and in others;
    one in another encoding, or a pipe of that name, would be the end.  No picture depends on
    it, see `tcviz.render.figure`.  A program of ours does this all the time; in somebody
    else's, whose own pictures may need them, it is done only where they cannot be read.  Once
    matplotlib is loaded this has no effect.
    """
    if "matplotlib" in sys.modules:
        yield
        return
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        del sys.modules[name]  # what an import left that failed
    variable, exists = _RCFILE.upper(), os.path.exists
    before = os.environ.get(variable)
    os.environ[variable] = os.devnull
    os.path.exists = lambda path: path != _RCFILE and exists(path)
    try:
        yield
    finally:
        os.path.exists = exists
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before
