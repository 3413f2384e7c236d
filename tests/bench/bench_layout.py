"""Measure how pictures use their canvas: the size of digits, the room they fill, and their tints.

    python tests/bench/bench_layout.py [--each]

Over ten geometries in both forward views and one of every other view, on four canvases: the
median of the smallest digit in pixels (third step), the mean share of the body that the box
around all panels spans (the body: the canvas less 40 units left and right, 90 above and 80
below, at 1280 units for 1280 pixels), how many panels show tints, and the time to lay out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from statistics import mean, median
from time import perf_counter
from typing import Any, TypeAlias

from tcviz.api import figure
from tcviz.scene.marks import Cell, Heatmap, Scene

Asked: TypeAlias = dict[str, Any]

BUDGETS = {
    (1280, 720): (16, 0.70),
    (1080, 1080): (18, 0.70),
    (1080, 1920): (20, 0.60),
    (640, 360): (9, 0.65),
}
"""Of each canvas: the median digit in pixels, and the mean share of the room."""
DIGITS, ANY = 0.05, 0.5
"""Seconds to lay out a picture of digits, and any."""
GEOMETRIES: tuple[Asked, ...] = (
    {"stride": 2, "padding": 1},
    {"stride": 1},
    {"stride": 2, "padding": 1, "in_channels": 1},
    {"kernel_size": 4, "stride": 2, "padding": 1, "input_size": 4, "in_channels": 1},
    {"stride": 2, "padding": 1, "output_padding": 1, "input_size": 3, "in_channels": 3},
    {"kernel_size": 2, "stride": 2, "input_size": 4, "in_channels": 2},
    {"stride": 3, "dilation": 2, "input_size": 3, "in_channels": 1},
    {"kernel_size": (2, 4), "stride": (1, 2), "input_size": (4, 2), "in_channels": 2},
    {"kernel_size": 5, "stride": 2, "padding": 2, "input_size": 6, "in_channels": 1},
    {"stride": 2, "padding": 1, "input_size": 16, "in_channels": 1},
)
OTHERS: tuple[Asked, ...] = (
    {"view": "convolution"},
    {"view": "matrix"},
    {"view": "input"},
    {"view": "kernel"},
    {"view": "grad-input", "stride": 2, "padding": 1},
    {"view": "grad-weight", "stride": 2, "padding": 1},
    {"view": "grad-bias", "stride": 2, "padding": 1},
    {"view": "overlap", "stride": 2, "input_size": 4},
    *(
        {"view": view, "dims": dims, "stride": 2, "padding": 1}
        for dims in (1, 3)
        for view in ("distribution", "collection")
    ),
)


@dataclass(frozen=True)
class Seen:
    """What one picture came to."""

    asked: Asked
    digit: float
    share: float
    tinted: int
    panels: int
    seconds: float


def cases() -> Iterator[Asked]:
    """Yield what is asked for on every canvas."""
    for view in ("distribution", "collection"):
        yield from ({"view": view, **geometry} for geometry in GEOMETRIES)
    yield from OTHERS


def seen(asked: Asked, size: tuple[int, int]) -> Seen:
    """Lay a picture out and measure it."""
    shown = figure(size=size, **asked)
    shown.operands  # noqa: B018  (made before the clock runs)
    began = perf_counter()
    drawn = shown.drawn
    seconds = perf_counter() - began
    scene, _ = next(drawn.moments([min(2, drawn.steps - 1)], settle=False))
    unit = size[0] / scene.width
    cells = [m for m in scene.marks
             if isinstance(m, Cell) and not m.key.startswith(("channels.", "legend."))]  # fmt: skip
    heats = [m for m in scene.marks if isinstance(m, Heatmap) and not m.key.endswith(".legend")]
    panels = len({m.key.partition("[")[0] for m in cells}) + len(heats)
    digits = [m.size * unit for m in cells if m.text]
    share = _share([*cells, *heats], scene, size)
    return Seen(asked, min(digits, default=nan), share, len(heats), panels, seconds)


def _share(marks: Sequence[Cell | Heatmap], scene: Scene, size: tuple[int, int]) -> float:
    """Return the share of the body that the box around all panels spans."""
    wide = max(m.rect.right for m in marks) - min(m.rect.x for m in marks)
    high = max(m.rect.bottom for m in marks) - min(m.rect.y for m in marks)
    scale, around = scene.width / size[0], min(size[0] / 1280, size[1] / 720)
    width, height = size[0] - 80 * around, size[1] - 170 * around
    return wide * high / (width * height * scale**2)


def told(found: Seen) -> str:
    """Return a line about one picture."""
    asked = ", ".join(f"{name} {value}" for name, value in found.asked.items())
    tints = f"{found.tinted}/{found.panels} tinted"
    return f"    {found.digit:5.1f} px {found.share:4.0%} {tints}, {found.seconds:.3f} s: {asked}"


def main() -> None:
    """Print a line for each canvas, and with --each one for each picture."""
    seen({"stride": 2}, (1280, 720))  # imports what every picture needs
    for size, (digit, share) in BUDGETS.items():
        found = [seen(asked, size) for asked in cases()]
        digits = median(s.digit for s in found if s.digit == s.digit)
        tinted, panels = (sum(getattr(s, name) for s in found) for name in ("tinted", "panels"))
        plain = max(s.seconds for s in found if not s.tinted)
        print(f"{size[0]}×{size[1]}: digits of {digit} px, {share:.0%} of the room, or more.")
        print(
            f"    {digits:.1f} px, {mean(s.share for s in found):.0%}, "
            f"{tinted} of {panels} panels tinted; laid out in at most {plain:.3f} s with digits "
            f"(at most {DIGITS} s), {max(s.seconds for s in found):.3f} s any (at most {ANY} s)"
        )
        if "--each" in sys.argv:
            print(*map(told, found), sep="\n")


if __name__ == "__main__":
    main()
