"""A file that has to fit: fewer frames, then a smaller canvas, until it has few enough bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tcviz.cli import saying
from tcviz.cli.progress import bar
from tcviz.errors import OutputError, RequestError, TooSmallError, complaint, either, quoted
from tcviz.request.options import NAMED
from tcviz.request.spelling import byte_count

if TYPE_CHECKING:
    from tcviz.api import Animation
    from tcviz.export import FileFormat

THINNED = (2, 3, 4)
"""Of so many steps one is drawn."""
SHRUNK = (Fraction(3, 4), Fraction(1, 2))
"""Of so many pixels across, of those with fewest steps."""
Make = Callable[..., "Animation"]
Films = Callable[["Animation"], Sequence["Animation"]]
"""Returns what is written of an animation: it may be there in two themes."""


def check(limit: str | None, form: FileFormat) -> int | None:
    """Return how many bytes are allowed, if that is asked for; raise RequestError for a page."""
    if limit is None:
        return None
    most = byte_count("max_bytes", limit)
    if form.pages:
        from tcviz.export import FORMATS

        allowed = f"with {either(key for key, one in FORMATS.items() if not one.pages)}"
        raise RequestError(complaint("max_bytes", f"{quoted(limit)} with {form.key}", allowed))
    return most


def fitted(
    make: Make, films: Films, asked: Mapping[str, Any], form: FileFormat, most: int,
    first: Animation, *, quiet: bool,
) -> Animation:  # fmt: skip
    """Return the first animation of whose `films` no file has more bytes than that.

    `make` takes a view, and `every` and `scale` in place of those that are `asked` for.

    Raises
    ------
    OutputError
        If there is none.
    """
    animation, tried = first, ""
    size = _bytes(films(animation), form, tried, quiet=quiet)
    for less in _attempts(asked, first, form):
        if size <= most:
            return animation
        last, tried = tried, "".join(f" --{name} {value:g}" for name, value in less.items())
        if not quiet:
            words = f"{first.view}{last}: {size:,} bytes, more than {most:,}; next:{tried}"
            saying.say(words, err=True)
        animation = make(first.view, **less)
        try:
            size = _bytes(films(animation), form, tried, quiet=quiet)
        except TooSmallError:  # its panels have no room there
            tried = last
            break
    if size > most:
        allowed = f"from {size:,}, which{tried or ' it'} makes"
        hint = "use --first, or another --size"
        raise OutputError(complaint("max_bytes", f"{most:,}", allowed, hint=hint))
    return animation


def _attempts(
    asked: Mapping[str, Any], first: Animation, form: FileFormat
) -> Iterator[dict[str, Any]]:
    """Yield what is asked for instead: ever fewer steps, then ever fewer pixels."""
    every, scale = int(asked["every"]), Fraction(str(asked["scale"]))
    least: dict[str, Any] = {}
    for factor in THINNED:
        if factor < len(first.picks):
            least = {"every": factor * every}
            yield least
    for share in SHRUNK:  # an SVG has no pixels
        if share * scale >= NAMED["scale"].least and not form.drawn:
            yield least | {"scale": float(share * scale)}


def _bytes(films: Iterable[Animation], form: FileFormat, tried: str, *, quiet: bool) -> int:
    """Return how many bytes the largest file has."""
    return max(_written(one, form, tried, quiet=quiet) for one in films)


def _written(animation: Animation, form: FileFormat, tried: str, *, quiet: bool) -> int:
    from tcviz.files.writing import scratch_file

    count = animation.frames_in(form)
    with bar(f"{form.name}{tried}", count, quiet=quiet) as progress, scratch_file(form.key) as file:
        return replace(animation).write(file, form, progress).bytes
