"""The overlap view: how many input elements reach each output cell, and with which weights.

Where the kernel's size is no multiple of the stride the numbers differ from cell to cell, and
a checkerboard appears; the picture shows it as tints, and says it in numbers.

In one dimension all strips stand on the axis of the padded result.  Each input element stands
over the middle of its window, the kernel slides along, and what reaches an output element is a
heap of bricks above its count and its sum of |w|: the counts 1 2 1 2 1 of kernel 3 and stride 2
are heaps of different heights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import prod

import numpy as np

from tcviz.boards.hued import heap
from tcviz.boards.legend import LegendEntry
from tcviz.boards.overlap_panel import tinted, told, unsigned
from tcviz.boards.panel import Roles, Values, in_states
from tcviz.boards.shown import (
    Content,
    Flags,
    Furniture,
    Link,
    Meeting,
    Shown,
    Window,
    alike,
    flags,
    roles,
)
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.magnitudes import Magnitudes, magnitudes, ones
from tcviz.layer.overlap import between
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import Sizes, element, size_text, sized
from tcviz.layer.symbols import Wording
from tcviz.layer.trace import Distribution, Places, Step
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import group_notes, taps
from tcviz.picture.depth import TAPS, Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import OF_ALL, Strip, Variant
from tcviz.scene.marks import Scene
from tcviz.scene.numbers import Format
from tcviz.scene.states import Kind, State
from tcviz.views.overlap_words import (
    count_notes,
    fully,
    judged,
    reaching,
    said_of_channels,
    scale_note,
    sum_notes,
    tally,
)

WHOLE = Format()
ONES = "input x: all ones"
"""What the input is called: it is not its numbers that are counted."""
REACHED, COUNTED = "reached now", "already counted"
"""What a legend calls what is written, and what is done: a kernel is grey, too."""
STACKED = 3
"""Names that may stand one below the other in a cell of the kernel."""
NOW = "this step"
"""What a lens shows of counts or sums."""
APART, BELOW = " · ", 14.0
"""What parts notes of one line, and the room between strips."""


def tensors(part: Magnitudes, ranges: Ranges) -> dict[str, Tensor]:
    """Return what the panels hold."""
    form, sums = kernel_format(part, ranges), ranges.output_format
    element = np.ones(part.input_size, dtype=int)
    return {
        "x": Tensor(element, WHOLE, "grey", scaled=True, paint=told),
        "w": Tensor(part.weight, form, "grey all over", scaled=True, paint=unsigned),
        "bricks": Tensor(part.weight, form, paint=partial(heap, part)),
        "counts": Tensor(part.counts, WHOLE, "result", scaled=True, paint=tinted),
        "output": Tensor(ranges.output, sums, "result", scaled=True, paint=tinted),
    }


def columns(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Panel]:  # noqa: ARG001
    """Return the panels from left to right.

    What enlarges cells of a map stands below what reaches it: the map has all the height.
    """
    held, output, kernel = tensors(part, ranges), part.output_size, part.layer.kernel_size
    elements, weights = (
        held[key].lens(key, kernel, f"{name}, now", shared=True)
        for key, name in (("counts", "elements"), ("output", "|w| per cell"))
    )
    each, summed, which = said_of_channels(part)
    source, size = size_text(part.input_size) + each, size_text(kernel) + summed
    exceeds = "x" if prod(output) > prod(part.input_size) else ""
    found = [
        held["x"].panel("x", part.input_size, ONES, source,
                        notes=("every element counts 1",), numbered=True, lens=elements),
        held["counts"].panel("counts", output, "elements per cell", gap=60, result=True,
                             notes=count_notes(part, part.overlap, part.counts), tinted=True,
                             numbered=True, exceeds=exceeds),
        held["w"].panel("w", kernel, "kernel |w|", size, gap=42, begins=True,
                        notes=group_notes(part.part), over=16.0 * is_named(part), lens=weights),
        held["output"].panel("output", output, f"|w| per cell{which}", gap=60, tinted=True,
                             notes=sum_notes(part, ranges), numbered=True, exceeds=exceeds),
    ]  # fmt: skip
    if not is_named(part):  # the two maps are looked at side by side: their cells are alike
        most = max(panel.em for panel in found)
        counts, sums = found[1], found[3]
        found[1], found[3] = replace(counts, em=most, result=False), replace(sums, em=most)
    return [replace(panel, shared=True) for panel in found]


def slices(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the same panels in three dimensions: slices of counts and of sums in lines alone."""
    x, counts, w, output = columns(part, ranges, drawn)
    return [
        replace(x, depth=Depth("x[{d}]"), lens=None),
        replace(w, depth=Depth(TAPS), begins=False, lens=None),
        replace(counts, depth=Depth(), begins=True, group="results", lens=_stepping(x.lens)),
        replace(output, depth=Depth(), begins=True, group="results", lens=_stepping(w.lens)),
    ]


