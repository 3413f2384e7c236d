"""MP4 and WebM through imageio's PyAV plugin.

A still that is held is encoded once, not once per tick: frames carry the times at
which they begin.  The last is written a second time where it ends, so that every
player shows it as long as it should.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from tcviz.export.reel import Reel, Ticker
from tcviz.render.pixels import Painted

TICKS = 60
"""Times are counted in sixtieths of a second."""
_BT709 = 1
_LIMITED_RANGE = 1


@dataclass(frozen=True)
class Codec:
    """An encoder and what it is told; `container` are the muxer's options."""

    name: str
    options: dict[str, str]
    container: dict[str, str]


# No B-frames: every frame can be stepped to, and times begin at zero in every player.
H264 = Codec(
    "libx264",
    {"crf": "18", "preset": "veryfast", "tune": "animation", "bf": "0", "g": "60"},
    {"movflags": "+faststart"},
)
VP9 = Codec(
    "libvpx-vp9",
    {
        "crf": "24",
        "b": "0",
        "deadline": "good",
        "cpu-used": "5",
        "row-mt": "1",
        "g": "60",
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
    },
    {},
)


def write_mp4(reel: Reel, file: BinaryIO) -> None:
    """Write H.264 in MP4: yuv420p, even size, its index in front."""
    _write(reel, file, H264)


def write_webm(reel: Reel, file: BinaryIO) -> None:
    """Write VP9 in WebM."""
    _write(reel, file, VP9)


def _write(reel: Reel, file: BinaryIO, codec: Codec) -> None:
    import imageio.v3 as iio

    tick, begin, image = Ticker(TICKS), 0, None
    options: Any = {"options": codec.container}  # imageio hands them on to PyAV
    with iio.imopen(file.name, "w", plugin="pyav", **options) as out:
        _open(out, codec)
        for shot in reel.shots:
            image = _pixels(shot.painted)
            _put(out, image, begin)
            begin += tick(shot.duration)
        if image is not None:
            _put(out, image, begin - 1)


def _open(out: Any, codec: Codec) -> None:
    out.init_video_stream(codec.name, fps=TICKS, pixel_format="yuv420p")
    stream = out._video_stream  # noqa: SLF001  (imageio passes no encoder options on)
    stream.options = codec.options
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED_RANGE


def _put(out: Any, image: np.ndarray[Any, Any], begin: int) -> None:
    out.frames_written = begin
    out.write_frame(image)


def _pixels(painted: Painted) -> np.ndarray[Any, Any]:
    """Return the frame in colours, its size made even as yuv420p needs it."""
    image = painted.rgb()
    width, height = image.width + image.width % 2, image.height + image.height % 2
    if (width, height) != image.size:
        even = Image.new("RGB", (width, height), image.getpixel((0, 0)))
        even.paste(image)
        image = even
    return np.asarray(image)
