"""What an engine takes for one layer, and what a comparison of all of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tcviz.effort.loads import FEWER, Load, check, check_cells, installed
from tcviz.errors import TooLargeError, complaint
from tcviz.layer.sizes import Sizes

if TYPE_CHECKING:
    from tcviz.layer.geometry import ConvTranspose

MAX_RESULT = 2**26
"""Cells of a result that an engine computes whatever its operands are: half a gigabyte."""
FAR = 100
"""Cells of a result to each number of its operands, more than which none asks for in earnest."""
TURN = 2_000
"""A turn of a loop in Python takes as long as so many products."""


class Operation(NamedTuple):
    """Sizes of a transposed convolution, as engines compute it.

    `slow` is whether numbers are Python's own: sums may outgrow what 64 bits hold.
    """

    layer: ConvTranspose
    input_size: Sizes
    in_channels: int
    out_channels: int
    batch: int = 1
    slow: bool = False

    @property
    def elements(self) -> int:
        """Input elements of one channel."""
        return prod(self.input_size)

    @property
    def padded(self) -> int:
        """Cells of one channel's padded result."""
        return prod(self.layer.padded_size(self.input_size))

    @property
    def weights(self) -> int:
        """Weights of all channels."""
        kernel = prod(self.layer.kernel_size)
        return self.in_channels * self.out_channels // self.layer.groups * kernel

    @property
    def products(self) -> int:
        """All products: each element of the input with each of its weights."""
        return self.batch * self.elements * self.weights

    @property
    def pairs(self) -> int:
        """Pairs of an input and an output channel."""
        return self.in_channels * self.out_channels // self.layer.groups


def check_engine(name: str, asked: Operation, itemsize: int, cast: int = 0) -> None:
    """Raise TooLargeError if a result is absurd for its operands, or there is no memory for it.

    Who has large operands knows how much is asked for.  Few of them, with few products, make a
    large result only by a stride or dilation that is a mistake.

    Memory is that of the fast path, forward or backward: for the whole batch its results, and
    for an item at a time what it works in.  Numbers that are added take `itemsize` bytes, and
    `cast` those of another type that they come from or go to.
    """
    smaller = "use a smaller batch, input, stride or dilation"
    size = asked.batch, asked.out_channels, *asked.layer.padded_size(asked.input_size)
    x, y = asked.in_channels * asked.elements, prod(size[1:])  # of an item; a batch may be empty
    most = max(MAX_RESULT, asked.products, FAR * (asked.batch * x + asked.weights))
    check_cells("padded result", size, most, smaller)
    loads = [
        Load("numbers of x", asked.batch * x, 0, (1 + bool(cast)) * itemsize + cast, smaller),
        Load("weights", asked.weights, 0, (3 + bool(cast)) * itemsize + cast, FEWER),
        Load("cells of the result", asked.batch * y, 0, itemsize + cast, smaller),
        Load("numbers of an item", x + y, 0, 2 * itemsize, smaller),
    ]
    check(name, loads, installed())


# --- comparing engines --------------------------------------------------------


class Effort(NamedTuple):
    """What takes an engine's time or memory, and the most of it that takes some seconds."""

    of: Callable[[Operation], int]
    unit: str
    most: int


def too_large(name: str, asked: Operation) -> str | None:
    """Return why an engine cannot reasonably compute something, or None where it can.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> [too_large(name, Operation(ConvTranspose(3), (9, 9), 2, 1)) for name in ENGINES]
    [None, None, None, None, None]
    """
    if name not in ENGINES:
        return None
    effort = ENGINES[name]
    amount = effort.of(asked) * (SLOW if asked.slow else 1)
    if amount <= effort.most:
        return None
    return f"{amount:,} {effort.unit}, more than {effort.most:,}"


def check_comparison(asked: Operation, engines: Iterable[str]) -> None:
    """Raise TooLargeError if engines that can compute something need too much memory for it.

    All of their results are kept, and the numbers' magnitudes as well.
    """
    able = [name for name in engines if not too_large(name, asked)]
    if len(able) < FEWEST:
        what = f"left with {next(iter(able), 'no engine')}: the layer is too large for the others"
        hint = "use a smaller --input-size or fewer channels"
        raise TooLargeError(complaint("check", what, "two engines or more", hint=hint))
    each = (16 if asked.slow else 8) * (len(able) + 8)
    sides = zip(asked.layer.output_size(asked.input_size), asked.layer.extent, strict=True)
    field = prod(n + extent - 1 for n, extent in sides)
    loads = [
        Load("weights", asked.weights, 0, each, FEWER),
        Load("elements", asked.batch * asked.in_channels * asked.elements, 0, each),
        Load("output cells", asked.batch * asked.out_channels * asked.padded, 0, each),
    ]
    if "collection" in able:
        cells = asked.batch * max(asked.in_channels, asked.out_channels) * field
        loads += [Load("cells of the stretched input", cells, 0, 16)]
    if "matrix" in able:
        loads += [Load("entries of a matrix", asked.elements * asked.padded, 0, 16)]
    check("check", loads)


FEWEST = 2
"""Engines that make a comparison."""
SLOW = 50
"""So many times as long take Python's own numbers."""
ENTRY_TURN = 200
"""A turn of the loop that fills a matrix takes as long as so many entries."""


def _entries(asked: Operation) -> int:
    """Return the entries of all matrices, one for each pair of channels, with the border."""
    return asked.pairs * asked.elements * (asked.padded + ENTRY_TURN)


def _spread(asked: Operation) -> int:
    """Return all products, and the turns of a loop over the input's cells."""
    return asked.elements * (asked.batch * asked.weights + TURN)


def _gathered(asked: Operation) -> int:
    """Return the products of a loop over the output's cells, and its turns."""
    cells = prod(asked.layer.output_size(asked.input_size))
    return cells * (asked.batch * asked.weights + TURN)


def _products(asked: Operation) -> int:
    return asked.products


LOOP = "products and turns of its loop"
ENGINES = {
    "distribution": Effort(_spread, LOOP, 10**9),
    "collection": Effort(_gathered, LOOP, 10**9),
    "matrix": Effort(_entries, "entries and turns of its loops in all matrices", 5 * 10**7),
    "fast": Effort(_products, "products", 2 * 10**9),
    "PyTorch": Effort(_products, "products", 2 * 10**9),
}
