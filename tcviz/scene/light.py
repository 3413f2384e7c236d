"""Light: where frames go from step to step, and what they light on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Box, Cell, Colour, Rect, Style, panel_of
from tcviz.scene.moves import LEAST, holds, hull, meet, moved

Keyed: TypeAlias = Mapping[str, Cell]
Looks: TypeAlias = tuple[Style | None, Style | None]
"""How a cell looks in the light, before and after."""
Ways: TypeAlias = tuple[tuple[Rect, Rect], ...]
"""Pairs of a place before and a place after."""
Relit: TypeAlias = tuple[Style, Style]
"""A cell's look out of the light and in it."""
TIGHT = 0.99
"""So much of a frame is full of cells that leave no gap."""
DARK: Looks = None, None


@frozen
class Lighting:
    """One of two scenes: its frames, its cells as shown and out of the light, and those in it.

    `lit` has them by the frame they are in, or by their panel where they are in none.
    """

    boxes: Mapping[str, Box]
    shown: Keyed
    calm: Keyed
    lit: Mapping[str, Keyed]


def lighting(boxes: Mapping[str, Box], shown: Keyed, calm: Keyed) -> Lighting:
    """Return a scene with what is lit in it: cells that look otherwise in the settled scene."""
    placed = sorted(boxes.items(), key=lambda item: item[1].rect.w * item[1].rect.h)
    lit: dict[str, dict[str, Cell]] = {}
    for key, cell in shown.items():
        if key in calm and cell.style != calm[key].style:
            centre = cell.rect.center
            home = next((k for k, box in placed if holds(box.rect, centre)), panel_of(cell))
            lit.setdefault(home or "", {})[key] = cell
    return Lighting(boxes, shown, calm, lit)


@frozen
class Course:
    """A frame, or light without one, and the places it leaves and goes to."""

    box: Box | None
    start: Rect
    end: Rect

    def at(self, share: float) -> Rect:
        """Return where it is on the way."""
        return moved(self.start, self.end, share)


def courses(old: Lighting, new: Lighting) -> dict[str, Course]:
    """Return what stands elsewhere afterwards; where it is in one scene only it is a point."""
    found = {}
    for key in dict.fromkeys((*old.boxes, *new.boxes, *old.lit, *new.lit)):
        box = old.boxes.get(key) or new.boxes.get(key)
        start, end = _place(key, old), _place(key, new)
        if start != end and (some := start or end):
            point = Rect(*some.center, 0.0, 0.0)
            found[key] = Course(box, start or point, end or point)
    return found


def _place(key: str, side: Lighting) -> Rect | None:
    if key in side.boxes:
        return side.boxes[key].rect
    rects = [cell.rect for cell in side.lit.get(key, {}).values()]
    return reduce(hull, rects) if rects else None


@frozen
class Beam:
    """The light of one frame: the ways of its parts, and the looks of the cells it may meet.

    Of cells that are passed on the way the looks are `guessed`.  Light that leaves no gap where
    the frame stands has a `fill`, which is seen between panels.
    """

    ways: Ways
    looks: Mapping[str, Looks]
    guessed: Mapping[str, Looks]
    fill: Colour | None

    @property
    def cells(self) -> Iterable[str]:
        """The keys of the cells that it may light."""
        return {**self.looks, **self.guessed}


def beam(key: str, course: Course, old: Lighting, new: Lighting) -> Beam | None:
    """Return the light that a frame carries, if it has any.

    A frame that is full of light lights all that it passes.  Where cells in it take no part,
    as between dilated taps, the light keeps its pattern, or else stays with its cells until
    it goes over to others.  Without a frame only a full rectangle of light travels.
    """
    lit = old.lit.get(key, {}), new.lit.get(key, {})
    ends = list(zip(lit, (course.start, course.end), strict=True))
    panels = {panel_of(cell) for cells in lit for cell in cells.values()}
    if not panels:
        return None
    met = {k: cell for k, cell in old.calm.items() if panel_of(cell) in panels}
    full = all(cells.keys() == _inside(rect, met) for cells, rect in ends)
    if not full and course.box is None:
        return None
    ways = ((course.start, course.end),) if full else _pattern(course, *lit)
    looks = {k: (_style(k, lit[0]), _style(k, lit[1])) for k in met if any(k in c for c in lit)}
    changes = _changes(old, lit[0]) + _changes(new, lit[1])
    guess, swept = _looks(changes), hull(course.start, course.end)
    guessed = {
        k: (guess(cell.style), guess(new.calm[k].style))
        for k, cell in met.items()
        if ways and meet(cell.rect, swept)
    }
    fill = _fill(changes) if full and all(_tight(cells, rect) for cells, rect in ends) else None
    return Beam(ways or ((course.start, course.end),), looks, guessed, fill)


def _style(key: str, cells: Keyed) -> Style | None:
    return cells[key].style if key in cells else None


def _changes(side: Lighting, lit: Keyed) -> list[Relit]:
    return [(side.calm[key].style, cell.style) for key, cell in lit.items()]


def _inside(rect: Rect, cells: Keyed) -> set[str]:
    return {key for key, cell in cells.items() if holds(rect, cell.rect.center)}


def _pattern(course: Course, old: Keyed, new: Keyed) -> Ways:
    """Return the ways of single cells, where they lie in the frame as they did before."""
    before, after = (
        {_offset(cell.rect, rect): cell.rect for cell in cells.values()}
        for cells, rect in ((old, course.start), (new, course.end))
    )
    return tuple((r, after[k]) for k, r in before.items()) if before.keys() == after.keys() else ()


def _offset(inner: Rect, outer: Rect) -> tuple[int, int]:
    return round(100 * (inner.x - outer.x)), round(100 * (inner.y - outer.y))


def _tight(cells: Keyed, frame: Rect) -> bool:
    """Return whether cells cover a frame."""
    return sum(c.rect.w * c.rect.h for c in cells.values()) > frame.w * frame.h * TIGHT - LEAST


def _fill(changes: Sequence[Relit]) -> Colour | None:
    """Return the fill that light gives most cells, if it gives them one."""
    fills = Counter(lit.fill for calm, lit in changes if lit.fill != calm.fill)
    return max(fills, key=fills.__getitem__, default=None)


def _looks(changes: Sequence[Relit]) -> Callable[[Style], Style]:
    """Return how a cell would look in the light, after others of its kind."""
    known = {_kind(calm): (calm, lit) for calm, lit in changes}
    bold, usual = any(lit.bold for _, lit in changes), _fill(changes)

    def look(calm: Style) -> Style:
        if _kind(calm) not in known:
            return replace(calm, fill=usual or calm.fill, bold=bold)
        before, lit = known[_kind(calm)]
        fill = lit.fill if lit.fill != before.fill else calm.fill
        return replace(calm, fill=fill, ink=lit.ink, bold=lit.bold, hatch=lit.hatch)

    return look


def _kind(style: Style) -> tuple[object, ...]:
    return style.dash, style.hatch is None, style.ink


def looks(beams: Iterable[Beam]) -> dict[str, Looks]:
    """Return how cells look in any light; what is known goes before what is guessed."""
    found: dict[str, Looks] = {}
    beams = tuple(beams)
    for some in (*(light.looks for light in beams), *(light.guessed for light in beams)):
        for key, (old, new) in some.items():
            before, after = found.get(key, DARK)
            found[key] = before or old, after or new
    return found
