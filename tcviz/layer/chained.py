"""A chain as a part: what a picture says of layers after one another, whatever their numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tcviz.layer.chain import MOST, Chain
from tcviz.layer.parts import Part
from tcviz.layer.sizes import element, size_text
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tcviz.layer.operands import Array
    from tcviz.layer.sizes import Sizes


@frozen
class Chained(Part):
    """A part of one channel and ones, which the layers of a chain follow."""

    chain: Chain

    @property
    def output_size(self) -> Sizes:
        """The last output's spatial size."""
        return self.chain.sizes[-1]

    def results(self, x: Array, weight: Array) -> Array:  # noqa: ARG002
        """Return nothing: no number is made."""
        return np.zeros((1,) * (1 + self.chain.dims), int)

    def crop(self, results: Array) -> Array:
        """Return results as they are."""
        return results

    @property
    def operation(self) -> str:
        """What the layers are called."""
        return "Transposed convolutions" if self.chain.has_several else super().operation

    @property
    def settings(self) -> dict[str, str]:
        """How many layers there are, and by how much they enlarge together."""
        if not self.chain.has_several:
            return super().settings
        layers = self.chain.layers
        stride = [prod(layer.stride[axis] for layer in layers) for axis in range(self.chain.dims)]
        same = len({*stride}) == 1
        total = str(stride[0]) if same else f"({', '.join(map(str, stride))})"
        return {"layers": str(len(layers)), "total stride": total}

    @property
    def law(self) -> str:
        """The sizes from stage to stage."""
        return " → ".join(size_text(size) for size in self.chain.sizes)

    @property
    def formulas(self) -> tuple[str, ...]:
        """What reaches what from the first input to the last output."""
        cell = element(self.chain.dims)
        field, fan = self.chain.fields, self.chain.fans
        if field is None or fan is None:
            return (f"overlap {self.chain.verdict}",)
        fields, fans = (size_text(numbers) for numbers in (field, fan))
        reach = f"depends on {fields} input {cell}s, an input {cell} reaches {fans}"
        return (f"away from the edge an output {cell} {reach}",)

    @cached_property
    def widest(self) -> tuple[Sizes, ...]:
        """How many cells of each stage, per axis, an output cell depends on at most."""
        chain = self.chain
        found = []
        for number, size in enumerate(chain.sizes[:-1]):
            rest = Chain(chain.layers[number:], size)
            fields = [reach.most for reach in rest.fields or ()] or size
            found.append(tuple(map(min, fields, size)))
        return *found, (1,) * chain.dims

    @cached_property
    def most(self) -> tuple[int, ...]:
        """The greatest number of ways from any cell of each stage to an output cell."""
        sides = [self._most(axis) for axis in range(self.chain.dims)]
        return tuple(map(prod, zip(*sides, strict=True)))

    def _most(self, axis: int) -> list[int]:
        """Return the same on one axis, as if nothing were cropped: from the last stage back.

        Of very many taps it is a bound: what one leads to, from as many cells as can be between.
        """
        ways, stride, found, widest = [1], 1, [1], [size[axis] for size in self.widest]
        for number in reversed(range(len(self.chain.layers))):
            layer = self.chain.layers[number]
            kernel, apart = layer.kernel_size[axis], layer.dilation[axis] * stride
            stride *= layer.stride[axis]
            if ways and len(ways) * kernel + kernel * apart <= MOST:
                more = [0] * (len(ways) + (kernel - 1) * apart)
                for k in range(kernel):
                    for i, count in enumerate(ways, k * apart):
                        more[i] += count
                ways = more
                found.append(max(ways))
            else:
                ways = []
                found.append(found[-1] * min(kernel, widest[number + 1]))
        return found[::-1]

    @property
    def kind(self) -> type:
        """What counts ways: whole numbers, while they are not too large."""
        return int if max(self.most) <= np.iinfo(int).max else float

    def ways(self, cell: Sequence[int]) -> tuple[tuple[Array, ...], ...]:
        """Return in how many ways each cell reaches an output cell, stage by stage, per axis."""
        stages = zip(self.chain.ways(cell), self.chain.sizes, strict=True)
        return tuple(
            tuple(_counts(led, n, self.kind) for led, n in zip(ways, size, strict=True))
            for ways, size in stages
        )


def chained(part: Part, chain: Chain | None = None) -> Chained:
    """Return a chain that begins with a part's layer, or the layer alone."""
    whole = chain or Chain((part.layer,), part.input_size)
    x, weight = (np.ones((1, *size), int) for size in (part.input_size, part.layer.kernel_size))
    return Chained(replace(part.layer, groups=1), x, weight, None, 0, 0, 1, whole)


def _counts(ways: Mapping[int, int], size: int, kind: type) -> Array:
    found: Array = np.zeros(size, kind)
    found[list(ways)] = list(ways.values())
    return found
