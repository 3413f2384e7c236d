"""Run the program many times, and strike each run with a signal at another counted position.

A position is a call of a function, Python's or C's, or its return: not a time.  They are spread
over places in the code, each when it is first passed: most of the calls are from a few loops.
Runs are forked from one process that has imported all, and laid out what is drawn, so that each
costs little.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from tcviz import __main__ as program
from tcviz import api, cli
from tcviz.api import pages
from tcviz.files import endings
from tcviz.gallery import run as gallery

Profiler: TypeAlias = Callable[[FrameType, str, Any], None]

SIGNALS = signal.SIGINT, signal.SIGTERM
OLD = b"what was there"
BEGINNINGS: dict[str, list[tuple[Any, str]]] = {
    "listening": [(endings, "listen")],
    "saving": [(api.Animation, "save"), (api.Figure, "save"), (pages, "save"), (gallery, "update")],
}
"""Where runs begin to be counted: at the first call of one of these functions."""


@dataclass(frozen=True)
class Run:
    """What came of a run: the files in its folder are as they were, "old", "new", or "other".

    New ones are as a run makes them that is left alone: such a one has no `number` of a signal.
    """

    at: int
    number: int
    status: int
    said: str
    files: dict[str, str]


def strikes(since: str, words: str, old: Sequence[str], places: int, home: Path) -> list[Run]:
    """Return what comes of runs in a folder with these old files; the first is left alone."""
    asked = since, words, str(places), str(home), *old
    script = [sys.executable, "-B", "-m", "tests.striking", *asked]
    root = Path(__file__).parents[1]
    scratch = os.environ | {"TMPDIR": str(home / "folder")}  # what is left there is found, too
    found = subprocess.run(script, cwd=root, env=scratch, stdout=subprocess.PIPE, check=True).stdout
    return [Run(**each) for each in json.loads(found)]


@dataclass
class _Runs:
    """Runs of a command, one after the other, in the same folder."""

    home: Path
    old: Sequence[str]
    places: int
    new: dict[str, bytes] = field(default_factory=dict)
    passed: list[int] = field(default_factory=list)
    """The counts at which a run that is left alone first comes to a place in the code."""

    @property
    def folder(self) -> Path:
        return self.home / "folder"

    def main(self, since: str, words: Sequence[str]) -> None:
        """Run once for what is imported and kept; then, from a beginning on, again and again."""
        self._clear()
        os.chdir(self.folder)
        assert cli.run(words) == 0
        for owner, name in BEGINNINGS[since]:
            self._split_at(owner, name)
        try:
            program.main(words)
        finally:
            sys.setprofile(None)
            (self.home / "passed").write_text(json.dumps(self.passed))

    def _split_at(self, owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def first(*args: Any, **options: Any) -> Any:
            setattr(owner, name, function)
            function(*args, **options)
            self._split()
            return function(*args, **options)

        setattr(owner, name, first)

    def _split(self) -> None:
        """Return in a process for each run; tell what came of all, and end."""
        gc.freeze()
        alone = self._forked(0, 0)
        if alone is None:
            return
        self.new = {name: path.read_bytes() for name, path in self._files().items()}
        passed = json.loads((self.home / "passed").read_text())
        found = [self._told(0, 0, alone)]
        for n in range(self.places):
            at, number = passed[n * len(passed) // self.places], SIGNALS[n % len(SIGNALS)]
            status = self._forked(at, number)
            if status is None:
                return
            found.append(self._told(at, number, status))
        print(json.dumps(list(map(asdict, found))), flush=True)  # noqa: T201
        os._exit(0)

    def _forked(self, at: int, number: int) -> int | None:
        """Return the exit status of a run; in the process that it is made in, return None."""
        self._clear()
        process = os.fork()
        if process:
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        self._say_to(self.home / "said")
        sys.setprofile(_striker(at, number) if number else self._noter())
        return None

    def _told(self, at: int, number: int, status: int) -> Run:
        kinds = {name: self._kind(name, path) for name, path in self._files().items()}
        return Run(at, number, status, (self.home / "said").read_text(), kinds)

    def _say_to(self, path: Path) -> None:
        said = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)

    def _noter(self) -> Profiler:
        count, seen = 0, set()

        def note(frame: FrameType, event: str, arg: Any) -> None:  # noqa: ARG001
            nonlocal count
            count += 1
            place = frame.f_code, frame.f_lasti, event
            if place not in seen:
                seen.add(place)
                self.passed.append(count)

        return note

    def _clear(self) -> None:
        for path in self._files().values():
            path.unlink()
        for name in self.old:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(OLD)

    def _files(self) -> dict[str, Path]:
        there = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in there}

    def _kind(self, name: str, path: Path) -> str:
        data = path.read_bytes()
        return "old" if data == OLD else "new" if data == self.new.get(name) else "other"


def _striker(at: int, number: int) -> Profiler:
    count = 0

    def strike(frame: FrameType, event: str, arg: Any) -> None:  # noqa: ARG001
        nonlocal count
        count += 1
        if count == at:
            sys.setprofile(None)
            os.kill(os.getpid(), number)

    return strike


if __name__ == "__main__":
    since, words, places, home, *old = sys.argv[1:]
    _Runs(Path(home), old, int(places)).main(since, words.split())
