"""The forward views in one dimension, on marks: numbers, columns, roles, words, collisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import tcviz
from tcviz import views
from tcviz.api import animate, figure
from tcviz.errors import RequestError, TooSmallError
from tcviz.layer import parts, trace
from tcviz.layer.parts import Part
from tcviz.layer.symbols import Symbol
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.frames import Timing
from tcviz.scene.frames import animate as frames
from tcviz.scene.marks import Box, Cell, Heatmap, Label, Scene
from tcviz.scene.shades import contrast
from tcviz.scene.theme import load
from tcviz.views.view import View
from tests.strategies import REPEATED, Array, Axis, axes
from tests.test_layout import (
    Picture,
    broken,
    leaves_the_canvas,
    picture,
    requests,
)
from tests.test_views import by_key, cells, shown, texts

BOTH = pytest.mark.parametrize("view", ["distribution", "collection"])
PLAIN = {"stride": 2, "padding": 1, "in_channels": 1}
WIDE = {"width": 3840, "height": 1080}


def drawn(view: str, *, out_channel: int = 0, look: dict | None = None, **asked: Any) -> View:
    part = parts.part(inputs.plan(dims=1, **asked).make(), out_channel)
    return views.build(view, part, Look(**{"theme": load("light"), **(look or {})}))


def scenes(view: str, **asked: Any) -> list[Scene]:
    built = drawn(view, **asked)
    return [now for now, _ in built.moments(range(built.steps))]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def left(scene: Scene, panel: str, cell: int) -> float:
    mark = by_key(scene)[f"{panel}[0,{cell}]"]
    assert isinstance(mark, Cell)
    return mark.rect.x


# --- numbers ----------------------------------------------------------------


@st.composite
def layers(draw: st.DrawFn) -> tuple[Axis, dict[str, Any]]:
    """Draw an axis, and what is asked of the views."""
    axis: Axis = draw(axes())
    names = ("kernel_size", "stride", "output_padding", "dilation")
    groups = draw(st.integers(1, 2))
    asked: dict[str, Any] = {name: (getattr(axis, name),) for name in names}
    asked |= {"input_size": (axis.size,), "padding": [axis.padding], "groups": groups}
    asked |= {"in_channels": groups * draw(st.integers(1, 2)), "out_channels": groups}
    asked |= {"bias": [7, -3][:groups]} if draw(st.booleans()) else {}
    return axis, asked | {"seed": draw(st.integers(0, 99))}


def expected(asked: dict[str, Any]) -> Array:
    """Return the last output channel, from the fast path."""
    made = inputs.plan(dims=1, **asked).make()
    names = ("stride", "padding", "output_padding", "dilation", "groups")
    like = {name: asked[name] for name in names}
    return np.asarray(tcviz.conv_transpose(made.x, made.weight, made.bias, **like)[-1])


def part_of(asked: dict[str, Any]) -> Part:
    return parts.part(inputs.plan(dims=1, **asked).make(), asked["out_channels"] - 1)


def view_of(view: str, asked: dict[str, Any]) -> list[Scene]:
    return scenes(view, out_channel=asked["out_channels"] - 1, look=WIDE, **asked)


def products(scene: Scene, channel: int, width: int) -> Array:
    """Return what all lines of products of a channel add up to, column by column."""
    found = np.zeros(width)
    origin = left(scene, f"padded.{channel}", 0)
    pitch = by_key(scene)[f"padded.{channel}[0,0]"].rect.w
    for m in scene.marks:
        panel = m.key.partition("[")[0]
        if isinstance(m, Cell) and panel.startswith("product") and panel.endswith(f".{channel}"):
            column = round((m.rect.x - origin) / pitch)
            found[column] += float(m.text.replace("−", "-") or 0)
    return found


@settings(deadline=None, max_examples=40)
@given(layers())
def test_the_staircase_adds_up_to_the_padded_result_at_every_step(
    drawn: tuple[Axis, dict[str, Any]],
) -> None:
    axis, asked = drawn
    part = part_of(asked)
    for number, scene in enumerate(view_of("distribution", asked)):
        total = np.zeros(part.layer.padded_size(part.input_size))
        for c in range(part.channels):
            padded = shown(scene, f"padded.{c}")[0]
            np.testing.assert_array_equal(np.nan_to_num(padded), products(scene, c, padded.size))
            total += np.nan_to_num(padded)
            later = range(number + 1, axis.size)
            assert all(set(texts(scene, f"product{i}.{c}")[0]) == {""} for i in later)
        output = shown(scene, "output")[0]
        seen = ~np.isnan(output)
        np.testing.assert_array_equal(output[seen], (part.crop(total) + (part.bias or 0))[seen])
    np.testing.assert_array_equal(output, expected(asked))


@settings(deadline=None, max_examples=40)
@given(layers())
def test_the_products_below_the_window_add_up_to_the_result(
    drawn: tuple[Axis, dict[str, Any]],
) -> None:
    _, asked = drawn
    part = part_of(asked)
    for number, scene in enumerate(view_of("collection", asked)):
        total = part.bias or 0
        for c in range(part.channels):
            flipped, made = shown(scene, f"w.{c}")[0], shown(scene, f"product.{c}")[0]
            np.testing.assert_array_equal(flipped[::-1], shown(scene, f"kernel.{c}")[0])
            above = {
                round(m.rect.x, 3): float(m.text.replace("−", "-"))
                for m in scene.marks
                if isinstance(m, Cell) and m.key.startswith(f"stretched.{c}[")
            }
            window = [above[round(left(scene, f"w.{c}", i), 3)] for i in range(len(flipped))]
            np.testing.assert_array_equal(window * flipped, made)
            total += made.sum()
        output = shown(scene, "output")[0]
        assert output[number] == total
        assert np.isnan(output[number + 1 :]).all()
    np.testing.assert_array_equal(output, expected(asked))


# --- columns ----------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(layers())
def test_cells_of_one_coordinate_stand_in_one_column(drawn: tuple[Axis, dict[str, Any]]) -> None:
    axis, asked = drawn
    spread, gathered = (view_of(view, asked) for view in ("distribution", "collection"))
    before, around = axis.padding[0], axis.dilation * (axis.kernel_size - 1) - axis.padding[0]
    for number, scene in enumerate(spread):
        column = [left(scene, "padded.0", j) for j in range(len(texts(scene, "padded.0")[0]))]
        for i in range(axis.size):
            assert left(scene, "x.0", i) == pytest.approx(column[i * axis.stride])
        for tap in range(axis.kernel_size):
            at = column[number * axis.stride + tap * axis.dilation]
            assert left(scene, "w.0", tap) == pytest.approx(at)
            assert left(scene, f"product{number}.0", tap) == pytest.approx(at)
        for o in range(len(texts(scene, "output")[0])):
            assert left(scene, "output", o) == pytest.approx(column[o + before])
    for o, scene in enumerate(gathered):
        for i in range(axis.size):
            place = max(0, around) + i * axis.stride
            assert left(scene, "x.0", i) == pytest.approx(left(scene, "stretched.0", place))
        last = axis.kernel_size - 1  # the output stands below the last of the products
        assert left(scene, "product.0", last) == pytest.approx(left(scene, "output", o))


def test_rows_stand_from_top_to_bottom_as_in_a_long_multiplication() -> None:
    marks = by_key(scenes("distribution", **PLAIN)[1])
    rows = ["x.0", "w.0", *(f"product{i}.0" for i in range(4)), "padded.0", "output"]
    tops = [marks[f"{row}[0,0]"].rect.y for row in rows]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(rows)


# --- roles ------------------------------------------------------------------


def test_the_border_is_dashed_in_the_result_and_in_the_products_that_fall_there() -> None:
    scene = scenes("distribution", **PLAIN)[-1]
    dashed = {
        panel: {j for _, j in cells(scene, panel, lambda m: m.style.dash)}
        for panel in ("x.0", "product0.0", "product1.0", "product3.0", "padded.0", "output")
    }
    assert dashed == {"x.0": set(), "product0.0": {0}, "product1.0": set(), "product3.0": {2},
                      "padded.0": {0, 8}, "output": set()}  # fmt: skip


@BOTH
def test_output_padding_is_hatched_and_receives_real_numbers(view: str) -> None:
    scene = scenes(view, stride=2, padding=1, output_padding=1)[-1]
    assert cells(scene, "output", lambda m: m.style.hatch is not None) == {(0, 7)}
    assert shown(scene, "output")[0, 7] != 0
    assert "last element of\u00a0y:" in words(scene).values()


@BOTH
def test_before_a_sign_the_size_of_a_kernel_reads_as_no_factor(view: str) -> None:
    assert words(scenes(view, kernel_size=2, in_channels=1)[0])["w.0.size"] == "2 taps"


def test_inserted_zeros_are_faint_and_cropped_cells_dashed() -> None:
    scene = scenes("collection", kernel_size=2, padding=2, stride=2, in_channels=1)[0]
    zeros = cells(scene, "stretched.0", lambda m: m.style.fill == load("light").zero_fill)
    assert zeros == {(0, 3), (0, 5)}  # the window, which is read, has the third
    assert cells(scene, "stretched.0", lambda m: m.style.dash) == {(0, 0), (0, 6)}
    assert words(scene)["stretched.0.title"] == "stretched, cropped"


def test_a_line_of_products_is_blank_before_its_step_and_warm_in_it() -> None:
    light = load("light")
    for number, scene in enumerate(scenes("distribution", **PLAIN)):
        for i in range(4):
            line = f"product{i}.0"
            blank = cells(scene, line, lambda m: m.style.blank)
            warm = cells(scene, line, lambda m: m.style.fill == light.now_soft)
            assert len(blank) == 3 * (i > number)
            assert len(warm) == 3 * (i == number)


def test_cells_that_no_window_reaches_are_grey_zeros_and_get_the_bias() -> None:
    scene = scenes("distribution", kernel_size=1, stride=3, input_size=2, bias=[5])[0]
    assert texts(scene, "output")[0][1:] == ["5", "5", ""]
    muted = load("light").muted
    assert cells(scene, "output", lambda m: m.style.ink == muted) == {(0, 1), (0, 2)}


@BOTH
def test_settled_scenes_differ_only_in_the_colours_of_now(view: str) -> None:
    built, warm = drawn(view, **PLAIN), load("light").now_fill
    for now, calm in built.moments(range(built.steps)):
        assert texts(now, "output") == texts(calm, "output")
        assert cells(now, "output", lambda m: m.style.fill == warm)
        assert not cells(calm, "output", lambda m: m.style.fill == warm)


@BOTH
def test_outlines_glide_between_steps(view: str) -> None:
    built = drawn(view, **PLAIN)
    shots = [f.scene for f in frames(built.moments([1, 2]), Timing(transition=1, fps=3))]
    at = [by_key(shot)["now.output"].rect.x for shot in shots]
    assert at == sorted(set(at))
    assert len(at) == 5


# --- words ------------------------------------------------------------------


def test_the_sentence_counts_in_elements() -> None:
    scene = scenes("distribution", input=[2, -1, 3], weight=[1, 2, 4], stride=2, padding=1)[1]
    assert scene.sentence == (
        "x[1] = −1 adds −1·w to elements 2–4 of the padded result. "
        "windows overlap: element 2 of the padded result: 8 + (−1) = 7"
    )


def test_the_collection_sentence_names_the_elements_of_the_stretched_input() -> None:
    scene = scenes("collection", input=[2, -1, 3], weight=[1, 2, 4], stride=2, padding=1)[1]
    assert scene.sentence == (
        "y[1] gathers elements 1–3 of the stretched, padded input: 2·4 + (−1)·1 = 7. "
        "1 other product is 0"
    )
    assert texts(scene, "stretched.0") == [["0", "2", "0", "−1", "0", "3", "0"]]


def test_what_is_summed_leads_from_below_all_products_of_the_step() -> None:
    for scene in scenes("collection", stride=2, padding=1, in_channels=2):
        marks = by_key(scene)
        for c in range(2):
            products = [marks[f"product.{c}[0,{k}]"].rect for k in range(3)]
            line, arrow = marks[f"sum.{c}.all"], marks[f"sum.{c}"]
            assert (line.head, arrow.head) == (False, True)
            (far, y), (near, low) = line.points
            assert (far, near) == (products[0].x, products[-1].center[0])
            assert products[0].bottom < y == low == arrow.points[0][1]


def test_every_row_has_its_name_and_size_and_the_header_its_parameters() -> None:
    said = words(scenes("collection", stride=2, padding=1)[0])
    assert said["x.0.title"], said["x.0.size"] == ("input x", "size 4")
    assert said["stretched.1.size"] == "size 9"
    assert said["output.size"] == "size 7"
    assert said["kernel.value"] == "3"
    assert said["formula.0"] == "(4−1)·2 − 2·1 + 1·(3−1) + 0 + 1 = 7"
    assert {said["channel.0"], said["channel.1"]} == {"channel 0", "channel 1"}


@BOTH
def test_labels_never_move_or_change_their_words(view: str) -> None:
    moving = ("sentence", "detail", "step", "sum.0.sign", "sum.1.sign")
    seen = [
        {m.key: m for m in scene.marks if isinstance(m, Label) and m.key not in moving}
        for scene in scenes(view, stride=2, padding=1)
    ]
    assert all(labels == seen[0] for labels in seen)


@BOTH
def test_groups_bias_and_channels_that_are_not_drawn_are_named(view: str) -> None:
    layer = {"in_channels": 10, "out_channels": 4, "groups": 2, "bias": [1, 2, 3, 4]}
    said = words(scenes(view, out_channel=3, look={"channels": 2}, **layer)[0])
    assert {
        "sum of 5 channels",
        "channels 5–6 of x drawn",
        "plus bias 4",
    } <= set(said.values())
    assert "group 1 (of\u00a00–1): inputs 5–9" in " ".join(said.values())
    assert "channel.7" not in said
    assert said["output.title"] == "output y, channel 3"


def test_the_drawn_output_is_the_sum_of_all_channels_also_those_not_drawn() -> None:
    asked = {"in_channels": 5, "out_channels": 2, "seed": 4, "stride": 2}
    steps = trace.Collection(parts.part(inputs.plan(dims=1, **asked).make(), 1))
    last = scenes("collection", look={"channels": 1}, out_channel=1, **asked)[-1]
    np.testing.assert_array_equal(shown(last, "output")[0], [s.products.sum() for s in steps])


# --- rows that fold ---------------------------------------------------------


def test_many_elements_share_one_row_of_products_below_the_kernel() -> None:
    for number, scene in enumerate(scenes("distribution", input_size=11, **PLAIN)):
        assert "product0.0[0,0]" not in by_key(scene)
        element, kernel = shown(scene, "x.0")[0, number], shown(scene, "w.0")[0]
        signed = [t.replace("+", "").replace("−", "-") for t in texts(scene, "product.0")[0]]
        np.testing.assert_array_equal(element * kernel, [float(t) for t in signed])
        for tap in range(3):
            place = 2 * number + tap
            at = {left(scene, name, tap) for name in ("w.0", "product.0")}
            assert at == {left(scene, "padded.0", place)}


def test_products_of_one_row_and_the_sums_before_them_add_up_to_the_result() -> None:
    for scene in scenes("distribution", input_size=11, **PLAIN):
        products, before, result = (
            {round(mark.rect.x, 3): float(mark.text.replace("+", "").replace("−", "-") or 0)
             for mark in scene.marks if isinstance(mark, Cell) and mark.key.startswith(f"{row}.0[")}
            for row in ("product", "before", "padded")
        )  # fmt: skip
        assert {x: result[x] for x in products} == {x: before[x] + products[x] for x in products}
        signs = [words(scene).get(f"{row}.0.sign") for row in ("product", "before", "padded")]
        assert signs == ["=", "+", "="]


def test_beside_tints_the_sums_before_and_after_a_step_are_an_equation_that_leads_to_them() -> None:
    scene = scenes("distribution", input_size=40, **PLAIN)[3]
    rows = {key: [float(text.replace("+", "").replace("−", "-") or 0) for text in said[0]]
            for key in ("product.0", "before.0", "padded.lens.0")
            if (said := texts(scene, key))}  # fmt: skip
    product, before, after = rows.values()
    assert [a + b for a, b in zip(product, before, strict=True)] == after
    first, lens = by_key(scene)["add.0"].points[0], by_key(scene)["padded.lens.0[0,1]"]
    assert first[0] == pytest.approx(lens.rect.center[0])


def test_there_is_no_row_of_sums_before_where_no_windows_overlap() -> None:
    for scene in scenes("distribution", input_size=11, kernel_size=2, stride=2)[:2]:
        assert "before.0.title" not in words(scene)
        assert "add.0" in by_key(scene)


@pytest.mark.parametrize("size", [5, 11, 40])
@pytest.mark.parametrize("canvas", [(1280, 720), (640, 360), (1080, 1920)])
def test_no_plus_stands_before_what_has_been_added_to(size: int, canvas: tuple[int, int]) -> None:
    look = dict(zip(("width", "height"), canvas, strict=True))
    built = drawn("distribution", input_size=size, stride=2, look=look)
    ((scene, _),) = built.moments([3])
    assert {key: sign for key, sign in words(scene).items()
            if key.startswith("padded") and sign == "+"} == {}  # fmt: skip


@BOTH
def test_numbers_without_room_become_tints_and_the_steps_numbers_stand_beside(view: str) -> None:
    scene = scenes(view, input_size=64, **PLAIN)[5]
    marks = by_key(scene)
    assert isinstance(marks["output"], Heatmap)
    assert marks["output"].cols == 127
    assert marks["output.legend.end"].text.startswith("+")
    assert marks["x.0"].cols == 64  # the columns between them would look like zeros
    assert "x.0.title" in words(scene)
    kernel = shown(scene, "w.0")[0]
    if view == "collection":
        np.testing.assert_array_equal(
            shown(scene, "window.0")[0] * kernel, shown(scene, "product.0")[0]
        )
    else:
        signed = [t.replace("+", "").replace("−", "-") for t in texts(scene, "product.0")[0]]
        element = shown(scene, "element.0")[0, 0]
        np.testing.assert_array_equal(element * kernel, [float(t) for t in signed])


def test_a_tinted_rows_cells_stand_where_its_columns_are() -> None:
    scene = scenes("distribution", input_size=64, **PLAIN)[-1]
    marks = by_key(scene)
    x, output = marks["x.0"], marks["output"]
    pitch = output.rect.w / output.cols
    assert x.rect.w / x.cols == pytest.approx(2 * pitch)  # as wide as a stride
    assert output.rect.x - x.rect.x == pytest.approx(pitch)  # a border of one


# --- the whole --------------------------------------------------------------


def pictures(view: str, request: tuple[tuple[str, Any], ...]) -> tuple[Picture, ...]:
    """Return a few steps' pictures of the first axis; none where the canvas is refused."""
    asked = dict(request)
    for name in ("input_size", "kernel_size"):
        asked[name] = asked[name][:1]
    span = asked["dilation"] * (asked["kernel_size"][0] - 1)
    whole = (asked["input_size"][0] - 1) * asked["stride"] + span
    asked["padding"] = min(asked["padding"], whole // 2)
    if magnitude := asked.pop("magnitude"):
        fan = asked["in_channels"], asked["out_channels"] // asked["groups"]
        weight = np.random.default_rng(1).normal(size=(*fan, *asked["kernel_size"])) * magnitude
        asked |= {"weight": weight, "bias": [1.5] * asked["out_channels"]}
    animation = animate(view=view, dims=1, **asked)
    few = [n for n in (0, 1, 7, 30) if n < len(animation.picks) - 1]
    try:
        found = [scene for scene, _ in animation.drawn.moments([*few, animation.picks[-1]])]
    except TooSmallError:
        return ()
    return tuple(picture(scene, animation.look.pixel) for scene in found)


@BOTH
@seed(5)
@settings(REPEATED, max_examples=60)
@given(request=requests())
def test_in_no_picture_does_anything_meet_anything(view: str, request: Any) -> None:
    assert [found for p in pictures(view, request) for found in broken(p)] == []


def least_contrast(scene: Scene) -> float:
    """Return the contrast of what is least readable."""
    cells = {(m.style.ink, m.style.fill) for m in scene.marks if isinstance(m, Cell) and m.text}
    labels = {(m.ink, m.on) for m in scene.marks if isinstance(m, Label)}
    return min(contrast(*pair) for pair in cells | labels)


@pytest.mark.parametrize(
    ("view", "asked", "panel"),
    [("collection", {"stride": 2}, "x.0"), ("grad-weight", {"dilation": 2}, "dw.0")],
)
def test_elements_that_stand_apart_have_a_frame_each(
    view: str, asked: dict[str, Any], panel: str
) -> None:
    most, shown = 0, animate(view=view, dims=1, in_channels=1, **asked)
    for scene, _ in shown.drawn.moments(shown.picks):
        frames = [m.rect for m in scene.marks
                  if isinstance(m, Box) and str(m.key).startswith(f"now.{panel}")]  # fmt: skip
        elements = {m.rect for key, m in by_key(scene).items() if key.startswith(f"{panel}[")}
        assert {*frames} <= elements
        most = max(most, len(frames))
    assert most > 1


@BOTH
@pytest.mark.parametrize("name", theme.presets())
def test_every_theme_draws_it_with_contrast(view: str, name: str) -> None:
    for scene in scenes(view, stride=2, padding=1, output_padding=1, look={"theme": load(name)}):
        assert least_contrast(scene) >= 4.5


@BOTH
def test_the_default_picture_uses_the_canvas(view: str) -> None:
    scene = scenes(view, stride=2, padding=1)[0]
    panels = [m.rect for m in scene.marks if isinstance(m, Cell)]
    assert max(r.bottom for r in panels) - min(r.y for r in panels) > 0.6 * scene.height
    assert max(r.right for r in panels) - min(r.x for r in panels) > 0.4 * scene.width


@BOTH
def test_symbols_are_written_out(view: str) -> None:
    last = scenes(view, look={"symbols": True}, **PLAIN)[-1]
    assert texts(last, "x.0") == [["x₀", "x₁", "x₂", "x₃"]]
    assert texts(last, "w.0")[0] == ["w₀", "w₁", "w₂"][:: 1 if view == "distribution" else -1]
    assert [t.replace("\n", " ") for t in texts(last, "output")[0]] == [
        "w₁x₀", "w₂x₀ + w₀x₁", "w₁x₁", "w₂x₁ + w₀x₂", "w₁x₂", "w₂x₂ + w₀x₃", "w₁x₃",
    ]  # fmt: skip
    assert str(Symbol("x", at=(3,))) in last.sentence


def test_a_canvas_that_is_too_small_is_refused() -> None:
    with pytest.raises(RequestError, match=r"^size is 300×170, too small for text; allowed"):
        figure(dims=1, size=(300, 170))


def test_channels_that_have_no_room_below_each_other_are_refused_with_how_many_have() -> None:
    with pytest.raises(RequestError) as caught:
        scenes("collection", in_channels=7, look={"channels": 7})
    assert str(caught.value) == (
        "size is 1280×720, too small for 7 channels below each other; "
        "allowed: 1280×1150 or more; or up to 3 --channels"
    )
    tall = scenes("collection", in_channels=7, look={"channels": 7, "height": 1150})[0]
    assert "channel.6" in words(tall)


@BOTH
@pytest.mark.parametrize("suffix", ["svg", "pdf", "pptx", "png", "gif"])
def test_files_are_written(view: str, suffix: str, tmp_path: Any) -> None:
    file = tmp_path / f"rows.{suffix}"
    made = (animate if suffix == "gif" else figure)(view=view, dims=1, stride=2, padding=1)
    made.save(file)
    assert file.stat().st_size > 10_000


@BOTH
def test_a_crop_leaves_the_rows_and_their_labels(view: str) -> None:
    (scene,) = figure(view=view, dims=1, stride=2, padding=1, step=1, crop=True).scenes()
    said = words(scene)
    assert "sentence" not in said
    assert said["output.title"] == "output y"
    assert scene.width < 1280
    assert not list(leaves_the_canvas(picture(scene, 1.0)))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, ("output", "(x stands 2 apart, by the stride)")),
        ({"view": "overlap"}, ("(each x amid its reach)", "(each x amid its reach, 2 apart)")),
        (
            {"view": "overlap", "compare": 4},
            ("(each x amid its reach)", "(each x amid its reach, 2 apart)"),
        ),
    ],
)
def test_it_is_said_once_where_elements_stand_and_why_apart(
    asked: dict[str, Any], told: tuple[str, str]
) -> None:
    for stride, said in zip((1, 2), told, strict=True):
        found = words(animate(dims=1, stride=stride, **asked).drawn.overview())["subtitle"]
        assert found.endswith(f" {said}")
