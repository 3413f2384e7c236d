"""Animated SVG: every step can be read from its elements, it is small, and it knows its limits."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tcviz.api import Animation, animate, figure
from tcviz.errors import RequestError
from tcviz.export import format_of
from tcviz.render.schedule import Schedule
from tcviz.scene.frames import Timing
from tcviz.scene.marks import Cell, Rect, Scene, fills_panel
from tcviz.views import VIEWS
from tests.svg_reader import Seen, letters, parsed, rules, written_in

Run = Callable[..., tuple[int, str, str]]
ARTICLE: dict[str, Any] = {"stride": 2, "padding": 1}


def film(animation: Animation) -> bytes:
    file = BytesIO()
    animation.write(file, format_of("svg"))
    return file.getvalue()


def frames(data: bytes) -> dict[str, list[tuple[float, str]]]:
    """Return the key frames of each class: shares of the whole, and what is said there."""
    style = data.decode().partition("<style>")[2].partition("</style>")[0]
    found = re.findall(r"@keyframes ([\w-]+)\{((?:[\d.%,]+\{[^{}]*\})*)\}", style)
    rules = ((name, re.findall(r"([\d.%,]+)\{([^{}]*)\}", body)) for name, body in found)
    return {
        name: sorted((float(at.rstrip("%")), said) for ats, said in some for at in ats.split(","))
        for name, some in rules
    }


def hidden(data: bytes) -> set[str]:
    """Return the classes that are hidden where nothing moves."""
    lists = re.findall(r"((?:\.[\w-]+,?)+)\{visibility:hidden\}", data.decode())
    return {name for some in lists for name in re.findall(r"\.([\w-]+)", some)}


def shown(data: bytes, share: float | None) -> Callable[[tuple[str, ...]], bool]:
    """Return what says whether classes are shown at a share of the whole, or without motion."""
    known, off = frames(data), hidden(data)

    def is_shown(classes: tuple[str, ...]) -> bool:
        for name in classes:
            state = name not in off
            for at, said in known.get(name, []):
                if share is not None and at <= share and "visibility" in said:
                    state = said == "visibility:visible"
            if not state:
                return False
        return True

    return is_shown


def written_on_top(seen: list[Seen], rect: Rect, count: int) -> str:
    """Return so many letters within a rectangle that were painted last: they cover others."""
    inside = [s for s in seen if rect.x < s.x < rect.right and rect.y < s.y < rect.bottom]
    return written_in(inside[len(inside) - count :], rect)


def scenes(animation: Animation) -> list[Scene]:
    return [scene for scene, _ in animation.drawn.moments(animation.picks, settle=False)]


# --- what is shown ------------------------------------------------------------------


@pytest.mark.parametrize("transition", [0.0, 0.5])
@pytest.mark.parametrize("view", VIEWS)
def test_the_values_of_every_step_can_be_read_from_the_elements(
    view: str, transition: float
) -> None:
    animation = animate(view=view, first=7, transition=transition, **ARTICLE)
    data = film(animation)
    seen = letters(parsed(data))
    pace = animation.timing.step + animation.timing.transition
    whole = (len(animation.picks) - 1) * pace + animation.timing.hold
    steps = scenes(animation)
    for number, scene in enumerate(steps):
        share = float(100 * (number * pace + animation.timing.step / 2) / whole)
        for at in (share, *([None] if scene is steps[-1] else [])):  # the last without motion, too
            is_shown = shown(data, at)
            now = [letter for letter in seen if is_shown(letter.classes)]
            for cell in (m for m in scene.marks if isinstance(m, Cell)):
                text = "".join(cell.text.split())
                assert written_on_top(now, cell.rect, len(text)) == text, cell.key


@pytest.mark.parametrize("view", ["distribution", "collection", "grad-weight"])
def test_frames_pass_below_digits_of_which_a_cell_shows_one_at_a_time(view: str) -> None:
    animation = animate(view=view, first=4, transition=0.5, **ARTICLE)
    data = film(animation)
    cells = [m for m in scenes(animation)[-1].marks if isinstance(m, Cell) and fills_panel(m)
             and not m.key.startswith(("legend.", "element."))]  # fmt: skip
    root, is_shown = parsed(data), shown(data, None)
    now = [letter for letter in letters(root) if is_shown(letter.classes)]
    assert [written_in(now, cell.rect) for cell in cells] == [cell.text for cell in cells]
    gliding = {name for name, some in frames(data).items() if "transform" in some[0][1]}
    classes = [{c for node in child.iter() for c in node.get("class", "").split()}
               for child in root]  # fmt: skip
    last = max(number for number, some in enumerate(classes) if gliding & some)
    del root[last + 1 :]
    assert not any(written_in(letters(root), cell.rect) for cell in cells)


def test_what_never_changes_is_there_once() -> None:
    data = film(animate(**ARTICLE))
    title = [s for s in letters(parsed(data)) if s.letter == "T" and s.y < 50]
    assert len(title) == 1


def test_an_animated_svg_has_no_script_and_refers_to_nothing_outside() -> None:
    data = film(animate(theme="auto", **ARTICLE)).decode()
    assert set(re.findall(r"\w+://[^\"' ]+", data)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<!|<script|<animate|<set|@import|url\(| on\w+=", data)


def test_the_same_animation_is_the_same_bytes() -> None:
    assert film(animate(**ARTICLE)) == film(animate(**ARTICLE))


def test_a_film_of_one_step_is_its_still() -> None:
    data = film(animate(first=1, **ARTICLE))
    assert frames(data) == {}
    assert "step 1 of 9" in data.decode()


def test_the_words_tell_of_the_first_and_the_last_step() -> None:
    root = parsed(film(animate(**ARTICLE)))
    assert "step" not in (root[0].text or "")
    assert re.match(r"The first step: x\[0,0\].* The last: x\[2,2\]", root[1].text or "")


# --- how small ----------------------------------------------------------------------


def test_the_films_of_the_article_are_small() -> None:
    data = film(animate(**ARTICLE))
    assert len(data) < 80_000
    assert len(gzip.compress(data, mtime=0)) < 25_000
    assert len(film(animate(transition=0.6, theme="auto", **ARTICLE))) < 80_000
    assert len(film(animate(view="collection", **ARTICLE))) < 160_000


def test_what_is_too_long_is_refused_with_its_size(run: Run, tmp_path: Path) -> None:
    status, _, told = run("animate", "--input-size", "72", "-o", "a.svg")
    assert status == 2
    assert re.fullmatch(r"tcviz: SVG is 5,184 steps, about [\d.]+ MB; allowed: up to 4 MB; "
                        r"use --every or --first, or mp4, which holds as many as you like\n",
                        told)  # fmt: skip
    assert not (tmp_path / "a.svg").exists()


# --- how it plays -------------------------------------------------------------------


@pytest.mark.parametrize(("loop", "plays"), [(None, "infinite"), (0, "infinite"), (3, "3")])
def test_it_plays_as_often_as_is_asked(loop: int | None, plays: str) -> None:
    data = film(animate(loop=loop, **ARTICLE)).decode()
    assert f"animation-iteration-count:{plays};" in data


def test_times_are_those_that_are_asked_for() -> None:
    animation = animate(step_duration=0.5, hold=2, transition=0.25, first=3, **ARTICLE)
    data = film(animation)
    assert "animation-duration:3.5s" in data.decode()
    switches = {at for some in frames(data).values() for at, said in some if "vis" in said}
    halves = (0.625, 1.375)
    assert switches - {0.0} == {round(100 * at / 3.5, 2) for at in halves}


def test_nothing_moves_for_readers_who_want_none() -> None:
    data = film(animate(transition=0.5, **ARTICLE)).decode()
    head, motion, rest = data.partition("@media(prefers-reduced-motion:no-preference)")
    assert motion
    assert "animation-duration" not in head
    assert data.count("animation-duration") == 1
    assert rest.startswith("{:where(#tcviz-")


def test_a_schedule_hides_what_is_not_to_be_seen() -> None:
    schedule = Schedule(Timing(Fraction(1), Fraction(1)), 4)
    assert schedule.shown(frozenset(range(4))) == ""
    middle, last = schedule.shown(frozenset({1})), schedule.shown(frozenset({3}))
    told = schedule.rules("x")
    assert f"@keyframes {middle}{{25%{{visibility:visible}}50%{{visibility:hidden}}}}" in told
    assert f"@keyframes {last}{{0%{{visibility:hidden}}75%{{visibility:visible}}}}" in told
    assert f".{middle}{{visibility:hidden}}" in told


def test_what_stays_where_it_is_does_not_glide() -> None:
    schedule = Schedule(Timing(Fraction(1), Fraction(1), Fraction(1)), 2)
    here, there = Rect(0, 0, 4, 4), Rect(8, 0, 4, 4)
    assert schedule.gliding([here, here]) == ""
    name = schedule.gliding([here, there])
    assert f"@keyframes {name}{{0%,33.33%{{transform:translate(-8px,0px)}}" in schedule.rules("x")


# --- both themes ----------------------------------------------------------------------


def colours(style: str) -> set[str]:
    return set(re.findall(r"(?:fill|stroke):(#\w+)", style))


def test_auto_is_light_and_dark_in_one_file(tmp_path: Path) -> None:
    light, dark, both = (film(animate(theme=theme, **ARTICLE)) for theme in
                         ("light", "dark", "auto"))  # fmt: skip
    night = both.decode().partition("@media(prefers-color-scheme:dark){")[2]
    fills = {data: set(re.findall(r"(?:fill|stroke):(#\w+)", data.decode())) for data in
             (light, dark)}  # fmt: skip
    assert (
        set(re.findall(r"(?:fill|stroke):(#\w+)", ";".join(rules(both).values()))) == fills[light]
    )
    assert set(re.findall(r"(?:fill|stroke):(#\w+)", night)) <= fills[dark]
    assert len(both) < 1.1 * len(light)
    figure(theme="auto", **ARTICLE).save(tmp_path / "a.svg")
    assert "prefers-color-scheme" in (tmp_path / "a.svg").read_text()


def test_a_gallery_holds_both_themes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "g.toml").write_text("""
        [defaults]
        theme = "auto"
        format = "svg"
        size = "640x360"
        [[item]]
        name = "still"
        [[item]]
        name = "film"
        command = "animate"
        first = 2
    """)
    assert run("gallery", "g.toml", "-j", "1")[0] == 0
    for name in ("still", "film"):
        assert "prefers-color-scheme" in (tmp_path / f"{name}.svg").read_text()
    assert "animation-name" in (tmp_path / "film.svg").read_text()


def test_an_image_of_tints_is_there_in_both_themes(tmp_path: Path) -> None:
    figure(theme="auto", input_size=64, seed=1).save(tmp_path / "a.svg")
    data = (tmp_path / "a.svg").read_text()
    classes = re.findall(r'<g class="([\w-]+)"><image', data)
    day, night = (
        re.search(rf"\.([\w-]+){{display:{state}}}", data) for state in ("inline", "none")
    )
    assert day
    assert night
    assert classes.count(day[1]) == classes.count(night[1]) == data.count("<image") / 2 > 0


@pytest.mark.parametrize(
    ("command", "form"),
    [("animate", "gif"), ("animate", "mp4"), ("animate", "html"), ("figure", "png"),
     ("figure", "pdf"), ("figure", "pptx")],
)  # fmt: skip
def test_what_holds_one_theme_says_so(command: str, form: str, run: Run, tmp_path: Path) -> None:
    status, _, told = run(command, "--theme", "auto", "-o", f"a.{form}")
    assert (status, told) == (2, f"tcviz: theme is 'auto'; allowed: one theme in {form.upper()}; "
                                 "SVG holds both\n")  # fmt: skip
    assert not list(tmp_path.glob("a.*"))


def test_other_formats_of_an_animation_in_both_themes_are_refused_in_python(tmp_path: Path) -> None:
    animation = replace(animate(theme="auto", **ARTICLE), command="x")
    with pytest.raises(RequestError, match="one theme in GIF"):
        animation.save(tmp_path / "a.gif")
