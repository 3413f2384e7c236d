"""Every mark is a shape of its own, which says and looks what the mark does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pptx.enum.dml import MSO_FILL, MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn

from tcviz.scene import text
from tcviz.scene.marks import Box, Cell, Connector, Label, Rect, Scene
from tests.slides import (
    ALIGN,
    INK,
    PAPER,
    PIXEL,
    colour,
    deck,
    drawn,
    edges,
    every_picture,
    line_of,
    near,
    of,
    written_elements,
)
from tests.stills import scene


@every_picture
def test_every_cell_is_a_rectangle_with_its_text_and_style(
    view: str, name: str, theme: str
) -> None:
    shown = scene(view, name, theme)
    found = drawn(shown)
    for cell in of(shown, Cell):
        shape, style = found[cell.key], cell.style
        assert near(shape, cell.rect)
        assert shape.text == cell.text
        assert line_of(shape) == (style.line, 1.0, style.dash)
        assert shape.fill.type == (MSO_FILL.PATTERNED if style.hatch else MSO_FILL.SOLID)
        assert colour(shape.fill.back_color if style.hatch else shape.fill.fore_color) == style.fill
        if cell.text:
            run = shape.text_frame.paragraphs[0].runs[0]
            assert run.font.size.pt == pytest.approx(cell.size * 0.75, abs=0.01)
            assert (run.font.bold, colour(run.font.color)) == (style.bold, style.ink)


def test_neighbours_share_their_edge() -> None:
    shown = scene("collection", "cropped")
    found = drawn(shown, ratio=1.37)
    cells = sorted(of(shown, Cell), key=lambda c: (c.key.split("[")[0], c.rect.y, c.rect.x))
    beside = [(a, b) for a, b in pairwise(cells) if a.rect.right == b.rect.x]
    assert len(beside) > 20
    for a, b in beside:
        assert edges(found[a.key])[2] == found[b.key].left


def test_text_stands_in_the_middle_and_keeps_its_size() -> None:
    for shape in drawn(scene()).values():
        if shape.has_text_frame and shape.text:
            frame = shape.text_frame
            assert (frame.word_wrap, frame.auto_size) == (False, MSO_AUTO_SIZE.NONE)
            assert frame.vertical_anchor == MSO_ANCHOR.MIDDLE
            sides = frame.margin_left, frame.margin_top, frame.margin_right, frame.margin_bottom
            assert sides == (0, 0, 0, 0)


ARIAL = dict.fromkeys("0123456789", 556) | {"−": 584, "+": 584, ".": 278, "e": 556, "·": 333}
"""Widths in thousandths of an em, the same in bold."""
ARIAL |= {"n": 611, "w": 778, "x": 556, " ": 278, "…": 1000}
ARIAL |= dict.fromkeys("₀₁₂₃₄₅₆₇₈₉⁰", 365) | dict.fromkeys("¹²³", 333)
"""Those in bold, which are wider."""


@every_picture
def test_no_number_is_wider_than_its_cell(view: str, name: str, theme: str) -> None:
    shown = scene(view, name, theme)
    fonts = {latin.get("typeface") for latin in written_elements(shown, "a:latin")}
    assert fonts == {"Arial"}
    for cell in of(shown, Cell):
        wide = max(sum(ARIAL[c] for c in line) for line in cell.text.split("\n"))
        assert wide * cell.size / 1000 < cell.rect.w - 2


def test_hatching_is_a_pattern_that_keeps_off_the_digits() -> None:
    shown = scene(name="hatched")
    found = drawn(shown)
    hatched = [cell for cell in of(shown, Cell) if cell.style.hatch]
    assert hatched
    for cell in hatched:
        fill = found[cell.key].fill
        assert fill.pattern == MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        assert colour(fill.fore_color) == cell.style.hatch
        strips = list(found[cell.key]._element.iter(qn("a:highlight")))
        assert [f"#{strip[0].get('val')}".lower() for strip in strips] == [cell.style.fill]


@every_picture
def test_every_label_is_anchored_where_it_was(view: str, name: str, theme: str) -> None:
    shown = scene(view, name, theme)
    found = drawn(shown)
    for label in of(shown, Label):
        shape = found[label.key]
        left, top, right, bottom = edges(shape)
        at = {"left": left, "center": (left + right) / 2, "right": right}[label.anchor]
        assert at == pytest.approx(label.at[0] * PIXEL, abs=1)
        assert (top + bottom) / 2 == pytest.approx(label.at[1] * PIXEL, abs=1)
        wide = text.width(label.text, label.size, label.bold)
        assert shape.width == pytest.approx(wide * PIXEL, abs=1)
        (paragraph,) = shape.text_frame.paragraphs
        assert (shape.text, paragraph.alignment) == (label.text, ALIGN[label.anchor])
        assert colour(paragraph.runs[0].font.color) == label.ink
        assert paragraph.runs[0].font.bold == label.bold
        assert shape.fill.type == MSO_FILL.BACKGROUND
        assert shape._element.spPr.find(qn("a:ln")) is None


@every_picture
def test_every_connector_runs_along_its_points_to_its_head(
    view: str, name: str, theme: str
) -> None:
    shown = scene(view, name, theme)
    found = drawn(shown)
    assert of(shown, Connector)
    for mark in of(shown, Connector):
        shape = found[mark.key]
        expected = np.array(mark.points) * PIXEL
        np.testing.assert_allclose(course(shape), expected, rtol=0, atol=1)
        assert line_of(shape) == (mark.ink, mark.width, False)
        (tail,) = shape._element.iter(qn("a:tailEnd"))
        assert (tail.get("type"), tail.get("w"), tail.get("len")) == ("triangle", "med", "med")


def course(shape: Any) -> list[tuple[int, int]]:
    """Return the points of a connector or of an unfilled freeform, on the slide."""
    if shape.shape_type == MSO_SHAPE_TYPE.LINE:
        return [(shape.begin_x, shape.begin_y), (shape.end_x, shape.end_y)]
    assert shape.fill.type == MSO_FILL.BACKGROUND
    (path,) = shape._element.iter(qn("a:path"))
    assert (int(path.get("w")), int(path.get("h"))) == (shape.width, shape.height)
    assert path.get("fill") == "none"
    points = path.iter(qn("a:pt"))
    return [(shape.left + int(p.get("x")), shape.top + int(p.get("y"))) for p in points]


@pytest.mark.parametrize("end", [(90, 20), (10, 20), (50, 5), (50, 60), (5, 70)])
def test_a_straight_connector_points_any_way(end: tuple[int, int]) -> None:
    mark = Connector("line", ((50, 20), end), INK)
    for head in (True, False):
        shown = Scene(200, 120, PAPER, (replace(mark, head=head),))
        shape = drawn(shown)["line"]
        assert course(shape) == [(50 * PIXEL, 20 * PIXEL), (end[0] * PIXEL, end[1] * PIXEL)]
        assert len(list(shape._element.iter(qn("a:tailEnd")))) == head


@pytest.mark.parametrize(("width", "grade"), [(1.0, "lg"), (3.0, "med"), (12.0, "sm")])
def test_a_head_is_about_as_large_on_every_line(width: float, grade: str) -> None:
    shown = Scene(200, 120, PAPER, (Connector("line", ((0, 20), (90, 20)), INK, width),))
    (tail,) = drawn(shown, ratio=2.0)["line"]._element.iter(qn("a:tailEnd"))
    assert tail.get("len") == grade


@every_picture
def test_every_box_is_where_it_was(view: str, name: str, theme: str) -> None:
    shown = scene(view, name, theme)
    found = drawn(shown)
    for box in of(shown, Box):
        shape, half = found[box.key], box.width / 2 if box.radius and box.line else 0
        rect = box.rect
        assert near(shape, Rect(rect.x + half, rect.y + half, rect.w - 2 * half, rect.h - 2 * half))
        if box.line:
            assert line_of(shape) == (box.line, box.width, box.dash)
        else:
            assert shape.line.fill.type == MSO_FILL.BACKGROUND
        solid = MSO_FILL.SOLID if box.fill else MSO_FILL.BACKGROUND
        assert shape.fill.type == solid
        assert not box.fill or colour(shape.fill.fore_color) == box.fill


@pytest.mark.parametrize(("radius", "share"), [(5, 0.2), (10, 0.45), (99, 0.5), (0.5, 0.0)])
def test_a_rounded_box_has_its_line_inside(radius: float, share: float) -> None:
    box = Box("box", Rect(10, 10, 50, 22), INK, 2.0, radius=radius)
    shape = drawn(Scene(200, 120, PAPER, (box,)))["box"]
    assert near(shape, Rect(11, 11, 48, 20))
    assert shape.adjustments[0] == pytest.approx(share, abs=1e-5)


def test_a_filled_box_is_never_thinner_than_a_pixel() -> None:
    box = Box("box", Rect(10, 10, 0, 0.25), fill=INK)
    assert near(drawn(Scene(200, 120, PAPER, (box,)))["box"], Rect(10, 10, 1, 1))


@every_picture
def test_nothing_has_the_look_of_a_theme(view: str, name: str, theme: str) -> None:
    slide = deck(scene(view, name, theme)).slides[0]
    tags = {element.tag for element in slide.shapes._spTree.iter() if isinstance(element.tag, str)}
    themed = ("p:style", "a:schemeClr", "a:effectRef", "a:fontRef")
    assert not tags & {qn(tag) for tag in themed}
