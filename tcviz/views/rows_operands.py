"""The operands by themselves in one dimension: a row for each channel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.picture.aligned import aligned
from tcviz.picture.layout import Layout
from tcviz.picture.solver import Room, solve
from tcviz.picture.strips import Strip, Variant
from tcviz.scene.marks import Mark
from tcviz.scene.theme import Kind, State, role
from tcviz.views import chrome, operands
from tcviz.views.look import Look
from tcviz.views.operands import MOST, OperandView
from tcviz.views.panel import Cells
from tcviz.views.rows_labels import Labels
from tcviz.views.rows_panel import row_grid, row_panel
from tcviz.views.stage import Stage, ems, headed

BELOW = 18.0
"""Room between strips."""


class OperandRows(OperandView):
    """One scene with one row per channel."""

    def _strips(self, count: int) -> list[Strip]:
        em, first, n = ems(self._values, self._format), self._part.first, self._values.shape[1]
        size = headed(f"{n} {self._words.element}{'s' * (n > 1)}", self._format)
        return [
            Strip(f"channel.{c}", (1, n), em, f"channel {first + c}", size, gap=BELOW, shared=True)
            for c in range(count)
        ]

    def _staged(self, look: Look) -> Any:
        return Stage(look, self._layout())

    def _layout(self) -> Layout:
        look, wanted = self._look, min(len(self._values), self._look.channels or MOST)
        room = Room(chrome.body(look), look.pixel, look.legible(9.5), look.reading)
        counts = range(wanted, 0, -1)
        options = (aligned([Variant(self._strips(n))], n, labels="tall") for n in counts)
        return solve([*chain(*options)], room, tints=not is_named(self._part))

    def _headings(self) -> Iterator[Mark]:
        yield from ()  # strips have their names beside them

    def _panels(self) -> Iterator[Mark]:
        theme, layout = self._look.theme, self._stage.layout
        labels = Labels(self._look, layout, self._part)
        panels: dict[str, Cells] = {}
        n = self._values.shape[1]
        cells = np.full(n, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(layout.drawn):
            key, tint = f"channel.{c}", theme.channel(self._part.first + c, filled=self._filled)
            spot = layout.spots[key, 0]
            panel = row_panel(row_grid(key, spot, n), spot, self._look, tint, self._values,
                              self._format)  # fmt: skip
            panels[key] = panel
            yield from panel.draw(self._values[c], cells)
        yield from labels.marks()
        yield from labels.notes(panels, {})


def build_input(part: Part, look: Look) -> OperandView:
    """Return the view of the input's channels."""
    return operands.build_input(part, look, OperandRows)


def build_kernel(part: Part, look: Look) -> OperandView:
    """Return the view of the kernels that make one output channel."""
    return operands.build_kernel(part, look, OperandRows)
