"""The parts that every view is put together from: panels, headings, operators, arrows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import Any, TypeAlias

import numpy as np

from tcviz.boards.panel import HAIRLINES, Cells, Grid, LitCells, Slices, Tints, Values, scale_end
from tcviz.boards.shown import Window, blocks, hull, runs
from tcviz.layer.symbols import Wording
from tcviz.look.look import Look
from tcviz.look.same import Same
from tcviz.picture.links import STRAIGHT, amid
from tcviz.picture.panels import (
    LEGEND,
    LEGEND_GAP,
    NOTE,
    NOTE_BEYOND,
    STACK_GAP,
    end_width,
    legend_width,
    note_least,
    note_lines,
    note_pitch,
    scale_least,
)
from tcviz.scene import numbers, text
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Anchor, Box, Connector, Heatmap, Label, Mark, Point, Rect, Scene
from tcviz.scene.theme import Tint

OPERATOR = 24.0
NODE = 17.0
"""Radius of the circle that sums."""
COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""From one number of a row or column to the next."""
STEPS = 8
"""From one end of a legend to the other: so few that a minus has room in each tint."""
FRAMED = 12.0
"""Tints at least so wide and high have frames of their own, and thick ones."""
FRAME, THIN, OPEN = 3.0, 2.0, 2.0
"""The line of a frame around what is written, that of one around what is read or small tints, and
what is seen inside it at least."""
HALF = 0.51
"""Lines are centred on those that part cells, half a line from where cells begin: tints that have
none between them begin there themselves.  (A little more, so that even lines are rounded alike.)"""
CLEAR = 7.0
"""Room between an arrow's tip and the panel that it points at."""
DASHED = 2.5
"""The line of a frame around output_padding."""
MIXED, SMALL, LEAST = 16.0, 0.1, 1e-9
"""Magnitudes are mixed where the greatest is so many times as large as the one in the middle; the
share of them that are called small; and as a share of the greatest the least that is."""
SAMPLE, NEAREST = 500, 20
"""Of a panel with more numbers so many are measured, and so many of the nearest to zero."""


