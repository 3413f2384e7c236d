"""The best arrangement with tints: each further shape of them has to be worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import product
from math import ceil, inf, log
from typing import NamedTuple

from tcviz.picture.arrangement import Arrangement
from tcviz.picture.fitting import (
    FINE,
    Found,
    Room,
    filled,
    fitting,
    last_fitting,
    leads,
)
from tcviz.picture.panels import Panel
from tcviz.picture.scale import Scale

LEADING = 1.6
"""So many times as large as that of operands may the text of results be."""
TINTED = 0.5
"""The share of the merit that is left when one more shape shows tints."""
GOOD_TEXT, GOOD_SIDE = 13.0, 360.0
"""Beside tints, the text and the side of the largest that leave nothing to wish for."""
LONGER = 1.02
"""Of the edges with which arrangements are compared, each is so many times as long as the last."""
SIDES = (36.0, 24.0, 0.0)
"""How many pixels long the longest of the panels with tints is at least, as tried one after the
other, each also without notes: specks show no pattern, and are the last resort."""
SMALL = 2.0
"""On canvases whose headings are read at more than so many units a pixel room is least."""
GOOD = 0.7
"""The share of its merit that a picture may leave for the only lens that it has."""
SHORT = 60.0
"""How long it is in the end with so many cells that they are no pixels: some drop out then."""
HEAT_TEXT = (16.0, 13.0, 11.0, 0.0)
"""Text sizes tried beside tints; zero stands for the smallest legible one."""


def tinted(
    options: Sequence[Arrangement], room: Room, *, blanks: Sequence[Scale], side: float
) -> Found | None:
    """Return the best arrangement with tints, in the first of some scales in which there is one.

    The longest of their panels is at least so many pixels long as `side` says.  On the smallest
    canvases, digits in more panels are worth notes.
    """
    ways = _ways(options, blanks[0], room)
    for i, blank in enumerate(blanks):
        found = _with_lenses(ways, blank, room, side)
        if found and not (room.tried or room.reading <= SMALL):
            others = (_with_lenses(ways, other, room, side) for other in blanks[i + 1 :])
            more = (f for f in others if f and _shapes(f) < _shapes(found))
            return next(more, found)
        if found:
            return found
    return None


def _with_lenses(
    ways: Sequence[Sequence[_Tinting]], blank: Scale, room: Room, side: float
) -> Found | None:
    """Return the best arrangement in a scale; lenses show the digits of tints.

    There are as many as cost no digits of other panels.
    """
    lensed = {
        p.lens.shared for way in ways for t in way[:1] for p in t.option.node.panels() if p.lens
    }
    if lensed and not room.tried:
        found = _tinted(_afresh(ways), replace(blank, lenses="all"), room, side)
        own = [[*_shown(found.option)]] if found and room.reading <= SMALL else _afresh(ways)
        if found and not _with_more_digits(found, own, room, side):
            return found
    bare = _afresh(ways)
    found = _tinted(bare, replace(blank, lenses="none"), room, side)
    if found and len(lensed) > 1:  # what has no room without a lens has none with one
        few, least = replace(blank, lenses="shared"), GOOD * found.merit
        return _tinted(bare, few, room, side, least, _shapes(found) + 1) or found
    return found


def _with_more_digits(
    found: Found, ways: Sequence[Sequence[_Tinting]], room: Room, side: float
) -> Found | None:
    """Return what would be better than an arrangement with lenses: more digits, and no lenses."""
    blank = replace(found.scale, text=0.0, result=0.0, heat=frozenset(), edge=0.0, lenses="none")
    return _tinted(ways, blank, room, side, found.merit, _shapes(found))


def tinted_again(
    options: Sequence[Arrangement], blank: Scale, room: Room, found: Found
) -> Found | None:
    """Return the best arrangement in another scale, with tints in no more shapes."""
    ways = _ways(options, blank, room)
    return _tinted(ways, blank, room, SIDES[-1], fewer=_shapes(found) + 1)


def _shapes(found: Found) -> int:
    """Return in how many shapes of panels an arrangement shows tints, not digits."""
    return len({p.family for p in found.option.node.panels() if p.key in found.scale.heat})


def _tinted(
    ways: Sequence[Sequence[_Tinting]],
    blank: Scale,
    room: Room,
    side: float,
    least: float = 0.0,
    fewer: float = inf,
) -> Found | None:
    """Return the best arrangement with tints; each further shape of them has to be worth it.

    Its merit is more than the `least`, and it has tints in `fewer` shapes.
    """
    best, edges = None, _Edges(blank, room, side)
    for tinting, text, top in _tintings(ways, room):
        merit = best.merit if best else least
        if top <= merit or tinting.shapes >= fewer:
            continue
        found = tinting.found(edges, text, top, merit)
        if found and room.tried:
            return found
        if found and found.merit > merit:
            best = found
    return best and _with_results(best, room)


class _Edges:
    """Ever longer edges of tints: scales at which arrangements are compared, each measured once.

    The longest panel with tints is at least so many pixels long as `side` says.
    """

    def __init__(self, blank: Scale, room: Room, side: float) -> None:
        self.blank, self.room, self.side = blank, room, side
        self.scale, self.bare = cache(self._scale), cache(self._bare)

    def _scale(self, text: float, heat: frozenset[str], number: int) -> Scale:
        edge = self.room.pixel * LONGER**number
        return replace(self.blank, text=text, result=text, heat=heat, edge=edge)

    def _bare(self, text: float, heat: frozenset[str], number: int) -> Scale:
        return replace(self.scale(text, heat, number), notes=False, names=False)

    def number(self, edge: float) -> int:
        """Return the number of the first edge that is no shorter."""
        return ceil(log(edge / self.room.pixel, LONGER))

    def fitting(
        self, option: Arrangement, text: float, heat: frozenset[str], low: int, high: int
    ) -> Scale | None:
        """Return the scale with the longest edge for which an arrangement has room."""
        return last_fitting(option, self.room, partial(self.scale, text, heat), low, high + 1)


class _Tinting(NamedTuple):
    """An arrangement with tints in the panels of `heat`, of so many `shapes`, the longest `long`.

    With text and edges of `without`, the number of these, it is known to have no room.
    """

    option: Arrangement
    heat: frozenset[str]
    shapes: int
    long: float
    square: bool
    without: set[tuple[float, float]]

    def found(self, edges: _Edges, text: float, top: float, merit: float) -> Found | None:
        """Return it in such text, with the largest cells that fit, if it can have such a merit.

        Its merit is `top` where nothing is left to wish for.
        """
        option, room = self.option, edges.room
        cell = min(room.pixel, SHORT / self.long)
        cell = room.pixel if self.square and edges.side else cell
        least = edges.number(max(cell, edges.side * room.pixel / self.long))
        low = edges.number(merit / top * GOOD_SIDE / self.long) if merit else least
        low, high = max(least, low), edges.number(max(room.body.w, room.body.h) / self.long)
        if low > high or any(t <= text and edge <= low for t, edge in self.without):
            return None
        scale = edges.fitting(option, text, self.heat, low, high)
        if scale is None:
            self.without.add((text, low))
            smallest = edges.bare(room.smallest, self.heat, least)
            if text > room.smallest and _is_crowded(option, smallest, room):
                self.without.add((room.smallest, -inf))
            return None
        if not leads(option, scale):
            return None
        side = min(1.0, scale.edge * self.long / GOOD_SIDE)
        return Found(option, scale, top * side * filled(option, scale, room))


def _ways(options: Sequence[Arrangement], blank: Scale, room: Room) -> list[list[_Tinting]]:
    """Return each arrangement with tints in ever more panels.

    Left out are those that have no room even for what surrounds their cells.
    """
    bare = replace(blank, text=0.0, result=0.0, notes=False, names=False)
    return [[*_shown(option)] for option in options if not _is_crowded(option, bare, room)]


def _afresh(ways: Sequence[Sequence[_Tinting]]) -> list[list[_Tinting]]:
    """Return ways of which nothing is known."""
    return [[tinting._replace(without=set()) for tinting in way] for way in ways]


def _tintings(
    ways: Sequence[Sequence[_Tinting]], room: Room
) -> Iterator[tuple[_Tinting, float, float]]:
    """Yield the ways to show tints in ever more panels, in the largest text first.

    With each is its text, and what its merit is where nothing is left to wish for.
    """
    for count, size in product(range(1, max(map(len, ways), default=0) + 1), HEAT_TEXT):
        text = max(size, room.smallest)
        worth = TINTED**count * min(1.0, text / GOOD_TEXT)
        for tintings in ways:
            for tinting in tintings[count - 1 : count]:
                option = tinting.option
                yield tinting, text, option.worth * worth * (1 + 0.35 * option.drawn)


def _shown(option: Arrangement) -> Iterator[_Tinting]:
    """Yield an arrangement with tints in ever more panels, those first that ask for most room."""
    panels = [*option.node.panels()]
    families = _by_demand(panels)
    for count in range(1, len(families) + 1):
        shown = [panel for panel in panels if panel.family in families[:count]]
        longest = max(panel.longest for panel in shown)
        square = all(panel.shares is None for panel in shown)
        heat = frozenset(panel.key for panel in shown)
        yield _Tinting(option, heat, count, longest, square, set())


def _is_crowded(option: Arrangement, scale: Scale, room: Room) -> bool:
    """Return whether an arrangement is known to have no room, in larger cells neither."""
    core = option.node.core
    return core is not None and not core.fits(scale, room.body.w, room.body.h)


def _with_results(found: Found, room: Room) -> Found:
    """Return the arrangement with the text of its results grown."""
    option, scale = found.option, found.scale
    most = max(scale.result, GOOD_TEXT * LEADING)
    grown = fitting(option, room, lambda t: replace(scale, result=t),
                    scale.result, most, FINE)  # fmt: skip
    return found._replace(scale=grown or scale)


def _by_demand(panels: Sequence[Panel]) -> list[str]:
    """Return the families of panels, the one first that asks for the most room.

    What is read side by side shows numbers together or not.
    """
    demand: dict[str, float] = {}
    for panel in panels:
        demand[panel.family] = max(demand.get(panel.family, 0.0), panel.demand)
    kept = {panel.family for panel in panels if panel.digits}
    return sorted(
        (family for family in demand if family not in kept), key=lambda family: -demand[family]
    )
