"""What ``tcviz gallery`` says: of what it did, of what it would do, and of what is not right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tcviz.cli import saying
from tcviz.errors import LONGEST_VALUE, LONGEST_WORD
from tcviz.errors.oneline import seen

if TYPE_CHECKING:
    from tcviz.gallery.items import Item
    from tcviz.gallery.run import Pruned, RunReport
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
        saying.say(f"{state:<9}  {item.path}  {item.line}")
    for path in run.leftovers(spec, known):
        saying.say(f"{'left':<9}  {path}")
    if not quiet:
        head, *more = _skipped(spec, len(spec.skipped))
        saying.say(f"{_count(len(items), 'item')}{head}", *more)


def comparison(spec: Spec, items: Sequence[Item], folder: Path, *, quiet: bool) -> bool:
    """Print what is not as the spec makes it, and return whether all is."""
    from tcviz.gallery import comparing, manifest, run

    wrong = comparing.differences(spec, folder, items)
    for path, what in wrong:
        saying.complain(f"{path} {what}")
    if not quiet:
        _say(_LEFT, run.leftovers(spec, manifest.load(folder)))
        others = f", {len(wrong)} not" if wrong else ""
        fresh = len(items) - sum(path not in _INDEX for path, _ in wrong)
        head, *more = _skipped(spec, SHOWN)
        saying.say(f"{_named(folder)}: {fresh} up to date{others}{head}", *more)
    return not wrong


def summary(
    spec: Spec, report: RunReport, pruned: Pruned | None, folder: Path, *, quiet: bool
) -> None:
    """Print what a run did."""
    for path, reason in report.failed:
        saying.complain(f"{path} failed: {reason}")
    if quiet:
        return
    if pruned is None:
        _say(_LEFT, report.left)
    else:
        _say("deleted", pruned.deleted)
        _say("kept, for they are not as they were made", pruned.kept)
    failed = f", {len(report.failed)} failed" if report.failed else ""
    done = f"{report.rendered} rendered, {report.fresh} unchanged{failed}"
    head, *more = _skipped(spec, SHOWN)
    saying.say(f"{_named(folder)}: {done}{head}", *more)


_LEFT = "no longer in the spec (--prune deletes them)"
_INDEX = ("index.html", "index.json")


def _say(what: str, paths: list[str]) -> None:
    if paths:
        more = len(paths) - SHOWN
        some = ", ".join(seen(path, LONGEST_WORD) for path in paths[:SHOWN])
        saying.say(f"{what}: {some}" + (f" and {more} more" if more > 0 else ""))


def _named(folder: Path) -> str:
    return seen(str(folder), LONGEST_VALUE)


def _skipped(spec: Spec, most: int) -> list[str]:
    """Return how many combinations were skipped, and why the first ones were, a line each."""
    if not spec.skipped:
        return [""]
    lines = [f"  {name}: {reason}" for name, reason in spec.skipped[:most]]
    more = len(spec.skipped) - most
    lines += [f"  and {more} more"] * (more > 0)
    return [f", {len(spec.skipped)} impossible and skipped:", *lines]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
