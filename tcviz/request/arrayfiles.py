"""Files of numbers -> read-only arrays of int64 or float64.

A file is data, never a program: nothing is unpickled.  Nor may it grow beyond
`MAX_BYTES`: sizes are compared before anything is read, unpacked or allocated.
"""

from __future__ import annotations

import csv
import math
import os
import struct
import tokenize
import warnings
import zipfile
import zlib
from codecs import BOM_UTF8 as UTF8
from codecs import BOM_UTF16_BE as UTF16_BE
from codecs import BOM_UTF16_LE as UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from tcviz.engine.arrays import NUMBERS, ArraySource, freeze, from_objects
from tcviz.errors import LONGEST_VALUE, DataError, did_you_mean
from tcviz.errors.oneline import one_line, seen
from tcviz.files import reading
from tcviz.files.reading import MalformedError, UnreadableError
from tcviz.layer.operands import Array
from tcviz.request.tables import TableError, table

MAX_BYTES = 64 * 2**20
"""The largest file, and the most that it may unpack to."""
NEIGHBOURS = 1000
"""Files of a folder that are compared with the name of one that is missing."""
LISTED = 20
"""Arrays of an archive that are named."""

_BROKEN: tuple[type[Exception], ...] = (EOFError, RuntimeError, SyntaxError, TypeError, ValueError)
_BROKEN += (csv.Error, tokenize.TokenError, zipfile.BadZipFile, zlib.error)
_BROKEN += (MemoryError, OverflowError, struct.error)


def load(spec: str | Path, name: str, dims: int | None = None) -> Array:
    """Return the array in a ``.npy``, ``.npz``, ``.csv`` or ``.json`` file, read-only.

    Whole numbers become int64, others float64.  A ``.csv`` file has two axes: rows and
    columns, or where `dims` is 1 channels and elements, also with one value a line.

    Parameters
    ----------
    spec : str or Path
        A path; ``file.npz:member`` picks one of several arrays.
    name : str
        What the array is for (``"input"``, ``"weight"``, ``"bias"``), as errors call it.
    dims : int, optional
        How many axes are spatial, where that is said.

    Raises
    ------
    DataError
        If the file cannot be read, is broken or too large, or holds no numbers.
    """
    path, member = split(str(spec))
    source = ArraySource(name, str(spec), member)
    data = _bytes(path, source)
    return _read(path.suffix.lower(), data, source, dims)


def parse(data: bytes, name: str, dims: int | None = None) -> Array:
    """Return the array that came through standard input: CSV, JSON or NumPy's own bytes.

    >>> parse(b"[1, 2]", "input").tolist(), parse(b"1;2", "input").tolist()
    ([1, 2], [[1, 2]])
    """
    source = ArraySource(name, "standard input")
    _check_bytes(len(data), "or more", source)
    text = data.removeprefix(UTF8).lstrip()
    if not text:
        raise source.wrong("empty", "at least one number")
    kinds = {npy.MAGIC_PREFIX: ".npy", b"[": ".json"}
    kind = next((kind for start, kind in kinds.items() if text.startswith(start)), ".csv")
    return _read(kind, data.removeprefix(UTF8) if kind == ".json" else data, source, dims)


def _read(kind: str, data: bytes, source: ArraySource, dims: int | None) -> Array:
    array = READERS[kind](data, source)
    column = kind == ".csv" and dims == 1 and array.shape[1] == 1
    return array.T if column else array


def split(spec: str) -> tuple[Path, str | None]:
    """Split ``file.npz:member``; any other colon, such as a drive's, is part of the path."""
    head, _, member = spec.rpartition(":")
    return (Path(head), member) if head.lower().endswith(".npz") else (Path(spec), None)


def _bytes(path: Path, source: ArraySource) -> bytes:
    suffix = path.suffix.lower()
    if suffix not in READERS and os.path.isfile(path):  # noqa: PTH113  (Path's raises errors)
        what = f"a {suffix} file" if suffix else "a file without a suffix"
        raise source.wrong(what, ", ".join(READERS), did_you_mean(suffix, READERS))
    try:
        data = reading.data(path, MAX_BYTES)
    except UnreadableError as error:
        missing = error.what == reading.MISSING
        raise source.wrong(error.what, error.allowed, _near(path) if missing else None) from None
    if not data:
        raise source.wrong("an empty file", "at least one number")
    return data


