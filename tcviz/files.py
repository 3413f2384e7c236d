"""A file appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from tcviz.errors import OutputError, RequestError, complaint


def check_target(path: Path) -> None:
    """Raise RequestError if `path` cannot name a file to be written."""
    name, folder = repr(str(path)), repr(str(path.parent))
    try:
        if path.is_dir():
            raise RequestError(complaint("output", f"{name}, a folder", "a file"))
        if not path.parent.exists():
            raise RequestError(complaint("output folder", f"{folder}, missing", "one that exists"))
        if not path.parent.is_dir():
            raise RequestError(complaint("output folder", f"{folder}, a file", "a folder"))
        if path.exists() and not path.is_file():
            raise RequestError(complaint("output", f"{name}, a device", "an ordinary file"))
    except OSError as error:  # a name that is too long, a loop of links, ...
        raise RequestError(f"output {name} cannot be used: {error.strerror}") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside `path` to write to, and put it in its place when all went well.

    Whatever goes wrong, an interrupt among it, the older file stays and no litter.

    Raises
    ------
    OutputError
        If the system refuses: no permission, disk full, ...
    """
    target = path.resolve()  # a link stays a link, and its target is replaced
    try:
        with _beside(target) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(_mode(target))
            Path(file.name).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {str(path)!r}: {reason}") from error


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    """Give a temporary file in the target's folder, gone afterwards unless it was renamed."""
    file = NamedTemporaryFile(  # noqa: SIM115  (closed below, on every way out)
        dir=target.parent, prefix=f".{target.stem[:32]}-", suffix=target.suffix, delete=False
    )
    try:
        yield cast("BinaryIO", file)
    finally:
        with suppress(OSError):
            file.close()
        with suppress(FileNotFoundError):
            Path(file.name).unlink()


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new one gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
