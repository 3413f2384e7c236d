"""Files are decoded again by other programs' decoders: frames, times, sizes, colours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tcviz.api import Animation, animate
from tcviz.errors import RequestError
from tcviz.export import FORMATS, format_of
from tcviz.export.apng import write as write_apng
from tcviz.export.gif import write as write_gif
from tcviz.export.reel import Reel, Shot
from tcviz.render.areas import area_of
from tcviz.render.pixels import Pixels
from tcviz.scene.marks import Cell
from tcviz.scene.shades import rgb
from tcviz.scene.theme import presets

IMAGES = ("gif", "webp", "apng")
VIDEOS = ("mp4", "webm")
SMALL = {"size": (640, 360), "stride": 2, "padding": 1}
FILMS = (*IMAGES, "png", *VIDEOS)
STEPS = 4
FOUR_STEPS = SMALL | {"input_size": 2, "seed": 3, "step_duration": 0.5, "hold": 1.25}


@pytest.fixture(scope="module")
def animation() -> Animation:
    return animate(**FOUR_STEPS)


@pytest.fixture(scope="module")
def folder(animation: Animation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    for suffix in FILMS:
        animation.save(folder / f"four.{suffix}")
    return folder


def images(path: Path | BytesIO) -> list[tuple[np.ndarray, float]]:
    """Return every frame as RGB with its seconds, as Pillow decodes them."""
    frames = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            frames.append((np.asarray(image.convert("RGB")), image.info["duration"] / 1000))
    return frames


def film(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def gif_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a GIF's blocks after its global palette, by the letters of the format's grammar."""
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    while data[at : at + 1] != b";":
        name, head = ("image", 10) if data[at : at + 1] == b"," else ("extension", 2)
        start, at = at, at + head + (name == "image")
        while data[at]:
            at += 1 + data[at]
        at += 1
        yield name, data[start:at]


def gif_delays(data: bytes) -> list[int]:
    controls = [b for name, b in gif_blocks(data) if b.startswith(b"!\xf9")]
    return [int.from_bytes(block[4:6], "little") for block in controls]


def seconds_of(animation: Animation) -> list[Fraction]:
    return [frame.duration for frame in animation.frames()]


@pytest.mark.parametrize("suffix", FILMS)
def test_every_suffix_is_written_and_read_with_every_step_in_its_size(
    suffix: str, folder: Path
) -> None:
    path = folder / f"four.{suffix}"
    if suffix in VIDEOS:
        shapes = [(frame.height, frame.width, 3) for frame in film(path)]
        assert shapes == [(360, 640, 3)] * (STEPS + 1)  # the last is there twice: where it ends
    else:
        assert [pixels.shape for pixels, _ in images(path)] == [(360, 640, 3)] * STEPS


def test_every_format_makes_films_or_pages() -> None:
    painted = {key for key, form in FORMATS.items() if not (form.pages or form.drawn)}
    assert {*FILMS} == painted


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_suffix_names_a_format_that_can_be_loaded(suffix: str) -> None:
    assert callable(format_of(f".{suffix.upper()}").load())
    assert format_of(suffix).key == suffix


@pytest.mark.parametrize("suffix", IMAGES)
def test_steps_last_as_asked_and_the_last_is_held(suffix: str, folder: Path) -> None:
    assert [seconds for _, seconds in images(folder / f"four.{suffix}")] == [0.5, 0.5, 0.5, 1.25]


@pytest.mark.parametrize("suffix", IMAGES)
def test_every_frame_has_exactly_the_pixels_of_its_still(
    suffix: str, animation: Animation, folder: Path
) -> None:
    for step, (pixels, _) in enumerate(images(folder / f"four.{suffix}"), start=1):
        np.testing.assert_array_equal(pixels, np.asarray(animation.still(step)))


def test_a_second_decoder_sees_the_same_gif(animation: Animation, folder: Path) -> None:
    frames = film(folder / "four.gif")
    assert [frame.time for frame in frames] == [0.0, 0.5, 1.0, 1.5]
    for step, frame in enumerate(frames, start=1):
        seen = frame.to_ndarray(format="rgb24")
        np.testing.assert_array_equal(seen, np.asarray(animation.still(step)))


