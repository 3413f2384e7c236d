"""The gradient of the bias: all of the upstream gradient, added up element by element.

The bias is added to every output element, so each passes its own gradient on to it.

In one dimension the sums so far stand below the upstream gradient: each is the sum before it plus
the element above it; the last is the gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial

import numpy as np

from tcviz.boards.chrome import Said
from tcviz.boards.legend import LegendEntry
from tcviz.boards.panel import Roles, Values
from tcviz.boards.shown import Furniture, Link, Shown, Window, alike
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.accumulation import Summation
from tcviz.layer.gradients import BiasGradient
from tcviz.layer.sizes import size_text
from tcviz.layer.trace import Running, Step
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UPSTREAM, output_notes, output_title, source_notes, source_title
from tcviz.picture.panels import Panel
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.states import State

ADD = 30.0
"""Room between an element and the sum that it is added to: an arrow's."""
APART = 0.6
"""What it is worth, in one dimension, to show the sums of one step instead of all."""


def tensors(part: BiasGradient, ranges: Ranges) -> dict[str, Tensor]:
    """Return what the panels hold: `sums` are those of all steps, `before` the one before."""
    dy, total = Tensor(part.x, ranges.x_format), Tensor(ranges.output, ranges.output_format)
    dy, element = replace(dy, hue="result", scaled=True), replace(dy, hue="step")
    total = replace(total, hue="result")
    output = replace(total, scaled=True)
    return {"x": dy, "element": element, "before": total, "sums": total, "output": output}


def columns(part: BiasGradient, ranges: Ranges, drawn: int = 1) -> list[Panel]:
    """Return the panels in reading order."""
    held, one = tensors(part, ranges), part.output_size
    own = f"{part.channel}," * (part.out_channels > 1)
    return [
        held["x"].panel("x", part.input_size, source_title(part), of_channel(part),
                        notes=source_notes(part), numbered=True),
        held["element"].panel("element", one, "element", f"dy[{own}i,j]", gap=56, begins=True),
        held["before"].panel("before", one, "db before", "sum so far", gap=40, shared=True,
                             sign="+"),
        held["output"].panel("output", one, output_title(part), "after", gap=40, shared=True,
                             result=True, notes=output_notes(part, ranges, drawn), sign="="),
    ]  # fmt: skip


def strips(part: BiasGradient, ranges: Ranges, drawn: int = 1) -> tuple[Variant, ...]:
    """Return the strips: with all sums so far, and with those before and after a step."""
    held, (n,), notes = tensors(part, ranges), part.input_size, output_notes(part, ranges, drawn)
    total, title = held["output"], output_title(part)
    own = f"{part.channel}," * (part.out_channels > 1)
    source = held["x"].strip("x", n, source_title(part), of_channel(part),
                           notes=source_notes(part), numbered=True)  # fmt: skip
    # No signs: a sum so far is added to the one before, not to all of dy above it.
    sums = held["sums"].strip("sums", n, "sum so far", gap=ADD, entered=True, shared=True)
    output = Strip("output", (1, 1), total.em, title, total.headed("the last sum"), gap=ADD,
                   start=n - 1, entered=True, shared=True, aside=True, notes=notes)  # fmt: skip
    step = Strip("step", (1, 0), 0.0, "this step", "", gap=ADD, notes=notes, pieces=(
        held["element"].piece("element", 1, f"dy[{own}i]"),
        replace(held["before"].piece("before", 1, "db before", "+"), shared=True),
        replace(total.piece("output", 1, title, "="), shared=True),
    ))  # fmt: skip
    return Variant([source, sums, output]), Variant([source, step], APART, ROOMY)


def of_channel(part: BiasGradient) -> str:
    """Return the size of dy, and whose it is where there are several output channels.

    >>> from tcviz.layer.gradients import of_bias
    >>> from tcviz.request.inputs import plan
    >>> of_channel(of_bias(plan(out_channels=2, backward=True).make(), 1))
    '5×5, output channel 1'
    """
    size = size_text(part.input_size)
    return f"{size}, output channel {part.channel}" if part.out_channels > 1 else size


