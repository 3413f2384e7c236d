"""What can be chosen is listed; several views at once, into a folder, and shown when done."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tcviz import views
from tcviz.errors import RequestError, ThemeError, TooSmallError
from tcviz.scene import theme
from tcviz.views import VIEWS

Run = Callable[..., tuple[int, str, str]]
FAST = ["--size", "640x360", "--first", "1"]
STILL = ["--size", "640x360"]


def files() -> list[str]:
    return sorted(str(p) for p in Path().rglob("*") if p.is_file())


def folders() -> list[str]:
    return sorted(str(p) for p in Path().rglob("*") if p.is_dir())


# --- lists ----------------------------------------------------------------------------


def test_views_are_listed_with_a_line_and_the_dimensions_that_each_can_draw(run: Run) -> None:
    status, out, err = run("views")
    assert (status, err) == (0, "")
    rows = [line.split(maxsplit=1) for line in out.splitlines()]
    assert [name for name, _ in rows] == list(VIEWS)
    for (_, told), view in zip(rows, VIEWS.values(), strict=True):
        assert told.startswith(view.about)
        assert told.endswith(" ".join(f"{n}-D" for n in view.dims))
    assert len({view.about for view in VIEWS.values()}) == len(VIEWS)
    assert max(map(len, out.splitlines())) <= 80


def test_themes_are_listed_with_a_line(run: Run) -> None:
    status, out, err = run("themes")
    assert (status, err) == (0, "")
    rows = [line.split(maxsplit=1) for line in out.splitlines()]
    assert rows == [[name, theme.about(name)] for name in theme.presets()]
    assert len({told for _, told in rows}) == len(rows)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("name", theme.presets())
def test_a_theme_that_is_printed_can_be_used_as_a_file(name: str, run: Run) -> None:
    Path("mine.toml").write_text(run("themes", name)[1], encoding="utf-8")
    assert theme.load("mine.toml") == theme.load(name)
    assert run("animate", *FAST, "--theme", name, "-o", "preset.gif", "-q")[0] == 0
    assert run("animate", *FAST, "--theme", "mine.toml", "-o", "file.gif", "-q")[0] == 0
    assert Path("preset.gif").read_bytes() == Path("file.gif").read_bytes()


def test_every_colour_of_the_theme_to_start_from_is_explained(run: Run) -> None:
    text = run("themes", "light")[1]
    for key in tomllib.loads(text).keys() - {"about"}:
        (line,) = (line for line in text.splitlines() if line.startswith(f"{key} = "))
        assert len(line.partition("  # ")[2]) > 3, key


def test_what_a_theme_of_ones_own_is_about_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('base = "dark"\nabout = "ours"')
    assert theme.load(str(path)) == theme.load("dark")
    path.write_text("about = 3")
    with pytest.raises(ThemeError, match=r"^about in theme .*own\.toml is 3; allowed: text$"):
        theme.load(str(path))


# --- views ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["--view", "matrix,distribution"],
        ["--view", " matrix, distribution,matrix "],
        ["--view", "matrix", "--view", "distribution,matrix"],
    ],
)
def test_several_views_are_named_with_commas_or_one_by_one(words: list[str], run: Run) -> None:
    status, out, err = run("figure", *STILL, *words)
    assert (status, err) == (0, "")
    assert files() == ["distribution-k3-s1-p0.svg", "matrix-k3-s1-p0.svg"]
    assert out.index("matrix") < out.index("distribution")


@pytest.mark.parametrize("words", ["a,b", "matrix,", ",matrix", "", "matrix collection", "all,a"])
def test_a_view_that_there_is_not_is_told_wherever_it_stands(words: str, run: Run) -> None:
    status, out, err = run("figure", "--view", words)
    assert (status, out, err.count("\n"), files()) == (2, "", 1, [])
    assert err.startswith("tcviz: view is '")


def test_all_views_are_those_that_can_be_drawn(run: Run) -> None:
    status, out, err = run("animate", *FAST, "--view", "all")
    assert (status, err) == (0, "")
    assert files() == sorted(f"{view}-k3-s1-p0.gif" for view in VIEWS)
    assert [line.partition("-k")[0] for line in out.splitlines()[::2]] == list(VIEWS)


@pytest.mark.parametrize(
    ("words", "drawn", "reason"),
    [
        (["--dims", "3"], {n for n, v in VIEWS.items() if 3 in v.dims}, "dims is 3, with this "),
        (
            ["--symbols"],
            {n for n, v in VIEWS.items() if not (v.gradient or v.chained)} - {"matrix"},
            "symbols is asked for with this view; allowed: with distribution, ",
        ),
        (["--by", "column"], {"matrix"}, "by is 'column', given with this view; "),
        (["--in-channel", "1"], {"grad-input"}, "in_channel is 1, given with this view; "),
        (["--forward"], {"convolution", "matrix"}, "--forward is given with this view; "),
    ],
)
def test_views_that_cannot_be_drawn_are_left_out_and_told_with_the_reason(
    words: list[str], drawn: set[str], reason: str, run: Run
) -> None:
    status, _, err = run("figure", "--size", "740x416", "--view", "all", "--format", "png", *words)
    assert status == 0
    assert {file.partition("-k")[0].removesuffix("-3d") for file in files()} == drawn
    lines = [line.removeprefix("left out: ").split(": ", maxsplit=1) for line in err.splitlines()]
    assert {name for names, _ in lines for name in names.split(", ")} == VIEWS.keys() - drawn
    told = [why for _, why in lines]
    assert reason in " ".join(told)
    assert len(set(told)) == len(told)


def test_what_is_left_out_is_not_told_of_where_nothing_is(run: Run) -> None:
    words = ["--size", "740x416", "--view", "all", "--by", "column", "--format", "png", "-q"]
    assert run("figure", *words) == (0, "", "")
    assert [file.partition("-k")[0] for file in files()] == ["matrix"]


def test_all_and_a_view_by_name_is_an_error_where_this_cannot_be_drawn(run: Run) -> None:
    status, out, err = run("figure", "--view", "all,matrix", "--dims", "3")
    assert (status, out, files()) == (2, "", [])
    assert err == "tcviz: dims is 3, with view 'matrix'; allowed: 1 or 2\n"


def test_a_view_without_room_keeps_the_others_from_being_written(run: Run) -> None:
    words = ["figure", "--size", "640x360", "--symbols", "--view"]
    assert run(*words, "distribution", "-q") == (0, "", "")
    Path("distribution-k3-s1-p0.svg").unlink()
    assert run(*words, "distribution,matrix")[:2] == (2, "")
    assert files() == []


@pytest.mark.parametrize("words", [["--decimals", "99"], ["-s", "0"], ["--theme", "drak"]])
def test_what_is_wrong_with_every_view_is_told_once(words: list[str], run: Run) -> None:
    alone = run("figure", *words)
    assert alone[0] == 2
    assert run("figure", "--view", "all", *words) == alone
    assert files() == []


def test_a_page_holds_all_views(run: Run) -> None:
    status, out, err = run("animate", *FAST, "--view", "all", "-o", "page.html")
    assert (status, err, files()) == (0, "", ["page.html"])
    assert out.startswith(f"page.html: {len(VIEWS)} views, ")


def test_on_standard_output_there_is_room_for_one_view(run: Run) -> None:
    status, _, err = run("animate", "--view", "all", "-o", "-", "--format", "gif")
    assert (status, err) == (
        2, "tcviz: view is given twice; allowed: one view on standard output\n"
    )  # fmt: skip


# --- folders --------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["site", "site/", "./site", "a/b/", "."])
@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["animate", *FAST], ["distribution-k3-s1-p0.gif"]),
        (["animate", *FAST, "--format", "webp"], ["distribution-k3-s1-p0.webp"]),
        (["figure", *STILL, "--steps", "8-9"], [f"distribution-k3-s1-p0-step-0{n}.svg"
                                                for n in (8, 9)]),
        (["figure", *STILL, "--view", "input,kernel"], ["input-k3-s1-p0.svg",
                                                        "kernel-k3-s1-p0.svg"]),
    ],
)  # fmt: skip
def test_a_folder_gets_files_of_the_usual_names(
    output: str, words: list[str], made: list[str], run: Run
) -> None:
    Path("site").mkdir()
    status, out, err = run(*words, "-o", output)
    assert (status, err) == (0, "")
    assert files() == sorted(str(Path(output, name)) for name in made)
    assert out.startswith(str(Path(output, made[0])))


def test_a_folder_with_a_suffix_is_one(run: Run) -> None:
    assert run("animate", *FAST, "-o", "page.html/", "-q") == (0, "", "")
    assert files() == ["page.html/distribution-k3-s1-p0.gif"]


def test_a_failure_leaves_no_folder_that_was_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RequestError("while drawing")

    Path("old").mkdir()
    monkeypatch.setattr("tcviz.render.pixels.Pixels.paint", fail)
    for output in ("old/", "old/new/", "a/b/"):
        assert run("animate", "-o", output)[::2] == (2, "tcviz: while drawing\n")
        assert (files(), folders()) == ([], ["old"])


def test_a_folder_stays_with_what_was_written_before_the_failure(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tcviz.cli import figure

    save = figure._save

    def fail(drawn: object, target: Path, *rest: object, **more: object) -> object:
        if "collection" in str(target):
            raise RequestError("no more")
        return save(drawn, target, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(figure, "_save", fail)
    assert run("figure", *STILL, "--view", "input,collection", "-o", "new/")[0] == 2
    assert files() == ["new/input-k3-s1-p0.svg"]


# --- showing --------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what is opened, by a stand-in."""
    seen: list[str] = []

    def launch(url: str, *_: object, **__: object) -> int:
        assert Path(url).stat().st_size > 0, "opened before it was written"
        seen.append(url)
        return 0

    monkeypatch.setattr(click, "launch", launch)
    return seen


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["animate", *FAST, "-o", "a.gif"], "a.gif"),
        (["animate", *FAST, "-o", "new/", "-q"], "new/distribution-k3-s1-p0.gif"),
        (["animate", *FAST, "--view", "input,kernel"], "input-k3-s1-p0.gif"),
        (["animate", *FAST, "-o", "a.html"], "a.html"),
        (["figure", *STILL, "--output=-x.svg"], "-x.svg"),
        (["figure", *STILL, "--steps", "8-9", "-o", "s.svg"], "s-08.svg"),
    ],
)
def test_open_shows_the_first_file_once_all_are_written(
    words: list[str], first: str, run: Run, opened: list[str]
) -> None:
    assert run(*words)[0] == 0
    assert opened == []
    assert run(*words, "--open")[0] == 0
    assert opened == [str(Path(first).resolve())]


