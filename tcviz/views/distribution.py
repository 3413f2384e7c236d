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
from dataclasses import replace

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
from tcviz.boards.stage import headed
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import size_text
from tcviz.layer.trace import Distribution, Running, Step, each
from tcviz.look import symbol_words, words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import (
    UNREACHED,
    bias_added,
    bias_gap,
    channel_name,
    made_slices,
    output_notes,
    output_title,
    source_size,
    unseen,
)
from tcviz.picture.depth import DEPTH, TAPS, Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import OF_ALL, ROOMY, Strip, Variant
from tcviz.scene.states import State

UNDRAWN = ", not drawn"
"""What is said of a channel that has no panels."""
OVER = 24.0
"""How far the heading of an element may stand out beside names, which need the room."""
STAIRS = 10
"""The most elements that have a line of products each, in one dimension."""
FAR = 34.0
"""Room beside an equation that stands in no columns."""
HOW = (("=", 10.0), ("+", 22.0), ("", FAR))
"""The sign before the result and the room above it: below all products, those of a step, or
an equation; an arrow leads from those."""
FOLDED, APART, LENSED = 0.9, 0.6, 1.3
"""What it is worth to show the products of one step instead of all, or in no columns, or there
with a lens, where tints show no digits."""


def tensors(part: Part, ranges: Ranges) -> dict[str, Tensor]:
    """Return what the panels hold: `product` of a step, ``product0`` and so on of an element."""
    x, product = Tensor(part.x, ranges.x_format, scaled=True), ranges.product_format
    line = Tensor(ranges.product, replace(product, plus=False))
    return {
        "x": x,
        "element": replace(x, hue="step", scaled=False),
        "w": Tensor(part.weight, ranges.w_format, "filled"),
        "product": Tensor(ranges.product, product, "step"),
        **{stair(i): line for i in range(STAIRS)},
        "padded": Tensor(ranges.padded, ranges.sum_format, scaled=True, usual=ranges.padded[-1]),
        "output": Tensor(
            ranges.output, ranges.output_format, "result", scaled=True, usual=ranges.output[-1]
        ),
    }


def stair(number: int) -> str:
    """Return what the line of products of an element is called."""
    return f"product{number}"


