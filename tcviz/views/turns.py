"""Views in turn: one after another, as one view with as many steps as all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

from tcviz.layer.parts import Part, is_named
from tcviz.look.look import Look
from tcviz.look.turn_ranges import MOST_CELLS, Turn, TurnRanges
from tcviz.scene.frames import Moment
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene

if TYPE_CHECKING:
    from tcviz.views.view import View


@frozen
class Turns:
    """The views of `count` channels, each made when its turn comes, and none kept.

    Steps count on from channel to channel: with nine steps each, the tenth is the
    second channel's first.  Where they are `alike`, what stands where is the same in all.
    """

    view: Callable[[int], View]
    count: int
    each: int
    alike: bool

    @property
    def steps(self) -> int:
        """The steps of all channels."""
        return self.count * self.each

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, channel by channel."""
        for channel, mine in groupby(picks, key=lambda pick: pick // self.each):
            own = [pick - channel * self.each for pick in mine]
            yield from self.view(channel).moments(own, settle=settle)

    def lay_out(self) -> None:
        """Raise TooSmallError if a channel has no room; those that are to be alike have as much."""
        for channel in range(1 if self.alike else self.count):
            self.view(channel)

    def overview(self) -> Scene:
        """Return the last channel's finished picture."""
        return self.view(self.count - 1).overview()

    def overviews(self) -> Iterator[Scene]:
        """Yield each channel's finished picture."""
        return (self.view(channel).overview() for channel in range(self.count))


def in_turn(
    build: Callable[[Part, Look], View],
    of: Callable[[int], Part],
    look: Look,
    count: int,
    each: int,
    *,
    side: str = "output",
    measured: Callable[[Part], Part] | None = None,
) -> Turns:
    """Return the views of `count` channels with `each` so many steps, one after another.

    `of` makes a channel's part.  Formats and layout are chosen for all of them, by what
    is `measured` of each part if not by the part itself.
    """

    def like(channel: int) -> Part:
        return measured(of(channel)) if measured else of(channel)

    shared = TurnRanges(like, count) if _cells(of(0)) * count <= MOST_CELLS else None

    def view(channel: int) -> View:
        turn = Turn(f"{side} channel {channel}", channel * each, count * each, shared)
        return build(of(channel), replace(look, turn=turn))

    return Turns(view, count, each, shared is not None and not is_named(of(0)))


def _cells(part: Part) -> int:
    return part.channels * max(prod(part.input_size), prod(part.output_size))
