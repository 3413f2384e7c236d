"""How strongly input elements reach each output cell: the magnitudes of the weights, summed."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.overlap import Overlap, overlap
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import Sizes
from tcviz.layer.symbols import Sum, Symbol
from tcviz.scene.frozen import frozen


class Magnitude(Symbol):
    """The magnitude of a symbol.

    >>> str(Magnitude.of(Symbol("w", at=(0, 1))))
    '|w₀₁|'
    """

    __slots__ = ()

    @classmethod
    def of(cls, symbol: Symbol) -> Magnitude:
        """Return the magnitude of a symbol, which is never equal to the symbol itself."""
        return cls(f"|{symbol.letter}", symbol.channel, symbol.at)

    def __str__(self) -> str:
        return f"{super().__str__()}|"


@frozen
class Magnitudes(Part):
    """A part of one channel: ones through the magnitudes of the weights of `part`, summed.

    `other` is one of ones with a kernel of another size, if one is compared.
    """

    part: Part
    other: Part | None = None

    @property
    def compared(self) -> tuple[Part, ...]:
        """The part itself, and the one with the other kernel, if there is one."""
        return (self, self.other) if self.other else (self,)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The size formula with its numbers, per axis, and the size that the other kernel makes."""
        lines = super().formulas
        for other in self.compared[1:]:
            sizes = zip(lines, other.layer.kernel_size, other.output_size, strict=True)
            lines = tuple(f"{line}; kernel {k}: {n}" for line, k, n in sizes)
        return lines

    @cached_property
    def overlap(self) -> Overlap:
        """How many elements reach the cells of the output."""
        return overlap(self.layer, self.input_size)

    @cached_property
    def counts(self) -> Array:
        """How many elements reach each cell of the output."""
        return self.overlap.counts()

    @cached_property
    def heaps(self) -> tuple[Array, Array]:
        """Bricks in one dimension, a heap on each output element: of which element, and tap.

        Both are ``(greatest count, *output_size)`` and −1 above the heaps; what falls first
        lies in the last row.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> of = magnitudes(part(plan(dims=1, input_size=2, stride=2).make()))
        >>> [a.tolist() for a in of.heaps]
        [[[-1, -1, 1, -1, -1], [0, 0, 0, 1, 1]], [[-1, -1, 0, -1, -1], [0, 1, 2, 1, 2]]]
        """
        (size,) = self.output_size
        shape = max(1, int(self.counts.max())), size
        elements, taps = np.full(shape, -1), np.full(shape, -1)
        levels = [shape[0]] * size
        for i in range(self.input_size[0]):
            for at, tap in self.targets(0, i):
                levels[at] -= 1
                elements[levels[at], at], taps[levels[at], at] = i, tap
        return elements, taps


def magnitudes(part: Part, compare: Sizes | None = None) -> Magnitudes:
    """Return a part of one channel: ones as the input, and the channels' |w| summed.

    What it makes is, for each output cell, the sum of the magnitudes of the weights by
    which inputs reach it.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> made = magnitudes(part(plan(stride=2, padding=1).make()))
    >>> made.x.shape, made.weight[0].tolist()
    ((1, 3, 3), [[1, 5, 2], [2, 5, 2], [2, 2, 2]])
    """
    x = np.ones((1, *part.input_size), dtype=part.weight.dtype)
    if is_named(part):
        x[:] = Sum(((),))  # the product of nothing
    weight = _absolute(part.weight).sum(axis=0, keepdims=True)
    size, other = part.out_channels, None
    if compare:
        kernel = np.ones((1, *compare), dtype=int)
        other = ones(replace(part, layer=part.layer.with_kernel(compare), weight=kernel))
    return Magnitudes(part.layer, x, weight, None, part.channel, part.first, size, part, other)


def ones(part: Part) -> Part:
    """Return a part of one channel in which each input element adds 1 to what it reaches."""
    x, weight = (np.ones((1, *a.shape[1:]), dtype=int) for a in (part.x, part.weight))
    return replace(part, x=x, weight=weight, bias=None)


def _absolute(weight: Array) -> Array:
    if weight.dtype != object:
        return np.abs(weight)
    names = np.empty(weight.shape, dtype=object)
    for at in np.ndindex(weight.shape):
        names[at] = Sum(tuple(tuple(map(Magnitude.of, term)) for term in weight.item(at).terms))
    return names
