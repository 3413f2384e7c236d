"""A progress bar on standard error, when it is a terminal and the work is long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

PATIENCE = 0.7
"""Seconds without a bar: most work is done by then, and rich need not be imported."""


@contextmanager
def bar(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """Give a function that is told how many frames are done; None where no bar is wanted."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    drawn = _Bar(what, total)
    try:
        yield drawn
    finally:
        drawn.close()


class _Bar:
    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._start = what, total, monotonic()
        self._rich: Any = None

    def __call__(self, done: int) -> None:
        if self._rich is None and monotonic() - self._start > PATIENCE:
            self._open()
        if self._rich is not None:
            self._rich.update(self._task, completed=done)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._rich = Progress(console=Console(stderr=True), transient=True)
        self._task = self._rich.add_task(self._what, total=self._total)
        self._rich.start()

    def close(self) -> None:
        if self._rich is not None:
            self._rich.stop()
