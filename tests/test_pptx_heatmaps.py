"""A heatmap is a few shapes, or a picture where these were too many."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from pptx.enum.dml import MSO_FILL
from pptx.oxml.ns import qn

from tcviz.render import slides
from tcviz.render.rectangles import rectangles
from tcviz.scene.marks import Heatmap, Rect, Scene
from tests.slides import (
    INK,
    PAPER,
    VIEWS,
    colour,
    drawn,
    line_of,
    near,
    of,
)
from tests.stills import heat, scene


def tinted(shown: Scene) -> Any:
    """Return a heatmap's colours, cell by cell, from the contours painted one over another."""
    (mark,) = of(shown, Heatmap)
    found = np.empty((mark.rows, mark.cols), dtype=object)
    for shape in drawn(shown).values():
        if "#" in shape.name:
            assert shape.name == f"{mark.key}.{colour(shape.fill.fore_color)}"
            assert near(shape, mark.rect)
            for left, top, right, bottom in contours(shape) or [(0, 0, mark.cols, mark.rows)]:
                found[round(top) : round(bottom), round(left) : round(right)] = colour(
                    shape.fill.fore_color
                )
    return found


def contours(shape: Any) -> list[Any]:
    """Return the rectangles of a freeform, in cells; each is a trace too wide at most."""
    boxes = []
    for path in shape._element.iter(qn("a:path")):
        points = [(int(p.get("x")), int(p.get("y"))) for p in path.iter(qn("a:pt"))]
        for i in range(0, len(points), 4):
            xs, ys = zip(*points[i : i + 4], strict=True)
            box = np.array((min(xs), min(ys), max(xs), max(ys))) / slides.GRID
            assert np.all((box - np.round(box))[2:] <= 0.3)
            assert np.all(box[2:] * slides.GRID <= (int(path.get("w")), int(path.get("h"))))
            boxes.append(box)
    return boxes


def expected(mark: Heatmap) -> Any:
    cells = np.array([mark.colours[i] for i in mark.index], dtype=object)
    return cells.reshape(mark.rows, mark.cols)


@pytest.mark.parametrize("line", [None, INK])
def test_a_heatmap_is_one_freeform_a_colour(line: str | None) -> None:
    shown = heat(12, line=line)
    np.testing.assert_array_equal(tinted(shown), expected(of(shown, Heatmap)[0]))
    found = drawn(shown)
    assert len(found) == 5 + bool(line)
    assert ("heat.lines" in found) == bool(line)
    if line:
        (path,) = found["heat.lines"]._element.iter(qn("a:path"))
        assert len(list(path.iter(qn("a:moveTo")))) == 2 * 11
        assert line_of(found["heat.lines"]) == (INK, 1.0, False)
        assert found["heat.lines"].fill.type == MSO_FILL.BACKGROUND


@pytest.mark.parametrize("view", VIEWS)
def test_heatmaps_of_a_view_keep_their_colours(view: str) -> None:
    marks = of(scene(view, "tints"), Heatmap)
    assert marks
    for mark in marks:
        shown = Scene(1280, 720, PAPER, (mark,))
        np.testing.assert_array_equal(tinted(shown), expected(mark))


def test_colours_that_occur_twice_are_one_shape() -> None:
    mark = Heatmap("h", Rect(0, 0, 40, 20), 1, 4, (INK, PAPER, INK), bytes([0, 1, 2, 0]))
    shown = Scene(200, 120, PAPER, (mark,))
    assert list(drawn(shown)) == [f"h.{INK}", f"h.{PAPER}"]
    assert len(contours(drawn(shown)[f"h.{PAPER}"])) == 1
    np.testing.assert_array_equal(tinted(shown), expected(mark))


@pytest.mark.parametrize("line", [None, INK])
def test_a_heatmap_of_too_many_rectangles_is_a_picture(line: str | None) -> None:
    shown = heat(120, line=line)
    (mark,) = of(shown, Heatmap)
    found = drawn(shown)
    assert list(found) == ["heat.tints", "heat.lines"][: 1 + bool(line)]
    assert near(found["heat.tints"], mark.rect)
    image = Image.open(BytesIO(found["heat.tints"].image.blob)).convert("RGB")
    assert image.size == (1200, 1200)  # whole pixels a cell, two to a unit of the canvas
    cells = np.asarray(image).reshape(120, 10, 120, 10, 3)
    colours = [[f"#{bytes(cell).hex()}" for cell in row] for row in cells[:, 4, :, 4].tolist()]
    np.testing.assert_array_equal(np.array(colours, dtype=object), expected(mark))
    assert np.all(cells == cells[:, :1, :, :1])


def test_cells_smaller_than_pixels_have_one_each() -> None:
    image = drawn(heat(300, width=50.0))["heat.tints"].image
    assert image.size == (300, 300)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
                  elements=st.integers(0, 3)))  # fmt: skip
def test_rectangles_cover_every_cell_once_in_its_colour(index: Any) -> None:
    found = rectangles(index, 144)
    assert found is not None
    painted = np.full(index.shape, found.ground)
    covered = np.zeros(index.shape, dtype=int)
    for number, (left, top, right, bottom) in zip(found.colours, found.boxes, strict=True):
        assert number != found.ground
        assert right > left
        painted[top:bottom, left:right] = number
        covered[top:bottom, left:right] += 1
    np.testing.assert_array_equal(painted, index)
    assert covered.max() <= 1
    assert np.bincount(index.ravel()).max() == np.sum(index == found.ground)
    assert rectangles(index, len(found.boxes)) is not None
    if len(found.boxes):
        assert rectangles(index, len(found.boxes) - 1) is None


def test_equal_runs_in_following_rows_are_one_rectangle() -> None:
    index = np.zeros((50, 40), dtype=np.uint8)
    index[5:30, 7:12], index[30:40, 7:13] = 1, 1
    found = rectangles(index, 9)
    assert found is not None
    assert found.boxes.tolist() == [[7, 5, 12, 30], [7, 30, 13, 40]]