def columns(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels in reading order."""
    held, kernel = tensors(part, ranges), part.layer.kernel_size
    padded, one = part.layer.padded_size(part.input_size), (1,) * part.layer.dims
    per = ", per channel" if part.channels > 1 else ""
    result = held["padded"].panel("padded", padded, result_title(part), size_text(padded) + per,
                                  gap=42, notes=result_notes(part), begins=True, result=True,
                                  numbered=True)  # fmt: skip
    return [
        held["x"].panel("x", part.input_size, "input x", source_size(part),
                        named=channel_name(part), numbered=True),
        held["element"].panel("element", one, "element", "x[i,j]", gap=32, begins=True,
                              over=OVER * is_named(part)),
        held["w"].panel("w", kernel, "kernel w", gap=28, sign="×"),
        held["product"].panel("product", kernel, "products x·w", "this step", gap=28, sign="=",
                              lens=held["padded"].lens("padded", kernel, "sums after")),
        result,
        held["output"].panel("output", part.output_size, output_title(part),
                             gap=bias_gap(part, ranges, 76 if part.channels > 1 else 56),
                             shared=True, begins=True, result=True, numbered=True,
                             notes=output_notes(part, ranges, drawn),
                             lens=held["output"].lens("output", kernel, f"{part.names.y}, now",
                                                      shared=True),
                             instead=_alone(part, ranges, result)),
    ]  # fmt: skip


def _alone(part: Part, ranges: Ranges, result: Panel) -> Panel | None:
    """Return the result where it stands for the output too: nothing more is added to it."""
    if part.channels > 1 or part.bias is not None:
        return None
    notes = *result.notes, *output_notes(part, ranges)
    if result.shape == part.output_size:
        return replace(result, title=f"{result.title} = {output_title(part)}", notes=notes)
    framed = f"{result.size}, framed: {output_title(part)} {size_text(part.output_size)}"
    return replace(result, size=framed, notes=notes)


def slices(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the same panels in three dimensions, and how their slices hang together."""
    x, element, w, product, padded, output = columns(part, ranges, drawn)
    corner = tuple(before for before, _ in part.layer.border)
    kept = range(corner[0], corner[0] + part.output_size[0])
    ends = w.shape[0] - 1, padded.shape[0] - 1
    # What is below the other has the same cells, so that its columns are below the other's.
    em, gap, group = max(padded.em, output.em), 40, "sums"
    meets = Depth(
        DEPTH, "depth {d} ← w[{k}]", ends, feeder="product", kept=kept, idle=True, after="product"
    )
    below = Depth(made_slices(part), under="padded", corner=corner, after="padded")
    alone = output.instead and replace(output.instead, em=em, gap=gap, group=group, depth=meets)
    return [
        replace(x, depth=Depth("x[{d}]")),
        replace(element, size=headed("of x", ranges.x_format), gap=36, depth=Depth("", after="x")),
        replace(w, gap=32, depth=Depth(TAPS)),
        replace(product, gap=32, begins=True, depth=Depth(TAPS, "w[{k}] → depth {d}", ends)),
        replace(padded, em=em, gap=gap, group=group, depth=meets),
        replace(output, em=em, gap=bias_gap(part, ranges, 2 * gap) / 2, group=group, depth=below,
                instead=alone),
    ]  # fmt: skip


def strips(part: Part, ranges: Ranges, drawn: int = 0) -> tuple[Variant, ...]:
    """Return the strips: with a line of products for each element, with one, and without."""
    held, (n,), (k,) = tensors(part, ranges), part.input_size, part.layer.kernel_size
    (axis,), (dilation,) = part.axes, part.layer.dilation
    source = held["x"].strip("x", n, "input x", source_size(part), every=axis.stride,
                           numbered=True)  # fmt: skip
    kernel = held["w"].strip("w", k, "kernel w", every=dilation, slides=axis.window(n - 1).start,
                             along="padded", sign="×")  # fmt: skip
    products = held["product"].strip("product", k, "products x·w", "this step", every=dilation,
                                     along="padded", sign="=")  # fmt: skip
    stairs = [_stair(replace(products, of=products.key, along=""), i, axis.window(i).start, held)
              for i in range(n if n <= STAIRS else 0)]  # fmt: skip
    line = Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, entered=True, pieces=(
        held["element"].piece("element", 1, "x[i]"),
        held["w"].piece("w", k, "w", "×"),
        held["product"].piece("product", k, "x·w", "="),
    ))  # fmt: skip
    summed, added, below = (_results(part, ranges, drawn, *how) for how in HOW)
    found = [Variant([source, kernel, *stairs, *summed])] if stairs else []
    folded = [source, kernel, products, *added]
    found += [Variant(folded, FOLDED, ROOMY) if stairs else Variant(folded)]
    lens = held["padded"].lens_piece("padded", k, "sums after")
    lensed = replace(line, pieces=(*(replace(p, digits=True) for p in line.pieces), lens))
    made = held["output"].lens_strip("output", k, f"{part.names.y}, now", shared=True)
    padded, output = below
    enlarged = padded, replace(output, entered=True), made
    adds = part.channels > 1 or part.bias is not None  # else the output is what the lens shows
    return (
        *found,
        Variant([source, line, *below], APART, ROOMY),
        *([Variant([source, lensed, *enlarged], LENSED * OF_ALL, for_tints=True)] * adds),
        Variant([source, lensed, *below], LENSED, for_tints=True),
    )


def _stair(products: Strip, number: int, start: int, held: dict[str, Tensor]) -> Strip:
    """Return the line of products of one element."""
    first = number == 0
    return replace(
        products, key=stair(number), title=f"x[{number}]·w", size=held["product"].headed(""),
        start=start, sign="" if first else "+", ruled=first, gap=10.0 if first else 0.0, aside=True,
    )  # fmt: skip


def _results(part: Part, ranges: Ranges, drawn: int, sign: str, gap: float) -> list[Strip]:
    """Return the strips of the padded result and of the output."""
    held, notes = tensors(part, ranges), output_notes(part, ranges, drawn)
    (padded,), (output,) = part.layer.padded_size(part.input_size), part.output_size
    return [
        held["padded"].strip("padded", padded, result_title(part), gap=gap, sign=sign,
                             ruled=sign == "=", entered=True, leads=True,
                             notes=result_notes(part), numbered=True),
        held["output"].strip("output", output, output_title(part), gap=20.0, shared=True,
                             start=part.layer.border[0][0], notes=notes, numbered=True),
    ]  # fmt: skip


def result_title(part: Part) -> str:
    """Return what the channels' results are called: padded only where a border is cropped."""
    return "padded result" if any(map(any, part.layer.border)) else "result"


def result_notes(part: Part) -> tuple[str, ...]:
    """Return what the frame in the padded result means, where y begins, and why some stay 0."""
    notes = []
    cut = {n for pair in part.layer.border for n in pair}
    if cut != {0}:
        width = f" of {cut.pop()}" if len(cut) == 1 else ""
        notes.append(f"outside the frame: border{width}, cropped{_begins(part)}")
    if not part.reached.all():
        notes.append(UNREACHED)
    return tuple(notes)


