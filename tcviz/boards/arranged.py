"""What stands in an arrangement: panels, headings, signs, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import TypeAlias

from tcviz.boards.panel import Cells, Grid, Slices, Values
from tcviz.boards.shown import Window, beheld
from tcviz.boards.stage import NODE, Painter, Stage, counted, drawn
from tcviz.look.titles import ADDED, brief
from tcviz.picture import links
from tcviz.picture.depth import caption_height
from tcviz.picture.layout import Layout, Place
from tcviz.picture.panels import (
    CHANNEL,
    COUNT,
    COUNT_GAP,
    NOTE,
    SIZE,
    STACK_GAP,
    TITLE,
    legend_width,
    note_pitch,
    titled,
)
from tcviz.scene import numbers, text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Connector, Label, Mark, PanelName, Point, Rect, part_key
from tcviz.scene.theme import Tint

PITCH = 1.25
"""Pitch of the numbers of rows in their text size, at least."""
OVER_WAY = 0.75
"""How far the middle of words is above an arrow's way over another line, in text sizes."""
BEFORE, WORDS = 1.0, 7.0
"""Room between words and the numbers of rows that they stand before, in text sizes: less would read
on from the ones to the others.  How far right of a ring's middle its words begin."""
SMALL, SUM = 12.0, 20.0
"""The least radius of a ring that sums, and the text size of its sign in the largest."""
HALF = 8.0
"""How far words reach above their middle, and a little more."""
APART = 5.0
"""Room between the numbers of two columns, at least."""


Lit: TypeAlias = tuple[Sequence[Rect], Rect] | None
"""What is lit of some panels and of what they lead to, if anything is."""


