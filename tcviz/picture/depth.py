"""Depth slices of a panel of three axes: their names, and what they are cut from or fed by."""

from __future__ import annotations

import re
from typing import NamedTuple

from tcviz.scene.text import CAP_HEIGHT, legible

CAPTION, SLICE_GAP = 13.0, 16.0
"""Text size of the names of slices, and the room between slices."""


DEPTH = "depth {d}"
"""How slices are counted that are no more the input's than the output's."""
TAPS = "w[{d}]"
"""How slices are counted that are taps of the kernel."""
FEW = 8
"""Only so few slices get room for more than their names."""


class Depth(NamedTuple):
    """What is said of a panel's slices, and how they hang together with another panel's.

    `called` is how they are counted, backwards where they are `flipped`, and those that are
    not `kept` are cropped.  Where no connector says so, their names say with `pairs` which tap k
    meets which slice d, the last ones of all being `ends`; taps that add nothing have frames where
    they are `idle`.  Connectors come from the slices of the panel `feeder`; `under` is the one
    that this is cropped from, at `corner`.  An arrow leads to this one from the panel `after`.
    """

    called: str = DEPTH
    pairs: str = ""
    ends: tuple[int, int] = (0, 0)
    feeder: str = ""
    under: str = ""
    corner: tuple[int, ...] = (0, 0, 0)
    kept: range | None = None
    flipped: bool = False
    idle: bool = False
    after: str = ""

    def longest(self, slices: int) -> str:
        """Return the longest name of so many slices.

        >>> Depth().longest(11), Depth(pairs="w[{k}] → depth {d}", ends=(2, 10)).longest(3)
        ('depth 10', 'w[2] → depth 10')
        """
        if self.pairs and slices <= FEW:
            return self.pair(*self.ends)
        return self.called.format(d=slices - 1)

    def pair(self, tap: int, depth: int) -> str:
        """Return that a tap meets a slice."""
        return self.pairs.format(k=tap, d=depth)

    def short(self, name: str) -> str:
        """Return a name for slices that are narrower than it.

        Taps are in the kernel's order anyway; numbers alone are those of depth among such alone.

        >>> Depth(TAPS).short("w[1] → depth 2"), Depth(TAPS).short("depth 1 × w[0]")
        ('→ depth 2', '× w[0]')
        >>> Depth().short("depth 10, cropped"), Depth().short("depth 1 × w[0]")
        ('[10], cropped', '[1] × w[0]')
        """
        if "→" in name:
            return name[name.index("→") :]
        if self.called == TAPS and "×" in name:
            return name[name.index("×") :]
        return re.sub(r"depth (\d+)", r"[\1]", name)

    def names(self, slices: int) -> list[str]:
        """Return the names of so many slices.

        >>> Depth(TAPS, flipped=True).names(2)
        ['w[1]', 'w[0]']
        """
        found = [self.called.format(d=i) for i in range(slices)]
        return found[::-1] if self.flipped else found


def caption_height(reading: float) -> float:
    """Return the height of the names above slices; `reading` is the pixel they are read by."""
    return legible(CAPTION, reading) * CAP_HEIGHT + 10
