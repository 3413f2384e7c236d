"""Time: scenes become frames, each with a duration, and what changes glides between steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene


class Frame(NamedTuple):
    """A scene and how long it is shown, in seconds."""

    scene: Scene
    duration: Fraction


@frozen
class Timing:
    """How long things take, in seconds; `fps` counts the frames of a transition.

    What is `fluid` glides by itself, as long as is asked for, and has no frames between two steps.
    """

    step: Fraction = Fraction(1)
    hold: Fraction = Fraction(3)
    transition: Fraction = Fraction(0)
    fps: int = 30
    fluid: bool = False

    @property
    def tweens(self) -> int:
        """How many frames lie between two steps."""
        return 0 if self.fluid else round(self.transition * self.fps)

    @property
    def glide(self) -> Fraction:
        """How long it takes to get from one step to the next: of frames, a whole number of them."""
        return self.transition if self.fluid else Fraction(self.tweens, self.fps)

    def frames(self, steps: int) -> int:
        """Return how many frames so many steps make."""
        return steps + max(0, steps - 1) * self.tweens

    def seconds(self, steps: int) -> Fraction:
        """Return how long so many steps play."""
        return self.begins(steps - 1) + self.hold

    def begins(self, step: int) -> Fraction:
        """Return when a step, counted from 0, begins."""
        return step * (self.step + self.glide)


Moment: TypeAlias = tuple[Scene, Scene]
"""A step's scene, and the same with the step's highlights settled."""


def animate(moments: Iterator[Moment], timing: Timing) -> Iterator[Frame]:
    """Yield the frames of a row of moments, one moment ahead and no more in memory."""
    moment = next(moments, None)
    while moment is not None:
        before, moment = moment, next(moments, None)
        yield Frame(before[0], timing.step if moment else timing.hold)
        if moment:
            yield from _tweens(before, moment, timing)


def _tweens(before: Moment, after: Moment, timing: Timing) -> Iterator[Frame]:
    if not timing.tweens:
        return
    from tcviz.scene.glide import Glide

    glide = Glide(*before, *after)
    for i in range(1, timing.tweens + 1):
        yield Frame(glide.at(i / (timing.tweens + 1)), Fraction(1, timing.fps))
