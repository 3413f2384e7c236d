"""What an option's text may look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]  # generic for the checker, in newer releases only
else:
    ParamType = click.ParamType

Number = int | tuple[int, ...]
Padding = int | tuple[int | tuple[int, int], ...]

_WHOLE = re.compile(r"[+-]?\d+\Z")
_BETWEEN = re.compile(r"[x×X,]")


class SizesType(ParamType):
    """``3`` for every axis, or ``3x5``: rows before columns."""

    name = "N or NxM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Number:
        """Return a number, or one per axis."""
        if not isinstance(value, str):
            return value  # type: ignore[return-value]  # a default, already converted
        words = _BETWEEN.split(value.strip())
        if not all(map(_WHOLE.match, words)):
            self.fail(
                f"it is {value!r}; allowed: a whole number, or one per axis as in 3x5", param, ctx
            )
        numbers = tuple(map(int, words))
        return numbers[0] if len(numbers) == 1 else numbers


class PaddingType(ParamType):
    """Like `SizesType`, and ``1:2x0:1`` for top:bottom x left:right."""

    name = "N or NxM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Padding:
        """Return a number, or a number or pair per axis."""
        if not isinstance(value, str):
            return value  # type: ignore[return-value]  # a default, already converted
        axes = [side.split(":") for side in _BETWEEN.split(value.strip())]
        if not all(len(sides) <= 2 and all(map(_WHOLE.match, sides)) for sides in axes):
            allowed = "a whole number, one per axis as in 1x2, or per side as in 0:1x1:1"
            self.fail(f"it is {value!r}; allowed: {allowed}", param, ctx)
        pairs = [_pair(list(map(int, sides))) for sides in axes]
        return pairs[0] if len(pairs) == 1 and isinstance(pairs[0], int) else tuple(pairs)


class CanvasType(ParamType):
    """``1280x720``: width before height, in pixels."""

    name = "WxH"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height."""
        if isinstance(value, tuple):
            return value
        words = _BETWEEN.split(str(value).strip())
        if len(words) != 2 or not all(map(_WHOLE.match, words)):
            self.fail(
                f"it is {value!r}; allowed: width and height in pixels as in 1280x720", param, ctx
            )
        return int(words[0]), int(words[1])


def _pair(sides: list[int]) -> int | tuple[int, int]:
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])


def spoken(value: Padding) -> str:
    """Return sizes as they are typed.

    >>> spoken((3, 5)), spoken(2), spoken(((1, 0), 2))
    ('3x5', '2', '1:0x2')
    """
    if isinstance(value, int):
        return str(value)
    return "x".join(str(v) if isinstance(v, int) else f"{v[0]}:{v[1]}" for v in value)
