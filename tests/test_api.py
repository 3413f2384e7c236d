"""The Python face: arguments are checked before any work, and work is done when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import islice
from pathlib import Path
from types import GeneratorType
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tcviz
from tcviz.api import Animation, Saved, animate
from tcviz.errors import DataError, GeometryError, RequestError, TcvizError, TooLargeError
from tcviz.layer.trace import Distribution
from tcviz.request.article import arrays

SMALL: dict[str, Any] = {"size": (640, 360), "stride": 2, "padding": 1}


def never(*_: object, **__: object) -> None:
    raise AssertionError("work was done")


def texts(animation: Animation, step: int) -> set[str]:
    scene = next(islice(animation.frames(), step - 1, None)).scene
    return {mark.text for mark in scene.marks if hasattr(mark, "text")}


def test_without_arrays_it_is_the_articles_example() -> None:
    animation = animate(stride=2, padding=1)
    np.testing.assert_array_equal(animation.operands.x, arrays()["tc_input"])
    assert [f.duration for f in animation.frames()] == [1] * 8 + [3]


@pytest.mark.parametrize(
    ("view", "steps"), [("distribution", 6), ("collection", (1 * 2 + 1) * (2 * 2 + 1))]
)
def test_arrays_are_drawn_as_given(view: str, steps: int) -> None:
    x, weight = np.array([[1, -2, 3], [4, 5, 6]]), np.full((3, 3), 7)
    animation = animate(x, weight, bias=[11], stride=2, padding=1, view=view)
    assert len(list(animation.frames())) == steps == len(animation.picks)
    assert {"−2", "7"} <= texts(animation, 2)
    assert animation.plan.in_channels == 1


@pytest.mark.parametrize(
    ("every", "first", "picks"),
    [
        (1, None, range(9)),
        (1, 4, range(4)),
        (1, 100, range(9)),
        (2, None, range(0, 9, 2)),
        (4, None, range(0, 9, 4)),
        (5, None, (0, 5, 8)),
        (3, 5, (0, 3, 4)),
        (100, None, (0, 8)),
        (100, 1, (0,)),
    ],
)
def test_every_so_many_of_the_first_steps_are_drawn_and_always_the_last(
    every: int, first: int | None, picks: range | tuple[int, ...]
) -> None:
    animation = animate(**SMALL, every=every, first=first)
    assert list(animation.picks) == list(picks)
    assert len(list(animation.frames())) == len(picks)


def test_a_skipped_step_still_counts_in_what_follows() -> None:
    whole = list(animate(**SMALL).frames())
    some = list(animate(**SMALL, every=5).frames())
    assert [f.scene for f in some] == [whole[i].scene for i in (0, 5, 8)]


def test_stills_count_from_one_or_from_the_end() -> None:
    animation = animate(**SMALL, scale=1.5)
    first, last = animation.still(1), animation.still(9)
    assert (first.size, first.mode) == ((960, 540), "RGB")
    assert first != last
    assert (animation.still(-9), animation.still(-1)) == (first, last)


def test_a_still_is_of_any_step_even_of_one_that_is_not_picked() -> None:
    assert animate(**SMALL, first=2).still(7) == animate(**SMALL).still(7)


@pytest.mark.parametrize("step", [0, 10, -10, 1.0, "1", None, True])
def test_a_step_that_is_none_is_refused(step: Any) -> None:
    with pytest.raises(RequestError, match=r"^step is .*; allowed: "):
        animate(**SMALL).still(step)


def test_saving_tells_what_was_written(tmp_path: Path) -> None:
    animation = animate(**SMALL, step_duration=0.5, hold=1, transition=0.2, fps=10)
    path = tmp_path / "a.gif"
    saved = animation.save(str(path))
    frames, seconds = 9 + 8 * 2, 8 * (Fraction(1, 2) + Fraction(1, 5)) + 1
    assert saved == Saved(path, frames, seconds, (640, 360), path.stat().st_size)
    with Image.open(path) as image:
        assert image.n_frames == saved.frames


def test_the_format_may_be_named_whatever_the_suffix(tmp_path: Path) -> None:
    animate(**SMALL, first=1).save(tmp_path / "a.gif", "webp")
    with Image.open(tmp_path / "a.gif") as image:
        assert image.format == "WEBP"


def test_progress_is_told_frame_by_frame(tmp_path: Path) -> None:
    told: list[int] = []
    animate(**SMALL).save(tmp_path / "a.gif", progress=told.append)
    assert told == list(range(1, 10))


def test_an_animation_can_be_saved_again_and_again(tmp_path: Path) -> None:
    animation = animate(**SMALL)
    animation.save(tmp_path / "a.gif")
    animation.still(3)
    animation.save(tmp_path / "b.gif")
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_frames_are_made_one_ahead_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    take = Distribution.__getitem__

    def counted(trace: Distribution, number: int) -> Any:
        made.append(number)
        return take(trace, number)

    monkeypatch.setattr(Distribution, "__getitem__", counted)
    frames = animate(**SMALL, input_size=9, seed=1, legend=False).frames()  # which looks ahead
    assert isinstance(frames, GeneratorType)
    assert made == []
    list(islice(frames, 3))
    assert max(made) <= 4


def test_asking_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcviz.request.inputs.Plan.make", never)
    monkeypatch.setattr("tcviz.views.build", never)
    assert animate(input_size=100, seed=1).size == (1280, 720)


def test_an_animation_cannot_be_changed() -> None:
    animation = animate()
    with pytest.raises(FrozenInstanceError):
        animation.view = "collection"  # type: ignore[misc]


BAD: list[tuple[str, Any, type[TcvizError]]] = [
    *(("kernel_size", v, GeometryError) for v in (0, -1, 1.5, "3", True, (1, 2, 3, 4))),
    *(("stride", v, GeometryError) for v in (0, "2", (2, 0))),
    *(("padding", v, GeometryError) for v in (-1, 9, ((1, 2, 3), 1))),
    *(("output_padding", v, GeometryError) for v in (-1, 2)),
    *(("groups", v, GeometryError) for v in (0, 1.0)),
    *(("input_size", v, GeometryError) for v in (0, "3")),
    *(("in_channels", v, DataError) for v in (0, -1, 2.0, True)),
    *(("seed", v, DataError) for v in (-1, 0.5, "1")),
    *(("x", v, DataError) for v in ([], "x", [["a"]], [[1], [2, 3]], [[1j]], 5, {1})),
    *(("view", v, RequestError) for v in ("", "colection", None, 1, ["distribution"])),
    *(("theme", v, TcvizError) for v in ("", "drak", None, 1, b"light", "no.toml")),
    *(("size", v, RequestError) for v in ((0, 0), (-1280, 720), 1280, "1280x720", (1.5, 2), (1,))),
    *(("size", v, RequestError) for v in (None, (10**9, 720), (20_000, 400), ("a", "b"))),
    *(("scale", v, RequestError) for v in (0, 9, float("nan"), float("inf"), "2", None, True)),
    *(("decimals", v, RequestError) for v in (-1, 13, 1.0, "2", True)),
    *(("title", v, RequestError) for v in ("a\nb", "a\u202eb", 5, b"x")),
    *(("font", v, RequestError) for v in ("", "no.ttf", ".", "\0", 5, b"a.ttf")),
    *(("channels", v, RequestError) for v in (0, 65, 1.5, "all")),
    *(("out_channel", v, RequestError) for v in (-1, 1, None, 0.0)),
    *(("step_duration", v, RequestError) for v in (0, -1, float("nan"), 10**400, "1", None, True)),
    *(("hold", v, RequestError) for v in (0, 3601, [1])),
    *(("transition", v, RequestError) for v in (-0.1, float("inf"), 1j)),
    *(("fps", v, RequestError) for v in (0, 121, 29.97, "30")),
    *(("loop", v, RequestError) for v in (-1, 65536, 1.0, "forever")),
    *(("every", v, RequestError) for v in (0, 1.5, None)),
    *(("first", v, RequestError) for v in (0, -1, "2")),
]


@pytest.mark.parametrize(("name", "value", "kind"), BAD)
def test_a_wrong_argument_is_told_by_name_before_any_work(
    name: str, value: Any, kind: type[TcvizError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcviz.request.inputs.Plan.make", never)
    with pytest.raises(kind) as caught:
        animate(**{name: value})
    told = str(caught.value)
    names = {"x": "input", "kernel_size": "number of axes", "padding": "output size"}
    assert told.startswith((name, names.get(name, name), f"theme '{value}'"))
    assert "; allowed: " in told or "cannot be read" in told
    assert isinstance(caught.value, ValueError), "a wrong value is a ValueError too"


@pytest.mark.parametrize(
    "size",
    [
        {"input_size": 4096},
        {"input_size": 10**40},
        {"kernel_size": 10**5},
        {"stride": 10**40},
        {"in_channels": 10**9},
        {"out_channels": 10**40},
        {"groups": 10**9},
        {"transition": 3600},
        {"view": "collection", "input_size": 1000},
    ],
)
def test_what_would_be_too_large_is_refused_before_any_work(
    size: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcviz.request.inputs.Plan.make", never)
    with pytest.raises(TooLargeError, match=r"; allowed: up to .*; use "):
        animate(**size)


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("transition", 20, lambda a: a.timing.transition),
        ("every", np.int8(20), lambda a: 20 if len(a.picks) == 2 else 0),
        ("step_duration", 20, lambda a: a.timing.step),
        ("step_duration", 0.1, lambda a: a.timing.step * 200),
        ("step_duration", Fraction(20, 3), lambda a: a.timing.step * 3),
        ("hold", np.float64(20), lambda a: a.timing.hold),
        ("size", np.array([2000, 1000]), lambda a: a.size[0] // 100),
        ("size", [1280, 2000], lambda a: a.size[1] // 100),
        ("kernel_size", np.array([20, 20]), lambda a: a.plan.layer.kernel_size[0]),
        ("title", "e\u0301", lambda a: 20 if a.look.title == "\u00e9" else 0),
    ],
)
def test_any_kind_of_number_will_do_and_is_taken_exactly(
    name: str, value: Any, seen: Callable[[Animation], object]
) -> None:
    assert seen(animate(**{name: value})) == 20


def test_so_is_a_rate_of_frames() -> None:
    assert animate(fps=np.int64(20), transition=0.5).timing.fps == 20


@pytest.mark.parametrize(("dpi", "size"), [(None, (1890, 1063)), (100, (630, 354))])
def test_a_size_on_paper_has_its_pixels_at_so_many_an_inch(
    dpi: int | None, size: tuple[int, int], tmp_path: Path
) -> None:
    animation = animate(size=(16, 9, "cm"), dpi=dpi, first=1)
    assert animation.size == animation.still(1).size == size
    for suffix in ("gif", "webp", "png"):
        saved = animation.save(tmp_path / f"a.{suffix}")
        with Image.open(tmp_path / f"a.{suffix}") as image:
            assert image.size == saved.size == size


def test_the_package_offers_it() -> None:
    assert tcviz.animate is animate
    assert isinstance(tcviz.animate(), Animation)
