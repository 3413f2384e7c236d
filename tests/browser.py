"""A reader in a real browser: Debian's Chromium, watched in all that it does.

Its build without windows draws and runs pages as the other does, in two thirds of the time.

Nothing here is imported where Playwright is not installed; without it, or without Chromium,
tests that ask for `read` are skipped, and in CI they fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tcviz.scene.marks import Point

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DESKTOP = {"width": 1280, "height": 900}
FLAGS = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
OWN = {"viewport", "color_scheme", "reduced_motion"}
"""Options that each page of a context may have for itself."""
FINE = {"data", "blob", "about"}
"""Schemes of what a page makes of its own data."""
LIT = """() => JSON.stringify([
  ...document.querySelectorAll('#stage svg > g:last-of-type > *')].map((node) => ({
  text: node.localName === 'text' ? node.textContent : null,
  box: ['x', 'y', 'width', 'height'].map((name) => Number(node.getAttribute(name))),
  thick: Number(node.getAttribute('stroke-width')) > 2 })))"""
CORNER = """(node) => { node.scrollIntoView({ block: 'nearest' });
  const { x, y, width } = node.getBoundingClientRect(); return [x, y, width]; }"""


def program() -> str:
    """Return where the browser is; a test that asks is skipped without one, but not in CI."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        reason = f"no browser on PATH: {', '.join(CHROMIUM)}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


def installed(module: str, name: str) -> Any:
    """Return a module of the extra `test`; a test that asks is skipped without, but not in CI."""
    if os.environ.get("CI"):
        __import__(module)
    return pytest.importorskip(module, reason=f"{name} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which ends with the module: its loop would be in the way of other tests.

    It has a context that pages share which need no other, and there an empty page, which
    keeps warm what draws the others.
    """
    playwright, path = installed("playwright.sync_api", "Playwright"), program()
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=[*FLAGS])
        opened(chromium).new_page()
        yield chromium
        chromium.close()


def opened(browser: Browser, **options: Any) -> BrowserContext:
    """Return a new context, of a reader who has no network."""
    context = browser.new_context(**{"viewport": DESKTOP, "offline": True} | options)
    context.set_default_timeout(20_000)
    return context


class Reader:
    """Somebody before a page: what they do, and what they see of it."""

    def __init__(self, page: Page, canvas: tuple[float, float] = (1280, 720)) -> None:
        self.page, self.canvas = page, canvas

    def button(self, name: str) -> Locator:
        """Return the button of this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def choose(self, label: str, choice: str) -> None:
        """Choose by what is written there."""
        choices = self.page.get_by_role("combobox", name=label, exact=True)
        choices.select_option(label=choice)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def step(self) -> int:
        """The number of the step that is shown; all that tell it agree."""
        count = self.page.locator("#count").inner_text()
        assert self.page.locator("#slider").get_attribute("aria-valuetext") == count
        return int(re.fullmatch(r"step (\d+) of \d+", count)[1])  # type: ignore[index]

    @property
    def why(self) -> str:
        """What is said of the cell that is pointed at."""
        return self.page.locator("#why").inner_text()

    @property
    def plays(self) -> bool:
        """Whether the page goes on by itself."""
        return self.page.locator("#play").get_attribute("aria-label") == "Pause"

    def at(self, place: Point) -> Point:
        """Return where in the window a place of the canvas is."""
        left, top, width = self.page.locator("#stage svg").evaluate(CORNER)
        ratio = width / self.canvas[0]
        return left + place[0] * ratio, top + place[1] * ratio

    def point(self, place: Point) -> None:
        """Point at a place of the canvas."""
        self.page.mouse.move(*self.at(place))

    def lit(self) -> list[dict[str, Any]]:
        """Return what is lit: boxes in canvas units, each with the text that is in it."""
        found: list[dict[str, Any]] = []
        for one in json.loads(self.page.evaluate(LIT)):
            if one["text"] is None:
                found.append(one | {"text": ""})
            else:
                found[-1]["text"] = one["text"]
        return found


Read = Callable[..., Reader]


@pytest.fixture
def read(browser: Browser, tmp_path: Path) -> Iterator[Read]:
    """Return a function that opens a page's text, in a context with these options.

    Whatever is done there, the console stays empty, no dialog or window opens, and nothing is
    asked of any network, of which there is none.
    """
    contexts: list[BrowserContext] = []
    shown: list[Page] = []
    heard: list[str] = []

    def read(text: str, canvas: Point = (1280, 720), now: int = 0, **options: Any) -> Reader:
        path = tmp_path / f"page-{len(shown)}.html"
        path.write_text(text, encoding="utf-8")
        context = browser.contexts[0]
        if now or options.keys() - OWN:  # a clock is a context's, too
            context = opened(browser, **options)
            contexts.append(context)
        page = watched(context, path.as_uri(), heard)
        shown.append(page)
        looks = {name: options[name] for name in options.keys() & OWN}
        page.set_viewport_size(looks.pop("viewport", DESKTOP))
        page.emulate_media(**looks)
        if now:
            page.clock.install(time=now)
        page.goto(path.as_uri())
        if now:
            page.clock.pause_at(now + 60)  # until then time goes by itself
        return Reader(page, canvas)

    yield read
    for page in shown:
        page.evaluate("0")  # by then all that was said before has been heard
        page.close()
    for context in contexts:
        context.close()
    browser.contexts[0].clear_permissions()
    assert heard == []


def watched(context: BrowserContext, url: str, heard: list[str]) -> Page:
    """Return a new page, of which all that it should not do is noted in `heard`."""

    def asked(address: str) -> None:
        if address != url and address.partition(":")[0] not in FINE:
            heard.append(f"request: {address}")

    def spoken(dialog: Any) -> None:
        heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page = context.new_page()
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: asked(request.url))
    page.on("dialog", spoken)
    page.on("popup", lambda other: heard.append(f"window: {other.url}"))
    return page
