"""What makes one output channel: the arrays of its group, and what their sizes mean."""

from __future__ import annotations

from functools import cached_property, reduce
from typing import Any, ClassVar, NamedTuple

import numpy as np

from tcviz.errors import RequestError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array, Operands
from tcviz.layer.running import gather, spread
from tcviz.layer.sizes import Pair, Sizes
from tcviz.layer.taps import Taps
from tcviz.scene.frozen import frozen


class Names(NamedTuple):
    """What a picture calls what a part reads, makes and sums."""

    source: str = "input"
    x: str = "x"
    made: str = "output"
    y: str = "y"
    summed: str = "channel"
    members: str = "inputs"


@frozen
class Part:
    """All that makes one output channel.

    `x` is ``(C, *input_size)`` and `weight` ``(C, *kernel_size)``, where the C
    input channels are those of the output channel's group, from `first` on, and
    `channel` is one of `out_channels`.
    """

    layer: ConvTranspose
    x: Array
    weight: Array
    bias: float | None
    channel: int
    first: int
    out_channels: int
    names: ClassVar[Names] = Names()
    pads_output: ClassVar[bool] = True
    """Whether the layer has a parameter output_padding."""

    @property
    def extra(self) -> Sizes:
        """Rows and columns at the output's end that output_padding added."""
        return self.layer.output_padding

    @property
    def source_extra(self) -> Sizes:
        """Rows and columns at the input's end that output_padding added, to its output."""
        return (0,) * self.layer.dims

    @property
    def notes(self) -> tuple[str, ...]:
        """What else a reader must know of what is made."""
        return ()

    @property
    def input_size(self) -> Sizes:
        """The input's spatial size."""
        return self.x.shape[1:]

    @property
    def operation(self) -> str:
        """What the layer is called."""
        return "Transposed convolution"

    @cached_property
    def output_size(self) -> Sizes:
        """The output's spatial size."""
        return self.layer.output_size(self.input_size)

    @cached_property
    def axes(self) -> tuple[Taps, ...]:
        """Where taps land, per axis: those of the input's elements."""
        return Taps.along(self.layer, self.input_size, self.layer.output_size(self.input_size))

    def sources(self, axis: int, o: int) -> list[Pair]:
        """Return the input coordinates that reach one of the output, rising, each with its tap.

        >>> from tcviz.request.inputs import plan
        >>> of = part(plan(stride=2, padding=1).make())
        >>> [of.sources(0, o) for o in range(3)]
        [[(0, 1)], [(0, 2), (1, 0)], [(1, 1)]]
        """
        return list(zip(*self.axes[axis].of_place(o), strict=True))

    def targets(self, axis: int, i: int) -> list[Pair]:
        """Return the output coordinates that one of the input reaches, each with its tap."""
        return list(zip(*self.axes[axis].of_element(i), strict=True))

    @cached_property
    def reached(self) -> Array:
        """Which of the output's cells anything reaches: the others stay 0, before the bias."""
        sides = enumerate(self.output_size)
        met = ([bool(self.sources(axis, o)) for o in range(n)] for axis, n in sides)
        cells: Array = reduce(np.logical_and.outer, map(np.array, met))
        return cells

    @cached_property
    def unreached(self) -> tuple[list[int], ...]:
        """The rows, columns, ... of the padded result that nothing reaches, per axis.

        >>> from tcviz.request.inputs import plan
        >>> part(plan(stride=2, padding=1, output_padding=1).make()).unreached
        ([7], [7])
        """
        left = []
        for axis, size in zip(self.axes, self.layer.padded_size(self.input_size), strict=True):
            met = np.zeros(size, dtype=bool)
            for _, _, places in axis.uncropped.walk():
                met[places.start : places.stop : places.step] = True
            left.append(np.flatnonzero(~met).tolist())
        return tuple(left)

    @property
    def compared(self) -> tuple[Part, ...]:
        """The part itself, and the one that it is compared with, if it is."""
        return (self,)

    @property
    def settings(self) -> dict[str, str]:
        """What a picture says in place of the layer's parameters, if anything."""
        return {}

    @property
    def law(self) -> str:
        """The formula of what is made, in letters."""
        return f"y size = {self.layer.size_law}"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The same with its numbers, per axis, or once for all axes."""
        return self.layer.size_formula(self.input_size)

    @property
    def channels(self) -> int:
        """How many input channels are summed."""
        return len(self.x)

    def results(self, x: Array, weight: Array) -> Array:
        """Return each channel's own padded result, ``(C, *padded_size)``."""
        size = self.layer.padded_size(x.shape[1:])
        sums: Array = np.zeros((len(x), *size), np.result_type(x, weight))
        spread(sums, x, weight, [axis.uncropped for axis in self.axes])
        return sums

    def crop(self, results: Array) -> Array:
        """Return the output's cells of padded results ``(..., *padded_size)``."""
        sides = zip(self.layer.border, self.output_size, strict=True)
        inside: Any = (..., *(slice(before, before + n) for (before, _), n in sides))
        kept: Array = results[inside]
        return kept


