"""Where depth slices stand: bands of slices in lines, computed for any shapes and any canvas.

A view names its bands in reading order, each a tensor whose slices stand side by side.
`solve` breaks them into lines in every way that there is, wraps what is too long, and
takes the way with the largest text; where none is legible, bands drop to a heat tint.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeAlias

from tcviz.errors import TooSmallError
from tcviz.picture.solver import ALIKE, COMFORTABLE, FINE, HEAT_TEXT, LARGEST, TINTED, TOO_SMALL
from tcviz.scene import Rect
from tcviz.views.slices_band import Band, Lines, SlicesLayout
from tcviz.views.slices_candidate import Candidate
from tcviz.views.slices_place import place

LINKED = 1.15
"""What connectors from the kernel's slices to those that they feed are worth, in text."""
FEWER = 0.96
"""What is left of that with one more line."""
MOST_SIDE = 240.0
"""Slices that show tints are no larger than this."""
GOOD_TEXT, GOOD_SIDE = 13.0, 120.0
"""Beside tints, the text and the side of slices that leave nothing to wish for."""

Heat: TypeAlias = frozenset[str]


def solve(
    bands: Sequence[Band], room: Rect, pixel: float, smallest: float, reading: float,
    counts: Sequence[int], *, named: bool = False,
) -> SlicesLayout:  # fmt: skip
    """Return the best layout of `bands` in `room`, with as many channels as are legible.

    `counts` are the numbers of channels that may be drawn, the greatest first, with their
    names if they are `named`; `smallest` is the smallest legible text, `reading` the pixel
    by which labels are kept legible.

    Raises
    ------
    TooSmallError
        If the room is too small even for tints.
    """
    for notes in (True, False):  # the smallest canvases have no room for notes
        blank = Candidate((), room, pixel, reading, notes=notes, named=named)
        found = _plain(blank, bands, smallest, counts) or _tinted(blank, bands, smallest, counts)
        if found:
            return place(found)
    raise TooSmallError(TOO_SMALL, hint="or use a smaller --input-size")


def _plain(
    blank: Candidate, bands: Sequence[Band], smallest: float, counts: Sequence[int]
) -> Candidate | None:
    """Return the best candidate with numbers in all bands."""
    best = [_best(_texts(blank, bands, smallest, count)) for count in counts]
    found = [candidate for candidate in best if candidate]
    if not found:
        return None
    enough = min(max(COMFORTABLE, smallest), ALIKE * max(c.text for c in found))
    return next(c for c in found if c.text >= enough)


def _best(candidates: Iterator[Candidate]) -> Candidate | None:
    return max(candidates, key=_merit, default=None)


def _merit(candidate: Candidate) -> float:
    """Return how well numbers, tints and what feeds what can be seen."""
    worth = (LINKED if candidate.linked else 1.0) * FEWER ** len(candidate.lines)
    if not candidate.heat:
        return worth * candidate.text
    seen = min(1.0, candidate.text / GOOD_TEXT) * min(1.0, candidate.side / GOOD_SIDE)
    return worth * seen * TINTED**candidate.tinted


def _texts(
    blank: Candidate, bands: Sequence[Band], smallest: float, count: int
) -> Iterator[Candidate]:
    """Yield each arrangement that fits, with the largest text with which it does."""
    step = (max(LARGEST, smallest) - smallest) / FINE
    for started in _arrangements(blank, bands, count):
        found = _largest([partial(replace, started, text=smallest + i * step) for i in _FINE])
        if found:
            yield found


def _tinted(
    blank: Candidate, bands: Sequence[Band], smallest: float, counts: Sequence[int]
) -> Candidate | None:
    """Return the best candidate with tints in as few bands as legible numbers allow."""
    return _best(
        found
        for heat, count in product(_heats(bands), counts)
        for started in _arrangements(blank, bands, count)
        for size in HEAT_TEXT[::2]
        if (found := _sided(replace(started, text=max(size, smallest), heat=heat)))
    )


def _sided(started: Candidate) -> Candidate | None:
    """Return the candidate with its tinted slices as large as they can be."""
    step = MOST_SIDE / FINE
    return _largest([partial(replace, started, side=(i + 1) * step) for i in _FINE])


_FINE = range(FINE + 1)


def _largest(growing: Sequence[partial[Candidate]]) -> Candidate | None:
    """Return the last of a row of growing candidates that fits."""
    first_misfit = bisect_left(growing, True, key=lambda made: not made().fits)
    return growing[first_misfit - 1]() if first_misfit else None


def _arrangements(blank: Candidate, bands: Sequence[Band], count: int) -> Iterator[Candidate]:
    """Yield empty candidates: every way to break the bands into lines, labelled in both ways."""
    for lines, aside in product(_broken(bands, several=count > 1), (True, False)):
        yield replace(blank, lines=lines, channels=count, aside=aside)


def _broken(bands: Sequence[Band], *, several: bool) -> Iterator[Lines]:
    """Yield the bands in lines; what `several` channels share is on a line by itself.

    >>> from tcviz.views.slices_band import Band
    >>> row = [Band(key, (1, 1, 1), 1, "", "") for key in "ab"]
    >>> [[[band.key for band in line] for line in lines] for lines in _broken(row, several=False)]
    [[['a'], ['b']], [['a', 'b']]]
    """
    choices = [_breaks(band, several=several) for band in bands[1:]]
    for breaks in product(*choices):
        lines: list[list[Band]] = [[bands[0]]]
        for band, begins in zip(bands[1:], breaks, strict=True):
            if begins:
                lines.append([])
            lines[-1].append(band)
        yield tuple(map(tuple, lines))


def _breaks(band: Band, *, several: bool) -> tuple[bool, ...]:
    if several and band.shared:
        return (True,)
    return (False,) if band.glued else (True, False)


def _heats(bands: Sequence[Band]) -> Iterator[Heat]:
    """Yield ever more bands that show tints, those first that ask for the most room.

    Bands of one shape are read together, and so are one and what it is cropped from.
    """
    asked: dict[str, float] = {}
    for band in bands:
        demand = band.cells * max(1.0, band.em)
        asked[band.family] = max(asked.get(band.family, 0.0), demand)
    order = sorted(asked, key=lambda family: -asked[family])
    for count in range(1, len(order) + 1):
        yield frozenset(band.key for band in bands if band.family in order[:count])
