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

A board makes the panels (`hold`), draws what never changes (`fixed`), and then steps (`marks`).
This one is for two axes; `RowsBoard` draws strips, and `SlicesBoard` depth slices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from tcviz.layer.parts import Part, is_named
from tcviz.picture.arrangement import Arrangement, equation, lenses
from tcviz.picture.layout import Layout, Place
from tcviz.picture.links import BESIDE_ARROW
from tcviz.picture.panels import NOTE, Panel, heading, narrowed, shortened
from tcviz.picture.solver import Room, solve
from tcviz.scene import text
from tcviz.scene.crop import extent
from tcviz.scene.marks import Box, Mark, PanelName, Point, Rect, part_key
from tcviz.scene.theme import ROLES, Kind, State, Tint
from tcviz.views import chrome, legend, undrawn, words
from tcviz.views.arranged import Arranged
from tcviz.views.formats import formats_and_layout
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Grid, Roles, in_states
from tcviz.views.ranges import Ranges
from tcviz.views.shown import (
    Content,
    Flags,
    Furniture,
    Link,
    Shown,
    Window,
    beheld,
    enlarged,
    hull,
    kinds,
)
from tcviz.views.stage import below, drawn, small_side
from tcviz.views.surrounded import Surrounded
from tcviz.views.tensor import Tensor
from tcviz.views.titles import ADDED, of_tints, unseen
from tcviz.views.turn_ranges import widest

NOW = [code for code, (_, state) in enumerate(ROLES) if state in (State.READ, State.WRITTEN)]
FLAT = 2
"""In so many dimensions lenses have numbers beside them."""
THINNER = 8.0
"""Tints that are smaller have a thin frame around what is kept of them: it lies on some."""
SHORT, AMPLE = 0.8, 1.8
"""What it is worth to leave out a panel that only repeats cells of another, and how many times as
large as the smallest text is that for which none is left out."""

Panels: TypeAlias = Callable[..., Any]
"""Returns the panels of a part, with these ranges, if so many channels are drawn."""


