"""Pictures in three dimensions: names, places, connectors, tints, words."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import tcviz
from tcviz import views
from tcviz.errors import RequestError
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.picture.links import is_clear, routes
from tcviz.request import inputs
from tcviz.scene import text, theme
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Mark, Rect, Scene
from tcviz.scene.shades import contrast
from tests.slices import (
    LIGHT,
    SHAPES,
    STRIDED,
    VIEWS,
    boxes,
    cells,
    labels,
    output,
    part,
    part_steps,
    scenes,
    shown,
    slice_of,
)
from tests.strategies import REPEATED
from tests.test_layout import RULES, around, broken, picture, pictures


def test_every_slice_has_a_name_and_a_flipped_kernel_counts_backwards():
    for view, band, names in (
        ("distribution", "x.0", ["x[0]", "x[1]"]),
        ("distribution", "w.0", ["w[0]", "w[1]", "w[2]"]),
        ("distribution", "product.0", ["w[0] → depth 0", "w[1] → depth 1", "w[2] → depth 2"]),
        ("distribution", "padded.0", ["depth 0", "depth 1", "depth 2", "depth 3"]),
        ("distribution", "output", ["y[0]", "y[1]", "y[2]", "y[3]"]),
        ("collection", "kernel.0", ["w[0]", "w[1]", "w[2]"]),
        ("collection", "w.0", ["w[2]", "w[1]", "w[0]"]),
        ("collection", "product.0", ["depth 0 × w[2]", "depth 1 × w[1]", "depth 2 × w[0]"]),
    ):
        said = labels(scenes(view, [0])[0])
        assert [said[f"{band}.d{i}.name"].text for i in range(len(names))] == names


def test_a_heading_above_begins_where_its_slices_do():
    (scene,) = scenes("distribution", [2], {"chrome": False}, **STRIDED)
    for band in ("padded.0", "output"):
        left = min(cell.rect.x for cell in cells(scene, band).values())
        assert labels(scene)[f"{band.removesuffix('.0')}.title"].at[0] == left


def test_names_stay_above_the_left_edge_of_their_slice_from_step_to_step():
    for view in VIEWS:
        places = [
            {k: m.at for k, m in labels(scene).items() if k.endswith(".name")}
            for scene in scenes(view, [0, 3, 7], **STRIDED)
        ]
        assert places[0] == places[1] == places[2]


def test_an_element_whose_arrow_leaves_another_slice_is_named():
    asked = {"dims": 3, "input_size": 3, "kernel_size": 2, "in_channels": 2, "size": (1080, 1920)}
    for step, read in ((1, "x[0,0,0]"), (9, "x[0,2,2]"), (14, "x[1,1,1]"), (27, "")):
        (scene,) = tcviz.figure(step=step, **asked).scenes()
        said = {key: m for key, m in labels(scene).items() if key.endswith(".from")}
        assert {label.text for label in said.values()} == ({read} if read else set())
        assert [*said] == ([f"take.{c}.from" for c in range(2)] if read else [])
        for c, label in enumerate(said.values()):
            (element,) = (cell.rect for cell in cells(scene, f"element.{c}").values())
            assert element.y - 20 < label.at[1] < element.y - 8
            assert label.at[0] == pytest.approx(element.center[0])


def _box(label: Label) -> Rect:
    wide, high = text.width(label.text, label.size, label.bold), 0.73 * label.size
    left = label.at[0] - {"left": 0, "center": wide / 2, "right": wide}[label.anchor]
    return Rect(left, label.at[1] - high / 2, wide, high)


def _extent(mark: Mark) -> Rect:
    if isinstance(mark, Label):
        return _box(mark)
    if isinstance(mark, Connector):
        x, y = zip(*mark.points, strict=True)
        return Rect(min(x), min(y), max(x) - min(x), max(y) - min(y))
    return mark.rect


def _meet(a: Rect, b: Rect) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("geometry", SHAPES, ids=str)
@pytest.mark.parametrize(
    "look", [{}, {"width": 800, "height": 450}, {"width": 600, "height": 1000}], ids=str
)
def test_everything_is_inside_the_canvas_and_no_label_lies_over_anything(view, geometry, look):
    (scene,) = scenes(view, [3 % part_steps(view, {"dims": 3} | geometry)], look, **geometry)
    canvas = Rect(-0.01, -0.01, scene.width + 0.02, scene.height + 0.02)
    for mark in scene.marks:
        at = _extent(mark)
        assert canvas.x <= at.x <= at.right <= canvas.right, mark
        assert canvas.y <= at.y <= at.bottom <= canvas.bottom, mark
    words = [_box(m) for m in scene.marks if isinstance(m, Label)]
    solid = [m.rect for m in scene.marks if isinstance(m, Cell | Heatmap)]
    assert not [pair for pair in product(words, solid) if _meet(*pair)]
    assert not [pair for pair in combinations(words, 2) if _meet(*pair)]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("geometry", SHAPES, ids=str)
@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (1080, 1920), (640, 360)], ids=str)
def test_connectors_cross_no_cell_no_word_and_no_other_connector(view, geometry, size):
    look = {"width": size[0], "height": size[1]}
    (scene,) = scenes(view, [3 % part_steps(view, {"dims": 3} | geometry)], look, **geometry)
    _assert_clear(scene)


@pytest.mark.parametrize(("channels", "size"), [(2, (1600, 900)), (3, (1280, 1000))], ids=str)
def test_lenses_of_several_channels_stand_clear_of_what_is_summed(channels, size):
    look = {"width": size[0], "height": size[1], "channels": channels}
    (scene,) = scenes("distribution", [2], look, in_channels=channels, stride=2)
    assert {m.key.partition(".")[0] for m in scene.marks if isinstance(m, Heatmap)} >= {"padded"}
    lensed = {m.key.partition("[")[0] for m in scene.marks if ".lens" in m.key}
    assert {f"padded.lens.{c}.d0" for c in range(channels)} <= lensed
    _assert_clear(scene)


def _assert_clear(scene: Scene) -> None:
    """Assert that no connector crosses cells, words or another one."""
    solid = [m.rect for m in scene.marks if isinstance(m, Cell | Heatmap)]
    solid += [_box(m) for m in scene.marks if isinstance(m, Label)]
    lines = [m for m in scene.marks
             if isinstance(m, Connector) and not m.key.startswith("channels.")]  # fmt: skip
    ticks = [m for m in lines if m.key.rpartition(".")[2].startswith("d") and not m.head]
    lines = [m for m in lines if m not in ticks]
    by_key = {str(m.key): [_run(a, b) for a, b in pairwise(m.points)] for m in lines}
    joined = {str(m.key): _run(*m.points) for m in ticks}
    for key, way in joined.items():  # from other slices, into an arrow or a line that joins it
        name = key.rpartition(".")[0]
        own = [run for other, run in joined.items() if other != key and name in other]
        assert any(_meet(way, run) for run in (*by_key[name], *own))
        assert not [box for box in solid if _meet(way, box)]
        others = [run for other, runs in by_key.items() for run in runs if other != name]
        assert not [run for run in others if _meet(way, run)]
    # What comes from several channels ends in one line down.
    summed = [m for m in lines if m.key.startswith("gather.")][:-1]
    assert len({m.points[-1] for m in summed}) <= 1
    lines = [m for m in lines if m not in summed[1:]]
    # So does what comes from several slices of one panel: into the first line of its name.
    joining = [m for m in lines if not m.head and not m.key.startswith("gather.")]
    assert all(m.key.rpartition(".")[0] in {n.key for n in lines if m.points[-1] in n.points}
               for m in joining)  # fmt: skip
    lines = [m for m in lines if m not in joining]
    runs = [[_run(a, b) for a, b in pairwise(line.points)] for line in lines]
    assert not [one for run in runs for one in product(run, solid) if _meet(*one)]
    for one, other in combinations(runs, 2):
        assert not [pair for pair in product(one, other) if _meet(*pair)]


def _run(a: tuple[float, float], b: tuple[float, float]) -> Rect:
    """Return a run of a connector as a hair."""
    left, top = min(a[0], b[0]), min(a[1], b[1])
    return Rect(left - 0.1, top - 0.1, abs(a[0] - b[0]) + 0.2, abs(a[1] - b[1]) + 0.2)


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)], ids=str)
@pytest.mark.parametrize("step", [2, 29, 55])
def test_arrows_leave_the_slices_that_are_read_and_reach_the_one_that_is_written(size, step):
    asked = {"kernel_size": 2, "stride": 2, "in_channels": 2, "bias": [5]}
    look = {"width": size[0], "height": size[1], "channels": 1}
    (scene,) = scenes("collection", [step], look, **asked)
    lines = {m.key: m for m in scene.marks if isinstance(m, Connector)}
    at = tuple(n.item() for n in np.unravel_index(step, (4, 4, 4)))
    read = tuple(n // 2 for n in at)  # each element of the output has one source
    made, source = cells(scene, "output")[at].rect, cells(scene, "x.0")[read].rect
    products = {d: boxes(scene, "product.0")[d].rect for d in boxes(scene, "product.0")}
    assert products
    tip = lines["sum.0"].points[-1]
    top = cells(scene, "output")[at[0], 0, 0].rect
    assert top.x < tip[0] < cells(scene, "output")[at[0], 0, 3].rect.right
    assert tip[1] < top.y < tip[1] + 30
    feet = [m.points[0] for key, m in lines.items() if key.startswith("sum.0")]
    assert any(r.x < x < r.right and y > r.bottom for r in products.values() for x, y in feet)
    assert tip[0] == made.center[0] or tip[0] - top.x < 60  # right of the slice's name
    assert source.x < lines["stretch.0"].points[0][0] < source.right


SQUARE = {"width": 1080, "height": 1080}


def test_a_sign_that_begins_a_line_stands_close_before_its_heading():
    (scene,) = scenes("collection", [4], SQUARE, kernel_size=2, stride=2)
    sign = next(m for m in scene.marks if m.key == "stretched.0.sign").rect
    title = _box(labels(scene)["stretched.title"])
    assert 0 < title.x - sign.right < sign.w
    assert sign.y < title.center[1] < sign.bottom


@pytest.mark.parametrize("size", [2, 3])
def test_an_arrow_beside_a_heading_leads_on_to_the_slice_below_it(size):
    asked = {"kernel_size": 2, "stride": 2, "input_size": size}
    (scene,) = scenes("collection", [4], SQUARE, **asked)
    lines = {m.key: m for m in scene.marks if isinstance(m, Connector)}
    (met,) = {slice_of(scene, "stretched.0", b) for b in boxes(scene, "stretched.0").values()}
    row = [c.rect for at, c in cells(scene, "stretched.0").items() if at[:2] == (met, 0)]
    x, y = lines["stretch.0"].points[-1]
    assert row[0].x < x < row[-1].right
    assert y < row[0].y < y + 30
    words = [_box(label) for label in labels(scene).values()]
    assert is_clear(lines["stretch.0"].points, words)


@pytest.mark.parametrize(("size", "kernel", "padding", "step", "onto"), [
    *((size, 3, 1, step, False) for size in ((1280, 720), (1080, 1080)) for step in (0, 13)),
    ((1280, 720), 2, 0, 19, True),  # no connector is in the way, and only x[0] is read
])  # fmt: skip
def test_beside_connectors_x_leads_to_a_slice_that_is_read_or_onto_the_words_of_a_heading(
    size, kernel, padding, step, onto
):
    look = {"width": size[0], "height": size[1]}
    asked = {"input_size": 2, "kernel_size": kernel, "stride": 2, "padding": padding}
    (scene,) = scenes("collection", [step], look, in_channels=2 if padding else 1, **asked)
    lines = {m.key: m for m in scene.marks if isinstance(m, Connector)}
    assert {f"link.0.k{k}" for k in range(kernel)} <= {*lines}
    (x, y), title = lines["stretch.0"].points[-1], _box(labels(scene)["stretched.title"])
    read = {m.points[-1] for key, m in lines.items() if key.startswith("link.0")
            and m.ink == LIGHT.now}  # fmt: skip
    spans = [around([c.rect for at, c in cells(scene, "stretched.0").items() if at[0] == d])
             for d in range(5)]  # fmt: skip
    met = [s for s in spans if any(s.x < at < s.right for at, _ in read) and s.x < x < s.right]
    assert all(0 < s.y - y < 50 for s in met)
    assert met or (title.x + 20 < x < title.right - 20 and 0 < title.y - y < 9)
    assert bool(met) == onto


def test_what_is_summed_comes_from_all_slices_of_products():
    (scene,) = scenes("collection", [4], SQUARE, kernel_size=2, stride=2)
    lines = [m for m in scene.marks if isinstance(m, Connector) and m.key.startswith("sum.0")]
    assert [m.head for m in lines] == [True, False]
    starts = {at[0] for at, c in cells(scene, "product.0").items() for m in lines
              if c.rect.x < m.points[0][0] < c.rect.right + 1}  # fmt: skip
    assert starts == {0, 1}


@pytest.mark.parametrize("channels", [1, 2])
def test_a_plus_stands_between_slices_of_products_that_are_summed(channels):
    for view, signs in (("collection", 2 * channels), ("distribution", 0)):
        (scene,) = scenes(view, [2], SQUARE, in_channels=channels, **STRIDED)
        pluses = [m for m in labels(scene).values() if m.text == "+"]
        assert len(pluses) == signs
        for label in pluses:
            band, d = label.key.removesuffix(".sign").rsplit(".d", 1)
            left, right = (
                cells(scene, band)[at].rect for at in ((int(d) - 1, 1, 2), (int(d), 1, 0))
            )
            assert left.right < _box(label).x < _box(label).right < right.x
            assert label.at[1] == pytest.approx(left.center[1])


def test_what_leads_to_a_heading_comes_from_all_slices_that_are_read_and_none_that_is_cropped():
    (scene,) = scenes("distribution", [2], SQUARE, **STRIDED)
    for name, band, read in (("add.0", "product.0", {1, 2}), ("gather.0", "padded.0", {3})):
        feet = [m.points[0] for m in scene.marks
                if isinstance(m, Connector) and m.key.startswith(name)]  # fmt: skip
        found = cells(scene, band)
        spans = {d: around([found[at].rect for at in found if at[0] == d]) for d, *_ in found}
        assert {d for d, box in spans.items() for x, y in feet
                if box.x < x < box.right and 0 < y - box.bottom < 9} == read  # fmt: skip


def test_what_leads_to_the_output_comes_from_all_slices_that_are_kept():
    asked = {"kernel_size": 2, "stride": 2, "padding": 1, "input_size": 3, "in_channels": 1}
    (scene,) = scenes("distribution", [9], **asked)
    into = [m for m in scene.marks if isinstance(m, Connector) and m.key.startswith("gather.0")]
    heads = [m.head for m in into]
    assert heads.count(True) == 1
    drawn = cells(scene, "padded.0")
    kept = [(drawn[d, 0, 0].rect.x + drawn[d, 0, 5].rect.right) / 2 for d in range(1, 5)]
    down = [m.points[0][0] for m in into if m.points[0][0] == m.points[1][0]]
    assert sorted(down) == pytest.approx(kept)


def test_connectors_lead_from_each_slice_of_the_kernel_to_the_one_that_it_feeds():
    (scene,) = scenes("distribution", [7], **STRIDED)
    padded = cells(scene, "padded.0")
    links = {m.key: m for m in scene.marks if isinstance(m, Connector)}
    for k in range(3):
        x, y = links[f"link.0.k{k}"].points[-1]
        first, last = padded[2 + k, 0, 0].rect, padded[2 + k, 0, 4].rect
        assert first.x < x < last.right
        assert y < first.y
        assert (links[f"link.0.k{k}"].ink == LIGHT.now) == (k < 2)  # the third is cropped


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=6))
def test_routes_between_two_lines_never_cross(pairs):
    starts, ends = (sorted(20 * i + x for i, x in enumerate(sorted(side))) for side in
                    zip(*pairs, strict=True))  # fmt: skip
    lanes = [10.0 * (i + 1) for i in range(len(pairs))]
    found = routes([(x, 0.0) for x in starts], [(x + 7.0, 100.0) for x in ends], lanes)
    runs = [[_run(a, b) for a, b in pairwise(route)] for route in found]
    for one, other in combinations(runs, 2):
        assert not [pair for pair in product(one, other) if _meet(*pair)]


@pytest.mark.parametrize("name", theme.presets())
def test_glowing_names_can_be_read_in_every_theme(name):
    look = Look(theme.load(name))
    for view in VIEWS:
        scene = next(views.build(view, part(**STRIDED), look).moments([4]))[0]
        for label in labels(scene).values():
            assert contrast(label.ink, label.on) >= 4.5, label


def test_slices_too_small_for_their_numbers_become_tints_on_one_scale_with_one_legend():
    geometry = {"input_size": 5, "stride": 2}
    (scene,) = scenes("distribution", [124], **geometry)
    of = part(**geometry)
    heat = [m for m in scene.marks if isinstance(m, Heatmap) and m.key.startswith("output.d")]
    assert len(heat) == of.output_size[0] == 11
    assert [m.key for m in scene.marks if isinstance(m, Heatmap) and "legend" in m.key].count(
        "output.legend"
    ) == 1
    tints: dict[int, set[int]] = {}
    result = output(inputs.plan(dims=3, **geometry))
    for values, mark in zip(result, heat, strict=True):
        for value, index in zip(values.ravel().tolist(), mark.index, strict=True):
            tints.setdefault(value, set()).add(index)
    assert all(len(found) == 1 for found in tints.values())
    assert len({*map(min, tints.values())}) > 4
    assert shown(scene, "w.0").shape == (3, 3, 3)  # the small kernel keeps its numbers


def test_slices_that_do_not_fit_in_one_row_go_on_below():
    (scene,) = scenes("distribution", [0], kernel_size=(3, 1, 1), input_size=(9, 1, 1), stride=2)
    rows = {cell.rect.y for cell in cells(scene, "padded.0").values()}
    assert len(cells(scene, "padded.0")) == 19
    assert len(rows) == 2


def test_slices_go_on_below_on_an_upright_canvas_and_results_are_the_largest():
    (scene,) = scenes("distribution", [6], {"width": 1080, "height": 1920}, **STRIDED)
    padded = cells(scene, "padded.0")
    assert len({padded[d, 0, 0].rect.y for d in range(5)}) > 1
    sizes = {band: next(c.size for c in cells(scene, band).values() if c.text)
             for band in ("x.0", "w.0", "product.0", "padded.0", "output")}  # fmt: skip
    assert sizes["padded.0"] == sizes["output"]
    assert sizes["x.0"] == sizes["w.0"] == sizes["product.0"] <= 1.2 * sizes["output"]


def test_a_kernel_keeps_its_numbers_beside_a_result_of_many_more_cells():
    (scene,) = scenes("collection", [0], input_size=16, kernel_size=4)
    heat = {m.key.split(".")[0] for m in scene.marks if isinstance(m, Heatmap)}
    assert heat == {"x", "stretched", "output"}
    assert shown(scene, "w.0").shape == shown(scene, "product.0").shape == (4, 4, 4)


def test_a_single_cell_is_written_as_large_as_can_be_in_any_arrangement():
    for view in VIEWS:
        (scene,) = scenes(view, [0], look={"legend": False}, kernel_size=1, input_size=1)
        assert {m.size for m in scene.marks if isinstance(m, Cell) and m.text} == {40.0}


def test_channels_that_are_not_drawn_are_named_in_the_sum():
    (scene,) = scenes("distribution", [0], in_channels=6, bias=[3])
    said = {m.text for m in labels(scene).values()}
    assert {"sum of 6 channels", "channel 0 of x drawn", "plus bias 3", "channel 0"} <= said
    assert not cells(scene, "x.1")


def test_groups_draw_only_the_channels_of_their_group():
    of = parts.part(inputs.plan(in_channels=4, out_channels=4, groups=2, kernel_size=2, dims=3)
                    .make(), 3)  # fmt: skip
    view = views.build("collection", of, Look(LIGHT, channels=2))
    said = [m.text for m in labels(view.overview()).values()]
    assert {"channel 2", "channel 3"} <= {*said}
    assert "group 1 (of\u00a00–1): inputs 2–3" in " ".join(said)


def test_the_sentences_say_depth_rows_and_columns():
    (spread,) = scenes("distribution", [3], **STRIDED)
    assert spread.sentence == (
        "x[0,1,1] = −4 adds −4·w to depth 0–2, rows 2–4, columns 2–4 of the padded result. "
        "19 of 27 products fall in the border; windows overlap: "
        "depth 1, row 3, column 2 of the padded result: 2 + 8 = 10"
    )
    (gathered,) = scenes("collection", [13], **STRIDED)
    assert gathered.sentence.startswith(
        "y[1,1,1] gathers depth 1–3, rows 1–3, columns 1–3 of the stretched, padded input: "
        "7·(−3) + "
    )


def test_the_header_has_a_formula_for_each_axis_where_they_differ():
    (scene,) = scenes("distribution", [0], stride=(1, 2, 3))
    said = [labels(scene)[f"formula.{i}"].text for i in range(3)]
    assert [words.split()[0] for words in said] == ["depth", "rows", "columns"]
    assert said[2].endswith("= 6")


def test_the_frame_of_a_tap_glides_along_the_row_and_on_into_the_next_slice():
    drawn = scenes("distribution", [0, 1, 3, 4])
    frames = [boxes(scene, "padded.0") for scene in drawn]
    places = cells(drawn[0], "padded.0")
    for k in range(3):
        assert all(frame[k].moves for frame in frames)
        at = [(frame[k].rect.x, frame[k].rect.y) for frame in frames]
        corners = [(k, 0, 0), (k, 0, 1), (k, 1, 1), (k + 1, 0, 0)]
        assert at == [(places[c].rect.x, places[c].rect.y) for c in corners]


def test_names_in_place_of_numbers_are_refused():
    with pytest.raises(RequestError, match="symbols is asked for with dims 3; allowed: with dims"):
        tcviz.figure(dims=3, symbols=True)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_figures_in_three_dimensions_are_files(tmp_path, view, suffix):
    target = tmp_path / f"picture{suffix}"
    tcviz.figure(kernel_size=(2, 2, 2), view=view, step=2, crop=True).save(target)
    assert target.stat().st_size > 2000


LARGE = [(1280, 720), (1080, 1080), (1080, 1920)]
CANVASES = [*LARGE, (640, 360), (1600, 900), (900, 1200)]
LEADS = {
    "distribution": [("take",), ("add", "link"), ("gather", "crop")],
    "collection": [("stretch",), ("flip",), ("sum", "gather")],
}
"""What leads from panel to panel in each view, in one of several ways."""


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("geometry", SHAPES, ids=str)
@pytest.mark.parametrize("size", LARGE, ids=str)
def test_arrows_lead_from_panel_to_panel_wherever_they_stand(view, geometry, size):
    look = {"width": size[0], "height": size[1]}
    (scene,) = scenes(view, [3 % part_steps(view, {"dims": 3} | geometry)], look, **geometry)
    found = {m.key.split(".")[0] for m in scene.marks if isinstance(m, Connector)}
    shown = any(str(m.key).startswith("output.") for m in scene.marks)  # or else repeated elsewhere
    assert [ways for ways in LEADS[view][: 2 + shown] if not found & {*ways}] == []
    signs = {m.key: m for m in scene.marks if m.key.endswith(".sign")}
    wanted = ["w.0", "product.0"] if view == "distribution" else ["stretched.0", "product.0"]
    assert [key for key in wanted if f"{key}.sign" not in signs] == []


def test_an_arrow_between_two_panels_glows_only_beside_what_is_lit() -> None:
    asked = {"dims": 3, "input_size": 2, "kernel_size": 2, "stride": 2, "in_channels": 2}
    now, glowing = theme.load("light").now, 0
    drawn = tcviz.animate(view="distribution", **asked).drawn
    for scene, _ in drawn.moments(range(drawn.steps)):
        frames = [m.rect for m in scene.marks if isinstance(m, Box) and m.key.startswith("now.")]
        cells = [m.rect for m in scene.marks if isinstance(m, Cell) and m.key.startswith("padded.")]
        left = min(cell.x for cell in cells)
        for m in scene.marks:
            if isinstance(m, Connector) and m.key.startswith("add.") and m.ink == now:
                y, glowing = m.points[-1][1], glowing + 1
                assert any(f.y < y < f.bottom and f.x - left < f.w + 1 for f in frames)
            if isinstance(m, Connector) and m.key.startswith("take.") and m.ink == now:
                x, y = m.points[0]  # beside the cell, or below it
                assert any(f.y < y < f.bottom or (f.x < x < f.right and y > f.y) for f in frames)
    assert 0 < glowing < 2 * drawn.steps


@pytest.mark.parametrize("size", LARGE, ids=str)
@pytest.mark.parametrize(
    ("geometry", "name"),
    [
        ({"input_size": 3, "padding": 1}, "sum.0"),
        ({"in_channels": 2, "kernel_size": 2}, "gather.out"),
    ],
    ids=str,
)
def test_an_arrow_that_glows_into_the_output_ends_at_the_slice_that_is_written(
    geometry: dict[str, Any], name: str, size: tuple[int, int]
) -> None:
    look, glowing = {"width": size[0], "height": size[1]}, 0
    for scene in scenes("collection", look=look, **geometry):
        (way,) = (m for m in scene.marks if isinstance(m, Connector) and m.key == name)
        ((frame,), (x, y)) = boxes(scene, "output").values(), way.points[-1]
        written = slice_of(scene, "output", frame)
        part = around([c.rect for at, c in cells(scene, "output").items() if at[0] == written])
        if way.ink == LIGHT.now:
            glowing += 1
            assert part.x < x < part.right or abs(y - frame.rect.center[1]) < 6
        assert [told for rule in RULES for told in rule(picture(scene, 1.0))] == []
    assert glowing > 9  # not only where it is the slice beside it


@st.composite
def requests(draw: st.DrawFn) -> tuple[tuple[str, Any], ...]:
    """Return the keyword arguments of a picture in three dimensions, hashable."""
    side = st.integers(1, 3)
    sides = st.tuples(side, side, side) | side.map(lambda n: (n, n, n))
    inputs, kernel, stride = draw(sides), draw(sides), draw(sides)
    groups = draw(st.sampled_from([1, 1, 2]))
    dilation = draw(st.just((1, 1, 1)) | sides)
    padded = [(x - 1) * s + d * (k - 1)
              for x, k, s, d in zip(inputs, kernel, stride, dilation, strict=True)]  # fmt: skip
    some = all(max(s, d) > 1 for s, d in zip(stride, dilation, strict=True))
    outputs = groups * draw(st.sampled_from([1, 2]))
    asked: dict[str, Any] = {
        "dims": 3,
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": draw(st.integers(0, min(1, *(n // 2 for n in padded)))),
        "output_padding": draw(st.sampled_from([0, 0, int(some)])),
        "input_size": inputs,
        "groups": groups,
        "in_channels": groups * draw(st.integers(1, 4)),
        "out_channels": outputs,
        "bias": draw(st.sampled_from([None, [5] * outputs, [-22] * outputs])),
        "size": draw(st.sampled_from(CANVASES)),
        "channels": draw(st.sampled_from([None, None, 1, 4])),
        "magnitude": draw(st.sampled_from([None, None, None, 0.01, 1000.0])),
    }
    return tuple(asked.items())


@pytest.mark.parametrize("view", VIEWS)
@seed(3)
@settings(REPEATED, max_examples=20)
@given(request=requests())
def test_in_no_picture_does_anything_meet_anything(view: str, request: Any) -> None:
    assert [found for p in pictures(view, request, (0, 11)) for found in broken(p)] == []


def test_slices_that_all_lead_straight_down_to_their_own_are_drawn() -> None:
    asked = {"kernel_size": (2, 2, 1), "stride": 2, "input_size": 2, "in_channels": 4, "bias": [1]}
    weight = 1000 * np.random.default_rng(1).normal(size=(4, 1, 2, 2, 1))
    shown = tcviz.animate(dims=3, size=(640, 360), weight=weight, **asked).drawn
    assert len([*shown.moments([0, shown.steps - 1])]) == 2
