"""The command line: what is asked for is written, told in two lines, or left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tcviz
from tcviz.cli import progress
from tcviz.request.article import arrays

SMALL = ["--size", "640x360"]
FAST = [*SMALL, "--first", "2"]
Run = Callable[..., tuple[int, str, str]]


def start(*words: str, cwd: Path, **settings: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tcviz", *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **settings,  # type: ignore[call-overload]
    )


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, out.decode("utf-8", "replace"), err.decode()


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_the_readmes_command_writes_nine_steps_and_tells_of_them(tmp_path: Path) -> None:
    words, environment = ("--stride", "2", "--padding", "1"), os.environ | {"PYTHONUTF8": "1"}
    told = finish(start("animate", *words, cwd=tmp_path, env=environment))
    path = tmp_path / "distribution-k3-s2-p1.gif"
    with Image.open(path) as image:
        assert (image.n_frames, image.size) == (9, (1280, 720))
    lines = (
        f"{path.name}: 9 frames, 11 s, 1280×720 pixels, {path.stat().st_size:,} bytes",
        "input 2×3×3, weight 2×1×3×3, output 1×5×5",
    )
    assert told == (0, "\n".join(lines) + "\n", "")
    assert names(tmp_path) == [path.name]


def test_the_console_script_and_the_module_are_the_same_program() -> None:
    script = shutil.which("tcviz", path=sysconfig.get_path("scripts"))
    assert script, "tcviz is not installed beside this Python"
    runs = [
        subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
        for start in ([script], [sys.executable, "-m", "tcviz"])
    ]
    assert [r.stdout for r in runs] == [f"tcviz {tcviz.__version__}\n"] * 2


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], "distribution-k3-s1-p0.gif"),
        (["--view", "collection", "-s", "2", "-p", "1"], "collection-k3-s2-p1.gif"),
        (["-k", "3x5", "-s", "1x2", "-p", "0:1x2"], "distribution-k3x5-s1x2-p0.1x2.gif"),
        (["-d", "2", "-s", "2", "--output-padding", "1"], "distribution-k3-s2-p0-op1-d2.gif"),
        (["-g", "2", "--format", "webp"], "distribution-k3-s1-p0-g2.webp"),
        (["--format", ".APNG"], "distribution-k3-s1-p0.apng"),
    ],
)
def test_a_file_without_a_name_gets_one_that_tells_the_geometry(
    words: list[str], name: str, run: Run, tmp_path: Path
) -> None:
    assert run("animate", *FAST, *words)[1].startswith(f"{name}: 2 frames, ")
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ([], ["collection-k3-s1-p0.gif", "distribution-k3-s1-p0.gif"]),
        (["-o", "both.webp"], ["both-collection.webp", "both-distribution.webp"]),
    ],
)
def test_several_views_give_one_file_each(
    words: list[str], files: list[str], run: Run, tmp_path: Path
) -> None:
    views = ["--view", "distribution", "--view", "collection", "--view", "distribution"]
    status, out, _ = run("animate", *FAST, *views, *words)
    assert status == 0
    assert names(tmp_path) == files
    assert [name for name in files if f"{name}: 2 frames" in out] == files


def test_a_view_that_cannot_be_drawn_keeps_the_other_from_being_written(
    run: Run, tmp_path: Path
) -> None:
    status, out, _ = run("animate", "-n", "141", "--view", "distribution", "--view", "collection")
    assert (status, out, names(tmp_path)) == (2, "", [])


def test_standard_output_gets_the_file_and_standard_error_the_words(tmp_path: Path) -> None:
    process = start("animate", *FAST, "-o", "-", "--format", "gif", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    with Image.open(BytesIO(out)) as image:
        assert (image.format, image.n_frames, image.size) == ("GIF", 2, (640, 360))
    assert err.decode().startswith(f"standard output: 2 frames, 4 s, 640×360 pixels, {len(out):,}")
    assert names(tmp_path) == []


def test_the_same_bytes_reach_standard_output_and_a_file(run: Run, tmp_path: Path) -> None:
    assert run("animate", *FAST, "-o", "a.apng")[0] == 0
    process = start("animate", *FAST, "-o", "-", "--format", "apng", "-q", cwd=tmp_path)
    assert process.communicate(timeout=60) == ((tmp_path / "a.apng").read_bytes(), b"")


def test_quiet_prints_nothing(run: Run, tmp_path: Path) -> None:
    assert run("animate", *FAST, "--quiet", "-o", "a.gif") == (0, "", "")
    assert names(tmp_path) == ["a.gif"]


def test_files_of_numbers_are_what_is_drawn(run: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", arrays()["tc_input"])
    np.savez(tmp_path / "both.npz", w=arrays()["tc_kernel"][:, np.newaxis], other=np.ones(3))
    words = ["animate", *SMALL, "-s", "2", "-p", "1", "-q"]
    assert run(*words, "-o", "files.gif", "--input", "x.npy", "--weight", "both.npz:w")[0] == 0
    assert run(*words, "-o", "example.gif")[0] == 0
    assert (tmp_path / "files.gif").read_bytes() == (tmp_path / "example.gif").read_bytes()


@pytest.mark.parametrize("text", ["nan,inf\n-inf,1\n", "1e308,-1e308\n1e308,5e-324\n"])
@pytest.mark.parametrize("view", ["distribution", "collection"])
def test_numbers_that_are_none_or_endless_are_drawn(
    text: str, view: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(text)
    status, out, err = run("animate", *SMALL, "--input", "x.csv", "--view", view, "-o", "a.gif")
    assert (status, err) == (0, "")
    assert "input 1×2×2" in out


@pytest.mark.parametrize("title", ["Ünïcödé Ωж, 100 %", "", "e\u0301", "x" * 3000, "--first"])
def test_a_title_of_letters_that_the_font_has_is_drawn(title: str, run: Run) -> None:
    assert run("animate", *FAST, "--title", title, "-o", "a.gif", "-q") == (0, "", "")


def test_a_composed_letter_is_the_same_however_it_was_typed(run: Run, tmp_path: Path) -> None:
    for name, title in (("one", "\u00e9"), ("two", "e\u0301")):
        assert run("animate", *FAST, "--title", title, "-o", f"{name}.gif")[0] == 0
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "two.gif").read_bytes()


@pytest.mark.parametrize("name", ["ü–日本.gif", "a b.gif", ".hidden.gif", "a.b.c.gif", "-x.gif"])
def test_any_name_that_the_system_takes_is_written(name: str, run: Run, tmp_path: Path) -> None:
    assert run("animate", *FAST, f"--output={name}", "-q") == (0, "", "")
    assert names(tmp_path) == [name]


def test_size_prints_the_formula_and_every_forward_size(run: Run) -> None:
    status, out, err = run("size", "-s", "2", "-p", "1")
    assert (status, err) == (0, "")
    facts = dict(re.split(r" {2,}", line, maxsplit=1) for line in out.splitlines())
    assert facts["output"] == "5×5"
    assert facts["size"] == "(3−1)·2 − 2·1 + 1·(3−1) + 0 + 1 = 5"
    assert facts["forward sizes that map to 3×3"] == "5, 6  (output_padding picks one)"
    assert facts["associated convolution"] == (
        "Conv2d(C_out, C_in, kernel_size=3, stride=2, padding=1, dilation=1, bias=False): 5×5 → 3×3"
    )
    assert facts["overlap"] == (
        "cells are reached by 1 to 4 elements; away from the edge by 1, 2 or 4 elements; "
        "uneven (checkerboard artifacts): kernel 3 is not a multiple of stride 2; "
        "kernel 4 = 2·2 evens the counts"
    )
    assert not re.search(r" $", out, re.MULTILINE), "spaces at the end of a line"


def test_size_for_machines_is_one_json_object(run: Run) -> None:
    status, out, err = run("size", "--json", "-k", "3x5", "-s", "2x3", "-p", "4x0", "-n", "4x7")
    assert (status, err) == (0, "")
    facts = json.loads(out)
    assert out.isascii()
    assert facts["kernel_size"] == [3, 5]
    assert facts["output_size"] == [(4 - 1) * 2 - 2 * 4 + 2 + 1, (7 - 1) * 3 + 4 + 1]
    assert facts["collection_padding"] == [[-2, -2], [4, 4]]
    assert facts["forward_input_sizes"][1] == [23, 24, 25]
    overlap = facts["overlap"]
    assert (overlap["minimum"], overlap["maximum"]) == (2, 4)  # rows: one cell is left
    assert overlap["away_from_edge"] == {
        "counts": [1, 2, 4], "minimum": 1, "maximum": 4,
        "uniform": False, "period": [2, 3], "seen": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-k 4 -s 2", "1 to 4 elements; away from the edge by 4 elements; uniform: kernel 4 is a "
                      "multiple of stride 2"),
        ("-k 2 -s 2", "1 element; away from the edge by 1 element; uniform: kernel 2 is a "
                      "multiple of stride 2"),
        ("-k 9", "1 to 9 elements; away from the edge of a larger output by 81 elements; "
                 "uniform: stride is 1"),
        ("-k 3x3x3 -s 2 -n 1000000000", "1 to 8 elements; away from the edge by 1, 2, 4 or 8 "
         "elements; uneven (checkerboard artifacts): kernel 3 is not a multiple of stride 2; "
         "kernel 4 = 2·2 evens the counts"),
    ],
)  # fmt: skip
def test_size_says_how_many_elements_reach_a_cell(words: str, said: str, run: Run) -> None:
    status, out, err = run("size", *words.split())
    assert (status, err) == (0, "")
    (line,) = (line for line in out.splitlines() if line.startswith("overlap"))
    assert line.endswith(f"  cells are reached by {said}")


def test_a_terminal_that_knows_few_letters_still_gets_the_sizes(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    process = start("size", cwd=tmp_path, env=environment)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert "5×5" in out.decode("latin-1")
    assert "(3?1)·1 ? 2·0" in out.decode("latin-1")


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("terminal", "quiet", "patience", "drawn"),
    [(1, 0, 0, True), (1, 0, 60, False), (1, 1, 0, False), (0, 0, 0, False)],
)
def test_only_long_work_at_a_terminal_draws_a_bar_even_before_it_tells_how_much_is_done(
    terminal: int,
    quiet: int,
    patience: float,
    drawn: bool,
    told: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors = StringIO()
    monkeypatch.setattr(errors, "isatty", lambda: bool(terminal))
    monkeypatch.setattr(sys, "stderr", errors)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    with progress.bar("long.gif", 3, quiet=bool(quiet)) as tell:
        if tell and told:
            tell(2)
        for clock in threading.enumerate():
            if isinstance(clock, threading.Timer) and not patience:
                clock.join()
    assert ("long.gif" in errors.getvalue()) == drawn
    assert bool(errors.getvalue()) == drawn


def test_a_reader_that_leaves_early_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    process = start("animate", *FAST, "-o", "-", "--format", "gif", cwd=tmp_path)
    process.stdout.close()  # type: ignore[union-attr]
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [("SIGINT", 130, "interrupted"), ("SIGTERM", 143, "terminated"), ("SIGHUP", 129, "hung up")],
)
@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_a_signal_ends_it_and_leaves_nothing_half_written(
    number: str, status: int, word: str, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"old")
    # Whoever runs the tests may have had a signal ignored, as nohup does: it would be inherited.
    heard = partial(signal.signal, getattr(signal, number), signal.default_int_handler)
    words = "animate", "-n", "100", "-o", path.name
    process = start(*words, cwd=tmp_path, preexec_fn=heard)
    until = time.monotonic() + 30
    while len(names(tmp_path)) < 2 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(getattr(signal, number))
    assert finish(process) == (status, "", f"tcviz: {word}; nothing was left half-written\n")
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"old"
