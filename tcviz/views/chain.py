"""The chain view: what one output cell depends on, through layers one after another.

Each panel is what a layer makes, and the first the input.  Lit are the cells that an output cell
depends on, and in them stands in how many ways each reaches it: by so many choices of a tap of each
layer that follows.  Between panels stands what the layers are.  In one dimension cells stand over
the middle of what they reach, so that the lit ones are a cone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial, reduce
from math import prod

import numpy as np

from tcviz.boards import chrome
from tcviz.boards.legend import VALUES, LegendEntry
from tcviz.boards.overlap_panel import told
from tcviz.boards.panel import Roles, in_states
from tcviz.boards.shown import Content, Furniture, Link, Shown, Window, kinds
from tcviz.boards.step_view import StepView
from tcviz.boards.tensor import Tensor
from tcviz.layer.chain import Cells, Chain
from tcviz.layer.chained import Chained, chained
from tcviz.layer.geometry import USUAL, ConvTranspose
from tcviz.layer.parts import Part
from tcviz.layer.sizes import Sizes, element, size_text, sized
from tcviz.look import words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.picture.panels import Panel
from tcviz.picture.strips import Variant
from tcviz.scene.marks import Scene
from tcviz.scene.numbers import Format
from tcviz.scene.states import Kind, State

WHOLE = Format()
GUTTER, DOWN = 40.0, 30.0
"""The least room between panels, and between strips, for an arrow."""
LONG = 20
"""Letters of a layer's name."""
MANY = 12
"""Stages that are told one by one."""
LENSED = 16
"""The most cells of a lens, which shows the ways where tints have no numbers: all stages have one,
or none."""


def key(stage: int) -> str:
    """Return what the panel of a stage is called, of which the input is the first."""
    return f"stage{stage}"


def tensors(part: Chained, ranges: Ranges | None = None) -> dict[str, Tensor]:  # noqa: ARG001
    """Return what the panels hold: numbers of ways."""
    last = len(part.most) - 1
    return {
        key(i): Tensor(
            np.array([0, most], part.kind), WHOLE, "result" if i == last else "grey", paint=told
        )
        for i, most in enumerate(part.most)
    }


def titles(part: Chained) -> list[str]:
    """Return what the stages are called."""
    names = [name for name, _ in layers(part.chain)]
    return ["input", *(f"after {name}" for name in names[:-1]), "output"]


def columns(part: Chained, ranges: Ranges, drawn: int = 0) -> list[Panel]:  # noqa: ARG001
    """Return the panels from left to right."""
    held, sizes, last = tensors(part), part.chain.sizes, len(part.chain.layers)
    said = [(), *((name, *layer_words(layer)) for name, layer in layers(part.chain))]
    cells, lensed = [*map(prod, sizes)], max(map(prod, part.widest)) <= LENSED
    larger = ["", *(key(i) * (cells[i] <= cells[i + 1]) for i in range(last))]
    return [
        held[key(i)].panel(key(i), sizes[i], title, gap=GUTTER, shared=True, begins=True,
                           numbered=True, result=i == last, said=said[i], exceeds=larger[i],
                           lens=held[key(i)].lens(key(i), most, "ways", shared=True, packed=True)
                           if prod(most) > 1 and lensed else None)
        for i, (title, most) in enumerate(zip(titles(part), part.widest, strict=True))
    ]  # fmt: skip


def strips(part: Chained, ranges: Ranges, drawn: int = 0) -> list[Variant]:  # noqa: ARG001
    """Return the strips from top to bottom, cells over the middle of what they reach."""
    held, last = tensors(part), len(part.chain.layers)
    said = ["", *(", ".join(layer_words(layer)) for layer in part.chain.layers)]
    shares = zip(titles(part), part.chain.sizes, columns_of(part.chain), said, strict=True)
    found = [
        held[key(i)].strip(key(i), n, title, ":  ".join(filter(None, [sized((n,)), words])),
                           every=every, start=start, broad=True, gap=DOWN, shared=True,
                           numbered=i in (0, last))
        for i, (title, (n,), (start, every), words) in enumerate(shares)
    ]  # fmt: skip
    return [Variant(found, labels="tall")]


def columns_of(chain: Chain) -> list[tuple[float, int]]:
    """Return where each stage's cells begin, and how broad they are, in the last output's cells.

    A cell stands over the middle of those that it reaches.

    >>> up = ConvTranspose(4, stride=2, padding=1, dims=1)
    >>> columns_of(Chain((up, ConvTranspose(3, stride=2, dims=1)), (3,)))
    [(0.5, 4), (0.5, 2), (0.0, 1)]
    """
    found, middle = [(0.0, 1)], 0.0
    for layer in reversed(chain.layers):
        every, (stride,), (extent,) = found[-1][1], layer.stride, layer.extent
        ((before, _),) = layer.border
        middle += every * ((extent - 1) / 2 - before)
        found.append((middle - (every * stride - 1) / 2, every * stride))
    return found[::-1]


def layers(chain: Chain) -> Iterator[tuple[str, ConvTranspose]]:
    """Yield the layers with their names, of long ones the end: it tells most."""
    names = (name if len(name) <= LONG else f"…{name[1 - LONG :]}" for name in chain.names)
    return zip(names, chain.layers, strict=True)


def layer_words(layer: ConvTranspose) -> list[str]:
    """Return the parameters of a layer, those that are as usual left out.

    >>> layer_words(ConvTranspose(4, stride=2, padding=1))
    ['kernel 4', 'stride 2', 'padding 1']
    """
    said = {
        "kernel": chrome.alike(layer.kernel_size),
        "stride": chrome.alike(layer.stride),
        "padding": chrome.alike(layer.padding),
        "output_padding": chrome.alike(layer.output_padding),
        "dilation": chrome.alike(layer.dilation),
    }
    always = "kernel", "stride"
    return [f"{name} {value}" for name, value in said.items()
            if name in always or value != str(USUAL[name])]  # fmt: skip


