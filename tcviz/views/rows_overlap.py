"""The overlap view in one dimension: how many input elements reach each output element.

In each step an element's kernel falls on the heaps: the counts 1 2 1 2 1 of kernel 3 and
stride 2 are heaps of different heights.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.trace import Places, Step
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import State
from tcviz.views.look import Look
from tcviz.views.overlap import OverlapView, caption
from tcviz.views.overlap_panel import states
from tcviz.views.panel import Values
from tcviz.views.rows_overlap_board import RowsOverlapBoard


class RowsOverlapView(OverlapView):
    """Scenes of the overlap view in one dimension."""

    _board: RowsOverlapBoard

    def _made(self, part: Part, look: Look) -> RowsOverlapBoard:
        return RowsOverlapBoard(part, look)

    def _scene(
        self, step: Step, counts: Values, sums: Values, read: State, written: State
    ) -> Scene:
        board, places, lit = self._board, self._places(step), read is State.READ
        (source,) = step.at
        marks: list[Mark] = [
            *self._still,
            *board.elements(source + 1, read),
            *board.slid(source, State.READ if lit else State.KNOWN),
            *board.bricks.draw(source + 1, source if lit else None),
            *board.results(counts, sums, self._roles(counts, places, written)),
            *self._highlights(step, places),
        ]
        said = self._sentence(step, places, counts), self._detail(step, sums)
        return board.scene(marks, step.number, self.steps, said)

    def _highlights(self, step: Step, places: Places) -> Iterator[Mark]:
        """Yield frames around the element, its kernel and its window."""
        board, (source,) = self._board, step.at
        yield board.stage.outline("now.x", board.source, board.source.grid.cell(0, source))
        yield board.stage.outline("now.w", board.kernel, board.taps(source).rect)
        yield board.falls(source)
        if all(places):
            window = range(places[0][0], places[0][-1] + 1)
            for panel in (board.tallies, board.weights):
                rect = panel.grid.span(range(1), window)
                yield board.stage.outline(f"now.{panel.grid.key}", panel, rect)

    def overview(self) -> Scene:
        """Return the finished picture: nothing is lit, and the caption has the numbers."""
        board = self._board
        cells = states(board.kinds, [(np.ones(board.counts.shape, dtype=bool), State.DONE)])
        marks = [
            *self._still,
            *board.elements(self.steps, None),
            *board.slid(0, State.KNOWN),
            *board.bricks.draw(self.steps),
            *board.results(board.counts, board.sums, cells),
        ]
        return board.finished(marks, (caption(board.overlap), self._extremes()))


build = RowsOverlapView
