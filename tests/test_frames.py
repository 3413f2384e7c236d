"""Time: every step is shown as long as asked, and nothing is made too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import count, islice
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.scene.frames import Moment, Timing, animate
from tcviz.scene.marks import Box, Label, Rect, Scene

TIMINGS = st.builds(
    Timing,
    st.fractions(Fraction(1, 100), 10),
    st.fractions(Fraction(1, 100), 10),
    st.fractions(0, Fraction(1, 4)),
    st.integers(1, 60),
)


def still(x: float) -> Scene:
    box = Box("now", Rect(x, 10, 20, 30), "#b45309", moves=True)
    label = Label("step", (0, 0), f"step at {x}", 12, "#000000", "#ffffff")
    return Scene(100, 100, "#ffffff", (label, box), f"at {x}")


def moments(xs: Iterator[float]) -> Iterator[Moment]:
    """Yield moments whose box is at each x; the settled scenes say so."""
    for x in xs:
        scene = still(x)
        yield scene, replace(scene, sentence="settled")


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
    words = [f.scene.sentence for f in rest]
    assert words == [f"at {x}" for x in range(1, steps) for _ in range(timing.tweens)]


@pytest.mark.parametrize(
    ("transition", "fps", "tweens"),
    [("0", 30, 0), ("0.5", 30, 15), ("1/60", 30, 0), ("0.3", 25, 8), ("1/30", 30, 1), ("2", 1, 2)],
)
def test_a_transition_is_rounded_to_whole_frames(transition: str, fps: int, tweens: int) -> None:
    assert Timing(transition=Fraction(transition), fps=fps).tweens == tweens


def test_no_moments_make_no_frames() -> None:
    assert list(animate(iter(()), Timing())) == []
    assert Timing(transition=Fraction(1)).frames(0) == 0


# --- laziness -----------------------------------------------------------------


def test_moments_without_end_make_frames_one_by_one() -> None:
    frames = animate(moments(count()), Timing(transition=Fraction(1, 30)))
    assert [f.scene.sentence for f in islice(frames, 5)] == [
        *("at 0", "at 1"),
        *("at 1", "at 2"),
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
