"""What stands around strips of cells and never moves: names, signs, rulers, notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from tcviz.boards.panel import Cells
from tcviz.boards.stage import Stage, counted
from tcviz.layer.parts import Part
from tcviz.look.look import Look
from tcviz.picture.layout import Layout, Place
from tcviz.picture.measured import (
    COUNT,
    NAME,
    PIECED,
    SIZE,
    TITLE,
    WORD,
    broken,
    legend_room,
    note_pitch,
    notes_width,
)
from tcviz.picture.panels import NOTE
from tcviz.picture.strips import Columns, Strip
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Box, Label, Mark, Point, Rect, part_key
from tcviz.scene.text import width

COUNT_APART = 8.0
"""Room between two numbers of a ruler."""
RING = 10.0
"""Radius of the ring of a sign."""
RULE = 26.0
"""How far a line above a strip reaches out to the left of it."""
APART = 14.0
"""Room between a legend and the notes after it."""
LINES = 10.0
"""How far the lines of a name are from the middle of two."""


@frozen
class Labels:
    """Makes the still marks of a layout of strips."""

    look: Look
    layout: Layout
    part: Part

    @property
    def _stage(self) -> Stage:
        return Stage(self.look, self.layout)

    @property
    def _columns(self) -> Columns:
        return cast(Columns, self.layout.columns)

    def marks(self) -> Iterator[Mark]:
        """Yield names, signs, lines, rulers, and the channels' names."""
        for strip in self._columns.strips:
            for channel in range(self.layout.drawn):
                yield from self._around(strip, channel)
        for channel in range(self.layout.drawn):
            yield from self._channel(channel)

    def of_lenses(self) -> Iterator[Mark]:
        """Yield what is around strips that only enlarge cells of others."""
        for strip in self._columns.strips:
            pieces = strip.pieces if not strip.cols else ()
            if pieces and all(piece.enlarges for piece in pieces):
                for channel in range(self.layout.drawn):
                    yield from self._around(strip, channel)

    def _around(self, strip: Strip, channel: int) -> Iterator[Mark]:
        """Yield what is around a strip of a channel and its pieces; what is shared has no more."""
        name = strip.key if strip.shared else f"{strip.key}.{channel}"
        yield from self._name(strip, (strip.key, channel), name)
        yield from self._sign((strip.key, channel), name, strip.sign)
        yield from self._rule(strip, channel, name)
        yield from self._ruler(strip, channel, name)
        for piece in strip.pieces:
            place, title = (piece.key, channel), f"{piece.key}.{channel}"
            yield from self._name(replace(piece, size=""), place, title)
            yield from self._sign(place, title, piece.sign)

    def _name(self, strip: Strip, place: Place, name: str) -> Iterator[Label]:
        """Yield a strip's title and its size, right of it or below it."""
        if place not in self.layout.headings or not strip.title:
            return
        x, y = self.layout.headings[place]
        ink, aside = self.look.theme.ink, width(strip.title, self.look.legible(TITLE), bold=True)
        below = self._columns.labels == "tall"
        up = LINES * below * bool(strip.size)
        yield self._stage.label(f"{name}.title", (x, y - up), strip.title, TITLE, ink=ink,
                                bold=True, anchor="left")  # fmt: skip
        if strip.size:
            at = (x, y + up) if below else (x + aside + WORD, y)
            yield self._stage.label(f"{name}.size", at, strip.size, SIZE, anchor="left")

    def _sign(self, place: Place, name: str, sign: str) -> Iterator[Mark]:
        if place in self.layout.signs:
            yield from self._stage.sign(f"{name}.sign", *self.layout.signs[place], sign, RING)

    def _rule(self, strip: Strip, channel: int, name: str) -> Iterator[Mark]:
        place, columns = (f"{strip.key}.rule", channel), self._columns
        if place in self.layout.headings:
            x, y = self.layout.headings[place]
            line = Rect(x - RULE, y - 0.75, columns.count * columns.width + RULE, 1.5)
            yield Box(f"{name}.rule", line, fill=self.look.theme.connector)

    def _ruler(self, strip: Strip, channel: int, name: str) -> Iterator[Label]:
        """Yield the numbers of a strip's cells, above or below it."""
        place, columns = (f"{strip.key}.count", channel), self._columns
        if place not in self.layout.headings:
            return
        left, y = self.layout.headings[place]
        every = columns.width * strip.every
        need = width(str(strip.cols - 1), self.look.legible(COUNT)) + COUNT_APART
        for i in counted(strip.cols, need / every):
            at = left + i * every, y
            yield self._stage.label(part_key(name, f"column.{i}"), at, str(i), COUNT)

    def _channel(self, channel: int) -> Iterator[Label]:
        if ("channel", channel) in self.layout.headings:
            number, at = self.part.first + channel, self.layout.headings["channel", channel]
            ink, words = self.look.theme.channel(number).line, self.part.names.summed
            yield self._stage.label(f"channel.{number}", at, f"{words} {number}", NAME, ink=ink,
                                    bold=True, anchor="left")  # fmt: skip

    # Notes.

    def notes(
        self, panels: Mapping[str, Cells], said: Mapping[str, tuple[str, ...]],
        spare: Collection[str] = (),
    ) -> Iterator[Mark]:  # fmt: skip
        """Yield the notes of strips, and the legends of those that show tints.

        Those of `spare` ones may be left out.

        They stand after names above strips, below strips with names of two lines, or else right
        of the first channel's, below pieces there, and above each other where there are many.
        """
        said = said if self.layout.notes else dict.fromkeys(said, ())
        strips = [replace(s, notes=said.get(s.key, s.notes)) for s in self._columns.strips]
        if self._columns.labels != "beside":
            for strip in strips:
                x, y = self.layout.headings[f"{strip.key}.note", 0]
                yield from self._block(strip, panels.get(strip.key), (x, y))
            return
        told = (strip for strip in strips if strip.notes or strip.key in panels)
        noted = [strip for strip in told if self._high(strip)]
        if self._pushed(noted):  # what a step reads and makes is scaled where there is room
            noted = [strip for strip in noted if strip.notes or strip.key not in spare]
        for strip, top in zip(noted, self._tops(noted), strict=True):
            at = self._columns.side, top + self._pitch / 2
            yield from self._block(strip, panels.get(strip.key), at)

    @property
    def _pitch(self) -> float:
        return note_pitch(self.look.reading)

    def _room(self, x: float) -> float:
        """Return the width of notes that begin at x."""
        if self._columns.labels == "beside":
            return notes_width(self.look.reading)
        return self._columns.right - x

    def _lines(self, strip: Strip, x: float) -> list[str]:
        room = self._room(x) - self._beside(strip)
        return broken(strip.notes, self.look.legible(NOTE), room)

    def _beside(self, strip: Strip) -> float:
        """Return the room of a legend that notes stand beside."""
        beside = self._columns.labels == "tall" and self._legend(strip)
        return legend_room(self.look.reading) if beside else 0.0

    def _legend(self, strip: Strip) -> bool:
        spot = self.layout.spots.get((strip.key, 0)) if self.layout.scales else None
        return spot is not None and (spot.heat or strip.tinted)

    def _high(self, strip: Strip) -> float:
        return self._pitch * (len(self._lines(strip, self._columns.side)) + self._legend(strip))

    def _pushed(self, strips: Sequence[Strip]) -> bool:
        """Return whether others push the notes of any strip to below it."""
        spots = [self.layout.spots.get((strip.key, 0)) for strip in strips]
        placed = zip(spots, self._tops(strips), strict=True)
        return any(spot and top > spot.y + spot.cell_height for spot, top in placed)

    def _tops(self, strips: Sequence[Strip]) -> list[float]:
        """Return where the notes of strips begin: beside them, unless others are in the way."""
        highs, tops, least = [*map(self._high, strips)], [], self.layout.body.y
        for strip, high in zip(strips, highs, strict=True):
            middle = self.layout.headings[strip.key, 0][1]
            tops.append(max(least, self._pieced(strip), middle - high / 2))
            least = tops[-1] + high
        floor = self.layout.bottom
        for i in reversed(range(len(strips))):
            tops[i] = min(tops[i], floor - highs[i])
            floor = tops[i]
        return tops

    def _pieced(self, strip: Strip) -> float:
        """Return below which height notes of this strip are free of the pieces above."""
        channel = self.layout.drawn - 1 if strip.shared else 0
        spots = [self.layout.spots[piece.key, channel] for other in self._columns.strips
                 if other.cols for piece in other.pieces]  # fmt: skip
        return max((spot.y + spot.cell_height + PIECED for spot in spots), default=0.0)

    def _block(self, strip: Strip, panel: Cells | None, at: Point) -> Iterator[Mark]:
        (x, y), key, lines = at, strip.key, self._lines(strip, at[0])
        if panel and panel.tints and self._legend(strip):
            beside = self._beside(strip) > 0
            room = legend_room(self.look.reading) - APART if beside else self._room(x)
            room = min(room, self.layout.body.right - x)  # without notes there may be less
            yield from self._stage.legend(panel, x, y, room, key)
            x += (self._stage.legend_width(panel, room) + APART) * beside
            y += self._pitch * (not beside)
        for i, line in enumerate(lines):
            at = x, y + self._pitch * i
            yield self._stage.label(f"{key}.note.{i}", at, line, NOTE, anchor="left")
