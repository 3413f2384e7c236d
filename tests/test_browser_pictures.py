"""In every step the page draws the marks of the scene that Python makes, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
import pytest

from tcviz.api import pages
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Scene
from tests.browser import Read, Reader, browser, read
from tests.shown import BOTH, LAYERS, scene, shown, source

__all__ = ["browser", "read"]  # the fixtures
MARKS = """() => JSON.stringify([
  ...document.querySelectorAll('#stage svg > g:first-of-type > *')].map((mark) =>
  [mark, ...mark.querySelectorAll('*')].map((node) => ({ name: node.localName,
    text: node.localName === 'text' ? node.textContent : '',
    ...Object.fromEntries([...node.attributes].map((one) => [one.name, one.value])) }))))"""
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
Drawn = list[dict[str, str]]
Meant = tuple[list[Any], list[float]]
"""Words and colours, which are the same, and lengths, which are rounded."""


def named(drawn: Drawn, name: str) -> Drawn:
    return [node for node in drawn if node["name"] == name]


def box(node: dict[str, str]) -> list[float]:
    return [float(node[side]) for side in ("x", "y", "width", "height")]


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?[\d.]+", text)]


def cell(mark: Cell) -> Meant:
    style, rect = mark.style, mark.rect
    text = "" if style.blank else mark.text
    ink = [(row, style.ink, style.bold) for row in text.split("\n") if text]
    words = [style.fill, style.line, style.dash, bool(style.hatch), ink]
    return words, [rect.x, rect.y, rect.w, rect.h]


def cell_drawn(drawn: Drawn) -> Meant:
    rects = named(drawn, "rect")
    ink = [(n["text"], n["fill"], n.get("font-weight") == "700") for n in named(drawn, "text")]
    hatched = any("url" in node["fill"] for node in rects)
    dashed = "stroke-dasharray" in rects[-1]
    return [rects[0]["fill"], rects[-1]["stroke"], dashed, hatched, ink], box(rects[0])


def frame(mark: Box) -> Meant:
    rect, inset = mark.rect, mark.width / 2 if mark.radius and mark.line else 0
    lengths = [rect.x + inset, rect.y + inset, rect.w - 2 * inset, rect.h - 2 * inset]
    return [mark.fill or "none", mark.line, mark.dash], [*lengths, mark.width if mark.line else 0]


def frame_drawn(drawn: Drawn) -> Meant:
    (node,) = drawn
    words = [node["fill"], node.get("stroke"), "stroke-dasharray" in node]
    return words, [*box(node), float(node.get("stroke-width", 0))]


def label(mark: Label) -> Meant:
    anchor = {"left": "start", "center": "middle", "right": "end"}[mark.anchor]
    return [mark.text, mark.ink, mark.bold, anchor], [mark.at[0], mark.size]


def label_drawn(drawn: Drawn) -> Meant:
    (node,) = drawn
    bold = node.get("font-weight") == "700"
    words = [node["text"], node["fill"], bold, node["text-anchor"]]
    return words, [float(node["x"]), float(node["font-size"])]


def line(mark: Connector) -> Meant:
    tip = mark.points[-1] if mark.head else ()
    return [mark.ink, mark.head], [*mark.points[0], *tip, mark.width]


def line_drawn(drawn: Drawn) -> Meant:
    (course,), heads = named(drawn, "polyline"), named(drawn, "polygon")
    tips = [numbers(node["points"])[2:4] for node in heads]
    lengths = [*numbers(course["points"])[:2], *chain(*tips), float(course["stroke-width"])]
    return [course["stroke"], bool(heads)], lengths


def heat(mark: Heatmap) -> Meant:
    colours = [mark.colours[number] for number in mark.index]
    return [np.reshape(colours, (mark.rows, mark.cols)).tolist()], [mark.rect.x, mark.rect.y]


def heat_drawn(drawn: Drawn) -> Meant:
    runs = [(n["fill"], *map(int, run)) for n in drawn for run in RUN.findall(n.get("d", ""))]
    rows = 1 + max(row for _, _, row, _ in runs)
    cells = [[""] * max(col + wide for _, col, _, wide in runs) for _ in range(rows)]
    for colour, col, row, wide in runs:
        assert not any(cells[row][col : col + wide])
        cells[row][col : col + wide] = [colour] * wide
    (moved,) = (node["transform"] for node in drawn if "transform" in node)
    return [cells], numbers(moved)[:2]


KINDS: dict[type, tuple[Callable[[Any], Meant], Callable[[Drawn], Meant]]] = {
    Cell: (cell, cell_drawn),
    Box: (frame, frame_drawn),
    Label: (label, label_drawn),
    Connector: (line, line_drawn),
    Heatmap: (heat, heat_drawn),
}


def agree(reader: Reader, expected: Scene) -> None:
    """Fail unless the picture has just the marks of the scene, in its order."""
    drawn = json.loads(reader.page.evaluate(MARKS))
    assert len(drawn) == len(expected.marks)
    meant = [KINDS[type(mark)][0](mark) for mark in expected.marks]
    found = [KINDS[type(m)][1](nodes) for m, nodes in zip(expected.marks, drawn, strict=True)]
    assert [words for words, _ in found] == [words for words, _ in meant]
    assert [len(lengths) for _, lengths in found] == [len(lengths) for _, lengths in meant]
    one, other = ([at for _, lengths in each for at in lengths] for each in (found, meant))
    np.testing.assert_allclose(one, other, rtol=0, atol=0.02)
    assert reader.page.locator("#sentence").text_content() == expected.sentence


def go(reader: Reader, step: int) -> None:
    """Move the slider to a step, which counts from 1."""
    reader.page.locator("#slider").fill(str(step - 1))


@pytest.mark.parametrize("view", [*BOTH, "matrix"])
def test_every_step_of_the_example_forth_and_back(read: Read, view: str) -> None:
    reader, animation = read(source("article", view)), shown("article", view)
    scenes = [each for each, _ in animation.drawn.moments(animation.picks)]
    for each in scenes:
        agree(reader, each)
        reader.press("ArrowRight")
    for each in scenes[-4::-3]:
        reader.press(*["ArrowLeft"] * 3)
        agree(reader, each)


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize("name", [name for name in LAYERS if name != "article"])
def test_any_step_of_any_layer_after_any_other(read: Read, name: str, view: str) -> None:
    reader, animation = read(source(name, view)), shown(name, view)
    last = animation.steps
    for step in (last, 33, 2, 65, 64, 1):  # some are kept whole, 32 steps apart
        go(reader, min(step, last))
        agree(reader, scene(animation, min(step, last)))


@pytest.mark.parametrize("theme", ["dark", "print", "contrast"])
def test_a_step_in_another_theme(read: Read, theme: str) -> None:
    from tcviz.api import animate

    chosen = animate(theme=theme, **LAYERS["large"], first=3)
    reader = read(pages.html([chosen]))
    reader.press("End")
    agree(reader, scene(chosen, 3))
    reader.choose("Theme", "Light")
    agree(reader, scene(shown("large"), 3))
