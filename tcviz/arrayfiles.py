"""Files of numbers -> read-only arrays of int64 or float64.

A file is data, never a program: nothing is unpickled.  Nor may it grow beyond
`MAX_BYTES`: sizes are compared before anything is read, unpacked or allocated.
"""

from __future__ import annotations

import csv
import json
import math
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO, StringIO
from os import stat_result
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, TypeAlias

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tcviz.errors import DataError, complaint, did_you_mean

Array: TypeAlias = NDArray[Any]

MAX_BYTES = 64 * 2**20
"""The largest file, and the most that it may unpack to."""

_INT64 = np.iinfo(np.int64)
_WHOLE = f"whole numbers from {_INT64.min} to {_INT64.max}"
_NUMBERS = "whole or real numbers"
_KINDS = {"b": "truth values", "c": "complex numbers", "O": "Python objects", "V": "records"}
_KINDS |= dict.fromkeys("UST", "text") | dict.fromkeys("Mm", "dates")
_BROKEN: tuple[type[Exception], ...] = (EOFError, RuntimeError, SyntaxError, TypeError, ValueError)
_BROKEN += (csv.Error, tokenize.TokenError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class _Source:
    """Where numbers come from, as errors call it."""

    name: str
    file: str = ""
    member: str | None = None

    def wrong(self, what: str, allowed: str, hint: str | None = None) -> DataError:
        value = f"{self.file!r}, {what}" if self.file else what
        return DataError(complaint(self.name, value, allowed, hint=hint))

    def check_bytes(self, count: int, how: str) -> None:
        if count > MAX_BYTES:
            raise self.wrong(f"{count:,} bytes {how}", f"up to {MAX_BYTES:,} bytes")

    def check_kind(self, dtype: np.dtype[Any], shape: Sequence[int]) -> None:
        if dtype.kind not in "iuf":
            raise self.wrong(f"an array of {_KINDS.get(dtype.kind, dtype)}", _NUMBERS)
        if 0 in shape:
            raise self.wrong(f"an empty array of shape {tuple(shape)}", "at least one number")


def load(spec: str | Path, name: str) -> Array:
    """Return the array in a ``.npy``, ``.npz``, ``.csv`` or ``.json`` file, read-only.

    Whole numbers become int64, others float64.  A ``.csv`` file has two axes.

    Parameters
    ----------
    spec : str or Path
        A path; ``file.npz:member`` picks one of several arrays.
    name : str
        What the array is for (``"input"``, ``"weight"``, ``"bias"``), as errors call it.

    Raises
    ------
    DataError
        If the file cannot be read, is broken or too large, or holds no numbers.
    """
    path, member = _split(str(spec))
    source = _Source(name, str(spec), member)
    data = _bytes(path, source)
    return READERS[path.suffix.lower()](data, source)


def as_numbers(values: object, name: str) -> Array:
    """Return anything that NumPy takes for an array as a read-only one of its own.

    Whole numbers become int64, others float64; NaN and infinities are numbers.

    >>> as_numbers([[1, 2.5]], "input")
    array([[1. , 2.5]])
    """
    source = _Source(name)
    nested = isinstance(values, list | tuple)
    try:
        array = np.array(values, dtype=object) if nested else np.asarray(values)
    except (RuntimeError, TypeError, ValueError) as error:
        what = f"a {type(values).__name__} that makes no array ({_one_line(error)})"
        raise source.wrong(what, _NUMBERS) from None
    return _from_objects(array, source) if nested else _freeze(array, source)


def _freeze(array: Array, source: _Source) -> Array:
    """Return `array` read-only as int64 or float64; one that already is needs no copy."""
    source.check_kind(array.dtype, array.shape)
    dtype = np.dtype(np.float64 if array.dtype.kind == "f" else np.int64)
    if dtype == array.dtype and array.base is None and not array.flags.writeable:
        return array
    if array.dtype.kind == "u" and array.max() > _INT64.max:
        raise source.wrong(f"an array with {array.max()}", _WHOLE)
    with np.errstate(over="ignore"):  # a long double may become infinite, as 1e999 does in text
        frozen = np.array(array, dtype=dtype, order="C")
    frozen.setflags(write=False)
    return frozen


def _index(*place: int) -> str:
    return f" at {list(place)}" if place else ""


def _from_objects(values: Array, source: _Source, where: Callable[..., str] = _index) -> Array:
    """Return an array of Python's numbers as one of NumPy's; `where` words a place in it."""
    for at, value in enumerate(values.flat):
        if isinstance(value, list | tuple):
            raise source.wrong(f"ragged, {_unequal(values)}", "lists of equal length")
        if allowed := _allowed_instead(value):
            place = where(*map(int, np.unravel_index(at, values.shape)))
            raise source.wrong(f"an array with {_short(value)}{place}", allowed)
    real = any(isinstance(v, float | np.floating) for v in values.flat)
    return _freeze(values.astype(np.float64 if real else np.int64), source)


def _allowed_instead(value: object) -> str | None:
    """Return None where `value` is a number in range, else what is allowed instead."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return None if _INT64.min <= value <= _INT64.max else _WHOLE
    return None if isinstance(value, float | np.floating) else _NUMBERS


def _unequal(values: Array) -> str:
    """Name the shortest and the longest of neighbours that should be equally long."""
    by_length = sorted(values.flat, key=lambda v: len(v) if isinstance(v, list | tuple) else -1)
    return f"{_short(by_length[0])} beside {_short(by_length[-1])}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _split(spec: str) -> tuple[Path, str | None]:
    """Split ``file.npz:member``; any other colon, such as a drive's, is part of the path."""
    head, _, member = spec.rpartition(":")
    return (Path(head), member) if head.lower().endswith(".npz") else (Path(spec), None)


def _bytes(path: Path, source: _Source) -> bytes:
    try:
        _check_file(path, path.stat(), source)
        data = path.read_bytes()
    except DataError:
        raise
    except FileNotFoundError:
        raise source.wrong("a missing file", "a file that exists", _near(path)) from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", error)
        raise source.wrong(f"unreadable ({reason})", "a readable file") from None
    if not data:
        raise source.wrong("an empty file", "at least one number")
    return data


def _check_file(path: Path, status: stat_result, source: _Source) -> None:
    if S_ISDIR(status.st_mode):
        raise source.wrong("a folder", "a file")
    suffix = path.suffix.lower()
    if suffix not in READERS:
        what = f"a {suffix} file" if suffix else "a file without a suffix"
        raise source.wrong(what, ", ".join(READERS), did_you_mean(suffix, READERS))
    if not S_ISREG(status.st_mode):  # a pipe or a device may never end
        raise source.wrong("a pipe or a device", "a regular file")
    source.check_bytes(status.st_size, "on disk")


def _near(path: Path) -> str | None:
    """Return a hint at a file of nearly this name in the same folder."""
    files = path.parent.glob("*")
    names = sorted(file.name for file in files if file.suffix.lower() in READERS)
    return did_you_mean(path.name, names)


@contextmanager
def _unbroken(source: _Source) -> Iterator[None]:
    """Turn what the standard readers raise on a broken file into a DataError."""
    try:
        yield
    except DataError:
        raise
    except _BROKEN as error:
        raise source.wrong(f"a broken file ({_one_line(error)})", "a whole file") from None


def _read_npy(data: bytes, source: _Source) -> Array:
    # NumPy warns of headers that Python 2 wrote; they are as good
    with _unbroken(source), warnings.catch_warnings(action="ignore"):
        dtype, shape, fortran, start = _npy_header(data, source)
        source.check_kind(dtype, shape)
        source.check_bytes(math.prod(shape) * max(8, dtype.itemsize), "of numbers")
        array = np.frombuffer(data, dtype, offset=start)
        array = array.reshape(shape, order="F" if fortran else "C")
    return _freeze(array, source)


def _npy_header(data: bytes, source: _Source) -> tuple[np.dtype[Any], tuple[int, ...], bool, int]:
    """Return dtype, shape, whether columns come first, and where the numbers start."""
    if data.startswith(b"\x80"):  # as every pickle since Python 2.3
        raise source.wrong("pickled Python objects", _NUMBERS)
    file = BytesIO(data)
    first = npy.read_magic(file) == (1, 0)
    read = npy.read_array_header_1_0 if first else npy.read_array_header_2_0
    shape, fortran, dtype = read(file)
    if min(shape, default=0) < 0:
        raise ValueError(f"shape {shape}")
    return dtype, shape, fortran, file.tell()


def _read_npz(data: bytes, source: _Source) -> Array:
    with _unbroken(source), zipfile.ZipFile(BytesIO(data)) as archive:
        arrays = {i.filename[:-4]: i for i in archive.infolist() if i.filename.endswith(".npy")}
        info = arrays[_choose(list(arrays), source)]
        source.check_bytes(info.file_size, "unpacked")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # the other methods cannot be unpacked in bounded steps
            raise ValueError(f"compression method {info.compress_type}")
        with archive.open(info) as file:
            member = file.read(info.file_size)
    return _read_npy(member, source)


def _choose(known: list[str], source: _Source) -> str:
    """Return the member that was asked for, or the only one."""
    names = ", ".join(n if n.isprintable() else repr(n) for n in known)
    if not known:
        raise source.wrong("a file of no arrays", "at least one .npy member")
    if source.member is None and len(known) > 1:
        hint = f"write {source.file}:{known[0]}"
        raise source.wrong(f"a file of {len(known)} arrays", f"one of {names}", hint)
    wanted = known[0] if source.member is None else source.member.removesuffix(".npy")
    if wanted not in known:
        raise source.wrong("an unknown member", names, did_you_mean(wanted, known))
    return wanted


def _read_csv(data: bytes, source: _Source) -> Array:
    with _unbroken(source):
        text = data.decode("utf-8-sig").rstrip()
        lines = csv.reader(StringIO(text, newline=""), strict=True)
        rows = [[_cell(cell) for cell in line] for line in lines]
    for at, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            what = f"a table whose row {at} ends at column {len(row)}"
            raise source.wrong(what, f"column {len(rows[0])}, as row 1")
    table = np.array(rows, dtype=object)
    return _from_objects(table, source, lambda i, j: f" at row {i + 1}, column {j + 1}")


def _cell(text: str) -> object:
    """Return the number that a cell holds, or else its text."""
    # 1_000 is a number in Python only, and no float64 needs 1000 characters
    if "_" in text or len(text) > 1000:
        return text
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


def _read_json(data: bytes, source: _Source) -> Array:
    with _unbroken(source):
        values = json.loads(data)
    return _from_objects(np.array(values, dtype=object), source)


READERS: dict[str, Callable[[bytes, _Source], Array]] = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".csv": _read_csv,
    ".json": _read_json,
}
