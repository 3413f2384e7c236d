"""Lenses that have no room beside their panels, in room that other lines leave."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz.picture.depth import SLICE_GAP
from tcviz.picture.footprint import footprint, inline, lens_width, notes_inline
from tcviz.picture.layout import Line, Place
from tcviz.picture.nodes import Node, Placing, spot
from tcviz.picture.panels import HEADING, TITLE, Panel, heading
from tcviz.picture.scale import Scale
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Point, Rect
from tcviz.scene.text import legible

BESIDE, UNDER, CLOSE = 24.0, 20.0, 6.0
"""Room between a lens and what is beside it, and what is above it, with an arrow or without."""


@frozen
class WithLenses(Node):
    """Lines of slices: a lens that has no place yet gets one where a line has room for it.

    That takes no room of anything else: it is below smaller panels of a line, or right of all.
    Where panels are `summed` along the right, these and what they are added to are free there.
    """

    item: Node
    summed: bool = False

    def panels(self) -> Iterator[Panel]:
        """Yield the panels of all."""
        yield from self.item.panels()

    @property
    def core(self) -> Node | None:
        """That of the lines: lenses take no room."""
        return self.item.core

    def size(self, scale: Scale) -> tuple[float, float]:
        """Return its width and height."""
        return self.item.size(scale)

    def fits(self, scale: Scale, wide: float, high: float) -> bool:
        """Return whether it has room in a box of that width and height."""
        return self.item.fits(scale, wide, high)

    def place(self, box: Rect, into: Placing) -> None:
        """Place all, and then lenses."""
        self.item.place(box, into)
        panels = {panel.key: panel for panel in self.panels()}
        for panel in panels.values():
            lens = into.scale.lens(panel)
            if lens and lens.shared and (lens.key, 0) not in into.spots:
                spare = _Spare(panels, box, into, self.summed)
                spare.set(lens, lens_width(lens, into.scale))


@frozen
class _Spare:
    """Finds room for a lens in what is placed of some panels in a box."""

    panels: dict[str, Panel]
    box: Rect
    into: Placing
    summed: bool

    def set(self, lens: Panel, room: float) -> None:
        """Give a lens, which with its title is so wide, the first place that is free, if any is."""
        scale, taken = self.into.scale, footprint(lens, self.into.scale)
        for line, (x, y) in self._places(lens, room):
            around = Rect(x, y, room, taken.high)
            inside = around.x >= self.box.x and around.right <= self.box.right
            if inside and not any(map(around.meets, self._taken(line))):
                left, pitch = x + (room - taken.wide) / 2, taken.slice + SLICE_GAP
                top = y + taken.caption
                corners = [(left + i * pitch, top) for i in range(lens.slices)]
                self.into.spots[lens.key, 0] = spot(lens, corners, scale)
                self.into.lines[lens.key, 0] = line
                return

    def _places(self, lens: Panel, room: float) -> Iterator[tuple[Line, Point]]:
        """Yield lines and where in them a lens may begin: below panels, or beside the last."""
        high = footprint(lens, self.into.scale).high
        for line in {id(line): line for line in self.into.lines.values()}.values():
            found = [rect for place in self._on(line) for rect in self._rects(place)]
            low, top = max(rect.bottom for rect in found), max(rect.y for rect in found)
            below = {rect.right - room for rect in found} | {rect.x for rect in found}
            yield from ((line, (x, low - high)) for x in sorted(below, reverse=True))
            if top + high <= low:
                last = [rect for rect in found if rect.bottom > top]
                yield line, (max(rect.right for rect in last) + BESIDE, top)
                yield line, (min(rect.x for rect in last) - BESIDE - room, top)

    def _on(self, line: Line) -> list[Place]:
        return [place for place, of in self.into.lines.items() if of is line]

    def _taken(self, line: Line) -> Iterator[Rect]:
        """Yield what is taken of a line: slices, what is near them, and ways to other lines."""
        places = self._on(line)
        keys = {key for key, _ in places}
        for place in places:
            yield from self._headed(place)
            panel = self._panel(place)
            after = {p.key for p in self.panels.values() if panel.key in _before(p)}
            under = UNDER if after & keys else CLOSE
            noted = footprint(panel, self.into.scale).noted if len(keys) > 1 else 0.0
            for rect in self._rects(place):
                down = line.bottom if after - keys else rect.bottom + max(under, noted)
                right = self.box.right if self._is_summed(panel) else rect.right + BESIDE
                left = rect.x - BESIDE
                yield Rect(left, rect.y, right - left, down - rect.y)

    def _headed(self, place: Place) -> Iterator[Rect]:
        """Yield what the heading of a panel takes: beside its slices, or above them."""
        panel, scale, into = self._panel(place), self.into.scale, self.into
        if place in into.asides:
            yield into.asides[place]
        if place in into.inline:
            (x, foot), high = into.inline[place], 1.4 * legible(TITLE, scale.reading)
            yield Rect(x, foot - high, inline(panel, scale) + notes_inline(panel, scale), high)
        if place in into.headings:
            (x, foot), wide = into.headings[place], heading(panel, scale.reading)
            yield Rect(x - wide / 2, foot - HEADING, wide, HEADING)

    def _is_summed(self, panel: Panel) -> bool:
        """Return whether a way from the right of a panel, or to it, is that of what is summed."""
        ends = [p for p in self.panels.values() if p.shared] if self.summed else []
        return any(panel.key in (end.key, *_before(end)) for end in ends)

    def _panel(self, place: Place) -> Panel:
        key, _ = place
        found = self.panels.get(key)
        return found or next(p.lens for p in self.panels.values() if p.lens and p.lens.key == key)

    def _rects(self, place: Place) -> Iterator[Rect]:
        """Yield the boxes around the slices at a place, with what is above and left of them."""
        spotted, panel, scale = self.into.spots[place], self._panel(place), self.into.scale
        taken = footprint(panel, scale)
        for x, y in spotted.corners:
            left = spotted.left
            yield Rect(x - left, y - taken.caption, taken.slice + left, taken.high)


def _before(panel: Panel) -> tuple[str, ...]:
    """Return the panels from which something leads to one."""
    return panel.depth.after, panel.depth.feeder, panel.depth.under
