"""A file appears whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from os import urandom
from pathlib import Path
from stat import S_ISREG
from time import time
from typing import BinaryIO

from tcviz.errors import OutputError, RequestError, complaint, quoted, quoted_path
from tcviz.files import endings

STALE = 3600
"""Seconds after which a temporary file is one that a killed run left."""


def path_of(value: object) -> Path:
    """Return a path as one; raise RequestError where it is something else.

    >>> path_of("a/b.gif").name
    'b.gif'
    """
    if isinstance(value, str | os.PathLike):
        with suppress(Exception):  # an object of anybody's may raise anything
            return Path(value)
    raise RequestError(complaint("output", quoted(value), "the path of a file"))


def check_target(path: Path) -> None:
    """Raise RequestError if `path` cannot name a file to be written."""
    name = quoted_path(path)
    try:
        wrong = _fault(path)
    except OSError as error:  # a name that is too long, ...
        raise RequestError(f"output {name} cannot be used: {error.strerror}") from error
    except RuntimeError as error:
        raise RequestError(f"output {name} cannot be used: links in a circle") from error
    except ValueError as error:  # a zero byte, half of a letter, ...
        raise RequestError(f"output {name} cannot be used: no file has such a name") from error
    if wrong:
        raise RequestError(wrong)


def check_apart(target: Path, read: Mapping[str, Path]) -> None:
    """Raise RequestError if `target` is a file that is `read`, under any name.

    The keys of `read` say what each file is given as.
    """
    for given, path in read.items():
        if (same := identity(path)) and same == identity(target):
            what = f"{quoted_path(target)}, the file of {given}"
            raise RequestError(complaint("output", what, "another file: this one is read"))


def identity(path: Path) -> tuple[int, int] | None:
    """Return what all names of one file have in common, links among them; None for no file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _fault(path: Path) -> str | None:
    """Return what is wrong with a place for a file, or None."""
    name = quoted_path(path)
    if path.is_dir():
        return complaint("output", f"{name}, a folder", "a file")
    if unseen(path):
        return complaint("output", name, "a name of letters that can be seen")
    there = next(folder for folder in path.parents if folder.exists())
    if not there.is_dir():
        return complaint("output folder", f"{quoted_path(there)}, a file", "a folder")
    if path.exists() and not path.is_file():
        return complaint("output", f"{name}, a device", "an ordinary file")
    path.resolve()
    return None


def unseen(path: Path) -> bool:
    """Return whether a file of that path, or a folder made for it, would have an unseen letter.

    Such letters command terminals, or make a name look like another one.  Folders that are
    there already are called as somebody called them.
    """
    return not all(
        part.name.isprintable()
        for part in (path, *path.parents)
        if part == path or not part.exists()
    )


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside `path` to write to, and put it in its place when all went well.

    Folders that are missing are made.  Whatever goes wrong, a signal among it, the older file
    stays and no litter.

    Raises
    ------
    OutputError
        If the system refuses: no permission, disk full, ...
    """
    target = path.resolve()  # a link stays a link, and its target is replaced
    try:
        with _folder(target.parent), passing_file(target) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            file.close()
            Path(file.name).chmod(_mode(target))
            endings.check()
            Path(file.name).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {quoted_path(path)}: {reason}") from error


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Have a folder, and those above it; what was made for nothing goes again."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    with endings.undone(partial(remove_folders, missing)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield
        except BaseException:
            remove_folders(missing)
            raise


def remove_folders(folders: Sequence[Path]) -> None:
    """Remove folders, the innermost first; one with something in it stays."""
    for path in folders:
        with suppress(OSError):
            path.rmdir()


@contextmanager
def passing_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file in the target's folder that is gone afterwards unless it was renamed."""
    head, tail = f".{target.stem[:32]}.tcviz-", target.suffix
    _sweep(target.parent, re.compile(f"{re.escape(head)}[0-9a-f]{{10}}{re.escape(tail)}"))
    # Named before it is made: an interrupt in between finds nothing to leave behind.
    path = target.with_name(f"{head}{urandom(5).hex()}{tail}")
    file: BinaryIO | None = None
    with endings.undone(partial(remove, path)):
        try:
            file = open(path, "x+b", opener=_private)  # noqa: SIM115  (Path has no opener)
            yield file
        finally:
            if file:
                with suppress(OSError):
                    file.close()
            remove(path)


def scratch_file(suffix: str) -> AbstractContextManager[BinaryIO]:
    """Give a file, where the system has such ones, that is gone afterwards."""
    from tempfile import gettempdir  # which loads much that few need

    return passing_file(Path(gettempdir(), f"tcviz.{suffix}"))


def remove(path: Path) -> None:
    """Remove a file, if it is there and the system lets us."""
    with suppress(OSError):
        path.unlink()


def _sweep(folder: Path, names: re.Pattern[str]) -> None:
    """Remove files that a killed run left: of such a name, and of an age that no run has."""
    until = time() - STALE
    with suppress(OSError), os.scandir(folder) as there:
        for entry in there:
            if names.fullmatch(entry.name) and _is_older(entry, until):
                remove(Path(entry.path))


def _is_older(entry: os.DirEntry[str], until: float) -> bool:
    """Return whether it is a file that was written before."""
    with suppress(OSError):
        known = entry.stat(follow_symlinks=False)
        return S_ISREG(known.st_mode) and known.st_mtime < until
    return False


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new one gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
