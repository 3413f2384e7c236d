"""A cropped scene is what was drawn, moved to the corner."""

from __future__ import annotations

import numpy as np
import pytest

from tcviz.api import figure
from tcviz.render.pixels import Pixels
from tcviz.scene.crop import _EXTENTS, _MOVES, MARGIN, bounds, cut
from tcviz.scene.marks import MARKS, Box, Connector, Label, Rect, Scene


def test_every_type_of_mark_can_be_measured_and_moved() -> None:
    assert set(_EXTENTS) == set(_MOVES) == set(MARKS)


def test_the_pixels_of_a_cut_scene_are_those_of_the_whole() -> None:
    (scene,) = figure(stride=2, step=5).scenes()  # without dashes, which start at the corner
    part = Rect(100.0, 90.0, 800.0, 500.0)
    cropped = cut(scene, part, 1.0)
    whole = np.asarray(Pixels((1280, 720)).paint(scene).rgb())
    seen = np.asarray(Pixels((800, 500)).paint(cropped).rgb())
    np.testing.assert_array_equal(seen, whole[90:590, 100:900])
    assert (cropped.title, cropped.sentence) == (scene.title, scene.sentence)


def test_bounds_hold_letters_and_lines() -> None:
    label = Label("a", (100, 50), "wide words", 20, "#000000", "#ffffff", anchor="right")
    line = Connector("b", ((120, 40), (150, 40), (150, 90)), "#000000")
    box = bounds([label, line])
    assert box.right == 150 + MARGIN
    assert box.bottom == 90 + MARGIN
    assert box.x < 100 - 80


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution", "kernel"])
def test_a_cropped_figure_has_no_header_and_no_room_to_spare(view: str) -> None:
    (scene,) = figure(view=view, crop=True).scenes()
    keys = {m.key for m in scene.marks}
    assert not keys & {"title", "subtitle", "step", "sentence", "progress", "rule.top"}
    tight = bounds(scene.marks)
    assert (tight.x, tight.y) == pytest.approx((0, 0), abs=1)
    assert (tight.right, tight.bottom) == pytest.approx((scene.width, scene.height), abs=1)
    assert scene.sentence
    assert scene.title


def test_all_stills_of_a_series_are_cut_alike() -> None:
    scenes = list(figure(stride=2, padding=1, steps="all", crop=True).scenes())
    assert len({(s.width, s.height) for s in scenes}) == 1
    panels = [{m.key: m.rect for m in s.marks if m.key.endswith("[0,0]")} for s in scenes]
    assert all(panel == panels[0] for panel in panels)


def test_an_empty_margin_is_kept_around() -> None:
    scene = Scene(200, 100, "#ffffff", (Box("a", Rect(50, 40, 10, 10)),))
    cropped = cut(scene, bounds(scene.marks), 1.0)
    assert (cropped.width, cropped.height) == (10 + 2 * MARGIN, 10 + 2 * MARGIN)
