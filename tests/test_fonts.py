"""A font is found for letters that the shipped one lacks: the likest that has them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.errors import RequestError
from tcviz.scene import faces, installed
from tcviz.scene.faces import Face, Font
from tests.made_fonts import made, saved

Install = Callable[..., list[str]]
HAN, HEBREW, FACE = "漢字", "אבג", "😀"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that makes fonts the only ones of the machine."""
    installed.find.cache_clear()

    def install(**fonts: object) -> list[str]:
        folder = tmp_path / "fonts"
        for name, font in fonts.items():
            folder.mkdir(exist_ok=True)
            saved(folder / f"{name}.ttf", font)
        found = list(installed.files([folder]))
        monkeypatch.setattr(installed, "installed", lambda: tuple(found))
        return found

    yield install
    installed.find.cache_clear()


def found(
    *scripts: str, region: str = "", bold: bool = False, font: Font | None = None
) -> dict[str, str]:
    """Return the name of the file in which each letter is found."""
    wanted = tuple(map(frozenset, scripts))
    chosen = installed.find(wanted, region, bold=bold, font=font)
    return {letter: Path(face.font.path).stem for letter, face in chosen.items()}


# --- what a file has ----------------------------------------------------------------


LETTERS = st.sets(
    st.characters(min_codepoint=0x21, max_codepoint=0x2FFFF, exclude_categories=["Cs"]),
    min_size=1,
    max_size=40,
)


@given(LETTERS, LETTERS)
def test_a_font_has_exactly_the_letters_of_its_map(
    tmp_path_factory: pytest.TempPathFactory, has: set[str], asked: set[str]
) -> None:
    path = saved(tmp_path_factory.getbasetemp() / "any.ttf", made("".join(has)))
    (known,) = faces.faces(Font(path), has | asked)
    assert known.has == has


def test_name_and_weight_are_those_of_the_file(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ttf", made(HAN, "Noto Sans Boxes", weight=700))
    assert faces.faces(Font(path), HAN) == [
        faces.FoundFont(Face(Font(path)), "Noto Sans Boxes", 700, frozenset(HAN))
    ]
    assert faces.faces(Font(path), HEBREW) == []


def test_each_font_of_a_collection_is_seen(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ttc", made(HAN, "One"), made(HEBREW, "Two"), made(HAN, "Three"))
    assert [(f.name, f.face.number) for f in faces.faces(Font(path), HAN)] == [
        ("One", 0),
        ("Three", 2),
    ]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.5])
def test_a_broken_file_has_nothing_and_is_told_in_one_line(tmp_path: Path, share: float) -> None:
    path = Path(saved(tmp_path / "a.ttf", made(HAN)))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert faces.faces(Font(str(path)), HAN) == []
    with pytest.raises(RequestError) as caught:
        faces.load(str(path))
    assert str(caught.value).startswith(f"font {str(path)!r} is ")
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_bytes_are_the_end_of_a_search(
    tmp_path_factory: pytest.TempPathFactory, bad: bytes, at: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = bytearray(Path(saved(folder / "good.ttf", made(HAN))).read_bytes())
    whole[at : at + len(bad)] = bad
    (folder / "bad.ttf").write_bytes(whole)
    for known in faces.faces(Font(str(folder / "bad.ttf")), HAN + HEBREW):
        assert known.has <= {*HAN, *HEBREW}


def test_only_regular_files_of_a_bounded_size_are_fonts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    with (tmp_path / "huge.ttf").open("wb") as huge:
        huge.truncate(faces.MOST + 1)
    assert faces.faces(Font(str(tmp_path / "pipe.ttf")), HAN) == []
    for name, what in (
        ("pipe.ttf", "a pipe or a device"),
        ("huge.ttf", "67,108,865 bytes"),
        ("none.ttf", "a missing file"),
        (".", "a folder"),
    ):
        with pytest.raises(RequestError, match=f"is {what}"):
            faces.load(str(tmp_path / name))


def test_a_font_of_coloured_bitmaps_alone_is_none(tmp_path: Path) -> None:
    font = made(FACE)
    path = saved(tmp_path / "a.ttf", font)
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole.replace(b"glyf", b"CBDT", 1))
    assert faces.faces(Font(path), FACE) == []
    with pytest.raises(RequestError, match="allowed: a font with outlines"):
        faces.load(path)


