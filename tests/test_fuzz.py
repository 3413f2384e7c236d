"""The harness that calls the program with whatever may be typed: it runs, and it would tell."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import click
import pytest

from tcviz import cli
from tcviz.gallery import manifest
from tests.fuzz import laws
from tests.fuzz.calls import Call, drawn, params
from tests.fuzz.child import ESCAPED, Outcome, Work
from tests.fuzz.contents import WRITERS
from tests.fuzz.findings import Findings, shortened

ROOT = Path(__file__).parents[1]
CALLS = 200

if sys.platform == "win32":
    pytest.skip("processes are forked, and limited as POSIX has it", allow_module_level=True)


def fuzz(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the harness as it is run by hand."""
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *words],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_whatever_is_typed_is_done_whole_or_refused_in_a_line() -> None:
    run = fuzz("--calls", str(CALLS), "--seed", "1")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith(f"{CALLS} calls from seed 1; exit status ")
    assert run.stdout.endswith("\n0 kinds of findings\n")


def test_every_option_of_every_command_is_typed_and_so_is_what_may_stand_behind_it() -> None:
    calls = [drawn(0, number) for number in range(2000)]
    for command in cli.COMMANDS:
        typed = [word for call in calls if call.command == command for word in call.words]
        for param in params(command):
            if isinstance(param, click.Option):
                names = (*param.opts, *param.secondary_opts)
                assert any(word.startswith(names) for word in typed), (command, param.name)
    for name in (*(f"a.{kind}" for kind in WRITERS), "own.toml", "spec.toml", manifest.NAME):
        assert len({call.files[name] for call in calls if name in call.files}) > 1, name


DONE = Outcome(
    Call(("animate", "-o", "o.gif"), {}), 0, 0, b"o.gif: 2 frames\n", "", {"work": ("folder", "")},
    {"work": ("folder", ""), "work/o.gif": ("file", "1")}, {},
)  # fmt: skip
REFUSED = Outcome(Call(("size", "-k", "0"), {}), 2, 0, b"", "tcviz: kernel_size is 0\n", {}, {}, {})
FILE, FOLDER = ("file", "0"), ("folder", "")
BROKEN = {
    "exit status 3": replace(REFUSED, status=3),
    "killed by SIGXCPU after 60 s of work": replace(REFUSED, status=0, signal=24),
    "killed by SIGALRM after": replace(REFUSED, status=0, signal=14),
    "left by an exception: KeyError": replace(REFUSED, status=ESCAPED, err="KeyError: 1\n"),
    "internal error: ": replace(REFUSED, err="tcviz: KeyError: 1; --debug shows where\n"),
    "warning: ": replace(REFUSED, err="tcviz: RuntimeWarning: overflow\ntcviz: no\n"),
    "traceback: ": replace(REFUSED, err="tcviz: \nTraceback\ntcviz: KeyError: 1\n"),
    "memory: ": replace(REFUSED, err="tcviz: x needs more memory than there is; no\n"),
    "more work: 1,001 products, 10 foreseen": replace(DONE, work=Work(10, 1001)),
    "more work: 11 pixels, 10 foreseen": replace(DONE, work=Work(0, 0, 10, 11)),
    "refused after 9 pixels": replace(REFUSED, work=Work(0, 0, 10, 9)),
    "not a word": replace(REFUSED, err="tcviz: note: x\n"),
    "refused in 2 lines": replace(REFUSED, err="tcviz: x\ntcviz: y\n"),
    "the program's name": replace(REFUSED, err="Error: x\n"),
    "a line of 507 letters": replace(REFUSED, err=f"tcviz: {'x' * 500}\n"),
    "what is not to be seen": replace(REFUSED, err="tcviz: \x1b[2J\n"),
    "a line of 500 letters": replace(DONE, out=b"o.gif: 2\n" + b"x" * 500),
    "standard output is no text": replace(DONE, out=b"o.gif: \xff\n"),
    "quiet, but not silent": replace(DONE, call=Call(("animate", "-qo", "a.gif"), {})),
    "a part of a file": replace(
        REFUSED, call=Call(("animate", "-o", "-"), {}), status=1, out=b"GIF89a"
    ),
    "refused, but changed work/a": replace(REFUSED, after={"work/a": FILE}),
    "changed work/x.npy, which it reads": replace(
        DONE, call=Call((), {"x.npy": b""}), after={"work/x.npy": FILE}
    ),
    "changed work/mine.txt, which it reads": replace(DONE, after={"work/mine.txt": FILE}),
    "deleted work/a": replace(DONE, before={"work/a": FILE}, after={}),
    "left work/.o-… unsaid": replace(DONE, after={**DONE.after, "work/.o-0123456789": FILE}),
    "left tmp/x unsaid": replace(DONE, after={**DONE.after, "tmp/x": FILE}),
    "left work/p-1.gif unsaid": replace(
        DONE, out=b"o-1.gif to o-9.gif: 9", after={"work/o-3.gif": FILE, "work/p-1.gif": FILE}
    ),
    "the empty folder work/sub": replace(DONE, after={**DONE.after, "work/sub": FOLDER}),
    "work/o.gif is not whole": replace(DONE, new={"work/o.gif": b"GIF89a"}),
    "work/o.mp4 is not whole": replace(DONE, new={"work/o.mp4": b"\0\0\0\x08ftyp"}),
    "work/o.svg is not whole": replace(DONE, new={"work/o.svg": b"<svg>"}),
    "work/o.html is not whole": replace(DONE, new={"work/o.html": b"<!doctype html>"}),
}  # fmt: skip
"""Outcomes of which one law must tell, and what it says."""


