"""What both forward views share: the input and the output, the rows of channels, the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.picture.arrangement import Option, equation
from tcviz.picture.layout import Layout
from tcviz.picture.panels import Panel, narrowed
from tcviz.picture.solver import Room, solve
from tcviz.scene.marks import Box, Mark, PanelName, Scene
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Kind, State, Tint
from tcviz.views import chrome, words
from tcviz.views.arranged import Arranged
from tcviz.views.formats import formats_and_layout
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.turn_ranges import widest

Flags: TypeAlias = NDArray[np.bool_]
Panels: TypeAlias = Callable[[Any, Ranges], list[Panel]]


class Rows:
    """The input, a row for each channel, and what surrounds the panels of a view."""

    def __init__(self, part: Part, look: Look, name: str, panels: Panels) -> None:
        self.part, self.look, self.name = part, look, name
        self.ranges, layout = formats_and_layout(part, look, partial(self._solved, panels))
        self.stage: Arranged = self._stage(look, layout)
        self.drawn = layout.drawn
        self.x = self.column("x", part.input_size, part.x, self.ranges.x_format)
        self._kinds = kinds(part.input_size, part.source_extra)

    def _solved(
        self, panels: Panels, numbers: Ranges, look: Look, smallest: float, rows: int, least: int
    ) -> Layout:
        """Return the layout of the columns with these formats."""
        drawn, named = panels(widest(self.part, look.turn), numbers), is_named(self.part)
        if named:
            drawn = list(map(narrowed, drawn))
        room = Room(chrome.body(look), look.pixel, smallest, look.reading)
        options = [o for n in range(rows, least - 1, -1) for o in self._options(drawn, n, room)]
        layout = solve(options, room, tints=not named)
        # Of channels in turn the places are those of the widest; the headings are their own.
        own = panels(self.part, numbers)
        return replace(layout, panels=_retitled(layout, own)) if look.turn else layout

    def _options(
        self,
        panels: Sequence[Panel],
        drawn: int,
        room: Room,  # noqa: ARG002  (slices break where it ends)
    ) -> Iterator[Option]:
        """Yield the arrangements of panels with so many channels."""
        return equation(panels, drawn)

    def _stage(self, look: Look, layout: Any) -> Any:
        return Arranged(look, layout)

    def column(
        self,
        key: str,
        shape: Sequence[int],  # noqa: ARG002  (strips have a use for it)
        values: Values,
        form: Format,
        *,
        tint: Tint | None = None,
        filled: bool = False,
        stacked: int = 0,
        shift: float = 0.0,
        name: str = "",
    ) -> tuple[Cells, ...]:
        """Return panels, one per drawn channel, each in its channel's tint."""
        theme, first = self.look.theme, self.part.first
        return tuple(
            self.stage.at((key, c), tint or theme.channel(first + c, filled=filled), values, form,
                          PanelName(name or key, c), stacked, shift)
            for c in range(self.drawn)
        )  # fmt: skip

    def shared(
        self,
        key: str,
        shape: Sequence[int],  # noqa: ARG002  (strips have a use for it)
        tint: Tint,
        values: Values,
        form: Format,
    ) -> Cells:
        """Return the one panel that all channels share."""
        return self.stage.at((key, 0), tint, values, form)

    def still(self) -> tuple[Mark, ...]:
        """Return headings, the channels' names, and the notes below panels."""
        notes = self.stage.notes(self.x[-1], source_notes(self.part))
        return *self.stage.headings(), *notes, *self._channels()

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

    def frame(self, subtitle: str) -> tuple[Mark, ...]:
        """Return the header."""
        return chrome.header(self.look, self.part, self.name, subtitle)

    def inputs(self, read: Sequence[Flags], state: State) -> tuple[Mark, ...]:
        """Return the inputs, with the cells that are read now."""
        marks = (
            panel.draw(self.part.x[c], self.input_roles(np.where(read[c], state, State.KNOWN)))
            for c, panel in enumerate(self.x)
        )
        return tuple(m for panel in marks for m in panel)

    def input_roles(self, states: Roles) -> Roles:
        """Return the roles of an input's cells in these states."""
        return (self._kinds * len(State) + states).astype(np.uint8)

    def framed(self, cells: Sequence[Sequence[int]]) -> Iterator[Mark]:
        """Yield frames around what is read of the inputs; cells are coordinates per axis."""
        if not all(cells):
            return
        spans = [range(min(axis), max(axis) + 1) for axis in cells]
        for c, panel in enumerate(self.x):
            yield self.stage.outline(f"now.x.{c}", panel, panel.grid.span(*spans))

    def scene(self, marks: Sequence[Mark], step: int, steps: int, said: tuple[str, str]) -> Scene:
        """Return the picture with its footer."""
        foot = chrome.footer(self.look, step, steps, *said)
        title = chrome.title(self.part, self.name, step, steps)
        return self.stage.scene((*marks, *foot), ". ".join(filter(None, said)), title)

    def finished(self, marks: Sequence[Mark], said: tuple[str, str]) -> Scene:
        """Return the picture of the whole, with a caption in place of a step."""
        title = chrome.title(self.part, self.name)
        below = chrome.caption(self.look, *said)
        return self.stage.scene((*marks, *below), ". ".join(filter(None, said)), title)


