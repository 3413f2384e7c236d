"""Where panels stand: computed for any number of channels, any shapes, any canvas.

A view names its columns from left to right.  `solve` finds the largest text for
which everything fits.  When even the smallest legible text is too large, the
panels with the most cells drop to a heat tint, the largest first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import floor

from tcviz.errors import TooSmallError
from tcviz.scene import Rect
from tcviz.views.columns import HEADING, Candidate, Column
from tcviz.views.look import TOO_SMALL

LARGEST, COMFORTABLE = 24.0, 10.5
FEW, LARGER = 4, 36.0
"""A picture of so few columns may have larger text: nothing else fills it."""
TINTED = 0.5
"""The share of the merit that is left when one more shape shows tints."""
ALIKE = 0.92
"""A row more is worth text that is this much smaller."""
HEAT_TEXT = (16.0, 14.0, 12.5, 11.5, 0.0)
"""Text sizes tried beside heat panels; zero stands for the smallest legible one."""
FINE = 96
"""Steps in which sizes are tried."""


@dataclass(frozen=True)
class Slot:
    """What a column got: its left edge, its cells, and whether they show tints."""

    x: float
    cell_width: float
    cell_height: float
    text: float
    heat: bool


@dataclass(frozen=True)
class Layout:
    """A slot per column and the middle of the gutter to its left, the middle of each row."""

    columns: Sequence[Column]
    slots: Mapping[str, Slot]
    gutters: Mapping[str, float]
    rows: tuple[float, ...]
    top: float
    body: Rect
    notes: bool

    @property
    def heat(self) -> int:
        """How many columns show tints."""
        return sum(slot.heat for slot in self.slots.values())


def solve(
    columns: Sequence[Column],
    room: Rect,
    pixel: float,
    smallest: float,
    rows: int,
    least: int,
    reading: float | None = None,
    *,
    tints: bool = True,
) -> Layout:
    """Return the best layout of `columns` in `room`.

    `rows` is how many channels are wanted, `least` to how few the layout may go
    for the sake of readable numbers; `smallest` is the smallest legible text, and
    `reading` the pixel by which headings and notes are kept legible.  Without `tints`
    all panels show text, or else there is no layout.
    """
    blank = Candidate(tuple(columns), room, pixel, rows, 0.0, reading=reading or pixel)
    return _best(blank, smallest, least, tints=tints)


@lru_cache(maxsize=16)
def _best(blank: Candidate, smallest: float, least: int, *, tints: bool) -> Layout:
    """Return the best layout; it is kept: channels in turn, and themes, have the same."""
    counts = range(blank.rows, least - 1, -1)
    for notes in (True, False):  # the smallest canvases have no room for notes
        found = _solve(replace(blank, notes=notes), smallest, counts, tints=tints)
        if found:
            return _place(found)
    raise TooSmallError(TOO_SMALL)


def _solve(blank: Candidate, smallest: float, counts: range, *, tints: bool) -> Candidate | None:
    """Return the best candidate: with numbers in all panels, or else with tints in some."""
    plain = [_with_text(replace(blank, rows=n), smallest) for n in counts]
    numbers = [found for found in plain if found]
    if numbers:
        enough = min(max(COMFORTABLE, smallest), ALIKE * max(t.text for t in numbers))
        return next(t for t in numbers if t.text >= enough)
    return _with_heat(blank, smallest, counts) if tints else None


def _with_text(candidate: Candidate, smallest: float) -> Candidate | None:
    """Return the candidate with the largest text with which all fits, or None."""
    largest = LARGEST if len(candidate.columns) > FEW else LARGER
    step = (largest - smallest) / FINE
    return _largest(lambda i: replace(candidate, text=smallest + i * step))


def _largest(of: Callable[[int], Candidate]) -> Candidate | None:
    """Return the last of a row of growing candidates that fits."""
    first_misfit = bisect_left(range(FINE + 1), True, key=lambda i: not of(i).fits)
    return of(first_misfit - 1) if first_misfit else None


def _with_heat(blank: Candidate, smallest: float, counts: range) -> Candidate | None:
    """Return the best candidate; each further shape that shows tints has to be worth it."""
    columns, found = blank.columns, []
    shapes = _by_demand(columns)
    for count in range(1, len(shapes) + 1):
        heat = frozenset(c.key for c in columns if c.shape in shapes[:count])
        for n, size in product(counts, HEAT_TEXT):
            plain = replace(blank, rows=n, text=max(size, smallest), heat=heat)
            found += [(t.merit * TINTED**count, t) for t in [_with_side(plain)] if t]
    return max(found, key=lambda scored: scored[0])[1] if found else None


def _by_demand(columns: Sequence[Column]) -> list[tuple[int, ...]]:
    """Return the shapes of panels, the one first that asks for the most room.

    Panels of one shape are read side by side: they show numbers together or not.
    """
    demand: dict[tuple[int, ...], float] = {}
    for c in columns:
        asked = c.rows * c.cols * max(1.0, c.em)
        demand[c.shape] = max(demand.get(c.shape, 0.0), asked)
    return sorted(demand, key=lambda shape: -demand[shape])


def _with_side(candidate: Candidate) -> Candidate | None:
    """Return the candidate with its heat panels as large as they can be, or None."""
    step, pixel = candidate.room.h / FINE, candidate.pixel
    found = _largest(lambda i: replace(candidate, side=(i + 1) * step))
    if found or pixel >= step:
        return found
    # On a sharp canvas a step is several pixels, and fewer may fit.
    return _largest(lambda i: replace(candidate, side=pixel + i * (step - pixel) / FINE))


def _place(found: Candidate) -> Layout:
    """Give the room that is left to the gutters, and centre the whole."""
    room, gaps = found.room, sum(c.gap for c in found.columns)
    stretch = 1 + min(0.8, (room.w - found.width) / gaps) if gaps else 1.0
    x = room.x + (room.w - found.width - gaps * (stretch - 1)) / 2
    slots, gutters, edge = {}, {}, x
    for column in found.columns:
        across, height = found.cell(column)
        x += column.gap * stretch
        beside = (found.wide(column) - column.cols * across) / 2
        left = floor((x + beside) / found.pixel + 0.5) * found.pixel
        slots[column.key] = Slot(left, across, height, found.text, column.key in found.heat)
        gutters[column.key] = (edge + left) / 2
        edge = left + column.cols * across
        x += found.wide(column)
    left_over = room.h - HEADING - found.above - found.below
    top = room.y + HEADING + left_over / 2
    first = top + found.above - found.spread
    rows = tuple(first + i * found.pitch for i in range(found.rows))
    return Layout(found.columns, slots, gutters, rows, top, room, found.notes)
