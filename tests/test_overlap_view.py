"""The overlap view, on marks: what it counts, how it builds up, and that a pattern is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import figure
from tcviz.engine.fast import conv_transpose
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.look.titles import UNREACHED
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Scene
from tcviz.scene.shades import FINE, contrast
from tcviz.scene.theme import HEAT_STEPS, load
from tcviz.views.view import View

from . import slices
from .strategies import axes
from .test_layout import RULES, Picture, picture
from .test_theme import step as lightness_step
from .test_views import by_key, cells, shown, texts

CHECKERBOARD = {"kernel_size": 3, "stride": 2, "input_size": 5}
STEPS = range(FINE + 1)


def still(**asked: Any) -> Scene:
    (scene,) = figure(view="overlap", **asked).scenes()
    return scene


def drawn(out_channel: int = 0, look: dict | None = None, **geometry: Any) -> View:
    part = parts.part(inputs.plan(**geometry).make(), out_channel)
    return views.build("overlap", part, Look(theme.load("light"), **(look or {})))


def labels(scene: Scene) -> set[str]:
    return {m.text for m in scene.marks if isinstance(m, Label)}


def fills(scene: Scene, panel: str) -> dict[str, set[str]]:
    """Return the tints that each number of a panel lies on."""
    found: dict[str, set[str]] = {}
    for m in scene.marks:
        if isinstance(m, Cell) and m.key.startswith(f"{panel}["):
            found.setdefault(m.text, set()).add(m.style.fill)
    return found


def brute(
    x_size: tuple[int, ...], weight: np.ndarray, geometry: dict[str, Any], seen: int
) -> np.ndarray:
    """Convolve ones, the first `seen` of them, with one output channel's |w|, channels summed."""
    ones = (np.arange(np.prod(x_size)) < seen).astype(weight.dtype).reshape(1, *x_size)
    (found,) = conv_transpose(ones, np.abs(weight).sum(axis=0)[np.newaxis, np.newaxis], **geometry)
    return found


@settings(deadline=None, max_examples=25)
@given(st.tuples(axes(), axes()), st.integers(1, 3), st.integers(0, 99), st.data())
def test_counts_and_sums_of_w_are_those_of_a_convolution_of_ones(
    sides: tuple[Any, Any], channels: int, seed: int, data: st.DataObject
) -> None:
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    asked = {name: tuple(getattr(axis, name) for axis in sides) for name in names}
    size = tuple(axis.size for axis in sides)
    view = drawn(
        out_channel=1, input_size=size, in_channels=channels, out_channels=2, seed=seed, **asked
    )
    finished = {m.key for m in view.overview().marks if isinstance(m, Cell)}
    assume({"counts[0,0]", "output[0,0]"} <= finished)  # wide ones are tints, and hold no numbers
    weight = inputs.plan(
        input_size=size, in_channels=channels, out_channels=2, seed=seed, **asked
    ).make().weight[:, 1]  # fmt: skip
    asked.pop("kernel_size")
    step = data.draw(st.integers(0, view.steps - 1))
    ((now, _),) = view.moments([step])
    for scene, seen in ((now, step + 1), (view.overview(), view.steps)):
        unit = np.ones((1, *weight.shape[1:]), dtype=int)
        for panel, w in (("counts", unit), ("output", weight)):
            expected, numbers = brute(size, w, asked, seen), shown(scene, panel)
            known = ~np.isnan(numbers)
            np.testing.assert_array_equal(numbers[known], expected[known])
            assert not expected[~known].any()
    assert not np.isnan(shown(view.overview(), "output")).any()


