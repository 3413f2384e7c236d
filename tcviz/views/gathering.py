"""What views share in which every output element gathers a window times a kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from tcviz.layer.symbols import is_named
from tcviz.layer.trace import Places, Step, each
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Box, Mark, Scene, part_key
from tcviz.scene.theme import Kind, State, role
from tcviz.views import symbol_words, words
from tcviz.views.board import Board, Flags, flags, roles
from tcviz.views.panel import Cells, Roles, Values


class Source(Protocol):
    """The grid that the window slides over: the input, with zeros between or around."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns of its panel."""

    @property
    def kept(self) -> tuple[range, ...]:
        """The cells between which the input's own lie."""

    def values(self, channel: int) -> Values:
        """Return one channel's numbers."""

    def roles(self, places: Places, state: State) -> Roles:
        """Return each cell's role when the taps lie at `places`."""

    def window(self, places: Places) -> tuple[range, ...]:
        """Return the cells from a window's first to its last tap."""


class Windows(Protocol):
    """A trace with one step per output element."""

    @property
    def sums(self) -> Values:
        """Each channel's own sum in each step: ``(C, *output_size)``."""

    def __len__(self) -> int:
        """Return how many output elements there are."""

    def __getitem__(self, number: int) -> Step:
        """Return a step."""


@dataclass(frozen=True)
class Panels:
    """The panels of one view, one per drawn channel each."""

    wide: tuple[Cells, ...]
    windows: tuple[Cells, ...]
    kernels: tuple[Cells, ...]
    products: tuple[Cells, ...]
    results: tuple[Cells, ...]


