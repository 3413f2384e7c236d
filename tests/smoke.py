"""Every format is written by the command line and read again, with whatever versions are installed.

It needs no test runner, so that an environment of chosen versions costs little:
``python tests/smoke.py``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from importlib.metadata import PackageNotFoundError, requires, version
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from tcviz import cli
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS

SIZE = 560, 316
STEPS = 2


def image(path: Path) -> int:
    from PIL import Image

    with Image.open(path) as opened:
        assert opened.size == SIZE, opened.size
        frames = getattr(opened, "n_frames", 1)
        for frame in range(frames):
            opened.seek(frame)
            assert len(set(opened.convert("L").tobytes())) > 5
    return frames


def video(path: Path) -> int:
    import av

    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert {frame.shape for frame in frames} == {(*SIZE[::-1], 3)}
    return len(frames) - 1  # the last one is there twice, once where it ends


def page(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert text.rstrip().endswith("</html>")
    return STEPS


def svg(path: Path) -> int:
    root = ET.parse(path).getroot()  # noqa: S314  (it is our own)
    assert float(root.attrib["width"]) == SIZE[0]
    return len(root.findall(".//{*}path")) > 5


def film(path: Path) -> int:
    """Return at how many times of its round an animated SVG changes."""
    assert svg(path)
    return len(set(re.findall(r"([0-9.]+)%{", path.read_text("utf-8"))))


def slides(path: Path) -> int:
    from pptx import Presentation

    deck = Presentation(str(path))
    assert all(len(slide.shapes) > 5 for slide in deck.slides)
    return len(deck.slides)


def starts(words: bytes) -> Callable[[Path], int]:
    def read(path: Path) -> int:
        data = path.read_bytes()
        assert data.startswith(words), data[:20]
        assert len(data) > 5000
        return 1

    return read


READERS: dict[str, dict[str, Callable[[Path], int]]] = {
    "animate": {
        **dict.fromkeys(("gif", "webp", "apng", "png"), image),
        **dict.fromkeys(("mp4", "webm"), video),
        "html": page,
        "svg": film,
    },
    "figure": {
        **dict.fromkeys(("png", "webp", "jpg", "jpeg"), image),
        "svg": svg,
        "pdf": starts(b"%PDF-"),
        "eps": starts(b"%!PS-Adobe-"),
        "pgf": starts(b"% "),
        "pptx": slides,
    },
}
GALLERY = """
[defaults]
size = "560x316"
first = 2
[[item]]
name = "a"
[[item]]
name = "b"
format = "mp4"
"""


def run(*words: str) -> None:
    """Run a command in this process, for it is quick; it must succeed."""
    assert cli.run(words) == 0, words


def every_format() -> None:
    for command, formats in {"animate": FORMATS, "figure": STILLS}.items():
        assert formats.keys() == READERS[command].keys()
        several = ["--first", str(STEPS)] if command == "animate" else ["--step", "1"]
        for key in formats:
            path = Path(f"{command}.{key}")
            run(command, *several, "--size", "x".join(map(str, SIZE)), "-q", "-o", str(path))
            found = READERS[command][key](path)
            assert found == (STEPS if command == "animate" else 1), (path, found)


def a_gallery(folder: str, *options: str) -> None:
    """Make a gallery by the installed program."""
    Path("g.toml").write_text(GALLERY)
    words = "gallery", "g.toml", "-o", folder, *options
    program = Path(sysconfig.get_path("scripts"), "tcviz")
    with subprocess.Popen([program, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == f"{folder}: 2 rendered, 0 unchanged\n"
        if "--watch" in options:
            assert process.stdout.readline().startswith("watching g.toml")
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert image(Path(folder, "a.gif")) == video(Path(folder, "b.mp4")) == STEPS


def a_cluster() -> None:
    from distributed import LocalCluster

    local = {"host": "127.0.0.1", "protocol": "tcp", "dashboard_address": None}
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **local) as cluster:
        a_gallery("dask", "--scheduler", cluster.scheduler_address)


def main() -> None:
    """Try all that other packages are needed for."""
    # A shell that starts this behind an `&` has it ignored, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    home = Path.cwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        with redirect_stdout(StringIO()):
            run("size")
            run("check", "--random", "20")
        every_format()
        a_gallery("watched", "-j", "2", "--watch")
        a_cluster()
        os.chdir(home)
    print(sys.version.split()[0], *installed())  # noqa: T201


def installed() -> Iterator[str]:
    """Yield the packages that are declared and installed, with their versions."""
    for name in sorted({re.split(r"[^\w-]", each)[0] for each in requires("tcviz") or ()}):
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


if __name__ == "__main__":
    main()
