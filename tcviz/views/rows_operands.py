"""The operands by themselves in one dimension: a row for each channel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from tcviz.errors import TooSmallError
from tcviz.parts import Part
from tcviz.scene import Mark
from tcviz.theme import Kind, State, role
from tcviz.views import chrome, operands
from tcviz.views.layout import Layout
from tcviz.views.look import Look
from tcviz.views.operands import MOST, OperandView
from tcviz.views.rows_strips import Strip, names, solve
from tcviz.views.stage import Stage, ems, headed

SMALLEST = 9.5


class OperandRows(OperandView):
    """One scene with one row per channel."""

    def _strips(self, count: int) -> list[Strip]:
        em, first = ems(self._values, self._format), self._part.first
        size = f"{self._values.shape[1]} {self._words.element}s"
        size = size.removesuffix("s") if self._values.shape[1] == 1 else size
        return [
            Strip(f"channel.{c}", f"channel {first + c}", headed(size, self._format), em)
            for c in range(count)
        ]

    def _staged(self, look: Look) -> Any:
        return Stage(look, self._strips_laid_out())

    def _strips_laid_out(self) -> Layout:
        look, wanted = self._look, min(len(self._values), self._look.channels or MOST)
        room, columns = chrome.body(look), self._values.shape[1]
        for count in range(wanted, 1, -1):
            with suppress(TooSmallError):
                return solve(self._strips(count), columns, room, look, look.legible(SMALLEST))
        return solve(self._strips(1), columns, room, look, look.legible(SMALLEST))

    def _headings(self) -> Iterator[Mark]:
        yield from ()  # strips have their names beside them

    def _drawn(self) -> int:
        return len(self._stage.layout.rows)

    def _panels(self) -> Iterator[Mark]:
        stage, theme, strips = self._stage, self._look.theme, self._strips(self._drawn())
        yield from names(stage, strips)
        shape = 1, self._values.shape[1]
        cells = np.full(shape, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, (strip, middle) in enumerate(zip(strips, stage.layout.rows, strict=True)):
            tint = theme.channel(self._part.first + c, filled=self._filled)
            panel = stage.panel(strip.key, shape, middle, tint, self._values, self._format)
            yield from panel.draw(self._values[c : c + 1], cells)
            yield from stage.notes(panel, ())


def build_input(part: Part, look: Look) -> OperandView:
    """Return the view of the input's channels."""
    return operands.build_input(part, look, OperandRows)


def build_kernel(part: Part, look: Look) -> OperandView:
    """Return the view of the kernels that make one output channel."""
    return operands.build_kernel(part, look, OperandRows)
