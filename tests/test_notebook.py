"""What notebooks show: the page in a frame of its own, stills as SVG and PNG."""

from __future__ import annotations

from base64 import b64decode
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


def drawn(image: dict[str, str | None]) -> ET.Element:
    """Return the SVG that an image shows."""
    source = str(image["src"]).removeprefix("data:image/svg+xml;base64,")
    return ET.fromstring(b64decode(source, validate=True))  # noqa: S314 - our own


@pytest.mark.parametrize("title", [None, HOSTILE])
def test_an_animation_is_one_frame_that_holds_its_page(title: str | None) -> None:
    animation = animate(first=2, title=title, **SMALL)
    shown = Tags(animation._repr_html_())
    (_, still), (tag, frame) = shown.tags
    assert tag == "iframe"
    assert frame["srcdoc"] == animation.to_html()
    assert not shown.words
    assert frame["title"] == (title or "Transposed convolution, distribution view")
    assert still["alt"] == f"{frame['title']}, first step"


def test_under_the_frame_lies_the_first_step_for_where_no_page_runs() -> None:
    animation = animate(**SMALL)
    (still,) = Tags(animation._repr_html_()).named("img")
    source = str(still["src"]).removeprefix("data:image/png;base64,")
    png = b64decode(source, validate=True)
    assert png == animation._repr_png_()
    with Image.open(BytesIO(png)) as image:
        assert image.convert("RGB").tobytes() == animation.still(1).tobytes()


def test_a_first_step_is_small_beside_its_page() -> None:
    animation = animate(stride=2, padding=1)
    assert len(animation._repr_png_()) < len(animation.to_html()) / 2


def test_what_makes_no_page_is_its_first_step_and_says_why() -> None:
    animation = animate(out_channels=2, out_channel="all", **SMALL)
    shown = Tags(animation._repr_html_())
    assert [tag for tag, _ in shown.tags] == ["img", "p"]
    assert shown.words["p"].startswith("No page to step through: out_channel is all; allowed: one")


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
def test_a_figure_is_all_its_stills_as_svg_and_its_first_as_png(options: dict[str, Any]) -> None:
    still = figure(**SMALL, **options)
    shown = Tags(still._repr_html_()).named("img")
    for image, scene in zip(shown, still.scenes(), strict=True):
        drawing = drawn(image)
        assert drawing.tag == f"{SVG}svg"
        assert drawing.findtext(f"{SVG}title") == scene.title
        assert drawing.attrib["viewBox"] == "0 0 1280 720"
        assert image["alt"] == f"{scene.title}. {scene.sentence}"
        assert image["style"] == "max-width:100%;height:auto"
    with Image.open(BytesIO(still._repr_png_())) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (640, 360))


def test_a_hostile_title_stays_text_in_a_figure() -> None:
    title = "</text><img src=x>"  # a longer one is shortened to the room that there is
    ((tag, image),) = Tags(figure(title=title, text="text", **SMALL)._repr_html_()).tags
    assert tag == "img"
    drawing = drawn(image)
    assert title in "".join(drawing.itertext())
    assert not {"script", "img"} & {node.tag.removeprefix(SVG) for node in drawing.iter()}


def test_pixels_of_a_png_grow_with_the_scale() -> None:
    with Image.open(BytesIO(figure(scale=2, **SMALL)._repr_png_())) as image:
        assert image.size == (1280, 720)