@pytest.mark.parametrize("asked", [
    {"stride": 2}, {"stride": 2, "padding": 1, "output_padding": 1}, {"kernel_size": (1, 2, 3)},
])  # fmt: skip
def test_in_three_dimensions_slices_count_the_same(asked: dict[str, Any]) -> None:
    view, plan = drawn(dims=3, **asked), inputs.plan(dims=3, **asked)
    weight = plan.make().weight[:, 0]
    geometry = {name: value for name, value in asked.items() if name != "kernel_size"}
    for step in (0, 2, view.steps - 1):
        ((now, _),) = view.moments([step])
        for scene, seen in ((now, step + 1), (view.overview(), view.steps)):
            for panel, w in (("counts", np.ones_like(weight[:1])), ("output", weight)):
                expected, found = (
                    brute(plan.input_size, w, geometry, seen),
                    slices.shown(scene, panel),
                )
                known = ~np.isnan(found)
                np.testing.assert_array_equal(found[known], expected[known])
                assert not expected[~known].any()
        assert "depth 0" in now.sentence or step
    assert not [m for m in view.overview().marks if isinstance(m, Box) and m.moves]


def test_it_builds_up_one_element_a_step() -> None:
    view = drawn(**CHECKERBOARD)
    assert view.steps == 25
    before = np.zeros((11, 11))
    for number, (scene, settled) in enumerate(view.moments(range(25))):
        i, j = divmod(number, 5)
        counts = np.nan_to_num(shown(scene, "counts"))
        window = {(r, c) for r in range(2 * i, 2 * i + 3) for c in range(2 * j, 2 * j + 3)}
        assert {tuple(at) for at in np.argwhere(counts - before == 1).tolist()} == window
        assert np.count_nonzero(counts - before) == 9
        assert cells(scene, "counts", lambda m: m.style.bold) == window
        assert cells(scene, "output", lambda m: m.style.bold) == window
        assert cells(scene, "x", lambda m: m.style.bold) == {(i, j)}
        assert not cells(settled, "counts", lambda m: m.style.bold)
        assert texts(settled, "counts") == texts(scene, "counts")
        before = counts
    np.testing.assert_array_equal(before, shown(view.overview(), "counts"))


def test_the_input_shows_what_has_spread_and_what_spreads_now() -> None:
    scene = still(step=8, **CHECKERBOARD)
    light = load("light")
    roles = {"spread": light.rule, "now": light.now_soft, "waits": light.background}
    look = {
        name: cells(scene, "x", lambda m, fill=fill: m.style.fill == fill)
        for name, fill in roles.items()
    }
    assert (len(look["spread"]), look["now"], len(look["waits"])) == (7, {(1, 2)}, 17)
    assert all(word == "1" for row in texts(scene, "x") for word in row)


@pytest.mark.parametrize(
    ("asked", "step", "sentence"),
    [
        (CHECKERBOARD, 1, "x[0,0] reaches rows 0–2, columns 0–2 of the output: "
                          "all now have 1"),
        (CHECKERBOARD, 8, "x[1,2] reaches rows 2–4, columns 4–6 of the output: "
                          "4 of these cells now have 1, 3 have 2, 1 has 3, 1 has 4"),
        (CHECKERBOARD | {"padding": 1}, 2,
         "x[0,1] reaches rows 0–1, columns 1–3 of the output: "
         "4 of these cells now have 1, 2 have 2. 3 of 9 taps fall"),
        (CHECKERBOARD | {"dilation": 2}, 1, "x[0,0] reaches rows 0, 2, 4, columns 0, 2, 4 of the"),
        ({"kernel_size": 1, "padding": 1, "input_size": 4}, 1,
         "x[0,0] reaches no cell of the output: all of its window falls in the border"),
    ],
)  # fmt: skip
def test_the_sentence_says_where_an_element_reaches_and_what_is_there_now(
    asked: dict, step: int, sentence: str
) -> None:
    assert still(step=step, **asked).sentence.startswith(sentence)


@pytest.mark.parametrize("dims", [1, 2])
def test_the_whole_has_no_lens_but_each_step_has(dims: int) -> None:
    asked = {"kernel_size": 3, "stride": 2, "input_size": {1: 120, 2: 24}[dims], "dims": dims}
    whole, step = still(**asked), still(step=9, **asked)
    lensed = [[m.key for m in scene.marks if "lens" in m.key or "now" in m.key]
              for scene in (whole, step)]  # fmt: skip
    assert lensed[0] == []
    assert lensed[1]