@frozen
class ForwardPart(Part):
    """All that makes one output channel of the forward convolution.

    `x` is ``(C, *input_size)`` and `weight` ``(C, *kernel_size)``, as in `Part`;
    here the input is the large side, and the border is padding around it.
    """

    pads_output: ClassVar[bool] = False

    @property
    def operation(self) -> str:
        """What the layer is called."""
        return "Convolution"

    @property
    def output_size(self) -> Sizes:
        """The output's spatial size."""
        return self.layer.forward_output_size(self.input_size)

    @cached_property
    def axes(self) -> tuple[Taps, ...]:
        """Where taps land, per axis: those of the output's elements."""
        return Taps.along(self.layer, self.output_size, self.input_size)

    def sources(self, axis: int, o: int) -> list[Pair]:
        """Return the input coordinates that one of the output reads, each with its tap."""
        return super().targets(axis, o)

    def targets(self, axis: int, i: int) -> list[Pair]:
        """Return the output coordinates that read one of the input, each with its tap."""
        return super().sources(axis, i)

    @property
    def law(self) -> str:
        """The formula of what is made, in letters."""
        return f"y size = {self.layer.forward_law}"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The same with its numbers, per axis."""
        return self.layer.forward_formula(self.input_size)

    @cached_property
    def padded(self) -> Array:
        """The input with zeros around it, ``(C, *padded_size)``, read-only."""
        zero = self.x.dtype.type(0)
        padded = np.pad(self.x, [(0, 0), *self.layer.border], constant_values=zero)
        padded.setflags(write=False)
        return padded

    def results(self, x: Array, weight: Array) -> Array:
        """Return each channel's own result, ``(C, *output_size)``."""
        sums: Array = np.zeros((len(x), *self.output_size), np.result_type(x, weight))
        gather(sums, x, weight, self.axes)
        return sums

    def crop(self, results: Array) -> Array:
        """Return the results: nothing is cropped here."""
        return results


def is_named(part: Part) -> bool:
    """Return whether a part has names in place of its numbers, as `tcviz.layer.symbols` gives."""
    return part.x.dtype == object


def part(operands: Operands, out_channel: int = 0) -> Part:
    """Return what makes output channel `out_channel`.

    Raises
    ------
    RequestError
        If there is no such output channel.
    """
    if not 0 <= out_channel < operands.out_channels:
        allowed = f"0 to {operands.out_channels - 1}"
        raise RequestError(complaint("out_channel", out_channel, allowed))
    inputs = operands.in_channels // operands.layer.groups
    outputs = operands.out_channels // operands.layer.groups
    group, within = divmod(out_channel, outputs)
    here = slice(group * inputs, (group + 1) * inputs)
    bias = None if operands.bias is None else operands.bias[out_channel].item()
    weight = operands.weight[out_channel] if operands.forward else operands.weight[here, within]
    kind = ForwardPart if operands.forward else Part
    return kind(
        operands.layer,
        operands.x[here],
        weight,
        bias,
        out_channel,
        here.start,
        operands.out_channels,
    )
