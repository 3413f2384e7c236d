"""The one solver: of several arrangements, the one with the largest text on this canvas.

Numbers come before tints, and all channels that are wanted before larger text than is
comfortable.  Where not even the smallest legible text has room, the panels with the most
cells show tints, in cells of one size, so that what has more cells is larger.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from math import ceil, log

from tcviz.errors import TooSmallError
from tcviz.picture.arrangement import Arrangement, layout
from tcviz.picture.fitting import (
    COARSE,
    FINE,
    Found,
    Room,
    filled,
    fits,
    fitting,
    last_fitting,
    leads,
)
from tcviz.picture.layout import Layout
from tcviz.picture.numbering import LOW, SPOKEN, giving, giving_way, numbered, repeated, spoken
from tcviz.picture.scale import Lenses, Scale
from tcviz.picture.tinting import LEADING, SIDES, tinted, tinted_again
from tcviz.scene.marks import Rect

TOO_SMALL = "too small for these panels"
LARGEST, COMFORTABLE = 40.0, 10.5
FEW, LARGER = 5, 90.0
"""A picture of so few panels may have larger text: nothing else fills it."""
MORE = 1.2
"""So many times as large as the text of results may that of operands be."""
ALIKE = 0.92
"""A channel more is worth text that is this much smaller."""
RATIO = 1.01
"""Of the text sizes with which arrangements are compared, each is so many times the one before."""


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
    found = _found(options, room, tints, comfortable)
    if room.tried:
        return layout(found.option, found.scale, room.body)
    best = numbered(found, room)
    wanted = frozenset(p.key for o in options for p in o.node.panels() if p.numbered)
    if _lacks(best, wanted):
        best = (
            _anew(options, room, comfortable, found, wanted) or _bare(found, room, wanted) or best
        )
    return _placed(best, room)


def _lacks(found: Found, numbers: frozenset[str]) -> bool:
    """Return whether any panel of an arrangement lacks numbers that it should have."""
    keys = {panel.key for panel in found.option.node.panels()}
    return bool(keys & numbers - found.scale.numbers)


def _bare(found: Found, room: Room, numbers: frozenset[str]) -> Found | None:
    """Return the arrangement with all these numbers and fewer lenses of one cell.

    What such a lens shows a sentence says, too; where its cell is nothing else does.
    """
    lenses = [panel.lens for panel in found.option.node.panels() if panel.lens]
    if not found.scale.heat or not lenses or any(lens.cells > 1 for lens in lenses):
        return None
    few: tuple[Lenses, ...] = ("shared", "none")
    ways = (numbered(found._replace(scale=replace(found.scale, lenses=n)), room) for n in few)
    return next((way for way in ways if not _lacks(way, numbers)), None)


def _anew(
    options: Sequence[Arrangement],
    room: Room,
    comfortable: float,
    found: Found,
    numbers: frozenset[str],
) -> Found | None:
    """Return the best arrangement of those with all these numbers, if it costs little else."""
    was = found.scale
    blank = Scale(was.pixel, was.reading, notes=was.notes, scales=was.scales, lenses=was.lenses,
                  numbers=numbers, hang=was.hang)  # fmt: skip
    if was.heat:
        other = tinted_again(options, blank, room, found)
    else:
        other = _written(options, room, blank=blank, comfortable=comfortable)
    if other is None or other.option.drawn < found.option.drawn:
        return None
    if _digits(found) - _digits(other):  # a lens may be a panel of its own
        return None
    large = other.scale.text >= SPOKEN * was.text and other.scale.edge >= spoken(was) * was.edge
    return other if large else None


def _digits(found: Found) -> set[str]:
    """Return the panels that never show tints."""
    return {panel.key for panel in found.option.node.panels() if panel.digits}


def _found(
    options: Sequence[Arrangement],
    room: Room,
    tints: bool,
    comfortable: float,
) -> Found:
    """Return the best arrangement, in numbers if there is one."""
    noted, scaled, bare = (  # the smallest canvases have no room for notes, nor for scales
        Scale(room.pixel, room.reading, notes=notes, scales=scales, hang=room.hang)
        for notes, scales in ((True, True), (False, True), (False, False))
    )
    written = partial(_written, comfortable=comfortable)
    lies = any(panel.tinted for option in options for panel in option.node.panels())
    ways = [partial(written, blank=blank) for blank in (noted, *[scaled] * lies, bare)]
    for side, blanks in _tints(options, room, noted, scaled, bare) if tints else ():
        ways.append(partial(tinted, blanks=blanks, side=side))
    found = next(filter(None, (way(options, room=room) for way in ways)), None)
    if found is None:
        raise TooSmallError(TOO_SMALL)
    return found


def _tints(
    options: Sequence[Arrangement], room: Room, noted: Scale, scaled: Scale, bare: Scale
) -> Iterator[tuple[float, Sequence[Scale]]]:
    """Yield how large tints are at least, with the scales to try then, one after the other.

    Where the longest have as many cells as that is pixels, less would be no other.
    """
    *sides, last = SIDES
    longest = max(p.longest for option in options for p in option.node.panels())
    kept = [] if room.tried else sides[:1] if longest >= sides[0] else sides
    for blanks in [(noted, scaled), (bare,)]:
        yield from ((side, blanks) for side in kept)
    yield last, (noted, scaled, bare)


def _written(
    options: Sequence[Arrangement], room: Room, *, blank: Scale, comfortable: float
) -> Found | None:
    """Return the best arrangement with numbers in all panels, if there is one."""
    options = [option for option in options if not option.for_tints]
    if room.tried:
        least = replace(blank, text=room.smallest, result=room.smallest)
        return next((Found(o, least, 0.0) for o in options if fits(o, least, room)), None)
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
        return last_fitting(option, room, self.scale, first, end) if first < end else None


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
    return option.worth * text * filled(option, scale, room)


def _largest(option: Arrangement) -> float:
    return LARGEST if len({p.key for p in option.node.panels()}) > FEW else LARGER


def _grown(found: Found, room: Room) -> Found:
    """Return the arrangement with all text, then its results', then its operands' grown."""
    option, scale, largest = found.option, found.scale, _largest(found.option)
    scale = fitting(option, room, lambda t: replace(scale, text=t, result=t),
                    scale.text, largest, FINE) or scale  # fmt: skip
    least, most = scale, min(largest, LEADING * scale.text)
    scale = fitting(option, room, lambda t: replace(least, result=t),
                    least.result, most, FINE) or least  # fmt: skip
    grown, most = scale, min(largest, MORE * scale.result)
    scale = fitting(option, room, lambda t: replace(grown, text=t),
                    grown.text, most, FINE) or grown  # fmt: skip
    return found._replace(scale=scale if leads(option, scale) else grown)


def _placed(found: Found, room: Room) -> Layout:
    """Return where all stands, above a line for which cells give way, but digits do not."""
    option, above, body = found.option, room.above_foot, room.body
    close = replace(found.scale, low=min(LOW, found.scale.low))
    if room.foot and (low := giving_way(found, above, lambda _: close, giving(found.scale))):
        foot = Rect(body.x, above.body.bottom, body.w, room.foot)
        scale = _filled(repeated(low, above), above)
        return replace(layout(option, scale, above.body), body=body, foot=foot)
    return layout(option, _filled(repeated(found, room), room), body)


def _filled(found: Found, room: Room) -> Scale:
    """Return the scale with air in cells, and then with numbers of what is renumbered, if it is.

    These have room, or else there are none: nothing gives way to them.
    """
    option, scale = found.option, _aired(found, room)
    for panel in option.node.panels():
        if panel.renumbered:
            more = replace(scale, numbers=scale.numbers | {panel.key})
            scale = more if fits(option, more, room) else scale
    return scale


def _aired(found: Found, room: Room) -> Scale:
    """Return the scale with as much air in cells as has room, if there are numbers in all.

    Where there are tints, results still have to be the largest.
    """
    option, close = found.option, found.scale
    wide = fitting(option, room, lambda n: replace(close, narrow=n),
                   close.narrow, 1.0, COARSE) or close  # fmt: skip
    scale = fitting(option, room, lambda n: replace(wide, low=n),
                    wide.low, 1.0, COARSE) or wide  # fmt: skip
    if scale.heat:
        return next((aired for aired in (scale, wide) if leads(option, aired)), close)
    return fitting(option, room, lambda a: replace(scale, air=a), 0.0, 1.0, FINE) or scale
