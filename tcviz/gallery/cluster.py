"""Render items on an existing Dask cluster; files are written here, from the bytes sent back."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from time import monotonic
from typing import Any

from tcviz import __version__
from tcviz.errors import OutputError, quoted
from tcviz.gallery import schedulers
from tcviz.gallery.items import Item
from tcviz.gallery.pool import Done
from tcviz.gallery.render import Failure, render
from tcviz.gallery.replies import line
from tcviz.gallery.run import Runner

PATIENCE = 20.0
"""Seconds to wait for a worker where there is none (any more)."""
ANSWER = 5.0
"""Seconds in which a scheduler has to answer."""
RETRIES = 3
AHEAD = 3
"""Items on their way for each thread of a worker: enough to do, and few bytes to hold."""
TALK = ("distributed", "tornado", "asyncio")
"""Whose logs would get into the program's own words."""


def connect(address: str, patience: float = PATIENCE) -> Runner:
    """Return what renders on the cluster whose scheduler listens at `address`.

    Raises
    ------
    RequestError
        If that is no address, or one that needs certificates which Dask does not know.
    OutputError
        If Dask is not installed here.
    """
    schedulers.check(address)
    if find_spec("distributed") is None:
        raise OutputError("a scheduler needs a package that is missing: pip install 'tcviz[dask]'")
    schedulers.check_certificates(address)
    return partial(_run, address=address, patience=patience)


def _run(items: Sequence[Item], address: str, patience: float) -> Iterator[Done]:
    """Yield what comes of each item, as it comes."""
    if not items:
        return
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        schedulers.reach(address, min(patience, ANSWER))
        client = stack.enter_context(_client(address, patience))
        threads = _check_workers(client, address, patience)
        cluster = _Cluster(client, address, patience, list(enumerate(items))[::-1])
        stack.callback(cluster.stop)
        yield from cluster.run(AHEAD * threads)


@dataclass
class _Cluster:
    """What is asked of the cluster; `left` is what is not yet, the next one last."""

    client: Any
    address: str
    patience: float
    left: list[tuple[int, Item]]
    asked: dict[Any, int] = field(default_factory=dict)

    def run(self, ahead: int) -> Iterator[Done]:
        """Yield results; so many items are on their way at any time."""
        while self.left or self.asked:
            while self.left and len(self.asked) < ahead:
                self._submit(*self.left.pop())
            for future in self._finished():
                number = self.asked.pop(future)
                yield number, self._result(future)
                future.release()  # the worker may forget the bytes

    def _submit(self, number: int, item: Item) -> None:
        # Not pure: a digest of every array would only say what the manifest knows already.
        future = self.client.submit(
            render, item, __version__, pure=False, retries=RETRIES, priority=-number
        )
        self.asked[future] = number

    def _finished(self) -> list[Any]:
        """Wait for results; for ever only where somebody works.

        An answer that Dask cannot read is dropped by it: of that item nothing is heard any more.
        """
        import distributed

        wait: Any = distributed.wait
        worked = monotonic()
        while True:
            try:
                with self.client.as_current():
                    some = wait(list(self.asked), timeout=1, return_when="FIRST_COMPLETED")
                return list(some.done)
            except TimeoutError:
                workers = self._workers()
            worked = monotonic() if any(workers.values()) else worked
            if monotonic() - worked > self.patience:
                if workers:
                    return list(self.asked)
                raise OutputError(
                    f"the scheduler at {quoted(self.address)} has lost all its workers"
                )

    def _workers(self) -> dict[str, Any]:
        """Return what each worker is doing, for whomever."""
        doing: dict[str, Any] = {}
        with suppress(OSError):
            doing = self.client.processing()
        return doing

    def _result(self, future: Any) -> Any:
        """Return what an item's worker sent; what cannot be read is a failure of this item."""
        if future.status == "pending":
            return Failure("no worker makes it any more, and none has sent it")
        try:
            if future.status == "finished":
                return future.result()
            error = future.exception() if future.status == "error" else CancelledError()
        except Exception as unreadable:  # noqa: BLE001  (of any kind, or of one unknown here)
            error = unreadable
        if isinstance(error, CancelledError) or self.client.status != "running":
            raise OutputError(f"the scheduler at {quoted(self.address)} has gone")
        return Failure(line(f"{type(error).__name__}: {error}"))

    def stop(self) -> None:
        """Let the cluster forget what was asked."""
        with suppress(Exception):
            self.client.cancel(list(self.asked), force=True)


@contextmanager
def _client(address: str, patience: float) -> Iterator[Any]:
    import distributed

    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise OutputError(f"no scheduler answers at {quoted(address)}: {line(error)}") from error
    try:
        yield client
    finally:
        client.close(timeout=5)


def _check_workers(client: Any, address: str, patience: float) -> int:
    """Return how many threads there are; raise OutputError if none, or with another tcviz."""
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        raise OutputError(f"the scheduler at {quoted(address)} has no workers") from error
    # Sent as code, not by name: a worker with another tcviz may not have this module.
    found = client.run(lambda: __import__("tcviz").__version__, on_error="return")
    for worker, version in found.items():
        if isinstance(version, BaseException):
            raise OutputError(f"the worker {line(worker)} cannot run tcviz: {line(version)}")
        if version != __version__:
            what = f"the worker {line(worker)} has tcviz {line(version)}, not {__version__} as here"
            raise OutputError(f"{what}: pip install 'tcviz=={__version__}' there")
    threads: int = sum(client.nthreads().values())
    return max(1, threads)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep others' logs and warnings from the terminal; what matters is told by us."""
    import distributed  # noqa: F401  (makes its loggers, with levels of their own)

    names = [n for n in logging.root.manager.loggerDict if n.partition(".")[0] in TALK]
    levels = {name: logging.getLogger(name).level for name in {*TALK, *names}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in levels:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
