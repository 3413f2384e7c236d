"""Between two steps: what stands elsewhere travels, and light with its frame, below all digits."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tcviz.render.pixels import Pixels
from tcviz.scene.crossing import FADE, HALF
from tcviz.scene.glide import Glide
from tcviz.scene.marks import (
    Box,
    Cell,
    Colour,
    Connector,
    Label,
    Mark,
    Passing,
    Point,
    Rect,
    Scene,
    Style,
    cell_key,
)
from tcviz.scene.moves import alike, ease, moved

WIDE, HIGH, SIDE = 320, 60, 30.0
PAPER, INK, LINE, NOW = "#ffffff", "#14181f", "#1d4fbf", "#b45309"
CALM, LIT = Style(PAPER, INK, LINE), Style("#fdd97a", INK, LINE, bold=True)
SHARES = st.floats(0, 1)
RECTS = st.builds(Rect, *(st.integers(0, 1000) for _ in range(4)))


def scene(*marks: Mark, said: str = "") -> Scene:
    return Scene(WIDE, HIGH, PAPER, marks, said)


def cells(texts: str, lit: tuple[int, ...] = ()) -> list[Cell]:
    """Return a panel of one row."""
    return [
        Cell(cell_key("x", 0, i), at(i), t.strip(), 14, LIT if i in lit else CALM)
        for i, t in enumerate(texts)
    ]


def at(first: int, count: int = 1) -> Rect:
    return Rect(10 + SIDE * first, 10, SIDE * count, SIDE)


def frame(rect: Rect) -> Box:
    return Box("now", rect, NOW, 3.0, moves=True)


def glide(
    old: tuple[str, tuple[int, ...], Rect], new: tuple[str, tuple[int, ...], Rect]
) -> tuple[Glide, Scene, Scene]:
    """Return the way between two scenes of a panel, its lit cells and their frame."""
    (a, settled), (b, following) = (
        (scene(*cells(texts, lit), frame(rect)), scene(*cells(texts), frame(rect)))
        for texts, lit, rect in (old, new)
    )
    return Glide(a, settled, b, following), a, b


def pixels(shown: Scene) -> NDArray[np.uint8]:
    return np.asarray(Pixels((WIDE, HIGH)).paint(shown).rgb())


def coloured(shown: Scene, colour: Colour) -> NDArray[np.bool_]:
    """Return which pixels have a colour."""
    mask: NDArray[np.bool_] = (pixels(shown) == list(bytes.fromhex(colour[1:]))).all(axis=2)
    return mask


def found(shown: Scene, key: str) -> Mark:
    return next(m for m in shown.marks if m.key == key)


# --- how far ------------------------------------------------------------------


def test_a_movement_starts_at_0_and_ends_at_1() -> None:
    assert (ease(0), ease(0.5), ease(1)) == (0, 0.5, 1)


@given(SHARES, SHARES)
def test_a_movement_never_goes_back(a: float, b: float) -> None:
    early, late = sorted((a, b))
    assert 0 <= ease(early) <= ease(late) <= 1


@given(SHARES)
def test_a_movement_slows_down_as_it_started(t: float) -> None:
    assert ease(t) + ease(1 - t) == pytest.approx(1)


@given(RECTS, RECTS, SHARES)
def test_a_moving_rectangle_is_its_share_of_the_way_to_its_next_place(
    start: Rect, end: Rect, share: float
) -> None:
    here = moved(start, end, share)
    for edge in ("x", "y", "w", "h"):
        a, b = getattr(start, edge), getattr(end, edge)
        assert getattr(here, edge) == pytest.approx(a + (b - a) * share)
        assert min(a, b) - 1e-9 <= getattr(here, edge) <= max(a, b) + 1e-9


# --- light --------------------------------------------------------------------

WALKS = {
    "next": (("1234567", (0,), at(0)), ("1234567", (1,), at(1))),
    "far": (("1234567", (6,), at(6)), ("1234567", (0,), at(0))),
    "window": (("1234567", (1, 2, 3), at(1, 3)), ("1234567", (3, 4, 5), at(3, 3))),
    "wider": (("1234567", (0,), at(0)), ("1234567", (2, 3), at(2, 2))),
}


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("time", [0.1, 0.3, 0.45, 0.5, 0.6, 0.9])
def test_the_frame_is_full_of_light_all_the_way_and_nothing_else_is(walk: str, time: float) -> None:
    way, *_ = glide(*WALKS[walk])
    shown = way.at(time)
    rect, here = found(shown, "now").rect, coloured(shown, LIT.fill)  # type: ignore[union-attr]
    inside = np.zeros_like(here)
    inside[int(rect.y) + 3 : int(rect.bottom) - 2, int(rect.x) + 4 : int(rect.right) - 2] = True
    dark = coloured(shown, PAPER) & inside
    assert not dark.any()
    assert (here & inside).sum() > 0.6 * inside.sum()  # the rest are digits and lines
    around = np.zeros_like(here)
    around[int(rect.y) - 3 : int(rect.bottom) + 4, int(rect.x) - 3 : int(rect.right) + 4] = True
    assert not (here & ~around).any()


@pytest.mark.parametrize("walk", WALKS)
def test_a_way_begins_where_one_step_stands_and_ends_where_the_next_does(walk: str) -> None:
    way, old, new = glide(*WALKS[walk])
    np.testing.assert_array_equal(pixels(way.at(0)), pixels(old))
    np.testing.assert_array_equal(pixels(way.at(1)), pixels(new))


@pytest.mark.parametrize("time", [0.45, 0.5, 0.55])
def test_digits_stay_above_the_frame_that_passes(time: float) -> None:
    way, *_ = glide(("8888888", (0,), at(0)), ("8888888", (1,), at(1)))
    shown = way.at(time)
    passing = found(shown, "now")
    assert isinstance(passing, Passing)
    assert passing.over
    below = replace(shown, marks=tuple(m for m in shown.marks if not isinstance(m, Box)))
    digits = coloured(below, INK)
    assert digits.any()
    assert (coloured(shown, INK) & digits).sum() == digits.sum()


def test_digits_are_seen_on_a_line_of_their_own_colour() -> None:
    calm = scene(*cells("88"))
    old, new = (scene(*calm.marks, replace(frame(at(i)), line=INK)) for i in (0, 1))
    way = Glide(old, calm, new, calm)
    passing = found(way.at(0.45), "now")
    assert isinstance(passing, Passing)
    assert passing.over
    assert {cell.style.fill for cell in passing.over} == {INK}
    assert INK not in {cell.style.ink for cell in passing.over}


def test_light_between_taps_keeps_its_pattern() -> None:
    way, *_ = glide(("1234567", (0, 2), at(0, 3)), ("1234567", (1, 3), at(1, 3)))
    counts = [coloured(way.at(t), LIT.fill).sum() for t in (0, 0.3, 0.5, 0.7, 1)]
    assert min(counts) > 0.8 * max(counts)


def test_light_that_no_frame_surrounds_travels_by_itself() -> None:
    a, b = (scene(*cells("1234567", lit)) for lit in ((0, 1), (3, 4)))
    calm = scene(*cells("1234567"))
    xs = [
        np.flatnonzero(coloured(Glide(a, calm, b, calm).at(t), LIT.fill).any(axis=0))
        for t in (0, 0.3, 0.5, 0.7, 1)
    ]
    assert all(x.min() < y.min() and x.max() < y.max() for x, y in pairwise(xs))


def test_a_frame_that_goes_closes_and_one_that_comes_opens() -> None:
    a, calm = scene(*cells("1234567", (2,)), frame(at(2))), scene(*cells("1234567"))
    closing, opening = Glide(a, calm, calm, calm), Glide(calm, calm, a, calm)
    widths = [found(closing.at(t), "now").rect.w for t in (0, 0.3, 0.5, 0.7)]  # type: ignore[union-attr]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == SIDE > widths[1]
    for t in (0.3, 0.5, 0.7):
        opened = found(opening.at(t), "now").rect  # type: ignore[union-attr]
        assert opened.w == pytest.approx(SIDE * ease(t))
        assert opened.center == pytest.approx(at(2).center)
    np.testing.assert_array_equal(pixels(closing.at(1)), pixels(calm))


# --- numbers ------------------------------------------------------------------


def seen(shown: Scene, col: int) -> Cell:
    cell = found(shown, cell_key("x", 0, col))
    assert isinstance(cell, Cell)
    return cell


def test_a_number_that_changes_crosses_over_at_the_half_and_never_blinks() -> None:
    way, *_ = glide(("13", (0, 1), at(0, 2)), ("24", (0, 1), at(0, 2)))
    for time in np.linspace(0, 1, 41).tolist():
        cell = seen(way.at(time), 0)
        assert cell.text == ("2" if time >= HALF else "1")
        assert cell.style.fill == LIT.fill
        assert (cell.style.ink != INK) == (abs(time - HALF) < FADE)
        assert cell.style.ink != cell.style.fill


def test_a_number_that_stays_keeps_its_ink() -> None:
    way, *_ = glide(("15", (0,), at(0)), ("15", (1,), at(1)))
    assert {seen(way.at(t), c).style.ink for t in (0.3, 0.5, 0.6) for c in (0, 1)} == {INK}


def test_a_number_that_was_not_there_waits_for_the_light() -> None:
    way, *_ = glide(("1      ", (0,), at(0)), ("1     7", (6,), at(6)))
    assert [seen(way.at(t), 6).text for t in (0.4, 0.55, 0.7, 0.9)] == ["", "", "", "7"]


# --- words, arrows, strips ------------------------------------------------------


def test_words_change_at_once_with_the_step() -> None:
    def said(words: str) -> Scene:
        label = Label("sentence", (5, 50), words, 9, INK, PAPER)
        return scene(*cells("12"), label, said=words)

    way = Glide(said("old"), said("old"), said("new"), said("new"))
    for time in (0.01, 0.4, 0.9):
        label = found(way.at(time), "sentence")
        assert isinstance(label, Label)
        assert (label.text, label.ink, way.at(time).sentence) == ("new", INK, "new")


def test_words_that_stand_elsewhere_travel() -> None:
    old, new = (scene(Label("Σ", (x, 50), "Σ", 9, INK, PAPER)) for x in (10, 50))
    label = found(Glide(old, old, new, new).at(0.25), "Σ")
    assert isinstance(label, Label)
    assert label.at == pytest.approx((10 + 40 * ease(0.25), 50))


def arrow(*points: Point) -> Connector:
    return Connector("take", points, NOW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (((0, 5), (20, 5)), ((0, 5), (10, 5), (10, 45), (20, 45))),
        (((0, 5), (8, 5), (8, 30), (20, 30)), ((0, 9), (12, 9), (12, 3), (20, 3))),
        (((5, 0), (5, 20)), ((9, 0), (9, 8), (30, 8), (30, 20))),
        (((0, 5), (20, 5)), ((0, 30), (20, 30))),
    ],
)
def test_arrows_travel_and_run_along_the_axes(
    old: tuple[Point, ...], new: tuple[Point, ...]
) -> None:
    for a, b in ((old, new), (new, old)):
        ends = [scene(arrow(*route)) for route in (a, b)]
        way = Glide(ends[0], ends[0], ends[1], ends[1])
        for time in (0.2, 0.5, 0.8):
            here = found(way.at(time), "take")
            assert isinstance(here, Connector)
            assert all(p[0] == q[0] or p[1] == q[1] for p, q in pairwise(here.points))
            for end in (0, -1):
                share = ease(time)
                x, y = (p + (q - p) * share for p, q in zip(a[end], b[end], strict=True))
                assert here.points[end] == pytest.approx((x, y))


def test_an_arrow_of_another_shape_changes_at_the_half() -> None:
    across, down = ((0.0, 5.0), (20.0, 5.0)), ((5.0, 0.0), (5.0, 20.0))
    assert alike(across, down) is None
    old, new = scene(arrow(*across)), scene(arrow(*down))
    way = Glide(old, old, new, new)
    assert found(way.at(0.49), "take") == old.marks[0]
    assert found(way.at(0.5), "take") == new.marks[0]


def test_a_strip_slides_with_its_numbers() -> None:
    old, new = (
        scene(*(replace(c, rect=c.rect._replace(x=c.rect.x + dx)) for c in cells("123")))
        for dx in (0, 60)
    )
    way = Glide(old, old, new, new)
    for time in (0.2, 0.5, 0.8):
        for a, b in zip(old.marks, way.at(time).marks, strict=True):
            assert b == replace(a, rect=a.rect._replace(x=a.rect.x + 60 * ease(time)))  # type: ignore[union-attr,call-arg]


def test_what_does_not_change_is_the_very_same_mark_all_the_way() -> None:
    way, _, new = glide(("1234567", (0,), at(0)), ("1234567", (1,), at(1)))
    for time in (0.2, 0.5, 0.8):
        for col in range(3, 7):
            assert seen(way.at(time), col) is new.marks[col]