def _stepping(lens: Panel | None) -> Panel | None:
    """Return a lens as it is called beside what it enlarges."""
    return lens and replace(lens, title=NOW)


def strips(part: Magnitudes, ranges: Ranges, drawn: int = 0) -> list[Variant]:  # noqa: ARG001
    """Return the strips from top to bottom."""
    held, (n,), (k,), (out,) = (
        tensors(part, ranges), part.input_size, part.layer.kernel_size, part.output_size,
    )  # fmt: skip
    layer, (axis,), each = part.layer, part.axes, "one |w| from each element"
    every, summed, which = said_of_channels(part)
    bricks = held["bricks"].strip("bricks", out, "what arrives", each, start=axis.before)
    found = [
        held["x"].strip("x", n, ONES, sized((n,)) + every, every=axis.stride, fills=True,
                        start=(layer.extent[0] - 1) / 2, numbered=True),
        held["w"].strip("w", k, "kernel |w|", taps(k) + summed, every=axis.dilation, fills=True,
                        slides=axis.window(n - 1).start, along="counts", entered=True,
                        notes=group_notes(part.part)),
        replace(bricks, shape=(max(1, int(part.counts.max())), out)),
        held["counts"].strip("counts", out, "elements per output", start=axis.before,
                             notes=(APART.join(count_notes(part, part.overlap, part.counts)),),
                             tinted=True),
        held["output"].strip("output", out, f"|w| per output{which}", start=axis.before,
                             notes=(scale_note(part, ranges),), tinted=True, numbered=True),
    ]  # fmt: skip
    enlarged = {"w": "|w|", "counts": "elements", "output": f"|w| per output{which}"}
    first, *others = (held[key].lens_piece(key, k, name, shared=True, group="lenses")
                      for key, name in enlarged.items())  # fmt: skip
    pieces = replace(first, sign=""), *others
    lenses = Strip("lenses", (1, 0), 0.0, NOW, "", pieces=pieces)
    plain, lensed = ([replace(s, gap=BELOW, shared=True) for s in of]
                     for of in (found, [*found[:-1], replace(found[-1], entered=True), lenses])
                     )  # fmt: skip
    return [Variant(plain, labels="tall"), Variant(lensed, OF_ALL, labels="tall", for_tints=True)]


def reached(part: Part, at: Sequence[int]) -> Places:
    """Return where the taps of an element fall in the output, per axis."""
    return tuple(axis.of_element(i)[0] for axis, i in zip(part.axes, at, strict=True))


def spreading(size: Sizes, spread: int, now: State | None) -> Content:
    """Return the input, each element 1, when those up to `spread` have spread."""
    order = np.arange(np.prod(size)).reshape(size)
    states = np.where(order <= spread, State.DONE, State.KNOWN)
    states = np.where((order == spread) & (now is not None), State.READ, states)
    return np.ones(size, dtype=int), states.astype(np.uint8)


def reached_now(named: Sequence[LegendEntry], *, outlined: bool) -> list[LegendEntry]:
    """Return the roles that a legend names: of what is written it says that it is reached.

    Where tints show how often, it is `outlined` alone.
    """
    told = (None, State.READ, State.WRITTEN, State.DONE)
    return [
        entry._replace(words=REACHED, outlined=outlined) if entry.state is State.WRITTEN else entry
        for entry in named
        if entry.state in told and not entry.spare
    ]


