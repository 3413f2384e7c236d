"""Endings: a signal at any moment ends the program, which leaves nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from itertools import groupby
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from textwrap import dedent

import pytest

import tcviz
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS as STILL_FORMATS
from tests.striking import Run, strikes

if sys.platform == "win32":
    pytest.skip("Windows has no such signals", allow_module_level=True)

PLACES = 48
WORDS = {SIGINT: "interrupted", SIGTERM: "terminated"}
SMALLEST = "-q -n 1 -k 1 --size 560x315"
FILMS = ("gif", "apng", "webp", "mp4", "webm", "svg", "html")
MOVING = [f"animate --first 1 -o o.{form}" for form in FILMS]
STILLS = [f"figure --crop -o o.{s}" for s in ("svg", "png", "pdf", "eps", "pgf", "pptx")]


def end_as_they_should(runs: list[Run]) -> bool:
    """Return whether all runs, the first one left alone, end as they should."""
    alone, *struck = runs
    assert (alone.status, alone.said, set(alone.files.values())) == (0, "", {"new"})
    assert len({run.at for run in struck}) == PLACES
    for run in struck:
        told = f"tcviz: {WORDS[Signals(run.number)]}; nothing was left half-written\n"
        assert (run.status, run.said) == (128 + run.number, told), run
    return True


@pytest.mark.parametrize(
    ("since", "words"),
    [("listening", MOVING[0]), *(("saving", words) for words in (*MOVING, *STILLS))],
)
def test_a_signal_anywhere_leaves_the_target_as_it_was_or_whole(
    since: str, words: str, tmp_path: Path
) -> None:
    target = words.rsplit(maxsplit=1)[-1]
    runs = strikes(since, f"{words} {SMALLEST}", [target], PLACES, tmp_path)
    assert end_as_they_should(runs)
    assert {name for run in runs for name in run.files} == {target}
    kinds = [run.files[target] for run in runs[1:]]
    assert [kind for kind, _ in groupby(kinds)] in (["old"], ["old", "new"])


def test_no_module_that_writes_a_format_is_left_out() -> None:
    for words, table in ((MOVING, FORMATS), (STILLS, STILL_FORMATS)):
        struck = {table[each.rsplit(".", 1)[1]].home for each in words}
        assert struck == {form.home for form in table.values()}


def test_a_signal_anywhere_leaves_whole_files_in_a_gallery(tmp_path: Path) -> None:
    items = "".join(f"[[item]]\nname = '{name}'\nformat = '{name}'\n" for name in ("mp4", "gif"))
    (tmp_path / "g.toml").write_text(
        f"[defaults]\nsize = '560x315'\nkernel_size = 1\nfirst = 1\n{items}"
    )
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out").mkdir()
    made = ["out/mp4.mp4", "out/gif.gif"]
    runs = strikes("saving", "gallery ../g.toml -o out -j 1 -q", made, PLACES, tmp_path)
    assert end_as_they_should(runs)
    others = {f"out/{name}" for name in (".tcviz-gallery.json", "index.html", "index.json")}
    posters = {f"out/posters/{name}.png" for name in ("mp4.mp4", "gif.gif")}
    for run in runs:
        assert {*made} <= run.files.keys() <= {*made} | others | posters
        kinds = {kind for name, kind in run.files.items() if name not in others}
        assert kinds <= {"old", "new"}


def ends(script: str, folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-B", "-c", dedent(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "lost",
    [
        "late = Late()\n    del late",
        "swallow()",
        "convert()",
        "swallow()\n    Path('a.gif').exists()",
        "strike()\n    signal.raise_signal(signal.SIGINT)",
    ],
)
def test_a_signal_whose_exception_gets_lost_ends_it_all_the_same(lost: str, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"old")
    script = f"""
import signal
from pathlib import Path
from tcviz.files import endings
from tcviz.files.writing import whole_file

def strike():
    signal.raise_signal(signal.SIGTERM)

class Late:
    def __del__(self):
        strike()

def swallow():
    try:
        strike()
    except BaseException:
        pass

def convert():
    try:
        strike()
    except BaseException:
        raise ValueError from None

def work():
    with whole_file(Path('a.gif')) as file:
        file.write(b"new")
        loses()
    return 0

def loses():
    {lost}

endings.listen(endings.SIGNALS).run(work)
"""
    told = "tcviz: terminated; nothing was left half-written\n"
    assert ends(script, tmp_path) == (143, "", told)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]
    assert (tmp_path / "a.gif").read_bytes() == b"old"


def test_a_second_signal_cuts_no_cleaning_up_short(tmp_path: Path) -> None:
    script = """
        import os, signal
        from pathlib import Path
        from tcviz.files import endings, writing
        from tcviz.files.writing import whole_file

        def unlink(path):
            signal.raise_signal(signal.SIGINT)
            own(path)

        own, writing.remove = writing.remove, unlink

        def work():
            with whole_file(Path('a/b/c.gif')):
                signal.raise_signal(signal.SIGTERM)

        endings.listen(endings.SIGNALS).run(work)
    """
    told = "tcviz: terminated; nothing was left half-written\n"
    assert ends(script, tmp_path) == (143, "", told)
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_ignored_from_the_start_stays_so(tmp_path: Path) -> None:
    script = """
        import signal
        from tcviz.files import endings
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        ending = endings.listen(endings.SIGNALS)
        signal.raise_signal(signal.SIGHUP)
        print(ending.number)
    """
    assert ends(script, tmp_path) == (0, "0\n", "")


def test_an_interrupt_while_it_starts_shows_no_traceback(tmp_path: Path) -> None:
    # Nothing but what any start of Python has is imported; counted from the program's first line.
    script = """
        import os, runpy, signal, sys
        from pathlib import Path

        def begin(at):
            count = 0
            def passed(frame, event, arg):
                nonlocal count
                if count or frame.f_code.co_filename.endswith("__main__.py"):
                    count += 1
                    if count == at:
                        sys.setprofile(None)
                        signal.raise_signal(signal.SIGINT)
            sys.argv = ["tcviz", "--version"]
            sys.setprofile(passed)
            try:
                runpy.run_module("tcviz", run_name="__main__", alter_sys=True)
            finally:
                sys.setprofile(None)
                if not at:
                    Path("count").write_text(str(count))

        def forked(at):
            process = os.fork()
            if not process:
                said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(said, 1)
                os.dup2(said, 2)
                begin(at)
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            return status, Path("said").read_text()

        signal.signal(signal.SIGINT, signal.default_int_handler)
        print(forked(0))
        total = int(Path("count").read_text())
        firsts = range(2, 30)  # the very first is before any line of the program
        print({forked(at) for at in (*firsts, *range(30, total, total // 30))})
    """
    status, out, err = ends(script, tmp_path)
    assert (status, err) == (0, "")
    whole, struck = map(literal_eval, out.splitlines())
    assert whole == (0, f"tcviz {tcviz.__version__}\n")
    told = "tcviz: interrupted; nothing was left half-written\n"
    assert struck <= {(130, ""), (130, told)}
    assert (130, told) in struck
