"""What the pictures show, held on marks: numbers, roles, words; figures 6 to 10 of the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tcviz import figure, views
from tcviz.layer import parts, trace
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.request.article import arrays
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Mark, Scene

ARTICLE = {"stride": 2, "padding": 1}


def scenes(
    view: str,
    picks: Sequence[int] | None = None,
    *,
    look: dict | None = None,
    settled: bool = False,
    out_channel: int = 0,
    **geometry,
) -> list[Scene]:
    """Return the scenes of some steps, all by default."""
    part = parts.part(inputs.plan(**geometry).make(), out_channel)
    built = views.build(view, part, Look(theme.load("light"), **(look or {})))
    moments = built.moments(range(built.steps) if picks is None else picks)
    return [moment[settled] for moment in moments]


def texts(scene: Scene, panel: str) -> list[list[str]]:
    """Return what a panel's cells say, row by row."""
    cells = {
        m.key: m.text for m in scene.marks if isinstance(m, Cell) and m.key.startswith(f"{panel}[")
    }
    places = [tuple(map(int, key[len(panel) + 1 : -1].split(","))) for key in cells]
    rows, cols = (max(p[i] for p in places) + 1 for i in (0, 1))
    return [[cells[f"{panel}[{i},{j}]"] for j in range(cols)] for i in range(rows)]


def shown(scene: Scene, panel: str) -> np.ndarray:
    """Return a panel's numbers; NaN where nothing is shown."""
    return np.array(
        [[float(t.replace("−", "-")) if t else np.nan for t in row] for row in texts(scene, panel)]
    )


def cells(scene: Scene, panel: str, test: Callable[[Cell], bool]) -> set[tuple[int, int]]:
    """Return the places of a panel's cells that pass a test."""
    found = [
        m.key
        for m in scene.marks
        if isinstance(m, Cell) and m.key.startswith(f"{panel}[") and test(m)
    ]
    return {tuple(map(int, key[len(panel) + 1 : -1].split(","))) for key in found}


def by_key(scene: Scene) -> dict[str, Mark]:
    return {m.key: m for m in scene.marks}


@pytest.fixture(scope="module")
def distribution() -> list[Scene]:
    return scenes("distribution", **ARTICLE)


@pytest.fixture(scope="module")
def collection() -> list[Scene]:
    return scenes("collection", **ARTICLE)


@pytest.fixture(scope="module")
def article() -> dict[str, np.ndarray]:
    return arrays()


@pytest.mark.parametrize(("step", "which"), [(0, "first"), (1, "second"), (8, "last")])
def test_padded_results_carry_the_numbers_of_figures_6_to_8(distribution, article, step, which):
    expected = article[f"padded_result_after_{which}_step_per_channel"]
    for channel in (0, 1):
        seen = shown(distribution[step], f"padded.{channel}")
        known = ~np.isnan(seen)
        np.testing.assert_array_equal(seen[known], expected[channel][known])
        assert not np.any(expected[channel][~known])


def test_the_last_steps_of_both_views_show_the_articles_output(distribution, collection, article):
    np.testing.assert_array_equal(shown(distribution[-1], "output"), article["tc_output"])
    np.testing.assert_array_equal(shown(collection[-1], "output"), article["tc_output"])


def test_the_distribution_view_has_nine_steps_and_the_collection_view_25(distribution, collection):
    assert len(distribution) == 9
    assert len(collection) == 25


def test_the_collection_views_first_step_is_figure_9(collection):
    first = collection[0]
    assert texts(first, "kernel.0")[0] == ["0", "−3", "−2"]
    assert texts(first, "w.0")[0] == ["−1", "0", "2"]
    assert shown(first, "result.0")[0, 0] == -16
    assert shown(first, "result.1")[0, 0] == 15
    assert shown(first, "output")[0, 0] == -1
    assert np.isnan(shown(first, "output")).sum() == 24


def test_a_result_is_blank_until_something_reaches_it(distribution):
    seen = shown(distribution[0], "output")
    assert not np.isnan(seen[:2, :2]).any()
    assert np.isnan(seen).sum() == 21


