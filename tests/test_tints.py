"""Tints tell zero from what is not, small from large numbers, and the sign in greys too."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, product
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tcviz import views
from tcviz.api import animate, figure
from tcviz.api.stills import Figure
from tcviz.boards.panel import SIGNED, Grid
from tcviz.boards.stage import MIXED, drawn, knee, most
from tcviz.errors import TooSmallError
from tcviz.layer.forward import Convolution
from tcviz.layer.trace import Collection, Distribution
from tcviz.look.look import Look
from tcviz.picture import fitting, solver, tinting
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.layout import Spot
from tcviz.picture.scale import Scale
from tcviz.render.minus import bar, minuses
from tcviz.scene import text
from tcviz.scene.crop import bounds
from tcviz.scene.marks import Box, Cell, Heatmap, Key, Label, Scene
from tcviz.scene.numbers import Format
from tcviz.scene.shades import lightness, rgb
from tcviz.scene.states import Kind, State, role
from tcviz.scene.theme import HEAT_STEPS, load
from tests.stills import pixels_seen
from tests.test_layout import meet, written

LARGE: dict[str, Any] = {"stride": 2, "padding": 1, "input_size": 16, "in_channels": 1}
NUMBERS = hnp.arrays(float, (4, 5), elements=st.floats(-1e6, 1e6))


def tints(values: np.ndarray[Any, Any], theme: str = "light", side: float = 9) -> Heatmap:
    look, (rows, cols) = Look(load(theme)), values.shape
    spot = Spot(0, 0, side, side, 0, heat=True)
    grid = Grid("x", 0, 0, rows, cols, side, side)
    panel = drawn(look, grid, spot, look.theme.result, values, Format())
    known = np.full(values.shape, role(Kind.VALUE, State.KNOWN), np.uint8)
    heat, *_ = panel.draw(values, known)
    assert isinstance(heat, Heatmap)
    return heat


def levels(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    index = np.frombuffer(tints(values).index, np.uint8).reshape(values.shape)
    return index.astype(int) - HEAT_STEPS


@given(NUMBERS)
def test_only_zero_has_the_tint_of_zero_and_larger_numbers_have_no_weaker_one(
    values: np.ndarray[Any, Any],
) -> None:
    found = levels(values)
    np.testing.assert_array_equal(np.sign(found), np.sign(values))
    order = np.argsort(values, axis=None)
    assert (np.diff(found.ravel()[order]) >= 0).all()
    assert np.abs(found).max() == (HEAT_STEPS if values.any() else 0)


@given(NUMBERS)
def test_tints_are_symmetrical(values: np.ndarray[Any, Any]) -> None:
    np.testing.assert_array_equal(levels(-values), -levels(values))


def test_magnitudes_that_are_mixed_are_told_apart() -> None:
    values = 10.0 ** np.arange(-3, 3).reshape(1, 6)
    assert len(set(levels(values).ravel().tolist())) >= 5
    assert knee(values) > 0
    alike = np.linspace(1, MIXED / 2, 6).reshape(1, 6)
    assert knee(alike) == 0
    assert most(values) == 100


@pytest.mark.parametrize(("theme", "signed"), [("light", False), ("print", True)])
def test_in_greys_negative_numbers_and_no_others_have_a_minus(theme: str, *, signed: bool) -> None:
    heat = tints(np.array([[-9.0, -1.0, 0.0, 1.0, 9.0]]), theme)
    minus = [heat.minus[i] if heat.minus else "" for i in heat.index]
    assert [*map(bool, minus)] == [signed, signed, False, False, False]
    assert len({heat.colours[i] for i in heat.index}) == 3 if signed else 5


def test_in_greys_cells_too_small_for_a_minus_have_none_and_are_lighter_where_negative() -> None:
    values = np.array([[-9.0, -1.0, 0.0, 1.0, 9.0]])
    heat = tints(values, "print", SIGNED - 1)
    shades = [lightness(heat.colours[i]) for i in heat.index]
    assert not heat.minus
    assert all(left > right + 1 for left, right in pairwise(shades))
    coloured = tints(values, "light", SIGNED - 1), tints(values, "light", SIGNED)
    assert coloured[0].colours == coloured[1].colours


def test_a_scale_of_greys_is_that_of_its_panel() -> None:
    found = heats(still(view="collection", input_size=30, theme="print"))
    assert found["x.0.legend"].colours == found["x.0"].colours[: 2 * HEAT_STEPS + 1]
    assert not found["x.0"].minus


def test_a_minus_lies_in_the_middle_of_its_cell() -> None:
    heat = tints(np.array([[1.0, -9.0], [-1.0, 0.0]]), "print")
    index = np.frombuffer(heat.index, np.uint8).reshape(2, 2)
    boxes = np.concatenate([found for _, found in minuses(heat, index)])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    assert sorted(map(tuple, middles.tolist())) == [(0.5, 1.5), (1.5, 0.5)]


@given(st.integers(1, 40), st.integers(3, 9), st.floats(0.1, 0.8))
def test_every_cell_has_a_bar_of_pixels(cells: int, pixels: int, share: float) -> None:
    inside = bar(cells * pixels, cells, share).reshape(cells, pixels)
    assert (inside.any(axis=1) & ~inside.all(axis=1)).all()


def still(**asked: Any) -> Scene:
    (scene,) = figure(**LARGE | asked).scenes()
    return scene


def heats(scene: Scene) -> dict[str, Heatmap]:
    return {m.key: m for m in scene.marks if isinstance(m, Heatmap)}


@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_every_tinted_panel_has_a_scale(view: str, dims: int) -> None:
    asked = {"input_size": {1: 60, 2: 24, 3: 9}[dims], "kernel_size": 9 - 2 * dims}
    size = (1280, 720) if dims == 1 else (640, 360)
    scene = still(view=view, dims=dims, step=7, size=size, **asked)
    found = heats(scene)
    panels = {m.key.panel.tensor for m in found.values() if not m.key.endswith(".legend")}
    scales = {key.removesuffix(".legend").split(".")[0] for key in found if "legend" in key}
    assert panels
    assert panels <= scales


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution", "grad-input"])
@pytest.mark.parametrize("cells", [5, 18, 32])
def test_scales_stay_where_there_is_no_room_for_notes(view: str, cells: int) -> None:
    scene = still(view=view, input_size=cells, step=9, size=(400, 300), in_channels=2, padding=1)
    found = heats(scene)
    panels = {m.key.panel.tensor for m in found.values() if not m.key.endswith(".legend")}
    scales = {key.removesuffix(".legend").split(".")[0] for key in found if "legend" in key}
    assert panels
    assert panels - {"kernel"} <= scales  # which is that of w, flipped right below it
    texts = [m for m in scene.marks if isinstance(m, Label) and ".legend" in m.key]
    bars = [m.rect for key, m in found.items() if "legend" in key]
    met = [m.text for m in texts for bar in bars if meet(written(m), bar)]
    assert met == []


@pytest.mark.parametrize("size", [(400, 300), (640, 360), (1280, 720)])
def test_no_frame_of_a_panel_covers_its_first_small_cells(size: tuple[int, int]) -> None:
    scene = still(view="collection", input_size=40, step=900, size=size)
    drawn = np.asarray(pixels_seen(scene, size[0] / scene.width))
    for key in ("x.0", "output"):
        heat = heats(scene)[key]
        wide = heat.rect.w / heat.cols * size[0] / scene.width
        left, top = (at * size[0] / scene.width for at in (heat.rect.x, heat.rect.y))
        first = [drawn[int(top + wide / 2), int(left + (i + 0.5) * wide)] for i in range(heat.cols)]
        tints = [rgb(heat.colours[n]) for n in heat.index[: heat.cols]]
        assert [tuple(pixel.tolist()) for pixel in first[2:]] == tints[2:]


@pytest.mark.parametrize("size", [(640, 360), (480, 360), (400, 300)])
@pytest.mark.parametrize(("number", "kernel"), [(5, 3), (6, 3), (18, 3), (32, 5)])
def test_no_formula_of_a_note_is_broken(size: tuple[int, int], number: int, kernel: int) -> None:
    for channels in (1, 2):
        asked = {"input_size": number, "kernel_size": kernel, "in_channels": channels}
        scene = still(view="collection", step=9, size=size, **asked)
        notes = [m.text for m in scene.marks if isinstance(m, Label) and ".note." in m.key]
        assert not [note for note in notes if note[0] in "−+=·"]


def test_a_frame_around_small_tints_lies_right_around_those_that_are_lit() -> None:
    scene = still(input_size=64, step=1000)
    cells = heats(scene)["padded.0"].rect
    (frame,) = (m for m in scene.marks if isinstance(m, Box) and m.key == "now.padded.0")
    side = cells.w / 129
    assert frame.rect.w - frame.width == pytest.approx(3 * side)
    assert frame.width < side


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_frame_around_small_tints_begins_just_where_they_end(ratio: int) -> None:
    scene = still(view="collection", input_size=24, kernel_size=4, step=700)
    x, y, wide, _ = heats(scene)["stretched.0"].rect
    side = wide / 51  # of a cell; those that are read are rows 14 to 17, columns 27 to 30
    left, top, right, bottom = (round(ratio * v) for v in (
        x + 27 * side, y + 14 * side, x + 31 * side, y + 18 * side))  # fmt: skip
    seen = np.asarray(pixels_seen(scene, ratio))
    now = (seen == [int(load("light").now[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=-1)
    assert not now[top:bottom, left:right].any()
    for line in (now[top - 1, left:right], now[bottom, left:right],
                 now[top:bottom, left - 1], now[top:bottom, right]):  # fmt: skip
        assert line.all()


def cells(scene: Scene, tensor: str) -> list[Cell]:
    """Return the cells of a panel, of the first channel."""
    found = (m for m in scene.marks if isinstance(m, Cell) and isinstance(m.key, Key))
    return [m for m in found if m.key.panel.tensor == tensor and m.key.panel.channel in (None, 0)]


LENSED = (
    ("distribution", 1, "padded", {"input_size": 40, "in_channels": 2}),
    ("distribution", 2, "padded", {}),
    ("distribution", 2, "output", {"in_channels": 2}),
    ("distribution", 2, "padded", {"dilation": 2, "theme": "print"}),
    ("distribution", 3, "padded", {"input_size": 6}),
    ("collection", 1, "output", {"input_size": 40}),
    ("collection", 2, "output", {"in_channels": 2, "size": (640, 360)}),
    ("collection", 2, "result", {"in_channels": 2}),
    ("convolution", 2, "output", {"input_size": 64}),
    ("distribution", 1, "output", {"input_size": 40, "in_channels": 2}),
    ("distribution", 1, "output", {"input_size": 40, "in_channels": 2, "size": (640, 360)}),
    ("distribution", 3, "output", {"input_size": 6, "in_channels": 2, "step": 87}),
    ("distribution", 3, "output",
     {"input_size": 6, "in_channels": 2, "step": 87, "size": (1080, 1080)}),
    ("collection", 1, "output", {"input_size": 40, "in_channels": 2}),
    ("convolution", 1, "output", {"input_size": 120}),
    ("convolution", 1, "output", {"input_size": 120, "in_channels": 2, "theme": "print"}),
)  # fmt: skip


def sums(shown: Figure, of: str, number: int) -> list[str]:
    """Return the first channel's numbers, as written, of the cells that a step writes."""
    part = views.part(shown.view, shown.operands)
    if shown.view == "distribution":
        running = next(Distribution(part).running([number]))
        found, window = running.sums, running.step.places
        if of == "output":
            found = part.crop(found).sum(axis=0)[np.newaxis]
            window = tuple(range(axis[0] - 1, axis[-1]) for axis in window)  # a border of 1
    else:
        trace = {"collection": Collection, "convolution": Convolution}[shown.view](part)
        found, window = trace.sums, tuple(range(i, i + 1) for i in trace[number].at)
        found = found.sum(axis=0)[np.newaxis] if of == "output" else found
    return [Format()(v) for v in found[0][np.ix_(*window)].ravel().tolist()]


