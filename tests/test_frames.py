"""Time: every step is shown as long as asked, highlights glide, and nothing is made too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import count, islice, pairwise
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.api import animate as ask
from tcviz.scene.frames import Moment, Timing, animate, between, ease
from tcviz.scene.marks import Box, Cell, Connector, Label, Rect, Scene
from tcviz.scene.theme import load

SHARES = st.floats(0, 1)
RECTS = st.builds(Rect, *(st.integers(0, 1000) for _ in range(4)))
TIMINGS = st.builds(
    Timing,
    st.fractions(Fraction(1, 100), 10),
    st.fractions(Fraction(1, 100), 10),
    st.fractions(0, Fraction(1, 4)),
    st.integers(1, 60),
)


def still(x: float, *, moves: bool = True, key: str = "now") -> Scene:
    box = Box(key, Rect(x, 10, 20, 30), "#b45309", moves=moves)
    label = Label("step", (0, 0), f"step at {x}", 12, "#000000", "#ffffff")
    return Scene(100, 100, "#ffffff", (label, box), f"at {x}")


def moments(xs: Iterator[float]) -> Iterator[Moment]:
    """Yield moments whose box is at each x; the settled scenes say so."""
    for x in xs:
        scene = still(x)
        yield scene, replace(scene, sentence="settled")


def boxes(scene: Scene) -> dict[str, Box]:
    return {m.key: m for m in scene.marks if isinstance(m, Box)}


# --- durations ----------------------------------------------------------------


@given(TIMINGS, st.integers(1, 12))
def test_frames_are_as_many_and_as_long_as_the_timing_says(timing: Timing, steps: int) -> None:
    frames = list(animate(moments(iter(range(steps))), timing))
    assert len(frames) == timing.frames(steps)
    assert sum((f.duration for f in frames), Fraction(0)) == timing.seconds(steps)


@given(TIMINGS, st.integers(1, 12))
def test_every_step_is_shown_for_its_time_and_the_last_one_is_held(
    timing: Timing, steps: int
) -> None:
    frames = list(animate(moments(iter(range(steps))), timing))
    shown = frames[:: 1 + timing.tweens]
    assert [f.scene for f in shown] == [scene for scene, _ in moments(iter(range(steps)))]
    assert [f.duration for f in shown] == [timing.step] * (steps - 1) + [timing.hold]
    rest = [f for i, f in enumerate(frames) if i % (1 + timing.tweens)]
    assert {f.duration for f in rest} <= {Fraction(1, timing.fps)}
    assert {f.scene.sentence for f in rest} <= {"settled"}


@pytest.mark.parametrize(
    ("transition", "fps", "tweens"),
    [("0", 30, 0), ("0.5", 30, 15), ("1/60", 30, 0), ("0.3", 25, 8), ("1/30", 30, 1), ("2", 1, 2)],
)
def test_a_transition_is_rounded_to_whole_frames(transition: str, fps: int, tweens: int) -> None:
    assert Timing(transition=Fraction(transition), fps=fps).tweens == tweens


def test_no_moments_make_no_frames() -> None:
    assert list(animate(iter(()), Timing())) == []
    assert Timing(transition=Fraction(1)).frames(0) == 0


# --- movement -----------------------------------------------------------------


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
def test_a_moving_box_is_its_share_of_the_way_to_its_next_place(
    start: Rect, end: Rect, share: float
) -> None:
    now, then = (Scene(1, 1, "#ffffff", (Box("b", r, moves=True),)) for r in (start, end))
    moved = boxes(between(now, then, share))["b"].rect
    for side in ("x", "y", "w", "h"):
        a, b = getattr(start, side), getattr(end, side)
        assert getattr(moved, side) == pytest.approx(a + (b - a) * share)
        assert min(a, b) - 1e-9 <= getattr(moved, side) <= max(a, b) + 1e-9


def test_boxes_glide_in_even_shares_of_the_eased_time() -> None:
    timing = Timing(transition=Fraction(3, 30), fps=30)
    frames = list(animate(moments(iter((0.0, 100.0))), timing))
    xs = [boxes(f.scene)["now"].rect.x for f in frames]
    assert xs == pytest.approx([0, *(100 * ease(i / 4) for i in (1, 2, 3)), 100])
    assert all(a < b for a, b in pairwise(xs))


@pytest.mark.parametrize(
    "following",
    [still(50, moves=False), still(50, key="other"), Scene(100, 100, "#ffffff", ())],
    ids=["stands still", "is another", "is gone"],
)
def test_only_a_box_that_moves_in_both_scenes_glides(following: Scene) -> None:
    assert between(still(0), following, 0.5) == still(0)


def test_all_but_moving_boxes_stay_the_very_same_marks() -> None:
    cell = animate(moments(iter((0.0, 9.0))), Timing(transition=Fraction(1)))
    first, tween = islice(cell, 2)
    assert tween.scene.marks[0] is first.scene.marks[0]


# --- real views ---------------------------------------------------------------

RESULTS = ("x.", "stretched.", "padded.", "result.", "output")


@pytest.mark.parametrize("view", ["distribution", "collection"])
@pytest.mark.parametrize("preset", ["light", "print"])
def test_between_steps_no_input_or_result_is_lit(view: str, preset: str) -> None:
    look = load(preset)
    animation = ask(stride=2, padding=1, view=view, theme=preset, transition=0.1, fps=20)
    lit = {look.now_fill, look.now_soft}
    for number, frame in enumerate(animation.frames()):
        cells = [m for m in frame.scene.marks if isinstance(m, Cell) and m.key.startswith(RESULTS)]
        fills = {m.style.fill for m in cells}
        assert bool(fills & lit) == (number % 3 == 0)
        assert not any(m.style.bold for m in cells) or number % 3 == 0


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_frames_of_now_glide_from_step_to_step(view: str) -> None:
    animation = ask(stride=2, padding=1, view=view, transition=0.1, fps=20)
    frames = [boxes(frame.scene) for frame in islice(animation.frames(), 4)]
    moving = {key for key, box in frames[0].items() if box.moves} & frames[3].keys()
    assert {"now.output", "progress"} <= moving
    for key in moving:
        a, b = frames[0][key].rect, frames[3][key].rect
        for i in (1, 2):
            share = ease(i / 3)
            assert frames[i][key].rect.x == pytest.approx(a.x + (b.x - a.x) * share)
            assert frames[i][key].rect.w == pytest.approx(a.w + (b.w - a.w) * share)


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_what_does_not_change_is_the_very_same_mark_in_the_next_frame(view: str) -> None:
    first, second = islice(ask(stride=2, padding=1, view=view).frames(), 2)
    before = {m.key: m for m in first.scene.marks}
    for mark in second.scene.marks:
        if isinstance(mark, Cell) and mark == before.get(mark.key):
            assert mark is before[mark.key]
        if isinstance(mark, Connector) and mark.key.startswith("gather"):
            assert mark is before[mark.key]


# --- laziness -----------------------------------------------------------------


def test_moments_without_end_make_frames_one_by_one() -> None:
    frames = animate(moments(count()), Timing(transition=Fraction(1, 30)))
    assert [f.scene.sentence for f in islice(frames, 5)] == [
        *("at 0", "settled"),
        *("at 1", "settled"),
        "at 2",
    ]


def test_no_moment_is_made_before_it_is_needed() -> None:
    made: list[float] = []
    frames = animate(moments(x for x in count() if made.append(x) is None), Timing())
    assert made == []
    for shown in range(1, 5):
        next(frames)
        assert made == list(range(shown + 1))


class Tracked(Scene):
    """A scene that can be counted while it lives."""

    __slots__ = ("__weakref__",)

    def __hash__(self) -> int:
        return id(self)


@pytest.mark.parametrize("transition", ["0", "1/10"])
def test_never_more_than_two_moments_are_in_memory(transition: str) -> None:
    alive: WeakSet[Tracked] = WeakSet()

    def tracked() -> Iterator[Moment]:
        for x in range(20):
            scene = still(x)
            pair = [Tracked(100, 100, "#ffffff", scene.marks, scene.sentence) for _ in range(2)]
            alive.update(pair)
            moment = pair[0], pair[1]
            del pair
            yield moment
            del moment

    most = 0
    for frame in animate(tracked(), Timing(transition=Fraction(transition))):
        del frame
        most = max(most, len(alive))
    assert 2 <= most <= 4  # two scenes each
    assert not alive
