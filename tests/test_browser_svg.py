"""Animated SVG in a real browser: at each time the picture of that step, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tcviz.api import Animation, animate, figure
from tcviz.render.areas import framed
from tcviz.render.damage import Area
from tcviz.scene.marks import Box, Scene
from tcviz.views import VIEWS
from tests.browser import FLAGS, browser, opened, program
from tests.stills import pixels_seen
from tests.test_stills_agree import differences

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # the fixture
SEEK = """(time) => { for (const one of document.getAnimations()) {
  one.pause(); one.currentTime = time; } }"""
CENTRES = """() => document.getAnimations()
  .filter((one) => one.effect.getKeyframes().some((frame) => frame.transform))
  .map((one) => { const { x, y, width, height } = one.effect.target.getBoundingClientRect();
    return [x + width / 2, y + height / 2]; })"""
IN_A_PAGE = '<body style="margin:0"><img src="a.svg" style="display:block">'
THEMES = "light", "dark"
ARTICLE: dict[str, Any] = {"stride": 2, "padding": 1}
SHOWN = {"width": 1280, "height": 720}
MEAN, MOST = 0.75, 60.0


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of the canvas' size."""
    context = opened(browser, viewport=SHOWN)
    yield context.new_page()
    context.close()


def show(page: Page, animation: Animation, folder: Path, *, as_picture: bool = False) -> None:
    """Open an animation, by itself or as a page's picture."""
    animation.save(folder / "a.svg")
    (folder / "a.html").write_text(IN_A_PAGE)
    page.goto((folder / ("a.html" if as_picture else "a.svg")).as_uri())


def scenes(animation: Animation, theme: str = "light") -> list[Scene]:
    """Return the scenes of an animation, in a theme."""
    shown = animate(view=animation.view, theme=theme, **ARTICLE)
    return [scene for scene, _ in shown.drawn.moments(animation.picks, settle=False)]


def seen(page: Page) -> Image.Image:
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def is_seen(page: Page, scene: Scene) -> bool:
    found = differences(seen(page), pixels_seen(scene))
    return bool(found.mean() <= MEAN and found.max() <= MOST)


@pytest.mark.parametrize("view", VIEWS)
def test_at_each_time_it_is_the_picture_of_that_step(view: str, page: Page, tmp_path: Path) -> None:
    transition = 0.6 if view in {"collection", "grad-input", "matrix"} else 0.0
    animation = animate(view=view, theme="auto", transition=transition, **ARTICLE)
    show(page, animation, tmp_path)
    steps = {theme: scenes(animation, theme) for theme in THEMES}
    count = len(animation.picks)
    for step in {count // 3, count - 1}:
        page.evaluate(SEEK, 1000 * (step * (1 + transition) + 0.5))
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            assert is_seen(page, steps[theme][step]), (step, theme)
    assert count == 1 or not is_seen(page, steps["dark"][-2])


def size(area: Area) -> tuple[int, int]:
    left, top, right, bottom = area
    return right - left, bottom - top


def centre(*areas: Area) -> tuple[float, float]:
    """Return the middle of some areas' middles."""
    xs, ys = zip(*((a[0] + a[2], a[1] + a[3]) for a in areas), strict=True)
    return mean(xs) / 2, mean(ys) / 2


def test_frames_are_in_the_middle_of_their_way_at_half_of_the_transition(
    page: Page, tmp_path: Path
) -> None:
    animation = animate(transition=0.6, first=2, **ARTICLE)
    show(page, animation, tmp_path)
    page.evaluate(SEEK, 1300)
    centres = page.evaluate(CENTRES)
    old, new = ({m.key: framed(m, 1.0)[0] for m in scene.marks if isinstance(m, Box) and m.moves}
                for scene in scenes(animation))  # fmt: skip
    ways = [(centre(old[key], new[key]), key) for key in old
            if size(old[key]) == size(new[key])]  # fmt: skip
    assert len(ways) > 3
    for (x, y), key in ways:
        assert any(abs(p - x) < 0.7 and abs(q - y) < 0.7 for p, q in centres), key


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_in_a_page_begins_with_the_first_step_in_the_readers_theme(
    theme: str, page: Page, tmp_path: Path
) -> None:
    animation = animate(theme="auto", step_duration=600, **ARTICLE)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    show(page, animation, tmp_path, as_picture=True)
    assert is_seen(page, scenes(animation, theme)[0])


def test_a_picture_in_a_page_plays_by_itself_and_stays_at_its_end(
    page: Page, tmp_path: Path
) -> None:
    animation = animate(step_duration=0.02, hold=0.02, loop=1, **ARTICLE)
    show(page, animation, tmp_path, as_picture=True)
    page.wait_for_timeout(600)
    assert is_seen(page, scenes(animation)[-1])


def test_fragments_are_shown_one_after_another(page: Page, tmp_path: Path) -> None:
    shown = figure(**ARTICLE, steps="1-3", fragments=True)
    shown.save(tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    hide = "svg{display:block}.fragment{visibility:hidden}.visible{visibility:inherit}"  # reveal.js
    page.set_content(f'<style>{hide}</style><body style="margin:0">{drawn}')
    for number, scene in enumerate(shown.scenes(), start=1):
        page.evaluate(f"document.getElementById('step-{number}').classList.add('visible')")
        assert is_seen(page, scene), number


def test_readers_who_want_no_motion_see_the_last_step(browser: Browser, tmp_path: Path) -> None:
    animation = animate(step_duration=600, transition=1, **ARTICLE)
    still = "--force-prefers-reduced-motion"  # a system's wish, which pictures are told of
    flags = [*FLAGS, still]
    chromium = browser.browser_type.launch(executable_path=program(), args=flags)
    page = opened(chromium, viewport=SHOWN, reduced_motion="null").new_page()
    for as_picture in (False, True):
        show(page, animation, tmp_path, as_picture=as_picture)
        assert is_seen(page, scenes(animation)[-1]), as_picture
    chromium.close()
