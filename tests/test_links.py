"""Links: arrows leave what is read, and end at the row of what is written, in every step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise, product
from math import dist
from typing import Any

import pytest

from tcviz.api import animate, figure
from tcviz.picture.links import is_clear, out_of
from tcviz.render.areas import HEAD_LENGTH
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Rect, Scene
from tcviz.scene.shades import lightness
from tcviz.scene.theme import load, presets
from tests.test_layout import RULES, around, meet, picture, runs
from tests.test_legend import named

NOW = load("light").now


@cache
def scenes(view: str, **asked: Any) -> tuple[Scene, ...]:
    drawn = animate(view=view, **asked).drawn
    return tuple(scene for scene, _ in drawn.moments(range(drawn.steps)))


def still(**asked: Any) -> Scene:
    (scene,) = figure(**asked).scenes()
    return scene


def lines(scene: Scene) -> dict[str, Connector]:
    return {str(m.key): m for m in scene.marks if isinstance(m, Connector)}


def frame(scene: Scene, key: str) -> Rect:
    """Return the box of the frames of what is lit of a panel."""
    return around([m.rect for m in scene.marks if isinstance(m, Box) and m.moves
                   and (m.key == key or m.key.startswith(f"{key}."))])  # fmt: skip


def panel(scene: Scene, key: str) -> Rect:
    return around([m.rect for m in scene.marks if isinstance(m, Cell | Heatmap)
                   and m.key.split("[")[0] == key])  # fmt: skip


def kept(scene: Scene) -> Iterator[bool]:
    """Yield whether all rules are."""
    yield from (not told for rule in RULES for told in rule(picture(scene, 1.0)))


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("collection", {"stride": 2, "padding": 1, "in_channels": 1, "bias": (5,)}),
        ("collection", {"stride": 2, "padding": 1, "in_channels": 2}),
        ("collection", {"kernel_size": 4, "stride": 2, "padding": 1, "input_size": 4,
                        "in_channels": 2, "channels": 1}),
        ("distribution", {"kernel_size": 2, "stride": 2, "in_channels": 1, "bias": (5,)}),
        ("distribution", {"stride": 2, "padding": 1, "in_channels": 2, "input_size": 4}),
        ("distribution", {"stride": 2, "in_channels": 3, "input_size": 2}),
    ],
)  # fmt: skip
def test_what_leads_to_the_output_ends_at_the_row_that_is_written(
    view: str, asked: dict[str, Any]
) -> None:
    for scene in scenes(view, **asked):
        found = lines(scene)
        last = found.get("gather.out") or found.get("gather.0") or found["sum.0"]
        if last.ink != NOW:  # nothing of the window is kept: nothing is written
            continue
        x, y = last.points[-1]
        written = frame(scene, "now.output")
        assert x < panel(scene, "output").x
        assert y == pytest.approx(written.center[1], abs=5.0)
        assert [*kept(scene)] == []


def test_the_ring_that_sums_stands_still_while_arrows_follow_the_rows() -> None:
    shown = scenes("distribution", stride=2, padding=1, in_channels=2, input_size=4)
    rings = {m.rect for scene in shown for m in scene.marks if m.key == "gather.node"}
    tips = {lines(scene)["gather.out"].points[-1][1] for scene in shown}
    assert (len(rings), len(tips) > 2) == (1, True)


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (640, 360)])
@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("distribution", {"stride": 2, "padding": 1, "bias": (-4,)}),
        ("collection", {"dilation": 2, "padding": 2, "channels": 1, "bias": (3,)}),
        ("convolution", {"padding": 1, "input_size": 5, "in_channels": 5, "bias": (-120,)}),
    ],
)
def test_words_beside_a_sum_do_not_read_on_to_a_number_of_a_row(
    view: str, asked: dict[str, Any], size: tuple[int, int]
) -> None:
    scene = still(view=view, step=6, size=size, **{"in_channels": 2, "input_size": 4} | asked)
    (words,) = (m for m in scene.marks if isinstance(m, Label) and m.key == "gather.added")
    rows = [extent(m) for m in scene.marks if str(m.key).startswith("output.row.")]
    x, y, wide, high = extent(words)
    level = [row.x for row in rows if y < row.bottom and row.y < y + high]
    assert words.text.startswith("bias ")
    assert all(x + wide + words.size <= left + 1e-6 for left in level)
    assert [*kept(scene)] == []


def test_an_arrow_out_of_a_ring_turns_only_where_it_has_room() -> None:
    ring = Rect(0, 0, 20, 20)
    assert out_of(ring, (60, 10), 50, alone=False)[-1] == (60, 50)
    assert out_of(ring, (30, 10), 50, alone=False) == ((22, 10), (30, 10))
    assert out_of(ring, (30, 10), 50, alone=True) == ((10, 22), (10, 50), (30, 50))
    assert is_clear(out_of(ring, (60, 10), -30, alone=False), [ring])


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_in_one_dimension_it_ends_above_the_elements_that_are_written(
    view: str, channels: int
) -> None:
    asked = {"dims": 1, "kernel_size": 4, "stride": 2, "padding": 1, "output_padding": 1}
    met = 0
    for scene in scenes(view, in_channels=channels, **asked):
        found = lines(scene)
        last = found.get("gather.out") or found.get("gather.0") or found["sum.0"]
        if last.ink == NOW:
            written, (x, y), met = frame(scene, "now.output"), last.points[-1], met + 1
            assert (x, y < written.y) == (pytest.approx(written.center[0]), True)
    assert met > 2


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("collection", {}),
        ("collection", {"stride": 2, "padding": 1}),
        ("collection", {"stride": 2, "padding": 1, "output_padding": 1, "in_channels": 1}),
        ("collection", {"kernel_size": 2, "stride": 3, "padding": 2, "input_size": 4}),
        ("convolution", {"padding": 1}),
        ("grad-input", {"stride": 2, "padding": 1}),
    ],
)
def test_an_arrow_leads_from_the_rows_of_x_that_are_read_to_where_they_stand(
    view: str, asked: dict[str, Any]
) -> None:
    wide = "stretched" if view == "collection" else "padded"
    for scene in scenes(view, **asked):
        ways = {key: way for key, way in lines(scene).items() if key.startswith("stretch.")}
        lit = {c for c in range(2) if f"now.x.{c}" in {str(m.key) for m in scene.marks}}
        assert {*ways} == {f"stretch.{c}" for c in lit}
        for c in lit:
            rows = [m.rect for m in scene.marks if isinstance(m, Cell) and m.style.bold
                    and str(m.key).startswith(f"{wide}.{c}[")]  # fmt: skip
            there = min(r.y for r in rows), max(r.bottom for r in rows)
            (_, y), *_, (_, tip) = ways[f"stretch.{c}"].points
            assert y == pytest.approx(frame(scene, f"now.x.{c}").center[1])
            assert tip == pytest.approx(sum(there) / 2, abs=5.0)
        assert [*kept(scene)] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"kernel_size": 3, "dilation": 2, "input_size": 4, "size": (1080, 1080)},
        {"kernel_size": 3, "dilation": 2, "input_size": 4, "size": (1080, 1080), "in_channels": 3},
        {"dims": 3, "kernel_size": 2, "input_size": 2, "view": "distribution"},
        {"dims": 3, "kernel_size": 2, "input_size": 2, "size": (1920, 1080)},
    ],
    ids=str,
)
def test_the_way_of_each_channel_into_a_line_down_to_their_sum_is_seen(
    asked: dict[str, Any],
) -> None:
    scene = still(step=5, **{"view": "collection", "in_channels": 2, **asked})
    ways = [way for key, way in lines(scene).items() if key[:-1] == "gather." and key[-1].isdigit()]
    assert len(ways) > 1
    assert all(way.points[1][0] - way.points[0][0] > 15 for way in ways)
    assert [*kept(scene)] == []


UPRIGHT = {"stride": 2, "padding": 1, "input_size": 4, "step": 6, "size": (1080, 1920)}


@pytest.mark.parametrize("channels", [2, 3])
def test_ways_around_to_another_line_run_far_apart_where_there_is_room(channels: int) -> None:
    scene = still(in_channels=channels, channels=channels, **UPRIGHT)
    found = lines(scene)
    for one, other in pairwise(found[f"add.{c}"].points for c in range(channels)):
        turns = zip((*one[2], one[3][0]), (*other[2], other[3][0]), strict=True)
        assert min(abs(a - b) for a, b in turns) > 15
    assert [*kept(scene)] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"kernel_size": 2, "stride": 3, "output_padding": 2, "in_channels": 2, "step": 5},
        {"view": "grad-input", "stride": 2, "padding": 1, "input_size": 4, "step": 6},
        {"in_channels": 2, **UPRIGHT},
        {"in_channels": 3, "channels": 3, **UPRIGHT},
    ],
    ids=str,
)
def test_behind_the_head_of_an_arrow_that_turns_a_shaft_is_seen(asked: dict[str, Any]) -> None:
    scene = still(**asked)
    turning = [way for way in lines(scene).values() if way.head and len(way.points) > 2]
    assert turning
    for way in turning:
        assert dist(*way.points[-2:]) > HEAD_LENGTH + 2
    assert [*kept(scene)] == []


def test_on_a_line_below_others_what_is_shared_has_its_heading_above_it() -> None:
    for size, near in (((1080, 1920), True), ((1280, 720), False)):
        scene = still(in_channels=2, **{**UPRIGHT, "size": size})
        words = {str(m.key): m.at[1] for m in scene.marks if isinstance(m, Label)}
        gap = panel(scene, "output").y - words["output.size"]
        assert (gap < 60, words["output.size"] == words["padded.size"]) == (near, not near)
        assert [*kept(scene)] == []


# --- channels that are summed, but not drawn -------------------------------------


def summed_too(scene: Scene) -> set[tuple[str, tuple[float, float]]]:
    """Return what is said of channels that are added, and where, beside sums and arrows."""
    return {(m.text, m.at) for m in scene.marks if isinstance(m, Label) and "+ ch" in m.text}


NARROW = {"stride": 1, "padding": 2, "dilation": 2, "input_size": 4, "size": (640, 360)}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"dims": 1}, "+ channels 3–5"),
        ({"dims": 1, "view": "collection"}, "+ channels 3–5"),
        ({"dims": 2}, "Σ: + channels 2–5, not drawn"),
        ({"dims": 2, "view": "collection", "theme": "print"}, "Σ: + channels 2–5, not drawn"),
        ({"dims": 2, "size": (1080, 1920)}, "Σ: + channels 3–5, not drawn"),
        (
            {"dims": 2, "view": "convolution", "in_channels": 3, "channels": 2},
            "Σ: + channel 2, not drawn",
        ),
        ({"dims": 2, "in_channels": 2, "view": "collection", **NARROW}, "+ channel 1"),
        ({"dims": 2, **NARROW}, "+ ch. 1–5"),
        ({"dims": 3}, "+ channels 1–5"),
        ({"dims": 3, "size": (1080, 1080), "view": "collection"}, "+ channels 3–5"),
        ({"dims": 3, "in_channels": 2, "channels": 1, "size": (1080, 1080)}, "+ channel 1"),
        (
            {"dims": 3, "view": "collection", "kernel_size": 2, "padding": 0, "channels": 1},
            "+ channels 1–5, not drawn",
        ),
        ({"dims": 3, "view": "collection", "in_channels": 2, "size": (640, 360)}, "+ channel 1"),
        (
            {
                "dims": 3,
                "view": "collection",
                "in_channels": 2,
                "channels": 1,
                "kernel_size": 2,
                "padding": 0,
                "size": (1080, 1080),
            },
            "Σ: + channel 1, not drawn",
        ),
        ({"dims": 3, "in_channels": 2, "input_size": 6}, "+ channel 1"),
    ],
    ids=str,
)
def test_it_is_said_and_stays_in_its_place_that_others_are_summed_than_are_drawn(
    asked: dict[str, Any], told: str
) -> None:
    asked = {"stride": 2, "padding": 1, "in_channels": 6} | asked
    places = set()
    for step in (1, 2, 3, 5) if asked["dims"] == 2 else (1, 2, 3):
        scene = still(step=step, **asked)
        found = summed_too(scene)
        assert {words for words, _ in found} == {told}
        places.update(at for _, at in found)
        assert [*kept(scene)] == []
    assert asked["dims"] == 3 or len(places) == 1


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1080, 1080)])
def test_what_is_summed_without_being_drawn_leads_into_the_ring_alone_from_there(
    size: tuple[int, int],
) -> None:
    for step in (1, 5, 9):
        scene = still(stride=2, channels=1, step=step, size=size)
        words, ring, way, first = (
            next(m for m in scene.marks if m.key == f"gather.{name}")
            for name in ("more", "node", "more.way", "0")
        )
        (x, start), (_, end) = way.points
        assert x == pytest.approx(extent(ring).center[0])
        assert extent(words).bottom < start < end < extent(ring).y
        (_, level), *_, (_, last) = first.points
        assert level == last == pytest.approx(extent(ring).center[1])


def test_the_sign_of_a_sum_is_clear_of_its_products_and_of_its_arrow_in_a_narrow_gutter() -> None:
    scene = still(view="collection", in_channels=2, step=10, **NARROW)
    (sign,) = (extent(m) for m in scene.marks if m.key == "sum.0.sign")
    assert sign.x - panel(scene, "product.0").right > 2
    assert lines(scene)["sum.0"].points[1][0] - sign.right > 2


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
def test_at_its_beginning_an_arrow_down_to_a_slice_has_room_for_all_of_its_words(
    size: tuple[int, int],
) -> None:
    asked = {"view": "collection", "dims": 3, "in_channels": 2, "channels": 1, "input_size": 2}
    scene = still(step=10, stride=2, padding=1, size=size, **asked)
    assert {words for words, _ in summed_too(scene)} == {"Σ: + channel 1, not drawn"}
    assert [*kept(scene)] == []


def test_what_is_cropped_and_summed_with_others_says_so_on_every_arrow() -> None:
    scene = still(dims=3, in_channels=2, stride=2, padding=1, step=3)
    arrows = [m for m in scene.marks if isinstance(m, Connector) and m.key.startswith("crop.d")]
    assert len(summed_too(scene)) == len(arrows) == 3


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_nothing_is_said_of_others_where_all_are_drawn(dims: int) -> None:
    scene = still(dims=dims, in_channels=2, channels=2, stride=2, padding=1, size=(1080, 1080))
    assert not summed_too(scene)


# --- arrows past others ---------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_an_arrow_leads_from_x_to_the_element_past_dy(channels: int) -> None:
    for step in (1, 5, 8):
        scene = still(view="grad-weight", kernel_size=2, stride=2, in_channels=channels, step=step)
        for c in range(channels):
            way = lines(scene)[f"take.{c}"]
            lit, element = frame(scene, f"now.x.{c}"), panel(scene, f"element.{c}")
            (x, y), (end, tip) = way.points[0], way.points[-1]
            assert (y, end) == pytest.approx((lit.center[1], element.center[0]))
            assert x > panel(scene, f"x.{c}").right
            heights, dy = [b for _, b in way.points], panel(scene, "dy")
            if channels > 1 and c == 0:  # it would lead through the others' rows below
                assert 0 < element.y - tip < 10
                assert min(heights) < dy.y
            else:
                assert 0 < tip - element.bottom < 10
                assert max(heights) > dy.bottom
        assert [*kept(scene)] == []


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1600, 700)])
@pytest.mark.parametrize("asked", [{"stride": 2, "padding": 1}, {"input_size": 2}], ids=str)
def test_of_two_channels_each_way_past_dy_stays_in_its_half_of_the_picture(
    asked: dict[str, Any], size: tuple[int, int]
) -> None:
    scene = still(view="grad-weight", in_channels=2, step=3, size=size, **asked)
    words = [extent(m) for m in scene.marks if isinstance(m, Label)]
    middle = panel(scene, "dy").center[1]
    for c in (0, 1):
        points = lines(scene)[f"take.{c}"].points
        assert is_clear(points, words, 3)
        assert all((y < middle) == (c == 0) for _, y in points)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1920, 1080)])
@pytest.mark.parametrize("channels", [2, 3])
def test_arrows_past_dy_have_lanes_of_their_own(channels: int, size: tuple[int, int]) -> None:
    asked = {"stride": 2, "padding": 1, "in_channels": channels, "channels": channels}
    scene = still(view="grad-weight", step=4, size=size, **asked)
    ways = [way for key, way in lines(scene).items() if key.startswith("take.")]
    for one, other in combinations(ways, 2):
        near = [Rect(r.x - 2, r.y - 2, r.w + 4, r.h + 4) for _, r in runs(one)]
        assert not [pair for pair in product(near, [r for _, r in runs(other)]) if meet(*pair)]
    assert len(ways) == channels or size[0] < 1280
    assert [*kept(scene)] == []


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1600, 700)])
@pytest.mark.parametrize("asked", [
    {"in_channels": 2, "input_size": 4, "stride": 2, "padding": 1}, {"in_channels": 3},
    {"in_channels": 2, "input_size": 2, "kernel_size": 2},
], ids=str)  # fmt: skip
def test_arrows_past_dy_keep_clear_of_the_cells_of_other_channels(
    asked: dict[str, Any], size: tuple[int, int]
) -> None:
    scene = still(view="grad-weight", step=2, size=size, **asked)
    for c in range(asked["in_channels"] - 1):
        own = {f"{key}.{c}" for key in ("x", "window", "element", "product")}
        cells = [m.rect for m in scene.marks if isinstance(m, Cell) and m.key.panel not in own
                 and m.key.panel != "dy"]  # fmt: skip
        assert is_clear(lines(scene)[f"take.{c}"].points, cells, 10)


@pytest.mark.parametrize("step", [1, 20, 36])
@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (640, 360)])
def test_an_arrow_past_the_first_counts_ends_before_the_others(
    size: tuple[int, int], step: int
) -> None:
    scene = still(view="overlap", stride=2, compare=4, input_size=6, step=step, size=size)
    for key, ends in (("count", "counts"), ("recount", "other")):
        way, box = lines(scene)[key], panel(scene, ends)
        assert way.points[-1][0] < box.x
        assert is_clear(way.points, [box])


@pytest.mark.parametrize("channels", [1, 2])
def test_on_another_line_an_arrow_leads_from_products_to_what_they_are_added_to(
    channels: int,
) -> None:
    scene = still(view="grad-weight", in_channels=channels, step=9, size=(1080, 1920))
    marks = {str(m.key): m for m in scene.marks}
    for c in range(channels):
        products, before = (panel(scene, f"{key}.{c}") for key in ("product", "before"))
        assert products.bottom < before.y
        (x, y), (end, tip) = (lines(scene)[f"add.{c}"].points[i] for i in (0, -1))
        assert (x > products.right, products.y < y < products.bottom) == (True, True)
        assert (end < before.x, before.y < tip < before.bottom) == (True, True)
        sign = extent(marks[f"add.{c}.sign"])  # it stands in the equation: + before = gradient
        assert (marks[f"add.{c}.sign"].text, f"before.{c}.sign" in marks) == ("+", False)
        assert end < sign.x < sign.right < before.x
        assert sign.center[1] == pytest.approx(before.center[1], abs=1.0)
    assert [*kept(scene)] == []


@pytest.mark.parametrize(("preset", "size", "own"), [
    ("light", (1080, 1920), True), ("dark", (1080, 1920), True),
    ("print", (1080, 1920), False),  # greys tell no channels apart
    ("light", (1280, 720), False),  # no line there runs beside another channel's
])  # fmt: skip
def test_arrows_of_several_channels_to_another_line_have_their_colours(
    preset: str, size: tuple[int, int], own: bool
) -> None:
    theme, layer = load(preset), {"stride": 2, "padding": 1, "in_channels": 2}
    drawn = lines(still(view="distribution", step=5, theme=preset, size=size, **layer))
    inks = [drawn[f"add.{c}"].ink for c in range(2)]
    assert inks == ([theme.channel(c).line for c in range(2)] if own else [theme.now] * 2)


def test_elements_that_were_used_look_so() -> None:
    scene = still(view="grad-weight", kernel_size=2, stride=2, in_channels=1, step=5)
    fills = {m.key.at: m.style.fill for m in scene.marks
             if isinstance(m, Cell) and str(m.key).startswith("x.0[")}  # fmt: skip
    done, known = load("light").channel(0).fill, load("light").background
    used = [fills[i, j] for i, j in ((0, 0), (0, 1), (0, 2), (1, 0))]
    assert used == [done] * 4
    assert {fills[i, j] for i, j in ((1, 2), (2, 0), (2, 2))} == {known}
    assert "done" in named(scene)


def test_two_maps_have_equal_cells_level_tops_and_an_arrow_each() -> None:
    scene = still(view="overlap", kernel_size=4, stride=3, compare=6)
    one, other, x = (panel(scene, key) for key in ("counts", "other", "x"))
    assert one.y == other.y
    assert (one.w / 10, one.h / 10) == pytest.approx((other.w / 12, other.h / 12))
    for key, to in (("count.0", one), ("recount.0", other)):
        found = next(m for k, m in lines(scene).items() if k in (key, key.removesuffix(".0")))
        (start, y), (end, tip) = found.points[0], found.points[-1]
        assert start > x.right
        assert x.y < y < x.bottom
        assert end < to.x
        assert to.y < tip < to.bottom
    assert [*kept(scene)] == []


def test_counts_and_sums_of_weights_have_equal_cells() -> None:
    scene = still(view="overlap", stride=2, input_size=4)
    one, other = (panel(scene, key) for key in ("counts", "output"))
    assert (one.y, one.w, one.h) == (other.y, other.w, other.h)


# --- what roles look like ---------------------------------------------------------


@pytest.mark.parametrize("dims", [1, 2])
def test_no_sum_of_a_bias_s_gradient_looks_like_what_is_not_read_yet(dims: int) -> None:
    theme = load("light")
    for scene in scenes("grad-bias", dims=dims, stride=2)[1:-1]:
        of = {name: [m.style.fill for m in scene.marks if isinstance(m, Cell) and m.text
                     and not m.style.blank and str(m.key).startswith(name)]
              for name in ("x.0", "before", "sums")}  # fmt: skip
        assert theme.background in of["x.0"]
        assert theme.background not in [*of["before"], *of["sums"]]
        assert "partial sum" not in named(scene)


@pytest.mark.parametrize("preset", presets())
def test_the_frame_of_output_padding_is_seen_over_the_lines_of_cells(preset: str) -> None:
    scene = still(kernel_size=2, stride=3, output_padding=1, in_channels=1, theme=preset)
    marks = {str(m.key): m for m in scene.marks}
    for name in ("rows", "cols"):
        box, bare = (marks[f"output_padding.{name}{of}"] for of in ("", ".bare"))
        assert (box.dash, bare.dash, box.rect) == (True, False, bare.rect)
        assert box.width == bare.width > 2
        assert abs(lightness(box.line) - lightness(bare.line)) > 30


# --- legends where a line has no room ------------------------------------------


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_in_three_dimensions_a_legend_stands_in_a_free_corner(view: str) -> None:
    asked = {"dims": 3, "kernel_size": 2, "stride": 1, "input_size": 3, "in_channels": 1}
    shown = scenes(view, **asked)
    for scene in (shown[0], shown[len(shown) // 2 + 1], shown[-1]):
        assert {"reading", "writing", "sum done"} <= {*named(scene)}
        words = [m for m in scene.marks if isinstance(m, Label) and m.key.startswith("legend.")]
        assert max(m.at[1] for m in words) < 640
        assert [*kept(scene)] == []
    first, *others = ([m for m in s.marks if m.key.startswith("legend.")] for s in shown)
    assert all(first == other for other in others)


def test_lines_of_a_legend_do_not_meet() -> None:
    asked = {"kernel_size": 4, "stride": 2, "padding": 1, "input_size": 24, "in_channels": 1}
    scene = still(view="distribution", size=(640, 360), step=250, **asked)
    rows = sorted({m.rect.y: m.rect for m in scene.marks
                   if isinstance(m, Cell) and m.key.startswith("legend.")}.items())  # fmt: skip
    assert len(rows) > 1
    assert all(upper.bottom < lower.y for (_, upper), (_, lower) in pairwise(rows))


# --- tints that fill the canvas --------------------------------------------------

FULL = {"kernel_size": 5, "stride": 2, "padding": 2, "input_size": 20, "in_channels": 1}


def test_where_tints_fill_the_canvas_they_are_numbered_and_a_legend_has_room() -> None:
    scene = still(step=90, **FULL)
    of = {str(m.key) for m in scene.marks if isinstance(m, Label)}
    assert {"padded.0.row.8", "padded.0.column.18", "x.0.row.4", "x.0.column.9"} <= of
    assert {"reading", "writing"} <= {*named(scene)}
    assert panel(scene, "padded.0").w > panel(scene, "x.0").w
    assert [*kept(scene)] == []


@pytest.mark.parametrize("step", [1, 90, 400])
def test_a_lens_has_the_frame_and_the_numbers_of_its_window(step: int) -> None:
    scene = still(step=step, **FULL)
    at, marks = divmod(step - 1, 20), {str(m.key): m for m in scene.marks}
    window = frame(scene, "now.padded.lens.0")
    assert window == panel(scene, "padded.lens.0")
    for axis, name in enumerate(("row", "column")):
        labels = [marks[f"padded.lens.0.{name}.{i}.now"] for i in range(5)]
        assert [m.text for m in labels] == [str(2 * at[axis] + k) for k in range(5)]
        cells = [marks[f"padded.lens.0[{i},{i}]"].rect.center[1 - axis] for i in range(5)]
        assert [m.at[1 - axis] for m in labels] == pytest.approx(cells)


@pytest.mark.parametrize(
    ("size", "stride"), [((420, 300), 1), ((480, 360), 2), ((640, 360), 1)], ids=str
)
def test_nothing_reads_on_in_words_of_channels_that_are_not_drawn(
    size: tuple[int, int], stride: int
) -> None:
    asked: dict[str, Any] = {"input_size": (4, 3), "kernel_size": (2, 3), "channels": 1}
    padding = 0 if stride == 1 else 1, 1
    scene = still(view="collection", stride=stride, padding=padding, step=3, size=size, **asked)
    words = {str(m.key): extent(m) for m in scene.marks if isinstance(m, Label)}
    x, y, wide, high = words.pop("gather.more")
    around = Rect(x - 7, y, wide + 14, high)
    assert [key for key, each in words.items() if around.meets(each)] == []
