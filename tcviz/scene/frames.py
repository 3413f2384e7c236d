"""Time: scenes become frames, each with a duration, and highlights glide between steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from tcviz.scene.marks import Box, Mark, Rect, Scene


@dataclass(frozen=True)
class Frame:
    """A scene and how long it is shown, in seconds."""

    scene: Scene
    duration: Fraction


@dataclass(frozen=True)
class Timing:
    """How long things take, in seconds; `fps` counts the frames of a transition."""

    step: Fraction = Fraction(1)
    hold: Fraction = Fraction(3)
    transition: Fraction = Fraction(0)
    fps: int = 30

    @property
    def tweens(self) -> int:
        """How many frames lie between two steps."""
        return round(self.transition * self.fps)

    def frames(self, steps: int) -> int:
        """Return how many frames so many steps make."""
        return steps + max(0, steps - 1) * self.tweens

    def seconds(self, steps: int) -> Fraction:
        """Return how long so many steps play."""
        return (steps - 1) * (self.step + Fraction(self.tweens, self.fps)) + self.hold


Moment: TypeAlias = tuple[Scene, Scene]
"""A step's scene, and the same with the step's highlights settled."""


def animate(moments: Iterator[Moment], timing: Timing) -> Iterator[Frame]:
    """Yield the frames of a row of moments, one moment ahead and no more in memory."""
    moment = next(moments, None)
    while moment is not None:
        scene, settled = moment
        moment = next(moments, None)
        yield Frame(scene, timing.step if moment else timing.hold)
        if moment:
            yield from _tweens(settled, moment[0], timing)


def _tweens(settled: Scene, following: Scene, timing: Timing) -> Iterator[Frame]:
    for i in range(1, timing.tweens + 1):
        share = ease(i / (timing.tweens + 1))
        yield Frame(between(settled, following, share), Fraction(1, timing.fps))


def ease(t: float) -> float:
    """Return how far a movement is at time t, 0 to 1: slow, fast, slow (cubic).

    >>> [ease(t) for t in (0.0, 0.25, 0.5, 1.0)]
    [0.0, 0.0625, 0.5, 1.0]
    """
    return 4 * t**3 if t < 0.5 else 1 - (2 - 2 * t) ** 3 / 2


def between(scene: Scene, following: Scene, share: float) -> Scene:
    """Return `scene` with every moving box `share` of the way to where it will be."""
    targets = {m.key: m.rect for m in following.marks if isinstance(m, Box) and m.moves}
    return replace(scene, marks=tuple(_moved(m, targets, share) for m in scene.marks))


def _moved(mark: Mark, targets: dict[str, Rect], share: float) -> Mark:
    if not isinstance(mark, Box) or mark.key not in targets:
        return mark
    a, b = mark.rect, targets[mark.key]
    x, y, w, h = (p + (q - p) * share for p, q in ((a.x, b.x), (a.y, b.y), (a.w, b.w), (a.h, b.h)))
    return replace(mark, rect=Rect(x, y, w, h))
