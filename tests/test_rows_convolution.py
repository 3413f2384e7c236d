"""The convolution view in one dimension, on marks: what is gathered, where it stands, its sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import figure
from tcviz.errors import GeometryError
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene.marks import Label, Scene
from tcviz.scene.theme import load
from tests.strategies import Axis, axes
from tests.test_layout import RULES, picture
from tests.test_views import by_key, cells, shown


def part_of(**asked: Any) -> parts.Part:
    return parts.part(inputs.plan(example="convolution", dims=1, **asked).make())


def scene_of(step: int, **asked: Any) -> Scene:
    view = views.build("convolution", part_of(**asked), Look(load("light")))
    return next(view.moments([step]))[0]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def convolved(part: parts.Part) -> np.ndarray:
    """Return the output by NumPy's own: a kernel with gaps, and every stride-th of its sums."""
    layer, total = part.layer, 0
    for x, w in zip(part.x, part.weight, strict=True):
        gaps = np.zeros(layer.extent[0], w.dtype)
        gaps[:: layer.dilation[0]] = w
        total = total + np.correlate(np.pad(x, layer.border[0]), gaps)[:: layer.stride[0]]
    return np.asarray(total + (part.bias or 0))


@settings(deadline=None, max_examples=40)
@given(axes(), st.integers(1, 2), st.sampled_from([None, [7]]), st.data())
def test_windows_products_and_sums_are_those_of_numpy(
    axis: Axis, channels: int, bias: Any, data: st.DataObject
) -> None:
    asked: dict[str, Any] = {
        name: (getattr(axis, name),) for name in ("kernel_size", "stride", "dilation")
    }
    size = axis.size + data.draw(st.integers(0, 6))
    asked |= {"padding": [axis.padding], "input_size": (size,), "in_channels": channels}
    try:
        part = part_of(bias=bias, **asked)
    except GeometryError:
        assume(False)
    view, expected = views.build("convolution", part, Look(load("light"))), convolved(part)
    step = data.draw(st.integers(0, view.steps - 1))
    scene = next(view.moments([step]))[0]
    assume({"x.0[0,0]", "output[0,0]"} <= set(by_key(scene)))
    assert view.steps == len(expected)
    found = shown(scene, "output")[0]
    np.testing.assert_array_equal(found[: step + 1], expected[: step + 1])
    assert np.isnan(found[step + 1 :]).all()
    padded = np.pad(part.x, [(0, 0), *part.layer.border])
    first, reach = step * axis.stride, axis.dilation * axis.kernel_size
    for c in range(channels):
        window = padded[c, first : first + reach : axis.dilation]
        np.testing.assert_array_equal(shown(scene, f"product.{c}")[0], window * part.weight[c])
        np.testing.assert_array_equal(shown(scene, f"w.{c}")[0], part.weight[c])


def test_the_kernel_stands_below_its_window_and_y_below_its_first_element() -> None:
    for step in range(4):
        marks = by_key(scene_of(step, stride=2, padding=1, dilation=1, input_size=8))
        for tap in range(3):
            x = marks[f"padded.0[0,{2 * step + tap}]"].rect.x
            assert marks[f"w.0[0,{tap}]"].rect.x == pytest.approx(x)
            assert marks[f"product.0[0,{tap}]"].rect.x == pytest.approx(x)
        x = marks[f"padded.0[0,{2 * step}]"].rect.x
        assert marks[f"output[0,{step}]"].rect.x == pytest.approx(x)


def test_padding_is_a_row_of_its_own_and_only_where_there_is_some() -> None:
    around, bare = scene_of(0, padding=1), scene_of(0)
    assert shown(around, "padded.0")[0].tolist() == [0, *part_of().x[0].tolist(), 0]
    assert "around: padding = 1" in words(around).values()
    assert "padded.0[0,0]" not in by_key(bare)
    assert cells(bare, "x.0", lambda m: m.style.bold) == {(0, 0), (0, 1), (0, 2)}


def test_the_sentence_writes_the_window_out() -> None:
    asked = {"input": [[1, 2, 3, 4]], "weight": [[[10, -20, 30]]]}
    assert words(scene_of(1, **asked))["sentence"] == (
        "y[1] gathers elements 1–3 of the input: 2·10 + 3·(−20) + 4·30 = 80"
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_the_finished_picture_has_all_outputs_and_nothing_lit(channels: int) -> None:
    part = part_of(stride=2, padding=1, in_channels=channels, bias=[4], seed=1)
    scene = views.build("convolution", part, Look(load("light"))).overview()
    np.testing.assert_array_equal(shown(scene, "output")[0], convolved(part))
    for panel in ("x.0", "padded.0", "w.0", "output"):
        assert not cells(scene, panel, lambda m: m.style.bold)
    per = "" if channels == 1 else " × 3 channels"
    assert words(scene)["detail"] == f"4 windows × 3 taps{per} = {12 * channels} multiplications"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    for asked in (
        {"stride": 2, "padding": 1, "in_channels": 3},
        {"kernel_size": 4, "dilation": 2, "padding": 2, "input_size": 12, "size": (640, 360)},
        {"input_size": 64, "stride": 2, "padding": 1, "size": (640, 900)},
        {"padding": 1, "symbols": True, "bias": [1]},
    ):
        for step in (None, 2):
            made = figure(view="convolution", dims=1, step=step, **asked)
            for scene in made.scenes():
                assert list(rule(picture(scene, made.look.pixel))) == []