@pytest.mark.parametrize("step", [6, 25])
def test_a_step_says_what_the_counts_are_in_the_end_where_all_are_not_there_yet(step: int) -> None:
    said = still(step=step, kernel_size=4, stride=2, input_size=5).sentence
    assert "counts end up uniform: kernel 4 is a multiple of stride 2; sums of |w| are" in said


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (CHECKERBOARD, "uneven (checkerboard artifacts) away from the edge: kernel 3 is not a "
         "multiple of stride 2, so 1, 2 or 4 input elements reach a cell, per channel. "
         "kernel 4 = 2·2 evens the counts; every cell is reached by 1 to 4 elements"),
        ({"kernel_size": 4, "stride": 2, "input_size": 5}, "uniform away from the edge: kernel 4 "
         "is a multiple of stride 2, so 4 input elements reach a cell, per channel. "
         "every cell is reached by 1 to 4 elements"),
        ({"kernel_size": 2, "stride": 2}, "uniform away from the edge: kernel 2 is a multiple of "
         "stride 2, so 1 input element reaches a cell, per channel. every cell is reached by "
         "1 element;"),
        ({"kernel_size": 5}, "uniform away from the edge of a larger output: stride is 1, so 25 "
         "input elements reach a cell, per channel. every cell is reached by 1 to 9 elements"),
    ],
)  # fmt: skip
def test_the_caption_says_in_numbers_whether_it_is_uniform(asked: dict, sentence: str) -> None:
    scene = still(**asked)
    assert scene.sentence.startswith(sentence)
    assert sentence.split(". ", maxsplit=1)[0] in labels(scene)


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (640, 360)])
def test_a_caption_too_long_for_a_line_is_told_to_its_end(size: tuple[int, int]) -> None:
    scene = still(input_size=(5, 4), kernel_size=(4, 3), stride=(3, 2), size=size)
    (first,), (second,) = (
        [m.text for m in scene.marks if isinstance(m, Label) and m.key == key]
        for key in ("sentence", "detail")
    )
    assert first.endswith("in columns kernel 3 is not a multiple of stride 2,")
    assert second.startswith("so 1, 2 or 4 input elements reach a cell, per channel; kernel 6×4, ")
    assert "…" not in second


def test_the_caption_says_what_the_weights_add_up_to() -> None:
    weight = np.array([[[[1.0, -2, 3, 4], [1, 1, 1, 1], [2, -2, 2, 2], [0, 0, 0, 5]]]])
    scene = still(weight=weight, x=np.ones((1, 4, 4)), stride=2)
    sums = shown(scene, "output")
    inside = sums[2:8, 2:8]
    assert scene.sentence.endswith(
        f"sums of |w|: {sums.min():.0f} to {sums.max():.0f}, "
        f"away from the edge {inside.min():.0f} to {inside.max():.0f}; "
        "what still differs comes from the weights alone"
    )
    even = still(weight=np.ones((1, 1, 4, 4)), x=np.ones((1, 4, 4)), stride=2)
    assert even.sentence.endswith("away from the edge 4")


def test_nothing_is_lit_in_the_finished_picture() -> None:
    scene = still(**CHECKERBOARD)
    assert not [m for m in scene.marks if isinstance(m, Box) and m.moves]
    assert not any(cells(scene, p, lambda m: m.style.bold) for p in ("x", "counts", "output"))
    now = load("light").now
    assert not [m for m in scene.marks if isinstance(m, Connector) and m.ink == now]


@pytest.mark.parametrize("preset", theme.presets())
def test_each_count_has_a_tint_of_its_own_seen_at_a_glance(preset: str) -> None:
    scene = still(theme=preset, **CHECKERBOARD)
    by_count = fills(scene, "counts")
    assert set(by_count) == {"1", "2", "4"}
    (one,), (two,), (four,) = (by_count[n] for n in "124")
    assert lightness_step(two, four) >= 8
    assert lightness_step(one, four) > lightness_step(one, two) >= 4
    uniform = still(theme=preset, kernel_size=4, stride=2, input_size=5)
    inner = {m.style.fill for m in uniform.marks if isinstance(m, Cell) and m.text == "4"
             and m.key.startswith("counts[")}  # fmt: skip
    assert len(inner) == 1


