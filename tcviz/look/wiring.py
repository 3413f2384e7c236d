"""Which channels of a layer feed which, and how many of them are told one by one.

Inside a group every input channel feeds every output channel; groups do not see each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from tcviz.layer.parts import Part

Side: TypeAlias = Literal["in", "out"]

MOST_CHANNELS = 3
"""Input channels that are drawn where none are asked for."""
LINES = 64
"""Lines between two columns of channels that the eye can still take in."""
DEPTHS = (
    (64, 64, 64),
    (12, 12, 12),
    (8, 8, 8),
    (8, 1, 8),
    (6, 1, 6),
    (4, 1, 5),
    (4, 1, 3),
    (3, 1, 3),
    (1, 1, 3),
)
"""So many channels on a side of the picture's own group, and of the others, and so many groups
are told one by one: the finest first."""


class Wiring(NamedTuple):
    """A layer's channels and groups, and which channels a picture is about.

    `ins` and `outs` are the channels of a group that are summed, or whose sum is drawn;
    `into` says on which side the sum is, None where each pair has its own result.
    """

    in_channels: int
    out_channels: int
    groups: int
    ins: range
    outs: range
    into: Side | None = "out"

    def span(self, side: Side, group: int) -> range:
        """Return the channels of a group.

        >>> Wiring(4, 6, 2, range(2, 4), range(4, 5)).span("out", 1)
        range(3, 6)
        """
        count = (self.in_channels if side == "in" else self.out_channels) // self.groups
        return range(group * count, (group + 1) * count)

    def lit(self, side: Side) -> range:
        """Return the channels of a side that the picture is about."""
        return self.ins if side == "in" else self.outs

    @property
    def group(self) -> int:
        """The group that the picture is about."""
        return self.outs.start // (self.out_channels // self.groups)

    @property
    def middle(self) -> Wiring:
        """The same layer where a channel in the midst is drawn: its map is the largest.

        >>> amid = Wiring(8, 8, 2, range(4), range(1)).middle
        >>> amid.ins, amid.outs
        (range(4, 8), range(6, 7))
        """
        ins, outs = (self._amid(side) for side in ("in", "out"))
        return self._replace(ins=ins, outs=outs)

    def _amid(self, side: Side) -> range:
        span = self.span(side, self.groups // 2)
        one = span[len(span) // 2]
        return range(one, one + 1) if len(self.lit(side)) == 1 else span


class Block(NamedTuple):
    """A group as it is drawn: runs of channels, most of them of one channel."""

    group: int
    ins: tuple[range, ...]
    outs: tuple[range, ...]

    def runs(self, side: Side) -> tuple[range, ...]:
        """Return the runs of a side."""
        return self.ins if side == "in" else self.outs

    @property
    def rows(self) -> int:
        """How many runs stand one below the other."""
        return max(len(self.ins), len(self.outs))


Blocks: TypeAlias = tuple[Block | None, ...]
"""Groups one below the other; None is where some are left out."""


def wiring(part: Part, channels: int | None = None) -> Wiring | None:
    """Return which channels feed which where that says more than the panels do.

    They show so many `channels`, or as many as there are, up to `MOST_CHANNELS`.

    >>> from tcviz.layer import parts
    >>> from tcviz.request import inputs
    >>> wiring(parts.part(inputs.plan().make())) is None
    True
    """
    groups, mine, one = part.layer.groups, part.channels, range(part.channel, part.channel + 1)
    summed = range(part.first, part.first + mine)
    hidden = mine > (channels or MOST_CHANNELS)
    if groups == 1 and part.out_channels == 1 and not hidden:
        return None
    from tcviz.layer.gradients import BiasGradient, InputGradient, WeightGradient

    if isinstance(part, BiasGradient):  # no input channel has a share in it
        return None
    if isinstance(part, InputGradient):  # there a part's output is an input channel
        return Wiring(part.out_channels, mine * groups, groups, one, summed, "in")
    into: Side | None = None if isinstance(part, WeightGradient) else "out"
    return Wiring(mine * groups, part.out_channels, groups, summed, one, into)


def depths(wires: Wiring) -> Iterator[tuple[Blocks, Blocks]]:
    """Yield ever shorter lists of the groups, and the longest there may be for any channel.

    >>> *_, last = depths(Wiring(64, 64, 1, range(64), range(5, 6)))
    >>> last[0]
    (Block(group=0, ins=(range(0, 64),), outs=(range(0, 5), range(5, 6), range(6, 64))),)
    """
    for depth in DEPTHS:
        blocks, longest = (tuple(_blocks(w, *depth)) for w in (wires, wires.middle))
        if max(len(b.ins) * len(b.outs) for b in longest if b) <= LINES:
            yield blocks, longest


def _blocks(wires: Wiring, own: int, others: int, groups: int) -> Iterator[Block | None]:
    before = -1
    for group in _told(wires, groups):
        if group > before + 1:
            yield None
        most = own if group == wires.group else others
        yield Block(group, _runs(wires, "in", group, most), _runs(wires, "out", group, most))
        before = group


def _told(wires: Wiring, most: int) -> Sequence[int]:
    """Return the groups that are drawn: the first, the last, the picture's own, its neighbours."""
    if wires.groups <= most:
        return range(wires.groups)
    last, own = wires.groups - 1, wires.group
    near = [own, 0, last, own + 1, own - 1, *range(1, last)]
    wanted = dict.fromkeys(n for n in near if 0 <= n <= last)
    return sorted(list(wanted)[:most])


def _runs(wires: Wiring, side: Side, group: int, most: int) -> tuple[range, ...]:
    """Return a side of a group as runs: one by one if there are few."""
    span, lit = wires.span(side, group), wires.lit(side)
    if len(span) <= most:
        return tuple(range(n, n + 1) for n in span)
    inside = lit.start in span
    if inside and len(lit) == 1:
        cuts = [span.start, lit.start, lit.stop, span.stop]
    elif inside and most > 2:
        cuts = [*range(span.start, span.start + most - 1), span.stop - 1, span.stop]
    else:
        cuts = [span.start, span.stop]
    return tuple(range(a, b) for a, b in pairwise(cuts) if a < b)