@pytest.mark.parametrize("suffix", [*IMAGES, *VIDEOS])
def test_frames_differ_exactly_where_marks_changed(
    suffix: str, animation: Animation, folder: Path
) -> None:
    path = folder / f"four.{suffix}"
    decoded = (
        [frame.to_ndarray(format="rgb24") for frame in film(path)]
        if suffix in VIDEOS
        else [pixels for pixels, _ in images(path)]
    )
    scenes = [frame.scene for frame in animation.frames()]
    ratio, changed_cells = animation.size[0] / scenes[0].width, 0
    for (old, before), (new, after) in pairwise(zip(decoded, scenes, strict=False)):
        difference = np.abs(new.astype(int) - old).max(axis=-1)
        was, now = ({m.key: m for m in scene.marks} for scene in (before, after))
        allowed = np.zeros(difference.shape, bool)
        for key in {k for k in was | now if was.get(k) != now.get(k)}:
            for mark in filter(None, (was.get(key), now.get(key))):
                left, top, right, bottom = (max(0, edge) for edge in area_of(mark, ratio))
                allowed[top:bottom, left:right] = True
                if isinstance(mark, Cell) and was.get(key, mark).text != now.get(key, mark).text:
                    assert difference[top:bottom, left:right].max() > 40, f"{mark.key} stands still"
                    changed_cells += 1
        if suffix not in VIDEOS:  # what compression adds elsewhere is looked at below
            assert not difference[~allowed].any()
    assert changed_cells > 10


@pytest.mark.parametrize("name", presets())
def test_the_gif_has_one_global_palette_with_the_exact_colours_of_the_theme(
    name: str, tmp_path: Path
) -> None:
    animate(**FOUR_STEPS, theme=name, first=2).save(tmp_path / "a.gif")
    data = (tmp_path / "a.gif").read_bytes()
    palette = {tuple(data[i : i + 3]) for i in range(13, 13 + 768, 3)}
    looks = animate(theme=name).look.theme
    assert data[10] & 0x80, "no global palette"
    assert {rgb(looks.background), rgb(looks.now_fill), rgb(looks.ink)} <= palette
    local = [b[9] & 0x80 for kind, b in gif_blocks(data) if kind == "image"]
    assert local == [0, 0]
    pixels = images(tmp_path / "a.gif")[1][0].reshape(-1, 3)
    for colour, least in ((looks.background, 50_000), (looks.now_fill, 100)):
        assert (pixels == rgb(colour)).all(axis=1).sum() > least


@pytest.mark.parametrize("fps", [30, 24, 7])
def test_gif_delays_follow_a_transition_without_drifting(fps: int, tmp_path: Path) -> None:
    moving = animate(
        **SMALL, input_size=2, seed=3, step_duration=0.333, hold=2.005, transition=0.5, fps=fps
    )
    saved = moving.save(tmp_path / "a.gif")
    delays = gif_delays((tmp_path / "a.gif").read_bytes())
    exact = seconds_of(moving)
    assert len(delays) == len(exact) == saved.frames == STEPS + 3 * round(0.5 * fps)
    assert Fraction(sum(delays), 100) == saved.seconds
    for told, truth in zip(accumulate(delays), accumulate(exact), strict=True):
        assert abs(Fraction(told, 100) - truth) <= Fraction(1, 200)
    assert delays[-1] in {200, 201}


@pytest.mark.parametrize("suffix", ["webp", "apng"])
def test_thousandths_of_a_second_do_not_drift_either(suffix: str, tmp_path: Path) -> None:
    moving = animate(**SMALL, input_size=2, seed=3, hold=0.1, step_duration=0.1, transition=0.3)
    moving.save(tmp_path / f"a.{suffix}")
    told = sum(seconds for _, seconds in images(tmp_path / f"a.{suffix}"))
    assert told == pytest.approx(float(sum(seconds_of(moving))), abs=0.001)


