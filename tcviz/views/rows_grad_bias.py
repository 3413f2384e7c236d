"""The gradient of the bias in one dimension: below the upstream gradient stand its sums so far.

Each is the sum before it plus the element above it; the last is the gradient.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tcviz.layer.gradients import BiasGradient
from tcviz.layer.trace import Step
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.marks import Mark
from tcviz.scene.theme import Kind, State, role
from tcviz.views.board import Board
from tcviz.views.grad_bias import NAME, BiasGradientView, one
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Values
from tcviz.views.ranges import Ranges
from tcviz.views.rows_board import RowsBoard, Variants
from tcviz.views.stage import ems, headed
from tcviz.views.titles import output_notes, output_title, source_notes, source_title

ADD = 30.0
"""Room between an element and the sum that it is added to: an arrow's."""
APART = 0.6
"""What it is worth to show the sums of one step instead of all."""


def variants(part: BiasGradient, ranges: Ranges) -> Variants:
    """Return the strips: with all sums so far, and with those before and after a step."""
    n, dy, form = part.input_size[0], ems(part.x, ranges.x_format), ranges.output_format
    total, notes, one = ems(ranges.output, form), output_notes(part, ranges), headed("", form)
    source = Strip("x", (1, n), dy, source_title(part), headed(str(n), ranges.x_format),
                   notes=source_notes(part), numbered=True)  # fmt: skip
    sums = Strip("sums", (1, n), total, "sum so far", headed(str(n), form), gap=ADD, entered=True,
                 shared=True, sign="+")  # fmt: skip
    output = Strip("output", (1, 1), total, output_title(part), one, gap=ADD, start=n - 1,
                   entered=True, shared=True, aside=True, sign="=", notes=notes)  # fmt: skip
    step = Strip("step", (1, 0), 0.0, "this step", "", gap=ADD, notes=notes, pieces=(
        Strip("element", (1, 1), dy, headed("dy[i]", ranges.x_format), ""),
        Strip("before", (1, 1), total, headed("sum so far", form), "", sign="+"),
        Strip("output", (1, 1), total, headed(output_title(part), form), "", sign="="),
    ))  # fmt: skip
    return Variant([source, sums, output]), Variant([source, step], APART, ROOMY)


class BiasGradientRows(BiasGradientView):
    """Scenes of the gradient of one output channel's bias, in one dimension."""

    _rows: RowsBoard

    @property
    def into(self) -> str:  # type: ignore[override]  # which of both depends on the room
        """What an element is added to."""
        return "db" if self._rows.has("before") else "the sum so far"

    def _make_board(self, part: BiasGradient, look: Look) -> Board:
        self._rows = RowsBoard(part, look, NAME, variants)
        return self._rows

    def _make_panels(self, board: Board) -> None:
        part, form = self._part, board.ranges.output_format
        self._running: Cells | None = None
        if self._rows.has("before"):
            super()._make_panels(board)
            return
        tint, values = board.look.theme.result, board.ranges.output
        self._running = self._rows.shared("sums", part.input_size, tint, values, form)
        with np.errstate(all="ignore"):
            self._totals: Values = np.cumsum(part.x[0], dtype=part.x.dtype)

    def _sums(self, step: Step, before: Values, total: Values, made: State) -> Iterator[Mark]:
        """Yield all sums up to this one, and the last of them as the gradient."""
        if self._running is None:
            yield from super()._sums(step, before, total, made)
            return
        lit, last = made is State.WRITTEN, step.number + 1 == self.steps
        states = np.full(self._part.input_size, role(Kind.VALUE, State.PENDING), dtype=np.uint8)
        states[: step.number + 1] = State.PARTIAL
        if lit:
            states[max(0, step.number - 1)] = State.READ
            states[step.number] = State.WRITTEN
        yield from self._running.draw(self._totals, states)
        yield from self._board.output.draw(total, one(made if last else State.PENDING))

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        rows, stage, (at,) = self._rows, self._rows.stage, step.at
        yield from rows.framed([[at]])
        source, output = rows.x[0].grid.cell(at, at), rows.output
        if self._running is None:
            yield rows.down("take.0", source, self._element.rect)
            yield stage.outline("now.output", output, output.rect)
            return
        total = self._running.grid.cell(at, at)
        yield rows.down("add.0", source, total)
        yield stage.outline("now.sums", self._running, total)
        if step.number + 1 == self.steps:
            yield rows.down("made.0", total, output.rect)
            yield stage.outline("now.output", output, output.rect)

    def _signs(self) -> Iterator[Mark]:
        """Yield the notes, and the legend of tints: signs are the rows'."""
        rows, said = self._rows, output_notes(self._part, self._rows.ranges)
        panels = {"x": rows.x[0], "output": rows.output}
        yield from rows.noted(panels, {"output": said, "step": said})


build = BiasGradientRows