@frozen
class Stage:
    """A layout with a look: makes marks, and knows no mathematics."""

    look: Look
    layout: Any

    def label(
        self,
        key: str,
        at: Point,
        words: str,
        size: float,
        *,
        ink: str | None = None,
        bold: bool = False,
        anchor: Anchor = "center",
    ) -> Label:
        """Return text on the background, muted where no `ink` is given."""
        theme, size = self.look.theme, self.look.legible(size)
        return Label(key, at, words, size, ink or theme.muted, theme.background, bold, anchor)

    def notes(self, panel: Cells, lines: Sequence[str]) -> tuple[Mark, ...]:
        """Return muted lines below a panel, under the legend of its tints if it has any."""
        lines = lines if self.layout.notes else ()
        x, y = panel.rect.center[0], panel.rect.bottom + 18
        legend = self._legend(panel, x, y)
        size = self.look.legible(NOTE)
        first, short = y + note_pitch(size) * bool(legend), note_lines(lines, panel.rect.w, size)
        written = (
            self.label(
                f"{panel.grid.key}.note.{i}",
                (self._inside(x, line, NOTE), first + note_pitch(size) * i),
                line,
                NOTE,
            )
            for i, line in enumerate(short)
        )
        return (*legend, *written)

    def _legend(self, panel: Cells, x: float, y: float) -> tuple[Mark, ...]:
        """Return the legend around x, if there is one."""
        if not (panel.tints and self.layout.scales) or isinstance(panel, Slices):  # in headings
            return ()
        room = self.scale_room(panel.rect.w, panel.end)
        half = self.legend_width(panel, room) / 2
        return self.legend(panel, self._inside(x, "", NOTE, beyond=half) - half, y, room)

    def scale_room(self, wide: float, end: str) -> float:
        """Return the room of a scale that has that `end`, below so wide a panel."""
        notes = note_least(self.look.legible(NOTE))
        least = notes if self.layout.notes else scale_least(end, self.look.reading)
        return max(wide, least) + NOTE_BEYOND

    def legend_width(self, panel: Cells, room: float) -> float:
        """Return the width of the scale of a panel's tints where there is so much room."""
        return legend_width(panel.end, self.look.reading, self._start(panel, room))

    def _start(self, panel: Cells, room: float) -> str:
        """Return what stands before a scale of tints, nothing where there is no room for it."""
        both = legend_width(panel.end, self.look.reading, panel.start)
        return panel.start if both <= room else ""

    def legend(
        self, panel: Cells, left: float, y: float, room: float, name: str = ""
    ) -> tuple[Mark, ...]:
        """Return a bar of tints from `left` on, and the numbers that its ends stand for."""
        start = self._start(panel, room)
        marks = self._bar(panel, left + end_width(start, self.look.reading), y, name)
        named = f"{name or panel.grid.key}.legend.start"
        return *marks, *([self.label(named, (left, y), start, NOTE, anchor="left")] * bool(start))

    def _bar(self, panel: Cells, left: float, y: float, name: str) -> tuple[Mark, ...]:
        """Return a bar of tints, and the number at its right."""
        key, tints = f"{name or panel.grid.key}.legend", panel.tints
        shown = bytes(range(0, len(tints), len(tints) // STEPS))
        heat = Heatmap(key, Rect(left, y - 4, LEGEND, 8), 1, len(shown), tints, shown,
                       minus=panel.minus[-len(tints) :])  # fmt: skip
        at = left + LEGEND + LEGEND_GAP, y
        return heat, self.label(f"{key}.end", at, panel.end, NOTE, anchor="left")

    def _inside(
        self, x: float, words: str, size: float, *, bold: bool = False, beyond: float = 0.0
    ) -> float:
        """Return the middle nearest to x at which the words do not leave the body."""
        half = text.width(words, self.look.legible(size), bold) / 2 + beyond
        body: Rect = self.layout.body
        return min(max(x, body.x + half), body.right - half)

    def sign(
        self, key: str, x: float, middle: float, sign: str, radius: float = 12.0
    ) -> tuple[Mark, ...]:
        """Return a sign around a point; those with a ring are in no font."""
        theme = self.look.theme
        if sign not in "⊙⊗":
            return (self.label(key, (x, middle), sign, OPERATOR),)
        half = 8 if sign == "⊙" else radius
        ring = Box(key, Rect(x - half, middle - half, 2 * half, 2 * half), theme.muted, 1.6,
                   radius=half)  # fmt: skip
        if sign == "⊗":
            return ring, self.label(f"{key}.cross", (x, middle), "×", 2 * radius)
        return ring, Box(f"{key}.dot", Rect(x - 2, middle - 2, 4, 4), fill=theme.muted, radius=2)

    def arrow(
        self, key: str, start: Point, end: Point, *, now: bool = False, turn: float | None = None
    ) -> Connector:
        """Return an arrow through a gutter, from beside `start` to beside `end`."""
        (x0, y0), (x1, y1) = (start[0] + CLEAR, start[1]), (end[0] - CLEAR, end[1])
        middle = amid(x0, x1) if turn is None else turn
        straight = abs(y0 - y1) < STRAIGHT
        bends: tuple[Point, ...] = () if straight else ((middle, y0), (middle, y1))
        theme = self.look.theme
        last = (x1, y0) if straight else (x1, y1)
        return Connector(
            key,
            ((x0, y0), *bends, last),
            theme.now if now else theme.connector,
            2.0 if now else 1.5,
        )

    def outline(self, key: str, panel: Cells, rect: Rect, *, reads: bool = False) -> Box:
        """Return the frame of what happens now in a panel; it glides from step to step.

        Around tints all of its line is outside: it must not hide the few pixels of a cell, nor seem
        to enclose others.  Where they are few it is thin, and hides as little of these as it can.
        It is thin where a step `reads`, too: by its colour alone, or in greys, it is not told from
        that around what is written.
        """
        heat = isinstance(panel, Tints)
        line = THIN if reads or (heat and small_side(panel.grid) < FRAMED) else FRAME
        if heat:  # a row of less than a pixel is still seen inside
            wide, high = (line + max(side, OPEN) for side in (rect.w, rect.h))
            off = HALF * max(1.0, self.look.pixel) * (small_side(panel.grid) < HAIRLINES)
            x, y = rect.center
            rect = Rect(x - wide / 2 - off, y - high / 2 - off, wide, high)
        return Box(key, rect, self.look.theme.now, line, moves=True)

    def dashed(self, key: str, rect: Rect) -> tuple[Box, Box]:
        """Return a dashed frame around output_padding, over the lines of cells that are there."""
        theme = self.look.theme
        bare = Box(f"{key}.bare", rect, theme.background, DASHED)
        return bare, Box(key, rect, theme.output, DASHED, dash=True)

    def outlines(
        self, key: str, panel: Cells, window: Window, *, reads: bool = False
    ) -> Iterator[Box]:
        """Yield frames around the cells of a window: no frame encloses another cell, or none.

        Where cells are so few pixels from each other that frames would hide what is between them
        there is one around all.
        """
        grid, (*rows, cols) = panel.grid, window
        columns = (*rows, [i * grid.every for i in cols])
        close = isinstance(panel, Tints) and least_gap(grid, columns) < FRAMED
        for i, (*high, wide) in enumerate([hull(columns)] if close else blocks(columns)):
            name = f"{key}.{i}" if i else key
            cells = *high, range(wide.start // grid.every, (wide.stop - 1) // grid.every + 1)
            yield self.outline(name, panel, grid.span(*cells), reads=reads)

    def scene(self, marks: Iterable[Mark], sentence: str, title: str, whole: str) -> Scene:
        """Return the finished picture."""
        background = self.look.theme.background
        return Scene(*self.look.canvas, background, tuple(marks), sentence, title, whole)


Painter: TypeAlias = Callable[[Look, Grid, Any, Tint, Values, numbers.Format], Cells]
"""Returns the panel of a grid at a spot, whose range some values set."""


def drawn(
    look: Look, grid: Grid, spot: Any, tint: Tint, values: Values, form: numbers.Format,
    usual: Values | None = None, *, tints: type[Tints] = Tints,
) -> Cells:  # fmt: skip
    """Return the panel of a grid, in numbers or in `tints`, whose range `values` set.

    Where these are bounds, `usual` are numbers that it shows.
    """
    if spot.heat:
        return tints(grid, look.theme, tint, most(values), form, knee(values, usual))
    return Cells(grid, look.theme, tint, spot.text, form)


def packed(
    look: Look, grid: Grid, spot: Any, tint: Tint, values: Values, form: numbers.Format,  # noqa: ARG001
    usual: Values | None = None,  # noqa: ARG001  (numbers set no range)
) -> Cells:  # fmt: skip
    """Return the panel of a lens that draws the cells that are lit alone."""
    return LitCells(grid, look.theme, tint, spot.text, form)


def least_gap(grid: Grid, window: Window) -> float:
    """Return how far blocks of rows and columns are from each other where they are closest."""
    sides = (grid.cell_height, grid.cell_width)[-len(window) :]
    gaps = (side * (after.start - before.stop)
            for side, axis in zip(sides, window, strict=False)
            for before, after in pairwise(runs(axis)))  # fmt: skip
    return min(gaps, default=inf)


def small_side(grid: Grid) -> float:
    """Return the shorter side of a grid's cells."""
    return min(grid.cell_width, grid.cell_height)


def most(values: Values) -> float:
    """Return the largest finite magnitude, 0 if there is none."""
    finite = np.abs(values[np.isfinite(values)].astype(float))
    return float(finite.max()) if finite.size else 0.0


def knee(values: Values, usual: Values | None = None) -> float:
    """Return a small one of usual magnitudes where they are mixed, else 0.

    >>> knee(np.array([0, 1, -2, 3])), knee(np.array([0, 1, -1, 1, 300]))
    (0.0, 1.0)
    """
    shown = np.abs((values if usual is None else usual).astype(float))
    there = shown[np.isfinite(shown) & (shown > 0)]
    small, middle = np.quantile(there, (SMALL, 0.5)).tolist() if there.size else (0.0, 0.0)
    return max(small, LEAST * most(values)) if most(values) > MIXED * middle > 0 else 0.0


def tints_end(values: Values, usual: Values | None, form: numbers.Format) -> str:
    """Return what the right end of a scale stands for where such numbers have tints."""
    return _tints_end(Same(values), Same(usual), form)


@lru_cache(maxsize=256)
def _tints_end(same: Same[Values], usual: Same[Values | None], form: numbers.Format) -> str:
    return scale_end(form, most(same.value), knee(same.value, usual.value))


def ems(values: Values, form: numbers.Format) -> float:
    """Return the width of the widest number as written, in text sizes.

    Numbers between the extremes may be partial sums: they have all decimals.
    """
    return _ems(Same(values), form)


@lru_cache(maxsize=256)
def _ems(same: Same[Values], form: numbers.Format) -> float:
    values = same.value
    if isinstance(form, Wording):
        return max(map(form.ems, values.ravel().tolist()))
    finite, odd = values[np.isfinite(values)], {*values[~np.isfinite(values)].tolist()}
    texts = {form(v) for v in (*odd, *_telling(finite))}
    if finite.size:
        sign = 1 if finite.min() >= 0 and not form.plus else -1
        texts.add(form.widest(sign * most(finite)))
    return max((text.width(t, 1.0, bold=True) for t in texts), default=0.65)


def lines(values: Values, form: numbers.Format) -> int:
    """Return on how many lines the highest of the texts is: numbers are on one."""
    return _lines(Same(values), form) if isinstance(form, Wording) else 1


@lru_cache(maxsize=256)
def _lines(same: Same[Values], form: Wording) -> int:
    return max(map(form.lines, same.value.ravel().tolist()))


def _telling(values: Values) -> set[float]:
    """Return the numbers that may be written the longest: all, or the ends and a sample."""
    if values.size <= SAMPLE:
        return set(values.tolist())
    sizes = np.abs(values[values != 0])
    near = np.partition(sizes, NEAREST)[:NEAREST] if sizes.size > NEAREST else sizes
    picked = values[:: values.size // SAMPLE].tolist()
    return {values.min().item(), values.max().item(), *(-near).tolist(), *picked}


def headed(words: str, form: numbers.Format) -> str:
    """Return a heading's words, with the power of ten that all numbers of the panel share.

    >>> headed("3×3", numbers.Format(exponent=-2)), headed("3×3", numbers.Format())
    ('3×3, all ×10⁻²', '3×3')
    """
    return ", ".join(filter(None, [words, form.shared and f"all {form.shared}"]))


def counted(count: int, need: float) -> range:
    """Return which of so many cells have numbers, where one needs the room of `need` cells.

    >>> counted(7, 0.4), counted(12, 2.3)
    (range(0, 7), range(0, 12, 5))
    """
    return range(0, count, next((n for n in COUNTS if n >= need), count))


def below(middle: float, rows: int, cell: float) -> float:
    """Return the middle of the lower of two stacked panels around `middle`."""
    return middle + (rows * cell + STACK_GAP) / 2
