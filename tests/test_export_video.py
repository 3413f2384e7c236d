"""Videos are decoded again: containers, tags, times and colours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import av
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from tcviz.api import Animation, animate
from tcviz.export import format_of
from tcviz.export.video import _even, _Planes
from tcviz.render.pixels import Pixels
from tcviz.scene.shades import rgb
from tcviz.scene.theme import presets

BT709, LIMITED = 1, 1
CODECS = {"mp4": "h264", "webm": "vp9"}
SMALL = {"size": (640, 360), "stride": 2, "padding": 1, "input_size": 2, "seed": 3}
MOST, LEAST = 16, 4
"""Levels by which a pixel at an edge may be off, and one of a flat place."""
FLAT = 11
"""Pixels: so far around it, a place must have one colour for compression to leave it alone."""


def saved(animation: Animation, path: Path) -> Path:
    animation.save(path)
    return path


def atoms(data: bytes) -> list[str]:
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at : at + 4], "big")
    return names


def packets(path: Path) -> list[Fraction]:
    """Return when each packet begins, in seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [p.pts * p.time_base for p in container.demux(stream) if p.pts is not None]


def play_time(path: Path) -> float:
    with av.open(str(path)) as container:
        return container.duration / av.time_base


def colours(frame: av.VideoFrame) -> np.ndarray:
    """Return red, green and blue as the tags say, computed from the standard's own numbers."""
    red, blue = {BT709: (0.2126, 0.0722)}[int(frame.colorspace)]
    y, cb, cr = (
        np.frombuffer(plane, np.uint8)
        .reshape(plane.height, plane.line_size)[:, : plane.width]
        .astype(float)
        for plane in frame.planes
    )
    if cb.shape != y.shape:
        cb, cr = (np.kron(c, np.ones((2, 2)))[: frame.height, : frame.width] for c in (cb, cr))
    luma = (y - 16) / 219
    r, b = (luma + 2 * (1 - k) * (c - 128) / 224 for k, c in ((red, cr), (blue, cb)))
    g = (luma - red * r - blue * b) / (1 - red - blue)
    return 255 * np.stack([r, g, b], axis=-1)


@pytest.mark.parametrize("suffix", CODECS)
def test_browsers_and_slides_can_play_it(suffix: str, tmp_path: Path) -> None:
    path = saved(animate(**SMALL, first=2), tmp_path / f"a.{suffix}")
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        frame = next(container.decode(video=0))
        assert (context.name, context.pix_fmt) == (CODECS[suffix], "yuv420p")
        assert (context.width, context.height) == (640, 360)
        tags = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        assert tags == (BT709, BT709, BT709, LIMITED)
        assert frame.key_frame


def test_the_index_of_an_mp4_lies_before_its_pictures(tmp_path: Path) -> None:
    order = atoms(saved(animate(**SMALL, first=2), tmp_path / "a.mp4").read_bytes())
    assert order[0] == "ftyp"
    assert order.index("moov") < order.index("mdat")


@pytest.mark.parametrize("suffix", CODECS)
def test_an_odd_canvas_becomes_even_by_one_line_of_background(suffix: str, tmp_path: Path) -> None:
    odd = animate(**SMALL | {"size": (641, 361)}, first=1)
    with av.open(str(saved(odd, tmp_path / f"a.{suffix}"))) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (642, 362)
    white = colours(frame)[[-1, -2], :].mean(axis=1)
    assert np.abs(white - rgb(odd.look.theme.background)).max() < 3


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize(
    "times",
    [
        {"step_duration": 0.5, "hold": 1.25},
        {"step_duration": 1 / 60, "hold": 1 / 60},
        {"step_duration": 0.1, "hold": 0.3, "transition": 0.4, "fps": 24},
        {"step_duration": 2.0, "hold": 40.0},
    ],
)
def test_it_plays_as_long_as_the_animation_lasts(
    suffix: str, times: dict[str, float], tmp_path: Path
) -> None:
    animation = animate(**SMALL, **times)
    path = saved(animation, tmp_path / f"a.{suffix}")
    exact = animation.timing.seconds(len(animation.picks))
    assert play_time(path) == pytest.approx(float(exact), abs=1 / 60)
    begins, expected = packets(path), Fraction(0)
    for begin, frame in zip(begins, animation.frames(), strict=False):
        assert float(begin) == pytest.approx(float(expected), abs=0.01)
        expected += frame.duration


@pytest.mark.parametrize("suffix", CODECS)
def test_a_held_still_is_encoded_once_and_where_it_ends(suffix: str, tmp_path: Path) -> None:
    animation = animate(**SMALL, step_duration=10, hold=60)
    path = saved(animation, tmp_path / f"a.{suffix}")
    begins = [float(begin) for begin in packets(path)]
    assert begins[:4] == pytest.approx([0, 10, 20, 30], abs=0.001)
    assert begins[4:] == pytest.approx([90 - 1 / 60], abs=0.001)


def test_a_single_step_is_a_video_too(tmp_path: Path) -> None:
    path = saved(animate(**SMALL, first=1, hold=2), tmp_path / "a.mp4")
    assert play_time(path) == pytest.approx(2, abs=0.001)


