"""The convolution view: the kernel slides over the input of an ordinary convolution.

Figure 1 of the article: input, kernel, output.  In a step, the window and its
products stand between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tcviz.layer.forward import Convolution
from tcviz.layer.parts import ForwardPart
from tcviz.layer.trace import Places
from tcviz.picture.panels import Panel
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import (
    Board,
    channel_name,
    kinds,
    output_notes,
    output_title,
    source_notes,
    source_title,
)
from tcviz.views.gathering import Gathering
from tcviz.views.look import Look
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.stage import ems, headed, lines, size_text

NAME = "sliding window"
SUBTITLE = "every output element is a window of the input times the kernel, summed"


@dataclass(frozen=True)
class Padded:
    """The input with its padding, which the window slides over."""

    part: ForwardPart

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.part.padded.shape[1:]

    @property
    def around(self) -> bool:
        """Whether there is any padding."""
        return any(map(any, self.part.layer.border))

    @property
    def kept(self) -> tuple[range, ...]:
        """The cells of the input inside its padding."""
        sides = zip(self.part.layer.border, self.part.input_size, strict=True)
        return tuple(range(before, before + n) for (before, _), n in sides)

    def values(self, channel: int) -> Values:
        """Return one channel's numbers."""
        padded: Values = self.part.padded[channel]
        return padded

    def roles(self, places: Places, state: State) -> Roles:
        """Return each cell's role when the taps lie at `places`."""
        found = np.full(self.shape, Kind.ZERO, dtype=np.uint8)
        found[np.ix_(*self.kept)] = kinds(self.part.input_size, self.part.source_extra)
        states = np.zeros(self.shape, dtype=np.uint8)
        states[np.ix_(*places)] = state
        return (found * len(State) + states).astype(np.uint8)

    def window(self, places: Places) -> tuple[range, ...]:
        """Return the cells from a window's first to its last tap."""
        return tuple(range(axis[0], axis[-1] + 1) for axis in places)

    @property
    def note(self) -> str:
        """How much padding there is."""
        sides = {n for pair in self.part.layer.border for n in pair}
        return f"around: padding = {sides.pop()}" if len(sides) == 1 else "around: padding"


def columns(part: ForwardPart, ranges: Ranges) -> list[Panel]:
    """Return the columns of a step from left to right."""
    x, w, kernel = _operands(part, ranges)
    product = ems(ranges.product, replace(ranges.product_format, plus=False))
    work = [
        Panel(
            "window",
            kernel,
            x[-1].em,
            "window",
            headed(size_text(kernel), ranges.x_format),
            gap=40,
            begins=True,
        ),
        replace(w, gap=28),
        Panel(
            "product",
            kernel,
            product,
            "products",
            headed("this step", ranges.product_format),
            gap=28,
        ),
    ]
    if part.channels > 1:  # with one channel the result is the output
        size, sums = part.output_size, ems(ranges.padded, ranges.sum_format)
        work += [Panel("result", size, sums, "result",
                        headed(f"{size_text(size)}, per channel", ranges.sum_format), gap=46,
                        begins=True, result=True,
                        lines=lines(ranges.padded, ranges.sum_format))]  # fmt: skip
    return [*x, *work, _output(part, ranges, 70 if part.channels > 1 else 56)]


def few_columns(part: ForwardPart, ranges: Ranges) -> list[Panel]:
    """Return the columns of the finished picture: input, kernel, output."""
    x, w, _ = _operands(part, ranges)
    return [*x, replace(w, begins=True), _output(part, ranges, 80)]


def _operands(part: ForwardPart, ranges: Ranges) -> tuple[list[Panel], Panel, tuple[int, ...]]:
    """Return the input's columns, the kernel's, and the kernel's size."""
    size, kernel, em = part.input_size, part.layer.kernel_size, ems(part.x, ranges.x_format)
    padded = Padded(part)
    x = [Panel("x", size, em, source_title(part), headed(size_text(size), ranges.x_format),
                named=channel_name(part),
                notes=source_notes(part))]  # fmt: skip
    if padded.around:
        x += [Panel("padded", padded.shape, em, "padded",
                     headed(size_text(padded.shape), ranges.x_format), gap=40,
                     begins=True, notes=(padded.note,))]  # fmt: skip
    w = ems(part.weight, ranges.w_format)
    return (
        x,
        Panel("w", kernel, w, "kernel w", headed(size_text(kernel), ranges.w_format), gap=60),
        kernel,
    )


