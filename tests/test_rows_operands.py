"""Input and kernel by themselves in one dimension, on marks: a row for each channel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tcviz import views
from tcviz.api import figure
from tcviz.errors import TooSmallError
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene.marks import Heatmap, Label, Scene
from tcviz.scene.theme import load
from tests.test_layout import RULES, picture
from tests.test_views import by_key, shown, texts


def scene_of(view: str, look: dict[str, Any] | None = None, **asked: Any) -> Scene:
    part = parts.part(inputs.plan(dims=1, **asked).make())
    return views.build(view, part, Look(**{"theme": load("light"), **(look or {})})).overview()


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


@pytest.mark.parametrize(("view", "array"), [("input", "x"), ("kernel", "weight")])
def test_every_channel_is_a_row_of_its_numbers(view: str, array: str) -> None:
    asked = {"in_channels": 3, "kernel_size": 5, "input_size": 6, "seed": 2}
    scene, operands = scene_of(view, **asked), inputs.plan(dims=1, **asked).make()
    for c, numbers in enumerate(np.asarray(getattr(operands, array)).reshape(3, -1)):
        np.testing.assert_array_equal(shown(scene, f"channel.{c}")[0], numbers)
    lefts = {by_key(scene)[f"channel.{c}[0,0]"].rect.x for c in range(3)}
    assert len(lefts) == 1


def test_rows_are_named_and_say_how_long_they_are() -> None:
    said = words(scene_of("input", groups=2, in_channels=2, out_channels=2))
    assert (said["channel.0.title"], said["channel.0.size"]) == ("channel 0", "4 elements")
    assert said["sentence"] == "the input x: 1 channel of 4 elements"
    assert words(scene_of("kernel", kernel_size=1))["channel.0.size"] == "1 tap"


def test_of_many_channels_six_are_drawn_and_the_others_are_counted() -> None:
    scene = scene_of("input", in_channels=9)
    assert "channel.5[0,0]" in by_key(scene)
    assert "channel.6[0,0]" not in by_key(scene)
    assert words(scene)["detail"] == "and 3 more channels, not drawn"


def test_a_long_row_is_a_strip_of_tints_with_a_legend() -> None:
    marks = by_key(scene_of("input", input_size=300, in_channels=1))
    strip = marks["channel.0"]
    assert isinstance(strip, Heatmap)
    assert (strip.rows, strip.cols) == (1, 300)
    assert strip.rect.h >= 30
    assert strip.rect.w > 1000
    assert marks["channel.0.legend.end"]


def test_names_stand_where_symbols_are_asked_for() -> None:
    scene = scene_of("kernel", in_channels=1, look={"symbols": True})
    assert texts(scene, "channel.0") == [["w₀", "w₁", "w₂"]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_picture(rule: Any) -> None:
    for asked in (
        {"view": "input", "in_channels": 6, "input_size": 30, "size": (640, 360)},
        {"view": "input", "input_size": 200, "crop": True},
        {"view": "kernel", "kernel_size": 15, "in_channels": 12, "size": (640, 900)},
    ):
        made = figure(dims=1, **asked)
        for scene in made.scenes():
            assert list(rule(picture(scene, made.look.pixel))) == []


def test_names_without_room_are_refused_and_never_tints() -> None:
    with pytest.raises(TooSmallError, match="too small for these panels"):
        scene_of("input", input_size=90, in_channels=10, look={"symbols": True})
