"""The gradient of the bias: all of the upstream gradient, added up element by element.

The bias is added to every output element, so each passes its own gradient on to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tcviz.layer.accumulation import Summation
from tcviz.layer.gradients import BiasGradient
from tcviz.layer.trace import Running, Step
from tcviz.picture.panels import Panel
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import Kind, State, role
from tcviz.views import words
from tcviz.views.board import Board
from tcviz.views.look import Look
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.stage import ems, headed, size_text
from tcviz.views.titles import output_notes, output_title, source_notes, source_title

NAME = "gradient of the bias"
SUBTITLE = "the bias is added to every output element, so its gradient is the sum of all of dy"


def columns(part: BiasGradient, ranges: Ranges) -> list[Panel]:
    """Return the columns from left to right."""
    size, one, dy = part.input_size, part.output_size, ems(part.x, ranges.x_format)
    total = ems(ranges.output, ranges.output_format)
    return [
        Panel("x", size, dy, source_title(part), headed(size_text(size), ranges.x_format),
               notes=source_notes(part)),
        Panel("element", one, dy, "element", headed("dy[i,j]", ranges.x_format), gap=56,
               begins=True),
        Panel("before", one, total, "sum so far", headed("steps before", ranges.output_format),
               gap=40),
        Panel("output", one, total, output_title(part),
               headed("running sum", ranges.output_format),
               gap=40, shared=True, result=True,
               notes=output_notes(part, ranges)),
    ]  # fmt: skip


class BiasGradientView:
    """Scenes of the gradient of one output channel's bias, a step for each output element."""

    into = "db"
    """What an element is added to."""

    def __init__(self, part: BiasGradient, look: Look) -> None:
        self._part, self._trace = part, Summation(part)
        self._board = board = self._make_board(part, look)
        self._make_panels(board)
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._signs())

    def _make_board(self, part: BiasGradient, look: Look) -> Board:
        return Board(part, look, NAME, columns)

    def _make_panels(self, board: Board) -> None:
        part, ranges, theme = self._part, board.ranges, board.look.theme
        size, form = part.output_size, ranges.output_format
        (self._element,) = board.column("element", size, part.x, ranges.x_format, tint=theme.step)
        self._before = board.shared("before", size, theme.result, ranges.output, form)

    @property
    def steps(self) -> int:
        """One step per output element."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        for running in self._trace.running(picks):
            yield self._moment(running, settle=settle)

    def overview(self) -> Scene:
        """Return the last step: all of the upstream gradient is added up."""
        return next(self.moments([self.steps - 1], settle=False))[0]

    def _moment(self, running: Running, *, settle: bool) -> Moment:
        step, before, total = running.step, running.before[0], running.sums[0]
        form, value = self._board.ranges.output_format.said, step.values.item()
        written = words.grown(*map(form, (before.item(), value, total.item())))
        named = words.place((self._part.channel, *step.at) if self._many else step.at)
        shown = self._board.ranges.x_format.said(value)
        said = f"dy{named} = {shown} is added to {self.into}: {written}", self._counted(step)
        lit = self._scene(step, before, total, (State.READ, State.WRITTEN), said)
        if not settle:
            return lit, lit
        return lit, self._scene(step, before, total, (State.DONE, State.PARTIAL), said)

    @property
    def _many(self) -> bool:
        return self._part.out_channels > 1

    def _counted(self, step: Step) -> str:
        if step.number + 1 < self.steps:
            return f"{step.number + 1} of {self.steps} elements of dy are added"
        return (
            f"all {self.steps} elements of dy are added" if self.steps > 1 else "there is no other"
        )

    def _scene(
        self,
        step: Step,
        before: Values,
        total: Values,
        lit: tuple[State, State],
        said: tuple[str, str],
    ) -> Scene:
        read, written = lit
        last = step.number + 1 == self.steps
        made = State.DONE if last and written is State.PARTIAL else written
        marks: list[Mark] = [
            *self._still,
            *self._board.x[0].draw(self._part.x[0], self._read(step, read)),
            *self._sums(step, before, total, made),
            *self._highlights(step),
        ]
        return self._board.scene(marks, step.number, self.steps, said)

    def _sums(self, step: Step, before: Values, total: Values, made: State) -> Iterator[Mark]:
        """Yield the element, the sum before it, and the sum with it."""
        yield from self._before.draw(before, one(State.PARTIAL))
        yield from self._element.draw(step.values[0], one(State.KNOWN))
        yield from self._board.output.draw(total, one(made))

    def _read(self, step: Step, now: State) -> Roles:
        """Return the roles of dy: what is added, what is added now, and what is not yet."""
        states = np.full(self._part.input_size, State.KNOWN, dtype=np.uint8)
        states.reshape(-1)[: step.number] = State.DONE
        states[step.at] = now
        return self._board.input_roles(states)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        stage, board = self._board.stage, self._board
        yield from board.framed([[i] for i in step.at])
        start = board.x[0].rect.right, board.x[0].grid.cell(*step.at).center[1]
        end = self._element.rect.x, self._element.rect.center[1]
        yield stage.link("take.0", (("x", 0), ("element", 0)), start, end)
        yield stage.outline("now.output", board.output, board.output.rect)

    def _signs(self) -> Iterator[Mark]:
        yield from self._board.stage.operator("before", 0.0, "+", 0)
        yield from self._board.stage.operator("output", 0.0, "=", 0)


def one(state: State) -> Roles:
    """Return the role of a single number."""
    return np.full((1, 1), role(Kind.VALUE, state), dtype=np.uint8)


build = BiasGradientView
