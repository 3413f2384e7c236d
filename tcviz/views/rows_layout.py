"""Where rows of cells stand that share their columns: a column is one coordinate.

A view names its rows from top to bottom, in one or more variants, the best first.
`solve_rows` takes the first in which numbers are readable; where there is none, rows whose
numbers have no room in their columns show tints.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tcviz.errors import TooSmallError
from tcviz.picture.solver import COMFORTABLE, TOO_SMALL
from tcviz.views.layout import Layout, Slot
from tcviz.views.rows_candidate import BAR, GUTTER, HIGH, RULER, TALL, TRUNK, Candidate, Row

LARGEST, ROOMY, FINE = 26.0, 13.0, 96
"""The largest text, the smallest for which no later variant is tried, and the steps between."""
WIDE = 3.0
"""How many times as wide as high a cell may be."""
FRACTIONS = 4
"""Cells of fewer pixels are not as wide as whole ones: their columns would leave much room."""
LOOSE = 2.6
"""How much larger gaps may get where room is left."""


@dataclass(frozen=True)
class RowsLayout(Layout):
    """A slot per row and piece; `tops` are the rows' upper edges, one per channel.

    The cells of coordinate `first` begin at the slots' x.  Labels end at `labels`, signs
    stand around `signs`; what leads from row to row stands around `gutter`, and notes
    begin at `side`.
    """

    found: Candidate
    tops: dict[str, tuple[float, ...]]
    heights: dict[str, float]
    first: int
    labels: float
    signs: float
    gutter: float
    side: float

    def row(self, key: str) -> Row:
        """Return the row called `key`."""
        return next(row for row in self.found.rows if row.key == key)

    def has(self, key: str) -> bool:
        """Return whether there is such a row or piece."""
        return key in self.slots


def solve_rows(
    variants: Sequence[Sequence[Row]],
    blank: Candidate,
    smallest: float,
    least: int,
    *,
    tints: bool = True,
) -> RowsLayout:
    """Return the best layout of the first variant that is readable.

    `blank` says for which room and for how many channels, `least` to how few the layout
    may go for the sake of readable numbers; `smallest` is the smallest legible text.
    Without `tints` all rows show text, or else there is no layout.
    """
    best = _best(variants, blank, smallest, range(blank.channels, least - 1, -1), tints=tints)
    if best is None and tints and least > 1:
        fewer = _best(variants, blank, smallest, range(least - 1, 0, -1), tints=True)
        raise _crowded(blank.channels, fewer.channels if fewer else 0)
    if best is None:
        raise TooSmallError(TOO_SMALL)
    return _place(best)


def _crowded(channels: int, fitting: int) -> TooSmallError:
    """Return that so many channels have no room one below the other."""
    hint = f"or up to {fitting} --channels" if fitting else None
    return TooSmallError(f"too small for {channels} channels below each other", hint=hint)


def _best(
    variants: Sequence[Sequence[Row]],
    blank: Candidate,
    smallest: float,
    counts: range,
    *,
    tints: bool,
) -> Candidate | None:
    """Return the best candidate: with numbers in all rows, or else with tints in some."""
    tries = [replace(blank, channels=n) for n in counts]
    last = [replace(one, rows=variants[-1]) for one in tries]
    found = _first((_aligned(one, variants[:-1], smallest) for one in tries), COMFORTABLE)
    found = found or _first((_sized(one, smallest) for one in last), COMFORTABLE)
    if found is None and tints:
        found = _first((_tinted(one, smallest) for one in last), smallest)
    return found


def _aligned(
    blank: Candidate, variants: Sequence[Sequence[Row]], smallest: float
) -> Candidate | None:
    """Return the first variant with roomy text, or else the one with the largest."""
    each = (_sized(replace(blank, rows=rows), smallest) for rows in variants)
    return _first(each, ROOMY)


def _first(found: Iterator[Candidate | None], enough: float) -> Candidate | None:
    """Return the first with text of that size, or else the one with the largest text."""
    best: Candidate | None = None
    for one in found:
        if one and one.text >= enough:
            return one
        if one and (best is None or one.text > best.text):
            best = one
    return best


def _sized(blank: Candidate, smallest: float) -> Candidate | None:
    """Return the candidate with the largest text with which all fits, or None."""
    step = (LARGEST - smallest) / FINE
    return _largest(lambda i: replace(blank, text=smallest + i * step))


def _largest(of: Callable[[int], Candidate]) -> Candidate | None:
    misfit = bisect_left(range(FINE + 1), True, key=lambda i: not of(i).fits)
    return of(misfit - 1) if misfit else None


def _tinted(blank: Candidate, smallest: float) -> Candidate | None:
    """Return the candidate with tints in the rows that need them."""
    aligned = frozenset(row.key for row in blank.rows if row.cols)
    narrow = replace(blank, text=smallest, heat=aligned)
    return _sized(replace(blank, heat=frozenset(narrow.crowded(smallest))), smallest)


def _place(found: Candidate) -> RowsLayout:
    """Give cells, and then gaps, the room that is left, and centre the whole."""
    wide, line = _cell(found)
    spare = found.down - found.total(line)
    loose = 1 + min(LOOSE - 1, spare / (sum(found.gaps) or 1))
    high = found.total(line) + found.rulers + loose * sum(found.gaps)
    apart = (found.pieced(row) for row in found.rows if not row.cols)
    across = max(wide * len(found.columns), 0.0, *apart)
    width = found.left + across + GUTTER + found.side
    left = found.room.x + (found.room.w - width) / 2
    x = round((left + found.left) / found.pixel) * found.pixel
    tops = _tops(found, line, loose, found.room.y + (found.room.h - high) / 2)
    right = x + across
    side = right + GUTTER
    heights = {row.key: found.height(row, line) for row in found.rows}
    slots = {
        row.key: Slot(x, wide, heights[row.key], found.text, row.key in found.heat)
        for row in found.rows
        if row.cols
    }
    for row in found.rows:
        slots |= _pieces(found, row, side if row.cols else x, heights[row.key])
    first = next(row for row in found.rows if not row.shared)
    middles = tuple(y + heights[first.key] / 2 for y in tops[first.key])
    return RowsLayout(
        (), slots, {}, middles, found.room.y + (found.room.h - high) / 2, found.room, True,
        found, tops, heights, found.columns[0], left + found.labels,
        (left + found.labels + x) / 2, right + TRUNK, side,
    )  # fmt: skip


def _cell(found: Candidate) -> tuple[float, float]:
    """Return the width of a column and the height of a line, in whole pixels."""
    most = found.widest
    least, limit = HIGH * found.text, max(TALL * found.text, min(BAR, WIDE * most))
    line = least
    while line + found.pixel <= limit and found.total(line + found.pixel) <= found.down:
        line += found.pixel
    wide = max(found.narrowest, min(most, WIDE * line))
    return wide if wide < FRACTIONS * found.pixel else found.snap(wide), found.snap(line)


def _tops(found: Candidate, line: float, loose: float, y: float) -> dict[str, tuple[float, ...]]:
    """Return each row's upper edges, one per channel."""
    tops: dict[str, tuple[float, ...]] = {}
    y += RULER * any(row.numbered == "top" for row in found.rows)
    for (row, _), gap in zip(found.stacked, found.gaps, strict=True):
        y = round((y + gap * loose) / found.pixel) * found.pixel if gap else y
        tops[row.key] = (*tops.get(row.key, ()), y)
        y += found.height(row, line) + RULER * (row.numbered == "below")
    return tops


def _pieces(found: Candidate, row: Row, x: float, height: float) -> dict[str, Slot]:
    slots = {}
    for piece in row.pieces:
        wide, heat = found.piece(row, piece)
        x += found.piece_lead(piece)
        left = round(x / found.pixel) * found.pixel
        slots[piece.key] = Slot(left, wide, height, found.text, heat)
        x += wide * piece.cols
    return slots