def test_an_equation_conforms_element_times_kernel_is_the_products(distribution):
    for scene in distribution:
        for c in (0, 1):
            element, kernel = shown(scene, f"element.{c}"), shown(scene, f"w.{c}")
            signed = [[t.replace("+", "") for t in row] for row in texts(scene, f"product.{c}")]
            product = np.array([[float(t.replace("−", "-")) for t in row] for row in signed])
            np.testing.assert_array_equal(element[0, 0] * kernel, product)


def test_an_equation_conforms_window_times_flipped_kernel_sums_to_the_result(collection):
    for scene in collection:
        for c in (0, 1):
            window, flipped = shown(scene, f"window.{c}"), shown(scene, f"w.{c}")
            np.testing.assert_array_equal(window * flipped, shown(scene, f"product.{c}"))


def test_products_in_the_distribution_view_carry_their_sign(distribution):
    assert texts(distribution[1], "product.0") == [
        ["0", "+3", "+2"], ["−2", "+2", "−1"], ["−2", "0", "+1"],
    ]  # fmt: skip


def test_the_sentence_says_what_the_step_adds_where_and_what_is_lost(distribution):
    assert distribution[1].sentence == (
        "x[0,1] is −1 (channel 0) and 5 (channel 1): each adds itself × its w to rows 0–2, "
        "columns 2–4 of the padded result. 3 of 9 products fall in the border; windows "
        "overlap: row 1, column 2 of channel 0's padded result: 8 + (−2) = 6"
    )


def test_one_channel_has_the_short_sentence():
    (scene,) = scenes("distribution", [1], in_channels=1, seed=0, **ARTICLE)
    assert scene.sentence.startswith("x[0,1] = 3 adds 3·w to rows 0–2, columns 2–4 of the padded")


def test_the_collection_sentence_writes_the_sum_out(collection):
    assert collection[7].sentence == (
        "y[1,2] gathers rows 1–3, columns 2–4 of each channel's stretched, padded input: "
        "−24 + 14 = −10. "
        "channel 0: (−1)·0 + 8·(−3) = −24. channel 1: 5·2 + (−2)·(−2) = 14. "
        "in each, 7 other products are 0"
    )


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_labels_and_panels_never_move_or_change_their_words(view):
    moving = ("sentence", "detail", "step")
    seen = [
        {m.key: m for m in scene.marks if isinstance(m, Label) and m.key not in moving}
        for scene in scenes(view, **ARTICLE)
    ]
    assert all(labels == seen[0] for labels in seen)


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_the_header_names_every_parameter_and_the_formula_with_its_numbers(view):
    (scene,) = scenes(view, [0], stride=2, padding=1, output_padding=1, dilation=2)
    words = {m.text for m in scene.marks if isinstance(m, Label)}
    assert {"kernel", "stride", "padding", "output_padding", "dilation"} <= words
    assert "y size = (x size−1)·s − 2·p + d·(kernel−1) + output_padding + 1" in words
    assert "(3−1)·2 − 2·1 + 2·(3−1) + 1 + 1 = 8" in words


def test_every_panel_is_labelled_with_its_size(collection):
    words = {key: m.text for key, m in by_key(collection[0]).items() if isinstance(m, Label)}
    assert words["x.title"] == "input x"
    assert words["stretched.size"] == "7×7"
    assert words["w.title"] == "kernel w"
    assert words["result.size"] == "5×5, per channel"
    assert words["output.size"] == "5×5"


def test_panels_stand_from_left_to_right_input_kernel_work_sum_output(distribution):
    marks = by_key(distribution[0])
    panels = ["x.0", "element.0", "w.0", "product.0", "padded.0", "output"]
    left = [marks[f"{panel}[0,0]"].rect.x for panel in panels]
    assert left == sorted(left)


def test_the_border_is_dashed_and_nothing_else(distribution):
    dashed = cells(distribution[0], "padded.0", lambda m: m.style.dash)
    edge = {(i, j) for i in range(7) for j in range(7) if {i, j} & {0, 6}}
    assert dashed == edge
    assert not cells(distribution[0], "output", lambda m: m.style.dash)


def test_output_padding_is_hatched_and_receives_real_numbers():
    last = scenes("distribution", stride=2, padding=1, output_padding=1)[-1]
    hatched = cells(last, "output", lambda m: m.style.hatch is not None)
    assert hatched == {(i, j) for i in range(6) for j in range(6) if 5 in (i, j)}
    assert np.any(shown(last, "output")[5] != 0)


