"""Vector and pixel output of one scene agree, whoever draws the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tcviz.scene import text, theme
from tcviz.scene.marks import MARKS, Box, Cell, Connector, Label, Mark, Rect, Scene
from tcviz.views import VIEWS
from tests.stills import (
    GEOMETRIES,
    heat,
    opened,
    pdf_seen,
    pixels_seen,
    scene,
    svg_seen,
    with_marks,
)

RATIO = 2
"""Pixels per canvas unit: letters have soft edges, which differ less where they are large."""
BLOCK = 4 * RATIO
"""Pixels that are averaged before two pictures are compared."""
MEAN, MOST = 0.75, 60.0
"""Shades, of 255, by which pictures may differ all over and in one block."""
ALIKE = 0.97
"""Correlation below which a number is another number."""
SOFT, REACH = 0.7 * RATIO, 16
"""How much a number is blurred, and from how far away, in pixels, nothing comes to it."""

Shades: TypeAlias = NDArray[np.float64]


def differences(a: Image.Image, b: Image.Image) -> Shades:
    """Return by how many shades the blocks of two pictures differ."""
    assert a.size == b.size
    one, two = (np.asarray(image.convert("RGB").reduce(BLOCK), dtype=float) for image in (a, b))
    return np.abs(one - two)


def same_shapes(a: Image.Image, b: Image.Image) -> bool:
    found = differences(a, b)
    return bool(found.mean() <= MEAN and found.max() <= MOST)


def numbers(shown: Scene) -> Iterator[tuple[Cell, Rect]]:
    """Yield the cells that show something, and where."""
    for mark in shown.marks:
        if isinstance(mark, Cell) and mark.text:
            wide = text.width(mark.text, mark.size, mark.style.bold)
            (x, y), high = (
                mark.rect.center,
                mark.size + mark.text.count("\n") * text.LINE * mark.size,
            )
            yield mark, Rect(x - wide / 2 - 1, y - high / 2 - 1, wide + 2, high + 2)


def blurred(grey: Image.Image, where: Rect) -> Shades:
    """Return a place of a grey picture as it is in one that is blurred whole."""
    left, top, right, bottom = (
        round(v * RATIO) for v in (where.x, where.y, where.right, where.bottom)
    )
    x, y = max(0, left - REACH), max(0, top - REACH)
    around = grey.crop((x, y, min(grey.width, right + REACH), min(grey.height, bottom + REACH)))
    soft = np.asarray(around.filter(ImageFilter.GaussianBlur(SOFT)), dtype=float)
    return soft[top - y : bottom - y, left - x : right - x]


def likeness(a: Image.Image, b: Image.Image, where: Rect) -> float:
    """Return how two grey pictures correlate at a place, blurred."""
    return float(np.corrcoef(*(blurred(each, where).ravel() for each in (a, b)))[0, 1])


def strangest(a: Image.Image, b: Image.Image, shown: Scene) -> tuple[float, str]:
    """Return the number that two grey pictures show least alike."""
    return min(
        ((likeness(a, b, where), cell.key) for cell, where in numbers(shown)), default=(1.0, "")
    )


DRAWN: dict[str, Callable[[Scene], Image.Image]] = {
    "svg, outlines": lambda s: svg_seen(s, RATIO),
    "svg, text": lambda s: svg_seen(s, RATIO, text="text"),
    "pdf, outlines": lambda s: pdf_seen(s, RATIO),
    "pdf, text": lambda s: pdf_seen(s, RATIO, text="text"),
    "png": lambda s: opened("png", s, ratio=RATIO),
}


def check(shown: Scene, *ways: str) -> None:
    painted = pixels_seen(shown, RATIO)
    grey = painted.convert("L")
    for way in ways:
        drawn = DRAWN[way](shown)
        found = differences(painted, drawn)
        assert found.mean() <= MEAN, way
        assert found.max() <= MOST, (way, np.argwhere(found == found.max())[0] * 4)
        likest, where = strangest(grey, drawn.convert("L"), shown)
        assert likest >= ALIKE, (way, where)


BOTH = "distribution", "collection"
PICTURES = [
    (view, name)
    for n, view in enumerate(VIEWS)
    for k, name in enumerate(GEOMETRIES)
    # Roles and marks are few: each view has half of the geometries, the forward views have all.
    if name != "article"
    and (view in BOTH or (n + k) % 2)
    # A forward convolution has no output padding to hatch; gradients and bare cells have no names.
    and (view, name) != ("convolution", "hatched")
    and not ((VIEWS[view].gradient or VIEWS[view].chained) and name == "names")
]


# --- themes, which are compared as styles ------------------------------------------

COLOURS = "fill", "ink", "line", "hatch", "on", "colours", "background"
ARTICLE = [(view, "article") for view in VIEWS]
FEW = [*ARTICLE, ("distribution", "hatched"), ("distribution", "tints")]
SLOT, EDGE, COLUMNS = 40, 6, 16
"""Canvas units of a square in a chart, how far it is from the next, and squares in a row."""


def colourless(one: Any) -> Any:
    """Return a scene, a mark or a style that says of each colour only whether it is there."""
    names = {field.name for field in fields(one)}
    less = {name: bool(getattr(one, name)) for name in names.intersection(COLOURS)}
    if "style" in names:
        less["style"] = colourless(one.style)
    if "marks" in names:
        less["marks"] = tuple(map(colourless, one.marks))
    return replace(one, **less)


def placed(mark: Any, at: Rect) -> tuple[Mark, ...]:
    """Return a mark of the same look at a place of a chart, on the paper that it needs."""
    there = {"key": f"{at.x},{at.y}"}
    match mark:
        case Cell() | Box():
            shape = {"text": "8", "size": 20} if isinstance(mark, Cell) else {"radius": 3.0}
            return (replace(mark, **there, rect=at, **shape),)
        case Label():
            text = {"text": "8", "size": 20, "anchor": "center", "at": at.center}
            return Box("paper", at, fill=mark.on), replace(mark, **there, **text)
        case Connector():
            return (replace(mark, **there, points=((at.x, at.y), (at.right, at.y))),)
    many = {"rows": 1, "cols": len(mark.colours), "index": bytes(range(len(mark.colours)))}
    return (replace(mark, **there, rect=at, **many),)


def chart(preset: str) -> Scene:
    """Return all that looks different in pictures of a theme, once: in all, or in a few."""
    shown = [*ARTICLE, *PICTURES] if preset == "light" else FEW
    pictures = [scene(*each, preset) for each in shown]
    nowhere = Rect(0, 0, 0, 0)
    looks = dict.fromkeys(placed(mark, nowhere) for one in pictures for mark in one.marks)
    marks = [
        one
        for i, (*_, look) in enumerate(looks)
        for one in placed(look, Rect(*(SLOT * n + EDGE for n in divmod(i, COLUMNS)[::-1]), 28, 28))
    ]
    high = SLOT * -(-len(looks) // COLUMNS)
    return Scene(SLOT * COLUMNS, high, pictures[0].background, tuple(marks))


@pytest.mark.parametrize("preset", [name for name in theme.presets() if name != "light"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_theme_changes_nothing_but_colours(view: str, preset: str) -> None:
    assert colourless(scene(view, "article", preset)) == colourless(scene(view))


@pytest.mark.parametrize("preset", theme.presets())
def test_every_style_of_a_theme_looks_the_same_whoever_draws_it(preset: str) -> None:
    check(chart(preset), *DRAWN)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_looks_the_same_whoever_draws_it(view: str) -> None:
    ways = DRAWN if view == "distribution" else ("svg, outlines", "pdf, outlines", "png")
    check(scene(view), *ways)  # what letters look like as text does not depend on the view


@pytest.mark.parametrize(("view", "name"), PICTURES)
def test_hatching_tints_and_cropping_look_the_same(view: str, name: str) -> None:
    check(scene(view, name), *(DRAWN if view == "distribution" else ["svg, outlines"]))


@pytest.mark.parametrize("line", [None, "#e3e6eb"])
@pytest.mark.parametrize("size", [1, 7, 60])
def test_heatmaps_look_the_same_whoever_draws_them(size: int, line: str | None) -> None:
    check(heat(size, line=line), *DRAWN)


# --- the comparison can fail -----------------------------------------------------


def complete() -> Scene:
    """Return a scene with every type of mark."""
    shown = scene("distribution", "tints")
    assert {type(m) for m in shown.marks} == set(MARKS)
    return shown


@pytest.mark.parametrize("kind", MARKS)
def test_a_missing_type_of_mark_is_seen(kind: type[Mark]) -> None:
    shown = complete()
    less = with_marks(shown, lambda m: None if isinstance(m, kind) else m)
    assert not same_shapes(pixels_seen(shown, RATIO), pixels_seen(less, RATIO))


@pytest.mark.parametrize("kind", [Cell, Connector])
def test_a_single_missing_mark_is_seen(kind: type[Mark]) -> None:
    shown = complete()
    marks = [m for m in shown.marks if isinstance(m, kind)]
    marks = [m for m in marks if not isinstance(m, Cell) or m.text]  # blank ones are faint
    for gone in marks[:: max(1, len(marks) // 5)]:
        less = with_marks(shown, lambda m, gone=gone: None if m is gone else m)
        seen = same_shapes(pixels_seen(shown, RATIO), pixels_seen(less, RATIO))
        assert not seen, gone.key


def test_a_panel_that_is_a_cell_too_far_right_is_seen() -> None:
    def moved(mark: Mark) -> Mark:
        if not isinstance(mark, Cell) or not mark.key.startswith("output["):
            return mark
        return replace(mark, rect=mark.rect._replace(x=mark.rect.x - mark.rect.w))

    shown = scene()
    assert with_marks(shown, moved) != shown
    assert not same_shapes(pixels_seen(shown, RATIO), pixels_seen(with_marks(shown, moved), RATIO))


@pytest.mark.parametrize("name", ["article", "hatched"])
def test_another_digit_is_seen(name: str) -> None:
    shown = scene("distribution", name)
    painted = svg_seen(shown, RATIO).convert("L")
    single = [(c, where) for c, where in numbers(shown) if c.text.isdigit() and len(c.text) == 1]
    for digit in "0123456789":
        cell, where = next((c, w) for c, w in single if c.text != digit)
        other = with_marks(
            shown, lambda m, cell=cell, digit=digit: replace(m, text=digit) if m is cell else m
        )
        seen = pixels_seen(other, RATIO).convert("L")
        assert likeness(painted, seen, where) < ALIKE, (cell.key, digit)
