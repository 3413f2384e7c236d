"""What a page keeps makes every scene again, mark by mark, in every theme."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from tcviz.api import pages
from tcviz.export.page_data import dumped
from tcviz.export.page_faces import FACES
from tcviz.scene.marks import MARKS, Connector, Heatmap, Mark, Scene
from tests.page_reader import Reader, of, page_of

CLOSE = 0.01
"""Canvas units: a hundredth of a pixel."""


def numbers(mark: Any) -> list[float]:
    """Return all lengths of a mark."""
    places = mark.points if isinstance(mark, Connector) else [getattr(mark, "at", ())]
    rect = getattr(mark, "rect", None)
    sides = [] if rect is None else [rect.x, rect.y, rect.w, rect.h]
    sizes = [getattr(mark, name, 0) for name in ("size", "width", "radius")]
    return [*sides, *sizes, *(n for place in places for n in place)]


def facts(mark: Any) -> dict[str, Any]:
    """Return all of a mark that is no length; of heatmaps the colour of each cell."""
    told = {name: getattr(mark, name) for name in mark.__slots__}
    for name in ("rect", "size", "width", "radius", "points", "at"):
        told.pop(name, None)
    if isinstance(mark, Heatmap):
        colours = told.pop("colours")
        told["index"] = [colours[n] for n in mark.index]
    return told


VIEWS_DRAWN = [
    ("distribution", {}),
    ("collection", {}),
    ("distribution", {"output_padding": 1, "padding": 2, "every": 2, "theme": "classic"}),
    ("collection", {"input_size": 24, "in_channels": 1, "first": 40}),
    ("distribution", {"kernel_size": 5, "input_size": 16, "every": 9, "theme": "contrast"}),
    ("convolution", {"title": "Свёртка"}),
    ("matrix", {}),
    ("input", {}),
    ("overlap", {"output_padding": 1}),
    ("overlap", {"input_size": 24, "theme": "print", "every": 50}),
    ("grad-input", {}),
    ("grad-weight", {}),
    ("grad-bias", {}),
    ("distribution", {"symbols": True, "input_size": 2}),
    ("distribution", {"dims": 1}),
]


@pytest.mark.parametrize(("view", "options"), VIEWS_DRAWN)
def test_what_changed_makes_every_scene_again_in_every_theme(
    view: str, options: dict[str, Any]
) -> None:
    shown, page = page_of(view, **options)
    names = [*page.named("page")["tables"]["colours"]]
    own = options.get("theme", names[0])
    for name in names if options == {} else {own, names[-1]}:
        (again,) = [shown] if name == own else of(view, **options | {"theme": name})
        scenes = [scene for scene, _ in again.drawn.moments(again.picks, settle=False)]
        read = list(Reader(page, 0, name).scenes())
        assert len(read) == len(scenes) == len(shown.picks)
        for scene, (said, marks) in zip(scenes, read, strict=True):
            assert said == scene.sentence
            assert_same(scene, marks)


@pytest.mark.parametrize("view", ["distribution", "collection", "matrix", "grad-weight"])
def test_what_a_footer_says_is_in_no_frame_again(view: str) -> None:
    _, page = page_of(view)
    for *_, said in page.named("frames-0"):
        assert said in {0, 1}


NARROW_DRAWN = [
    ("distribution", {}),
    ("distribution", {"symbols": True, "input_size": 2}),
    ("collection", {"kernel_size": 5, "input_size": 16, "every": 40}),
    ("matrix", {"theme": "print"}),
    ("distribution", {"size": (16, 9, "cm"), "every": 3}),
]


@pytest.mark.parametrize(("view", "options"), NARROW_DRAWN)
def test_a_narrow_sheet_has_the_same_steps_on_a_canvas_of_its_own(
    view: str, options: dict[str, Any]
) -> None:
    _, page = page_of(view, **options)
    slim = {"size": pages.NARROW, "scale": pages.SHARP}
    names = [*page.named("page")["tables"]["colours"]]
    for name in names if options == {} else {options.get("theme", names[0]), names[-1]}:
        (again,) = of(view, **options | slim | {"theme": name})
        scenes = [scene for scene, _ in again.drawn.moments(again.picks, settle=False)]
        read = list(Reader(page, 1, name).scenes())
        for scene, (_, marks) in zip(scenes, read, strict=True):
            assert_same(scene, marks)


def test_what_is_said_of_a_step_is_told_once_by_the_view() -> None:
    _, page = page_of("collection")
    wide, narrow = (page.named(f"frames-{number}") for number in (0, 1))
    assert len(wide) == len(narrow)
    assert {len(frame) for frame in wide} == {4}
    assert {len(frame) for frame in narrow} == {3}


def assert_same(scene: Scene, marks: list[Mark]) -> None:
    # A theme may paint the cells of one panel in another order: they do not overlap.
    by_key = {mark.key: mark for mark in marks}
    assert by_key.keys() == {mark.key for mark in scene.marks}
    assert len(by_key) == len(marks)
    for mark in scene.marks:
        again = by_key[mark.key]
        assert facts(again) == facts(mark)
        both = zip(numbers(again), numbers(mark), strict=True)
        assert all(abs(a - b) <= CLOSE for a, b in both), (again, mark)


def test_marks_are_painted_in_the_order_of_the_scene() -> None:
    shown, page = page_of("collection")
    read = Reader(page, 0, "light").scenes()
    for (scene, _), (_, marks) in zip(shown.drawn.moments(shown.picks), read, strict=True):
        assert [mark.key for mark in marks] == [mark.key for mark in scene.marks]


def test_every_kind_of_mark_has_a_face() -> None:
    assert FACES.keys() == set(MARKS)


def test_a_frame_holds_only_what_changed() -> None:
    _, page = page_of("distribution")
    first, *others = page.named("frames-0")
    for before, frame in pairwise([first, *others]):
        assert frame[1] != before[1]
        assert sum(not isinstance(c, int) or c >= 0 for c in frame[1]) < 0.6 * len(first[1])


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_page_knows_what_each_panel_shows(dims: int) -> None:
    asked = {"dims": dims, "kernel_size": 2, "input_size": 2, "in_channels": 2, "padding": 0,
             "channels": 2 if dims == 3 else None}  # fmt: skip
    page = page_of("collection", first=1, **asked)[1].named("page")
    deep = dims == 3
    for tensor in ("x", "w", "kernel"):
        slices = range(2) if deep else [None]
        assert shown(page, tensor) == [[c, depth] for c in range(2) for depth in slices]
    assert shown(page, "output") == [[None, depth] for depth in (range(4) if deep else [None])]
    for sheet in page["sheets"]:
        cells = {slot[0] for slot in sheet["slots"] if isinstance(slot, list) and len(slot) == 3}
        assert {sheet["grids"][grid][0] for grid in cells} <= page["panels"].keys()


def shown(page: Any, tensor: str) -> list[list[int | None]]:
    """Return channels and slices of a tensor's panels."""
    return sorted(rest for name, *rest in page["panels"].values() if name == tensor)


def test_json_in_a_page_ends_no_element_and_no_line() -> None:
    words = "</script><!--\u2028\u2029&amp;"
    assert not re.search("[<>&\u2028\u2029]", dumped(words))
    assert json.loads(dumped(words)) == words


def test_what_was_written_out_is_never_written_out_again() -> None:
    asked = {"kernel_size": 5, "input_size": 16, "padding": 0, "first": 40}
    _, page = page_of("distribution", **asked)
    for number in range(2):
        faces = [c for _, changes, *_ in page.named(f"frames-{number}") for c in changes]
        written = [dumped(face) for face in faces if isinstance(face, list) and len(face) > 1]
        assert len(written) == len({*written})
        assert any(isinstance(face, list) and len(face) == 1 for face in faces)
        assert any(isinstance(face, str) for face in faces)
