"""Steps of a film in one SVG: what does not change is there once, and the rest has its times.

Each thing that is drawn has the steps in which it is seen.  Those of one look and of the same
steps are one element, whose class shows and hides it: CSS does that by itself, without a script.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from tcviz.render.drawing import Words
from tcviz.render.schedule import Schedule, Steps
from tcviz.render.svg import Batch, PlacedDrawn, SvgPainter, look_of, runs
from tcviz.render.svg_shapes import Dashed, Drawn, Framed
from tcviz.scene.marks import Box, Cell, Connector, Label, Mark, Rect, Scene

Token = tuple[Hashable, ...]
"""What a part is called: first its panel, '' for none."""
BRIEF = 4
"""What is seen in less than this part of the steps is lit: a moment in the light of a frame."""


@dataclass
class FilmPart:
    """Marks that do not overlap in any step: what is drawn of them, how high, and when."""

    layers: dict[Drawn, int] = field(default_factory=dict)
    steps: dict[Drawn, set[int]] = field(default_factory=dict)
    places: dict[Box, dict[int, Rect]] = field(default_factory=dict)
    """Where boxes that glide are in each step; of one look, and of one size if they have lines."""

    grounds: dict[Drawn, set[Drawn]] = field(default_factory=dict)
    """On what texts of cells, and all that is drawn in them, are seen."""

    def add(self, step: int, layers: Iterable[PlacedDrawn]) -> None:
        """Note what is drawn in a step, from the lowest on."""
        for layer, one, ground in layers:
            self.layers.setdefault(one, layer)
            self.steps.setdefault(one, set()).add(step)
            if ground is not None:
                self.grounds.setdefault(one, set()).add(ground)

    def glide(self, step: int, box: Box, rect: Rect) -> None:
        """Note where a box is in a step that glides."""
        size = (rect.w, rect.h) if box.line or box.radius else (0.0, 0.0)
        alike = replace(box, rect=Rect(0, 0, *size))
        self.places.setdefault(alike, {})[step] = rect

    def seen(self, *, written: bool | None = None) -> Iterator[tuple[Steps, list[Drawn]]]:
        """Yield what is seen at the same times, from the lowest on.

        What is `written` may be asked for by itself, or what is not: other things lie between.
        """
        heights = {one: self._height(one) for one in self.steps}
        known = sorted(self.steps, key=heights.__getitem__)
        shown = self._covered(known, heights, apart=written is not None)
        known = [one for one in known if written in (None, isinstance(one, Words))]
        # The cells that a frame lights in one step are one shape, though some are lit again.
        apart = [
            (one, steps)
            for one in known
            for steps in (
                [(step,) for step in shown[one]]
                if heights[one][0] and isinstance(one, Framed)
                else [shown[one]]
            )
        ]
        apart.sort(key=lambda pair: (heights[pair[0]], *_alike(*pair)))
        for steps, some in groupby(apart, key=itemgetter(1)):
            yield frozenset(steps), [one for one, _ in some]

    def _height(self, one: Drawn) -> tuple[bool, int, int]:
        """Return how high something lies: whether it is lit, its layer, and its look's place there.

        Cells in the light of a frame lie above others, in scenes too where that is seen; later
        looks lie above those that were there before.
        """
        lit = any(self._looks[look_of(ground)] for ground in self.grounds.get(one, ()))
        look = 0 if isinstance(one, Words) else [*self._looks].index(look_of(one))
        return lit, self.layers[one], look

    @cached_property
    def _looks(self) -> dict[object, bool]:
        """Whether a look never lasts, in the order in which looks are first seen."""
        seen: dict[object, list[set[int]]] = {}
        for one, steps in self.steps.items():
            seen.setdefault(look_of(one), []).append(steps)
        count = len(set().union(*self.steps.values()))
        order = sorted(seen, key=lambda look: min(map(min, seen[look])))
        return {
            look: sum(map(len, seen[look])) * BRIEF <= count * len(seen[look]) for look in order
        }

    def _covered(
        self, known: Sequence[Drawn], heights: Mapping[Drawn, tuple[bool, int, int]], *,
        apart: bool,
    ) -> dict[Drawn, tuple[int, ...]]:  # fmt: skip
        """Return when each may be drawn: also as long as something higher covers it.

        So that it need not be hidden then.  Nothing covers words that lie `apart` from all else.
        """
        covers: dict[object, set[int]] = {}
        lights: dict[object, set[int]] = {}
        shown = {}
        for one in reversed(known):
            steps = set(self.steps[one])
            places = {_place(ground) for ground in self.grounds.get(one, ())}
            if not heights[one][0] and not (apart and isinstance(one, Words)):
                steps.update(*(lights.get(place, ()) for place in places))
            elif one in self.grounds[one]:
                lights.setdefault(_place(one), set()).update(steps)
            if (form := _form(one)) is not None:
                covers.setdefault(form, set()).update(steps)
                steps = covers[form]
            shown[one] = tuple(sorted(steps))
        return shown


def _form(one: Drawn) -> object:
    """Return what is equal for drawings of which one covers another, None where none does."""
    if isinstance(one, Framed):
        return one.rect if one.look[0][1] != "none" else None
    return one.lines if isinstance(one, Dashed) else None


def _place(ground: Drawn) -> object:
    """Return where a cell's ground is: with a dashed frame it is half a line larger."""
    if not isinstance(ground, Framed):
        return None
    rect = ground.rect
    return round(rect.x + rect.w / 2, 1), round(rect.y + rect.h / 2, 1)


