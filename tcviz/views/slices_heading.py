"""What names a band of slices: its title, its size, its notes and the legend of its tints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tcviz import text
from tcviz.picture.panels import NOTE, SIZE, TITLE
from tcviz.scene import Anchor, Heatmap, Label, Mark, Point, Rect
from tcviz.views.panel import Tints
from tcviz.views.slices_band import LEGEND, NOTE_GAP, WORD_GAP, Band
from tcviz.views.slices_panel import Slices
from tcviz.views.stage import Stage

LEGEND_GAP, BAR = 6.0, 8.0
"""Room between a legend's bar and its number, and how high the bar is."""


@dataclass(frozen=True)
class Heading:
    """A band's heading in the room that the layout left for it."""

    stage: Stage
    key: str
    band: Band
    rect: Rect
    foot: Rect | None
    panel: Slices

    def beside(self) -> Iterator[Mark]:
        """Yield title, size, legend and notes below each other, in the middle of the height."""
        rect, title, size = self.rect, self._legible(TITLE), self._legible(SIZE)
        note = 1.4 * self._legible(NOTE)
        lines = self._wrapped(rect.w)
        high = title + 1.4 * size + note * (len(lines) + self._heat)
        y = rect.y + (rect.h - high) / 2 + title / 2
        yield self._title((rect.x, y))
        y += title / 2 + 0.7 * size
        yield self._size((rect.x, y))
        y += 0.7 * size + note / 2
        if self._heat:
            yield from self._legend((rect.x, y))
            y += note
        for i, line in enumerate(lines):
            yield self._note(i, (rect.x, y + i * note), line)

    def inline(self) -> Iterator[Mark]:
        """Yield title, size, legend and notes after each other."""
        x, y = self.rect.x, self.rect.y + 0.7 * self._legible(TITLE)
        yield self._title((x, y))
        x += text.width(self.band.title, self._legible(TITLE), bold=True) + WORD_GAP
        yield self._size((x, y))
        x += text.width(self.band.size, self._legible(SIZE)) + 2 * WORD_GAP
        if self._heat:
            yield from self._legend((x, y))
            x += self._legend_width + 2 * WORD_GAP
        if self.band.notes and not self.foot:
            yield self._note(0, (x, y), "; ".join(self.band.notes))
        yield from self._below()

    def above(self) -> Iterator[Mark]:
        """Yield title and, below it, size and legend, in the middle of the width."""
        rect, title, size = self.rect, self._legible(TITLE), self._legible(SIZE)
        x, y = rect.center[0], rect.y + 0.7 * title
        yield self._title((x, y), "center")
        y += 0.7 * title + 0.6 * size
        if not self._heat:
            yield self._size((x, y), "center")
            yield from self._below()
            return
        wide = text.width(self.band.size, size) + WORD_GAP
        left = x - (wide + self._legend_width) / 2
        yield self._size((left, y))
        yield from self._legend((left + wide, y))
        yield from self._below()

    def _below(self) -> Iterator[Mark]:
        """Yield the notes below slices that stand beside others."""
        if self.foot is None:
            return
        foot, pitch = self.foot, 1.4 * self._legible(NOTE)
        for i, line in enumerate(self._wrapped(foot.w)):
            yield self._note(i, (foot.x, foot.y + NOTE_GAP + (i + 0.5) * pitch), line)

    @property
    def _heat(self) -> bool:
        return isinstance(self.panel.panels[0], Tints)

    @property
    def _legend_width(self) -> float:
        return LEGEND + LEGEND_GAP + text.width(self._end, self._legible(NOTE))

    @property
    def _end(self) -> str:
        """The number that the ends of the legend stand for."""
        first = self.panel.panels[0]
        return first.end if isinstance(first, Tints) else ""

    def _legend(self, at: Point) -> Iterator[Mark]:
        """Yield a bar of all tints from `at` to the right, and the number of its ends."""
        first = self.panel.panels[0]
        if not isinstance(first, Tints) or not first.tints:
            return
        count, (x, y) = len(first.tints), at
        rect = Rect(x, y - BAR / 2, LEGEND, BAR)
        yield Heatmap(f"{self.key}.legend", rect, 1, count, first.tints, bytes(range(count)))
        end = x + LEGEND + LEGEND_GAP, y
        yield self.stage.label(f"{self.key}.end", end, self._end, NOTE, anchor="left")

    def _wrapped(self, room: float) -> list[str]:
        size = self._legible(NOTE)
        return [line for note in self.band.notes for line in text.wrap(note, size, room)]

    def _legible(self, size: float) -> float:
        return self.stage.look.legible(size)

    def _title(self, at: Point, anchor: Anchor = "left") -> Label:
        ink, words = self.stage.look.theme.ink, self.band.title
        return self.stage.label(f"{self.key}.title", at, words, TITLE, ink=ink, bold=True,
                                anchor=anchor)  # fmt: skip

    def _size(self, at: Point, anchor: Anchor = "left") -> Label:
        return self.stage.label(f"{self.key}.size", at, self.band.size, SIZE, anchor=anchor)

    def _note(self, number: int, at: Point, words: str) -> Label:
        return self.stage.label(f"{self.key}.note.{number}", at, words, NOTE, anchor="left")
