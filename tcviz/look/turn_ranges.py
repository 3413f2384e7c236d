"""What channels that are drawn in turn have in common, so that no panel jumps between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from functools import reduce
from typing import NamedTuple, TypeVar

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.parts import Part, is_named
from tcviz.look.ranges import Ranges, ranges
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import AUTO_DECIMALS, Format

AnyPart = TypeVar("AnyPart", bound=Part)

MOST_CELLS = 4_000_000
"""Cells of all channels' results that are looked at; beyond, each channel has its own layout."""


@frozen(eq=False)
class TurnRanges:
    """The ranges of `count` channels, whose parts are made one at a time."""

    of: Callable[[int], Part]
    count: int
    _found: dict[tuple[int | None, int], Ranges] = field(default_factory=dict)
    _ends: list[Part] = field(default_factory=list)

    def ranges(self, decimals: int | None, most: int) -> Ranges:
        """Return ranges and formats that fit every channel."""
        key = decimals, most
        if key not in self._found:
            self._found[key] = reduce(_both, (ranges(p, decimals, most) for p in self._parts()))
        return self._found[key]

    def widest(self, part: AnyPart) -> AnyPart:
        """Return `part` with operands that are written as wide as any channel's."""
        if not self._ends:
            self._ends.append(reduce(_wider, self._parts()))
        ends = self._ends[0]
        own = {name: getattr(ends, name) for name in ("x", "weight", "bias", "channel", "first")}
        return replace(part, **own)

    def _parts(self) -> Iterator[Part]:
        return map(self.of, range(self.count))


class Turn(NamedTuple):
    """One channel's place in a picture that draws all of them in turn.

    `name` says which channel it is, `before` how many steps those before it have, `steps`
    how many all have; `shared` is missing where channels need not be alike.
    """

    name: str
    before: int
    steps: int
    shared: TurnRanges | None = None


def ranges_of(
    part: Part, decimals: int | None, turn: Turn | None, most: int = AUTO_DECIMALS
) -> Ranges:
    """Return a part's ranges and formats: those of all channels where they are drawn in turn."""
    shared = _shared(part, turn)
    return shared.ranges(decimals, most) if shared else ranges(part, decimals, most)


def widest(part: AnyPart, turn: Turn | None) -> AnyPart:
    """Return the part by which columns are laid out: `part`, or one as wide as any channel's."""
    shared = _shared(part, turn)
    return shared.widest(part) if shared else part


def _shared(part: Part, turn: Turn | None) -> TurnRanges | None:
    return turn.shared if turn and not is_named(part) else None


def _both(a: Ranges, b: Ranges) -> Ranges:
    """Return ranges that hold both, and formats that fit both."""
    return Ranges(
        np.concatenate([_few(a.product), _few(b.product)]),
        _around(a.padded, b.padded),
        _around(a.output, b.output),
        *(_finer(getattr(a, name), getattr(b, name)) for name in _FORMATS),
    )


_FORMATS = ("x_format", "w_format", "product_format", "sum_format", "output_format")


def _finer(a: Format, b: Format) -> Format:
    if a.exponent != b.exponent:
        return min(a, b, key=lambda form: abs(form.exponent))
    return a if a.decimals >= b.decimals else b


def _around(a: Array, b: Array) -> Array:
    """Return the bounds of both, and what is not finite in either."""
    least, greatest = np.fmin(a.min(axis=0), b.min(axis=0)), np.fmax(a.max(axis=0), b.max(axis=0))
    odd = [v for bound in (a, b) for v in bound if not np.isfinite(v).all()]
    return np.stack([least, greatest, *odd[:3]])


def _few(values: Array) -> Array:
    """Return the numbers that may be the widest: the ends, and what is not finite."""
    finite = values[np.isfinite(values)]
    odd = values[~np.isfinite(values)][:3]
    return np.array([*odd, finite.min(), finite.max()]) if finite.size else odd


def _wider(a: Part, b: Part) -> Part:
    x, weight = _widened(a.x, b.x), _widened(a.weight, b.weight)
    bias = a.bias if b.bias is None or a.bias is None else -max(abs(a.bias), abs(b.bias))
    return replace(b, x=x, weight=weight, bias=bias)


def _widened(a: Array, b: Array) -> Array:
    """Return an array of that shape in which the widest number of both stands."""
    ends = [*_few(a.ravel()).tolist(), *_few(b.ravel()).tolist()]
    wide = a.copy()
    flat = wide.reshape(-1)
    finite = [abs(v) for v in ends if np.isfinite(v)]
    last = [-max(finite)] if finite else []
    told = [*dict.fromkeys(v for v in ends if not np.isfinite(v)), *last][: flat.size]
    flat[: len(told)] = told
    return wide