@pytest.mark.parametrize(("view", "dims", "of", "asked"), LENSED)
def test_a_lens_shows_the_numbers_of_the_window_in_a_tinted_panel(
    view: str, dims: int, of: str, asked: dict[str, Any]
) -> None:
    shown = figure(**LARGE | {"view": view, "dims": dims, "step": 20, **asked})
    (scene,) = shown.scenes()
    assert of in {key.split(".")[0] for key in heats(scene)}
    lens = cells(scene, f"{of}.lens")
    assert [m.text for m in lens] == sums(shown, of, asked.get("step", 20) - 1)
    assert {m.size for m in lens} == {m.size for m in cells(scene, "product")}


@pytest.mark.parametrize("view", ["distribution", "collection", "convolution", "grad-input"])
def test_a_lens_costs_no_channel_that_is_asked_for(view: str) -> None:
    asked = {"view": view, "dims": 1, "input_size": 120, "in_channels": 3, "out_channels": 3}
    scene = still(**asked, channels=3, size=(1280, 860))
    assert {"output", *(f"x.{c}" for c in range(3))} <= heats(scene).keys()


def test_a_lens_costs_no_digits_of_others() -> None:
    asked = {"kernel_size": 5, "input_size": 32, "in_channels": 2, "size": (640, 360)}
    scene = still(**asked, step=70)
    assert heats(scene).keys() >= {"x.0", "padded.0", "padded.1", "output"}
    assert len(cells(scene, "product")) == len(cells(scene, "w")) == 5 * 5


