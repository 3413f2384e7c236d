"""A progress bar on standard error, when it is a terminal and the work is long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from typing import Any

from tcviz.cli.saying import described
from tcviz.files.streams import is_terminal

PATIENCE = 0.7
"""Seconds without a bar: most work is done by then, and rich need not be imported."""


@contextmanager
def bar(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """Give a function that is told how many frames are done; None where no bar is wanted."""
    if quiet or not is_terminal(sys.stderr):
        yield None
        return
    drawn = _Bar(what, total)
    try:
        yield drawn
    finally:
        drawn.close()


class _Bar:
    """A bar that a clock opens: work may be long before it first tells how much is done."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = described(what), total, 0
        self._rich: Any = None
        self._turn, self._closed = Lock(), False
        self._clock = Timer(max(0.0, PATIENCE), self._open)
        self._clock.daemon = True
        self._clock.start()

    def __call__(self, done: int) -> None:
        self._done = done
        if self._rich is not None:
            self._rich.update(self._task, completed=done, total=self._total)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, TextColumn

        with self._turn, suppress(OSError):  # a terminal that went away is told nothing
            if self._closed:
                return
            # What is made is called as somebody likes: brackets in it mean nothing.
            name = TextColumn("{task.description}", "progress.description", markup=False)
            _, *others = Progress.get_default_columns()
            drawn = Progress(name, *others, console=Console(stderr=True), transient=True)
            # Without a total it only moves: how much there is to do is not begun yet.
            total = self._total if self._done else None
            self._task = drawn.add_task(self._what, total=total, completed=self._done)
            drawn.start()
            self._rich = drawn

    def close(self) -> None:
        self._clock.cancel()
        with self._turn:
            self._closed = True
            if self._rich is not None:
                self._rich.stop()