@pytest.mark.parametrize("preset", theme.presets())
def test_text_and_hatching_on_every_tint_can_be_read(preset: str) -> None:
    look = load(preset)
    grounds = [look.tinted(step) for step in STEPS]
    assert min(contrast(*pair) for pair in grounds) >= 4.5
    hatched = [
        (ink, fill, look.hatching(step)) for step, (fill, ink) in zip(STEPS, grounds, strict=True)
    ]
    assert min(contrast(ink, hatch) for ink, _, hatch in hatched) >= 4.5
    assert min(lightness_step(fill, hatch) for _, fill, hatch in hatched) >= 4
    ways = [lightness_step(look.neutral, fill) for fill, _ in grounds]
    assert ways[0] < 1
    assert ways[-1] > 8
    assert ways == sorted(ways)


@pytest.mark.parametrize("step", [1, 9, 25])
def test_each_step_names_the_checkerboard_its_cause_and_what_avoids_it(step: int) -> None:
    scene = still(step=step, **CHECKERBOARD)
    verdict = ("uneven (checkerboard artifacts): kernel 3 is not a multiple of stride 2; "
               "kernel 4 = 2·2 evens the counts")  # fmt: skip
    assert verdict in by_key(scene)["detail"].text


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("step", [None, 2])
def test_numbers_on_tints_have_their_scale_and_it_is_said_whether_they_share_it(
    dims: int, step: int | None
) -> None:
    scene = still(dims=dims, step=step, weight=np.full((1, 1, *[3] * dims), 2), stride=2)
    marks, most = by_key(scene), 2**dims
    for panel, end in (("counts", most), ("output", 2 * most)):
        scale = marks[f"{panel}.legend"]
        assert isinstance(scale, Heatmap)
        assert marks[f"{panel}.legend.end"].text == f"0 to {end}"
        assert fills(scene, panel)[str(end)] == {scale.colours[-1]} if step is None else True
    assert "a scale of its own" in labels(scene)
    even = still(dims=dims, step=step, weight=np.ones((1, 1, *[3] * dims), int), stride=2)
    assert "same scale as the counts" in labels(even)


SHAPES = ((1280, 720), (1080, 1080), (1080, 1920), (640, 360))


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("asked", [
    CHECKERBOARD, {"kernel_size": 3, "stride": 3, "input_size": 6}, {"kernel_size": 5},
    {"weight": np.random.default_rng(1).normal(size=(2, 1, 4, 4)), "stride": 3, "input_size": 4},
    {"stride": 2, "input_size": 16},
])  # fmt: skip
def test_the_pattern_is_the_largest_panel(size: tuple[int, int], asked: dict[str, Any]) -> None:
    areas: dict[str, float] = {}
    for m in still(size=size, **asked).marks:
        if isinstance(m, Cell | Heatmap) and not {"legend", "lens"} & {*re.split(r"[.\[]", m.key)}:
            panel = m.key.split("[")[0]
            areas[panel] = areas.get(panel, 0.0) + m.rect.w * m.rect.h
    assert len(areas) == 4
    assert areas["counts"] == pytest.approx(max(areas.values()), rel=1e-6)


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("asked", [{"input_size": 40}, {"input_size": 12, "kernel_size": 5}])
def test_what_enlarges_a_tinted_map_leaves_it_all_the_height(
    size: tuple[int, int], asked: dict[str, Any]
) -> None:
    marks = by_key(still(size=size, stride=3, step=20, **asked))
    lensed = [key for key in ("counts", "output") if isinstance(marks.get(key), Heatmap)]
    assert lensed or size == (1080, 1920)
    for key in lensed:
        lens, panel = marks[f"{key}.lens[0,0]"].rect, marks[key].rect
        assert lens.right < panel.x
        assert panel.h > 3 * lens.h


