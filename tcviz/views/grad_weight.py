"""The gradient of the weight: each input element times the window of dy that it reached.

As in section 4.2 of the article it is added up over the input elements: input, upstream
gradient with its cropped border as zeros, window, element, products, gradient per channel: what
there was of it and what it has become, where digits stay large.

In one dimension columns are coordinates of the padded upstream gradient: x[i] stands at i·stride,
below the first element of its window.  Its products stand below that window, and what they add
up to, step by step, below the window of x[0].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from tcviz.boards.board import SHORT
from tcviz.boards.chrome import Said
from tcviz.boards.panel import Values, in_states
from tcviz.boards.shown import (
    Furniture,
    Link,
    Meeting,
    Shown,
    Window,
    alike,
    flags,
    hull,
    kinds,
    roles,
)
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.accumulation import Correlation
from tcviz.layer.gradients import WeightGradient
from tcviz.layer.sizes import size_text, sized
from tcviz.layer.trace import Running, Step, each
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UPSTREAM, channel_name, extra_notes, group_notes, source_size
from tcviz.picture.panels import Panel
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.states import Kind, State, role

ADD, FAR = 32.0, 34.0
"""Room between products and the gradient that they are added to, which is an arrow's, and beside
an equation that stands in no columns."""
TOTAL, APART = 0.9, 0.6
"""What it is worth that the gradient, or all of the equation, stands in no columns."""


def tensors(part: WeightGradient, ranges: Ranges) -> dict[str, Tensor]:
    """Return what the panels hold; in columns a plus would make all of them wider."""
    x, dy = Tensor(part.x, ranges.x_format, scaled=True), Tensor(part.weight, ranges.w_format)
    product = replace(ranges.product_format, plus=part.layer.dims > 1)
    return {
        "x": x,
        "dy": replace(dy, hue="result", scaled=True),
        "window": replace(dy, hue="step"),
        "element": replace(x, hue="step", scaled=False),
        "product": Tensor(ranges.product, product, "step"),
        "before": Tensor(ranges.padded, ranges.sum_format),
        "dw": Tensor(ranges.padded, ranges.sum_format, scaled=True),
    }


def columns(part: WeightGradient, ranges: Ranges, drawn: int = 1) -> list[Panel]:
    """Return the panels in reading order."""
    held, kernel = tensors(part, ranges), part.layer.kernel_size
    per = ", per channel" if part.channels > 1 else ""
    made = held["dw"].panel("dw", kernel, "gradient dw", size_text(kernel) + per, gap=42, sign="=",
                            result=True, notes=dw_notes(part, drawn), numbered=True,
                            named=channel_name(part))  # fmt: skip
    return [
        held["x"].panel("x", part.input_size, "input x", source_size(part),
                        named=channel_name(part), numbered=True),
        held["dy"].panel("dy", part.padded.shape, "upstream gradient dy", dy_size(part), gap=40,
                         shared=True, notes=dy_notes(part), numbered=True),
        held["window"].panel("window", kernel, "window", gap=40, begins=True),
        held["element"].panel("element", (1, 1), "element", "x[i,j]", gap=32, sign="×", past="x"),
        held["product"].panel("product", kernel, "products dy·x", "this step", gap=28, sign="="),
        held["before"].panel("before", kernel, "dw before", "sum so far", gap=42, begins=True,
                             grows=True, sign="+",
                             instead=replace(made, begins=True, sign="")),
        made,
    ]  # fmt: skip


def strips(part: WeightGradient, ranges: Ranges, drawn: int = 1) -> tuple[Variant, ...]:
    """Return the strips: products and gradient in columns, or only products, or neither.

    What there was of the gradient is left out where digits would be small.
    """
    held, layer, notes = tensors(part, ranges), part.layer, dw_notes(part, drawn)
    (n,), (k,), (wide,) = part.input_size, layer.kernel_size, part.padded.shape
    (stride,), (every,) = layer.stride, layer.dilation
    upstream = held["dy"].strip("dy", wide, "upstream gradient dy", dy_size(part), shared=True,
                                notes=dy_notes(part), numbered=True)  # fmt: skip
    source = held["x"].strip("x", n, "input x", source_size(part), every=stride, sign="×",
                             numbered=True, notes=align_notes(part))  # fmt: skip
    products = held["product"].strip("product", k, "products dy·x", "this step", every=every,
                                     along="dy", sign="=")  # fmt: skip
    line = Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, pieces=(
        held["element"].piece("element", 1, "x[i]"),
        held["window"].piece("window", k, "window", "×"),
        held["product"].piece("product", k, "products", "="),
    ))  # fmt: skip
    before = held["before"].strip("before", k, "dw before", gap=ADD, sign="+", every=every,
                                  entered=True)  # fmt: skip
    made = held["dw"].strip("dw", k, "gradient dw", every=every, entered=True, notes=notes,
                            numbered=True)  # fmt: skip
    total = Strip("total", (1, 0), 0.0, "", "", gap=FAR, notes=notes)
    found = []
    for grown, worth in ((True, 1.0), (False, SHORT)):
        pieces = [held["before"].piece("before", k, "dw before", "+")] * grown
        pieces += [held["dw"].piece("dw", k, "gradient dw", "=" * grown)]
        apart = replace(total, pieces=tuple(pieces))
        sums = [before, replace(made, sign="=")] if grown else [replace(made, gap=ADD)]
        lines = [upstream, replace(source, sign=""), line, apart]
        found += [
            Variant([upstream, source, products, *sums], worth, inf if grown else ROOMY),
            Variant([upstream, source, products, apart], worth * TOTAL, ROOMY),
            *(Variant(lines, worth * APART, ROOMY, for_tints=some) for some in (True, False)),
        ]
    return tuple(found)


def align_notes(part: WeightGradient) -> tuple[str, ...]:
    """Return where an element stands, where there is room for notes, which are another's, too."""
    wide = part.layer.extent[0] > 1 and dy_notes(part)
    return ("x stands below its window's first element",) if wide else ()


