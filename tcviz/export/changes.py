"""What a frame changes, pixel by pixel: formats that keep the last frame store only that."""

from __future__ import annotations

import numpy as np

from tcviz.render.canvas import Mask, Pixels8
from tcviz.render.damage import Area
from tcviz.render.palette import TRANSPARENT
from tcviz.render.pixels import Painted

_NOTHING: Area = (0, 0, 1, 1)
"""An image needs a pixel, even when none changed."""


class Changes:
    """Compares each frame with the one before."""

    def __init__(self) -> None:
        self._before: Pixels8 | None = None

    def of(self, painted: Painted) -> tuple[Area, Pixels8]:
        """Return the smallest area that changed, with unchanged pixels transparent.

        Of the first frame, that is the whole.
        """
        if self._before is None:
            self._before = painted.pixels.copy()
            high, wide = self._before.shape
            return (0, 0, wide, high), self._before
        left, top, right, bottom = painted.area or _NOTHING
        new, old = (each[top:bottom, left:right] for each in (painted.pixels, self._before))
        changed = new != old
        old[:] = new
        x0, y0, x1, y1 = _box(changed) or _NOTHING
        mask = _bridged(changed[y0:y1, x0:x1])
        pixels = np.where(mask, new[y0:y1, x0:x1], np.uint8(TRANSPARENT))
        return (left + x0, top + y0, left + x1, top + y1), pixels


def _box(changed: Mask) -> Area | None:
    """Return the smallest area that holds all that changed."""
    rows, cols = (np.flatnonzero(changed.any(axis)) for axis in (1, 0))
    if not rows.size:
        return None
    return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1


def _bridged(changed: Mask) -> Mask:
    """Return the mask with gaps of up to 7 pixels in a row filled: that compresses better.

    The crumbs between two changed letters cost more as transparent pixels than as
    what they are.  All rows are closed at once, as one long number.
    """
    packed = np.packbits(changed, axis=1)
    bits = wide = int.from_bytes(packed.tobytes(), "big")
    for shift in (1, 2, 4):
        wide |= wide >> shift
    for shift in (1, 2, 4):
        wide &= wide << shift
    closed = (wide | bits) & ((1 << 8 * packed.size) - 1)
    rows = np.frombuffer(closed.to_bytes(packed.size, "big"), np.uint8).reshape(packed.shape)
    return np.unpackbits(rows, axis=1, count=changed.shape[1]).view(np.bool_)