def _alike(one: Drawn, steps: tuple[int, ...]) -> tuple[Any, ...]:
    """Return what is equal, or near, where drawings of one height may be one element."""
    if isinstance(one, Words):
        return one.size, one.ink, steps, one.bold, one.anchor
    return (steps,)


class SvgFilm:
    """The scenes of all steps, of which none is kept."""

    def __init__(self, painter: SvgPainter, *, glides: bool) -> None:
        self._painter, self._glides = painter, glides
        self._parts: dict[Token, FilmPart] = {}
        self._order: list[Token] = []
        self.count = 0

    def add(self, scene: Scene) -> None:
        """Add the scene of the next step."""
        place, counts = 0, dict[Token, int]()
        below: Token = ("",)
        for panel, some in runs(scene.marks):
            for marks in some:
                token: Token = (panel, *_kind(marks), *below) if not panel else (panel,)
                counts[token] = counts.get(token, 0) + 1
                token = *token, counts[token]
                below = (token,) if panel or isinstance(marks[0], Box) else below
                place = self._place(token, place)
                self._add(token, marks)
        self.count += 1

    def _place(self, token: Token, place: int) -> int:
        """Return the place behind a part, which lies above the one before if it is new."""
        if token not in self._parts:
            self._parts[token] = FilmPart()
            self._order.insert(place, token)
            return place + 1
        return self._order.index(token) + 1

    def _add(self, token: Token, marks: Sequence[Mark]) -> None:
        part = self._parts[token]
        if self._glides and _moves(marks[0]):
            for box in marks:
                if isinstance(box, Box):
                    part.glide(self.count, box, self._painter.grid.rect(box.rect))
        else:
            part.add(self.count, self._painter.layers(marks))

    def batches(self, schedule: Schedule) -> Iterator[tuple[str, list[Batch]]]:
        """Yield what is drawn, by panel, as batches that know when they are seen.

        What is written in panels lies above all frames that glide: they pass below digits.
        """
        runs_of = groupby(self._order, key=lambda token: str(token[0]))
        panels = [(panel, [self._parts[token] for token in tokens]) for panel, tokens in runs_of]
        apart = any(part.places for part in self._parts.values())
        for panel, parts in panels:
            written = False if apart and panel else None
            yield panel, [b for part in parts for b in self._batches(part, schedule, written)]
        for panel, parts in panels if apart else ():
            if panel:
                yield panel, [b for part in parts for b in self._batches(part, schedule, True)]

    def _batches(self, part: FilmPart, schedule: Schedule, written: bool | None) -> Iterator[Batch]:
        for steps, drawn in part.seen(written=written):
            yield from self._painter.batches(drawn, schedule.shown(steps))
        for box, places in part.places.items():
            yield from self._gliding(box, places, schedule)

    def _gliding(self, box: Box, places: dict[int, Rect], schedule: Schedule) -> Iterator[Batch]:
        """Yield a box that glides from place to place, as long as it is there."""
        last = places[max(places)]
        where, now = [], places[min(places)]
        for step in range(self.count):
            now = places.get(step, now)
            where.append(now)
        drawn = self._painter.drawn([replace(box, rect=last)])
        moved = schedule.gliding(where)
        for batch in self._painter.batches(drawn, schedule.shown(frozenset(places))):
            yield replace(batch, moved=moved)


def _kind(marks: Sequence[Mark]) -> Token:
    """Return what tells a run of marks from others above the same box."""
    first = marks[0]
    if isinstance(first, Cell | Label):
        return ("text",)
    if _moves(first):
        return ("frame",)
    return ("line",) if isinstance(first, Connector) else (first.key,)


def _moves(mark: Mark) -> bool:
    return isinstance(mark, Box) and mark.moves
