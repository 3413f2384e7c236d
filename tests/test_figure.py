"""Figures: which steps, which files, which formats, and the article's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
import pytest
from PIL import Image

import tcviz
from tcviz.api import Figure, figure
from tcviz.errors import RequestError, TooLargeError
from tcviz.export.stills import STILLS, Paper, still_format
from tcviz.request.article import FIGURES, arrays
from tcviz.request.options import ARTICLES
from tcviz.scene.marks import Box, Scene
from tcviz.views import VIEWS

from .test_views import cells, shown

SMALL: dict[str, Any] = {"size": (640, 360), "stride": 2, "padding": 1}


def never(*_: object, **__: object) -> None:
    raise AssertionError("work was done")


def titles(**asked: Any) -> list[str]:
    return [scene.title.split(":")[0].rpartition(", ")[2] for scene in figure(**asked).scenes()]


def article(number: int) -> Scene:
    (scene,) = figure(**FIGURES[number]).scenes()
    return scene


# --- steps ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "steps"),
    [
        ({"step": 1}, [1]),
        ({"step": -1}, [9]),
        ({"step": -9}, [1]),
        ({"steps": "all"}, list(range(1, 10))),
        ({"steps": "1-3"}, [1, 2, 3]),
        ({"steps": "7, 2-3,2"}, [2, 3, 7]),
        ({"steps": "-2"}, [8]),
        ({"steps": [9, 1, -1]}, [1, 9]),
        ({"steps": range(1, 4)}, [1, 2, 3]),
        ({"steps": np.array([2])}, [2]),
    ],
)
def test_steps_are_counted_from_one_or_from_the_end(asked: Any, steps: list[int]) -> None:
    assert titles(**SMALL, **asked) == [f"step {n} of 9" for n in steps]


def test_a_step_of_a_series_carries_what_came_before() -> None:
    (alone,) = figure(stride=2, padding=1, step=5).scenes()
    *_, fifth = figure(stride=2, padding=1, steps="1,5").scenes()
    np.testing.assert_array_equal(shown(fifth, "output"), shown(alone, "output"))


@pytest.mark.parametrize("step", [0, 10, -10, 1.0, "1", True])
def test_a_step_outside_the_range_is_told_the_range(step: Any) -> None:
    with pytest.raises(RequestError, match=r"^step is .*; allowed: 1 to 9, or −9 to −1$"):
        figure(**SMALL, step=step)


@pytest.mark.parametrize("steps", ["", "1-", "3-1", "a", "1;2", "0", "1-10", [], 3, [1.5], "１"])
def test_steps_that_are_none_are_refused(steps: Any) -> None:
    with pytest.raises(RequestError, match=r"^steps? is .*; allowed: "):
        figure(**SMALL, steps=steps)


def test_step_and_steps_do_not_go_together() -> None:
    with pytest.raises(RequestError, match="one of the two"):
        figure(step=1, steps="all")


def test_a_book_of_pages_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcviz.request.inputs.Plan.make", never)
    with pytest.raises(
        TooLargeError, match=r"^figure is 1,600 steps; allowed: up to 1,000; choose"
    ):
        figure(input_size=40, steps="all")


def test_asking_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcviz.request.inputs.Plan.make", never)
    asked = tcviz.figure(input_size=100, seed=1, step=5000)
    assert isinstance(asked, Figure)
    assert (asked.size, asked.pages, asked.steps) == ((1280, 720), 1, 10_000)


# --- files ------------------------------------------------------------------------


def test_a_series_is_numbered_files_or_pages_of_one(tmp_path: Path) -> None:
    drawn = figure(**SMALL, steps="8-9")
    saved = drawn.save(tmp_path / "step.svg")
    assert [s.path.name for s in saved if s.path] == ["step-08.svg", "step-09.svg"]
    (one,) = drawn.save(tmp_path / "step.pdf")
    assert one.frames == 2
    with pymupdf.open(tmp_path / "step.pdf") as document:
        assert [page.rect.width for page in document] == [480, 480]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "step-08.svg", "step-09.svg", "step.pdf",
    ]  # fmt: skip


def test_numbers_are_as_wide_as_the_last_ones() -> None:
    drawn = figure(input_size=11, steps="9,121", seed=1)
    names = [path.name for path in drawn.targets("a.b/c.svg", still_format("svg"))]
    assert names == ["c-009.svg", "c-121.svg"]


def test_a_single_step_keeps_its_files_name(tmp_path: Path) -> None:
    (saved,) = figure(**SMALL, step=2).save(tmp_path / "my.png")
    assert saved.path == tmp_path / "my.png"
    assert saved.bytes == saved.path.stat().st_size


@pytest.mark.parametrize("suffix", STILLS)
def test_every_format_writes_a_whole_file_and_says_how_large(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    (saved,) = figure(**SMALL, step=2).save(path)
    starts = {
        "svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "eps": b"%!PS", "pgf": b"% ",
        "webp": b"RIFF", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8", "pptx": b"PK",
    }  # fmt: skip
    assert path.read_bytes().startswith(starts[suffix])
    assert (saved.size, saved.bytes) == ((640, 360), path.stat().st_size)


def test_a_format_may_be_named_whatever_the_suffix(tmp_path: Path) -> None:
    figure(**SMALL).save(tmp_path / "a.svg", "png")
    with Image.open(tmp_path / "a.svg") as image:
        assert image.format == "PNG"


def test_a_failure_leaves_the_older_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-01.svg").write_text("older")
    monkeypatch.setattr("tcviz.views.distribution.DistributionView._shown", never)
    with pytest.raises(AssertionError):
        figure(**SMALL, steps="1-2").save(tmp_path / "a.svg")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["older"]


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    told: list[int] = []
    figure(**SMALL, steps="1-3").save(tmp_path / "a.svg", progress=told.append)
    figure(**SMALL, steps="1-3").save(tmp_path / "a.pdf", progress=told.append)
    assert told == [1, 2, 3] * 2


@pytest.mark.parametrize(
    ("asked", "suffix", "told"),
    [
        ({"transparent": True}, "jpg", "transparent is asked for; allowed: an opaque background"),
        ({"text": "text"}, "png", "text is 'text'; allowed: nothing in PNG, which has pixels"),
        ({"text": "paths"}, "pptx", "text is 'paths'; allowed: text"),
        ({}, "gif", "format is 'gif'; allowed: svg, .*; tcviz animate writes GIF"),
        ({}, "svgg", "format is 'svgg'; allowed: svg, .*; did you mean svg?"),
        ({}, "", "format is ''; allowed: .*; add one to the file's name"),
    ],
)
def test_what_a_format_cannot_hold_is_told(
    asked: Any, suffix: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match=told.replace("?", r"\?")):
        figure(**SMALL, **asked).save(tmp_path / "a", suffix or ".")
    assert not list(tmp_path.iterdir())


def test_a_manner_of_text_that_is_none_is_refused() -> None:
    with pytest.raises(RequestError, match=r"^text is 'curves'; allowed: paths or text$"):
        figure(text="curves")


@pytest.mark.parametrize(
    ("suffix", "manner"), [("svg", "paths"), ("pdf", "text"), ("png", "paths")]
)
def test_each_format_has_its_own_manner_of_text(suffix: str, manner: str) -> None:
    assert figure().paper(still_format(suffix)).text == manner


def test_paper_has_the_size_that_was_asked_for() -> None:
    drawn = figure(size=(16.9, 10, "cm"), dpi=200)
    (scene,) = drawn.scenes()
    paper = drawn.paper(still_format("pdf"))
    assert paper.inches(scene) == pytest.approx((16.9 / 2.54, 10 / 2.54), abs=0.01)
    assert paper.pixels(scene) == drawn.size == (round(16.9 / 2.54 * 200), round(10 / 2.54 * 200))
    assert Paper(2.0).pixels(scene) == (round(scene.width * 2), round(scene.height * 2))


# --- the article --------------------------------------------------------------------


def test_the_article_has_ten_figures_of_which_two_are_animations() -> None:
    stills, moving = ARTICLES["figure"], ARTICLES["animate"]
    assert sorted(FIGURES) == sorted({*stills, *moving})
    assert (min(stills), max(stills), moving) == (1, 9, (8, 10))


def test_figure_1_has_the_articles_numbers() -> None:
    scene = article(1)
    for panel, name in (("x.0", "conv_input"), ("w.0", "conv_kernel"), ("output", "conv_output")):
        np.testing.assert_array_equal(shown(scene, panel), arrays()[name])


@pytest.mark.parametrize(("number", "which"), [(6, "first"), (7, "second"), (8, "last")])
def test_figures_6_to_8_have_the_articles_padded_results(number: int, which: str) -> None:
    scene = article(number)
    for c, expected in enumerate(arrays()[f"padded_result_after_{which}_step_per_channel"]):
        seen = shown(scene, f"padded.{c}")
        np.testing.assert_array_equal(np.nan_to_num(seen), expected)
        np.testing.assert_array_equal(shown(scene, f"x.{c}"), arrays()["tc_input"][c])
        np.testing.assert_array_equal(shown(scene, f"w.{c}"), arrays()["tc_kernel"][c])


def test_figure_8_ends_with_the_articles_output() -> None:
    np.testing.assert_array_equal(shown(article(8), "output"), arrays()["tc_output"])


def test_figure_9_gathers_the_first_output() -> None:
    scene = article(9)
    for c, result in enumerate((-16, 15)):
        kernel = shown(scene, f"kernel.{c}")
        np.testing.assert_array_equal(kernel, arrays()["tc_kernel"][c])
        np.testing.assert_array_equal(shown(scene, f"w.{c}"), np.flip(kernel))
        assert shown(scene, f"result.{c}")[0, 0] == result
    assert shown(scene, "output")[0, 0] == arrays()["tc_output"][0, 0] == -1
    assert cells(scene, "output", lambda m: m.text != "") == {(0, 0)}


def test_figures_1_to_5_light_nothing() -> None:
    for number in range(1, 6):
        assert not [m for m in article(number).marks if isinstance(m, Box) and m.moves], number


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("none", ["", " "])
def test_without_a_title_nothing_stands_in_its_place_but_the_accessible_one_stays(
    dims: int, none: str
) -> None:
    for view in (name for name, row in VIEWS.items() if dims in row.dims):
        usual, bare = (
            next(figure(view=view, dims=dims, title=title).scenes()) for title in (None, none)
        )
        before, after = ({m.key: m for m in scene.marks} for scene in (usual, bare))
        assert before.keys() - after.keys() == {"title"}
        assert after.pop("view").at == before.pop("title").at
        assert {key: before[key] for key in after} == after
        assert bare.title == usual.title != ""
