"""The distribution view: each input element spreads itself, times the kernel, over the output.

Figures 6 to 8 of the article: input, kernel, padded result per channel, sum, output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.layer.trace import Distribution, Running, Step, each
from tcviz.picture.panels import Panel
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Box, Mark, Scene, part_key
from tcviz.scene.theme import Kind, State, role
from tcviz.views import symbol_words, words
from tcviz.views.board import Board, channel_name, flags, output_notes, output_title, roles
from tcviz.views.look import Look
from tcviz.views.panel import Roles, Values
from tcviz.views.ranges import Ranges
from tcviz.views.stage import ems, headed, lines, size_text

NAME = "distribution view"
SUBTITLE = "every input element spreads itself, times the kernel, over the output"
OVER = 24.0
"""How far the heading of an element may stand out beside names, which need the room."""


def columns(part: Part, ranges: Ranges) -> list[Panel]:
    """Return the columns from left to right."""
    layer, x = part.layer, ems(part.x, ranges.x_format)
    size, kernel = part.input_size, layer.kernel_size
    padded, output = layer.padded_size(size), layer.output_size(size)
    product = ems(ranges.product, ranges.product_format)
    per = ", per channel" if part.channels > 1 else ""
    return [
        Panel("x", size, x, "input x", headed(size_text(size), ranges.x_format),
               named=channel_name(part)),
        Panel("element", (1, 1), x, "element", headed("x[i,j]", ranges.x_format), gap=32,
               begins=True,
               over=OVER * is_named(part)),
        Panel("w", kernel, ems(part.weight, ranges.w_format), "kernel w",
               headed(size_text(kernel), ranges.w_format), gap=28),
        Panel("product", kernel, product, "products x·w",
               headed("this step", ranges.product_format), gap=28),
        Panel("padded", padded, ems(ranges.padded, ranges.sum_format), result_title(part),
               headed(size_text(padded) + per, ranges.sum_format), gap=42,
               notes=result_notes(part), begins=True, result=True,
               lines=lines(ranges.padded, ranges.sum_format)),
        Panel("output", output, ems(ranges.output, ranges.output_format), output_title(part),
               headed(size_text(output), ranges.output_format), gap=76, shared=True,
               begins=True, result=True, notes=output_notes(part, ranges),
               lines=lines(ranges.output, ranges.output_format)),
    ]  # fmt: skip


def result_title(part: Part) -> str:
    """Return what the channels' results are called: padded only where a border is cropped."""
    return "padded result" if any(map(any, part.layer.border)) else "result"


def result_notes(part: Part) -> tuple[str, ...]:
    """Return what the frame inside the padded result means, and why some cells stay 0."""
    notes = []
    cut = {n for pair in part.layer.border for n in pair}
    if cut != {0}:
        width = f" of {cut.pop()}" if len(cut) == 1 else ""
        notes.append(f"outside the frame: border{width}, cropped")
    if part.crop(Distribution(part).ends()[1]).min() < 0:
        notes.append("grey: no window reaches it")
    return tuple(notes)