def test_a_cell_is_done_only_when_no_later_step_reaches_it(distribution):
    fill = theme.load("light").output_fill
    done = [cells(scene, "output", lambda m: m.style.fill == fill) for scene in distribution]
    assert done[0] == set()
    assert (0, 0) in done[1]
    assert (1, 0) not in done[1]  # the fourth step still adds to it
    final = shown(distribution[-1], "output")
    for scene, places in zip(distribution, done, strict=True):
        now = shown(scene, "output")
        assert all(now[at] == final[at] for at in places)


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_settled_scenes_show_the_same_numbers_without_the_colours_of_now(view):
    light = theme.load("light")
    for now, calm in zip(
        scenes(view, **ARTICLE), scenes(view, settled=True, **ARTICLE), strict=True
    ):
        assert texts(now, "output") == texts(calm, "output")
        assert not cells(calm, "output", lambda m: m.style.fill == light.now_fill)
        assert cells(now, "output", lambda m: m.style.fill == light.now_fill)


def test_negative_collection_padding_shows_the_cropped_cells_outside_the_frame():
    (scene,) = scenes("collection", [0], kernel_size=2, padding=2, stride=2, input_size=4)
    cropped = cells(scene, "stretched.0", lambda m: m.style.dash)
    assert cropped == {(i, j) for i in range(7) for j in range(7) if {i, j} & {0, 6}}
    words = " ".join(m.text for m in scene.marks if isinstance(m, Label))
    assert "around: d·(k−1) − p = 1 − 2 = −1: crop 1" in words.replace("\u00a0", " ")
    assert "stretched, cropped" in words


def test_a_stretched_input_of_which_nothing_is_left_has_no_frame():
    geometry = {"kernel_size": 1, "input_size": 1, "in_channels": 1, "padding": (0, (1, 0))}
    (scene,) = scenes("collection", output_padding=(0, 1), dilation=(1, 2), **geometry)
    assert "stretched.0.real" not in by_key(scene)
    assert texts(scene, "output") == [["0"]]


def test_cells_that_no_window_reaches_are_grey_zeros_and_get_the_bias():
    (scene,) = scenes("distribution", [0], kernel_size=1, stride=2, input_size=2, bias=[5])
    muted = theme.load("light").muted
    gaps = {(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)}
    assert cells(scene, "output", lambda m: m.style.ink == muted) == gaps
    assert texts(scene, "output")[1] == ["5", "5", "5"]


def test_more_channels_than_drawn_are_named_in_the_sum():
    (scene,) = scenes("distribution", [0], in_channels=5, look={"channels": 2}, **ARTICLE)
    words = {m.text for m in scene.marks if isinstance(m, Label)}
    assert {"sum of 5 channels", "channels 0–1 of x drawn"} <= words
    assert not any(key.startswith("x.2[") for key in by_key(scene))


def test_the_drawn_output_is_the_sum_of_all_channels_also_those_not_drawn():
    geometry = {"in_channels": 5, "out_channels": 2, "seed": 4, **ARTICLE}
    steps = trace.Collection(parts.part(inputs.plan(**geometry).make(), 1))
    last = scenes("collection", look={"channels": 1}, out_channel=1, **geometry)[-1]
    expected = [int(step.products.sum()) for step in steps]
    np.testing.assert_array_equal(shown(last, "output").ravel(), expected)


def test_groups_draw_only_the_channels_of_their_group():
    (scene,) = scenes(
        "collection", [0], in_channels=4, out_channels=4, groups=2, out_channel=3, **ARTICLE
    )
    words = [m.text for m in scene.marks if isinstance(m, Label)]
    assert {"channel 2", "channel 3", "output y, channel 3"} <= {*words}
    assert "group 1 (of\u00a00–1): inputs 2–3" in " ".join(words)


def test_nan_and_infinities_are_drawn_as_such():
    x = np.array([[1.0, np.nan], [np.inf, -np.inf]])
    last = scenes("distribution", input=x, kernel_size=1, weight=[[2.0]], padding=0)[-1]
    assert texts(last, "output") == [["2", "NaN"], ["∞", "−∞"]]


