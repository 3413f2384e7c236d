"""What takes time and memory, and how much of them is too much."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from math import prod
from pathlib import Path
from typing import NamedTuple

from tcviz.errors import TooLargeError, complaint
from tcviz.layer.sizes import Sizes

MEMORY = 2_000_000_000
"""Bytes that a request may take, this program among them: less than 2 GiB."""
SILENT = 30
"""Seconds that may pass before a first picture, or an answer."""
TOLD = 600
"""Seconds in all, where a bar shows how far it is."""

MAX_NUMBERS = 40_000_000
"""Numbers of an array that is given for a picture, or drawn; few of them need be seen."""
PROGRAM = 150_000_000
"""Bytes that the program takes itself, with its libraries."""
SMALLER = "use a smaller --input-size"
FEWER = "use a smaller --kernel-size or fewer channels"


class Load(NamedTuple):
    """One thing that takes time or memory.

    Attributes
    ----------
    unit : what is counted
    many : how many there are
    ticks : nanoseconds of one core that each takes
    size : bytes that each takes, as long as the request lasts
    hint : what makes them fewer
    told : whether a bar shows how many are done
    """

    unit: str
    many: int
    ticks: int = 0
    size: int = 0
    hint: str = SMALLER
    told: bool = False

    @property
    def time(self) -> int:
        """Nanoseconds that all of them take."""
        return self.many * self.ticks

    @property
    def memory(self) -> int:
        """Bytes that all of them take."""
        return self.many * self.size


def duration(loads: Iterable[Load]) -> int:
    """Return the nanoseconds that all of them take."""
    return sum(load.time for load in loads)


def check(name: str, loads: Iterable[Load], memory: int | None = None) -> None:
    """Raise TooLargeError if what is called `name` takes unreasonably much of anything.

    `memory` is how many bytes it may take, by default those of a request.

    >>> check("figure", [Load("products", 10**6, ticks=30)])
    >>> check("figure", [Load("products", 10**10, ticks=30)])
    Traceback (most recent call last):
        ...
    tcviz.errors.TooLargeError: figure is about 300 s of work, most of it for 10,000,000,000 \
products; allowed: up to 30 s; use a smaller --input-size
    """
    loads = list(loads)
    silent = [load for load in loads if not load.told]
    for some, most in ((silent, SILENT), (loads, TOLD)):
        time = duration(some)
        if time > most * 10**9:
            worst = max(some, key=lambda load: load.time)
            _refuse(name, f"{time // 10**9:,} s of work", worst, f"up to {most} s")
    size, most = PROGRAM + sum(load.memory for load in loads), memory or MEMORY
    if size > most:
        worst = max(loads, key=lambda load: load.memory)
        _refuse(name, f"{spoken(size)} of memory", worst, f"up to {spoken(most)}")


def _refuse(name: str, much: str, worst: Load, allowed: str) -> None:
    what = f"about {much}, most of it for {worst.many:,} {worst.unit}"
    raise TooLargeError(complaint(name, what, allowed, hint=worst.hint))


def check_cells(name: str, size: Sizes, most: int, hint: str) -> None:
    """Raise TooLargeError if an array of `size`, one number per axis, has too many cells."""
    cells = prod(size)
    if cells > most:
        what = f"{'×'.join(map(str, size))}, {cells:,} cells, {spoken(8 * cells)}"
        raise TooLargeError(complaint(name, what, f"up to {most:,} cells", hint=hint))


@cache
def installed() -> int:
    """Return the bytes of memory that this machine has, or its container may take.

    Remembered, for every call of an engine asks.
    """
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not everywhere is it told
        return sys.maxsize
    with suppress(OSError, ValueError):  # there is no container, or it may take all
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return found


def spoken(count: int) -> str:
    """Return a number of bytes as people say it.

    >>> spoken(999), spoken(67_108_864_000), spoken(10**40)
    ('999 B', '67.1 GB', 'a million TB or more')
    """
    if count > 10**18:
        return "a million TB or more"
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} TB" if size < 1000 else f"{size:,.0f} TB"


@contextmanager
def memory(name: str) -> Iterator[None]:
    """Raise TooLargeError where there is not enough memory for what is called `name`."""
    try:
        yield
    except MemoryError as error:
        what = " ".join(str(error).split())
        raise TooLargeError(f"{name} needs more memory than there is; {what}") from error
