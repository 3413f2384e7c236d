"""Strips: rows of cells one below the other on one axis, each with its name on the left.

In one dimension what belongs together stands in one column.  `solve` finds the largest
text with which everything fits; strips whose numbers have no room show tints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor

from tcviz.errors import TooSmallError
from tcviz.picture.panels import AROUND, CELL, NOTE, NOTE_LINE, SIDE, SIZE, TITLE, note_lines
from tcviz.picture.solver import FINE, LARGER, TOO_SMALL
from tcviz.scene import Mark, Rect
from tcviz.text import LINE, legible, width
from tcviz.views.layout import Layout, Slot
from tcviz.views.look import Look
from tcviz.views.stage import Stage

GAP, WIDER = 22.0, 2.4
"""Room between strips, and how many times as much there may be."""
BESIDE = 30.0
"""Room between the names and the cells."""
WIDEST = 1.7
"""How many times as wide as high cells may be."""
BAND, HEAP = 34.0, 132.0
"""Height of one row of tints, and of several."""
EVEN = 4.0
"""Pixels of a tinted cell from which on all are made equally large."""
NAMED = 42.0
"""Room for a strip's name and size."""


@dataclass(frozen=True)
class Strip:
    """Some `rows` of cells, one for each column or, if they are fewer, for `cells` of them.

    `title` and `size` stand left of it, `note` below.  `em` is the width of its widest
    number at text size 1; text has up to so many `lines`.
    """

    key: str
    title: str
    size: str
    em: float
    rows: int = 1
    note: str = ""
    lines: int = 1
    cells: int = 0


@dataclass(frozen=True)
class Candidate:
    """One candidate: this text, these strips in tints."""

    strips: Sequence[Strip]
    columns: int
    room: Rect
    pixel: float
    reading: float
    text: float
    notes: bool = True
    heat: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> float:
        """Width of the widest name, with the room beside it."""
        return widest(self.strips, self.reading) + BESIDE

    @property
    def left(self) -> float:
        """Room for cells."""
        return self.room.w - self.names

    def narrowest(self, strip: Strip) -> float:
        """Return the least width of a strip's cells."""
        return 0.0 if strip.key in self.heat else (strip.em + SIDE) * self.text

    @cached_property
    def cell_width(self) -> float:
        """Width of all cells: as wide as there is room, but not without measure."""
        written = [s for s in self.strips if s.key not in self.heat]
        if not written:  # tiny cells need not be whole pixels, all of them together do
            edge = self.left / self.columns
            whole = self._snap(self.left) / self.columns
            return self._snap(edge) if edge >= EVEN * self.pixel else whole
        least = max(map(self.narrowest, written))
        return self._snap(min(self.left / self.columns, max(least, WIDEST * CELL * self.text)))

    def _snap(self, length: float) -> float:
        snapped = floor(length / self.pixel + 1e-6) * self.pixel
        return snapped if snapped > 0 else length

    def cell_height(self, strip: Strip) -> float:
        """Return the height of a strip's cells."""
        if strip.key in self.heat:
            return self._snap(max(BAND, HEAP * (strip.rows > 1)) / strip.rows)
        lines = (AROUND + LINE * (strip.lines - 1)) * (strip.lines > 1)
        return self._snap(max(CELL, lines) * self.text)

    def high(self, strip: Strip) -> float:
        """Return the height of a strip's cells together."""
        return strip.rows * self.cell_height(strip)

    def block(self, strip: Strip) -> float:
        """Return the height of a strip with its name beside it."""
        return max(NAMED, self.high(strip))

    def tail(self, strip: Strip) -> float:
        """Return the room for what stands below a strip: its note, the legend of its tints."""
        if not self.notes or not (strip.note or strip.key in self.heat):
            return 0.0
        notes = (strip.note,) if strip.note else ()
        panel = (strip.cells or self.columns) * self.cell_width
        count = len(note_lines(notes, panel, legible(NOTE, self.reading)))
        beyond = (self.block(strip) - self.high(strip)) / 2
        return max(0.0, NOTE_LINE * (count + (strip.key in self.heat)) + 8 - beyond)

    @property
    def height(self) -> float:
        """Height of everything, without the gaps."""
        return sum(self.block(s) + self.tail(s) for s in self.strips)

    @property
    def gaps(self) -> int:
        """How many gaps there are."""
        return len(self.strips) - 1

    @property
    def fits(self) -> bool:
        """Whether all of it has room."""
        wide = max(map(self.narrowest, self.strips)) * self.columns
        return wide <= self.left and self.height + self.gaps * GAP <= self.room.h


