"""The gradient of the weight: each input element times the window of dy that it reached.

As in section 4.2 of the article it is added up over the input elements: input, upstream
gradient with its cropped border as zeros, window, element, products, gradient per channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tcviz.layer.accumulation import Correlation
from tcviz.layer.gradients import WeightGradient
from tcviz.layer.trace import Running, Step, each
from tcviz.picture.panels import Panel
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Box, Mark, Rect, Scene
from tcviz.scene.theme import Kind, State, role
from tcviz.views import words
from tcviz.views.board import Rows
from tcviz.views.look import Look
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.shown import Flags, flags, kinds, roles
from tcviz.views.stage import ems, headed, size_text
from tcviz.views.titles import channel_name, extra_notes, group_notes

NAME = "gradient of the weight"
SUBTITLE = "every input element, times the window of dy that it reached, is added to dw"


def columns(part: WeightGradient, ranges: Ranges) -> list[Panel]:
    """Return the columns from left to right."""
    layer, x = part.layer, ems(part.x, ranges.x_format)
    size, kernel, padded = part.input_size, layer.kernel_size, part.padded.shape
    dy = ems(part.weight, ranges.w_format)
    per = ", per channel" if part.channels > 1 else ""
    return [
        Panel("x", size, x, "input x", headed(size_text(size), ranges.x_format),
               named=channel_name(part)),
        Panel("dy", padded, dy, "upstream gradient dy", headed(dy_size(part), ranges.w_format),
               gap=40, shared=True, begins=True,
               notes=dy_notes(part)),
        Panel("window", kernel, dy, "window", headed(size_text(kernel), ranges.w_format), gap=40,
               begins=True),
        Panel("element", (1, 1), x, "element", headed("x[i,j]", ranges.x_format), gap=32),
        Panel("product", kernel, ems(ranges.product, ranges.product_format), "products x·dy",
               headed("this step", ranges.product_format), gap=28),
        Panel("dw", kernel, ems(ranges.padded, ranges.sum_format), "gradient dw",
               headed(size_text(kernel) + per, ranges.sum_format), gap=42, begins=True,
               result=True, notes=dw_notes(part)),
    ]  # fmt: skip


def dy_size(part: WeightGradient) -> str:
    """Return the size of dy and, where there is a border, that with its zeros."""
    size, padded = part.weight.shape[1:], part.padded.shape
    return size_text(size) + (f", padded {size_text(padded)}" if padded != size else "")


def dy_notes(part: WeightGradient) -> tuple[str, ...]:
    """Return what the zeros around dy are, whose it is, and where its last rows come from."""
    cut = {n for pair in part.layer.border for n in pair}
    width = f" of {max(cut)}" if len(cut) == 1 else ""
    around = (f"zeros: border{width}, was cropped",) if cut != {0} else ()
    return *around, *extra_notes(part.layer.output_padding), *part.notes


def dw_notes(part: WeightGradient, drawn: int = 1) -> tuple[str, ...]:
    """Return which channels there are, of which so many are drawn."""
    some = (f"{drawn} of {part.channels} channels drawn",) * (drawn < part.channels)
    return *some, *group_notes(part)


class WeightGradientView:
    """Scenes of the gradients of one output channel's weights, a step for each input element."""

    def __init__(self, part: WeightGradient, look: Look) -> None:
        self._part, self._trace = part, Correlation(part)
        self._first, self._last = self._trace.ends()
        self._board = board = self._make_board(part, look)
        self._make_panels(board)
        missed = self._last < 0
        self._kinds = np.where(missed, Kind.ZERO, Kind.VALUE).astype(np.uint8)
        inner = kinds(part.weight.shape[1:], part.layer.output_padding)
        self._dy_kinds = np.pad(inner, part.layer.border, constant_values=Kind.ZERO)
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._furniture())

    def _make_board(self, part: WeightGradient, look: Look) -> Rows:
        return Rows(part, look, NAME, columns)

    def _make_panels(self, board: Rows) -> None:
        part, ranges, theme = self._part, board.ranges, board.look.theme
        x, dy, step, kernel = ranges.x_format, ranges.w_format, theme.step, part.layer.kernel_size
        self._dy = board.shared("dy", part.padded.shape, theme.result, part.weight[0], dy)
        self._windows = board.column("window", kernel, part.weight, dy, tint=step)
        self._elements = board.column("element", (1, 1), part.x, x, tint=step)
        self._products = board.column(
            "product", kernel, ranges.product, ranges.product_format, tint=step
        )
        self._dw = board.column("dw", kernel, ranges.padded, ranges.sum_format)

    @property
    def steps(self) -> int:
        """One step per input element."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        for running in self._trace.running(picks):
            yield self._moment(running, settle=settle)

    def overview(self) -> Scene:
        """Return the last step: all that was added up is there."""
        return next(self.moments([self.steps - 1], settle=False))[0]

    def _moment(self, running: Running, *, settle: bool) -> Moment:
        step, sums = running.step, running.sums
        lost, added = self._lost(step), self._added(step, running.before, sums)
        said = self._sentence(step), "; ".join(filter(None, [lost, added]))
        reached, done = self._first <= step.number, self._last <= step.number
        lit = roles(self._kinds, reached, done, step.counts, State.WRITTEN)
        scene = self._scene(step, sums, lit, State.READ, said)
        if not settle:
            return scene, scene
        settled = roles(self._kinds, reached, done, step.counts, None)
        return scene, self._scene(step, sums, settled, State.KNOWN, said)

    def _scene(
        self, step: Step, sums: Values, cells: Roles, read: State, said: tuple[str, str]
    ) -> Scene:
        source = flags(self._part.input_size, tuple((i,) for i in step.at))
        marks: list[Mark] = [
            *self._still,
            *self._board.inputs([source] * self._board.drawn, read),
            *self._upstream(step, read),
            *self._operands(step),
            *(m for c, panel in enumerate(self._dw) for m in panel.draw(sums[c], cells)),
            *self._highlights(step),
        ]
        return self._board.scene(marks, step.number, self.steps, said)

    def _upstream(self, step: Step, read: State) -> Iterator[Mark]:
        """Yield the padded upstream gradient, and the frame around what is real of it."""
        part = self._part
        window = flags(part.padded.shape, step.places)
        states = np.where(window, read, State.KNOWN)
        cells = (self._dy_kinds * len(State) + states).astype(np.uint8)
        yield from self._dy.draw(part.padded, cells)
        if any(map(any, part.layer.border)):
            sides = zip(part.layer.border, part.weight.shape[1:], strict=True)
            rect = self._dy.grid.span(*(range(before, before + n) for (before, _), n in sides))
            yield Box("dy.real", rect, self._board.look.theme.output, 2.0)

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the window, the element and their products, per channel."""
        one = np.full((1, 1), role(Kind.VALUE, State.READ), dtype=np.uint8)
        found = np.where(step.counts, Kind.VALUE, Kind.ZERO)
        cells = (found * len(State) + State.KNOWN).astype(np.uint8)
        for c in range(self._board.drawn):
            yield from self._windows[c].draw(step.factors[c], cells)
            element = self._part.x[c][np.ix_(*([i] for i in step.at))]
            yield from self._elements[c].draw(element, one)
            yield from self._products[c].draw(step.products[c], cells)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        stage = self._board.stage
        window = self._dy.grid.span(*(range(p[0], p[-1] + 1) for p in step.places))
        start = self._dy.rect.right, window.center[1]
        for c in range(self._board.drawn):
            taken = self._windows[c].rect
            end, places = (taken.x, taken.center[1]), (("dy", 0), ("window", c))
            yield stage.link(f"take.{c}", places, start, end)
            yield from self._add(c)
            if step.counts.any():
                yield stage.outline(f"now.dw.{c}", self._dw[c], self._written(c, step.counts))
        yield stage.outline("now.dy", self._dy, window)
        yield from self._board.framed([[i] for i in step.at])

    def _add(self, c: int) -> Iterator[Mark]:
        """Yield what leads from the products to the gradient."""
        stage, products, into = self._board.stage, self._products[c].rect, self._dw[c].rect
        start, end = (products.right, products.center[1]), (into.x, into.center[1])
        places = ("product", c), ("dw", c)
        yield stage.link(f"add.{c}", places, start, end)
        beside = (into.x - products.right) / 2 - 4 if stage.on_one_line(*places) else 12.0
        at, ink = (products.right + beside, start[1] - 13), stage.look.theme.now
        yield stage.label(f"add.{c}.sign", at, "+", 18.0, ink=ink)

    def _written(self, channel: int, counts: Flags) -> Rect:
        """Return the box around the taps that something is added to."""
        spans = (range(int(i.min()), int(i.max()) + 1) for i in counts.nonzero())
        return self._dw[channel].grid.span(*spans)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: signs and notes."""
        board, stage = self._board, self._board.stage
        yield from stage.notes(self._dy, dy_notes(self._part))
        yield from stage.notes(self._dw[-1], dw_notes(self._part, board.drawn))
        for c in range(board.drawn):
            yield from stage.operator("element", 0.0, "×", c)
            yield from stage.operator("product", 0.0, "=", c)

    def _sentence(self, step: Step) -> str:
        part, form = self._part, self._board.ranges.x_format
        values = [form.said(v) for v in part.x[each(step.at)].tolist()]
        named, padded = "x" + words.place(step.at), any(map(any, part.layer.border))
        window = f"{words.area(step.places)} of {'padded ' * padded}dy"
        if len(values) == 1:
            return f"{named} = {values[0]} reached {window}: {values[0]}·window is added to dw"
        shown = words.several([f"{v} (channel {part.first + c})" for c, v in enumerate(values)], 3)
        return f"{named} is {shown}: each, times {window}, is added to its dw"

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
        """Return one tap's addition written out, where something was there before."""
        meets = np.argwhere((self._first < step.number) & step.counts).tolist()
        telling = (tap for tap in meets if step.products[(0, *tap)] and before[(0, *tap)])
        tap = next(telling, meets[0] if meets else None)
        if tap is None:
            return ""
        form, at = self._board.ranges.sum_format.said, (0, *tap)
        old, new = before.item(at), step.products.item(at)
        channel = f" of channel {self._part.first}" if self._part.channels > 1 else ""
        total = words.grown(form(old), form(new), form(sums.item(at)))
        return f"dw{words.place(tuple(tap))}{channel}: {total}"


build = WeightGradientView
