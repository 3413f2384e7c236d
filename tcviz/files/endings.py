"""A signal ends the program with its status, wherever it strikes, and leaves nothing half-written.

It is raised as an exception, so that what is going on cleans up after itself.  One that gets lost
on its way is known all the same: before a file gets its name, and at the end.  What is undone then
does not hang on where in the cleaning up a signal struck: it is noted before it is done.
"""

from __future__ import annotations

# What is imported here is little: until a program listens, ^C shows a traceback.
import os
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType
    from typing import Any, NoReturn
else:
    import _signal as signal  # what is built in of it: the rest takes milliseconds

SIGNALS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
"""What ends the program early, and how that is said."""


class Stopped(SystemExit):
    """A signal arrived; the exit status is the one that a shell gives for it."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


class Ending:
    """Hears the signals of this process: what they are called, or "" for what is not said."""

    def __init__(self, words: Mapping[str, str]) -> None:
        # Windows has no SIGHUP.
        known = {getattr(signal, name, None): word for name, word in words.items()}
        self.words = {int(number): word for number, word in known.items() if number}
        self.number = 0
        """The signal that arrived, or 0."""
        self.steps: list[Callable[[], object]] = []
        """What is to be undone, the last first; each may be done twice."""
        self._raises = False
        self._others = sys.unraisablehook
        # Kept here: a module's names may be gone while the interpreter ends.
        self._exit, self._write, self._isatty = os._exit, os.write, os.isatty
        self._set, self._ignored, self._despite = signal.signal, signal.SIG_IGN, suppress

    def listen(self) -> None:
        """Hear from now on, but for signals that whoever started this does not want heard."""
        for number in self.words:
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
                signal.signal(number, self._hear)
        sys.unraisablehook = self._lost

    def run(self, work: Callable[[], int]) -> int:
        """Return what `work` returns, unless a signal arrives: then end here, all cleaned up."""
        try:
            try:
                self._raises = True
                return work()
            finally:
                self._raises = False
        finally:
            if self.number:  # whatever became of its exception
                self._end()

    def _hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Raise the first one where that leads through what cleans up; else end at once."""
        first, self.number = not self.number, self.number or number
        if first and self._raises:
            raise Stopped(number)
        self._end()

    def _lost(self, what: Any) -> None:
        """End at once where Python only tells that an exception could not be raised."""
        if isinstance(what.exc_value, Stopped) and self.number:
            self._end()
        self._others(what)

    def _end(self) -> NoReturn:
        for number in self.words:
            self._set(number, self._ignored)
        for step in reversed(self.steps):
            with self._despite(Exception):
                step()
        if word := self.words[self.number]:
            with self._despite(OSError):  # past Python's streams, one of which may be in use
                newline = "\n" if self._isatty(2) else ""  # ends the line of ^C
                told = f"{newline}tcviz: {word}; nothing was left half-written\n"
                self._write(2, told.encode())
        self._exit(128 + self.number)


_RUNNING: ContextVar[Ending | None] = ContextVar("_RUNNING", default=None)


def listen(words: Mapping[str, str]) -> Ending:
    """Let the signals end this process; only programs do, never a library."""
    ending = Ending(words)
    _RUNNING.set(ending)
    ending.listen()
    return ending


@contextmanager
def undone(step: Callable[[], object]) -> Iterator[None]:
    """Have a step done if the program ends in between, wherever a signal strikes.

    It may be done twice, and after what it would undo.
    """
    ending = _RUNNING.get()
    if ending is None:
        yield
        return
    ending.steps.append(step)
    try:
        yield
    except (KeyboardInterrupt, Stopped):  # it may have struck what cleans up: done at the end
        raise
    except BaseException:
        ending.steps.remove(step)
        raise
    ending.steps.remove(step)


def check() -> None:
    """Raise Stopped if a signal arrived whose exception was lost."""
    ending = _RUNNING.get()
    if ending and ending.number:
        raise Stopped(ending.number)


@contextmanager
def awaited() -> Iterator[None]:
    """Do something until a signal arrives, which is what it waits for: then go on."""
    try:
        yield
    except (KeyboardInterrupt, Stopped):
        ending = _RUNNING.get()
        if ending:
            ending.number = 0
