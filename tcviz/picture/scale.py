"""How large things are: one candidate of the solver."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor

from tcviz.picture.panels import CHANNEL, NOTE, NOTE_LINE, Panel, heading, note_least, note_lines
from tcviz.text import legible, width


@dataclass(frozen=True)
class Scale:
    """Text sizes and tints, from which every panel's size follows.

    `text` is that of operands and `result` that of results; the panels whose keys are in `heat`
    show tints in cells with edges of that length.  `pixel` is a pixel of the picture, and `reading`
    the one by which headings and notes are kept legible.  Without `notes` none are written.
    """

    pixel: float
    reading: float
    text: float = 0.0
    result: float = 0.0
    heat: frozenset[str] = frozenset()
    edge: float = 0.0
    notes: bool = True
    _cells: dict[str, tuple[float, float]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def text_of(self, panel: Panel) -> float:
        """Return the size of a panel's text."""
        return self.result if panel.result else self.text

    def cell(self, panel: Panel) -> tuple[float, float]:
        """Return width and height of a panel's cells, in whole pixels."""
        found = self._cells.get(panel.key)
        if found is None:
            found = self._cells[panel.key] = self._cell(panel)
        return found

    def _cell(self, panel: Panel) -> tuple[float, float]:
        if panel.key in self.heat:
            return (self._snap(self.edge) if self.edge >= self.pixel else self.edge,) * 2
        wide, high = panel.least(self.text_of(panel))
        return self._snap(wide), self._snap(high)

    def _snap(self, length: float) -> float:
        return floor(length / self.pixel + 1e-6) * self.pixel

    def grid(self, panel: Panel) -> tuple[float, float]:
        """Return width and height of a panel's cells together, of all that are stacked."""
        wide, high = self.cell(panel)
        return panel.cols * wide, panel.height(high)

    def wide(self, panel: Panel) -> float:
        """Return the width of a panel: its cells', its heading's, or what its notes need."""
        across = self.grid(panel)[0]
        least = note_least(legible(NOTE, self.reading)) if self._noted(panel) else 0.0
        name = (
            width(panel.named, legible(CHANNEL, self.reading), bold=True) + 6 if panel.named else 0
        )
        # A name begins where the cells do, which are in the middle of this room.
        return max(across, 2 * name - across, heading(panel, self.reading), least)

    def tail(self, panel: Panel) -> float:
        """Return the height of what stands below a panel: its notes, and the scale of its tints."""
        if not self._noted(panel):
            return 0.0
        size = legible(NOTE, self.reading)
        count = len(note_lines(panel.notes, self.grid(panel)[0], size)) + (panel.key in self.heat)
        return NOTE_LINE * count + 8

    def _noted(self, panel: Panel) -> bool:
        return self.notes and (bool(panel.notes) or panel.key in self.heat)
