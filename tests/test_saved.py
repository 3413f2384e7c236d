"""What is reported, what is returned and what is in the file are the same: it is decoded again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tcviz import cli
from tcviz.api import animate
from tcviz.export import FORMATS
from tcviz.export.reel import Reel, Shot
from tcviz.render.pixels import Pixels
from tcviz.scene.marks import Box, Rect, Scene
from tcviz.scene.shades import rgb
from tcviz.scene.theme import load, presets
from tests.test_export_video import CODECS, colours

FILMS = [name for name, form in FORMATS.items() if not (form.pages or form.drawn)]
SMALL: dict[str, Any] = {"stride": 2, "padding": 1, "input_size": 2, "seed": 3}
MOVING: dict[str, Any] = {"transition": 0.2, "fps": 10, "step_duration": 0.333, "hold": 0.5}
CREEPING: dict[str, Any] = {**MOVING, "transition": 0.6, "fps": 50}
"""What glides begins and ends so slowly that frames are alike."""
several = settings(max_examples=25, deadline=None)


def held(path: Path) -> tuple[int, float, tuple[int, int]]:
    """Return how many frames a file holds, for how many seconds, and their size in pixels."""
    if path.suffix.removeprefix(".") in CODECS:
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
            assert len({(frame.width, frame.height) for frame in frames}) == 1
            size = frames[0].width, frames[0].height
            return len(frames), container.duration / av.time_base, size
    with Image.open(path) as image:
        milliseconds = 0.0
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            milliseconds += image.info["duration"]
        return image.n_frames, milliseconds / 1000, image.size


def shown(at: int, size: tuple[int, int], background: str) -> Scene:
    """Return a scene with marks in the corners, and one that stands elsewhere in each."""
    width, height = size
    spots = [(0, 0), (width - 6, height - 6), (6 + 2 * at, 8)]
    marks = [
        Box(str(n), Rect(x, y, 6, 6), fill="#c02020", line="#000000")
        for n, (x, y) in enumerate(spots)
    ]
    return Scene(width, height, background, tuple(marks))


def reel(size: tuple[int, int], order: list[int], times: list[Fraction], ground: str) -> Reel:
    pixels = Pixels(size)
    shots = (
        Shot(pixels.paint(shown(at, size, ground)), time)
        for at, time in zip(order, times, strict=True)
    )
    return Reel(size, len(order), shots)


SIDES = st.integers(33, 66)
SERIES = st.lists(st.tuples(st.integers(0, 2), st.integers(20, 3000)), min_size=1, max_size=7)
"""Which scene, neighbours among them that are alike, and for how many thousandths of a second."""


@pytest.mark.parametrize("name", FILMS)
@several
@given(size=st.tuples(SIDES, SIDES), series=SERIES)
def test_an_exporter_returns_what_its_file_holds(
    name: str,
    size: tuple[int, int],
    series: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    order, times = [at for at, _ in series], [Fraction(ms, 1000) for _, ms in series]
    path = tmp_path_factory.mktemp("held") / f"a.{name}"
    with path.open("w+b") as file:
        written = FORMATS[name].load()(reel(size, order, times, "#ffffff"), file)
    frames, seconds, pixels = held(path)
    assert (written.frames, written.size) == (frames, pixels)
    assert float(written.seconds) == pytest.approx(seconds, abs=0.0011)
    assert abs(written.seconds - sum(times)) <= Fraction(1, 100)  # a GIF counts hundredths
    assert all(0 <= got - asked <= 1 for got, asked in zip(pixels, size, strict=True))


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("settings_", [MOVING, CREEPING], ids=["moving", "creeping"])
def test_what_is_printed_and_returned_is_what_the_file_holds(
    name: str, settings_: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {**SMALL, **settings_, "size": (641, 361)}
    saved = animate(**options).save(tmp_path / f"a.{name}")
    frames, seconds, pixels = held(tmp_path / f"a.{name}")
    assert (saved.frames, saved.size) == (frames, pixels)
    assert float(saved.seconds) == pytest.approx(seconds, abs=0.0011)

    typed = [
        word
        for option, value in options.items()
        for word in (f"--{option.replace('_', '-')}", "x".join(map(str, np.atleast_1d(value))))
    ]
    assert cli.run(["animate", *typed, "-o", str(tmp_path / f"b.{name}")]) == 0
    told = capsys.readouterr().out.splitlines()[0]
    width, height = pixels
    assert told == (
        f"{tmp_path / f'b.{name}'}: {frames} frames, {float(saved.seconds):.4g} s, "
        f"{width}×{height} pixels, {(tmp_path / f'b.{name}').stat().st_size:,} bytes"
    )


def test_frames_that_webp_merges_are_not_counted(tmp_path: Path) -> None:
    creeping = animate(**SMALL, **CREEPING)
    saved = creeping.save(tmp_path / "a.webp")
    assert saved.frames < creeping.timing.frames(len(creeping.picks))
    assert saved.seconds == creeping.seconds


def test_one_frame_of_webp_lasts_as_long_as_asked(tmp_path: Path) -> None:
    saved = animate(**SMALL, first=1, hold=2.5, loop=3).save(tmp_path / "a.webp")
    assert (saved.frames, saved.seconds) == (1, Fraction(5, 2))
    with Image.open(tmp_path / "a.webp") as image:
        image.load()
        assert (image.info["duration"], image.info["loop"]) == (2500, 3)
        np.testing.assert_array_equal(
            np.asarray(image.convert("RGB")), np.asarray(animate(**SMALL).still(1))
        )


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("theme", presets())
def test_what_makes_a_video_even_is_background_whatever_the_corners_hold(
    name: str, theme: str, tmp_path: Path
) -> None:
    ground = load(theme).background
    path = tmp_path / f"a.{name}"
    with path.open("w+b") as file:
        FORMATS[name].load()(reel((65, 47), [0], [Fraction(1)], ground), file)
    with av.open(str(path)) as container:
        seen = colours(next(container.decode(video=0)))
    assert seen.shape[:2] == (48, 66)
    # Chroma is shared by two pixels each way, and compression blurs: look away from the marks.
    added = np.concatenate([seen[10:36, -1], seen[-1, 2:52]])
    assert np.abs(added - rgb(ground)).max() < 4
