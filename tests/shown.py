"""Layers that pages show to a browser, and what NumPy says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from tcviz.api import Animation, animate, pages
from tcviz.layer.sizes import Sizes
from tcviz.scene.marks import Cell, Heatmap, Rect, Scene
from tests.strategies import Array

BOTH = ("distribution", "collection")
LAYERS: dict[str, dict[str, Any]] = {
    "article": {"stride": 2, "padding": 1},
    "grouped": {
        "input_size": (3, 4), "stride": 2, "padding": 1, "output_padding": 1, "dilation": 2,
        "groups": 2, "in_channels": 4, "out_channels": 2, "seed": 1, "out_channel": 1,
    },
    "row": {"dims": 1, "input_size": 5, "stride": 2, "padding": 1, "seed": 1},
    "volume": {"dims": 3, "input_size": (2, 3, 2), "kernel_size": 2, "stride": 2, "seed": 1,
               "bias": [0]},
    "large": {"input_size": 16, "kernel_size": 5, "padding": 1, "seed": 1},
}  # fmt: skip
PARAMETERS = (("stride", 1), ("padding", 0), ("dilation", 1), ("output_padding", 0))
TERM = re.compile(r"\(?(−?[\d.]+)\)?·\(?(−?[\d.]+)\)?")


@cache
def shown(name: str, view: str = "distribution") -> Animation:
    """Return a view of a layer."""
    return animate(view=view, **LAYERS[name])


@cache
def source(name: str, *views: str) -> str:
    """Return the text of a page, of both views if none is said."""
    return pages.html([shown(name, view) for view in views or BOTH])


@cache
def scene(animation: Animation, step: int) -> Scene:
    """Return the scene of a step, which counts from 1."""
    drawn, _ = next(animation.drawn.moments([step - 1]))
    return drawn


def number(text: str) -> float:
    """Return what is written.

    >>> number("−1.5")
    -1.5
    """
    return float(text.replace("−", "-"))


@dataclass(frozen=True)
class Product:
    """Input element `i` of channel `c` times tap `k`, which is part of output `o`."""

    c: int
    i: Sizes
    k: Sizes
    o: Sizes
    factors: tuple[float, float]

    @property
    def value(self) -> float:
        """What it is."""
        return self.factors[0] * self.factors[1]


@cache
def output_size(name: str) -> Sizes:
    """Return the spatial size of a layer's output."""
    s, p, d, extra = (LAYERS[name].get(*one) for one in PARAMETERS)
    operands = shown(name).operands
    sides = zip(operands.x.shape[1:], operands.weight.shape[2:], strict=True)
    return tuple((n - 1) * s - 2 * p + d * (k - 1) + extra + 1 for n, k in sides)


@cache
def summed(name: str, view: str) -> list[tuple[Array, Array]]:
    """Return the input channels that a view sums, each with its kernel."""
    operands, groups = shown(name, view).operands, LAYERS[name].get("groups", 1)
    inputs = len(operands.x) // groups
    group, within = divmod(LAYERS[name].get("out_channel", 0), operands.weight.shape[1])
    channels = range(group * inputs, (group + 1) * inputs)
    return [(operands.x[c], operands.weight[c, within]) for c in channels]


@cache
def products(name: str, view: str) -> tuple[Product, ...]:
    """Return every product that is part of the output channel that a view draws."""
    return tuple(_products(name, view))


def _products(name: str, view: str) -> Iterator[Product]:
    s, p, d, _ = (LAYERS[name].get(*one) for one in PARAMETERS)
    for c, (x, weight) in enumerate(summed(name, view)):
        for i, k in product(np.ndindex(x.shape), np.ndindex(weight.shape)):
            o = tuple(a * s + t * d - p for a, t in zip(i, k, strict=True))
            if all(0 <= a < n for a, n in zip(o, output_size(name), strict=True)):
                yield Product(c, i, k, o, (float(x[i]), float(weight[k])))


def key(panel: str, at: Sizes) -> str:
    """Return the key of a panel's cell.

    >>> key("x.0", (3,)), key("x.0", (1, 3)), key("x.0", (2, 1, 3))
    ('x.0[0,3]', 'x.0[1,3]', 'x.0.d2[1,3]')
    """
    *slices, row, col = at if len(at) > 1 else (0, *at)
    return panel + "".join(f".d{n}" for n in slices) + f"[{row},{col}]"


def weights(view: str, one: Product, kernel: Sizes) -> set[str]:
    """Return the keys of the cells that a product's weight has in a view."""
    turned = tuple(n - 1 - k for n, k in zip(kernel, one.k, strict=True))
    if view == "collection":
        return {key(f"kernel.{one.c}", one.k), key(f"w.{one.c}", turned)}
    return {key(f"w.{one.c}", one.k)}


@cache
def places(name: str, view: str) -> dict[str, Rect]:
    """Return where the cells of a view are, those of heatmaps too, by their keys."""
    return dict(_places(scene(shown(name, view), 1)))


def _places(scene: Scene) -> Iterator[tuple[str, Rect]]:
    for mark in scene.marks:
        if isinstance(mark, Cell):
            yield mark.key, mark.rect
        if isinstance(mark, Heatmap):
            wide, high = mark.rect.w / mark.cols, mark.rect.h / mark.rows
            for row, col in np.ndindex(mark.rows, mark.cols):
                corner = mark.rect.x + col * wide, mark.rect.y + row * high
                yield f"{mark.key}[{row},{col}]", Rect(*corner, wide, high)


@cache
def _corners(name: str, view: str) -> Array:
    return np.array([(r.x, r.y, r.w, r.h) for r in places(name, view).values()])


def found(name: str, view: str, box: list[float]) -> str:
    """Return the key of the cell that a box lies on."""
    (hit,) = np.flatnonzero((abs(_corners(name, view) - box) < 0.05).all(axis=1))
    return list(places(name, view))[hit]