@pytest.mark.parametrize(("number", "channels"), [(4, 1), (20, 1), (16, 2)])
def test_on_the_smallest_canvas_one_kernel_has_digits_in_place_of_two_in_specks(
    number: int, channels: int
) -> None:
    asked = {"input_size": number, "in_channels": channels, "padding": channels - 1}
    scene = still(view="collection", step=12, size=(400, 300), **asked)
    words = {str(m.key): m.text for m in scene.marks if isinstance(m, Label)}
    assert words["w.size"] == "3×3, flipped"
    assert {"stretched.0", "output"} <= heats(scene).keys()
    at = attrgetter("key.at")
    assert {*map(len, (cells(scene, key) for key in ("window", "w", "product")))} == {9}
    assert cells(scene, "kernel") == []
    numbers = [[int(m.text.replace("−", "-")) for m in sorted(cells(scene, key), key=at)]
               for key in ("window", "w", "product")]  # fmt: skip
    assert [a * b for a, b in zip(*numbers[:2], strict=True)] == numbers[2]


def test_where_lenses_have_no_room_for_each_channel_the_output_has_one() -> None:
    asked = {"input_size": 5, "in_channels": 2, "padding": 0, "size": (400, 300)}
    scene = still(view="collection", **asked, step=30)
    assert {"result.0", "output"} <= heats(scene).keys()
    assert len(cells(scene, "output.lens")) == 1
    assert not [m for m in scene.marks if m.key.startswith("result.lens")]


