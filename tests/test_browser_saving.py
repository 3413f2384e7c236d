"""The step that is shown is saved as it is: an SVG that stands by itself, and a PNG."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from tcviz.api import animate, pages
from tcviz.scene.marks import Cell, Scene
from tests.browser import Read, Reader, browser, read
from tests.shown import LAYERS, scene, shown, source
from tests.stills import said

__all__ = ["browser", "read"]  # the fixtures
SVG = "{http://www.w3.org/2000/svg}"


def saved(reader: Reader, form: str) -> tuple[str, bytes]:
    """Return the name and the bytes of what a button saves."""
    if not reader.button(f"Save as {form}").is_visible():
        reader.page.get_by_text("Save this step", exact=True).click()
    with reader.page.expect_download() as waiting:
        reader.button(f"Save as {form}").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def lines(scene: Scene) -> Counter[str]:
    return Counter(line for text in said(scene) for line in text.split("\n"))


@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_an_svg_says_what_the_step_says_and_needs_nothing_else(read: Read, view: str) -> None:
    reader, step = read(source("article", view)), 4
    reader.page.locator("#slider").fill(str(step - 1))
    name, data = saved(reader, "SVG")
    drawing = ET.fromstring(data)  # noqa: S314 - our own
    assert name == f"{view}-step-{step}.svg"
    assert drawing.tag == f"{SVG}svg"
    assert (drawing.get("width"), drawing.get("height")) == ("1280", "720")
    texts = Counter("".join(node.itertext()) for node in drawing.iter(f"{SVG}text"))
    assert texts == lines(scene(shown("article", view), step))
    style = "".join(drawing.find(f"{SVG}style").itertext())  # type: ignore[union-attr]
    assert style.count("url(") == style.count("url(data:font/woff2;base64,") >= 2
    assert b"var(" not in data


def test_what_is_pointed_at_is_saved_with_it(read: Read) -> None:
    reader = read(source("article"))
    place = next(m.rect for m in scene(shown("article"), 1).marks if m.key == "output[1,2]")
    reader.page.mouse.click(*reader.at(place.center))
    shown_texts = reader.page.locator("#stage svg text").all_text_contents()
    drawing = ET.fromstring(saved(reader, "SVG")[1])  # noqa: S314
    texts = ["".join(node.itertext()) for node in drawing.iter(f"{SVG}text")]
    assert texts == shown_texts
    assert len(texts) > len(list(lines(scene(shown("article"), 1)).elements()))


@pytest.mark.parametrize(
    ("name", "options"),
    [("article", {}), ("article", {"theme": "dark", "scale": 2}), ("large", {"size": (800, 450)})],
)
def test_a_png_has_the_pixels_of_the_scene(read: Read, name: str, options: dict[str, Any]) -> None:
    animation = animate(first=3, **LAYERS[name], **options)
    reader = read(pages.html([animation]))
    reader.press("End")
    file, data = saved(reader, "PNG")
    assert file == "distribution-step-3.png"
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", animation.size)
        png = image.convert("RGB")
    still = animation.still(3).convert("RGB")
    # Edges of letters differ, less so where nine pixels are one.
    seen, drawn = (np.asarray(one.reduce(3), dtype=int) for one in (png, still))
    assert abs(seen - drawn).mean() < 0.4 * abs(drawn[-1, -1] - drawn).mean()
    filled(np.asarray(png, dtype=int), scene(animation, 3))


def filled(pixels: Any, scene: Scene) -> None:
    """Fail unless every cell has its colour beside its edge, where no digit is."""
    ratio = pixels.shape[1] / scene.width
    for cell in (m for m in scene.marks if isinstance(m, Cell) and not m.style.hatch):
        x, y = round((cell.rect.x + 4) * ratio), round((cell.rect.bottom - 5) * ratio)
        assert "#{:02x}{:02x}{:02x}".format(*pixels[y, x]) == cell.style.fill, cell.key


FIXED = """(node, [width, height]) => Object.assign(node.style, { position: 'fixed', inset: 0,
  width: `${width}px`, height: `${height}px`, zIndex: 9 })"""


def test_a_png_is_what_the_screen_shows_in_the_page_s_own_font(read: Read) -> None:
    animation = shown("article")
    reader = read(source("article", "distribution"))
    with Image.open(BytesIO(saved(reader, "PNG")[1])) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)
    assert reader.page.evaluate("document.fonts.ready.then((fonts) => fonts.size)") >= 2
    reader.page.locator("#stage svg").evaluate(FIXED, list(animation.size))
    clip = {"x": 0, "y": 0, "width": animation.size[0], "height": animation.size[1]}
    with Image.open(BytesIO(reader.page.screenshot(clip=clip))) as image:
        screen = np.asarray(image.convert("RGB"), dtype=int)
    assert abs(screen - pixels).mean() < 0.5
