"""What both forward views share in three dimensions: bands of depth slices, and their names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import inf
from typing import Any, TypeAlias, cast

from tcviz import text
from tcviz.numbers import Format
from tcviz.parts import Part
from tcviz.scene import Box, Connector, Label, Mark, Point
from tcviz.theme import Tint
from tcviz.views import chrome
from tcviz.views.board import Board, kinds, output_notes
from tcviz.views.fitted import fitted
from tcviz.views.layout import Layout
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Grid, Tints, Values
from tcviz.views.ranges import Ranges
from tcviz.views.slices_band import CAPTION, Band, SlicesLayout, caption_height
from tcviz.views.slices_heading import Heading
from tcviz.views.slices_layout import solve
from tcviz.views.slices_links import routes
from tcviz.views.slices_panel import Slices
from tcviz.views.stage import Stage, most

Bands: TypeAlias = Callable[[Any, Ranges], list[Band]]
Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

NEAR, THIN = 5.0, 1.5
"""Room between connectors and slices, and the width of frames where nothing happens."""


class SlicesBoard(Board):
    """A board on which each panel is a band of slices, and the layout one of bands."""

    output: Slices

    def __init__(self, part: Part, look: Look, name: str, bands: Bands) -> None:
        self.part, self.look, self.name = part, look, name
        self.ranges, layout = fitted(part, look, partial(self._solve, bands))
        self.layout = cast(SlicesLayout, layout)
        self.stage = cast(Any, Stage(look, layout))
        self.drawn = len(layout.rows)
        self._bands = {band.key: band for band in self.layout.bands}
        self._panels: dict[tuple[str, int], Slices] = {}
        form = self.ranges.output_format
        self.x = self.column("x", part.input_size, part.x, self.ranges.x_format)
        self._kinds = kinds(part.input_size, part.source_extra)
        self.output = self.shared("output", part.output_size, look.theme.result,
                                  self.ranges.output, form)  # fmt: skip

    def _solve(
        self, bands: Bands, numbers: Ranges, look: Look, smallest: float, rows: int, least: int
    ) -> Layout:
        """Return the layout of the bands with these formats."""
        counts = range(rows, least - 1, -1)
        made = bands(self.part, numbers)
        return solve(made, chrome.body(look), look.pixel, smallest, look.reading, counts,
                     named=self.part.channels > 1)  # fmt: skip

    def column(
        self,
        key: str,
        shape: Sequence[int],
        values: Values,
        form: Format,
        *,
        tint: Tint | None = None,
        filled: bool = False,
        stacked: int = 0,  # noqa: ARG002
        shift: float = 0.0,  # noqa: ARG002
        name: str = "",
    ) -> tuple[Slices, ...]:
        """Return a band of each drawn channel, in its channel's tint."""
        theme, first = self.look.theme, self.part.first
        return tuple(
            self._made(key, c, f"{name or key}.{c}", shape, values, form,
                       tint or theme.channel(first + c, filled=filled))
            for c in range(self.drawn)
        )  # fmt: skip

    def shared(self, key: str, shape: Sequence[int], tint: Tint, values: Values,
               form: Format) -> Slices:  # fmt: skip
        """Return the one band of what the channels share."""
        return self._made(key, 0, key, shape, values, form, tint)

    def _made(
        self, key: str, channel: int, name: str, shape: Sequence[int], values: Values,
        form: Format, tint: Tint,
    ) -> Slices:  # fmt: skip
        slot, (rows, cols) = self.layout.slots[key], shape[-2:]
        theme, corners = self.look.theme, self.layout.slices[key, channel]
        grids = (
            Grid(f"{name}.d{i}", x, y, rows, cols, slot.cell_width, slot.cell_height)
            for i, (x, y) in enumerate(corners)
        )
        scale = most(values) if slot.heat else 0.0
        panels: Iterator[Cells] = (
            Tints(grid, theme, tint, scale, form)
            if slot.heat
            else Cells(grid, theme, tint, slot.text, form)
            for grid in grids
        )
        self._panels[key, channel] = made = Slices([*panels])
        return made

    def panels(self, key: str, channel: int = 0) -> tuple[Cells, ...]:
        """Return the slices of a band."""
        return self._panels[key, channel].panels

    def still(self) -> tuple[Mark, ...]:
        """Return headings with notes and legends, and the channels' names."""
        headings = (mark for place in self.layout.headings for mark in self._heading(*place))
        return *headings, *self._names(), *self._output_padding()

    def _heading(self, key: str, channel: int) -> Iterator[Mark]:
        layout, band = self.layout, self._bands[key]
        notes = band.notes if key != "output" else output_notes(self.part, self.ranges, self.drawn)
        name = f"{key}.{channel}" if channel else key
        heading = Heading(self.stage, name, replace(band, notes=notes if layout.notes else ()),
                          layout.headings[key, channel], layout.feet.get((key, channel)),
                          self._panels[key, channel])  # fmt: skip
        if key in layout.beside:
            return heading.beside()
        return heading.inline() if key in layout.inline else heading.above()

    def _names(self) -> Iterator[Label]:
        part, theme = self.part, self.look.theme
        for c, at in enumerate(self.layout.names):
            number = part.first + c
            yield self.stage.label(
                f"channel.{number}", at, f"{part.names.summed} {number}", 14.5,
                ink=theme.channel(number).line, bold=True, anchor="left",
            )  # fmt: skip

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around what output_padding added where tints hide the hatching."""
        if not self.layout.slots["output"].heat:
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
        """Yield the names of a band's slices, of which the `lit` ones glow."""
        now, up = self.look.theme.now, caption_height(self.look.reading) / 2
        for i, (panel, name) in enumerate(zip(self.panels(key, channel), names, strict=True)):
            at, glows = (panel.rect.x, panel.rect.y - up), i in lit
            ink = now if glows else None
            yield self.stage.label(
                f"{panel.grid.key}.name", at, name, CAPTION, ink=ink, bold=glows, anchor="left"
            )

    def longest(self, key: str, *words: str) -> str:
        """Return the first of ever shorter names of a slice that a band's slices have room for."""
        return next((name for name in words if self._fits(key, name)), words[-1])

    def _fits(self, key: str, name: str) -> bool:
        corners = self.layout.slices[key, 0]
        room = min((b[0] - a[0] for a, b in pairwise(corners) if b[1] == a[1]), default=inf)
        return text.width(name, self.look.legible(CAPTION), bold=True) <= room - NEAR

    def linked(self, key: str) -> bool:
        """Return whether connectors come to a band."""
        return any(band == key for band, _ in self.layout.lanes)

    def sign(self, key: str, words: str, channel: int) -> tuple[Mark, ...]:
        """Return a sign left of a band, if another band is there."""
        if key not in self.layout.together:
            return ()
        middle = self._panels[key, channel].rect.center[1]
        return self.stage.operator(key, middle, words, channel)

    def across(
        self, name: str, left: str, right: str, channel: int, *, now: bool = False
    ) -> Iterator[Connector]:
        """Yield an arrow between two bands, if they stand beside each other."""
        if right not in self.layout.together:
            return
        begin, end = self._panels[left, channel].rect, self._panels[right, channel].rect
        yield self.stage.arrow(name, (begin.right, end.center[1]), (end.x, end.center[1]), now=now)

    def down(self, whole: str, key: str) -> Iterator[Connector]:
        """Yield arrows to the slices of a band from those above that they are cropped from."""
        if key not in self.layout.aligned & self.layout.beside:  # a heading above is in the way
            return
        first = self._bands[key].corner[0]
        for d, panel in enumerate(self.panels(key)):
            start, (x, y) = self.panels(whole)[first + d].rect.bottom, self._top(panel, f"d={d}")
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
        panels = self.panels(key, channel)
        name = panels[0].grid.key.removesuffix(".d0")
        for k, (d, rows, cols) in spans.items():
            rect = panels[d].grid.span(rows, cols)
            frame = self.stage.outline(f"now.{name}.k{k}", panels[d], rect)
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
