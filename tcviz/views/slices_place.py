"""Gives the bands of a candidate their places, and what room is left to the gaps between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tcviz.scene import Point, Rect
from tcviz.views.slices_band import (
    HEAD,
    LABEL_GAP,
    LINE_GAP,
    NAME,
    SLICE_GAP,
    WRAP_GAP,
    Band,
    Line,
    Place,
    SlicesLayout,
)
from tcviz.views.slices_candidate import Candidate

WIDER, FARTHER = 1.8, 26.0
"""How many times wider gaps in a line may get, and how much those between lines."""


def place(found: Candidate) -> SlicesLayout:
    """Return the layout of a candidate that fits, in the middle of its room."""
    placing, lines = _Placing(found), found.drawn
    spare = found.room.h - found.high
    more = min(spare / (len(lines) + 1), FARTHER)
    y = found.room.y + (spare - more * (len(lines) - 1)) / 2
    for (line, channel), height in zip(lines, found.heights(), strict=True):
        placing.line(line, channel, y)
        y += height + LINE_GAP + more
    return placing.layout()


@dataclass
class _Placing:
    """Places lines one by one, from the top."""

    found: Candidate
    slices: dict[Place, tuple[Point, ...]] = field(default_factory=dict)
    headings: dict[Place, Rect] = field(default_factory=dict)
    feet: dict[Place, Rect] = field(default_factory=dict)
    lanes: dict[Place, tuple[float, ...]] = field(default_factory=dict)
    gutters: dict[str, float] = field(default_factory=dict)
    rows: list[float] = field(default_factory=list)
    names: list[Point] = field(default_factory=list)

    def line(self, line: Line, channel: int, top: float) -> None:
        """Place a line of bands, with their headings, from `top` on."""
        found, slices = self.found, top + self.found.above(line, channel)
        if line is found.drawn[0][0]:
            self.rows.append(slices + found.below(line) / 2)
            self.names.append((found.room.x, top + 0.6 * found.legible(NAME)))
        if len(line) > 1:
            self._together(line, channel, slices)
        else:
            self._alone(line, channel, slices)

    def _together(self, line: Line, channel: int, top: float) -> None:
        """Place bands beside each other, in the middle of the line's height."""
        found, wider = self.found, self._wider(line)
        x, edge = self._begin([line]), 0.0
        for band in line:
            x += band.gap * wider * (band is not line[0])
            slices = found.wide(band) + (band.slices - 1) * SLICE_GAP * (wider - 1)
            wide = max(slices, found.column(band))
            left = x + (wide - slices) / 2
            self._row(band, channel, left, wider, top, found.grids(line))
            self._words(line, band, channel, Rect(left, top, slices, found.grids(line)))
            self.gutters[band.key] = (edge + left) / 2
            x, edge = x + wide, self._edge(band, channel)

    def _row(self, band: Band, channel: int, left: float, wider: float, top: float,
             high: float) -> None:  # fmt: skip
        """Place the slices of a band in one row, in the middle of that height."""
        found, caption = self.found, self.found.caption
        y = top + caption + (high - caption - band.shape[1] * found.cell(band).cell_height) / 2
        pitch = found.slice(band) + SLICE_GAP * wider
        points = ((left + i * pitch, y) for i in range(band.slices))
        self.slices[band.key, channel] = self._snapped(points)

    def _words(self, line: Line, band: Band, channel: int, box: Rect) -> None:
        """Place what is written above a band beside others, and below it."""
        found, key = self.found, (band.key, channel)
        if not channel:
            high = found.titled(line)
            self.headings[key] = Rect(box.x, box.y - high, box.w, high)
        self.feet[key] = Rect(box.x, box.bottom, max(box.w, found.column(band)), found.footed(band))

    def _edge(self, band: Band, channel: int) -> float:
        """Return the right edge of a band's last slice."""
        last = self.slices[band.key, channel][-1]
        return last[0] + band.shape[2] * self.found.cell(band).cell_width

    def _alone(self, line: Line, channel: int, top: float) -> None:
        """Place a band by itself, with its heading and the room for connectors above."""
        found, (band,) = self.found, line
        left, high = self._left(line), found.below(line)
        self.slices[band.key, channel] = self._snapped(self._points(line, left, top))
        if found.aside:
            beside = Rect(left, top, found.label - LABEL_GAP, high)
            self.headings[band.key, channel] = beside
        else:
            title, words = found.titled(line), found.heading(band, inline=True) + found.noting(band)
            first = min(self.slices[band.key, channel][0][0], found.room.right - words)
            self.headings[band.key, channel] = Rect(first, top - title, words, title)
        if band.key in found.fed:
            self.lanes[band.key, channel] = self._parted(top - found.lane(line), top - HEAD, band)

    def _left(self, line: Line) -> float:
        """Return where a band by itself begins; with labels to the left all begin there."""
        alone = [other for other in self.found.lines if len(other) == 1]
        return self._begin(alone if self.found.aside else [line])

    def _points(self, line: Line, left: float, top: float) -> Iterable[Point]:
        """Yield the corners of the slices of a band by itself, which may be in several rows."""
        found, (band,) = self.found, line
        pitch, across = found.caption + found.cell(band).cell_height * band.shape[1], 1
        if band.key not in found.aligned:
            across = found.wraps(line)
        parts = 1 if band.key in found.aligned else -(-band.slices // across)
        high = parts * (pitch + WRAP_GAP) - WRAP_GAP
        y = top + (found.below(line) - high) / 2 + found.caption
        if band.key in found.aligned:
            return self._cropped(band, y)
        left += found.label if found.aside else 0.0
        step = found.slice(band) + SLICE_GAP * self._wider(line)
        return (
            (left + i % across * step, y + i // across * (pitch + WRAP_GAP))
            for i in range(band.slices)
        )

    def _cropped(self, band: Band, y: float) -> Iterable[Point]:
        """Yield corners straight below the cells that are cropped."""
        whole = self.slices[band.under, self.found.channels - 1]
        shift = band.corner[2] * self.found.cell(band).cell_width
        return ((x + shift, y) for x, _ in whole[band.corner[0] :][: band.slices])

    @staticmethod
    def _parted(top: float, bottom: float, band: Band) -> tuple[float, ...]:
        """Return the heights of the lanes of connectors."""
        pitch = (bottom - top) / (band.lanes + 1)
        return tuple(top + (i + 1) * pitch for i in range(band.lanes))

    def _snapped(self, points: Iterable[Point]) -> tuple[Point, ...]:
        pixel = self.found.pixel
        return tuple((round(x / pixel) * pixel, round(y / pixel) * pixel) for x, y in points)

    def _begin(self, lines: Sequence[Line]) -> float:
        """Return the left edge of lines that begin alike, in the middle of the room."""
        room = self.found.room
        return room.x + max(0.0, room.w - max(map(self._width, lines))) / 2

    def _width(self, line: Line) -> float:
        """Return the width of a line, or of its longest row, with its wider gaps."""
        return self.found.used(line) + self.found.gaps(line) * (self._wider(line) - 1)

    def _wider(self, line: Line) -> float:
        """Return how many times wider the gaps of a line get for the room that is left."""
        gaps = self.found.gaps(line)
        spare = self.found.room.w - self.found.used(line)
        return 1 + min(WIDER - 1, spare / gaps) if gaps else 1.0

    def layout(self) -> SlicesLayout:
        """Return where everything was placed."""
        found = self.found
        bands = tuple(band for line in found.lines for band in line)
        alone = frozenset(line[0].key for line in found.lines if len(line) == 1)
        slots = {
            band.key: replace(found.cell(band), x=self.slices[band.key, 0][0][0]) for band in bands
        }
        return SlicesLayout(
            (), slots, self.gutters, tuple(self.rows), found.room.y, found.room, found.notes,
            bands=bands,
            slices=self.slices,
            headings=self.headings,
            feet=self.feet,
            beside=alone if found.aside else frozenset(),
            inline=frozenset(b.key for line in found.lines if found.inlined(line) for b in line),
            lanes=self.lanes,
            aligned=found.aligned,
            together=frozenset(band.key for line in found.lines for band in line[1:]),
            names=tuple(self.names) if found.named else (),
        )  # fmt: skip
