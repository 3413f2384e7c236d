"""What a frame changes, pixel by pixel: formats that keep the last frame store only that."""

from __future__ import annotations

from PIL import Image, ImageChops

from tcviz.render.damage import Area
from tcviz.render.palette import TRANSPARENT
from tcviz.render.pixels import Painted

_CHANGED = [0] + [255] * 255
_NOTHING: Area = (0, 0, 1, 1)
"""An image needs a pixel, even when none changed."""


class Changes:
    """Compares each frame with the one before."""

    def __init__(self) -> None:
        self._before: Image.Image | None = None

    def of(self, painted: Painted) -> tuple[Area, Image.Image]:
        """Return the smallest area that changed, with unchanged pixels transparent.

        Of the first frame, that is the whole.
        """
        if self._before is None:
            self._before = painted.image.copy()
            return (0, 0, *painted.image.size), self._before
        left, top, right, bottom = painted.area or _NOTHING
        new = painted.image.crop((left, top, right, bottom))
        old = self._before.crop((left, top, right, bottom))
        changed = ImageChops.difference(new, old).point(_CHANGED)
        self._before.paste(new, (left, top))
        box = changed.getbbox() or _NOTHING
        pixels = Image.new("L", (box[2] - box[0], box[3] - box[1]), TRANSPARENT)
        pixels.paste(new.crop(box), mask=_bridged(changed.crop(box)))
        return (left + box[0], top + box[1], left + box[2], top + box[3]), pixels


def _bridged(changed: Image.Image) -> Image.Image:
    """Return the mask with gaps of up to 7 pixels in a row filled: that compresses better.

    The crumbs between two changed letters cost more as transparent pixels than as
    what they are.  All rows are closed at once, as one long number.
    """
    rows = changed.convert("1", dither=Image.Dither.NONE)
    packed = rows.tobytes()
    bits = wide = int.from_bytes(packed, "big")
    for shift in (1, 2, 4):
        wide |= wide >> shift
    for shift in (1, 2, 4):
        wide &= wide << shift
    closed = (wide | bits) & ((1 << 8 * len(packed)) - 1)
    return Image.frombytes("1", rows.size, closed.to_bytes(len(packed), "big"))
