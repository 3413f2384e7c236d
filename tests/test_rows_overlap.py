"""The overlap view in one dimension, on marks: heaps, counts and sums on one axis."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import animate, figure
from tcviz.cli import tcviz
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.look.titles import UNREACHED
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.marks import Cell, Connector, Heatmap, Label, Scene
from tcviz.scene.shades import contrast
from tcviz.scene.theme import load
from tcviz.views.view import View
from tests.strategies import Axis, axes
from tests.test_layout import RULES, Picture, picture
from tests.test_theme import texts as inks
from tests.test_views import by_key, cells, shown, texts

UNEVEN = {"kernel_size": 3, "stride": 2, "input_size": 6, "in_channels": 1}


def drawn(out_channel: int = 0, look: dict[str, Any] | None = None, **asked: Any) -> View:
    part = parts.part(inputs.plan(dims=1, **asked).make(), out_channel)
    return views.build("overlap", part, Look(**{"theme": load("light"), **(look or {})}))


def scene_of(step: int | None = None, **asked: Any) -> Scene:
    view = drawn(**asked)
    return view.overview() if step is None else next(view.moments([step]))[0]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def reaching(axis: Axis, seen: int, size: int) -> list[list[int]]:
    """Return, for each output element, the taps that reach it: found by looking at all."""
    found: list[list[int]] = [[] for _ in range(size)]
    for source in range(seen):
        for tap in range(axis.kernel_size):
            at = source * axis.stride + tap * axis.dilation - axis.padding[0]
            if 0 <= at < size:
                found[at].append(tap)
    return found


def heaps(scene: Scene, size: int) -> list[list[float]]:
    """Return each heap's numbers, in rising order."""
    found: list[list[float]] = [[] for _ in range(size)]
    for m in scene.marks:
        if isinstance(m, Cell) and m.key.startswith("bricks["):
            found[int(m.key[:-1].split(",")[1])].append(float(m.text))
    return [sorted(heap) for heap in found]


@settings(deadline=None, max_examples=60)
@given(axes(), st.integers(1, 3), st.integers(0, 99), st.data())
def test_heaps_counts_and_sums_are_those_of_a_brute_force_search(
    axis: Axis, channels: int, seed: int, data: st.DataObject
) -> None:
    names = ("kernel_size", "stride", "output_padding", "dilation")
    asked: dict[str, Any] = {name: (getattr(axis, name),) for name in names}
    asked |= {"input_size": (axis.size,), "padding": [axis.padding], "in_channels": channels}
    operands = inputs.plan(dims=1, out_channels=2, seed=seed, **asked).make()
    part = parts.part(operands, 1)
    view, size = views.build("overlap", part, Look(load("light"))), part.output_size[0]
    finished = by_key(view.overview())
    assume({"counts[0,0]", "output[0,0]"} <= set(finished) and "bricks" not in finished)
    w = np.abs(operands.weight[:, 1]).sum(axis=0)
    step = data.draw(st.integers(0, view.steps - 1))
    ((now, _),) = view.moments([step])
    for scene, seen in ((now, step + 1), (view.overview(), view.steps)):
        expected = reaching(axis, seen, size)
        assert heaps(scene, size) == [sorted(w[taps].tolist()) for taps in expected]
        counts = np.array([len(taps) for taps in expected])
        sums = np.array([w[taps].sum() for taps in expected])
        for panel, numbers in (("counts", counts), ("output", sums)):
            found = shown(scene, panel)[0]
            known = ~np.isnan(found)
            np.testing.assert_array_equal(found[known], numbers[known])
            assert not numbers[~known].any()
    assert not np.isnan(shown(view.overview(), "output")).any()


def test_kernel_3_and_stride_2_make_heaps_of_one_and_two_in_turn() -> None:
    scene = scene_of(**UNEVEN)
    assert texts(scene, "counts") == [list("1121212121211")]
    heights = Counter(m.rect.center[0] for m in scene.marks
                      if isinstance(m, Cell) and m.key.startswith("bricks["))  # fmt: skip
    assert [heights[x] for x in sorted(heights)] == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]
    assert words(scene)["sentence"] == (
        "uneven away from the edge: kernel 3 is not a multiple of stride 2, so 1 or 2 input "
        "elements reach an output element"
    )
    told = (
        "kernel 4 = 2·2 evens the counts; every output is reached by 1 or 2 elements; sums of |w|: "
    )
    assert words(scene)["detail"].startswith(told)


def test_the_command_says_the_same_in_words() -> None:
    result = CliRunner().invoke(tcviz, ["size", "--dims", "1", "-k", "3", "-s", "2", "-n", "6"])
    assert "cells are reached by 1 or 2 elements; away from the edge by 1 or 2" in result.output


def test_kernel_4_and_stride_2_are_uniform() -> None:
    scene = scene_of(**UNEVEN | {"kernel_size": 4})
    assert texts(scene, "counts") == [list("11" + "2" * 10 + "11")]
    said = "uniform away from the edge: kernel 4 is a multiple of stride 2, so 2 input elements"
    assert said in scene.sentence
    frame, first, last = (by_key(scene)[f"counts{at}"].rect for at in (".inner", "[0,2]", "[0,11]"))
    assert (frame.x, frame.right) == pytest.approx((first.x, last.right))


