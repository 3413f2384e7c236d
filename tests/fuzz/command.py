"""The command by hand: many calls, or one of them again."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from tests.fuzz import child, laws
from tests.fuzz.calls import Call, drawn
from tests.fuzz.child import Child, Outcome
from tests.fuzz.findings import Findings

EVERY = 2.0
"""Seconds between two lines that tell how far it is."""

Take = Callable[[int, Outcome], None]


@click.command()
@click.option("--calls", default=1000, show_default=True, help="How many.")
@click.option("--first", default=0, show_default=True, help="The number of the first one.")
@click.option("--seed", default=0, show_default=True, help="What they are drawn from.")
@click.option("--jobs", default=1, show_default=True, help="How many at a time.")
@click.option("--replay", metavar="SEED:NUMBER", help="Make one call again, and show all of it.")
@click.option("--keep", metavar="DIR", help="With --replay: lay out its files, and do not call.")
def main(
    calls: int, first: int, seed: int, jobs: int, replay: str | None, keep: str | None
) -> None:
    """Call tcviz in every way, and say what did not hold.

    The exit status is 1 if anything did not.
    """
    if replay:
        sys.exit(_again(drawn(*map(int, replay.split(":"))), keep))
    found, memory = Findings(), child.warm()
    told = time.monotonic()

    def take(number: int, done: Outcome) -> None:
        nonlocal told
        found.note(number, done, laws.broken(done))
        if sys.stderr.isatty() and time.monotonic() - told > EVERY:
            told = time.monotonic()
            some = f"{found.count:,} of {calls:,} calls, {len(found.kinds)} kinds of findings"
            click.echo(f"\r{some}", nl=False, err=True)

    numbers = range(first, first + calls)
    make(((number, drawn(seed, number)) for number in numbers), memory, take, jobs)
    if sys.stderr.isatty():
        click.echo(err=True)
    for line in found.lines(seed, lambda call: _judged(call, memory)):
        click.echo(line)
    sys.exit(bool(found.kinds))


def make(calls: Iterable[tuple[int, Call]], memory: int, take: Take, jobs: int = 1) -> None:
    """Make calls, some at a time, and let each outcome be taken with the call's number."""
    with tempfile.TemporaryDirectory(prefix="tcviz-fuzz-") as folder:
        running: dict[int, tuple[int, Child]] = {}

        def wait() -> None:
            pid, status, usage = os.wait4(-1, 0)
            number, one = running.pop(pid)
            take(number, one.ended(status, usage))
            shutil.rmtree(one.place)

        for number, call in calls:
            one = child.start(call, Path(folder, str(number)), memory)
            running[one.pid] = number, one
            while len(running) >= jobs:
                wait()
        while running:
            wait()


def _judged(call: Call, memory: int) -> list[str]:
    told: list[str] = []
    make([(0, call)], memory, lambda _, done: told.extend(laws.broken(done)))
    return told


def _again(call: Call, keep: str | None) -> int:
    click.echo(str(call))
    if keep:
        child.lay_out(call, Path(keep))
        return 0
    outcomes: list[Outcome] = []
    make([(0, call)], child.warm(), lambda _, done: outcomes.append(done))
    (done,) = outcomes
    for name, data in call.files.items():
        click.echo(f"{name} is {data!r}")
    click.echo(f"exit status {done.status}, signal {done.signal}, {done.seconds:.2f} s")
    click.echo(f"on standard output: {done.out[:2000]!r}\non standard error:\n{done.err}")
    click.echo(f"changed: {', '.join(sorted(done.changed))}")
    told = laws.broken(done)
    click.echo("\n".join(told) or "nothing is wrong")
    return bool(told)
