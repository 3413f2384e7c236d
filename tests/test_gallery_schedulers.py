"""An address at which no scheduler is: told at once or soon, in a line, and nothing is left."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from tcviz.errors import RequestError
from tcviz.gallery import cluster, schedulers
from tests.dask_cluster import MARKS, Cluster

pytest.importorskip("distributed")
pytestmark = MARKS
Run = Callable[..., tuple[int, str, str]]
SPEC = "[[item]]\nname = 'a'\nsize = '560x315'\nformat = 'svg'\nstep = 1\n"


@pytest.fixture
def gallery(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that renders a gallery on the cluster at an address."""
    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    (tmp_path / "g.toml").write_text(SPEC)
    return lambda address, *more: run("gallery", "g.toml", "--scheduler", address, *more)


@pytest.fixture
def deaf() -> str:
    """Return an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture(params=[b"HTTP/1.0 400 Bad Request\r\n\r\n", b"", b"\0" * 4096, b"\xff" * 4096])
def other(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of another program, which says what it likes, and waits."""
    server = socket.create_server(("127.0.0.1", 0))
    kept = []

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                kept.append(connection)
                connection.sendall(request.param)

    Thread(target=answer, daemon=True).start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    server.close()
    for connection in kept:
        connection.close()


@pytest.mark.parametrize(
    "address",
    ["", "host", "host:8786", "tcp://host", "tcp://host:port", "tcp://:8786", "tcp://host:0",
     "tcp://host:65536", "tcp://a b:1", "tcp://host/x:1", "tcp://host:1\n", "tcp://\x1b[31m:1",
     "tcp://" + "x" * 999 + "/:1", "inproc://1/2:3"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(
        RequestError, match=r"scheduler is .*; allowed: such as tcp://host:8786$"
    ) as e:
        cluster.connect(address)
    assert str(e.value).isprintable()
    assert len(str(e.value)) < 500


@pytest.mark.parametrize("address", ["tcp://host:1", "tcp://10.0.0.1:8786", "tcp://[::1]:65535"])
def test_what_is_an_address_is_taken_and_nobody_is_asked(address: str) -> None:
    assert list(cluster.connect(address)([])) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("foo://host:1", "'foo://host:1'; allowed: tcp://, tls://, ws://, wss://"),
        ("tpc://h:1", "'tpc://h:1'; allowed: tcp://, tls://, ws://, wss://; did you mean tcp?"),
        *(
            (
                f"{scheme}://host:1",
                f"'{scheme}://host:1' without certificates; allowed: those that Dask's "
                f"configuration names, {schedulers.CERTIFICATES}",
            )
            for scheme in schedulers.ENCRYPTED
        ),
    ],
)  # fmt: skip
def test_a_scheme_that_cannot_work_is_refused_at_once(
    address: str, told: str, gallery: Run, tmp_path: Path
) -> None:
    assert gallery(address, "-o", "new/site") == (2, "", f"tcviz: scheduler is {told}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["g.toml"]


def test_certificates_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    import dask

    (tmp_path / "ca.pem").write_text("no certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        names = dict.fromkeys(schedulers.CERTIFICATES.split(" and "), str(path))
        with (
            dask.config.set(names),
            pytest.raises(RequestError, match="with certificates that cannot be read"),
        ):
            cluster.connect("tls://host:1")


def test_an_address_at_which_nobody_listens_is_told_and_no_folder_stays(
    deaf: str, gallery: Run, tmp_path: Path
) -> None:
    told = f"tcviz: no scheduler answers at '{deaf}' within 0.5 seconds\n"
    assert gallery(deaf, "-o", "new/site") == (1, "", told)
    assert [path.name for path in tmp_path.iterdir()] == ["g.toml"]


def test_a_folder_that_was_there_stays_as_it_was(deaf: str, gallery: Run, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    assert gallery(deaf, "-o", "old/new/site")[0] == 1
    assert gallery(deaf, "-o", "old")[0] == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["g.toml", "old"]


def test_what_was_made_before_stays_known(
    deaf: str, gallery: Run, run: Run, tmp_path: Path
) -> None:
    assert run("gallery", "g.toml", "-o", "site")[0] == 0
    (tmp_path / "g.toml").write_text(SPEC + SPEC.replace("'a'", "'b'"))
    before = {path: path.read_bytes() for path in (tmp_path / "site").iterdir()}
    assert gallery(deaf, "-o", "site")[0] == 1
    assert {path: path.read_bytes() for path in (tmp_path / "site").iterdir()} == before


def test_another_program_than_a_scheduler_is_told_in_one_line(other: str, gallery: Run) -> None:
    status, out, err = gallery(other, "-o", "site")
    assert (status, out) == (1, "")
    assert err.startswith(f"tcviz: no scheduler answers at '{other}' ")
    assert err.count("\n") == 1


def test_a_worker_is_no_scheduler(dask: Cluster, gallery: Run) -> None:
    dask.worker("--worker-port", "0", "--name", "one")
    dask.wait_for(1)
    from distributed import Client

    with Client(dask.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        (address,) = client.nthreads()
    told = f"tcviz: no scheduler answers at '{address}', but a Worker\n"
    assert gallery(address, "-o", "site") == (1, "", told)