@pytest.mark.parametrize(
    ("loop", "repeats", "plays"),
    [(None, 0, 0), (0, 0, 0), (1, None, 1), (2, 1, 2), (65535, 65534, 65535)],
)
def test_it_plays_as_often_as_asked(
    loop: int | None, repeats: int | None, plays: int, tmp_path: Path
) -> None:
    once = animate(**SMALL, loop=loop, first=2)
    for suffix in IMAGES:
        once.save(tmp_path / f"a.{suffix}")
    data = (tmp_path / "a.gif").read_bytes()
    netscape = [b for _, b in gif_blocks(data) if b"NETSCAPE2.0" in b]
    assert [int.from_bytes(b[-3:-1], "little") for b in netscape] == (
        [] if repeats is None else [repeats]
    )
    for suffix in ("webp", "apng"):
        with Image.open(tmp_path / f"a.{suffix}") as image:
            assert image.info["loop"] == plays


@pytest.mark.parametrize("write", [write_gif, write_apng])
def test_frames_in_which_nothing_changes_are_kept_and_change_nothing(
    write: object, animation: Animation
) -> None:
    scenes = [frame.scene for frame in animation.frames()][:2]
    pixels, file = Pixels(animation.size), BytesIO()
    order = [scenes[0], scenes[0], scenes[1], scenes[1], scenes[0]]
    shots = (Shot(pixels.paint(scene), Fraction(i, 10)) for i, scene in enumerate(order, 1))
    write(Reel(animation.size, len(order), shots), file)  # type: ignore[operator]
    file.seek(0)
    frames = images(file)
    assert [seconds for _, seconds in frames] == [0.1, 0.2, 0.3, 0.4, 0.5]
    for (seen, _), step in zip(frames, [1, 1, 2, 2, 1], strict=True):
        np.testing.assert_array_equal(seen, np.asarray(animation.still(step)))


def test_the_same_request_gives_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from tcviz.api import animate; from tcviz.export import FORMATS\n"
        f"for f in FORMATS: animate(**{FOUR_STEPS}, first=3, transition=0.1, fps=20)"
        ".save(f'{sys.argv[1]}.{f}')"
    )
    for seed in ("1", "2"):
        target = str(tmp_path / seed)
        subprocess.run(
            [sys.executable, "-c", script, target], check=True, env={"PYTHONHASHSEED": seed}
        )
    moving = animate(**FOUR_STEPS, first=3, transition=0.1, fps=20)
    for suffix in FORMATS:
        moving.save(tmp_path / f"here.{suffix}")
        here, one, two = ((tmp_path / f"{n}.{suffix}").read_bytes() for n in ("here", "1", "2"))
        assert here == one == two, suffix


@pytest.mark.parametrize(
    ("suffix", "settings", "told"),
    [
        ("gif", {"step_duration": 0.015}, "step_duration is 0.015 s; allowed: 0.02 s to 655 s"),
        ("gif", {"hold": 656}, "hold is 656 s; allowed: 0.02 s to 655 s in GIF"),
        ("gif", {"transition": 1, "fps": 60}, "a frame of the transition is 0.01667 s"),
        ("apng", {"hold": 66}, "hold is 66 s; allowed: 0.001 s to 65 s in APNG"),
        ("mp4", {"hold": 0.01}, "hold is 0.01 s; allowed: 0.01667 s to 3600 s in MP4"),
        ("webm", {"transition": 1, "fps": 61}, "allowed: 0.01667 s to 3600 s in WebM"),
        ("mp4", {"loop": 0}, "loop is 0; allowed: nothing in MP4; leave --loop out"),
    ],
)
def test_times_that_a_format_cannot_hold_are_refused_not_rounded(
    suffix: str, settings: dict[str, float], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        animate(**settings).check(format_of(suffix))


def test_times_at_a_formats_edge_are_kept(tmp_path: Path, animation: Animation) -> None:
    for suffix, hold in (("gif", 655), ("apng", 65), ("webp", 3600)):
        timing = replace(animation.timing, hold=Fraction(hold))
        replace(animation, timing=timing, picks=(0, 1)).save(tmp_path / f"a.{suffix}")
        assert [s for _, s in images(tmp_path / f"a.{suffix}")] == [0.5, hold]
