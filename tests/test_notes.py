"""What does nothing as it is asked for is noted: a warning in Python, a line on standard error."""

from __future__ import annotations

import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tcviz import TcvizWarning, animate, cli
from tcviz.errors.notes import note, told_to
from tcviz.gallery.items import Item
from tcviz.gallery.spec import read

FPS = "fps is 20, which does nothing without a transition between steps"
GLIDE = "transition is 0.03 s, less than half a frame at 10 fps: nothing glides in GIF"
SMALL = ("--size", "640x360", "--first", "1", "-o", "a.gif")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Return the lines on standard error of a command that succeeds."""
    assert cli.run(list(words)) == 0
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        ({"fps": 20}, FPS),
        ({"fps": 30}, FPS.replace("20", "30")),  # also where it is what it is anyway
        ({"dpi": 96}, "dpi is 96, which does nothing in an animation of a size in pixels"),
    ],
)
def test_python_warns_at_the_line_of_the_caller(asked: Any, noted: str) -> None:
    with pytest.warns(TcvizWarning) as caught:
        animate(**asked)
    (warning,) = caught
    assert str(warning.message).startswith(noted)
    assert warning.filename == __file__


def test_a_glide_of_no_frame_is_noted_where_there_are_frames_and_is_there_elsewhere() -> None:
    animation = animate(stride=2, padding=1, first=2, transition=0.03, fps=10)
    with pytest.warns(TcvizWarning) as caught:
        framed = animation.save("a.gif")
    (warning,) = caught
    assert str(warning.message) == GLIDE
    assert warning.filename == __file__
    assert [animation.save(f"a.{form}").seconds - framed.seconds for form in ("svg", "html")] == [
        Fraction(3, 100)
    ] * 2
    assert "cubic-bezier" in Path("a.svg").read_text()


def test_what_is_of_use_is_not_noted() -> None:
    with warnings.catch_warnings(action="error"):
        animate()
        animate(fps=20, transition=0.2)
        animate(size=(16, 9, "cm"), dpi=96)


def test_the_command_line_notes_it_in_one_line_and_writes_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(capsys, "animate", "--fps", "20", *SMALL) == [f"tcviz: note: {FPS}"]
    assert Path("a.gif").stat().st_size
    assert run(capsys, "animate", *SMALL) == []


def test_once_for_several_views_and_never_where_nothing_but_errors_is_wanted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    views = ("--view", "distribution", "--view", "collection")
    assert len(run(capsys, "animate", "--fps", "20", *views, *SMALL)) == 1
    assert run(capsys, "animate", "--fps", "20", "-q", *SMALL) == []


SPEC = """
[defaults]
size = "640x360"
first = 1
[[item]]
name = "still"
fps = 20
[[sweep]]
name = "s{stride}"
stride = [1, 2]
fps = 20
"""


def test_a_gallery_notes_it_once_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("g.toml").write_text(SPEC)
    noted = [f"tcviz: note: item 'still' and 2 more: {FPS}"]
    assert run(capsys, "gallery", "g.toml", "--list") == noted
    assert run(capsys, "gallery", "g.toml", "-j", "1") == noted  # and no worker repeats it
    assert Path("still.gif").stat().st_size


def test_a_gallery_notes_what_is_so_in_an_items_format() -> None:
    items = "".join(f'[[item]]\nname = "{f}"\nformat = "{f}"\n' for f in ("gif", "html"))
    Path("g.toml").write_text(f"[defaults]\ntransition = 0.03\nfps = 10\n{items}")
    assert read("g.toml").notes == {GLIDE: ["item 'gif'"]}


def test_a_default_that_an_item_has_no_use_for_is_not_noted() -> None:
    items = '[[item]]\nname = "a"\n[[item]]\nname = "b"\ntransition = 0.2\n'
    Path("g.toml").write_text(f"[defaults]\nfps = 20\n{items}")
    spec = read("g.toml")
    assert spec.notes == {}
    assert [item.options.get("fps") for item in spec.items] == [None, 20]
    assert [item.line.count("--fps") for item in spec.items] == [0, 1]


def test_other_warnings_are_not_swallowed() -> None:
    told: list[str] = []

    def both() -> None:
        with told_to(told.append):
            note("mine")
            warnings.warn("other", UserWarning, stacklevel=1)

    with pytest.warns(UserWarning, match="other"):
        both()
    assert told == ["mine"]


def test_an_item_that_is_made_again_says_nothing() -> None:
    item = Item("a", "animate", "gif", {"fps": 20})
    with warnings.catch_warnings(action="error"):
        item.make()
    assert item.notes == [FPS]
