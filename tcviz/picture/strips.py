"""Strips: panels whose cells stand in columns that others share, and where those stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil, inf
from typing import Literal, NamedTuple, TypeAlias

from tcviz.picture.panels import Panel
from tcviz.scene.frozen import frozen

GAP = 6.0
"""Room above a strip."""
ROOMY = 1.7
"""Text that is so many times as large as the smallest is read with ease: for the sake of larger
one nothing is left out."""

OF_ALL = 1.05
"""What it is worth that the last of several results has a lens too: less than a channel more."""

Labels: TypeAlias = Literal["beside", "tall", "above"]
"""Where names stand: left of strips in one line or in two, or above them."""


@frozen
class Strip(Panel):
    """A panel in columns: its first cell at coordinate `start`, then one at `every` th.

    A strip has more than one row where it is a heap, and `slides` so many columns further than
    it reaches at first.  `gap` is the room above it, which an arrow needs where it is `entered`
    from above, and `leads` says that something leads from its right end to a strip below.  It may
    slide `along` another strip, to where taps lie.  A line stands above it where it is `ruled`.
    Where columns are free its name may stand `aside` of its cells; in tints these are as wide as
    there are columns to the next where it `fills` them, and those of a `broad` strip always, from
    their coordinate on.  Where they are `numbered`, the numbers are above those of the first
    channel, or below those of the last if it is entered from above, or the last of all, and with
    each channel where there is room.  Its `pieces` stand right of it, their cells as close as
    their numbers allow, or in its place if it has no cells.  All text is of one size, that of
    results.
    """

    gap: float = GAP
    result: bool = True
    start: float = 0
    every: int = 1
    slides: int = 0
    along: str = ""
    entered: bool = False
    leads: bool = False
    ruled: bool = False
    aside: bool = False
    fills: bool = False
    broad: bool = False
    pieces: tuple[Strip, ...] = ()

    @property
    def breadth(self) -> int:
        """How many columns a cell with digits takes."""
        return self.every if self.broad else 1

    @property
    def stop(self) -> float:
        """The coordinate behind the last cell, wherever it slides to."""
        return self.start + (self.cols - 1) * self.every + self.breadth + self.slides


class Variant(NamedTuple):
    """Strips that may be drawn, with `labels`: all else is an `Arrangement`'s."""

    strips: Sequence[Strip]
    worth: float = 1.0
    enough: float = inf
    labels: Labels | None = None
    for_tints: bool = False


@frozen
class Stack:
    """Strips for some channels, of whose names the widest is `name`, if there are several."""

    strips: tuple[Strip, ...]
    channels: int = 1
    name: str = ""
    labels: Labels = "beside"

    @cached_property
    def aligned(self) -> list[Strip]:
        """Those that have cells in columns."""
        return [strip for strip in self.strips if strip.cols]

    @cached_property
    def first(self) -> float:
        """The coordinate of the first column."""
        return min(strip.start for strip in self.aligned)

    @cached_property
    def count(self) -> int:
        """How many columns there are."""
        return ceil(max(strip.stop for strip in self.aligned) - self.first)

    @cached_property
    def head(self) -> Strip:
        """The strip that bears the channels' names."""
        return next((s for s in self.strips if not s.shared), self.strips[0])

    def counts_below(self, strip: Strip) -> bool:
        """Return whether a strip's numbers are below it."""
        return strip.entered or strip.key == self.strips[-1].key

    @cached_property
    def signed(self) -> bool:
        """Whether signs stand left of the columns."""
        return any(s.sign or (not s.cols and s.pieces[0].sign) for s in self.strips)

    @cached_property
    def leads(self) -> bool:
        """Whether anything leads along the right edge."""
        return any(strip.leads for strip in self.strips)

    @cached_property
    def stacked(self) -> tuple[tuple[Strip, int], ...]:
        """Every strip with its channel, from top to bottom: shared ones first or last."""
        own = [i for i, strip in enumerate(self.strips) if not strip.shared]
        if not own:
            return tuple((strip, 0) for strip in self.strips)
        above, below = self.strips[: own[0]], self.strips[own[-1] + 1 :]
        each = [(self.strips[i], c) for c in range(self.channels) for i in own]
        return (*((s, 0) for s in above), *each, *((s, 0) for s in below))


@frozen
class Columns:
    """Where `count` columns of that `width` stand: coordinate `first` begins at `x`.

    Strips with their names end at `right`; what leads from one to another runs around `gutter`,
    and what is beside them begins at `side`.
    """

    strips: tuple[Strip, ...]
    labels: Labels
    first: float
    x: float
    width: float
    count: int
    right: float
    gutter: float
    side: float
