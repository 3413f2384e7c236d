"""The overlap view: how many input elements reach each output cell, and with which weights.

Where the kernel's size is no multiple of the stride the numbers differ from cell to cell, and
a checkerboard appears; the picture shows it as tints, and says it in numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from tcviz.layer.overlap import Overlap, between
from tcviz.layer.parts import Part
from tcviz.layer.symbols import is_named
from tcviz.layer.trace import Distribution, Places, Step
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import State
from tcviz.views import words
from tcviz.views.look import Look
from tcviz.views.overlap_board import SUBTITLE, OverlapBoard
from tcviz.views.overlap_panel import states
from tcviz.views.overlap_part import ones
from tcviz.views.panel import Roles, Values


class OverlapView:
    """Scenes of the overlap view."""

    def __init__(self, part: Part, look: Look) -> None:
        self._board = self._made(part, look)
        self._trace = Distribution(self._board.part)
        self._tally = Distribution(ones(self._board.part))
        subtitle = SUBTITLE.format(words.element(part.layer.dims))
        self._still = (*self._board.frame(subtitle), *self._board.still())

    def _made(self, part: Part, look: Look) -> OverlapBoard:
        return OverlapBoard(part, look)

    @property
    def steps(self) -> int:
        """One step per input element."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        crop, traces = self._board.part.crop, (self._tally, self._trace)
        for tally, now in zip(*(trace.running(picks) for trace in traces), strict=True):
            yield self._moment(now.step, crop(tally.sums)[0], crop(now.sums)[0], settle=settle)

    def _moment(self, step: Step, counts: Values, sums: Values, *, settle: bool) -> Moment:
        lit = self._scene(step, counts, sums, State.READ, State.WRITTEN)
        return lit, self._scene(step, counts, sums, State.DONE, State.DONE) if settle else lit

    def _scene(
        self, step: Step, counts: Values, sums: Values, read: State, written: State
    ) -> Scene:
        board, places = self._board, self._places(step)
        cells = self._roles(counts, places, written)
        marks: list[Mark] = [
            *self._still,
            *board.elements(step.number + 1, read),
            *board.results(counts, sums, cells),
            *self._highlights(step, places),
        ]
        said = self._sentence(step, places, counts), self._detail(step, sums)
        return board.scene(marks, step.number, self.steps, said)

    def _roles(self, counts: Values, places: Places, written: State) -> Roles:
        now = np.zeros(counts.shape, dtype=bool)
        now[np.ix_(*places)] = True
        known = (counts > 0) | (self._board.counts == 0)
        return states(self._board.kinds, [(known, State.DONE), (now, written)])

    def _places(self, step: Step) -> Places:
        """Return where the taps fall in the output, per axis."""
        axes = zip(self._board.part.axes, step.at, strict=True)
        return tuple(places for places, _ in (axis.of_element(i) for axis, i in axes))

    def _highlights(self, step: Step, places: Places) -> Iterator[Mark]:
        """Yield frames around the element and its window, and the arrows to it."""
        board = self._board
        source = board.source.grid.cell(*step.at)
        yield board.stage.outline("now.x", board.source, source)
        if not all(places):
            return
        window = tuple(range(axis[0], axis[-1] + 1) for axis in places)
        for panel in (board.tallies, board.weights):
            rect = panel.grid.span(*window)
            yield board.stage.outline(f"now.{panel.grid.key}", panel, rect)
        yield from board.arrows(step.at, window)

    def _sentence(self, step: Step, places: Places, counts: Values) -> str:
        named, one = "x" + words.place(step.at), words.element(len(places))
        if not all(places):
            return f"{named} reaches no {one} of the output: all of its window falls in the border"
        now = Counter(counts[np.ix_(*places)].ravel().tolist())
        return f"{named} reaches {words.area(places)} of the output: {_tally(now, one)}"

    def _detail(self, step: Step, sums: Values) -> str:
        lost, taps = int((~step.counts).sum()), step.counts.size
        fall = "falls" if lost == 1 else "fall"
        border = f"{lost} of {taps} taps {fall} in the border" if 0 < lost < taps else ""
        return "; ".join(filter(None, [border, self._so_far(sums)]))

    def _so_far(self, sums: Values) -> str:
        if is_named(self._board.part) or not np.isfinite(sums).any():
            return ""
        most = sums[np.isfinite(sums)].max().item()
        return f"sums of |w| are up to {self._board.ranges.output_format.said(most)} so far"

    def overview(self) -> Scene:
        """Return the finished picture: nothing is lit, and the caption has the numbers."""
        board = self._board
        cells = states(board.kinds, [(np.ones(board.counts.shape, dtype=bool), State.DONE)])
        marks = [
            *self._still,
            *board.elements(self.steps, None),
            *board.results(board.counts, board.sums, cells),
            *board.arrows(),
        ]
        return board.finished(marks, (caption(board.overlap), self._extremes()))

    def _extremes(self) -> str:
        """Return the least and the greatest of all counts, and of the sums of |w|."""
        board, found = self._board, self._board.overlap
        ends, one = between(*board.overlap.ends), words.element(board.counts.ndim)
        told = [f"all {one}s: {ends}"]
        if is_named(board.part):
            return told[0]
        inside = board.sums[np.ix_(*found.inner)]
        sums = [self._range(board.sums, "sums of |w|: ")]
        if found.seen and inside.size < board.sums.size:
            sums += [self._range(inside, "away from the edge ")]
        told += [", ".join(filter(None, sums))]
        if found.uniform and found.seen and inside.min() < inside.max():
            told += ["what still differs comes from the weights alone"]
        return "; ".join(filter(None, told))

    def _range(self, sums: Values, words: str) -> str:
        finite = sums[np.isfinite(sums)]
        form = self._board.ranges.output_format.said
        if not finite.size:
            return ""
        return words + _span(form(finite.min().item()), form(finite.max().item()))


def caption(found: Overlap) -> str:
    """Return how many elements reach a cell away from the edge, and why.

    >>> from tcviz.layer.geometry import ConvTranspose
    >>> from tcviz.layer.overlap import overlap
    >>> caption(overlap(ConvTranspose(4, stride=2), 3))
    'every output cell away from the edge is reached by 4 elements: uniform, 4 is a multiple of 2'
    """
    return f"every output {words.element(len(found.axes))} {found.where} is reached {found}"


def _tally(now: Counter[int], one: str = "cell") -> str:
    """Return how many cells now have which count.

    >>> _tally(Counter([1, 1, 2])), _tally(Counter([4]))
    ('2 cells now have 1, 1 has 2', '1 cell now has 4')
    """
    (first, cells), *more = sorted(now.items())
    start = f"1 {one} now has {first}" if cells == 1 else f"{cells} {one}s now have {first}"
    return ", ".join([start, *(f"{n} {'has' if n == 1 else 'have'} {c}" for c, n in more)])


def _span(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"


build = OverlapView
