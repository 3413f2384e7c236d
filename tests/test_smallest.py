"""A canvas that is too small says the smallest that works: on it the picture can be drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcviz import views
from tcviz.api import animate, figure
from tcviz.errors import RequestError, TooSmallError
from tcviz.look.look import Look
from tcviz.request import spelling
from tcviz.request.canvas import GRID, canvas, in_unit
from tcviz.scene import theme
from tcviz.views.smallest import refusal

LOOK = Look(theme.load("light"))
TOLD = re.compile(r"size is (\S+)( cm| in)?, too small for .*; allowed: (\S+)( cm| in)? or more\b")
MOST = 40
"""Times that a picture is laid out, at most, to say how large its canvas must be."""

TENTHS = st.integers(10, 150).map(lambda n: n / 10)
CANVASES = st.one_of(
    st.tuples(st.integers(100, 700), st.integers(60, 500)),
    st.tuples(TENTHS, TENTHS, st.sampled_from(["cm", "in"])),
)
REQUESTS = st.fixed_dictionaries(
    {
        "dims": st.sampled_from([1, 1, 2, 2, 2, 3]),
        "kernel_size": st.integers(1, 3),
        "stride": st.integers(1, 2),
        "input_size": st.integers(3, 6),
        "in_channels": st.integers(1, 4),
        "channels": st.sampled_from([None, None, 4]),
        "out_channels": st.just(2),
        "out_channel": st.sampled_from([0, "all"]),
        "crop": st.booleans(),
        "size": CANVASES,
    }
)


def drawn(**asked: Any) -> None:
    """Draw a still, with all that is laid out."""
    assert next(figure(**asked).scenes()).marks


def told(**asked: Any) -> Any:
    """Return the size that is named where the one asked for is too small, else None."""
    try:
        drawn(**asked)
    except TooSmallError as error:
        words = str(error)
    else:
        return None
    found = TOLD.match(words)
    assert found, words
    return spelling.canvas_size("size", found[3] + (found[4] or "").strip())


@pytest.mark.parametrize("view", views.VIEWS)
@settings(max_examples=5, deadline=None)
@given(REQUESTS)
def test_the_size_that_is_named_works_and_is_no_smaller_than_asked(
    view: str, asked: dict[str, Any]
) -> None:
    asked |= {"view": view}
    if view == "grad-input" or views.VIEWS[view].chained:
        asked |= {"out_channel": 0}
    if asked["dims"] not in views.VIEWS[view].dims:
        asked |= {"dims": 2}
    size = told(**asked)
    if size:
        assert size[0] >= asked["size"][0]
        assert size[1] >= asked["size"][1]
        assert size[2:] == asked["size"][2:]
        drawn(**asked | {"size": size})


@st.composite
def lawful(draw: st.DrawFn) -> tuple[Look, Any]:
    """Draw a look, and what a picture needs: a width, a height and an area."""
    unit = draw(st.sampled_from(["px", "cm", "in"]))
    tenths = draw(st.tuples(st.integers(45, 150), st.integers(30, 120)))
    look = on(*[10 * n if unit == "px" else n / 10 for n in tenths], unit)
    wide, high = draw(st.integers(1, 4000)), draw(st.integers(1, 2000))
    area = draw(st.integers(1, 4_000_000))

    def fits(look: Look) -> bool:
        return look.width >= wide and look.height >= high and look.width * look.height >= area

    return look, fits


def on(width: float, height: float, unit: str) -> Look:
    ground = canvas((width, height, unit), dpi=96)
    size = {"width": ground.width, "height": ground.height, "scale": ground.scale}
    return replace(LOOK, **size, chrome=False, in_unit=unit)


@settings(max_examples=300, deadline=None)
@given(lawful())
def test_no_side_of_it_could_be_a_step_shorter_and_few_are_tried(case: tuple[Look, Any]) -> None:
    look, fits = case
    tried = []

    def make(look: Look) -> None:
        tried.append(look)
        if not fits(look):
            raise TooSmallError("too small")

    found = TOLD.match(str(refusal(make, look, "too small for it")))
    assert len(tried) <= MOST
    if not found:
        assert not any(map(fits, tried))
        return
    unit = look.in_unit
    size = spelling.canvas_size("size", found[3] + (found[4] or "").strip())
    assert fits(on(size[0], size[1], unit))
    for side, asked in enumerate((look.width, look.height)):
        first = in_unit(asked, unit)
        shorter = [*size[:2]]
        shorter[side] -= max(GRID[unit], first / 39)
        if shorter[side] > first:
            if unit == "px":
                shorter[side] = int(shorter[side])
            assert not fits(on(*shorter, unit))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"size": (300, 400)}, "size is 300×400, too small for text; allowed: 320×400 or more"),
        ({"size": (3, 2, "in")}, "size is 3×2 in, too small for text; allowed: 3.35×2.5 in or mo"),
        ({"size": (8, 5, "cm")}, "size is 8×5 cm, too small for text; allowed: 8.5×6.4 cm or more"),
    ],
)
def test_what_no_text_can_be_read_on_is_refused_at_once(asked: Any, said: str) -> None:
    for ask in (animate, figure):
        with pytest.raises(TooSmallError) as caught:
            ask(**asked)
        assert str(caught.value).startswith(said)


def test_without_header_a_picture_may_be_smaller() -> None:
    drawn(size=(2.2, 1.8, "in"), view="kernel", crop=True)
    with pytest.raises(RequestError, match=r"; without --crop, which needs less$"):
        drawn(size=(2.2, 1.8, "in"), view="kernel")


def test_many_channels_below_each_other_say_how_high_the_canvas_must_be() -> None:
    asked = {"dims": 1, "in_channels": 40, "channels": 40, "view": "collection"}
    width, height = told(size=(600, 400), **asked)
    assert width == 600
    assert height > 2000
    drawn(size=(width, height), **asked)


def test_a_sharper_canvas_is_no_smaller_one() -> None:
    asked = {"view": "collection", "input_size": 16, "in_channels": 8, "channels": 8}
    drawn(size=(1280, 760), **asked)
    drawn(size=(3840, 2280), **asked)
