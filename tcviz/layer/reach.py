"""Which input coordinates meet which output coordinates, and with which tap: axis by axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.sizes import Pair, Sizes
from tcviz.layer.taps import Taps

Met: TypeAlias = tuple[tuple[Pair, ...], ...]
"""Per coordinate of one axis: the coordinates on the other side, each with its tap."""


def taps_of(part: Part, axis: int) -> Taps:
    """Return an axis of a part: a forward convolution makes the small side."""
    sides = part.input_size, part.output_size
    small, large = reversed(sides) if isinstance(part, ForwardPart) else sides
    return Taps.of(part.layer, axis, small, large)


def made(part: Part, axis: int) -> Met:
    """Return per output coordinate the input coordinates that reach it, each with its tap.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> made(part(plan(stride=2, padding=1).make()), 0)[:3]
    (((0, 1),), ((0, 2), (1, 0)), ((1, 1),))
    """
    taps, forward = taps_of(part, axis), isinstance(part, ForwardPart)
    met = [
        (i, place, k) for k in range(taps.kernel) for i, place in zip(*taps.of_tap(k), strict=True)
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
