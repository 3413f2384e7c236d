"""The index of a gallery: right, whole, and harmless whatever the spec says."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.cli.gallery import command as gallery_command
from tcviz.gallery import cards, facets, index, page, run
from tcviz.gallery.pool import run as pool
from tcviz.gallery.spec import Spec, read

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&amp;"
SPEC = f"""
title = {json.dumps(HOSTILE)}
[defaults]
size = "640x360"
stride = 2
first = 1
[[item]]
name = "still/100% é & #1 'quoted'"
padding = 1
step = 1
format = "svg"
title = "</script><b>&"
[[item]]
name = "pages"
theme = "dark"
steps = "1-3"
format = "png"
[[item]]
name = "slides"
steps = "1-2"
format = "pdf"
[[sweep]]
name = "both-k{{kernel_size}}"
kernel_size = [2, 3]
format = ["gif", "svg"]
"""
VOID = {"meta", "link", "input", "img", "br"}


class Page(HTMLParser):
    """Reads a page, and minds that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), names
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in dict.fromkeys(self.open):
            self.texts[tag][-1] += data

    def all(self, tag: str, name: str) -> list[str]:
        return [attrs[name] for t, attrs in self.tags if t == tag and name in attrs]


def rendered(folder: Path, text: str = SPEC) -> Spec:
    source = folder / "g.toml"
    source.write_text(text, encoding="utf-8")
    spec = read(source)
    assert not run.update(spec, folder, lambda items: pool(items, 1)).failed
    index.write(spec, folder)
    return spec


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Spec, Path]:
    folder = tmp_path_factory.mktemp("gallery")
    return rendered(folder), folder


