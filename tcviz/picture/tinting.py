"""The best arrangement with tints: each further shape of them has to be worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import NamedTuple

from tcviz.picture.arrangement import Arrangement
from tcviz.picture.fitting import FINE, Found, Room, filled, fitting, leads
from tcviz.picture.panels import Panel
from tcviz.picture.scale import Scale

LEADING = 1.6
"""So many times as large as that of operands may the text of results be."""
TINTED = 0.5
"""The share of the merit that is left when one more shape shows tints."""
GOOD_TEXT, GOOD_SIDE = 13.0, 360.0
"""Beside tints, the text and the side of the largest that leave nothing to wish for."""
HEAT_TEXT = (16.0, 13.0, 11.0, 0.0)
"""Text sizes tried beside tints; zero stands for the smallest legible one."""


def tinted(options: Sequence[Arrangement], blank: Scale, room: Room) -> Found | None:
    """Return the best arrangement with tints; a lens shows their digits, and refuses none."""
    found = _tinted(options, blank, room)
    if found or not any(panel.lens for option in options for panel in option.node.panels()):
        return found
    return _tinted(options, replace(blank, lenses=False), room)


def _tinted(options: Sequence[Arrangement], blank: Scale, room: Room) -> Found | None:
    """Return the best arrangement with tints; each further shape of them has to be worth it."""
    best: Found | None = None
    for tinting in _tintings(options, blank, room):
        merit = best.merit if best else 0.0
        found = tinting.found(merit, room) if tinting.top > merit else None
        if found and room.tried:
            return found
        if found and found.merit > merit:
            best = found
    return best and _with_results(best, room)


class _Tinting(NamedTuple):
    """An arrangement with tints in some panels, in whose edges the longest is so `long`.

    Its merit is `top` where nothing is left to wish for.  It is known to have no room in the texts
    of `without` with cells from that edge on, or from any on where there is none.
    """

    option: Arrangement
    base: Scale
    long: float
    top: float
    without: set[tuple[float, float | None]]

    def found(self, merit: float, room: Room) -> Found | None:
        """Return it with the largest cells that fit, if it can have such a merit."""
        least, high = min(room.pixel, 60 / self.long), max(room.body.w, room.body.h) / self.long
        low = max(least, merit / self.top * GOOD_SIDE / self.long)
        text = self.base.text
        if {(text, low), (text, None)} & self.without or (merit and low > high):
            return None
        scale = fitting(self.option, room, partial(_edged, self.base), low, high, FINE)
        if scale is None:
            self.without.update([(text, low), *self._crowded(least, room)])
            return None
        if not leads(self.option, scale):
            return None
        side = min(1.0, scale.edge * self.long / GOOD_SIDE)
        return Found(self.option, scale, self.top * side * filled(self.option, scale, room))

    def _crowded(self, edge: float, room: Room) -> Iterator[tuple[float, None]]:
        """Yield all texts if it has no room in the smallest one with cells of that edge."""
        text = room.smallest
        if self.base.text == text:  # it has been tried
            return
        small = replace(self.base, text=text, result=text, edge=edge, notes=False, names=False)
        if _is_crowded(self.option, small, room):
            yield from ((max(size, text), None) for size in HEAT_TEXT)


def _tintings(options: Sequence[Arrangement], blank: Scale, room: Room) -> Iterator[_Tinting]:
    """Yield the ways to show tints in ever more panels, in the largest text first.

    Left out are arrangements that have no room even for what surrounds their cells.
    """
    bare = replace(blank, text=0.0, result=0.0, notes=False, names=False)
    options = [option for option in options if not _is_crowded(option, bare, room)]
    panels = [[*option.node.panels()] for option in options]
    families = [*map(_by_demand, panels)]
    without: dict[tuple[int, int], set[tuple[float, float | None]]] = {}
    for count, size in product(range(1, max(map(len, families), default=0) + 1), HEAT_TEXT):
        text = max(size, room.smallest)
        worth = TINTED**count * min(1.0, text / GOOD_TEXT)
        for number, (option, tinted) in enumerate(zip(options, families, strict=True)):
            shown = [p for p in panels[number] if p.family in tinted[:count]]
            if count <= len(tinted):
                base = replace(blank, text=text, result=text, heat=frozenset(p.key for p in shown))
                top = option.worth * worth * (1 + 0.35 * option.drawn)
                longest = max(p.longest for p in shown)
                known = without.setdefault((number, count), set())
                yield _Tinting(option, base, longest, top, known)


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


def _edged(scale: Scale, edge: float) -> Scale:
    return replace(scale, edge=edge)


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