def test_on_a_wide_canvas_the_lens_of_the_output_stands_beside_it() -> None:
    asked = {"input_size": 40, "in_channels": 2, "padding": 0, "size": (1600, 400)}
    scene = still(**asked, step=500)
    output, lens = heats(scene)["output"].rect, bounds(cells(scene, "output.lens"))
    assert lens.x > output.right
    assert output.y < lens.center[1] < output.bottom
    assert output.h > 81 * 2 * scene.height / 400 - 1  # below it, its cells had a pixel each


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
def test_beside_tints_of_an_overlap_its_counts_and_sums_have_digits(size: tuple[int, int]) -> None:
    scene = still(view="overlap", dims=1, input_size=120, step=5, size=size)
    assert {"counts", "output"} <= heats(scene).keys()
    assert [m.text for m in cells(scene, "counts.lens")] == ["2", "1", "1"]
    taps = [int(m.text) for m in cells(scene, "w.lens")]
    left, *others = (int(m.text) for m in cells(scene, "output.lens"))
    assert (left, others) == (taps[0] + taps[2], taps[1:])  # the last tap before falls on the first


@pytest.mark.parametrize(
    ("view", "dims", "size", "title"),
    [("distribution", 2, 24, "result, enlarged"), ("collection", 2, 24, "y, enlarged"),
     ("distribution", 3, 8, "result, enlarged")],
)  # fmt: skip
def test_a_lens_says_that_it_enlarges_and_what(view: str, dims: int, size: int, title: str) -> None:
    shown = figure(view=view, dims=dims, input_size=size, in_channels=1, stride=2, step=3)
    (scene,) = shown.scenes()
    assert title in {m.text for m in scene.marks if isinstance(m, Label)}


def test_without_tints_there_is_no_lens() -> None:
    scene = still(input_size=3)
    assert not heats(scene)
    assert not [m for m in scene.marks if ".lens" in m.key]


