"""What would be unreasonably large is refused before it starts, with its size and a way out."""

from __future__ import annotations

from math import ceil, prod

from tcviz.errors import RequestError, TooLargeError, complaint
from tcviz.geometry import Sizes

MAX_FRAMES = 20_000
MAX_CELLS = 40_000_000
"""Cells of one column of panels: many times its pixels, and gigabytes as numbers."""
MAX_PIXELS = 7680 * 4320
SMALLEST = 640, 360
FRAME_BYTES = 4_000
"""About what a frame of 1280×720 takes in a file."""


def check_frames(steps: int, per_step: int, pixels: int) -> None:
    """Raise TooLargeError if an animation has too many frames."""
    frames = steps * per_step
    if frames > MAX_FRAMES:
        size = _bytes(frames * FRAME_BYTES * pixels / (1280 * 720))
        what = f"{steps:,} steps, {frames:,} frames, about {size}"
        hint = (
            f"use --every {ceil(frames / MAX_FRAMES)}, --first {MAX_FRAMES // per_step}, "
            "or a smaller --input-size"
        )
        raise TooLargeError(complaint("animation", what, f"up to {MAX_FRAMES:,} frames", hint=hint))


def check_cells(name: str, size: Sizes) -> None:
    """Raise TooLargeError if a column of panels, ``(C, *size)``, has too many cells."""
    cells = prod(size)
    if cells > MAX_CELLS:
        what = f"{'×'.join(map(str, size))}, {cells:,} cells, {_bytes(8 * cells)}"
        hint = "use a smaller --input-size: no picture shows so many"
        raise TooLargeError(complaint(name, what, f"up to {MAX_CELLS:,} cells", hint=hint))


def check_canvas(size: Sizes, scale: float) -> None:
    """Raise RequestError if a canvas is too small to read or too large to make."""
    shown = "×".join(map(str, size))
    if size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        allowed = f"{SMALLEST[0]}×{SMALLEST[1]} or more"
        raise RequestError(complaint("size", shown, allowed, hint="smaller text is unreadable"))
    if not 0.5 <= scale <= 8:
        raise RequestError(complaint("scale", scale, "0.5 to 8"))
    if prod(size) * scale**2 > MAX_PIXELS:
        what = f"{shown} at scale {scale:g}"
        raise TooLargeError(complaint("size", what, f"up to {MAX_PIXELS:,} pixels, 7680×4320"))


def _bytes(count: float) -> str:
    """Return a number of bytes as people say it.

    >>> _bytes(999), _bytes(67_108_864_000)
    ('999 B', '67.1 GB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB" if count < 1000 else f"{count:,.0f} TB"