def test_the_frame_goes_around_what_is_fully_covered() -> None:
    scene = still(kernel_size=4, stride=2, input_size=5)
    marks = by_key(scene)
    for panel in ("counts", "output"):
        first, last = marks[f"{panel}[2,2]"].rect, marks[f"{panel}[9,9]"].rect
        frame = marks[f"{panel}.inner"].rect
        assert (frame.x, frame.y, frame.right, frame.bottom) == pytest.approx(
            (first.x, first.y, last.right, last.bottom)
        )
    assert (shown(scene, "counts")[2:10, 2:10] == 4).all()
    counts, sums = (
        " ".join(m.text for m in scene.marks if isinstance(m, Label) and f"{of}.note." in m.key)
        for of in ("counts", "output")
    )
    assert counts == "dashed: all cells away from the edge, unchanged by a larger input"
    assert sums.endswith("dashed: all cells away from the edge")
    small, cropped = still(kernel_size=5), still(stride=2, padding=1)
    assert "no cell is away from the edge" in labels(small)
    assert "all cells are away from the edge" in labels(cropped)
    assert not {"counts.inner", "output.inner"} & (set(by_key(small)) | set(by_key(cropped)))


def test_what_no_window_reaches_is_a_grey_zero_from_the_start() -> None:
    scene = still(kernel_size=1, stride=2, input_size=3, step=1)
    gaps = {(i, j) for i in range(5) for j in range(5) if i % 2 or j % 2}
    assert cells(scene, "counts", lambda m: m.text == "0") == gaps
    assert UNREACHED in labels(scene)


def test_output_padding_is_hatched_and_counted() -> None:
    scene = still(stride=2, padding=1, output_padding=1, input_size=4)
    hatched = cells(scene, "counts", lambda m: m.style.hatch is not None)
    assert hatched == {(i, j) for i in range(8) for j in range(8) if 7 in (i, j)}
    assert any(
        words.startswith("last row and column of\u00a0y: output_padding") for words in labels(scene)
    )
    assert (shown(scene, "counts")[7] > 0).all()


def test_channels_are_summed_and_said_so() -> None:
    scene = still(groups=2, in_channels=4, out_channels=2, out_channel=1, seed=3, stride=2)
    told = labels(scene)
    assert {
        "|w| per cell, channel 1",
        "3×3, sum of 2 channels",
        "3×3, per channel",
    } <= told
    notes = [m.text for m in scene.marks if isinstance(m, Label) and "w.note." in m.key]
    assert " ".join(notes) == "group 1 (of\u00a00–1): inputs 2–3"
    weight = inputs.plan(groups=2, in_channels=4, out_channels=2, seed=3, stride=2).make().weight
    np.testing.assert_array_equal(shown(scene, "w"), np.abs(weight[2:, 0]).sum(axis=0))


def test_symbols_name_the_weights_that_reach_a_cell() -> None:
    scene = still(stride=2, padding=1, symbols=True, in_channels=1)
    assert texts(scene, "w")[0] == ["|w₀₀|", "|w₀₁|", "|w₀₂|"]
    found = " ".join(texts(scene, "output")[1][1].split())
    assert found == "|w₀₀| + |w₀₂| + |w₂₀| + |w₂₂|"
    assert texts(scene, "counts")[1][1] == "4"
    two = still(stride=2, padding=1, symbols=True)
    assert texts(two, "w")[0][0] == "|w⁰₀₀|\n+ |w¹₀₀|"


def test_odd_weights_are_counted_all_the_same() -> None:
    weight = np.array([[[[np.nan, np.inf], [1.0, -2.0]]]])
    scene = still(weight=weight, x=np.ones((1, 2, 2)), step=-1)
    assert texts(scene, "output")[0] == ["NaN", "NaN", "∞"]
    assert shown(scene, "counts")[1, 1] == 4