@pytest.mark.parametrize(
    "words",
    [
        ["animate", "-s", "0"],
        ["animate", "-o", "no/a.bmp"],
        ["animate", "-o", "-", "--format", "gif"],
        ["figure", "-o", "-", "--format", "svg"],
    ],
)
def test_nothing_is_opened_where_nothing_is_written(
    words: list[str], run: Run, opened: list[str]
) -> None:
    assert run(*words, "--open")[0] == 2
    assert opened == []


def test_nothing_is_opened_after_a_failure(
    run: Run, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tcviz.render.pixels.Pixels.paint", fail)
    assert run("animate", "--open")[0] == 1
    assert opened == []


def test_a_file_that_nothing_opens_is_told_and_stays(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(click, "launch", lambda _: 1)
    monkeypatch.setattr("webbrowser.open", lambda url: bool(asked.append(url)))
    status, _, err = run("animate", *FAST, "-o", "a.gif", "--open")
    path = Path("a.gif").resolve()
    assert (status, err) == (1, f"tcviz: {str(path)!r} is written, but nothing here opens it\n")
    assert asked == [path.as_uri()]
    assert path.exists()


# --- all that is asked for is checked first ----------------------------------------------


@pytest.mark.parametrize("channel", ["0", "all"])
@pytest.mark.parametrize("command", ["figure -o two.svg", "animate --first 1 -o new/"])
def test_no_view_is_written_where_another_has_no_room(
    command: str, channel: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(name: str, part: Any, look: Any) -> views.View:
        if name == "matrix":
            raise TooSmallError("560×315, too small for names")
        return made(name, part, look)

    made = views.build
    monkeypatch.setattr(views, "build", build)
    asked = [*command.split(), "--size", "560x315", "--out-channels", "2", "--out-channel", channel]
    told = "tcviz: size is 560×315, too small for names; allowed: a larger canvas\n"
    assert run(*asked, "--view", "kernel", "--view", "matrix") == (2, "", told)
    assert (files(), folders()) == ([], [])
    assert run(*asked, "--view", "kernel", "-q") == (0, "", "")
