"""A gallery on a Dask cluster: a real scheduler and real workers, some of which die."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tcviz.errors import OutputError
from tcviz.gallery import cluster, manifest, pool, spec
from tcviz.gallery.render import Failure, Made
from tcviz.gallery.spec import Spec
from tests.dask_cluster import MARKS, Cluster

pytest.importorskip("distributed")
pytestmark = MARKS
SEVERAL = (
    "[defaults]\nsize='560x315'\n[[sweep]]\nseed=[1,2,3,4,5,6]\nformat=['gif','svg']\nfirst=4\n"
    "[[item]]\nname='own'\ninput='x.npy'\ntheme='own.toml'\nfirst=1\n"
)


@pytest.fixture
def asked(tmp_path: Path) -> Spec:
    """Return a spec whose files are gone again: workers cannot read them."""
    np.save(tmp_path / "x.npy", np.arange(9).reshape(1, 3, 3))
    (tmp_path / "own.toml").write_text("now = '#00ff00'")
    (tmp_path / "g.toml").write_text(SEVERAL)
    found = spec.read(tmp_path / "g.toml")
    for name in ("x.npy", "own.toml"):
        (tmp_path / name).unlink()
    return found


def made(results: Iterator[pool.Done]) -> dict[int, list[Made] | Failure]:
    return dict(results)


def test_a_worker_that_dies_in_the_middle_changes_no_byte(dask: Cluster, asked: Spec) -> None:
    first, _ = dask.worker(), dask.worker()
    dask.wait_for(2)
    found: dict[int, list[Made] | Failure] = {}
    for number, result in cluster.connect(dask.address)(asked.items):
        found[number] = result
        if len(found) == 3:
            first.send_signal(signal.SIGKILL)
    assert found == made(pool.run(asked.items, 1))
    assert first.wait() == -signal.SIGKILL


def test_the_command_writes_what_the_cluster_made_and_says_nothing_of_dask(
    dask: Cluster, tmp_path: Path
) -> None:
    dask.worker()
    dask.wait_for(1)
    (tmp_path / "g.toml").write_text("[defaults]\nsize='560x315'\n[[item]]\nname='a'\nfirst=1")
    command = [sys.executable, "-m", "tcviz", "gallery", "g.toml", "-o"]
    words = {"here": [], "there": ["--scheduler", dask.address]}
    for name, more in words.items():
        told = subprocess.run(
            [*command, name, *more], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert (told.stdout, told.stderr) == (f"{name}: 1 rendered, 0 unchanged\n", "")
    for name in ("a.gif", "index.html", "index.json", manifest.NAME):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_a_worker_with_another_tcviz_is_named_with_both_versions(
    dask: Cluster, asked: Spec
) -> None:
    (dask.home / "older.py").write_text("import tcviz\ntcviz.__version__ = '0.0.1'\n")
    dask.worker()
    dask.worker("--preload", str(dask.home / "older.py"))
    dask.wait_for(2)
    words = r"the worker tcp://\S+ has tcviz 0\.0\.1, not \S+ as here: pip install 'tcviz=="
    with pytest.raises(OutputError, match=words):
        made(cluster.connect(dask.address)(asked.items))


def test_a_scheduler_without_workers_is_told_soon(dask: Cluster, asked: Spec) -> None:
    with pytest.raises(OutputError, match="has no workers"):
        made(cluster.connect(dask.address, patience=1)(asked.items))


def test_a_cluster_that_loses_all_its_workers_is_not_waited_for_for_ever(
    dask: Cluster, asked: Spec
) -> None:
    only = dask.worker()
    dask.wait_for(1)
    results = cluster.connect(dask.address, patience=2)(asked.items)
    next(results)
    only.kill()
    with pytest.raises(OutputError, match="has lost all its workers"):
        made(results)


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(OutputError, match=r"pip install 'tcviz\[dask\]'"):
        cluster.connect("tcp://host:8786")


def test_nothing_to_do_asks_no_cluster() -> None:
    assert made(cluster.connect("tcp://127.0.0.1:1")([])) == {}
