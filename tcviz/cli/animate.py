"""``tcviz animate``: numbers to GIF, MP4, WebM, WebP or APNG."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import asking, options
from tcviz.cli.progress import bar

if TYPE_CHECKING:
    from tcviz.api import Animation, Saved
    from tcviz.export import Format

DEFAULT_FORMAT = "gif"
ARTICLE = (8, 10)


@click.command(cls=options.Command, epilog="The README explains the views and every format.")
@options.geometry
@options.data
@options.article("8 or 10")
@options.picture
@options.time
@options.output("distribution-k3-s2-p1.gif", ".gif .mp4 .webm .webp .apng")
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
    several = len(wanted) > 1
    targets = {v: asking.target(v, a, output, form.key, several=several) for v, a in wanted.items()}
    for animation in wanted.values():
        animation.check(form)
    for view, animation in wanted.items():
        _save(animation, targets[view], form, quiet=quiet)


def _animations(views: tuple[str, ...], rest: dict[str, Any]) -> dict[str, Animation]:
    """Return one animation per view; nothing is computed or written yet."""
    from tcviz.api import animate

    arrays = asking.arrays(rest)
    return {view: animate(*arrays, view=view, **rest) for view in views}


def _save(animation: Animation, target: Path | None, form: Format, *, quiet: bool) -> None:
    count = animation.timing.frames(len(animation.picks))
    with bar(str(target or form.name), count, quiet=quiet) as progress:
        if target is None:
            saved = asking.pour(form.key, partial(animation.write, form=form, progress=progress))
        else:
            saved = animation.save(target, form.key, progress)
    if not quiet:
        click.echo(_summary(animation, saved), err=target is None)


def _summary(animation: Animation, saved: Saved) -> str:
    width, height = saved.size
    return (
        f"{saved.path or 'standard output'}: {saved.frames} frames, "
        f"{float(saved.seconds):.4g} s, {width}×{height} pixels, {saved.bytes:,} bytes\n"
        f"{asking.shapes(animation)}"
    )