class DistributionView:
    """Scenes of the distribution view."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part = part
        self._trace = Distribution(part)
        self._first, self._last = self._trace.ends()
        self._board = board = self._make_board(part, look)
        self._make_panels(board)
        self._kinds = board.padded_kinds()
        self._kinds[(self._last < 0) & (self._kinds == Kind.VALUE)] = Kind.ZERO
        self._still = (*board.frame(SUBTITLE), *board.still(), *self._furniture())

    def _make_board(self, part: Part, look: Look) -> Board:
        return Board(part, look, NAME, columns)

    def _make_panels(self, board: Board) -> None:
        part, ranges, step = self._part, board.ranges, board.look.theme.step
        kernel, padded = part.layer.kernel_size, self._last.shape
        self._elements = board.column("element", (1, 1), part.x, ranges.x_format, tint=step)
        self._kernels = board.column("w", kernel, part.weight, ranges.w_format, filled=True)
        self._products = board.column(
            "product", kernel, ranges.product, ranges.product_format, tint=step
        )
        self._padded = board.column("padded", padded, ranges.padded, ranges.sum_format)

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
        lost = words.border(int((~step.counts).sum()), step.counts.size)
        said = self._sentence(step), "; ".join(filter(None, [lost, self._overlap(running)]))
        # What nothing reaches is known from the start: it stays 0.
        reached, done = self._first <= step.number, self._last <= step.number
        now = flags(reached.shape, step.places)
        lit = roles(self._kinds, reached, done, now, State.WRITTEN)
        scene = self._scene(step, sums, lit, State.READ, said)
        if not settle:
            return scene, scene
        settled = roles(self._kinds, reached, done, now, None)
        return scene, self._scene(step, sums, settled, State.KNOWN, said)

    def _scene(
        self, step: Step, sums: Values, cells: Roles, read: State, said: tuple[str, str]
    ) -> Scene:
        source = flags(self._part.input_size, tuple((i,) for i in step.at))
        marks: list[Mark] = [
            *self._still,
            *self._board.inputs([source] * self._board.drawn, read),
            *self._operands(step),
            *self._results(sums, cells),
            *self._output(sums, cells),
            *self._highlights(step),
        ]
        return self._board.scene(marks, step.number, self.steps, said)

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the element that is spread and its products, per channel."""
        one = np.full((1, 1), role(Kind.VALUE, State.READ), dtype=np.uint8)
        added = np.full(step.counts.shape, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(self._board.drawn):
            element = self._part.x[c][np.ix_(*([i] for i in step.at))]
            yield from self._elements[c].draw(element, one)
            yield from self._products[c].draw(step.products[c], added)

    def _results(self, sums: Values, cells: Roles) -> Iterator[Mark]:
        for c, panel in enumerate(self._padded):
            yield from panel.draw(sums[c], cells)
            yield self._inner(c)

    def _output(self, sums: Values, cells: Roles) -> tuple[Mark, ...]:
        with np.errstate(all="ignore"):
            total = self._part.crop(sums).sum(axis=0) + (self._part.bias or 0)
        return self._board.outcome(total, self._part.crop(cells))

    def _inner(self, channel: int) -> Box:
        """Return the frame around what the crop keeps."""
        borders = zip(self._part.layer.border, self._board.output_size, strict=True)
        kept = (range(before, before + size) for (before, _), size in borders)
        grid = self._padded[channel].grid
        line = self._board.look.theme.channel(self._part.first + channel).line
        return Box(part_key(grid.key, "inner"), grid.span(*kept), line, 2.0)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        stage = self._board.stage
        rows, cols = (range(p[0], p[-1] + 1) for p in step.places)
        for c in range(self._board.drawn):
            source = self._board.x[c].grid.cell(*step.at)
            window = self._padded[c].grid.span(rows, cols)
            element, product = self._elements[c].rect, self._products[c].rect
            start = self._board.x[c].rect.right, source.center[1]
            end = element.x, element.center[1]
            yield stage.link(f"take.{c}", (("x", c), ("element", c)), start, end)
            start, end = (
                (product.right, product.center[1]),
                (self._padded[c].rect.x, window.center[1]),
            )
            yield stage.link(f"add.{c}", (("product", c), ("padded", c)), start, end)
            yield stage.outline(f"now.padded.{c}", self._padded[c], window)
        yield from self._board.framed([[i] for i in step.at])
        yield from self._output_highlight(rows, cols)

    def _output_highlight(self, rows: range, cols: range) -> Iterator[Mark]:
        size, border = self._board.output_size, self._part.layer.border
        kept = [
            range(max(0, p[0] - before), min(n, p[-1] + 1 - before))
            for p, (before, _), n in zip((rows, cols), border, size, strict=True)
        ]
        if all(kept):
            panel = self._board.output
            yield self._board.stage.outline("now.output", panel, panel.grid.span(*kept))

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: signs, kernels, notes, arrows to the sum."""
        board, part, stage = self._board, self._part, self._board.stage
        yield from stage.notes(self._padded[-1], result_notes(part))
        yield from stage.gather("padded", self._padded, board.output, several=part.channels > 1)
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(board.drawn):
            yield from self._kernels[c].draw(part.weight[c], fixed)
            yield from stage.operator("w", 0.0, "×", c)
            yield from stage.operator("product", 0.0, "=", c)

    def _sentence(self, step: Step) -> str:
        part, form = self._part, self._board.ranges.x_format
        values = [form.said(v) for v in part.x[each(step.at)].tolist()]
        named, area = "x" + words.place(step.at), words.area(step.places)
        place = f"{area} of the {result_title(part)}"
        if is_named(part):
            return symbol_words.spread(part, step, place)
        if len(values) == 1:
            return f"{named} = {values[0]} adds {values[0]}·w to {place}"
        shown = words.several([f"{v} (channel {part.first + c})" for c, v in enumerate(values)], 3)
        return f"{named} is {shown}: each adds itself × w to {place}"

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
            written = words.total(list(map(form, (old, new))), form(old + new))
        channel = f" of channel {self._part.first}" if self._part.channels > 1 else ""
        spot = words.area(tuple(range(i, i + 1) for i in at))
        return f"where windows overlap they add: {spot}{channel}: {written}"


build = DistributionView
