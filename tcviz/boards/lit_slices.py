"""What is lit on a board of slices: where arrows leave and reach it, and what is in their way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias, cast

from tcviz.boards.board import Board
from tcviz.boards.panel import Cells, Slices
from tcviz.boards.shown import Meeting, Shown, hull
from tcviz.picture import links
from tcviz.picture.depth import CAPTION, TAPS, caption_height
from tcviz.picture.layout import Place, Spot
from tcviz.picture.links import CLEAR, Route
from tcviz.picture.panels import Panel
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Point, Rect

NEAR = 5.0
"""Room between connectors and slices."""
BELOW = 8.0
"""How far below a panel's slices an arrow runs to what is beside it."""
LANE = 12.0
"""How far two connectors run apart where there is room."""

Lit: TypeAlias = tuple[int, Sequence[int], Sequence[int]]
"""A slice, and rows and columns of it."""


class LitSlices(Board):
    """A board of slices that knows where those are that are lit, and the ways between them."""

    def panels(self, key: str, channel: int = 0) -> tuple[Cells, ...]:
        """Return a panel's slices."""
        return cast(Slices, self.cells[key][channel]).panels

    def _places(self) -> Iterator[Place]:
        """Yield the places of all panels."""
        return ((key, c) for key, panels in self.cells.items() for c in range(len(panels)))

    def _ways(self, start: Place, end: Place, shown: Shown) -> list[Route]:
        """Return the ways from what is lit of a panel to what is lit of another, if it is free.

        Slices lead to as many slices each to its own, and to a single one all together.
        """
        feet = self._feet(start, shown)
        if not feet:
            return []
        if self._are_summed(start[0], end[0], shown):
            feet = [(part.rect.center[0], part.rect.bottom + NEAR) for part in self.panels(*start)]
        found: Iterable[list[Route]]
        if not self.stage.on_one_line(start, end):
            found = self._down_to(feet, start, end, shown)
        else:
            found = [self._below(feet[0], end)] if len(feet) == 1 else []
        return next((ways for ways in found if ways and self._are_clear(ways)), [])

    def _are_clear(self, ways: Sequence[Route]) -> bool:
        return all(links.is_clear(way, self._blocked) for way in ways)

    def _below(self, foot: Point, end: Place) -> list[Route]:
        """Return the way below a panel's slices, up in the gutter, and into the next panel.

        There is none where what leads to the line below needs the room.
        """
        (x, y), (turn, _) = foot, self.layout.signs[end]
        around = self.cells[end[0]][end[1]].rect
        lane, middle = y - NEAR + BELOW, around.center[1]
        tip, _ = self.stage.before(end, (around.x, middle))
        if not links.is_clear(((x, lane + 3 * BELOW), (turn, lane + 3 * BELOW)), self._blocked):
            return []
        return [((x, y), (x, lane), (turn, lane), (turn, middle), (tip - CLEAR, middle))]

    def _onto(self, begin: Point, turn: float, end: Place, shown: Shown) -> list[Route]:
        """Return the way from beside a panel to the one slice of it that is lit, if it is free.

        It turns in the gutter there, leads on above the headings, and down to that slice; or below
        all slices, and up to it.
        """
        panel, line = self.layout.panel(end[0]), self.layout.lines[end]
        lit = self._active(panel, shown)
        if len(lit) != 1:
            return []
        ((d, *window),), (above,) = lit, self._tips(end, shown)
        part = self.panels(*end)[d]
        below = part.grid.span(*hull(window)).center[0], part.rect.bottom + NEAR
        bottoms = (other.bottom for other in self.layout.lines.values())
        upper = max((y for y in bottoms if y <= line.box.y), default=self.layout.body.y)
        lanes = (above, (upper + line.box.y) / 2), (below, below[1] + 2 * BELOW)
        ways = ((begin, (turn, begin[1]), (turn, lane), (x, lane), (x, y))
                for (x, y), lane in lanes if lane < self.layout.bottom)  # fmt: skip
        return next(([way] for way in ways if self._are_clear([way])), [])

    def _down_to(
        self, feet: Sequence[Point], start: Place, end: Place, shown: Shown
    ) -> Iterator[list[Route]]:
        """Yield the ways down to slices of another line, the best first, if any come in there.

        The last ends at the heading.
        """
        if end not in self.layout.doors:
            return
        ends, door = (self.layout, start, end, NEAR), self.layout.doors[end].left
        tips = self._tips(end, shown)
        if end in self.layout.lanes:
            yield self._beside_taps(feet, start, end, shown)
        elif len(tips) == 1:
            (tip,) = tips
            yield _together(feet, tip[0], lambda foot: links.down(*ends, foot, tip))
            yield _together(feet, door, lambda foot: links.over_sill(*ends, foot, tip))
        elif len(tips) == len(feet):
            lanes = links.between(self.layout, start, end, len(feet))
            yield links.routes(feet, tips, lanes) if lanes else []
        yield _together(feet, door, lambda foot: links.down(*ends, foot))

    def _beside_taps(
        self, feet: Sequence[Point], start: Place, end: Place, shown: Shown
    ) -> list[Route]:
        """Return the ways to the name of the first slice that is lit, beside connectors of taps.

        There are none where they come near one of these, nor from several slices: those do not
        stand in one.
        """
        (key, c), lit = end, self._active(self.layout.panel(end[0]), shown)
        if len(feet) > 1 or not (shown.taps and lit):
            return []
        tip, ends = self._over_name(end, lit[0][0]), (self.layout, start, end, NEAR)
        ways = _together(feet, tip[0], lambda foot: links.down(*ends, foot, tip))
        fed = self._fed_ways(self.layout.panel(key), c, shown, shown.taps)
        taken = [run for way in fed for run in links.runs(way)]
        return ways if all(links.is_clear(way, taken, CLEAR) for way in ways) else []

    def _over_name(self, place: Place, d: int) -> Point:
        """Return the point above the middle of a slice's name, clear of that."""
        panel, spot = self.layout.panel(place[0]), self.layout.spots[place]
        name, (x, y) = self._names(panel, None)[d], spot.corners[d]
        half = text.width(name, self.look.legible(CAPTION), bold=True) / 2
        return x + half, y - spot.above - caption_height(self.look.reading) - NEAR

    def _sole(self, place: Place) -> Point | None:
        """Return the point below the last slice of a panel, if that is cropped: of those kept."""
        panels, kept = self.panels(*place), self.layout.panel(place[0]).depth.kept
        if kept is None or len(panels) - 1 in kept:
            return None
        low = max(part.rect.bottom for part in panels)
        rows = [part.rect for d, part in enumerate(panels) if d in kept and part.rect.bottom == low]
        return (rows[-1].center[0], low + NEAR) if rows else None

    def _fed_ways(self, panel: Panel, c: int, shown: Shown, taps: Meeting) -> list[Route]:
        """Return the connectors of all taps to a panel's slices, none where none come in."""
        lanes = self._lanes(panel, c)
        if lanes is None:
            return []
        below, names = self.panels(panel.key, c), self._names(panel, taps)
        starts = [(p.rect.center[0], p.rect.bottom + NEAR)
                  for p in self.panels(panel.depth.feeder, c)]  # fmt: skip
        spot = self.layout.spots[panel.key, c]
        amid = self._amid(panel, c, shown)
        ends = [self._top(below[d], names[d], spot, below[d].rect.x + amid)
                for d in taps.places[0]]  # fmt: skip
        return links.routes(starts, ends, lanes)

    def _amid(self, panel: Panel, c: int, shown: Shown) -> float:
        """Return how far right in a panel's slices the middle of what is lit is, or their own."""
        first, (_, *window) = self.panels(panel.key, c)[0], shown.lit.get(panel.key, ((), ()))
        rect = first.grid.span(*hull(window)) if all(window) else first.rect
        return rect.center[0] - first.rect.x

    def _lanes(self, panel: Panel, c: int) -> tuple[float, ...] | None:
        """Return the lanes of connectors to a panel: as far apart as there is room above them."""
        lanes = self.layout.lanes.get((panel.key, c))
        if lanes is None or len(lanes) < 2:
            return lanes
        top = self.layout.lines[self._place(panel.depth.feeder, c)].bottom + 2 * BELOW
        pitch = min(LANE, (lanes[-1] - top) / (len(lanes) - 1))
        if pitch <= lanes[1] - lanes[0]:
            return lanes
        return tuple(lanes[-1] - pitch * i for i in reversed(range(len(lanes))))

    def _feet(self, place: Place, shown: Shown) -> list[Point]:
        """Return the points below the slices of a panel that are lit, below what is lit."""
        panels, panel = self.panels(*place), self.layout.panel(place[0])
        found = ((panels[d], hull(window)) for d, *window in self._active(panel, shown))
        return [(part.grid.span(*window).center[0], part.rect.bottom + NEAR)
                for part, window in found]  # fmt: skip

    def _tips(self, place: Place, shown: Shown) -> list[Point]:
        """Return the points above the slices of a panel that are lit, above what is lit."""
        (key, c), panel = place, self.layout.panel(place[0])
        panels, names = self.panels(key, c), self._names(panel, shown.taps)
        spot = self.layout.spots[place]
        return [self._top(panels[d], names[d], spot, panels[d].grid.span(*hull(window)).center[0])
                for d, *window in self._active(panel, shown)]  # fmt: skip

    @cached_property
    def _blocked(self) -> tuple[Rect, ...]:
        """What no arrow may cross: words, and slices with their names and numbers."""
        words = (*self._named(), *self._signs())
        return (*map(extent, words), *self._sliced)

    @cached_property
    def _sliced(self) -> tuple[Rect, ...]:
        """The slices, with their names and numbers."""
        size, high, found = self.look.legible(CAPTION), caption_height(self.look.reading), []
        for key, c in self._places():
            panel, spot = self.layout.panel(key), self.layout.spots[key, c]
            name = panel.depth.longest(panel.slices)
            named = self._longest(key, name, panel.depth.short(name), str(panel.slices))
            wide = text.width(named, size, bold=True) * bool(panel.depth.called)
            for part in self.panels(key, c):
                rect, above = part.rect, spot.above
                found.append(Rect(rect.x - spot.left, rect.y - above,
                                  rect.w + spot.left, rect.h + above))  # fmt: skip
                found += [Rect(rect.x, rect.y - above - high, wide, high - NEAR)] * (wide > 0)
        return (*found,)

    def _beside(self, key: str, c: int, shown: Shown, side: int) -> Rect | None:
        """Return what is lit of the slices at the right edge of a panel, or on side 1 the left."""
        if self._is_whole(key, shown):
            return None
        around, panels = self.cells[key][c].rect, self.panels(key, c)
        for d, *window in self._active(self.layout.panel(key), shown):
            rect = panels[d].rect
            if rect.x == around.x if side else rect.right == around.right:
                return panels[d].grid.span(*hull(window))
        return None

    def _is_whole(self, key: str, shown: Shown) -> bool:
        """Return whether all of a panel takes part in a step."""
        return self.tensors[key].hue == "step" or key not in shown.lit

    def _active(self, panel: Panel, shown: Shown) -> list[Lit]:
        """Return what is lit of a panel's slices that take part: frames of others lead nowhere."""
        spans = [span for span in self._spans(panel, shown).values() if all(span[1:])]
        if not (shown.taps and panel.key == shown.taps.on):
            return spans
        met = {*shown.taps.met.values()}
        return [span for span in spans if span[0] in met]

    def _are_summed(self, start: str, end: str, shown: Shown) -> bool:
        """Return whether all slices of a step's numbers are summed into another panel.

        They are where that is none that taps lie in: there each slice has its own.
        """
        taps = shown.taps
        return taps is not None and self.tensors[start].hue == "step" and end != taps.on

    def _spans(self, panel: Panel, shown: Shown) -> dict[int, Lit]:
        """Return what is lit of a panel: slice, rows and columns by a number, which taps have."""
        taps, (_, *whole) = shown.taps, map(range, panel.shape)
        if taps and panel.depth.called == TAPS:
            return {k: (k, whole[0], whole[1]) for k in taps.met}
        if panel.key not in shown.lit:
            return {}
        deep, rows, cols = shown.lit[panel.key]
        first, found = 0, dict(enumerate(deep))
        if taps and taps.on in (panel.key, panel.depth.under):
            first = panel.depth.corner[0]
            found = dict(enumerate(taps.places[0])) if panel.depth.idle else taps.met
        return {k: (d - first, rows, cols) for k, d in found.items()}

    def _names(self, panel: Panel, taps: Meeting | None) -> list[str]:
        """Return the names of a panel's slices, and what they meet where no connector says so."""
        depth = panel.depth
        fits = self._fits(panel.key, depth.longest(panel.slices))
        told = (lambda name: name) if fits else depth.short
        names = [*map(told, depth.names(panel.slices))]
        meets: dict[int, str] = {}
        if taps and depth.pairs and not self._is_linked(panel.key):
            numbers = range(len(taps.places[0]))[:: -1 if self._is_flipped else 1]
            pairs = [told(depth.pair(k, d)) for k, d in zip(numbers, taps.places[0], strict=True)]
            on = taps.places[0] if panel.key == taps.on else range(panel.slices)
            meets = dict(zip(on, pairs, strict=True))
        if not all(self._fits(panel.key, name) for name in names):
            names = [*map(str, range(panel.slices))][:: -1 if depth.flipped else 1]
        for d, name in enumerate(names):
            why, meet = self._idle(panel, taps, d), meets.get(d, name)
            names[d] = self._longest(panel.key, f"{meet}{why}", meet, name)
        return names

    def _idle(self, panel: Panel, taps: Meeting | None, d: int) -> str:
        """Return why nothing of a slice adds to the output: it is cropped, or zeros are read."""
        if panel.depth.kept and d not in panel.depth.kept:
            return ", cropped"
        if not (taps and panel.key == taps.on and self._is_flipped and d in taps.places[0]):
            return ""
        return "" if d in taps.met.values() else ", zeros"

    @property
    def _is_flipped(self) -> bool:
        """Whether taps are met in the order of a flipped kernel."""
        return any(panel.depth.flipped for panel in self.layout.panels)

    def _longest(self, key: str, *words: str) -> str:
        """Return the first of ever shorter names of a slice that a panel's slices have room for."""
        return next((name for name in words if self._fits(key, name)), words[-1])

    def _fits(self, key: str, name: str) -> bool:
        spot, panel = self.layout.spots[key, 0], self.layout.panel(key)
        beside, size = pairwise(spot.corners), self.look.legible(CAPTION)
        least = text.width(panel.depth.short(panel.depth.longest(panel.slices)), size, bold=True)
        room = min((b[0] - a[0] - NEAR for a, b in beside if b[1] == a[1]),
                   default=max(panel.cols * spot.cell_width, least))  # fmt: skip
        return text.width(name, size, bold=True) <= room

    def _is_linked(self, key: str) -> bool:
        """Return whether connectors come to a panel."""
        return any(band == key for band, _ in self.layout.lanes)

    def _top(self, panel: Cells, name: str, spot: Spot, lit: float | None = None) -> Point:
        """Return where a connector meets a slice from above: right of its name, or above it.

        That is above what is `lit`, or as near to that as can be.
        """
        rect, size, top = panel.rect, self.look.legible(CAPTION), panel.rect.y - spot.above
        lit = rect.center[0] if lit is None else lit
        x = max(lit, rect.x + text.width(name, size, bold=True) + 9)
        if x <= rect.right - NEAR:
            return x, top - NEAR
        return lit, top - caption_height(self.look.reading)


def _together(
    feet: Sequence[Point], to: float, led: Callable[[Point], Route | None]
) -> list[Route]:
    """Return the ways in which all lead to one point, the first as it is `led` from its foot."""
    first, *others = sorted(feet, key=lambda foot: -abs(foot[0] - to))
    main = led(first)
    return [main, *links.joined(main, others)] if main else []