@pytest.mark.parametrize(
    ("suffix", "theme"), [*(("mp4", theme) for theme in presets()), ("webm", "contrast")]
)
def test_flat_colours_come_back_as_the_theme_has_them(
    suffix: str, theme: str, tmp_path: Path
) -> None:
    animation = animate(**SMALL | {"size": (1280, 720)}, theme=theme, first=1)
    with av.open(str(saved(animation, tmp_path / f"a.{suffix}"))) as container:
        seen = colours(next(container.decode(video=0)))
    still = np.asarray(animation.still(1))
    for role in ("background", "now_fill"):
        wanted = np.array(rgb(getattr(animation.look.theme, role)))
        same = (still == wanted).all(axis=-1)
        flat = np.argwhere(sliding_window_view(same, (FLAT, FLAT)).all(axis=(-1, -2))) + FLAT // 2
        assert len(flat) > 50, f"no flat piece of {role}"
        mean = seen[flat[:, 0], flat[:, 1]].mean(axis=0)
        assert np.abs(mean - wanted).max() < 2.5, role


def even(plane: np.ndarray) -> np.ndarray:
    """Return where a plane has one value so far around."""
    low, high = plane, plane
    for axis in (0, 1):
        low = sliding_window_view(low, FLAT, axis).min(axis=-1)
        high = sliding_window_view(high, FLAT, axis).max(axis=-1)
    return low == high


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_frame_of_a_film_looks_otherwise_than_it_was_painted(theme: str, tmp_path: Path) -> None:
    film = animate(**SMALL, transition=0.3, fps=15, theme=theme, first=3)
    pixels, planes = Pixels(film.size), _Planes(film.size)
    with av.open(str(saved(film, tmp_path / "a.mp4"))) as container:
        decoded = list(container.decode(video=0))
    scenes = [frame.scene for frame in film.frames()]
    assert len(decoded) == len(scenes) + 1  # the last is there where it ends, too
    for frame, scene in zip(decoded, [*scenes, scenes[-1]], strict=True):
        planes.show(pixels.paint(scene))
        for plane, wanted in zip(frame.planes, (planes[i] for i in range(3)), strict=True):
            seen = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
            off = np.abs(seen[:, : plane.width].astype(int) - wanted)
            assert off.max() <= MOST
            calm = off[FLAT // 2 : -(FLAT // 2), FLAT // 2 : -(FLAT // 2)][even(wanted)]
            assert calm.max() <= LEAST
            assert calm.mean() < 0.02


@pytest.mark.parametrize(("suffix", "name"), [("mp4", "clip.gif"), ("webm", "clip")])
def test_the_format_asked_for_is_written_whatever_the_file_is_called(
    suffix: str, name: str, tmp_path: Path
) -> None:
    animate(**SMALL, first=2).save(tmp_path / name, suffix)
    with av.open(str(tmp_path / name)) as container:
        assert container.streams.video[0].codec_context.name == CODECS[suffix]


@contextmanager
def full(room: int) -> Iterator[None]:
    """Let no file have more than so many bytes."""
    resource = pytest.importorskip("resource", reason="Windows has no limit on a file's size")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.95, 0.9999])
def test_a_full_disk_is_told_wherever_it_is_met(suffix: str, share: float, tmp_path: Path) -> None:
    animation = animate(**SMALL, first=2)
    whole = saved(animation, tmp_path / f"whole.{suffix}").stat().st_size
    with (
        (tmp_path / "full").open("w+b") as file,
        full(int(whole * share)),
        pytest.raises(OSError, match="File too large"),
    ):
        animation.write(file, format_of(suffix))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors cannot be chosen here")
@pytest.mark.parametrize("suffix", CODECS)
def test_the_bytes_do_not_depend_on_the_number_of_processors(suffix: str, tmp_path: Path) -> None:
    script = f"""
        import os, sys
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv[1])])
        from tcviz.api import animate
        animate(**{SMALL}, first=3).save(sys.argv[1] + ".{suffix}")
    """
    made = []
    for processors in "1", "2":
        words = [sys.executable, "-c", dedent(script), processors]
        subprocess.run(words, cwd=tmp_path, check=True)
        made.append((tmp_path / f"{processors}.{suffix}").read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("size", [(640, 360), (641, 361)])
def test_a_frame_after_others_has_the_luma_and_chroma_that_it_has_by_itself(
    size: tuple[int, int],
) -> None:
    scenes = [frame.scene for frame in animate(**(SMALL | {"size": size})).frames()]
    pixels, going = Pixels(size), _Planes(_even(size))
    for scene in scenes:
        going.show(pixels.paint(scene))
        alone = _Planes(_even(size))
        alone.show(Pixels(size).paint(scene))
        for plane in range(3):
            np.testing.assert_array_equal(going[plane], alone[plane])


def test_twice_as_many_frames_a_second_make_no_much_larger_film(tmp_path: Path) -> None:
    sizes = []
    for fps in (30, 60):
        film = animate(stride=2, padding=1, size=(640, 360), transition=0.6, fps=fps, first=4)
        sizes.append(saved(film, tmp_path / f"{fps}.mp4").stat().st_size)
    assert sizes[1] < 1.2 * sizes[0]
