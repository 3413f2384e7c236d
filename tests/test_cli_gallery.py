"""``tcviz gallery``: what it prints, and that signals and kills leave only whole files."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest

from tcviz import cli
from tcviz.gallery import manifest, places

Run = Callable[..., tuple[int, str, str]]
SMALL = "[defaults]\nsize = '560x315'\nfirst = 1\n"
TWO = SMALL + "[[item]]\nname = 'a'\n[[item]]\nname = 'sub/b'\nformat = 'svg'\n"
MANY = (
    "[defaults]\nsize = '560x315'\n"
    "[[sweep]]\nname = '{view}/{seed}'\nview = ['distribution', 'matrix']\n"
    "seed = [1, 2]\nformat = ['gif', 'svg']\n"
)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that writes a spec and runs it here, with one process."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *words: str) -> tuple[int, str, str]:
        (tmp_path / "g.toml").write_text(text)
        status = cli.run(["gallery", "g.toml", "-j", "1", *words])
        return status, *capsys.readouterr()

    return run


def files(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_a_run_says_how_many_pictures_it_made_and_kept(run: Run, tmp_path: Path) -> None:
    assert run(TWO, "-o", "out") == (0, "out: 2 rendered, 0 unchanged\n", "")
    assert files(tmp_path / "out").keys() == {
        *("a.gif", "sub/b.svg", "index.html", "index.json", manifest.NAME)
    }
    before = files(tmp_path / "out")
    assert run(TWO, "-o", "out") == (0, "out: 0 rendered, 2 unchanged\n", "")
    assert run(TWO, "-o", "out", "-q") == (0, "", "")
    assert files(tmp_path / "out") == before


def test_without_an_output_the_pictures_lie_beside_the_spec(run: Run, tmp_path: Path) -> None:
    assert run(TWO)[0] == 0
    assert (tmp_path / "a.gif").exists()


def test_check_says_what_is_missing_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    swept = SMALL + "[[sweep]]\nname = 'p{padding}'\npadding = [0, 9]\n"
    reason = "output size is -13, from (3−1)·1 − 2·9 + 1·(3−1) + 0 + 1 = −13, on axis 0"
    status, out, err = run(swept, "--check", "-o", "out")
    assert (status, err) == (1, "tcviz: p0.gif is missing\n")
    assert out.startswith(f"out: 0 up to date, 1 not, 1 impossible and skipped:\n  p9: {reason}")
    assert run(swept, "--check", "-q")[:2] == (1, "")
    assert files(tmp_path).keys() == {"g.toml"}
    assert not (tmp_path / "out").exists()


HARMED = "is not as it was made; --force renders it again"
OTHER = "is not what the spec makes: its options, numbers, theme or tcviz have changed"


def garble(path: Path) -> None:
    """Change a file so that neither its size nor its time tells."""
    known = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


HARMS: list[tuple[Callable[[Path], object], str, str]] = [
    (lambda out: (out / "sub/b.svg").unlink(), TWO, "sub/b.svg is missing"),
    (
        lambda out: garble(out / "a.gif"),
        TWO,
        "a.gif is not as it was made; --force renders it again",
    ),
    (lambda _: None, TWO.replace("'a'", "'a'\nstride = 2"), f"a.gif {OTHER}"),
    (lambda out: (out / manifest.NAME).unlink(), TWO, "a.gif was not made by tcviz gallery"),
    (lambda _: None, TWO + "[[item]]\nname = 'c'\n", "c.gif is missing"),
    (lambda out: garble(out / "index.json"), TWO, "index.json is not what the spec makes"),
    (lambda out: (out / "index.html").unlink(), TWO, "index.html is missing"),
    (lambda _: None, "title = 'T'\n" + TWO, "index.json is not what the spec makes"),
]


@pytest.mark.parametrize(("harm", "text", "told"), HARMS, ids=[told for *_, told in HARMS])
def test_check_says_in_a_line_what_is_not_as_the_spec_makes_it(
    harm: Callable[[Path], object], text: str, told: str, run: Run, tmp_path: Path
) -> None:
    run(TWO, "-o", "out")
    assert run(TWO, "-o", "out", "--check") == (0, "out: 2 up to date\n", "")
    harm(tmp_path / "out")
    before = files(tmp_path / "out")
    status, _, err = run(text, "-o", "out", "--check", "-q")
    assert (status, err.splitlines()[0]) == (1, f"tcviz: {told}")
    assert files(tmp_path / "out") == before
    run(text, "-o", "out", *["--force"] * told.endswith(HARMED))
    assert run(text, "-o", "out", "--check", "-q") == (0, "", "")


def test_numbers_and_themes_that_changed_are_noticed_by_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[[1, 2], [3, 4]]")
    (tmp_path / "own.toml").write_text("now = '#00ff00'")
    text = (
        SMALL + "[[item]]\nname = 'a'\ninput = 'x.json'\n[[item]]\nname = 'b'\ntheme = 'own.toml'"
    )
    run(text)
    assert run(text, "--check") == (0, ".: 2 up to date\n", "")
    (tmp_path / "x.json").write_text("[[1, 2], [3, 5]]")
    (tmp_path / "own.toml").write_text("now = '#0000ff'")
    told = f"tcviz: a.gif {OTHER}\ntcviz: b.gif {OTHER}\n"
    assert run(text, "--check") == (1, ".: 0 up to date, 2 not\n", told)


def test_check_tells_leftovers_but_does_not_mind_them(run: Run) -> None:
    run(TWO, "-o", "out")
    one = SMALL + "[[item]]\nname = 'a'\n"
    run(one, "-o", "out")
    left = "no longer in the spec (--prune deletes them): sub/b.svg\n"
    assert run(one, "-o", "out", "--check") == (0, f"{left}out: 1 up to date\n", "")


def test_only_some_items_may_be_meant(run: Run, tmp_path: Path) -> None:
    three = TWO + "[[item]]\nname = '[c]'\n"
    done = "out: 1 rendered, 0 unchanged\n"
    assert run(three, "-o", "out", "--only", "sub/*") == (0, done, "")
    assert {"sub/b.svg", "index.html"} < files(tmp_path / "out").keys()
    assert run(three, "-o", "out", "--check", "--only", "*b.svg")[0] == 0
    words = ["--only", "[c]", "--only", "a.gif"]
    told = "tcviz: a.gif is missing\ntcviz: [c].gif is missing\n"
    assert run(three, "-o", "out", "--check", *words)[::2] == (1, told)
    assert len(run(three, "-o", "out", "--list", "-q", *words)[1].splitlines()) == 2
    assert run(three, "-o", "out", *words)[1] == "out: 2 rendered, 0 unchanged\n"
    assert run(three, "-o", "out", "--check")[0] == 0


def test_pruning_deletes_nothing_that_was_merely_not_meant(run: Run, tmp_path: Path) -> None:
    run(TWO, "-o", "out")
    run(TWO, "-o", "out", "--only", "a", "--prune")
    assert (tmp_path / "out" / "sub" / "b.svg").exists()


def test_what_did_not_change_is_rendered_by_force(run: Run, tmp_path: Path) -> None:
    run(TWO, "-o", "out")
    before = files(tmp_path / "out")
    assert run(TWO, "-o", "out", "--force")[1] == "out: 2 rendered, 0 unchanged\n"
    assert run(TWO, "-o", "out", "--force", "--only", "a")[1] == "out: 1 rendered, 0 unchanged\n"
    assert files(tmp_path / "out") == before


def test_list_shows_the_plan_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    run(TWO + "[[item]]\nname = 'old'\n", "-o", "out")
    before = files(tmp_path / "out")
    changed = TWO.replace("'svg'", "'svg'\nstep = 2") + "[[item]]\nname = 'c'\n"
    status, out, err = run(changed, "-o", "out", "--list", "-q")
    assert (status, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["unchanged", "a.gif"],
        ["changed", "sub/b.svg"],
        ["new", "c.gif"],
        ["left", "old.gif"],
    ]
    assert run(changed, "-o", "out", "--list")[1] == out + "3 items\n"
    assert files(tmp_path / "out") == before


def test_problems_are_told_one_a_line_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    text = "[[item]]\nname = 'a'\nstrid = 2\n[[item]]\nname = '../b'\n[[item]]\nname = 'c'\n"
    status, out, err = run(text, "-o", "out")
    assert (status, out) == (2, "")
    assert [line.split("; ")[0] for line in err.splitlines()] == [
        "tcviz: g.toml:1: item 'a': key is 'strid'",
        "tcviz: g.toml:4: item '../b': name is '../b'",
    ]
    assert not (tmp_path / "out").exists()


def test_pruning_says_what_it_deleted_and_what_it_kept(run: Run, tmp_path: Path) -> None:
    run(TWO + "[[item]]\nname = 'c'\n", "-o", "out")
    one = SMALL + "[[item]]\nname = 'a'\n"
    left = "no longer in the spec (--prune deletes them): c.gif, sub/b.svg\n"
    done = "out: 0 rendered, 1 unchanged\n"
    assert run(one, "-o", "out") == (0, left + done, "")
    (tmp_path / "out" / "c.gif").write_bytes(b"mine")
    told = "deleted: sub/b.svg\nkept, for they are not as they were made: c.gif\n"
    assert run(one, "-o", "out", "--prune") == (0, told + done, "")
    assert run(one, "-o", "out", "--prune") == (0, done, "")
    assert not (tmp_path / "out" / "sub").exists()


def test_failures_are_summed_up_at_the_end_and_the_index_has_the_rest(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tcviz.gallery import render

    monkeypatch.setattr(render, "_animated", lambda *_: 1 / 0)
    status, out, err = run(TWO, "-o", "out")
    assert (status, out) == (1, "out: 1 rendered, 0 unchanged, 1 failed\n")
    assert err == "tcviz: a.gif failed: ZeroDivisionError: division by zero\n"
    index = (tmp_path / "out" / "index.json").read_text()
    assert '"sub/b.svg"' in index
    assert '"a.gif"' not in index


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-j", "0"], "jobs is 0; allowed: whole numbers from 1 to 256"),
        (["-j", "257"], "jobs is 257; allowed: whole numbers from 1 to 256"),
        (["-o", "g.toml"], "output is 'g.toml'; allowed: a folder"),
        (["-o", "g.toml/x"], "output is 'g.toml/x': Not a directory; allowed: a folder"),
        (["-o", ""], "output is ''; allowed: a folder"),
        (["--scheduler", "host"], "scheduler is 'host'; allowed: such as tcp://host:8786"),
        (["--only", "aa"], "only is 'aa'; allowed: names of items, * for any letters"),
        (
            ["--only", "sub/d"],
            "only is 'sub/d'; allowed: names of items, * for any letters; did yo",
        ),
        (["--check", "--force"], "force is asked for; allowed: without --check, which renders not"),
        (["--list", "--prune"], "prune is asked for; allowed: without --list, which renders noth"),
        (["--list", "--watch"], "watch is asked for; allowed: without --list, which renders noth"),
        (["--prun"], "option is '--prun'; allowed: those that 'tcviz gallery --help' lists; "),
    ],
)
def test_wrong_requests_are_refused_in_one_line(words: list[str], told: str, run: Run) -> None:
    status, out, err = run(TWO, *words)
    assert (status, out) == (2, "")
    assert err.startswith(f"tcviz: {told}")
    assert err.count("\n") == 1


def test_a_folder_that_another_run_has_is_left_to_it(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    (tmp_path / "out").mkdir()
    with places.alone(tmp_path / "out"):
        status, _, err = run(TWO, "-o", "out")
    assert (status, files(tmp_path / "out")) == (1, {})
    assert err == (
        "tcviz: 'out' is being written by another tcviz gallery; try again when it is done\n"
    )


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    """Start a run of its own process group, as a terminal does."""
    (folder / "g.toml").write_text(MANY)
    words = [sys.executable, "-m", "tcviz", "gallery", "g.toml", "-o", name, "-j", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, cwd=folder, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload,no-any-return]


def group(number: int) -> list[str]:
    """Return the processes of a group that still run."""
    listed = subprocess.run(
        ["ps", "-eo", "pgid=,stat=,args="],  # noqa: S607  (wherever it is)
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [row[2] for row in rows if row[0] == str(number) and not row[1].startswith("Z")]


def ends(number: int) -> bool:
    """Return whether all processes of a group end soon."""
    until = time.monotonic() + 10
    while group(number) and time.monotonic() < until:
        time.sleep(0.05)
    return not group(number)


@POSIX
def test_signals_and_kills_leave_whole_files_and_the_next_run_does_the_rest(
    tmp_path: Path,
) -> None:
    began = time.monotonic()
    whole = start(tmp_path, "whole")
    assert whole.communicate(timeout=120) == ("whole: 8 rendered, 0 unchanged\n", "")
    takes, expected = time.monotonic() - began, files(tmp_path / "whole")
    chance = random.Random(4)  # noqa: S311  (a moment, not a secret)
    for number in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL, signal.SIGINT):
        process = start(tmp_path, "out")
        time.sleep(chance.uniform(0.2, 0.9) * takes)
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as ^C does: the workers get it, too
        else:
            process.kill()
        out, err = process.communicate(timeout=10)
        assert ends(process.pid), "workers are still there"
        if process.returncode and number is signal.SIGINT:
            # After a kill a worker that was just starting may complain: nobody is there to hush it.
            told = "tcviz: interrupted; nothing was left half"
            assert (out, err.startswith(told), err.count("\n")) == ("", True, 1)
        kept = files(tmp_path / "out") if (tmp_path / "out").exists() else {}
        kept.pop(manifest.NAME, None)
        assert kept.items() <= expected.items()
        assert start(tmp_path, "out").communicate(timeout=120)[1] == ""
        assert files(tmp_path / "out") == expected
        rmtree(tmp_path / "out")
