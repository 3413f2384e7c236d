"""Where a gallery's files go: inside its folder, whole or not at all, one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from os import urandom
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tcviz.errors import OutputError, RequestError, complaint, quoted, quoted_path
from tcviz.files import endings
from tcviz.files.writing import remove, remove_folders

PASSING = ".tcviz-new-"
"""How files begin that are not yet at their place; the next run clears what a kill left."""


def fault(folder: Path, path: str) -> str | None:
    """Return why a file of the gallery cannot have this place, or None where it can.

    Links are refused wherever they lead: behind one may be another item's file.
    """
    *parents, name = PurePosixPath(path).parts or ("",)
    if not name or path.startswith("/") or {".", ".."} & {*parents, name}:
        return "outside the folder"
    place = folder
    for parent in parents:
        place /= parent
        if place.is_symlink():
            return f"behind the link {quoted(parent)}"
        if place.exists() and not place.is_dir():
            return f"below {quoted(parent)}, which is no folder"
    if (place / name).is_symlink():
        return "a link"
    if (place / name).is_dir():
        return "a folder"
    there = (place / name).exists() and not (place / name).is_file()
    return "a pipe or a device" if there else None


def put(folder: Path, path: str, data: bytes) -> None:
    """Give a file of the folder new contents: whole, or not at all.

    Raises
    ------
    OutputError
        If the system refuses, or a link stands in the way by now.
    """
    target = folder / path
    wrong = fault(folder, path)
    if wrong:
        raise OutputError(f"cannot write {quoted_path(target)}: it is {wrong}")
    passing = folder / f"{PASSING}{urandom(6).hex()}"
    with endings.undone(partial(remove, passing)):
        try:
            _fill(passing, data)
            endings.check()
            passing.replace(target)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"cannot write {quoted_path(target)}: {reason}") from error
        finally:
            remove(passing)


def _fill(path: Path, data: bytes) -> None:
    """Make a file with this in it; where the system can, it has no name before it is whole."""
    try:
        with _nameless(path.parent) as file:
            _pour(file, data)
            # Only a call with a descriptor follows the link that /proc has instead of a file.
            os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=0)
    except (AttributeError, OSError, NotImplementedError):
        # Not on Linux, no /proc, a file system without nameless files, or no link from a
        # descriptor: then it has the passing name while it is filled, and the next run clears it.
        with path.open("xb") as file:
            _pour(file, data)


def _nameless(folder: Path) -> BinaryIO:
    return open(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb")  # noqa: PTH123


def _pour(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def missing(folder: Path, path: str) -> list[str]:
    """Return the folders that a file goes to and that are not there, the outermost first."""
    above = PurePosixPath(path).parents[:-1]
    return [str(parent) for parent in reversed(above) if not (folder / parent).exists()]


def make_folder(folder: Path, name: str) -> None:
    """Make a folder in the gallery's."""
    try:
        (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        what = f"cannot make the folder {quoted_path(folder / name)}"
        raise OutputError(f"{what}: {error.strerror}") from error


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make the gallery's folder and those above it; where nothing comes of it, none stays.

    Raises
    ------
    RequestError
        If the system refuses.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    with endings.undone(partial(remove_folders, new)):
        try:
            _make(folder)
            yield
        except BaseException:
            remove_folders(new)
            raise


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{quoted_path(folder)}: {error.strerror}"
        raise RequestError(complaint("output", what, "a folder")) from None


def clear(folder: Path) -> None:
    """Delete what a killed run left on its way."""
    for path in folder.glob(f"{PASSING}*"):
        remove(path)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the folder for oneself; the system lets go of it however the program ends.

    Raises
    ------
    OutputError
        If another run has it.
    """
    held = _held(folder)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _held(folder: Path) -> int | None:
    """Return what holds the folder, or None on systems that have no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        what = f"{quoted_path(folder)} is being written by another tcviz gallery"
        raise OutputError(f"{what}; try again when it is done") from None
    except OSError:  # a file system without locks
        pass
    return held
