"""The matrix view, held on marks: figures 2 and 3 of the article, any geometry, large layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from tcviz.api import animate
from tcviz.engine.fast import conv_transpose
from tcviz.engine.matrix import forward_matrix
from tcviz.errors import GeometryError, TooSmallError
from tcviz.layer import parts
from tcviz.layer.matrix import Structure
from tcviz.layer.symbols import named
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.request.article import arrays
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Scene
from tcviz.scene.shades import contrast
from tcviz.views.matrix import build
from tests.strategies import REPEATED
from tests.test_layout import RULES, Picture, picture, requests
from tests.test_theme import VISIBLE_FILL, step, texts
from tests.test_views import by_key, cells, shown

AA = 4.5
LIGHT = theme.load("light")


def part_of(*, example: str = "matrix", out_channel: int = 0, **asked: Any) -> parts.Part:
    return parts.part(inputs.plan(example=example, **asked).make(), out_channel)


def view_of(*, look: dict[str, Any] | None = None, **asked: Any) -> Any:
    return build(part_of(**asked), Look(**{"theme": LIGHT, **(look or {})}))


def scene_of(step: int | None = None, *, settled: bool = False, **asked: Any) -> Scene:
    view = view_of(**asked)
    return view.overview() if step is None else next(view.moments([step]))[settled]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


@pytest.fixture(scope="module")
def article() -> dict[str, np.ndarray]:
    return arrays()


@pytest.fixture(scope="module")
def figure2() -> Scene:
    return scene_of(example="convolution")


@pytest.fixture(scope="module")
def figure3() -> Scene:
    return scene_of()


# --- the article ---------------------------------------------------------------


def test_figure_2_has_all_225_entries_of_the_matrix_of_the_forward_convolution(figure2, article):
    a = forward_matrix(part_of().layer, article["conv_kernel"], 3)
    np.testing.assert_array_equal(shown(figure2, "matrix"), a)
    assert a.shape == (9, 25)


def test_figure_3_has_its_transpose(figure3, article):
    a = forward_matrix(part_of().layer, article["conv_kernel"], 3)
    np.testing.assert_array_equal(shown(figure3, "matrix"), a.T)


@pytest.mark.parametrize(
    ("figure", "x", "y"),
    [
        ("figure2", "conv_input", "conv_output"),
        ("figure3", "conv_output", "transposed_output"),
    ],
)
def test_grids_and_their_vectors_carry_the_articles_numbers(figure, x, y, article, request):
    scene = request.getfixturevalue(figure)
    for grid, vector, numbers in (
        ("x.0", "x.vector", article[x]),
        ("output", "y.vector", article[y]),
    ):
        np.testing.assert_array_equal(shown(scene, grid), numbers.squeeze())
        np.testing.assert_array_equal(shown(scene, vector), numbers.reshape(-1, 1))
    np.testing.assert_array_equal(shown(scene, "w.0"), article["conv_kernel"].squeeze())


def test_the_caption_counts_225_and_81_multiplications(figure2, figure3):
    zeros = "multiplications, 144 of them with filled-in zeros"
    assert f"as a matrix: 9 × 25 = 225 {zeros}" in words(figure2)["detail"]
    assert f"as a matrix: 25 × 9 = 225 {zeros}" in words(figure3)["detail"]
    for scene in (figure2, figure3):
        assert words(scene)["detail"].endswith("without them: 9 cells × 9 taps = 81")
        assert "step" not in words(scene)


def test_taps_on_the_border_are_counted_once_and_no_more():
    detail = words(scene_of(example="transposed", stride=2, padding=1))["detail"]
    assert "25 × 18 = 450 multiplications, 352 of them with filled-in zeros" in detail
    assert "9 cells × 9 taps × 2 channels − 64 cropped = 98" in detail


@pytest.mark.parametrize("dims", [1, 2])
def test_elements_of_the_vectors_are_numbered_as_the_matrix_is(dims: int) -> None:
    view = view_of(dims=dims, stride=2, padding=1, in_channels=1)
    ((scene, _),) = view.moments([0])
    marks = {str(m.key): m for m in scene.marks}
    columns = [marks[f"matrix.column.{i}"].text for i in range(3)]
    assert [marks[f"x.vector.row.{i}"].text for i in range(3)] == columns
    for i in range(3):
        rows = [marks[f"{key}.row.{i}"] for key in ("matrix", "y.vector")]
        assert rows[0].text == rows[1].text
        assert rows[0].at[1] == rows[1].at[1]
    assert not {"x.vector.column.0", "y.vector.column.0"} & marks.keys()


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1080, 1920)])
@pytest.mark.parametrize("by", ["row", "column"])
@pytest.mark.parametrize("example", ["matrix", "convolution"])
def test_a_convolution_takes_as_many_multiplications_as_the_matrix_without_its_zeros(
    example: str, by: str, size: tuple[int, int]
) -> None:
    look = {"by": by, "width": size[0], "height": size[1]}
    view = view_of(look=look, example=example, stride=2, padding=1)
    moments = view.moments(range(view.steps))
    details = [words(scene).get("detail", "") for scene, _ in moments]
    counted = re.compile("(?:without them|without filled-in zeros|no zeros): .*= (.+)$")
    told = {of[1] for of in map(counted.search, details) if of}
    structure = Structure(part_of(example=example, stride=2, padding=1))
    assert told <= {str(structure.rows * structure.columns - structure.zeros)}
    assert told or size == (640, 360)


def test_every_panel_has_one_title_and_its_size(figure2, figure3):
    for scene, name, sizes in (
        (figure2, "A", ("9×25", "25×1", "9×1", "3×3", "5×5", "3×3")),
        (figure3, "Aᵀ", ("25×9", "9×1", "25×1", "3×3", "3×3", "5×5")),
    ):
        said = words(scene)
        assert said["matrix.title"] == f"transformation matrix {name}"
        keys = ("matrix", "x.vector", "y.vector", "w", "x", "output")
        assert tuple(said[f"{key}.size"] for key in keys) == sizes


def test_taps_are_tinted_by_kernel_row_and_filled_in_zeros_are_faint(figure3):
    a = forward_matrix(part_of().layer, np.ones((3, 3), int), 3).T
    faint = cells(figure3, "matrix", lambda m: m.style.ink == LIGHT.muted)
    assert faint == {tuple(at) for at in np.argwhere(a == 0).tolist()}
    for row in range(3):
        kernel = {by_key(figure3)[f"w.0[{row},{j}]"].style for j in range(3)}
        assert len(kernel) == 1
        fill = kernel.pop().fill
        mask = forward_matrix(part_of().layer, np.eye(3, dtype=int)[[row] * 3].T, 3).T
        tinted = cells(figure3, "matrix", lambda m, fill=fill: m.style.fill == fill)
        assert tinted == {tuple(at) for at in np.argwhere(mask).tolist()}


# --- steps -----------------------------------------------------------------------


def test_there_is_one_step_per_row_which_it_frames():
    view = view_of()
    assert view.steps == 25
    for number, (scene, _) in zip((0, 7, 24), view.moments([0, 7, 24]), strict=True):
        marks = by_key(scene)
        frame, first, last = (
            marks[key] for key in ("now.matrix", f"matrix[{number},0]", f"matrix[{number},8]")
        )
        assert (frame.rect.x, frame.rect.y) == (first.rect.x, first.rect.y)
        assert frame.rect.right == pytest.approx(last.rect.right)
        assert frame.moves
        assert frame.line == LIGHT.now


def test_a_step_lights_taps_inputs_and_the_output_and_nothing_else():
    scene = scene_of(7)
    row = {(7, j) for j in range(6)}
    assert cells(scene, "matrix", lambda m: m.style.fill == LIGHT.now_soft) == row
    assert cells(scene, "x.vector", lambda m: m.style.fill == LIGHT.now_soft) == {
        (k, 0) for k in range(6)
    }
    six = {(i, j) for i in range(2) for j in range(3)}
    assert cells(scene, "x.0", lambda m: m.style.fill == LIGHT.now_soft) == six
    assert cells(scene, "w.0", lambda m: m.style.bold) == six
    assert cells(scene, "output", lambda m: m.style.fill == LIGHT.now_fill) == {(1, 2)}
    assert cells(scene, "y.vector", lambda m: m.style.fill == LIGHT.now_fill) == {(7, 0)}


@pytest.mark.parametrize("by", ["row", "column"])
def test_a_kernel_keeps_the_colours_of_its_rows_in_all_steps(by: str) -> None:
    made = animate(view="matrix", by=by, kernel_size=2, stride=2, input_size=2)
    for scenes in made.drawn.moments(range(made.drawn.steps)):
        for scene in scenes:
            fills = [[by_key(scene)[f"w.0[{i},{j}]"].style.fill for j in (0, 1)] for i in (0, 1)]
            assert fills == [[LIGHT.row(i).fill] * 2 for i in (0, 1)]


@pytest.mark.parametrize("preset", theme.presets())
def test_no_row_of_a_kernel_looks_like_what_is_read_or_written_or_done(preset: str) -> None:
    look = theme.load(preset)
    states = {look.now_soft, look.now_fill, look.output_fill, look.background}
    for row in range(5):
        fill = look.row(row).fill
        assert fill not in states
        if preset == "print":
            assert min(step(fill, other) for other in states) > VISIBLE_FILL


def test_outputs_are_blank_until_their_row_and_done_after_it():
    scene = scene_of(7)
    assert np.isnan(shown(scene, "y.vector")).sum() == np.isnan(shown(scene, "output")).sum() == 17
    done = cells(scene, "y.vector", lambda m: m.style.fill == LIGHT.output_fill)
    assert done == {(k, 0) for k in range(7)}


def test_the_sentence_writes_the_row_times_x_out():
    said = words(scene_of(7))
    assert said["sentence"] == (
        "y[1,2] = row 7 of Aᵀ (= column 7 of A) times x = (−2)·(−29) + 1·14 + (−3)·(−5) "
        "+ (−3)·(−28) + 3·31 + 0·(−23) = 264"
    )
    assert said["detail"].startswith("a row gathers: the collection view;  as")


def test_a_row_without_taps_says_so_and_gives_the_bias():
    scene = scene_of(1, kernel_size=1, stride=2, input_size=2, bias=[5])
    assert words(scene)["sentence"].startswith(
        "y[0,1] = row 1 of Aᵀ (= column 1 of A) times x + b = 0 + 5 (bias) = 5: "
        "the row holds filled-in zeros only"
    )
    assert shown(scene, "output")[0, 1] == 5
    assert words(scene)["y.vector.0.sign"] == "+5 ="
    assert "plus bias 5" in words(scene).values()


def test_a_settled_scene_has_the_same_numbers_and_no_warm_cell():
    calm = scene_of(7, settled=True)
    warm = (LIGHT.now_fill, LIGHT.now_soft)
    assert not [m for m in calm.marks if isinstance(m, Cell) and m.style.fill in warm
                and not m.key.startswith("legend.")]  # fmt: skip
    np.testing.assert_array_equal(shown(calm, "output"), shown(scene_of(7), "output"))


def test_a_step_makes_few_new_marks_and_none_twice():
    before, after = (scene for scene, _ in view_of().moments([7, 8], settle=False))
    same = {id(m) for m in before.marks}
    fresh = [m for m in after.marks if isinstance(m, Cell) and id(m) not in same]
    assert len(fresh) < 40
    for scene in (before, after):
        assert len({m.key for m in scene.marks}) == len(scene.marks)


# --- any geometry ------------------------------------------------------------------


@st.composite
def layers(draw: st.DrawFn) -> dict[str, Any]:
    """Return the keyword arguments of a small layer; forward, or with output_padding."""
    side = st.integers(1, 4)
    asked = {
        "kernel_size": draw(st.tuples(side, side)),
        "stride": draw(st.integers(1, 3)),
        "dilation": draw(st.integers(1, 2)),
        "padding": [draw(st.tuples(*[st.integers(0, 2)] * 2)) for _ in range(2)],
        "input_size": draw(st.tuples(side, side)),
        "in_channels": draw(st.integers(1, 3)),
        "bias": draw(st.sampled_from([None, [7]])),
        "seed": draw(st.integers(0, 99)),
    }
    if draw(st.booleans()):
        return {"example": "convolution", **asked}
    most = max(asked["stride"], asked["dilation"]) - 1
    return {"output_padding": draw(st.integers(0, most)), **asked}


def part_or_none(asked: dict[str, Any]) -> parts.Part:
    try:
        return part_of(**asked)
    except GeometryError:
        assume(False)
        raise


def answers(part: parts.Part) -> np.ndarray:
    """Return what the engine makes of each input element alone, as columns; of one channel."""
    weight = 1 + np.arange(prod(part.layer.kernel_size)).reshape(1, *part.layer.kernel_size)
    ones = np.eye(prod(part.input_size), dtype=int).reshape(-1, 1, *part.input_size)
    return np.stack([part.crop(part.results(one, weight)).ravel() for one in ones], axis=1)


@settings(deadline=None, max_examples=60)
@given(asked=layers())
def test_the_structure_is_that_of_what_the_engine_makes_of_each_input(
    asked: dict[str, Any],
) -> None:
    part = part_or_none(asked)
    structure, a = Structure(part), answers(part)
    dense, kernel_rows = np.zeros_like(a), (a - 1) // part.layer.kernel_size[1]
    for rows, columns, kernel_row in structure.triplets():
        dense[rows, columns] += 1
        assert (kernel_rows[rows, columns] == kernel_row).all()
    np.testing.assert_array_equal(dense, a > 0)
    assert structure.taps == (a > 0).sum() * part.channels
    for number, line in enumerate(a):
        entries = structure.row(number)
        assert [structure.column(0, e.source) for e in entries] == np.flatnonzero(line).tolist()
        taps = [np.ravel_multi_index(e.tap, part.layer.kernel_size) + 1 for e in entries]
        assert taps == line[line > 0].tolist()


@settings(deadline=None, max_examples=30)
@given(asked=layers())
def test_the_matrix_shown_times_the_vector_shown_is_the_output_shown(asked: dict[str, Any]) -> None:
    part = part_or_none(asked)
    assume(max(prod(part.output_size), part.x.size) <= 36)
    scene = build(part, Look(LIGHT)).overview()
    assume("matrix[0,0]" in by_key(scene))
    product = shown(scene, "matrix") @ shown(scene, "x.vector") + (part.bias or 0)
    np.testing.assert_array_equal(product, shown(scene, "y.vector"))
    np.testing.assert_array_equal(product.reshape(part.output_size), shown(scene, "output"))


@settings(deadline=None, max_examples=40)
@given(asked=layers(), data=st.data())
def test_columns_add_up_one_after_another(asked: dict[str, Any], data: st.DataObject) -> None:
    part = part_or_none(asked)
    structure = Structure(part)
    picks = data.draw(st.sets(st.integers(0, structure.block - 1), min_size=1))
    outputs = []
    for count in range(structure.block + 1):
        x = np.where(np.arange(structure.block) < count, part.x.reshape(part.channels, -1), 0)
        summed = part.crop(part.results(x.reshape(part.x.shape), part.weight)).sum(axis=0)
        outputs.append(summed + (part.bias or 0))
    met = [*structure.running(picks)]
    assert [number for number, *_ in met] == sorted(picks)
    for number, before, after in met:
        np.testing.assert_array_equal(before, outputs[number])
        np.testing.assert_array_equal(after, outputs[number + 1])


@settings(deadline=None, max_examples=25)
@given(asked=layers(), data=st.data())
def test_a_column_shows_what_it_reads_uses_and_makes(
    asked: dict[str, Any], data: st.DataObject
) -> None:
    part = part_or_none(asked)
    structure = Structure(part)
    assume(max(structure.rows, structure.columns) <= 36)
    number = data.draw(st.integers(0, structure.block - 1))
    view = build(part, Look(LIGHT, by="column", channels=1))
    assert view.steps == structure.block
    ((now, _),) = view.moments([number])
    assume("matrix[0,0]" in by_key(now))
    a = answers(part)
    lit = {(i, j) for j in structure.columns_of(number) for i in np.flatnonzero(a[:, number])}
    assert cells(now, "matrix", lambda m: m.style.fill == LIGHT.now_soft) == lit
    made = {(i, 0) for i in np.flatnonzero(a[:, number])}
    assert cells(now, "y.vector", lambda m: m.style.fill == LIGHT.now_fill) == made
    read = {(j, 0) for j in structure.columns_of(number)}
    assert cells(now, "x.vector", lambda m: m.style.fill == LIGHT.now_soft) == read
    reached = (a[:, : number + 1] > 0).any(axis=1) | ~(a > 0).any(axis=1)
    blank = np.isnan(shown(now, "y.vector")).ravel()
    np.testing.assert_array_equal(blank, ~reached)


@pytest.mark.parametrize(
    ("asked", "sentence", "detail"),
    [
        ({}, "x[1,1] = 31, times column 4 of Aᵀ (= row 4 of A), is added to rows 1–3, "
             "columns 1–3 of output y",
             "a column spreads: the distribution view;  y[1,2] becomes 171 + 93 = 264;  as a"),
        ({"in_channels": 2, "seed": 1},
         "x[1,1] = −9 and 6, times columns 4 and 13 of Aᵀ (= rows 4 and 13 of A), are added to "
         "rows 1–3, columns 1–3 of output y", "a column spreads: the distribution view"),
        ({"kernel_size": 1, "padding": 1, "stride": 2},
         "x[1,1] = −4, times column 4 of Aᵀ (= row 4 of A), is added to row 1, "
         "column 1 of output y;  a column spreads: the distribution view", "as a matrix"),
        ({"example": "convolution"}, "x[0,4] = 0, times column 4 of A, is added to row 0, "
         "column 2 of output y", "y[0,2] becomes 0 + 0 = 0;  as a matrix"),
    ],
)  # fmt: skip
def test_a_column_says_what_it_adds_where_and_which_view_that_is(
    asked: dict[str, Any], sentence: str, detail: str
) -> None:
    said = words(scene_of(4, look={"by": "column"}, **asked))
    assert said["sentence"].startswith(sentence)
    assert said["detail"].startswith(detail)


def test_a_column_of_zeros_adds_nothing_and_says_so() -> None:
    asked = {"kernel_size": 1, "padding": 1, "in_channels": 1}
    scene = scene_of(0, look={"by": "column"}, **asked)
    assert words(scene)["sentence"].startswith(
        "column 0 of Aᵀ (= row 0 of A) holds filled-in zeros only: x[0,0] adds nothing"
    )
    assert not cells(scene, "output", lambda m: m.style.fill == LIGHT.now_fill)


def test_both_ways_end_with_the_same_picture_of_the_whole() -> None:
    rows, columns = (view_of(look={"by": by}, seed=1, bias=[3]) for by in ("row", "column"))
    assert rows.overview() == columns.overview()
    lasts = [next(view.moments([view.steps - 1]))[1] for view in (rows, columns)]
    np.testing.assert_array_equal(*(shown(scene, "output") for scene in lasts))


def test_the_output_is_that_of_the_fast_path():
    part = part_of(stride=3, padding=2, dilation=2, output_padding=1, in_channels=4, seed=3)
    expected = conv_transpose(
        part.x, part.weight[:, np.newaxis], stride=3, padding=2, dilation=2, output_padding=1
    )
    np.testing.assert_array_equal(Structure(part).product(), expected[0])


def test_several_channels_are_blocks_with_their_names():
    scene = scene_of(example="transposed", stride=2, padding=1)
    said = words(scene)
    assert said["matrix.size"] == "25×18"
    assert (said["matrix.0.name"], said["matrix.1.name"]) == ("A₀ᵀ, channel 0", "A₁ᵀ, channel 1")
    assert (said["x.vector.0.name"], said["x.vector.1.name"]) == ("channel 0", "channel 1")
    x = np.concatenate([shown(scene, "x.0").ravel(), shown(scene, "x.1").ravel()])
    np.testing.assert_array_equal(shown(scene, "x.vector").ravel(), x)


def test_output_padding_is_hatched_in_vector_and_grid():
    scene = scene_of(stride=2, padding=1, output_padding=1)
    at = {(i, j) for i in range(6) for j in range(6) if 5 in (i, j)}
    assert cells(scene, "output", lambda m: bool(m.style.hatch)) == at
    flat = {(i * 6 + j, 0) for i, j in at}
    assert cells(scene, "y.vector", lambda m: bool(m.style.hatch)) == flat


def test_names_stand_in_the_matrix_where_symbols_are_asked_for():
    view = build(named(part_of()), Look(LIGHT, symbols=True))
    marks = by_key(next(view.moments([7]))[0])
    assert marks["matrix[7,0]"].text == marks["w.0[1,2]"].text == "w₁₂"
    assert marks["matrix[7,6]"].text == "0"
    assert marks["sentence"].text.startswith(
        "y₁₂ = row 7 of Aᵀ (= column 7 of A) times x = w₁₂x₀₀ + w₁₁x₀₁ + w"
    )


@pytest.mark.parametrize("asked", [{"stride": 2, "padding": 1}, {"example": "convolution"}])
def test_all_sums_of_names_are_finished_in_the_grid_of_the_finished_picture(
    asked: dict[str, Any],
) -> None:
    part = named(part_of(**asked))
    marks = by_key(build(part, Look(LIGHT, symbols=True)).overview())
    y = Structure(part).product()
    for at in np.ndindex(y.shape):
        assert marks[f"output[{at[0]},{at[1]}]"].text.replace("\n", " ") == str(y[at])
    flattened = [marks[f"y.vector[{i},0]"].text for i in range(y.size)]
    assert not any("\n" in words for words in flattened)  # level with the rows of the matrix


# --- where numbers do not fit -------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
@pytest.mark.parametrize("example", ["matrix", "convolution"])
def test_a_large_layer_is_a_picture_of_its_structure_of_a_bin_per_pixel(example, size):
    asked = {"kernel_size": 5, "stride": 2, "padding": 2, "input_size": 64, "in_channels": 1}
    look = {"width": size[0], "height": size[1]}
    view = view_of(example=example, look=look, **asked)
    scene = next(view.moments([700]))[0]
    heat = by_key(scene)["matrix"]
    assert isinstance(heat, Heatmap)
    pixel = Look(LIGHT, **look).pixel
    assert heat.rows * pixel <= heat.rect.h + pixel
    assert heat.cols * pixel <= heat.rect.w + pixel
    index = np.frombuffer(heat.index, np.uint8).reshape(heat.rows, heat.cols)
    taps = (index > 0) & (index < len(heat.colours) - 1)
    assert taps.any(axis=1).all()
    assert taps.any(axis=0).all()
    frame = by_key(scene)["now.matrix"]
    assert frame.rect.h >= 4


def test_bins_hold_every_tap_and_nothing_else():
    structure = Structure(part_of(stride=2, padding=1, input_size=9, in_channels=2, seed=1))
    index = structure.bins(20, 13)
    full = structure.bins(structure.rows, structure.columns)
    met = np.zeros_like(index)
    for i, j in np.argwhere(full).tolist():
        met[i * 20 // structure.rows, j * 13 // structure.columns] = 1
    np.testing.assert_array_equal(index > 0, met > 0)


def test_a_lit_row_of_tints_is_warm_between_its_taps():
    scene = scene_of(12, dilation=2)
    heat = by_key(scene)["matrix"]
    index = np.frombuffer(heat.index, np.uint8).reshape(heat.rows, heat.cols)
    assert heat.colours[index[12, 0]] == LIGHT.now_soft
    assert (index == len(heat.colours) - 1).sum() == 9 - 1


LENSED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("row", {"input_size": 8}, {}),
    ("row", {"input_size": 16, "stride": 2, "padding": 1}, {"theme": theme.load("print")}),
    ("row", {"input_size": 4}, {"width": 640, "height": 360}),
    ("row", {"input_size": 6, "kernel_size": 5}, {"width": 1080, "height": 1080}),
    ("row", {"input_size": 5, "stride": 2, "in_channels": 3}, {"width": 1080, "height": 1080}),
    ("row", {"example": "convolution", "input_size": 9}, {}),
    ("row", {"dims": 1, "input_size": 30, "stride": 2, "in_channels": 2}, {}),
    ("column", {"input_size": 8}, {}),
    ("column", {"input_size": 8}, {"width": 1080, "height": 1920}),
    ("column", {"input_size": 4}, {"width": 640, "height": 360}),
    ("column", {"example": "convolution", "input_size": 9}, {}),
    ("column", {"dims": 1, "input_size": 30, "stride": 2, "in_channels": 2}, {}),
)


@pytest.mark.parametrize(("by", "asked", "look"), LENSED, ids=str)
def test_beside_a_tinted_matrix_the_lines_of_a_step_stand_without_zeros_with_their_numbers(
    by: str, asked: dict[str, Any], look: dict[str, Any]
) -> None:
    part, number = part_of(**asked), 13
    ((scene, _),) = build(part, Look(**({"theme": LIGHT} | look), by=by)).moments([number])
    assert "matrix" in {m.key for m in scene.marks if isinstance(m, Heatmap)}
    a, structure = answers(part), Structure(part)
    line = a[number] if by == "row" else a[:, number]
    along = np.flatnonzero(line)
    read, made = (along, [number]) if by == "row" else ([number], along)
    ((*_, after),) = structure.running([number])
    y = structure.product() if by == "row" else after
    for key, values in {
        "matrix": part.weight.reshape(part.channels, -1)[:, line[along] - 1],
        "x.vector": part.x.reshape(part.channels, -1)[:, read],
        "y.vector": y.reshape(1, -1)[:, made],
    }.items():
        lens = shown(scene, f"{key}.lens")
        np.testing.assert_array_equal(lens[:, : values.shape[1]], values)
        assert np.isnan(lens[:, values.shape[1] :]).all()
    numbers = {key: said for key, said in words(scene).items() if ".lens.column." in key}
    for key, places in (("matrix", along), ("x.vector", read), ("y.vector", made)):
        found = [said for name, said in numbers.items() if name.startswith(key)]
        assert found in ([], [*map(str, places)])
    assert words(scene)["matrix.lens.title"].startswith(by)


def test_a_row_without_taps_has_nothing_in_its_lens_but_its_zero() -> None:
    scene = scene_of(14, input_size=8, stride=4, kernel_size=2)
    assert not cells(scene, "matrix.lens", lambda m: bool(m.text))
    assert shown(scene, "y.vector.lens").tolist() == [[0]]


def test_the_picture_of_the_whole_has_no_lens() -> None:
    assert not [m for m in scene_of(input_size=8).marks if ".lens" in m.key]


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080)])
def test_figures_2_and_3_show_their_numbers_or_tints_on_any_canvas(size):
    for example in ("matrix", "convolution"):
        scene = scene_of(3, example=example, look={"width": size[0], "height": size[1]})
        assert isinstance(by_key(scene)["output[1,0]"], Cell)
        assert isinstance(by_key(scene)["now.matrix"], Box)


# --- the picture ---------------------------------------------------------------------


def test_on_the_default_canvas_figures_2_and_3_have_readable_numbers(figure2, figure3):
    for scene in (figure2, figure3):
        sizes = (m.size for m in scene.marks
                 if isinstance(m, Cell) and not m.key.startswith("legend."))  # fmt: skip
        assert min(sizes) >= 13.8


@cache
def pictures(request: tuple[tuple[str, Any], ...]) -> tuple[Picture, ...]:
    """Return the overview and a few steps; none where the canvas is refused as too small."""
    asked = dict(request)
    size, magnitude = asked.pop("size"), asked.pop("magnitude")
    options = {key: asked.pop(key) for key in ("scale", "decimals", "title", "channels")}
    if magnitude:
        fan = asked["in_channels"], asked["out_channels"] // asked["groups"]
        weight = np.random.default_rng(1).normal(size=(*fan, *asked["kernel_size"])) * magnitude
        asked |= {"weight": weight, "bias": [1.5] * asked["out_channels"]}
    look = Look(LIGHT, *size, **options)
    try:
        view = build(part_of(**asked), look)
    except TooSmallError:
        return ()
    few = [n for n in (0, 7) if n < view.steps - 1]
    scenes = [scene for scene, _ in view.moments([*few, view.steps - 1], settle=False)]
    return tuple(picture(scene, look.pixel) for scene in (view.overview(), *scenes))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@seed(5)  # every rule is asked of the same pictures
@settings(REPEATED, max_examples=25)
@given(request=requests())
def test_in_no_picture(
    rule: Callable[[Picture], Iterator[str]], request: tuple[tuple[str, Any], ...]
) -> None:
    assert [found for p in pictures(request) for found in rule(p)] == []


@pytest.mark.parametrize("preset", theme.presets())
def test_every_text_can_be_read_and_neighbouring_kernel_rows_differ_even_in_grey(preset):
    look, asked = {"theme": theme.load(preset)}, {"stride": 2, "padding": 1, "output_padding": 1}
    for geometry in (asked, {"kernel_size": 5, "input_size": 2}, {"input_size": 12}):
        view = view_of(look=look, seed=2, in_channels=2, **geometry)
        for scene in (view.overview(), *(s for pair in view.moments([9]) for s in pair)):
            assert [t for t in texts(scene) if contrast(*t[1:]) < AA] == []
    look = theme.load(preset)
    tints = [look.row(number) for number in range(6 * len(look.rows))]
    pairs = pairwise(tints)
    assert min(step(a.fill, b.fill) for a, b in pairs) >= VISIBLE_FILL


SHAPES = ((1280, 720), (1080, 1920), (400, 300), (1600, 400), (390, 700))
LAYERS: tuple[dict[str, Any], ...] = (
    {},
    {"example": "convolution"},
    {"in_channels": 5, "seed": 3, "bias": [3], "padding": 2, "kernel_size": (3, 5)},
    {"input_size": (9, 20), "stride": 2, "seed": 1},
    {"dims": 1, "in_channels": 3, "kernel_size": 3, "input_size": 4, "bias": [7]},
)


@cache
def canvases() -> tuple[Picture, ...]:
    """Return the third steps of several layers on canvases of any shape."""
    made = []
    for asked, (wide, high) in product(LAYERS, SHAPES):
        scene = scene_of(2, look={"width": wide, "height": high}, **asked)
        made.append(picture(scene, Look(LIGHT, wide, high).pixel))
    return tuple(made)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_on_no_canvas(rule: Callable[[Picture], Iterator[str]]) -> None:
    assert [found for p in canvases() for found in rule(p)] == []


def test_each_row_of_the_matrix_is_level_with_its_output() -> None:
    met = set()
    for p in canvases():
        matrix, vector = p.panels["matrix"], p.panels["y.vector"]
        assert (matrix.y, matrix.h) == pytest.approx((vector.y, vector.h))
        marks = by_key(p.scene)
        met.add(("matrix" in marks, "y.vector" in marks))
    assert met == {(False, False), (True, True), (True, False)}


@pytest.mark.parametrize(
    ("asked", "size"),
    [({}, (400, 300)), ({"example": "convolution"}, (400, 300)), ({"input_size": 12}, (1280, 720))],
)
def test_grids_show_numbers_where_matrix_and_vectors_have_no_room_for_them(asked, size):
    marks = by_key(scene_of(2, look={"width": size[0], "height": size[1]}, **asked))
    assert isinstance(marks["matrix"], Heatmap)
    assert isinstance(marks["y.vector"], Heatmap)
    for key in ("w.0[0,0]", "x.0[0,0]", "output[0,0]"):
        assert isinstance(marks[key], Cell)


def test_on_an_upright_canvas_grids_stand_below_the_equation_in_larger_text() -> None:
    upright, wide = (
        scene_of(3, look={"width": w, "height": h}) for w, h in ((1080, 1920), (1280, 720))
    )
    marks = by_key(upright)
    for key in ("w.0[0,0]", "x.0[0,0]", "output[0,0]"):
        assert marks[key].rect.y > marks["matrix[24,0]"].rect.bottom
    look, flat = Look(LIGHT, 1080, 1920), Look(LIGHT)
    size = marks["matrix[0,0]"].size / look.pixel
    assert size > 2 * by_key(wide)["matrix[0,0]"].size / flat.pixel


@pytest.mark.parametrize("example", ["matrix", "convolution"])
def test_arrows_lead_from_kernel_and_input_into_the_equation_and_to_the_output(
    example: str,
) -> None:
    arrows = [m.key for m in scene_of(3, example=example).marks if isinstance(m, Connector)]
    assert [key.split(".")[0] for key in arrows] == ["fill", "flatten", "reshape"]


def test_without_header_and_footer_the_equation_has_the_canvas():
    part = part_of()
    scene = build(part, replace(Look(LIGHT), chrome=False)).overview()
    assert not {"title", "sentence", "detail"} & set(words(scene))
    assert "matrix.title" in words(scene)


def test_equal_weights_are_told_apart_by_their_taps() -> None:
    asked: dict[str, Any] = {"weight": np.ones((1, 1, 3, 3)), "stride": 2, "padding": 1}
    terms = set()
    for number in range(9):
        said = words(scene_of(number, input_size=2, **asked))
        pairs = said["sentence"].split(" = ")[-2].count("·")
        taps = re.findall(r"w\[\d,\d\]", said["sentence"] + said["detail"])
        assert len(taps) == (pairs if pairs > 1 else 0)
        terms.add(tuple(taps))
    assert ("w[2,2]", "w[2,0]", "w[0,2]", "w[0,0]") in terms


@pytest.mark.parametrize(("asked", "said"), [
    ({}, "row i of Aᵀ is column i of A (dashed: rows of x, y)"),
    ({"example": "convolution"}, "made from the kernel (dashed: rows of x, y)"),
    ({"dims": 1}, "row i of Aᵀ is column i of A"),
])  # fmt: skip
def test_the_subtitle_says_what_is_dashed_where_anything_is(
    asked: dict[str, Any], said: str
) -> None:
    assert words(scene_of(0, **asked))["subtitle"].endswith(said)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
@pytest.mark.parametrize("cells", [3, 5, 8, 16, 40])
def test_dashes_part_no_cells_so_small_that_they_would_hide_them(
    size: tuple[int, int], cells: int
) -> None:
    look = {"width": size[0], "height": size[1]}
    scene = scene_of(0, input_size=cells, look=look)
    marks, pixel = by_key(scene), scene.width / size[0]
    dashed = [m for m in scene.marks if isinstance(m, Box) and m.dash and ".rows." in m.key]
    for box in dashed:
        panel = box.key.split(".rows.")[0]
        count = cells**2 if panel == "x.vector" else (cells + 2) ** 2
        assert marks[f"{panel}.outline"].rect.h / count >= 3 * pixel
    told = {name for name in "xy" if re.search(rf"dashed: .*\b{name}", words(scene)["subtitle"])}
    whose = {"matrix.cols": "x", "x.vector.rows": "x", "matrix.rows": "y", "y.vector.rows": "y"}
    keys = {key.rpartition(".")[0] for key in marks}
    assert told <= {whose[key] for key in keys & whose.keys()}


@pytest.mark.parametrize("cells", [5, 8, 16])
@pytest.mark.parametrize("by", ["row", "column"])
def test_what_is_read_or_written_of_a_vector_of_tints_is_framed(cells: int, by: str) -> None:
    scene = scene_of(40 if by == "row" else 7, input_size=cells, look={"by": by})
    marks = by_key(scene)
    for panel, frame in (("x.vector", "now.x.vector.0"), ("y.vector", "now.y")):
        outline, tinted = marks[f"{panel}.outline"].rect, isinstance(marks.get(panel), Heatmap)
        frames = [marks[key].rect for key in marks if re.fullmatch(rf"{frame}(\.\d+)?", key)]
        assert bool(frames) == (tinted or panel == "y.vector")
        for rect in frames:
            assert rect.w >= outline.w
            assert outline.y - 4 <= rect.y <= rect.bottom <= outline.bottom + 4


def test_frames_of_a_column_that_is_spread_leave_out_rows_between_that_are_wide() -> None:
    scene = scene_of(4, look={"by": "column"}, input_size=3, stride=2)
    frames = [key for key in by_key(scene) if re.fullmatch(r"now\.y(\.\d+)?", key)]
    assert len(frames) == 3
