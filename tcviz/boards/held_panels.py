"""The panels of a picture: which there are, where each stands, and what is said around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from tcviz.boards.panel import Cells, Roles, in_states, kinds_and_states
from tcviz.boards.shown import Content, Furniture, Shown, alike, enlarged, kinds
from tcviz.boards.stage import below, drawn, packed
from tcviz.boards.surrounded import Surrounded
from tcviz.boards.tensor import Tensor
from tcviz.look import words
from tcviz.look.ranges import Ranges
from tcviz.look.titles import of_tints
from tcviz.picture.layout import Layout, Place
from tcviz.picture.panels import Panel, briefed, shortened
from tcviz.scene.marks import Mark, PanelName
from tcviz.scene.states import ROLES, Kind, State
from tcviz.scene.theme import Tint

COPIES = "element", "window"
"""The panels of what is read."""
NOW = [code for code, (_, state) in enumerate(ROLES) if state in (State.READ, State.WRITTEN)]

Panels: TypeAlias = Callable[..., Any]
"""Returns the panels of a part, with these ranges, if so many channels are drawn."""


class HeldPanels(Surrounded):
    """Panels where a layout put them, one per channel or one that all share, of tensors."""

    ranges: Ranges
    layout: Layout
    drawn: int
    """How many channels are drawn."""
    tensors: Mapping[str, Tensor]
    """What the panels hold that have a place, by key."""
    furniture: Furniture
    cells: Mapping[str, tuple[Cells, ...]]
    """The panels of each key, one per drawn channel, or the one that they share."""
    _arranged: Panels
    """What said which panels there are."""

    def hold(self, tensors: Mapping[str, Tensor], furniture: Furniture) -> None:
        """Make the panels of those of the tensors that have a place."""
        panels = self.layout.panels
        lensed = {panel.key: tensors[panel.enlarges].enlarged for panel in panels if panel.enlarges}
        self.tensors = {key: held for key, held in {**tensors, **lensed}.items() if self.has(key)}
        self.furniture = furniture
        self.cells = {key: self._made(key, tensor) for key, tensor in self.tensors.items()}

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

    def _of(self, key: str) -> Panel:
        """Return the panel of that key, or the one that stands below it."""
        return self._uppers.get(key) or self.layout.panel(key)

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
        painter = tensor.painter(packed if panel.packed else drawn)
        return self.stage.at((panel.key, c), tint, tensor.values, tensor.form,
                             self._name(key, c), stacked, shift, painter)  # fmt: skip

    def _name(self, key: str, c: int) -> str:
        """Return what a panel is called."""
        return key if self._of(key).shared else PanelName(key, c)

    def _lowered(self, panel: Panel) -> float:
        """Return how far below its place a panel stands."""
        if not panel.lowered:
            return 0.0
        (other,) = self._uppers.values()
        return below(0.0, other.rows, self.layout.spots[other.key, 0].cell_height)

    def _place(self, key: str, c: int) -> Place:
        return key, 0 if self.layout.panel(key).shared else c

    def _panel(self, key: str, c: int, shown: Shown) -> Cells:  # noqa: ARG002  (strips slide)
        """Return a channel's panel where it stands in a step."""
        return self.cells[key][c if len(self.cells[key]) > c else 0]

    def _is_tinted(self, key: str) -> bool:
        """Return whether a panel shows tints."""
        return self.layout.spots[self._of(key).key, 0].heat

    def tints(self, key: str) -> Sequence[Tint]:
        """Return the tints of a panel, of each drawn channel."""
        return [self._hue(c, self.tensors[key]) for c in range(len(self.cells[key]))]

    @property
    def lowest(self) -> float:
        """Where the cells of the lowest line of panels begin."""
        last = max(self.layout.lines.values(), key=lambda line: line.box.y, default=None)
        if last is None:
            return self.layout.body.bottom
        places = (place for place, line in self.layout.lines.items() if line is last)
        return min(self.layout.spots[place].y for place in places)

    def _content(self, key: str, shown: Shown) -> Content:
        """Return what a panel holds in a step; a lens holds what is lit of another."""
        panel = self._of(key)
        if not panel.enlarges:
            return shown.cells[key]
        of, shape = panel.enlarges, panel.shape[-self.part.layer.dims :]
        return enlarged(shown.cells[of], shown.lit.get(of), shape, packed=panel.packed)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The panels whose roles a legend names: those that sentences speak of, in numbers."""
        named = (key for key in self.tensors
                 if self._of(key).numbered or key in self.furniture.told)  # fmt: skip
        lensed = (key for key in self.tensors if self._of(key).enlarges)
        return *(key for key in named if not self._is_tinted(key)), *lensed, *self._copied

    @cached_property
    def _copied(self) -> tuple[str, ...]:
        """The panels that show in numbers what is read, where any that it is read of has tints."""
        read = any(self._of(key).numbered and self._is_tinted(key) for key in self.tensors)
        copies = (key for key in COPIES if self.has(key) and not self._is_tinted(key))
        return tuple(copies) * read

    def role_codes(self, key: str, shown: Shown) -> Roles:
        """Return the roles of a panel's cells; of a lens those of what happens now.

        What is read is copied with the zeros among it.  What is done is no role where each number
        has a tint of its own.
        """
        found = self._content(key, shown)[1]
        kinds, states = kinds_and_states(found)
        if self.cells[key][-1].tints:
            done = (states == State.DONE) & (kinds != Kind.ZERO)
            found = in_states(kinds, np.where(done, State.PENDING, states))
        if key in self._copied:
            return np.append(alike((1,), State.READ), found[kinds == Kind.ZERO])
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
        panels = taken(self.layout, self._arranged(self.part, self.ranges, self.drawn))
        tinted = {key for key, _ in self.layout.spots if self.layout.spots[key, 0].heat}
        return {panel.key: of_tints(panel.notes) if panel.key in tinted else panel.notes
                for panel in panels}  # fmt: skip

    def _numbered(self) -> Iterator[Mark]:
        """Yield the numbers of rows and columns."""
        for key, panels in self.cells.items():
            of = self._of(key)
            for c, panel in enumerate(panels if of.numbered or of.renumbered else ()):
                yield from self.stage.numbers(self._place(key, c), panel.grid)

    def _signs(self) -> Iterator[Mark]:
        """Yield the signs left of panels."""
        for panel in self.layout.panels:
            signed = panel.sign and panel.key not in self.furniture.led
            for c in range(self.drawn if signed else 0):
                yield from self.stage.operator(panel.key, self._lowered(panel), panel.sign, c)

    @property
    def output_size(self) -> tuple[int, ...]:
        """The output's spatial size."""
        return self.part.output_size

    def input_roles(self, states: Roles) -> Roles:
        """Return the roles of an input's cells in these states."""
        return in_states(self._kinds, states)

    @cached_property
    def _kinds(self) -> Roles:
        """What each input cell is."""
        return kinds(self.part.input_size, self.part.source_extra)

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


def taken(layout: Layout, panels: Sequence[Panel]) -> Sequence[Panel]:
    """Return the panels of which a layout is made: those that only repeat others may be missing."""
    placed = {key for key, _ in layout.spots}
    whole = all(panel.key in placed for panel in panels)
    found = panels if whole else shortened(panels) or panels
    pairs = zip(found, briefed(found), strict=False)
    there = ((full.key, brief) for full, brief in pairs if full.brief and full.key in placed)
    return briefed(found) if any(layout.panel(key) == brief for key, brief in there) else found
