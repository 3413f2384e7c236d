"""The lines of a step by themselves, without their zeros: a lens for a matrix that shows tints.

All of it lies: a column of the matrix, too, and what it is spread to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from tcviz.boards import matrix_words
from tcviz.boards.matrix_lens import SHOWN
from tcviz.boards.panel import Values
from tcviz.boards.stage import ems, headed
from tcviz.layer.matrix import Structure
from tcviz.look.ranges import Ranges
from tcviz.picture.nodes import Below, Beside, Node, Row
from tcviz.picture.panels import Panel

HIGH = 1.5
"""Height of its cells in text sizes."""
PAIRED = 0.85
"""What it is worth that two of its panels stand below each other: they look like one less."""
GUTTER, BETWEEN = 46.0, 14.0
"""Room beside a sign, and between two lines."""


def lens_panels(structure: Structure, numbers: Ranges, y: Values, by: str) -> dict[str, Panel]:
    """Return the panels of taps, of what these are multiplied with, and of what comes of it.

    There is a line for each channel's block; of what comes of it there is one.
    """
    part, most, row = structure.part, structure.longest(by), by == "row"
    read, made = (most, 1) if row else (1, most)
    panel = partial(Panel, high=HIGH, digits=True, group="lenses", grows=True,
                    gap=GUTTER)  # fmt: skip
    w, x, out = numbers.w_format, numbers.x_format, matrix_words.vector_format(part, numbers)
    titles = matrix_words.lens_titles(structure, by)
    shapes = (part.channels, most), (part.channels, read), (1, made)
    sizes = ems(part.weight, w), ems(part.x, x), ems(y, out)
    signs = "", "⊙" if row else "×", "→"
    return {
        key: panel(key, shape, em, title, headed(size, form), sign=sign, numbered=True)
        for key, shape, em, (title, size), form, sign in
        zip(SHOWN, shapes, sizes, titles, (w, x, out), signs, strict=True)
    }  # fmt: skip


def lenses(panels: Mapping[str, Panel]) -> Iterator[tuple[Node, float]]:
    """Yield how they may stand, and what that is worth.

    All on one line, or what is as long as the taps below these.
    """
    taps, x, y = (panels[key] for key in SHOWN)
    yield Row((taps, x, y)), 1.0
    if taps.shape == x.shape:
        yield Beside((_pairs(taps, x), Row((y,))), (GUTTER,)), PAIRED
    else:
        pairs = _pairs(replace(taps, sign=x.sign), y)
        yield Beside((Row((replace(x, sign=""),)), pairs), (GUTTER,)), PAIRED


def _pairs(taps: Panel, below: Panel) -> Node:
    """Return taps above what each of them meets, or makes, in cells of one width."""
    widest = max(taps.em, below.em)
    upper, lower = (Row((replace(panel, em=widest),)) for panel in (taps, below))
    return Below((upper, lower), (BETWEEN,))
