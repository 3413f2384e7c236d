"""PowerPoint: a slide a scene, every panel a group, and a file that is always the same."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pptx
import pytest
from pptx.oxml.ns import qn

from tcviz.errors import OutputError
from tcviz.export.stills import still_format
from tcviz.render import slides
from tcviz.render.slides import SLIDE_SHAPES
from tcviz.scene.marks import (
    MARKS,
    Box,
    Cell,
    Connector,
    Heatmap,
    Label,
    Rect,
    Scene,
    Style,
    cell_key,
)
from tests.slides import (
    INCH,
    INK,
    PAPER,
    PIXEL,
    colour,
    deck,
    descr,
    drawn,
    edges,
    every_picture,
    leaves,
    of,
    written_elements,
)
from tests.stills import boxed, heat, scene, written

# --- the file -------------------------------------------------------------------


def test_every_type_of_mark_has_a_shape() -> None:
    assert set(SLIDE_SHAPES) == set(MARKS)


def test_each_scene_is_a_slide_in_order_with_its_title_and_its_sentence() -> None:
    scenes = [boxed(str(i), f"Step {i}", f"It says {i}.\n<&>") for i in range(3)]
    found = deck(*scenes).slides
    assert [slide.shapes.title.text for slide in found] == ["Step 0", "Step 1", "Step 2"]
    assert [slide.notes_slide.notes_text_frame.text for slide in found] == [
        f"It says {i}. <&>" for i in range(3)
    ]
    assert [[s.text for s in leaves(slide.shapes)] for slide in found] == [["0"], ["1"], ["2"]]


def test_the_title_is_the_only_placeholder_and_lies_above_the_slide() -> None:
    slide = deck(scene()).slides[0]
    assert slide.slide_layout.name == "Blank"
    (title,) = slide.placeholders
    assert title.text == scene().title
    assert title.top + title.height < 0
    assert title == next(iter(slide.shapes))  # it is read first


def test_a_scene_without_words_has_neither_title_nor_notes() -> None:
    slide = deck(boxed("1")).slides[0]
    assert slide.shapes.title is None
    assert not slide.has_notes_slide


@pytest.mark.parametrize(
    ("size", "paper", "inches"),
    [
        ((1280, 720), {}, (40 / 3, 7.5)),
        ((1280, 720), {"ratio": 0.5}, (20 / 3, 3.75)),
        ((1280, 720), {"ratio": 2.0, "dpi": 192.0}, (40 / 3, 7.5)),
        ((1280, 720), {"ratio": 10.0}, (56, 31.5)),
        ((1280, 720), {"dpi": 7200.0}, (16 / 9, 1)),
        ((9600, 96), {}, (56, 1)),
    ],
)
def test_slides_are_as_large_as_the_first_scene_where_powerpoint_allows(
    size: tuple[int, int], paper: dict[str, Any], inches: tuple[float, float]
) -> None:
    shown = Scene(*size, PAPER, (Box("all", Rect(0, 0, *size), fill=INK),))
    found = deck(shown, replace(shown, width=3 * size[0]), **paper)
    slide = found.slide_width, found.slide_height
    assert slide == tuple(round(side * INCH) for side in inches)
    first, second = (next(leaves(s.shapes)) for s in found.slides)
    ratio = min(slide[0] / size[0], slide[1] / size[1])
    assert np.allclose(edges(first)[2:], np.array(size) * ratio, atol=1)
    assert second.width == pytest.approx(first.width / 3, abs=1)  # fitted to the slide


def test_text_and_lines_grow_with_the_slide() -> None:
    one, two = drawn(scene())["title"], drawn(scene(), ratio=2.0)["title"]
    runs = [shape.text_frame.paragraphs[0].runs[0] for shape in (one, two)]
    assert [run.font.size.pt for run in runs] == [26 * 0.75, 52 * 0.75]
    key = of(scene(), Cell)[0].key
    assert [drawn(scene(), ratio=r)[key].line.width for r in (1.0, 2.0)] == [PIXEL, 2 * PIXEL]


def test_layouts_fill_the_slide_for_what_a_speaker_adds() -> None:
    found = deck(scene())
    for layout in found.slide_layouts:
        for place in layout.placeholders:
            assert place.left + place.width <= found.slide_width
    title = found.slide_layouts.get_by_name("Title Slide").placeholders[0]
    assert title.left + title.width / 2 == pytest.approx(found.slide_width / 2, abs=2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_background_is_the_scenes_or_none(theme: str) -> None:
    shown = scene(theme=theme)
    fill = deck(shown).slides[0].background.fill
    assert colour(fill.fore_color) == shown.background
    assert deck(shown, transparent=True).slides[0].follow_master_background


def test_parts_and_properties_bear_a_fixed_date() -> None:
    data = written("pptx", scene())
    with ZipFile(BytesIO(data)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in parts.namelist())
    facts = pptx.Presentation(BytesIO(data)).core_properties
    assert facts.created == facts.modified
    assert facts.created.year == 2000
    assert (facts.title, facts.author) == (scene().title, "tcviz")
    assert (facts.last_modified_by, facts.comments) == ("tcviz", "")


def test_the_same_scenes_are_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib; from tests.stills import heat, scene, written\n"
        "data = written('pptx', scene(), heat(9), heat(120))\n"
        "print(hashlib.sha256(data).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert len(runs.pop().strip()) == 64


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: Any) -> None:
    monkeypatch.setattr("tcviz.export.stills.find_spec", lambda _: None)
    with pytest.raises(OutputError, match=r"PPTX needs .*: pip install 'tcviz\[pptx\]'"):
        still_format("pptx").load()


def test_no_scene_is_a_file_without_slides() -> None:
    assert len(deck().slides) == 0


def test_signs_of_xml_are_text_and_what_xml_cannot_hold_is_not() -> None:
    found = deck(boxed("<&>\"'", "a < b\x01", "c > d\x02")).slides[0]
    assert next(leaves(found.shapes)).text == "<&>\"'"
    assert found.shapes.title.text == "a < b "
    assert found.notes_slide.notes_text_frame.text == "c > d "


# --- order, groups and words ----------------------------------------------------


@every_picture
def test_shapes_lie_over_each_other_as_marks_do(view: str, name: str, theme: str) -> None:
    shown = scene(view, name, theme)
    names = [n for n in drawn(shown) if "#" not in n and not n.endswith(".lines")]
    silent = {m.key for m in shown.marks if isinstance(m, Label) and not m.text}
    marks = [mark for mark in shown.marks if not isinstance(mark, Heatmap)]
    assert names == [mark.key for mark in marks if mark.key not in silent]


@every_picture
def test_every_shape_has_a_number_of_its_own(view: str, name: str, theme: str) -> None:
    ids = [e.get("id") for e in written_elements(scene(view, name, theme), "p:cNvPr")]
    assert len(ids) == len(set(ids))


@every_picture
def test_every_panel_is_a_group_with_the_frames_that_bear_its_name(
    view: str, name: str, theme: str
) -> None:
    shown = scene(view, name, theme)
    groups = {s.name: s for s in deck(shown).slides[0].shapes if s.shape_type == 6}
    panels = {c.key.split("[")[0] for c in of(shown, Cell)} | {h.key for h in of(shown, Heatmap)}
    assert set(groups) == panels
    for panel, group in groups.items():
        assert all(s.name.startswith((f"{panel}[", f"{panel}.")) for s in group.shapes)
        around = np.array([edges(shape) for shape in group.shapes])
        assert edges(group) == (*around[:, :2].min(axis=0), *around[:, 2:].max(axis=0))
        inside, outside = group._element.grpSpPr.xfrm.iter(qn("a:off"), qn("a:chOff"))
        assert dict(inside.attrib) == dict(outside.attrib)
    cells = {s.name for g in groups.values() for s in g.shapes if "[" in s.name}
    assert cells == {c.key for c in of(shown, Cell)}


def test_frames_move_with_their_panel_and_what_happens_now_does_not() -> None:
    slide = deck(scene()).slides[0]
    groups = {s.name: [m.name for m in s.shapes] for s in slide.shapes if s.shape_type == 6}
    assert groups["padded.0"][-1] == "padded.0.inner"
    assert "now.padded.0" in {s.name for s in slide.shapes}


def test_a_panel_says_its_rows_and_decoration_says_nothing() -> None:
    style = Style(PAPER, INK, INK)
    cells = [
        Cell(cell_key("p", i, j), Rect(20 * j, 20 * i, 20, 20), text_, 9, style)
        for i, row in enumerate((("1", "−2"), ("", "4")))
        for j, text_ in enumerate(row)
    ]
    line = Connector("line", ((0, 70), (90, 70)), INK)
    shown = Scene(200, 120, PAPER, (*cells[::-1], line, replace(heat(3).marks[0], key="h")))
    panel, line_, tints = deck(shown).slides[0].shapes
    assert descr(panel) == "p: 1 −2; blank 4"
    assert descr(tints) == "h: 3 × 3 tints"
    assert [e.get("val") for e in line_._element.iter() if "decorative" in str(e.tag)] == ["1"]


def test_a_large_panels_words_are_cut() -> None:
    style = Style(PAPER, INK, INK)
    cells = tuple(Cell(cell_key("p", 0, i), Rect(i, 0, 1, 1), "123", 9, style) for i in range(999))
    (panel,) = deck(Scene(999, 80, PAPER, cells)).slides[0].shapes
    assert len(descr(panel)) == slides.MOST_WORDS
    assert descr(panel).endswith("…")
