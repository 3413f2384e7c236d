"""Every control of the page, by mouse: it does what it says, and nothing else."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tcviz import cli
from tcviz.api import animate, pages
from tests.browser import Read, Reader, browser, read
from tests.shown import LAYERS, shown, source

__all__ = ["browser", "read"]  # the fixtures
LAST = {"distribution": 9, "collection": 25}
COLOURS = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const style = (one) => getComputedStyle(document.querySelector(one));
  return [style('html').backgroundColor, style('#stage svg > rect').fill]; }"""
SPEEDS = [("¼×", 4.0), ("½×", 2.0), ("2×", 0.5), ("4×", 0.25)]
NOW = 1_700_000_000


def background(reader: Reader) -> str:
    """Return the colours of the page and of the picture, which are the same."""
    page, paper = reader.page.evaluate(COLOURS)
    assert page == paper
    return page


def test_steps_forward_back_first_and_last(read: Read) -> None:
    reader, seen = read(source("article")), []
    for name in ("Step forward", "Step forward", "Step back", "Last step", "Step forward"):
        reader.button(name).click()
        seen.append(reader.step)
    for name in ("Step back", "First step", "Step back"):
        reader.button(name).click()
        seen.append(reader.step)
    assert seen == [2, 3, 2, 9, 9, 8, 1, 1]


def test_the_slider_moves_to_a_step(read: Read) -> None:
    reader = read(source("article"))
    slider = reader.page.get_by_role("slider", name="Step", exact=True)
    box = slider.bounding_box()
    assert box is not None
    for share, step in ((0.5, 5), (0.999, 9), (0.001, 1)):
        reader.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        assert reader.step == step
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 5, steps=8)
    reader.page.mouse.up()
    assert reader.step == 7


def test_play_goes_on_to_the_last_step_and_stays_there(read: Read) -> None:
    reader = read(source("article"), now=NOW)
    reader.button("Play").click()
    assert (reader.step, reader.plays) == (1, True)
    for step in range(2, 10):
        reader.page.clock.run_for(1000)
        assert (reader.step, reader.plays) == (step, True)
    reader.page.clock.run_for(3000)  # the hold
    assert (reader.step, reader.plays) == (9, False)
    reader.page.clock.run_for(60_000)
    assert reader.step == 9
    reader.button("Play").click()  # from the start again
    assert (reader.step, reader.plays) == (1, True)


def test_pause_and_every_step_by_hand_stop_it(read: Read) -> None:
    reader = read(source("article"), now=NOW)
    for name, step in (("Pause", 2), ("Step forward", 4), ("Step back", 4), ("Last step", 9)):
        reader.button("Play").click()
        reader.page.clock.run_for(1000)
        reader.button(name).click()
        assert (reader.step, reader.plays) == (step, False)
        reader.page.clock.run_for(10_000)
        assert reader.step == step


@pytest.mark.parametrize(("speed", "seconds"), SPEEDS)
def test_speed_divides_the_time_of_a_step(read: Read, speed: str, seconds: float) -> None:
    reader = read(source("article"), now=NOW)
    reader.choose("Speed", speed)
    reader.button("Play").click()
    reader.page.clock.run_for(1000 * seconds - 10)
    assert reader.step == 1
    reader.page.clock.run_for(20)
    assert reader.step == 2


def test_speed_changes_while_it_plays(read: Read) -> None:
    reader = read(source("article"), now=NOW)
    reader.button("Play").click()
    reader.choose("Speed", "4×")
    reader.page.clock.run_for(1000)
    assert (reader.step, reader.plays) == (5, True)


def test_a_page_that_loops_begins_again(read: Read) -> None:
    looped = animate(stride=2, padding=1, first=2, loop=2)
    reader, seen = read(pages.html([looped]), now=NOW), []
    reader.button("Play").click()
    for seconds in (1, 3, 1, 3, 60):
        reader.page.clock.run_for(1000 * seconds)
        seen.append(reader.step)
    assert (seen, reader.plays) == ([2, 1, 2, 2, 2], False)


