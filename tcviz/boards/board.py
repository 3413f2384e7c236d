"""The board of a picture: it draws what steps show, where the layout put their panels.

A view is put together as follows; `distribution` and `collection` are examples.

1. A function ``tensors(part, ranges)`` says what numbers there are, by key: a `Tensor` each, with
   a format and a hue, and with what `paint` makes panels of those that have a kind of their own.
   The input is called ``"x"``, and the result, if there is one, ``"output"``.
2. Functions ``(part, ranges, drawn)`` return the panels of those keys in reading order: `Panel`s
   for two axes, for three with what is said of their slices (`Depth`), and for one axis variants
   of `Strip`s, which share columns of one coordinate.  An arrangement needs not have all panels.
   `Furniture` says what never changes between them: links, frames around what is kept, the sum.
3. A class derived from `StepView` yields what each step shows, a `Shown`: for each key numbers and
   roles, what is lit, what leads where, the sentence.  No coordinates, no colours, no axes.

A board makes the panels (`hold`, in `held_panels`), draws what never changes (`fixed`), and then
steps (`marks`), with what leads from panel to panel (`linked_panels`).  This one is for two axes;
`RowsBoard` draws strips, and `SlicesBoard` depth slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from tcviz.boards import chrome, legend
from tcviz.boards.arranged import Arranged
from tcviz.boards.held_panels import Panels, taken
from tcviz.boards.linked_panels import LinkedPanels
from tcviz.boards.panel import Grid, kinds_and_states
from tcviz.boards.shown import Flags, Shown, Window, beheld, hull
from tcviz.boards.stage import small_side
from tcviz.layer.parts import Part, is_named
from tcviz.look.formats import formats_and_layout
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.turn_ranges import widest
from tcviz.picture.arrangement import Arrangement, abreast, equation, lenses
from tcviz.picture.fitting import Room
from tcviz.picture.layout import Layout
from tcviz.picture.panels import Panel, briefed, narrowed, shortened
from tcviz.picture.solver import solve
from tcviz.picture.tinting import SMALL
from tcviz.scene.marks import Box, Mark, panel_of, part_key
from tcviz.scene.states import Kind, State

FLAT = 2
"""In so many dimensions lenses have numbers beside them."""
THINNER = 8.0
"""Tints that are smaller have a thin frame around what is kept of them: it lies on some."""
SHORT, AMPLE = 0.8, 1.8
"""What it is worth to leave out a panel that only repeats cells of another, and how many times as
large as the smallest text is that for which none is left out."""


class Board(LinkedPanels):
    """Panels of a part, a row for each channel, and what surrounds them."""

    aligned = False
    """Whether cells of one coordinate stand below each other."""

    def __init__(
        self,
        part: Part,
        look: Look,
        name: str,
        panels: Panels,
        chosen: tuple[Ranges, Layout] | None = None,
    ) -> None:
        self.part, self.look, self.name = part, look, name
        chosen = chosen or formats_and_layout(part, look, partial(self._solved, panels))
        self.ranges, layout = chosen
        self.stage = self._stage(look, layout)
        self.layout: Layout = layout
        self.drawn, self._arranged = layout.drawn, panels

    def _solved(
        self, panels: Panels, numbers: Ranges, look: Look, smallest: float, rows: int, least: int
    ) -> Layout:
        """Return the layout of the columns with these formats."""
        part, named = widest(self.part, look.turn), is_named(self.part)
        alike: dict[Panel, Panel] = {}  # what is alike for every number of channels is one

        def held(n: int) -> list[Panel]:
            found = panels(part, numbers, n)
            found = map(narrowed, found) if named else found
            return [alike.setdefault(panel, panel) for panel in found]

        room = Room(chrome.body(look), look.pixel, smallest, look.reading, chrome.hang(look),
                    legend.height(look), look.tried)  # fmt: skip
        drawn = {n: held(n) for n in range(rows, least - 1, -1)}
        options = [o for n in drawn for o in self._options(drawn[n], n, room)]
        short = {n: () if look.unabridged else shortened(drawn[n]) for n in drawn}
        for n in filter(short.get, short):
            shorter = self._options(short[n], n, room)
            options += [o._replace(worth=SHORT * o.worth, enough=AMPLE) for o in shorter]
        layout = solve(options, room, tints=not named)
        # Of channels in turn the places are those of the widest; the headings are their own.
        own = taken(layout, panels(self.part, numbers))
        return replace(layout, panels=_retitled(layout, own)) if look.turn else layout

    def _options(
        self,
        panels: Sequence[Panel],
        drawn: int,
        room: Room,
    ) -> Iterator[Arrangement]:
        """Yield the arrangements of panels with so many channels."""
        yield from equation(panels, drawn)
        yield from abreast(panels, drawn)
        brief = briefed(panels) if room.reading > SMALL and not self.look.unabridged else []
        for option in equation(brief, drawn) if brief else ():
            yield option._replace(worth=SHORT * option.worth, for_tints=True)

    def _stage(self, look: Look, layout: Any) -> Any:
        return Arranged(look, layout)

    def fixed(self, subtitle: str) -> tuple[Mark, ...]:
        """Return what never changes: header, names, notes, signs, and whole panels' links."""
        marks = *self.frame(subtitle), *self._named(), *self._signs(), *self._joined()
        return *marks, *self._numbered()

    def marks(self, shown: Shown) -> Iterator[Mark]:
        """Yield what a step shows: panels, and then links and frames."""
        for key, panels in self.cells.items():
            values, roles = self._content(key, shown)
            shared = self._of(key).shared
            for c in range(len(panels)):
                yield from self._panel(key, c, shown).draw(values if shared else values[c], roles)
                # Below the frame around all of the output, which has no dashes.
                yield from self._output_padding() if (key, c) == (self._last[0], 0) else ()
                yield from self._kept(key, c)
        for c in range(self.drawn):
            yield from self._links(c, shown)
        gathered = self.furniture.gathered
        if gathered and self.has(gathered) and self.has("output"):
            yield from self._gathered(gathered, shown)
        for key, panels in self.cells.items():
            for c in range(len(panels)):
                enlarges = bool(self._of(key).enlarges)
                yield from (self._beheld if enlarges else self._framed)(key, c, shown)

    def unenlarged(self, marks: Sequence[Mark]) -> Iterator[Mark]:
        """Yield marks but those of lenses: of the whole there is nothing that one could show."""
        lenses = {panel.key for panel in self.layout.panels if panel.enlarges}
        for mark in marks:
            panel = panel_of(mark)
            if panel is None or panel.tensor not in lenses:
                yield mark

    def drawn_of(self, shown: Shown) -> Iterator[Mark]:
        """Yield what is drawn of a moment."""
        return self.marks(shown)

    def _kept(self, key: str, c: int) -> Iterator[Mark]:
        """Yield the frames around what is kept of a panel, or spoken of, if anything is."""
        theme, furniture = self.look.theme, self.furniture
        own = theme.channel(self.part.first + c)
        if self._of(key).shared or self.tensors[key].hue == "result":
            own = theme.result
        for frames, line, dash in (
            (furniture.kept, own.line, False),
            (furniture.dashes, theme.ink, True),
        ):
            name, window = frames.get(key, ("", ()))
            for grid in self._grids(key, c, window) if window and all(window) else ():
                rect, heat = grid.span(*hull(window[-2:])), self._is_tinted(key)
                wide = 1.0 if heat and small_side(grid) < THINNER else 2.0
                rect = grid.framed(rect) if heat else rect
                yield Box(part_key(grid.key, name), rect, line, wide, dash=dash)

    def _grids(self, key: str, c: int, window: Window) -> Sequence[Grid]:  # noqa: ARG002  (slices)
        """Return the grids in which cells of a panel are."""
        return (self.cells[key][c].grid,)

    def _framed(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield a frame around what is lit of a panel; one of a step's numbers needs none."""
        if key in shown.lit and self.tensors[key].hue != "step":
            yield from self._frames(key, c, shown)

    def _frames(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield a frame around each block of cells that are lit."""
        panel, cells = self._of(key), self._panel(key, c, shown)
        name = panel.of or key
        name = name if panel.shared else f"{name}.{c}"
        reads = self._reads(key, shown)
        yield from self.stage.outlines(f"now.{name}", cells, shown.lit[key], reads=reads)

    def _reads(self, key: str, shown: Shown) -> bool:
        """Return whether what is lit of a panel is read, not written."""
        _, states = kinds_and_states(shown.cells[key][1])
        return not np.any(states == State.WRITTEN)

    def _beheld(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield the frame of what a lens enlarges, as it has there, and the numbers beside it."""
        lens, panel = self._of(key), self.cells[key][c]
        window, shape = shown.lit.get(lens.enlarges), lens.shape[-self.part.layer.dims :]
        if not (window and all(window)):
            return
        if lens.packed:
            shape = tuple(map(len, window))
        rect = panel.grid.span(*beheld(window, shape))
        yield self.stage.outline(f"now.{self._name(key, c)}", panel, rect)
        if self.part.layer.dims == FLAT:
            yield from self.stage.met((key, c), panel.grid, window, shape)

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around the rows and columns of output_padding where no hatching shows."""
        if not self.frames_extra:
            return
        key, within = self._last
        (rows, cols), (down, right) = within, self.part.extra
        grid = self.stage.grid((key, 0))
        for name, count, span in (
            ("rows", down, (rows[len(rows) - down :], cols)),
            ("cols", right, (rows, cols[len(cols) - right :])),
        ):
            if count:
                yield from self.stage.dashed(f"output_padding.{name}", grid.span(*span))

    @cached_property
    def _last(self) -> tuple[str, tuple[range, ...]]:
        """The panel in which the output stands, and its rows and columns there."""
        if self.has("output") or not self.has("padded"):
            return "output", tuple(map(range, self.output_size))
        sides = zip(self.part.layer.border, self.output_size, strict=True)
        return "padded", tuple(range(before, before + size) for (before, _), size in sides)

    @property
    def frames_extra(self) -> bool:
        """Whether output_padding has frames: tints, or grey zeros in it, hide its hatching."""
        if not (any(self.part.extra) and self.has(self._last[0])):
            return False
        reached: Flags = self.part.reached | (self.added_kinds() != Kind.OUTPUT_PADDING)
        return self.stage.layout.spots[self._last[0], 0].heat or not reached.all()


def _retitled(layout: Layout, panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Return the panels of another channel, which stand as those of a layout do."""
    own = (replace(panel, named=layout.panel(panel.key).named) for panel in panels)
    return *own, *lenses(panels, layout.spots)
