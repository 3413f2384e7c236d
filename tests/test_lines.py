"""Texts of several lines: how sums are put on them, where they stand, and every renderer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pptx.util import Pt

from tcviz.boards.board import Board
from tcviz.layer import parts, symbols
from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.symbols import Sum, Symbol, Wording
from tcviz.look.look import Look
from tcviz.look.ranges import ranges
from tcviz.look.sum_lines import with_lines
from tcviz.request import inputs
from tcviz.scene import text, theme
from tcviz.scene.marks import Cell, Rect, Scene, Style, cell_key
from tcviz.views import collection, convolution, distribution
from tests.slides import drawn, of
from tests.stills import pixels_seen, scene, written

ARTICLE = {"stride": 2, "padding": 1}
WORDS = "w₀₁x₁₁\n+ w₂₁x₀₁\n+ …"


def one(letter: str, *at: int) -> Sum:
    return Sum(((Symbol(letter, at=at),),))


def total(count: int) -> Sum:
    return sum((one("w", i) * one("x", i) for i in range(count)), Sum())


def wording(whole: int, row: int) -> Wording:
    return Wording(whole=whole, first=max(1, whole - 1), row=row)


def forward(part: Part) -> ForwardPart:
    return ForwardPart(part.layer, part.x, part.weight, None, 0, part.first, part.out_channels)


def board(view: Any, width: int = 1280, height: int = 720, **geometry: Any) -> Board:
    part = parts.part(inputs.plan(**geometry).make())
    named = symbols.named(forward(part) if view is convolution else part)
    return Board(named, Look(theme.load("light"), width, height, symbols=True), "", view.columns)


def text_of(made: Board) -> float:
    """Return the size of text in pixels."""
    last = "output" if made.has("output") else "padded"
    return made.stage.layout.spots[last, 0].text * made.look.unit


def boxed(words: str, **style: Any) -> Scene:
    look = Style("#ffffff", "#14181f", "#1d4fbf", **style)
    return Scene(140, 90, "#eeeeee", (Cell("cell", Rect(10, 10, 120, 70), words, 16, look),))


# --- sums on lines ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "count", "expected"),
    [
        (wording(4, 1), 1, "w₀x₀"),
        (wording(4, 1), 3, "w₀x₀\n+ w₁x₁\n+ w₂x₂"),
        (wording(2, 1), 4, "w₀x₀\n+ …"),
        (wording(4, 2), 4, "w₀x₀ + w₁x₁\n+ w₂x₂ + w₃x₃"),
        (wording(4, 2), 9, "w₀x₀ + w₁x₁\n+ w₂x₂ + …"),
        (wording(1, 2), 9, "w₀x₀ + …"),
        (wording(4, 1), 0, "0"),
    ],
)
def test_a_line_has_so_many_terms(form: Wording, count: int, expected: str) -> None:
    assert form(total(count)) == expected


@pytest.mark.parametrize("row", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("whole", range(1, 7))
def test_no_partial_sum_is_wider_or_higher_than_foreseen(whole: int, row: int) -> None:
    form = wording(whole, row)
    terms = [one("w", i, i % 2) * one("x", 11 * i, 1) for i in range(6)]
    whole_sum = sum(terms, Sum())
    seen = [
        form(sum((t for i, t in enumerate(terms) if chosen >> i & 1), Sum()))
        for chosen in range(2**6)
    ]
    assert max(text.width(words, 1.0, bold=True) for words in seen) <= form.ems(whole_sum) + 1e-9
    assert max(words.count("\n") for words in seen) + 1 == form.lines(whole_sum)


# --- what a picture has room for ----------------------------------------------------


@pytest.mark.parametrize("view", [distribution, collection])
def test_one_channel_of_the_article_has_all_its_sums_in_comfortable_text(view: Any) -> None:
    made = board(view, in_channels=1, **ARTICLE)
    if made.has("output"):
        assert made.ranges.output_format.whole == 4
    assert made.ranges.sum_format.whole == 4
    assert text_of(made) >= 11.5


@pytest.mark.parametrize(("view", "least"), [(distribution, 9.7), (collection, 9.0)])
def test_two_channels_of_the_article_show_real_sums(view: Any, least: float) -> None:
    made = board(view, **ARTICLE)
    assert made.drawn == 2
    assert made.ranges.sum_format.whole >= 2  # only sums of three and four are shortened
    assert made.ranges.output_format.first >= 5
    assert made.stage.layout.notes
    assert text_of(made) >= least


def test_larger_windows_are_summed_on_lines_of_several_terms() -> None:
    made = board(convolution, in_channels=1, input_size=5, padding=1)
    form = made.ranges.output_format
    assert form.whole == 9
    assert form.row >= 2
    assert text_of(made) >= 10.5


@pytest.mark.parametrize(
    ("size", "geometry"),
    [
        ((640, 360), {"kernel_size": 2, "input_size": 2, "in_channels": 1, "bias": [1]}),
        ((1280, 720), {"in_channels": 2, "padding": 1}),
        ((1920, 1080), {"kernel_size": 2, "in_channels": 3, "stride": 2}),
        ((3000, 900), {"kernel_size": (2, 1), "input_size": (2, 12), "in_channels": 1}),
    ],
)
@pytest.mark.parametrize("view", [distribution, collection, convolution])
def test_the_sums_that_are_chosen_fit_their_cells(
    view: Any, size: tuple[int, int], geometry: dict
) -> None:
    made = board(view, *size, **geometry)
    ranges, spots = made.ranges, made.stage.layout.spots
    sums = "padded" if view is distribution else "result"
    for key, values, form in (
        (sums, ranges.padded, ranges.sum_format),
        ("output", ranges.output, ranges.output_format),
    ):
        slot = spots.get((key, 0))
        for words in map(form, values.ravel().tolist() if slot else ()):
            assert text.width(words, slot.text, bold=True) <= slot.cell_width
            assert text.height(words, slot.text) + 0.45 * slot.text <= slot.cell_height


def test_only_panels_of_sums_have_high_cells() -> None:
    spots = board(distribution, in_channels=1, bias=[1], **ARTICLE).stage.layout.spots
    heights = {key: spot.cell_height for (key, _), spot in spots.items()}
    assert min(heights["padded"], heights["output"]) > 1.4 * heights["x"]
    assert len({heights[key] for key in ("x", "element", "w", "product")}) == 1


def test_no_layout_is_a_layout_and_not_an_error() -> None:
    part = symbols.named(parts.part(inputs.plan(**ARTICLE).make()))
    look = Look(theme.load("light"), symbols=True)
    assert with_lines(ranges(part, None), look, []) is None


# --- where lines stand ------------------------------------------------------------


def test_lines_are_spread_around_the_middle() -> None:
    shown = text.lines(WORDS, 50.0, 16)
    assert [y for _, y in shown] == [30.0, 50.0, 70.0]
    assert "\n".join(line for line, _ in shown) == WORDS
    assert text.width(WORDS, 16) == text.width("+ w₂₁x₀₁", 16)


@pytest.mark.parametrize("style", [{}, {"bold": True}, {"hatch": "#b8c0cc"}])
def test_lines_are_painted_as_cells_of_one_line_are(style: dict) -> None:
    """Every line of the picture has the letters of a cell of that line alone."""
    whole = ink(boxed(WORDS, **style))
    for i, line in enumerate(WORDS.split("\n")):
        top = 45 + (i - 1) * 20
        alone = ink(boxed(line, **style))
        np.testing.assert_array_equal(whole[top - 7 : top + 9], alone[45 - 7 : 45 + 9])


def ink(shown: Scene) -> np.ndarray:
    """Return where there is ink: the hatching of the ground is lighter than that."""
    return np.asarray(pixels_seen(shown).convert("L"))[:, 20:120] < 100


def test_lines_keep_hatching_off() -> None:
    hatched, plain = (boxed(WORDS, hatch=hatch) for hatch in ("#b8c0cc", None))
    middle = slice(25, 66), slice(50, 90)
    for seen in (hatched, plain):
        assert (np.asarray(pixels_seen(seen).convert("L"))[middle] < 100).any()
    np.testing.assert_array_equal(
        *(np.asarray(pixels_seen(seen))[middle] for seen in (hatched, plain))
    )


def test_svg_text_has_an_element_for_each_line() -> None:
    svg = written("svg", boxed(WORDS), text="text").decode()
    found = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert found == WORDS.split("\n")


@pytest.mark.parametrize("suffix", ["eps", "pgf", "pdf"])
def test_other_vectors_differ_where_a_line_differs(suffix: str) -> None:
    assert written(suffix, boxed(WORDS)) != written(suffix, boxed(WORDS.replace("…", "x")))


def test_slides_have_a_paragraph_for_each_line() -> None:
    shown = scene("distribution", "names")
    shapes = drawn(shown)
    several = [cell for cell in of(shown, Cell) if "\n" in cell.text]
    assert several
    for cell in of(shown, Cell):
        frame = shapes[cell.key].text_frame
        assert [p.text for p in frame.paragraphs] == cell.text.split("\n")
        (apart,) = {p.line_spacing for p in frame.paragraphs}
        points = cell.size * text.LINE * 0.75
        assert apart == (pytest.approx(Pt(points), abs=Pt(0.01)) if cell in several else 1.0)


def test_slides_say_lines_as_one() -> None:
    cells = boxed(WORDS)
    named = replace(cells, marks=(replace(cells.marks[0], key=cell_key("sum", 0, 0)),))
    assert 'descr="sum: w₀₁x₁₁ + w₂₁x₀₁ + …"' in slide(named)


def slide(shown: Scene) -> str:
    from io import BytesIO
    from zipfile import ZipFile

    with ZipFile(BytesIO(written("pptx", shown))) as file:
        return file.read("ppt/slides/slide1.xml").decode()
