"""The convolution view: the kernel slides over the input of an ordinary convolution.

Figure 1 of the article: input, kernel, output.  In a step, the window and its
products stand between them.

In one dimension columns are coordinates of the padded input; y[o] stands at o·stride, which is
below the first element of the window that it gathers.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from tcviz.boards.panel import Roles, Values, in_states
from tcviz.boards.shown import Furniture, Link, Shown, alike, kinds
from tcviz.boards.step_view import board_of
from tcviz.layer.forward import Convolution
from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.trace import Places
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import channel_name, source_notes, source_size, source_title, taps
from tcviz.picture.panels import Panel
from tcviz.picture.strips import ROOMY, Strip, Variant
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene
from tcviz.scene.states import Kind, State
from tcviz.views.gathered import (
    APART,
    apart,
    far,
    lensed,
    results,
    sliding,
    step_lens,
    summed,
    tensors,
)
from tcviz.views.gathering import GatheringView
from tcviz.views.stretched import sides_said

WIDE = "padded"
FEW = 26.0
"""Room between the strips of the finished picture."""


@frozen
class Padded:
    """The input with its padding, which the window slides over."""

    part: ForwardPart

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.part.padded.shape[1:]

    @property
    def around(self) -> bool:
        """Whether there is any padding."""
        return any(map(any, self.part.layer.border))

    @property
    def done(self) -> str:
        """What was done to the input."""
        return "padded" if self.around else ""

    @property
    def kept(self) -> tuple[range, ...]:
        """The cells of the input inside its padding."""
        sides = zip(self.part.layer.border, self.part.input_size, strict=True)
        return tuple(range(before, before + n) for (before, _), n in sides)

    def values(self, channel: int) -> Values:
        """Return one channel's numbers."""
        padded: Values = self.part.padded[channel]
        return padded

    def roles(self, places: Places, state: State) -> Roles:
        """Return each cell's role when the taps lie at `places`."""
        found = np.full(self.shape, Kind.ZERO, dtype=np.uint8)
        found[np.ix_(*self.kept)] = kinds(self.part.input_size, self.part.source_extra)
        states = np.zeros(self.shape, dtype=np.uint8)
        states[np.ix_(*places)] = state
        return in_states(found, states)

    def window(self, places: Places) -> tuple[range, ...]:
        """Return the cells from a window's first to its last tap."""
        return tuple(range(axis[0], axis[-1] + 1) for axis in places)

    @property
    def note(self) -> str:
        """How much padding there is."""
        sides, *others = {n for pair in self.part.layer.border for n in pair}
        told = f": {sides_said(self.part.layer.border)}" if others else f" = {sides}"
        return f"around: padding{told}"


