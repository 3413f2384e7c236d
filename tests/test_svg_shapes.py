"""What SVG is made of: the outlines of letters, and grids of cells as few lines."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.perimeterPen import PerimeterPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tcviz.render.blocks import blocks, joined
from tcviz.render.glyphs import EM, outlines
from tcviz.scene import text
from tcviz.scene.marks import Rect
from tests.stills import FONTS

HOME = Path(__file__).parent


def test_outlines_are_made_from_the_shipped_fonts() -> None:
    spec = importlib.util.spec_from_file_location("tool", HOME / "tools" / "make_outlines.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = json.loads(json.dumps(tool.outlines()))
    assert made == {"bold": outlines(True), "regular": outlines(False)}


@pytest.mark.parametrize("bold", [False, True])
def test_outlines_are_those_of_the_font_to_a_step(bold: bool) -> None:
    font = TTFont(next(path for path in FONTS if ("bold" in path) == bold))
    glyphs, scale, found = font.getGlyphSet(), EM / font["head"].unitsPerEm, outlines(bold)
    for code, name in font.getBestCmap().items():
        areas, bounds, around = AreaPen(glyphs), BoundsPen(glyphs), PerimeterPen(glyphs)
        for pen in (areas, bounds, around):
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
        if bounds.bounds is None:
            assert chr(code) not in found
            continue
        drawn, box = AreaPen(None), BoundsPen(None)
        for pen in (drawn, box):
            parse_path(found[chr(code)], pen)
        np.testing.assert_allclose(box.bounds, bounds.bounds, atol=1.5, err_msg=name)
        # Where each side lies half a step away, at most.
        assert abs(drawn.value - areas.value) < 0.5 * around.value, name
        assert drawn.value * areas.value > 0, name  # what is filled runs the same way round


def test_every_letter_that_can_be_seen_has_an_outline() -> None:
    for bold in (False, True):
        letters = {letter for letter in text.advances(bold) if letter.strip()}
        assert letters - {"\xad"} <= outlines(bold).keys() | {"\xa0"}


# --- cells ---------------------------------------------------------------------------

CELLS = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1)


def edges(boxes: Iterable[Rect]) -> set[tuple[float, float, bool]]:
    """Return the sides of unit length of rectangles."""
    found = set()
    for box in boxes:
        found |= {(x, y, True) for x in np.arange(box.x, box.right) for y in (box.y, box.bottom)}
        found |= {(x, y, False) for y in np.arange(box.y, box.bottom) for x in (box.x, box.right)}
    return found


@given(CELLS)
def test_blocks_have_all_lines_of_their_cells_and_no_others(cells: set[tuple[int, int]]) -> None:
    rects = [Rect(col, row, 1, 1) for row, col in sorted(cells)]
    found = [*blocks(rects)]
    lines = {
        (x, y, y0 == y1)
        for _, inner in found
        for (x0, y0), (x1, y1) in inner
        for x in (np.arange(x0, x1) if y0 == y1 else [x0])
        for y in ([y0] if y0 == y1 else np.arange(y0, y1))
    }
    assert edges(box for box, _ in found) | lines == edges(rects)
    assert sum(box.w * box.h for box, _ in found) == len(cells)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.booleans()), min_size=1))
def test_joined_lines_cover_the_same_and_do_not_overlap(spans: list[tuple[int, int, bool]]) -> None:
    def covered(lines: Iterable[tuple[tuple[float, float], tuple[float, float]]]) -> list[object]:
        return [
            (across, at)
            for (x0, y0), (x1, y1) in lines
            for across in [y0 == y1]
            for at in np.arange(*((x0, x1) if across else (y0, y1)))
        ]

    lines = [((a, 0), (a + n, 0)) if across else ((0, a), (0, a + n)) for a, n, across in spans]
    found = covered(joined(lines))
    assert sorted(found) == sorted(set(covered(lines)))