@pytest.mark.parametrize(("row", "col"), [(0, 0), (0, 3), (0, 15), (7, 7), (15, 15)])
def test_at_an_edge_a_lens_is_blank_where_there_is_no_output(row: int, col: int) -> None:
    scene = still(in_channels=2, step=16 * row + col + 1)
    blank = {m.key.at for m in cells(scene, "output.lens") if not m.text}
    gone = {0: 0, 15: 2}  # which tap of the window falls in the border, by the element
    assert blank == {(i, j) for i in range(3) for j in range(3)
                     if gone.get(row) == i or gone.get(col) == j}  # fmt: skip


@pytest.mark.parametrize("view", ["collection", "distribution"])
def test_digits_come_before_notes_which_come_before_tints(view: str) -> None:
    shown = figure(view=view, dims=1, stride=2, padding=1, size=(400, 300), step=3)
    (scene,) = shown.scenes()
    assert not [m for m in scene.marks if isinstance(m, Heatmap)]
    assert not [m for m in scene.marks if ".note." in m.key]


TIGHT: tuple[dict[str, Any], ...] = (
    {"view": "collection", "input_size": 8, "in_channels": 5, "channels": 5},
    {"view": "distribution", "dims": 3, "input_size": 5, "in_channels": 2, "channels": 2},
    {"view": "collection", "dims": 1, "input_size": 30, "in_channels": 8, "channels": 8},
    {"view": "matrix", "in_channels": 4, "input_size": 6},
    {"view": "grad-weight", "in_channels": 2, "input_size": 12},
)


def made(asked: dict[str, Any], size: tuple[int, int], *, tried: bool) -> bool:
    shown = figure(stride=2, **asked)
    part = views.part(shown.view, shown.operands)
    look = replace(shown.look, width=size[0], height=size[1], tried=tried)
    return views.sketch_if_fits(shown.view, part, look) is not None


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "collection", "input_size": (4, 3), "kernel_size": (2, 3), "size": (400, 300)},
        {"view": "overlap", "input_size": (5, 4), "kernel_size": (4, 3), "size": (400, 300)},
        {"view": "distribution", "in_channels": 3, "size": (400, 300)},
        TIGHT[0] | {"size": (560, 440)},
    ],
    ids=str,
)
def test_no_picture_is_of_specks(asked: dict[str, Any]) -> None:
    shown = figure(stride=2, step=5, **asked)
    (scene,) = shown.scenes()
    sides = [
        max(mark.rect.w, mark.rect.h) / shown.look.pixel
        for mark in scene.marks
        if isinstance(mark, Heatmap)
    ]
    assert max(sides) > 0.75 * tinting.SIDES[-2]


