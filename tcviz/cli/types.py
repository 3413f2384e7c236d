"""What an option's text may look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from tcviz.errors import RequestError, complaint

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]  # generic for the checker, in newer releases only
else:
    ParamType = click.ParamType

Number = int | tuple[int, ...]
Padding = int | tuple[int | tuple[int, int], ...]

_WHOLE = re.compile(r"[+-]?\d{1,15}\Z")
_BETWEEN = re.compile(r"[x×X,]")


class WholeType(ParamType):
    """A whole number."""

    name = "N"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> int:
        """Return the number."""
        text = str(value).strip()
        if not _WHOLE.match(text):
            raise _wrong(param, value, "a whole number")
        return int(text)


class NumberType(ParamType):
    """A number; the range is checked where it is used."""

    name = "X"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> float:
        """Return the number."""
        try:
            return float(str(value))
        except ValueError:
            raise _wrong(param, value, "a number such as 1.5") from None


class SizesType(ParamType):
    """``3`` for every axis, or ``3x5``: rows before columns."""

    name = "N|NxM"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Number:
        """Return a number, or one per axis."""
        if not isinstance(value, str):
            return value  # type: ignore[return-value]  # a default, already converted
        words = _BETWEEN.split(value.strip())
        if not all(map(_WHOLE.match, words)):
            raise _wrong(param, value, "a whole number, or one per axis as in 3x5")
        numbers = tuple(map(int, words))
        return numbers[0] if len(numbers) == 1 else numbers


class PaddingType(ParamType):
    """Like `SizesType`, and ``1:2x0:1`` for top:bottom x left:right."""

    name = "N|NxM|N:NxM:M"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Padding:
        """Return a number, or a number or pair per axis."""
        if not isinstance(value, str):
            return value  # type: ignore[return-value]  # a default, already converted
        axes = [side.split(":") for side in _BETWEEN.split(value.strip())]
        if not all(len(sides) <= 2 and all(map(_WHOLE.match, sides)) for sides in axes):
            allowed = "a whole number, one per axis as in 1x2, or per side as in 0:1x1:1"
            raise _wrong(param, value, allowed)
        pairs = [_pair(list(map(int, sides))) for sides in axes]
        return pairs[0] if len(pairs) == 1 and isinstance(pairs[0], int) else tuple(pairs)


class CanvasType(ParamType):
    """``1280x720``: width before height, in pixels."""

    name = "WxH"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> tuple[int, int]:
        """Return width and height."""
        if isinstance(value, tuple):
            return value
        words = _BETWEEN.split(str(value).strip())
        if len(words) != 2 or not all(map(_WHOLE.match, words)):
            raise _wrong(param, value, "width and height in pixels as in 1280x720")
        return int(words[0]), int(words[1])


def _wrong(param: click.Parameter | None, value: object, allowed: str) -> RequestError:
    """Return the error of a value that does not even look right."""
    name = param.name if param and param.name else "value"
    hint = None
    if len(str(value)) > 15 and str(value).isdecimal():
        hint = "of up to 15 digits"
    return RequestError(complaint(name, repr(value), allowed, hint=hint))


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