def heats(scene: Scene) -> dict[str, Heatmap]:
    return {m.key: m for m in scene.marks if isinstance(m, Heatmap)}


@pytest.mark.parametrize("step", [None, 300])
def test_many_cells_are_tints_with_a_legend(step: int | None) -> None:
    scene = still(kernel_size=3, stride=2, input_size=24, step=step)
    heat, light = heats(scene)["counts"], load("light")
    assert (heat.rows, heat.cols) == (49, 49)
    tints = np.array([heat.colours[i] for i in heat.index], dtype=object).reshape(49, 49)
    per_axis = np.where(np.arange(49) % 2, 1, 2)
    per_axis[[0, -1]] = 1
    counts = np.outer(per_axis, per_axis)
    full = slice(None) if step is None else slice(0, 24)
    for count in (1, 2, 4):
        there = set(tints[full][counts[full] == count].tolist())
        assert there == {light.heat[HEAT_STEPS + count * HEAT_STEPS // 4]}
    assert "0 to 4" in labels(scene)
    legend = heats(scene)["counts.legend"]
    assert legend.colours == light.heat[HEAT_STEPS:]
    source = heats(scene)["x"]
    spread = [source.colours[i] for i in source.index].count(light.rule)
    assert spread == (576 if step is None else step - 1)
    assert "x.legend" not in heats(scene)


@pytest.mark.parametrize("dims", [1, 2])
def test_no_magnitude_of_a_weight_is_on_a_scale_with_negative_ends(dims: int) -> None:
    scene = still(kernel_size=40, input_size=60, size=(640, 380), dims=dims)
    assert heats(scene)["w.legend"].colours == load("light").heat[HEAT_STEPS:]


def test_a_large_input_is_drawn_without_its_steps() -> None:
    scene = still(input_size=300, stride=2)
    assert heats(scene)["counts"].rows == 601
    assert "1, 2 or 4" in scene.sentence


@pytest.mark.parametrize("dims", [1, 2])
def test_the_stills_of_channels_in_turn_have_their_own_sums(dims: int) -> None:
    weight = np.array([[1, 2, 3], [7, 5, 6]]).reshape((1, 2, *[1] * (dims - 1), 3))
    stills = figure(weight=weight, input_size=1, view="overlap", out_channel="all", dims=dims)
    for scene, sums in zip(stills.scenes(), ("1 2 3", "7 5 6"), strict=True):
        assert texts(scene, "output") == [sums.split()]
        assert f"sums of |w|: {min(sums[::2])} to {max(sums[::2])}" in scene.sentence


@cache
def pictures() -> tuple[Picture, ...]:
    return tuple(_drawn())


def _drawn() -> Iterator[Picture]:
    for asked in (
        CHECKERBOARD,
        CHECKERBOARD | {"padding": 1, "output_padding": 1, "groups": 2, "out_channels": 2},
        {"kernel_size": (5, 2), "stride": 3, "input_size": (2, 9), "size": (640, 360)},
        {"input_size": 30, "stride": 2, "size": (1080, 1080)},
        {"kernel_size": 1, "stride": 2, "dilation": 3, "output_padding": 2, "size": (640, 900)},
        {"weight": np.random.default_rng(1).normal(size=(2, 1, 4, 4)) * 1e-6, "stride": 2},
        {"dims": 3, "stride": 2},
        {"dims": 3, "stride": 2, "padding": 1, "output_padding": 1, "size": (640, 360)},
        {"dims": 3, "input_size": 4, "stride": 2, "size": (1080, 1920)},
        {
            "weight": np.random.default_rng(1).normal(size=(2, 1, 3, 3, 3)) * 1e-6,
            "stride": 2,
            "size": (1080, 1080),
        },
    ):
        for step in (None, 1, -1):
            asked_figure = figure(view="overlap", step=step, **asked)
            for scene in asked_figure.scenes():
                yield picture(scene, asked_figure.look.pixel)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_no_overlap_picture(rule: Any) -> None:
    assert [found for p in pictures() for found in rule(p)] == []
