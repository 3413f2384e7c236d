"""What views share in which every output element gathers a window times a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Protocol, TypeAlias

import numpy as np

from tcviz.boards import chrome
from tcviz.boards.panel import Roles, Values
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
from tcviz.boards.step_view import SUMMED, StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.forward import Convolution
from tcviz.layer.parts import Part, is_named
from tcviz.layer.trace import Collection, Places, Step, each
from tcviz.look import symbol_words, words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import bias_added, unseen
from tcviz.scene import text
from tcviz.scene.states import Kind, State, role
from tcviz.views.gathered import tensors

FLAT = 2
"""In so many dimensions arrows lead from row to row."""

Windows: TypeAlias = Collection | Convolution
"""A trace with one step per output element."""


class Source(Protocol):
    """The grid that the window slides over: the input, with zeros between or around."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of its panel."""

    @property
    def done(self) -> str:
        """What was done to the input, nothing if it is the same."""

    @property
    def kept(self) -> tuple[range, ...]:
        """The cells between which the input's own lie."""

    def values(self, channel: int) -> Values:
        """Return one channel's numbers."""

    def roles(self, places: Places, state: State) -> Roles:
        """Return each cell's role when the taps lie at `places`."""

    def window(self, places: Places) -> tuple[range, ...]:
        """Return the cells from a window's first to its last tap."""


