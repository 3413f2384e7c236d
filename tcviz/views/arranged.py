"""What stands in an arrangement: panels, headings, signs, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tcviz.picture import links
from tcviz.picture.depth import caption_height
from tcviz.picture.layout import Layout, Place
from tcviz.picture.panels import CHANNEL, COUNT, NOTE, SIZE, STACK_GAP, TITLE, titled
from tcviz.scene import numbers, text
from tcviz.scene.marks import Box, Connector, Label, Mark, PanelName, Point, Rect, part_key
from tcviz.scene.theme import Tint
from tcviz.views.panel import Cells, Grid, Slices, Values
from tcviz.views.stage import NODE, Painter, Stage, counted, drawn
from tcviz.views.titles import ADDED

PITCH = 1.25
"""Pitch of the numbers of rows in their text size, at least."""
APART = 5.0
"""Room between the numbers of two columns, at least."""


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
                    spot.cell_height)  # fmt: skip

    def headings(self) -> Iterator[Mark]:
        """Yield every panel's name and size above it, or above the first of its line."""
        ink = self.look.theme.ink
        for (key, channel), (x, y) in self.layout.headings.items():
            panel, name = self.layout.panel(key), f"{key}.{channel}" if channel else key
            title = self._inside(x, panel.title, TITLE, bold=True), y - 38
            size = self._inside(x, panel.size, SIZE), y - 18
            yield self.label(f"{name}.title", title, panel.title, TITLE, ink=ink, bold=True)
            yield self.label(f"{name}.size", size, panel.size, SIZE)

    def above(self, rect: Rect, name: str, title: str, *, sliced: bool) -> Label:
        """Return the title of a lens above its cells, where slices have names."""
        high = caption_height(self.look.reading) if sliced else titled(self.look.legible(NOTE))
        at = rect.center[0], rect.y - high / 2
        return self.label(part_key(name, "title"), at, title, NOTE)

    def numbers(self, place: Place, grid: Grid) -> Iterator[Label]:
        """Yield the numbers left of the rows and above the columns of a panel, if it has any.

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
            top = y - spot.above + text.CAP_HEIGHT * size / 2
            for col in cols:
                at = x + (col + 0.5) * wide, top
                yield self.label(part_key(name, f"column.{col}"), at, str(col), COUNT)
            first = i == 0 or y != corners[i - 1][1]
            for row in rows if first else ():
                at = x - spot.left + text.width(str(grid.rows - 1), size), y + (row + 0.5) * high
                yield self.label(part_key(name, f"row.{row}"), at, str(row), COUNT, anchor="right")

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
        points = links.route(self.layout, a, b, start, self.before(b, end))
        ink, wide = (theme.now, 2.0) if now else (theme.connector, 1.5)
        return Connector(key, points, ink, wide)

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
        self, key: str, panels: Sequence[Cells], output: Cells, *, several: bool, added: str = ""
    ) -> tuple[Mark, ...]:
        """Return what adds the channels' panels, called `key`, into the output.

        What else is `added` stands beside the arrow into it.
        """
        if not several:
            arrow = self._onward(key, panels[0], output)
            (x0, y0), (x1, y1) = arrow.points
            words = self.label("gather.added", ((x0 + x1) / 2, y0 - 14), added, ADDED)
            if x0 == x1:
                words = replace(words, at=(x0 + 8, (y0 + y1) / 2), anchor="left")
            return (arrow, *[words] * bool(added))
        layout, target = self.layout, output.rect
        lines = [layout.lines[key, c] for c in range(len(panels))]
        below = layout.lines["output", 0] is not lines[0]
        x, y = layout.signs["output", 0]
        if len(panels) % 2 == 0:  # none leads straight into it: what leads out is as long as ever
            x -= layout.spots["output", 0].left / 2
        if below:
            x, y = links.above(layout, ("output", 0), target, key)
        ring = Rect(x - NODE, y - NODE, 2 * NODE, 2 * NODE)
        theme = self.look.theme
        arrows = [
            Connector(
                f"gather.{i}",
                links.into(layout, (key, i), ("output", 0), panel.rect, ring),
                theme.connector,
            )
            for i, panel in enumerate(panels)
        ]
        circle = Box("gather.node", ring, theme.connector, 1.5, theme.background, radius=NODE)
        sign = self.label("gather.sign", (x, y), "Σ", 20, ink=theme.ink, bold=True)
        out = self._out_of(ring, target, below=below)
        (_, start), (_, end) = out.points
        beside = (x + 7, (start + end) / 2 if below else y - NODE - 9)
        words = self.label("gather.added", beside, added, ADDED, anchor="left")
        return (*arrows, circle, sign, out, *[words] * bool(added))

    def _out_of(self, ring: Rect, target: Rect, *, below: bool) -> Connector:
        theme, (x, y) = self.look.theme, ring.center
        if below:
            _, foot = self.layout.headings["output", 0]
            end = x, foot - links.HEAD
            return Connector("gather.out", ((x, ring.bottom + 2), end), theme.connector)
        end = self.before(("output", 0), (target.x, y))
        return self.arrow("gather.out", (ring.right - 5, y), end)

    def _onward(self, key: str, panel: Cells, output: Cells) -> Connector:
        """Return the arrow from the one panel to the output."""
        layout, target = self.layout, output.rect
        line = layout.lines[key, 0]
        if layout.lines["output", 0] is line:
            end = self.before(("output", 0), (target.x, target.center[1]))
            return self.arrow("gather.0", (panel.rect.right, panel.rect.center[1]), end)
        x, foot = layout.headings["output", 0]
        points = (x, line.bottom + 2), (x, foot - links.HEAD)
        return Connector("gather.0", points, self.look.theme.connector)
