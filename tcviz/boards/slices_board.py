"""The board of pictures in three dimensions: depth slices, their names, and the signs between."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from tcviz.boards.headings import Heading
from tcviz.boards.linked_slices import SIGN, LinkedSlices
from tcviz.boards.panel import Grid
from tcviz.boards.shown import Shown, Window, beheld
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.depth import CAPTION, TAPS, caption_height
from tcviz.picture.fitting import Room
from tcviz.picture.layout import Place
from tcviz.picture.links import BARE
from tcviz.picture.panels import TITLE, Panel
from tcviz.picture.slices import sliced
from tcviz.scene import text
from tcviz.scene.marks import Label, Mark

Span: TypeAlias = tuple[range, range]
"""Rows and columns of a slice."""

THIN = 2.0
"""The width of frames where nothing happens, which cover those of what is kept."""


class SlicesBoard(LinkedSlices):
    """A board on which each panel shows depth slices."""

    def _options(self, panels: Sequence[Panel], drawn: int, room: Room) -> Iterator[Arrangement]:
        small = self.look.legible(TITLE) > TITLE
        return sliced(panels, drawn, room.body.w, small=small)

    def _named(self) -> Iterator[Mark]:
        """Yield headings with notes and legends, and the channels' names."""
        for place in self._places():
            yield from self._heading(place)
        yield from self._channels()
        yield from self._lenses()

    def _heading(self, place: Place) -> Iterator[Mark]:
        """Yield what names a panel: its notes are below it if it stands beside others."""
        (key, channel), layout = place, self.layout
        cells = self.cells[key][channel]
        panel = layout.panel(key)
        notes = self.notes.get(key, ()) if layout.notes else self._unsaid(key)
        name = f"{key}.{channel}" if channel else key
        heading = Heading(self.stage, name, panel, cells)
        if place in layout.asides:
            yield from heading.beside(layout.asides[place], notes)
            return
        if place in layout.inline:
            yield from heading.inline(layout.inline[place], notes if self._is_alone(place) else ())
        elif place in layout.headings:
            yield from heading.above(layout.headings[place])
        if not self._is_alone(place):
            yield from self.stage.notes(cells, notes)

    def _unsaid(self, key: str) -> tuple[str, ...]:
        """Return what is added to the output, where neither notes nor a trunk to it say so."""
        added = self.furniture.added if key == "output" and self.drawn > 1 else ""
        return (f"Σ, then {added}",) if added and not self.layout.trunk else ()

    def _is_alone(self, place: Place) -> bool:
        places = (other for other in self._places() if not self._of(other[0]).enlarges)
        others = (other for other in places if other != place)
        return not any(self.stage.on_one_line(place, other) for other in others)

    def _signs(self) -> Iterator[Mark]:
        """Yield the signs between panels; before one that begins a line it is by its heading."""
        for panel in self.layout.panels:
            for c in range(self.drawn if panel.sign else 0):
                yield from self.stage.operator(panel.key, 0.0, panel.sign, c)
        added = self.layout.panel("output").depth.after if self.has("output") else ""
        if added and self.tensors[added].hue == "step":  # each of other slices has a place to go to
            for c in range(self.drawn):
                yield from self._pluses(added, c)

    def _pluses(self, key: str, c: int) -> Iterator[Mark]:
        """Yield a plus between slices beside each other that are summed, where it has room."""
        wide = text.width("+", self.look.legible(SIGN)) + 2 * BARE
        for d, (a, b) in enumerate(pairwise(panel.rect for panel in self.panels(key, c)), 1):
            if a.y == b.y and b.x - a.right >= wide:
                at = (a.right + b.x) / 2, a.center[1]
                yield self.stage.label(f"{key}.{c}.d{d}.sign", at, "+", SIGN)

    def _grids(self, key: str, c: int, window: Window) -> Sequence[Grid]:
        """Return the grids of the slices in which cells are."""
        deep = window[0]
        return [panel.grid for panel in self.panels(key, c)[deep[0] : deep[-1] + 1]]

    def _framed(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield the names of a panel's slices and frames around what is lit: of those names glow.

        Frames of taps that add nothing are thin.
        """
        panel, taps = self.layout.panel(key), shown.taps
        spans = self._spans(panel, shown)
        dark = {*spans} - {*taps.met} if taps and key == taps.on else set()
        glowing = {spans[k][0] for k in spans.keys() - dark}
        if taps and self._is_other(panel):
            spans, glowing = {}, {panel.slices - 1 - d for d in glowing}
        if panel.depth.called:
            yield from self._captions(key, c, self._names(panel, taps), glowing)
        name = key if panel.shared else f"{key}.{c}"
        for k, (d, *window) in spans.items():
            for frame in self.stage.outlines(f"now.{name}.k{k}", self.panels(key, c)[d], window):
                yield replace(frame, width=THIN) if k in dark else frame

    def _is_other(self, panel: Panel) -> bool:
        """Return whether a panel's slices are the taps, but not in the order in which they meet."""
        return panel.depth.called == TAPS and panel.depth.flipped != self._is_flipped

    def _captions(
        self, key: str, channel: int, names: Sequence[str], lit: Collection[int]
    ) -> Iterator[Label]:
        """Yield the names of a panel's slices, of which the `lit` ones glow."""
        now, up = self.look.theme.now, caption_height(self.look.reading) / 2
        above = self.layout.spots[key, channel].above
        for i, (panel, name) in enumerate(zip(self.panels(key, channel), names, strict=True)):
            at, glows = (panel.rect.x, panel.rect.y - up - above), i in lit
            ink = now if glows else None
            yield self.stage.label(
                f"{panel.grid.key}.name", at, name, CAPTION, ink=ink, bold=glows, anchor="left"
            )

    def _beheld(self, key: str, c: int, shown: Shown) -> Iterator[Mark]:
        """Yield frames around what a lens enlarges, as it has there."""
        lens = self.layout.panel(key)
        window = shown.lit.get(lens.enlarges)
        if window and all(window):
            deep, *here = beheld(window, lens.shape)
            for d in deep:
                panel = self.panels(key, c)[d]
                name = f"now.{self._name(key, c)}.d{d}"
                yield self.stage.outline(name, panel, panel.grid.span(*here))

    def _output_padding(self) -> Iterator[Mark]:
        """Yield frames around what output_padding added where no hatching shows."""
        if not self.frames_extra:
            return
        key, (deep, *_) = self._last
        for d in deep:
            panel = self.panels(key)[d]
            for i, span in enumerate(self._added(d)):
                rect = panel.grid.span(*span)
                yield from self.stage.dashed(f"output_padding.{panel.grid.key}.{i}", rect)

    def _added(self, d: int) -> Iterator[Span]:
        """Yield the rows and columns of a slice that output_padding added, or all of them."""
        (deep, *size), (behind, *extra) = self._last[1], self.part.extra
        if d in deep[len(deep) - behind :]:
            yield size[0], size[1]
            return
        for axis, count in enumerate(extra):
            span = [*size]
            span[axis] = size[axis][len(size[axis]) - count :]
            if count:
                yield span[0], span[1]
