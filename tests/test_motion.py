"""Films of every view: light never goes out between steps, and what is not lit never moves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tcviz.api import Animation, animate
from tcviz.render.pixels import Pixels
from tcviz.scene.frames import Frame, Moment
from tcviz.scene.glide import Glide
from tcviz.scene.marks import Box, Cell, Connector, Key, Label, Mark, Scene
from tcviz.scene.moves import holds
from tcviz.scene.shades import rgb
from tcviz.scene.theme import load
from tcviz.views import VIEWS

LIGHT = load("light")
SIZE = {"size": (640, 360)}
TWEENS = 3
FILMS: dict[str, dict[str, Any]] = {
    f"{view} {dims}-D": {"view": view, "dims": dims, "stride": 2, "padding": 1}
    for view, entry in VIEWS.items()
    for dims in entry.dims
    if view not in ("input", "kernel")
} | {
    "stairs 1-D": {"dims": 1, "stride": 2, "padding": 1, "size": (1280, 720)},
    "dilated": {"dilation": 2, "output_padding": 1, "stride": 2, "seed": 3},
    "tints": {"input_size": 14, "stride": 2, "seed": 3},
    "symbols": {"stride": 2, "padding": 1, "symbols": True},
    "in turn": {"stride": 2, "padding": 1, "out_channels": 2, "out_channel": "all", "seed": 1},
}


@cache
def shown(name: str) -> Animation:
    """Return some steps, the first of which reach into a second row."""
    return animate(**(SIZE | FILMS[name]), transition=TWEENS / 30, fps=30, first=5)


@cache
def film(name: str) -> tuple[Frame, ...]:
    """Return the steps of a film with what lies between."""
    return tuple(shown(name).frames())


@cache
def moments(name: str) -> list[Moment]:
    """Return the steps of a film, each with what it leaves behind."""
    return list(shown(name).drawn.moments(shown(name).picks, settle=True))


def steps(frames: tuple[Frame, ...]) -> list[tuple[Scene, list[Scene], Scene]]:
    """Return each step with what lies between it and the next, and the next."""
    scenes = [frame.scene for frame in frames]
    firsts = range(0, len(scenes) - 1, TWEENS + 1)
    return [(scenes[i], scenes[i + 1 : i + 1 + TWEENS], scenes[i + 1 + TWEENS]) for i in firsts]


def place(mark: Mark) -> object:
    """Return where a mark stands, and how large its text is."""
    if isinstance(mark, Label):
        return mark.at, mark.anchor, mark.size
    return mark.points if isinstance(mark, Connector) else mark.rect


def is_lit(mark: Mark) -> bool:
    """Return whether a mark belongs to what happens now.

    Links do that also add nothing, and are grey.
    """
    if isinstance(mark, Connector | Label):
        return mark.ink == LIGHT.now or mark.key.startswith("link.")
    return isinstance(mark, Box) and mark.moves


def slides(key: str) -> bool:
    """Return whether a mark is of the kernel or of products, which slide in one dimension."""
    return isinstance(key, Key) and key.panel.tensor in {"w", "product"}


@pytest.mark.parametrize("name", FILMS)
def test_what_is_not_lit_stands_in_one_place_in_all_frames(name: str) -> None:
    places = defaultdict(set)
    for frame in film(name):
        for mark in frame.scene.marks:
            if not is_lit(mark):
                places[mark.key].add(place(mark))
    assert len(places) > 20
    moving = {key for key, found in places.items() if len(found) > 1}
    assert {key for key in moving if not (slides(key) and name.endswith("1-D"))} == set()


@pytest.mark.parametrize("name", [name for name in FILMS if name.endswith("1-D")])
def test_a_strip_slides_as_one_and_never_back(name: str) -> None:
    for old, between, new in steps(film(name)):
        paths = defaultdict(list)
        for scene in (old, *between, new):
            for mark in scene.marks:
                if isinstance(mark, Cell) and slides(mark.key):
                    paths[mark.key].append(mark.rect.x)
        ways = defaultdict(set)
        for key, xs in paths.items():
            assert xs in (sorted(xs), sorted(xs, reverse=True))
            assert isinstance(key, Key)
            ways[key.panel].add(tuple(round(x - xs[0], 6) for x in xs))
        assert all(len(found) == 1 for found in ways.values())


@pytest.mark.parametrize("name", FILMS)
def test_words_are_those_of_the_step_to_which_the_way_leads(name: str) -> None:
    for _, between, new in steps(film(name)):
        words = {m.key: m.text for m in new.marks if isinstance(m, Label)}
        for scene in between:
            assert {m.key: m.text for m in scene.marks if isinstance(m, Label)} == words
            assert (scene.sentence, scene.title) == (new.sentence, new.title)


@pytest.mark.parametrize("name", FILMS)
def test_arrows_run_along_the_axes_all_the_way(name: str) -> None:
    for frame in film(name):
        for mark in frame.scene.marks:
            if isinstance(mark, Connector):
                assert all(p[0] == q[0] or p[1] == q[1] for p, q in pairwise(mark.points))


def amounts(scene: Scene) -> dict[str, int]:
    """Return how many pixels have the colours of what is read and written."""
    image = Pixels(SIZE["size"]).paint(scene).rgb()
    counts = {colour: count for count, colour in image.getcolors(image.width * image.height)}
    return {c: counts.get(rgb(c), 0) for c in (LIGHT.now_fill, LIGHT.now_soft)}


@pytest.mark.parametrize("name", FILMS)
def test_light_never_goes_out_between_steps(name: str) -> None:
    for old, between, new in steps(film(name))[:2]:
        ends = [amounts(scene) for scene in (old, new)]
        for scene in between:
            for colour, amount in amounts(scene).items():
                assert amount >= 0.5 * min(end[colour] for end in ends)


@pytest.mark.parametrize("name", FILMS)
def test_what_a_frame_leaves_behind_is_not_lit(name: str) -> None:
    for (old, settled), (new, _) in pairwise(moments(name)[:3]):
        after = {mark.key: place(mark) for mark in new.marks}
        frames = [m.rect for m in old.marks if isinstance(m, Box) and m.moves]
        frames = [rect for rect in frames if rect not in after.values()]
        cells = [m for m in settled.marks if isinstance(m, Cell) and place(m) == after.get(m.key)]
        left = [c for c in cells if any(holds(rect, c.rect.center) for rect in frames)]
        assert not {c.style.fill for c in left} & {LIGHT.now_fill, LIGHT.now_soft}


@pytest.mark.parametrize("name", FILMS)
def test_a_way_begins_where_a_step_stands_and_ends_where_the_next_does(name: str) -> None:
    def pixels(scene: Scene, *, words: bool) -> Any:
        marks = tuple(m for m in scene.marks if words or not isinstance(m, Label))
        return np.asarray(Pixels(SIZE["size"]).paint(replace(scene, marks=marks)).rgb())

    for old, new in (moments(name)[1:3], moments(name)[2:4]):
        way = Glide(*old, *new)
        start, end = way.at(0), way.at(1)
        np.testing.assert_array_equal(pixels(start, words=False), pixels(old[0], words=False))
        np.testing.assert_array_equal(pixels(end, words=True), pixels(new[0], words=True))
