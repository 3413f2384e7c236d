"""The legend: it names the roles of cells that occur in the steps, and costs no digits."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tcviz.api import Figure, animate, figure
from tcviz.boards import legend
from tcviz.layer.parts import part
from tcviz.look.look import Look
from tcviz.request.inputs import plan
from tcviz.scene.marks import Box, Cell, Heatmap, Label, Rect, Scene
from tcviz.scene.shades import lightness
from tcviz.scene.theme import load, presets
from tcviz.views.collection import CollectionView
from tcviz.views.distribution import DistributionView
from tests.test_layout import RULES, picture

BASE = ["reading", "writing", "sum done"]
OVERLAP = ["reading", "reached now", "already counted"]
MATRIX = [*BASE[:2], "done"]
LOST = "writing, cropped"
LAYER = {"stride": 2, "padding": 1}
SHAPES = ((1280, 720), (1080, 1080), (1080, 1920), (640, 360))
SPREAD = pytest.mark.parametrize("view", ["distribution", "collection"])


def named(scene: Scene) -> list[str]:
    return [m.text for m in scene.marks if isinstance(m, Label) and m.key.startswith("legend.")]


def swatches(scene: Scene) -> dict[str, Cell]:
    """Return the last cell of each role, which looks as in the result."""
    of = {m.key.split("[")[0]: m for m in scene.marks
          if isinstance(m, Cell) and m.key.startswith("legend.")}  # fmt: skip
    cells = [*of.values()]
    return dict(zip(named(scene), cells, strict=True))


@cache
def still(view: str, **asked: Any) -> Figure:
    return figure(view=view, step=1, **asked)


def scene(view: str, **asked: Any) -> Scene:
    return next(still(view, **asked).scenes())


@pytest.mark.parametrize(
    ("view", "asked", "words"),
    [
        ("distribution", LAYER, [*BASE[:2], LOST, "partial sum", "sum done", "border: cropped"]),
        ("distribution", {"kernel_size": 2, "stride": 2}, BASE),
        ("distribution", {"kernel_size": 2, "stride": 3}, [*BASE, "nothing reaches it"]),
        ("distribution", LAYER | {"output_padding": 1, "in_channels": 1},
         [*BASE[:2], LOST, "partial sum", "sum done", "border: cropped", "output_padding"]),
        ("collection", LAYER, [*BASE, "inserted zero"]),
        ("collection", LAYER | {"dims": 1}, [*BASE, "inserted zero"]),
        ("collection", LAYER | {"dims": 3}, [*BASE, "inserted zero"]),
        ("collection", {}, [*BASE, "zero around"]),
        ("collection", {"dims": 1}, [*BASE, "zero around"]),
        ("collection", {"stride": 2, "input_size": 1}, [*BASE, "zero around"]),
        ("collection", {"stride": (1, 2)}, [*BASE, "inserted zero"]),
        ("collection", {"kernel_size": 1, "padding": 1, "input_size": 4, "in_channels": 1},
         [*BASE, "border: cropped"]),
        ("convolution", {"padding": 1}, [*BASE, "padding"]),
        ("convolution", {}, BASE),
        ("grad-input", LAYER, [*BASE, "padding"]),
        ("grad-weight", LAYER,
         [*BASE[:2], "partial sum", "done", "zero: cropped from y"]),
        ("grad-weight", {"dims": 1}, [*BASE[:2], "partial sum", "done"]),
        ("grad-bias", LAYER, [*BASE[:2], "already added"]),
        ("grad-bias", LAYER | {"dims": 1, "output_padding": 1},
         [*BASE[:2], "already added", "output_padding"]),
        ("overlap", LAYER, OVERLAP),
        ("overlap", {"stride": 2, "compare": 4}, OVERLAP),
        ("overlap", LAYER | {"size": (640, 360), "input_size": 6}, OVERLAP),
        ("overlap", LAYER | {"dims": 1}, [*OVERLAP, "border: cropped"]),
        ("overlap", {"kernel_size": 1, "stride": 3, "output_padding": 1, "dims": 1},
         [*OVERLAP, "nothing reaches it", "output_padding"]),
        ("overlap", LAYER | {"output_padding": 1}, [*OVERLAP, "output_padding"]),
        ("matrix", LAYER, [*MATRIX, "filled-in zero: no tap", "w row 0, 1, 2"]),
        ("matrix", {"by": "column"} | LAYER,
         [*BASE[:2], "partial sum", "done", "filled-in zero: no tap", "w row 0, 1, 2"]),
        ("matrix", {"kernel_size": 2, "stride": 3, "dims": 1},
         [*MATRIX, "filled-in zero: no tap", "nothing reaches it", "w tap 0, 1"]),
        ("matrix", {"kernel_size": 6, "dims": 1}, [*MATRIX, "filled-in zero: no tap"]),
        ("matrix", {"kernel_size": 1, "in_channels": 1, "input_size": 1}, MATRIX),
    ],
)  # fmt: skip
def test_a_legend_names_the_roles_that_occur(
    view: str, asked: dict[str, Any], words: list[str]
) -> None:
    assert named(scene(view, **asked)) == words


@pytest.mark.parametrize("made", [DistributionView, CollectionView])
@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize(
    "asked",
    [
        {"kernel_size": 1, "stride": 3, "output_padding": 2},
        {"kernel_size": 3, "stride": 1, "padding": 2, "input_size": 1 + 4},
        {"kernel_size": 2, "stride": 4, "output_padding": 3, "input_size": 2},
        {"kernel_size": 4, "dilation": 2, "stride": 3, "padding": 1, "input_size": 2},
        {"kernel_size": 5, "stride": 2, "input_size": 1},
    ],
)
def test_it_names_what_occurs_in_any_step_though_it_looks_at_few(
    made: Any, dims: int, asked: dict[str, int]
) -> None:
    view = made(part(plan(dims=dims, in_channels=1, **asked).make()), Look(load("light")))
    every = {m.key for m in view._board.legend(view.shown(range(view.steps)), view.roles)}
    assert {m.key for m in view._legend} == every != set()


def test_no_partial_sum_is_named_where_all_are_being_written() -> None:
    steps = figure(dims=1, stride=2, steps="all").scenes()
    assert {tuple(named(seen)) for seen in steps} == {tuple(BASE)}


@pytest.mark.parametrize("view", ["distribution", "collection", "grad-input", "grad-weight"])
@pytest.mark.parametrize("dims", [1, 2])
def test_reading_is_named_where_what_is_read_has_tints(view: str, dims: int) -> None:
    seen = scene(view, dims=dims, stride=2, input_size={1: 80, 2: 20}[dims])
    assert any(isinstance(m, Heatmap) for m in seen.marks)
    assert named(seen)[0] == "reading"


def test_zeros_between_what_is_read_are_named_where_this_has_tints() -> None:
    seen = scene("collection", stride=2, input_size=24)
    assert named(seen) == ["reading", "writing", "inserted zero"]


@pytest.mark.parametrize("preset", ["light", "print"])
@pytest.mark.parametrize(("view", "roles"), [("distribution", 7), ("grad-weight", 6),
                                             ("grad-bias", 4)])  # fmt: skip
def test_it_shows_roles_as_the_panels_do(view: str, roles: int, preset: str) -> None:
    made = animate(view=view, theme=preset, output_padding=1, in_channels=1, **LAYER)
    scenes = [s for moment in made.drawn.moments(range(made.drawn.steps)) for s in moment]
    shown = swatches(scenes[0])
    cells = {m.style for s in scenes for m in s.marks
             if isinstance(m, Cell) and not m.key.startswith("legend.")}  # fmt: skip
    looks = {(style.fill, style.dash, style.hatch, style.bold) for style in cells}
    hatched = {(style.line, style.hatch) for style in cells if style.hatch}
    for words, cell in shown.items():
        style = cell.style
        assert (style.fill, style.dash, style.hatch, style.bold) in looks, words
        assert not style.hatch or (style.line, style.hatch) in hatched
    assert len({cell.style for cell in shown.values()}) == len(shown) == roles


@SPREAD
def test_a_role_has_a_swatch_in_the_colours_of_each_panel_that_shows_it(view: str) -> None:
    seen, theme = scene(view, in_channels=2, **LAYER), load("light")
    made = {theme.channel(0).fill, theme.channel(1).fill, theme.output_fill}
    place = named(seen).index("sum done")
    assert {m.style.fill for m in seen.marks
            if isinstance(m, Cell) and m.key.startswith(f"legend.{place}[")} == made  # fmt: skip


def test_the_frame_around_the_output_is_closed_over_the_dashes_of_output_padding() -> None:
    asked = {"stride": 3, "dilation": 2, "padding": 1, "output_padding": 2, "in_channels": 1}
    boxes = {str(m.key): m for m in scene("distribution", **asked).marks if isinstance(m, Box)}
    order, frame = [*boxes], boxes["padded.0.inner"]
    dashes = [key for key in order if key.startswith("output_padding.")]
    assert max(map(order.index, dashes)) < order.index(str(frame.key))
    for key in dashes:
        assert (boxes[key].rect.right, boxes[key].rect.bottom) == pytest.approx(
            (frame.rect.right, frame.rect.bottom)
        )


@pytest.mark.parametrize("preset", presets())
def test_rows_of_a_kernel_have_a_swatch_each_in_their_colours(preset: str) -> None:
    seen = scene("matrix", theme=preset, **LAYER)
    place = named(seen).index("w row 0, 1, 2")
    shown = [m.style.fill for m in seen.marks
             if isinstance(m, Cell) and m.key.startswith(f"legend.{place}[")]  # fmt: skip
    assert shown == [load(preset).row(row).fill for row in range(3)]


@pytest.mark.parametrize("preset", presets())
def test_rows_of_a_kernel_have_the_tints_of_a_matrix_without_numbers(preset: str) -> None:
    asked = {"input_size": 6, "in_channels": 1, "theme": preset, **LAYER}
    seen = next(figure(view="matrix", step=1, **asked).scenes())
    (matrix,) = (m for m in seen.marks if isinstance(m, Heatmap) and m.key.startswith("matrix"))
    cells = [m for m in seen.marks if isinstance(m, Cell)]
    rows = {m.key[: m.key.index(",")]: m.style.fill for m in cells if m.key.startswith("w.0[")}
    place = named(seen).index("w row 0, 1, 2")
    shown = [m.style.fill for m in cells if m.key.startswith(f"legend.{place}[")]
    assert shown == [*rows.values()] == [*matrix.colours[1:4]]


@pytest.mark.parametrize("preset", presets())
def test_no_two_swatches_are_alike(preset: str) -> None:
    asked = {"kernel_size": 2, "stride": 3, "output_padding": 1, "in_channels": 1}
    shown = swatches(scene("collection", theme=preset, **asked))
    assert {"inserted zero", "nothing reaches it"} < set(shown)
    assert len({cell.style for cell in shown.values()}) == len(shown)


UNREACHED = {"kernel_size": 1, "stride": 3, "output_padding": 1, "in_channels": 1}
TINTED = {"stride": 2, "output_padding": 1, "in_channels": 1}


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("distribution", UNREACHED),
        ("distribution", UNREACHED | {"dims": 1}),
        ("distribution", UNREACHED | {"dims": 3}),
        ("collection", UNREACHED),
        ("distribution", TINTED | {"input_size": 30}),
        ("distribution", TINTED | {"input_size": 200, "dims": 1}),
        ("collection", TINTED | {"input_size": 30}),
        ("overlap", TINTED | {"input_size": 30}),
        ("matrix", TINTED | {"input_size": 14}),
        ("distribution", LAYER | {"output_padding": 1}),
        ("distribution", TINTED | {"output_padding": 0, "input_size": 30}),
        ("grad-weight", TINTED | {"input_size": 30}),
    ],
)
@pytest.mark.parametrize("preset", ["light", "print"])
def test_a_frame_of_output_padding_has_a_swatch_where_it_is_drawn(
    view: str, asked: dict[str, Any], preset: str
) -> None:
    seen, theme = scene(view, theme=preset, **asked), load(preset)
    drawn = any(m.key.startswith("output_padding.") for m in seen.marks if isinstance(m, Box))
    styles = [m.style for m in seen.marks if isinstance(m, Cell) and m.key.startswith("legend.")]
    framed = [style for style in styles if style.dash and style.line == theme.output]
    assert len(framed) == drawn
    assert not drawn or "output_padding" in named(seen)


@pytest.mark.parametrize("preset", presets())
def test_a_border_is_told_from_what_is_not_there_yet(preset: str) -> None:
    cell = swatches(scene("distribution", theme=preset, **LAYER))["border: cropped"]
    assert cell.style.dash
    assert abs(lightness(cell.style.fill) - lightness(load(preset).background)) >= 3


@pytest.mark.parametrize("dims", [1, 2, 3])
@SPREAD
def test_it_is_the_same_in_all_steps(view: str, dims: int) -> None:
    drawn = animate(view=view, dims=dims, **LAYER).drawn
    seen = {tuple(m for m in s.marks if m.key.startswith("legend."))
            for moment in drawn.moments(range(drawn.steps)) for s in moment}  # fmt: skip
    assert len(seen) == 1
    assert len(*seen) >= 2 * 4


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("size", SHAPES)
@SPREAD
def test_it_costs_no_digits_and_meets_nothing(view: str, size: tuple[int, int], dims: int) -> None:
    asked = LAYER | {"size": size, "dims": dims}
    texts = []
    for wanted in (True, False):
        made = animate(view=view, legend=wanted, **asked)
        shown = next(made.drawn.moments([1]))[0]
        assert [told for rule in RULES for told in rule(picture(shown, made.look.pixel))] == []
        texts.append({str(m.key): m.size for m in shown.marks
                      if isinstance(m, Cell) and not m.key.startswith("legend.")})  # fmt: skip
    assert texts[0] == pytest.approx(texts[1])


def test_it_is_left_out_where_nobody_wants_it() -> None:
    assert named(scene("distribution", legend=False, **LAYER)) == []
    assert named(scene("distribution", crop=True, **LAYER)) == []


def test_it_is_left_out_where_it_has_no_room() -> None:
    look, found = Look(load("light")), legend.entries("zero")
    tints, rooms = (
        dict.fromkeys(found, (look.theme.result,)),
        [Rect(0, 0, w, 20) for w in (1000, 700)],
    )
    ample, scant = (tuple(legend.marks(look, tints, room)) for room in rooms)
    assert [m.text for m in ample if isinstance(m, Label)] == [entry.words for entry in found]
    assert scant == ()


def test_what_is_written_and_cropped_is_left_out_before_all_is() -> None:
    look = Look(load("light"))
    tints = dict.fromkeys(legend.entries("zero"), (look.theme.result,))
    words = [{m.text for m in legend.marks(look, tints, Rect(0, 0, w, 20)) if isinstance(m, Label)}
             for w in (1000, 900)]  # fmt: skip
    assert words[0] - words[1] == {LOST}


@pytest.mark.parametrize("preset", presets())
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_what_is_written_and_cropped_looks_otherwise_than_what_is_read(
    dims: int, preset: str
) -> None:
    shown = swatches(scene("distribution", dims=dims, theme=preset, **LAYER))
    lost, read, kept = (shown[name].style for name in (LOST, *BASE[:2]))
    assert lost.dash
    assert len({lost.fill, read.fill, kept.fill}) == 3
