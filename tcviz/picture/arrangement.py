"""Arrangements: panels beside each other in lines, lines below each other, channels as blocks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, combinations, pairwise
from math import inf
from typing import NamedTuple

from tcviz.picture.layout import Layout, Place
from tcviz.picture.nodes import APART, Below, Beside, Node, Placing, Row
from tcviz.picture.panels import Panel
from tcviz.picture.scale import Scale
from tcviz.scene.marks import Rect

BETWEEN, GATHERED, ABREAST = 14.0, 66.0, 56.0
"""Room between lines, where channels are summed between them, and between channels abreast."""
COLUMNED = 34.0
"""Room between a line and the lines beside it, at least."""
FEW, LINES, GUTTER = 5, 12, 5
"""Groups of panels that are broken into lines in every way there is; lines into which more of them
are broken at most, and about how many cells as wide as a gutter there are."""
BROKEN = 0.94
"""A line more must be worth so much in larger text."""


class Arrangement(NamedTuple):
    """An arrangement, how many channels it draws, and what it is worth beside others.

    Text that is more than `enough` times as large as the smallest is worth no more.  One that is
    `for_tints` is taken only where panels show some.
    """

    node: Node
    drawn: int
    worth: float = 1.0
    enough: float = inf
    for_tints: bool = False


def equation(panels: Sequence[Panel], drawn: int) -> Iterator[Arrangement]:
    """Yield the arrangements of panels that are read one after another, the best loved first.

    They stand in one line or in several, broken before panels that begin one; or lines of the
    last stand beside the first, which then has all the height; or the channels
    stand beside each other, each in lines of its own, above what they share at the end.
    """
    groups, several = [*grouped(panels)], any(panel.named for panel in panels)
    made = _Rows()
    for lines in broken(groups):
        rows = made(lines, range(drawn))
        yield Arrangement(_below(rows, drawn, several), drawn, BROKEN ** (len(rows) - 1))
    if drawn == 1:
        yield from _columned(groups, made)
    *own, last = groups
    if drawn == 1 or not own or not all(panel.shared for panel in last):
        return
    if any(panel.shared for group in own for panel in group):
        return
    for lines in broken(own):
        gaps = [BETWEEN + APART] * (len(lines) - 1)
        blocks = (Below(made(lines, range(c, c + 1)), tuple(gaps)) for c in range(drawn))
        beside = Beside(tuple(blocks), (ABREAST,) * (drawn - 1))
        node = Below((beside, Row(tuple(last))), (GATHERED,))
        yield Arrangement(node, drawn, BROKEN ** len(lines))


def abreast(panels: Sequence[Panel], drawn: int) -> Iterator[Arrangement]:
    """Yield all panels in one line, the last one's lens beside it: below it, tints were smaller."""
    if panels[-1].lens:
        (row,) = _Rows()([panels], range(drawn))
        yield Arrangement(replace(row, aside=True), drawn, for_tints=True)


def _columned(groups: Sequence[Sequence[Panel]], made: _Rows) -> Iterator[Arrangement]:
    """Yield the arrangements in which one channel's first panels stand left of several lines.

    They have all the height, and the lines share the width that they leave.  What is said of what
    leads to these has no room there.
    """
    for count in range(1, min(len(groups) - 1, FEW)):
        if groups[count][0].said:
            continue
        head = tuple(panel for group in groups[:count] for panel in group)
        several = any(panel.named for panel in head)
        for lines in broken(groups[count:]):
            if len(lines) > 1:
                first, *others = made(lines, range(1))
                right = _below((replace(first, enters=False), *others), 1, several)
                gap = max(COLUMNED, lines[0][0].gap)
                node = Beside((Row(head), right), (gap,))
                yield Arrangement(node, 1, BROKEN ** len(lines))


def _below(rows: Sequence[Row], drawn: int, several: bool) -> Node:
    """Return rows below each other, with room for what is summed before what channels share."""
    if len(rows) == 1:
        return rows[0]
    gaps = [BETWEEN + APART * drawn] * (len(rows) - 1)
    if several and all(panel.shared for panel in rows[-1].items):
        gaps[-1] = GATHERED
    return Below(tuple(rows), tuple(gaps))


