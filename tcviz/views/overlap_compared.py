"""The overlap view with another kernel size beside: how many elements reach each output cell.

The same input is counted twice, on one scale: the checkerboard of one kernel is seen beside what
the other paints.  In one dimension each input element stands over the middle of both its windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from tcviz.boards.legend import LegendEntry
from tcviz.boards.overlap_panel import tinted, told
from tcviz.boards.panel import Roles, Values
from tcviz.boards.shown import Content, Furniture, Link, Shown, Window, flags, kinds, roles
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.magnitudes import Magnitudes, magnitudes, ones
from tcviz.layer.overlap import Overlap, overlap
from tcviz.layer.parts import Part
from tcviz.layer.sizes import element, size_text, sized
from tcviz.layer.trace import Distribution, Places, Running
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.picture.depth import Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import Variant
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene
from tcviz.scene.states import Kind, State
from tcviz.views.overlap import APART, COUNTED, ONES, WHOLE, reached, reached_now, spreading
from tcviz.views.overlap_words import compared, count_notes, fully, judged

SHARED = "both kernels on one scale"
DOWN = 30.0
"""Room above the first counts in one dimension, which is an arrow's."""


@frozen
class Counted:
    """The counts of one kernel size: of which part, and what their panel is called by."""

    key: str
    part: Part

    @cached_property
    def overlap(self) -> Overlap:
        """How many elements reach the cells of the output."""
        return overlap(self.part.layer, self.part.input_size)

    @cached_property
    def counts(self) -> Values:
        """The same for each cell."""
        return self.overlap.counts()

    @cached_property
    def kinds(self) -> Roles:
        """What each cell is: what nothing reaches is a zero."""
        found = kinds(self.part.output_size, self.part.extra)
        found[self.counts == 0] = Kind.ZERO
        return found

    @property
    def kernel(self) -> str:
        """What counts are told apart by."""
        return f"kernel {size_text(self.part.layer.kernel_size)}"

    @property
    def title(self) -> str:
        """What its panel is called."""
        return f"counts with {self.kernel}"

    @property
    def size(self) -> str:
        """What is counted, in how many cells."""
        of = "cell" if self.part.layer.dims > 1 else "output"
        return f"elements per {of}, {sized(self.part.output_size)}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the counts."""
        return count_notes(self.part, self.overlap, self.counts)

    @property
    def verdict(self) -> str:
        """What the counts look like, and why."""
        return f"{self.kernel}, {self.overlap.pattern}: {self.overlap.reason}"

    def reached(self, at: Sequence[int]) -> Places:
        """Return which cells an element reaches, per axis."""
        return reached(self.part, at)


def counted(part: Magnitudes) -> tuple[Counted, ...]:
    """Return the counts of the layer's own kernel, and of the other."""
    own = Counted("counts", part)
    return (own, Counted("other", part.other)) if part.other else (own,)


def tensors(part: Magnitudes) -> dict[str, Tensor]:
    """Return what the panels hold: all counts have one scale."""
    ends = np.array([0, max(int(one.counts.max()) for one in counted(part))])
    counts = Tensor(ends, WHOLE, "result", scaled=True, paint=tinted)
    x = Tensor(np.ones(part.input_size, dtype=int), WHOLE, "grey", scaled=True, paint=told)
    return {"x": x} | {one.key: counts for one in counted(part)}


def columns(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Panel]:  # noqa: ARG001
    """Return the panels from left to right."""
    held, (own, *others) = tensors(part), counted(part)
    more = {one.key: [n for n in one.notes if n not in own.notes] for one in others}
    found = [
        held["x"].panel("x", part.input_size, ONES, shared=True, numbered=True,
                        notes=("every element counts 1",)),
        held[own.key].panel(own.key, own.part.output_size, own.title, own.size, gap=60,
                            shared=True, result=True, tinted=True, numbered=True, group="counts",
                            notes=own.notes, flush="counts"),
    ]  # fmt: skip
    return found + [
        held[one.key].panel(one.key, one.part.output_size, one.title, one.size, gap=48,
                            shared=True, result=True, tinted=True, numbered=True, group="counts",
                            begins=True, notes=(SHARED, *more[one.key]), past="x", flush="counts")
        for one in others
    ]  # fmt: skip