def kernel_format(part: Magnitudes, ranges: Ranges) -> Format:
    """Return how the kernel's |w| are written: names one below the other, if they are few."""
    if not is_named(part):
        return ranges.w_format
    count = part.part.channels
    return Wording(whole=count, row=1) if count <= STACKED else Wording()


class OverlapView(StepView):
    """What the steps of the overlap view show: one for each input element."""

    name = "overlap"
    subtitle = "how many input elements reach each output {element}, with which weights{apart}"
    amid = True
    arrangements = {1: strips, 2: columns, 3: slices}  # noqa: RUF012
    zero = "zero"
    done = COUNTED
    _part: Magnitudes
    _trace: Distribution

    def __init__(self, part: Part, look: Look) -> None:
        sums = magnitudes(part)
        super().__init__(sums, look, Distribution(sums))
        self._tally = Distribution(ones(sums))
        self._kinds = self._board.output_kinds()
        self._kinds[(sums.counts == 0) & (self._kinds == Kind.VALUE)] = Kind.ZERO

    def tensors(self, part: Magnitudes, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        return tensors(part, ranges)

    def furniture(self) -> Furniture:
        """Return the frames around what is fully covered, if not all is."""
        inner = fully(self._part.overlap, self._part.output_size)
        frames = dict.fromkeys(("counts", "output") * bool(inner), ("inner", inner))
        return Furniture(dashes=frames, told=("w",))

    @property
    def roles(self) -> Sequence[LegendEntry]:
        """The roles that a legend names: what is reached has their colours in a lens only."""
        return reached_now(super().roles, outlined=not self._board.has("counts.lens"))

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        crop, traces = self._part.crop, (self._tally, self._trace)
        for counts, now in zip(*(trace.running(picks) for trace in traces), strict=True):
            yield self._shown(now.step, crop(counts.sums)[0], crop(now.sums)[0])

    def _shown(self, step: Step, counts: Values, sums: Values) -> Shown:
        places, n = reached(self._part, step.at), step.number
        known, now = (counts > 0) | (self._part.counts == 0), flags(counts.shape, places)
        lit, calm = (roles(self._kinds, known, known, now, s) for s in (State.WRITTEN, None))
        results = {"counts": (counts, lit), "output": (sums, lit)}
        settled = self._sources(step, n, None)
        return Shown(
            n,
            self._sources(step, n, State.READ) | results,
            self._lit(step, places),
            self._links(all(places)),
            lambda: (self._sentence(step, places, counts), self._detail(step, sums)),
            self._taps(step),
            {key: found for key, (_, found) in settled.items()} | {"counts": calm, "output": calm},
        )

    def _sources(self, step: Step, spread: int, now: State | None) -> dict[str, Content]:
        """Return input, kernel and bricks when the elements up to `spread` have spread."""
        return {
            "x": spreading(self._part.input_size, spread, now),
            "w": (self._part.weight[0], self._kernel(step, now or State.KNOWN)),
            **({"bricks": self._heap(spread, now)} if self._board.has("bricks") else {}),
        }

    def _kernel(self, step: Step, state: State) -> Roles:
        """Return the roles of the taps; in columns those that fall in the border are faint."""
        if not self._board.aligned:
            return alike(step.counts.shape)
        kinds = np.where(step.counts, Kind.VALUE, Kind.BORDER)
        return in_states(kinds, state)

    def _heap(self, spread: int, now: State | None) -> Content:
        """Return the bricks of the elements up to `spread`; those of the last fall now."""
        elements, taps = self._part.heaps
        fallen = np.where((elements >= 0) & (elements <= spread), State.KNOWN, State.PENDING)
        states = np.where((elements == spread) & (now is not None), State.WRITTEN, fallen)
        return self._part.weight[0][taps], states.astype(np.uint8)

    def _taps(self, step: Step) -> Meeting:
        """Return where the taps lie beside the output's cells, beyond those too."""
        axes = zip(step.places, self._part.axes, strict=True)
        places = tuple(range(p.start - a.before, p.stop - a.before, p.step) for p, a in axes)
        return Meeting("counts", places, step.counts)

    def _lit(self, step: Step, places: Places) -> dict[str, Window]:
        """Return the element, its window, and in columns its kernel."""
        lit: dict[str, Window] = {"x": tuple((i,) for i in step.at)}
        if self._board.aligned:
            lit["w"] = tuple(map(range, self._part.layer.kernel_size))
        return lit | (dict.fromkeys(("counts", "output"), places) if all(places) else {})

    def _links(self, reaches: bool, *, now: bool = True) -> tuple[Link, ...]:
        """Return what leads from input and kernel to what they reach; columns say that."""
        if self._board.aligned:
            return (Link("spread", "x", "w"),) * now
        return (
            Link("count", "x", "counts", now=now),
            Link("weigh", "w", "output", now=now),
        ) * reaches

    def _sentence(self, step: Step, places: Places, counts: Values) -> str:
        named, one = "x" + words.place(step.at), element(len(places))
        if not all(places):
            return f"{named} reaches no {one} of the output: all of its window falls in the border"
        now = Counter(counts[np.ix_(*places)].ravel().tolist())
        return f"{named} reaches {words.area(places)} of the output: {tally(now, one)}"

    def _detail(self, step: Step, sums: Values) -> str:
        lost, taps = int((~step.counts).sum()), step.counts.size
        fall = "falls" if lost == 1 else "fall"
        border = f"{lost} of {taps} taps {fall} in the border" if 0 < lost < taps else ""
        verdict = f"counts end up {self._part.overlap.verdict}"
        return "; ".join(filter(None, [border, verdict, self._so_far(sums)]))

    def _so_far(self, sums: Values) -> str:
        if is_named(self._part) or not np.isfinite(sums).any():
            return ""
        most = sums[np.isfinite(sums)].max().item()
        return f"sums of |w| are up to {self._board.ranges.output_format.said(most)} so far"

    def overview(self) -> Scene:
        """Return the finished picture: nothing is lit, and the caption has the numbers."""
        part, first = self._part, self._trace[0]
        (last,) = self._trace.running([self.steps - 1])
        sums = part.crop(last.sums)[0]
        all_known: Flags = np.ones(sums.shape, dtype=bool)
        done = roles(self._kinds, all_known, all_known, all_known, None)
        cells = self._sources(first, self.steps, None) | {
            "counts": (part.counts, done),
            "output": (sums, done),
        }
        per, *_ = said_of_channels(part)
        said = f"{judged(part.overlap)}{per}", self._extremes(sums)
        links = self._links(reaches=True, now=False)
        taps = self._taps(first) if self._board.aligned else None
        shown = Shown(self.steps - 1, cells, {}, links, lambda: said, taps)
        return self._finished(shown)

    def _extremes(self, found: Values) -> str:
        """Return what evens the counts, and the ends of all of them and of the sums of |w|."""
        part, overlap = self._part, self._part.overlap
        one = "output" if found.ndim == 1 else "cell"  # elements are those of the input
        reached = f"every {one} is reached by {between(*overlap.ends)}"
        told = [*filter(None, [overlap.remedy]), reached]
        if is_named(part):
            return "; ".join(told)
        inside = found[np.ix_(*overlap.inner)]
        sums = [self._range(found, "sums of |w|: ")]
        if overlap.seen and inside.size < found.size:
            sums += [self._range(inside, "away from the edge ")]
        told += [", ".join(filter(None, sums))]
        if overlap.uniform and overlap.seen and inside.min() < inside.max():
            told += ["what still differs comes from the weights alone"]
        return "; ".join(filter(None, told))

    def _range(self, sums: Values, words: str) -> str:
        finite = sums[np.isfinite(sums)]
        form = self._board.ranges.output_format.said
        if not finite.size:
            return ""
        return words + reaching(form(finite.min().item()), form(finite.max().item()))


build = OverlapView
