"""The distribution view: each input element spreads itself, times the kernel, over the output.

Figures 6 to 8 of the article: input, kernel, padded result per channel, sum, output.

In one dimension it is a long multiplication.  Below the input stands the kernel, under the
columns that it lands on; below it a line of products for each element, one stride further right
than the last; below a rule their sum, the padded result, and what the crop keeps of it.

In three dimensions slice k of the kernel feeds slice ``d·stride + k·dilation`` of the padded
result, where d is the depth of the element that is spread; both glow where any of its products
reach the output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from tcviz.boards import chrome
from tcviz.boards.panel import Roles, in_states
from tcviz.boards.shown import (
    Content,
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
from tcviz.layer.parts import Part, is_named
from tcviz.layer.trace import Distribution, Running, Step, each
from tcviz.look import symbol_words, words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import bias_added, unseen
from tcviz.scene.states import State
from tcviz.views.spread import STAIRS, columns, result_title, slices, stair, strips, tensors

UNDRAWN, MOST = ", not drawn", 3
"""What is said of a channel that has no panels, and how many channels are told one by one."""


class DistributionView(StepView):
    """What the steps of the distribution view show: one for each input element."""

    name = "distribution view"
    subtitle = "every input element spreads itself, times the kernel, over the output{apart}"
    arrangements = {1: strips, 2: columns, 3: slices}  # noqa: RUF012
    zero = "zero"
    done = SUMMED
    _trace: Distribution

    def __init__(self, part: Part, look: Look) -> None:
        trace = Distribution(part)
        self._first, self._last = trace.ends()
        super().__init__(part, look, trace)
        self._kinds = self._board.padded_kinds()
        self._stairs = [trace[i] for i in range(min(STAIRS, len(trace)))
                        if self._board.has(stair(i))]  # fmt: skip

    def tensors(self, part: Part, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        return tensors(part, ranges)

    def furniture(self) -> Furniture:
        """Return the frame around what the crop keeps, and what adds up to the output."""
        borders = zip(self._part.layer.border, self._part.output_size, strict=True)
        inner = tuple(range(before, before + size) for (before, _), size in borders)
        return Furniture(kept={"padded": ("inner", inner)}, gathered="padded", told=("before",),
                         added=bias_added(self._part, self._board.ranges))  # fmt: skip

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        return map(self._shown, self._trace.running(picks))

    def _shown(self, running: Running) -> Shown:
        part, step, sums = self._part, running.step, running.sums
        at, n = tuple((i,) for i in step.at), step.number
        # What nothing reaches is known from the start: it stays 0.
        reached, done = self._first <= n, self._last <= n
        now = flags(reached.shape, step.places)
        lit, calm = (roles(self._kinds, reached, done, now, s) for s in (State.WRITTEN, None))
        source, known = np.where(flags(part.input_size, at), State.READ, State.KNOWN), State.KNOWN
        with np.errstate(all="ignore"):
            total = part.crop(sums).sum(axis=0) + (part.bias or 0)
        cells = {
            "x": (part.x, self._board.input_roles(source)),
            "element": (
                part.x[each(slice(i, i + 1) for i in step.at)],
                alike((1,) * len(at), State.READ),
            ),
            "w": (part.weight, alike(part.layer.kernel_size)),
            "product": (step.products, self._landed(step, known)),
            **dict(self._staircase(n)),
            "before": (running.before, self._was(step)),
            "padded": (sums, lit),
            "output": (total, part.crop(lit)),
        }
        settled = {"x": self._board.input_roles(np.full(part.input_size, known)),
                   stair(n): self._landed(step, known),
                   "padded": calm, "output": part.crop(calm)}  # fmt: skip
        links = Link("take", "x", "element"), *self._adds
        taps = Meeting("padded", step.places, step.counts)
        return Shown(n, cells, self._lit(step), links, partial(self._said, running), taps, settled)

    @property
    def _adds(self) -> Sequence[Link]:
        """What leads to the result: products or, beside the sums before, what both add up to.

        In columns below those it stands below a sum: no arrow is needed.
        """
        if not self._board.has("before"):
            return (Link("add", "product", "padded"),)
        lensed = self._board.has("padded.lens")
        return (Link("add", "padded.lens", "padded"),) * lensed

    def _lit(self, step: Step) -> dict[str, Window]:
        """Return which element is spread, and where its products land."""
        borders = zip(step.places, self._part.layer.border, self._part.output_size, strict=True)
        kept = [[p - b for p in axis if b <= p < n + b] for axis, (b, _), n in borders]
        products = stair(step.number) if self._board.has(stair(step.number)) else "product"
        lit: dict[str, Window] = {"x": tuple((i,) for i in step.at), "padded": step.places,
               products: tuple(map(range, self._part.layer.kernel_size))}  # fmt: skip
        return lit | ({"output": kept} if all(kept) else {})

    def _staircase(self, number: int) -> Iterator[tuple[str, Content]]:
        """Yield the lines of products, those to come blank."""
        for line in self._stairs:
            state = State.PENDING if line.number > number else State.KNOWN
            state = State.READ if line.number == number else state
            yield stair(line.number), (line.products, self._landed(line, state))

    def _landed(self, step: Step, state: State) -> Roles:
        """Return the roles of products; those in columns are as faint as what they land on."""
        if not self._board.aligned:
            return alike(step.counts.shape, state)
        return in_states(self._kinds[np.ix_(*step.places)], state)

    def _was(self, step: Step) -> Roles:
        """Return the roles of the sums where the products of a step land, as they were before."""
        begun = self._first[np.ix_(*step.places)] < step.number
        state = np.where(begun, State.PARTIAL, State.PENDING)
        return in_states(self._kinds[np.ix_(*step.places)], state)

    def _said(self, running: Running) -> chrome.Said:
        """Return what the element adds where, and details: as much as there is room for."""
        step, board = running.step, self._board
        sentences = [self._sentence(step, UNDRAWN), self._sentence(step),
                     self._sentence(step, most=min(board.drawn, MOST))]  # fmt: skip
        ways = [(sentence, detail) for detail in self._details(running) for sentence in sentences]
        whole = (way for way in ways if chrome.is_whole(board.look, self.steps, *way))
        return next(whole, ways[-1])

    def _details(self, running: Running) -> Iterator[str]:
        """Yield how many products are lost, and an addition written out.

        Where channels are not drawn the sum of all must be told, and then in ever fewer words.
        """
        counts = running.step.counts
        lost = words.border(int((~counts).sum()), counts.size)
        meeting, summed = self._overlap(running), self._summed(running)
        if self._board.drawn >= self._part.channels or not summed:
            yield _joined(lost, meeting or summed)
            return
        for told in (lost, meeting), (meeting,), (lost,), ():
            yield _joined(*told, summed)

    def _sentence(self, step: Step, undrawn: str = "", most: int = MOST) -> str:
        """Return what the element adds where: `most` channels, and which are `undrawn`."""
        part, form = self._part, self._board.ranges.x_format
        values = [form.said(v) for v in part.x[each(step.at)].tolist()]
        named, area = "x" + words.place(step.at), words.area(step.places)
        place = f"{area} of the {result_title(part)}"
        if is_named(part):
            return symbol_words.spread(part, step, place)
        if len(values) == 1:
            return f"{named} = {values[0]} adds {values[0]}·w to {place}"
        told = [
            v + words.in_channel(part.first + c, undrawn * (c >= self._board.drawn))
            for c, v in enumerate(values)
        ]
        return f"{named} is {words.several(told, most)}: each adds itself × its w to {place}"

    def _meeting(self, running: Running) -> list[int] | None:
        """Return a tap of this window that lands where earlier ones did, the most telling."""
        step, before = running.step, running.before
        reached = self._first[np.ix_(*step.places)] < step.number
        meets: list[list[int]] = np.argwhere(reached & step.counts).tolist()
        telling = (tap for tap in meets if step.products[(0, *tap)] and before[(0, *tap)])
        return next(telling, meets[0] if meets else None)

    def _overlap(self, running: Running) -> str:
        """Return one cell's addition written out, where this window meets earlier ones."""
        step, before, tap = running.step, running.before, self._meeting(running)
        if tap is None:
            return ""
        at = tuple(axis[i] for axis, i in zip(step.places, tap, strict=True))
        form = self._board.ranges.sum_format.said
        old, new = before.item((0, *tap)), step.products.item((0, *tap))
        if is_named(self._part):
            written = symbol_words.meets(old, new)
        else:
            written = words.grown(form(old), form(new), form(old + new))
        whose = f"channel {self._part.first}'s" if self._part.channels > 1 else "the"
        spot = words.area(tuple(range(i, i + 1) for i in at))
        grid = f"{whose} {result_title(self._part)}"
        return f"windows overlap: {spot} of {grid}: {written}"

    def _summed(self, running: Running) -> str:
        """Return one cell of the output written out as the sum of its channels, if it is one.

        It is the one where windows meet, if they do.  Channels that are not drawn are one term,
        which says so.
        """
        part, step, drawn = self._part, running.step, self._board.drawn
        kept = np.argwhere(step.counts).tolist()
        if part.channels == 1 or is_named(part) or not kept:
            return ""
        full = (tap for tap in kept if np.all(step.products[each(tap)]))
        tap = self._meeting(running) or next(full, kept[0])
        at = tuple(axis[i] for axis, i in zip(step.places, tap, strict=True))
        cell = tuple(i - b for i, (b, _) in zip(at, part.layer.border, strict=True))
        sums, form = running.sums[each(at)], self._board.ranges.sum_format.said
        rest = sums[drawn:]
        terms = [*map(form, sums[:drawn].tolist()), *([form(rest.sum().item())] * bool(rest.size))]
        named = [f" ({unseen(part, drawn).removeprefix('+ ')})"] * bool(rest.size)
        result = self._board.ranges.output_format.said(sums.sum().item() + (part.bias or 0))
        said = words.added(terms, result, named, self._board.bias_terms())
        return f"y{words.place(cell)} = {said}"


def _joined(*told: str) -> str:
    return "; ".join(filter(None, told))


build = DistributionView
