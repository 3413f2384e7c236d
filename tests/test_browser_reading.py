"""Without a mouse, in a narrow window, enlarged, or with less motion, all is still there."""

from __future__ import annotations

from typing import Any

import pytest

from tcviz.api import animate, pages
from tests.browser import DESKTOP, Read, Reader, browser, read
from tests.shown import source

__all__ = ["browser", "read"]  # the fixtures
NARROW = {"width": 320, "height": 640}
ENLARGED = {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2}
"""What a window of 1280×720 is at 200 %."""
CONTROLS = "button, select, input, summary"
FOCUS = """() => { const node = document.activeElement, style = getComputedStyle(node);
  const { width, height } = node.getBoundingClientRect();
  if (node === document.body) return null;
  node.dataset.seen = 1 + Number(node.dataset.seen || 0);
  return { ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    size: Math.min(width, height), seen: Number(node.dataset.seen) }; }"""
MISSED = f"""() => [...document.querySelectorAll("{CONTROLS}, [tabindex='0']")]
  .filter((node) => !node.dataset.seen && node.checkVisibility() && !node.disabled)
  .map((node) => node.outerHTML.slice(0, 80))"""
ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"


def tabbed(reader: Reader) -> list[dict[str, Any]]:
    """Return what has the focus, one after another, until the first has it again."""
    stops: list[dict[str, Any]] = []
    for _ in range(80):
        reader.press("Tab")
        stop = reader.page.evaluate(FOCUS)
        if stop is None:
            continue
        if stop["seen"] > 1:
            return stops
        stops.append(stop)
    raise AssertionError("the focus never comes back")


def test_tab_reaches_every_control_and_shows_where_it_is(read: Read) -> None:
    reader = read(source("article"))
    reader.page.evaluate(ALL)
    stops = tabbed(reader)
    assert reader.page.evaluate(MISSED) == []
    assert len(stops) > 20
    assert all(stop["ring"] and stop["size"] > 8 for stop in stops)


def test_every_control_has_a_name_of_its_own(read: Read) -> None:
    reader = read(source("grouped"))
    reader.page.evaluate(ALL)
    session = reader.page.context.new_cdp_session(reader.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value", ""))
             for node in nodes if not node["ignored"] and focusable(node)]  # fmt: skip
    controls = [(role, name) for role, name in named if role != "RootWebArea"]
    assert all(name.strip() for _, name in controls)
    assert len(set(controls)) == len(controls)
    names = {name for _, name in controls}
    assert {"Play", "First step", "Step back", "Step forward", "Last step", "Step", "Speed"} < names
    assert {"Theme", "Distribution", "Collection", "Save as SVG", "Save as PNG"} < names


def focusable(node: dict[str, Any]) -> bool:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    return bool(properties.get("focusable"))


def test_keys_do_what_controls_do(read: Read) -> None:
    reader, seen = read(source("article")), []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft"):
        reader.press(key)
        seen.append(reader.step)
    assert seen == [2, 3, 2, 9, 9, 1, 1]
    reader.press(" ")
    assert reader.plays
    reader.press(" ")
    assert not reader.plays


@pytest.mark.parametrize("name", ["Step forward", "Last step"])
def test_a_key_presses_what_has_the_focus_once(read: Read, name: str) -> None:
    for key in ("Enter", " "):
        reader = read(source("article"))
        reader.button(name).focus()
        reader.press(key)
        assert (reader.step, reader.plays) == ({"Step forward": 2, "Last step": 9}[name], False)


def test_the_slider_takes_keys(read: Read) -> None:
    reader, seen = read(source("article")), []
    reader.page.locator("#slider").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "End", "Home"):
        reader.press(key)
        seen.append(reader.step)
    assert seen == [2, 3, 2, 9, 1]


def test_keys_with_ctrl_are_the_browser_s(read: Read) -> None:
    reader = read(source("article"))
    reader.press("Control+End", "Alt+ArrowDown", "Meta+ArrowRight")
    assert reader.step == 1


def test_each_step_is_said_to_screen_readers_and_not_while_it_plays(read: Read) -> None:
    reader = read(source("article"), now=1_700_000_000)
    live = reader.page.locator("#sentence")
    said = [live.text_content()]
    reader.press("ArrowRight")
    said.append(live.text_content())
    assert live.get_attribute("aria-live") == "polite"
    assert said[0] != said[1]
    assert "x[0,1]" in str(said[1])
    reader.press(" ")
    assert live.get_attribute("aria-live") == "off"


def overflow(reader: Reader) -> int:
    """Return how much wider than the window the page is."""
    return int(reader.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("name", ["article", "volume"])
@pytest.mark.parametrize("window", [{"viewport": NARROW}, ENLARGED], ids=["narrow", "enlarged"])
def test_all_is_within_reach_in_a_small_window(read: Read, window: Any, name: str) -> None:
    reader = read(source(name), **window)
    assert overflow(reader) <= 0
    reader.page.evaluate(ALL)
    reader.page.mouse.click(*reader.at(target(reader)))
    assert overflow(reader) <= 0
    for control in reader.page.locator(CONTROLS).and_(reader.page.locator(":visible")).all():
        if "panel-target" not in (control.get_attribute("class") or ""):
            control.click(trial=True)  # there, and nothing lies over it
            box = control.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= window["viewport"]["width"]
            assert min(box["width"], box["height"]) >= 20


def target(reader: Reader) -> tuple[float, float]:
    """Return a place of the picture's first panel that can be pointed at."""
    return tuple(
        reader.page.locator(".panel-target").first.evaluate("""(node) => {
      node.scrollIntoView({ inline: 'center' });
      const svg = document.querySelector('#stage svg').getBoundingClientRect();
      const { x, y } = node.getBoundingClientRect();
      return [(x + 4 - svg.x) * 1280 / svg.width, (y + 4 - svg.y) * 1280 / svg.width]; }""")
    )


def test_numbers_are_large_enough_to_be_read_in_a_narrow_window(read: Read) -> None:
    reader = read(source("article"), viewport=NARROW)
    sizes = reader.page.evaluate("""() => [...document.querySelectorAll('#stage text')].map(
      (node) => node.getBoundingClientRect().height)""")
    assert min(sizes) >= 7


def test_the_picture_is_seen_at_once_with_its_controls(read: Read) -> None:
    reader = read(source("article"), viewport=DESKTOP)
    svg, bar = (reader.page.locator(one).bounding_box() for one in ("#stage svg", ".bar"))
    assert svg is not None
    assert bar is not None
    assert svg["y"] + svg["height"] <= bar["y"]
    assert bar["y"] + bar["height"] <= DESKTOP["height"]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_of_itself_and_less_where_that_is_asked_for(read: Read, motion: str) -> None:
    page = pages.html([animate(stride=2, padding=1, transition=60.0)])
    reader = read(page, now=1_700_000_000, reduced_motion=motion)
    reader.page.clock.run_for(600_000)
    assert (reader.step, reader.plays) == (1, False)
    reader.button("Play").click()
    reader.page.clock.run_for(61_000)
    assert reader.step == 2
    moving = reader.page.evaluate("document.getAnimations().length")
    assert (moving > 0) == (motion == "no-preference")
