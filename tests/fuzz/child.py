"""One call in a process of its own: forked from a warm one, with little memory and some seconds."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

import matplotlib as mpl
import pytest

from tcviz import __main__ as program
from tcviz import cli
from tcviz.effort.loads import PROGRAM, duration
from tests.fuzz.calls import Call
from tests.meter import Meter, metered

MEMORY = 2 * 2**30
"""Bytes of addresses that a call may ask for, the program's own among them."""
SECONDS = 60
"""Of one core: what takes longer was not refused, but should have been."""
WAIT = 150
"""Seconds by the clock: what waits longer waits for ever."""
FILE = 2**28
"""Bytes of one file; whoever runs this has a disk that may be small."""
ESCAPED = 99
"""The status of a call that was left by an exception."""
STREAMS = "0", "1", "2"
"""Files beside the call's folder that are its standard streams."""
WORK = "3"
"""The file beside it that says what was foreseen, and done."""
HEAVY = (
    "PIL.Image", "av", "imageio.plugins.pyav", "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_pgf",
    "matplotlib.backends.backend_ps", "matplotlib.backends.backend_svg", "rich.table", "torch",
    "tcviz.api", "tcviz.checks.compare", "pptx", "tcviz.gallery.run", "tcviz.gallery.index",
    "tcviz.gallery.pool", "tcviz.gallery.watching", "tcviz.gallery.comparing", "watchfiles",
    "unittest.mock",
)  # fmt: skip
"""What is imported once, and not for every call; not all of it need be installed."""

Tree = dict[str, tuple[str, str]]
"""Paths below a call's folder: what each is, and a digest of what is in it, or where it leads."""


class Work(NamedTuple):
    """What was foreseen by all estimates, and done: counted, not timed."""

    products_foreseen: int = 0
    products: int = 0
    pixels_foreseen: int = 0
    pixels: int = 0
    seconds_foreseen: float = 0


NOTHING = Work()


@dataclass(frozen=True)
class Outcome:
    """What a call has said and done: `signal` is what killed it, if anything did.

    The paths of `before` and `after` begin at the folder that the program ran in, its home, or
    the place for its temporary files; `new` are the contents of files that are new or changed.
    """

    call: Call
    status: int
    signal: int
    out: bytes
    err: str
    before: Tree
    after: Tree
    new: dict[str, bytes]
    peak: int = 0
    seconds: float = 0
    work: Work = NOTHING

    @property
    def changed(self) -> set[str]:
        """The paths of what is new, gone, or other than it was."""
        both = self.before.keys() | self.after.keys()
        return {path for path in both if self.before.get(path) != self.after.get(path)}


@dataclass
class Child:
    """A call on its way."""

    call: Call
    place: Path
    before: Tree
    pid: int

    def ended(self, status: int, usage: resource.struct_rusage) -> Outcome:
        """Return what came of it, and sweep what it left running or lying about."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        after = tree(self.place)
        changed = [path for path, what in after.items() if self.before.get(path) != what]
        new = {p: (self.place / p).read_bytes() for p in changed if after[p][0] == "file"}
        said = [(self.place / name).read_bytes() for name in STREAMS[1:]]
        return Outcome(
            self.call, os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 0,
            os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            said[0], said[1].decode("utf-8", "surrogateescape"), self.before, after, new,
            usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime,
            Work(*json.loads((self.place / WORK).read_bytes() or b"[]")),
        )  # fmt: skip


def warm() -> int:
    """Import what calls need, and return how many bytes of addresses one of them may have."""
    for name in HEAVY:
        if find_spec(name.partition(".")[0]):
            import_module(name)
    for command in cli.COMMANDS:
        import_module(f"tcviz.cli.{command}")
    gc.freeze()  # what is shared stays shared
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize() - PROGRAM + MEMORY


def lay_out(call: Call, place: Path) -> None:
    """Make the folders and files of a call below a place that is not there yet."""
    work = place / "work"
    for folder in (work / "folder", place / "home", place / "tmp"):
        folder.mkdir(parents=True)
    for beside in (*STREAMS, WORK):
        (place / beside).touch()
    (work / "mine.txt").write_bytes(b"mine")
    os.mkfifo(work / "pipe")
    for name, target in {"link": "gone", "endless": "/dev/zero", "circle": "circle"}.items():
        (work / name).symlink_to(target)
    for name, data in call.files.items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_bytes(data)


def tree(place: Path) -> Tree:
    """Return everything below a place but what was said."""
    found: Tree = {}
    for path in sorted(place.rglob("*")):
        name = str(path.relative_to(place))
        if name in {*STREAMS, WORK}:
            continue
        if path.is_symlink():
            found[name] = "link", str(path.readlink())
        elif path.is_file():
            found[name] = "file", sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "other", ""
    return found


def start(call: Call, place: Path, memory: int) -> Child:
    """Start a call below a place that is not there yet, after the one that comes before it."""
    lay_out(call, place)
    if call.earlier:
        os.waitpid(_fork(replace(call, words=call.earlier), place, memory), 0)
    before = tree(place)
    (place / STREAMS[0]).write_bytes(call.stdin)
    return Child(call, place, before, _fork(call, place, memory))


def _fork(call: Call, place: Path, memory: int) -> int:
    """Return the process that makes a call."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        _run(call, place, memory)
    return pid


def _run(call: Call, place: Path, memory: int) -> NoReturn:
    """Be the program, and end as it does."""
    status: Any = ESCAPED
    try:
        os.setpgid(0, 0)
        _bound(memory)
        _move(place)
        _pretend()
        meter = metered(pytest.MonkeyPatch())
        program.main(call.words)
    except SystemExit as leave:
        status = 0 if leave.code is None else leave.code
    except BaseException:  # noqa: BLE001  (this is what must not happen, and is told)
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
            (place / WORK).write_text(json.dumps(_work(meter)), encoding="ascii")
        os._exit(status if isinstance(status, int) else 1)


def _work(meter: Meter) -> Work:
    products, pixels = map(meter.foreseen_in_all, ("products", "pixels of all frames"))
    done, seconds = meter.done, sum(map(duration, meter.told)) / 1e9
    return Work(products, done["products"], pixels, done["pixels"], seconds)


def _bound(memory: int) -> None:
    """Take no more than a call should; what ends it then is told from any other end."""
    for what, most in {
        resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_FSIZE: FILE,
        resource.RLIMIT_CORE: 0,
    }.items():  # fmt: skip
        resource.setrlimit(what, (most, most + 1 if what == resource.RLIMIT_CPU else most))
    signal.alarm(WAIT)


def _move(place: Path) -> None:
    """Go to the call's folder, and read and write its streams."""
    for number, name in enumerate(STREAMS):
        flags = os.O_WRONLY | os.O_TRUNC if number else os.O_RDONLY
        os.dup2(os.open(place / name, flags), number)
    os.chdir(place / "work")
    os.environ.update(HOME=str(place / "home"), TMPDIR=str(place / "tmp"))
    os.environ["MPLCONFIGDIR"] = mpl.get_cachedir()  # what it keeps there is its own
    tempfile.tempdir = None


def _pretend() -> None:
    """Watch for one turn, show nothing on anybody's screen, and be no main module of theirs."""
    import click

    from tcviz.gallery import watching

    turns = watching.turns
    watching.turns = lambda spec: islice(turns(spec), 1)
    click.launch = lambda *_, **__: 0
    sys.modules["__main__"] = ModuleType("__main__")  # a gallery's processes import it
