"""Pointing at a cell lights what it makes, or what made it, and nothing else."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from tcviz.layer.sizes import Sizes
from tests.browser import Read, Reader, browser, read
from tests.shown import (
    BOTH,
    LAYERS,
    TERM,
    Product,
    found,
    key,
    number,
    output_size,
    places,
    products,
    shown,
    source,
    summed,
    weights,
)

__all__ = ["browser", "read"]  # the fixtures
VIEWS = [*product(LAYERS, BOTH), ("article", "matrix")]
GETS = re.compile(rf"y\[([\d,]+)\] gets {TERM.pattern} = ([−\d.]+)")
HINT = "Point at a cell"
HELD = (1, 2)
"""An output element of the article's example that is pointed at."""


def lit(reader: Reader, name: str, view: str) -> tuple[dict[str, str], list[str]]:
    """Return what is written in the cells that are lit, and which of them is framed."""
    cells = [(found(name, view, one["box"]), one) for one in reader.lit()]
    assert len(dict(cells)) == len(cells)
    return {at: one["text"] for at, one in cells}, [at for at, one in cells if one["thick"]]


def spread(sizes: Sizes, most: int = 6) -> list[Sizes]:
    """Return the first element, the last, and some between."""
    every = list(np.ndindex(*sizes))
    return [every[n] for n in sorted({round(n) for n in np.linspace(0, len(every) - 1, most)})]


def weighed(name: str, view: str, met: list[Product]) -> dict[str, float]:
    """Return the weights that products take, by the cells that show them."""
    kernel = shown(name).operands.layer.kernel_size
    return {at: one.factors[1] for one in met for at in weights(view, one, kernel)}


def drawn(cells: dict[str, float], name: str, view: str) -> dict[str, float]:
    return {at: value for at, value in cells.items() if at in places(name, view)}


def agree(texts: dict[str, str], expected: dict[str, float]) -> None:
    """Fail unless just these cells are lit, each with its number or, if small, without."""
    assert texts.keys() == expected.keys()
    written = {at: number(text) for at, text in texts.items() if text}
    assert written == {at: expected[at] for at in written}


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_an_output_cell_lights_what_made_it_and_its_sum_is_written_out(
    read: Read, name: str, view: str
) -> None:
    reader = read(source(name, view))
    for at in spread(output_size(name)):
        reader.point(places(name, view)[key("output", at)].center)
        met = [one for one in products(name, view) if one.o == at]
        read_from = {key(f"x.{one.c}", one.i): one.factors[0] for one in met}
        texts, framed = lit(reader, name, view)
        assert framed == [key("output", at)]
        assert texts.pop(framed[0]) == ""  # it stays as it is
        agree(texts, drawn(read_from | weighed(name, view, met), name, view))
        says_sum(reader.why, at, met)


def says_sum(text: str, at: Sizes, met: list[Product]) -> None:
    """Fail unless the text is the sum of these products, in any order, and what NumPy makes."""
    head, _, terms = text.partition(" = ")
    assert head.endswith(f"{','.join(map(str, at))}]")
    body, _, result = terms.rpartition(" = ")
    factors = [(number(a), number(b)) for a, b in TERM.findall(body)]
    assert sorted(factors) == sorted(one.factors for one in met)
    assert body.count("·") == len(met)
    assert number(result) == sum(one.value for one in met)


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_an_input_cell_lights_every_output_cell_that_it_reaches_with_its_products(
    read: Read, name: str, view: str
) -> None:
    reader, channels = read(source(name, view)), summed(name, view)
    for at, c in product(spread(channels[0][0].shape), range(len(channels))):
        here = key(f"x.{c}", at)
        if here not in places(name, view):
            continue
        reader.point(places(name, view)[here].center)
        met = [one for one in products(name, view) if (one.c, one.i) == (c, at)]
        made = {key("output", one.o): one.value for one in met}
        texts, framed = lit(reader, name, view)
        assert framed == [here]
        assert texts.pop(here) == ""
        agree(texts, drawn(made | weighed(name, view, met), name, view))
        says_reached(reader.why, met)


def says_reached(text: str, met: list[Product]) -> None:
    """Fail unless the text names these products, and no other."""
    first, *lines = filter(None, text.splitlines())
    assert f"reaches {len(met) or 'no'} output cell" in first
    told = {}
    for line in lines:
        place, a, b, value = map(str, GETS.fullmatch(line).groups())  # type: ignore[union-attr]
        at = tuple(map(int, place.split(",")))[-len(met[0].o) :]  # without the channel
        told[at] = number(a), number(b)
        assert number(value) == number(a) * number(b)
    assert told == {one.o: one.factors for one in met}