def test_views_keep_step_by_the_share_of_their_steps(read: Read) -> None:
    reader = read(source("article"))
    views = {name: reader.button(name.capitalize()) for name in LAST}
    for step in range(1, 10):
        reader.page.locator("#slider").fill(str(step - 1))
        views["collection"].click()
        assert views["collection"].get_attribute("aria-pressed") == "true"
        assert views["distribution"].get_attribute("aria-pressed") == "false"
        assert reader.step == 1 + 3 * (step - 1)
        assert reader.page.locator("#count").inner_text().endswith("of 25")
        views["distribution"].click()
        assert reader.step == step


def test_a_page_that_plays_goes_on_in_another_view(read: Read) -> None:
    reader = read(source("article"), now=NOW)
    reader.button("Play").click()
    reader.page.clock.run_for(2000)
    reader.button("Collection").click()
    assert (reader.step, reader.plays) == (7, True)
    reader.page.clock.run_for(1000)
    assert reader.step == 8


def test_one_view_needs_no_switch(read: Read) -> None:
    reader = read(source("article", "distribution"))
    assert reader.button("Distribution").count() == 0


def test_one_step_needs_no_controls_of_steps(read: Read) -> None:
    reader = read(pages.html([animate(stride=2, padding=1, first=1)]))
    for name in ("First step", "Step back", "Play", "Step forward", "Last step"):
        assert reader.button(name).is_disabled()
    reader.press("ArrowRight", " ")
    assert (reader.step, reader.plays) == (1, False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_until_one_is_chosen(read: Read, scheme: str) -> None:
    other = {"light": "dark", "dark": "light"}[scheme]
    reader = read(source("article"), color_scheme=scheme)
    system = background(reader)
    reader.page.emulate_media(color_scheme=other)
    opposite = background(reader)
    assert system != opposite
    reader.choose("Theme", scheme.capitalize())
    assert background(reader) == system
    reader.choose("Theme", other.capitalize())
    assert background(reader) == opposite
    reader.choose("Theme", "System")
    assert background(reader) == opposite
    reader.page.emulate_media(color_scheme=scheme)
    assert background(reader) == system


def test_a_theme_that_is_asked_for_is_there_at_first(read: Read) -> None:
    reader = read(pages.html([animate(theme="print", **LAYERS["row"])]), color_scheme="dark")
    chosen = background(reader)
    reader.choose("Theme", "System")
    assert background(reader) != chosen


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A command and the page that it writes."""
    path = tmp_path_factory.mktemp("typed") / "a page.html"
    words = ["animate", "-s", "2", "-p", "1", "--title", "two words", "--first", "2", "-q"]
    words += ["-o", str(path)]
    assert cli.run(words) == 0
    return shlex.join(["tcviz", *words]), path


def copied(reader: Reader, name: str) -> str:
    """Return what the clipboard holds when the code of this name has been copied."""
    if not reader.page.locator("#copy").is_visible():
        reader.page.get_by_text("Code", exact=True).click()
    reader.page.locator("#codes").get_by_role("button", name=name, exact=True).click()
    reader.page.locator("#copy").click()
    reader.page.get_by_text("Copied", exact=True).first.wait_for()
    return str(reader.page.evaluate("navigator.clipboard.readText()"))


def test_the_command_is_copied_as_it_was_typed_and_makes_the_same_page(
    read: Read, typed: tuple[str, Path]
) -> None:
    command, path = typed
    before = path.read_text(encoding="utf-8")
    reader = read(before, permissions=["clipboard-read", "clipboard-write"])
    assert copied(reader, "tcviz") == command
    path.unlink()
    assert cli.run(shlex.split(command)[1:]) == 0
    assert path.read_text(encoding="utf-8") == before


def test_calls_for_every_library_are_copied(read: Read) -> None:
    from tcviz.frameworks import snippets

    reader = read(source("grouped"), permissions=["clipboard-read", "clipboard-write"])
    calls = snippets(shown("grouped").plan)
    assert {"PyTorch", "JAX", "ONNX"} < set(calls)
    assert {name: copied(reader, name) for name in calls} == dict(calls)