@pytest.mark.parametrize("asked", TIGHT, ids=str)
def test_a_picture_that_is_tried_has_room_just_where_it_has_room(asked: dict[str, Any]) -> None:
    sizes = (500, 410), (560, 440), (640, 480), (520, 800), (900, 420), (1280, 720), (1280, 1800)
    found = [[made(asked, size, tried=tried) for size in sizes] for tried in (True, False)]
    assert found[0] == found[1]
    assert any(found[0])


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ({"view": "collection", "input_size": 24, "in_channels": 3, "padding": 1}, 800),
        ({"view": "collection", "input_size": 64, "in_channels": 3, "size": (640, 360)}, 800),
        (TIGHT[0] | {"size": (520, 420)}, 500),
        (TIGHT[2] | {"size": (520, 420)}, 5000),
    ],
    ids=str,
)
def test_few_sizes_are_tried_for_a_picture_with_tints_or_one_without_room(
    asked: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []

    def counting(asked: Callable[..., bool]) -> Callable[..., bool]:
        return lambda *args: bool(tried.append(args)) or asked(*args)

    solver._solved.cache_clear()
    for each, name in ((fitting, "fits"), (solver, "fits"), (tinting, "_is_crowded")):
        monkeypatch.setattr(each, name, counting(getattr(each, name)))
    with suppress(TooSmallError):
        figure(stride=2, **asked).drawn  # noqa: B018  (it is laid out)
    assert 0 < len(tried) <= most


@pytest.mark.parametrize(
    ("asked", "panels"),
    [
        ({"input_size": 24}, {"x", "padded"}),
        ({"input_size": 30, "in_channels": 2, "view": "collection"},
         {"x", "stretched", "result", "output"}),
        ({"input_size": 50, "dims": 1, "view": "collection"}, {"stretched", "output"}),
        ({"input_size": 9, "dims": 3, "size": (640, 360)}, {"x"}),
        ({"input_size": 24, "view": "overlap"}, set()),
    ],
)  # fmt: skip
def test_a_scale_of_both_signs_names_both_of_its_ends(
    asked: dict[str, Any], panels: set[str]
) -> None:
    scene = still(**asked)
    words = {m.key: m for m in scene.marks if isinstance(m, Label)}
    bars = {m.key: m for m in scene.marks if isinstance(m, Heatmap)}
    starts = {key: m for key, m in words.items() if key.endswith(".legend.start")}
    assert panels <= {key.split(".")[0] for key in starts}
    assert bool(panels) == bool(starts)
    for key, start in starts.items():
        scale = key.removesuffix(".start")
        end, bar = words[f"{scale}.end"], bars[scale].rect
        assert start.text == "−" + end.text.removeprefix("+").removesuffix(", log")
        assert start.at[0] < bar.x < bar.right < end.at[0]
        assert start.left + text.width(start.text, start.size) <= bar.x


@pytest.mark.parametrize("magnitude", [1.0, 1e9])
def test_a_scale_says_on_which_side_positive_numbers_are(magnitude: float) -> None:
    x = magnitude * np.linspace(-1, 1, 1600).reshape(1, 40, 40)
    scene = animate(x=x, weight=np.ones((1, 1, 2, 2))).drawn.overview()
    ends = [m for m in scene.marks if isinstance(m, Label) and m.key.endswith(".legend.end")]
    assert ends
    for end in ends:
        assert re.fullmatch(r"\+[0-9].*", end.text)
        (bar,) = (m for m in scene.marks if m.key == end.key.removesuffix(".end"))
        assert isinstance(bar, Heatmap)
        first, last = (bar.colours[bar.index[i]] for i in (0, -1))
        assert (first, last) == (load("light").heat[0], load("light").heat[-1])


# --- what has no room ---------------------------------------------------------


def arrangements(monkeypatch: pytest.MonkeyPatch, **asked: Any) -> tuple[Arrangement, ...]:
    """Return the arrangements that are tried of a picture."""
    seen: list[tuple[Arrangement, ...]] = []
    solved = solver._solved

    def noted(options: tuple[Arrangement, ...], *more: Any) -> Any:
        seen.append(options)
        return solved(options, *more)

    monkeypatch.setattr(solver, "_solved", noted)
    animate(**asked).drawn  # noqa: B018
    return seen[0]


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_what_has_no_room_at_its_core_has_none_in_larger_cells(
    view: str, dims: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = 0
    for option in arrangements(monkeypatch, view=view, dims=dims, stride=2, padding=1):
        core, keys = option.node.core, [*{panel.key: 0 for panel in option.node.panels()}]
        assert core
        for heat, room in product((keys[:1], keys), product((150, 400, 900), repeat=2)):
            scale = Scale(1.0, 1.0, heat=frozenset(heat), notes=False, names=False)
            small, large = (replace(scale, text=t, result=t, edge=t / 3) for t in (9.0, 15.0))
            if not core.fits(small, *room):
                crowded += 1
                more = small, large, replace(large, notes=True, names=True)
                assert not [scale for scale in more if option.node.fits(scale, *room)]
    assert crowded > 10


@pytest.mark.parametrize("preset", ["light", "print"])
def test_the_frame_around_tints_with_a_border_looks_cropped_unlike_that_around_the_output(
    preset: str,
) -> None:
    asked = {"input_size": 32, "kernel_size": 4, "stride": 2, "in_channels": 1, "theme": preset}
    for padding in (0, 1):
        (scene,) = figure(padding=padding, step=9, **asked).scenes()
        boxes = {str(m.key): m for m in scene.marks if isinstance(m, Box)}
        assert boxes["padded.0.frame"].dash == bool(padding)
        if padding:
            assert not boxes["padded.0.inner"].dash
            assert boxes["padded.0.inner"].line != boxes["padded.0.frame"].line
