"""What is above and below the panels of a picture: the header, and the legend with the footer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tcviz.boards import chrome, legend
from tcviz.boards.arranged import Arranged
from tcviz.boards.panel import Roles
from tcviz.boards.shown import Shown
from tcviz.layer.parts import Part
from tcviz.look.look import Look
from tcviz.scene.crop import parts
from tcviz.scene.marks import Mark, Scene
from tcviz.scene.theme import Tint


class Surrounded(ABC):
    """A picture of a part with what is above and below its panels."""

    part: Part
    look: Look
    name: str
    stage: Arranged

    @property
    def told(self) -> Collection[str]:
        """The panels whose roles a legend names: those that sentences speak of, in numbers."""
        return ()

    @property
    def frames_extra(self) -> bool:
        """Whether dashed frames stand around cells of output_padding."""
        return False

    @property
    def has_legend(self) -> bool:
        """Whether there is anything that a legend could name, and one is wanted."""
        return bool(self.told or self.frames_extra) and legend.height(self.look) > 0

    @abstractmethod
    def tints(self, key: str) -> Sequence[Tint]:
        """Return the tints of a panel, of each drawn channel."""

    def frame(self, subtitle: str) -> tuple[Mark, ...]:
        """Return the header."""
        return chrome.header(self.look, self.part, self.name, subtitle)

    def scene(self, marks: Sequence[Mark], step: int, steps: int, said: tuple[str, str]) -> Scene:
        """Return the picture with its footer."""
        foot = chrome.footer(self.look, step, steps, *said)
        title = chrome.title(self.look, self.part, self.name, step, steps)
        return self.stage.scene((*marks, *foot), chrome.spoken(*said), title, self._title)

    def finished(
        self, marks: Sequence[Mark], said: tuple[str, str], *, alike: bool = False
    ) -> Scene:
        """Return the picture of the whole, with a caption in place of a step."""
        below = chrome.caption(self.look, *said, alike=alike)
        words = ". ".join(filter(None, said))
        return self.stage.scene((*marks, *below), words, self._title, self._title)

    @property
    def _title(self) -> str:
        """What a picture of all steps shows."""
        return chrome.title(self.look, self.part, self.name)

    def role_codes(self, key: str, shown: Shown) -> Roles:
        """Return the roles of a panel's cells that a legend names."""
        return shown.cells[key][1]

    @property
    def hues(self) -> Mapping[legend.LegendEntry, Sequence[Tint]]:
        """What colours of cells stand for besides their roles, for a legend to say."""
        return {}

    def legend(
        self, moments: Iterable[Shown], named: Iterable[legend.LegendEntry],
        around: Sequence[Mark] = (),
    ) -> Iterator[Mark]:  # fmt: skip
        """Yield the legend of what occurs in these moments of the roles, if there is room.

        That is below all, or else where neither what is drawn of these moments nor what is `around`
        them stands.
        """
        if not self.has_legend:
            return
        moments = [*moments]
        named = legend.with_frame(named) if self.frames_extra else named
        cells = ({key: self.role_codes(key, shown) for key in self.told} for shown in moments)
        found = legend.occurring(named, cells)
        tints = {entry: [t for key in keys for t in self.tints(key)]
                 for entry, keys in found.items()} | dict(self.hues)  # fmt: skip
        room, corner = self.stage.layout.foot, self.look.corner
        if room and corner and corner.bottom > room.y:
            room = room._replace(w=corner.x - legend.BETWEEN - room.x)
        if room:
            yield from legend.marks(self.look, tints, room)
        else:
            drawn = (mark for shown in moments for mark in self.drawn_of(shown))
            taken = [rect for mark in (*around, *drawn) for rect in parts(mark)]
            body = chrome.body(replace(self.look, wires=None))  # below a map, too, is room
            low = body._replace(y=self.lowest, h=self.stage.layout.body.bottom - self.lowest)
            yield from legend.in_corner(self.look, tints, low, [*taken, *filter(None, [corner])])

    def drawn_of(self, shown: Shown) -> Iterable[Mark]:  # noqa: ARG002  (of some all is below)
        """Return what is drawn of a moment."""
        return ()

    @property
    def lowest(self) -> float:
        """Where the lowest line of panels begins: what leads to it is above."""
        return self.stage.layout.body.bottom
