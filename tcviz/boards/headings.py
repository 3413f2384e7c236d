"""What names a panel: its title and its size, the legend of its tints, its notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tcviz.boards.panel import Cells
from tcviz.boards.stage import Stage
from tcviz.picture.panels import (
    NOTE,
    SIGNED,
    SIZE,
    TITLE,
    WIDEST_END,
    WORD_GAP,
    Panel,
    legend_width,
)
from tcviz.scene import text
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Anchor, Label, Mark, Point, Rect


@frozen
class Heading:
    """A heading of depth slices: marks called `key`, in the room that the layout left for it."""

    stage: Stage
    key: str
    panel: Panel
    cells: Cells

    def above(self, at: Point) -> Iterator[Mark]:
        """Yield title and, below it, size and legend, around the middle of their foot."""
        x, foot = at
        yield self._title((x, foot - 38), "center")
        if not self.cells.tints:
            yield self._size((x, foot - 18), "center")
            return
        wide = text.width(self.panel.size, self._legible(SIZE)) + WORD_GAP
        left = x - (wide + self._legend_width) / 2
        yield self._size((left, foot - 18))
        yield from self.stage.legend(self.cells, left + wide, foot - 18, self._legend_room)

    def inline(self, at: Point, notes: Sequence[str]) -> Iterator[Mark]:
        """Yield title, size, legend and notes after each other, from their left foot on."""
        x, y = at[0], at[1] - 0.7 * self._legible(TITLE)
        yield self._title((x, y))
        x += text.width(self.panel.title, self._legible(TITLE), bold=True) + WORD_GAP
        yield self._size((x, y))
        x += text.width(self.panel.size, self._legible(SIZE)) + 2 * WORD_GAP
        if self.cells.tints:
            yield from self.stage.legend(self.cells, x, y, self._legend_room)
            x += self._legend_width + 2 * WORD_GAP
        if notes:
            yield self._note(0, (x, y), "; ".join(notes))

    def beside(self, rect: Rect, notes: Sequence[str]) -> Iterator[Mark]:
        """Yield title, size, legend and notes below each other, in the middle of the height."""
        title, size, note = map(self._legible, (TITLE, SIZE, NOTE))
        lines = [line for words in notes for line in text.wrap(words, note, rect.w)]
        high = title + 1.4 * size + 1.4 * note * (len(lines) + bool(self.cells.tints))
        y = rect.y + (rect.h - high) / 2 + title / 2
        yield self._title((rect.x + SIGNED * bool(self.panel.sign), y))
        y += title / 2 + 0.7 * size
        yield self._size((rect.x, y))
        y += 0.7 * (size + note)
        if self.cells.tints:
            yield from self.stage.legend(self.cells, rect.x, y, rect.w)
            y += 1.4 * note
        for i, line in enumerate(lines):
            yield self._note(i, (rect.x, y + 1.4 * note * i), line)

    @property
    def _legend_width(self) -> float:
        return self.stage.legend_width(self.cells, self._legend_room)

    @property
    def _legend_room(self) -> float:
        return legend_width(WIDEST_END, self.stage.look.reading)

    def _legible(self, size: float) -> float:
        return self.stage.look.legible(size)

    def _title(self, at: Point, anchor: Anchor = "left") -> Label:
        ink, words = self.stage.look.theme.ink, self.panel.title
        return self.stage.label(f"{self.key}.title", at, words, TITLE, ink=ink, bold=True,
                                anchor=anchor)  # fmt: skip

    def _size(self, at: Point, anchor: Anchor = "left") -> Label:
        return self.stage.label(f"{self.key}.size", at, self.panel.size, SIZE, anchor=anchor)

    def _note(self, number: int, at: Point, words: str) -> Label:
        return self.stage.label(f"{self.key}.note.{number}", at, words, NOTE, anchor="left")
