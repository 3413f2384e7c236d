"""The operands by themselves: the channels of the input, or of the kernel, side by side.

Figures 4 and 5 of the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.picture.arrangement import flowing
from tcviz.picture.layout import Layout
from tcviz.picture.panels import Panel
from tcviz.picture.solver import Room, solve
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Kind, State, role
from tcviz.views import chrome
from tcviz.views.arranged import Arranged
from tcviz.views.look import Look
from tcviz.views.panel import Values
from tcviz.views.ranges import ranges
from tcviz.views.stage import Stage, ems, headed, size_text

MOST = 6
"""Channels that are drawn side by side."""


@dataclass(frozen=True)
class Words:
    """What a picture of operands says."""

    name: str
    subtitle: str
    sentence: str
    element: str = "element"


class OperandView:
    """One scene with one panel per channel."""

    def __init__(
        self, part: Part, look: Look, said: Words, values: Values, form: Format, *, filled: bool
    ) -> None:
        self._part, self._look, self._words = part, look, said
        self._values, self._format, self._filled = values, form, filled
        self._stage = self._staged(look)

    def _staged(self, look: Look) -> Any:
        return Arranged(look, self._layout())

    def _layout(self) -> Layout:
        shown = self._values[: self._look.channels or MOST]
        look, em, size = self._look, ems(self._values, self._format), self._values.shape[1:]
        columns = [
            Panel(f"channel.{c}", size, em, f"channel {self._part.first + c}",
                   headed(size_text(size), self._format),
                   gap=60 if c else 0)
            for c in range(len(shown))
        ]  # fmt: skip
        room = Room(chrome.body(look), look.pixel, look.legible(9.5), look.reading)
        return solve([*flowing(columns)], room, tints=not is_named(self._part))

    @property
    def steps(self) -> int:
        """Nothing happens here."""
        return 1

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:  # noqa: ARG002
        """Yield the same scene for each pick."""
        for _ in picks:
            yield self.overview(), self.overview()

    def overview(self) -> Scene:
        """Return the picture."""
        look, part, said = self._look, self._part, self._words
        stage: Stage = self._stage
        marks: list[Mark] = [
            *chrome.header(look, part, said.name, said.subtitle),
            *self._headings(),
            *self._panels(),
            *chrome.caption(look, said.sentence, self._more()),
        ]
        return stage.scene(marks, said.sentence, chrome.title(part, said.name))

    def _headings(self) -> Iterator[Mark]:
        yield from self._stage.headings()

    def _panels(self) -> Iterator[Mark]:
        layout, theme, size = self._stage.layout, self._look.theme, self._values.shape[1:]
        cells = np.full(size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, column in enumerate(layout.panels):
            tint = theme.channel(self._part.first + c, filled=self._filled)
            panel = self._stage.at((column.key, 0), tint, self._values, self._format)
            yield from panel.draw(self._values[c], cells)
            yield from self._stage.notes(panel, ())

    def _drawn(self) -> int:
        """Return how many channels are drawn."""
        return len(self._stage.layout.panels)

    def _more(self) -> str:
        hidden = len(self._values) - self._drawn()
        return f"and {hidden} more channels, not drawn" if hidden else ""


def build_input(part: Part, look: Look, kind: type[OperandView] = OperandView) -> OperandView:
    """Return the view of the input's channels."""
    sentence = f"the input x: {_count(part, 'channel')} of {size_text(part.input_size)} elements"
    said = Words("input x", "what is spread over the output", sentence)
    form = ranges(part, look.decimals).x_format
    return kind(part, look, said, part.x, form, filled=False)


def build_kernel(part: Part, look: Look, kind: type[OperandView] = OperandView) -> OperandView:
    """Return the view of the kernels that make one output channel."""
    kernels, size = _count(part, "kernel"), size_text(part.layer.kernel_size)
    which = f" for output channel {part.channel}" if part.out_channels > 1 else ""
    each = ", one for each input channel" if part.channels > 1 else ""
    sentence = f"the weight w{which}: {kernels} of {size} taps{each}"
    said = Words("kernel w", "what every input element is multiplied by", sentence, "tap")
    form = ranges(part, look.decimals).w_format
    return kind(part, look, said, part.weight, form, filled=True)


def _count(part: Part, noun: str) -> str:
    return f"{part.channels} {noun}{'s' * (part.channels > 1)}"