@pytest.mark.parametrize("told", BROKEN)
def test_what_does_not_hold_is_told(told: str) -> None:
    assert [found for found in laws.broken(BROKEN[told]) if told in found]


@pytest.mark.parametrize("done", [DONE, REFUSED])
def test_nothing_is_told_of_a_call_that_is_as_it_should_be(done: Outcome) -> None:
    assert laws.broken(done) == []


def test_an_error_is_found_and_shown_by_a_short_call_that_can_be_made_again(
    tmp_path: Path,
) -> None:
    spoilt = "from tcviz.cli import size\nsize.AXES = {}\n"
    (tmp_path / "sitecustomize.py").write_text(spoilt)
    number = next(n for n in count() if drawn(1, n).words == ("size", "--bias"))
    words = "--calls", "1", "--seed", "1", "--first", str(number)
    found = fuzz(*words, PYTHONPATH=str(tmp_path))
    assert found.returncode == 1
    told = "internal error: tcviz: KeyError: 2; --debug shows where"
    assert found.stdout.splitlines()[3:] == [
        f"1 × {told}",
        "    tcviz size",
        f"    python -m tests.fuzz --replay 1:{number}",
        "1 kinds of findings",
    ]
    again = fuzz("--replay", f"1:{number}", PYTHONPATH=str(tmp_path))
    assert (again.returncode, again.stdout.splitlines()[-1]) == (1, told)


def test_a_call_is_shortened_to_the_words_and_files_that_matter() -> None:
    call = Call(("animate", "--loop", "3", "-q", "-o", "a.gif"), {"x": b"", "y": b""})

    def judge(other: Call) -> list[str]:
        return ["it is 7"] if "--loop" in other.words and "y" in other.files else ["other"]

    assert shortened(call, "it is …", judge) == Call(("--loop",), {"y": b""})


def test_findings_that_differ_in_numbers_are_of_one_kind() -> None:
    found = Findings()
    for number in (3, 4):
        found.note(number, replace(DONE, seconds=number), [f"exit status {number}"])
    assert list(found.lines(7)) == [
        "2 calls from seed 7; exit status 2 × 0",
        "the longest, 7:4, took 4.0 s of one core",
        "the largest, 7:4, took 0 MB",
        "2 × exit status 3",
        "    tcviz animate -o o.gif",
        "    python -m tests.fuzz --replay 7:3",
        "1 kinds of findings",
    ]
