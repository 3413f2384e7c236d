"""Wait until a spec, or a file that it names, is another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from tcviz.errors import OutputError
from tcviz.files import reading
from tcviz.files.reading import ReadingError
from tcviz.request.options import ARRAYS

Stamps: TypeAlias = dict[Path, tuple[int, int] | None]
"""When each file was written and how long it is; None where there is none."""

SELDOM = 2_000
"""Milliseconds after which files are looked at though the system told of no change."""


def turns(spec: Path) -> Iterator[None]:
    """Yield at once, and whenever the spec or a file that it names has changed since.

    Raises
    ------
    OutputError
        If what watches files is not installed.
    KeyboardInterrupt
        If a signal arrives while nothing happens.
    """
    if find_spec("watchfiles") is None:
        raise OutputError("watching needs a package that is missing: pip install 'tcviz[watch]'")
    named: set[Path] = set()
    while True:
        named = sources(spec, named)
        seen = _stamps(named)
        yield
        _wait(named, seen)


def _wait(named: set[Path], seen: Stamps) -> None:
    """Return when a file is not as it was seen."""
    from watchfiles import watch

    # Folders, for editors put new files in the place of old ones; and not below them.
    folders = {_there(path.parent) for path in named}
    woken = watch(*folders, watch_filter=None, recursive=False, yield_on_timeout=True,
                  rust_timeout=SELDOM)  # fmt: skip
    with closing(woken):
        while _stamps(named) == seen:
            next(woken)


def _there(folder: Path) -> Path:
    """Return the innermost folder that exists."""
    return folder if folder.is_dir() else _there(folder.parent)


def _stamps(paths: set[Path]) -> Stamps:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


def sources(spec: Path, before: set[Path] | None = None) -> set[Path]:
    """Return a spec and all files that it names; if it is no TOML now, those known `before`.

    Whatever else is wrong with it: a file that is missing is waited for, too.
    """
    whole = spec.resolve()
    try:
        said = reading.toml(reading.text(whole, "TOML"))
    except ReadingError:
        return {whole} | (before or set())
    named = (_file(key, name) for key, name in _texts(said))
    return {whole} | {(whole.parent / name).resolve() for name in named if name is not None}


def _texts(said: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the key that it is said of, however deep that is."""
    if isinstance(said, str):
        yield key, said
    elif isinstance(said, list):
        for each in said:
            yield from _texts(each, key)
    elif isinstance(said, dict):
        for name, value in said.items():
            yield from _texts(value, name)


def _file(key: str, name: str) -> str | None:
    """Return the file of an array, of a theme or of a font, if that is what a key names."""
    head, _, _ = name.rpartition(":")
    if "\0" in name:  # no system takes it, and that is told when the spec is read
        return None
    if key in ARRAYS:
        return head if head.lower().endswith(".npz") else name
    return name if key == "font" or (key == "theme" and name.endswith(".toml")) else None