class Arranged(Stage):
    """A stage whose panels stand wherever the solver put them."""

    layout: Layout

    def at(
        self, place: Place, tint: Tint, values: Values, form: numbers.Format, name: str = "",
        stacked: int = 0, shift: float = 0.0, paint: Painter = drawn,
    ) -> Cells:  # fmt: skip
        """Return the panel at a place, of those that are stacked one; `values` set its tints.

        It stands so far below its place as `shift` says.
        """
        spot, grid = self.layout.spots[place], self.grid(place, name, stacked, shift)
        if spot.corners:
            grids = (
                replace(grid, key=PanelName.of(grid.key).slice(i), x=x, y=y)
                for i, (x, y) in enumerate(spot.corners)
            )
            return Slices(grid.key, [paint(self.look, g, spot, tint, values, form) for g in grids])
        return paint(self.look, grid, spot, tint, values, form)

    def grid(self, place: Place, name: str = "", stacked: int = 0, shift: float = 0.0) -> Grid:
        """Return where the cells of the panel at a place are; of slices, those of the first."""
        spot, panel = self.layout.spots[place], self.layout.panel(place[0])
        y = spot.y + stacked * (panel.rows * spot.cell_height + STACK_GAP) + shift
        y = round(y / self.look.pixel) * self.look.pixel
        return Grid(name or place[0], spot.x, y, panel.rows, panel.cols, spot.cell_width,
                    spot.cell_height, line=max(1.0, self.look.pixel))  # fmt: skip

    def headings(self, but: Collection[str] = ()) -> Iterator[Mark]:
        """Yield every panel's name and size above it, or above the first of its line.

        Of the panels `but` those of these keys: theirs are not always there.
        """
        for place in self.layout.headings:
            if place[0] not in but:
                yield from self.heading(place)

    def heading(self, place: Place) -> Iterator[Mark]:
        """Yield the name and the size above the panel at a place."""
        (key, channel), (x, y), ink = place, self.layout.headings[place], self.look.theme.ink
        panel, name = self.layout.panel(key), f"{key}.{channel}" if channel else key
        title = self._inside(x, panel.title, TITLE, bold=True), y - 38
        size = self._inside(x, panel.size, SIZE), y - 18
        yield self.label(f"{name}.title", title, panel.title, TITLE, ink=ink, bold=True)
        yield self.label(f"{name}.size", size, panel.size, SIZE)

    def above(
        self, rect: Rect, name: str, title: str, *, sliced: bool, numbers: float = 0.0
    ) -> Label:
        """Return the title of a lens above its cells and their numbers, where slices have names."""
        high = caption_height(self.look.reading) if sliced else titled(self.look.legible(NOTE))
        at = rect.center[0], rect.y - numbers - high / 2
        return self.label(part_key(name, "title"), at, title, NOTE)

    def numbers(self, place: Place, grid: Grid) -> Iterator[Label]:
        """Yield the numbers left of the rows and above the columns of a panel, if it has any.

        What stands abreast of another has one column, and none above it.
        Slices beside each other have their rows numbered once, left of the first.
        """
        spot, size = self.layout.spots[place], self.look.legible(COUNT)
        if not spot.left:
            return
        corners = spot.corners or ((grid.x, grid.y),)
        wide, high = grid.cell_width, grid.cell_height
        need = max((text.width(str(grid.cols - 1), size) + APART) / wide, PITCH * size / high)
        rows, cols = (counted(count, need) for count in (grid.rows, grid.cols))
        for i, (x, y) in enumerate(corners):
            name = PanelName.of(grid.key).slice(i) if spot.corners else grid.key
            letters = text.CAP_HEIGHT * size
            top = y - spot.above + letters / 2
            for col in () if self.layout.panel(place[0]).abreast else cols:
                at = x + (col + 0.5) * wide, top
                yield self.label(part_key(name, f"column.{col}"), at, str(col), COUNT)
            first = i == 0 or y != corners[i - 1][1]
            right = x - spot.left + text.width(str(grid.rows - 1), size)
            # Beside the smallest tints the first two numbers would meet: one of them says enough.
            close = x + (wide - text.width("0", size)) / 2 < right
            close = close and (letters - high) / 2 > spot.above - letters
            for row in rows[close:] if first else ():
                at = right, y + (row + 0.5) * high
                yield self.label(part_key(name, f"row.{row}"), at, str(row), COUNT, anchor="right")

    def met(
        self, place: Place, grid: Grid, window: Window, shape: Sequence[int]
    ) -> Iterator[Label]:
        """Yield the numbers of the rows and columns that a lens enlarges, beside its cells."""
        spot, size = self.layout.spots[place], self.look.legible(COUNT)
        if not spot.left:
            return
        rows, cols = zip(window, beheld(window, shape), strict=True)
        wide, high = grid.cell_width, grid.cell_height
        top = grid.y - spot.above + text.CAP_HEIGHT * size / 2
        need = max((text.width(str(max(cols[0])), size) + APART) / wide, PITCH * size / high)
        for i in counted(len(cols[0]), need):
            at = grid.x + (cols[1][i] + 0.5) * wide, top
            yield self.label(part_key(grid.key, f"column.{i}.now"), at, str(cols[0][i]), COUNT)
        for i in counted(len(rows[0]), need):
            at = grid.x - COUNT_GAP, grid.y + (rows[1][i] + 0.5) * high
            key = part_key(grid.key, f"row.{i}.now")
            yield self.label(key, at, str(rows[0][i]), COUNT, anchor="right")

    def named(self, channel: int, number: int, ink: str, name: str) -> Iterator[Label]:
        """Yield the name of a channel above its first panel, on each line that it has."""
        for (key, c), spot in self.layout.spots.items():
            panel = self.layout.panel(key)
            if c == channel and panel.named and not panel.shared:
                tail = "" if key == self.layout.panels[0].key else f".{key}"
                over = caption_height(self.look.reading) if spot.corners else 0.0
                at = spot.x, spot.y - 13 - over - spot.above
                yield self.label(f"channel.{number}{tail}", at, f"{name} {number}", CHANNEL,
                                 ink=ink, bold=True, anchor="left")  # fmt: skip

    def operator(self, key: str, shift: float, sign: str, channel: int) -> tuple[Mark, ...]:
        """Return a sign in the gutter left of a panel, so far below its middle."""
        x, y = self.layout.signs[key, channel]
        return self.sign(f"{key}.{channel}.sign", x, y + shift, sign)

    def link(
        self, key: str, places: tuple[Place, Place], start: Point, end: Point, *, now: bool = True
    ) -> Connector:
        """Return an arrow from beside one place to beside another, around lines between them."""
        theme, (a, b) = self.look.theme, places
        past = self._scaled(a)
        points = links.route(self.layout, a, b, start, self.before(b, end), past=past)
        ink, wide = (theme.now, 2.0) if now else (theme.connector, 1.5)
        return Connector(key, points, ink, wide)

    def _scaled(self, place: Place) -> float:
        """Return how far to the right the scale of a place's tints reaches, if it has one."""
        spot, panel = self.layout.spots[place], self.layout.panel(place[0])
        if not (spot.heat and self.layout.scales):
            return -inf
        wide, end, reading = panel.cols * spot.cell_width, panel.end, self.look.reading
        both = legend_width(end, reading, end)
        wide = both if both <= self.scale_room(wide, end) else legend_width(end, reading)
        return spot.x + (panel.cols * spot.cell_width + wide) / 2

    def along(
        self, arrow: Connector, places: tuple[Place, Place], words: Sequence[str]
    ) -> Iterator[Label]:
        """Yield what is said of an arrow: above and below it, or over its way to another line."""
        near, size = self.on_one_line(*places), self.look.legible(NOTE)
        if not near:
            (right, over), joined = arrow.points[2], ", ".join(words)
            at = right - 8, over - OVER_WAY * size
            yield self.label(f"{arrow.key}.along", at, joined, NOTE, anchor="right")
            return
        (left, y), (right, _), pitch = arrow.points[0], arrow.points[-1], note_pitch(size)
        above = len(words) - len(words) // 2
        for i, line in enumerate(words):
            beyond = pitch * (i - above + (i >= above)) - pitch * 0.1
            at = (left + right) / 2, y + beyond + pitch * 0.2 * (i >= above)
            yield self.label(f"{arrow.key}.along.{i}", at, line, NOTE)

    def before(self, place: Place, end: Point) -> Point:
        """Return the point left of a place where what ends at its cells meets their numbers."""
        return end[0] - self.layout.spots[place].left, end[1]

    def on_one_line(self, a: Place, b: Place) -> bool:
        """Return whether two places are on one line."""
        return self.layout.lines[a] is self.layout.lines[b]

    def gutter(self, a: Place, b: Place) -> float | None:
        """Return where an arrow turns between two places, None if it goes around."""
        if self.on_one_line(a, b):
            return self.layout.signs[b][0]
        return links.turn(self.layout, a) if links.is_beside(self.layout, a, b) else None

    def gather(
        self, key: str, panels: Sequence[Cells], output: Cells, lit: Lit,
        *, several: bool, added: str = "",
    ) -> tuple[Mark, ...]:  # fmt: skip
        """Return what adds the channels' panels, called `key`, into the output.

        It leads from row to row: from what is `lit` of the panels to what is of the output, or
        between their middles if nothing is.  What else is `added` stands beside the arrow into it.
        """
        starts, end = lit or ([panel.rect for panel in panels], output.rect)
        levels, level = [rect.center[1] for rect in starts], end.center[1]
        if not several:
            arrow = self._glowing(self._onward(key, panels[0], output, levels[0], level), lit)
            (x0, y0), *_, (x1, y1) = arrow.points
            at = (x0 + x1) / 2, _beyond(min(y0, y1), max(y0, y1), 14, output.rect.y)
            words = self.label("gather.added", at, added, ADDED, ink=arrow.ink)
            if x0 == x1:
                words = replace(words, at=(x0 + 8, (y0 + y1) / 2), anchor="left")
            return (arrow, *[words] * bool(added))
        below = not self.on_one_line((key, 0), ("output", 0))
        ring = self._ring(key, panels, output.rect, below=below, added=added)
        # Into the ring of one panel leads from above or below what has none, or out of it.
        alone = len(panels) == 1 and not below
        levels = [ring.center[1]] if alone else levels
        places = [(key, i) for i in range(len(panels))]
        ways = [links.into(self.layout, place, ("output", 0), panel.rect, ring, y)
                for place, panel, y in zip(places, panels, levels, strict=True)]  # fmt: skip
        arrows = [Connector(f"gather.{i}", way, self.look.theme.connector)
                  for i, way in enumerate(ways)]  # fmt: skip
        x, y = ring.center
        half, theme = ring.w / 2, self.look.theme
        circle = Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=half)
        sign = self.label("gather.sign", (x, y), "Σ", SUM * half / NODE, ink=theme.ink, bold=True)
        out = self._out_of(ring, output.rect, below=below)
        (_, start), (_, foot) = out.points
        beside = (x + WORDS, (start + foot) / 2 if below else y - NODE - 9)
        words = self.label("gather.added", beside, added, ADDED, anchor="left")
        left, _ = self.before(("output", 0), (output.rect.x, y))
        if not below and extent(words).right + BEFORE * words.size > left + 1e-6:
            words = replace(words, text=brief(added))  # clear of the numbers of the output's rows
        noted = [words] * bool(added)
        if lit and not below:
            tight = alone and not self.turns(ring, output.rect)
            way = links.out_of(ring, out.points[-1], level, alone=tight)
            turned = replace(out, points=way)
            free = links.is_clear(turned.points, map(extent, noted))
            out = turned if free else out
            arrows, out = [self._glowing(arrow, lit) for arrow in arrows], self._glowing(out, lit)
        return (*arrows, circle, sign, out, *noted)

    def _glowing(self, arrow: Connector, lit: object) -> Connector:
        """Return an arrow as it looks where something is lit."""
        return replace(arrow, ink=self.look.theme.now, width=2.0) if lit else arrow

    def _ring(
        self, key: str, panels: Sequence[Cells], target: Rect, *, below: bool, added: str
    ) -> Rect:
        """Return the ring that sums: with room beside it for the arrows into it and out of it.

        What is `added` stands beside it, clear of the numbers of rows if there is room for that.
        """
        layout, place = self.layout, ("output", 0)
        (x, _), y = layout.signs[place], target.center[1]
        if below:
            x, y = links.above(layout, place, target, key)
            return Rect(x - NODE, y - NODE, 2 * NODE, 2 * NODE)
        into = links.INTO if len(panels) % 2 else links.ABOVE  # none leads straight into it
        least = max(panel.rect.right for panel in panels) + links.CLEAR + into
        end, _ = self.before(place, (target.x, y))
        most = end - links.CLEAR - links.OUT
        shaft = links.SHAFT - links.TURN  # where there is room
        most -= shaft if most - shaft - least >= 2 * NODE else 0.0
        half = min(NODE, (most - least) / 2)
        if half < SMALL:  # nothing turns
            half, least, most = NODE, x - NODE, x + NODE
        named = text.width(layout.panel(key).named, self.look.legible(CHANNEL), bold=True)
        name = panels[0].rect.x + named + APART
        size = self.look.legible(ADDED)
        words = WORDS + text.width(added, size) + BEFORE * size if added else half
        clear = max(least + half, min(most - half, end - words))
        x = max(min(max(x, least + half), clear), min(x, name))
        return Rect(x - half, y - half, 2 * half, 2 * half)

    def turns(self, ring: Rect, target: Rect) -> bool:
        """Return whether an arrow out of a ring has room to turn before a panel."""
        tip, _ = self.before(("output", 0), (target.x, 0.0))
        return tip - links.CLEAR - ring.right >= links.OUT - 1e-6

    def _out_of(self, ring: Rect, target: Rect, *, below: bool) -> Connector:
        theme, (x, y) = self.look.theme, ring.center
        if below:
            _, foot = self.layout.headings["output", 0]
            end = x, foot - links.HEAD
            return Connector("gather.out", ((x, ring.bottom + 2), end), theme.connector)
        end = self.before(("output", 0), (target.x, y))
        return self.arrow("gather.out", (ring.right + 2 - links.CLEAR, y), end)

    def _onward(
        self, key: str, panel: Cells, output: Cells, start: float, stop: float
    ) -> Connector:
        """Return the arrow from the one panel, at that height, to the output at another."""
        layout, target = self.layout, output.rect
        line = layout.lines[key, 0]
        if layout.lines["output", 0] is line:
            end = self.before(("output", 0), (target.x, stop))
            return self.arrow("gather.0", (panel.rect.right, start), end)
        x, foot = layout.headings["output", 0]
        points = (x, line.bottom + 2), (x, foot - links.HEAD)
        return Connector("gather.0", points, self.look.theme.connector)


def _beyond(high: float, low: float, off: float, top: float) -> float:
    """Return the height of words above what reaches from `high` to `low`, or below near the top."""
    return high - off if high - off - HALF >= top else low + off
