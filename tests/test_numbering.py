"""Row and column numbers: at their cells, the same in every step, and never instead of digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tcviz.api import animate, figure
from tcviz.boards.chrome import MARGIN
from tcviz.errors import TooSmallError
from tcviz.picture import solver
from tcviz.picture.arrangement import equation
from tcviz.picture.fitting import Room
from tcviz.picture.layout import Layout
from tcviz.picture.links import SHAFT
from tcviz.picture.numbering import AMPLE, NUMBERED, SPOKEN
from tcviz.picture.panels import Panel
from tcviz.picture.solver import solve
from tcviz.scene.crop import bounds
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Rect, Scene
from tcviz.scene.shades import READABLE, contrast
from tcviz.scene.theme import load, presets
from tcviz.views import collection, gathered
from tests.test_layout import RULES, meet, picture, written
from tests.test_views import by_key

LAYER = {"stride": 2, "padding": 1}
WIDE = {"distribution": "padded", "collection": "stretched", "convolution": "padded",
        "grad-input": "padded"}  # fmt: skip
"""What a view's sentences count in besides input and output."""
SPREAD = pytest.mark.parametrize("view", ["distribution", "collection"])
SHAPES = ((1280, 720), (1080, 1080), (1080, 1920), (640, 360))
NUMBER = re.compile(r"(?P<panel>.+)\.(?P<axis>row|column)\.(?P<at>\d+)")


@cache
def scenes(view: str, size: tuple[int, int] = (1280, 720), dims: int = 2,
           **asked: Any) -> tuple[Scene, ...]:  # fmt: skip
    """Return every step's scene."""
    made = animate(view=view, size=size, dims=dims, **(asked or LAYER))
    return tuple(scene for scene, _ in made.drawn.moments(range(made.drawn.steps)))


def numbers(scene: Scene) -> Iterator[tuple[Label, str, str, int]]:
    """Yield every number with its panel, its axis, and which row or column it is of."""
    for mark in scene.marks:
        found = NUMBER.fullmatch(str(mark.key))
        if found and isinstance(mark, Label):
            yield mark, found["panel"], found["axis"], int(found["at"])


def numbered(scene: Scene) -> set[str]:
    return {panel for _, panel, _, _ in numbers(scene)}


def off(scene: Scene) -> list[str]:
    """Return the numbers that say anything else than the row or column that they are beside."""
    marks, wrong = by_key(scene), []
    for label, panel, axis, at in numbers(scene):
        rect = marks[f"{panel}[{at},0]" if axis == "row" else f"{panel}[0,{at}]"].rect
        box = written(label)
        level = label.at[1] if axis == "row" else label.at[0]
        apart = rect.x - box.right if axis == "row" else rect.y - box.bottom
        beside = abs(level - rect.center[axis == "row"]) < 0.51 and 3 < apart < 7
        if label.text != str(at) or not beside:
            wrong.append(f"{label.key} {label.text!r} at {label.at}, {apart:.1f} from {rect}")
    return wrong


# --- which grids have them, and where -----------------------------------------


