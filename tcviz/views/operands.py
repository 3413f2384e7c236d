"""The operands by themselves: the channels of the input, or of the kernel, side by side.

Figures 4 and 5 of the article.  In one dimension they are strips below each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from tcviz.boards import chrome
from tcviz.boards.shown import Furniture, Shown, alike
from tcviz.boards.step_view import board_of
from tcviz.boards.tensor import Tensor
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import size_text
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges, ranges
from tcviz.picture.aligned import aligned
from tcviz.picture.arrangement import Arrangement, flowing
from tcviz.picture.fitting import Room
from tcviz.picture.panels import Panel
from tcviz.picture.solver import solve
from tcviz.picture.strips import Variant
from tcviz.scene.frames import Moment
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene

MOST = 6
"""Channels that are drawn side by side."""
BESIDE, BELOW = 60.0, 18.0
"""Room between panels, and between strips."""


@frozen
class Operand:
    """An operand, ``(C, *shape)``, and what a picture of it says."""

    name: str
    subtitle: str
    sentence: str
    tensor: Tensor
    element: str = "element"

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of a channel."""
        return self.tensor.values.shape[1:]


def columns(operand: Operand, part: Part, ranges: Ranges, drawn: int) -> list[Panel]:  # noqa: ARG001
    """Return a panel for each drawn channel."""
    return [
        operand.tensor.panel(key(c), operand.shape, f"channel {part.first + c}",
                             gap=BESIDE * (c > 0), shared=True)
        for c in range(drawn)
    ]  # fmt: skip


def strips(operand: Operand, part: Part, ranges: Ranges, drawn: int) -> tuple[Variant, ...]:  # noqa: ARG001
    """Return a strip for each drawn channel."""
    (n,) = operand.shape
    size = f"{n} {operand.element}{'s' * (n > 1)}"
    found = [
        operand.tensor.strip(key(c), n, f"channel {part.first + c}", size, gap=BELOW, shared=True)
        for c in range(drawn)
    ]
    return (Variant(found),)


ARRANGEMENTS = {1: strips, 2: columns}


def key(channel: int) -> str:
    """Return what the panel of a channel is called."""
    return f"channel.{channel}"


class OperandView:
    """One scene with one panel per channel."""

    def __init__(self, part: Part, look: Look, numbers: Ranges, operand: Operand) -> None:
        self._part, self._operand, dims = part, operand, part.layer.dims
        room = Room(chrome.body(look), look.pixel, look.legible(9.5), look.reading,
                    tried=look.tried)  # fmt: skip
        options = self._options(min(part.channels, look.channels or MOST), numbers)
        chosen = numbers, solve([*options], room, tints=not is_named(part))
        arranged = partial(ARRANGEMENTS[dims], operand)
        self._board = board_of(dims)(part, look, operand.name, arranged, chosen)
        held = {key(c): replace(operand.tensor, channel=c) for c in range(self._board.drawn)}
        self._board.hold(held, Furniture())

    def _options(self, most: int, numbers: Ranges) -> Iterator[Arrangement]:
        """Yield panels beside each other, or strips of as many channels as have room."""
        operand, part = self._operand, self._part
        if part.layer.dims > 1:
            yield from flowing(columns(operand, part, numbers, most))
            return
        for count in range(most, 0, -1):
            yield from aligned(strips(operand, part, numbers, count), count, labels="tall")

    @property
    def steps(self) -> int:
        """Nothing happens here."""
        return 1

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:  # noqa: ARG002
        """Yield the same scene for each pick."""
        for _ in picks:
            yield self.overview(), self.overview()

    def overview(self) -> Scene:
        """Return the picture."""
        operand, board = self._operand, self._board
        known, values = alike(operand.shape), operand.tensor.values
        cells = {key(c): (values[c], known) for c in range(board.drawn)}
        hidden = len(values) - board.drawn
        more = f"and {hidden} more channel{'s' * (hidden > 1)}, not drawn" if hidden else ""
        said = operand.sentence, more
        marks = *board.fixed(operand.subtitle), *board.marks(Shown(0, cells, {}, (), lambda: said))
        return board.finished(marks, said)


def build_input(part: Part, look: Look) -> OperandView:
    """Return the view of the input's channels."""
    sentence = f"the input x: {_count(part, 'channel')} of {size_text(part.input_size)} elements"
    numbers = ranges(part, look.decimals)
    held = Tensor(part.x, numbers.x_format, scaled=True)
    said = Operand("input x", "what is spread over the output", sentence, held)
    return OperandView(part, look, numbers, said)


def build_kernel(part: Part, look: Look) -> OperandView:
    """Return the view of the kernels that make one output channel."""
    kernels, size = _count(part, "kernel"), size_text(part.layer.kernel_size)
    which = f" for output channel {part.channel}" if part.out_channels > 1 else ""
    each = ", one for each input channel" if part.channels > 1 else ""
    sentence = f"the weight w{which}: {kernels} of {size} taps{each}"
    numbers = ranges(part, look.decimals)
    held = Tensor(part.weight, numbers.w_format, "filled", scaled=True)
    subtitle = "what every input element is multiplied by"
    return OperandView(part, look, numbers, Operand("kernel w", subtitle, sentence, held, "tap"))


def _count(part: Part, noun: str) -> str:
    return f"{part.channels} {noun}{'s' * (part.channels > 1)}"