def test_another_content_has_another_digest(tmp_path: Path) -> None:
    one, two = (faces.load(saved(tmp_path / "a.ttf", made(letters))) for letters in (HAN, HEBREW))
    assert one.path == two.path
    assert one.digest != two.digest


# --- which is taken -----------------------------------------------------------------


def test_one_font_that_has_all_of_a_script_goes_before_two(install: Install) -> None:
    install(a=made(HAN[0], "Noto Sans"), b=made(HAN, "Whatever Serif"))
    assert found(HAN) == dict.fromkeys(HAN, "b")


def test_what_no_one_font_has_comes_from_several(install: Install) -> None:
    install(a=made(HAN[0]), b=made(HAN[1]), c=made(HEBREW))
    assert found(HAN, HEBREW) == {HAN[0]: "a", HAN[1]: "b", **dict.fromkeys(HEBREW, "c")}


def test_a_font_of_everything_does_not_keep_a_script_from_its_likest(install: Install) -> None:
    install(all=made(HAN + HEBREW, "Bitmaps of Everything"), han=made(HAN, "Noto Sans CJK"))
    assert found(HAN, HEBREW) == dict.fromkeys(HAN, "han") | dict.fromkeys(HEBREW, "all")


@pytest.mark.parametrize("bold", [False, True])
def test_a_bold_text_is_set_in_bold(install: Install, bold: bool) -> None:
    install(a=made(HAN, "Noto Sans A"), b=made(HAN, "Noto Sans B", weight=700))
    assert found(HAN, bold=bold) == dict.fromkeys(HAN, "b" if bold else "a")


@pytest.mark.parametrize(("region", "best"), [("SC", "sc"), ("JP", "jp"), ("KR", "kr"), ("", "jp")])
def test_chinese_characters_look_as_in_the_language(
    install: Install, region: str, best: str
) -> None:
    install(**{name: made(HAN, f"Noto Sans CJK {name.upper()}") for name in ("kr", "jp", "sc")})
    assert found(HAN, region=region) == dict.fromkeys(HAN, best)


def test_letters_without_ink_are_not_there(install: Install) -> None:
    install(a=made(FACE + HAN, "Noto Sans", blank=FACE), b=made(FACE, "Other"))
    assert found(FACE + HAN) == {FACE: "b", **dict.fromkeys(HAN, "a")}


def test_accents_come_with_their_letter_from_one_font(install: Install) -> None:
    install(a=made("x\u0302", "Other"), b=made("x", "Noto Sans"))
    assert found_cluster("x\u0302") == "a"


def found_cluster(cluster: str) -> str:
    chosen = installed.find((frozenset([cluster]),), "", bold=False)
    return Path(chosen[cluster].font.path).stem


def test_the_file_that_is_asked_for_goes_first_as_far_as_it_has_letters(
    install: Install, tmp_path: Path
) -> None:
    install(a=made(HAN, "Noto Sans"))
    own = faces.load(saved(tmp_path / "own.ttf", made(HAN[1], "Own Serif")))
    assert found(HAN, font=own) == {HAN[0]: "a", HAN[1]: "own"}


def test_nothing_is_found_where_there_is_nothing(install: Install) -> None:
    install()
    assert found(HAN) == {}


# --- where they are looked for ------------------------------------------------------


def test_folders_are_searched_in_one_order_and_links_go_round_in_no_circle(tmp_path: Path) -> None:
    for name in ("b/z.TTF", "b/a.otf", "a/x.ttc", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    searched = installed.files([tmp_path, tmp_path / "b", tmp_path / "none"])
    assert [str(Path(p).relative_to(tmp_path)) for p in searched] == [
        *("a/x.ttc", "b/a.otf", "b/z.TTF")
    ]


def test_matplotlibs_own_fonts_are_always_there() -> None:
    assert any(Path(path).name == "DejaVuSans-Bold.ttf" for path in installed.installed())
    assert len(installed.installed()) <= installed.MOST_FILES
