"""What ``tcviz gallery`` says: of what it did, of what it would do, and of what is not right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tcviz.gallery.items import Item
    from tcviz.gallery.run import Pruned, Report
    from tcviz.gallery.spec import Spec

SHOWN = 5
"""Reasons and files that are named; the rest is counted."""


def plan(spec: Spec, items: Sequence[Item], folder: Path, *, quiet: bool) -> None:
    """Print what would be rendered, with its command, and what no item makes."""
    from tcviz.gallery import manifest, run

    known = manifest.load(folder)
    for item in items:
        state = "new"
        if item.path in known.entries:
            fresh = known.is_fresh(item.path, item.digest)
            state = "unchanged" if fresh else "changed"
        click.echo(f"{state:<9}  {item.path}  {item.line}")
    for path in run.leftovers(spec, known):
        click.echo(f"{'left':<9}  {path}")
    if not quiet:
        click.echo(f"{_count(len(items), 'item')}{_skipped(spec, len(spec.skipped))}")


def comparison(spec: Spec, items: Sequence[Item], folder: Path, *, quiet: bool) -> bool:
    """Print what is not as the spec makes it, and return whether all is."""
    from tcviz.gallery import comparing, manifest, run

    wrong = comparing.differences(spec, folder, items)
    for path, what in wrong:
        click.echo(f"tcviz: {path} {what}", err=True)
    if not quiet:
        _say(_LEFT, run.leftovers(spec, manifest.load(folder)))
        others = f", {len(wrong)} not" if wrong else ""
        fresh = len(items) - sum(path not in _INDEX for path, _ in wrong)
        click.echo(f"{folder}: {fresh} up to date{others}{_skipped(spec, SHOWN)}")
    return not wrong


def summary(
    spec: Spec, report: Report, pruned: Pruned | None, folder: Path, *, quiet: bool
) -> None:
    """Print what a run did."""
    for path, reason in report.failed:
        click.echo(f"tcviz: {path} failed: {reason}", err=True)
    if quiet:
        return
    if pruned is None:
        _say(_LEFT, report.left)
    else:
        _say("deleted", pruned.deleted)
        _say("kept, for they are not as they were made", pruned.kept)
    failed = f", {len(report.failed)} failed" if report.failed else ""
    done = f"{report.rendered} rendered, {report.fresh} unchanged{failed}"
    click.echo(f"{folder}: {done}{_skipped(spec, SHOWN)}")


_LEFT = "no longer in the spec (--prune deletes them)"
_INDEX = ("index.html", "index.json")


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
