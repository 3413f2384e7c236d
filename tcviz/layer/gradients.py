"""What makes the gradients of a transposed convolution: section 4.2 of the article.

The upstream gradient dy has the output's shape.  The gradient of the input is an
ordinary convolution of it with the same kernel, stride and padding, so its part is a
`ForwardPart`.  The gradient of the weight adds up, for every input element, the
element times the window of dy that it reached; that of the bias adds up all of dy.
"""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import ClassVar

import numpy as np

from tcviz.layer.operands import Array, Operands
from tcviz.layer.parts import ForwardPart, Names, Part
from tcviz.layer.running import gather
from tcviz.layer.sizes import Sizes
from tcviz.scene.frozen import frozen

OPERATION = "Transposed convolution"


@frozen
class Gradient(Part):
    """What gradients have in common: nothing is added at their end, or cropped."""

    @property
    def extra(self) -> Sizes:
        """Nothing is added to the gradient."""
        return (0,) * self.layer.dims

    def crop(self, results: Array) -> Array:
        """Return the results: nothing is cropped here."""
        return results


@frozen
class OfUpstream(Gradient):
    """What reads the upstream gradient as its input."""

    @property
    def source_extra(self) -> Sizes:
        """The upstream gradient has what output_padding added to the output."""
        return self.layer.output_padding


@frozen
class InputGradient(OfUpstream, ForwardPart):
    """All that makes the gradient of one input channel.

    `x` is dy, ``(C, *output_size)``, and `weight` ``(C, *kernel_size)``, where the C
    output channels are those of the input channel's group; `size` is the input's.
    """

    size: Sizes

    names: ClassVar[Names] = Names(
        "upstream gradient", "dy", "gradient", "dx", "output channel", "outputs"
    )
    pads_output: ClassVar[bool] = True

    @property
    def operation(self) -> str:
        """What the layer is called."""
        return OPERATION

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of several input channels this is."""
        return _one_of("input channel", self)

    @property
    def unmet(self) -> int:
        """How many elements of dy no window meets: no input reached them."""
        met = (len({p for *_, places in axis.walk() for p in places}) for axis in self.axes)
        return prod(self.input_size) - prod(met)

    @property
    def output_size(self) -> Sizes:
        """The input's size."""
        return self.size

    @property
    def law(self) -> str:
        """The convolution's size formula in letters."""
        ends = self.layer.forward_output_size(self.input_size)
        dy = "dy size" if ends == self.size else "dy size − output_padding"
        return f"dx size = {self.layer.forward_law.replace('x size', dy)}"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The same with its numbers; output_padding is taken off where it rounds up."""
        sizes, layer = self.input_size, self.layer
        lines = layer.forward_formula(sizes)
        ends = layer.forward_output_size(sizes)
        return tuple(
            line
            if end == size
            else line.replace(f"({n}", f"({n} − {extra}", 1).removesuffix(f"{end}") + f"{size}"
            for line, end, size, n, extra in zip(
                lines, ends, self.size, sizes, layer.output_padding, strict=True
            )
        )


@frozen
class WeightGradient(Gradient):
    """All that makes the gradients of the weights of one output channel.

    `x` is ``(C, *input_size)``; what it is multiplied by is dy of the output channel,
    which stands in the place of the weight, ``(C, *output_size)``, the same C times.
    """

    names: ClassVar[Names] = Names(made="gradient", y="dw")

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of several output channels these are of."""
        return _one_of("output channel", self)

    @property
    def output_size(self) -> Sizes:
        """The kernel's size."""
        return self.layer.kernel_size

    @property
    def law(self) -> str:
        """The gradient in letters; dy is counted as it is drawn, with the zeros of its border."""
        padded = "padded " * any(map(any, self.layer.border))
        return f"dw[k] = Σ {padded}dy[i·s + k·d]·x[i]"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The gradient's size."""
        return (f"dw is as large as w: {'×'.join(map(str, self.output_size))}",)

    @cached_property
    def padded(self) -> Array:
        """The upstream gradient, zero where the border was cropped: ``padded_size``, read-only."""
        zero = self.weight.dtype.type(0)
        padded = np.pad(self.weight[0], self.layer.border, constant_values=zero)
        padded.setflags(write=False)
        return padded

    def results(self, x: Array, weight: Array) -> Array:
        """Return the gradient per channel, ``(C, *kernel_size)``: a window of dy for each tap."""
        taps: Array = np.zeros((len(x), *self.layer.kernel_size), np.result_type(x, weight))
        gather(taps, weight, x, [axis.turned for axis in self.axes])
        return taps


@frozen
class BiasGradient(OfUpstream):
    """All that makes the gradient of one output channel's bias.

    `x` is dy of the output channel, ``(1, *output_size)``, and `weight` one 1: the
    bias reaches every output element once.  `size` is the layer's input size.
    """

    size: Sizes

    names: ClassVar[Names] = Names("upstream gradient", "dy", "gradient", "db", members="")

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of several output channels this is: the sum of its own dy."""
        told = _one_of("output channel", self)
        return (*told, "each has its own db")[: 3 if told else 0]

    @property
    def output_size(self) -> Sizes:
        """One number."""
        return (1,) * self.layer.dims

    @property
    def law(self) -> str:
        """The gradient in letters."""
        return "db = Σ dy[o]"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The gradient's size."""
        return ("db is one number for each output channel",)

    def results(self, x: Array, weight: Array) -> Array:
        """Return the sum of what there is."""
        axes = tuple(range(1, x.ndim))
        with np.errstate(all="ignore"):
            summed: Array = (x * weight).sum(axis=axes, keepdims=True)
        return summed


def of_input(operands: Operands, channel: int = 0) -> InputGradient:
    """Return what makes the gradient of input channel `channel`.

    >>> from tcviz.request.inputs import plan
    >>> of_input(plan(stride=2, padding=1, backward=True).make()).output_size
    (3, 3)
    """
    layer, dy = operands.layer, _upstream(operands)
    outputs = operands.out_channels // layer.groups
    first = channel // (operands.in_channels // layer.groups) * outputs
    return InputGradient(
        layer,
        dy[first : first + outputs],
        operands.weight[channel],
        None,
        channel,
        first,
        operands.in_channels,
        operands.input_size,
    )


def of_weight(operands: Operands, channel: int = 0) -> WeightGradient:
    """Return what makes the gradients of the weights of output channel `channel`."""
    layer, dy = operands.layer, _upstream(operands)
    inputs = operands.in_channels // layer.groups
    first = channel // (operands.out_channels // layer.groups) * inputs
    x = operands.x[first : first + inputs]
    shared = np.broadcast_to(dy[channel], (inputs, *dy.shape[1:]))
    return WeightGradient(layer, x, shared, None, channel, first, operands.out_channels)


def of_bias(operands: Operands, channel: int = 0) -> BiasGradient:
    """Return what makes the gradient of the bias of output channel `channel`."""
    layer, dy = operands.layer, _upstream(operands)
    one = np.ones((1,) * (1 + layer.dims), dy.dtype)
    x = dy[channel : channel + 1]
    return BiasGradient(
        layer, x, one, None, channel, channel, operands.out_channels, operands.input_size
    )


def _one_of(name: str, part: Part) -> tuple[str, ...]:
    """Return which channel is drawn, if there are several."""
    several = part.out_channels > 1
    return (f"{name} {part.channel}", f"one of {part.out_channels}") if several else ()


def _upstream(operands: Operands) -> Array:
    if operands.grad_output is None:
        raise ValueError("operands without an upstream gradient: plan them with backward=True")
    return operands.grad_output
