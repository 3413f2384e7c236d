"""Depth slices of a panel of three axes: their names, and what they are cut from or fed by."""

from __future__ import annotations

from dataclasses import dataclass

from tcviz.scene.text import CAP_HEIGHT, legible

CAPTION, SLICE_GAP = 13.0, 16.0
"""Text size of the names of slices, and the room between slices."""


@dataclass(frozen=True)
class Depth:
    """What is said of a panel's slices, and how they hang together with another panel's.

    `letter` is what they are counted by, and `tag` the longest name that one has where no
    connector says what it feeds or is fed by.  Connectors come from the slices of the panel
    `feeder`; `under` is the one that this is cropped from, at `corner`.
    """

    letter: str = "d"
    tag: str = ""
    feeder: str = ""
    under: str = ""
    corner: tuple[int, ...] = (0, 0, 0)

    def longest(self, slices: int) -> str:
        """Return the longest name of so many slices.

        >>> Depth().longest(11), Depth(tag="k=0 → d=10").longest(3)
        ('d=10', 'k=0 → d=10')
        """
        return self.tag or (f"{self.letter}={slices - 1}" if self.letter else "")


def caption_height(reading: float) -> float:
    """Return the height of the names above slices; `reading` is the pixel they are read by."""
    return legible(CAPTION, reading) * CAP_HEIGHT + 10
