"""MP4 and WebM through imageio's PyAV plugin.

A still that is held is encoded once, not once per tick: frames carry the times at
which they begin.  The last is written a second time where it ends, so that every
player shows it as long as it should.  At a constant rate it is there at each tick.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.export.reel import Reel, Ticker, WrittenReel
from tcviz.render.canvas import looked_up
from tcviz.render.pixels import Painted
from tcviz.scene.frozen import frozen

Array8: TypeAlias = NDArray[np.uint8]

TICKS = 60
"""Times are counted in sixtieths of a second, where there is no constant rate."""
SHRUNK = {"yuv420p": 2, "yuv444p": 1}
"""How many pixels have one value of chroma, across and down."""
THREADS = 4
"""Of an encoder, on any machine: how many there are shows in the bytes.

Each takes a frame, and works on it while the next is painted.
"""
FROM_KEY = "300"
"""Frames from one that is whole to the next, at most: what moves at 60 frames a second has many,
and most of them are nearly the same."""
_SAME_BYTES = "+bitexact"
"""No random identifiers, no library versions."""
_BT709 = 1
_LIMITED_RANGE = 1
_RED_GREEN_BLUE = (0.2126, 0.7152, 0.0722)
"""What each adds to luma in BT.709."""


@frozen
class Codec:
    """A container and an encoder, each with what it is told."""

    container: str
    muxing: dict[str, str]
    name: str
    options: dict[str, str]


# Drawings are flat, and mostly still.  Of all that the fastest preset leaves out, arithmetic
# coding and small blocks pay for them, and to round less to nothing; what it leaves out for good
# is deblocking, which smears the fine edges of digits, and B-frames: every frame can be stepped
# to, and times begin at zero in every player.  A constant quantiser looks at no frame but the one
# it has: the bytes are the same on a busy machine, too.  Key frames are finer than the others, as
# what never changes is seen as they have it.
H264 = Codec(
    "mp4",
    {"movflags": "+faststart", "fflags": _SAME_BYTES},
    "libx264",
    {
        "preset": "ultrafast",
        "qp": "18",
        "g": FROM_KEY,
        "x264-params": ":".join(
            (
                "cabac=1:partitions=i4x4,p8x8,p4x4",
                "deadzone-inter=12:deadzone-intra=8",
                "ipratio=2.8:chroma-qp-offset=-2",
            )
        ),
    },
)
VP9 = Codec(
    "webm",
    {"fflags": _SAME_BYTES},
    "libvpx-vp9",
    {
        "crf": "24",
        "b": "0",
        "deadline": "good",
        "cpu-used": "5",
        "row-mt": "1",
        "g": FROM_KEY,
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
    },
)


def write_mp4(reel: Reel, file: BinaryIO) -> WrittenReel:
    """Write H.264 in MP4: even size, its index in front."""
    return _write(reel, file, H264)


def write_webm(reel: Reel, file: BinaryIO) -> WrittenReel:
    """Write VP9 in WebM."""
    return _write(reel, file, VP9)


def _write(reel: Reel, file: BinaryIO, codec: Codec) -> WrittenReel:
    size = _even(reel.size)
    tick, planes = Ticker(reel.rate or TICKS), _Planes(size, reel.pixel_format)
    begin = ticks = count = 0
    with _opened(file, codec, reel) as stream:
        for shot in reel.shots:
            planes.show(shot.painted)
            ticks = tick(shot.duration)
            for at in range(ticks if reel.rate else 1):
                _put(stream, planes, begin + at)
                count += 1
            begin += ticks
        if ticks > 1 and not reel.rate:
            _put(stream, planes, begin - 1)
            count += 1
    return WrittenReel(count, tick.seconds, size)


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size as yuv420p needs it."""
    width, height = size
    return width + width % 2, height + height % 2


@contextmanager
def _opened(file: BinaryIO, codec: Codec, reel: Reel) -> Iterator[Any]:
    """Give the stream of an open file; where it or the caller fails, it gets no more frames."""
    import imageio.v3 as iio

    options: Any = {"extension": f".{codec.container}", "container": codec.container}
    options["options"] = codec.muxing  # imageio hands them on to PyAV
    plugin: Any = _by_name
    out: Any = iio.imopen(file, "w", plugin=plugin, **options)
    try:
        yield _begun(out, codec, reel)
        with _none_collected():
            out.close()
        out.close = lambda: None  # which it calls again, and looks again, as it is forgotten
    except BaseException:
        out._video_stream = None  # noqa: SLF001  (what the encoder still has is not wanted)
        with suppress(Exception):  # another one, of the same
            out.close()
        raise