def test_everything_stands_over_what_it_reaches() -> None:
    for step, (scene, _) in enumerate(drawn(**UNEVEN, padding=1).moments(range(6))):
        marks = by_key(scene)
        here = marks[f"x[0,{step}]"].rect.center[0]
        assert here == pytest.approx(marks["w[0,1]"].rect.center[0])
        for tap in range(3):
            at = 2 * step + tap - 1
            if not 0 <= at < 11:
                assert marks[f"w[0,{tap}]"].style.dash
                continue
            below = "counts[0", "output[0", "bricks[1"
            column = [marks[f"{row},{at}]"].rect.x for row in below]
            assert column == pytest.approx([marks[f"w[0,{tap}]"].rect.x] * 3)


def test_a_step_lights_its_element_its_bricks_and_what_they_reach() -> None:
    scene = scene_of(2, **UNEVEN)
    bold = {panel: cells(scene, panel, lambda m: m.style.bold)
            for panel in ("x", "w", "bricks", "counts", "output")}  # fmt: skip
    window = {(0, 4), (0, 5), (0, 6)}
    assert bold == {"x": {(0, 2)}, "w": {(0, 0), (0, 1), (0, 2)}, "counts": window,
                    "bricks": {(0, 4), (1, 5), (1, 6)}, "output": window}  # fmt: skip
    assert words(scene)["sentence"] == (
        "x[2] reaches elements 4–6 of the output: 2 of these elements now have 1, 1 has 2"
    )
    (arrow,) = [m for m in scene.marks if isinstance(m, Connector)]
    assert arrow.points[0][0] == arrow.points[1][0]


def test_settled_and_finished_pictures_have_nothing_lit() -> None:
    view = drawn(**UNEVEN)
    settled = next(view.moments([2]))[1]
    for scene in (settled, view.overview()):
        for panel in ("x", "w", "bricks", "counts", "output"):
            assert not cells(scene, panel, lambda m: m.style.bold)


def test_an_element_may_reach_nothing() -> None:
    scene = scene_of(0, kernel_size=1, padding=1, input_size=4)
    assert scene.sentence.startswith(
        "x[0] reaches no element of the output: all of its window falls in the border"
    )


def test_gaps_and_output_padding_are_said() -> None:
    scene = scene_of(kernel_size=1, stride=3, output_padding=1, input_size=3)
    assert texts(scene, "counts") == [list("10010010")]
    assert cells(scene, "counts", lambda m: bool(m.style.hatch)) == set()
    note = " ".join(t for k, t in words(scene).items() if k.startswith("counts.note"))
    assert (
        f"{UNREACHED} · last element of\u00a0y: output_padding, which no input reaches here" in note
    )


def test_symbols_are_stacked() -> None:
    scene = scene_of(stride=2, in_channels=1, input_size=3, look={"symbols": True})
    assert texts(scene, "output")[0][2].split() == ["|w₀|", "+", "|w₂|"]


@pytest.mark.parametrize("step", [None, 30])
def test_many_elements_are_tints_on_the_same_axis(step: int | None) -> None:
    scene = scene_of(step, **UNEVEN | {"input_size": 64})
    heats = {m.key: m for m in scene.marks if isinstance(m, Heatmap)}
    assert {"x", "w", "bricks", "counts", "output"} <= set(heats)
    heap = np.frombuffer(heats["bricks"].index, np.uint8).reshape(heats["bricks"].rows, -1)
    expected = np.where(np.arange(129) % 2, 1, 2)
    expected[[0, -1]] = 1
    seen = slice(None) if step is None else slice(2 * step)
    np.testing.assert_array_equal((heap > 0).sum(axis=0)[seen], expected[seen])
    if step is not None:
        assert not heap[:, 2 * step + 3 :].any()
    sides = {(round(heats[k].rect.x, 6), round(heats[k].rect.right, 6))
             for k in ("bricks", "counts", "output")}  # fmt: skip
    assert len(sides) == 1


@pytest.mark.parametrize("preset", theme.presets())
def test_every_text_can_be_read(preset: str) -> None:
    view = drawn(look={"theme": load(preset)}, padding=1, **UNEVEN)
    for scene in (view.overview(), *next(view.moments([3])), *next(view.moments([0]))):
        assert [t for t in inks(scene) if contrast(*t[1:]) < 4.5] == []


PICTURES: tuple[dict[str, Any], ...] = (
    {"kernel_size": 3, "stride": 2, "input_size": 6},
    {"kernel_size": 5, "stride": 2, "dilation": 2, "output_padding": 1, "input_size": 5,
     "in_channels": 4, "groups": 2, "out_channels": 2, "out_channel": 1},
    {"kernel_size": 3, "stride": 2, "padding": 1, "input_size": 64, "size": (640, 360)},
    {"kernel_size": 31, "input_size": 9, "size": (640, 900)},
    {"kernel_size": 1, "stride": 4, "input_size": 2},
    {"weight": np.random.default_rng(1).normal(size=(2, 1, 4)) * 1e-6, "stride": 2},
    {"stride": 2, "input_size": 4, "symbols": True},
)  # fmt: skip


@cache
def pictures() -> tuple[Picture, ...]:
    made = [figure(view="overlap", dims=1, step=step, **asked)
            for asked in PICTURES for step in (None, 1, -1)]  # fmt: skip
    return tuple(picture(scene, one.look.pixel) for one in made for scene in one.scenes())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    assert [found for p in pictures() for found in rule(p)] == []


def test_it_is_animated_and_cropped(tmp_path: Any) -> None:
    animate(view="overlap", dims=1, stride=2).save(tmp_path / "a.gif")
    figure(view="overlap", dims=1, stride=2, crop=True).save(tmp_path / "a.svg")
    assert (tmp_path / "a.gif").read_bytes()[:3] == b"GIF"
    assert (tmp_path / "a.svg").read_text().startswith("<")
