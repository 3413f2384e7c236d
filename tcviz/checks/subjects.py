"""What is compared: layers with operands and an upstream gradient, given or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tcviz.effort.engines import Operation
from tcviz.errors import DataError, complaint
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import INT64_EXACT, Array, largest
from tcviz.layer.sizes import Pair, Sizes
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

LARGEST = 9
"""Drawn whole numbers are from −9 to 9."""
MOST_CELLS = 120
"""Output cells of a drawn layer: the readable engines loop over them."""


@frozen(eq=False)
class Subject:
    """A layer, what it works on, and the gradient of its output.

    Shapes are PyTorch's, batched or not; the arrays are all int64, or all float64.
    """

    name: str
    layer: ConvTranspose
    x: Array
    weight: Array
    bias: Array | None
    grad_output: Array

    @property
    def input_size(self) -> Sizes:
        """The spatial size of `x`."""
        return self.x.shape[-self.layer.dims :]

    @property
    def whole(self) -> bool:
        """Whether the numbers are whole, so that all must agree exactly."""
        return self.x.dtype.kind == "i"

    @property
    def operation(self) -> Operation:
        """The sizes of what engines compute; slowly where sums may outgrow 64 bits."""
        size, outputs = self.input_size, self.grad_output.shape[-self.layer.dims - 1]
        batch = prod(self.x.shape[: -self.layer.dims - 1])
        first, second = sorted(map(largest, (self.x, self.weight, self.grad_output)))[1:]
        terms = max(self.x.size, self.weight.size, self.grad_output.size)
        slow = self.whole and terms * first * second >= INT64_EXACT
        return Operation(self.layer, size, len(self.weight), outputs, batch, slow)


def of_plan(plan: Plan) -> Subject:
    """Return the layer of a request, which was planned with `backward`.

    Raises
    ------
    DataError
        If a number is NaN or infinite, where engines differ by their nature.
    """
    layer = plan.layer
    made = plan.make()
    named = {"input": made.x, "weight": made.weight, "grad_output": made.grad_output}
    given = {name: array for name, array in named.items() if array is not None}
    if made.bias is not None:
        given["bias"] = made.bias
    for name, array in given.items():
        if not np.isfinite(array).all():
            raise DataError(complaint(name, "NaN or infinite in places", "finite numbers"))
    dtype = np.result_type(*given.values())
    x, weight, grad = (given[name].astype(dtype) for name in named)
    bias = None if made.bias is None else made.bias.astype(dtype)
    return Subject("this layer", layer, x, weight, bias, grad)


def drawn(count: int, seed: int) -> Iterator[Subject]:
    """Yield so many random layers: of one, two and three dimensions in turn.

    Every other run of three has whole numbers, the rest are of float64.  A layer depends
    on the seed and its own number alone.

    >>> [(subject.layer.dims, subject.whole) for subject in drawn(4, seed=0)]
    [(1, True), (2, True), (3, True), (1, False)]
    """
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        yield _subject(
            rng, f"layer {number + 1} of seed {seed}", 1 + number % 3, whole=number // 3 % 2 == 0
        )


def _subject(rng: np.random.Generator, name: str, dims: int, *, whole: bool) -> Subject:
    layer, size = _geometry(rng, dims)
    inputs, outputs = rng.integers(1, 3, 2).tolist()
    batch = ((), (1,), (2,))[rng.integers(3)]

    def numbers(*shape: int) -> Array:
        return rng.integers(-LARGEST, LARGEST + 1, shape) if whole else rng.standard_normal(shape)

    c_in, c_out = layer.groups * inputs, layer.groups * outputs
    return Subject(
        name,
        layer,
        numbers(*batch, c_in, *size),
        numbers(c_in, outputs, *layer.kernel_size),
        numbers(c_out) if rng.random() < 0.5 else None,
        numbers(*batch, c_out, *layer.output_size(size)),
    )


def _geometry(rng: np.random.Generator, dims: int) -> tuple[ConvTranspose, Sizes]:
    """Return a layer and an input size that make some output cells, and not too many."""
    while True:
        size, kernel_size, stride = rng.integers(1, 5, (3, dims))
        dilation = rng.integers(1, 4, dims)
        extra = rng.integers(0, np.maximum(stride, dilation))
        spare = (size - 1) * stride + dilation * (kernel_size - 1) + extra  # all cells but one
        padding = [_sides(rng, int(n)) for n in spare]
        parameters = (kernel_size.tolist(), stride.tolist(), padding, extra.tolist())
        layer = ConvTranspose(*parameters, dilation.tolist(), int(rng.integers(1, 4)))
        sizes = layer.input_sizes(size.tolist())
        if prod(layer.output_size(sizes)) <= MOST_CELLS:
            return layer, sizes


def _sides(rng: np.random.Generator, spare: int) -> Pair:
    """Return padding that leaves at least one cell; one axis in three has unlike sides."""
    before = int(rng.integers(0, min(3, spare // 2) + 1))
    if rng.random() < 2 / 3:
        return before, before
    return before, int(rng.integers(0, min(5, spare - before) + 1))
