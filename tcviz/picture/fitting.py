"""Whether an arrangement fits a room at a scale, and the largest scale at which it does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from math import inf
from typing import NamedTuple, TypeAlias

from tcviz.picture.arrangement import Arrangement
from tcviz.picture.footprint import area
from tcviz.picture.scale import Scale
from tcviz.scene.marks import Rect

SLIGHT = 16
"""What has so many times fewer cells than a result may be larger."""
FILLED = 0.2
"""The power with which the filled share of the canvas counts."""
AIMS = 3
"""So many times is looked at where all would fill the room, before the rest is halved."""
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


def fitting(
    option: Arrangement, room: Room, scale: Change, low: float, high: float, fine: int
) -> Scale | None:
    """Return the scale with a measure from `low` to `high` as large as fits, None if none does.

    Most end at the lowest or the highest.  Between, all is taken to grow about evenly, and looked
    at where it would then fill the room: few scales are measured.  What grows otherwise is halved.
    """
    first, last = scale(low), scale(high)
    if not fits(option, first, room):
        return None
    if low == high or fits(option, last, room):
        return last
    step, under, over = (high - low) / fine, *(_fullness(option, s, room) for s in (first, last))
    least, most, aims = 0, fine, AIMS
    while most - least > 1:
        share = (1 - under) / (over - under) if under < over < inf and aims else 0.5
        aims = max(0, aims - 1)
        number = min(max(least + int(share * (most - least)), least + 1), most - 1)
        tried = scale(low + number * step)
        found = _fullness(option, tried, room)
        if found > 1:
            most, over = number, found
        else:  # what grows ever faster ends farther than this leads: aim higher then
            first, least, under, over = tried, number, found, 1 + (over - 1) / 2
    return first


def _fullness(option: Arrangement, scale: Scale, room: Room) -> float:
    """Return how much of the width or the height of a room an arrangement needs, of the fuller."""
    wide, high = option.node.size(scale)
    return max(wide / room.body.w, high / room.body.h)


def last_fitting(
    option: Arrangement, room: Room, scale: Callable[[int], Scale], first: int, end: int
) -> Scale | None:
    """Return the last of ever larger scales, from the first, that fits, None if none does."""

    def misfits(number: int) -> bool:
        return not fits(option, scale(number), room)

    if misfits(first):
        return None
    numbers = range(first, end)
    return scale(numbers[bisect_left(numbers, True, lo=1, key=misfits) - 1])


def fits(option: Arrangement, scale: Scale, room: Room) -> bool:
    """Return whether all of an arrangement has room."""
    return option.node.fits(scale, room.body.w, room.body.h)


def filled(option: Arrangement, scale: Scale, room: Room) -> float:
    """Return what it is worth that a picture fills so much of the canvas."""
    wide, high = option.node.size(scale)
    worth: float = (wide * high / (room.body.w * room.body.h)) ** FILLED
    return worth


def leads(option: Arrangement, scale: Scale) -> bool:
    """Return whether results are the largest, but for panels that have more cells."""
    panels = [*option.node.panels()]
    for result in (p for p in panels if p.result):
        for other in panels:
            smaller = not other.result and result.cells / SLIGHT < other.cells < result.cells
            if smaller and area(other, scale) > area(result, scale):
                return False
    tinted = [panel for panel in panels if panel.exceeds and panel.key in scale.heat]
    areas = {panel.key: area(panel, scale) for panel in panels if tinted}
    return all(areas[panel.exceeds] <= areas[panel.key] for panel in tinted)