class BiasGradientView(StepView):
    """What the steps of the gradient of an output channel's bias show.

    There is one for each output element.
    """

    name = "gradient of the bias"
    subtitle = (
        "the bias is added to every output element, so its gradient is the sum of all of dy "
        f"({UPSTREAM})"
    )
    arrangements = {1: strips, 2: columns}  # noqa: RUF012
    zero = "zero"
    _trace: Summation

    def __init__(self, part: BiasGradient, look: Look) -> None:
        super().__init__(part, look, Summation(part))

    @property
    def roles(self) -> Sequence[LegendEntry]:
        """The roles that a legend names: what of dy is done with, is in the sum."""
        added = {State.DONE: "already added"}
        return [one._replace(words=added.get(one.state, one.words)) if one.state else one
                for one in super().roles]  # fmt: skip

    def tensors(self, part: BiasGradient, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        return tensors(part, ranges)

    def furniture(self) -> Furniture:
        """Return no links: signs say what leads to what, or the last sum alone leads on."""
        return Furniture(told=("sums", "output"))

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        return map(self._shown, self._trace.running(picks))

    def _shown(self, running: Running) -> Shown:
        step, n, one = running.step, running.step.number, self._part.output_size
        last, all_sums = n + 1 == self.steps, self._board.has("sums")
        # Where all sums are shown, only the last of them is the gradient.
        made = State.WRITTEN if last or not all_sums else State.PENDING
        calm = State.PENDING if all_sums and not last else State.DONE
        cells = {
            "x": (self._part.x, self._read(step, State.READ)),
            "element": (step.values, alike(one)),
            "before": (running.before[0], alike(one, State.DONE)),
            "output": (running.sums[0], alike(one, made)),
        }
        settled = {"x": self._read(step, State.DONE), "output": alike(one, calm)}
        if all_sums:
            cells["sums"] = self._sums, self._added(n, State.READ, State.WRITTEN)
            settled["sums"] = self._added(n, State.DONE, State.DONE)
        at = tuple((i,) for i in step.at)
        lit: dict[str, Window] = {"x": at, "sums": at}
        if made is State.WRITTEN:
            lit["output"] = tuple(map(range, one))
        links = [Link("take", "x", "element"), Link("add", "x", "sums")]
        links += [Link("made", "sums", "output")] * last
        return Shown(n, cells, lit, links, partial(self._said, running), calm=settled)

    def _read(self, step: Step, now: State) -> Roles:
        """Return the roles of dy: what is added, what is added now, and what is not yet."""
        states = np.full(self._part.input_size, State.KNOWN, dtype=np.uint8)
        states.reshape(-1)[: step.number] = State.DONE
        states[step.at] = now
        return self._board.input_roles(states)

    @cached_property
    def _sums(self) -> Values:
        """The sums after each step."""
        with np.errstate(all="ignore"):
            dy = self._part.x[0]
            sums: Values = np.cumsum(dy, dtype=dy.dtype).reshape(dy.shape)
        return sums

    def _added(self, number: int, read: State, written: State) -> Roles:
        """Return the roles of all sums so far, each of which is done; those to come are blank."""
        found = alike(self._part.input_size, State.PENDING)
        flat = found.reshape(-1)
        flat[: number + 1] = State.DONE
        flat[max(0, number - 1)], flat[number] = read, written
        return found

    def _said(self, running: Running) -> Said:
        return self._sentence(running), self._counted(running.step)

    def _sentence(self, running: Running) -> str:
        """Return what is added to what, and the addition."""
        part, step, ranges = self._part, running.step, self._board.ranges
        form, value = ranges.output_format.said, step.values.item()
        before, total = running.before.item(), running.sums.item()
        # As panels stand that are added; sums in a strip are what there was, and what is new.
        old, new = (before, value) if self._board.has("sums") else (value, before)
        written = words.grown(form(old), form(new), form(total))
        several = part.out_channels > 1
        named = words.place((part.channel, *step.at) if several else step.at)
        named += words.in_channel(part.channel, side="output ") * several
        into = "the sum so far" if self._board.has("sums") else "db"
        return f"dy{named} = {ranges.x_format.said(value)} is added to {into}: {written}"

    def _counted(self, step: Step) -> str:
        if step.number + 1 < self.steps:
            return f"{step.number + 1} of {self.steps} elements of dy are added"
        return (
            f"all {self.steps} elements of dy are added" if self.steps > 1 else "there is no other"
        )


build = BiasGradientView
