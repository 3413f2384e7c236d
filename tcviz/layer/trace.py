"""What a transposed convolution does, step by step: what is read, multiplied, written.

A `Trace` is a plan; a `Step` is computed when it is asked for, so a trace of
millions of steps costs nothing.  The two traces follow the article: section 2.1
(distribution, one step per input element) and 2.2 (collection, one step per
output element).  In both, the products of all steps sum to the output.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, reduce
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tcviz.layer.operands import Array
from tcviz.layer.parts import Part
from tcviz.layer.running import Block, blocks, box, column, spread
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import Taps, as_slice, windows
from tcviz.scene.frozen import frozen

Places: TypeAlias = tuple[range, ...]
"""Per axis, the coordinates that the kernel's taps meet."""


class Step(NamedTuple):
    """One step of a trace.

    Attributes
    ----------
    number : int
        Counts from 0.
    at : tuple of int
        The input element that is spread, or the output element that is gathered.
    places : tuple of range
        Where the kernel's taps lie, per axis: in the padded result (distribution),
        or in the stretched and padded input (collection).
    factors : ndarray, (C, *kernel_size)
        The weights as they are used: flipped in the collection view.
    values : ndarray, (C, *kernel_size)
        The numbers that the weights multiply.
    products : ndarray, (C, *kernel_size)
        ``values·factors``, and exactly zero where nothing real is multiplied.
    counts : ndarray of bool, (*kernel_size)
        Which products reach the output: not in the border (distribution), not
        from an inserted zero (collection).
    """

    number: int
    at: Sizes
    places: Places
    factors: Array
    values: Array
    products: Array
    counts: NDArray[np.bool_]


class Trace(ABC):
    """Steps that are computed when asked for: one per cell of a grid, in reading order."""

    @property
    @abstractmethod
    def walked(self) -> Sizes:
        """The size of the grid."""

    @abstractmethod
    def __getitem__(self, number: int) -> Step:
        """Return a step."""

    def __len__(self) -> int:
        return prod(self.walked)

    def __iter__(self) -> Iterator[Step]:
        return (self[number] for number in range(len(self)))


class Running(NamedTuple):
    """A step, and the sums that it adds to.

    Attributes
    ----------
    step : Step
    before : ndarray, shape of the step's products
        What the cells that it adds to held before.
    sums : ndarray, (C, ...)
        All sums with it.  Read them before the next are asked for: they go on in this array.
    """

    step: Step
    before: Array
    sums: Array


class Adding(Trace):
    """A trace whose steps add their products to sums that other steps add to as well."""

    @abstractmethod
    def start(self) -> Array:
        """Return the sums before the first step: zeros."""

    @abstractmethod
    def add(self, sums: Array, block: Block) -> None:
        """Add to `sums` what the steps of a block of the grid add, in reading order."""

    @abstractmethod
    def window(self, step: Step) -> Any:
        """Return an index of the sums that a step adds to, each channel's."""

    def total(self) -> Array:
        """Return the sums after all steps."""
        sums = self.start()
        self.add(sums, tuple(map(range, self.walked)))
        return sums

    def running(self, picks: Iterable[int]) -> Iterator[Running]:
        """Yield the picked steps, in rising order, with the sums that they make.

        The steps between are added at once, an array at a time: a late step takes no walk.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> trace = Distribution(part(plan(kernel_size=1, stride=1, input_size=2).make()))
        >>> [running.sums[0].tolist() for running in trace.running([1])]
        [[[-14, -6], [0, 0]]]
        """
        sums, done = self.start(), 0
        seen = sums.view()
        seen.setflags(write=False)
        for number in sorted(set(picks)):
            for block in blocks(done, number, self.walked):
                self.add(sums, block)
            step, done = self[number], number + 1
            window = self.window(step)
            before = sums[window].copy()
            with np.errstate(all="ignore"):
                sums[window] += step.products
            yield Running(step, before, seen)


