"""A Dask cluster of processes on this machine, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import tcviz

DASK = [sys.executable, "-m", "dask"]
SOON = 60
"""Seconds: processes start slowly on a busy machine."""
MARKS = [
    pytest.mark.skipif(sys.platform == "win32", reason="workers are killed as POSIX does"),
    # Dask leaves sockets and loops of closed clients to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Cluster:
    """A scheduler, and workers that share no folder with anybody."""

    def __init__(self, home: Path) -> None:
        self.home, self._all = home, list[subprocess.Popen[bytes]]()
        self._start("scheduler", "--port", "0", "--host", "127.0.0.1")
        until(self._told)
        self.address = self._told()["address"]

    def _told(self) -> dict[str, str]:
        """Return what the scheduler says of itself, once all of it is written."""
        with suppress(FileNotFoundError, json.JSONDecodeError):
            told: dict[str, str] = json.loads(self._file.read_text())
            return told
        return {}

    @property
    def _file(self) -> Path:
        return self.home / "scheduler.json"

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [*DASK, what, "--scheduler-file", str(self._file), "--no-dashboard", *words]
        folder = self.home / f"{what}-{len(self._all)}"
        folder.mkdir()
        here = {"PYTHONPATH": str(Path(tcviz.__file__).parents[1])}
        started = subprocess.Popen(command, cwd=folder, env=os.environ | here, **told)  # type: ignore[call-overload]
        self._all.append(started)
        return started  # type: ignore[no-any-return]

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        return self._start("worker", "--nthreads", "1", "--no-nanny", *words)

    def wait_for(self, workers: int) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=SOON)

    def close(self) -> None:
        for process in self._all:
            process.kill()
        for process in self._all:
            process.wait()


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
