"""What the overlap view adds up: ones through the magnitudes of the weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.parts import Part
from tcviz.layer.symbols import Sum, Symbol, is_named


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


def magnitudes(part: Part) -> Part:
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
    return replace(part, x=x, weight=weight, bias=None)


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
