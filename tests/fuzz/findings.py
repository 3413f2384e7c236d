"""What did not hold: each kind once, with how often it came and a short call that shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tests.fuzz.calls import Call
from tests.fuzz.child import Outcome

Judge = Callable[[Call], list[str]]
"""Makes a call, and returns what did not hold."""


@dataclass
class Findings:
    """How calls ended, which took most, and of each kind of finding its calls."""

    statuses: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, list[tuple[int, Call, str]]] = field(default_factory=dict)
    longest: tuple[float, int] = 0.0, 0
    largest: tuple[int, int] = 0, 0

    @property
    def count(self) -> int:
        """How many calls were made."""
        return self.statuses.total()

    def note(self, number: int, done: Outcome, told: list[str]) -> None:
        """Note what came of a call, and what is told of it."""
        self.statuses[f"signal {done.signal}" if done.signal else str(done.status)] += 1
        self.longest = max(self.longest, (done.seconds, number))
        self.largest = max(self.largest, (done.peak, number))
        for words in told:
            self.kinds.setdefault(kind(words), []).append((number, done.call, words))

    def lines(self, seed: int, judge: Judge | None = None) -> Iterator[str]:
        """Yield how it went and what was found, made shorter by a `judge`."""
        statuses = ", ".join(f"{n:,} × {status}" for status, n in sorted(self.statuses.items()))
        yield f"{self.count:,} calls from seed {seed}; exit status {statuses}"
        (seconds, long), (size, large) = self.longest, self.largest
        yield f"the longest, {seed}:{long}, took {seconds:.1f} s of one core"
        yield f"the largest, {seed}:{large}, took {size / 1e6:,.0f} MB"
        for found in sorted(self.kinds.values(), key=len, reverse=True):
            yield from _shown(found, seed, judge)
        yield f"{len(self.kinds)} kinds of findings"


def _shown(found: list[tuple[int, Call, str]], seed: int, judge: Judge | None) -> Iterator[str]:
    """Yield a kind of finding, with the first call that shows it."""
    number, call, words = found[0]
    if judge:
        call = shortened(call, kind(words), judge)
    yield f"{len(found)} × {words}"
    yield f"    {call}"
    if call.earlier:
        yield f"    after {replace(call, words=call.earlier)}"
    for name, data in call.files.items():
        yield f"    {name} is {data[:200]!r}"
    yield f"    python -m tests.fuzz --replay {seed}:{number}"


def kind(words: str) -> str:
    """Return what findings have in common that differ in numbers and names only.

    >>> kind("exit status 7") == kind("exit status 9")
    True
    """
    return re.sub(r"'[^']*'|\"[^\"]*\"|[0-9]+", "…", words)[:120]


def shortened(call: Call, told: str, judge: Judge) -> Call:
    """Return a call of which no word can be left out without losing what is told of it."""

    def shows(other: Call) -> bool:
        return told in map(kind, judge(other))

    at = len(call.words)
    while at > 0:
        at -= 1
        for width in (2, 1):
            words = call.words[:at] + call.words[at + width :]
            if len(words) < len(call.words) and shows(other := replace(call, words=words)):
                call = other
                break
    if call.earlier and shows(other := replace(call, earlier=())):
        call = other
    for name in list(call.files):
        files = {key: data for key, data in call.files.items() if key != name}
        if shows(other := replace(call, files=files)):
            call = other
    return call
