"""How much of their sums panels show, and on how many lines, where numbers have names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np

from tcviz.errors import TooSmallError
from tcviz.layer.symbols import Sum, Wording, written
from tcviz.scene.text import width
from tcviz.views.look import Look
from tcviz.views.panel import Values
from tcviz.views.ranges import Ranges
from tcviz.views.sum_lengths import SMALLEST, Chosen, Solver

SIZES = 4 / 3, 7 / 6, 13 / 12, 1.0
"""Text sizes that are tried, in the smallest one's; text of the first is large enough."""
ROWS = 1, 2, 4, 8
"""Terms a line that are tried, beside all of them."""

Forms: TypeAlias = Sequence[Wording]
"""Ever shorter wordings of one panel with the same number of terms a line."""
Found: TypeAlias = tuple[float, float, Chosen]
"""A layout with the size of its text, in the smallest's, and what that and its terms are worth."""
Fits: TypeAlias = Callable[[float, Wording, Wording], Found | None]
Counts: TypeAlias = Mapping[int, int]
"""How many sums have how many terms."""


def with_lines(numbers: Ranges, look: Look, solvers: Sequence[Solver]) -> Chosen | None:
    """Return the wordings that show the most terms in the largest text, and their layout.

    Every cell shows at least one term.  The first solver that has room is taken: they
    differ in how many channels they draw.  Only where none has, notes are left out.
    """
    trials = _Trials(numbers, look)
    ways = product((True, False), solvers)
    best = (_best(partial(trials.layout, *way), trials) for way in ways)
    return next(filter(None, best), None)


def _best(fits: Fits, trials: _Trials) -> Chosen | None:
    pairs = product(_choices(trials.padded), _choices(trials.output))
    shortest = [(pair, fits(1.0, *(forms[-1] for forms in pair))) for pair in pairs]
    found: list[Found] = []
    for size in SIZES:
        promising = (pair for pair, least in shortest if least and least[0] >= size)
        found += filter(None, (_longest(partial(fits, size), *pair) for pair in promising))
        if any(worth >= size for _, worth, _ in found):
            break  # nothing in smaller text is worth more
    return max(found, key=lambda one: (one[1], one[0]))[2] if found else None


def _longest(
    fits: Callable[[Wording, Wording], Found | None], sums: Forms, output: Forms
) -> Found | None:
    """Return the layout with the most terms, first of the channels' sums."""
    kept = _first(sums, lambda form: bool(fits(form, output[-1])))
    return fits(kept, _first(output, lambda form: bool(fits(kept, form))))


def _first(forms: Forms, fits: Callable[[Wording], bool]) -> Wording:
    """Return the longest that fits; the shortest does."""
    return forms[bisect_left(forms[:-1], True, key=fits)]


def _choices(counts: Counts) -> Iterator[Forms]:
    """Yield ever shorter wordings for every number of terms a line, and the shortest by itself."""
    most = max(counts)
    if most < 2:
        yield [Wording()]
        return
    for row in sorted({min(row, most) for row in (*ROWS, most)}):
        yield [Wording(whole=n, first=n - 1, row=row) for n in range(most, 1, -1)]
        if row < 3:  # without a second term lines may be narrower
            yield [Wording(whole=1, first=1, row=row)]


class _Trials:
    """Tries wordings: knows how many sums have how many terms, and one of each width."""

    def __init__(self, numbers: Ranges, look: Look) -> None:
        self._numbers, self._smallest, self._look = numbers, look.legible(SMALLEST), look
        self.padded, self.output = _counts(numbers.padded), _counts(numbers.output)
        self._few = replace(
            numbers,
            product=_few(numbers.product, {1: 1}),
            padded=_few(numbers.padded, self.padded),
            output=_few(numbers.output, self.output),
        )

    def layout(
        self, notes: bool, solver: Solver, size: float, sums: Wording, output: Wording
    ) -> Found | None:
        """Return the layout with text of that size, in the smallest's, or larger."""
        few = replace(self._few, sum_format=sums, output_format=output)
        try:
            found = solver(few, self._look, size * self._smallest)
        except TooSmallError:
            return None
        if found.heat or (notes and not found.notes):  # names have no tints
            return None
        text = found.text / self._smallest
        shown = _shown(self.padded, sums) * _shown(self.output, output)
        numbers = replace(self._numbers, sum_format=sums, output_format=output)
        return text, min(text, SIZES[0]) * shown, (numbers, found)


def _counts(sums: Values) -> Counts:
    return Counter(len(written(value)) for value in sums.ravel().tolist())


def _few(sums: Values, counts: Counts) -> Values:
    """Return a sum for each count, of the widest terms of all: none of those sums is wider."""
    terms = {term: str(Sum((term,))) for v in sums.ravel().tolist() if v for term in v.terms}
    widest = sorted(terms, key=lambda term: width(terms[term], 1.0, bold=True), reverse=True)
    few = np.empty(len(counts), dtype=object)
    few[:] = [Sum(tuple(widest[:count])) for count in counts]
    return few


def _shown(counts: Counts, form: Wording) -> float:
    """Return the share of their terms that sums show."""
    shown = sum(cells * form.shown(terms) for terms, cells in counts.items())
    return shown / max(1, sum(cells * terms for terms, cells in counts.items()))