def _output(part: ForwardPart, ranges: Ranges, gap: float) -> Panel:
    size, em = part.output_size, ems(ranges.output, ranges.output_format)
    notes = output_notes(part, ranges)
    return Panel("output", size, em, output_title(part),
                  headed(size_text(size), ranges.output_format),
                  gap=gap, shared=True, begins=True, result=True, notes=notes,
                  lines=lines(ranges.output, ranges.output_format))  # fmt: skip


class ConvolutionView(Gathering):
    """Scenes of the convolution view."""

    name, subtitle = NAME, SUBTITLE

    def __init__(self, part: ForwardPart, look: Look) -> None:
        source = Padded(part)
        self._forward = part
        super().__init__(
            Board(part, look, self.name, columns),
            Convolution(part),
            source,
            "padded" if source.around else "",
        )
        board = self._board
        self._still = (*board.frame(self.subtitle), *board.still(), *self._furniture())

    def _furniture(self) -> Iterator[Mark]:
        yield from super()._furniture()
        if self._named:
            notes = (Padded(self._forward).note,)
            yield from self._board.stage.notes(self._panels.wide[-1], notes)

    def overview(self) -> Scene:
        """Return input, kernel and output, nothing lit."""
        return Overview(self._forward, self._board.look).scene()


class Overview:
    """The finished picture: input ⊗ kernel = output."""

    def __init__(self, part: ForwardPart, look: Look) -> None:
        self._part, self._source = part, Padded(part)
        self._board = Board(part, look, NAME, few_columns)

    def scene(self) -> Scene:
        """Return the picture."""
        board = self._board
        marks = [*board.frame(SUBTITLE), *board.still(), *self._inputs(), *self._kernels()]
        return board.finished([*marks, *self._output()], caption(self._part))

    def _inputs(self) -> Iterator[Mark]:
        board, part, source = self._board, self._part, self._source
        nothing = [np.zeros(part.input_size, dtype=bool)] * board.drawn
        yield from board.inputs(nothing, State.KNOWN)
        if not source.around:
            return
        wide = board.column("padded", source.shape, part.x, board.ranges.x_format, filled=True)
        cells = source.roles((range(0),) * len(source.shape), State.KNOWN)
        for c, panel in enumerate(wide):
            yield from panel.draw(source.values(c), cells)
            plain = board.x[c].rect
            start, end = (plain.right, plain.center[1]), (panel.rect.x, panel.rect.center[1])
            places = ("x", c), ("padded", c)
            yield board.stage.link(f"pad.{c}", places, start, end, now=False)
        yield from board.stage.notes(wide[-1], (source.note,))

    def _kernels(self) -> Iterator[Mark]:
        board, part = self._board, self._part
        kernel = part.layer.kernel_size
        panels = board.column("w", kernel, part.weight, board.ranges.w_format, filled=True)
        fixed = np.full(kernel, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, panel in enumerate(panels):
            yield from panel.draw(part.weight[c], fixed)
            yield from board.stage.operator("w", 0.0, "⊗", c)
        if part.channels > 1:
            yield from board.stage.gather("w", panels, board.output, several=True)
        else:
            yield from board.stage.operator("output", 0.0, "=", 0)

    def _output(self) -> tuple[Mark, ...]:
        size = self._part.output_size
        done = np.full(size, role(Kind.VALUE, State.DONE), dtype=np.uint8)
        return self._board.outcome(total(self._part), done)


def total(part: ForwardPart) -> Values:
    """Return the output, bias and all."""
    bias = 0 if part.bias is None else part.bias
    with np.errstate(all="ignore"):
        summed: Values = part.results(part.x, part.weight).sum(axis=0) + bias
    return summed


def caption(part: ForwardPart) -> tuple[str, str]:
    """Return what happens, and how many multiplications that takes."""
    taps, cells = prod(part.layer.kernel_size), prod(part.output_size)
    per = f" × {part.channels} channels" * (part.channels > 1)
    made = f"{cells * taps * part.channels:,} multiplications"
    return (
        "the kernel slides over the input; every window, times the kernel, sums to one output",
        f"{cells} windows × {taps} taps{per} = {made}",
    )


build = ConvolutionView
