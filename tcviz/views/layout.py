"""Where strips stand: their layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tcviz.picture.panels import Panel
from tcviz.scene.marks import Rect


@dataclass(frozen=True)
class Slot:
    """What a column got: its left edge, its cells, and whether they show tints."""

    x: float
    cell_width: float
    cell_height: float
    text: float
    heat: bool


@dataclass(frozen=True)
class Layout:
    """A slot per column and the middle of the gutter to its left, the middle of each row."""

    columns: Sequence[Panel]
    slots: Mapping[str, Slot]
    gutters: Mapping[str, float]
    rows: tuple[float, ...]
    top: float
    body: Rect
    notes: bool

    @property
    def heat(self) -> int:
        """How many columns show tints."""
        return sum(slot.heat for slot in self.slots.values())

    @property
    def drawn(self) -> int:
        """How many channels are drawn."""
        return len(self.rows)

    @property
    def text(self) -> float:
        """The size of its numbers."""
        return next(iter(self.slots.values())).text