@frozen
class Distribution(Adding):
    """One step per input element, in reading order.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> trace = Distribution(part(plan(stride=2, padding=1).make()))
    >>> len(trace), trace[1].products[0].tolist()
    (9, [[0, 3, 2], [-2, 2, -1], [-2, 0, 1]])
    """

    part: Part

    @property
    def walked(self) -> Sizes:
        """One step per input element."""
        return self.part.input_size

    def __getitem__(self, number: int) -> Step:
        part = self.part
        at = at_number(number, part.input_size)
        values = np.broadcast_to(column(part.x, at), part.weight.shape)
        with np.errstate(all="ignore"):
            products = values * part.weight
        places, counts = windows(part.axes, at), landed(part.axes, at)
        return Step(number, at, places, part.weight, values, products, counts)

    def start(self) -> Array:
        """Return zeros, each channel's padded result: ``(C, *padded_size)``."""
        size = self.part.layer.padded_size(self.part.input_size)
        dtype = np.result_type(self.part.x, self.part.weight)
        return np.zeros((self.part.channels, *size), dtype)

    def add(self, sums: Array, block: Block) -> None:
        """Add what the elements of a block spread."""
        part = self.part
        axes = [axis.uncropped.only(of) for axis, of in zip(part.axes, block, strict=True)]
        spread(sums, part.x[box(block)], part.weight, axes)

    def window(self, step: Step) -> Any:
        """Return the cells of the padded results that a step's taps meet."""
        return box(step.places)

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which steps first and last reach each cell of the padded result, −1 for none.

        >>> from tcviz.request.inputs import plan
        >>> from tcviz.layer.parts import part
        >>> part_of = part(plan(kernel_size=(1, 2), input_size=2, in_channels=1).make())
        >>> [steps.tolist() for steps in Distribution(part_of).ends()]
        [[[0, 0, 1], [2, 2, 3]], [[0, 1, 1], [2, 3, 3]]]
        """
        size = self.part.layer.padded_size(self.part.input_size)
        first, last = zip(*map(self._ends, self.part.axes, size), strict=True)
        return steps_at(first, self.walked), steps_at(last, self.walked)

    @staticmethod
    def _ends(axis: Taps, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which elements first and last reach each of so many padded cells, −1 for none."""
        first, last = np.full(size, axis.small), np.full(size, -1)
        for elements, _, places in axis.uncropped.walk():
            here, met = as_slice(places), np.arange(elements.start, elements.stop)
            first[here] = np.minimum(first[here], met)
            last[here] = np.maximum(last[here], met)
        return np.where(last < 0, last, first), last


@frozen
class Collection(Trace):
    """One step per output element, in reading order.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> trace = Collection(part(plan(stride=2, padding=1).make()))
    >>> len(trace), int(trace[0].products.sum())
    (25, -1)
    """

    part: Part

    @property
    def walked(self) -> Sizes:
        """One step per output element."""
        return self.part.layer.output_size(self.part.input_size)

    @cached_property
    def sums(self) -> Array:
        """Each channel's own sum in each step: ``(C, *output_size)``, read-only."""
        sums = self.part.crop(Distribution(self.part).total())
        sums.setflags(write=False)
        return sums

    def __getitem__(self, number: int) -> Step:
        part, at = self.part, at_number(number, self.walked)
        met = [axis.of_place(o) for axis, o in zip(part.axes, at, strict=True)]
        elements, taps = (np.ix_(*axes) for axes in zip(*met, strict=True))
        values = np.zeros(part.weight.shape, part.x.dtype)
        values[each(taps)] = part.x[each(elements)]
        counts: Array = np.zeros(part.layer.kernel_size, bool)
        counts[taps] = True
        last = tuple(range(-counts.ndim, 0))
        values, factors, counts = (np.flip(a, last) for a in (values, part.weight, counts))
        with np.errstate(all="ignore"):
            products = np.where(counts, values * factors, part.x.dtype.type(0))
        return Step(number, at, self.places(at), factors, values, products, counts)

    def places(self, at: Sizes) -> Places:
        """Return where the taps for output element `at` lie in the padded, stretched input."""
        return windows((axis._replace(stride=1) for axis in self.part.axes), at)


def each(index: Iterable[Any]) -> Any:
    """Return `index` into the spatial axes, for every channel."""
    return (slice(None), *index)


def at_number(number: int, size: Sizes) -> Sizes:
    """Return the coordinates of a cell in reading order.

    >>> at_number(4, (3, 3))
    (1, 1)
    """
    if not 0 <= number < prod(size):
        raise IndexError(number)
    return tuple(int(i) for i in np.unravel_index(number, size))


def landed(axes: Sequence[Taps], at: Sizes) -> NDArray[np.bool_]:
    """Return which taps of an element land within the large side."""
    counts = np.zeros([axis.kernel for axis in axes], bool)
    counts[tuple(as_slice(taps) for _, taps in map(Taps.of_element, axes, at))] = True
    return counts


def steps_at(axes: Iterable[ArrayLike], size: Sizes) -> NDArray[np.int64]:
    """Return the steps whose coordinates cross, of a grid of that `size`; −1 for one below 0.

    >>> steps_at([[0, 1], [-1, 2]], (2, 3)).tolist()
    [[-1, 2], [-1, 5]]
    """
    met = np.ix_(*map(np.asarray, axes))
    steps = np.ravel_multi_index(np.broadcast_arrays(*met), size, mode="clip")
    return np.where(reduce(np.logical_and, [at >= 0 for at in met]), steps, -1)