def text_of(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def test_the_json_says_what_each_picture_is(made: tuple[Spec, Path]) -> None:
    known = json.loads((made[1] / "index.json").read_text(encoding="utf-8"))
    assert known["title"] == HOSTILE
    still = known["items"][0]
    assert still["parameters"] == {
        "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "output_padding": [0, 0],
        "dilation": [1, 1], "groups": 1,
    }  # fmt: skip
    assert still["alt"] == made[0].items[0].asked.alt
    assert still["shapes"] == {"input": [2, 3, 3], "weight": [2, 1, 3, 3], "output": [1, 5, 5]}
    for item in known["items"]:
        for file in item["files"]:
            assert (made[1] / file["path"]).stat().st_size == file["bytes"]


def test_every_file_is_linked_and_every_link_leads_to_a_file(made: tuple[Spec, Path]) -> None:
    spec, folder = made
    seen = Page(text_of(folder))
    links = seen.all("a", "href") + seen.all("img", "src") + seen.all("video", "src")
    targets = {unquote(link) for link in links if not link.startswith("#")}
    assert {path for item in spec.items for path in item.written} | {"index.json"} == targets
    assert all((folder / target).is_file() for target in targets)


def test_nothing_is_asked_for_from_elsewhere(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    for tag, attrs in seen.tags:
        for name in ("src", "href", "poster"):
            assert not re.match(r"(?!data:image/svg)[a-z]+:|//", attrs.get(name, "")), (tag, attrs)
        assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
    style = seen.texts["style"][0]
    assert "url(" not in style
    assert "@import" not in style


def test_what_the_spec_says_stays_text(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    assert seen.texts["h1"] == seen.texts["title"] == [HOSTILE]
    assert len(seen.texts["script"]) == 1
    assert "x" not in seen.all("img", "src")
    assert "still/100% é & #1 'quoted' distribution view" in seen.texts["h2"]


def test_each_command_is_the_one_that_makes_the_picture(made: tuple[Spec, Path]) -> None:
    shown = [shlex.split(text) for text in Page(text_of(made[1])).texts["code"]]
    assert sorted(shown) == sorted(shlex.split(item.line) for item in made[0].items)
    assert shown[0][-4:-2] == ["--title", "</script><b>&"]


def test_style_and_script_are_those_that_the_policy_names(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    (rules,) = (a["content"] for _, a in seen.tags if a.get("http-equiv"))
    said = dict(rule.split(" ", 1) for rule in rules.split("; "))
    for tag in ("style", "script"):
        digest = hashlib.sha256(seen.texts[tag][0].encode()).digest()
        assert said[f"{tag}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert said["default-src"] == said["base-uri"] == said["form-action"] == "'none'"
    assert "http" not in rules


def test_nothing_jumps_and_nothing_is_loaded_early(made: tuple[Spec, Path]) -> None:
    for tag, attrs in Page(text_of(made[1])).tags:
        if tag == "img":
            assert int(attrs["width"]) > 0 < int(attrs["height"])
            assert attrs["loading"] == "lazy"
            assert attrs["alt"]


def test_ids_are_used_once_and_tab_order_is_that_of_the_page(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(int(attrs.get("tabindex", 0)) <= 0 for _, attrs in seen.tags)
    for name in ("for", "aria-labelledby"):
        assert {attrs[name] for _, attrs in seen.tags if name in attrs} <= set(ids)


def test_a_series_and_a_picture_in_two_formats_are_one_card(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    names = [name.rsplit(" ", 2)[0] for name in seen.texts["h2"][:-1]]
    assert names == ["still/100% é & #1 'quoted'", "pages", "slides", "both-k2", "both-k3"]
    assert sum("data-page" in attrs for _, attrs in seen.tags) == 3
    assert [src for src in seen.all("img", "src") if src.startswith("both")] == [
        "both-k2.gif",
        "both-k3.gif",
    ]


def test_only_what_varies_can_be_filtered_by(made: tuple[Spec, Path]) -> None:
    shown = cards.of(index.facts(*made)["items"])
    assert facets.of(shown) == {
        "kernel_size": ["2×2", "3×3"],
        "padding": ["0", "1"],
        "format": ["svg", "png", "pdf", "gif"],
    }
    assert facets.of(shown[:1]) == facets.of([]) == {}


def test_a_picture_stands_on_its_own_background(made: tuple[Spec, Path]) -> None:
    seen = Page(text_of(made[1]))
    assert ".on-12161d{background:#12161d;color:#fff}" in seen.texts["style"][0]
    assert "stage on-12161d" in seen.all("div", "class")


def test_the_same_facts_are_the_same_bytes_and_not_written_again(made: tuple[Spec, Path]) -> None:
    spec, folder = made
    before = [(folder / name).stat().st_mtime_ns for name in ("index.html", "index.json")]
    text = text_of(folder)
    index.write(read(folder / "g.toml"), folder)
    assert text == page.render(index.facts(spec, folder))
    assert before == [(folder / name).stat().st_mtime_ns for name in ("index.html", "index.json")]


def test_what_is_not_up_to_date_is_not_shown(tmp_path: Path) -> None:
    spec = rendered(tmp_path, '[[item]]\nname = "a"\nsize = "640x360"\nfirst = 1\n')
    assert len(index.facts(spec, tmp_path)["items"]) == 1
    other = tmp_path / "other.toml"
    other.write_text('[[item]]\nname = "a"\nsize = "640x360"\nfirst = 1\nstride = 2\n')
    assert index.facts(read(other), tmp_path)["items"] == []


POSTER = {"path": "posters/a b.png", "width": 8, "height": 9}


def item(**said: Any) -> dict[str, Any]:
    file = {"path": "a.gif", "width": 9, "height": 9, "frames": 2, "seconds": 1.0, "bytes": 9}
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    return {
        "name": "a", "format": "gif", "views": ["distribution"],
        "command": "tcviz animate -o a.gif", "alt": "what is seen",
        "parameters": {**dict.fromkeys(names, (1, 1)), "groups": 1},
        "shapes": {"input": (1, 2, 2), "weight": (1, 1, 1, 1), "output": (1, 2, 2)},
        "background": "#ffffff", "files": [file], "poster": POSTER,
    } | said  # fmt: skip


def drawn(*items: dict[str, Any], title: str = "t") -> str:
    return page.render({"title": title, "generator": "tcviz", "items": list(items)})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_text_breaks_out(text: str) -> None:
    file = item()["files"][0] | {"path": f"a{text}.gif"}
    said = item(name=text, command=f"tcviz {text}", files=[file])
    seen, plain = (Page(drawn(i, title=t)) for i, t in ((said, text), (item(), "t")))
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in plain.tags]
    assert seen.texts["code"] == [f"tcviz {text}"]
    assert [unquote(src) for src in seen.all("img", "src")] == [f"a{text}.gif"]


@pytest.mark.parametrize("form", ["mp4", "webm"])
def test_a_video_waits_to_be_asked(form: str) -> None:
    file = item()["files"][0] | {"path": f"a b.{form}"}
    (video,) = (a for t, a in Page(drawn(item(format=form, files=[file]))).tags if t == "video")
    assert video["src"] == f"a%20b.{form}"
    assert video["preload"] == "none"
    assert "controls" in video
    assert "autoplay" not in video
    assert video["poster"] == "posters/a%20b.png"


@pytest.mark.parametrize(
    ("form", "does", "downloads"),
    [("pdf", "Download", False), ("pptx", "Download", True), ("html", "Open", False)],
)
def test_what_a_page_cannot_show_is_offered_by_a_still(
    form: str, does: str, downloads: bool
) -> None:
    file = item()["files"][0] | {"path": f"x/a.{form}"}
    seen = Page(drawn(item(format=form, files=[file])))
    door = next(attrs for _, attrs in seen.tags if attrs.get("class") == "door")
    assert f"{does} a.{form}" in " ".join(seen.texts["a"])
    assert ("download" in door) == downloads
    assert (door["href"], seen.all("img", "src")) == (f"x/a.{form}", ["posters/a%20b.png"])
    assert seen.all("img", "width") == ["8"]


def test_one_name_for_two_layers_is_two_cards() -> None:
    other = item(parameters={**item()["parameters"], "stride": (2, 2)}, format="svg")
    assert len(cards.of([item(), other])) == 2
    assert len(cards.of([item(), item(format="svg")])) == 1


def test_a_page_of_two_views_is_found_by_either() -> None:
    both = item(format="html", views=["distribution", "collection"])
    seen = Page(drawn(both, item(name="b", views=["matrix"])))
    assert seen.texts["h2"][0] == "a distribution and collection views"
    assert seen.all("li", "data-view") == ["distribution collection", "matrix"]


def test_an_empty_gallery_has_a_page() -> None:
    assert "0 pictures, 0 files, 0 B" in Page(drawn()).texts["p"][0]


def test_a_thousand_pictures_make_a_light_page() -> None:
    names = [f"distribution-k3-s2-p1-{n}" for n in range(1000)]
    files = item()["files"][0]
    text = drawn(
        *(item(name=n, files=[files | {"path": f"{n}.gif"}], views=[n[-1]]) for n in names)
    )
    assert len(text.encode()) < 1_500_000


def test_the_templates_cannot_end_their_own_elements() -> None:
    text = drawn()
    assert text.count("</script") == text.count("</style") == 1
    assert "innerHTML" not in text


def test_the_command_line_writes_the_index(tmp_path: Path) -> None:
    source = tmp_path / "g.toml"
    source.write_text('[[item]]\nname = "a"\nsize = "640x360"\nfirst = 1\n')
    gallery_command.main([str(source), "-j", "1", "-q"], standalone_mode=False)
    assert Page(text_of(tmp_path)).all("img", "src") == ["a.gif"]
