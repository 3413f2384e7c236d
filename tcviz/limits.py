"""What would be unreasonably large is refused before it starts, with its size and a way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import nan, prod
from numbers import Rational
from typing import Any

from tcviz import sizes
from tcviz.errors import RequestError, TooLargeError, complaint, quoted
from tcviz.sizes import Sizes, plain

MAX_FRAMES = 20_000
MAX_CELLS = 4_000_000
"""Cells of one column of panels: many times its pixels, and seconds for a frame."""
MAX_RESULT = 2**30
"""Numbers of a result that is computed at once: gigabytes."""
MAX_GIVEN = 2**27
"""Numbers of an array that is given for a picture: a gigabyte."""
MAX_DRAWN = 40_000_000
"""Random numbers that are made at most; few of them need be seen."""
MAX_PAGES = 1_000
"""Stills of one figure; most are read one by one."""
MAX_PAGE = 32_000_000
"""Bytes of a page that a browser opens without a pause."""
FRAME_BYTES = 4_000
"""About what a frame of 1280×720 takes in a file."""


def whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return `value` as an int; raise RequestError if it is none, or outside its range.

    >>> whole("fps", 30, 1, 120)
    30
    """
    return sizes.whole(name, value, least, most, error=RequestError)


def real(name: str, value: Any, least: float, most: float) -> Fraction:
    """Return `value` exactly as it is written; raise RequestError if it is outside its range.

    >>> real("hold", 0.1, 0, 1)
    Fraction(1, 10)
    """
    own = plain(value)  # NumPy's small integers overflow
    try:
        number = nan if isinstance(own, bool | str | bytes | bytearray) else float(own)
    except Exception:  # noqa: BLE001  (an object of anybody's may raise anything)
        number = nan
    if not least <= number <= most:
        raise RequestError(complaint(name, quoted(value), f"{least:g} to {most:g}"))
    if isinstance(own, Rational):
        return Fraction(plain(own.numerator), plain(own.denominator))
    return Fraction(str(number))


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is true or false; raise RequestError for what only counts as either.

    >>> flag("crop", True)
    True
    """
    own = plain(value)
    if not isinstance(own, bool):
        raise RequestError(complaint(name, quoted(value), "True or False"))
    return own


def step(value: Any, total: int) -> int:
    """Return which step is meant, from 0: they are counted from 1, or from the end if negative.

    >>> step(2, 9), step(-1, 9)
    (1, 8)
    """
    try:
        number = whole("step", value, -total, total)
    except RequestError:
        number = 0
    if not number:
        raise RequestError(complaint("step", quoted(value), f"1 to {total}, or −{total} to −1"))
    return number - 1 if number > 0 else total + number


def check_frames(steps: int, every: int, end: int, tweens: int, pixels: int, cells: int) -> None:
    """Raise TooLargeError if an animation has too many frames.

    Every `every`-th of the steps before `end` is drawn, with so many `tweens` between two.
    Where the panels have too many `cells` as well, fewer steps alone are no way out.
    """
    drawn = -(-end // every)
    frames = drawn + (drawn - 1) * tweens
    if frames > MAX_FRAMES:
        size = _bytes(frames * FRAME_BYTES * pixels // (1280 * 720))
        what = f"{steps:,} steps, {frames:,} frames, about {size}"
        most = max(1, MAX_FRAMES // (1 + tweens))
        shorter = "a shorter --transition, " if tweens else ""
        fewer = f"use {shorter}--every {-(-end // most)}, --first {most}"
        hint = f"{fewer} or a smaller --input-size"
        if cells > MAX_CELLS:
            hint = f"{fewer} and a smaller --input-size: {cells:,} cells are too many to draw"
        raise TooLargeError(complaint("animation", what, f"up to {MAX_FRAMES:,} frames", hint=hint))


def check_pages(count: int, of: str = "steps", hint: str = "") -> None:
    """Raise TooLargeError if a figure has too many steps, or whatever else it is a still `of`."""
    if count > MAX_PAGES:
        hint = hint or f"choose some, as in --steps 1-{MAX_PAGES}"
        raise TooLargeError(
            complaint("figure", f"{count:,} {of}", f"up to {MAX_PAGES:,}", hint=hint)
        )


def check_page(steps: int, size: int) -> None:
    """Raise TooLargeError if a page of so many steps would be of too many bytes.

    >>> check_page(9, 100_000)
    """
    if size > MAX_PAGE:
        hint = "use --every, --first or a smaller --input-size"
        what = f"{steps:,} steps, about {_bytes(size)}"
        raise TooLargeError(complaint("page", what, f"up to {_bytes(MAX_PAGE)}", hint=hint))


def check_cells(name: str, size: Sizes, most: int, hint: str) -> None:
    """Raise TooLargeError if an array of `size`, one number per axis, has too many cells."""
    cells = prod(size)
    if cells > most:
        what = f"{'×'.join(map(str, size))}, {cells:,} cells, {_bytes(8 * cells)}"
        raise TooLargeError(complaint(name, what, f"up to {most:,} cells", hint=hint))


@contextmanager
def memory(name: str) -> Iterator[None]:
    """Raise TooLargeError where there is not enough memory for what is called `name`."""
    try:
        yield
    except MemoryError as error:
        what = " ".join(str(error).split())
        raise TooLargeError(f"{name} needs more memory than there is; {what}") from error


def _bytes(count: int) -> str:
    """Return a number of bytes as people say it.

    >>> _bytes(999), _bytes(67_108_864_000), _bytes(10**40)
    ('999 B', '67.1 GB', 'a million TB or more')
    """
    if count > 10**18:
        return "a million TB or more"
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} TB" if size < 1000 else f"{size:,.0f} TB"
