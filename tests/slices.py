"""Scenes in three dimensions, and what is in them: shared by the tests of slices."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

import tcviz
from tcviz import views
from tcviz.layer import parts
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.request.inputs import Plan
from tcviz.scene import theme
from tcviz.scene.marks import Box, Cell, Label, Scene

LIGHT = theme.load("light")
WIDE = {"width": 6000, "height": 720}
"""So wide a canvas shows numbers in any small geometry."""
STRIDED = {"stride": 2, "padding": 1}
SHAPES = (
    {},
    STRIDED,
    {"kernel_size": (2, 3, 2), "input_size": (2, 3, 2), "output_padding": 1, **STRIDED},
    {"kernel_size": 2, "dilation": 2, "output_padding": 1, **STRIDED},
    {"kernel_size": 2, "padding": (2, 1, 0), "input_size": (4, 2, 2), "stride": (2, 1, 3)},
    {"kernel_size": (3, 1, 1), "input_size": (9, 1, 1), "stride": 2},
    {"kernel_size": 1, "input_size": 1},
    {"kernel_size": 5, "padding": 1},
    {"input_size": 5, "stride": 2},
    {"input_size": 16, "kernel_size": 4},
    {"in_channels": 2, "padding": 1, "bias": [3]},
    {"in_channels": 4, "out_channels": 2, "groups": 2, "kernel_size": 2, "bias": [3, -5]},
)
VIEWS = ("distribution", "collection")


def part(**geometry: Any) -> parts.Part:
    return parts.part(inputs.plan(**{"dims": 3} | geometry).make(), 0)


def scenes(
    view: str, picks: Sequence[int] | None = None, look: dict[str, Any] | None = None,
    **geometry: Any,
) -> list[Scene]:  # fmt: skip
    """Return the scenes of some steps, all by default."""
    if picks is None:
        picks = range(part_steps(view, {"dims": 3} | geometry))
    return [*_scenes(view, tuple(picks), Look(LIGHT, **(look or {})), repr(geometry))]


@lru_cache(maxsize=200)
def _scenes(view: str, picks: Sequence[int], look: Look, geometry: str) -> tuple[Scene, ...]:
    """Return scenes of a geometry as it is written: several tests look at the same."""
    built = views.build(view, part(**literal_eval(geometry)), look)
    return tuple(scene for scene, _ in built.moments(picks))


def cells(scene: Scene, band: str) -> dict[tuple[int, int, int], Cell]:
    """Return a band's cells by slice, row and column."""
    key = re.compile(re.escape(band) + r"\.d(\d+)\[(\d+),(\d+)\]")
    found = ((key.fullmatch(m.key), m) for m in scene.marks if isinstance(m, Cell))
    return {tuple(map(int, match.groups())): m for match, m in found if match}


def shown(scene: Scene, band: str) -> np.ndarray:
    """Return a band's numbers, ``(slices, rows, cols)``; NaN where nothing is shown."""
    found = cells(scene, band)
    values = np.full([n + 1 for n in max(found)], np.nan)
    for at, cell in found.items():
        if cell.text:
            values[at] = float(cell.text.replace("−", "-"))
    return values


def labels(scene: Scene) -> dict[str, Label]:
    return {m.key: m for m in scene.marks if isinstance(m, Label)}


def boxes(scene: Scene, start: str) -> dict[int, Box]:
    """Return the frames ``now.<start>.k<tap>`` that glow, by their tap."""
    key = re.compile(rf"now\.{re.escape(start)}\.k(\d+)")
    found = ((key.fullmatch(m.key), m) for m in scene.marks if isinstance(m, Box))
    return {int(match[1]): m for match, m in found if match and m.width == 3.0}


def slice_of(scene: Scene, band: str, box: Box) -> int:
    """Return the slice of a band in which a frame lies."""
    x, y = box.rect.center
    (found,) = {
        at[0]
        for at, cell in cells(scene, band).items()
        if cell.rect.x <= x <= cell.rect.right and cell.rect.y <= y <= cell.rect.bottom
    }
    return found


@st.composite
def small(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a small geometry in three dimensions, with what goes beyond the usual."""

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.tuples(*[st.integers(low, high)] * 3)))

    stride, dilation, kernel, size = each(1, 2), each(1, 2), each(1, 2), each(1, 2)
    extra = tuple(
        draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    whole = zip(size, stride, dilation, kernel, extra, strict=True)
    padding = tuple(
        draw(st.integers(0, min(2, ((n - 1) * s + d * (k - 1) + e) // 2)))
        for n, s, d, k, e in whole
    )
    return {
        "kernel_size": kernel, "stride": stride, "padding": padding, "output_padding": extra,
        "dilation": dilation, "input_size": size, "in_channels": draw(st.integers(1, 2)),
        "bias": draw(st.sampled_from([None, [4]])), "seed": draw(st.integers(0, 99)),
    }  # fmt: skip


def output(plan: Plan) -> np.ndarray:
    """Return the output's channel 0 by the fast path."""
    operands, layer = plan.make(), plan.layer
    return tcviz.conv_transpose(
        operands.x, operands.weight, operands.bias, stride=layer.stride, padding=layer.padding,
        output_padding=layer.output_padding, dilation=layer.dilation,
    )[0]  # fmt: skip


def part_steps(view: str, geometry: dict[str, Any]) -> int:
    return views.steps(view, inputs.plan(**geometry))


few = settings(max_examples=12, deadline=None)