def columns(part: ForwardPart, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels of a step in reading order."""
    held, kernel = tensors(part, ranges), part.layer.kernel_size
    return [
        *_source(part, ranges),
        held["window"].panel("window", kernel, "window", gap=40, begins=True),
        held["w"].panel("w", kernel, "kernel w", gap=28, sign="⊙"),
        held["product"].panel(
            "product",
            kernel,
            "products",
            "pairwise",
            gap=28,
            sign="=",
            lens=step_lens(part, ranges),
        ),
        *summed(part, ranges, drawn),
    ]


def few_columns(part: ForwardPart, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels of the finished picture: input, kernel, output."""
    kernel = tensors(part, ranges)["w"].panel("w", part.layer.kernel_size, "kernel w", gap=60,
                                              begins=True, sign="⊗")  # fmt: skip
    *_, output = summed(part, ranges, drawn)
    sign = "" if part.channels > 1 else "="
    return [*_source(part, ranges), kernel, replace(output, gap=80, sign=sign)]


def _source(part: ForwardPart, ranges: Ranges) -> list[Panel]:
    """Return the panel of the input, and of the padded one if there is padding."""
    padded, held = Padded(part), tensors(part, ranges, WIDE)
    x = held["x"].panel("x", part.input_size, source_title(part), source_size(part),
                        named=channel_name(part), notes=source_notes(part),
                        numbered=True)  # fmt: skip
    around = held[WIDE].panel(WIDE, padded.shape, "padded", gap=40, begins=True,
                              notes=(padded.note,), numbered=True)  # fmt: skip
    return [x, around] if padded.around else [x]


def strips(part: ForwardPart, ranges: Ranges, drawn: int = 0) -> tuple[Variant, ...]:
    """Return the strips: with window, kernel and products in their columns, and apart from them."""
    source, name, (stride,) = _sources(part, ranges), "kernel w", part.layer.stride
    made = results(part, ranges, drawn, 0, stride, align_notes(part))
    work = sliding(part, ranges, source[-1].key, name, 0)
    return (
        Variant([*source, *work, *made]),
        Variant([*source, apart(part, ranges, name), *far(made)], APART, ROOMY),
        *lensed(part, ranges, source, name, made),
    )


def few_strips(part: ForwardPart, ranges: Ranges, drawn: int = 0) -> tuple[Variant, ...]:
    """Return the strips of the finished picture: input, kernel, output."""
    w, (k,), (stride,) = tensors(part, ranges)["w"], part.layer.kernel_size, part.layer.stride
    kernel = w.strip("w", k, "kernel w", taps(k), gap=FEW, every=part.layer.dilation[0], sign="⊗",
                     leads=part.channels > 1)  # fmt: skip
    alone = replace(kernel, title=w.headed("kernel w"), size="")
    apart = replace(kernel, key="kernel", shape=(1, 0), title="", size="", sign="", pieces=(alone,))
    *_, output = results(part, ranges, drawn, 0, stride, align_notes(part))
    source, output = _sources(part, ranges), replace(output, gap=FEW, sign="=")
    return Variant([*source, kernel, output]), Variant([*source, apart, output], APART, ROOMY)


def _sources(part: ForwardPart, ranges: Ranges) -> list[Strip]:
    """Return the strip of the input, and of the padded one if there is padding."""
    padded, held, (n,) = Padded(part), tensors(part, ranges, WIDE), part.input_size
    x = held["x"].strip("x", n, source_title(part), source_size(part),
                        start=part.layer.border[0][0],
                        notes=source_notes(part), numbered=True)  # fmt: skip
    around = held[WIDE].strip(WIDE, padded.shape[0], "padded", notes=(padded.note,),
                              numbered=True)  # fmt: skip
    return [x, around] if padded.around else [x]


def align_notes(part: ForwardPart) -> tuple[str, ...]:
    """Return where an output element stands in columns."""
    told = f"{part.names.y} stands below its window's first element"
    return (told,) * (part.layer.extent[0] > 1)


class ConvolutionView(GatheringView):
    """What the steps of the convolution view show."""

    name = "sliding window"
    subtitle = "every output element is a window of the input times the kernel, summed"
    zeros = zero = "padding"
    arrangements = {1: strips, 2: columns}  # noqa: RUF012

    def __init__(self, part: ForwardPart, look: Look) -> None:
        source = Padded(part)
        super().__init__(part, look, Convolution(part), source, WIDE if source.around else "")

    def overview(self) -> Scene:
        """Return input, kernel and output, nothing lit."""
        part, look, dims = self._part, self._board.look, self._part.layer.dims
        look = replace(look, legend=False)
        board = board_of(dims)(part, look, self.name, {1: few_strips, 2: few_columns}[dims])
        several = part.channels > 1
        furniture = Furniture(links=(Link("pad", "x", WIDE),), gathered="w" if several else "")
        board.hold(self.tensors(part, board.ranges), furniture)
        nothing = (range(0),) * dims
        around = np.stack([self._source.values(c) for c in range(board.drawn)])
        cells = {
            "x": (part.x, alike(part.input_size)),
            WIDE: (around, self._source.roles(nothing, State.KNOWN)),
            "w": (part.weight, alike(part.layer.kernel_size)),
            "output": (self._total, alike(part.output_size, State.DONE)),
        }
        said = caption(part)
        marks = *board.fixed(self.subtitle), *board.marks(Shown(0, cells, {}, (), lambda: said))
        return board.finished(marks, said)


def caption(part: Part) -> tuple[str, str]:
    """Return what happens, and how many multiplications that takes."""
    taps, cells = prod(part.layer.kernel_size), prod(part.output_size)
    per = f" × {part.channels} channels" * (part.channels > 1)
    made = f"{cells * taps * part.channels:,} multiplications"
    return (
        "the kernel slides over the input; every window, times the kernel, sums to one output",
        f"{cells} windows × {taps} taps{per} = {made}",
    )


build = ConvolutionView
