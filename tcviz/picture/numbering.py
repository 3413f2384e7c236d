"""Numbers of rows and columns beside panels: what gives way to them, and how far."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from tcviz.picture.fitting import COARSE, Change, Found, Room, fitting, leads
from tcviz.picture.scale import Scale
from tcviz.picture.strips import Strip

NUMBERED, AMPLE = 0.975, 18.0
"""Numbers of rows and columns may leave so much of the size of comfortable text, or that size."""
SPOKEN = 0.75
"""So much of it, or of the edge of tints, they may leave in the end: sentences speak of what is
numbered, and nothing else tells which row is meant."""
CLOSE, CLOSEST, CLOSER = 0.93, 0.9, 3
"""The least share of the sides of cells that is left then, and in the end, and the power of the
share of text which it is: cells give way before digits."""
LOW = 0.86
"""The least share of the height of cells that is left for what is told elsewhere, too."""
GIVING = 0.89
"""The least share of the edge of tints that is left, where little is asked for."""


def numbered(found: Found, room: Room) -> Found:
    """Return the arrangement with the rows and columns numbered of all panels that have room.

    Where not all have room without digits notably smaller, those with the most cells are the first
    for which little gives way: they are the hardest to count.  Then more does, for the others.
    Strips have theirs anyway.
    """
    panels = {panel.key: panel for panel in found.option.node.panels() if panel.numbered}
    most = sorted(panels, key=lambda key: -panels[key].cells)
    best = _counted(found, frozenset(most), room, NUMBERED) if most else found
    if best is None:
        best = found
        for left in (NUMBERED, SPOKEN):
            for key in (key for key in most if key not in best.scale.numbers):
                best = _counted(found, best.scale.numbers | {key}, room, left) or best
    return best


def repeated(found: Found, room: Room) -> Found:
    """Return the arrangement with numbers at each channel of strips, where it costs no digits."""
    option, scale = found.option, replace(found.scale, repeated=True)
    if option.drawn == 1 or not any(isinstance(panel, Strip) for panel in option.node.panels()):
        return found
    low = fitting(option, room, lambda n: replace(scale, low=n),
                  min(LOW, scale.low), scale.low, COARSE)  # fmt: skip
    return found._replace(scale=low or found.scale)


def _counted(found: Found, numbers: frozenset[str], room: Room, left: float) -> Found | None:
    """Return the arrangement with these panels numbered, if so much of its text is left.

    Where that is less than usual, cells of digits that can give nothing give way themselves.
    """
    scale, usual = found.scale, left >= NUMBERED
    ample = 1.0 if scale.heat else AMPLE * room.reading / scale.text
    smallest = min(scale.text, scale.result)  # operands may have grown beyond results
    least = min(1.0, max(room.smallest / smallest, min(left, ample)))

    def shrunk(share: float) -> Scale:
        text = max(share, least)
        side = max(CLOSE if usual else CLOSEST, (text if usual else share) ** CLOSER)
        return replace(scale, text=text * scale.text, result=text * scale.result,
                       numbers=numbers, narrow=side, low=side)  # fmt: skip

    return giving_way(found, room, shrunk, min(least, giving(scale)) if usual else spoken(scale))


def giving(scale: Scale) -> float:
    """Return the share of the edge of tints that is left, if there are any: less by a pixel."""
    if not scale.heat:
        return 1.0
    share = scale.pixel / scale.edge
    return max(GIVING, 1 - share, share) if share <= 1 else GIVING


def spoken(scale: Scale) -> float:
    """Return the share that is left in the end: of tints as they are drawn, in whole pixels.

    Cells of three pixels or more give one at least.  Those of less than a pixel would drop out of
    a pattern here and there: none get as small that are not.
    """
    if not scale.heat or scale.edge < scale.pixel:
        return SPOKEN
    whole = round(scale.snapped(scale.edge) / scale.pixel)
    return min(ceil(SPOKEN * whole), max(2, whole - 1)) * scale.pixel / scale.edge


def giving_way(found: Found, room: Room, change: Change, lowest: float) -> Found | None:
    """Return the arrangement with its scale changed by the largest share that fits, if one does.

    The share is at least `lowest`; the edge of tints shrinks with it.  Where it does, results still
    have to be the largest.
    """
    option, scale = found.option, found.scale
    given = fitting(option, room, lambda s: replace(change(s), edge=s * scale.edge),
                    lowest, 1.0, COARSE)  # fmt: skip
    if given and (given.edge == scale.edge or leads(option, given)):
        return found._replace(scale=given)
    return None
