"""How large a picture is, in pixels or on paper, and how sharp."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tcviz.errors import RequestError, TooLargeError, complaint, quoted
from tcviz.layer.sizes import is_sequence, plain
from tcviz.request.limits import checked, real, whole

SCREEN_DPI, PRINT_DPI = 96.0, 300.0
"""Pixels per inch of a size in pixels, and of one in inches or centimetres."""
PER_INCH = {"in": 1.0, "cm": 2.54}
"""Units of paper."""
GRID = {"px": 10, "in": 0.05, "cm": 0.1}
"""What round lengths are multiples of."""
MAX_PIXELS = 7680 * 4320
LONGEST = 16_383
"""Pixels of a side: WebP has no more."""
LARGEST_PAPER = 100.0
"""Inches of a side."""


class Canvas(NamedTuple):
    """A size for layout, in pixels that `scale` multiplies, and the pixels per inch at the end.

    On paper a pixel of the layout is 1/96 inch, so that text has a size to read
    however many dots print it; it may be finer than on a screen.  `unit` is what it was
    asked for in: ``"px"``, ``"in"`` or ``"cm"``.
    """

    width: float
    height: float
    scale: float
    dpi: float
    unit: str = "px"


def canvas(size: Any, scale: Any = 1.0, dpi: Any = None) -> Canvas:
    """Return the canvas of a width and a height in pixels, or of ``(w, h, "in" or "cm")``.

    Raises
    ------
    RequestError
        If it is none, or too large to make.

    >>> canvas((1280, 720), 2).dpi, canvas((20.32, 11.43, "cm")).width
    (192.0, 768.0)
    """
    width, height, unit = _parts(size)
    dots = None if dpi is None else float(checked("dpi", dpi))
    factor = float(checked("scale", scale))
    if unit in PER_INCH:
        found = _on_paper(width, height, unit, factor, dots)
    else:
        width, height = (whole("size", n, -(10**9), 10**9) for n in (width, height))
        found = Canvas(width, height, factor, dots or SCREEN_DPI * factor)
    _check(found)
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
    return Canvas(w, h, dots / SCREEN_DPI, dots, unit)


def _check(found: Canvas) -> None:
    shown = spoken([in_unit(n, found.unit) for n in (found.width, found.height)], found.unit)
    pixels = [n * found.scale for n in (found.width, found.height)]
    if min(pixels) <= 0:
        raise RequestError(complaint("size", shown, "a width and a height above 0"))
    if pixels[0] * pixels[1] > MAX_PIXELS or max(pixels) > LONGEST:
        finer = f"scale {found.scale:g}" if found.unit == "px" else f"{found.dpi:g} dpi"
        allowed = f"up to {MAX_PIXELS:,} pixels, 7680×4320, and {LONGEST:,} on a side"
        raise TooLargeError(complaint("size", f"{shown} at {finer}", allowed))


def least(*, bare: bool) -> tuple[int, int]:
    """Return the pixels, 1/96 inch each, below which no picture can be read.

    One without its header, a `bare` one, may be smaller.
    """
    return (160, 90) if bare else (320, 240)


def in_unit(pixels: float, unit: str) -> float:
    """Return a length of so many pixels of a layout in the unit that it was asked for in.

    >>> in_unit(480, "in")
    5.0
    """
    return pixels if unit == "px" else pixels / SCREEN_DPI * PER_INCH[unit]


def spoken(size: Iterable[float], unit: str) -> str:
    """Return a size as people write it.

    >>> spoken((1280, 720), "px"), spoken((16, 9.5), "cm"), spoken((-1, 720), "px")
    ('1280×720', '16×9.5 cm', '−1×720')
    """
    words = "×".join(f"{n:.9g}" for n in size).replace("-", "−")
    return words if unit == "px" else f"{words} {unit}"