@pytest.mark.parametrize(("size", "asked"), [
    ((1280, 720), LAYER),
    ((1080, 1080), LAYER | {"input_size": 16}),
    ((960, 540), {"stride": 2, "input_size": 4}),
])  # fmt: skip
def test_sums_are_numbered_as_the_output_is_where_nothing_gets_smaller(
    size: tuple[int, int], asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked | {"view": "collection", "size": size, "in_channels": 2}
    first = next(animate(**asked).drawn.moments([7]))[0]
    told = [(panel, axis, at) for _, panel, axis, at in numbers(first)]
    assert [(a, at) for of, a, at in told if of == "result.0"] == [
        (a, at) for of, a, at in told if of == "output"
    ]
    assert ("result.0", "row", 0) in told
    made = gathered.summed
    bare = lambda *a: [replace(panel, renumbered=False) for panel in made(*a)]  # noqa: E731
    monkeypatch.setattr(collection, "summed", bare)
    plain = by_key(next(animate(**asked).drawn.moments([7]))[0])
    drawn = [m for m in first.marks if isinstance(m, Cell | Heatmap)]
    sides = {m.key: m.rect[2:] for m in drawn}
    assert sides == {key: plain[key].rect[2:] for key in sides}


@pytest.mark.parametrize("view", WIDE)
def test_grids_that_sentences_speak_of_are_numbered_beside_their_rows_and_columns(
    view: str,
) -> None:
    scene = scenes(view)[3]
    assert {"x.0", f"{WIDE[view]}.0", "output"} <= numbered(scene)
    others = {name.split(".")[0] for name in numbered(scene)} - {"result"}
    assert others == {"x", WIDE[view], "output"}
    assert off(scene) == []


def test_digits_that_are_small_already_give_way_as_far_to_numbers_as_others() -> None:
    asked = {"kernel_size": 3, "stride": 2, "input_size": 3, "output_padding": 1}
    scene = next(animate(view="collection", **asked).drawn.moments([3]))[0]
    assert "stretched.0" in numbered(scene)
    assert min(mark.size for mark in scene.marks if isinstance(mark, Cell)) >= 9.0


@pytest.mark.parametrize(
    ("view", "panels"),
    [
        ("grad-weight", {"x.0", "x.1", "dy", "dw.0", "dw.1"}),
        ("grad-bias", {"x.0"}),
        ("overlap", {"x", "counts", "output"}),
    ],
)
def test_other_views_are_numbered_where_sentences_speak_of_them(
    view: str, panels: set[str]
) -> None:
    for scene in scenes(view)[3:5]:
        assert numbered(scene) == panels
        assert off(scene) == []


@SPREAD
def test_depth_slices_have_columns_numbered_above_each_and_rows_left_of_the_first(
    view: str,
) -> None:
    scene = scenes(view, dims=3)[3]
    assert {name.split(".")[0] for name in numbered(scene)} == {"x", WIDE[view], "output"}
    assert off(scene) == []
    rows = {panel for _, panel, axis, _ in numbers(scene) if axis == "row"}
    assert rows == {"x.0.d0", f"{WIDE[view]}.0.d0", "output.d0"}


@SPREAD
def test_in_one_dimension_the_input_has_its_own_numbers(view: str) -> None:
    scene = scenes(view, dims=1)[2]
    marks = by_key(scene)
    for panel in ("x.0", "output"):
        cells = [marks[f"{panel}[0,{i}]"].rect for i in range(4)]
        labels = [marks[f"{panel}.column.{i}"] for i in range(4)]
        assert [label.text for label in labels] == [*"0123"]
        assert [label.at[0] for label in labels] == pytest.approx([r.center[0] for r in cells])
    assert marks["x.0.column.1"].at[1] < marks["x.0[0,1]"].rect.y
    wide = f"{WIDE[view]}.{0 if view == 'collection' else 1}"
    label, cell = marks[f"{wide}.column.2"], marks[f"{wide}[0,2]"].rect
    assert label.at[0] == pytest.approx(cell.center[0])
    assert min(abs(label.at[1] - edge) for edge in (cell.y, cell.bottom)) < 10


@pytest.mark.parametrize(("cells", "every"), [(4, 1), (18, 1), (36, 2), (60, 5)])
def test_small_cells_have_every_second_or_fifth_number(cells: int, every: int) -> None:
    asked = {"input_size": cells, "kernel_size": 1, "in_channels": 1}
    made = animate(view="distribution", **asked)
    scene = next(made.drawn.moments([1]))[0]
    found = [(of, at) for _, panel, of, at in numbers(scene) if panel == "x.0"]
    rows, columns = ([at for of, at in found if of == axis] for axis in ("row", "column"))
    assert rows == columns == [*range(0, cells, every)]


def test_numbers_beside_a_matrix_take_room_of_its_gutters_and_hang_in_the_margin() -> None:
    asked = {"stride": 2, "padding": 1, "in_channels": 2, "step": 9}
    (scene,) = figure(view="matrix", **asked).scenes()
    assert numbered(scene) == {"matrix", "x.vector", "y.vector", "output", "x.0", "x.1"}
    rows = [m for m in scene.marks if isinstance(m, Label) and m.key.startswith("x.0.row")]
    assert min(bounds([m]).x for m in rows) < MARGIN
    arrows = [m.points for m in scene.marks if isinstance(m, Connector)]
    assert min(abs(points[-1][0] - points[-2][0]) for points in arrows) > SHAFT - 1


@pytest.mark.parametrize(("size", "view", "asked", "panels"), [
    ((1280, 720), "distribution", {"input_size": 18, "padding": 1, "output_padding": 1},
     {"x.0", "padded.0", "output"}),
    ((1080, 1080), "distribution", {"input_size": 16, "padding": 1, "in_channels": 1},
     {"x.0", "padded.0"}),
    ((640, 360), "collection", {"input_size": 32, "kernel_size": 5},
     {"x.0", "stretched.0", "output"}),
    ((640, 360), "matrix", {"input_size": 5, "in_channels": 1}, {"matrix", "output", "x.0"}),
    ((1080, 1080), "collection", {"input_size": 18, "padding": 1, "output_padding": 1},
     {"x.0", "stretched.0", "result.0", "output"}),
    ((640, 360), "distribution", {"input_size": 22, "padding": 1}, {"x.0", "padded.0", "output"}),
    ((640, 360), "collection", {"input_size": 64, "in_channels": 1},
     {"x.0", "stretched.0", "output"}),
    ((1600, 400), "matrix", {"input_size": 18, "in_channels": 2}, {"matrix", "output"}),
    ((400, 300), "convolution", {"input_size": 64, "in_channels": 1}, {"x.0", "output"}),
    ((400, 300), "grad-weight", {"padding": 1}, {"x.0", "dy", "dw.0"}),
])  # fmt: skip
def test_more_gives_way_where_nothing_else_tells_which_row_a_sentence_means(
    size: tuple[int, int], view: str, asked: dict[str, Any], panels: set[str]
) -> None:
    made = animate(view=view, size=size, stride=2, **asked)
    scene = next(made.drawn.moments([2]))[0]
    assert panels <= numbered(scene)


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (800, 600)])
@SPREAD
def test_strips_of_every_channel_have_numbers_where_these_cost_no_digits(
    view: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = LAYER | {"view": view, "size": size, "dims": 1, "in_channels": 2}
    scene = next(animate(**asked).drawn.moments([2]))[0]
    assert {"x.0", "x.1", f"{WIDE[view]}.0", f"{WIDE[view]}.1", "output"} <= numbered(scene)
    solver._solved.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(solver, "repeated", lambda found, _: found)
        plain = by_key(next(animate(**asked).drawn.moments([2]))[0])
    solver._solved.cache_clear()
    assert {m.key: m.size for m in scene.marks if isinstance(m, Cell) and m.text} == pytest.approx(
        {m.key: m.size for m in plain.values() if isinstance(m, Cell) and m.text}
    )


# --- what they must not do ----------------------------------------------------


@pytest.mark.parametrize(("by", "asked"), [
    ("column", {"kernel_size": 4, "stride": 2, "padding": 1, "input_size": 4, "in_channels": 1}),
    ("column", {"stride": 2, "input_size": 5, "in_channels": 1}),
    ("row", {"kernel_size": 2, "stride": 2, "input_size": 4, "in_channels": 3}),
    ("row", {"kernel_size": 2, "stride": 2, "input_size": 4, "in_channels": 3,
             "size": (1080, 1080)}),
])  # fmt: skip
def test_the_output_that_a_matrix_makes_is_numbered_though_others_are(
    by: str, asked: dict[str, Any]
) -> None:
    scene = next(animate(view="matrix", by=by, **asked).drawn.moments([2]))[0]
    assert "output" in numbered(scene)


@pytest.mark.parametrize("dims", [1, 2, 3])
@SPREAD
def test_numbers_stay_where_they_are_in_all_steps(view: str, dims: int) -> None:
    seen = {tuple(label for label, *_ in numbers(scene)) for scene in scenes(view, dims=dims)}
    assert len(seen) == 1
    assert len(*seen) > 9


def frames(scene: Scene) -> list[Rect]:
    """Return the boxes of all frames, with half their lines outside."""
    found = (m for m in scene.marks if isinstance(m, Box) and m.line)
    return [Rect(m.rect.x - m.width / 2, m.rect.y - m.width / 2, m.rect.w + m.width,
                 m.rect.h + m.width) for m in found]  # fmt: skip


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("size", SHAPES)
@SPREAD
def test_numbers_meet_nothing_on_canvases_of_any_shape(
    view: str, size: tuple[int, int], dims: int
) -> None:
    shown = scenes(view, size, dims)
    for scene in (shown[0], shown[len(shown) // 2]):
        drawn = picture(scene, scene.width / size[0])
        assert [told for rule in RULES for told in rule(drawn)] == []
        met = [str(n.key) for n, *_ in numbers(scene) for box in frames(scene)
               if meet(written(n), box)]  # fmt: skip
        assert met == []


@pytest.mark.parametrize("preset", presets())
def test_numbers_are_muted_and_readable_in_every_theme(preset: str) -> None:
    made = animate(theme=preset, **LAYER)
    scene = next(made.drawn.moments([2]))[0]
    inks = {(label.ink, label.on) for label, *_ in numbers(scene)}
    assert inks == {(load(preset).muted, load(preset).background)}
    assert contrast(*inks.pop()) >= READABLE == 4.5
    cells = [m.rect for m in scene.marks if isinstance(m, Cell)]
    assert not [n.key for n, *_ in numbers(scene) if any(meet(written(n), r) for r in cells)]


# --- digits before numbers ----------------------------------------------------

BODY = Rect(40, 96, 1200, 540)


def laid_out(room: Rect, *panels: Panel, hang: float = 0.0) -> Layout:
    options = [*equation(panels, 2)]
    return solve(options, Room(room, 1.0, 9.5, 1.0, hang))


@pytest.mark.parametrize("size", [(1200, 540), (1200, 300), (600, 540), (420, 240), (500, 170)])
@pytest.mark.parametrize("em", [0.65, 1.9])
def test_numbers_make_no_digits_notably_smaller(size: tuple[int, int], em: float) -> None:
    plain = [Panel(key, (n, n), em, key, "", gap=40.0) for key, n in zip("abc", (3, 7, 5),
             strict=True)]  # fmt: skip
    room = Rect(40, 96, *size)
    try:
        without = laid_out(room, *plain)
    except TooSmallError:
        pytest.fail("a canvas that is too small tells nothing")
    counted = laid_out(room, *(replace(panel, numbered=True) for panel in plain))
    for place, spot in without.spots.items():
        now = counted.spots[place]
        assert now.left > 0
        if spot.heat:
            assert now.cell_width >= SPOKEN * spot.cell_width
        else:
            assert now.text >= min(AMPLE, NUMBERED * spot.text) - 1e-9


def test_numbers_are_left_out_where_digits_have_no_room_to_give() -> None:
    panel = Panel("a", (7, 7), 0.65, "a", "", numbered=True)
    ample, scant = laid_out(BODY, panel), laid_out(Rect(40, 96, 92, 48 + 92), panel)
    assert (ample.spots["a", 0].left > 0, scant.spots["a", 0].left) == (True, 0)


def test_where_not_all_panels_have_room_for_numbers_some_have_them() -> None:
    few, many = (Panel(key, (n, n), 0.65, key, "", numbered=True, gap=40.0)
                 for key, n in (("few", 2), ("many", 9)))  # fmt: skip
    found = [laid_out(Rect(40, 96, 200, high), few, many) for high in range(120, 200, 5)]
    told = {tuple(layout.spots[key, 0].left > 0 for key in ("few", "many")) for layout in found}
    assert {(True, True), (False, True)} <= told


def test_numbers_left_of_all_hang_in_the_margin_as_far_as_it_goes() -> None:
    panel = Panel("a", (5, 30), 1.6, "a", "", numbered=True)
    hung, held = (laid_out(Rect(40, 96, 1200, 800), panel, hang=h).spots["a", 0] for h in (30, 0))
    assert hung.x - hung.left < 40 <= held.x - held.left
    assert hung.x - hung.left >= 40 - 30
