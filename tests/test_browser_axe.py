"""axe-core finds nothing serious in the page, whatever it looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tcviz.api import animate, pages
from tests.browser import DESKTOP, Read, Reader, browser, installed, read
from tests.shown import LAYERS, source

__all__ = ["browser", "read"]  # the fixtures
NARROW = {"width": 320, "height": 640}
OPEN = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    module = installed("axe_playwright_python", "axe-playwright-python")
    return (Path(module.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def grave(reader: Reader, axe: str) -> list[Any]:
    """Return the serious and critical violations, and what they are about."""
    reader.page.evaluate(axe)  # by the debugger, which no policy of the page forbids
    found = reader.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 10
    return [
        (one["id"], node["html"][:120], node["failureSummary"])
        for one in found["violations"]
        for node in one["nodes"]
        if one["impact"] in {"serious", "critical"}
    ]


def test_as_it_opens(read: Read, axe: str) -> None:
    assert grave(read(source("article")), axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [DESKTOP, NARROW], ids=["wide", "narrow"])
def test_with_all_open_and_a_cell_kept(read: Read, axe: str, scheme: str, window: Any) -> None:
    reader = read(source("article"), color_scheme=scheme, viewport=window)
    reader.page.evaluate(OPEN)
    reader.page.locator(".panel-target").first.click()
    assert reader.page.locator("#unpin").is_visible()
    assert grave(reader, axe) == []


@pytest.mark.parametrize("theme", ["classic", "print", "contrast"])
def test_in_every_other_theme(read: Read, axe: str, theme: str) -> None:
    reader = read(pages.html([animate(theme=theme, first=2, **LAYERS["article"])]))
    reader.page.evaluate(OPEN)
    reader.page.locator(".panel-target").last.click()
    assert grave(reader, axe) == []


def test_another_layer(read: Read, axe: str) -> None:
    assert grave(read(source("volume")), axe) == []
