"""What sizes may look like: one number for all axes, or one each; checked, and told apart."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, TypeAlias, TypeGuard

from tcviz.errors import GeometryError, complaint

Sizes: TypeAlias = tuple[int, ...]
"""One whole number per spatial axis."""

Pair: TypeAlias = tuple[int, int]
"""Something before and after, on one axis."""

SizesLike: TypeAlias = int | Sequence[int]
"""A scalar means the same on each axis."""

PaddingLike: TypeAlias = int | Sequence[int | Sequence[int]]
"""Like `SizesLike`, and each axis may also give a pair (before, after)."""

MAX_DIMS = 3
DEFAULT_DIMS = 2
DEFAULT_SIZES = {1: 4, 2: 3, 3: 2}
"""Cells along each axis of an input that nothing is said of, by its number of axes."""


def length(numbers: range) -> int:
    """Return how many numbers there are; `len` counts only as far as memory could reach.

    >>> length(range(3, 10**30)) == 10**30 - 3, length(range(3, 2))
    (True, 0)
    """
    return max(0, numbers.stop - numbers.start)


def plain(value: Any) -> Any:
    """Return arrays, and the scalars of arrays, as Python's own lists and numbers."""
    return value.tolist() if hasattr(value, "tolist") else value


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def count_axes(given: dict[str, Any], dims: int | None) -> int:
    """Return the number of axes that all parameters with one value per axis agree on."""
    counts = {name: len(v) for name, v in given.items() if _is_sequence(v)}
    if dims is not None:
        counts["dims"] = whole("dims", dims, 1)
    if len(set(counts.values())) > 1:
        seen = ", ".join(f"{name} has {n}" for name, n in counts.items())
        raise GeometryError(f"number of axes differs: {seen}; allowed: the same in each")
    axes = next(iter(counts.values()), DEFAULT_DIMS)
    if not 1 <= axes <= MAX_DIMS:
        raise GeometryError(complaint("number of axes", axes, f"1 to {MAX_DIMS}"))
    return axes


def sizes_of(name: str, value: object, axes: int, least: int) -> Sizes:
    """Return `value` as one whole number per axis, each at least `least`.

    >>> sizes_of("stride", 2, 3, 1)
    (2, 2, 2)
    """
    if not _is_sequence(value):
        return (whole(name, value, least),) * axes
    if len(value) != axes:
        raise GeometryError(complaint(name, tuple(value), f"one number, or {axes} of them"))
    return tuple(whole(name, v, least, axis) for axis, v in enumerate(value))


def padding_sides(value: object, axes: int) -> tuple[int | Pair, ...]:
    """Return padding as a number per axis, or a pair where its sides differ.

    >>> padding_sides([[1, 0], 2], 2)
    ((1, 0), 2)
    """
    if not _is_sequence(value):
        return sizes_of("padding", value, axes, 0)
    return tuple(_side(plain(p), axis) for axis, p in enumerate(value))


def _side(value: object, axis: int) -> int | Pair:
    if not _is_sequence(value):
        return whole("padding", value, 0, axis)
    if len(value) != 2:
        allowed = "one number, or a pair (before, after)"
        raise GeometryError(complaint("padding", tuple(value), allowed, axis=axis))
    before, after = (whole("padding", v, 0, axis) for v in value)
    return before if before == after else (before, after)


def whole(name: str, value: object, least: int, axis: int | None = None) -> int:
    """Return `value` as an int; raise GeometryError if it is none, or less than `least`."""
    value = plain(value)
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least:
        allowed = f"whole numbers from {least}"
        raise GeometryError(complaint(name, repr(value), allowed, axis=axis))
    return number
