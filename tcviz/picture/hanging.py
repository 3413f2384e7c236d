"""What hangs below a panel: in the room that others beside it leave there."""

from __future__ import annotations

from tcviz.picture.nodes import Below, Placing
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Rect


@frozen
class Hanging(Below):
    """Nodes below each other, the first at the top of the room, level with its neighbours."""

    def place(self, box: Rect, into: Placing) -> None:
        """Share out the room that is left between and below."""
        sizes = [item.size(into.scale) for item in self.items]
        spare = (box.h - self.size(into.scale)[1]) / len(self.items)
        y = box.y
        for item, (_, high), gap in zip(self.items, sizes, (*self.gaps, 0.0), strict=True):
            item.place(Rect(box.x, y, box.w, high), into)
            y += high + gap + spare
