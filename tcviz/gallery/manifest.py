"""What a folder holds of a gallery: which files were made, from what, and how they look."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Any

from tcviz.errors import OutputError
from tcviz.gallery import places

NAME = ".tcviz-gallery.json"
FORMAT = 1


@dataclass(frozen=True)
class File:
    """One file that was made: relative path, bytes, frames, seconds, pixels, and its hash."""

    path: str
    bytes: int
    frames: int
    seconds: float
    size: tuple[int, int]
    sha256: str = ""


@dataclass(frozen=True)
class Entry:
    """What an item became: the digest of what made it, and its files."""

    digest: str
    files: tuple[File, ...]


@dataclass
class Manifest:
    """The entries of a folder by the path that each item was asked for.

    `strays` are files that items had once, and have no more; `folders` those that were
    made for files; `stamp` is when it was saved, in nanoseconds.
    """

    folder: Path
    entries: dict[str, Entry] = field(default_factory=dict)
    strays: dict[str, File] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    stamp: int = 0

    def is_fresh(self, path: str, digest: str) -> bool:
        """Return whether an item's files are there, whole, and made from the same."""
        entry = self.entries.get(path)
        if entry is None or entry.digest != digest:
            return False
        return all(map(self.is_ours, entry.files))

    def is_ours(self, file: File, *, surely: bool = False) -> bool:
        """Return whether a file is as it was made.

        Files that are older than the manifest are not read for that, unless `surely`.
        """
        path = self.folder / file.path
        try:
            now = path.lstat()
            if not S_ISREG(now.st_mode) or now.st_size != file.bytes:
                return False
            if now.st_mtime_ns < self.stamp and not surely:
                return True
            return sha256(path.read_bytes()).hexdigest() == file.sha256
        except OSError:
            return False

    def made(self) -> dict[str, File]:
        """Return all files that were made, by path."""
        files = {file.path: file for entry in self.entries.values() for file in entry.files}
        return self.strays | files

    def keep(self, path: str, entry: Entry) -> None:
        """Note what an item has become; files that it had before go astray."""
        before = self.entries.get(path)
        self.strays |= {file.path: file for file in (before.files if before else ())}
        self.entries[path] = entry
        for file in entry.files:
            self.strays.pop(file.path, None)

    def forget(self, paths: Iterable[str]) -> None:
        """Drop files, and the entries that have one of them: these would be made anew."""
        gone = set(paths)
        for name, entry in list(self.entries.items()):
            if not gone.isdisjoint(file.path for file in entry.files):
                del self.entries[name]
                self.strays |= {f.path: f for f in entry.files if f.path not in gone}
        self.strays = {path: file for path, file in self.strays.items() if path not in gone}

    def save(self) -> None:
        """Write it; a kill leaves the older one."""
        known = {
            "format": FORMAT,
            "entries": {path: asdict(entry) for path, entry in sorted(self.entries.items())},
            "strays": {path: asdict(file) for path, file in sorted(self.strays.items())},
            "folders": sorted(self.folders),
        }
        text = json.dumps(known, indent=1, ensure_ascii=False)
        places.put(self.folder, NAME, text.encode())


def load(folder: Path) -> Manifest:
    """Return a folder's manifest; an empty one where there is none.

    Raises
    ------
    OutputError
        If there is one that cannot be understood: it says what may be deleted.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest(folder)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return _manifest(folder, known, path.stat().st_mtime_ns)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        hint = "delete it to render everything again"
        raise OutputError(f"manifest {str(path)!r} cannot be read: {reason}; {hint}") from error


def _manifest(folder: Path, known: dict[str, Any], stamp: int) -> Manifest:
    if known["format"] != FORMAT:
        raise ValueError(f"it has format {known['format']}, not {FORMAT}")
    return Manifest(
        folder,
        {name: _entry(value) for name, value in known["entries"].items()},
        {name: _file(value) for name, value in known["strays"].items()},
        set(map(str, known["folders"])),
        stamp,
    )


def _entry(value: dict[str, Any]) -> Entry:
    return Entry(value["digest"], tuple(map(_file, value["files"])))


def _file(value: dict[str, Any]) -> File:
    return File(**{**value, "size": tuple(value["size"])})
