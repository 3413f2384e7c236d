"""Strips on canvases of any shape: names beside or above them, one step's products or all."""

from __future__ import annotations

from typing import Any

import pytest

from tcviz.api import figure
from tcviz.errors import TooSmallError
from tcviz.picture.aligned import aligned
from tcviz.picture.fitting import Room
from tcviz.picture.layout import Layout
from tcviz.picture.solver import solve
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.marks import Cell, Label, Rect, Scene
from tests.test_layout import RULES, Picture, picture
from tests.test_views import by_key

VIEWS = ("distribution", "collection", "convolution", "grad-input", "grad-weight", "grad-bias",
         "overlap", "input", "kernel")  # fmt: skip
SHAPES = ((1280, 720), (1080, 1920), (640, 360), (400, 300), (1600, 400), (390, 700))
SMALLEST = 9.5


def laid_out(variants: list[Variant], width: float, height: float) -> Layout:
    room = Room(Rect(0.0, 0.0, width, height), 1.0, SMALLEST, 1.0)
    return solve([*aligned(variants, 1)], room)


def strip(key: str, cols: int, **more: Any) -> Strip:
    return Strip(key, (1, cols), 1.0, key, str(cols), **more)


def digits(scene: Scene, size: tuple[int, int]) -> float:
    """Return the size of the smallest digit in pixels."""
    texts = [m for m in scene.marks if isinstance(m, Cell) and m.text]
    return (
        min(m.size for m in texts if not m.key.startswith(("channels", "legend")))
        * size[0]
        / scene.width
    )


# --- the node -----------------------------------------------------------------


def test_cells_of_one_coordinate_have_one_column_whichever_strip_they_are_of() -> None:
    found = laid_out([Variant([strip("a", 9), strip("b", 4, start=1, every=2)])], 800, 300)
    a, b = found.spots["a", 0], found.spots["b", 0]
    assert a.cell_width == b.cell_width
    assert b.x == pytest.approx(a.x + a.cell_width)
    assert a.y + a.cell_height <= b.y


def test_names_stand_above_strips_only_where_that_makes_text_larger() -> None:
    strips = [strip("a rather long name", 9), strip("another name", 9)]
    labels = {
        size: laid_out([Variant(strips)], *size).columns for size in ((1200, 150), (300, 900))
    }
    assert [c.labels for c in labels.values() if c] == ["beside", "above"]


def test_names_and_signs_stand_beside_strips_whose_digits_are_large_all_the_same() -> None:
    scene = drawn("convolution", (1280, 720)).scene
    title, cell = by_key(scene)["w.0.title"], by_key(scene)["w.0[0,0]"]
    assert isinstance(title, Label)
    assert isinstance(cell, Cell)
    assert cell.rect.y < title.at[1] < cell.rect.bottom
    assert digits(scene, (1280, 720)) > 30


def test_a_variant_that_shows_less_is_taken_where_text_of_all_is_hard_to_read() -> None:
    rows = [strip(f"s{i}", 5) for i in range(9)]
    variants = [Variant(rows), Variant(rows[:3], 0.8, ROOMY)]
    shown = {high: len(laid_out(variants, 900, high).panels) for high in (800, 220)}
    assert shown == {800: 9, 220: 3}


def test_pieces_of_a_strip_stand_below_each_other_where_there_is_no_room_beside() -> None:
    pieces = tuple(Strip(key, (1, 3), 1.0, f"name of {key}", "") for key in "pqr")
    strips = [strip("a", 5), Strip("step", (1, 0), 0.0, "step", "", pieces=pieces)]
    wide, narrow = (laid_out([Variant(strips)], *size) for size in ((1200, 200), (260, 600)))
    assert len({wide.spots[key, 0].y for key in "pqr"}) == 1
    assert len({narrow.spots[key, 0].y for key in "pqr"}) == 3


def test_strips_without_room_are_refused_where_no_tints_are_allowed() -> None:
    room = Room(Rect(0.0, 0.0, 300.0, 200.0), 1.0, SMALLEST, 1.0)
    options = [*aligned([Variant([strip("a", 90)])], 1)]
    assert solve(options, room).heat == 1
    with pytest.raises(TooSmallError):
        solve(options, room, tints=False)


# --- pictures -----------------------------------------------------------------


def drawn(view: str, size: tuple[int, int]) -> Picture:
    asked = {} if view in ("input", "kernel", "convolution") else {"stride": 2, "padding": 1}
    made = figure(view=view, dims=1, step=1, size=size, **asked)
    (scene,) = made.scenes()
    return picture(scene, made.look.pixel)


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_fits_every_shape_and_nothing_meets_anything(
    view: str, size: tuple[int, int]
) -> None:
    found = drawn(view, size)
    assert [told for rule in RULES for told in rule(found)] == []


def test_upright_canvases_have_names_above_larger_digits() -> None:
    size = 1080, 1920
    scene = drawn("distribution", size).scene
    title, cell = by_key(scene)["x.0.title"], by_key(scene)["x.0[0,0]"]
    assert isinstance(title, Label)
    assert isinstance(cell, Cell)
    assert title.at[1] < cell.rect.y
    assert digits(scene, size) > 30
    assert digits(drawn("collection", size).scene, size) > 30


def test_the_default_long_multiplication_shows_all_products_in_digits_of_16_pixels() -> None:
    scene = drawn("distribution", (1280, 720)).scene
    assert {f"product{i}.{c}[0,0]" for i in range(4) for c in range(2)} <= set(by_key(scene))
    assert digits(scene, (1280, 720)) > 16


@pytest.mark.parametrize("size", [(390, 700), (400, 300)])
@pytest.mark.parametrize("view", ["collection", "input"])
def test_names_are_never_tints(view: str, size: tuple[int, int]) -> None:
    made = figure(view=view, dims=1, stride=2, input_size=9, in_channels=1, symbols=True, size=size)
    try:
        (scene,) = made.scenes()
    except TooSmallError:
        return
    assert any(isinstance(m, Cell) and m.text.startswith("x") for m in scene.marks)


def test_no_channel_is_left_out_for_larger_digits() -> None:
    made = figure(view="grad-input", dims=1, input_size=4, kernel_size=4, stride=4, dilation=3,
                  padding=0, output_padding=2, out_channels=2, step=2)  # fmt: skip
    (scene,) = made.scenes()
    assert {"w.0[0,0]", "w.1[0,0]"} <= set(by_key(scene))


@pytest.mark.parametrize(
    ("view", "step", "elements"),
    [("collection", 33, "y[32]"), ("distribution", 33, "y[64–66]"), ("distribution", 1, "y[0–2]")],
)
def test_a_lens_by_itself_tells_its_elements_and_keeps_off_the_legend(
    view: str, step: int, elements: str
) -> None:
    asked = {"dims": 1, "stride": 2, "input_size": 50, "in_channels": 2, "step": step}
    (scene,) = figure(view=view, **asked).scenes()
    marks = {str(m.key): m for m in scene.marks}
    assert marks["output.lens.elements"].text == elements
    lens = [m.rect for key, m in marks.items() if key.startswith("now.output.lens")]
    below = [m.rect for key, m in marks.items() if key.startswith("legend") and hasattr(m, "rect")]
    assert min(r.y for r in below) - max(r.bottom for r in lens) > 8
    assert [told for rule in RULES for told in rule(picture(scene, 1.0))] == []
