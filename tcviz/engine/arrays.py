"""Anything that holds real numbers -> an array: the one way in, for engines, pictures and files.

Arrays of NumPy and what it takes for one, nested lists, and tensors of PyTorch, which is not
imported for it: a tensor is whatever can be detached.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from tcviz.effort.loads import MAX_NUMBERS, check_cells
from tcviz.errors import DataError, complaint, quoted, quoted_path
from tcviz.layer.operands import Array

MAX_DEPTH = 8
"""Lists in lists: more than any operand has axes, and a list may hold itself."""
EXACT = 2**53
"""Whole numbers up to here are themselves among floats."""

_INT64 = np.iinfo(np.int64)
_WHOLE = f"whole numbers from {_INT64.min} to {_INT64.max}"
NUMBERS = "whole or real numbers"
_KINDS = {"c": "complex numbers", "O": "Python objects", "V": "records"}
_KINDS |= dict.fromkeys("UST", "text") | dict.fromkeys("Mm", "dates")


class ArraySource(NamedTuple):
    """Where numbers come from, as errors call it."""

    name: str
    file: str = ""
    member: str | None = None

    def wrong(self, what: str, allowed: str, hint: str | None = None) -> DataError:
        """Return the error of numbers that are none, or not as they should be."""
        value = f"{quoted_path(self.file)}, {what}" if self.file else what
        return DataError(complaint(self.name, value, allowed, hint=hint))

    def check_kind(self, dtype: np.dtype[Any], shape: Sequence[int]) -> None:
        """Refuse an array of other than numbers, or of none."""
        if dtype.kind not in "biuf":
            raise self.wrong(f"an array of {_KINDS.get(dtype.kind, dtype)}", NUMBERS)
        if 0 in shape:
            raise self.wrong(f"an empty array of shape {tuple(shape)}", "at least one number")


def as_numbers(value: object, name: str) -> Array:
    """Return anything that holds numbers as a read-only array of its own, for pictures.

    Whole numbers and truth values become int64, others float64; NaN and infinities are numbers.

    Raises
    ------
    DataError
        If it holds no numbers, or other things among them.
    TooLargeError
        If it holds too many.

    >>> as_numbers([[1, 2.5]], "input")
    array([[1. , 2.5]])
    """
    array = as_array(value, name)
    check_cells(name, array.shape, MAX_NUMBERS, "no picture shows so many")
    return freeze(array, ArraySource(name))


def as_array(value: object, name: str) -> Array:
    """Return anything that holds numbers as an array of its own type, for engines.

    The type is a truth value's, an integer's or a float's, in this machine's byte order; a
    tensor in bfloat16, which NumPy lacks, becomes float32.  Nothing is copied without need.

    Raises
    ------
    DataError
        If it holds no numbers, or is masked.

    >>> as_array([[True, False]], "x").dtype, as_array([1, 2.5], "x").dtype
    (dtype('bool'), dtype('float64'))
    """
    source = ArraySource(name)
    value = _opened(value, source)
    array = _of_lists(value, source) if isinstance(value, list) else _of_any(value, source)
    if array.dtype.kind not in "biuf":
        source.check_kind(array.dtype, ())
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def freeze(array: Array, source: ArraySource) -> Array:
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


def from_objects(values: Array, source: ArraySource, where: Callable[..., str] = _index) -> Array:
    """Return an array of Python's numbers as one of NumPy's; `where` words a place in it."""
    for at, value in enumerate(values.flat):
        if isinstance(value, list | tuple):
            raise source.wrong(f"ragged, {_unequal(values)}", "lists of equal length")
        if allowed := _allowed_instead(value):
            place = where(*map(int, np.unravel_index(at, values.shape)))
            raise source.wrong(f"an array with {_short(value)}{place}", allowed)
    real = any(isinstance(v, float | np.floating) for v in values.flat)
    return freeze(values.astype(np.float64 if real else np.int64), source)


def _opened(value: Any, source: ArraySource, depth: int = 0) -> Any:
    """Return a tensor as an array, and lists, however nested, with arrays for tensors."""
    if isinstance(value, list | tuple):
        if depth > MAX_DEPTH:
            raise source.wrong(f"lists in lists, {depth} deep", f"up to {MAX_DEPTH}")
        # Most are numbers, which need no call.
        return [v if isinstance(v, int | float) else _opened(v, source, depth + 1) for v in value]
    # Whoever has a masked array has imported its module: to import it for others takes long.
    masked = sys.modules.get("numpy.ma")
    if masked and isinstance(value, masked.MaskedArray):
        hint = "use .filled(0), or another number for what is masked"
        raise source.wrong("a masked array", "an array without a mask", hint)
    return _of_tensor(value, source) if hasattr(value, "detach") else value


def _of_tensor(tensor: Any, source: ArraySource) -> Array:
    """Return a tensor as an array, away from its graph and its device."""
    try:
        try:
            return np.asarray(tensor.numpy(force=True))
        except TypeError:  # bfloat16 and what is shorter; float32 has all of their numbers
            return np.asarray(tensor.float().numpy(force=True))
    except Exception as error:  # noqa: BLE001  (each kind of tensor has its own reason)
        _no_array(tensor, source, error)


def _of_any(value: object, source: ArraySource) -> Array:
    """Return what NumPy takes for an array."""
    try:
        array = np.asarray(value)
    except Exception as error:  # noqa: BLE001  (an object of anybody's may raise anything)
        _no_array(value, source, error)
    if array.dtype.kind == "O" and not array.ndim:  # NumPy's way to say that it is none
        hint = "a layer takes the weight's place" if hasattr(value, "weight") else None
        raise source.wrong(f"a {type(value).__name__}", f"an array of {NUMBERS}", hint)
    return array


def _of_lists(values: list[Any], source: ArraySource) -> Array:
    """Return nested lists as an array; large numbers are looked at one by one."""
    try:
        array = np.asarray(values)
        if _is_exact(array):
            return array
    except Exception:  # noqa: BLE001, S110  (the second way says what is wrong, and where)
        pass
    try:
        objects = np.array(values, dtype=object)
    except Exception as error:  # noqa: BLE001  (arrays of unlike shapes, ...)
        _no_array(values, source, error)
    return from_objects(objects, source)


def _is_exact(array: Array) -> bool:
    """Return whether NumPy took whole numbers for what they are: among floats it rounds them."""
    if array.dtype.kind == "f":
        return bool((np.abs(array) < EXACT).all())
    return array.dtype.kind in "bi" or (array.dtype.kind == "u" and array.dtype.itemsize < 8)


def _no_array(value: object, source: ArraySource, error: Exception) -> NoReturn:
    reason = " ".join(str(error).split()).partition(". ")[0]
    what = f"a {type(value).__name__} that makes no array ({reason})"
    raise source.wrong(what, NUMBERS) from None


def _allowed_instead(value: object) -> str | None:
    """Return None where `value` is a number in range, else what is allowed instead."""
    if isinstance(value, int | np.integer | np.bool_):
        return None if _INT64.min <= value <= _INT64.max else _WHOLE
    return None if isinstance(value, float | np.floating) else NUMBERS


def _unequal(values: Array) -> str:
    """Name the shortest and the longest of neighbours that should be equally long."""
    by_length = sorted(values.flat, key=lambda v: len(v) if isinstance(v, list | tuple) else -1)
    return f"{_short(by_length[0])} beside {_short(by_length[-1])}"


def _short(value: object) -> str:
    return quoted(value, 40)
