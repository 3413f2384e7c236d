"""What is asked of every animation: which steps, and how they play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from tcviz.api.picture import Picture
from tcviz.effort.pictures import Drawn, cells
from tcviz.export import FileFormat
from tcviz.look.wiring import MOST_CHANNELS
from tcviz.scene.frames import Timing
from tcviz.scene.frozen import frozen

DRAWN = 30_000
"""Bytes of what is there once in an animated SVG: letters, and what does not change."""


@frozen(shown=False)
class Played(Picture):
    """A picture of which some steps, the `picks`, are played.

    `command` is what was typed to ask for it, which a page offers to be copied.
    """

    timing: Timing
    loop: int | None = None
    picks: Sequence[int] = ()
    command: str | None = None

    @property
    def seconds(self) -> Fraction:
        """How long it plays."""
        return self.timing.seconds(len(self.picks))

    def timed(self, form: FileFormat) -> Timing:
        """Return how long things take in a format."""
        return replace(self.timing, fluid=not form.framed)

    def frames_in(self, form: FileFormat) -> int:
        """Return how many frames, or scenes, a format holds."""
        return self.timed(form).frames(len(self.picks))

    def effort(self, form: str | None = None) -> Drawn:
        """Return what all frames take in a format, or at least in any."""
        steps = len(self.picks)
        return self.shown(self.picks, tweens=self.timing.frames(steps) - steps, form=form)

    def bytes_about(self, *, drawn: bool = False) -> int:
        """Return about how much a page's sheet takes: what moves in each step, and once all cells.

        Where it is `drawn`, as in an animated SVG, that is the bytes of the elements.
        """
        channels = min(self.plan.in_channels, self.look.channels or MOST_CHANNELS)
        moved = 4 * channels * prod(self.plan.layer.kernel_size)
        step = 3_000 + 8 * moved if drawn else 400 + 7 * moved
        return len(self.picks) * step + 40 * cells(self.plan) + (DRAWN if drawn else 0)
