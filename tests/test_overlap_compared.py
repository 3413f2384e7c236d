"""The overlap of two kernel sizes beside each other: its counts, its one scale, its words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz import cli
from tcviz.api import animate, figure
from tcviz.engine.fast import conv_transpose
from tcviz.errors import TcvizError
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Scene
from tests.strategies import axes
from tests.test_layout import RULES, Picture, picture
from tests.test_views import by_key, cells, shown

ASKED: dict[str, Any] = {"stride": 2, "input_size": 5, "compare": 4}
BOTH = "counts", "other"


def still(**asked: Any) -> Scene:
    (scene,) = figure(view="overlap", **asked).scenes()
    return scene


def labels(scene: Scene) -> set[str]:
    return {m.text for m in scene.marks if isinstance(m, Label)}


@settings(deadline=None, max_examples=25)
@given(st.lists(axes(), min_size=1, max_size=2), st.data())
def test_both_counts_are_those_of_ones_convolved_with_ones(
    sides: list[Any], data: st.DataObject
) -> None:
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    asked = {name: tuple(getattr(axis, name) for axis in sides) for name in names}
    size = tuple(axis.size for axis in sides)
    other = tuple(axis.kernel_size + data.draw(st.integers(0, 2)) for axis in sides)
    view = animate(view="overlap", input_size=size, compare=other, **asked).drawn
    assume(not any(isinstance(m, Heatmap) and m.key in BOTH for m in view.overview().marks))
    step, kernel = data.draw(st.integers(0, view.steps - 1)), asked.pop("kernel_size")
    ((now, _),) = view.moments([step])
    for scene, seen in ((now, step + 1), (view.overview(), view.steps)):
        ones = (np.arange(np.prod(size)) < seen).astype(int).reshape(1, *size)
        for panel, of in zip(BOTH, (kernel, other), strict=True):
            (expected,) = conv_transpose(ones, np.ones((1, 1, *of), int), **asked)
            found = shown(scene, panel).reshape(expected.shape)
            known = ~np.isnan(found)
            np.testing.assert_array_equal(found[known], expected[known])
            assert not expected[~known].any()


@pytest.mark.parametrize("dims", [1, 2])
def test_both_are_on_one_scale_and_say_so(dims: int) -> None:
    scene = still(dims=dims, **ASKED)
    tints: dict[str, set[str]] = {}
    for m in scene.marks:
        if isinstance(m, Cell) and m.key.split("[")[0] in BOTH:
            tints.setdefault(m.text, set()).add(m.style.fill)
    assert set(tints) == {"1", "2"} | ({"4"} if dims == 2 else set())
    assert all(len(fills) == 1 for fills in tints.values())
    assert {by_key(scene)[f"{panel}.legend.end"].text for panel in BOTH} == {f"0 to {2**dims}"}
    assert any("both kernels on one scale" in words for words in labels(scene))


@pytest.mark.parametrize("dims", [1, 2])
def test_cells_of_both_are_equally_large(dims: int) -> None:
    for size in ((1280, 720), (1080, 1080), (1080, 1920), (640, 360)):
        marks = by_key(still(dims=dims, size=size, **ASKED))
        first, second = (marks[f"{panel}[0,0]"].rect for panel in BOTH)
        assert (first.w, first.h) == pytest.approx((second.w, second.h))


def test_a_step_says_and_lights_what_an_element_reaches_in_both() -> None:
    scene = still(step=8, **ASKED)
    assert scene.sentence == (
        "x[1,2] reaches rows 2–4, columns 4–6 with kernel 3×3, and rows 2–5, columns 4–7 with "
        "kernel 4×4. kernel 3×3, uneven (checkerboard artifacts): kernel 3 is not a "
        "multiple of stride 2; kernel 4×4, uniform: kernel 4 is a multiple of stride 2"
    )
    lit = {panel: cells(scene, panel, lambda m: m.style.bold) for panel in (*BOTH, "x")}
    assert lit == {
        "counts": {(i, j) for i in range(2, 5) for j in range(4, 7)},
        "other": {(i, j) for i in range(2, 6) for j in range(4, 8)},
        "x": {(1, 2)},
    }
    cropped = still(step=1, kernel_size=1, input_size=4, padding=1, compare=3)
    assert "x[0,0] reaches no cell with kernel 1×1, and rows 0–1, columns 0–1" in cropped.sentence


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_why_both_are_uneven_is_said_once_and_in_full(dims: int) -> None:
    asked = {"dims": dims, "kernel_size": 3, "stride": 2, "compare": 5, "input_size": 3}
    detail = by_key(still(step=2, **asked))["detail"].text
    assert detail.startswith("both uneven")
    assert detail.endswith(": neither 3 nor 5 is a multiple of stride 2")


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_the_finished_picture_compares_and_lights_nothing(dims: int) -> None:
    scene = still(dims=dims, **ASKED | {"input_size": 5 if dims < 3 else 2})
    lines = [by_key(scene)[key] for key in ("sentence", "detail")]
    first, second = (line.text for line in lines)
    assert len({(line.size, line.ink, line.bold) for line in lines}) == 1  # neither is an aside
    assert first.startswith("kernel 3") and second.startswith("kernel 4")  # noqa: PT018
    assert ("checkerboard" if dims > 1 else "uneven") in first
    assert "uniform" in second
    assert not [m for m in scene.marks if isinstance(m, Box) and m.moves]
    now = [m for m in scene.marks if isinstance(m, Connector) and m.width >= 2]
    assert not now


def test_each_element_stands_over_the_middle_of_both_windows() -> None:
    for number in range(1, 6):
        marks = by_key(still(dims=1, step=number, **ASKED))
        middle = marks[f"x[0,{number - 1}]"].rect.center[0]
        for panel in BOTH:
            assert marks[f"now.{panel}"].rect.center[0] == pytest.approx(middle)


def test_taps_with_gaps_are_framed_one_by_one() -> None:
    for asked in ({"compare": 2}, {}):
        marks = by_key(still(dims=1, dilation=2, input_size=3, step=1, **asked))
        frames = [key for key in marks if key.startswith("now.counts")]
        assert len(frames) == 3


def test_channels_in_turn_are_compared_too() -> None:
    stills = figure(view="overlap", out_channels=2, out_channel="all", seed=1, **ASKED)
    assert [by_key(scene)["other[3,3]"].text for scene in stills.scenes()] == ["4", "4"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"compare": 4}, "compare is 4, given with view 'distribution'; allowed: with overlap"),
        ({"view": "overlap", "compare": 0}, "compare is 0; allowed: whole numbers from 1"),
        ({"view": "overlap", "compare": (4, 4, 4)}, "compare is (4, 4, 4); allowed: one number, "
                                                    "or 2 of them"),
        ({"view": "overlap", "input_size": 1, "kernel_size": 5, "padding": 2, "compare": (5, 4)},
         "compare is 5x4; allowed: a kernel with which an output is left"),
        ({"view": "overlap", "compare": 4, "symbols": True},
         "symbols is asked for with compare; allowed: one of them"),
        ({"view": "overlap", "compare": 10**6}, "compared output is 1000002×1000002"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(TcvizError) as caught:
        figure(**asked)
    assert str(caught.value).startswith(said)


def test_it_is_typed_and_told_in_the_name_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = "figure -q --view overlap -k 3 -s 2 --compare 4x5 --text text"
    assert cli.run(typed.split()) == 0
    assert "kernel 4×5" in (tmp_path / "overlap-k3-s2-p0-vs-k4x5.svg").read_text()


PICTURES: tuple[dict[str, Any], ...] = (
    ASKED,
    ASKED | {"padding": 1, "output_padding": 1, "size": (1080, 1920)},
    {"kernel_size": (5, 2), "stride": 3, "input_size": (2, 9), "compare": 6, "size": (640, 360)},
    {"input_size": 30, "stride": 2, "compare": 4, "size": (1080, 1080)},
    {"kernel_size": 1, "stride": 2, "dilation": 3, "output_padding": 2, "compare": 2},
    ASKED | {"dims": 1},
    ASKED | {"dims": 1, "dilation": 2, "output_padding": 1, "size": (640, 360)},
    {"dims": 3, "stride": 2, "compare": 4},
    {"dims": 3, "stride": 2, "padding": 1, "output_padding": 1, "compare": 2, "size": (640, 360)},
    {"dims": 1, "stride": 2, "input_size": 64, "padding": 1, "compare": 9, "size": (640, 900)},
)


@cache
def pictures() -> tuple[Picture, ...]:
    made = [figure(view="overlap", step=step, **asked) for asked in PICTURES for step in (None, 1)]
    return tuple(picture(scene, one.look.pixel) for one in made for scene in one.scenes())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    assert [found for p in pictures() for found in rule(p)] == []


def test_the_header_has_both_kernels_and_both_sizes() -> None:
    asked: dict[str, Any] = {"kernel_size": 4, "stride": 3, "compare": 6}
    scene = still(**asked)
    said = labels(scene)
    assert "4×4 and 6×6" in said
    assert "(3−1)·3 − 2·0 + 1·(4−1) + 0 + 1 = 10; kernel 6: 12" in said
    assert scene.title.endswith("output 10×10 and 12×12")
    assert "(3−1)·3 − 2·0 + 1·(4−1) + 0 + 1 = 10" in labels(still(kernel_size=4, stride=3))


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_note_on_both_is_said_once(dims: int) -> None:
    scene = still(dims=dims, **ASKED | {"input_size": 5 if dims < 3 else 4, "kernel_size": 3})
    notes = [words for words in labels(scene) if words.startswith("dashed: ")]
    assert len(notes) == 1


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_maps_of_counts_are_not_called_as_if_they_were_the_kernels(dims: int) -> None:
    marks = by_key(still(dims=dims, **ASKED | {"input_size": 4, "kernel_size": 3}))
    titles = [m.text for key, m in marks.items() if str(key).endswith(".title")]
    assert sum(title.startswith("counts with kernel ") for title in titles) == 2
    assert not [title for title in titles if title.startswith("kernel")]


def test_what_is_counted_is_called_ones() -> None:
    for asked in ({}, {"compare": 4}):
        scene = still(stride=2, **asked)
        assert by_key(scene)["x.title"].text == "input x: all ones"
