"""Numbers from files and from standard input, as a teacher has them in a spreadsheet."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tcviz import cli
from tcviz.gallery.spec import read

SMALL = ("--size", "640x360", "--first", "1", "-o", "a.gif")
Run = Callable[..., tuple[int, str, str]]


class Pipe(io.TextIOWrapper):
    def __init__(self, data: bytes, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(data))
        self.isatty = lambda: terminal


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(
        *words: str, stdin: bytes | None = None, terminal: bool = False
    ) -> tuple[int, str, str]:
        pipe = None if stdin is None else Pipe(stdin, terminal=terminal)
        monkeypatch.setattr(sys, "stdin", pipe)
        status = cli.run(["animate", *words, *SMALL])
        return status, *capsys.readouterr()

    return run


def saved(array: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array(array))
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"[[1, 2, 3], [4, 5, 6]]",
        b" \n[[1, 2, 3],\n [4, 5, 6]]",
        b"\xef\xbb\xbf[[1, 2, 3], [4, 5, 6]]",
        b"1,2,3\n4,5,6\n",
        b"a;b;c\r\n1;2;3\r\n4;5;6\r\n",
        "1\t2\t3\r\n4\t5\t6\r\n".encode("utf-16"),
        saved([[1, 2, 3], [4, 5, 6]]),
    ],
)
@pytest.mark.parametrize("name", ["input", "weight", "grad-output"])
def test_an_array_may_come_through_standard_input(data: bytes, name: str, run: Run) -> None:
    view = ["--view", "grad-input", "-n", "2x3", "-k", "1"] if name == "grad-output" else []
    status, out, err = run(f"--{name}", "-", *view, stdin=data)
    assert (status, err) == (0, "")
    assert "2×3" in out.splitlines()[-1]


def test_a_bias_may_too(run: Run) -> None:
    status, out, _ = run("--bias", "-", stdin=b"1,2,3")
    assert (status, "output 3×" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (["--input", "-", "--weight", "-"], b"1", "weight is '-', as input is; allowed: one array"),
        (["--input", "-"], b"", "input is 'standard input', empty; allowed: at least one number"),
        (["--input", "-"], b" \n", "input is 'standard input', empty; allowed: at least one numb"),
        (["--weight", "-"], b"1,x", "weight is 'standard input', an array with 'x' in line 1, co"),
        (["--input", "-"], b"[1, [2]]", "input is 'standard input', ragged, 1 beside [2]; allowe"),
        (["--input", "-"], None, "standard input is closed; allowed: a pipe, as in: cat x.csv |"),
    ],
)
def test_what_is_wrong_with_it_is_one_line(
    words: list[str], stdin: bytes | None, told: str, run: Run
) -> None:
    status, out, err = run(*words, stdin=stdin)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tcviz: {told}")
    assert not Path("a.gif").exists()


def test_nobody_waits_for_a_terminal(run: Run) -> None:
    status, _, err = run("--input", "-", stdin=b"1", terminal=True)
    assert (status, err.startswith("tcviz: standard input is a terminal; ")) == (2, True)


def test_more_than_may_be_read_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcviz.request.arrayfiles.MAX_BYTES", 5)
    status, _, err = run("--input", "-", stdin=b"1,2,3,4,5,6")
    assert (status, "6 bytes or more; allowed: up to 5 bytes" in err) == (2, True)


COLUMN = "value\n1,5\n2\n-3\n4\n".replace(",", ".")


def test_one_value_a_line_is_one_channel_in_one_dimension(run: Run) -> None:
    Path("x.csv").write_text(COLUMN)
    Path("w.csv").write_text("1\n2\n")
    status, out, _ = run("--dims", "1", "--input", "x.csv", "--weight", "w.csv")
    assert (status, out.splitlines()[-1]) == (0, "input 1×4, weight 1×1×2, output 1×5")
    assert run("--dims", "1", "--input", "-", stdin=COLUMN.encode())[1].endswith("output 1×6\n")
    assert "input 1×4×1" in run("--input", "x.csv")[1]  # in two it is a column


def test_a_row_is_one_channel_too_and_rows_are_several(run: Run) -> None:
    assert "input 1×3," in run("--dims", "1", "--input", "-", stdin=b"1,2,3")[1]
    assert "input 2×3," in run("--dims", "1", "--input", "-", stdin=b"1,2,3\n4,5,6")[1]


def test_a_gallery_reads_it_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(COLUMN)
    items = (
        '[[item]]\nname = "one"\ndims = 1\ninput = "x.csv"\n[[item]]\nname = "two"\ninput = "x.csv"'
    )
    Path("g.toml").write_text(items)
    plans = [item.picture.plan for item in read("g.toml").items]
    assert [(p.in_channels, p.input_size) for p in plans] == [(1, (4,)), (1, (4, 1))]