@contextmanager
def _none_collected() -> Iterator[None]:
    """Keep imageio, as it closes, from looking for circles among all objects of the process.

    It looks for those of filters, of which there are none here.
    """
    if gc.get_freeze_count():  # somebody else keeps objects from being looked at
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _by_name(request: Any, **options: Any) -> Any:
    """Return imageio's writer, with the file's name in place of the file.

    The muxer opens it itself then, and never calls Python: a signal that struck in such a call
    would be lost, and so would an error.
    """
    from imageio.plugins.pyav import PyAVPlugin

    name = str(Path(request.get_file().name).absolute())
    request.get_file = lambda: name
    return PyAVPlugin(request, **options)


def _begun(out: Any, codec: Codec, reel: Reel) -> Any:
    """Return the stream of frames, after the encoder is told all that imageio passes not on."""
    out.init_video_stream(codec.name, fps=reel.rate or TICKS, pixel_format=reel.pixel_format)
    stream = out._video_stream  # noqa: SLF001  (see above)
    stream.options = codec.options
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED_RANGE
    context.width, context.height = _even(reel.size)
    context.thread_count, context.thread_type = THREADS, "FRAME"
    return stream


class _Planes:
    """A frame's luma and its chroma, of half its size or all; only what changed is made again.

    All frames are one `frame` of the encoder's, which copies it before it returns.
    """

    def __init__(self, size: tuple[int, int], pixel_format: str = Reel.pixel_format) -> None:
        from av import VideoFrame

        self.frame = VideoFrame(*size, pixel_format)
        self._shrunk = SHRUNK[pixel_format]
        self._planes = [_view(plane) for plane in self.frame.planes]

    def __getitem__(self, plane: int) -> Array8:
        return self._planes[plane]

    def show(self, painted: Painted) -> None:
        """Become the frame that is painted, which follows the one shown before."""
        luma, *chroma = _tables(painted.palette.flat())
        for left, top, right, bottom in painted.regions:
            here = _evened(painted.pixels[top:bottom, left:right], painted.background)
            _put_into(self._planes[0], looked_up(here, luma), left, top)
            for plane, table in zip(self._planes[1:], chroma, strict=True):
                fine: NDArray[np.integer[Any]] = looked_up(here, table)
                if self._shrunk > 1:
                    pair = np.add(fine[::2], fine[1::2], dtype=np.uint16)
                    fine = (pair[:, ::2] + pair[:, 1::2] + 2) >> 2
                _put_into(plane, fine, left // self._shrunk, top // self._shrunk)


def _view(plane: Any) -> Array8:
    """Return the values of an encoder's plane, to be written; its rows may be longer."""
    values = np.frombuffer(plane, np.uint8)
    return values.reshape(plane.height, -1)[:, : plane.width]


def _evened(image: Array8, background: int) -> Array8:
    """Return an image with a further row or column of the background where one is missing."""
    height, width = image.shape
    missing = (0, height % 2), (0, width % 2)
    return np.pad(image, missing, constant_values=background) if any(map(any, missing)) else image


def _put_into(plane: Array8, piece: NDArray[np.integer[Any]], left: int, top: int) -> None:
    height, width = piece.shape
    plane[top : top + height, left : left + width] = piece


def _put(stream: Any, planes: _Planes, begin: int) -> None:
    """Encode a frame (imageio's own way would copy it whole each time)."""
    planes.frame.pts = begin
    for packet in stream.encode(planes.frame):
        stream.container.mux(packet)


@lru_cache(maxsize=4)
def _tables(palette: bytes) -> list[bytes]:
    """Return the Y, Cb and Cr of every palette entry (ITU-R BT.709, limited range).

    The library's own conversion takes the older BT.601, whatever the file says.
    """
    colours = np.frombuffer(palette, np.uint8).reshape(-1, 3) / 255
    luma = colours @ _RED_GREEN_BLUE
    red, _, blue = _RED_GREEN_BLUE
    planes = (
        16 + 219 * luma,
        128 + 112 * (colours[:, 2] - luma) / (1 - blue),
        128 + 112 * (colours[:, 0] - luma) / (1 - red),
    )
    return [np.rint(plane).astype(np.uint8).tobytes() for plane in planes]