def slices(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the same panels in three dimensions: slices of counts in lines alone."""
    x, *counts = columns(part, ranges, drawn)
    return [replace(x, depth=Depth("x[{d}]"))] + [
        replace(panel, depth=Depth(), begins=True) for panel in counts
    ]


def strips(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Variant]:  # noqa: ARG001
    """Return the strips from top to bottom."""
    held, (n,), (axis,) = tensors(part), part.input_size, part.axes
    middle = (part.layer.extent[0] - 1) / 2
    found = [held["x"].strip("x", n, ONES, every=axis.stride, fills=True, start=middle,
                             shared=True, numbered=True)]  # fmt: skip
    said: list[str] = []
    for one in counted(part):
        (own,), (cells,) = one.part.axes, one.part.output_size
        first = middle - (one.part.layer.extent[0] - 1) / 2 + own.before
        notes = APART.join([n for n in one.notes if n not in said] + [SHARED] * bool(said))
        said += one.notes
        found += [held[one.key].strip(
            one.key, cells, one.title, one.size, start=first, gap=DOWN, entered=True, shared=True,
            tinted=True, numbered=True, notes=(notes,),
        )]  # fmt: skip
    return [Variant(found, labels="tall")]


def counting(*, now: bool) -> tuple[Link, ...]:
    """Return what leads from the input to both counts."""
    return Link("count", "x", "counts", now=now), Link("recount", "x", "other", now=now)


class ComparedOverlapView(StepView):
    """What the steps of two kernels' overlaps show: one for each input element."""

    name = "overlap"
    subtitle = "how many input elements reach each output {element}, with two kernels{apart}"
    amid = True
    arrangements = {1: strips, 2: columns, 3: slices}  # noqa: RUF012
    zero = "zero"
    done = COUNTED
    _part: Magnitudes
    _trace: Distribution

    def __init__(self, part: Part, look: Look) -> None:
        sums = magnitudes(part, look.compare)
        self._counted = counted(sums)
        super().__init__(sums, look, Distribution(ones(sums)))
        self._traces = [Distribution(ones(one.part)) for one in self._counted]

    def tensors(self, part: Magnitudes, ranges: Ranges) -> dict[str, Tensor]:  # noqa: ARG002
        """Return what the panels hold."""
        return tensors(part)

    def furniture(self) -> Furniture:
        """Return the frames around what is fully covered, where not all is."""
        found = ((one, fully(one.overlap, one.part.output_size)) for one in self._counted)
        return Furniture(dashes={one.key: ("inner", inner) for one, inner in found if inner})

    @property
    def roles(self) -> Sequence[LegendEntry]:
        """The roles that a legend names."""
        return reached_now(super().roles, outlined=True)

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        yield from map(self._shown, zip(*(t.running(picks) for t in self._traces), strict=True))

    def _shown(self, now: tuple[Running, ...]) -> Shown:
        step, size = now[0].step, self._part.input_size
        cells: dict[str, Content] = {"x": spreading(size, step.number, State.READ)}
        calm = {"x": spreading(size, step.number, None)[1]}
        lit: dict[str, Window] = {"x": tuple((i,) for i in step.at)}
        reaches = []
        for one, running in zip(self._counted, now, strict=True):
            counts, places = one.part.crop(running.sums)[0], one.reached(step.at)
            known, here = (counts > 0) | (one.counts == 0), flags(counts.shape, places)
            cells[one.key] = counts, roles(one.kinds, known, known, here, State.WRITTEN)
            calm[one.key] = roles(one.kinds, known, known, here, None)
            if all(places):
                lit[one.key] = places
            cell = f"no {element(len(places))}"
            reaches.append(f"{words.area(places) if all(places) else cell} with {one.kernel}")
        told = counting(now=True)[: 1 if self._board.aligned else None]
        links = [link for link in told if link.end in lit]
        said = f"x{words.place(step.at)} reaches {', and '.join(reaches)}"
        return Shown(step.number, cells, lit, links, lambda: (said, self._verdict), calm=calm)

    @cached_property
    def _verdict(self) -> str:
        """What both counts look like, and why: once if they are alike."""
        alike = compared(*(one.overlap for one in self._counted))
        return alike or "; ".join(one.verdict for one in self._counted)

    def overview(self) -> Scene:
        """Return the finished picture: nothing is lit, and the caption compares."""
        cells: dict[str, Content] = {"x": spreading(self._part.input_size, self.steps, None)}
        for one in self._counted:
            done = np.ones(one.counts.shape, dtype=bool)
            cells[one.key] = one.counts, roles(one.kinds, done, done, done, None)
        first, second = (f"{one.kernel}, {judged(one.overlap)}" for one in self._counted)
        links = () if self._board.aligned else counting(now=False)
        shown = Shown(self.steps - 1, cells, {}, links, lambda: (first, second))
        return self._finished(shown, alike=True)


build = ComparedOverlapView
