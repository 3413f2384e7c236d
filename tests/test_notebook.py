"""What notebooks show: the page in a frame of its own, stills as SVG and PNG."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from tcviz.api import animate, figure

SMALL: dict[str, Any] = {"size": (640, 360), "stride": 2, "padding": 1}
HOSTILE = """</script></iframe>"><img src=x onerror=alert(1)>'&amp;"""
SVG = "{http://www.w3.org/2000/svg}"


class Tags(HTMLParser):
    """Keeps every tag with its attributes, and what is no script's text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.words[self._open[-1]] = self.words.get(self._open[-1], "") + data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("title", [None, HOSTILE])
def test_an_animation_is_one_frame_that_holds_its_page(title: str | None) -> None:
    animation = animate(first=2, title=title, **SMALL)
    shown = Tags(animation._repr_html_())
    ((tag, frame),) = shown.tags
    assert tag == "iframe"
    assert frame["srcdoc"] == animation.to_html()
    assert not shown.words
    assert frame["title"] == (title or "Transposed convolution, distribution view")


def test_a_page_may_run_scripts_and_nothing_in_the_notebooks_name() -> None:
    (frame,) = Tags(animate(first=1, **SMALL)._repr_html_()).named("iframe")
    assert str(frame["sandbox"]).split() == ["allow-scripts", "allow-downloads"]
    assert frame.keys() == {"title", "sandbox", "allow", "style", "srcdoc"}


def test_a_frame_is_as_wide_as_there_is_room_and_higher_than_its_picture() -> None:
    (frame,) = Tags(animate(first=1, **SMALL)._repr_html_()).named("iframe")
    style = dict(part.split(":") for part in str(frame["style"]).split(";"))
    assert style["width"] == "100%"
    assert style["height"] == "924px"


def test_a_page_is_the_file_that_is_saved(tmp_path: Any) -> None:
    animation = animate(first=2, **SMALL)
    animation.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == animation.to_html()


def test_a_hostile_title_stays_text_in_the_page() -> None:
    plain, hostile = (Tags(animate(first=2, title=t, **SMALL).to_html()) for t in ("A", HOSTILE))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert HOSTILE in hostile.words["title"]


@pytest.mark.parametrize("options", [{}, {"step": 2}, {"steps": "all"}, {"text": "text"}])
def test_a_figure_is_an_svg_and_a_png_of_its_first_still(options: dict[str, Any]) -> None:
    still = figure(**SMALL, **options)
    drawing = ET.fromstring(still._repr_svg_())  # noqa: S314 - our own
    assert drawing.tag == f"{SVG}svg"
    title = next(still.scenes()).title
    assert drawing.findtext(f"{SVG}title") == title
    with Image.open(BytesIO(still._repr_png_())) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (640, 360))


def test_a_hostile_title_stays_text_in_a_figure() -> None:
    title = "</text><img src=x>"  # a longer one is shortened to the room that there is
    drawing = ET.fromstring(figure(title=title, text="text", **SMALL)._repr_svg_())  # noqa: S314
    assert title in "".join(drawing.itertext())
    assert not {"script", "img"} & {node.tag.removeprefix(SVG) for node in drawing.iter()}


def test_pixels_of_a_png_grow_with_the_scale() -> None:
    with Image.open(BytesIO(figure(scale=2, **SMALL)._repr_png_())) as image:
        assert image.size == (1280, 720)
