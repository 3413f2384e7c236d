"""How large a picture is, in pixels or on paper, and how sharp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tcviz.errors import RequestError, TooLargeError, complaint, quoted
from tcviz.limits import real, whole
from tcviz.sizes import is_sequence, plain

SCREEN_DPI, PRINT_DPI = 96.0, 300.0
"""Pixels per inch of a size in pixels, and of one in inches or centimetres."""
PER_INCH = {"in": 1.0, "cm": 2.54}
"""Units of paper."""
MAX_PIXELS = 7680 * 4320
SMALLEST = 560, 315
"""Pixels, 1/96 inch each, below which a picture with its header cannot be read."""
SMALLEST_BARE = 160, 90
LONGEST = 16_383
"""Pixels of a side: WebP has no more."""
LARGEST_PAPER = 100.0
"""Inches of a side."""


@dataclass(frozen=True)
class Canvas:
    """A size for layout, in pixels that `scale` multiplies, and the pixels per inch at the end.

    On paper a pixel of the layout is 1/96 inch, so that text has a size to read
    however many dots print it; it may be `finer` than on a screen.
    """

    width: float
    height: float
    scale: float
    dpi: float
    finer: bool = False


def canvas(size: Any, scale: Any = 1.0, dpi: Any = None, *, bare: bool | None = None) -> Canvas:
    """Return the canvas of a width and a height in pixels, or of ``(w, h, "in" or "cm")``.

    A `bare` picture, without header, may be smaller; None means that there is no choice.

    Raises
    ------
    RequestError
        If it is too small to read, or too large to make.

    >>> canvas((1280, 720), 2).dpi, canvas((20.32, 11.43, "cm")).width
    (192.0, 768.0)
    """
    width, height, unit = _parts(size)
    dots = None if dpi is None else float(real("dpi", dpi, 10, 2400))
    factor = float(real("scale", scale, 0.5, 8))
    if unit in PER_INCH:
        found = _on_paper(width, height, unit, factor, dots)
    else:
        width, height = (whole("size", n, -(10**9), 10**9) for n in (width, height))
        found = Canvas(width, height, factor, dots or SCREEN_DPI * factor)
    _check(found, size, bare=bare)
    return found


def _parts(size: Any) -> tuple[Any, Any, str]:
    parts = plain(size)
    if not is_sequence(parts) or len(parts) < 2:
        raise RequestError(complaint("size", quoted(parts), "a width and a height"))
    width, height, *rest = parts
    unit = rest[0] if rest else "px"
    if len(rest) > 1 or not isinstance(unit, str) or unit not in ("px", *PER_INCH):
        allowed = "a width, a height and px, in or cm"
        raise RequestError(complaint("size", quoted(parts), allowed))
    return width, height, unit


def _on_paper(width: Any, height: Any, unit: str, scale: float, dpi: float | None) -> Canvas:
    if scale != 1:
        allowed = f"1 where the size is in {unit}"
        raise RequestError(complaint("scale", f"{scale:g}", allowed, hint="use --dpi"))
    most = LARGEST_PAPER * PER_INCH[unit]
    inches = [float(real("size", n, 0, most)) / PER_INCH[unit] for n in (width, height)]
    dots = dpi or PRINT_DPI
    w, h = (n * SCREEN_DPI for n in inches)
    return Canvas(w, h, dots / SCREEN_DPI, dots, finer=True)


def _check(found: Canvas, size: Any, *, bare: bool | None) -> None:
    *numbers, unit = _parts(size)
    shown = "×".join(f"{float(n):g}" for n in numbers) + (f" {unit}" if unit in PER_INCH else "")
    shown = shown.replace("-", "−")
    least = SMALLEST_BARE if bare else SMALLEST
    if found.width < least[0] or found.height < least[1]:
        hint = "smaller text is unreadable" + (", without --crop" if bare is False else "")
        raise RequestError(complaint("size", shown, f"{_spoken(least, unit)} or more", hint=hint))
    pixels = [n * found.scale for n in (found.width, found.height)]
    if pixels[0] * pixels[1] > MAX_PIXELS or max(pixels) > LONGEST:
        finer = f"at {found.dpi:g} dpi" if unit in PER_INCH else f"at scale {found.scale:g}"
        allowed = f"up to {MAX_PIXELS:,} pixels, 7680×4320, and {LONGEST:,} on a side"
        raise TooLargeError(complaint("size", f"{shown} {finer}", allowed))


def _spoken(least: tuple[int, int], unit: str) -> str:
    """Return the smallest size in the unit that was asked in."""
    if unit not in PER_INCH:
        return f"{least[0]}×{least[1]}"
    return "×".join(f"{n / SCREEN_DPI * PER_INCH[unit]:.3g}" for n in least) + f" {unit}"