class Gathering:
    """Scenes of a view of this kind; a view adds its columns, its furniture and its words.

    `source` is what the window slides over, `shift` how far below the middle of its
    row the equation stands, and `named` the source's column, empty where it is the input.
    """

    zeros = "inserted zeros"
    """What a window may hold besides numbers."""
    of = ""
    """What the rows and columns of a window are counted in, where that must be said."""

    def __init__(
        self, board: Board, trace: Windows, source: Source, named: str, shift: float = 0.0
    ) -> None:
        self._board, self._trace, self._source = board, trace, source
        self._part, self._shift, self._named = board.part, shift, named
        self._panels = self._make_panels()
        self._still: tuple[Mark, ...] = ()

    def _make_panels(self) -> Panels:
        board, part, ranges = self._board, self._part, self._board.ranges
        step, kernel, x = board.look.theme.step, part.layer.kernel_size, ranges.x_format
        product, results = replace(ranges.product_format, plus=False), part.crop(ranges.padded)
        size, sums = part.output_size, ranges.sum_format
        shift = self._shift
        return Panels(
            board.column(self._named, self._source.shape, part.x, x, filled=True)
            if self._named
            else board.x,
            board.column("window", kernel, part.x, x, tint=step, shift=shift),
            board.column(
                "w", kernel, part.weight, ranges.w_format, filled=True, stacked=int(shift > 0)
            ),
            board.column("product", kernel, ranges.product, product, tint=step, shift=shift),
            board.column("result", size, results, sums) if part.channels > 1 else (),
        )

    @property
    def steps(self) -> int:
        """One step per output element."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        order = np.arange(self.steps).reshape(self._part.output_size)
        for number in sorted(set(picks)):
            yield self._moment(self._trace[number], order <= number, settle=settle)

    def overview(self) -> Scene:
        """Return the last step: all outputs are there."""
        return next(self.moments([self.steps - 1], settle=False))[0]

    def _moment(self, step: Step, known: Flags, *, settle: bool) -> Moment:
        said = self._sentence(step), self._detail(step)
        now, kinds = flags(known.shape, tuple((i,) for i in step.at)), self._board.output_kinds()
        lit = roles(kinds, known, known, now, State.WRITTEN)
        scene = self._scene(step, lit, State.READ, said)
        if not settle:
            return scene, scene
        settled = roles(kinds, known, known, now, None)
        return scene, self._scene(step, settled, State.KNOWN, said)

    def _scene(self, step: Step, cells: Roles, read: State, said: tuple[str, str]) -> Scene:
        """Return a picture; the roles of its `cells` hide the sums that are still to come."""
        sums, results = self._trace.sums, enumerate(self._panels.results)
        marks: list[Mark] = [
            *self._still,
            *self._inputs(step, read),
            *self._operands(step),
            *(m for c, panel in results for m in panel.draw(sums[c], cells)),
            *self._board.outcome(self._total, cells),
            *self._highlights(step),
        ]
        return self._board.scene(marks, step.number, self.steps, said)

    def _inputs(self, step: Step, state: State) -> Iterator[Mark]:
        """Yield the raw input and what the window slides over, with what is read now."""
        met = map(self._part.sources, range(len(step.at)), step.at)
        sources = [[i for i, _ in axis] for axis in met]
        read = flags(self._part.input_size, tuple(sources))
        yield from self._board.inputs([read] * self._board.drawn, state)
        if not self._named:
            return
        yield from self._board.framed(sources)
        cells = self._source.roles(step.places, state)
        for c, panel in enumerate(self._panels.wide):
            yield from panel.draw(self._source.values(c), cells)
            yield from self._real(c)

    def _operands(self, step: Step) -> Iterator[Mark]:
        """Yield the window and its products, per channel."""
        kinds = np.where(step.counts, Kind.VALUE, Kind.ZERO)
        cells = (kinds * len(State) + State.KNOWN).astype(np.uint8)
        for c in range(self._board.drawn):
            yield from self._panels.windows[c].draw(step.values[c], cells)
            yield from self._panels.products[c].draw(step.products[c], cells)

    @cached_property
    def _total(self) -> Values:
        """The output: the sum of the channels, bias and all."""
        with np.errstate(all="ignore"):
            bias = 0 if self._part.bias is None else self._part.bias
            total: Values = self._trace.sums.sum(axis=0) + bias
        return total

    def _real(self, channel: int) -> Iterator[Box]:
        """Yield the frame around what is left of the input's own cells, if anything is."""
        if not all(self._source.kept):
            return
        grid = self._panels.wide[channel].grid
        line = self._board.look.theme.channel(self._part.first + channel).line
        yield Box(part_key(grid.key, "real"), grid.span(*self._source.kept), line, 2.0)

    def _highlights(self, step: Step) -> Iterator[Mark]:
        """Yield the frames of what is read and written, and the arrows between."""
        window = self._source.window(step.places)
        for c in range(self._board.drawn):
            yield from self._taken(c, window)
            yield from self._summed(c, step)
        output = self._board.output
        yield self._board.stage.outline("now.output", output, output.grid.cell(*step.at))

    def _taken(self, c: int, window: tuple[range, ...]) -> Iterator[Mark]:
        """Yield what leads from the window in the source to the window by itself."""
        stage, wide = self._board.stage, self._panels.wide[c]
        rect = wide.grid.span(*window)
        taken = self._panels.windows[c].rect
        start, end = (wide.rect.right, rect.center[1]), (taken.x, taken.center[1])
        places = (self._named or "x", c), ("window", c)
        yield stage.link(f"take.{c}", places, start, end)
        yield stage.outline(f"now.{self._named or 'x'}.{c}", wide, rect)

    def _summed(self, c: int, step: Step) -> Iterator[Mark]:
        """Yield what leads from the products to the result."""
        stage, panels = self._board.stage, self._panels
        target, products = (panels.results or (self._board.output,))[c], panels.products[c].rect
        result = target.grid.cell(*step.at)
        right, line = products.right, products.center[1]
        places = ("product", c), ("result", c) if panels.results else ("output", 0)
        end = target.rect.x, result.center[1]
        yield stage.link(f"sum.{c}", places, (right, line), end)
        room = stage.layout.signs[places[1]][0] - right if stage.on_one_line(*places) else 22.0
        at, ink = (right + min(16, 2 * room - 27), line - 13), stage.look.theme.now
        yield stage.label(f"sum.{c}.sign", at, "Σ", 16.0, ink=ink)
        if panels.results:
            yield stage.outline(f"now.result.{c}", target, result)

    def _furniture(self) -> Iterator[Mark]:
        """Yield what never changes: signs, kernels, arrows to the sum."""
        board, stage, panels = self._board, self._board.stage, self._panels
        if panels.results:
            yield from stage.notes(panels.results[-1], ())
            yield from stage.gather("result", panels.results, board.output, several=True)
        fixed = np.full(self._part.layer.kernel_size, role(Kind.VALUE, State.KNOWN), dtype=np.uint8)
        for c in range(board.drawn):
            yield from panels.kernels[c].draw(self._factors(c), fixed)
            if self._named:
                source, wide = board.x[c].rect, panels.wide[c].rect
                start, end = (source.right, source.center[1]), (wide.x, wide.center[1])
                places = ("x", c), (self._named, c)
                yield stage.link(f"stretch.{c}", places, start, end, now=False)
            yield from stage.operator("w", self._shift, "⊙", c)
            yield from stage.operator("product", self._shift, "=", c)

    def _factors(self, channel: int) -> Values:
        """Return a channel's kernel as the windows meet it."""
        kernel: Values = self._part.weight[channel]
        return kernel

    def _sentence(self, step: Step) -> str:
        """Return what the output element gathers, as the sum of its channels."""
        part, ranges = self._part, self._board.ranges
        if is_named(part):
            return symbol_words.gathers(part, step, self._source.window(step.places))
        named = part.names.y + words.place(
            (part.channel, *step.at) if part.out_channels > 1 else step.at
        )
        parts = self._trace.sums[each(step.at)].tolist()
        with np.errstate(all="ignore"):
            result = ranges.output_format.said(sum(parts) + (part.bias or 0))
        bias = self._board.bias_terms()
        if not step.counts.any():
            told = words.total([*bias, "0"], result) if bias else "0"
            return f"{named} = {told}: the window holds {self.zeros} only"
        gathers = f"{named} gathers {words.area(self._source.window(step.places))}{self.of}"
        if part.channels == 1:
            return f"{gathers}: {self._written(step, 0, bias)}"
        terms = [ranges.sum_format.said(v) for v in parts]
        return f"{gathers} of each {part.names.summed}: {words.total(terms, result, bias, most=6)}"

    def _detail(self, step: Step) -> str:
        """Return each channel's sum of products written out."""
        if self._part.channels == 1 or not step.counts.any():
            return ""
        named = [
            f"{self._part.names.summed} {self._part.first + c}: {self._written(step, c, [])}"
            for c in range(self._board.drawn)
        ]
        more = self._part.channels - self._board.drawn
        return "    ".join(named + [f"and {more} more, not drawn"] * (more > 0))

    def _written(self, step: Step, channel: int, bias: list[str]) -> str:
        """Return one channel's products that are not from zeros, and their sum."""
        if is_named(self._part):
            return symbol_words.summed(step.products[channel])
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
        return words.dot(pairs, bias, result, most=4)
