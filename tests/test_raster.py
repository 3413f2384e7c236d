"""PNG, WebP and JPEG: exactly the pixels of the paper, crisp, with alpha where it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tcviz.export.stills import Paper
from tests.stills import boxed, opened, with_marks


@pytest.mark.parametrize("suffix", ["png", "webp", "jpg"])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.3, 3.125])
def test_an_image_has_exactly_the_pixels_of_the_paper(suffix: str, ratio: float) -> None:
    shown = boxed("1")
    assert opened(suffix, shown, ratio=ratio).size == Paper(ratio).pixels(shown)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("dpi", [96.0, 300.0])
def test_an_image_knows_its_dots_per_inch(suffix: str, dpi: float) -> None:
    assert opened(suffix, boxed("1"), dpi=dpi).info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_a_transparent_image_has_alpha_and_its_colours(suffix: str) -> None:
    image = opened(suffix, boxed("1"), transparent=True)
    assert image.mode == "RGBA"
    assert image.getpixel((2, 2))[3] == 0  # type: ignore[index]
    assert image.getpixel((20, 20)) == (255, 255, 255, 255)
    assert opened(suffix, boxed("1")).mode == {"png": "P", "webp": "RGB"}[suffix]


def test_a_jpeg_is_never_transparent() -> None:
    image = opened("jpg", boxed("1"), transparent=True)
    assert image.mode == "RGB"
    assert np.abs(np.subtract(image.getpixel((2, 2)), 0xEE)).max() <= 2


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_lines_are_crisp_and_colours_exact(ratio: float) -> None:
    image = opened("png", boxed(""), ratio=ratio).convert("RGB")
    found = {tuple(bytes.fromhex(c)) for c in ("eeeeee", "ffffff", "1d4fbf")}
    assert {colour for _, colour in image.getcolors()} == found


@pytest.mark.parametrize("ratio", [1, 3])
def test_dashes_are_as_long_as_lines_are_wide(ratio: int) -> None:
    shown = with_marks(boxed(""), lambda m: replace(m, style=replace(m.style, dash=True)))
    image = np.asarray(opened("png", shown, ratio=ratio).convert("RGB"))
    (lit,) = np.nonzero((image[10 * ratio, 10 * ratio : 190 * ratio] != 255).any(axis=1))
    lengths = [len(run) for run in np.split(lit, np.flatnonzero(np.diff(lit) > 1) + 1)]
    assert set(lengths[1:-1]) == {4 * ratio}


def test_lines_of_a_transparent_image_are_crisp() -> None:
    image = opened("png", boxed(""), transparent=True)
    solid = {(*bytes.fromhex(c), 255) for c in ("ffffff", "1d4fbf")} | {(255, 255, 255, 0)}
    mixed = sum(count for count, colour in image.getcolors() if colour not in solid)
    assert mixed <= 4  # Agg rounds the corners of a frame a little
