"""Animated WebP, lossless, through Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image

from tcviz.export.reel import Reel, Shot, Ticker

TICKS = 1000
"""WebP counts thousandths of a second."""
_EFFORT = 2
"""Of libwebp's 0 to 6: beyond this, files shrink little and take many times longer."""


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


def write(reel: Reel, file: BinaryIO) -> None:
    """Write the reel."""
    durations: list[int] = []
    strip = _Strip(reel, durations)
    strip.seek(0)
    strip.save(
        file,
        "WEBP",
        save_all=True,
        lossless=True,
        quality=50,
        method=_EFFORT,
        loop=reel.loop,
        duration=durations,
    )