@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize(("size", "frames"), [((200,), 1), ((30, 30), 2), ((3, 30, 30), 15)])
def test_what_marks_output_padding_lies_over_tints(view, size, frames):
    part = parts.part(
        inputs.plan(dims=len(size), input_size=size, stride=2, output_padding=1).make()
    )
    marks = views.build(view, part, Look(theme.load("light"))).overview().marks
    over = [n for n, m in enumerate(marks)
            if isinstance(m, Box) and m.key.startswith("output_padding.") and m.dash]  # fmt: skip
    under = [n for n, m in enumerate(marks)
             if isinstance(m, Heatmap) and m.key.startswith(("output", "padded"))]  # fmt: skip
    assert len(over) == frames
    assert min(over) > max(under)


def test_cells_too_small_for_their_numbers_become_tints():
    (scene,) = scenes("distribution", [5], input_size=32, **ARTICLE)
    written = {m.key.split("[")[0] for m in scene.marks if isinstance(m, Cell)}
    assert "output" not in written
    assert "output.lens" in written  # it shows the digits of what happens now
    assert "output" in by_key(scene)


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_connectors_lie_in_the_gutters_and_over_no_cell(view):
    for scene in scenes(view, **ARTICLE):
        panels = [m.rect for m in scene.marks if isinstance(m, Cell)]
        for connector in (m for m in scene.marks if isinstance(m, Connector)):
            for (x0, y0), (x1, y1) in zip(connector.points, connector.points[1:], strict=False):
                left, right, top, low = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
                assert not any(
                    (r.x < right and left < r.right and r.y < low and top < r.bottom)
                    or (top == low and r.x < right and left < r.right and r.y < top < r.bottom)
                    for r in panels
                )


def test_the_output_is_not_drawn_twice_where_room_is_short() -> None:
    ample = {"stride": 2, "padding": 1}
    short = {"kernel_size": 5, "stride": 2, "padding": 2, "input_size": 6}

    def panels(**asked: object) -> set[str]:
        scene = figure(view="distribution", **{"in_channels": 1} | asked).drawn.overview()
        return {str(m.key).partition(".")[0].partition("[")[0] for m in scene.marks
                if isinstance(m, Cell)}  # fmt: skip

    assert "output" in panels(**ample)
    assert "output" not in panels(**short)
    assert "output" in panels(**short, bias=[1])  # which the padded result lacks
    assert "output" in panels(**short, in_channels=2)


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1])
def test_a_padded_result_is_said_to_be_one_from_which_nothing_is_cropped_yet(
    dims: int, padding: int
) -> None:
    scene = figure(dims=dims, padding=padding, stride=2, in_channels=1).drawn.overview()
    said = {str(m.key): m.text for m in scene.marks if isinstance(m, Label)}
    heading = " ".join(text for key, text in said.items() if key.startswith("padded."))
    assert ("padded result" in heading) == ("uncropped" in heading) == bool(padding)


@pytest.mark.parametrize(
    ("asked", "reading", "writing"),
    [
        ({"view": "distribution"}, ["now.x.0"], ["now.padded.0", "now.output"]),
        ({"view": "collection"}, ["now.x.0", "now.stretched.0"], ["now.result.0", "now.output"]),
        ({"view": "collection", "dims": 1}, ["now.x.0"], ["now.result.0", "now.output"]),
        ({"view": "matrix"}, ["now.x.0", "now.matrix"], ["now.output"]),
        ({"view": "grad-weight"}, ["now.x.0", "now.dy"], ["now.dw.0"]),
    ],
)  # fmt: skip
def test_a_frame_around_what_is_written_is_thicker_than_one_around_what_is_read(
    asked: dict[str, Any], reading: list[str], writing: list[str]
) -> None:
    (scene,) = figure(step=4, stride=2, size=(1920, 1080), **asked).scenes()
    wide = {m.key: m.width for m in scene.marks if isinstance(m, Box)}
    thin, thick = ([wide[key] for key in keys if key in wide] for keys in (reading, writing))
    assert thin
    assert thick
    assert max(thin) < min(thick)
    (sample,) = (m.width for m in scene.marks if m.key == "legend.1.frame" and isinstance(m, Box))
    assert sample > 1