class Board(Rows):
    """Rows whose channels sum to one output."""

    def __init__(self, part: Part, look: Look, name: str, panels: Panels) -> None:
        super().__init__(part, look, name, panels)
        size, ranges = part.output_size, self.ranges
        form = ranges.output_format
        self.output = self.shared("output", size, look.theme.result, ranges.output, form)

    @property
    def output_size(self) -> tuple[int, ...]:
        """The output's spatial size."""
        return self.part.output_size

    def still(self) -> tuple[Mark, ...]:
        """Return also the notes below the output."""
        notes = self.stage.notes(self.output, output_notes(self.part, self.ranges, self.drawn))
        return *super().still(), *notes

    def outcome(self, values: Values, cells: Roles) -> tuple[Mark, ...]:
        """Return the output, and over its tints what marks its last cells."""
        return *self.output.draw(values, cells), *self._output_padding()

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around the rows and columns of output_padding where tints hide hatching."""
        (rows, cols), (down, right) = self.output_size, self.part.extra
        if not self.stage.layout.spots["output", 0].heat:
            return
        line = self.look.theme.output
        for name, count, span in (
            ("rows", down, (range(rows - down, rows), range(cols))),
            ("cols", right, (range(rows), range(cols - right, cols))),
        ):
            if count:
                rect = self.output.grid.span(*span)
                yield Box(f"output_padding.{name}", rect, line, 1.5, dash=True)

    def output_kinds(self) -> Roles:
        """Return what each output cell is: the last `output_padding` ones are hatched."""
        return kinds(self.output_size, self.part.extra)

    def padded_kinds(self) -> Roles:
        """Return what each cell of the padded result is: output, output_padding or border."""
        return np.pad(self.output_kinds(), self.part.layer.border, constant_values=Kind.BORDER)

    def bias_terms(self) -> list[str]:
        """Return the bias as a term of a sum, if there is one."""
        bias = self.part.bias
        return [] if bias is None else [self.ranges.output_format.said(bias) + words.BIAS]


def _retitled(layout: Layout, panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Return the panels of another channel, which stand as those of a layout do."""
    return tuple(replace(panel, named=layout.panel(panel.key).named) for panel in panels)


def channel_name(part: Part) -> str:
    """Return the longest name of a channel, where there are several to be told apart."""
    last = part.first + part.channels - 1
    return f"{part.names.summed} {last}" if part.channels > 1 else ""


def source_title(part: Part) -> str:
    """Return the name of what is read.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> source_title(part(plan().make()))
    'input x'
    """
    return f"{part.names.source} {part.names.x}"


def source_notes(part: Part) -> tuple[str, ...]:
    """Return where the last rows and columns of what is read come from."""
    return extra_notes(part.source_extra)


def extra_notes(extra: tuple[int, ...], more: str = "") -> tuple[str, ...]:
    """Return where the last rows and columns of an output come from.

    >>> extra_notes((1, 1)), extra_notes((0, 0))
    (('last row and column: output_padding',), ())
    """
    return (f"{_last(extra)}: output_padding{more}",) if any(extra) else ()


def group_notes(part: Part) -> tuple[str, ...]:
    """Return which group's channels these are, if there are several; a bias has none."""
    if part.layer.groups == 1 or not part.names.members:
        return ()
    members, group = part.names.members, part.first // part.channels
    last = part.first + part.channels - 1
    which = f"{members} {part.first}–{last}" if part.channels > 1 else f"{members[:-1]} {last}"
    return (f"group {group}: {which}",)


def output_title(part: Part) -> str:
    """Return the output's name, with its channel where there are several and no note says it."""
    title = f"{part.names.made} {part.names.y}"
    return f"{title}, channel {part.channel}" if part.out_channels > 1 and not part.notes else title


def output_notes(part: Part, ranges: Ranges, drawn: int = 0) -> tuple[str, ...]:
    """Return what a reader must know to add up the output, of which `drawn` channels are shown."""
    notes = []
    if part.channels > 1:
        notes.append(f"sum of {part.channels} {part.names.summed}s")
        notes += [f"{drawn or 1} of them drawn"] * (drawn < part.channels)
    notes += group_notes(part)
    if part.bias is not None:
        notes.append(f"plus bias {ranges.output_format.said(part.bias)}")
    return (*notes, *extra_notes(part.extra, ", real sums"), *part.notes)


def _last(extra: tuple[int, ...]) -> str:
    """Return which rows and columns the output_padding is.

    >>> _last((1, 1)), _last((2, 0)), _last((1,))
    ('last row and column', 'last 2 rows', 'last element')
    """
    names = words.PARTS[len(extra)]
    said = [
        name[0] if n == 1 else f"{n} {name[1]}" for name, n in zip(names, extra, strict=True) if n
    ]
    return "last " + words.several(said)


def roles(kinds: Roles, reached: Flags, done: Flags, now: Flags, state: State | None) -> Roles:
    """Return the roles of a result's cells.

    Pending until a product arrives, partial while more will, done; `state` where
    it is written now, if it is not to look settled.
    """
    states = np.where(done, State.DONE, np.where(reached, State.PARTIAL, State.PENDING))
    if state is not None:
        states = np.where(now, state, states)
    return (kinds * len(State) + states).astype(np.uint8)


def flags(shape: tuple[int, ...], cells: tuple[Sequence[int], ...]) -> Flags:
    """Return an array that is true at the crossings of some rows and columns."""
    found = np.zeros(shape, dtype=bool)
    found[np.ix_(*cells)] = True
    return found


def kinds(size: tuple[int, ...], extra: tuple[int, ...]) -> Roles:
    """Return what each cell is: the last `extra` rows and columns are output_padding."""
    found = np.full(size, Kind.VALUE, dtype=np.uint8)
    for axis, count in enumerate(extra):
        cut = [slice(None)] * len(size)
        cut[axis] = slice(size[axis] - count, None)
        found[tuple(cut)] = Kind.OUTPUT_PADDING
    return found