@pytest.mark.parametrize("name", ["article", "row", "volume"])
def test_cells_with_room_for_it_show_their_number(read: Read, name: str) -> None:
    reader = read(source(name, "distribution"))
    at = (0,) * len(output_size(name))
    reader.point(places(name, "distribution")[key("x.0", at)].center)
    texts, framed = lit(reader, name, "distribution")
    assert all(text for cell, text in texts.items() if cell not in framed)


def test_beside_the_cells_nothing_is_lit(read: Read) -> None:
    reader = read(source("article"))
    reader.point((640, 20))
    assert reader.why.startswith(HINT)
    reader.point(places("article", "distribution")[key("output", HELD)].center)
    assert reader.why.startswith("y[1,2] = ")
    reader.point((640, 20))
    assert reader.why.startswith(HINT)
    assert reader.lit() == []


def test_a_click_keeps_a_cell_until_escape(read: Read) -> None:
    reader = read(source("article"))
    place = reader.at(places("article", "distribution")[key("output", HELD)].center)
    reader.page.mouse.click(*place)
    reader.point((640, 20))
    before = reader.lit()
    assert before
    assert reader.why.startswith("y[1,2] = ")
    reader.point(places("article", "distribution")[key("x.0", (0, 0))].center)
    assert reader.why.startswith("x[0,0,0] = 8 reaches")
    reader.point((640, 20))
    assert reader.lit() == before
    reader.press("Escape")
    assert reader.lit() == []
    assert reader.why.startswith(HINT)


@pytest.mark.parametrize("how", ["again", "button"])
def test_a_kept_cell_is_let_go(read: Read, how: str) -> None:
    reader = read(source("article"))
    place = reader.at(places("article", "distribution")[key("x.1", (1, 1))].center)
    unpin = reader.page.locator("#unpin")
    assert not unpin.is_visible()
    reader.page.mouse.click(*place)
    assert unpin.is_visible()
    if how == "again":
        reader.page.mouse.click(*place)
        reader.point((640, 20))
    else:
        unpin.click()
    assert reader.lit() == []
    assert not unpin.is_visible()


def test_a_kept_cell_stays_kept_in_every_step_and_view(read: Read) -> None:
    reader = read(source("article"))
    reader.page.mouse.click(
        *reader.at(places("article", "distribution")[key("output", HELD)].center)
    )
    reader.point((640, 20))
    said = reader.why
    reader.press("ArrowRight")  # after a click the arrows are for the steps
    assert (reader.step, reader.why) == (2, said)
    reader.button("Step forward").click()
    reader.press("End")
    assert (reader.step, reader.why) == (9, said)
    reader.button("Collection").click()
    assert reader.why == said
    _, framed = lit(reader, "article", "collection")
    assert framed == [key("output", HELD)]
    reader.choose("Theme", "Dark")
    assert lit(reader, "article", "collection")[1] == framed


def test_a_tap_keeps_a_cell_another_keeps_the_next(read: Read) -> None:
    reader = read(source("article"), has_touch=True, is_mobile=True)
    for at in (HELD, (4, 4)):
        place = reader.at(places("article", "distribution")[key("output", at)].center)
        reader.page.touchscreen.tap(*place)
        assert lit(reader, "article", "distribution")[1] == [key("output", at)]
        assert reader.why.startswith(f"y[{at[0]},{at[1]}] = ")
    assert reader.page.locator("#unpin").is_visible()


@pytest.mark.parametrize("name", LAYERS)
def test_with_the_keyboard_cells_are_pointed_at_as_with_the_mouse(read: Read, name: str) -> None:
    reader = read(source(name, "distribution"))
    panel = reader.page.locator(".panel-target").last
    for _ in range(60):
        reader.press("Tab")
        if panel.evaluate("node => node === document.activeElement"):
            break
    first = reader.why
    reader.press("ArrowRight", "End", "Home")
    assert reader.why == first
    reader.press("ArrowRight")
    by_key, said = lit(reader, name, "distribution"), reader.why
    assert said != first
    reader.press("Enter")
    reader.point(places(name, "distribution")[by_key[1][0]].center)
    assert (lit(reader, name, "distribution"), reader.why) == (by_key, said)
    reader.point((640, 20))
    assert reader.why == said
    reader.press("Escape", "Tab")
    assert by_key != lit(reader, name, "distribution")


def test_a_view_without_input_and_output_side_by_side_offers_nothing_to_point_at(
    read: Read,
) -> None:
    reader = read(source("row", "matrix"))
    assert reader.page.locator(".panel-target").count() == 0
    assert HINT not in reader.why
