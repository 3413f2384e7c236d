"""What a forward pass costs either way, from sizes alone: the plan that picks the cheaper.

Gathering makes each output cell once (see `phases`), but multiplies the zeros between and
beside the rows of x too: more of them, the larger the kernel and the smaller x.  Window
by window (see `windows`) there are only the true products, each of which is then added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd, prod
from typing import NamedTuple

from tcviz.engine.phases import Grid
from tcviz.engine.windows import AT_ONCE
from tcviz.geometry import ConvTranspose
from tcviz.sizes import Sizes

COPY, SPREAD, CALL = 8, 32, 2**16
"""How many multiplications in a matrix product take as long: measured in float32, one thread."""

NARROWEST = 256
"""Columns of a table that make a product worth its call."""

LARGEST = 2**22
"""Numbers in a table, of which there must be so many columns at least."""


class Work(NamedTuple):
    """What is to be done.

    Attributes
    ----------
    products : multiplications in matrix products
    copies : numbers moved in long rows
    spread : numbers read or written one here and one there, by an addition both
    calls : how often NumPy is asked to move some
    """

    products: int
    copies: int
    spread: int
    calls: int

    @property
    def cost(self) -> int:
        """How long it takes, in multiplications.

        >>> Work(1000, copies=10, spread=0, calls=0).cost
        1080
        """
        return self.products + COPY * self.copies + SPREAD * self.spread + CALL * self.calls


@dataclass(frozen=True)
class Workload:
    """One forward pass: a layer and the sizes of its operands.

    Attributes
    ----------
    items : N, the size of the batch
    c_in, c_out : channels of one group
    """

    layer: ConvTranspose
    items: int
    c_in: int
    c_out: int
    input_size: Sizes

    @property
    def taps(self) -> int:
        """Taps of the kernel."""
        return prod(self.layer.kernel_size)

    @property
    def products(self) -> int:
        """How many products the transposed convolution consists of.

        >>> Workload(ConvTranspose(3), items=2, c_in=4, c_out=5, input_size=(6, 6)).products
        12960
        """
        cells = self.items * prod(self.input_size)
        return self.layer.groups * cells * self.taps * self.c_in * self.c_out

    @property
    def output_cells(self) -> int:
        """Numbers in the output."""
        size = self.layer.output_size(self.input_size)
        return self.layer.groups * self.items * self.c_out * prod(size)

    @property
    def gathered(self) -> Work:
        """The work of gathering."""
        layer, groups = self.layer, self.layer.groups
        lanes = self.items * prod(Grid.of(layer, self.input_size).shape) * groups
        axes = [*zip(layer.kernel_size, layer.stride, layer.dilation, strict=True)]
        phases, reads = map(prod, zip(*(_read(*axis) for axis in axes), strict=True))
        products = lanes * self.taps * self.c_in * self.c_out
        weight = groups * self.taps * self.c_in * self.c_out
        return Work(
            products,
            copies=lanes * self.c_in * (1 + reads) + self.output_cells,
            spread=lanes * self.c_out * phases + weight,
            calls=phases + reads * ceil(lanes * self.c_in * reads / AT_ONCE),
        )

    @property
    def windowed(self) -> Work:
        """The work window by window."""
        sums = self.products // self.c_in
        pairs = zip(self.layer.kernel_size, self.input_size, strict=True)
        fewer = min(prod(min(pair) for pair in pairs), AT_ONCE // NARROWEST)
        calls = fewer * ceil(sums / AT_ONCE)
        return Work(self.products, copies=self.output_cells, spread=2 * sums, calls=calls)


@lru_cache(maxsize=256)
def gathers(load: Workload) -> bool:
    """Return whether gathering is cheaper, and its table small.

    >>> gathers(Workload(ConvTranspose(4, 2, 1), 1, 128, 64, (32, 32)))
    True
    >>> gathers(Workload(ConvTranspose(200), 1, 1, 1, (1, 1)))
    False
    """
    small = NARROWEST * load.taps * load.c_in <= LARGEST
    return small and load.gathered.cost <= load.windowed.cost


def _read(kernel_size: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return the phases of one axis, and at most how often x is read for all of them.

    >>> _read(4, 2, 1), _read(3, 2, 1)
    ((2, 2), (2, 3))
    """
    every = stride // gcd(stride, dilation)
    phases = min(kernel_size, every)
    shifts = min(phases - 1, (phases - 1) * dilation // stride)
    lengths = int(kernel_size > every and kernel_size % every > 0)
    different = min(phases, 1 + shifts + lengths)
    return phases, min(kernel_size, different * ceil(kernel_size / phases))
