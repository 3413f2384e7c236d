"""The collection view: each output element gathers its share through the flipped kernel.

Figures 9 and 10 of the article: input, stretched and padded (or cropped) input, kernel
and flipped kernel, result per channel, sum, output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tcviz.frames import Moment
from tcviz.scene import Box, Mark, Scene
from tcviz.theme import Kind, State, role
from tcviz.trace import Collection, Part, Step, each
from tcviz.views import words
from tcviz.views.board import Board, Flags, flags, output_notes, output_title, roles
from tcviz.views.columns import Column
from tcviz.views.look import Look
from tcviz.views.panel import Panel, Roles, Values
from tcviz.views.ranges import Ranges, crop
from tcviz.views.stage import below, ems, size_text
from tcviz.views.stretched import Stretched

NAME = "collection"
SUBTITLE = (
    "every output element gathers its share from the stretched input, through the flipped kernel"
)


def columns(part: Part, ranges: Ranges) -> list[Column]:
    """Return the columns from left to right."""
    layer, x, stretched = part.layer, ems(part.x, ranges.x_format), Stretched(part)
    size, kernel, output = part.input_size, layer.kernel_size, layer.output_size(part.input_size)
    product = ems(ranges.product, replace(ranges.product_format, plus=False))
    columns = [
        Column("x", size, x, "input x", size_text(size), named=part.channels > 1),
        Column("stretched", stretched.shape, x, stretched.title, stretched.size, gap=34,
               notes=stretched.notes),
        Column("window", kernel, x, "window", size_text(kernel), gap=34),
        Column("w", kernel, ems(part.weight, ranges.w_format), "kernel w", size_text(kernel),
               gap=28, stacked=2),
        Column("product", kernel, product, "products", "this step", gap=28),
    ]  # fmt: skip
    if part.channels > 1:  # with one channel the result is the output
        sums = ems(ranges.padded, ranges.sum_format)
        columns += [
            Column("result", output, sums, "result", f"{size_text(output)}, per channel", gap=46)
        ]
    total = ems(ranges.output, ranges.output_format)
    gap = 80 if part.channels > 1 else 56
    return [
        *columns,
        Column("output", output, total, output_title(part), size_text(output), gap=gap, shared=True,
               notes=output_notes(part, ranges)),
    ]  # fmt: skip


class CollectionView:
    """Scenes of the collection view."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part = part
        self._trace = Collection(part)
        self._stretched = Stretched(part)
        self._board = board = Board(part, look, columns)
        slot = board.stage.layout.slots["w"]
        self._shift = below(0.0, part.layer.kernel_size[0], slot.cell_height)
        self._make_panels(board)
        self._still = (*board.frame(NAME, SUBTITLE), *board.still(), *self._furniture())

    def _make_panels(self, board: Board) -> None:
        part, ranges, step = self._part, board.ranges, board.look.theme.step
        product = replace(ranges.product_format, plus=False)
        kernel, x = part.layer.kernel_size, ranges.x_format
        results = crop(part, ranges.padded)
        self._wide = board.column("stretched", self._stretched.shape, part.x, x, filled=True)
        self._windows = board.column("window", kernel, part.x, x, tint=step, shift=self._shift)
        self._kernels = board.column(
            "w", kernel, part.weight, ranges.w_format, name="kernel", shift=-self._shift
        )
        self._flipped = board.column(
            "w", kernel, part.weight, ranges.w_format, filled=True, shift=self._shift
        )
        self._products = board.column(
            "product", kernel, ranges.product, product, tint=step, shift=self._shift
        )
        self._results: tuple[Panel, ...] = ()
        if part.channels > 1:
            self._results = board.column("result", results.shape[2:], results, ranges.sum_format)

    @property
    def steps(self) -> int:
        """One step per output element."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, adding up those between."""
        wanted = set(picks)
        sums = np.zeros(
            (self._part.channels, *self._board.output_size), self._trace[0].products.dtype
        )
        known = np.zeros(self._board.output_size, dtype=bool)
        for number in range(max(picks) + 1):
            step = self._trace[number]
            with np.errstate(all="ignore"):
                sums[each(step.at)] = step.products.reshape(len(sums), -1).sum(axis=1)
            known[step.at] = True
            if number in wanted:
                yield self._moment(step, sums, known, settle=settle)

    def _moment(self, step: Step, sums: Values, known: Flags, *, settle: bool) -> Moment:
        said = self._sentence(step, sums), self._detail(step)
        now, kinds = flags(known.shape, tuple((i,) for i in step.at)), self._board.output_kinds()
        lit = roles(kinds, known, known, now, State.WRITTEN)
        scene = self._scene(step, sums, lit, State.READ, said)
        if not settle:
            return scene, scene
        settled = roles(kinds, known, known, now, None)
        return scene, self._scene(step, sums, settled, State.KNOWN, said)

    def _scene(
        self, step: Step, sums: Values, cells: Roles, read: State, said: tuple[str, str]
    ) -> Scene:
        marks: list[Mark] = [
            *self._still,
            *self._inputs(step, read),
            *self._operands(step),
            *(m for c, panel in enumerate(self._results) for m in panel.draw(sums[c], cells)),
            *self._output(sums, cells),
            *self._highlights(step),
        ]
        return self._board.scene(marks, step.number, self.steps, said)

    def _inputs(self, step: Step, state: State) -> Iterator[Mark]:
        """Yield the raw input and the stretched one, with what is read now."""
        sources = [[i for i in axis if i is not None] for axis in self._trace.sources(step.at)]
        read = flags(self._part.input_size, tuple(sources))
        yield from self._board.inputs([read] * self._board.drawn, state)
        yield from self._board.framed(sources)
        cells = self._stretched.roles(step.places, state)
        for c, panel in enumerate(self._wide):
            yield from panel.draw(self._stretched.values(c), cells)
            yield self._real(c)

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the window and its products, per channel."""
        kinds = np.where(step.counts, Kind.VALUE, Kind.ZERO)
        cells = (kinds * len(State) + State.KNOWN).astype(np.uint8)
        for c in range(self._board.drawn):
            yield from self._windows[c].draw(step.values[c], cells)
            yield from self._products[c].draw(step.products[c], cells)

    def _output(self, sums: Values, cells: Roles) -> tuple[Mark, ...]:
        with np.errstate(all="ignore"):
            total = sums.sum(axis=0) + (self._part.bias or 0)
        return self._board.output.draw(total, cells)

    def _real(self, channel: int) -> Box:
        """Return the frame around what is left of the stretched input, inside its padding."""
        rect = self._wide[channel].grid.span(*self._stretched.kept)
        line = self._board.look.theme.channel(self._part.first + channel).line
        return Box(f"stretched.{channel}.real", rect, line, 2.0)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield frames around what is read and written, and the arrows between."""
        stage = self._board.stage
        rows, cols = self._stretched.window(step.places)
        for c, middle in enumerate(self._board.rows):
            line = middle + self._shift
            window = self._wide[c].grid.span(rows, cols)
            target = self._results[c] if self._results else self._board.output
            result = target.grid.cell(*step.at)
            start = self._wide[c].rect.right, window.center[1]
            yield stage.arrow(f"take.{c}", start, (self._windows[c].rect.x, line), now=True)
            end = target.rect.x, result.center[1]
            yield stage.arrow(f"sum.{c}", (self._products[c].rect.right, line), end, now=True)
            yield stage.label(
                f"sum.{c}.sign",
                (self._products[c].rect.right + 16, line - 13),
                "Σ",
                16.0,
                ink=stage.look.theme.now,
            )
            yield stage.outline(f"now.stretched.{c}", self._wide[c], window)
            if self._results:
                yield stage.outline(f"now.result.{c}", target, result)
        output = self._board.output
        yield stage.outline("now.output", output, output.grid.cell(*step.at))

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: signs, kernels, notes, arrows to the sum."""
        board, part, stage = self._board, self._part, self._board.stage
        yield from stage.notes(self._wide[-1], self._stretched.notes)
        if self._results:
            yield from stage.notes(self._results[-1], ())
            yield from stage.gather(self._results, board.output, several=True)
        fixed = np.full(part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c, middle in enumerate(board.rows):
            weight = part.weight[c]
            yield from self._kernels[c].draw(weight, fixed)
            yield from self._flipped[c].draw(np.flip(weight), fixed)
            yield from self._flip(c)
            yield stage.arrow(
                f"stretch.{c}", (board.x[c].rect.right, middle), (self._wide[c].rect.x, middle)
            )
            yield from stage.operator("w", middle + self._shift, "⊙", c)
            yield from stage.operator("product", middle + self._shift, "=", c)

    def _flip(self, channel: int) -> Iterator[Mark]:
        """Yield the word between a kernel and its flipped self."""
        above, lower = self._kernels[channel].rect, self._flipped[channel].rect
        middle = (above.bottom + lower.y) / 2
        yield self._board.stage.label(
            f"flip.{channel}", (above.center[0], middle), "↓ flipped", 14.0
        )

    def _sentence(self, step: Step, sums: Values) -> str:
        """Return what the output element gathers, as the sum of its channels."""
        part, ranges = self._part, self._board.ranges
        named = "y" + words.place((part.channel, *step.at) if part.out_channels > 1 else step.at)
        parts = sums[each(step.at)].tolist()
        with np.errstate(all="ignore"):
            result = ranges.output_format(sum(parts) + (part.bias or 0))
        bias = self._board.bias_terms()
        if not step.counts.any():
            told = words.total([*bias, "0"], result) if bias else "0"
            return f"{named} = {told}: the window holds inserted zeros only"
        gathers = f"{named} gathers {words.area(self._stretched.window(step.places))}"
        if part.channels == 1:
            return f"{gathers}: {self._written(step, 0, bias)}"
        terms = [ranges.sum_format(v) for v in parts[:6]] + ["…"] * (len(parts) > 6)
        return f"{gathers} of each channel: {words.total([*terms, *bias], result)}"

    def _detail(self, step: Step) -> str:
        """Return each channel's sum of products written out."""
        if self._part.channels == 1 or not step.counts.any():
            return ""
        named = [
            f"channel {self._part.first + c}: {self._written(step, c, [])}"
            for c in range(self._board.drawn)
        ]
        more = self._part.channels - self._board.drawn
        return "    ".join(named + [f"and {more} more, not drawn"] * (more > 0))

    def _written(self, step: Step, channel: int, bias: list[str]) -> str:
        """Return one channel's products that are not from zeros, and their sum."""
        ranges, taps = self._board.ranges, np.argwhere(step.counts).tolist()
        pairs = [
            (ranges.x_format(step.values[(channel, *tap)].item()),
             ranges.w_format(step.factors[(channel, *tap)].item()))
            for tap in taps[:4]
        ]  # fmt: skip
        with np.errstate(all="ignore"):
            total = step.products[channel].sum().item() + ((self._part.bias or 0) if bias else 0)
        result = (ranges.output_format if bias else ranges.sum_format)(total)
        return words.dot(pairs, bias, result, len(taps) - len(pairs))


build = CollectionView
