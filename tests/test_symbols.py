"""Symbols: the names that cells show are those of the numbers, and they fit."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import figure
from tcviz.boards import board
from tcviz.boards.board import Board
from tcviz.errors import TooSmallError
from tcviz.layer import parts, symbols
from tcviz.layer.parts import Part
from tcviz.layer.symbols import Sum, Symbol
from tcviz.look.look import Look
from tcviz.look.ranges import ranges
from tcviz.request import inputs
from tcviz.scene import text, theme
from tcviz.scene.marks import Cell, Heatmap, Scene
from tests import test_views
from tests.test_views import ARTICLE, cells

ONE = {"in_channels": 1, **ARTICLE}
SMALL = {"kernel_size": 2, "input_size": 2, "in_channels": 1}
LOW = 0.45
"""How much higher names are than capitals, in ems: they have low and high numbers."""
BOTH = pytest.mark.parametrize("view", ["distribution", "collection"])
PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹‚", "01234567890123456789,")
NAME = re.compile("([wxb])([⁰¹²³⁴⁵⁶⁷⁸⁹]*)([₀₁₂₃₄₅₆₇₈₉‚]*)")


def texts(scene: Scene, panel: str) -> list[list[str]]:
    """Return what a panel's cells say, row by row, with their lines joined."""
    return [[words.replace("\n", " ") for words in row] for row in test_views.texts(scene, panel)]


def part_of(out_channel: int = 0, **geometry: Any) -> Part:
    return symbols.named(parts.part(inputs.plan(**geometry).make(), out_channel))


def view_of(view: str, part: Part, **look: Any) -> Any:
    options: dict[str, Any] = {"theme": theme.load("light"), "symbols": True} | look
    return views.build(view, part, Look(**options))


def scenes(view: str, *, look: dict | None = None, **geometry: Any) -> list[Scene]:
    built = view_of(view, part_of(**geometry), **(look or {}))
    return [now for now, _ in built.moments(range(built.steps))]


def one(letter: str, *at: int) -> Sum:
    return Sum(((Symbol(letter, at=at),),))


def number(name: re.Match[str], part: Part) -> float:
    """Return the number that a name stands for in the part that it was taken from."""
    letter, channel, at = (group.translate(PLAIN) for group in name.groups())
    if letter == "b":
        assert part.bias is not None
        return part.bias
    places = [int(i) for i in (at.split(",") if "," in at else at)]
    row = int(channel) - part.first if channel else 0
    value: float = {"w": part.weight, "x": part.x}[letter][(row, *places)].item()
    return value


def evaluated(words: str, part: Part) -> float:
    """Return the number that a sum of names stands for."""
    if words == "0":
        return 0
    total = 0.0
    for term in words.replace("\n", " ").split(" + "):
        names = list(NAME.finditer(term))
        assert "".join(name.group() for name in names) == term
        total += float(np.prod([number(name, part) for name in names]))
    return total


