"""Notes: what is done as it was asked for, though something else was probably meant."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class TcvizWarning(UserWarning):
    """The category of every warning of tcviz: a note on what was probably not meant."""


def note(words: str) -> None:
    """Warn whoever called tcviz, at the line that did; the command line prints it.

    >>> with told_to(print):
    ...     note("fps does nothing without transition")
    fps does nothing without transition
    """
    warnings.warn(words, TcvizWarning, stacklevel=_caller())


def _caller() -> int:
    """Return how far up the first caller is that is not tcviz itself."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001  (there is no other way before 3.12)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "tcviz":
        level, frame = level + 1, frame.f_back
    return level


@contextmanager
def told_to(tell: Callable[[str], Any]) -> Iterator[None]:
    """Tell `tell` of every note, in place of a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", TcvizWarning)
        others = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **at: Any) -> None:
            if issubclass(category, TcvizWarning):
                tell(str(message))
            else:
                others(message, category, *where, **at)

        warnings.showwarning = show
        yield
