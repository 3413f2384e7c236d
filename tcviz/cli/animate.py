"""``tcviz animate``: numbers to GIF, MP4, WebM, WebP or APNG, or to an interactive page."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import asking, grouped, options
from tcviz.cli.progress import bar

if TYPE_CHECKING:
    from tcviz.api import Animation, Saved
    from tcviz.api.saved import Progress
    from tcviz.export import Format

DEFAULT_FORMAT = "gif"
ARTICLE = (8, 10)


@click.command(cls=grouped.Command, epilog="The README explains the views and every format.")
@options.geometry
@options.data
@options.article("8 or 10")
@options.picture
@options.time
@options.output("distribution-k3-s2-p1.gif", ".gif .mp4 .webm .webp .apng .html")
@options.debug
def command(
    views: tuple[str, ...],
    article: int | None,
    output: str | None,
    format_name: str | None,
    quiet: bool,
    **rest: Any,
) -> None:
    """Animate a transposed convolution, step by step.

    With no data and a geometry that fits, the numbers are the article's:
    tcviz animate --stride 2 --padding 1 is its figure 8, and with
    --view collection figure 10.
    """
    rest.pop("debug")
    from tcviz.export import format_of

    if article is not None:
        asked = asking.of_article(article, ARTICLE, "tcviz figure --article makes the stills")
        views, rest = (asked.pop("view"),), rest | asked
    wanted = _animations(tuple(dict.fromkeys(views)), rest)
    form = asking.format_for(output, format_name, DEFAULT_FORMAT, format_of)
    groups = [list(wanted.values())] if form.pages else [[one] for one in wanted.values()]
    several = len(groups) > 1
    targets = [_target(group, output, form, several=several) for group in groups]
    for animation in wanted.values():
        animation.check(form)
    for group, target in zip(groups, targets, strict=True):
        _save(group, target, form, quiet=quiet)


def _target(
    group: Sequence[Animation], output: str | None, form: Format, *, several: bool
) -> Path | None:
    """Return where a file goes; one of several views has a name that tells them all."""
    names = "-".join(animation.view for animation in group)
    return asking.target(names, group[0], output, form.key, several=several)


def _animations(views: tuple[str, ...], rest: dict[str, Any]) -> dict[str, Animation]:
    """Return one animation per view; nothing is computed or written yet."""
    from tcviz.api import animate

    arrays = asking.arrays(rest)
    return {view: animate(*arrays, view=view, **rest) for view in views}


def _save(group: Sequence[Animation], target: Path | None, form: Format, *, quiet: bool) -> None:
    """Write a group's one file."""
    tweens = 0 if form.pages else group[0].timing.tweens
    count = sum(len(one.picks) + (len(one.picks) - 1) * tweens for one in group)
    with bar(str(target or form.name), count, quiet=quiet) as progress:
        saved = (_page if form.pages else _film)(group, target, form, progress)
    if not quiet:
        click.echo(_summary(group, saved, form), err=target is None)


def _film(
    group: Sequence[Animation], target: Path | None, form: Format, progress: Progress | None
) -> Saved:
    (animation,) = group
    if target is None:
        return asking.pour(form.key, partial(animation.write, form=form, progress=progress))
    return animation.save(target, form.key, progress)


def _page(
    group: Sequence[Animation], target: Path | None, form: Format, progress: Progress | None
) -> Saved:
    from tcviz.api import pages

    typed = shlex.join(["tcviz", *click.get_current_context().meta[grouped.TYPED]])
    group = [replace(animation, command=typed) for animation in group]
    pages.check(group)
    if target is None:
        return asking.pour(form.key, partial(pages.write, group, progress=progress))
    return pages.save(group, target, progress)


def _summary(group: Sequence[Animation], saved: Saved, form: Format) -> str:
    width, height = saved.size
    length = (
        f"{len(group)} view{'s' * (len(group) != 1)}, {saved.frames} steps"
        if form.pages
        else f"{saved.frames} frames, {float(saved.seconds):.4g} s"
    )
    return (
        f"{saved.path or 'standard output'}: {length}, "
        f"{width}×{height} pixels, {saved.bytes:,} bytes\n"
        f"{asking.shapes(group[0])}"
    )
