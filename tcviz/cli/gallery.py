"""``tcviz gallery``: a spec file to many pictures, only what changed, on all cores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import gallery_report, grouped, options, saying
from tcviz.cli.progress import bar
from tcviz.cli.types import FILE
from tcviz.errors import LONGEST_VALUE, RequestError, TcvizError, complaint, quoted_path
from tcviz.errors.notes import note
from tcviz.errors.oneline import seen
from tcviz.files import endings
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.gallery.items import Item
    from tcviz.gallery.run import Runner
    from tcviz.gallery.spec import Spec


@click.command(cls=grouped.Command, short_help="Render many pictures from a spec.")
@click.argument(
    "spec",
    cls=grouped.Argument,
    type=FILE,
    metavar="SPEC.toml",
    about="What to render; see README.",
)
@options.of("gallery")
def command(spec: str, output: str | None, quiet: bool, **rest: Any) -> None:
    """Render the pictures that a spec asks for; what did not change is kept.

    \b
    tcviz gallery gallery.toml -o site       only what changed, on all cores
    tcviz gallery gallery.toml --check       is it right, and are the pictures?
    tcviz gallery gallery.toml --list        what it makes
    tcviz gallery gallery.toml --watch       again, whenever something changes
    """  # noqa: D301  (click looks for the backspace that this is)
    _check_together(rest)
    asked = _Run(Path(spec), _folder(spec, output), rest, quiet=quiet)
    if rest["check"] or rest["list"]:
        right = asked.tell()
    elif rest["watch"]:
        right = asked.watch(_runner(_jobs(rest["jobs"]), rest["scheduler"]))
    else:
        right = asked.render(_runner(_jobs(rest["jobs"]), rest["scheduler"]))
    if not right:
        click.get_current_context().exit(1)


def _check_together(rest: dict[str, Any]) -> None:
    """Refuse what is asked for in vain where nothing is rendered."""
    look = next((name for name in ("check", "list") if rest[name]), None)
    for name in ("force", "prune", "watch"):
        if look and rest[name]:
            allowed = f"without --{look}, which renders nothing"
            raise RequestError(complaint(name, "asked for", allowed))


@frozen
class _Run:
    """A spec, its folder, and what is asked to be done with them."""

    spec: Path
    folder: Path
    rest: dict[str, Any]
    quiet: bool

    def read(self) -> tuple[Spec, Sequence[Item]]:
        """Return what the spec asks for, and the items that are meant."""
        from tcviz.gallery import choosing, spec

        asked = spec.read(self.spec, self.folder)
        for words, places in asked.notes.items():
            more = f" and {len(places) - 1} more" if len(places) > 1 else ""
            note(f"{places[0]}{more}: {words}")
        return asked, choosing.chosen(asked.items, self.rest["only"])

    def tell(self) -> bool:
        """Print what the spec makes, or how it differs from what there is."""
        asked, items = self.read()
        if self.rest["list"]:
            gallery_report.plan(asked, items, self.folder, quiet=self.quiet)
        if not self.rest["check"]:
            return True
        return gallery_report.comparison(asked, items, self.folder, quiet=self.quiet)

    def render(self, runner: Runner, *, again: bool = False) -> bool:
        """Bring the folder up to date, and return whether nothing failed.

        Only what is rendered the first time is rendered by force.
        """
        from tcviz.gallery import index, manifest, places, run

        asked, items = self.read()
        force, folder = self.rest["force"] and not again, self.folder
        with places.made(folder), places.alone(folder):
            total = len(run.stale(items, manifest.load(folder), force=force))
            with bar(str(folder), total, quiet=self.quiet) as told:
                report = run.update(asked, folder, runner, told, items=items, force=force)
            prune = self.rest["prune"] and report.left
            pruned = run.prune(folder, report.left) if prune else None
            index.write(asked, folder)
        gallery_report.summary(asked, report, pruned, folder, quiet=self.quiet)
        return not report.failed

    def watch(self, runner: Runner) -> bool:
        """Bring the folder up to date whenever something changes, until a signal comes."""
        from tcviz.gallery import watching

        if not self.spec.exists():
            self.read()  # raises: it is not waited for what there may never be
        with endings.awaited():
            for turn, _ in enumerate(watching.turns(self.spec)):
                try:
                    self.render(runner, again=turn > 0)
                except TcvizError as error:
                    saying.complain(error)
                if turn == 0 and not self.quiet:
                    what = seen(str(self.spec), LONGEST_VALUE)
                    saying.say(f"watching {what} and the files it names; Ctrl-C ends it")
        return True


def _folder(spec: str, folder: str | None) -> Path:
    from tcviz.files.writing import unseen

    target = Path(spec).parent if folder is None else Path(folder)
    if folder == "" or (target.exists() and not target.is_dir()):
        raise RequestError(complaint("output", quoted_path(folder), "a folder"))
    if not target.exists() and unseen(target):
        allowed = "a name of letters that can be seen"
        raise RequestError(complaint("output", quoted_path(folder), allowed))
    return target


def _jobs(jobs: int | None) -> int:
    from tcviz.request import limits

    return _cores() if jobs is None else limits.checked("jobs", jobs)


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _runner(jobs: int, scheduler: str | None) -> Runner:
    from tcviz.gallery import cluster, pool

    return partial(pool.run, jobs=jobs) if scheduler is None else cluster.connect(scheduler)
