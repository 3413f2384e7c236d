"""Bring a folder up to date with a spec: render what changed, keep the rest."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias

from tcviz.errors import OutputError
from tcviz.gallery import manifest, naming, places, replies
from tcviz.gallery.items import Item
from tcviz.gallery.manifest import File, Manifest, ManifestEntry
from tcviz.gallery.pool import Done
from tcviz.gallery.render import Failure, Made
from tcviz.gallery.spec import Spec
from tcviz.scene.frozen import frozen

Runner: TypeAlias = Callable[[Sequence[Item]], Any]
"""Renders items somewhere and yields what comes of them, in any order: a generator of `Done`."""

SAVED_EVERY = 1.0
"""Seconds: what a kill makes the next run render again."""


@dataclass
class RunReport:
    """What a run did."""

    rendered: int = 0
    fresh: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Files of earlier runs that no item makes any more."""


@frozen
class Pruned:
    """Files that were deleted, and those that are kept: somebody has changed them."""

    deleted: list[str]
    kept: list[str]


def stale(items: Sequence[Item], known: Manifest, *, force: bool = False) -> list[Item]:
    """Return the items that must be rendered, those first that take longest."""
    work = [item for item in items if force or not known.is_fresh(item.path, item.digest)]
    return sorted(work, key=lambda item: -item.cost)


def leftovers(spec: Spec, known: Manifest) -> list[str]:
    """Return the files that were made once, and that no item makes any more."""
    wanted = {naming.folded(path) for item in spec.items for path in item.written}
    there = (path for path in known.made() if (known.folder / path).exists())
    return sorted(path for path in there if naming.folded(path) not in wanted)


def update(
    spec: Spec,
    folder: Path,
    runner: Runner,
    told: Callable[[int], None] | None = None,
    *,
    items: Sequence[Item] | None = None,
    force: bool = False,
) -> RunReport:
    """Render what changed into `folder`, and say what was done.

    It may be some `items` only, and by `force` those that did not change.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    known = manifest.load(folder)
    items = spec.items if items is None else items
    work = stale(items, known, force=force)
    report = RunReport(fresh=len(items) - len(work), left=leftovers(spec, known))
    if not work:
        return report
    places.clear(folder)
    results: Generator[Done, None, None] = runner(work)
    try:
        with closing(results):  # whatever happens here ends the workers
            _take(results, work, known, report, told)
    finally:
        if known.made() or known.folders:
            known.save()
    # A series may have become shorter.
    report.left = leftovers(spec, known)
    report.failed.sort()
    return report


def _take(
    results: Generator[Done, None, None],
    work: Sequence[Item],
    known: Manifest,
    report: RunReport,
    told: Callable[[int], None] | None,
) -> None:
    """Keep what comes, and save what is known now and then."""
    saved = monotonic()
    for done, (number, result) in enumerate(results, start=1):
        _keep(known, work[number], result, report)
        if told:
            told(done)
        if monotonic() - saved > SAVED_EVERY:
            known.save()
            saved = monotonic()


def _keep(known: Manifest, item: Item, reply: object, report: RunReport) -> None:
    """Write an item's files and note them, or note why there are none."""
    result = replies.checked(item, reply)
    if isinstance(result, Failure):
        report.failed.append((item.path, result.reason))
        return
    try:
        files = tuple(_write(known, made) for made in result)
    except OutputError as error:  # of this item: others may have better places
        report.failed.append((item.path, str(error)))
        return
    known.keep(item.path, ManifestEntry(item.digest, files))
    report.rendered += 1


def _write(known: Manifest, made: Made) -> File:
    for name in places.missing(known.folder, made.path):
        known.folders.add(name)
        known.save()  # first: of a folder that is there nobody knows who made it
        places.make_folder(known.folder, name)
    places.put(known.folder, made.path, made.data)
    digest = sha256(made.data).hexdigest()
    return File(made.path, len(made.data), made.frames, made.seconds, made.size, digest)


def prune(folder: Path, paths: Sequence[str]) -> Pruned:
    """Delete files of earlier runs: those that are still as the manifest says they were made.

    What somebody changed since, or put a link to, is theirs now and is forgotten.
    """
    known = manifest.load(folder)
    made = known.made()
    result = Pruned([], [])
    for path in paths:
        ours = places.fault(folder, path) is None and known.is_ours(made[path], surely=True)
        (result.deleted if ours else result.kept).append(path)
        if ours:
            (folder / path).unlink()
    known.forget(paths)
    _prune_folders(known)
    known.save()
    return result


def _prune_folders(known: Manifest) -> None:
    """Delete the folders that were made for files and are empty now, the deepest first."""
    for path in sorted(known.folders, reverse=True):
        if places.fault(known.folder, f"{path}/x") is not None:
            continue
        with suppress(OSError):  # there is something in it
            if (known.folder / path).exists():
                (known.folder / path).rmdir()
            known.folders.discard(path)
