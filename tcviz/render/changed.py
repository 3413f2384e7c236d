"""What must be painted again when a mark becomes another: no more than looks otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

import numpy as np

from tcviz.render.areas import area_of, filled, framed, lit, sides
from tcviz.render.damage import Area, outside
from tcviz.scene.marks import Box, Cell, Glow, Heatmap, Mark, Passing


def same(old: Mark, new: Mark) -> bool:
    """Return whether a mark did not change; views reuse marks, so identity mostly tells."""
    return old is new or old == new


def changed_areas(old: Mark, new: Mark, before: Area, after: Area, ratio: float) -> Iterator[Area]:
    """Yield what must be painted again when a mark with the area `before` becomes another."""
    if isinstance(old, Glow) and isinstance(new, Glow):
        yield from _changed_light(old, new, ratio)
    elif _straight(old) and _straight(new):
        yield from _changed_fill(old, new, ratio)
        yield from _changed_frame(old, new, ratio)
    elif (
        isinstance(old, Heatmap)
        and isinstance(new, Heatmap)
        and old == replace(new, index=old.index)
    ):
        yield from filter(None, [changed_cells(old, new, after)])
    else:
        yield from (before, after)


def _straight(mark: Mark) -> TypeGuard[Box]:
    """Return whether a mark is a box that has corners."""
    return isinstance(mark, Box) and not isinstance(mark, Glow) and not mark.radius


def _changed_fill(old: Box, new: Box, ratio: float) -> Iterator[Area]:
    """Yield where the fill of a box differs; one that travels covers mostly what it did."""
    before, after = filled(old, ratio), filled(new, ratio)
    if old.fill == new.fill:
        if old.fill:
            yield from outside(before, after)
            yield from outside(after, before)
        return
    if old.fill:
        yield before
    if new.fill:
        yield after


def _changed_frame(old: Box, new: Box, ratio: float) -> Iterator[Area]:
    """Yield the lines of a box, where they or the digits on them differ: never its middle."""
    lines = [(*framed(box, ratio), box.line, box.dash, _over(box)) for box in (old, new)]
    if lines[0] != lines[1]:
        for area, line, colour, _, over in lines:
            if colour or over:
                yield from sides(area, line)


def _over(box: Box) -> tuple[Cell, ...]:
    return box.over if isinstance(box, Passing) else ()


def _changed_light(old: Glow, new: Glow, ratio: float) -> Iterator[Area]:
    """Yield what the light reaches or leaves, and the cells in it that look otherwise."""
    before, after = lit(old, ratio), lit(new, ratio)
    gone, come = _missing(old.cells, new.cells), _missing(new.cells, old.cells)
    if _missing(old.cells, gone) != _missing(new.cells, come):  # their order tells what is above
        yield from (before, after)
        return
    yield from outside(before, after)
    yield from outside(after, before)
    yield from (area_of(cell, ratio) for cell in gone + come)


def _missing(cells: tuple[Cell, ...], others: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return the cells that are none of the others."""
    return tuple(cell for cell in cells if cell not in others)


def changed_cells(old: Heatmap, new: Heatmap, area: Area) -> Area | None:
    """Return the part of a heatmap's area whose cells differ; nothing else does."""
    shape = new.rows, new.cols
    before = np.frombuffer(old.index, np.uint8).reshape(shape)
    differs = before != np.frombuffer(new.index, np.uint8).reshape(shape)
    rows, cols = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    left, top, right, bottom = area
    height, width = (bottom - top) / new.rows, (right - left) / new.cols
    return (
        max(left, int(left + cols[0] * width) - 1),
        max(top, int(top + rows[0] * height) - 1),
        min(right, int(left + (cols[-1] + 1) * width) + 2),
        min(bottom, int(top + (rows[-1] + 1) * height) + 2),
    )
