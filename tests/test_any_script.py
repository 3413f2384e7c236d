"""A title is written in any script: with a font that has its letters, or with the viewer's."""

from __future__ import annotations

import pickle
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from tcviz.api import animate, figure, pages
from tcviz.errors import RequestError
from tcviz.errors.notes import TcvizWarning
from tcviz.gallery import spec, watching
from tcviz.gallery.render import render
from tcviz.render import ink, tracing
from tcviz.render.areas import area_of
from tcviz.scene import faces, installed, text, typeset
from tcviz.scene.marks import Label, Scene
from tests.browser import Read, browser, read
from tests.made_fonts import BESIDE, EM, made, saved
from tests.stills import pdf_seen, pixels_seen, svg_seen, written

__all__ = ["browser", "read"]  # the fixtures
Run = Callable[..., tuple[int, str, str]]
HAN, HEBREW, ARABIC, HINDI, KOREAN = "転置畳込", "אבגדה", "عربي", "ह\u093fन\u094dद", "한국어"
WIDE, NARROW = 900, 300
WIDTHS = {"א": WIDE, "ב": NARROW}
ALL = HAN + HEBREW + ARABIC + HINDI + KOREAN + "ℝ⌀😀、。（）"


@pytest.fixture(autouse=True)
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give the machine one font, of boxes; a test may take it away, or another."""
    widths = dict.fromkeys(ALL, 600) | dict.fromkeys(HAN + KOREAN, EM) | WIDTHS
    found = [saved(tmp_path / "boxes.ttf", made(widths, weight=700))]
    monkeypatch.setattr(installed, "installed", lambda: tuple(found))
    forget()
    yield found
    forget()


def forget() -> None:
    installed.find.cache_clear()
    typeset.typeset.cache_clear()


def title(scene: Scene) -> list[Label]:
    """Return the labels of a title, from its first line to its last."""
    return [m for m in scene.marks if isinstance(m, Label) and m.key.startswith("title")]


def drawn(words: str, **options: Any) -> Scene:
    return next(figure(title=words, **options).scenes())


# --- how a line is set --------------------------------------------------------------


def test_a_letter_of_another_font_is_as_wide_as_that_says() -> None:
    line = typeset.typeset(f"x {HAN} 1")
    assert [run.text for run in line.runs] == ["x ", HAN, " 1"]
    assert [run.face is None for run in line.runs] == [True, False, True]
    assert [run.em for run in line.runs] == pytest.approx(
        [text.width("x ", 1), len(HAN), text.width(" 1", 1)]
    )


def test_what_the_shipped_font_has_looks_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "installed", None)
    assert all(label.typeset is None for label in title(drawn("Größe ∂ Свёртка")))


def test_a_word_is_not_set_in_two_fonts(fonts: list[str], tmp_path: Path) -> None:
    letters = "Tiếng Việt"
    fonts[:] = [saved(tmp_path / "latin.ttf", made(letters.replace(" ", "")))]
    line = typeset.typeset(f"{letters} 12")
    assert ["".join(r.text for r in line.runs if r.face)] == [letters.replace(" ", "")]
    assert "".join(r.text for r in line.runs if not r.face).replace(" ", "") == "12"


def test_lines_that_begin_at_the_right_are_turned_and_so_are_their_signs() -> None:
    line = typeset.typeset("אב (גד) x=1")
    assert [run.text for run in line.runs] == ["x=1", " (", "גד", ") ", "אב"]
    assert line.turned
    assert [run.turned for run in line.runs if run.face] == [True, True]


def test_letters_that_no_font_has_are_named_in_their_order() -> None:
    line = typeset.typeset("漢 a字🎈漢b")
    assert line.missing == ("漢", "字", "🎈")
    with pytest.raises(RequestError) as caught:
        typeset.checked(line)
    assert str(caught.value) == (
        "title is '漢 a字🎈漢b'; allowed: letters that an installed font has; "
        "none has '漢', '字', '🎈': --font FILE may"
    )


WORDS = st.text(st.sampled_from(f"{ALL}ab 12()"), max_size=30).map(lambda s: " ".join(s.split()))


@given(WORDS, st.floats(6, 40), st.floats(0, 700))
def test_shortened_lines_fit_and_are_no_shorter_than_they_must_be(
    words: str, size: float, room: float
) -> None:
    short = typeset.shorten(words, size, room)
    if typeset.width(words, size) <= room:
        assert short == words
        return
    kept = short.removesuffix("…")
    assert short != kept
    assert words.startswith(kept)
    assert typeset.width(short, size) <= room or not kept


@given(WORDS)
def test_a_line_in_two_is_all_there(words: str) -> None:
    assert "".join(typeset.halves(words)).replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize(
    ("words", "halves"),
    [
        ("one two three", ("one two", "three")),
        ("転置畳込転置", ("転置畳", "込転置")),
        ("転置畳込、込", ("転置畳", "込、込")),
        ("転置畳、込", ("転置", "畳、込")),
        ("転置（畳込）", ("転置", "（畳込）")),
        ("conv 転置畳込転置", ("conv 転置", "畳込転置")),
        ("hन\u094dद", ("hन\u094d", "द")),
        ("x", ("x", "")),
        ("", ("", "")),
    ],
)
def test_a_line_is_broken_where_its_script_allows_it(words: str, halves: tuple[str, str]) -> None:
    assert typeset.halves(words) == halves


# --- painted ------------------------------------------------------------------------


def boxes(mask: np.ndarray[Any, Any]) -> list[int]:
    """Return the widths of what is inked, from left to right."""
    on = np.flatnonzero(
        np.diff((np.asarray(mask) > 127).any(axis=0).astype(int), prepend=0, append=0)
    )
    return (on[1::2] - on[::2]).tolist()


@pytest.mark.parametrize("raqm", [True, False], ids=["with Raqm", "without"])
def test_letters_run_to_the_left_with_and_without_raqm(
    monkeypatch: pytest.MonkeyPatch, raqm: bool
) -> None:
    if not raqm:
        monkeypatch.setattr(features, "check", lambda _: False)
    typeset.opened.cache_clear()
    ink.set_in.cache_clear()
    (run,) = typeset.typeset("אב").runs
    assert run.face
    mask, _, _ = ink.set_in(run.face, run.text, 100, 0, turned=run.turned)
    sizes = [(wide - 2 * BESIDE) / 10 for wide in (NARROW, WIDE)]
    assert boxes(mask) == pytest.approx(sizes, abs=2)
    typeset.opened.cache_clear()
    ink.set_in.cache_clear()


def heading(words: str, **options: Any) -> Scene:
    """Return a scene of nothing but a title."""
    scene = drawn(words, **options)
    return replace(scene, height=60.0, marks=tuple(title(scene)))


@pytest.mark.parametrize("words", [HAN, f"x {HEBREW} (y)", f"{ARABIC} 12 {HINDI} ℝ"])
def test_a_title_is_painted_within_its_area_and_as_wide_as_it_was_laid_out(words: str) -> None:
    scene = heading(words)
    (label,) = title(scene)
    left, top, right, bottom = area_of(label, 1.0)
    rows, cols = np.nonzero(np.asarray(pixels_seen(scene).convert("L")) < 250)
    assert left <= cols.min() <= cols.max() < right
    assert top <= rows.min() <= rows.max() < bottom
    assert cols.max() - cols.min() == pytest.approx(label.width, abs=0.2 * label.size)


def test_the_same_title_is_the_same_bytes() -> None:
    files = []
    for _ in range(2):
        forget()
        files.append(written("png", heading(f"{HAN} {HEBREW}")))
    assert files[0] == files[1]


# --- traced, or written -------------------------------------------------------------


def test_traced_letters_are_the_fonts_outlines() -> None:
    (run,) = typeset.typeset("אב").runs
    assert run.face
    lines = tracing.traced(run.face, run.text, turned=run.turned)
    polygons = sorted((line * (1, -1) for line in lines), key=lambda p: p[:, 0].min())
    expected = [(BESIDE, NARROW - BESIDE), (NARROW + BESIDE, NARROW + WIDE - BESIDE)]
    assert len(polygons) == len(expected)
    for polygon, (left, right) in zip(polygons, expected, strict=True):
        assert polygon.min(axis=0) == pytest.approx((left / EM, 0), abs=0.01)
        assert polygon.max(axis=0) == pytest.approx((right / EM, 0.7), abs=0.01)
        assert len(polygon) <= 12  # a box has few corners


@pytest.mark.parametrize("seen", [svg_seen, pdf_seen])
def test_vectors_show_what_pixels_do(seen: Callable[..., Image.Image]) -> None:
    scene = heading(f"{HAN} x {HEBREW} (y)")
    one, two = (np.asarray(i.reduce(8), dtype=float) for i in (seen(scene), pixels_seen(scene)))
    assert one.shape == two.shape
    assert np.abs(one - two).max() < 60
    assert np.abs(one - two).mean() < 0.75


@pytest.mark.parametrize("form", ["pdf", "eps", "pgf"])
@pytest.mark.parametrize("how", ["paths", "text"])
def test_other_vectors_have_the_outlines_too(form: str, how: str) -> None:
    plain, other = (written(form, heading(words), text=how) for words in ("x", f"x {HEBREW}"))
    assert len(other) > len(plain) + 100


def written_as(words: str) -> ET.Element:
    """Return the element of a title in an SVG of text."""
    root = ET.fromstring(written("svg", heading(words), text="text"))  # noqa: S314 - our own
    (found,) = (node for node in root.iter() if node.text == words)
    return found


def test_an_svg_of_text_holds_the_words_in_the_room_that_was_kept() -> None:
    (label,) = title(drawn(HAN))
    found = written_as(HAN)
    assert float(found.attrib["x"]) == label.at[0]
    assert float(found.attrib["textLength"]) == pytest.approx(label.width, abs=0.01)
    assert "direction" not in found.attrib


def test_an_svg_of_text_says_what_runs_to_the_left() -> None:
    found = written_as(f"{HEBREW} x")
    assert (found.attrib["direction"], found.attrib["text-anchor"]) == ("rtl", "end")
    assert float(found.attrib["x"]) == title(drawn("x"))[0].at[0]


# --- asked for ----------------------------------------------------------------------

LACKED = "漢字"
SMALL = ("--size", "640x360")
REFUSED = (
    "title is '漢字'; allowed: letters that an installed font has; "
    "none has '漢', '字': --font FILE may\n"
)


@pytest.mark.parametrize("form", ["png", "gif", "mp4", "svg", "pdf", "eps", "pgf"])
def test_a_title_that_no_font_has_is_refused_before_anything_is_written(
    form: str, run: Run, tmp_path: Path
) -> None:
    command = "animate" if form in {"gif", "mp4"} else "figure"
    before = {*tmp_path.iterdir()}
    asked = run(command, *SMALL, "--title", LACKED, "-o", f"a.{form}")
    assert asked == (2, "", f"tcviz: {REFUSED}")
    assert {*tmp_path.iterdir()} == before


def test_painting_it_anyway_is_refused_in_the_same_words() -> None:
    with pytest.raises(RequestError) as caught:
        animate(title=LACKED).still(1)
    assert f"{caught.value}\n" == REFUSED


def test_a_viewer_sets_with_fonts_of_its_own(run: Run, tmp_path: Path) -> None:
    title = ("--title", LACKED)
    assert run("animate", *title, "--first", "2", "-q", "-o", "a.html") == (0, "", "")
    assert run("figure", *title, "--text", "text", "-q", "-o", "a.svg") == (0, "", "")
    assert run("figure", *title, "-q", "-o", "a.pptx") == (0, "", "")
    page, drawing = ((tmp_path / name).read_text("utf-8") for name in ("a.html", "a.svg"))
    assert f'"{LACKED}",0,0]' in page
    assert re.search(f"<text [^>]*>{LACKED}</text>", drawing)
    with ZipFile(tmp_path / "a.pptx") as slides:
        slide = slides.read("ppt/slides/slide1.xml").decode()
    (written,) = re.findall(f"<a:r>(?:(?!</a:r>).)*<a:t>{LACKED}</a:t>", slide)
    assert "<a:latin" in written
    assert "<a:ea" not in written


def test_a_page_and_a_slide_know_where_a_line_begins() -> None:
    page = pages.html([animate(title=HEBREW, first=2)])
    (label,) = title(drawn(HEBREW))
    assert f'"{HEBREW}",{round(label.width, 2):g},1]' in page
    with ZipFile(BytesIO(written("pptx", heading(HEBREW)))) as slides:
        assert 'algn="l" rtl="1"' in slides.read("ppt/slides/slide1.xml").decode()


@pytest.mark.parametrize("words", [HAN, f"{HEBREW} x"])
def test_a_readers_browser_sets_a_title_in_the_room_that_was_kept(read: Read, words: str) -> None:
    (label,) = title(drawn(words))
    found = read(pages.html([animate(title=words, first=2)])).page.locator(f"text='{words}'")
    box = found.last.evaluate("(node) => { const b = node.getBBox(); return [b.x, b.width]; }")
    assert box == pytest.approx([label.at[0], label.width], abs=0.1 * label.size)


def test_a_font_that_is_asked_for_sets_what_no_other_has(run: Run, tmp_path: Path) -> None:
    own = saved(tmp_path / "own.ttf", made(LACKED))
    asked = ("figure", *SMALL, "--title", LACKED, "-o", "a.png")
    assert run(*asked, "--font", own)[::2] == (0, "")
    assert figure(title=LACKED, font=own).look.font == faces.load(own)
    allowed = "a font with outlines: .ttf, .otf, .ttc or .otc"
    told = f"tcviz: font 'b.png' is no font; allowed: {allowed}\n"
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    assert run(*asked, "--font", "b.png") == (2, "", told)


def test_a_font_is_not_written_over(run: Run, tmp_path: Path) -> None:
    saved(tmp_path / "own.ttf", made(LACKED))
    asked = run(
        "figure", "--title", LACKED, "--font", "own.ttf", "-o", "own.ttf", "--format", "png"
    )
    assert asked[0] == 2
    assert "--font" in asked[2]


def test_a_font_that_no_letter_needs_is_noted(tmp_path: Path) -> None:
    own = saved(tmp_path / "own.ttf", made(LACKED))
    with pytest.warns(TcvizWarning, match="no letter of the title needs it"):
        animate(title="plain", font=own)


# --- as much of it as there is room for ---------------------------------------------

PARAMETERS: dict[str, Any] = {
    "stride": (2, 3), "padding": ((1, 0), 2), "output_padding": (1, 0), "dilation": (1, 2),
    "groups": 2, "in_channels": 2, "out_channels": 2, "seed": 1,
}  # fmt: skip
SIXTY = ("How a transposed convolution spreads values over its outputs", 60 * "W", 60 * HAN[0],
         f"{HEBREW} " * 10, 12 * f"{KOREAN}、")  # fmt: skip


@pytest.mark.parametrize("options", [{}, PARAMETERS], ids=["usual", "all parameters"])
@pytest.mark.parametrize("words", SIXTY)
def test_a_title_of_sixty_characters_is_shown_whole(words: str, options: dict[str, Any]) -> None:
    words = words.strip()
    scene = drawn(words, **options)
    lines = title(scene)
    assert re.sub(r"\s", "", "".join(m.text for m in lines)) == re.sub(r"\s", "", words)
    others = [m for m in scene.marks if isinstance(m, Label) and m not in lines and m.at[1] < 60]
    right = min((m.left for m in others if m.anchor == "right"), default=1240.0)
    assert max(m.left + m.width for m in lines) <= right
    assert all(m.size >= 13 for m in lines)


@pytest.mark.parametrize(
    "words", ["", "Short", "x" * 45, "word " * 20, "x" * 3000, HAN * 40, HAN * 4000]
)
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (640, 360)])
def test_whatever_its_length_a_title_stays_in_its_room(words: str, size: tuple[int, int]) -> None:
    scene = drawn(words, size=size)
    labels = {m.key: m for m in scene.marks if isinstance(m, Label)}
    lines = title(scene)
    above = [*lines, labels["view"], labels["subtitle"]]
    assert all(m.left + m.width <= scene.width - 40 + 0.01 for m in above)
    for one in above:  # nothing stands upon anything else
        for other in above:
            if one is not other and abs(one.at[1] - other.at[1]) < 5:
                assert one.left + one.width <= other.left or other.left + other.width <= one.left
    assert "".join(m.text for m in lines).rstrip("…").replace(" ", "") in words.replace(" ", "")


# --- in a gallery -------------------------------------------------------------------


def items(folder: Path, rest: str) -> tuple[Any, ...]:
    path = folder / "g.toml"
    path.write_text(f"[[item]]\nname = 'a'\ntitle = '{LACKED}'\n{rest}", encoding="utf-8")
    return spec.read(path, folder / "out").items


def test_a_gallerys_font_lies_beside_its_spec_and_its_content_counts(tmp_path: Path) -> None:
    digests = []
    for letters in (LACKED, LACKED + HAN):
        saved(tmp_path / "own.ttf", made(letters))
        (item,) = items(tmp_path, "font = 'own.ttf'")
        digests.append(item.digest)
    assert digests[0] != digests[1]
    assert "--font own.ttf" in item.line
    assert tmp_path / "own.ttf" in watching.sources(tmp_path / "g.toml")


def test_a_gallerys_default_font_is_of_use_where_a_title_needs_it(tmp_path: Path) -> None:
    saved(tmp_path / "own.ttf", made(LACKED))
    asked = "[[item]]\nname = 'b'\n[defaults]\nfont = 'own.ttf'"
    a, b = items(tmp_path, asked)
    assert a.picture.look.font
    assert (b.picture.look.font, b.notes) == (None, [])


def test_a_gallerys_font_goes_with_its_item_to_another_machine(tmp_path: Path) -> None:
    path = Path(saved(tmp_path / "own.ttf", made(LACKED)))
    (item,) = items(tmp_path, "font = 'own.ttf'\nformat = 'png'")
    sent = pickle.dumps(item)
    path.unlink()
    forget()
    there = render(pickle.loads(sent))  # noqa: S301 - our own
    assert isinstance(there, list), there


@pytest.mark.parametrize("form", ["gif", "html", "pptx"])
def test_a_gallerys_title_needs_a_font_also_for_its_poster(form: str, tmp_path: Path) -> None:
    with pytest.raises(spec.SpecError, match="none has '漢', '字'"):
        items(tmp_path, f"format = '{form}'")


def test_a_gallery_may_be_called_anything_that_is_written(tmp_path: Path) -> None:
    path = tmp_path / "g.toml"
    for title in ("می\u200cخواهم", "क्\u200dष", LACKED):
        path.write_text(f"title = '{title}'\n[[item]]\nname = 'a'", encoding="utf-8")
        assert spec.read(path).title == title
