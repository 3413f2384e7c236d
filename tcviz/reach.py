"""Which input coordinates meet which output coordinates, and with which tap: axis by axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from tcviz.parts import ForwardPart, Part
from tcviz.sizes import Pair, Sizes

Met: TypeAlias = tuple[tuple[Pair, ...], ...]
"""Per coordinate of one axis: the coordinates on the other side, each with its tap."""


def made(part: Part, axis: int) -> Met:
    """Return per output coordinate the input coordinates that reach it, each with its tap.

    >>> from tcviz.inputs import plan
    >>> from tcviz.parts import part
    >>> made(part(plan(stride=2, padding=1).make()), 0)[:3]
    (((0, 1),), ((0, 2), (1, 0)), ((1, 1),))
    """
    layer, forward = part.layer, isinstance(part, ForwardPart)
    (before, _), taps = layer.border[axis], range(layer.kernel_size[axis])
    # The large side's place is that of the small one, times stride, plus the tap's.
    small, large = (part.input_size[axis], part.output_size[axis])[:: -1 if forward else 1]
    met = [
        (i, place, k)
        for i in range(small)
        for k in taps
        if 0 <= (place := i * layer.stride[axis] + k * layer.dilation[axis] - before) < large
    ]
    if forward:
        met = [(place, i, k) for i, place, k in met]
    return _gathered(((o, (i, k)) for i, o, k in met), part.output_size[axis])


def turned(met: Met, size: int) -> Met:
    """Return `met` seen from the other side, which has `size` coordinates.

    >>> turned((((0, 1),), ((0, 2), (1, 0))), 2)
    (((0, 1), (1, 2)), ((1, 0),))
    """
    pairs = ((i, (o, k)) for o, here in enumerate(met) for i, k in here)
    return _gathered(pairs, size)


def _gathered(pairs: Iterable[tuple[int, Pair]], size: int) -> Met:
    """Return the pairs of each coordinate, in rising order."""
    found: list[list[Pair]] = [[] for _ in range(size)]
    for at, pair in pairs:
        found[at].append(pair)
    return tuple(tuple(sorted(here)) for here in found)


def crossed(axes: Sequence[Met], at: Sizes) -> Iterator[tuple[Sizes, Sizes]]:
    """Yield coordinates on the other side and taps, those of the first axis outside."""
    for met in product(*(axis[i] for axis, i in zip(axes, at, strict=True))):
        yield tuple(i for i, _ in met), tuple(k for _, k in met)
