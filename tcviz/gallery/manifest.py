"""What a folder holds of a gallery: which files were made, from what, and how they look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from json import dumps
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar

from tcviz.errors import RequestError, quoted, quoted_path
from tcviz.files import reading
from tcviz.files.reading import MalformedError, ReadingError
from tcviz.gallery import places
from tcviz.scene.frozen import frozen

T = TypeVar("T")

NAME = ".tcviz-gallery.json"
FORMAT = 1
LONGEST = 10**9
"""Seconds of a file: decades, of which nobody has one."""
MOST = 64 * 2**20
"""Bytes of it: ten thousand items may have many files each."""


@frozen
class File:
    """One file that was made: relative path, bytes, frames, seconds, pixels, and its hash."""

    path: str
    bytes: int
    frames: int
    seconds: float
    size: tuple[int, int]
    sha256: str = ""


@frozen
class ManifestEntry:
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
    entries: dict[str, ManifestEntry] = field(default_factory=dict)
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
            return sha256(reading.data(path, file.bytes)).hexdigest() == file.sha256
        except (OSError, ReadingError):
            return False

    def made(self) -> dict[str, File]:
        """Return all files that were made, by path."""
        files = {file.path: file for entry in self.entries.values() for file in entry.files}
        return self.strays | files

    def keep(self, path: str, entry: ManifestEntry) -> None:
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
        text = dumps(known, indent=1, ensure_ascii=False)
        places.put(self.folder, NAME, text.encode())


def load(folder: Path) -> Manifest:
    """Return a folder's manifest; an empty one where there is none.

    Raises
    ------
    RequestError
        If there is one that cannot be understood: it says what may be deleted.
    """
    path = folder / NAME
    if not path.exists():
        return Manifest(folder)
    try:
        known = reading.json(reading.data(path, MOST))
        return _manifest(folder, known, path.stat().st_mtime_ns)
    except (ReadingError, OSError) as error:
        hint = "delete it to render everything again"
        raise RequestError(f"manifest {quoted_path(path)} {error}; {hint}") from error


def _manifest(folder: Path, known: Any, stamp: int) -> Manifest:
    own = _of(dict, known, "the whole")
    if own.get("format") != FORMAT:
        raise _wrong(f"its format is {quoted(own.get('format'))}, not {FORMAT}")
    return Manifest(
        folder,
        {_path(name): _entry(value) for name, value in _part(dict, own, "entries").items()},
        {_path(name): _file(value) for name, value in _part(dict, own, "strays").items()},
        set(map(_path, _part(list, own, "folders"))),
        stamp,
    )


def _entry(value: Any) -> ManifestEntry:
    own = _of(dict, value, "an entry")
    return ManifestEntry(_part(str, own, "digest"), tuple(map(_file, _part(list, own, "files"))))


def _file(value: Any) -> File:
    own = _of(dict, value, "a file")
    if not own.keys() <= (known := {fact.name for fact in fields(File)}):
        raise _wrong(f"a file has {quoted(next(iter(own.keys() - known)))}")
    size = [_of(int, side, "a side") for side in _part(list, own, "size")]
    seconds = own.get("seconds")
    if len(size) != 2 or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _wrong("a file is without its size, or its seconds")
    if not 0 <= seconds <= LONGEST:
        raise _wrong(f"seconds are {quoted(seconds)}")
    return File(
        _path(own.get("path")),
        _part(int, own, "bytes"),
        _part(int, own, "frames"),
        seconds,
        (size[0], size[1]),
        _of(str, own.get("sha256", ""), "sha256"),
    )


def _part(kind: type[T], own: dict[str, Any], name: str) -> T:
    return _of(kind, own.get(name), name)


def _of(kind: type[T], value: Any, what: str) -> T:
    """Return a value of the manifest if it is of its kind; whoever wrote it, it is not trusted."""
    if not isinstance(value, kind) or isinstance(value, bool):
        names = {dict: "a table", list: "a list", str: "text", int: "a whole number"}
        raise _wrong(f"{what} is {quoted(value)}, not {names[kind]}")
    return value


def _path(value: Any) -> str:
    """Return a path that a system may take."""
    path = _of(str, value, "a path")
    if not path.isprintable():
        raise _wrong(f"a path is {quoted(path)}")
    return path


def _wrong(reason: str) -> MalformedError:
    return MalformedError("a gallery's", reason)
