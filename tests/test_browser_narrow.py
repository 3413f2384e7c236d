"""In a narrow window the page takes an upright picture; in a low one all is still in view."""

from __future__ import annotations

from html import escape
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tcviz.api import animate
from tests.browser import Read, Reader, browser, read
from tests.shown import BOTH, LAYERS, source

__all__ = ["browser", "read"]  # the fixtures
PHONE, TURNED = {"width": 390, "height": 844}, {"width": 844, "height": 390}
SMALLEST = 9
"""CSS pixels that a digit is high, in a window as wide as a phone's."""
LOW = [(844, 390), (640, 360), (568, 320), (700, 500), (1024, 420)]
DIGITS = """() => {
  const svg = document.querySelector('#stage svg'), { width } = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].map(
    (node) => node.getAttribute('font-size') * width / svg.viewBox.baseVal.width); }"""
SHAPE = """() => { const { width, height } = document.querySelector('#stage svg').viewBox.baseVal;
  return height / width; }"""
OVER = """() => [document.documentElement, document.querySelector('#scroll')].map(
  (node) => node.scrollWidth - node.clientWidth)"""
SCROLLED = """() => {
  const node = document.querySelector('#scroll');
  node.scrollTo({ left: 1e4, behavior: 'instant' });
  return node.scrollLeft; }"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FRAMED = """<!doctype html><meta charset="utf-8"><title>Course</title>
