"""``tcviz gallery``: a spec file to many pictures, only what changed, on all cores."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import grouped, options
from tcviz.cli.progress import bar
from tcviz.cli.types import FILE
from tcviz.errors import RequestError, complaint

if TYPE_CHECKING:
    from tcviz.gallery.run import Pruned, Report, Runner
    from tcviz.gallery.spec import Spec

MOST_JOBS = 256
SHOWN = 5
"""Reasons and files that are named; the rest is counted."""


@click.command(cls=grouped.Command, short_help="Render many pictures from a spec.")
@click.argument(
    "spec",
    cls=grouped.Argument,
    type=FILE,
    metavar="SPEC.toml",
    about="What to render; see README.",
)
@options.gallery
@options.debug
def command(spec: str, folder: str | None, quiet: bool, **rest: Any) -> None:
    """Render the pictures that a spec asks for; what did not change is kept.

    \b
    tcviz gallery gallery.toml -o site       only what changed, on all cores
    tcviz gallery gallery.toml --check       is it right?
    tcviz gallery gallery.toml --list        what it makes
    """  # noqa: D301  (click looks for the backspace that this is)
    from tcviz.gallery.spec import read

    target = _folder(spec, folder)
    runner = _runner(_jobs(rest["jobs"]), rest["scheduler"])
    asked = read(spec, target)
    if rest["check"] or rest["listed"]:
        _tell(asked, target, listed=rest["listed"], quiet=quiet)
        return
    report, pruned = _run(asked, target, runner, prune=rest["prune"], quiet=quiet)
    _summary(asked, report, pruned, target, quiet=quiet)
    if report.failed:
        click.get_current_context().exit(1)


def _folder(spec: str, folder: str | None) -> Path:
    target = Path(spec).parent if folder is None else Path(folder)
    if folder == "" or (target.exists() and not target.is_dir()):
        raise RequestError(complaint("output", repr(folder), "a folder"))
    return target


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return _cores()
    if not 1 <= jobs <= MOST_JOBS:
        raise RequestError(complaint("jobs", jobs, f"whole numbers from 1 to {MOST_JOBS}"))
    return jobs


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _runner(jobs: int, scheduler: str | None) -> Runner:
    from tcviz.gallery import cluster, pool

    return partial(pool.run, jobs=jobs) if scheduler is None else cluster.connect(scheduler)


def _tell(spec: Spec, folder: Path, *, listed: bool, quiet: bool) -> None:
    """Print what a spec would make."""
    if listed:
        _list(spec, folder)
    if not quiet:
        shown = len(spec.skipped) if listed else SHOWN
        click.echo(f"{_count(len(spec.items), 'item')}{_skipped(spec, shown)}")


def _list(spec: Spec, folder: Path) -> None:
    """Print the plan: what would be rendered, with its command, and what no item makes."""
    from tcviz.gallery import manifest, run

    known = manifest.load(folder)
    for item in spec.items:
        state = "new"
        if item.path in known.entries:
            fresh = known.is_fresh(item.path, item.digest)
            state = "unchanged" if fresh else "changed"
        click.echo(f"{state:<9}  {item.path}  {item.line}")
    for path in run.leftovers(spec, known):
        click.echo(f"{'left':<9}  {path}")


def _run(
    spec: Spec, folder: Path, runner: Runner, *, prune: bool, quiet: bool
) -> tuple[Report, Pruned | None]:
    from tcviz.gallery import index, manifest, places, run

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{str(folder)!r}: {error.strerror}"
        raise RequestError(complaint("output", what, "a folder")) from None
    with places.alone(folder):
        total = len(run.stale(spec, manifest.load(folder)))
        with bar(str(folder), total, quiet=quiet) as told:
            report = run.update(spec, folder, runner, told)
        pruned = run.prune(folder, report.left) if prune and report.left else None
        index.write(spec, folder)
    return report, pruned


def _summary(
    spec: Spec, report: Report, pruned: Pruned | None, folder: Path, *, quiet: bool
) -> None:
    for path, reason in report.failed:
        click.echo(f"tcviz: {path} failed: {reason}", err=True)
    if quiet:
        return
    if pruned is None:
        _say("no longer in the spec (--prune deletes them)", report.left)
    else:
        _say("deleted", pruned.deleted)
        _say("kept, for they are not as they were made", pruned.kept)
    failed = f", {len(report.failed)} failed" if report.failed else ""
    done = f"{report.rendered} rendered, {report.fresh} unchanged{failed}"
    click.echo(f"{folder}: {done}{_skipped(spec, SHOWN)}")


def _say(what: str, paths: list[str]) -> None:
    if paths:
        more = len(paths) - SHOWN
        some = ", ".join(paths[:SHOWN]) + (f" and {more} more" if more > 0 else "")
        click.echo(f"{what}: {some}")


def _skipped(spec: Spec, most: int) -> str:
    """Return how many combinations were skipped, and why the first ones were."""
    if not spec.skipped:
        return ""
    lines = [f"\n  {name}: {reason}" for name, reason in spec.skipped[:most]]
    more = len(spec.skipped) - most
    lines += [f"\n  and {more} more"] * (more > 0)
    return f", {len(spec.skipped)} impossible and skipped:{''.join(lines)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
