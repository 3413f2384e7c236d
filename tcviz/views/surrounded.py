"""What is above and below the panels of a picture: the header, and the footer or a caption."""

from __future__ import annotations

from collections.abc import Sequence

from tcviz.layer.parts import Part
from tcviz.scene.marks import Mark, Scene
from tcviz.views import chrome
from tcviz.views.arranged import Arranged
from tcviz.views.look import Look


class Surrounded:
    """A picture of a part with what is above and below its panels."""

    part: Part
    look: Look
    name: str
    stage: Arranged

    def frame(self, subtitle: str) -> tuple[Mark, ...]:
        """Return the header."""
        return chrome.header(self.look, self.part, self.name, subtitle)

    def scene(self, marks: Sequence[Mark], step: int, steps: int, said: tuple[str, str]) -> Scene:
        """Return the picture with its footer."""
        foot = chrome.footer(self.look, step, steps, *said)
        title = chrome.title(self.part, self.name, step, steps)
        return self.stage.scene((*marks, *foot), chrome.spoken(self.look, steps, *said), title)

    def finished(self, marks: Sequence[Mark], said: tuple[str, str]) -> Scene:
        """Return the picture of the whole, with a caption in place of a step."""
        title = chrome.title(self.part, self.name)
        below = chrome.caption(self.look, *said)
        return self.stage.scene((*marks, *below), ". ".join(filter(None, said)), title)