class Board(Surrounded):
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
        self._kinds = kinds(part.input_size, part.source_extra)

    def _solved(
        self, panels: Panels, numbers: Ranges, look: Look, smallest: float, rows: int, least: int
    ) -> Layout:
        """Return the layout of the columns with these formats."""
        drawn, named = panels(widest(self.part, look.turn), numbers), is_named(self.part)
        if named:
            drawn = list(map(narrowed, drawn))
        room = Room(chrome.body(look), look.pixel, smallest, look.reading, chrome.hang(look),
                    legend.height(look), look.tried)  # fmt: skip
        counts = range(rows, least - 1, -1)
        options = [o for n in counts for o in self._options(drawn, n, room)]
        if short := [] if look.unabridged else shortened(drawn):
            shorter = [o for n in counts for o in self._options(short, n, room)]
            options += [o._replace(worth=SHORT * o.worth, enough=AMPLE) for o in shorter]
        layout = solve(options, room, tints=not named)
        # Of channels in turn the places are those of the widest; the headings are their own.
        own = _taken(layout, panels(self.part, numbers))
        return replace(layout, panels=_retitled(layout, own)) if look.turn else layout

    def _options(
        self,
        panels: Sequence[Panel],
        drawn: int,
        room: Room,  # noqa: ARG002  (slices break where it ends)
    ) -> Iterator[Arrangement]:
        """Yield the arrangements of panels with so many channels."""
        return equation(panels, drawn)

    def _stage(self, look: Look, layout: Any) -> Any:
        return Arranged(look, layout)

    def _channels(self) -> tuple[Mark, ...]:
        part, theme = self.part, self.look.theme
        if part.channels == 1:
            return ()
        return tuple(
            label
            for c in range(self.drawn)
            for label in self.stage.named(
                c, part.first + c, theme.channel(part.first + c).line, part.names.summed
            )
        )

    def input_roles(self, states: Roles) -> Roles:
        """Return the roles of an input's cells in these states."""
        return in_states(self._kinds, states)

    def has(self, key: str) -> bool:
        """Return whether the arrangement that was taken has such a panel."""
        return (key, 0) in self.layout.spots or key in self._uppers

    def are_apart(self, key: str, other: str) -> bool:
        """Return whether both panels are there, but not on one line, so that an arrow is needed."""
        there = self.has(key) and self.has(other)
        return there and not self.stage.on_one_line((key, 0), (other, 0))

    @cached_property
    def _uppers(self) -> dict[str, Panel]:
        """The panels above which others of these keys stand."""
        return {panel.upper: panel for panel in self.layout.panels if panel.upper}

    def hold(self, tensors: Mapping[str, Tensor], furniture: Furniture) -> None:
        """Make the panels of those of the tensors that have a place."""
        panels = self.layout.panels
        lensed = {panel.key: tensors[panel.enlarges].enlarged for panel in panels if panel.enlarges}
        self.tensors = {key: held for key, held in {**tensors, **lensed}.items() if self.has(key)}
        self.furniture = furniture
        self.cells = {key: self._made(key, tensor) for key, tensor in self.tensors.items()}

    def _made(self, key: str, tensor: Tensor) -> tuple[Cells, ...]:
        """Return a tensor's panels, one per drawn channel, or the one that they share."""
        count = 1 if self._of(key).shared else self.drawn
        return tuple(self._cells(key, c, tensor, self._hue(c, tensor)) for c in range(count))

    def _hue(self, c: int, tensor: Tensor) -> Tint:
        """Return the tint of a step, of the result, of a channel, or none."""
        theme = self.look.theme
        if tensor.hue == "step":
            return theme.step
        if tensor.hue == "result":
            return theme.result
        if tensor.hue == "grey":
            return Tint(theme.connector, theme.rule, theme.background)
        if tensor.hue == "grey all over":
            return Tint(theme.connector, theme.rule, theme.rule)
        return theme.channel(self.part.first + tensor.channel + c, filled=tensor.hue == "filled")

    def _cells(self, key: str, c: int, tensor: Tensor, tint: Tint) -> Cells:
        """Return a panel of a tensor."""
        panel = self._of(key)
        stacked = int(bool(panel.upper) and key == panel.key)
        shift = 0.0 if panel.upper else self._lowered(panel)
        return self.stage.at((panel.key, c), tint, tensor.values, tensor.form,
                             self._name(key, c), stacked, shift, tensor.painter(drawn))  # fmt: skip

    def _name(self, key: str, c: int) -> str:
        """Return what a panel is called."""
        return key if self._of(key).shared else PanelName(key, c)

    def _of(self, key: str) -> Panel:
        """Return the panel of that key, or the one that stands below it."""
        return self._uppers.get(key) or self.layout.panel(key)

    def _lowered(self, panel: Panel) -> float:
        """Return how far below its place a panel stands."""
        if not panel.lowered:
            return 0.0
        (other,) = self._uppers.values()
        return below(0.0, other.rows, self.layout.spots[other.key, 0].cell_height)

    def fixed(self, subtitle: str) -> tuple[Mark, ...]:
        """Return what never changes: header, names, notes, signs, and whole panels' links."""
        marks = *self.frame(subtitle), *self._named(), *self._signs(), *self._joined()
        return *marks, *self._numbered()

    def tints(self, key: str) -> Sequence[Tint]:
        """Return the tints of a panel, of each drawn channel."""
        return [self._hue(c, self.tensors[key]) for c in range(len(self.cells[key]))]

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The panels whose roles a legend names: those that sentences speak of, in numbers."""
        named = (key for key in self.tensors
                 if self._of(key).numbered or key in self.furniture.told)  # fmt: skip
        lensed = (key for key in self.tensors if self._of(key).enlarges)
        return *(key for key in named if not self._is_tinted(key)), *lensed

    def drawn_of(self, shown: Shown) -> Iterator[Mark]:
        """Yield what is drawn of a moment."""
        return self.marks(shown)

    @property
    def lowest(self) -> float:
        """Where the cells of the lowest line of panels begin."""
        last = max(self.layout.lines.values(), key=lambda line: line.box.y, default=None)
        if last is None:
            return self.layout.body.bottom
        places = (place for place, line in self.layout.lines.items() if line is last)
        return min(self.layout.spots[place].y for place in places)

    def role_codes(self, key: str, shown: Shown) -> Roles:
        """Return the roles of a panel's cells; of a lens those of what happens now."""
        found = self._content(key, shown)[1]
        return found[np.isin(found, NOW)] if self._of(key).enlarges else found

    def _named(self) -> Iterator[Mark]:
        """Yield what names panels and channels, and the notes on them."""
        yield from self.stage.headings()
        yield from self._channels()
        yield from self._lenses()
        for key, tensor in self.tensors.items():
            own = bool(self.cells[key][-1].tints) and key not in self._uppers
            if tensor.scaled or own:
                yield from self.stage.notes(self.cells[key][-1], self.notes.get(key, ()))

    def _lenses(self) -> Iterator[Mark]:
        """Yield the titles of lenses."""
        for lens in self.layout.panels:
            for c, panel in enumerate(self.cells[lens.key] if lens.enlarges else ()):
                name, sliced = self._name(lens.key, c), bool(lens.slices)
                numbers = self.layout.spots[lens.key, c].above * (not sliced)
                yield self.stage.above(panel.rect, name, lens.title, sliced=sliced, numbers=numbers)

    @cached_property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """The notes on panels, now that it is known how many channels are drawn."""
        panels = _taken(self.layout, self._arranged(self.part, self.ranges, self.drawn))
        tinted = {key for key, _ in self.layout.spots if self.layout.spots[key, 0].heat}
        return {panel.key: of_tints(panel.notes) if panel.key in tinted else panel.notes
                for panel in panels}  # fmt: skip

    def _numbered(self) -> Iterator[Mark]:
        """Yield the numbers of rows and columns."""
        for key, panels in self.cells.items():
            for c, panel in enumerate(panels if self._of(key).numbered else ()):
                yield from self.stage.numbers(self._place(key, c), panel.grid)

    def _signs(self) -> Iterator[Mark]:
        """Yield the signs left of panels."""
        for panel in self.layout.panels:
            signed = panel.sign and panel.key not in self.furniture.led
            for c in range(self.drawn if signed else 0):
                yield from self.stage.operator(panel.key, self._lowered(panel), panel.sign, c)

    def _joined(self) -> Iterator[Mark]:
        """Yield what leads from one whole panel to another, in every step."""
        for link in self.furniture.links:
            for c in range(self.drawn if {link.start, link.end} <= {*self.cells} else 0):
                yield from self._join(link, c)

    def _join(self, link: Link, c: int) -> Iterator[Mark]:
        name, (first, last) = f"{link.name}.{c}", self._ends(link, c)
        if link.start in self._uppers:
            at = first.center[0], (first.bottom + last.y) / 2
            yield self.stage.label(name, at, link.sign, 14.0)
            return
        places = self._place(link.start, c), self._place(link.end, c)
        start, end = (first.right, first.center[1]), (last.x, last.center[1])
        arrow = self.stage.link(name, places, start, end, now=False)
        yield arrow
        yield from self.stage.along(arrow, places, self._of(link.end).said)

    def _gathered(self, key: str, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from the channels' panels of that key to the output.

        It leads from row to row: from what is lit and kept of them to what is lit of the output.
        """
        (output,), several = self.cells["output"], self.part.channels > 1
        added, sent = self.furniture.added, self._sent(key, shown)
        lit = None
        if sent:
            starts = [self._spanned(panel, sent) for panel in self.cells[key]]
            lit = starts, self._spanned(output, shown.lit["output"])
        marks = self.stage.gather(key, self.cells[key], output, lit, several=several, added=added)
        yield from marks
        yield from self._unseen(key, marks)

    def _unseen(self, key: str, marks: Sequence[Mark]) -> Iterator[Mark]:
        """Yield which channels without panels are summed, too, beside the ring if it has room."""
        rings = (extent(mark) for mark in marks if mark.key == "gather.node")
        for ring in rings:
            stands, words = self._beside_ring(key, ring), unseen(self.part, self.drawn)
            yield from undrawn.told(self.stage, words, stands, self._blocked, marks)

    def _beside_ring(self, key: str, ring: Rect) -> Iterator[undrawn.Stand]:
        """Yield where words may stand that nothing crosses, whatever rows are lit."""
        (output,), (x, y), half = self.cells["output"], ring.center, self.look.legible(NOTE) / 2
        if self.stage.on_one_line((key, 0), ("output", 0)):
            top = output.rect.y - self.layout.spots["output", 0].above
            yield (x + BESIDE_ARROW, top - half - BESIDE_ARROW), "left"
            yield (x + BESIDE_ARROW, output.rect.bottom + half + BESIDE_ARROW), "left"
            return
        yield (ring.x - BESIDE_ARROW, y), "right"
        yield (ring.right + BESIDE_ARROW, y), "left"

    @cached_property
    def _blocked(self) -> tuple[Rect, ...]:
        """What no words may lie on: other words, and panels."""
        marks = *self._named(), *self._numbered(), *self._signs()
        panels = (panel.rect for panels in self.cells.values() for panel in panels)
        return (*map(extent, marks), *panels)

    def _sent(self, key: str, shown: Shown) -> Window | None:
        """Return what is lit of a panel and leads on to the output: of a frame what is in it."""
        if not {key, "output"} <= {*shown.lit}:
            return None
        lit, (_, kept) = shown.lit[key], self.furniture.kept.get(key, ("", shown.lit[key]))
        window = [[i for i in axis if i in inner] for axis, inner in zip(lit, kept, strict=True)]
        return window if all(window) else None

    def _spanned(self, panel: Cells, window: Window) -> Rect:
        """Return the box around cells of a panel."""
        return panel.grid.span(*hull(window))

    def marks(self, shown: Shown) -> Iterator[Mark]:
        """Yield what a step shows: panels, and then links and frames."""
        for key, panels in self.cells.items():
            values, roles = self._content(key, shown)
            shared = self._of(key).shared
            for c in range(len(panels)):
                yield from self._panel(key, c, shown).draw(values if shared else values[c], roles)
                yield from self._kept(key, c)
            yield from self._output_padding() if key == self._last[0] else ()
        for c in range(self.drawn):
            yield from self._links(c, shown)
        gathered = self.furniture.gathered
        if gathered and self.has(gathered) and self.has("output"):
            yield from self._gathered(gathered, shown)
        for key, panels in self.cells.items():
            for c in range(len(panels)):
                enlarges = bool(self._of(key).enlarges)
                yield from (self._beheld if enlarges else self._framed)(key, c, shown)

    def _content(self, key: str, shown: Shown) -> Content:
        """Return what a panel holds in a step; a lens holds what is lit of another."""
        panel = self._of(key)
        if not panel.enlarges:
            return shown.cells[key]
        of, shape = panel.enlarges, panel.shape[-self.part.layer.dims :]
        return enlarged(shown.cells[of], shown.lit.get(of), shape)

    def _panel(self, key: str, c: int, shown: Shown) -> Cells:  # noqa: ARG002  (strips slide)
        """Return a channel's panel where it stands in a step."""
        return self.cells[key][c if len(self.cells[key]) > c else 0]

    def _place(self, key: str, c: int) -> Place:
        return key, 0 if self.layout.panel(key).shared else c

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
                yield Box(part_key(grid.key, name), rect, line, wide, dash=dash)

    def _is_tinted(self, key: str) -> bool:
        """Return whether a panel shows tints."""
        return self.layout.spots[self._of(key).key, 0].heat

    def _grids(self, key: str, c: int, window: Window) -> Sequence[Grid]:  # noqa: ARG002  (slices)
        """Return the grids in which cells of a panel are."""
        return (self.cells[key][c].grid,)

    def _links(self, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield what leads from one panel of a channel to another now."""
        for link in shown.links:
            if {link.start, link.end} <= {*self.cells}:
                yield from self._link(link, c, shown)

    def _link(self, link: Link, c: int, shown: Shown) -> Iterator[Mark]:
        name, places = self._called(link, c), (self._place(link.start, c), self._place(link.end, c))
        first, last = self._ends(link, c, shown)
        (begin, end), (lit, at) = self._ends(link, c), (first.center[1], last.center[1])
        if self._of(link.end).past == link.start and not self._beside_each_other(link):
            way = self.stage.past(name, places, (begin.right, lit), last, now=link.now)
            if way:
                yield way
            return
        arrow = self.stage.link(name, places, (begin.right, lit), (end.x, at), now=link.now)
        yield arrow
        if link.sign:
            yield self._signed(link, name, places, (begin.right, lit), begin.y)
        if link.added:
            # Below the arrow in the gutter that has room for it, or else by its first turns.
            near = self.stage.gutter(*places) is not None
            below = begin.right + 8 if near else arrow.points[1][0] + 7
            words = self.stage.label(f"{name}.added", (below, lit + 14), link.added, ADDED,
                                     anchor="left")  # fmt: skip
            if below + text.width(link.added, words.size) > self.layout.body.right:
                right, over = arrow.points[2]  # above the run to the other line
                words = replace(words, at=(right - 8, over - 10), anchor="right")
            yield words

    def _beside_each_other(self, link: Link) -> bool:
        return (link.start, link.end) in pairwise(panel.key for panel in self.layout.panels)

    def _called(self, link: Link, c: int) -> str:
        """Return the name of a channel's link, or of the one between panels that are shared."""
        shared = all(self._of(key).shared for key in (link.start, link.end))
        return link.name if shared else f"{link.name}.{c}"

    def _signed(
        self, link: Link, name: str, places: tuple[Place, Place], start: Point, top: float
    ) -> Mark:
        """Return the sign above a link: at its beginning, for it may turn, or amid whole panels.

        What goes around leaves below a heading that may be wider than its panel: there the sign's
        middle is no higher than the `top` of that, if it stays clear of the arrow, or else it is
        right of the heading.
        """
        stage, (x, y), ink = self.stage, start, self.look.theme.now
        turn = stage.gutter(*places)
        room = 22.0 if turn is None else turn - x
        half = text.width(link.sign, stage.look.legible(16.0)) / 2  # clear of the panel
        beside, size = max(half + 1, min(16, 2 * room - 28.5)), 16.0
        if link.whole:
            beside, size = 12.0 if turn is None else room - 4, 18.0
        over = y - 13 if turn else min(max(y - 13, top), y - 10)
        if over < top and turn is None:
            beside = max(beside, self._heading_end(places[0]) + size / 2 - x)
        return stage.label(f"{name}.sign", (x + beside, over), link.sign, size, ink=ink)

    def _heading_end(self, place: Place) -> float:
        """Return where the heading of a panel ends at the right, if it has one, with some room."""
        key, _ = place
        if (key, 0) not in self.layout.headings:
            return 0.0
        (x, _), panel = self.layout.headings[key, 0], self._of(key)
        return x + heading(panel, self.look.reading) / 2

    def _ends(self, link: Link, c: int, shown: Shown | None = None) -> tuple[Rect, Rect]:
        """Return what a link leads from and to: what is lit of panels, or all of them."""
        ends = link.start, link.end
        first, last = (self._lit(key, c, shown, whole=link.whole) for key in ends)
        return first, last

    def _lit(self, key: str, c: int, shown: Shown | None, *, whole: bool = False) -> Rect:
        if shown is None:
            return self.cells[key][c if len(self.cells[key]) > c else 0].rect
        panel, lit = self._panel(key, c, shown), {} if whole else shown.lit
        return panel.grid.span(*hull(lit[key])) if key in lit else panel.rect

    def _framed(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield a frame around what is lit of a panel; one of a step's numbers needs none."""
        if key in shown.lit and self.tensors[key].hue != "step":
            yield from self._frames(key, c, shown)

    def _beheld(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield the frame of what a lens enlarges, as it has there, and the numbers beside it."""
        lens, panel = self._of(key), self.cells[key][c]
        window, shape = shown.lit.get(lens.enlarges), lens.shape[-self.part.layer.dims :]
        if not (window and all(window)):
            return
        rect = panel.grid.span(*beheld(window, shape))
        yield self.stage.outline(f"now.{self._name(key, c)}", panel, rect)
        if self.part.layer.dims == FLAT:
            yield from self.stage.met((key, c), panel.grid, window, shape)

    def _frames(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield a frame around each block of cells that are lit."""
        panel, cells = self._of(key), self._panel(key, c, shown)
        name = panel.of or key
        name = name if panel.shared else f"{name}.{c}"
        yield from self.stage.outlines(f"now.{name}", cells, shown.lit[key])

    @property
    def output_size(self) -> tuple[int, ...]:
        """The output's spatial size."""
        return self.part.output_size

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around the rows and columns of output_padding where no hatching shows."""
        if self._is_hatched:
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
    def _is_hatched(self) -> bool:
        """Whether output_padding shows as hatching: there are no tints, and no grey zeros in it."""
        if not any(self.part.extra):
            return True
        reached: Flags = self.part.reached | (self.added_kinds() != Kind.OUTPUT_PADDING)
        return not self.stage.layout.spots[self._last[0], 0].heat and bool(reached.all())

    def output_kinds(self) -> Roles:
        """Return what each output cell is: what nothing reaches is a zero, wherever it is."""
        return np.where(self.part.reached, self.added_kinds(), Kind.ZERO).astype(np.uint8)

    def added_kinds(self) -> Roles:
        """Return the same of no step yet: the last `output_padding` cells are hatched."""
        return kinds(self.output_size, self.part.extra)

    def padded_kinds(self) -> Roles:
        """Return what each cell of the padded result is: output, output_padding or border."""
        return np.pad(self.output_kinds(), self.part.layer.border, constant_values=Kind.BORDER)

    def bias_terms(self) -> list[str]:
        """Return the bias as a term of a sum, if there is one."""
        bias = self.part.bias
        return [] if bias is None else [self.ranges.output_format.said(bias) + words.BIAS]


def _taken(layout: Layout, panels: Sequence[Panel]) -> Sequence[Panel]:
    """Return the panels of which a layout is made: those that only repeat others may be missing."""
    placed = {key for key, _ in layout.spots}
    whole = all(panel.key in placed for panel in panels)
    return panels if whole else shortened(panels) or panels


def _retitled(layout: Layout, panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Return the panels of another channel, which stand as those of a layout do."""
    own = (replace(panel, named=layout.panel(panel.key).named) for panel in panels)
    return *own, *lenses(panels, layout.spots)
