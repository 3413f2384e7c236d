"""A meter of work: what is multiplied, painted, called and held in memory, counted, not timed."""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from typing import Any

import pytest

from tcviz.effort import loads
from tcviz.effort.loads import Load, duration
from tcviz.layer import running
from tcviz.render.pixels import Pixels
from tcviz.request.inputs import Plan

REPEATED_SUMS = 100
"""How often products are made: for bounds, for sums, and in a dozen layouts of what is small."""


@dataclass
class Meter:
    """What has been done: how often of each kind, and the most bytes at a time."""

    done: Counter[str] = field(default_factory=Counter)
    told: list[list[Load]] = field(default_factory=list, repr=False)
    peak: int = 0

    @property
    def ticks(self) -> int:
        """Nanoseconds that are foreseen, by the dearest of the estimates."""
        return max(map(duration, self.told), default=0)

    @property
    def bytes(self) -> int:
        """Bytes that are foreseen."""
        return max((sum(load.memory for load in each) for each in self.told), default=0)

    def foreseen(self, unit: str) -> int:
        """Return how many of a unit are foreseen."""
        return max(self._each(unit), default=0)

    def foreseen_in_all(self, unit: str) -> int:
        """Return how many of a unit are foreseen by all estimates: of pictures one by one."""
        return sum(self._each(unit))

    def _each(self, unit: str) -> Iterator[int]:
        return (sum(load.many for load in each if load.unit == unit) for each in self.told)

    @contextmanager
    def measuring(self, *, memory: bool = True) -> Iterator[None]:
        """Count calls of what is done meanwhile, and bytes, which takes several times as long."""

        def seen(_: Any, event: str, __: Any) -> None:
            if event == "call":
                self.done["calls"] += 1

        if memory:
            tracemalloc.start()
        sys.setprofile(seen)
        try:
            yield
        finally:
            sys.setprofile(None)
            if memory:
                self.peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()


def metered(monkeypatch: pytest.MonkeyPatch) -> Meter:
    """Return a meter of what is done until the test's end."""
    meter = Meter()

    def count(kind: str, amount: Callable[..., int]) -> Callable[[Any], Any]:
        def wrap(original: Any) -> Any:
            def call(*args: Any, **named: Any) -> Any:
                made = original(*args, **named)
                meter.done[kind] += amount(made, *args, **named)
                return made

            return call

        return wrap

    def note(check: Any) -> Any:
        def noted(name: str, each: Iterable[Load], *most: int) -> None:
            meter.told.append(kept := list(each))
            check(name, kept, *most)

        return noted

    _replace(monkeypatch, running, "spread", count("products", _spread))
    _replace(monkeypatch, running, "gather", count("products", _gathered))
    _replace(monkeypatch, Plan, "make", count("makes", lambda *_: 1))
    _replace(monkeypatch, Pixels, "paint", count("pixels", lambda made, *_: made.pixels.size))
    _replace(monkeypatch, loads, "check", note)
    return meter


def _replace(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, wrap: Callable[[Any], Any]
) -> None:
    """Put a wrapped function in the place of one, wherever it has been imported."""
    original = getattr(owner, name)
    wrapped = wrap(original)
    for place in [owner, *(m for n, m in sys.modules.items() if n.startswith("tcviz"))]:
        for word, value in list(vars(place).items()):
            if value is original:
                monkeypatch.setattr(place, word, wrapped)


def _spread(*given: Any) -> int:
    """Return the products of ``spread(sums, x, weight, axes)``."""
    *_, x, weight, _ = given
    return int(weight.size) * prod(x.shape[1:])


def _gathered(*given: Any) -> int:
    """Return the products of ``gather(sums, source, factors, axes)``."""
    _, sums, _, factors, _ = given
    return int(sums.size) * prod(factors.shape[1:])