def solve(
    strips: Sequence[Strip], columns: int, room: Rect, look: Look, smallest: float, *,
    tints: bool = True,
) -> Layout:  # fmt: skip
    """Return where `strips` of so many `columns` stand; its rows are their middles.

    Without `tints` all strips show text, or else there is no layout.

    Raises
    ------
    TooSmallError
        If there is too little room.
    """
    for notes in (True, False):  # the smallest canvases have no room for notes
        blank = Candidate(strips, columns, room, look.pixel, look.reading, smallest, notes)
        for candidate in _heated(blank) if tints else (blank,):
            if candidate.fits:
                return _placed(_largest(candidate))
    raise TooSmallError(TOO_SMALL)


def _heated(blank: Candidate) -> Iterator[Candidate]:
    """Yield candidates with ever more tints: first what has no room at all, then the highest."""
    wide = {s.key for s in blank.strips if blank.narrowest(s) * blank.columns > blank.left}
    heat = frozenset(wide)
    rest = sorted((s for s in blank.strips if s.key not in wide), key=lambda s: -s.rows)
    yield replace(blank, heat=heat)
    for strip in rest:
        heat |= {strip.key}
        yield replace(blank, heat=heat)


def _largest(found: Candidate) -> Candidate:
    """Return the candidate with the largest text with which all fits."""
    sizes = (found.text + i * (LARGER - found.text) / FINE for i in range(FINE, 0, -1))
    grown = (replace(found, text=size) for size in sizes)
    return next((c for c in grown if c.fits), found)


def _placed(found: Candidate) -> Layout:
    """Give the room that is left to the gaps, and centre the whole."""
    room, spare = found.room, found.room.h - found.height
    gap = min(GAP * WIDER, spare / found.gaps) if found.gaps else 0.0
    y = room.y + (spare - gap * found.gaps) / 2
    wide = found.cell_width * found.columns
    x = room.x + found.names + (found.left - wide) / 2
    x = floor(x / found.pixel + 0.5) * found.pixel
    slots, middles = {}, []
    for strip in found.strips:
        high, heat = found.cell_height(strip), strip.key in found.heat
        slots[strip.key] = Slot(x, found.cell_width, high, found.text, heat)
        middles.append(y + found.block(strip) / 2)
        y += found.block(strip) + found.tail(strip) + gap
    return Layout((), slots, {}, tuple(middles), room.y, room, found.notes)


def widest(strips: Sequence[Strip], reading: float) -> float:
    """Return the width of the widest name or size."""
    title, size = legible(TITLE, reading), legible(SIZE, reading)
    return max(max(width(s.title, title, bold=True), width(s.size, size)) for s in strips)


def names(stage: Stage, strips: Sequence[Strip]) -> Iterator[Mark]:
    """Yield every strip's name and size, left of all cells."""
    x, look = stage.layout.body.x, stage.look
    first = min(slot.x for slot in stage.layout.slots.values())
    x = max(x, first - BESIDE - widest(strips, look.reading))
    for strip, middle in zip(strips, stage.layout.rows, strict=True):
        up = 10 * bool(strip.size)
        yield stage.label(f"{strip.key}.title", (x, middle - up), strip.title, TITLE,
                          ink=look.theme.ink, bold=True, anchor="left")  # fmt: skip
        if strip.size:
            yield stage.label(f"{strip.key}.size", (x, middle + up), strip.size, SIZE,
                              anchor="left")  # fmt: skip
