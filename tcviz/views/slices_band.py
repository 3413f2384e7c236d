"""Bands of depth slices, and where they are to stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from tcviz.scene import Point, Rect
from tcviz.text import CAP_HEIGHT, legible
from tcviz.views.layout import Layout

CAPTION, NAME = 13.0, 14.5
"""Text sizes of the names of slices and of channels."""
SLICE_GAP, LINE_GAP, WRAP_GAP, LABEL_GAP, WORD_GAP = 16.0, 14.0, 8.0, 22.0, 9.0
"""Room between slices, between lines, between parts of a long line, right of labels, of words."""
NOTE_GAP = 6.0
"""Room above notes below slices."""
LANE, LANES = 8.0, 40.0
"""Room of one connector between two lines, and of all of them."""
HEAD = 12.0
"""Room for the heads of connectors."""
MOST_EDGE, WHOLE = 24.0, 4
"""Tinted cells are no larger; from so many pixels on they have whole ones."""
FEW = 8
"""Only so few slices get room for more than their names."""
LEGEND, MOST_NOTE = 48.0, 150.0
"""Widths of a legend's bar, and at most of notes left of a band."""


@dataclass(frozen=True)
class Band:
    """A tensor whose depth slices stand side by side.

    `shape` is ``(slices, rows, cols)``, `em` the width of its widest number at text
    size 1, and `gap` the room to its left.  `letter` is what its slices are counted by;
    `tag` is their longest name, with what it feeds or is fed by where no connector says it.
    A band that is `shared` has one panel, the others one per channel; a `glued` one stands
    right of the one before it.  Connectors come from the slices of `feeder`; `under` is the
    band that it is cropped from, at `corner`.  Bands of one `family` have the same cells.
    """

    key: str
    shape: tuple[int, ...]
    em: float
    title: str
    size: str
    gap: float = 0.0
    notes: tuple[str, ...] = ()
    letter: str = "d"
    tag: str = ""
    shared: bool = False
    glued: bool = False
    feeder: str = ""
    lanes: int = 0
    under: str = ""
    corner: tuple[int, ...] = (0, 0, 0)
    group: str = ""

    @property
    def slices(self) -> int:
        """Depth slices, from left to right."""
        return self.shape[0]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return prod(self.shape)

    @property
    def family(self) -> str:
        """What bands have in common that show numbers together or not."""
        return self.group or str(self.shape)

    @property
    def longest(self) -> str:
        """The longest plain name of a slice."""
        return f"{self.letter}={self.slices - 1}" if self.letter else ""


Line: TypeAlias = tuple[Band, ...]
Place: TypeAlias = tuple[str, int]
Lines: TypeAlias = tuple[Line, ...]


@dataclass(frozen=True)
class SlicesLayout(Layout):
    """Where the slices of every band stand, by band and channel (0 for what channels share)."""

    bands: tuple[Band, ...] = ()
    slices: Mapping[Place, tuple[Point, ...]] = field(default_factory=dict)
    """The left upper corners."""
    headings: Mapping[Place, Rect] = field(default_factory=dict)
    """The room for a band's heading: left of it if it is `beside`, else above."""
    feet: Mapping[Place, Rect] = field(default_factory=dict)
    """The room for the notes of a band that stands beside others, below it."""
    beside: frozenset[str] = frozenset()
    inline: frozenset[str] = frozenset()
    """Bands whose heading is on one line."""
    lanes: Mapping[Place, tuple[float, ...]] = field(default_factory=dict)
    """The heights of the connectors that come to a band."""
    aligned: frozenset[str] = frozenset()
    """Bands that stand below what they are cropped from."""
    together: frozenset[str] = frozenset()
    """Bands that stand right of the one before them."""
    names: tuple[Point, ...] = ()
    """Where the channels' names stand."""


def caption_height(reading: float) -> float:
    """Return the height of the names above slices."""
    return legible(CAPTION, reading) * CAP_HEIGHT + 10
