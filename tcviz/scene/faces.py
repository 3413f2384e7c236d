"""Files of fonts that are not shipped: what each is called, and which letters it has.

No more of a file is read than is needed for that, so that hundreds are looked at in a moment.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

import numpy as np

from tcviz.errors import RequestError, complaint, quoted_path
from tcviz.files import reading
from tcviz.files.reading import ReadingError
from tcviz.scene.frozen import frozen

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
MOST = 64 * 2**20
"""Bytes of a font: the largest of all, those of Chinese in every weight, have half of it."""
_MOST_TABLE = 2**22
_MOST_FACES = 64
_OUTLINES = {b"glyf", b"CFF ", b"CFF2"}
"""Tables with outlines: a font of coloured bitmaps alone has one size."""
_BROKEN = (OSError, ValueError, LookupError, struct.error)
_ENGLISH, _FULL_NAME = 0x409, 4


@frozen
class Font:
    """A file of fonts; one that was asked for brings its `data`, wherever it is drawn.

    Its `digest` tells one content of it from another.
    """

    path: str
    digest: str = ""
    data: bytes | None = field(default=None, repr=False, compare=False)

    def source(self) -> str | BytesIO:
        """Return what Pillow opens."""
        return self.path if self.data is None else BytesIO(self.data)


@dataclass(frozen=True, slots=True)
class Face:
    """A font: its file, and which of those in it."""

    font: Font
    number: int = 0


@frozen
class FoundFont:
    """A font, what is said of it, and which of the letters that were asked for it `has`."""

    face: Face
    name: str
    weight: int
    has: frozenset[str] = field(repr=False)


def load(path: str) -> Font:
    """Return a font file that can be read.

    Raises
    ------
    RequestError
        If it is missing, too large, or no font.
    """
    name, whole = f"font {quoted_path(path)}", Path(path)
    try:
        data = reading.data(whole, MOST)
    except ReadingError as error:
        raise RequestError(f"{name} {error}") from None
    allowed = "a font with outlines: .ttf, .otf, .ttc or .otc"
    font = Font(str(whole.absolute()), sha256(data).hexdigest(), data)
    try:
        file = BytesIO(data)
        read = [_tables(file, start) for start in _starts(file)]
        _open(font)
    except _BROKEN:
        raise RequestError(complaint(name, "no font", allowed)) from None
    if not any(_OUTLINES & tables.keys() and b"cmap" in tables for tables in read):
        raise RequestError(complaint(name, "a font without outlines", allowed))
    return font


def _open(font: Font) -> None:
    from PIL import ImageFont

    ImageFont.truetype(font.source(), 16)


def faces(font: Font, letters: Collection[str]) -> list[FoundFont]:
    """Return the fonts of a file that have any of these letters; none of one that is broken."""
    try:
        with _opened(font) as file:
            found = [_face(file, Face(font, n), at, letters) for n, at in enumerate(_starts(file))]
    except _BROKEN:
        return []
    return [each for each in found if each.has]


def _opened(font: Font) -> BinaryIO:
    if font.data is not None:
        return BytesIO(font.data)
    path = Path(font.path)
    if not S_ISREG(path.stat().st_mode):  # a pipe may never end
        raise OSError(font.path)
    return path.open("rb")


def _face(file: BinaryIO, face: Face, start: int, letters: Collection[str]) -> FoundFont:
    tables = _tables(file, start)
    has: frozenset[str] = frozenset()
    if _OUTLINES & tables.keys():
        has = frozenset(_known(_table(file, tables[b"cmap"]), letters))
    if not has:
        return FoundFont(face, "", 0, has)
    weight = (
        struct.unpack_from(">4xH", _table(file, tables[b"OS/2"]))[0] if b"OS/2" in tables else 0
    )
    name = _name(_table(file, tables[b"name"])) if b"name" in tables else ""
    return FoundFont(face, name or Path(face.font.path).stem, weight or 400, has)


def _starts(file: BinaryIO) -> tuple[int, ...]:
    """Return where each font of a file begins."""
    head = file.read(12)
    if head[:4] != b"ttcf":
        return (0,)
    count = min(_MOST_FACES, int.from_bytes(head[8:]))
    return struct.unpack(f">{count}I", file.read(4 * count))


def _tables(file: BinaryIO, start: int) -> dict[bytes, tuple[int, int]]:
    """Return where each table of a font lies, and its length."""
    file.seek(start)
    kind, count = struct.unpack(">4sH6x", file.read(12))
    if kind not in {b"\0\1\0\0", b"OTTO", b"true"}:
        raise ValueError(kind)
    rows = struct.iter_unpack(">4s4xII", file.read(16 * count))
    return {tag: (at, length) for tag, at, length in rows}


def _table(file: BinaryIO, place: tuple[int, int]) -> bytes:
    file.seek(place[0])
    return file.read(min(place[1], _MOST_TABLE))


def _name(table: bytes) -> str:
    """Return a font's full name, in English where there are several."""
    count, start = struct.unpack_from(">2xHH", table)
    found: dict[bool, bytes] = {}
    for system, _, language, about, length, at in islice(
        struct.iter_unpack(">6H", table[6 : 6 + 12 * count]), count
    ):
        if system == 3 and about == _FULL_NAME:
            found.setdefault(language == _ENGLISH, table[start + at : start + at + length])
    return found.get(True, found.get(False, b"")).decode("utf-16-be", "replace")


def _known(table: bytes, letters: Collection[str]) -> Iterator[str]:
    """Yield the letters for which a font's map of characters has a glyph."""
    (count,) = struct.unpack_from(">2xH", table)
    places = dict(_maps(table, count))
    maps = {struct.unpack_from(">H", table, at)[0]: at for at in places.values()}
    if 12 in maps:
        yield from _in_ranges(table[maps[12] :], letters)
    elif 4 in maps:
        yield from _in_segments(table[maps[4] :], letters)


def _maps(table: bytes, count: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the maps of Unicode, by system and encoding."""
    for system, encoding, at in struct.iter_unpack(">HHI", table[4 : 4 + 8 * count]):
        if (system == 0 and encoding != 5) or (system == 3 and encoding in (1, 10)):
            yield (system, encoding), at


def _in_ranges(table: bytes, letters: Collection[str]) -> Iterator[str]:
    (count,) = struct.unpack_from(">12xI", table)
    groups = np.frombuffer(table, ">u4", 3 * count, 16).reshape(-1, 3)
    for letter in letters:
        i = int(np.searchsorted(groups[:, 0], ord(letter), "right")) - 1
        if i >= 0 and ord(letter) <= groups[i, 1] and ord(letter) - groups[i, 0] + groups[i, 2]:
            yield letter


def _in_segments(table: bytes, letters: Collection[str]) -> Iterator[str]:
    count = struct.unpack_from(">6xH", table)[0] // 2
    size = 2 * count
    ends, starts, shifts, jumps = (
        np.frombuffer(table, ">u2", count, at).astype(int)
        for at in (14, 16 + size, 16 + 2 * size, 16 + 3 * size)
    )
    for letter in letters:
        code = ord(letter)
        i = int(np.searchsorted(ends, code))
        if i >= count or code < starts[i]:
            continue
        glyph = code
        if jumps[i]:
            at = 16 + 3 * size + 2 * i + int(jumps[i]) + 2 * (code - int(starts[i]))
            (glyph,) = struct.unpack_from(">H", table, at)
        if (jumps[i] == 0 or glyph) and (glyph + shifts[i]) & 0xFFFF:
            yield letter
