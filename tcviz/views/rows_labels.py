"""What stands around rows of cells and never moves: labels, signs, rulers, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tcviz.parts import Part
from tcviz.picture.panels import LEGEND, NOTE, NOTE_LINE
from tcviz.scene import Box, Heatmap, Label, Mark, Rect
from tcviz.text import width
from tcviz.views.look import Look
from tcviz.views.panel import Cells, Tints
from tcviz.views.rows_candidate import GAP, NAME, RULER, SIZE, TITLE, Row
from tcviz.views.rows_layout import RowsLayout
from tcviz.views.stage import Stage

COUNT = 12.5
"""Text size of a ruler."""
COUNTED = "element"
"""What the ruler above all rows counts."""
STRIDES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""How many cells there may be from a number of a ruler to the next."""
RING = 10.0
"""Radius of the ring of a sign."""


@dataclass(frozen=True)
class Labels:
    """Makes the still marks of a layout of rows."""

    look: Look
    layout: RowsLayout
    part: Part

    @property
    def _stage(self) -> Stage:
        return Stage(self.look, self.layout)

    def marks(self) -> Iterator[Mark]:
        """Yield labels, signs, lines, rulers, pieces' titles and the channels' names."""
        for row, channel in self.layout.found.stacked:
            yield from self._label(row, channel)
            yield from self._signs(row, channel)
            yield from self._titles(row, channel)
            yield from self._ruler(row, channel)
        yield from self._channels()

    def _middle(self, row: Row, channel: int) -> float:
        return self.layout.tops[row.key][channel] + self.layout.heights[row.key] / 2

    def _key(self, row: Row, channel: int) -> str:
        return row.key if row.shared else f"{row.key}.{channel}"

    def _label(self, row: Row, channel: int) -> Iterator[Label]:
        """Yield a row's name and size, which end where the labels end."""
        x, y, key = self.layout.labels, self._middle(row, channel), self._key(row, channel)
        if row.size:
            yield self._stage.label(f"{key}.size", (x, y), row.size, SIZE, anchor="right")
            x -= width(row.size, self.look.legible(SIZE)) + 7
        ink = self.look.theme.ink
        yield self._stage.label(f"{key}.title", (x, y), row.title, TITLE, ink=ink, bold=True,
                                anchor="right")  # fmt: skip

    def _signs(self, row: Row, channel: int) -> Iterator[Mark]:
        key, y = self._key(row, channel), self._middle(row, channel)
        if row.sign:
            yield from self._stage.sign(f"{key}.sign", self.layout.signs, y, row.sign, RING)
        if row.ruled:
            slot, n = self.layout.slots[row.key], len(self.layout.found.columns)
            top = self.layout.tops[row.key][channel] - GAP / 2
            yield Box(f"{key}.rule", Rect(slot.x - 26, top - 0.75, n * slot.cell_width + 26, 1.5),
                      fill=self.look.theme.connector)  # fmt: skip

    def _titles(self, row: Row, channel: int) -> Iterator[Mark]:
        """Yield the names of a row's pieces, and the signs before them."""
        y, found = self._middle(row, channel), self.layout.found
        for piece in row.pieces:
            x, key = self.layout.slots[piece.key].x, f"{piece.key}.{channel}"
            yield self._stage.label(f"{key}.title", (x - 10, y), piece.title, TITLE,
                                    ink=self.look.theme.ink, bold=True, anchor="right")  # fmt: skip
            if piece.sign:
                at = x - found.piece_lead(piece) + 20
                yield from self._stage.sign(f"{key}.sign", at, y, piece.sign, RING)

    def _ruler(self, row: Row, channel: int) -> Iterator[Label]:
        """Yield the numbers of a row's cells, above all rows or below this one."""
        top = row.numbered == "top"
        if not row.numbered or (top and channel):
            return
        slot, layout, name = self.layout.slots[row.key], self.layout, self._key(row, channel)
        y = layout.tops[row.key][channel] + slot.cell_height + 12
        y = layout.top + RULER / 2 - 3 if top else y
        size = self.look.legible(COUNT)
        room = slot.cell_width * row.every
        need = width(str(row.cols - 1), size) + 8
        stride = next((s for s in STRIDES if s * room >= need), row.cols)
        if top:
            yield self._stage.label(f"{name}.count", (layout.labels, y), COUNTED, COUNT,
                                    anchor="right")  # fmt: skip
        for i in range(0, row.cols, stride):
            x = slot.x + (row.start - layout.first + i * row.every + 0.5) * slot.cell_width
            yield self._stage.label(f"{name}.count.{i}", (x, y), str(i), COUNT)

    def _channels(self) -> Iterator[Label]:
        if self.part.channels == 1:
            return
        for c, y in enumerate(self.layout.rows):
            number, left = self.part.first + c, self.layout.labels - self.layout.found.labels
            ink, words = self.look.theme.channel(number).line, self.part.names.summed
            yield self._stage.label(f"channel.{number}", (left, y), f"{words} {number}", NAME,
                                    ink=ink, bold=True, anchor="left")  # fmt: skip

    def notes(
        self, panels: Mapping[str, Cells], said: Mapping[str, tuple[str, ...]]
    ) -> Iterator[Mark]:
        """Yield the notes right of the rows, and the legends of those that show tints.

        They stand beside the first channel's rows, below its pieces, and above each other
        where there are many.
        """
        rows = [replace(row, notes=said.get(row.key, row.notes)) for row in self.layout.found.rows]
        noted = [row for row in rows if self.layout.found.note_height(row)]
        for row, top in zip(noted, self._tops(noted), strict=True):
            yield from self._block(row, panels.get(row.key), top + NOTE_LINE / 2)

    def _tops(self, rows: Sequence[Row]) -> list[float]:
        """Return where the notes of rows begin: beside them, unless others are in the way."""
        highs = [self.layout.found.note_height(row) for row in rows]
        tops, least = [], self.layout.body.y
        for row, high in zip(rows, highs, strict=True):
            tops.append(max(least, self._pieced(row), self._middle(row, 0) - high / 2))
            least = tops[-1] + high
        floor = self.layout.body.bottom
        for i in reversed(range(len(rows))):
            tops[i] = min(tops[i], floor - highs[i])
            floor = tops[i]
        return tops

    def _pieced(self, row: Row) -> float:
        """Return below which height notes of this row are free of the pieces above."""
        found = self.layout.found
        channel = found.channels - 1 if row.shared else 0
        ends = (
            self._middle(other, channel) + self.layout.heights[other.key] / 2 + 7
            for other in found.rows
            if other.pieces and other.cols
        )
        return max(ends, default=0.0)

    def _block(self, row: Row, panel: Cells | None, y: float) -> Iterator[Mark]:
        x, key = self.layout.side, row.key
        if isinstance(panel, Tints) and self.layout.found.legend(row):
            heat = Heatmap(f"{key}.legend", Rect(x, y - 4, LEGEND, 8), 1, len(panel.tints),
                           panel.tints, bytes(range(len(panel.tints))))  # fmt: skip
            yield heat
            yield self._stage.label(f"{key}.legend.end", (x + LEGEND + 6, y), panel.end, NOTE,
                                    anchor="left")  # fmt: skip
            y += NOTE_LINE
        for i, line in enumerate(self.layout.found.note_lines(row)):
            at = x, y + NOTE_LINE * i
            yield self._stage.label(f"{key}.note.{i}", at, line, NOTE, anchor="left")
