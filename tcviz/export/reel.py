"""What every exporter is given: painted frames with durations, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from tcviz.request.options import NAMED
from tcviz.scene.frames import Timing
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene

if TYPE_CHECKING:
    from tcviz.render.pixels import Painted


class Shot(NamedTuple):
    """A painted frame and the seconds that it is shown."""

    painted: Painted
    duration: Fraction


@frozen
class Reel:
    """An animation to be written: its size in pixels, how many shots, how often it plays.

    `loop` is the number of times it plays; 0 means forever.  A video has the `pixel_format`, and so
    many frames a second if it has a constant `rate`.
    """

    size: tuple[int, int]
    count: int
    shots: Iterator[Shot]
    loop: int = 0
    rate: int | None = None
    pixel_format: str = NAMED["pixel_format"].default


class SceneReel(NamedTuple):
    """An animation to be written as it is, not as it is painted: the scene of each step.

    A canvas unit has `ratio` pixels.
    """

    size: tuple[int, int]
    ratio: float
    scenes: Iterator[Scene]
    timing: Timing
    loop: int = 0


class WrittenReel(NamedTuple):
    """What the file holds, as whoever reads it finds it: frames, seconds, size in pixels."""

    frames: int
    seconds: Fraction
    size: tuple[int, int]


class Ticker:
    """Turns durations into whole ticks whose running sum stays right.

    Whatever lasts a tick or longer has one: halves are rounded up, never to an even number.

    >>> tick = Ticker(100)  # hundredths of a second
    >>> [tick(Fraction(1, 30)) for _ in range(3)]
    [3, 4, 3]
    """

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._exact, self._told = Fraction(0), 0

    @property
    def seconds(self) -> Fraction:
        """How long all ticks are that were told."""
        return Fraction(self._told, self._per_second)

    def __call__(self, duration: Fraction) -> int:
        """Return the ticks of the next duration."""
        self._exact += duration * self._per_second
        ticks = floor(self._exact + Fraction(1, 2)) - self._told
        self._told += ticks
        return ticks
