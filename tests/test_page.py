"""Pages ask for nothing, hold what they should, and stay small."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from html import escape
from io import BytesIO
from pathlib import Path

import pytest

from tcviz import views
from tcviz.api import animate, pages
from tcviz.effort import pictures
from tcviz.errors import RequestError, TooLargeError
from tcviz.scene import theme
from tests.page_reader import BOTH, Seen, of

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def example() -> str:
    return pages.html(of(*BOTH))


def test_a_page_asks_for_nothing(example: str) -> None:
    page = Seen(example)
    for tag, attributes in page.elements:
        assert tag not in {"iframe", "object", "embed", "base", "form", "img"}
        assert tag == "link" or not {"src", "href", "action", "srcset"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    (icon,) = [has for tag, has in page.elements if tag == "link"]
    assert icon["href"].startswith("data:")
    asks = re.compile(r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|import|eval|Function)\s*\(")
    assert not asks.search(page.texts_of("script")[-1])
    assert not re.search(r"@import|url\((?!data:)", page.texts_of("style")[0])


def test_the_policy_forbids_the_network_and_knows_style_and_script(example: str) -> None:
    page = Seen(example)
    (policy,) = [has["content"] for _, has in page.elements if "http-equiv" in has]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert {rules["img-src"], rules["font-src"]} == {"data:"}
    for kind, text in (
        ("style", page.texts_of("style")[0]),
        ("script", page.texts_of("script")[-1]),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    assert [tag for tag, has in page.elements if "http-equiv" in has or tag == "style"] == [
        "meta",
        "style",
    ]


def test_pages_are_small(example: str) -> None:
    assert len(example.encode()) < 165_000
    large = {"kernel_size": 5, "input_size": 16, "padding": 0}
    assert len(pages.html(of("distribution", stride=2, **large)).encode()) < 500_000


def test_several_views_are_in_one_file_and_share_their_tables(example: str) -> None:
    page = Seen(example).named("page")
    assert [sheet["view"] for sheet in page["sheets"]] == [*BOTH, *BOTH]
    assert [sheet["total"] for sheet in page["sheets"]] == [9, 25, 9, 25]
    alone = sum(len(pages.html(of(view))) for view in BOTH)
    assert len(example) < 0.7 * alone
    assert page["codes"] == [page["codes"][0]]


def test_each_view_has_a_narrow_sheet_after_those_of_the_switch(example: str) -> None:
    page = Seen(example).named("page")
    assert page["views"] == len(BOTH)
    assert [sheet["narrow"] for sheet in page["sheets"]] == [2, 3, None, None]
    for sheet in page["sheets"][2:]:
        width, height = sheet["canvas"]
        assert height / width == pytest.approx(600 / 340)
        assert sheet["size"] == [1020, 1800]


def test_a_view_that_has_no_room_on_a_narrow_canvas_has_no_narrow_sheet() -> None:
    names = {"dims": 1, "input_size": 12, "symbols": True}  # names are never tints
    page = Seen(pages.html(of("collection", "distribution", **names))).named("page")
    assert [sheet["view"] for sheet in page["sheets"]] == ["collection", "distribution"]
    assert [sheet["narrow"] for sheet in page["sheets"]] == [None, None]


def test_a_picture_that_is_narrow_itself_needs_no_other() -> None:
    (sheet,) = Seen(pages.html(of(size=(340, 640), first=1))).named("page")["sheets"]
    assert sheet["narrow"] is None


def test_narrow_sheets_are_left_out_where_the_page_would_be_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (shown,) = of()
    for most, count in ((2 * shown.bytes_about(), 2), (2 * shown.bytes_about() - 1, 1)):
        monkeypatch.setattr(pictures, "MAX_PAGE", most)
        assert len(Seen(pages.html([shown])).named("page")["sheets"]) == count


def test_progress_is_told_view_by_view_whatever_their_sheets() -> None:
    told: list[int] = []
    pages.write(of(*BOTH, first=3), BytesIO(), told.append)
    assert told == [1, 2, 3, 4, 5, 6]


def test_all_sheets_share_who_made_what(example: str) -> None:
    page = Seen(example).named("page")
    assert [sheet["table"] for sheet in page["sheets"]] == [0, 0, 0, 0]
    (table,) = page["contributions"]
    assert table["results"][0] == "= −1"
    assert all(channel["products"] for channel in table["channels"])


@pytest.mark.parametrize("view", ["overlap", "grad-weight", "grad-bias", "input", "kernel"])
def test_views_without_such_sums_have_no_table(view: str) -> None:
    page = Seen(pages.html(of(view))).named("page")
    assert {sheet["table"] for sheet in page["sheets"]} == {None}
    assert page["contributions"] == []


def test_a_hostile_title_is_text() -> None:
    html = pages.html(of(title=HOSTILE))
    page = Seen(html)
    assert "img" not in {tag for tag, _ in page.elements}
    assert HOSTILE not in html
    assert page.texts_of("title") == [f"{HOSTILE}: distribution"]
    assert escape(HOSTILE) in html
    first = page.named("frames-0")[0][1]
    drawn = {face[4] for face in first if isinstance(face, list) and face[0] == 2}
    assert any(text.startswith("</script><img src=x") for text in drawn)  # cut to its room


def test_themes_follow_the_system_unless_one_was_asked_for() -> None:
    own = theme.load("dark")
    for asked, names, first in (
        ("light", ["light", "dark"], ""),
        ("dark", ["dark", "light"], "dark"),
        ("print", ["print", "light", "dark"], "print"),
        (theme.Theme(**vars(own) | {"ink": "#ffffff"}), ["own", "light", "dark"], "own"),
    ):
        known = Seen(pages.html(of(theme=asked, first=1))).named("page")
        assert list(known["tables"]["colours"]) == names
        assert known["theme"] == first


def test_a_theme_more_costs_colours_not_pictures() -> None:
    two, three = (len(pages.html(of(theme=name))) for name in ("light", "print"))
    assert three - two < 6_000


def test_a_rare_letter_brings_its_font() -> None:
    common, rare = (Seen(pages.html(of(title=t, first=1))).named("fonts") for t in ("Up", "Вверх"))
    assert {weight: len(parts) for weight, parts in common.items()} == {"400": 1, "700": 1}
    assert {weight: len(parts) for weight, parts in rare.items()} == {"400": 2, "700": 2}
    for data in rare["400"]:
        assert base64.b64decode(data)[:4] == b"wOF2"


def test_time_is_told_in_seconds() -> None:
    known = Seen(pages.html(of(step_duration=0.5, hold=2, transition=0.25, loop=3))).named("page")
    assert known["seconds"] == {"step": 0.5, "hold": 2, "glide": 0.25}
    assert known["loop"] == 3
    assert Seen(pages.html(of())).named("page")["loop"] == 1


def test_only_the_picked_steps_are_there() -> None:
    page = Seen(pages.html(of(every=4)))
    assert page.named("page")["sheets"][0]["steps"] == [1, 5, 9]
    assert len(page.named("frames-0")) == 3


def test_the_code_says_how_to_compute_the_same() -> None:
    (code,) = Seen(pages.html(of(first=1))).named("page")["codes"]
    assert [*code] == ["PyTorch", "TensorFlow", "JAX", "ONNX"]
    assert "stride=2" in code["PyTorch"]


def test_saving_writes_the_same_page(tmp_path: Path) -> None:
    (shown,) = of()
    saved = shown.save(tmp_path / "a.html")
    assert (saved.frames, saved.size) == (9, (1280, 720))
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == pages.html(of())
    assert saved.bytes == len(pages.html(of()).encode())


def test_a_command_makes_one_file_of_several_views(tmp_path: Path) -> None:
    typed = [
        "animate",
        "-s",
        "2",
        "-p",
        "1",
        "--view",
        BOTH[0],
        "--view",
        BOTH[1],
        "-o",
        "a b.html",
    ]
    data = []
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-m", "tcviz", *typed], cwd=tmp_path, check=True,
            capture_output=True, text=True, env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert run.stdout.startswith("a b.html: 2 views, 34 steps, 1280×720 pixels, ")
        data.append((tmp_path / "a b.html").read_bytes())
    assert data[0] == data[1]
    assert [path.name for path in tmp_path.iterdir()] == ["a b.html"]
    (code,) = Seen(data[0].decode()).named("page")["codes"]
    assert code["tcviz"] == (
        "tcviz animate -s 2 -p 1 --view distribution --view collection -o 'a b.html'"
    )


def test_a_still_is_no_page() -> None:
    from tcviz.export.stills import still_format

    with pytest.raises(RequestError, match=r"format is 'html'; .*; tcviz animate writes HTML"):
        still_format(".html")


def test_what_would_be_too_large_is_refused_before_it_starts(tmp_path: Path) -> None:
    huge = animate(input_size=140, kernel_size=9, first=19_000)
    words = r"page is 19,000 steps, about [\d.]+ MB; allowed: up to 32 MB; use --every"
    with pytest.raises(TooLargeError, match=words):
        huge.save(tmp_path / "a.html")
    assert not list(tmp_path.iterdir())


def test_the_estimate_is_no_less_than_a_third_of_what_is_written() -> None:
    for shown in (of("collection"), of(kernel_size=5, input_size=16, first=60), of("matrix")):
        size = len(pages.html(shown)) - len(pages.html(of("input")))
        sheets = len(Seen(pages.html(shown)).named("page")["sheets"])
        assert sheets * shown[0].bytes_about() > size / 3


def test_every_view_makes_a_page() -> None:
    for view in views.VIEWS:
        sheet, *narrow = Seen(pages.html(of(view, first=1))).named("page")["sheets"]
        assert sheet["view"] == view
        assert [one["view"] for one in narrow] == [view]


def test_a_gallery_makes_pages_that_know_their_command_and_links_to_them(tmp_path: Path) -> None:
    spec = tmp_path / "gallery.toml"
    spec.write_text('[[item]]\nname = "both"\nstride = 2\nformat = "html"\n', encoding="utf-8")
    subprocess.run([sys.executable, "-m", "tcviz", "gallery", "-q", str(spec)], check=True)
    (code,) = Seen((tmp_path / "both.html").read_text("utf-8")).named("page")["codes"]
    assert code["tcviz"] == "tcviz animate --stride 2 -o both.html"
    index = Seen((tmp_path / "index.html").read_text("utf-8"))
    assert [has["href"] for tag, has in index.elements if tag == "a" and "class" in has] == [
        "#pictures",
        "both.html",
    ]
    assert " 9 steps, 1280×720, " in (tmp_path / "index.html").read_text("utf-8")
