"""``tcviz figure``: one still, or a numbered series, for talks and papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import asking, embedding, grouped, options, saying
from tcviz.cli.progress import bar
from tcviz.errors import RequestError, complaint
from tcviz.request.options import DEFAULT_FORMATS

if TYPE_CHECKING:
    from tcviz.api import Figure, Saved
    from tcviz.export.stills import StillFormat


@click.command(
    cls=grouped.Command,
    short_help="Draw a step, or several: SVG, PDF, PNG, PPTX, ...",
    epilog="The README has a section for slides and papers.",
)
@options.of("figure")
def command(article: int | None, output: str | None, quiet: bool, **rest: Any) -> None:
    """Draw one step of a picture, or several, as vectors or pixels.

    \b
    tcviz figure --stride 2 --step 2 -o step2.svg    one step
    tcviz figure --stride 2 --steps all -o all.pdf   a page for each
    tcviz figure --article 3 -o figure3.png          the article's own
    """  # noqa: D301  (click looks for the backspace that this is)
    views, name, shown, embed, _ = map(rest.pop, ("view", "format", "open", "embed", "debug"))
    from tcviz.export.stills import still_format

    if article is not None:
        views, rest = _of_article(article, rest)
    make = _maker(asking.with_layer(rest))
    form = asking.format_for(output, name, DEFAULT_FORMATS["figure"], still_format)
    wanted = asking.each_view(views, partial(make, form=form), quiet=quiet)
    embedding.check(embed, form, output)
    form.load()
    with asking.showing(output, wanted=shown) as written:
        targets = {
            v: asking.target(v, f, output, form.key, several=len(wanted) > 1, tail=_tail(f))
            for v, f in wanted.items()
        }
        files = {view: embedding.beside(wanted[view], target, form)
                 for view, target in targets.items() if embed and target}  # fmt: skip
        for view, drawn in wanted.items():
            for target in files[view].targets if view in files else [targets[view]]:
                _check(drawn, target, form)
        for view, drawn in wanted.items():
            # A copy: what is drawn of a view is gone when the next begins.
            saved, summary = _save(replace(drawn), targets[view], form, quiet=quiet)
            written(saved[0].path)
            if not quiet:  # what is to be pasted, or the file itself, is alone on standard output
                saying.say(*summary, err=targets[view] is None or embed is not None)
            if one := files.get(view):
                embedding.add_to_stills(drawn, one)
                saying.say(*embedding.told(embed, embedding.stills(drawn, one, saved[0].size)))


def _of_article(number: int, rest: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the view and the options of an article's figure; another step may be asked for."""
    hint = f"tcviz animate --article {number} makes it" if number == 10 else None
    asked = asking.of_article(number, "figure", hint)
    if rest["step"] is not None or rest["steps"] is not None:
        asked.pop("step", None)
    return (asked.pop("view"),), rest | asked


def _maker(rest: dict[str, Any]) -> Callable[..., Figure]:
    """Return what makes the figure of a view; nothing is computed or written yet."""
    from tcviz.api import figure

    arrays = asking.arrays(rest)

    def make(view: str, form: StillFormat) -> Figure:
        drawn = figure(*arrays, view=view, **rest)
        drawn.check(form)
        return drawn

    return make


def _tail(drawn: Figure) -> str:
    """Return what the name of a file says about the step that it shows."""
    if drawn.picks is None:
        return "-channel" if drawn.series else ""
    return "-step" if drawn.series else f"-step-{drawn.picks[0] + 1}"


def _check(drawn: Figure, target: Path | None, form: StillFormat) -> None:
    """Refuse files that cannot be written."""
    if target:
        for path in drawn.targets(target, form):
            asking.check(str(path))
    elif drawn.pages > 1 and not (form.pages or drawn.fragments):
        from tcviz.export.stills import PAGED

        allowed = f"one on standard output, or a format with pages: {PAGED}"
        several = "channels" if drawn.picks is None else "steps"
        raise RequestError(complaint(several, f"{drawn.pages} of them", allowed))


def _save(
    drawn: Figure, target: Path | None, form: StillFormat, *, quiet: bool
) -> tuple[list[Saved], Sequence[str]]:
    """Write a figure, and return its files and what is said of them."""
    with bar(str(target or form.name), drawn.pages, quiet=quiet) as progress:
        if target is None:
            saved = [asking.pour(form.key, partial(drawn.write, form=form))]
        else:
            saved = drawn.save(target, form.key, progress)
    return saved, (_summary(drawn, saved, form), asking.shapes(drawn))


def _summary(drawn: Figure, saved: list[Saved], form: StillFormat) -> str:
    first, last = saved[0], saved[-1]
    where = str(first.path or "standard output")
    if len(saved) > 1:
        where += f" to {last.path.name}" if last.path else ""
    count = f"{first.frames} pages, " if form.pages and first.frames > 1 else ""
    width, height = first.size
    size = (
        f"{width / drawn.dpi:.3g}×{height / drawn.dpi:.3g} in"
        if form.texts
        else f"{width}×{height} pixels"
    )
    total = sum(s.bytes for s in saved)
    return f"{where}: {count}{size}, {total:,} bytes"
