"""Where the equation and the grids of the matrix view stand: the arrangement with the largest text.

The equation has three columns: matrix, flattened input, flattened output.  Each
grid stands beside its flattened self or below it, whichever leaves more room.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeAlias

from tcviz.errors import TooSmallError
from tcviz.picture.solver import TOO_SMALL
from tcviz.scene import Rect
from tcviz.views.matrix_candidate import TIGHT, Candidate
from tcviz.views.matrix_items import ARRANGEMENTS, LINES, MATRIX, Item, Places, X, Y
from tcviz.views.matrix_places import Plan, placed

LARGEST, LARGEST_GRID, LARGEST_LINE = 17.0, 17.5, 32.0
"""Text of the equation and of the grids beyond which nothing is won, and of both without grids."""
ROOMY, EXTRA = 2.1, 13.0
"""Height of the equation's cells, in text sizes, and what they are wider than high, at most."""
GOOD_TEXT, GOOD_SIDE, GOOD_GRID = 12.5, 430.0, 190.0
"""Text, and a tinted matrix's and grid's longest side, that leave nothing to wish for."""
LEAST, LARGEST_SIDE = 60.0, 260.0
"""Longest side of a tinted matrix at least, and of a tinted grid at most."""
TIGHTEST = 1.5
"""Height of the equation's cells, in text sizes, before tints take the place of numbers."""
TINTED = 0.8
"""The share of the merit that is left when one more panel shows tints."""
ENOUGH = 0.7
"""The share of the greatest merit with which no more grids need show tints."""
COARSE, FINE = 12, 96
"""Steps in which sizes are tried, to compare arrangements and for the best one."""
BETTER = 1.02
"""A later arrangement is taken if its merit is so many times that of an earlier one."""

Heat: TypeAlias = frozenset[str]
Grow: TypeAlias = Callable[[float], Candidate]
Search: TypeAlias = Callable[[Candidate, int], Candidate | None]

_VECTORS: tuple[Heat, ...] = tuple(frozenset({MATRIX, *more}) for more in ((), (Y,), (X,), (X, Y)))
_GRIDS: tuple[Heat, ...] = tuple(
    frozenset(more) for more in ((), ("output",), ("x",), ("x", "output"), ("x", "output", "w"))
)


def solve(
    items: Sequence[Item],
    room: Rect,
    pixel: float,
    smallest: float,
    counts: range,
    more: float = 0.0,
) -> Plan:
    """Return the best plan of `items` in `room`.

    `counts` is how many channels' grids are wanted, down to how few the plan may go for
    the sake of readable numbers; `smallest` is the smallest legible text, and `more`
    is room wanted beside the flattened input.

    Raises
    ------
    TooSmallError
        If there is too little room even for tints.
    """
    by_key = {item.key: item for item in items}
    for notes in (True, False):  # the smallest canvases have no room for notes
        blank = Candidate(
            by_key, room, pixel, counts[0], _places(by_key)[0], smallest, notes=notes, more=more
        )
        found = _written(blank, counts) or _tinted(blank, counts)
        if found:
            return placed(found)
    raise TooSmallError(TOO_SMALL)


def _written(blank: Candidate, counts: range) -> Candidate | None:
    """Return the best candidate with numbers in all panels, if they fit."""
    for high in (TIGHT, TIGHTEST):
        best = _best(_arranged(replace(blank, high=high, grid=blank.text), counts), _with_text)
        if best:
            return _with_text(replace(best, text=blank.text), FINE)
    return None


def _tinted(blank: Candidate, counts: range) -> Candidate | None:
    """Return the best candidate with a tinted matrix; no more grids are tinted than is good."""
    found: list[Candidate] = []
    for grids in dict.fromkeys(heat.intersection(blank.items) for heat in _GRIDS):
        hot = (replace(blank, heat=vectors | grids, side=LEAST) for vectors in _VECTORS)
        best = _best((c for h in hot for c in _arranged(h, counts)), _with_side)
        found += [best] if best else []
        if best and merit(best) >= ENOUGH * bound(best):
            break
    if not found:
        return None
    best = max(found, key=merit)
    return _with_side(replace(blank, heat=best.heat, drawn=best.drawn, places=best.places), FINE)


