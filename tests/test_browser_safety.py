"""Whatever a title or a command says, and wherever the page stands, it stays a quiet page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tcviz.api import Animation, animate, pages
from tests.browser import Read, browser, read, watched
from tests.shown import BOTH, LAYERS, scene, source

__all__ = ["browser", "read"]  # the fixtures
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = [
    f"</script>{IMAGE}",
    f"</title></style>{IMAGE}",
    f"\"'--></textarea>{IMAGE}",
    "${x}`&lt;",
]
ASKING = """<!doctype html><meta charset="utf-8"><title>Asks</title><script>
console.log("spoken"); fetch("http://localhost:9/asked").catch(() => 0);
setTimeout(() => { throw new Error("thrown"); }); alert("shown");</script>"""


def heading(animation: Animation) -> str:
    """Return the title as there is room for it in the picture."""
    head = next(m.text for m in scene(animation, 1).marks if m.key == "title")  # type: ignore[union-attr]
    assert head.startswith(str(animation.look.title)[:6])
    return head


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text(read: Read, title: str) -> None:
    drawn = [animate(view=view, title=title, first=2, **LAYERS["article"]) for view in BOTH]
    reader = read(pages.html([replace(one, command=f"tcviz {title}") for one in drawn]))
    page = reader.page
    assert page.title() == f"{title}: distribution, collection"
    assert page.locator("h1").text_content() == page.title()
    assert heading(drawn[0]) in page.locator("#stage text").all_text_contents()
    page.get_by_text("Code", exact=True).click()
    assert page.locator("#code").text_content() == f"tcviz {title}"
    assert page.locator("img, script[src], #stage image, #stage foreignObject").count() == 0
    page.get_by_text("Save this step", exact=True).click()
    with page.expect_download() as waiting:
        reader.button("Save as SVG").click()
    drawing = ET.parse(waiting.value.path()).getroot()  # noqa: S314 - our own
    assert heading(drawn[0]) in ["".join(node.itertext()) for node in drawing.iter()]
    assert {node.tag.rpartition("}")[2] for node in drawing.iter()}.isdisjoint({"img", "script"})


def test_nothing_may_run_that_the_page_did_not_bring(read: Read) -> None:
    reader = read(source("row", "distribution"))
    rules = reader.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    policy = dict(rule.split(" ", 1) for rule in str(rules).split("; "))
    assert policy["default-src"] == "'none'"
    assert not any("unsafe" in rule or "http" in rule for rule in policy.values())


@pytest.fixture
def framed(read: Read) -> Any:
    """The page in its frame, in another page, as a notebook has it."""
    shown = animate(title=HOSTILE[0], **LAYERS["article"])
    head = "<!doctype html><meta charset='utf-8'><title>Notebook</title>"
    reader = read(f"{head}{shown._repr_html_()}")
    return reader, reader.page.frame_locator("iframe")


def test_in_a_frame_of_a_notebook_its_controls_work(framed: Any) -> None:
    reader, frame = framed
    count = frame.locator("#count")
    for name, text in (("Step forward", "step 2 of 9"), ("Last step", "step 9 of 9")):
        frame.get_by_role("button", name=name, exact=True).click()
        assert count.inner_text() == text
    reader.press("Home")
    assert count.inner_text() == "step 1 of 9"
    frame.get_by_role("combobox", name="Theme", exact=True).select_option(label="Dark")
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    frame.locator(".panel-target").last.click()
    assert " = " in frame.locator("#why").inner_text()


@pytest.mark.parametrize("form", ["SVG", "PNG"])
def test_in_a_frame_of_a_notebook_steps_are_saved(framed: Any, form: str) -> None:
    reader, frame = framed
    frame.get_by_text("Save this step", exact=True).click()
    with reader.page.expect_download() as waiting:
        frame.get_by_role("button", name=f"Save as {form}", exact=True).click()
    start = {"SVG": b"<svg", "PNG": b"\x89PNG"}[form]
    assert Path(waiting.value.path()).read_bytes().startswith(start)


def test_in_a_frame_of_a_notebook_code_is_copied(framed: Any) -> None:
    reader, frame = framed
    frame.get_by_text("Code", exact=True).click()
    frame.locator("#copy").click()
    frame.get_by_text("Copied", exact=True).first.wait_for()
    reader.page.context.grant_permissions(["clipboard-read"])
    held = reader.page.evaluate("navigator.clipboard.readText()")
    assert held == frame.locator("#code").text_content()


def test_pages_are_watched(browser: Any, tmp_path: Path) -> None:
    path, heard = tmp_path / "asks.html", []
    path.write_text(ASKING, encoding="utf-8")
    with browser.new_context(offline=True) as context:
        watched(context, path.as_uri(), heard).goto(path.as_uri())
        context.pages[0].wait_for_timeout(100)
    kinds = {line.partition(":")[0] for line in heard}
    assert kinds == {"console", "error", "request", "dialog"}
