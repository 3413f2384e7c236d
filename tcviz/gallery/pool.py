"""Processes that render item after item, each warm for the next one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeAlias

from tcviz.errors import OutputError
from tcviz.gallery.items import Item
from tcviz.gallery.render import Failure, Made, render
from tcviz.gallery.work import work

Done: TypeAlias = tuple[int, list[Made] | Failure]
"""The place of an item in the row, and what came of it."""
Job: TypeAlias = tuple[int, Item]

TRIES = 2
"""How often an item is begun whose worker dies: it may not have been the item's fault."""
FALSE_STARTS = 3
"""Workers that die before they have said that they are ready."""
PATIENCE = 2.0
"""Seconds in which a worker that was told to end has to."""


def run(items: Sequence[Item], jobs: int) -> Iterator[Done]:
    """Yield what comes of each item, as it comes; a single process needs no other one.

    Raises
    ------
    OutputError
        If no process can be started.
    """
    if jobs == 1 or len(items) < 2:
        yield from ((number, render(item)) for number, item in enumerate(items))
        return
    pool = _Pool(list(enumerate(items))[::-1])
    try:
        for _ in range(min(jobs, len(items))):
            pool.start()
        while pool.workers:
            yield from pool.gather()
        if pool.left:
            raise OutputError(f"no process can be started: {pool.how}; --jobs 1 needs none")
    finally:
        pool.stop()


@dataclass
class _Worker:
    """A process, and what it is doing: nothing while it starts."""

    process: Any
    job: Job | None = None
    ready: bool = False


@dataclass
class _Pool:
    """Workers by their pipes; `left` is what nobody does yet, the next one last."""

    left: list[Job]
    workers: dict[Connection, _Worker] = field(default_factory=dict)
    ended: list[Any] = field(default_factory=list)
    tries: dict[int, int] = field(default_factory=dict)
    false_starts: int = 0
    how: str = ""
    """How the last worker that ended too early did."""

    def start(self) -> None:
        """Start a worker; it says when it is ready."""
        # Spawned, not forked: threads and locks of this process stay here.
        context = get_context("spawn")
        _start_tracker()
        here, there = context.Pipe()
        process = context.Process(target=work, args=(there,), daemon=True)
        with _no_interrupts():
            process.start()
            self.workers[here] = _Worker(process)
        there.close()

    def gather(self) -> Iterator[Done]:
        """Wait for workers, yield what is done by now, and give out the next items."""
        ready: list[Any] = wait(list(self.workers))
        for pipe in ready:
            worker = self.workers[pipe]
            try:
                result = pipe.recv()
            except (EOFError, OSError):
                yield from self._bury(pipe, worker)
                continue
            job, worker.job, worker.ready = worker.job, None, True
            self._give(pipe, worker)
            if job is not None:
                yield job[0], result

    def _give(self, pipe: Connection, worker: _Worker) -> None:
        """Give a worker the next item, or let it go."""
        if not self.left:
            self._part(pipe)
            return
        worker.job = self.left.pop()
        with suppress(OSError):  # a worker that just died is found out when it does not answer
            pipe.send(worker.job[1])

    def _part(self, pipe: Connection) -> None:
        pipe.close()
        self.ended.append(self.workers.pop(pipe).process)

    def _bury(self, pipe: Connection, worker: _Worker) -> Iterator[Done]:
        """Put a worker in a dead one's place; its item is begun anew, or has failed."""
        self._part(pipe)
        worker.process.join()
        self.how = _how(worker.process.exitcode)
        self.false_starts += not worker.ready
        if worker.job is not None:
            number = worker.job[0]
            self.tries[number] = self.tries.get(number, 0) + 1
            if self.tries[number] < TRIES:
                self.left.append(worker.job)
            else:
                yield number, Failure(f"its process died {TRIES} times: {self.how}")
        if self.left and self.false_starts < FALSE_STARTS:
            self.start()

    def stop(self) -> None:
        """End all workers, and wait until they have; what they were doing is lost."""
        processes = [*self.ended, *(worker.process for worker in self.workers.values())]
        for pipe, worker in self.workers.items():
            worker.process.terminate()
            pipe.close()
        for process in processes:
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()


def _start_tracker() -> None:
    """Start the process that Python has beside the workers, if it has one.

    Where the first worker's start does that, interrupts are let through to that worker.
    """
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Keep ^C, which a terminal sends to all, from those who are started now, for ever."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _how(status: int | None) -> str:
    """Return how a process ended.

    >>> _how(-9), _how(3)
    ('killed by SIGKILL', 'exit status 3')
    """
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"
