"""What videos alone have: captions, a constant frame rate, the format of their pixels."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tcviz.api import Animation, animate
from tcviz.errors import RequestError, TooLargeError
from tcviz.errors.notes import TcvizWarning
from tcviz.export.captions import webvtt
from tcviz.export.reel import Ticker
from tcviz.scene.frames import Timing
from tests.test_export_video import CODECS, SMALL, colours, packets, play_time, saved

Run = Callable[..., tuple[int, str, str]]
CUE = re.compile(r"(\d+)\n([\d:.]+) --> ([\d:.]+)\n(.+)\n")
WORDS = ("animate", "-s", "2", "-p", "1", "--size", "640x360", "--first", "3")


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def cues(track: str) -> list[tuple[float, float, str]]:
    """Return when each cue begins and ends, and what it says; they are numbered from 1."""
    assert track.startswith("WEBVTT\n\n")
    found = CUE.findall(track)
    assert [number for number, *_ in found] == [str(n) for n in range(1, len(found) + 1)]
    return [(seconds(begin), seconds(end), words) for _, begin, end, words in found]


# --- captions -----------------------------------------------------------------------


def test_captions_say_each_sentence_while_its_step_is_shown(tmp_path: Path) -> None:
    times: dict[str, Any] = {"step_duration": 0.5, "hold": 1.25, "transition": 0.2}
    animation = animate(**SMALL, **times)
    frames = [*animation.frames()]
    path, track = saved(animation, tmp_path / "a.mp4"), cues(animation.captions())
    assert [words for *_, words in track] == [
        scene.sentence for scene, _ in animation.drawn.moments(animation.picks)
    ]
    begins, now = [], Fraction(0)
    for frame in frames:
        if frame.duration > Fraction(1, 30):
            begins.append(float(now))
        now += frame.duration
    assert [begin for begin, *_ in track] == pytest.approx(begins, abs=0.001)
    assert [end for _, end, _ in track] == pytest.approx([*begins[1:], play_time(path)], abs=0.02)


def test_what_is_said_is_no_markup() -> None:
    track = webvtt(["a < b & c --> d\n\nNOTE e"], Timing())
    assert cues(track) == [(0, 3, "a &lt; b &amp; c --&gt; d NOTE e")]


@pytest.mark.parametrize("suffix", CODECS)
def test_captions_lie_beside_the_video(suffix: str, run: Run) -> None:
    status, out, _ = run(*WORDS, "-o", f"a.{suffix}", "--captions", "b/a.vtt")
    assert status == 0
    assert out.endswith("b/a.vtt: 3 captions\n")
    assert len(cues(Path("b/a.vtt").read_text(encoding="utf-8"))) == 3


@pytest.mark.parametrize("named", ["A.VTT", "subs/", "subs.vtt/"])
def test_captions_are_named_as_other_files_are(named: str, run: Run) -> None:
    status, out, _ = run(*WORDS, "-o", "a.mp4", "--captions", named)
    usual = "distribution-k3-s2-p1.vtt" if named.endswith("/") else ""
    assert status == 0
    assert out.endswith(f"{named}{usual}: 3 captions\n")
    assert Path(named, usual).is_file()


def test_each_view_has_captions_of_its_own(run: Run) -> None:
    views = ("distribution", "matrix")
    run(*WORDS, "--view", ",".join(views), "-o", "a.mp4", "--captions", "a.vtt")
    said = {Path(f"a-{view}.vtt").read_text(encoding="utf-8") for view in views}
    assert len(said) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-o a.gif --captions a.vtt", "captions is 'a.vtt'; allowed: with MP4 or WebM"),
        ("-o a.mp4 --captions a.srt",
         "captions is 'a.srt'; allowed: a file that ends in .vtt, or a folder"),
        ("-o a.svg --cfr", "cfr is asked for; allowed: with MP4 or WebM"),
        ("-o a.gif --pixel-format yuv444p",
         "pixel_format is 'yuv444p'; allowed: with MP4 or WebM"),
        ("-o a.mp4 --cfr --fps 10 --step-duration 0.05",
         "step_duration is 0.05 s; allowed: 0.1 s to 3600 s in MP4"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_before_any_work(
    words: str, told: str, run: Run, tmp_path: Path
) -> None:
    status, _, err = run(*WORDS, *words.split())
    assert (status, err.splitlines()[-1]) == (2, f"tcviz: {told}")
    assert not list(tmp_path.iterdir())


# --- a constant frame rate ------------------------------------------------------------


@pytest.mark.parametrize("suffix", CODECS)
def test_at_a_constant_rate_there_is_a_frame_at_every_tick(suffix: str, tmp_path: Path) -> None:
    times: dict[str, Any] = {"step_duration": 0.55, "hold": 1.3, "transition": 0.2, "fps": 10}
    animation = animate(**SMALL, **times, cfr=True)
    path = saved(animation, tmp_path / f"a.{suffix}")
    begins = [float(begin) for begin in packets(path)]
    exact = float(animation.seconds)
    assert begins == pytest.approx([n / 10 for n in range(len(begins))], abs=0.001)
    assert len(begins) == pytest.approx(10 * exact, abs=1)
    assert play_time(path) == pytest.approx(exact, abs=0.1)


def test_the_default_rate_is_30(tmp_path: Path) -> None:
    path = saved(animate(**SMALL, first=2, hold=1, cfr=True), tmp_path / "a.mp4")
    assert len(packets(path)) == 60
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 30


def test_a_rate_is_of_use_without_a_transition() -> None:
    animate(**SMALL, fps=25, cfr=True)  # a note would be an error here


def test_a_constant_rate_that_repeats_too_often_is_refused() -> None:
    with pytest.raises(TooLargeError, match=r"432,030 frames at a constant rate; allowed: up to "
                       r"216,000; use a lower --fps, or leave --cfr out"):  # fmt: skip
        animate(**SMALL, first=2, step_duration=0.25, hold=3600, fps=120, cfr=True)


def test_what_lasts_a_tick_has_one() -> None:
    tick = Ticker(10)
    assert [tick(Fraction(55, 100)), *(tick(Fraction(1, 10)) for _ in range(3))] == [6, 1, 1, 1]


# --- pixels ---------------------------------------------------------------------------


def whole(animation: Animation, path: Path) -> av.VideoFrame:
    """Return the first frame of a video of an animation."""
    with av.open(str(saved(animation, path))) as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize("suffix", CODECS)
def test_colours_have_their_full_size_on_wish(suffix: str, tmp_path: Path) -> None:
    with pytest.warns(TcvizWarning, match="yuv444p: browsers and slides may not play it"):
        animation = animate(**SMALL, first=1, pixel_format="yuv444p")
    frame = whole(animation, tmp_path / f"a.{suffix}")
    assert frame.format.name == "yuv444p"
    tags = frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range
    assert tags == (1, 1, 1, 1)
    still = np.asarray(animation.still(1)).astype(float)
    ordinary = whole(animate(**SMALL, first=1), tmp_path / f"b.{suffix}")
    off = [np.abs(colours(one) - still).mean() for one in (frame, ordinary)]
    assert off[0] < 0.8 * off[1]


def test_no_other_format_of_pixels_is_known() -> None:
    with pytest.raises(RequestError, match="pixel_format is 'rgb24'; allowed: yuv420p or yuv444p"):
        animate(pixel_format="rgb24")
