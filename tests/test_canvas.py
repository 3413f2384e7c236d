"""A size is in pixels or on paper; text keeps a size to read however sharp the picture is."""

from __future__ import annotations

from typing import Any

import pytest

from tcviz.errors import RequestError, TooLargeError
from tcviz.look.look import Look
from tcviz.request.canvas import Canvas, canvas
from tcviz.scene import theme


def test_pixels_are_pixels_and_scale_multiplies_them() -> None:
    assert canvas((1280, 720)) == Canvas(1280, 720, 1, 96)
    assert canvas((1280, 720), 2) == Canvas(1280, 720, 2, 192)


def test_with_pixels_dpi_says_only_how_large_they_are() -> None:
    assert canvas((1280, 720), dpi=300) == Canvas(1280, 720, 1, 300)


@pytest.mark.parametrize("size", [(10, 6, "in"), (25.4, 15.24, "cm")])
@pytest.mark.parametrize(("dpi", "dots"), [(None, 300), (96, 96), (600, 600)])
def test_on_paper_dpi_makes_more_pixels_of_the_same_layout(size: Any, dpi: Any, dots: int) -> None:
    found = canvas(size, dpi=dpi)
    assert (found.width, found.height) == pytest.approx((960, 576))
    assert found.width * found.scale == pytest.approx(10 * dots)
    assert found.dpi == dots
    assert found.unit == size[2]


def test_text_is_as_large_on_paper_at_any_dpi() -> None:
    def smallest(dpi: int) -> float:
        found = canvas((7, 4, "in"), dpi=dpi)
        look = Look(theme.load("light"), found.width, found.height, found.scale, in_unit="in")
        return look.legible(1) * look.unit / 96  # inches

    assert smallest(100) == pytest.approx(smallest(600)) == pytest.approx(5 / 72)


def test_at_half_the_scale_text_stays_as_many_pixels() -> None:
    look = Look(theme.load("light"), 1280, 720, 0.5)
    assert look.legible(1) / look.pixel == pytest.approx(8.5)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((7, 4, "mm"), "size is (7, 4, 'mm'); allowed: a width, a height and px, in or cm"),
        ((7, 4, "in", 1), "size is (7, 4, 'in', 1); allowed: a width, a height and px, in or cm"),
        ((0, 4, "in"), "size is 0×4 in; allowed: a width and a height above 0"),
        ((-1, 720), "size is −1×720; allowed: a width and a height above 0"),
        ((float("nan"), 4, "in"), "size is nan; allowed: 0 to 100"),
        ((101, 4, "in"), "size is 101; allowed: 0 to 100"),
    ],
)
def test_what_is_no_size_is_refused(size: Any, told: str) -> None:
    with pytest.raises(RequestError) as caught:
        canvas(size)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("dpi", [0, 9, 2401, float("nan"), "300", True])
def test_a_wrong_dpi_is_refused(dpi: Any) -> None:
    with pytest.raises(RequestError, match=r"^dpi is .*; allowed: 10 to 2400"):
        canvas((10, 6, "in"), dpi=dpi)


def test_scale_and_paper_do_not_go_together() -> None:
    with pytest.raises(RequestError, match=r"^scale is 2; allowed: 1 where .* in; use --dpi"):
        canvas((10, 6, "in"), 2)


def test_too_many_dots_are_refused() -> None:
    with pytest.raises(TooLargeError, match=r"^size is 30×20 in at 2400 dpi; allowed: up to"):
        canvas((30, 20, "in"), dpi=2400)
