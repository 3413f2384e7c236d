"""The one solver: of several arrangements, the one with the largest text on this canvas.

Numbers come before tints, and all channels that are wanted before larger text than is
comfortable.  Where not even the smallest legible text has room, the panels with the most
cells show tints, in cells of one size, so that what has more cells is larger.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import product
from math import ceil, log
from typing import NamedTuple, TypeAlias

from tcviz.errors import TooSmallError
from tcviz.picture.arrangement import Arrangement, layout
from tcviz.picture.layout import Layout
from tcviz.picture.panels import Panel
from tcviz.picture.scale import Scale
from tcviz.scene.marks import Rect

TOO_SMALL = "too small for these panels"
LARGEST, COMFORTABLE = 40.0, 10.5
FEW, LARGER = 5, 90.0
"""A picture of so few panels may have larger text: nothing else fills it."""
ALIKE = 0.92
"""A channel more is worth text that is this much smaller."""
LEADING, MORE = 1.6, 1.2
"""So many times as large as that of operands may the text of results be, and the other way."""
SLIGHT = 16
"""What has so many times fewer cells than a result may be larger."""
TINTED = 0.5
"""The share of the merit that is left when one more shape shows tints."""
GOOD_TEXT, GOOD_SIDE = 13.0, 360.0
"""Beside tints, the text and the side of the largest that leave nothing to wish for."""
HEAT_TEXT = (16.0, 13.0, 11.0, 0.0)
"""Text sizes tried beside tints; zero stands for the smallest legible one."""
NUMBERED, AMPLE = 0.975, 18.0
"""Numbers of rows and columns may leave so much of the size of comfortable text, or that size."""
CLOSE, CLOSER, LOW = 0.93, 3, 0.88
"""The least share of the sides of cells that is left then, and the power of the share of text
which it is: cells give way before digits.  The last is that of the height, for a line below all."""
GIVING = 0.89
"""The least share of the edge of tints that is left, for numbers and for a line below all."""
FILLED = 0.2
"""The power with which the filled share of the canvas counts."""
RATIO = 1.01
"""Of the text sizes with which arrangements are compared, each is so many times the one before."""
COARSE, FINE = 64, 96
"""Steps in which other measures are tried, and those of the best arrangement."""

Change: TypeAlias = Callable[[float], Scale]


class Room(NamedTuple):
    """The room of a picture: its body, a pixel, and the smallest text that can be read.

    What begins a line may have the numbers of its rows up to `hang` left of the body.  A line as
    high as `foot` is wanted below all, if there is one.  Of one that is only `tried` it is asked
    whether all has room: the first layout that does is as good as any.
    """

    body: Rect
    pixel: float
    smallest: float
    reading: float
    hang: float = 0.0
    foot: float = 0.0
    tried: bool = False

    @property
    def above_foot(self) -> Room:
        """The room that is left above that line."""
        body = self.body._replace(h=self.body.h - self.foot)
        return self._replace(body=body, foot=0.0)


class Found(NamedTuple):
    """An arrangement at the scale at which it fits, and how good that is."""

    option: Arrangement
    scale: Scale
    merit: float


def solve(
    options: Sequence[Arrangement],
    room: Room,
    *,
    tints: bool = True,
    comfortable: float = COMFORTABLE,
) -> Layout:
    """Return the best layout of a picture that may be arranged in several ways.

    Options that draw more channels come before others only as far as text stays `comfortable`.
    Without `tints` all panels show text, or else there is no layout.

    Raises
    ------
    TooSmallError
        If nothing fits.
    """
    return _solved(tuple(options), room, tints, comfortable)


@lru_cache(maxsize=16)
def _solved(
    options: tuple[Arrangement, ...], room: Room, tints: bool, comfortable: float
) -> Layout:
    """Return the best layout; it is kept: channels in turn, and themes, have the same."""
    blanks = [
        Scale(room.pixel, room.reading, notes=notes, hang=room.hang)
        for notes in (True, False)  # the smallest canvases have no room for notes
    ]
    ways = [partial(_written, comfortable=comfortable)] + [_tinted_at_all] * tints
    for way, blank in product(ways, blanks):
        found = way(options, blank, room)
        if found and room.tried:
            return layout(found.option, found.scale, room.body)
        if found:
            return _placed(_numbered(found, room), room)
    raise TooSmallError(TOO_SMALL)


def _written(
    options: Sequence[Arrangement], blank: Scale, room: Room, *, comfortable: float
) -> Found | None:
    """Return the best arrangement with numbers in all panels, if there is one."""
    options = [option for option in options if not option.for_tints]
    if room.tried:
        least = replace(blank, text=room.smallest, result=room.smallest)
        return next((Found(o, least, 0.0) for o in options if _fits(o, least, room)), None)
    counts, sizes = dict.fromkeys(option.drawn for option in options), _Sizes(blank, room)
    found = [_largest_text([o for o in options if o.drawn == n], sizes, room) for n in counts]
    numbers = [f for f in found if f]
    if not numbers:
        return None
    enough = min(max(comfortable, room.smallest), ALIKE * max(f.scale.text for f in numbers))
    best = next(f for f in numbers if f.scale.text >= enough)
    return _grown(best, room)


class _Sizes:
    """Ever larger text: scales at which arrangements are compared, so each is measured once."""

    def __init__(self, blank: Scale, room: Room) -> None:
        count = ceil(log(LARGER / room.smallest, RATIO)) if room.smallest < LARGER else 0
        self.texts = [room.smallest * RATIO**n for n in range(count + 1)]
        self.scale = cache(lambda n: replace(blank, text=self.texts[n], result=self.texts[n]))

    def fitting(self, option: Arrangement, room: Room, low: float, high: float) -> Scale | None:
        """Return the largest at which an arrangement has room, of text from `low` to `high`."""
        first, end = bisect_left(self.texts, low), bisect_right(self.texts, high)
        return _last_fitting(option, room, self.scale, first, end) if first < end else None


def _largest_text(options: Sequence[Arrangement], sizes: _Sizes, room: Room) -> Found | None:
    """Return the arrangement with the largest text, each weighed by its worth."""
    best: Found | None = None
    for option in options:
        low, high = room.smallest, _largest(option)
        if best:  # what cannot be better is not searched
            low = max(low, 1.01 * best.merit / option.worth)
            if low > min(high, option.enough * room.smallest):
                continue
        scale = sizes.fitting(option, room, low, high)
        merit = _merit(option, scale, room) if scale else 0.0
        if scale and (best is None or merit > best.merit):
            best = Found(option, scale, merit)
    return best


def _merit(option: Arrangement, scale: Scale, room: Room) -> float:
    """Return what text of that size is worth: a little more if it fills the canvas."""
    text = min(scale.text, option.enough * room.smallest)
    return option.worth * text * _filled(option, scale, room)


def _filled(option: Arrangement, scale: Scale, room: Room) -> float:
    """Return what it is worth that a picture fills so much of the canvas."""
    wide, high = option.node.size(scale)
    worth: float = (wide * high / (room.body.w * room.body.h)) ** FILLED
    return worth


def _largest(option: Arrangement) -> float:
    return LARGEST if len({p.key for p in option.node.panels()}) > FEW else LARGER


def _grown(found: Found, room: Room) -> Found:
    """Return the arrangement with all text, then its results', then its operands' grown."""
    option, scale, largest = found.option, found.scale, _largest(found.option)
    scale = _fitting(option, room, lambda t: replace(scale, text=t, result=t),
                     scale.text, largest, FINE) or scale  # fmt: skip
    least, most = scale, min(largest, LEADING * scale.text)
    scale = _fitting(option, room, lambda t: replace(least, result=t),
                     least.result, most, FINE) or least  # fmt: skip
    grown, most = scale, min(largest, MORE * scale.result)
    scale = _fitting(option, room, lambda t: replace(grown, text=t),
                     grown.text, most, FINE) or grown  # fmt: skip
    return found._replace(scale=scale if _leads(option, scale) else grown)


def _numbered(found: Found, room: Room) -> Found:
    """Return the arrangement with the rows and columns numbered of all panels that have room.

    Digits come before numbers.  Where not all panels have room, those with the most cells are the
    first: they are the hardest to count.
    """
    panels = {panel.key: panel for panel in found.option.node.panels() if panel.numbered}
    most = sorted(panels, key=lambda key: -panels[key].cells)
    best = _counted(found, frozenset(most), room) if most else found
    if best:
        return best
    best = found
    for key in most:
        best = _counted(found, best.scale.numbers | {key}, room) or best
    return best


def _counted(found: Found, numbers: frozenset[str], room: Room) -> Found | None:
    """Return the arrangement with these panels numbered, if its text stays about as large."""
    scale = found.scale
    ample = 1.0 if scale.heat else AMPLE * room.reading / scale.text
    small = max(COMFORTABLE, room.smallest) / scale.text
    least = min(1.0, max(small, min(NUMBERED, ample)))

    def shrunk(share: float) -> Scale:
        text = max(share, least)
        side = max(CLOSE, text**CLOSER)
        return replace(scale, text=text * scale.text, result=text * scale.result,
                       numbers=numbers, narrow=side, low=side)  # fmt: skip

    return _giving_way(found, room, shrunk, least)


def _giving_way(found: Found, room: Room, change: Change, least: float = 1.0) -> Found | None:
    """Return the arrangement with its scale changed by the largest share that fits, if one does.

    The share is at least `least`; the edge of tints shrinks with it, and may give way by a pixel.
    Where it does, results still have to be the largest.
    """
    option, scale = found.option, found.scale
    lowest = min(least, max(GIVING, 1 - scale.pixel / scale.edge)) if scale.heat else least
    fitting = _fitting(option, room, lambda s: replace(change(s), edge=s * scale.edge),
                       lowest, 1.0, COARSE)  # fmt: skip
    if fitting and (fitting.edge == scale.edge or _leads(option, fitting)):
        return found._replace(scale=fitting)
    return None


def _placed(found: Found, room: Room) -> Layout:
    """Return where all stands, above a line for which cells give way, but digits do not."""
    option, above, body = found.option, room.above_foot, room.body
    close = replace(found.scale, low=min(LOW, found.scale.low))
    if room.foot and (low := _giving_way(found, above, lambda _: close)):
        foot = Rect(body.x, above.body.bottom, body.w, room.foot)
        return replace(layout(option, _aired(low, above), above.body), body=body, foot=foot)
    return layout(option, _aired(found, room), body)


def _aired(found: Found, room: Room) -> Scale:
    """Return the scale with as much air in cells as has room, if there are numbers in all."""
    option, close = found.option, found.scale
    wide = _fitting(option, room, lambda n: replace(close, narrow=n),
                    close.narrow, 1.0, COARSE) or close  # fmt: skip
    scale = _fitting(option, room, lambda n: replace(wide, low=n),
                     wide.low, 1.0, COARSE) or wide  # fmt: skip
    if scale.heat:
        return scale
    return _fitting(option, room, lambda a: replace(scale, air=a), 0.0, 1.0, FINE) or scale


def _fitting(
    option: Arrangement, room: Room, scale: Change, low: float, high: float, fine: int
) -> Scale | None:
    """Return the scale with a measure from `low` to `high` as large as fits, None if none does."""
    step = (high - low) / fine
    return _last_fitting(option, room, lambda n: scale(low + n * step), 0, fine + 1)


def _last_fitting(
    option: Arrangement, room: Room, scale: Callable[[int], Scale], first: int, end: int
) -> Scale | None:
    """Return the last of ever larger scales, from the first, that fits, None if none does."""

    def misfits(number: int) -> bool:
        return not _fits(option, scale(number), room)

    if misfits(first):
        return None
    return scale(bisect_left(range(end), True, lo=first + 1, key=misfits) - 1)


def _fits(option: Arrangement, scale: Scale, room: Room) -> bool:
    """Return whether all of an arrangement has room."""
    return option.node.fits(scale, room.body.w, room.body.h)


def _leads(option: Arrangement, scale: Scale) -> bool:
    """Return whether results are the largest, but for panels that have more cells."""
    panels = [*option.node.panels()]
    for result in (p for p in panels if p.result):
        for other in panels:
            smaller = not other.result and result.cells / SLIGHT < other.cells < result.cells
            if smaller and scale.area(other) > scale.area(result):
                return False
    tinted = [panel for panel in panels if panel.exceeds and panel.key in scale.heat]
    areas = {panel.key: scale.area(panel) for panel in panels if tinted}
    return all(areas[panel.exceeds] <= areas[panel.key] for panel in tinted)


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
        scale = _fitting(self.option, room, partial(_edged, self.base), low, high, FINE)
        if scale is None:
            self.without.update([(text, low), *self._crowded(least, room)])
            return None
        if not _leads(self.option, scale):
            return None
        side = min(1.0, scale.edge * self.long / GOOD_SIDE)
        return Found(self.option, scale, self.top * side * _filled(self.option, scale, room))

    def _crowded(self, edge: float, room: Room) -> Iterator[tuple[float, None]]:
        """Yield all texts if it has no room in the smallest one with cells of that edge."""
        if not self.option.node.is_steady:
            return
        text = room.smallest
        small = replace(self.base, text=text, result=text, edge=edge, notes=False, names=False)
        if not _fits(self.option, small, room):
            yield from ((max(size, text), None) for size in HEAT_TEXT)


def _tintings(options: Sequence[Arrangement], blank: Scale, room: Room) -> Iterator[_Tinting]:
    """Yield the ways to show tints in ever more panels, in the largest text first.

    Left out are arrangements that have no room even for what surrounds their cells.
    """
    bare = replace(blank, text=0.0, result=0.0, notes=False, names=False)
    options = [o for o in options if not o.node.is_steady or _fits(o, bare, room)]
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


def _tinted_at_all(options: Sequence[Arrangement], blank: Scale, room: Room) -> Found | None:
    """Return the best arrangement with tints; a lens shows their digits, and refuses none."""
    found = _tinted(options, blank, room)
    if found or not any(panel.lens for option in options for panel in option.node.panels()):
        return found
    return _tinted(options, replace(blank, lenses=False), room)


def _with_results(found: Found, room: Room) -> Found:
    """Return the arrangement with the text of its results grown."""
    option, scale = found.option, found.scale
    most = max(scale.result, GOOD_TEXT * LEADING)
    grown = _fitting(option, room, lambda t: replace(scale, result=t),
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