def _check_bytes(count: int, how: str, source: ArraySource) -> None:
    try:
        reading.check_size(count, how, MAX_BYTES)
    except UnreadableError as error:
        raise source.wrong(error.what, error.allowed) from None


def _near(path: Path) -> str | None:
    """Return a hint at a file of nearly this name in the same folder."""
    files = (file for file in path.parent.glob("*") if file.suffix.lower() in READERS)
    return did_you_mean(path.name, sorted(file.name for file in islice(files, NEIGHBOURS)))


@contextmanager
def _unbroken(source: ArraySource) -> Iterator[None]:
    """Turn what the standard readers raise on a broken file into a DataError."""
    try:
        yield
    except DataError:
        raise
    except _BROKEN as error:
        reason = error.reason if isinstance(error, MalformedError) else str(error)
        raise source.wrong(f"a broken file ({one_line(reason)})", "a whole file") from None


def _read_npy(data: bytes, source: ArraySource) -> Array:
    # NumPy warns of headers that Python 2 wrote; they are as good
    with _unbroken(source), warnings.catch_warnings(action="ignore"):
        dtype, shape, fortran, start = _npy_header(data, source)
        source.check_kind(dtype, shape)
        _check_bytes(math.prod(shape) * max(8, dtype.itemsize), "of numbers", source)
        array = np.frombuffer(data, dtype, offset=start)
        array = array.reshape(shape, order="F" if fortran else "C")
    return freeze(array, source)


def _npy_header(
    data: bytes, source: ArraySource
) -> tuple[np.dtype[Any], tuple[int, ...], bool, int]:
    """Return dtype, shape, whether columns come first, and where the numbers start."""
    if data.startswith(b"\x80"):  # as every pickle since Python 2.3
        raise source.wrong("pickled Python objects", NUMBERS)
    file = BytesIO(data)
    first = npy.read_magic(file) == (1, 0)
    read = npy.read_array_header_1_0 if first else npy.read_array_header_2_0
    shape, fortran, dtype = read(file)
    if min(shape, default=0) < 0:
        raise ValueError(f"shape {shape}")
    return dtype, shape, fortran, file.tell()


def _read_npz(data: bytes, source: ArraySource) -> Array:
    with _unbroken(source), zipfile.ZipFile(BytesIO(data)) as archive:
        arrays = {i.filename[:-4]: i for i in archive.infolist() if i.filename.endswith(".npy")}
        info = arrays[_choose(list(arrays), source)]
        _check_bytes(info.file_size, "unpacked", source)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # the other methods cannot be unpacked in bounded steps
            raise ValueError(f"compression method {info.compress_type}")
        with archive.open(info) as file:
            member = file.read(info.file_size)
    return _read_npy(member, source)


def _choose(known: list[str], source: ArraySource) -> str:
    """Return the member that was asked for, or the only one."""
    more = [f"{len(known) - LISTED} more"] if len(known) > LISTED else []
    names = seen(", ".join([*known[:LISTED], *more]), LONGEST_VALUE)
    if not known:
        raise source.wrong("a file of no arrays", "at least one .npy member")
    if source.member is None and len(known) > 1:
        hint = seen(f"write {source.file}:{known[0]}", LONGEST_VALUE)
        raise source.wrong(f"a file of {len(known)} arrays", f"one of {names}", hint)
    wanted = known[0] if source.member is None else source.member.removesuffix(".npy")
    if wanted not in known:
        raise source.wrong("an unknown member", names, did_you_mean(wanted, known))
    return wanted


def _read_csv(data: bytes, source: ArraySource) -> Array:
    try:
        with _unbroken(source):
            read = table(_decoded(data))
    except TableError as error:
        raise source.wrong(error.what, error.allowed) from None
    return from_objects(np.array(read.rows, dtype=object), source, read.place)


def _decoded(data: bytes) -> str:
    """Return text as spreadsheets save it: UTF-8, UTF-16, or as Windows had it before."""
    if data.startswith((UTF16_LE, UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read_json(data: bytes, source: ArraySource) -> Array:
    with _unbroken(source):
        values = reading.json(data)
    return from_objects(np.array(values, dtype=object), source)


READERS: dict[str, Callable[[bytes, ArraySource], Array]] = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".csv": _read_csv,
    ".json": _read_json,
}
