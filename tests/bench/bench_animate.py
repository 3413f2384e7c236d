"""Measure the budgets of pictures, files and start-up, as ratios in one run.

    python tests/bench/bench_animate.py [NAME ...]

Whole processes are timed alternately, A B A B, and the median ratio is printed;
nothing here fails when a budget is missed, it says so.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from measuring import growth, run

from tcviz.api import Animation, animate
from tcviz.export import format_of
from tcviz.export.reel import Reel, Shot
from tcviz.render.pixels import Pixels
from tcviz.scene.frames import Timing

HERE = Path(__file__).parent
BASELINE = [sys.executable, str(HERE / "baseline.py")]
TCVIZ = [sys.executable, "-m", "tcviz"]
GEOMETRY = ["animate", "--stride", "2", "--padding", "1", "--quiet"]


def paired(
    a: Callable[[], float], b: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Return the medians of a and b and of the ratio a/b, measured alternately."""
    a(), b()
    pairs = [(a(), b()) for _ in range(rounds)]
    return (
        statistics.median(x for x, _ in pairs),
        statistics.median(y for _, y in pairs),
        statistics.median(x / y for x, y in pairs),
    )


def whole_gif(folder: Path) -> str:
    """Default GIF, whole process, against FuncAnimation: at least 7 times faster."""
    out = str(folder / "a.gif")
    slow, fast, ratio = paired(
        lambda: run([*BASELINE, out, "3", "9"])[0],
        lambda: run([*TCVIZ, *GEOMETRY, "-o", out])[0],
        5,
    )
    return f"{ratio:.1f} times faster (matplotlib {slow:.2f} s, tcviz {fast:.2f} s)"


def additional_frame(folder: Path) -> str:
    """Each additional frame, against FuncAnimation: at least 60 times faster."""
    out, few, many = str(folder / "a.gif"), 6, 36

    def slow() -> float:
        times = [run([*BASELINE, out, "6", str(n)])[0] for n in (few, many)]
        return (times[1] - times[0]) / (many - few)

    def fast() -> float:
        command = [*TCVIZ, *GEOMETRY, "--input-size", "6", "-o", out, "--first"]
        times = [
            statistics.median(run([*command, str(n)])[0] for _ in range(5)) for n in (few, many)
        ]
        return (times[1] - times[0]) / (many - few)

    a, b, ratio = paired(slow, fast, 2)
    return f"{ratio:.0f} times faster (matplotlib {1e3 * a:.0f} ms, tcviz {1e3 * b:.1f} ms a frame)"


def _ready_made(animation: Animation) -> list[Shot]:
    """Paint all frames in advance, each on a canvas of its own."""
    pixels = Pixels(animation.size)
    shots = []
    for frame in animation.frames():
        painted = pixels.paint(frame.scene)
        still = painted._replace(pixels=painted.pixels.copy())
        shots.append(Shot(still, frame.duration))
    return shots


def _against_encoder(
    suffix: str, folder: Path, clock: Callable[[], float] = perf_counter, **asked: Any
) -> str:
    options = {"stride": 2, "padding": 1} | asked
    ready = _ready_made(animate(**options))
    path = folder / f"a.{suffix}"

    def whole() -> float:
        start = clock()
        animate(**options).save(path)
        return clock() - start

    def encoder() -> float:
        start = clock()
        with path.open("w+b") as file:
            format_of(suffix).load()(Reel((1280, 720), len(ready), iter(ready)), file)
        return clock() - start

    a, b, ratio = paired(whole, encoder, 7)
    return (
        f"{ratio:.2f} times ({1e3 * a / len(ready):.1f} and {1e3 * b / len(ready):.1f} ms a frame)"
    )


def gif_encoder(folder: Path) -> str:
    """Whole GIF against encoding its ready-made frames: at most 2.5 times."""
    return _against_encoder("gif", folder, input_size=10)


def mp4_encoder(folder: Path) -> str:
    """Whole MP4 against encoding its ready-made frames: at most 1.5 times."""
    return _against_encoder("mp4", folder, input_size=10)


def glides(folder: Path) -> str:
    """A film that glides, all its CPU time, against encoding its frames: at most 1.5 times."""
    found = (
        f"{suffix} {_against_encoder(suffix, folder, process_time, transition=0.6)}"
        for suffix in ("mp4", "gif")
    )
    return ", ".join(found)


def films(folder: Path) -> str:
    """A film that glides, whole process: CPU time a frame, start included and without; bytes."""
    found = []
    for suffix in ("mp4", "webm", "gif"):
        path = folder / f"a.{suffix}"
        command = [*TCVIZ, *GEOMETRY, "--transition", "0.6", "-o", str(path), "--first"]
        few, many = 1, 9
        start, whole = (
            statistics.median(_cpu([*command, str(steps)]) for _ in range(5))
            for steps in (few, many)
        )
        frames = Timing(transition=Fraction("0.6")).frames(many)
        each, further = 1e3 * whole / frames, 1e3 * (whole - start) / (frames - few)
        found.append(f"{suffix} {each:.1f} and {further:.1f} ms, {path.stat().st_size} bytes")
    return "; ".join(found)


def _cpu(command: Sequence[str]) -> float:
    """Return the CPU time of a process, on all processors."""
    before = os.times()
    run(command)
    after = os.times()
    return sum(getattr(after, k) - getattr(before, k) for k in ("children_user", "children_system"))