@st.composite
def small_parts(draw: st.DrawFn) -> Part:
    """Draw an output channel of a layer of few cells."""

    def pair(least: int, most: int) -> tuple[int, int]:
        return draw(st.integers(least, most)), draw(st.integers(least, most))

    kernel, stride, groups = pair(1, 3), pair(1, 3), draw(st.integers(1, 2))
    layer = {"kernel_size": kernel, "stride": stride, "dilation": pair(1, 2), "groups": groups}
    extra = tuple(draw(st.integers(0, n - 1)) for n in stride)
    channels = {"in_channels": draw(st.integers(1, 2)) * groups, "out_channels": 2 * groups}
    plan = inputs.plan(input_size=pair(2, 3), output_padding=extra, **layer, **channels,
                       padding=draw(st.integers(0, min(kernel) // 2)), seed=draw(st.integers(0, 9)),
                       bias=draw(st.none() | st.just([3] * 2 * groups)))  # fmt: skip
    return parts.part(plan.make(), draw(st.integers(0, 2 * groups - 1)))


def output_of(part: Part) -> np.ndarray:
    output: np.ndarray = part.crop(part.results(part.x, part.weight)).sum(axis=0)
    return output + (part.bias or 0)


@BOTH
@given(part=small_parts())
@settings(max_examples=15, deadline=None)
def test_the_numbers_put_into_the_shown_sums_make_the_output(view: str, part: Part) -> None:
    built = view_of(view, symbols.named(part), width=15_000, height=1440, channels=1)
    ((now, _),) = built.moments([built.steps - 1])
    shown = texts(now, "output")
    assert np.shape(shown) == part.output_size
    cut = sum("…" in words or "terms" in words for row in shown for words in row)
    most = max(words.count("x") for row in shown for words in row)
    assert not cut or most > 1  # so wide a canvas shows more than single products
    for row, expected in zip(shown, output_of(part).tolist(), strict=True):
        for words, value in zip(row, expected, strict=True):
            assert "…" in words or "terms" in words or evaluated(words, part) == value


@given(part=small_parts())
@settings(max_examples=60, deadline=None)
def test_the_sums_behind_the_texts_make_every_cell_of_the_output(part: Part) -> None:
    sums = ranges(symbols.named(part), None).output[0]
    found = [[evaluated(str(value), part) for value in row] for row in sums.tolist()]
    np.testing.assert_array_equal(found, output_of(part))


@BOTH
def test_both_views_end_with_the_same_sums(view: str) -> None:
    last = texts(scenes(view, **SMALL, look={"width": 3840})[-1], "output")
    assert last[0] == ["w₀₀x₀₀", "w₀₁x₀₀ + w₀₀x₀₁", "w₀₁x₀₁"]
    assert last[1][1] == "w₁₁x₀₀ + w₁₀x₀₁ + w₀₁x₁₀ + w₀₀x₁₁"


def test_the_first_step_spreads_the_first_element_over_the_kernel() -> None:
    first = scenes("distribution", **ONE)[0]
    assert texts(first, "x.0")[0] == ["x₀₀", "x₀₁", "x₀₂"]
    assert texts(first, "w.0")[2] == ["w₂₀", "w₂₁", "w₂₂"]
    assert texts(first, "element.0") == [["x₀₀"]]
    products = [[f"w{i}{j}x00" for j in range(3)] for i in range(3)]
    plain = [[words.translate(PLAIN) for words in row] for row in texts(first, "product.0")]
    assert plain == products
    assert texts(first, "padded.0")[0] == ["w₀₀x₀₀", "w₀₁x₀₀", "w₀₂x₀₀", "", "", "", ""]
    assert texts(first, "padded.0")[1][1:3] == ["w₁₁x₀₀", "w₁₂x₀₀"]


def test_the_collection_view_flips_names_and_keeps_zeros() -> None:
    first = scenes("collection", **ONE)[0]
    assert texts(first, "kernel.0")[0] == ["w₀₀", "w₀₁", "w₀₂"]
    assert texts(first, "w.0")[0] == ["w₂₂", "w₂₁", "w₂₀"]
    assert texts(first, "stretched.0")[0] == ["0"] * 7
    assert texts(first, "stretched.0")[1] == ["0", "x₀₀", "0", "x₀₁", "0", "x₀₂", "0"]
    assert texts(first, "product.0") == [["0", "0", "0"], ["0", "w₁₁x₀₀", "0"], ["0", "0", "0"]]


def test_several_channels_are_superscripts_and_groups_keep_their_own_numbers() -> None:
    first = scenes("collection", **ARTICLE)[0]
    assert texts(first, "result.1")[0][0] == "w¹₁₁x¹₀₀"
    part = part_of(3, in_channels=4, out_channels=4, groups=2, **ARTICLE)
    assert str(part.x[1, 0, 2]) == "x³₀₂"


def test_the_bias_is_the_last_term_and_all_there_is_where_nothing_reaches() -> None:
    geometry = {"kernel_size": 1, "stride": 2, "input_size": 2, "in_channels": 1}
    last = scenes("distribution", bias=[5], **geometry)[-1]
    assert texts(last, "output") == [
        ["w₀₀x₀₀ + b", "b", "w₀₀x₀₁ + b"],
        ["b", "b", "b"],
        ["w₀₀x₁₀ + b", "b", "w₀₀x₁₁ + b"],
    ]
    assert texts(last, "padded.0")[1] == ["0", "0", "0"]
    assert str(part_of(1, out_channels=2, bias=[5, 6], **SMALL).bias) == "b₁"


@BOTH
@pytest.mark.parametrize(
    ("geometry", "size"),
    [
        (ARTICLE, (1280, 720)),
        (ARTICLE, (1920, 1080)),
        (ONE, (1280, 720)),
        ({**SMALL, "bias": [1]}, (640, 360)),
        ({"kernel_size": 3, "input_size": 3, "in_channels": 3, "channels": 1}, (2560, 1080)),
    ],
)
def test_no_name_is_wider_or_higher_than_its_cell_and_no_panel_shows_tints(
    view: str, geometry: dict, size: tuple[int, int]
) -> None:
    geometry = dict(geometry)
    look = {"width": size[0], "height": size[1], "channels": geometry.pop("channels", None)}
    for scene in scenes(view, look=look, **geometry):
        assert not [m for m in scene.marks if isinstance(m, Heatmap)]
        for cell in (m for m in scene.marks if isinstance(m, Cell)):
            assert text.width(cell.text, cell.size, cell.style.bold) <= cell.rect.w
            assert text.height(cell.text, cell.size) + LOW * cell.size <= cell.rect.h
            assert all(text.check(line, cell.key) for line in cell.text.split("\n") if cell.text)


def test_a_wider_canvas_shows_more_of_the_sums() -> None:
    shown = [
        sum(words.count("x") for row in texts(last, "output") for words in row)
        for width in (1280, 1920, 3840)
        for last in scenes("distribution", look={"width": width}, **ARTICLE)[-1:]
    ]
    assert shown == sorted(shown)
    assert shown[0] < shown[-1] == 98


def test_panels_compare_names_and_not_where_they_lie_in_memory() -> None:
    board: Board = view_of("distribution", part_of(**SMALL)).view._board
    (panel,), roles = board.cells["output"], np.zeros((3, 3), dtype=np.uint8)
    a, again, b = (np.full((3, 3), one(*name)) for name in (("x", 0), ("x", 0), ("x", 1)))
    assert panel.draw(a, roles) is panel.draw(again, roles)
    assert panel.draw(a, roles) != panel.draw(b, roles)


def test_sentences_say_what_is_spread_and_what_adds_up() -> None:
    second = scenes("distribution", **ONE)[1]
    assert second.sentence == (
        "x₀₁ is spread: x₀₁·w is added to rows 0–2, columns 2–4 of the padded result. "
        "3 of 9 products fall in the border; "
        "windows overlap: row 1, column 2 of the padded result: "
        "w₁₂x₀₀ + w₁₀x₀₁"
    )
    gathered = scenes("collection", **ONE)[7]
    assert gathered.sentence == (
        "y₁₂ gathers rows 1–3, columns 2–4 of the stretched, padded input: w₂₁x₀₁ + w₀₁x₁₁"
    )
    (first, *_) = scenes("distribution", **ARTICLE)
    assert first.sentence.startswith("x⁰₀₀ and x¹₀₀ are spread: each, times its w, is added to")


def test_long_sums_in_sentences_say_how_many_terms_are_left_out() -> None:
    gathered = scenes("collection", kernel_size=3, input_size=3)[12]
    assert "w⁰₂₂x⁰₀₀ + " in gathered.sentence
    assert "… (14 more)" in gathered.sentence
    assert "channel 1: w¹₂₂x¹₀₀ + " in gathered.sentence


def test_a_window_of_zeros_gathers_the_bias_alone() -> None:
    geometry = {"kernel_size": 1, "stride": 2, "input_size": 2, "in_channels": 1}
    assert scenes("collection", **geometry)[1].sentence == (
        "y₀₁ = 0: the window holds inserted zeros only"
    )
    assert scenes("collection", bias=[1], **geometry)[1].sentence.startswith("y₀₁ = b: ")


def test_what_has_no_room_for_names_is_refused_with_a_canvas_that_has() -> None:
    geometry = {"kernel_size": 7, "input_size": 14, "in_channels": 1}
    with pytest.raises(TooSmallError) as caught:
        view_of("distribution", part_of(**geometry))
    told = re.fullmatch(
        r"size is 1280×720, too small for names; allowed: ([0-9]+)×([0-9]+) or more; "
        r"or use a smaller --input-size",
        str(caught.value),
    )
    assert told
    width, height = map(int, told.groups())
    assert view_of("distribution", part_of(**geometry), width=width, height=height).steps == 196


def test_blank_cells_stay_blank_until_something_reaches_them() -> None:
    first = scenes("distribution", **ONE)[0]
    blank = cells(first, "padded.0", lambda m: not m.text)
    assert blank == {(i, j) for i in range(7) for j in range(7) if max(i, j) > 2}


def test_a_map_beside_names_makes_no_tints_of_them() -> None:
    asked = {"dims": 1, "symbols": True, "out_channels": 12, "out_channel": 11}
    scene = figure(size=(560, 400), **asked).drawn.overview()
    assert not [mark for mark in scene.marks if isinstance(mark, Heatmap)]


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ({"size": (2560, 1080), **ARTICLE}, 200),
        ({"kernel_size": 7, "input_size": 6, "size": (800, 450)}, 300),
    ],
)
def test_names_are_laid_out_in_few_ways(
    asked: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve, calls = board.solve, list[int]()

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(1)
        return solve(*given, **more)

    monkeypatch.setattr(board, "solve", counted)
    with contextlib.suppress(TooSmallError):  # which takes a search for a canvas that is not
        figure(view="collection", symbols=True, **asked).drawn  # noqa: B018
    assert 1 < len(calls) < most
