"""How much of their sums the cells of a picture have room for, where numbers have names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from tcviz.errors import TooSmallError
from tcviz.layer.operands import Array
from tcviz.layer.symbols import Sum, written
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges, shortened
from tcviz.look.same import Same
from tcviz.picture.solver import COMFORTABLE
from tcviz.scene.text import width

Layout: TypeAlias = Any
"""Strips have layouts of their own."""
Solver: TypeAlias = Callable[[Ranges, Look, float], Layout]
"""Returns the layout for wordings, a look, and the smallest text in layout units."""
Chosen: TypeAlias = tuple[Ranges, Layout]
Counts: TypeAlias = Mapping[int, int]
"""How many sums have how many terms."""

SMALLEST = 9.0
"""Text of names: a little smaller than that of numbers, for they are longer."""


def with_longest(numbers: Ranges, look: Look, solver: Solver) -> Chosen:
    """Return the longest wordings with which everything is readable, and their layout.

    Raises
    ------
    TooSmallError
        If not even the shortest fit: names have no tints.
    """
    *forms, counted = shortened(reduced(numbers))

    def first(ever_shorter: Sequence[Ranges], text: float = 0.0) -> Chosen | None:
        return _first(ever_shorter, lambda form: _plain(form, look, solver), text)

    # Text gets small before sums are counted, and the output, the smaller panel, is counted last.
    mixed = [_with_output(counted, form) for form in forms]
    found = first(forms, COMFORTABLE) or first(forms[-1:]) or first([*mixed[-1:], counted])
    if found is None:
        raise TooSmallError("too small for names", hint="or use a smaller --input-size")
    kept, layout = found
    longer = [_with_output(kept, form) for form in forms]
    kept, layout = first(longer, min(COMFORTABLE, _text(layout))) or found
    return _with_output(replace(numbers, sum_format=kept.sum_format), kept), layout


def reduced(numbers: Ranges) -> Ranges:
    """Return ranges with one sum for each number of terms, than which none of those is wider."""
    return _reduced(Same(numbers))


@lru_cache(maxsize=4)
def _reduced(same: Same[Ranges]) -> Ranges:
    numbers = same.value
    return replace(
        numbers,
        product=_few(numbers.product, {1: 1}),
        padded=_few(numbers.padded, counts(numbers.padded)),
        output=_few(numbers.output, counts(numbers.output)),
    )


def counts(sums: Array) -> Counts:
    """Return how many sums have how many terms."""
    return Counter(len(written(value)) for value in sums.ravel().tolist())


def _few(sums: Array, found: Counts) -> Array:
    """Return a sum for each count, of the widest terms of all: none of those sums is wider."""
    terms = {term: str(Sum((term,))) for v in sums.ravel().tolist() if v for term in v.terms}
    widest = sorted(terms, key=lambda term: width(terms[term], 1.0, bold=True), reverse=True)
    few = np.empty(len(found), dtype=object)
    few[:] = [Sum(tuple(widest[:count])) for count in found]
    return few


def _with_output(numbers: Ranges, other: Ranges) -> Ranges:
    return replace(numbers, output_format=other.output_format)


def _first(
    forms: Sequence[Ranges], plain: Callable[[Ranges], Layout | None], text: float
) -> Chosen | None:
    """Return the longest of ever shorter wordings that fit with text of that size, if any does."""
    layouts = {}

    def fits(number: int) -> bool:
        layouts[number] = plain(forms[number])
        return _text(layouts[number]) >= text

    number = bisect_left(range(len(forms)), True, key=fits)
    layout = layouts.get(number)
    return (forms[number], layout) if layout else None


def _plain(numbers: Ranges, look: Look, solver: Solver) -> Layout | None:
    """Return the layout with those wordings, if it shows no tints."""
    try:
        layout = solver(numbers, look, look.legible(SMALLEST))
    except TooSmallError:  # no room even beside tints
        return None
    return None if layout.heat else layout


def _text(layout: Layout | None) -> float:
    """Return the size of text, less than nothing where there is no layout."""
    return float(layout.text) if layout else -1.0
