"""GIF: one global palette with exact colours, and only what changed in each frame.

Pillow's own writer keeps all frames in memory and chooses a palette for each, so
the blocks of the format (GIF89a, sections 17 to 27) are written here; Pillow does
the compression.
"""

from __future__ import annotations

from struct import pack
from typing import BinaryIO

from PIL import Image

from tcviz.export.changes import Changes
from tcviz.export.reel import Reel, Ticker, WrittenReel
from tcviz.render.canvas import Pixels8
from tcviz.render.damage import Area
from tcviz.render.palette import SIZE, TRANSPARENT

TICKS = 100
"""GIF counts hundredths of a second."""

_HEADER = b"GIF89a"
_PALETTE_AT = len(_HEADER) + 7
_GLOBAL_PALETTE = 0x80 | 0x70 | 0x07
"""There is a global palette, of 8 bits a colour and 2**(7+1) entries."""
_KEEP, _HAS_TRANSPARENT = 1 << 2, 1


def write(reel: Reel, file: BinaryIO) -> WrittenReel:
    """Write the reel; the palette is complete only after the last frame and is set then."""
    file.write(_header(reel))
    tick, changes, palette, count = Ticker(TICKS), Changes(), b"", 0
    for shot in reel.shots:
        count += 1
        palette = shot.painted.palette.flat()
        file.write(_frame(*changes.of(shot.painted), tick(shot.duration)))
    file.write(b";")
    file.seek(_PALETTE_AT)
    file.write(palette)
    return WrittenReel(count, tick.seconds, reel.size)


def _header(reel: Reel) -> bytes:
    screen = pack("<HHBBB", *reel.size, _GLOBAL_PALETTE, 0, 0)
    return _HEADER + screen + bytes(3 * SIZE) + _repeats(reel.loop)


def _repeats(plays: int) -> bytes:
    """Return the Netscape extension: it counts repeats after the first time, 0 for ever."""
    if plays == 1:
        return b""
    return b"!\xff\x0bNETSCAPE2.0\x03\x01" + pack("<H", max(0, plays - 1)) + b"\0"


def _frame(area: Area, pixels: Pixels8, delay: int) -> bytes:
    left, top, right, bottom = area
    control = b"!\xf9\x04" + pack("<BHBB", _KEEP | _HAS_TRANSPARENT, delay, TRANSPARENT, 0)
    place = b"," + pack("<HHHHB", left, top, right - left, bottom - top, 0)
    # The fewer bits the first codes have, the shorter the file.
    bits = max(2, int(pixels.max()).bit_length())
    packed = Image.fromarray(pixels).tobytes("gif", "L", bits, 0)
    return control + place + bytes([bits]) + packed + b"\0"
