"""What sizes may look like: one number for all axes, or one each; checked, and told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from operator import index
from typing import Any, TypeAlias, TypeGuard

from tcviz.errors import GeometryError, RequestError, complaint, quoted

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


def element(dims: int) -> str:
    """Return what an element of an array is called: where there are rows it is a cell.

    >>> element(1), element(2)
    ('element', 'cell')
    """
    return "element" if dims == 1 else "cell"


def length(numbers: range) -> int:
    """Return how many numbers there are; `len` counts only as far as memory could reach.

    >>> length(range(3, 10**30)) == 10**30 - 3, length(range(3, 2))
    (True, 0)
    """
    return max(0, numbers.stop - numbers.start)


MOST_BITS = 1000
"""Of a whole number, some 300 digits: Python writes any formula of such numbers."""


MOST_PLAIN = 10_000
"""Numbers of an array that may be meant for some other than an operand."""


def plain(value: Any, depth: int = 2) -> Any:
    """Return arrays, rows and numbers of all kinds as Python's own, in lists `depth` deep too.

    >>> plain(range(3)), plain((2, [3])), plain("ab")
    ([0, 1, 2], (2, [3]), 'ab')
    """
    try:
        if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
            if depth == 0 or len(value) > MOST_PLAIN:
                return value
            inner = [plain(v, depth - 1) for v in value]
            return tuple(inner) if isinstance(value, tuple) else inner
        return value if prod(value.shape) > MOST_PLAIN else value.tolist()
    except Exception:  # noqa: BLE001  (most things have no shape; a tensor may have no numbers)
        return value


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Return whether a `plain` value is a row of things."""
    return isinstance(value, list | tuple)


def said_axes(given: dict[str, Any], dims: int | None = None) -> int | None:
    """Return the number of axes that all parameters agree on, or None where none says any.

    One value alone means every axis, as in PyTorch.  Where nothing else is said, a kernel of
    one size has one axis, and so has padding of one pair.

    >>> said_axes({"kernel_size": (3, 3), "stride": [2]}), said_axes({"stride": [2]})
    (2, None)
    """
    counts = {name: len(v) for name, v in given.items() if is_sequence(v) and len(v) != 1}
    if dims is not None:
        counts["dims"] = whole("dims", dims, 1)
    if len(set(counts.values())) > 1:
        seen = ", ".join(f"{name} has {n}" for name, n in counts.items())
        raise GeometryError(f"number of axes differs: {seen}; allowed: the same in each")
    pairs = given.get("padding")
    paired = is_sequence(pairs) and any(map(is_sequence, pairs))
    alone = 1 if paired or is_sequence(given.get("kernel_size")) else None
    axes = next(iter(counts.values()), alone)
    if axes is not None and not 1 <= axes <= MAX_DIMS:
        raise GeometryError(complaint("number of axes", axes, f"1 to {MAX_DIMS}"))
    return axes


def sizes_of(name: str, value: object, axes: int, least: int) -> Sizes:
    """Return `value` as one whole number per axis, each at least `least`.

    >>> sizes_of("stride", 2, 3, 1), sizes_of("stride", [2], 3, 1)
    ((2, 2, 2), (2, 2, 2))
    """
    if not is_sequence(value):
        return (whole(name, value, least),) * axes
    if len(value) not in (1, axes):
        allowed = f"one number, or {axes} of them"
        raise GeometryError(complaint(name, quoted(tuple(value)), allowed))
    sizes = tuple(whole(name, v, least, axis=axis) for axis, v in enumerate(value))
    return sizes * axes if len(sizes) == 1 else sizes


def padding_sides(value: object, axes: int) -> tuple[int | Pair, ...]:
    """Return padding as a number per axis, or a pair where its sides differ.

    >>> padding_sides([[1, 0], 2], 2), padding_sides([[1, 0]], 2)
    (((1, 0), 2), ((1, 0), (1, 0)))
    """
    if not is_sequence(value) or len(value) not in (1, axes):
        return sizes_of("padding", value, axes, 0)
    sides = tuple(_side(p, axis) for axis, p in enumerate(value))
    return sides * axes if len(sides) == 1 else sides


def _side(value: object, axis: int) -> int | Pair:
    if not is_sequence(value):
        return whole("padding", value, 0, axis=axis)
    if len(value) != 2:
        allowed = "one number, or a pair (before, after)"
        raise GeometryError(complaint("padding", quoted(tuple(value)), allowed, axis=axis))
    before, after = (whole("padding", v, 0, axis=axis) for v in value)
    return before if before == after else (before, after)


def whole(
    name: str,
    value: object,
    least: int,
    most: int | None = None,
    *,
    axis: int | None = None,
    error: type[RequestError] = GeometryError,
) -> int:
    """Return `value` as Python's int, which knows no overflow; raise `error` if it is none.

    >>> whole("fps", 30, 1, 120)
    30
    """
    number = _int(plain(value))
    large = number is not None and number.bit_length() > MOST_BITS
    if number is None or large or number < least or (most is not None and number > most):
        allowed = f"whole numbers from {least}" + (f" to {most}" if most is not None else "")
        hint = "of up to 300 digits" if large and most is None else None
        raise error(complaint(name, quoted(plain(value)), allowed, axis=axis, hint=hint))
    return number


def _int(value: Any) -> int | None:
    try:
        return None if isinstance(value, bool) else int(index(value))
    except Exception:  # noqa: BLE001  (an object of anybody's may raise anything)
        return None


def size_text(sizes: Iterable[object]) -> str:
    """Return sizes, one for each axis, as people write them.

    >>> size_text((3, 5))
    '3×5'
    """
    return "×".join(map(str, sizes))


def sized(sizes: Sequence[int]) -> str:
    """Return a size as it stands after a name: a number alone there may seem to be an index.

    It is called so in formulas, too.

    >>> sized((3, 5)), sized((5,))
    ('3×5', 'size 5')
    """
    return size_text(sizes) if len(sizes) > 1 else f"size {sizes[0]}"
