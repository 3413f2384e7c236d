"""``tcviz animate``: numbers to GIF, MP4, WebM, WebP, APNG or SVG, or to an interactive page."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import asking, embedding, grouped, options, saying, smaller
from tcviz.cli.progress import bar
from tcviz.errors import RequestError, complaint, quoted_path
from tcviz.request.options import DEFAULT_FORMATS
from tcviz.request.spelling import suffix

if TYPE_CHECKING:
    from tcviz.api import Animation, Saved
    from tcviz.api.saved import Progress
    from tcviz.export import FileFormat


@click.command(
    cls=grouped.Command,
    short_help="Animate it, step by step: GIF, MP4, HTML, ...",
    epilog="The README explains the views and every format.",
)
@options.of("animate")
def command(article: int | None, output: str | None, quiet: bool, **rest: Any) -> None:
    """Animate a transposed convolution, step by step.

    With no data and a geometry that fits, the numbers are the article's.

    \b
    tcviz animate --stride 2 --padding 1             the article's figure 8
    tcviz animate -s 2 -p 1 --view collection        and its figure 10
    tcviz animate -s 2 -p 1 --view all -o page.html  all views, in one page
    tcviz animate --input x.npy --weight w.npy -o a.mp4
    """  # noqa: D301  (click looks for the backspace that this is)
    names = ("view", "format", "open", "captions", "embed", "max_bytes", "debug")
    views, name, shown, captions, embed, limit, _ = map(rest.pop, names)
    from tcviz.export import format_of

    if article is not None:
        asked = asking.of_article(article, "animate", "tcviz figure --article makes the stills")
        views, rest = (asked.pop("view"),), rest | asked
    make = _maker(asking.with_layer(rest))
    form = asking.format_for(output, name, DEFAULT_FORMATS["animate"], format_of)
    wanted = asking.each_view(views, partial(make, form=form), quiet=quiet)
    embedding.check(embed, form, output)
    most = smaller.check(limit, form)
    tracks = _tracks(captions, wanted, form)
    groups = [list(wanted.values())] if form.pages else [[one] for one in wanted.values()]
    several = len(groups) > 1
    with asking.showing(output, wanted=shown) as written:
        targets = [_target(group, output, form, several=several) for group in groups]
        files = embedding.beside_each(groups, targets, form) if embed else []
        if most:  # of a page there is no most
            films = partial(embedding.films, embed, form)
            fit = partial(smaller.fitted, partial(make, form=form), films, rest, form, most,
                          quiet=quiet)  # fmt: skip
            wanted = {view: fit(one) for view, one in wanted.items()}
            groups = [[one] for one in wanted.values()]
        for group, target in zip(groups, targets, strict=True):
            saved, summary = _save(group, target, form, quiet=quiet)
            written(saved.path)
            if not quiet:  # what is to be pasted, or the file itself, is alone on standard output
                saying.say(*summary, err=target is None or embed is not None)
        for view, path in tracks.items():
            said = _caption(wanted[view], path)
            if not quiet:
                saying.say(said, err=output == asking.STDOUT or embed is not None)
        for (animation, *_), one in zip(groups, files, strict=False):
            embedding.add_to_film(animation, one)
            shown_there = embedding.film(animation, one, tracks.get(animation.view))
            saying.say(*embedding.told(embed, [shown_there]))


def _target(
    group: Sequence[Animation], output: str | None, form: FileFormat, *, several: bool
) -> Path | None:
    """Return where a file goes; one of several views has a name that tells them all."""
    names = "-".join(animation.view for animation in group)
    return asking.target(names, group[0], output, form.key, several=several)


def _tracks(
    captions: str | None, wanted: Mapping[str, Animation], form: FileFormat
) -> dict[str, Path]:
    """Return where the captions of each view go, if they are asked for and can be."""
    if captions is None:
        return {}
    from tcviz.export.captions import SUFFIX
    from tcviz.export.formats import VIDEO

    if not form.video:
        raise RequestError(complaint("captions", quoted_path(captions), f"with {VIDEO}"))
    if not asking.is_folder(captions) and suffix(Path(captions).suffix) != SUFFIX:
        allowed = f"a file that ends in .{SUFFIX}, or a folder"
        raise RequestError(complaint("captions", quoted_path(captions), allowed))
    several = len(wanted) > 1
    targets = {v: asking.target(v, one, captions, SUFFIX, several=several)
               for v, one in wanted.items()}  # fmt: skip
    return {view: path for view, path in targets.items() if path}


def _caption(animation: Animation, path: Path) -> str:
    """Write the captions of an animation, and return what is said of them."""
    from tcviz.files.writing import whole_file

    words, count = replace(animation).captions(), len(animation.picks)
    with whole_file(path) as file:
        file.write(words.encode())
    return f"{path}: {count} caption{'s' * (count != 1)}"


def _maker(rest: dict[str, Any]) -> Callable[..., Animation]:
    """Return what makes the animation of a view; nothing is computed or written yet."""
    from tcviz.api import animate

    arrays = asking.arrays(rest)

    def make(view: str, form: FileFormat, **other: Any) -> Animation:
        animation = animate(*arrays, view=view, **rest | other)
        animation.check(form)
        return animation

    return make


def _save(
    group: Sequence[Animation], target: Path | None, form: FileFormat, *, quiet: bool
) -> tuple[Saved, Sequence[str]]:
    """Write a group's one file, and return what is said of it."""
    count = sum(one.frames_in(form) for one in group)
    with bar(str(target or form.name), count, quiet=quiet) as progress:
        saved = (_page if form.pages else _film)(group, target, form, progress)
    return saved, (_summary(group, saved, form), asking.shapes(group[0]))


def _film(
    group: Sequence[Animation], target: Path | None, form: FileFormat, progress: Progress | None
) -> Saved:
    animation = replace(group[0])  # a copy: what is drawn of it is gone when the next begins
    if target is None:
        return asking.pour(form.key, partial(animation.write, form=form, progress=progress))
    return animation.save(target, form.key, progress)


def _page(
    group: Sequence[Animation], target: Path | None, form: FileFormat, progress: Progress | None
) -> Saved:
    from tcviz.api import pages

    typed = shlex.join(["tcviz", *click.get_current_context().meta[grouped.TYPED]])
    group = [replace(animation, command=typed) for animation in group]
    pages.check(group)
    if target is None:
        return asking.pour(form.key, partial(pages.write, group, progress=progress))
    return pages.save(group, target, progress)


def _summary(group: Sequence[Animation], saved: Saved, form: FileFormat) -> str:
    width, height = saved.size
    length = (
        f"{len(group)} view{'s' * (len(group) != 1)}, {saved.frames} steps"
        if form.pages
        else f"{saved.frames} frames, {float(saved.seconds):.4g} s"
    )
    return (
        f"{saved.path or 'standard output'}: {length}, "
        f"{width}×{height} pixels, {saved.bytes:,} bytes"
    )
