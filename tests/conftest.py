"""What many tests are given."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tcviz import cli
from tests.dask_cluster import Cluster

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")  # a busy machine breaks no law


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Look for garbage after each file, and then no more in what is left.

    Much is kept for later tests, and whoever writes a video searches all of it.
    """
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs tcviz here, in an empty folder: status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        status = cli.run(list(words))
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    """Return a scheduler, to which workers may be added."""
    (tmp_path / "dask").mkdir()
    started = Cluster(tmp_path / "dask")
    yield started
    started.close()
