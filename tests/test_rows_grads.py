"""The gradients in one dimension, on marks: their numbers, columns, roles and words."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import tcviz
from tcviz import cli, views
from tcviz.api import figure
from tcviz.layer.operands import Operands
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Scene
from tcviz.scene.theme import load
from tcviz.views.view import View
from tests.strategies import REPEATED, Array, Axis, axes
from tests.test_layout import broken, requests
from tests.test_rows_views import least_contrast, pictures
from tests.test_views import by_key, cells, shown, texts

VIEWS = ("grad-input", "grad-weight", "grad-bias")
ALL = pytest.mark.parametrize("view", VIEWS)
PLAIN: dict[str, Any] = {"stride": 2, "padding": 1, "in_channels": 1}
LARGE: dict[str, Any] = {"width": 2560, "height": 1440}


def operands(**asked: Any) -> Operands:
    return inputs.plan(dims=1, **asked, backward=True).make()


def drawn(view: str, *, channel: int = 0, look: dict | None = None, **asked: Any) -> View:
    part = views.part(view, operands(**asked), channel, channel)
    return views.build(view, part, Look(**{"theme": load("light"), **(look or {})}))


def scenes(view: str, **asked: Any) -> list[Scene]:
    built = drawn(view, **asked)
    return [now for now, _ in built.moments(range(built.steps))]


def words(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def row(scene: Scene, panel: str) -> Array:
    (found,) = shown(scene, panel)
    return found


def left(scene: Scene, panel: str, cell: int) -> float:
    mark = by_key(scene)[f"{panel}[0,{cell}]"]
    assert isinstance(mark, Cell)
    return mark.rect.x


def lit(scene: Scene, panel: str) -> set[int]:
    return {j for _, j in cells(scene, panel, lambda m: m.style.bold)}


# --- numbers ------------------------------------------------------------------


@st.composite
def layers(draw: st.DrawFn) -> tuple[Axis, dict[str, Any]]:
    """Draw an axis, and what is asked of the views."""
    axis: Axis = draw(axes())
    names = ("kernel_size", "stride", "output_padding", "dilation")
    groups = draw(st.integers(1, 2))
    asked: dict[str, Any] = {name: (getattr(axis, name),) for name in names}
    asked |= {"input_size": (axis.size,), "padding": [axis.padding], "groups": groups}
    asked |= {"in_channels": groups * draw(st.integers(1, 2))}
    asked |= {"out_channels": groups * draw(st.integers(1, 2))}
    return axis, asked | {"seed": draw(st.integers(0, 99))}


def true_gradients(asked: dict[str, Any]) -> tuple[Array, Array, Array]:
    """Return those of input, weight and bias from the fast path, which knows no pictures."""
    made = operands(**asked)
    names = ("stride", "padding", "output_padding", "dilation", "groups")
    assert made.grad_output is not None
    found = tcviz.conv_transpose_backward(
        made.grad_output, made.x, made.weight, np.zeros(made.out_channels, dtype=int),
        **{name: asked[name] for name in names},
    )  # fmt: skip
    assert found.bias is not None
    return found.input, found.weight, found.bias


@settings(deadline=None, max_examples=40)
@given(layers())
def test_windows_of_dy_times_the_kernel_add_up_to_the_gradient_of_the_input(
    drawn: tuple[Axis, dict[str, Any]],
) -> None:
    axis, asked = drawn
    made, (dx, _, _) = operands(**asked), true_gradients(asked)
    channel = made.in_channels - 1
    seen = scenes("grad-input", channel=channel, look=LARGE, **asked)
    outputs = made.out_channels // made.layer.groups
    assert len(seen) == axis.size
    for number, scene in enumerate(seen):
        total = 0
        for c in range(outputs):
            wide = f"padded.{c}" if any(axis.padding) else f"x.{c}"
            first, reach = number * axis.stride, axis.dilation * (axis.kernel_size - 1) + 1
            window = row(scene, wide)[first : first + reach : axis.dilation]
            np.testing.assert_array_equal(row(scene, f"w.{c}"), made.weight[channel, c])
            np.testing.assert_array_equal(
                window * made.weight[channel, c], row(scene, f"product.{c}")
            )
            total += row(scene, f"product.{c}").sum()
        output = row(scene, "output")
        assert output[number] == total
        assert np.isnan(output[number + 1 :]).all()
    np.testing.assert_array_equal(row(seen[-1], "output"), dx[channel])


@settings(deadline=None, max_examples=40)
@given(layers())
def test_elements_times_windows_of_dy_add_up_to_the_gradient_of_the_weight(
    drawn: tuple[Axis, dict[str, Any]],
) -> None:
    axis, asked = drawn
    made, (_, dw, _) = operands(**asked), true_gradients(asked)
    seen = scenes("grad-weight", channel=made.out_channels - 1, look=LARGE, **asked)
    inputs_of = made.in_channels // made.layer.groups
    assert len(seen) == axis.size
    for c in range(inputs_of):
        so_far = np.zeros(axis.kernel_size)
        for number, scene in enumerate(seen):
            first, reach = number * axis.stride, axis.dilation * (axis.kernel_size - 1) + 1
            window = row(scene, "dy")[first : first + reach : axis.dilation]
            assert lit(scene, f"x.{c}") == {number}
            products = row(scene, f"product.{c}")
            np.testing.assert_array_equal(products, row(scene, f"x.{c}")[number] * window)
            was = row(scene, f"before.{c}") if f"before.{c}[0,0]" in by_key(scene) else so_far
            np.testing.assert_array_equal(np.nan_to_num(was), so_far)
            so_far += products
            np.testing.assert_array_equal(np.nan_to_num(row(scene, f"dw.{c}")), so_far)
        last = row(seen[-1], f"dw.{c}")
        np.testing.assert_array_equal(last, dw[made.in_channels - inputs_of + c, -1])


@settings(deadline=None, max_examples=40)
@given(layers())
def test_sums_so_far_end_in_the_gradient_of_the_bias(
    drawn: tuple[Axis, dict[str, Any]],
) -> None:
    _, asked = drawn
    made, (_, _, db) = operands(**asked), true_gradients(asked)
    channel = made.out_channels - 1
    seen = scenes("grad-bias", channel=channel, look=LARGE, **asked)
    for number, scene in enumerate(seen):
        dy = row(scene, "x.0")
        expected = list(accumulate(dy))[: number + 1]
        np.testing.assert_array_equal(row(scene, "sums")[: number + 1], expected)
        assert np.isnan(row(scene, "sums")[number + 1 :]).all()
        assert np.isnan(row(scene, "output")[0]) == (number + 1 < len(seen))
    assert row(seen[-1], "output") == [db[channel]]


# --- columns ------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(layers())
def test_cells_of_one_coordinate_stand_in_one_column(drawn: tuple[Axis, dict[str, Any]]) -> None:
    axis, asked = drawn
    taps = range(axis.kernel_size)
    for number, scene in enumerate(scenes("grad-input", look=LARGE, **asked)):
        wide = "padded.0" if any(axis.padding) else "x.0"
        for i in range(len(texts(scene, "x.0")[0])):
            at = left(scene, wide, i + axis.padding[0])
            assert left(scene, "x.0", i) == pytest.approx(at)
        for tap in taps:
            at = left(scene, wide, number * axis.stride + tap * axis.dilation)
            assert left(scene, "w.0", tap) == pytest.approx(at)
            assert left(scene, "product.0", tap) == pytest.approx(at)
        at = left(scene, wide, number * axis.stride)
        assert left(scene, "output", number) == pytest.approx(at)
    for number, scene in enumerate(scenes("grad-weight", look=LARGE, **asked)):
        aligned = in_columns(scene)
        for tap in taps:
            at = left(scene, "dy", number * axis.stride + tap * axis.dilation)
            still = left(scene, "dy", tap * axis.dilation)
            for panel, place in ("product.0", at), ("dw.0", still):
                assert panel not in aligned or left(scene, panel, tap) == pytest.approx(place)
        at = left(scene, "dy", number * axis.stride)
        assert left(scene, "x.0", number) == pytest.approx(at)


def in_columns(scene: Scene) -> set[str]:
    """Return which panels stand in columns: numbers that are too wide for them stand apart."""
    return {panel for panel in ("product.0", "dw.0") if f"{panel}.size" in words(scene)}


@pytest.mark.parametrize("geometry", [{}, {"stride": 2, "padding": 1}, {"dilation": 2}])
def test_small_gradients_stand_in_columns_altogether(geometry: dict[str, Any]) -> None:
    for scene in scenes("grad-weight", **geometry):
        assert in_columns(scene) == {"product.0", "dw.0"}


def test_sums_stand_below_their_elements_and_the_gradient_below_the_last() -> None:
    scene = scenes("grad-bias", **PLAIN)[-1]
    for i in range(7):
        assert left(scene, "sums", i) == pytest.approx(left(scene, "x.0", i))
    assert left(scene, "output", 0) == pytest.approx(left(scene, "x.0", 6))


@pytest.mark.parametrize(
    ("view", "rows"),
    [
        ("grad-input", ["x.0", "padded.0", "w.0", "product.0", "result.0", "x.1", "padded.1", "w.1",
                        "product.1", "result.1", "output"]),
        ("grad-weight", ["dy", "x.0", "product.0", "dw.0", "x.1", "product.1", "dw.1"]),
        ("grad-bias", ["x.0", "sums", "output"]),
    ],
)  # fmt: skip
def test_rows_stand_from_top_to_bottom_as_they_are_read(view: str, rows: list[str]) -> None:
    asked = {"out_channels": 2, "seed": 1} if view == "grad-input" else {}
    marks = by_key(scenes(view, stride=2, padding=1, **asked)[1])
    tops = [marks[f"{name}[0,0]"].rect.y for name in rows]
    assert tops == sorted(set(tops))


# --- roles --------------------------------------------------------------------


def test_the_numbers_in_the_formula_of_dw_are_those_above_its_strips() -> None:
    said = words(scenes("grad-weight", stride=2, padding=1)[2])  # i·s + k·d of padded dy
    assert [said[f"x.0.column.{i}"] for i in range(3)] == ["0", "1", "2"]
    assert [said[f"dy.column.{at}"] for at in (4, 5, 6)] == ["4", "5", "6"]
    assert said["formula.law"] == "dw[k] = Σ padded dy[i·s + k·d]·x[i]"


def test_output_padding_is_hatched_in_dy_and_nowhere_else() -> None:
    expected = {
        "grad-input": {("x.0", 7), ("padded.0", 8)},
        "grad-weight": {("dy", 8)},
        "grad-bias": {("x.0", 7)},
    }
    for view, hatched in expected.items():
        scene = scenes(view, output_padding=1, **PLAIN)[1]
        marks = (m for m in scene.marks if isinstance(m, Cell) and m.style.hatch
                 and not m.key.startswith("legend."))  # fmt: skip
        found = {(m.key.split("[")[0], int(m.key.split(",")[1][:-1])) for m in marks}
        assert found == hatched
        assert any(said.startswith("last element of\u00a0dy:") for said in words(scene).values())


def test_zeros_around_dy_are_grey_and_what_is_real_is_framed() -> None:
    grey = load("light").muted
    for view, panel in (("grad-input", "padded.0"), ("grad-weight", "dy")):
        scene = scenes(view, **PLAIN)[1]
        assert cells(scene, panel, lambda m: m.style.ink == grey) == {(0, 0), (0, 8)}
        frame = by_key(scene)[f"{panel}.real"]
        assert isinstance(frame, Box)
        assert frame.rect.x == pytest.approx(left(scene, panel, 1))
        assert frame.rect.right == pytest.approx(left(scene, panel, 8))


def test_products_of_the_border_are_grey_zeros_that_write_nothing() -> None:
    scene = scenes("grad-weight", **PLAIN)[0]
    grey = cells(scene, "product.0", lambda m: m.style.ink == load("light").muted)
    assert grey == {(0, 0)}
    assert lit(scene, "dw.0") == {1, 2}
    assert texts(scene, "dw.0")[0][0] == "0"  # a zero from the border was added
    frame = by_key(scene)["now.dw.0"]
    assert isinstance(frame, Box)
    assert frame.rect.x == pytest.approx(left(scene, "dw.0", 1))
    assert "1 of 3 products are zero: they fell in the border" in scene.sentence


def test_a_tap_that_only_meets_the_border_is_a_zero_from_the_start() -> None:
    scene = scenes("grad-weight", input_size=1, kernel_size=3, padding=1, in_channels=1)[0]
    grey = cells(scene, "dw.0", lambda m: m.style.ink == load("light").muted)
    assert grey == {(0, 0), (0, 2)}


def test_of_the_sums_so_far_the_last_is_read_and_the_next_is_written() -> None:
    light = load("light")
    for number, scene in enumerate(scenes("grad-bias", **PLAIN)):
        written = cells(scene, "sums", lambda m: m.style.fill == light.now_fill)
        assert written == {(0, number)}
        read = cells(scene, "sums", lambda m: m.style.fill == light.now_soft)
        assert read == ({(0, number - 1)} if number else set())
        done = cells(scene, "x.0", lambda m: m.style.fill not in (light.background, light.now_soft))
        assert done == {(0, j) for j in range(number)}


@pytest.mark.parametrize(
    ("view", "panel"), [("grad-input", "output"), ("grad-weight", "dw.0"), ("grad-bias", "sums")]
)
def test_settled_scenes_show_the_same_numbers_and_nothing_lit(view: str, panel: str) -> None:
    built = drawn(view, **PLAIN)
    for now, settled in built.moments(range(built.steps)):
        assert texts(now, panel) == texts(settled, panel)
        assert lit(now, panel)
        assert not lit(settled, panel)


# --- words --------------------------------------------------------------------


def test_sentences_count_in_elements() -> None:
    asked: dict[str, Any] = {
        "input": [2, -1], "weight": [1, 2, 4], "grad_output": [3, 5, -7], "stride": 2, "padding": 1,
    }  # fmt: skip
    said = {view: scenes(view, **asked)[1].sentence for view in VIEWS}
    assert said == {
        "grad-input": (
            "dx[1] gathers elements 2–4 of padded dy: 5·1 + (−7)·2 = −9. 1 other product is 0; "
            "an ordinary convolution: stride 2, and the kernel is not flipped"
        ),
        "grad-weight": (
            "x[1] = −1 reached elements 2–4 of padded dy: window·(−1) is added to dw. "
            "1 of 3 products are zero: they fell in the border, where no gradient comes from; "
            "dw[1] becomes 6 + 7 = 13"
        ),
        "grad-bias": (
            "dy[1] = 5 is added to the sum so far: 3 + 5 = 8. 2 of 3 elements of dy are added"
        ),
    }


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
@pytest.mark.parametrize("count", [4, 64])
def test_a_sentence_names_the_factors_in_the_order_in_which_they_stand(
    count: int, size: tuple[int, int], channels: int
) -> None:
    look = {"width": size[0], "height": size[1]}
    asked = {"stride": 2, "input_size": count, "in_channels": channels}
    scene = scenes("grad-weight", look=look, **asked)[count // 2]
    place = {m.key: (round(m.rect.y), m.rect.x) for m in scene.marks if isinstance(m, Cell)}
    # In columns the window is that of dy, above x.
    above = place.get("dy[0,0]", (0, 0.0))
    first = place.get("element.0[0,0]", place.get("x.0[0,0]")) < place.get("window.0[0,0]", above)
    told = r": (−?\d+·window|each, times)" if first else r"(: window·|dy, times each channel's x,)"
    assert re.search(told, scene.sentence)


def test_headings_are_those_of_two_dimensions() -> None:
    asked: dict[str, Any] = {"stride": 2, "padding": 1, "out_channels": 2, "seed": 1}
    found = {
        view: set(words(scenes(view, channel=1, **asked)[1]).values())
        for view in VIEWS
    }  # fmt: skip
    assert {
        "gradient of the input",
        "the gradient of the input is an ordinary convolution of dy "
        "(dy: gradient of the loss with respect to y)",
        "upstream gradient dy",
        "padded",
        "kernel w",
        "products",
        "gradient dx",
        "output channel 0",
        "output channel 1",
        "sum of 2 output channels",
        "input channel 1",
        "one of 2",
        "around: padding = 1",
        "dx stands below its",
        "floor((7 + 2·1 − 1·(3−1) − 1) / 2) + 1 = 4",
    } <= found["grad-input"]
    assert {
        "gradient of the weight",
        "upstream gradient dy",
        "size 7, padded 9",
        "input x",
        "products dy·x",
        "gradient dw",
        "channel 0",
        "channel 1",
        "output channel 1",
        "the window of dy that an input element reached, times the element, is added to dw "
        "(dy: gradient of the loss with respect to y)",
    } <= found["grad-weight"]
    of_bias = {"sum so far", "gradient db", "output channel 1", "each has its own db"}
    assert {"gradient of the bias", "7, output channel 1", *of_bias} <= (found["grad-bias"])


def test_groups_say_whose_channels_are_drawn_but_nothing_of_a_bias() -> None:
    asked: dict[str, Any] = {"groups": 2, "in_channels": 4, "out_channels": 4, "seed": 5}
    said = {v: " ".join(words(scenes(v, channel=3, **asked)[0]).values()) for v in VIEWS}
    assert "group 1 (of\u00a00–1): outputs 2–3" in said["grad-input"]
    assert "group 1 (of\u00a00–1): inputs 2–3" in said["grad-weight"]
    assert "group 1" not in said["grad-bias"]


@ALL
def test_labels_never_move_or_change_their_words(view: str) -> None:
    moving = ("sentence", "detail", "step", "sum.0.sign", "add.0.sign", "add.1.sign")
    seen = [
        {m.key: m for m in scene.marks if isinstance(m, Label) and m.key not in moving}
        for scene in scenes(view, stride=2, padding=1)
    ]
    assert all(labels == seen[0] for labels in seen)


def test_no_sign_stands_before_sums_that_are_added_to_each_other() -> None:
    for scene in scenes("grad-bias", **PLAIN)[:2]:
        said = {key: text for key, text in words(scene).items() if not text.isdigit()}
        assert not {key for key in said if key.endswith(".sign")}
        assert said["output.size"] == "the last sum"


def test_channels_that_are_not_drawn_are_named_and_summed() -> None:
    asked: dict[str, Any] = {"in_channels": 2, "out_channels": 5, "seed": 4, "stride": 2}
    last = scenes("grad-input", look={"channels": 2}, **asked)[-1]
    assert "channels 0–1 of dy drawn" in words(last).values()
    like = {"stride": 2, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
    np.testing.assert_array_equal(row(last, "output"), true_gradients(asked | like)[0][0])
    asked = {"in_channels": 5, "stride": 2}
    last = scenes("grad-weight", look={"channels": 2}, **asked)[-1]
    assert "2 of 5 channels drawn" in words(last).values()


# --- rows that fold -----------------------------------------------------------


def test_numbers_without_room_become_tints_and_the_steps_numbers_stand_beside() -> None:
    asked = {"input_size": 64, **PLAIN}
    gathered, spread, added = (scenes(view, **asked)[5] for view in VIEWS)
    for scene, panel in ((gathered, "padded.0"), (spread, "dy"), (added, "x.0")):
        heat = by_key(scene)[panel]
        assert isinstance(heat, Heatmap)
        assert heat.cols == (127 if panel == "x.0" else 129)
    np.testing.assert_array_equal(
        row(gathered, "window.0") * row(gathered, "w.0"), row(gathered, "product.0")
    )
    np.testing.assert_array_equal(
        row(spread, "window.0") * row(spread, "element.0"), row(spread, "product.0")
    )
    assert lit(spread, "dw.0") == {0, 1, 2}
    assert row(added, "element.0") + row(added, "before") == row(added, "output")
    assert "is added to db: " in added.sentence


def test_elements_have_the_room_between_them_where_dy_shows_tints() -> None:
    *_, scene = scenes("grad-weight", input_size=40, **PLAIN)
    dy, first, second = (by_key(scene)[key] for key in ("dy", "x.0[0,0]", "x.0[0,1]"))
    assert isinstance(dy, Heatmap)
    assert second.rect.x - first.rect.x == pytest.approx(first.rect.w)
    assert first.rect.w == pytest.approx(2 * dy.rect.w / dy.cols)


def test_products_stay_below_their_window_where_only_the_gradient_is_too_wide() -> None:
    scene = scenes("grad-weight", stride=2, padding=1, dilation=2, input_size=12)[7]
    for tap in range(3):
        at = left(scene, "dy", 14 + 2 * tap)
        assert left(scene, "product.0", tap) == pytest.approx(at)
    assert in_columns(scene) == {"product.0"}
    gap = left(scene, "dw.0", 1) - left(scene, "dw.0", 0)
    assert gap == pytest.approx(by_key(scene)["dw.0[0,0]"].rect.w)


# --- requests -----------------------------------------------------------------


@ALL
def test_an_upstream_gradient_is_drawn_as_given(view: str, tmp_path: Path) -> None:
    file, image = tmp_path / "dy.csv", tmp_path / "a.svg"
    file.write_text("71,72,73,74,75,76,77\n")
    asked = f"--dims 1 --view {view} -s 2 -p 1 --grad-output {file} --text text -o {image}"
    assert cli.run(["figure", "-q", *asked.split()]) == 0
    drawn = image.read_text()
    assert all(f">{n}<" in drawn for n in range(71, 78))
    dy = [71, 72, 73, 74, 75, 76, 77]
    (scene,) = figure(view=view, dims=1, grad_output=dy, step=2, stride=2, padding=1).scenes()
    panel = "dy" if view == "grad-weight" else "x.0"
    assert [n for n in row(scene, panel) if n] == dy


@ALL
def test_an_animation_comes_from_the_command_line(view: str, tmp_path: Path) -> None:
    image = tmp_path / "a.gif"
    asked = f"--dims 1 --view {view} -n 2 -s 2 -p 1 --size 640x360 -o {image}"
    assert cli.run(["animate", "-q", *asked.split()]) == 0
    assert image.read_bytes()[:4] == b"GIF8"


@ALL
def test_a_picture_without_a_step_is_the_last_step(view: str) -> None:
    assert drawn(view, **PLAIN).overview() == scenes(view, **PLAIN)[-1]


@ALL
def test_picked_steps_are_those_of_the_whole_series(view: str) -> None:
    built = drawn(view, stride=2, padding=1)
    whole = scenes(view, stride=2, padding=1)
    assert [now for now, _ in built.moments([1, 3])] == [whole[1], whole[3]]


# --- the whole ----------------------------------------------------------------


@ALL
@seed(6)
@settings(REPEATED, max_examples=60)
@given(request=requests())
def test_in_no_picture_does_anything_meet_anything(view: str, request: Any) -> None:
    assert [found for p in pictures(view, request) for found in broken(p)] == []


@ALL
@pytest.mark.parametrize("name", theme.presets())
def test_every_theme_draws_it_with_contrast(view: str, name: str) -> None:
    for scene in scenes(view, stride=2, padding=1, output_padding=1, look={"theme": load(name)}):
        assert least_contrast(scene) >= 4.5


@ALL
def test_the_default_picture_uses_the_canvas(view: str) -> None:
    scene = scenes(view, stride=2, padding=1)[0]
    panels = [m.rect for m in scene.marks if isinstance(m, Cell) and "[" in m.key]
    assert max(r.bottom for r in panels) - min(r.y for r in panels) > 0.45 * scene.height
    assert max(r.right for r in panels) - min(r.x for r in panels) > 0.4 * scene.width


@ALL
def test_what_is_written_is_pointed_at(view: str) -> None:
    target = {"grad-input": "output", "grad-weight": "before.0", "grad-bias": "sums"}[view]
    scene = scenes(view, **PLAIN)[1]
    arrow = by_key(scene)["sum.0" if view == "grad-input" else "add.0"]
    ends = (0, 2) if view == "grad-weight" else (1, 1)
    first, last = (by_key(scene)[f"{target}[0,{i}]"] for i in ends)
    assert isinstance(arrow, Connector)
    (x, y), written = arrow.points[-1], first.rect
    assert written.x < x < last.rect.right
    assert 0 < written.y - y < 8
