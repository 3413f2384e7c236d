"""Animated SVG in Firefox, where there is one: it reads the style sheets of pictures by itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tcviz.api import animate
from tests.stills import pixels_seen
from tests.test_browser_svg import ARTICLE, IN_A_PAGE, MEAN, MOST, SEEK, scenes
from tests.test_stills_agree import differences

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


def seen(page: str, folder: Path, theme: str) -> Image.Image:
    """Return what Firefox shows of a page, whose reader prefers a theme."""
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "profile").mkdir(exist_ok=True)
    dark = f'user_pref("ui.systemUsesDarkTheme", {int(theme == "dark")});'
    (folder / "profile" / "user.js").write_text(dark)
    subprocess.run(
        [FIREFOX or "", "--headless", "--profile", folder / "profile", "--window-size", "1280,720",
         "--screenshot", folder / "a.png", (folder / "a.html").as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return Image.open(folder / "a.png").convert("RGB")


if FIREFOX:

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("step", [None, 0, 5])
    def test_firefox_shows_each_step_in_the_readers_theme(
        step: int | None, theme: str, tmp_path: Path
    ) -> None:
        animation = animate(theme="auto", transition=0.4, step_duration=600, **ARTICLE)
        animation.save(tmp_path / "a.svg")
        page = IN_A_PAGE  # as a picture, it begins with the first step
        if step is not None:
            drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
            at = f"({SEEK})({1000 * (step * 600.4 + 0.5)})"
            styled = "<meta charset=utf-8><style>body{margin:0}svg{display:block}</style>"
            page = f"{styled}{drawn}<script>{at}</script>"
        shown = seen(page, tmp_path, theme)
        others = {n: pixels_seen(scene) for n, scene in enumerate(scenes(animation, theme))}
        apart = {n: differences(shown, other) for n, other in others.items()}
        assert min(apart, key=lambda n: apart[n].mean()) == (step or 0)
        assert apart[step or 0].mean() <= MEAN
        assert apart[step or 0].max() <= MOST