class _Rows:
    """Makes rows of lines; those that are alike are one, so that a scale measures it once."""

    def __init__(self) -> None:
        self._heads: dict[tuple[int, str], Panel] = {}
        self._made: dict[tuple[int, int, range, bool, bool], Row] = {}

    def __call__(self, lines: Sequence[Sequence[Panel]], channels: range) -> tuple[Row, ...]:
        """Return the lines as rows; the first panel of each bears the channels' names."""
        name, last = max(panel.named for line in lines for panel in line), len(lines) - 1
        return tuple(
            self._row(line, name, channels, enters=i > 0, leaves=i < last)
            for i, line in enumerate(lines)
        )

    def _row(
        self, line: Sequence[Panel], name: str, channels: range, *, enters: bool, leaves: bool
    ) -> Row:
        head = self._head(line[0], "" if line[0].shared else name)
        key = id(head), len(line), channels, enters, leaves  # heads are kept: an id is one's own
        if key not in self._made:
            self._made[key] = Row((head, *line[1:]), channels, enters=enters, leaves=leaves)
        return self._made[key]

    def _head(self, first: Panel, name: str) -> Panel:
        key = id(first), name
        if key not in self._heads:
            self._heads[key] = first if first.named == name else replace(first, named=name)
        return self._heads[key]


def grouped(panels: Sequence[Panel]) -> Iterator[list[Panel]]:
    """Yield panels that stay on one line."""
    starts = [i for i, panel in enumerate(panels) if i == 0 or panel.begins]
    for start, stop in pairwise([*starts, len(panels)]):
        yield list(panels[start:stop])


def broken(groups: Sequence[Sequence[Panel]]) -> Iterator[list[list[Panel]]]:
    """Yield the groups in one line, in two, and so on, wherever it may break.

    Of more than `FEW` groups, of which there are very many ways, those with the shortest lines.
    """
    inner = range(1, len(groups))
    if len(groups) <= FEW:
        for count in range(len(groups)):
            yield from (_cut(groups, breaks) for breaks in combinations(inner, count))
        return
    sizes = [sum(panel.cols + GUTTER for panel in group) for group in groups]
    for count in range(min(len(groups), LINES)):
        yield _cut(groups, evenly(sizes, count))


def evenly(sizes: Sequence[int], count: int) -> list[int]:
    """Return before which of some sizes to break `count` times: the longest line is the shortest.

    Of several ways it is that with the earliest breaks.

    >>> evenly([3, 1, 1, 2, 2], 2), evenly([1, 1, 1], 2)
    ([1, 3], [1, 2])
    """
    ends = [0, *accumulate(sizes)]

    def lines(most: int) -> list[int]:
        """Return how many lines of at most that length all from each size on take."""
        needed = [0] * len(ends)
        for i in reversed(range(len(sizes))):
            needed[i] = 1 + needed[bisect_right(ends, ends[i] + most) - 1]
        return needed

    lengths = range(max(sizes), ends[-1] + 1)
    longest = lengths[bisect_left(lengths, True, key=lambda most: lines(most)[0] <= count + 1)]
    needed, at, breaks = lines(longest), 0, list[int]()
    for left in range(count, 0, -1):
        last = min(len(sizes) - left, bisect_right(ends, ends[at] + longest) - 1)
        at = next(i for i in range(at + 1, last + 1) if needed[i] <= left)
        breaks.append(at)
    return breaks


def _cut(groups: Sequence[Sequence[Panel]], breaks: Sequence[int]) -> list[list[Panel]]:
    cuts = [0, *breaks, len(groups)]
    return [[p for group in groups[a:b] for p in group] for a, b in pairwise(cuts)]


def flowing(panels: Sequence[Panel]) -> Iterator[Arrangement]:
    """Yield panels beside each other in one line, in two, and so on, as even as can be."""
    for lines in range(1, len(panels) + 1):
        most = -(-len(panels) // lines)
        cut = [tuple(panels[i : i + most]) for i in range(0, len(panels), most)]
        if len(cut) == lines:
            rows = tuple(map(Row, cut))
            gaps = (BETWEEN,) * (lines - 1)
            yield Arrangement(
                Below(rows, gaps) if gaps else rows[0], len(panels), BROKEN ** (lines - 1)
            )


def layout(option: Arrangement, scale: Scale, body: Rect) -> Layout:
    """Return where everything of an arrangement stands in a body that has room for it."""
    into = Placing(scale)
    option.node.place(body, into)
    panels = (*{panel.key: panel for panel in option.node.panels()}.values(),)
    panels += lenses(panels, into.spots)
    return Layout(panels, option.drawn, body, scale.notes, scale.scales, into.spots, into.signs,
                  into.headings, into.lines, into.inline, into.asides, into.lanes,
                  frozenset(into.cropped), into.doors, into.trunk, into.columns)  # fmt: skip


def lenses(panels: Sequence[Panel], spots: Collection[Place]) -> tuple[Panel, ...]:
    """Return those of the panels' lenses that have a place."""
    found = (panel.lens for panel in panels if panel.lens)
    return tuple(lens for lens in found if (lens.key, 0) in spots)