<iframe title="Steps" style="width:700px;height:500px;border:0" srcdoc="{page}"></iframe>"""


def in_view(page: Any, width: float, height: float) -> None:
    """Fail unless the picture and the controls are all in a window of this size."""
    page.locator("html").evaluate(DRAWN)
    boxes = [page.locator(one).bounding_box() for one in ("#stage svg", "#bar")]
    corner = page.locator("html").bounding_box()
    for box in boxes:
        x, y = box["x"] - corner["x"], box["y"] - corner["y"]
        assert min(x, y) >= 0
        assert x + box["width"] <= width
        assert y + box["height"] <= height


def turn(reader: Reader, window: Any) -> None:
    """Give the window another shape, and wait until the page is drawn in it."""
    reader.page.set_viewport_size(window)
    reader.page.screenshot()


def is_upright(reader: Reader) -> bool:
    return float(reader.page.evaluate(SHAPE)) > 1


@pytest.mark.parametrize(
    ("name", "view"), [*product(["article", "grouped"], BOTH), ("large", "distribution")]
)
def test_a_phone_shows_the_whole_picture_in_digits_to_be_read(
    read: Read, name: str, view: str
) -> None:
    reader = read(source(name, view), viewport=PHONE)
    for _ in range(2):
        assert is_upright(reader)
        in_view(reader.page, **PHONE)
        assert max(reader.page.evaluate(OVER)) <= 0
        assert min(reader.page.evaluate(DIGITS)) >= SMALLEST
        reader.press("End")


@pytest.mark.parametrize(("width", "height"), LOW)
def test_a_low_window_shows_the_picture_and_its_controls(
    read: Read, width: int, height: int
) -> None:
    reader = read(source("article"), viewport={"width": width, "height": height})
    assert not is_upright(reader)
    in_view(reader.page, width, height)
    assert max(reader.page.evaluate(OVER)) <= 0


def test_a_frame_in_a_page_shows_the_picture_and_its_controls(read: Read) -> None:
    reader = read(FRAMED.format(page=escape(source("article"))))
    frame = reader.page.frame_locator("iframe")
    frame.get_by_role("button", name="Step forward", exact=True).click()
    in_view(frame, 700, 500)
    assert frame.locator("#count").inner_text() == "step 2 of 9"


@pytest.mark.parametrize(("width", "height"), [(390, 390), (768, 1024)])
def test_upright_and_small_windows_take_the_upright_picture(
    read: Read, width: int, height: int
) -> None:
    assert is_upright(read(source("article"), viewport={"width": width, "height": height}))


def test_all_that_is_said_of_a_step_is_said_in_a_narrow_window_too(read: Read) -> None:
    said = []
    for window in (PHONE, TURNED):
        reader = read(source("article", "collection"), viewport=window)
        reader.press("ArrowRight")
        said.append(reader.page.locator("#sentence").text_content())
        assert reader.page.locator("#stage desc").text_content() == said[-1]
    assert said[0] == said[1]


def test_turning_the_window_keeps_view_step_and_what_is_kept(read: Read) -> None:
    reader = read(source("article"), viewport=PHONE)
    reader.button("Collection").click()
    reader.page.locator("#slider").fill("11")
    reader.page.locator(".panel-target").first.click(position={"x": 3, "y": 3})
    reader.page.mouse.move(1, 1)
    said, texts = reader.why, {one["text"] for one in reader.lit()}
    assert said.startswith("x[0,0,0] = 8 reaches")
    for window in (TURNED, PHONE):
        turn(reader, window)
        assert is_upright(reader) == (window is PHONE)
        assert reader.step == 12
        assert reader.button("Collection").get_attribute("aria-pressed") == "true"
        assert reader.page.locator("#unpin").is_visible()
        assert reader.why == said
        assert {one["text"] for one in reader.lit()} == texts


def test_turning_the_window_keeps_the_focus(read: Read) -> None:
    reader = read(source("article"), viewport=PHONE)
    for name in ("Step forward", "Distribution"):
        reader.button(name).focus()
        for window in (TURNED, PHONE):
            turn(reader, window)
            assert reader.button(name).evaluate("(node) => node === document.activeElement")
    target = reader.page.locator(".panel-target").last
    while not target.evaluate("(node) => node === document.activeElement"):
        reader.press("Tab")
    reader.press("ArrowRight", "ArrowDown")
    said = reader.why
    assert said.startswith("y[1,1] = ")
    turn(reader, TURNED)
    assert target.evaluate("(node) => node === document.activeElement")
    assert reader.why == said
    reader.press("ArrowRight")
    assert reader.why.startswith("y[1,2] = ")


def test_it_goes_on_playing_when_the_window_is_turned(read: Read) -> None:
    reader = read(source("article"), viewport=PHONE, now=1_700_000_000)
    reader.button("Play").click()
    reader.page.clock.run_for(1500)
    turn(reader, TURNED)
    reader.page.clock.run_for(1000)
    assert (reader.step, reader.plays, is_upright(reader)) == (3, True, False)


@pytest.mark.parametrize(("window", "size"), [(PHONE, (1020, 1800)), (TURNED, (1280, 720))])
def test_the_picture_is_saved_as_it_is_shown(read: Read, window: Any, size: Any) -> None:
    reader = read(source("article"), viewport=window)
    reader.page.get_by_text("Save this step", exact=True).click()
    with reader.page.expect_download() as waiting:
        reader.button("Save as PNG").click()
    assert waiting.value.suggested_filename == "distribution-step-1.png"
    with Image.open(BytesIO(Path(waiting.value.path()).read_bytes())) as image:
        assert image.size == size


def test_a_narrow_window_scrolls_a_picture_that_has_no_upright_one(read: Read) -> None:
    names = animate(view="collection", dims=1, input_size=12, symbols=True)
    reader = read(names.to_html(), viewport=PHONE)
    assert not is_upright(reader)
    page, picture = reader.page.evaluate(OVER)
    assert page <= 0
    assert picture > 0
    reader.page.locator("#scroll").focus()
    reader.press("ArrowRight")
    assert reader.step == 1  # the key is the picture's
    assert reader.page.evaluate(SCROLLED) > 0


def test_a_picture_that_is_narrow_itself_fits_a_narrow_window(read: Read) -> None:
    reader = read(animate(size=(340, 640), **LAYERS["article"]).to_html(), viewport=PHONE)
    assert is_upright(reader)
    assert max(reader.page.evaluate(OVER)) <= 0
