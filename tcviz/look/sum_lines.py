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
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.sum_lengths import SMALLEST, Chosen, Counts, Layout, Solver, counts, reduced

SIZES = tuple(n / 12 for n in range(16, 11, -1))
"""Text sizes that are tried, in the smallest one's; text of the first is large enough."""
ROWS = 1, 2, 4, 8
"""Terms a line that are tried, beside all of them."""
REPEATED = 0.25
"""The power with which terms count that the output shows as well."""

Forms: TypeAlias = Sequence[Wording]
"""Ever shorter wordings of one panel with the same number of terms a line."""
Fits: TypeAlias = Callable[[Wording, Wording], bool]
"""Whether the channels' sums and the output have room in these wordings."""


class Fitting(NamedTuple):
    """Wordings of the channels' sums and of the output, in text of a size that they have room in.

    The size is in the smallest's; `worth` is that size times the share of the terms that are shown.
    """

    worth: float
    size: float
    sums: Wording
    output: Wording


def with_lines(
    numbers: Ranges, look: Look, solvers: Sequence[Solver], *, flat: bool = False
) -> Chosen | None:
    """Return the wordings that show the most terms in the largest text, and their layout.

    Every cell shows at least one term.  The first solver that has room is taken: they
    differ in how many channels they draw.  What only repeats others is left out where it has no
    room, and where no solver has, notes are.  Where they are `flat`, all but the output's are on
    one line.
    """
    looks = [replace(look, unabridged=True)] + [look] * (not look.unabridged)
    trials = (_Trials(numbers, each, solver, notes=notes, flat=flat)
              for notes, solver, each in product((True, False), solvers, looks))  # fmt: skip
    return next(filter(None, map(_best, trials)), None)


def _best(trials: _Trials) -> Chosen | None:
    sums = _unbroken if trials.flat else _choices
    choices = [*sums(trials.padded)], [*_choices(trials.output)]
    if not trials.fits(1.0, *(Least(several=tuple(f[-1] for f in some)) for some in choices)):
        return None
    pairs = [*product(*choices)]
    if trials.tried:
        least = (Fitting(1.0, 1.0, first[-1], second[-1]) for first, second in pairs)
        return next((trials.chosen(one) for one in least if trials.fits(*one[1:])), None)
    found, best = list[Fitting](), 0.0
    for size in SIZES:
        if best >= size:
            break  # nothing in smaller text is worth more
        for pair in pairs:
            ways = _TwoForms(partial(trials.fits, size), trials.share, *pair)
            # What is on one line repeats what the output shows in several.
            for made in _longest(ways.swapped if trials.flat else ways, best / size):
                forms = made[::-1] if trials.flat else made
                found.append(Fitting(size * trials.share(*forms), size, *forms))
                best = max(best, found[-1].worth)
    alike = (trials.chosen(one) for one in found if one.worth == best)
    return max(alike, key=lambda chosen: float(chosen[1].text), default=None)


class _TwoForms(NamedTuple):
    """Ever shorter wordings of two panels, which fit together or not and show a share of all."""

    fits: Fits
    share: Callable[[Wording, Wording], float]
    first: Forms
    second: Forms

    @property
    def swapped(self) -> _TwoForms:
        """The same with the second panel first."""
        return _TwoForms(lambda a, b: self.fits(b, a), lambda a, b: self.share(b, a),
                         self.second, self.first)  # fmt: skip


def _longest(ways: _TwoForms, share: float) -> Iterator[tuple[Wording, Wording]]:
    """Yield the wordings with the most terms, first of the first panel's, if it is a good share.

    What shows a smaller `share` of the terms is not looked at.
    """
    enough = [form for form in ways.first if ways.share(form, ways.second[0]) >= share]
    kept = _first(enough, lambda form: ways.fits(form, ways.second[-1]))
    if kept:
        enough = [form for form in ways.second if ways.share(kept, form) >= share]
        made = _first(enough, lambda form: ways.fits(kept, form))
        yield from [(kept, made)] if made else []


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

    def __init__(
        self, numbers: Ranges, look: Look, solver: Solver, *, notes: bool, flat: bool
    ) -> None:
        self.flat, self.tried = flat, look.tried
        self._numbers, self._smallest = numbers, look.legible(SMALLEST)
        self._look, self._solver, self._notes = look, solver, notes
        self.padded, self.output = counts(numbers.padded), counts(numbers.output)
        self._few = reduced(numbers)

    def fits(self, size: float, sums: Wording, output: Wording) -> bool:
        """Return whether text of that size, in the smallest's, has room."""
        return bool(self._layout(replace(self._look, tried=True), size, sums, output))

    def chosen(self, found: Fitting) -> Chosen:
        """Return the wordings of what was found to fit, with their layout."""
        _, size, sums, output = found
        numbers = replace(self._numbers, sum_format=sums, output_format=output)
        return numbers, self._layout(self._look, size, sums, output)

    def _layout(self, look: Look, size: float, sums: Wording, output: Wording) -> Layout | None:
        """Return the layout with text of that size, in the smallest's, or larger."""
        few = replace(self._few, sum_format=sums, output_format=output)
        try:
            found = self._solver(few, look, size * self._smallest)
        except TooSmallError:
            return None
        if found.heat or (self._notes and not found.notes):  # names have no tints
            return None
        return found

    def share(self, sums: Wording, output: Wording) -> float:
        """Return the share of their terms that the channels' sums and the output show."""
        repeated = _shown(self.padded, sums) ** (REPEATED if self.flat else 1)
        return repeated * _shown(self.output, output)


def _shown(counts: Counts, form: Wording) -> float:
    """Return the share of their terms that sums show."""
    shown = sum(cells * form.shown(terms) for terms, cells in counts.items())
    return shown / max(1, sum(cells * terms for terms, cells in counts.items()))
