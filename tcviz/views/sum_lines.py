"""How much of their sums panels show, and on how many lines, where numbers have names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import NamedTuple, TypeAlias

from tcviz.errors import TooSmallError
from tcviz.layer.symbols import Least, Wording, wordings
from tcviz.views.look import Look
from tcviz.views.ranges import Ranges
from tcviz.views.sum_lengths import SMALLEST, Chosen, Counts, Solver, counts, reduced

SIZES = 4 / 3, 7 / 6, 13 / 12, 1.0
"""Text sizes that are tried, in the smallest one's; text of the first is large enough."""
ROWS = 1, 2, 4, 8
"""Terms a line that are tried, beside all of them."""
REPEATED = 0.25
"""The power with which terms count that the output shows as well."""

Forms: TypeAlias = Sequence[Wording]
"""Ever shorter wordings of one panel with the same number of terms a line."""
Found: TypeAlias = tuple[float, float, Chosen]
"""A layout with the size of its text, in the smallest's, and what that and its terms are worth."""
Fits: TypeAlias = Callable[[float, Wording, Wording], Found | None]


def with_lines(
    numbers: Ranges, look: Look, solvers: Sequence[Solver], *, flat: bool = False
) -> Chosen | None:
    """Return the wordings that show the most terms in the largest text, and their layout.

    Every cell shows at least one term.  The first solver that has room is taken: they
    differ in how many channels they draw.  Only where none has, notes are left out.  Where they
    are `flat`, all but the output's are on one line.
    """
    trials = _Trials(numbers, look, flat=flat)
    ways = product((True, False), solvers)
    best = (_best(partial(trials.layout, *way), trials, look) for way in ways)
    return next(filter(None, best), None)


def _best(fits: Fits, trials: _Trials, look: Look) -> Chosen | None:
    sums = _unbroken if trials.flat else _choices
    choices = [*sums(trials.padded)], [*_choices(trials.output)]
    if not fits(1.0, *(Least(several=tuple(forms[-1] for forms in some)) for some in choices)):
        return None
    pairs = [*product(*choices)]
    tried = ((pair, fits(1.0, *(forms[-1] for forms in pair))) for pair in pairs)
    if look.tried:
        return next((least[2] for _, least in tried if least), None)
    shortest, found = [*tried], list[Found]()
    for size in SIZES:
        for pair, least in shortest:
            best = max((worth for _, worth, _ in found), default=0.0)
            if least and least[0] >= size:
                ways = _TwoForms(partial(fits, size), trials.share, *pair)
                # What is on one line repeats what the output shows in several.
                found += _longest(ways.swapped if trials.flat else ways, best / SIZES[0])
        if any(worth >= size for _, worth, _ in found):
            break  # nothing in smaller text is worth more
    return max(found, key=lambda one: (one[1], one[0]))[2] if found else None


class _TwoForms(NamedTuple):
    """Ever shorter wordings of two panels, which fit together or not and show a share of all."""

    fits: Callable[[Wording, Wording], Found | None]
    share: Callable[[Wording, Wording], float]
    first: Forms
    second: Forms

    @property
    def swapped(self) -> _TwoForms:
        """The same with the second panel first."""
        return _TwoForms(lambda a, b: self.fits(b, a), lambda a, b: self.share(b, a),
                     self.second, self.first)  # fmt: skip


def _longest(ways: _TwoForms, share: float) -> Iterator[Found]:
    """Yield the layout with the most terms, first of the first panel's, if that is a good share.

    What shows a smaller `share` of the terms is not looked at.
    """
    enough = [form for form in ways.first if ways.share(form, ways.second[0]) >= share]
    kept = _first(enough, lambda form: bool(ways.fits(form, ways.second[-1])))
    if kept:
        enough = [form for form in ways.second if ways.share(kept, form) >= share]
        made = _first(enough, lambda form: bool(ways.fits(kept, form)))
        yield from filter(None, [made and ways.fits(kept, made)])


def _first(forms: Forms, fits: Callable[[Wording], bool]) -> Wording | None:
    """Return the longest that fits, if even the shortest does."""
    if not forms or not fits(forms[-1]):
        return None
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


def _unbroken(counts: Counts) -> Iterator[Forms]:
    """Yield ever shorter wordings on one line."""
    yield wordings(max(counts))[:-1] or [Wording()]


class _Trials:
    """Tries wordings: knows how many sums have how many terms, and one of each width."""

    def __init__(self, numbers: Ranges, look: Look, *, flat: bool) -> None:
        self.flat = flat
        self._numbers, self._smallest, self._look = numbers, look.legible(SMALLEST), look
        self.padded, self.output = counts(numbers.padded), counts(numbers.output)
        self._few = reduced(numbers)

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
        shown = self.share(sums, output)
        numbers = replace(self._numbers, sum_format=sums, output_format=output)
        return text, min(text, SIZES[0]) * shown, (numbers, found)

    def share(self, sums: Wording, output: Wording) -> float:
        """Return the share of their terms that the channels' sums and the output show."""
        repeated = _shown(self.padded, sums) ** (REPEATED if self.flat else 1)
        return repeated * _shown(self.output, output)


def _shown(counts: Counts, form: Wording) -> float:
    """Return the share of their terms that sums show."""
    shown = sum(cells * form.shown(terms) for terms, cells in counts.items())
    return shown / max(1, sum(cells * terms for terms, cells in counts.items()))