def _begins(part: Part) -> str:
    """Return where the output begins, if not where the padded result does.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> _begins(part(plan(padding=1).make())), _begins(part(plan(padding=((0, 1), 0)).make()))
    ('; y begins at [1,1]', '')
    """
    first = tuple(before for before, _ in part.layer.border)
    return f"; y begins at {words.place(first)}" * any(first)


class DistributionView(StepView):
    """What the steps of the distribution view show: one for each input element."""

    name = "distribution view"
    subtitle = "every input element spreads itself, times the kernel, over the output"
    arrangements = {1: strips, 2: columns, 3: slices}  # noqa: RUF012
    zero = "zero"
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
        return Furniture(kept={"padded": ("inner", inner)}, gathered="padded",
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
            "padded": (sums, lit),
            "output": (total, part.crop(lit)),
        }
        settled = {"x": self._board.input_roles(np.full(part.input_size, known)),
                   stair(n): self._landed(step, known),
                   "padded": calm, "output": part.crop(calm)}  # fmt: skip
        links = Link("take", "x", "element"), Link("add", "product", "padded")
        taps = Meeting("padded", step.places, step.counts)
        detail = "; ".join(filter(None, self._details(running)))
        said = self._longest(step, detail), detail
        return Shown(n, cells, self._lit(step), links, said, taps, settled)

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

    def _details(self, running: Running) -> Iterator[str]:
        """Yield how many products are lost, and an addition written out."""
        counts = running.step.counts
        yield words.border(int((~counts).sum()), counts.size)
        yield self._overlap(running) or self._summed(running)

    def _sentence(self, step: Step, *, brief: bool = False) -> str:
        """Return what the element adds where; a `brief` one has no word on what is not drawn."""
        part, form = self._part, self._board.ranges.x_format
        values = [form.said(v) for v in part.x[each(step.at)].tolist()]
        named, area = "x" + words.place(step.at), words.area(step.places)
        place = f"{area} of the {result_title(part)}"
        if is_named(part):
            return symbol_words.spread(part, step, place)
        if len(values) == 1:
            return f"{named} = {values[0]} adds {values[0]}·w to {place}"
        told = [
            v + words.in_channel(part.first + c, UNDRAWN * (c >= self._board.drawn and not brief))
            for c, v in enumerate(values)
        ]
        return f"{named} is {words.several(told, 3)}: each adds itself × w to {place}"

    def _longest(self, step: Step, detail: str) -> str:
        """Return a sentence, a brief one where there is no room for the other."""
        sentence = self._sentence(step)
        if chrome.is_whole(self._board.look, self.steps, sentence, detail):
            return sentence
        return self._sentence(step, brief=True)

    def _overlap(self, running: Running) -> str:
        """Return one cell's addition written out, where this window meets earlier ones."""
        step, before = running.step, running.before
        reached = self._first[np.ix_(*step.places)] < step.number
        meets = np.argwhere(reached & step.counts).tolist()
        telling = (tap for tap in meets if step.products[(0, *tap)] and before[(0, *tap)])
        tap = next(telling, meets[0] if meets else None)
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
        return f"where windows overlap they add: {spot} of {grid}: {written}"

    def _summed(self, running: Running) -> str:
        """Return one cell of the output written out as the sum of its channels, if it is one.

        Channels that are not drawn are one term, which says so.
        """
        part, step, drawn = self._part, running.step, self._board.drawn
        kept = np.argwhere(step.counts).tolist()
        if part.channels == 1 or is_named(part) or not kept:
            return ""
        tap = next((tap for tap in kept if np.all(step.products[each(tap)])), kept[0])
        at = tuple(axis[i] for axis, i in zip(step.places, tap, strict=True))
        cell = tuple(i - b for i, (b, _) in zip(at, part.layer.border, strict=True))
        sums, form = running.sums[each(at)], self._board.ranges.sum_format.said
        rest = sums[drawn:]
        terms = [*map(form, sums[:drawn].tolist()), *([form(rest.sum().item())] * bool(rest.size))]
        named = [f" ({unseen(part, drawn).removeprefix('+ ')})"] * bool(rest.size)
        result = self._board.ranges.output_format.said(sums.sum().item() + (part.bias or 0))
        said = words.added(terms, result, named, self._board.bias_terms())
        return f"y{words.place(cell)} = {said}"


build = DistributionView