class GatheringView(StepView):
    """What the steps of such a view show: one for each output element.

    `source` is what the window slides over, and `wide` its panel, empty where it is the input.
    """

    done = SUMMED
    zeros = ""
    """What a window may hold besides numbers."""
    read = "the {}input"
    """What the rows and columns of a window are counted in, with what was done to it."""
    _trace: Windows

    def __init__(self, part: Part, look: Look, trace: Windows, source: Source, wide: str) -> None:
        self._source, self._wide = source, wide
        super().__init__(part, look, trace)

    def tensors(self, part: Part, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        held = tensors(part, ranges, self._wide)
        return held | {"result": replace(held["result"], values=part.crop(ranges.padded))}

    def furniture(self) -> Furniture:
        """Return what is left of the input's own cells, and what adds up to the output."""
        wide = self._wide
        kept: Mapping[str, tuple[str, Window]] = {wide: ("real", self._source.kept)} if wide else {}
        links = [Link("flip", "kernel", "w", "↓ flipped")]
        if self._part.layer.dims != FLAT:  # where it leads from row to row
            links = [Link("stretch", "x", wide), *links]
        return Furniture(kept, links, gathered="result", added=self._added, told=("result",))

    @property
    def _added(self) -> str:
        return bias_added(self._part, self._board.ranges)

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        order = np.arange(self.steps).reshape(self._part.output_size)
        for number in sorted(set(picks)):
            yield self._shown(self._trace[number], order <= number)

    def _shown(self, step: Step, known: Flags) -> Shown:
        part, board, trace = self._part, self._board, self._trace
        now = flags(known.shape, tuple((i,) for i in step.at))
        made, added = board.output_kinds(), board.added_kinds()
        # That nothing reaches a cell shows once it is computed, as all else.
        lit = roles(np.where(known & ~now, made, added), known, known, now, State.WRITTEN)
        calm = roles(np.where(known, made, added), known, known, now, None)
        met = map(part.sources, range(len(step.at)), step.at)
        sources = [[i for i, _ in axis] for axis in met]
        read = flags(part.input_size, tuple(sources))
        reading, having = self._sources(step, read, State.READ), alike(step.counts.shape)
        taps = having + np.where(step.counts, 0, role(Kind.ZERO, State.KNOWN)).astype(np.uint8)
        held = having + np.where(step.counts, 0, role(Kind.ZERO, State.READ)).astype(np.uint8)
        cells = {
            **reading,
            "window": (step.values, held),
            "kernel": (part.weight, having),
            "w": (self._factors, having),
            "product": (step.products, taps),
            "result": (trace.sums, lit),
            "output": (self._total, lit),
        }
        settled = {key: roles for key, (_, roles) in self._sources(step, read, State.KNOWN).items()}
        settled |= {"result": calm, "output": calm}
        meeting = Meeting(self._wide, self._places(step), step.counts)
        # Zeros that alone are read come from nowhere in the input.
        rows = part.layer.dims == FLAT and all(sources)
        # One arrow leads from all slices, which end at the last.
        sign = "Σ of all" if part.layer.dims > FLAT and part.layer.kernel_size[0] > 1 else "Σ"
        summed = Link("sum", "product", "output", sign, brief="Σ")
        links = (
            *[Link("stretch", "x", self._wide, onto=meeting.cells)] * rows,
            Link("take", self._wide or "x", "window"),
            summed._replace(end="result")
            if board.has("result")
            else summed._replace(added=self._added, more=unseen(part, board.drawn)),
        )
        say = partial(self._said, step)
        return Shown(step.number, cells, self._lit(step, sources), links, say, meeting, settled)

    def _sources(self, step: Step, read: Flags, state: State) -> dict[str, Content]:
        """Return the input, and what the window slides over, where some of it is read."""
        found = self._board.input_roles(np.where(read, state, State.KNOWN))
        source: dict[str, Content] = {"x": (self._part.x, found)}
        if self._wide:
            source[self._wide] = self._around, self._source.roles(step.places, state)
        return source

    def _lit(self, step: Step, sources: Window) -> dict[str, Window]:
        """Return the window, what it holds of the input, and the cells of the sum."""
        at = tuple((i,) for i in step.at)
        lit: dict[str, Window] = {"x": sources} if all(sources) else {}
        lit[self._wide or "x"] = self._places(step)
        return lit | {"result": at, "output": at}

    def _places(self, step: Step) -> Places:
        """Return where the taps lie in the panel of what the window slides over."""
        window = zip(self._source.window(step.places), step.places, strict=True)
        return tuple(range(axis.start, axis.stop, p.step) for axis, p in window)

    @cached_property
    def _around(self) -> Values:
        """What the window slides over, of each drawn channel."""
        return np.stack([self._source.values(c) for c in range(self._board.drawn)])

    @cached_property
    def _factors(self) -> Values:
        """The kernels as the windows meet them."""
        return self._part.weight

    @cached_property
    def _total(self) -> Values:
        """The output: the sum of the channels, bias and all."""
        with np.errstate(all="ignore"):
            bias = 0 if self._part.bias is None else self._part.bias
            total: Values = self._trace.sums.sum(axis=0) + bias
        return total

    def _said(self, step: Step) -> chrome.Said:
        """Return what the output element gathers, with as many terms as there is room for."""
        part = self._part
        count = int(step.counts.sum()) + is_named(part)  # where a bias is a term like others
        if part.channels == 1 or not step.counts.any():
            remarks = [*filter(None, [self._remark(step)])]
            zeros = [*filter(None, [self._zeros(step)])]
            ways = ((self._sentence(step, count, brief=brief), "; ".join(some))
                    for some in (zeros + remarks, remarks) for brief in (False, True))  # fmt: skip
            shorter = self._longest(lambda most: (self._sentence(step, most), ""), count)
            return next(filter(self._fits, ways), shorter)
        terms = part.channels * (count if is_named(part) else 1)
        sentence, _ = self._longest(lambda most: (self._sentence(step, most), " "), terms)
        whole = text.SPACE.join(filter(None, (self._sums(step, count), self._zeros(step))))
        if self._fits((sentence, whole)):
            return sentence, whole
        said = self._longest(lambda most: (sentence, self._sums(step, most)), count)
        if self._fits(said):
            return said
        alone = partial(self._longest, lambda most: (self._sentence(step, most), ""), terms)
        return self._fewer(sentence, said[1]) or alone()

    def _longest(self, ways: Callable[[int], chrome.Said], count: int) -> chrome.Said:
        """Return what is said with as many terms as there is room for, at least one."""
        return chrome.longest(self._board.look, self.steps, ways, count)

    def _fits(self, said: chrome.Said) -> bool:
        return chrome.is_whole(self._board.look, self.steps, *said)

    def _fewer(self, sentence: str, detail: str) -> chrome.Said | None:
        """Return a sentence and as many of the channels' sums as there is room for, if any."""
        sums = detail.split(text.SPACE)
        ends = range(min(self._board.drawn, self._part.channels - 1), 0, -1)
        kept = ([*sums[:n], self._more(self._part.channels - n)] for n in ends)
        ways = ((sentence, text.SPACE.join(some)) for some in kept)
        return next(filter(self._fits, ways), None)

    def _zeros(self, step: Step) -> str:
        """Return how many products a sentence leaves out, as they are 0."""
        count = 0 if is_named(self._part) else int((~step.counts).sum())
        if not (count and step.counts.any()):
            return ""
        several, verb = "s" * (count > 1), "is" if count == 1 else "are"
        each = "in each, " if self._part.channels > 1 else ""
        return f"{each}{count} other product{several} {verb} 0"

    def _more(self, count: int) -> str:
        """Return how many channels' sums are left out."""
        return f"and {count} more {self._part.names.summed}{'s' * (count > 1)}"

    def _remark(self, step: Step) -> str:  # noqa: ARG002  (of some views it is another each time)
        """Return what else is said where there is room."""
        return ""

    def _sentence(self, step: Step, most: int, *, brief: bool = False) -> str:
        """Return what the output element gathers, as the sum of its channels.

        A `brief` one says nothing that the element's indices say already.
        """
        part, ranges = self._part, self._board.ranges
        if is_named(part):
            return symbol_words.gathers(part, step, self._window(step), self.zeros, most)
        several = part.out_channels > 1
        named = part.names.y + words.place((part.channel, *step.at) if several else step.at)
        named += words.in_channel(part.channel) * (several and not brief)
        parts = self._trace.sums[each(step.at)].tolist()
        with np.errstate(all="ignore"):
            result = ranges.output_format.said(sum(parts) + (part.bias or 0))
        bias = self._board.bias_terms()
        if not step.counts.any():
            told = words.total([*bias, "0"], result) if bias else "0"
            return f"{named} = {told}: the window holds {self.zeros} only"
        gathers = f"{named} gathers {self._window(step)}"
        if part.channels == 1:
            return f"{gathers}: {self._written(step, 0, bias, most)}"
        terms = [ranges.sum_format.said(v) for v in parts]
        return f"{gathers}: {words.total(terms, result, bias, most)}"

    def _window(self, step: Step) -> str:
        """Return where a step's taps lie, and in what."""
        grid = self.read.format(f"{self._source.done} " if self._source.done else "")
        if self._part.channels > 1:
            grid = f"each {self._part.names.summed}'s {grid.removeprefix('the ')}"
        return f"{words.area(self._places(step))} of {grid}"

    def _sums(self, step: Step, most: int) -> str:
        """Return each channel's sum of products written out, with so many terms."""
        named = [
            f"{self._part.names.summed} {self._part.first + c}: {self._written(step, c, [], most)}"
            for c in range(self._board.drawn)
        ]
        if self._part.channels > self._board.drawn:
            named.append(self._rest(step))
        return text.SPACE.join(named)

    def _rest(self, step: Step) -> str:
        """Return what the channels without panels add together: they have no products to see."""
        part, drawn = self._part, self._board.drawn
        if is_named(part):
            return f"{self._more(part.channels - drawn)}, not drawn"
        with np.errstate(all="ignore"):
            rest = self._trace.sums[each(step.at)][drawn:].sum().item()
        which = words.span(range(part.first + drawn, part.first + part.channels))
        several = "s" * (part.channels - drawn > 1)
        total = self._board.ranges.sum_format.said(rest)
        return f"{part.names.summed}{several} {which}, not drawn: {total}"

    def _written(self, step: Step, channel: int, bias: list[str], most: int) -> str:
        """Return one channel's products that are not from zeros, and their sum."""
        if is_named(self._part):
            return symbol_words.summed(step.products[channel], most)
        ranges, taps = self._board.ranges, np.argwhere(step.counts).tolist()
        pairs = [
            (ranges.x_format.said(step.values[(channel, *tap)].item()),
             ranges.w_format.said(step.factors[(channel, *tap)].item()))
            for tap in taps
        ]  # fmt: skip
        with np.errstate(all="ignore"):
            total = self._trace.sums[(channel, *step.at)].item()
            total += (self._part.bias or 0) if bias else 0
        result = (ranges.output_format if bias else ranges.sum_format).said(total)
        return words.dot(pairs, bias, result, most)
