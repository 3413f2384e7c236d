"""Pages of several views, from Python: what fits together is one file, what does not is told."""

from __future__ import annotations

import re
from base64 import b64encode
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tcviz
from tcviz.api import Animation, animate, pages
from tcviz.errors import RequestError, TooLargeError
from tcviz.views import VIEWS
from tests.page_reader import Seen

SMALL: dict[str, Any] = {"size": (640, 360), "stride": 2, "padding": 1, "first": 2}
X, W = np.arange(9.0).reshape(1, 3, 3), np.arange(9.0).reshape(1, 1, 3, 3)


def shown(view: str = "collection", *arrays: Any, **options: Any) -> Animation:
    return animate(*arrays, view=view, **SMALL | options)


def test_a_page_of_two_views_is_one_file_that_has_both(tmp_path: Path) -> None:
    asked = tcviz.page(shown("distribution"), shown("collection", size=(800, 450)))
    saved = asked.save(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    known = Seen(text).named("page")
    sheets = known["sheets"][: known["views"]]
    assert [sheet["view"] for sheet in sheets] == ["distribution", "collection"]
    assert [sheet["size"] for sheet in sheets] == [[640, 360], [800, 450]]
    assert (saved.path, saved.frames, saved.bytes) == (
        tmp_path / "page.html",
        4,
        len(text.encode()),
    )
    assert asked.to_html() == text == pages.html(asked.animations)


def test_it_says_its_views_in_one_line() -> None:
    assert repr(tcviz.page(shown("input"), shown("kernel"))) == "<WebPage: input, kernel>"


def test_a_page_of_one_animation_is_that_animations() -> None:
    assert tcviz.page(shown()).to_html() == shown().to_html()


def test_a_notebook_shows_it_in_a_frame_as_high_as_the_tallest_view() -> None:
    wide, tall = shown("distribution"), shown("matrix", size=(640, 640))
    heights = [
        re.search(r"height:(\d+)px", html)[1]  # type: ignore[index]
        for html in (tcviz.page(wide, tall)._repr_html_(), tall._repr_html_())
    ]
    assert heights[0] == heights[1]
    assert 'title="Transposed convolution: distribution, matrix"' in (
        tcviz.page(wide, tall)._repr_html_()
    )


def test_beneath_it_lies_the_first_step_of_that_view() -> None:
    wide, tall = shown("distribution"), shown("matrix", size=(640, 640))
    both = tcviz.page(wide, tall)
    still = b64encode(tall._repr_png_()).decode()
    assert f"data:image/png;base64,{still}" in both._repr_html_()
    assert both._repr_png_() == tall._repr_png_()
    assert tcviz.page(wide)._repr_png_() == wide._repr_png_()


@pytest.mark.parametrize("options", [{}, {"in_channels": 1}, {"seed": 4, "input_size": 4}])
def test_any_two_views_of_one_request_fit_together(options: dict[str, Any]) -> None:
    for one, other in permutations(VIEWS, 2):
        tcviz.page(shown(one, **options), shown(other, **options))


WRONG: list[tuple[list[Any], str]] = [
    ([], "page is of no animation; allowed: one or more"),
    ([None], "animation 1 is of type NoneType; allowed: what animate returns"),
    ([[shown()]], "animation 1 is of type list; allowed: what animate returns"),
    ([shown(), tcviz.figure()], "animation 2 is of type Figure; allowed: what animate returns"),
    (
        [shown("matrix"), shown(), shown()],
        "view of animation 3 is 'collection', as of animation 2;",
    ),
    ([shown("matrix"), shown(stride=1)], "stride of animation 2 is (1, 1); allowed: (2, 2), as in"),
    ([shown("matrix"), shown(theme="dark")], "theme of animation 2 is dark; allowed: light, as in"),
    ([shown("matrix"), shown(hold=0.5)], "hold of animation 2 is 0.5; allowed: 3, as in animation"),
    (
        [shown("matrix"), shown(step_duration=2)],
        "step_duration of animation 2 is 2; allowed: 1, as",
    ),
    (
        [shown("matrix"), shown(loop=2)],
        "loop of animation 2 is 2; allowed: None, as in animation 1",
    ),
    ([shown("input"), shown(seed=1)], "input of animation 2 is other numbers; allowed: those of a"),
    ([shown("input", X, W), shown("kernel", X, W + 1)], "weight of animation 2 is other numbers;"),
    ([shown("matrix", X, W), shown("kernel", X + 1, W)], "input of animation 2 is other numbers;"),
    ([shown("input", X, W), shown("kernel", X, W, [1])], "bias of animation 2 is other numbers;"),
    ([shown(out_channel="all")], "out_channel is all; allowed: one channel in a page"),
]


@pytest.mark.parametrize(("animations", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_does_not_fit_together_is_told_in_one_line(animations: list[Any], told: str) -> None:
    with pytest.raises(RequestError) as caught:
        tcviz.page(*animations)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_numbers_of_ones_own_fit_whatever_the_view() -> None:
    tcviz.page(*(shown(view, X, W) for view in ("distribution", "matrix", "grad-input")))


def test_a_page_is_written_as_html_alone(tmp_path: Path) -> None:
    asked = tcviz.page(shown())
    with pytest.raises(RequestError, match=r"^format is 'gif'; allowed: html, of a page; save eac"):
        asked.save(tmp_path / "a.gif")
    asked.save(tmp_path / "a", form="html")
    assert (tmp_path / "a").read_text(encoding="utf-8") == asked.to_html()


def test_a_page_that_would_be_too_large_is_refused_before_any_work() -> None:
    large = {"size": (1280, 720), "input_size": 200, "first": None, "kernel_size": 9}
    with pytest.raises(TooLargeError):
        tcviz.page(shown("distribution", **large), shown("collection", **large))