def dy_size(part: WeightGradient) -> str:
    """Return the size of dy and, where there is a border, that with its zeros."""
    size, padded = part.weight.shape[1:], part.padded.shape
    return sized(size) + (f", padded {size_text(padded)}" if padded != size else "")


def dy_notes(part: WeightGradient) -> tuple[str, ...]:
    """Return what the zeros around dy are, whose it is, and where its last rows come from."""
    cut = {n for pair in part.layer.border for n in pair}
    width = f" of {max(cut)}" if len(cut) == 1 else ""
    around = (f"border{width}: cropped from y, so its dy is 0",) if cut != {0} else ()
    return *around, *extra_notes(part.layer.output_padding, "dy"), *part.notes


def dw_notes(part: WeightGradient, drawn: int = 1) -> tuple[str, ...]:
    """Return which channels there are, of which so many are drawn."""
    some = (f"{drawn} of {part.channels} channels drawn",) * (drawn < part.channels)
    return *some, *group_notes(part)


class WeightGradientView(StepView):
    """What the steps of the gradients of an output channel's weights show.

    There is one for each input element.
    """

    name = "gradient of the weight"
    subtitle = (
        "the window of dy that an input element reached, times the element, is added to dw "
        f"({UPSTREAM})"
    )
    arrangements = {1: strips, 2: columns}  # noqa: RUF012
    zero = "zero: cropped from y"
    _part: WeightGradient
    _trace: Correlation

    def __init__(self, part: WeightGradient, look: Look) -> None:
        trace = Correlation(part)
        self._first, self._last = trace.ends()
        self._kinds = np.where(self._last < 0, Kind.ZERO, Kind.VALUE).astype(np.uint8)
        inner = kinds(part.weight.shape[1:], part.layer.output_padding)
        self._dy_kinds = np.pad(inner, part.layer.border, constant_values=Kind.ZERO)
        super().__init__(part, look, trace)

    def tensors(self, part: WeightGradient, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        return tensors(part, ranges)

    def furniture(self) -> Furniture:
        """Return the frame around what is real of dy, if anything is around it."""
        layer, size = self._part.layer, self._part.weight.shape[1:]
        sides = zip(layer.border, size, strict=True)
        real = tuple(range(before, before + n) for (before, _), n in sides)
        kept = {"dy": ("real", real)} if any(map(any, layer.border)) else {}
        return Furniture(kept=kept, told=("before", "dw"), led=("before",) * self._is_broken)

    @property
    def _is_broken(self) -> bool:
        """Whether products and the sum so far are on two lines, and not in one equation."""
        return not self._board.aligned and self._board.are_apart("product", "before")

    @property
    def _is_equation(self) -> bool:
        """Whether products and the sum so far are added on one line."""
        return not self._board.aligned and self._board.has("before") and not self._is_broken

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        return map(self._shown, self._trace.running(picks))

    def _shown(self, running: Running) -> Shown:
        part, step, sums = self._part, running.step, running.sums
        at, n, counts = tuple((i,) for i in step.at), step.number, step.counts
        # A zero from the border is added like any other product: from the first on it shows.
        begun, done = np.minimum(self._first, 0) <= n, self._last <= n
        lit, calm = (roles(self._kinds, begun, done, counts, s) for s in (State.WRITTEN, None))
        was = roles(self._kinds, begun & (n > 0), self._last < n, counts, None)
        used = np.where(np.arange(self.steps).reshape(part.input_size) < n, State.DONE, State.KNOWN)
        source, window = flags(part.input_size, at), flags(part.padded.shape, step.places)
        (x, dy), settled = (
            (self._board.input_roles(np.where(source, state, used)),
             in_states(self._dy_kinds, np.where(window, state, State.KNOWN)))
            for state in (State.READ, State.KNOWN)
        )  # fmt: skip
        met, zero = (role(kind, State.KNOWN) for kind in (Kind.VALUE, Kind.ZERO))
        taps = np.where(counts, met, zero).astype(np.uint8)
        held = np.where(counts, met, role(Kind.ZERO, State.READ)).astype(np.uint8)
        cells = {
            "x": (part.x, x),
            "dy": (part.padded, dy),
            "window": (step.factors, held),
            "element": (part.x[each(np.ix_(*at))], alike((1,) * len(at), State.READ)),
            "product": (step.products, taps),
            "before": (running.before, was),
            "dw": (sums, lit),
        }
        written: Window = tuple(i.tolist() for i in counts.nonzero())
        shining = {"x": at, "dy": hull(step.places)} | ({"dw": written} if counts.any() else {})
        # In columns the window is above its products.
        take = [] if self._board.aligned else [Link("window", "dy", "window")]
        added = "before" if self._board.has("before") else "dw"
        links = [*take, Link("take", "x", "element")]
        if not self._is_equation:  # in which no arrow points at what there was
            signed = self._board.aligned and added == "before"  # beside its name
            links.append(Link("add", "product", added, "" if signed else "+", whole=True))

        def say() -> Said:
            details = self._lost(step), self._added(step, running.before, sums)
            return self._sentence(step), "; ".join(filter(None, details))

        over = {"x": settled[0], "dy": settled[1], "dw": calm}
        meeting = Meeting("dy", step.places, counts)
        return Shown(n, cells, shining, links, say, meeting, over)

    def _sentence(self, step: Step) -> str:
        part, form = self._part, self._board.ranges.x_format
        values = [form.said(v) for v in part.x[each(step.at)].tolist()]
        named, padded = "x" + words.place(step.at), any(map(any, part.layer.border))
        window = f"{words.area(step.places)} of {'padded ' * padded}dy"
        # In no columns the element stands first, where the arrow to it crosses nothing.
        first = self._board.aligned and self._board.has("element")
        if len(values) == 1:
            (x,) = values
            times = f"{x}·window" if first else f"window·{words.factor(x)}"
            return f"{named} = {x} reached {window}: {times} is added to dw"
        told = [v + words.in_channel(part.first + c) for c, v in enumerate(values)]
        shown = words.several(told, 3)
        if first:
            return f"{named} is {shown}: each, times {window}, is added to its channel's dw"
        return f"{named} is {shown}: {window}, times each channel's x, is added to its dw"

    def _lost(self, step: Step) -> str:
        """Return how many products are zero because what the element reached was cropped."""
        count, of = int((~step.counts).sum()), step.counts.size
        if not count:
            return ""
        which = "all" if count == of else f"{count} of {of}"
        if of == 1:
            return "the product is zero: it fell in the border, where no gradient comes from"
        return f"{which} products are zero: they fell in the border, where no gradient comes from"

    def _added(self, step: Step, before: Values, sums: Values) -> str:
        """Return one tap's addition written out, where something was there before.

        In an equation it is written as the panels stand that are added.
        """
        meets = np.argwhere((self._first < step.number) & step.counts).tolist()
        telling = (tap for tap in meets if step.products[(0, *tap)] and before[(0, *tap)])
        tap = next(telling, meets[0] if meets else None)
        if tap is None:
            return ""
        form, at = self._board.ranges.sum_format.said, (0, *tap)
        old, new = before.item(at), step.products.item(at)
        channel = f" of channel {self._part.first}" if self._part.channels > 1 else ""
        named, total = f"dw{words.place(tuple(tap))}{channel}", form(sums.item(at))
        if self._is_equation:
            return f"{named} = {words.grown(form(new), form(old), total)}"
        return f"{named} becomes {words.grown(form(old), form(new), total)}"


build = WeightGradientView
