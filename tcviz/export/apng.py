"""Animated PNG: indexed colours, and only what changed in each frame.

Pillow's own writer keeps all frames in memory, so the chunks (PNG specification,
third edition, with its animation chunks) are written here; zlib compresses.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from struct import pack
from typing import BinaryIO

import numpy as np

from tcviz.export.changes import Changes
from tcviz.export.reel import Reel, WrittenReel
from tcviz.render.canvas import Pixels8
from tcviz.render.damage import Area
from tcviz.render.palette import SIZE, TRANSPARENT

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED, _DEPTH = 3, 8
_LEVEL = 6
_OVER = 1


def write(reel: Reel, file: BinaryIO) -> WrittenReel:
    """Write the reel; the palette is complete only after the last frame and is set then."""
    file.write(_SIGNATURE)
    _chunk(file, b"IHDR", pack(">IIBBBBB", *reel.size, _DEPTH, _INDEXED, 0, 0, 0))
    _chunk(file, b"acTL", pack(">II", reel.count, reel.loop))
    palette_at, palette = file.tell(), b""
    _chunk(file, b"PLTE", bytes(3 * SIZE))
    _chunk(file, b"tRNS", bytes([TRANSPARENT]))  # the alpha of the first entry
    number, count, seconds, changes = 0, 0, Fraction(0), Changes()
    for shot in reel.shots:
        count += 1
        palette = shot.painted.palette.flat()
        area, pixels = changes.of(shot.painted)
        time = shot.duration.limit_denominator(1000)
        seconds += time
        _chunk(file, b"fcTL", _control(number, area, time))
        data = _compressed(pixels)
        if number:
            _chunk(file, b"fdAT", pack(">I", number + 1) + data)
        else:
            _chunk(file, b"IDAT", data)
        number += 2 if number else 1
    _chunk(file, b"IEND", b"")
    file.seek(palette_at)
    _chunk(file, b"PLTE", palette)
    return WrittenReel(count, seconds, reel.size)


def _chunk(file: BinaryIO, name: bytes, data: bytes) -> None:
    file.write(pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data)))


def _control(number: int, area: Area, duration: Fraction) -> bytes:
    """Return a frame's place and duration, a fraction of a second; it lies over the last one."""
    left, top, right, bottom = area
    time = duration.numerator, duration.denominator
    return pack(">IIIIIHHBB", number, right - left, bottom - top, left, top, *time, 0, _OVER)


def _compressed(pixels: Pixels8) -> bytes:
    high, wide = pixels.shape
    rows = np.zeros((high, wide + 1), dtype=np.uint8)  # filter 0 begins each row
    rows[:, 1:] = pixels
    return zlib.compress(rows.tobytes(), _LEVEL)
