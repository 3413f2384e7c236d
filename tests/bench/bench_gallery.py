"""Measure the budgets of galleries, as ratios in one run.

    python tests/bench/bench_gallery.py [NAME ...]

Two jobs and one are timed alternately as whole processes, and their processor time
beside it: where others load the machine, two jobs cannot have both cores, and the
bound that is printed is what processor time alone would allow.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import rmtree
from time import perf_counter

from measuring import growth, peak_of

from tcviz.gallery import pool, spec
from tcviz.gallery.items import Item
from tcviz.gallery.work import work

TCVIZ = [sys.executable, "-m", "tcviz"]
MIXED = """
[defaults]
size = "960x540"
[[sweep]]
name = "{view}-{seed}"
view = ["distribution", "collection"]
seed = [%s]
stride = 2
input_size = 4
format = ["gif", "svg"]
"""
MANY = """
[defaults]
size = "560x315"
first = 1
[[sweep]]
name = "{view}-{kernel_size}-{seed}"
view = ["distribution", "collection"]
kernel_size = [2, 3, 4, 5, 6]
seed = [%s]
"""


def numbers(count: int) -> str:
    return ", ".join(map(str, range(count)))


def written(folder: Path, text: str) -> Path:
    path = folder / "g.toml"
    path.write_text(text)
    return path


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Return seconds, and seconds of processors, of a process and its children."""
    before, start = os.times(), perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    used = sum(after[2:4]) - sum(before[2:4])
    return perf_counter() - start, used


def two_jobs(folder: Path) -> str:
    """Two jobs against one: at least 1.7 times faster."""
    path = written(folder, MIXED % numbers(12))

    def once(jobs: int) -> tuple[float, float]:
        rmtree(folder / "out", ignore_errors=True)
        return timed([*TCVIZ, "gallery", str(path), "-o", str(folder / "out"), "-j", str(jobs)])

    pairs = [(once(1), once(2)) for _ in range(3)]
    ratio = statistics.median(one[0] / two[0] for one, two in pairs)
    (one, one_used), (two, two_used) = pairs[-1]
    bound = statistics.median(2 * one[1] / two[1] for one, two in pairs)
    load = os.getloadavg()[0]
    return (
        f"{ratio:.2f} times faster ({one:.1f} s and {two:.1f} s, processors {one_used:.1f} s and "
        f"{two_used:.1f} s: at most {bound:.2f} on two idle cores; load {load:.1f})"
    )


def unchanged(folder: Path) -> str:
    """A thousand unchanged items, whole process: about a second."""
    path = written(folder, MANY % numbers(100))
    command = [*TCVIZ, "gallery", str(path), "-o", str(folder / "out")]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    runs = [timed(command) for _ in range(5)]
    seconds, used = (statistics.median(column) for column in zip(*runs, strict=True))
    return f"{seconds:.2f} s ({used:.2f} s of a processor)"


def peak(items: Iterable[Item]) -> int:
    """Return the peak kilobytes of one worker that renders these items."""
    context = pool.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=work, args=(there,))
    process.start()
    there.close()
    here.recv()
    for item in items:
        here.send(item)
        here.recv()
    kilobytes = peak_of(process.pid)
    here.close()
    process.join()
    return kilobytes


def memory(folder: Path) -> str:
    """A worker's peak memory, 200 items against 20: at most 1.1 times."""
    found = []
    for name, words in {
        "gif": "format = 'gif'\nfirst = 4",
        "svg": "format = 'svg'",
        "mp4": "format = 'mp4'\nfirst = 2",
    }.items():
        sweep = "[[sweep]]\nname = '{view}-{seed}'\nview = ['distribution', 'collection']\n"
        path = written(folder, f"{sweep}seed = [{numbers(100)}]\nsize = '640x360'\n{words}\n")
        items = list(spec.read(path).items)
        found.append(f"{name} {growth(peak(items[::10]), peak(items))}")
    return ", ".join(found)


BUDGETS = (two_jobs, unchanged, memory)


def main(names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for budget in BUDGETS:
            if not names or budget.__name__ in names:
                home = Path(folder, budget.__name__)
                home.mkdir()
                print(f"{budget.__doc__}\n    {budget(home)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