def _arranged(blank: Candidate, counts: range) -> Iterator[Candidate]:
    """Yield every arrangement with every number of drawn channels."""
    if blank.may_fit:
        for drawn, places in product(counts, _places(blank.items)):
            yield replace(blank, drawn=drawn, places=places)


def _places(items: Container[str]) -> tuple[Places, ...]:
    return ARRANGEMENTS if "x" in items else LINES


def _largest_text(blank: Candidate) -> tuple[float, float]:
    """Return the largest text of the equation, and that of the grids."""
    return (LARGEST, LARGEST_GRID) if "x" in blank.items else (LARGEST_LINE, LARGEST_LINE)


def _best(blanks: Iterable[Candidate], search: Search) -> Candidate | None:
    """Return the best of what the search finds; what cannot be better is not searched."""
    best: Candidate | None = None
    for blank in blanks:
        least = BETTER * merit(best) if best else 0.0
        found = search(blank, COARSE) if bound(blank) > least else None
        if found and merit(found) > least:
            best = found
    return best


def merit(found: Candidate) -> float:
    """Return how well numbers and tints can be seen; fewer drawn channels count less."""
    text: float = min(1.0, found.text / GOOD_TEXT) * min(1.0, found.grid / GOOD_TEXT) ** 0.5
    seen = min(1.0, found.side / GOOD_SIDE) if found.heat else 1.0
    if found.heat & {"x", "output"}:
        seen *= min(1.0, found.grid_side / GOOD_GRID) ** 0.5
    return text * seen * bound(found)


def bound(blank: Candidate) -> float:
    """Return the merit that a candidate has if nothing leaves anything to wish for."""
    share: float = TINTED ** len(blank.heat) * (1 + 0.3 * blank.drawn)
    return share


def _with_text(blank: Candidate, fine: int) -> Candidate | None:
    """Return the candidate with the largest text with which all fits, or None.

    What room is left makes the grids' text larger, then the equation's cells.
    """
    smallest, largest = blank.text, _largest_text(blank)[0]
    found = _largest(smallest, largest, lambda t: replace(blank, text=t, grid=t), fine)
    return found and _roomy(found, fine)


def _with_side(blank: Candidate, fine: int) -> Candidate | None:
    """Return the candidate with its tinted matrix as large as is good, or None.

    What room is left makes text and grids larger, then the matrix again.
    """
    smallest, longest = blank.text, max(blank.room.w, blank.room.h)
    small = replace(blank, grid=smallest)
    found = _largest(LEAST, GOOD_SIDE, lambda side: replace(small, side=side), fine)
    if found is None:
        return None
    grown = found
    for low, high, change in (
        (smallest, GOOD_TEXT, lambda c, v: replace(c, text=v, grid=v)),
        (found.grid_side, LARGEST_SIDE, lambda c, v: replace(c, grid_side=v)),
    ):
        grown = _grown(grown, low, high, change, fine)
    grown = _roomy(grown, fine)
    return _grown(grown, grown.side, longest, lambda c, v: replace(c, side=v), fine)


def _roomy(found: Candidate, fine: int) -> Candidate:
    """Return the candidate with the room that is left used up."""
    largest = _largest_text(found)[1]
    found = _grown(found, found.grid, largest, lambda c, v: replace(c, grid=v), fine)
    if fine == COARSE:
        return found
    found = _grown(found, found.high, ROOMY, lambda c, v: replace(c, high=v), fine)
    widest = 1 + EXTRA / max(1.0, found.high * found.text)
    return _grown(found, found.wide, widest, lambda c, v: replace(c, wide=v), fine)


def _grown(
    found: Candidate,
    low: float,
    high: float,
    change: Callable[[Candidate, float], Candidate],
    fine: int,
) -> Candidate:
    """Return the candidate with one size as large as fits: no smaller than it is."""
    return _largest(low, high, lambda v: change(found, v), fine) or found


def _largest(low: float, high: float, of: Grow, fine: int) -> Candidate | None:
    """Return the last of a row of growing candidates that fits."""
    if not of(low).fits:
        return None
    step = max(0.0, high - low) / fine
    misfit = bisect_left(range(fine + 1), True, key=lambda i: not of(low + i * step).fits)
    return of(low + max(0, misfit - 1) * step)
