"""One tensor as depth slices: a panel per slice, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from tcviz.scene import Mark, Rect
from tcviz.views.panel import Cells, Roles, Values


class Slices(Cells):
    """Draws arrays of shape ``(slices, rows, cols)``; its `panels` draw a slice each."""

    def __init__(self, panels: Sequence[Cells]) -> None:
        self.panels = tuple(panels)
        self.grid = self.panels[0].grid

    @property
    def rect(self) -> Rect:
        """The box around all slices."""
        boxes = [panel.rect for panel in self.panels]
        x, y = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        return Rect(x, y, right - x, bottom - y)

    def draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        """Return the marks of all slices."""
        slices = zip(self.panels, values, roles.reshape(values.shape), strict=True)
        return tuple(mark for panel, v, r in slices for mark in panel.draw(v, r))