class ChainView(StepView):
    """What the steps of the chain view show: one for each output cell."""

    name = "chain"
    subtitle = "what one output {element} depends on, and by how many choices of taps"
    arrangements = {1: strips, 2: columns}  # noqa: RUF012
    zero = "zero"
    _part: Chained

    def __init__(self, part: Part, look: Look) -> None:
        whole = chained(part, look.chain)
        self._cell = look.cell or tuple(n // 2 for n in whole.output_size)
        super().__init__(whole, look, range(prod(whole.output_size)))
        extra = [(0,) * whole.chain.dims, *(layer.output_padding for layer in whole.chain.layers)]
        sides = zip(whole.chain.sizes, extra, strict=True)
        self._kinds = [kinds(size, more) for size, more in sides]

    def tensors(self, part: Chained, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold."""
        return tensors(part, ranges)

    def furniture(self) -> Furniture:
        """Return what leads from each stage to the next."""
        numbers = range(len(self._part.chain.layers))
        return Furniture(links=[Link(f"layer.{i + 1}", key(i), key(i + 1)) for i in numbers])

    @property
    def roles(self) -> Sequence[LegendEntry]:
        """The roles that a legend names."""
        one = element(self._part.chain.dims)
        return (
            LegendEntry(f"an output {one}", VALUES, State.WRITTEN),
            LegendEntry(f"{one}s it depends on, number = ways to reach it", VALUES, State.READ),
            LegendEntry("output_padding", (Kind.OUTPUT_PADDING,), shown=State.PENDING),
        )

    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""
        size = self._part.output_size
        for pick in picks:
            yield self._shown(pick, tuple(map(int, np.unravel_index(pick, size))))

    def overview(self) -> Scene:
        """Return the picture of one cell, without a step."""
        shown = self._shown(0, self._cell)
        marks = [*self._fixed, *self._board.legend([shown], self.roles)]
        return self._board.finished([*marks, *self._board.marks(shown)], shown.said)

    def _shown(self, number: int, cell: Sizes) -> Shown:
        ways, last = self._part.ways(cell), len(self._part.chain.layers)
        met = [tuple(tuple(map(int, np.flatnonzero(side))) for side in stage) for stage in ways]
        states = [State.READ] * last + [State.WRITTEN]
        cells: dict[str, Content] = {}
        calm: dict[str, Roles] = {}
        for i, (stage, state) in enumerate(zip(ways, states, strict=True)):
            values = reduce(np.multiply.outer, stage)
            lit = np.where(values > 0, state, State.PENDING)
            cells[key(i)] = values, in_states(self._kinds[i], lit)
            over = np.where(values > 0, State.KNOWN, State.PENDING)
            calm[key(i)] = in_states(self._kinds[i], over)
        windows: dict[str, Window] = {key(i): at for i, at in enumerate(met) if all(at)}
        links = [
            Link(f"reach.{i + 1}", key(i), key(i + 1))
            for i in range(last if self._has_arrows else 0)
            if key(i) in windows
        ]
        total = prod(int(side.sum()) for side in ways[0])
        return Shown(
            number, cells, windows, links, partial(self._said, cell, met, total), calm=calm
        )

    @cached_property
    def _has_arrows(self) -> bool:
        """Whether arrows lead from strip to strip: not where these have names between them."""
        columns = self._board.layout.columns
        return columns is not None and columns.labels != "above"

    def _said(self, cell: Sizes, met: Sequence[Cells], total: int) -> tuple[str, str]:
        """Return what an output cell depends on, and what all of them have in common."""
        one, named = element(len(cell)), "y" + words.place(cell)
        if not all(met[0]):
            return f"{named} depends on no {one} of the input: nothing reaches it", ""
        ways = f"in {total:,} ways (choices of taps)" if total > 1 else "in 1 way"
        told = f"{named} depends on {area(met[0])} of the input: {_counted(met[0], one)}, {ways}"
        if total not in (self._part.chain.usual or (total,)):
            told += ", fewer than away from the edge"
        sizes = [size_text(tuple(map(len, cells))) for cells in met[1:-1]]
        several = "s" * any(prod(map(len, cells)) > 1 for cells in met[1:-1])
        whole = f"the output's overlap is {self._part.chain.verdict}"
        passed = f"through {words.several(sizes, MANY)} {one}{several} between" if sizes else ""
        return told, "; ".join(filter(None, (passed, whole)))


def _counted(cells: Cells, one: str) -> str:
    """Return how many cells there are.

    >>> _counted(((1, 2), (1, 2, 3)), "cell"), _counted(((4,),), "element")
    ('2×3 cells', '1 element')
    """
    several = "s" * (prod(map(len, cells)) > 1)
    return f"{size_text(tuple(map(len, cells)))} {one}{several}"


def area(cells: Cells) -> str:
    """Return rows and columns, told one by one where there are gaps between.

    >>> area(((1, 2, 3), (0, 2, 4)))
    'rows 1–3, columns 0, 2, 4'
    """
    return ", ".join(
        f"{name[len(axis) > 1]} {_span(axis)}"
        for name, axis in zip(words.AXES[len(cells)], cells, strict=True)
    )


def _span(axis: Sequence[int]) -> str:
    step = axis[1] - axis[0] if len(axis) > 1 else 1
    even = range(axis[0], axis[-1] + 1, step)
    if len(even) == len(axis) and tuple(even) == tuple(axis):
        return words.span(even)
    return f"{axis[0]}–{axis[-1]}, with gaps"


build = ChainView
