"""PDF, EPS and PGF; and for every file of a still: the same bytes, no settings changed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pymupdf
import pytest

from tcviz.export.stills import STILLS, Paper, still_format
from tcviz.render.latex import escape
from tcviz.render.shapes import SHAPES
from tcviz.scene.marks import MARKS
from tests.stills import boxed, heat, scene, with_marks, written

FORMATS = ("svg", "pdf", "eps", "pgf", "png", "webp", "jpg")
WAYS = [(suffix, text) for suffix in FORMATS for text in STILLS[suffix].texts or ("paths",)]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert("1")</script>--> ]]> & \x00\x0b'
SIGNS = "−3×Σ≈→Δαβ₀₁·…é"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_every_type_of_mark_has_a_shape() -> None:
    assert set(SHAPES) == set(MARKS)


# --- the same every time ----------------------------------------------------------


SCRIPT = """
import hashlib, sys
sys.path.insert(0, {root!r})
from tests.stills import heat, scene, written
for suffix, text in {ways!r}:
    for shown in (scene("distribution", "tints"), heat(30)):
        print(suffix, text, hashlib.sha256(written(suffix, shown, text=text)).hexdigest())
"""


def other_process(seed: str, **environment: str) -> list[str]:
    """Return the digests that a fresh Python comes to."""
    root = str(Path(__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(root=root, ways=WAYS)],
        env=os.environ | {"PYTHONHASHSEED": seed} | environment,
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


def test_bytes_depend_on_no_hash_seed_no_clock_and_no_matplotlibrc(tmp_path: Path) -> None:
    rc = tmp_path / "matplotlibrc"
    rc.write_text("font.size: 30\nsvg.fonttype: none\npdf.fonttype: 3\nps.fonttype: 3\n"
                  "pdf.compression: 0\nfigure.facecolor: red\npath.sketch: 3, 20, 2\n"
                  "text.usetex: True\nlines.scale_dashes: False\npgf.rcfonts: True\n")  # fmt: skip
    here = other_process("1", SOURCE_DATE_EPOCH="0")
    there = other_process("2", SOURCE_DATE_EPOCH="1000000000", MATPLOTLIBRC=str(rc))
    assert len(here) == 2 * len(WAYS)
    assert here == there


@pytest.mark.parametrize(("suffix", "text"), WAYS)
def test_settings_of_matplotlib_neither_matter_nor_change(suffix: str, text: str) -> None:
    before = digest(written(suffix, scene(), text=text))
    with mpl.rc_context({"font.size": 40, "svg.fonttype": "none", "path.simplify": True}):
        settings = dict(mpl.rcParams)
        assert digest(written(suffix, scene(), text=text)) == before
        assert dict(mpl.rcParams) == settings


def test_settings_are_given_back_after_a_failure() -> None:
    settings = dict(mpl.rcParams)
    broken = replace(scene(), marks=(object(),))  # type: ignore[arg-type]
    for suffix in FORMATS:
        with pytest.raises((KeyError, AttributeError)):
            written(suffix, broken)
    assert dict(mpl.rcParams) == settings


@pytest.mark.parametrize(("suffix", "text"), WAYS)
def test_files_name_no_date_and_no_version(suffix: str, text: str) -> None:
    data = written(suffix, boxed("1"), text=text)
    assert not re.search(rb"CreationDate|20\d\d-\d\d-\d\d|[Mm]atplotlib v", data)


# --- PDF and EPS -------------------------------------------------------------------


def test_a_pdf_has_a_page_for_each_scene_and_its_text_can_be_found() -> None:
    shown = [boxed(f"page{i}", "The title", "The sentence") for i in range(3)]
    data = written("pdf", *shown, ratio=2, dpi=192, text="text")
    with pymupdf.open("pdf", data) as document:
        assert [page.get_text().strip() for page in document] == ["page0", "page1", "page2"]
        assert {tuple(page.rect) for page in document} == {(0.0, 0.0, 150.0, 45.0)}
        assert document.metadata["title"] == "The title"
        assert document.metadata["subject"] == "The sentence"


def test_every_sign_of_a_pdf_can_be_found() -> None:
    with pymupdf.open("pdf", written("pdf", boxed(SIGNS), text="text")) as document:
        assert document[0].get_text().strip() == SIGNS
        fonts = {(name.partition("+")[2], kind) for _, _, kind, name, *_ in document[0].get_fonts()}
    assert fonts == {("TcvizSans-Regular", "Type0")}


def test_outlines_in_a_pdf_need_no_font() -> None:
    with pymupdf.open("pdf", written("pdf", boxed("42"), text="paths")) as document:
        assert document[0].get_text() == ""
        assert document[0].get_fonts() == []


def test_a_pdf_takes_one_scene_after_another() -> None:
    taken, free = [], []

    def scenes() -> Any:
        for i in range(4):
            taken.append(i)
            yield boxed(str(i))
            free.append(file.tell())

    file = BytesIO()
    still_format("pdf").load()(scenes(), Paper(text="paths"), file)
    assert taken == [0, 1, 2, 3]
    assert free == sorted(set(free))  # each page is in the file before the next is made


def test_an_eps_has_the_size_of_the_paper_and_a_title() -> None:
    data = written("eps", boxed("1", "Size 3×3 −1"), ratio=2, dpi=96, text="text")
    head = data.partition(b"%%EndComments")[0].decode("ascii")
    assert head.startswith("%!PS-Adobe-3.0 EPSF-3.0\n")
    assert "%%BoundingBox: 0 0 300 90\n" in head
    assert "%%Title: Size 3?3 -1\n" in head


def test_an_eps_carries_its_font_only_where_text_is_asked_for() -> None:
    with_font, without = (written("eps", boxed("42"), text=t) for t in ("text", "paths"))
    assert b"/FontType 42" in with_font
    assert with_font.count(b" glyphshow") == 2
    assert b"FontType" not in without


# --- PGF ---------------------------------------------------------------------------


def test_latex_is_never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    for text in ("text", "paths"):
        assert b"\\begin{pgfpicture}" in written("pgf", scene(), text=text)


def test_a_pgf_picture_has_its_text_for_latex_and_its_size() -> None:
    data = written("pgf", boxed("−5% of x_0 & {$}"), text="text").decode()
    assert r"\sffamily" in data
    assert r"\ensuremath{-}5\% of x\_0 \& \{\$\}" in data
    assert r"\pgfqpoint{2.083333in}{0.625000in}" in data
    assert data.startswith("% In a document")


def test_signs_of_a_bold_pgf_number_are_bold() -> None:
    shown = with_marks(boxed("−5"), lambda m: replace(m, style=replace(m.style, bold=True)))
    assert rb"\boldmath \ensuremath{-}5}}" in written("pgf", shown, text="text")
    assert b"boldmath" not in written("pgf", boxed("−5"), text="text")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\{}$&#^_~%", r"\textbackslash{}\{\}\$\&\#\textasciicircum{}\_\textasciitilde{}\%"),
        ("2 × 3 ≈ Σ₀ᵀ…", r"2 \ensuremath{\times} 3 \ensuremath{\approx} \ensuremath{\Sigma}"
         r"\textsubscript{0}\textsuperscript{T}\dots{}"),
        ("x[i,j]·w → ½", None),
        ("два", None),
        ("é ñ", "é ñ"),
        ("a--b", "a{-}{-}b"),
        ("a    b", "a ~ ~b"),
        ("n⁻¹", r"n\textsuperscript{\ensuremath{-}}\textsuperscript{1}"),
    ],
)  # fmt: skip
def test_text_is_escaped_for_latex(text: str, expected: str | None) -> None:
    assert escape(text) == expected


def test_letters_that_latex_may_not_have_are_outlines() -> None:
    assert b"\\pgftext" not in written("pgf", boxed("два"), text="text")
    assert b"\\pgftext" in written("pgf", boxed("two"), text="text")


def test_a_pgf_picture_needs_no_file_beside_it() -> None:
    data = written("pgf", heat(200))
    assert b"pgfimage" not in data.partition(b"\\begingroup")[2]
    assert b"includegraphics" not in data
