"""Animated WebP, lossless, through Pillow.

Its encoder merges frames that are alike, and makes a still, which has no duration, of what
remains as one frame.  So what was written is read from the file (RFC 9649, section 2.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from struct import pack
from typing import Any, BinaryIO

from PIL import Image

from tcviz.export.reel import Reel, Shot, Ticker, WrittenReel

TICKS = 1000
"""WebP counts thousandths of a second."""
_EFFORT = 2
"""Of libwebp's 0 to 6: beyond this, files shrink little and take many times longer."""

_IS_ANIMATED = 1 << 1


class _Strip(Image.Image):
    """An image of many frames, each painted when Pillow asks for it: none are kept."""

    def __init__(self, reel: Reel, durations: list[int]) -> None:
        super().__init__()
        self._shots: Iterator[Shot] = reel.shots
        self._size, self._mode, self.n_frames = reel.size, "RGB", reel.count
        self._tick, self._durations, self._at = Ticker(TICKS), durations, -1

    def seek(self, frame: int) -> None:
        """Paint the next frame; going back is what Pillow does when it is done."""
        while self._at < frame:
            shot = next(self._shots)
            self._durations.append(self._tick(shot.duration))
            self.im = shot.painted.rgb().im
            self._at += 1

    def tell(self) -> int:
        """Return the number of the frame on show."""
        return max(0, self._at)

    def load(self) -> Any:
        """Return the pixels, which `seek` has painted."""
        return self.im.pixel_access(self.readonly)


def write(reel: Reel, file: BinaryIO) -> WrittenReel:
    """Write the reel."""
    durations: list[int] = []
    encoded = BytesIO()
    strip = _Strip(reel, durations)
    strip.seek(0)
    strip.save(
        encoded,
        "WEBP",
        save_all=True,
        lossless=True,
        quality=50,
        method=_EFFORT,
        loop=reel.loop,
        duration=durations,
    )
    data = encoded.getvalue()
    if not _frames(data):
        data = _animated(data, reel, sum(durations))
    file.write(data)
    frames = _frames(data)
    return WrittenReel(len(frames), Fraction(sum(frames), TICKS), reel.size)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the payload of every chunk; payloads are padded to be even."""
    at = len(b"RIFFsizeWEBP")
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : end]
        at = end + end % 2


def _frames(data: bytes) -> list[int]:
    """Return the ticks of each frame; there are none in a still."""
    return [int.from_bytes(d[12:15], "little") for name, d in _chunks(data) if name == b"ANMF"]


def _animated(still: bytes, reel: Reel, ticks: int) -> bytes:
    """Return an animation of one frame, which is a still and lasts so long."""
    size = b"".join(pack("<I", n - 1)[:3] for n in reel.size)
    image = b"".join(_chunk(name, d) for name, d in _chunks(still) if name == b"VP8L")
    body = _chunk(b"VP8X", pack("<I", _IS_ANIMATED) + size)
    body += _chunk(b"ANIM", pack("<IH", 0, reel.loop))
    body += _chunk(b"ANMF", bytes(6) + size + pack("<I", ticks)[:3] + b"\0" + image)
    return _chunk(b"RIFF", b"WEBP" + body)


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + pack("<I", len(payload)) + payload + bytes(len(payload) % 2)
