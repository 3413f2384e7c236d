"""What both forward views share in three dimensions: depth slices, their names, and connectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import TypeAlias, cast

from tcviz.layer.parts import Part
from tcviz.picture.arrangement import Option
from tcviz.picture.depth import CAPTION, caption_height
from tcviz.picture.layout import Place
from tcviz.picture.links import routes
from tcviz.picture.panels import Panel
from tcviz.picture.slices import sliced
from tcviz.picture.solver import Room
from tcviz.scene import text
from tcviz.scene.marks import Box, Connector, Label, Mark, Point
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Tint
from tcviz.views.board import Board, Panels, output_notes
from tcviz.views.headings import Heading
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Slices, Values

Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

NEAR, THIN = 5.0, 1.5
"""Room between connectors and slices, and the width of frames where nothing happens."""
FEW = 8
"""Only so few slices get room for more than their names."""


def tag(shape: Sequence[int], words: str) -> str:
    """Return the longest name of a panel's slices, if they are so few that all have room for it.

    >>> tag((3, 5, 5), "k=0 → d=2"), tag((9, 5, 5), "k=0 → d=8")
    ('k=0 → d=2', '')
    """
    return words if shape[0] <= FEW else ""


class SlicesBoard(Board):
    """A board on which each panel shows depth slices."""

    output: Slices

    def __init__(self, part: Part, look: Look, name: str, panels: Panels) -> None:
        self._drawn: dict[Place, Slices] = {}
        super().__init__(part, look, name, panels)
        self.layout = self.stage.layout

    def _options(self, panels: Sequence[Panel], drawn: int, room: Room) -> Iterator[Option]:
        return sliced(panels, drawn, room.body.w)

    def column(
        self, key: str, shape: Sequence[int], values: Values, form: Format, *,
        tint: Tint | None = None, filled: bool = False, stacked: int = 0, shift: float = 0.0,
        name: str = "",
    ) -> tuple[Slices, ...]:  # fmt: skip
        """Return the slices of each drawn channel, in its channel's tint."""
        made = super().column(key, shape, values, form, tint=tint, filled=filled, stacked=stacked,
                              shift=shift, name=name)  # fmt: skip
        slices = cast("tuple[Slices, ...]", made)
        self._drawn |= {(key, c): panel for c, panel in enumerate(slices)}
        return slices

    def shared(self, key: str, shape: Sequence[int], tint: Tint, values: Values,
               form: Format) -> Slices:  # fmt: skip
        """Return the slices of what the channels share."""
        made = cast(Slices, super().shared(key, shape, tint, values, form))
        self._drawn[key, 0] = made
        return made

    def panels(self, key: str, channel: int = 0) -> tuple[Cells, ...]:
        """Return a panel's slices."""
        return self._drawn[key, channel].panels

    def still(self) -> tuple[Mark, ...]:
        """Return headings with notes and legends, and the channels' names."""
        headings = (mark for place in self._drawn for mark in self._heading(place))
        return *headings, *self._channels()

    def _heading(self, place: Place) -> Iterator[Mark]:
        """Yield what names a panel: its notes are below it if it stands beside others."""
        (key, channel), layout, cells = place, self.layout, self._drawn[place]
        panel = layout.panel(key)
        notes = panel.notes if key != "output" else output_notes(self.part, self.ranges, self.drawn)
        notes = notes if layout.notes else ()
        heading = Heading(self.stage, f"{key}.{channel}" if channel else key, panel, cells)
        if place in layout.asides:
            yield from heading.beside(layout.asides[place], notes)
            return
        if place in layout.inline:
            yield from heading.inline(layout.inline[place], notes if self._is_alone(place) else ())
        elif place in layout.headings:
            yield from heading.above(layout.headings[place])
        if not self._is_alone(place):
            yield from self.stage.notes(cells, notes)

    def _is_alone(self, place: Place) -> bool:
        return not any(
            self.stage.on_one_line(place, other) for other in self._drawn if other != place
        )

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around what output_padding added where tints hide the hatching."""
        if not self.layout.spots["output", 0].heat:
            return
        line = self.look.theme.output
        for panel in self.output.panels:
            for i, span in enumerate(self._added(panel)):
                rect = panel.grid.span(*span)
                yield Box(f"output_padding.{panel.grid.key}.{i}", rect, line, 1.5, dash=True)

    def _added(self, panel: Cells) -> Iterator[Span]:
        """Yield the rows and columns of a slice that output_padding added, or all of them."""
        deep, *size = map(range, self.output_size)
        behind, *extra = self.part.extra
        if panel in self.output.panels[len(deep) - behind :]:
            yield size[0], size[1]
            return
        for axis, count in enumerate(extra):
            span = [*size]
            span[axis] = size[axis][len(size[axis]) - count :]
            if count:
                yield span[0], span[1]

    def captions(
        self, key: str, channel: int, names: Sequence[str], lit: Collection[int]
    ) -> Iterator[Label]:
        """Yield the names of a panel's slices, of which the `lit` ones glow."""
        now, up = self.look.theme.now, caption_height(self.look.reading) / 2
        for i, (panel, name) in enumerate(zip(self.panels(key, channel), names, strict=True)):
            at, glows = (panel.rect.x, panel.rect.y - up), i in lit
            ink = now if glows else None
            yield self.stage.label(
                f"{panel.grid.key}.name", at, name, CAPTION, ink=ink, bold=glows, anchor="left"
            )

    def longest(self, key: str, *words: str) -> str:
        """Return the first of ever shorter names of a slice that a panel's slices have room for."""
        return next((name for name in words if self._fits(key, name)), words[-1])

    def _fits(self, key: str, name: str) -> bool:
        corners = self.layout.spots[key, 0].corners
        room = min((b[0] - a[0] for a, b in pairwise(corners) if b[1] == a[1]), default=inf)
        return text.width(name, self.look.legible(CAPTION), bold=True) <= room - NEAR

    def linked(self, key: str) -> bool:
        """Return whether connectors come to a panel."""
        return any(band == key for band, _ in self.layout.lanes)

    def sign(self, left: str, key: str, words: str, channel: int) -> tuple[Mark, ...]:
        """Return a sign between two panels, if they stand beside each other."""
        if not self.stage.on_one_line((left, channel), (key, channel)):
            return ()
        return self.stage.operator(key, 0.0, words, channel)

    def across(
        self, name: str, left: str, right: str, channel: int, *, now: bool = False
    ) -> Iterator[Connector]:
        """Yield an arrow between two panels, if they stand beside each other."""
        places = (left, channel), (right, 0 if self.layout.panel(right).shared else channel)
        if not self.stage.on_one_line(*places):
            return
        begin, end = (self._drawn[place].rect for place in places)
        yield self.stage.arrow(name, (begin.right, end.center[1]), (end.x, end.center[1]), now=now)

    def down(self, whole: str, key: str) -> Iterator[Connector]:
        """Yield arrows to the slices of a panel from those above that they are cropped from."""
        if (key, 0) not in self.layout.cropped:
            return
        first, last = self.layout.panel(key).depth.corner[0], self.drawn - 1
        for d, panel in enumerate(self.panels(key)):
            above = self.panels(whole, last)[first + d]
            start, (x, y) = above.rect.bottom, self._top(panel, f"d={d}")
            if y - start > 2 * NEAR:
                points = (x, start + NEAR), (x, y)
                yield Connector(f"crop.d{d}", points, self.look.theme.connector)

    def framed(self, cells: Sequence[Sequence[int]]) -> Iterator[Mark]:
        """Yield frames around what is read of the inputs; cells are coordinates per axis."""
        if not all(cells):
            return
        rows, cols = (range(min(axis), max(axis) + 1) for axis in cells[1:])
        for c in range(self.drawn):
            yield from self.outlines("x", c, {i: (d, rows, cols) for i, d in enumerate(cells[0])})

    def outlines(
        self,
        key: str,
        channel: int,
        spans: Mapping[int, tuple[int, range, range]],
        lit: Collection[int] | None = None,
    ) -> Iterator[Mark]:
        """Yield frames of what happens now: slice, rows and columns by the tap that it is of.

        Those of taps that are not `lit` are thin: they add nothing.
        """
        whole = self._drawn[key, channel]
        for k, (d, rows, cols) in spans.items():
            panel, name = whole.panels[d], f"now.{whole.grid.key}.k{k}"
            frame = self.stage.outline(name, panel, panel.grid.span(rows, cols))
            yield frame if lit is None or k in lit else replace(frame, width=THIN)

    def links(
        self,
        feeder: str,
        key: str,
        channel: int,
        fed: Sequence[int],
        lit: Collection[int],
        named: Sequence[str],
    ) -> Iterator[Connector]:
        """Yield connectors from each slice of `feeder` to the slice of `key` that it feeds.

        `fed` are those slices' numbers, in rising order, and `named` the names of all; `lit`
        connectors glow.
        """
        lanes = self.layout.lanes.get((key, channel))
        if lanes is None:
            return
        above, below = self.panels(feeder, channel), self.panels(key, channel)
        starts = [(p.rect.center[0], p.rect.bottom + NEAR) for p in above]
        ends = [self._top(below[d], named[d]) for d in fed]
        theme = self.look.theme
        for k, route in enumerate(routes(starts, ends, lanes)):
            glows = k in lit
            ink, width = (theme.now, 2.0) if glows else (theme.connector, 1.5)
            yield Connector(f"link.{channel}.k{k}", route, ink, width)

    def _top(self, panel: Cells, name: str) -> Point:
        """Return where a connector meets a slice from above: right of its name, or above it."""
        rect, size = panel.rect, self.look.legible(CAPTION)
        x = max(rect.center[0], rect.x + text.width(name, size, bold=True) + 9)
        if x <= rect.right - NEAR:
            return x, rect.y - NEAR
        return rect.center[0], rect.y - caption_height(self.look.reading)


def names(letter: str, count: int) -> list[str]:
    """Return the names of slices.

    >>> names("d", 2)
    ['d=0', 'd=1']
    """
    return [f"{letter}={i}" for i in range(count)]
