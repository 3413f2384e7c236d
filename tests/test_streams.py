"""Standard streams that are closed: the work is done all the same, and what can be said is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tcviz.files.streams import is_terminal

if sys.platform == "win32":
    pytest.skip("its shells close no streams", allow_module_level=True)

ALL = "<&- >&- 2>&-"
SMALL = "--size 560x315 --first 1 -n 1 -k 1"
GALLERY = (
    "[defaults]\nsize='560x315'\nfirst=1\n[[item]]\nname='a'\nformat='mp4'\n[[item]]\nname='b'"
)


NUMBERS = """
import os, subprocess, sys
from tcviz.files import streams
streams.prepare()
with open("told", "w") as file:
    asked = "import os, sys; sys.exit(None in (sys.stdin, sys.stdout, sys.stderr))"
    print(file.fileno(), subprocess.run([sys.executable, "-c", asked]).returncode, file=file)
"""


def run(words: str, closed: str, folder: Path) -> tuple[int, str, str]:
    """Run the program as a shell does that closes streams."""
    return python(f"-m tcviz {words}", closed, folder)


def python(words: str, closed: str, folder: Path) -> tuple[int, str, str]:
    shell = ["/bin/sh", "-c", f'exec "$0" {words} {closed}', sys.executable]
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        shell, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_file_is_written_and_told_of_where_that_can_be(tmp_path: Path) -> None:
    _, told, _ = run(f"animate {SMALL} -o a.gif", "", tmp_path)
    assert told.startswith("a.gif: 1 frames")
    made = (tmp_path / "a.gif").read_bytes()
    for closed, said in {"<&-": told, ">&-": "", "2>&-": told, "<&- 2>&-": told, ALL: ""}.items():
        (tmp_path / "a.gif").unlink()
        assert run(f"animate {SMALL} -o a.gif", closed, tmp_path) == (0, said, "")
        assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]
        assert (tmp_path / "a.gif").read_bytes() == made


@pytest.mark.parametrize("words", [f"animate {SMALL} -o a.mp4", "figure --size 560x315 -o a.png"])
def test_with_all_closed_other_formats_are_written_too(words: str, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    assert run(f"{words} -q", "", tmp_path) == (0, "", "")
    assert run(words, ALL, tmp_path / "closed") == (0, "", "")
    (made,) = (tmp_path / "closed").iterdir()
    assert made.read_bytes() == (tmp_path / made.name).read_bytes()


@pytest.mark.parametrize("words", ["size", "size --json", "check", "views", "--version"])
def test_what_only_tells_tells_nobody_and_succeeds(words: str, tmp_path: Path) -> None:
    assert run(words, ">&-", tmp_path) == (0, "", "")
    assert run(words, ALL, tmp_path) == (0, "", "")


def test_a_gallery_is_made_by_workers_with_closed_streams(tmp_path: Path) -> None:
    (tmp_path / "g.toml").write_text(GALLERY)
    for name, closed in (("open", ""), ("closed", ALL)):
        assert run(f"gallery g.toml -q -j 2 -o {name}", closed, tmp_path) == (0, "", "")
    made = [p.relative_to(tmp_path / "open") for p in (tmp_path / "open").rglob("*") if p.is_file()]
    assert len(made) > 3
    for path in made:
        if path.suffix in (".gif", ".mp4", ".png"):
            assert (tmp_path / "closed" / path).read_bytes() == (
                tmp_path / "open" / path
            ).read_bytes()


@pytest.mark.parametrize(
    ("words", "closed", "told"),
    [
        ("animate -o - --format gif", ">&-", "output is closed; allowed: a file, or a pipe"),
        ("animate --input -", "<&-", "input is closed; allowed: a pipe, as in: cat x.csv | tcv…"),
    ],
)
def test_what_needs_a_stream_that_is_closed_is_refused(
    words: str, closed: str, told: str, tmp_path: Path
) -> None:
    status, out, err = run(words, closed, tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith(f"tcviz: standard {told.removesuffix('…')}")
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_is_refused_keeps_its_status_when_nobody_hears_why(tmp_path: Path) -> None:
    assert run("animate -s 0", ALL, tmp_path) == (2, "", "")


def test_no_file_gets_the_number_of_a_closed_stream_here_or_in_a_worker(tmp_path: Path) -> None:
    (tmp_path / "numbers.py").write_text(NUMBERS)
    assert python("numbers.py", ALL, tmp_path) == (0, "", "")
    assert (tmp_path / "told").read_text() == "3 0\n"


def test_nobody_looks_at_a_closed_stream() -> None:
    assert not is_terminal(None)
