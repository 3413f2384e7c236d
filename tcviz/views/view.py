"""What a view offers, whatever it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from tcviz.scene.frames import Moment
from tcviz.scene.marks import Scene


class View(Protocol):
    """What a view offers."""

    @property
    def steps(self) -> int:
        """How many steps there are."""

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order, lazily.

        Settled scenes are needed for transitions only; without `settle` they are left out.
        """

    def overview(self) -> Scene:
        """Return the finished picture, which a still shows where no step is asked for."""
