"""Pixels: what changed is painted and nothing else, in exact colours, the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from tcviz.api import animate
from tcviz.render.areas import AREAS, area_of
from tcviz.render.changed import changed_areas
from tcviz.render.damage import TILE, Area, _runs, regions, union
from tcviz.render.ink import FINE, font, letters
from tcviz.render.painters import PAINTERS
from tcviz.render.palette import SIZE, TRANSPARENT, Palette
from tcviz.render.pixels import Pixels
from tcviz.scene import shades, theme
from tcviz.scene.marks import (
    MARKS,
    PASSING,
    Box,
    Cell,
    Connector,
    Glow,
    Heatmap,
    Label,
    Mark,
    Passing,
    Rect,
    Scene,
    Style,
)
from tcviz.scene.numbers import MINUS

PRESETS = theme.presets()
WIDE, HIGH = 320, 180
COLOURS = st.sampled_from(["#ffffff", "#14181f", "#b45309", "#fdd97a", "#1d4fbf", "#d9f0e4"])
MAYBE = st.none() | COLOURS
RECTS = st.builds(
    Rect, st.floats(-5, WIDE - 60), st.floats(-5, HIGH - 50), st.floats(4, 60), st.floats(4, 50)
)
TEXTS = st.text(st.sampled_from("0123456789−.gjpqyÅ·Σ"), max_size=8)
SIZES = st.floats(6, 20)
FLAGS = st.booleans()
CORNERS = st.tuples(st.floats(5, WIDE - 5), st.floats(5, HIGH - 5))


def painted(scene: Scene, size: tuple[int, int]) -> Image.Image:
    """Return a scene painted from scratch, in colours."""
    return Pixels(size).paint(scene).rgb()


def changed(a: Image.Image, b: Image.Image) -> Area | None:
    return ImageChops.difference(a, b).getbbox()


def inside(inner: Area, outer: Area) -> bool:
    before, after = zip(inner[:2], outer[:2], strict=True), zip(inner[2:], outer[2:], strict=True)
    return all(i >= o for i, o in before) and all(i <= o for i, o in after)


def test_every_type_of_mark_has_a_painter_and_an_area() -> None:
    assert set(PAINTERS) == set(AREAS) == {*MARKS, *PASSING}


# --- any marks ------------------------------------------------------------------

STYLES = st.builds(Style, COLOURS, COLOURS, COLOURS, FLAGS, FLAGS, MAYBE, FLAGS)


@st.composite
def connectors(draw: st.DrawFn, key: str) -> Connector:
    (x0, y0), (x1, y1) = draw(CORNERS), draw(CORNERS)
    middle = (x0 + x1) / 2
    points = draw(st.sampled_from([((x0, y0), (x1, y0)), ((x0, y0), (x0, y1))]))
    bent = (x0, y0), (middle, y0), (middle, y1), (x1, y1)
    return Connector(key, draw(st.sampled_from([points, bent])), draw(COLOURS), 2.0, draw(FLAGS))


@st.composite
def heatmaps(draw: st.DrawFn, key: str) -> Heatmap:
    rows, cols = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    colours = tuple(draw(st.lists(COLOURS, min_size=2, max_size=5)))
    index = draw(st.binary(min_size=rows * cols, max_size=rows * cols))
    index = bytes(i % len(colours) for i in index)
    signs = st.one_of(COLOURS, st.just(""))
    minus = draw(st.sampled_from([(), tuple(draw(signs) for _ in colours)]))
    return Heatmap(key, draw(RECTS), rows, cols, colours, index, draw(MAYBE), minus)


def marks(key: str) -> st.SearchStrategy[Mark]:
    own, radii = st.just(key), st.sampled_from([0.0, 4.0])
    cells = st.lists(st.builds(Cell, own, RECTS, TEXTS, SIZES, STYLES), max_size=3).map(tuple)
    anchors = st.sampled_from(["left", "center", "right"])
    return st.one_of(
        st.builds(Cell, own, RECTS, TEXTS, SIZES, STYLES),
        st.builds(Box, own, RECTS, MAYBE, st.floats(0.5, 4), MAYBE, FLAGS, radii),
        st.builds(Label, own, CORNERS, TEXTS, SIZES, COLOURS, COLOURS, FLAGS, anchors),
        connectors(key),
        heatmaps(key),
        st.builds(Glow, own, RECTS, cells=cells),
        st.builds(Passing, own, RECTS, COLOURS, st.floats(0.5, 4), over=cells),
    )


@st.composite
def nudged(draw: st.DrawFn, key: str) -> list[Mark]:
    """Return a box at places that lie next to each other, with some of its cells."""
    rect, places = draw(RECTS), st.sampled_from([0.0, 0.01, 0.4, 3.0])
    beside = (rect._replace(x=rect.x + x, y=rect.y + 5.0) for x in (-20.0, 0.0, 20.0))
    cells = [Cell(f"{at.x}", at, draw(TEXTS), draw(SIZES), draw(STYLES)) for at in beside]
    some = st.lists(st.sampled_from(cells), max_size=3).map(tuple)
    lines = {"line": MAYBE, "width": st.floats(0.5, 4), "fill": MAYBE, "dash": FLAGS}
    kind = draw(st.sampled_from([Box, Glow, Passing]))
    look = {} if kind is Glow else {name: draw(values) for name, values in lines.items()}
    lit = {Box: "", Glow: "cells", Passing: "over"}[kind]
    return [
        kind(key, rect._replace(x=rect.x + draw(places), w=rect.w + draw(places)), **look,
             **{lit: draw(some)} if lit else {})
        for _ in range(3)
    ]  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> list[Scene]:
    """Return scenes of marks that come, go, change and stay, always in one order."""
    heat = draw(heatmaps("f"))
    other = replace(heat, index=heat.index[:-3][::-1] + heat.index[-3:])
    kept = {key: draw(st.lists(marks(key), min_size=1, max_size=2)) for key in "abcde"}
    kept |= {"f": [heat, other, replace(other, rect=draw(RECTS))]}
    scenes = []
    for _ in range(3):
        shown = [draw(st.none() | st.sampled_from(choices)) for choices in kept.values()]
        scenes.append(Scene(WIDE, HIGH, "#ffffff", tuple(m for m in shown if m)))
    return scenes


@settings(deadline=None)
@given(stories(), st.sampled_from([1.0, 1.5, 2.0]))
def test_painting_what_changed_gives_the_same_pixels_as_painting_all(
    story: list[Scene], ratio: float
) -> None:
    size = round(WIDE * ratio), round(HIGH * ratio)
    pixels = Pixels(size)
    for scene in story:
        assert changed(pixels.paint(scene).rgb(), painted(scene, size)) is None


@settings(deadline=None)
@given(nudged("m"), st.sampled_from([1.0, 1.5]))
def test_a_box_that_moves_a_little_leaves_nothing_behind(places: list[Mark], ratio: float) -> None:
    size = round(WIDE * ratio), round(HIGH * ratio)
    pixels = Pixels(size)
    for place in places:
        scene = Scene(WIDE, HIGH, "#808080", (place,))
        assert changed(pixels.paint(scene).rgb(), painted(scene, size)) is None


def test_a_frame_that_travels_is_painted_again_where_its_line_was_and_is() -> None:
    box = Box("box", Rect(100, 40, 160, 100), "#b45309", 3.0)
    places = [replace(box, rect=box.rect._replace(x=x)) for x in (100.0, 100.2, 104.0)]
    pixels = Pixels((WIDE, HIGH))
    frames = [pixels.paint(Scene(WIDE, HIGH, "#ffffff", (place,))) for place in places]
    assert (frames[1].area, frames[1].regions) == (None, ())  # not a whole pixel
    areas = list(changed_areas(places[0], places[2], *(area_of(m, 1.0) for m in places[::2]), 1.0))
    assert sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in areas) < 0.25 * 160 * 100


def test_light_that_travels_is_painted_again_at_its_ends() -> None:
    cells = tuple(
        Cell(f"{i}", Rect(40 * i, 40, 40, 30), "8", 9, Style("#ffffff", "#14181f", "#14181f"))
        for i in range(6)
    )
    lights = [Glow("light", Rect(x, 40, 120, 30), cells=cells) for x in (30.0, 34.0)]
    areas = list(changed_areas(*lights, *(area_of(light, 1.0) for light in lights), 1.0))
    assert sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in areas) == 2 * 4 * 31


@settings(deadline=None)
@given(st.one_of(marks("m")), st.sampled_from([1.0, 1.5, 2.0]))
def test_a_mark_stays_inside_its_area(mark: Mark, ratio: float) -> None:
    size = round(WIDE * ratio), round(HIGH * ratio)
    empty = Scene(WIDE, HIGH, "#808080", ())
    box = changed(painted(empty, size), painted(Scene(WIDE, HIGH, "#808080", (mark,)), size))
    assert box is None or inside(box, area_of(mark, ratio))


def test_dashes_and_hatching_do_not_depend_on_what_was_painted_before() -> None:
    pixels, ink, paper = Pixels((WIDE, HIGH)), "#14181f", "#ffffff"
    hatched, dashed = Style(paper, ink, ink, hatch=ink), Style(paper, ink, ink, dash=True)
    for x in range(70, 90, 3):
        one = Cell("hatched", Rect(x, 20, 30, 20), "", 9, hatched)
        two = Cell("dashed", Rect(x, x, 30, 20), "", 9, dashed)
        box = Box("box", Rect(x + 80, 65, 40, 30), ink, 2.0, dash=True)
        scene = Scene(WIDE, HIGH, paper, (one, two, box))
        assert changed(pixels.paint(scene).rgb(), painted(scene, (WIDE, HIGH))) is None


# --- real pictures --------------------------------------------------------------

REQUESTS: dict[str, dict[str, Any]] = {
    "article": {"stride": 2, "padding": 1},
    "hatched": {"stride": 3, "output_padding": 2, "bias": 0.25, "seed": 1, "in_channels": 1},
    "tints": {"input_size": 13, "stride": 3, "padding": 2, "in_channels": 3, "seed": 2},
    "cropped": {"kernel_size": 2, "padding": 2, "input_size": (5, 7), "seed": 3, "scale": 1.5},
}


@cache
def film(name: str, view: str, preset: str) -> tuple[tuple[Scene, ...], tuple[int, int]]:
    """Return some scenes, with two frames of transition between any two steps."""
    asked = {"size": (640, 360), "transition": 0.1, "fps": 20} | REQUESTS[name]
    animation = animate(view=view, theme=preset, every=11, first=56, **asked)
    return tuple(frame.scene for frame in animation.frames()), animation.size


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize("name", REQUESTS)
def test_frames_are_the_same_pixels_in_any_order(name: str, view: str, preset: str) -> None:
    scenes, size = film(name, view, preset)
    pixels = Pixels(size)
    shown = [*scenes[:5], *(scenes[i * i % len(scenes)] for i in (8, 3, 5, 1))]
    last = Image.new("RGB", size)
    for scene in shown:
        frame = pixels.paint(scene)
        now = frame.rgb()
        assert changed(now, painted(scene, size)) is None
        box = changed(last, now)
        assert box is None or (frame.area and inside(box, frame.area))
        last = now
    assert pixels.paint(scenes[0]).rgb().tobytes() == painted(scenes[0], size).tobytes()
    assert pixels.paint(scenes[0]).area is None


@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize("name", REQUESTS)
def test_no_two_marks_of_a_scene_have_one_key(name: str, view: str) -> None:
    for scene in film(name, view, "light")[0]:
        twice = [k for k, n in Counter(m.key for m in scene.marks).items() if n > 1]
        assert twice == []


def solids(scene: Scene) -> set[str]:
    """Return the colours that fill whole areas of a scene."""
    found = {scene.background}
    for m in scene.marks:
        if isinstance(m, Cell):
            found |= {m.style.fill, m.style.line}
        elif isinstance(m, Heatmap):
            found |= {m.colours[i] for i in m.index}
        elif isinstance(m, Box) and not m.radius:
            found |= {m.fill or scene.background, m.line or scene.background}
    return found


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize("name", REQUESTS)
def test_solid_colours_are_exact_and_the_first_number_is_never_painted(
    name: str, view: str, preset: str
) -> None:
    scenes, size = film(name, view, preset)
    pixels = Pixels(size)
    for scene in scenes:
        frame = pixels.paint(scene)
        assert TRANSPARENT not in frame.image.tobytes()
        assert len(frame.palette) <= SIZE
        flat = frame.palette.flat()
        for colour in solids(scene):
            number = frame.palette.index(colour)
            assert tuple(flat[3 * number : 3 * number + 3]) == shades.rgb(colour)


def test_the_same_request_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib; from tcviz.api import animate; from tcviz.render.pixels import Pixels\n"
        "a = animate(stride=2, padding=1, input_size=9, seed=1, size=(640, 360), first=3)\n"
        "p = Pixels(a.size); h = hashlib.sha256()\n"
        "for f in a.frames():\n"
        "  q = p.paint(f.scene); h.update(q.image.tobytes() + q.palette.flat())\n"
        "print(h.hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == 64


# --- palette --------------------------------------------------------------------


@given(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=400))
def test_a_palette_never_has_more_than_256_colours_and_the_first_are_exact(
    values: list[int],
) -> None:
    palette, colours = Palette(), [f"#{v:06x}" for v in values]
    numbers = [palette.index(colour) for colour in colours]
    assert all(0 < n < SIZE for n in numbers)
    assert len(palette) == min(SIZE, 1 + len(set(colours)))
    flat = palette.flat()
    for colour, number in list(zip(colours, numbers, strict=True))[: SIZE - 1]:
        assert tuple(flat[3 * number : 3 * number + 3]) == shades.rgb(colour)


@given(st.lists(st.tuples(COLOURS, COLOURS), min_size=1, max_size=40))
def test_shades_run_from_the_ground_to_the_ink(pairs: list[tuple[str, str]]) -> None:
    palette, again = Palette(), Palette()
    for ink, on in pairs:
        ramp = palette.ramp(ink, on)
        assert (ramp[0], ramp[255]) == (palette.index(on), palette.index(ink))
        assert ramp == palette.ramp(ink, on) == again.ramp(ink, on)
    assert palette.flat() == again.flat()


# --- damage ---------------------------------------------------------------------

DAMAGED = st.tuples(*(st.integers(-90, 700) for _ in range(4))).map(
    lambda a: (min(a[0], a[2]), min(a[1], a[3]), max(a[0], a[2]) + 1, max(a[1], a[3]) + 1)
)


@given(st.lists(DAMAGED, max_size=8), st.tuples(st.integers(1, 640), st.integers(1, 400)))
def test_regions_cover_every_area_without_overlap(areas: list[Area], size: tuple[int, int]) -> None:
    found = list(regions(areas, size))
    covered = Image.new("1", size)
    for left, top, right, bottom in found:
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert left % TILE == top % TILE == 0
        covered.paste(1, (left, top, right, bottom))
    for a, b in combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    before = covered.tobytes()
    for area in areas:
        covered.paste(1, area)
    assert covered.tobytes() == before


@given(st.integers(0, 2**80))
def test_runs_are_the_ones_of_a_number(bits: int) -> None:
    found = list(_runs(bits))
    assert sum((1 << end) - (1 << start) for start, end in found) == bits
    assert all(a[1] < b[0] for a, b in pairwise(found))


@given(st.lists(DAMAGED, min_size=1, max_size=5))
def test_a_union_is_the_smallest_box_around_all(areas: list[Area]) -> None:
    box, nothing = union(areas), union([])
    assert nothing is None
    assert box is not None
    assert all(inside(area, box) for area in areas)
    assert all(any(area[i] == box[i] for area in areas) for i in range(4))


NUMBERS = st.floats(-1e4, 1e4).map(lambda v: f"{v:+.2f}".replace("-", MINUS))
WORDS = st.text("AVTfijlty,[]0128×−–", min_size=1, max_size=9)


@settings(max_examples=200, deadline=None)
@given(NUMBERS | WORDS, SIZES, FLAGS, st.integers(0, FINE - 1))
def test_a_word_set_sign_by_sign_is_as_the_font_sets_it(
    word: str, size: float, bold: bool, shift: int
) -> None:
    mask, ascent = letters(word, size, bold, shift)
    fine = Image.new("L", (FINE * mask.shape[1], FINE * mask.shape[0]))
    at, shape = (shift, FINE * ascent), font(FINE * size, bold)
    ImageDraw.Draw(fine).text(at, word, fill=255, font=shape, anchor="ls")
    rounding = 4  # of 255: signs that touch share a pixel, whose parts are rounded
    assert abs(mask.astype(int) - np.asarray(fine.reduce(FINE))).max() <= rounding
