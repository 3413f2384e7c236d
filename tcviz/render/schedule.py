"""When what is seen: the CSS animations of a film, each a few key frames of a class.

Without motion, and where CSS is not known, the last step is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from tcviz.render.stylesheet import name_of
from tcviz.scene.frames import Timing
from tcviz.scene.marks import Rect

Steps: TypeAlias = frozenset[int]
"""Steps, from 0."""
MOTION = "@media(prefers-reduced-motion:no-preference)"
LONG = 100
"""Seconds of which a ten-thousandth is more than a frame lasts."""
EASE = "cubic-bezier(.65,0,.35,1)"
"""Slow, fast, slow: see `tcviz.scene.moves.ease`."""


@dataclass
class Schedule:
    """The times of so many steps, which play so often; 0 is forever."""

    timing: Timing
    count: int
    plays: int = 0
    _shown: dict[Steps, str] = field(default_factory=dict, init=False)
    _rules: dict[str, str] = field(default_factory=dict, init=False)
    _hidden: dict[str, None] = field(default_factory=dict, init=False)
    _gliding: dict[str, None] = field(default_factory=dict, init=False)

    @cached_property
    def seconds(self) -> Fraction:
        """How long all steps play, once."""
        return self.timing.seconds(self.count)

    def shown(self, steps: Steps) -> str:
        """Return the class of what is shown in these steps alone, '' where these are all."""
        if len(steps) == self.count:
            return ""
        if steps not in self._shown:
            self._shown[steps] = self._switched(steps)
        return self._shown[steps]

    def _switched(self, steps: Steps) -> str:
        rests = self.count - 1 in steps
        frames = self._switches(steps, rests=rests)
        name = self._named((at, f"visibility:{_STATES[on]}") for at, on in frames)
        if not rests:
            self._hidden[name] = None
        return name

    def _switches(self, steps: Steps, *, rests: bool) -> Iterator[tuple[str, bool]]:
        """Yield when something appears or goes; in the middle of a way that leads elsewhere."""
        before = rests
        for step in range(self.count):
            if (step in steps) != before:
                before = step in steps
                half = self.timing.glide / 2 if step else 0
                yield self._share(self.timing.begins(step) - half), before

    def gliding(self, places: Sequence[Rect]) -> str:
        """Return the class of what is at one place after another, and drawn at the last."""
        frames = [(Fraction(0), places[0])]
        for step, (old, new) in enumerate(pairwise(places)):
            if old != new:
                arrives = self.timing.begins(step + 1)
                frames += [(arrives - self.timing.glide, old), (arrives, new)]
        if len(frames) == 1:
            return ""
        name = self._named((self._share(at), _moved(places[-1], to)) for at, to in frames)
        self._gliding[name] = None
        return name

    def _share(self, at: Fraction) -> str:
        digits = 2 if self.seconds < LONG else 4  # to a hundredth of a second
        said = f"{float(100 * at / self.seconds):.{digits}f}".rstrip("0").rstrip(".")
        return f"{said}%"

    def _named(self, frames: Iterable[tuple[str, str]]) -> str:
        """Return the name of key frames; those that say the same are one rule."""
        times: dict[str, list[str]] = {}
        for at, said in frames:
            times.setdefault(said, []).append(at)
        rules = "".join(f"{','.join(some)}{{{said}}}" for said, some in times.items())
        name = name_of((rules, str(self.seconds), self.plays))
        self._rules[name] = f"@keyframes {name}{{{rules}}}"
        return name

    def rules(self, scope: str) -> str:
        """Return the rules of all classes that were named, within the element of that id."""
        if not self._rules:
            return ""
        names = "".join(f".{name}{{animation-name:{name}}}" for name in self._rules)
        hidden = f"{_listed(self._hidden)}{{visibility:hidden}}" if self._hidden else ""
        plays = self.plays or "infinite"
        moves = (
            f":where(#{scope} *){{animation-duration:{float(self.seconds):g}s;"
            f"animation-timing-function:step-end;animation-iteration-count:{plays};"
            f"animation-fill-mode:both}}"
        )
        if self._gliding:
            moves += f"{_listed(self._gliding)}{{animation-timing-function:{EASE}}}"
        return f"{names}{hidden}{MOTION}{{{moves}}}{''.join(self._rules.values())}"


_STATES = {True: "visible", False: "hidden"}


def _listed(names: Iterable[str]) -> str:
    return ",".join(f".{name}" for name in names)


def _moved(drawn: Rect, place: Rect) -> str:
    """Return what brings a rectangle from where it is drawn to another place."""
    wide, high = (b / a if a else 1.0 for a, b in ((drawn.w, place.w), (drawn.h, place.h)))
    x, y = place.x - wide * drawn.x, place.y - high * drawn.y
    scale = "" if (wide, high) == (1, 1) else f" scale({wide:.5g},{high:.5g})"
    return f"transform:translate({x:.5g}px,{y:.5g}px){scale}"
