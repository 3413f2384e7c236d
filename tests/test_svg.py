"""SVG: well formed, with a title and words that can be found; heatmaps in every format."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pymupdf
import pytest
from PIL import Image

from tcviz.api import figure
from tcviz.scene.marks import Cell, Heatmap, Scene
from tcviz.views import VIEWS
from tests.stills import boxed, heat, said, scene, svg_seen, written
from tests.svg_reader import SVG, letters, parsed, pieces, rules, written_in

FORMATS = ("svg", "pdf", "eps", "pgf", "png", "webp", "jpg")
HOSTILE = '</title><script>alert("1")</script>--> ]]> & \x00\x0b'


def svg(shown: Scene, **paper: Any) -> ET.Element:
    return parsed(written("svg", shown, **paper))


@pytest.mark.parametrize("text", ["paths", "text"])
def test_an_svg_begins_with_its_title_and_description(text: str) -> None:
    root = svg(boxed("1", "A title", "A sentence <&>"), text=text)
    title, desc = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", "A title")
    assert (desc.tag, desc.text) == (f"{SVG}desc", "A sentence <&>")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert len(root.findall(f".//{SVG}title")) == len(root.findall(f".//{SVG}desc")) == 1


def test_a_scene_without_words_has_no_empty_title() -> None:
    root = svg(boxed("1"))
    assert not root.findall(f".//{SVG}title") + root.findall(f".//{SVG}desc")
    assert root.get("aria-labelledby") is None


@pytest.mark.parametrize("suffix", ["svg", "pdf", "eps", "pgf"])
def test_a_hostile_title_stays_text(suffix: str) -> None:
    plain = written(suffix, boxed("1", "A", "B"))
    data = written(suffix, boxed("1", HOSTILE + "\nshowpage\n\\end", HOSTILE))
    if suffix == "svg":
        root = parsed(data)
        assert root[0].text == HOSTILE[:-2] + "\nshowpage\n\\end"
        assert not root.findall(f".//{SVG}script")
        assert [e.tag for e in root.iter()] == [e.tag for e in svg(boxed("1", "A", "B")).iter()]
    elif suffix == "pdf":
        with pymupdf.open("pdf", data) as document:
            assert "<script>" in document.metadata["title"]
            assert document.page_count == 1
    else:
        assert len(data.splitlines()) == len(plain.splitlines())


def test_numbers_are_real_text_where_text_is_asked_for() -> None:
    shown = scene()
    root = svg(shown, text="text")
    assert sorted(e.text or "" for e in root.iter(f"{SVG}text")) == sorted(said(shown))
    assert letters(root) == []


@pytest.mark.parametrize("view", VIEWS)
def test_outlines_say_what_the_cells_do_and_nothing_else(view: str) -> None:
    shown = scene(view)
    root = svg(shown)
    assert not list(root.iter(f"{SVG}text"))
    seen = letters(root)
    assert sorted(s.letter for s in seen) == sorted("".join("".join(said(shown)).split()))
    cells = [m for m in shown.marks if isinstance(m, Cell) and m.text]
    for cell in cells:
        assert written_in(seen, cell.rect) == "".join(cell.text.split()), cell.key
    assert cells


def test_each_outline_is_there_once() -> None:
    root = svg(scene())
    paths = [e.get("d") for d in root.iter(f"{SVG}defs") for e in d.iter(f"{SVG}path")]
    assert len(paths) == len(set(paths))


def test_text_is_anchored_as_its_mark_is() -> None:
    data = written("svg", boxed("42"), text="text")
    (group,) = (e for e in parsed(data).iter(f"{SVG}g") if e.find(f"{SVG}text") is not None)
    assert float(group[0].get("x", "")) == 100.5
    assert "text-anchor:middle" in rules(data)[group.get("class", "")]
    assert "'Inter','Tcviz Sans','Helvetica Neue','Arial',sans-serif" in data.decode()


@pytest.mark.parametrize("text", ["paths", "text"])
def test_an_svg_refers_to_nothing_outside(text: str) -> None:
    data = written("svg", heat(20), text=text).decode()
    assert set(re.findall(r"\w+://[^\"' ]+", data)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<!|@import|@font-face|url\(|<script", data)


@pytest.mark.parametrize("text", ["paths", "text"])
def test_several_may_stand_in_one_page(text: str) -> None:
    one, other = (written("svg", scene(view), text=text) for view in ("distribution", "collection"))
    assert rules(one) | rules(other) == rules(other) | rules(one)  # a class says one thing
    assert rules(one).keys() & rules(other).keys()
    pairs = [pieces(parsed(data)) for data in (one, other)]
    shared = pairs[0].keys() & pairs[1].keys()
    for name in shared:
        first, second = (found[name] for found in pairs)
        assert [letter for letter, *_ in first] == [letter for letter, *_ in second]
        places = [[at for _, *at in some] for some in (first, second)]
        np.testing.assert_allclose(*places, atol=2)  # steps of an em
    assert bool(shared) == (text == "paths")


def test_panels_are_groups_that_say_what_they_are() -> None:
    root = svg(scene())
    (name,) = {root.get("id", "")}
    groups = [e.get("id", "") for e in root.iter(f"{SVG}g") if e.get("id", "").startswith(name)]
    assert [g.removeprefix(f"{name}-") for g in groups] == [
        "x.0", "x.1", "w.0", "w.1", "product.0", "product.1", "padded.0", "padded.1", "output",
    ]  # fmt: skip


def test_the_picture_of_the_article_is_small() -> None:
    shown = next(figure(stride=2, padding=1).scenes())
    assert len(written("svg", shown)) < 40_000
    assert len(written("svg", shown, text="text")) < 25_000


@pytest.mark.parametrize(("ratio", "dpi"), [(1.0, 96.0), (2.0, 96.0), (2.0, 192.0)])
def test_an_svg_has_the_size_of_the_paper_and_the_units_of_the_canvas(
    ratio: float, dpi: float
) -> None:
    root = svg(boxed("1"), ratio=ratio, dpi=dpi)
    size = float(root.get("width", "")), float(root.get("height", ""))
    assert size == (200 * ratio * 96 / dpi, 60 * ratio * 96 / dpi)
    assert root.get("viewBox") == "0 0 200 60"


def test_only_a_transparent_svg_shows_what_lies_below() -> None:
    assert svg_seen(boxed("1")).getpixel((2, 2)) == (0xEE, 0xEE, 0xEE)
    assert "#eeeeee" not in written("svg", boxed("1"), transparent=True).decode()


# --- heatmaps ----------------------------------------------------------------------


def test_cells_of_a_large_heatmap_are_shapes_and_those_of_a_small_one_an_image() -> None:
    parted, whole = svg(heat(20, line="#ffffff")), svg(heat(20))
    assert not list(parted.iter(f"{SVG}image"))
    assert len(list(whole.iter(f"{SVG}image"))) == 1
    assert len(list(parted.iter(f"{SVG}path"))) <= 8  # one a colour, the ground, the lines


@pytest.mark.parametrize("line", [None, "#ffffff"])
@pytest.mark.parametrize("scale", [0.77, 1.0, 2.6])
def test_no_ground_shines_through_between_cells(line: str | None, scale: float) -> None:
    shown = heat(30, line=line and "#14181f")
    dark = replace(
        shown,
        background="#ffffff",
        marks=tuple(replace(m, colours=("#14181f", "#16181f") * 3) for m in shown.marks),
    )
    image = svg_seen(dark, scale)
    inside = image.crop(tuple(round(v * scale) for v in (50, 50, 620, 620)))
    assert max(high for _, high in inside.getextrema()) <= 0x28


def test_a_sparse_heatmap_loses_no_cell_where_it_is_shapes() -> None:
    (dense,) = heat(700).marks
    assert isinstance(dense, Heatmap)
    diagonal = bytes(row == col for row in range(700) for col in range(700))
    shown = replace(heat(1), marks=(replace(dense, index=diagonal),))
    # Each cell of the diagonal twice, so that nothing shines through; the two grounds once.
    assert written("pgf", shown).count(b"\\pgfpathclose") == 2 * 700 + 2


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_huge_heatmap_makes_a_bounded_file(suffix: str) -> None:
    assert len(written(suffix, heat(1500))) < 7_000_000


def test_a_heatmap_of_an_svg_is_enlarged_without_blur() -> None:
    data = written("svg", heat(20)).decode()
    encoded = re.search(r"base64,\s*([^\"]+)", data)
    assert encoded
    image = Image.open(BytesIO(b64decode(encoded[1])))
    assert image.size == (1020, 1020)
    assert len(image.getcolors()) == 5
