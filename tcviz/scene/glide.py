"""Glides: what is seen on the way from one step to the next.

Frames, arrows and whatever else stands elsewhere travel; the light in a frame travels with
it, and the digits that it passes stay above both.  Numbers that change cross over: the old one
fades, and then the new one appears.  Words change at once: the way belongs to the step that it
leads to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from tcviz.scene.crossing import HALF, Crossing, Now
from tcviz.scene.light import DARK, Lighting, beam, courses, lighting, looks
from tcviz.scene.marks import Box, Cell, Connector, Heatmap, Label, Mark, Scene
from tcviz.scene.moves import alike, hull, meet, moved, shifted
from tcviz.scene.travelling import Travelling, digits, instant

Motion: TypeAlias = Callable[[Now], Iterable[Mark]]
"""What is seen of a mark, at a time."""
S = TypeVar("S", Box, Heatmap)


class Glide:
    """The way from a step's scene to the next one's; of both the settled scenes are needed."""

    def __init__(self, old: Scene, settled: Scene, new: Scene, following: Scene) -> None:
        self._scene, self._old, self._new = new, _marks(old), _marks(new)
        self._still = _still(self._old, self._new)
        self._sides = (
            self._side(self._old, _marks(settled)),
            self._side(self._new, _marks(following)),
        )
        self._courses = courses(*self._sides)
        lights = {key: beam(key, course, *self._sides) for key, course in self._courses.items()}
        self._beams = {key: light for key, light in lights.items() if light}
        self._looks = looks(self._beams.values())
        self._crossings: dict[str, Crossing] = {}
        self._travelling = self._set_out()
        tracks = {key: self._track(key) for key in self._old | self._new}
        orders = _order(self._old, self._new), _order(self._new, self._old)
        # What changes at the half may lie above other marks from then on.
        self._tracks = [tuple(self._ordered(order, tracks)) for order in orders]

    def at(self, time: float) -> Scene:
        """Return what is seen at a time between 0 and 1."""
        now, marks = instant(time, self._travelling.values()), list[Mark]()
        for track in self._tracks[time >= HALF]:
            if callable(track):
                marks += track(now)
            else:
                marks.append(track)
        return replace(self._scene, marks=tuple(marks))

    def _side(self, shown: Mapping[str, Mark], settled: Mapping[str, Mark]) -> Lighting:
        """Return one of the two scenes, as far as frames may pass over it."""
        boxes = {k: m for k, m in shown.items() if isinstance(m, Box) and m.moves}
        cells, calm = (
            {k: m for k, m in marks.items() if k in self._still and isinstance(m, Cell)}
            for marks in (shown, settled)
        )
        return lighting(boxes, cells, cells | calm)

    def _set_out(self) -> dict[str, Travelling]:
        """Return the frames on their way, with the cells that they light or pass."""
        written = [(key, digits(self._crossing(key))) for key in sorted(self._still)]
        found = {}
        for key, course in self._courses.items():
            light, swept = self._beams.get(key), hull(course.start, course.end)
            passed = [(box, self._crossing(k)) for k, box in written if meet(box, swept)]
            ways, fill = (light.ways, light.fill) if light else ((), None)
            cells = [self._crossing(k) for k in light.cells] if light else []
            found[key] = Travelling(key, course, ways, fill, cells, passed)
        return found

    def _crossing(self, key: str) -> Crossing:
        if key not in self._crossings:
            reached = [self._reached(key, side) for side in self._sides]
            old, new = (
                (side.calm if there else side.shown)[key]
                for side, there in zip(self._sides, reached, strict=True)
            )
            awaited = reached[1] and not old.text
            lit = self._looks.get(key, DARK)
            self._crossings[key] = Crossing(old, new, lit, awaited)
        return self._crossings[key]

    def _reached(self, key: str, side: Lighting) -> bool:
        """Return whether a cell is in the light of a frame that travels."""
        return any(key in side.lit.get(frame, ()) for frame in self._beams)

    def _ordered(
        self, order: list[str], tracks: Mapping[str, Mark | Motion | None]
    ) -> Iterator[Mark | Motion]:
        """Yield all tracks in painting order: light lies just above the cells that it meets."""
        places = {key: i for i, key in enumerate(order)}
        below, above = defaultdict(list), defaultdict(list)
        for key, light in self._beams.items():
            met = sorted(light.cells, key=places.__getitem__)
            below[met[0]].append(self._travelling[key].grounds)
            above[met[-1]].append(self._travelling[key].glows)
        for key in order:
            yield from below[key]
            track = tracks[key]
            if track is not None:
                yield track
            yield from above[key]

    def _track(self, key: str) -> Mark | Motion | None:
        old, new = self._old.get(key), self._new.get(key)
        if key in self._travelling:
            return self._travelling[key].frames
        if isinstance(old or new, Label):
            return _worded(old, new)
        if old is None or new is None:
            return partial(_half, old, new)
        if key in self._still:
            crossing = self._crossing(key)
            return crossing.seen if key in self._looks or crossing.changes else new
        return new if old == new else _moving(old, new)


def _marks(scene: Scene) -> dict[str, Mark]:
    return {mark.key: mark for mark in scene.marks}


def _still(old: Mapping[str, Mark], new: Mapping[str, Mark]) -> frozenset[str]:
    """Return the keys of the cells that are in both scenes, in one place."""
    cells = ((key, m, new.get(key)) for key, m in old.items() if isinstance(m, Cell))
    return frozenset(k for k, a, b in cells if isinstance(b, Cell) and a.rect == b.rect)


def _order(one: Mapping[str, Mark], other: Mapping[str, Mark]) -> list[str]:
    """Return the keys of one scene, each followed by what follows it in the other one only."""
    followers: dict[str | None, list[str]] = defaultdict(list)
    last: str | None = None
    for key in other:
        if key in one:
            last = key
        else:
            followers[last].append(key)
    return [*followers[None], *(k for key in one for k in (key, *followers[key]))]


def _worded(old: Mark | None, new: Mark | None) -> Mark | Motion | None:
    """Return the track of words: the new ones at once, on their way from where the old stood."""
    if not (isinstance(old, Label) and isinstance(new, Label)) or old.at == new.at:
        return new
    start, end = old.at, new.at
    return lambda now: [replace(new, at=shifted(start, end, now.share))]


def _half(old: Mark | None, new: Mark | None, now: Now) -> list[Mark]:
    mark = new if now.time >= HALF else old
    return [] if mark is None else [mark]


def _moving(old: Mark, new: Mark) -> Motion:
    """Return the track of a mark that stands or looks otherwise afterwards."""
    if isinstance(old, Connector) and isinstance(new, Connector):
        return _led(old, new)
    if isinstance(old, Cell) and isinstance(new, Cell):
        crossing, start, end = Crossing(old, new), old.rect, new.rect
        return lambda now: [replace(crossing.cell(now), rect=moved(start, end, now.share))]
    if isinstance(old, Box) and isinstance(new, Box):
        return _carried(old, new)
    if isinstance(old, Heatmap) and isinstance(new, Heatmap):
        return _carried(old, new)
    return partial(_half, old, new)


def _carried(old: S, new: S) -> Motion:
    """Return the track of a mark that has a place, and changes at the half of the way."""
    start, end = old.rect, new.rect
    if start == end:
        return partial(_half, old, new)
    return lambda now: [
        replace(new if now.time >= HALF else old, rect=moved(start, end, now.share))
    ]


def _led(old: Connector, new: Connector) -> Motion:
    routes = alike(old.points, new.points)
    if routes is None or old.ink != new.ink:  # what does not glow stays in one place
        return partial(_half, old, new)
    pairs = list(zip(*routes, strict=True))
    return lambda now: [
        replace(
            new if now.time >= HALF else old,
            points=tuple(shifted(a, b, now.share) for a, b in pairs),
        )
    ]
