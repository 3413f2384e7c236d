"""How values are written: what stands on a command line, and in a file, for a number or a size."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

from tcviz.errors import RequestError, complaint, quoted
from tcviz.layer.crops import WORDS, named

Number: TypeAlias = int | tuple[int, ...]
Padding: TypeAlias = int | tuple[int | tuple[int, int], ...]
CanvasSize: TypeAlias = tuple[int, int] | tuple[float, float, str]

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}\Z")
_PAPER = re.compile(r"([0-9.]+)\s*[x×X]\s*([0-9.]+)\s*(in|cm)\Z")
_BYTES = re.compile(r"([0-9]{1,12}|[0-9]{0,9}\.[0-9]{1,6})\s*(?:([kmg])b?|b)?\Z")
_BETWEEN = re.compile(r"[x×X,]")


def whole(name: str, text: str) -> int:
    """Return a whole number.

    >>> whole("stride", " 2")
    2
    """
    if not _WHOLE.match(text.strip()):
        raise _wrong(name, text, "a whole number")
    return int(text)


def channel(name: str, text: str) -> int | str:
    """Return a channel's number, or ``all``.

    >>> channel("out_channel", "2"), channel("out_channel", "all")
    (2, 'all')
    """
    word = text.strip()
    if word != "all" and not _WHOLE.match(word):
        raise _wrong(name, text, "a whole number, or all")
    return word if word == "all" else int(word)


def number(name: str, text: str) -> float:
    """Return a number; its range is checked where it is used."""
    try:
        return float(text)
    except ValueError:
        raise _wrong(name, text, "a number such as 1.5") from None


def byte_count(name: str, text: str) -> int:
    """Return a number of bytes, in thousands, millions or milliards of them if that is said.

    >>> byte_count("max_bytes", "10M"), byte_count("max_bytes", "1.5 kB"), byte_count("x", "99")
    (10000000, 1500, 99)
    """
    found = _BYTES.match(text.strip().lower())
    if not found or not (count := int(Fraction(found[1]) * 1000 ** " kmg".index(found[2] or " "))):
        raise _wrong(name, text, "a number of bytes, as in 500k, 10M or 1G")
    return count


def sizes(name: str, text: str) -> Number:
    """Return ``3`` for every axis, or ``3x5``: rows before columns.

    >>> sizes("kernel_size", "3x5")
    (3, 5)
    """
    words = _BETWEEN.split(text.strip())
    if not all(map(_WHOLE.match, words)):
        raise _wrong(name, text, "a whole number, or one per axis as in 3x5")
    numbers = tuple(map(int, words))
    return numbers[0] if len(numbers) == 1 else numbers


def padding(name: str, text: str) -> Padding | str:
    """Return what `sizes` does, ``1:2x0:1`` for top:bottom x left:right, or a word for it.

    >>> padding("padding", "1:2x0"), padding("padding", "same")
    (((1, 2), 0), 'same')
    """
    word = text.strip()
    if word.isalpha():
        named(word, dims=1)
        return word
    axes = [side.split(":") for side in _BETWEEN.split(text.strip())]
    if not all(len(sides) <= 2 and all(map(_WHOLE.match, sides)) for sides in axes):
        words = ", ".join(WORDS)
        allowed = f"a whole number, one per axis as in 1x2, per side as in 0:1x1:1, or {words}"
        raise _wrong(name, text, allowed)
    pairs = [_pair(list(map(int, sides))) for sides in axes]
    return pairs[0] if len(pairs) == 1 and isinstance(pairs[0], int) else tuple(pairs)


def canvas_size(name: str, text: str) -> CanvasSize:
    """Return width before height in pixels, or with a unit of paper.

    >>> canvas_size("size", "1280x720"), canvas_size("size", "16x9cm")
    ((1280, 720), (16.0, 9.0, 'cm'))
    """
    on_paper = _PAPER.match(text.strip())
    words = _BETWEEN.split(text.strip().removesuffix("px"))
    try:
        if on_paper:
            return float(on_paper[1]), float(on_paper[2]), on_paper[3]
        width, height = (whole(name, word) for word in words)
    except ValueError:
        raise _wrong(name, text, "width and height as in 1280x720, 16x9cm or 6.5x4in") from None
    return width, height


def suffix(value: object) -> str:
    """Return a file's suffix, or a format's name, as the tables of formats have it.

    >>> suffix(".GIF")
    'gif'
    """
    if not isinstance(value, str):
        raise RequestError(complaint("format", quoted(value), "the name of a format"))
    return value.lower().removeprefix(".")


def spoken(value: Padding) -> str:
    """Return sizes as they are typed.

    >>> spoken((3, 5)), spoken(2), spoken(((1, 0), 2))
    ('3x5', '2', '1:0x2')
    """
    if isinstance(value, int):
        return str(value)
    return "x".join(str(v) if isinstance(v, int) else f"{v[0]}:{v[1]}" for v in value)


def _wrong(name: str, text: str, allowed: str) -> RequestError:
    """Return the error of a value that does not even look right."""
    hint = "of up to 15 digits" if len(text) > 15 and text.isdecimal() else None
    return RequestError(complaint(name, quoted(text), allowed, hint=hint))


def _pair(sides: list[int]) -> int | tuple[int, int]:
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])