def glide_size(folder: Path) -> str:
    """A film that glides at 60 frames a second against 30: at most 1.2 times the bytes."""
    found = []
    for suffix in ("mp4", "webm"):
        path, sizes = folder / f"a.{suffix}", []
        for fps in (60, 30):
            animate(stride=2, padding=1, transition=0.6, fps=fps).save(path)
            sizes.append(path.stat().st_size)
        found.append(f"{suffix} {sizes[0] / sizes[1]:.2f} ({sizes[0]} and {sizes[1]} bytes)")
    return ", ".join(found)


def memory(folder: Path) -> str:
    """Peak memory, 5,000 frames against 50: at most 1.2 times."""
    found = []
    for suffix in ("gif", "apng", "mp4"):
        command = [
            *TCVIZ,
            *GEOMETRY,
            "--input-size",
            "72",
            "-o",
            str(folder / f"a.{suffix}"),
            "--first",
        ]
        few, many = (run([*command, n])[1] for n in ("50", "5000"))
        found.append(f"{suffix} {growth(few, many)}")
    return ", ".join(found)


def large_output(folder: Path) -> str:
    """Time per frame, 64×64 output against 4×4: at most 2 times."""
    path = folder / "a.gif"

    def per_frame(size: int, first: int) -> float:
        options = {"padding": 1, "input_size": size, "view": "collection", "seed": 1}
        times = []
        for count in (1, first):
            start = perf_counter()
            animate(**options, first=count).save(path)
            times.append(perf_counter() - start)
        return (times[1] - times[0]) / (first - 1)

    a, b, ratio = paired(lambda: per_frame(64, 200), lambda: per_frame(4, 16), 7)
    return f"{ratio:.2f} times ({1e3 * a:.2f} and {1e3 * b:.2f} ms a frame)"


def start_up(folder: Path) -> str:
    """`tcviz --help` against importing click: at most 2 times."""
    del folder
    a, b, ratio = paired(
        lambda: run([*TCVIZ, "--help"])[0],
        lambda: run([sys.executable, "-c", "import click"])[0],
        15,
    )
    return f"{ratio:.2f} times ({1e3 * a:.0f} and {1e3 * b:.0f} ms)"


def still_svg(folder: Path) -> str:
    """Default still as SVG, whole process, against its imports: at most 1.5 times."""
    out = folder / "a.svg"
    a, b, ratio = paired(
        lambda: run([*TCVIZ, "figure", "--stride", "2", "--padding", "1", "-q", "-o", str(out)])[0],
        lambda: run([sys.executable, "-c", "import numpy, PIL.Image, click"])[0],
        9,
    )
    return f"{ratio:.2f} times ({1e3 * a:.0f} and {1e3 * b:.0f} ms), {out.stat().st_size} bytes"


LOADED = {
    "gif": "numpy, PIL.Image, click",
    "webp": "numpy, PIL.Image, click",
    "apng": "numpy, PIL.Image, click",
    "svg": "numpy, click",
    "html": "numpy, click, jinja2",
    "mp4": "numpy, PIL.Image, click, imageio.v3, av",
    "webm": "numpy, PIL.Image, click, imageio.v3, av",
}
"""What each format needs of other packages."""
STILLS = {
    "png": "numpy, PIL.Image, click",
    "svg": "numpy, click",
    "pdf": "numpy, click, matplotlib.figure, matplotlib.backends.backend_pdf",
    "pptx": "numpy, PIL.Image, click, pptx",
}


def formats(folder: Path) -> str:
    """The article's example in each format, whole process, against importing what it needs."""
    found = []
    asked = [("animate", suffix, needs) for suffix, needs in LOADED.items()]
    for command, suffix, needs in [*asked, *(("figure", *still) for still in STILLS.items())]:
        out = folder / f"a.{suffix}"
        a, b, ratio = paired(
            lambda command=command, out=out: run(
                [*TCVIZ, command, "--stride", "2", "--padding", "1", "--quiet", "-o", str(out)]
            )[0],
            lambda needs=needs: run([sys.executable, "-c", f"import {needs}"])[0],
            5,
        )
        spent = f"{a:.2f} s, {ratio:.1f} times its imports ({b:.2f} s)"
        found.append(f"{command} {suffix}: {spent}, {out.stat().st_size / 1e3:.0f} kB")
    return "\n    ".join(found)


def gif_size(folder: Path) -> str:
    """GIF size against gifsicle -O3: at most 1.1 times."""
    gifsicle = shutil.which("gifsicle")
    if not gifsicle:
        return "not measured: gifsicle is not installed"
    found = []
    for name, extra in {
        "default": [],
        "collection": ["--view", "collection"],
        "transition": ["--transition", "0.5"],
        "64×64": ["-n", "32", "--first", "300"],
        "dark": ["--theme", "dark"],
    }.items():
        path, small = folder / "a.gif", folder / "b.gif"
        run([*TCVIZ, *GEOMETRY, *extra, "-o", str(path)])
        subprocess.run([gifsicle, "-O3", str(path), "-o", str(small)], check=True)
        found.append(f"{name} {path.stat().st_size / small.stat().st_size:.3f}")
    return ", ".join(found)


BUDGETS = (
    whole_gif,
    additional_frame,
    gif_encoder,
    mp4_encoder,
    glides,
    films,
    glide_size,
    memory,
    large_output,
    start_up,
    still_svg,
    formats,
    gif_size,
)


def main(names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for budget in BUDGETS:
            if not names or budget.__name__ in names:
                print(f"{budget.__doc__}\n    {budget(Path(folder))}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
