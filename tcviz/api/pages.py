"""Pages: animations of one layer as one self-contained file that a reader steps through.

The animations are the views of the page's switch, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from io import SEEK_END, BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tcviz import views
from tcviz.api import fitting
from tcviz.api.saved import Progress, Saved
from tcviz.effort.loads import check as check_loads
from tcviz.effort.pictures import check_page, of_picture
from tcviz.errors import RequestError, TooLargeError, complaint
from tcviz.export import FORMATS
from tcviz.files.writing import whole_file
from tcviz.scene import theme
from tcviz.scene.roles import ROLES, Colouring

if TYPE_CHECKING:
    from tcviz.api.played import Played
    from tcviz.export.page import Page
    from tcviz.export.page_sheets import Sheet
    from tcviz.layer.parts import Part
    from tcviz.scene.marks import Scene
    from tcviz.scene.theme import Theme
    from tcviz.views.view import View

FORMAT = FORMATS["html"]
SYSTEM = ("light", "dark")
NARROW = (340, 600)
"""The canvas of a page's narrow sheets, in CSS pixels: what a phone has beside the controls.

In a window of 390 pixels the smallest text of a picture, 8.5 pixels of such a canvas, is more
than 9 pixels high."""
SHARP = 3.0
"""Pixels of a phone's screen for one of CSS: so sharp is a narrow sheet that is saved."""


def save(animations: Sequence[Played], path: Path, progress: Progress | None = None) -> Saved:
    """Write one page with these views to a file, whole or not at all."""
    with whole_file(path) as file:
        return replace(write(animations, file, progress), path=path)


def write(animations: Sequence[Played], file: BinaryIO, progress: Progress | None = None) -> Saved:
    """Write one page with these views to an open file.

    Raises
    ------
    TooLargeError
        If it would be unreasonably large.
    """
    from tcviz.export.page import write as write_page

    check(animations)
    write_page(page(animations, progress), file)
    file.seek(0, SEEK_END)
    first, steps = animations[0], sum(len(shown.picks) for shown in animations)
    seconds = first.timed(FORMAT).seconds(len(first.picks))
    return Saved(None, steps, seconds, first.size, file.tell())


def html(animations: Sequence[Played]) -> str:
    """Return one page with these views, as text.

    >>> from tcviz.api import animate
    >>> html([animate(stride=2, padding=1, first=2)])[:15]
    '<!doctype html>'
    """
    file = BytesIO()
    write(animations, file)
    return file.getvalue().decode()


def check(animations: Sequence[Played]) -> None:
    """Raise RequestError if these are no views of a page, or it would be unreasonably large."""
    fitting.check(animations)
    for shown in animations:
        shown.check_theme(FORMAT)
    for name in ("out_channel", "in_channel"):
        if any(isinstance(getattr(shown, name), str) for shown in animations):
            raise RequestError(complaint(name, "all", "one channel in a page"))
    _check_effort(animations)


def _check_effort(animations: Sequence[Played], sheets: int = 1) -> None:
    """Raise TooLargeError if pictures of so many sheets of each view would be unreasonably much."""
    steps = max(len(shown.picks) for shown in animations)
    check_page(steps, sheets * sum(shown.bytes_about() for shown in animations))
    loads = (of_picture(shown.effort()) for shown in (*animations,) * sheets)
    check_loads("page", chain.from_iterable(loads))


def page(animations: Sequence[Played], progress: Progress | None = None) -> Page:
    """Return what a page of these views shows; `progress` is told of each step."""
    from tcviz.export.page import Page

    first, *_ = animations
    name = theme.name_of(first.look.theme)
    themes = {name: first.look.theme} | {n: theme.load(n) for n in SYSTEM if n != name}
    told, narrow = _Told(progress), _has_room(animations)
    return Page(
        title(animations),
        [_sheet(shown, tuple(themes.values()), told, narrow=narrow) for shown in animations],
        themes,
        "" if name == SYSTEM[0] else name,
        first.timing,
        1 if first.loop is None else first.loop,
    )


def _has_room(animations: Sequence[Played]) -> bool:
    """Return whether a page with narrow sheets would not be unreasonably much."""
    try:
        _check_effort(animations, sheets=2)
    except TooLargeError:
        return False
    return True


class _Told:
    """Counts steps over all views, and tells how many there were."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done = progress, Fraction(0)

    def one(self, share: Fraction) -> None:
        """Count a step of one of so many sheets of a view."""
        before, self._done = int(self._done), self._done + share
        if self._progress and int(self._done) > before:
            self._progress(int(self._done))


def title(animations: Sequence[Played]) -> str:
    """Return what a page of these views is called."""
    first = animations[0]
    names = ", ".join(shown.view for shown in animations)
    operation = "Convolution" if first.plan.forward else "Transposed convolution"
    return f"{first.look.title or operation}: {names}"


def _sheet(shown: Played, themes: Sequence[Theme], told: _Told, *, narrow: bool) -> Sheet:
    from tcviz.export.page_sheets import Sheet

    part = _part(shown)
    wide = views.sketch(shown.view, part, replace(shown.look, theme=ROLES, unabridged=True))
    slim = _narrow(shown, part) if narrow else None
    done = partial(told.one, Fraction(1, 2 if slim else 1))
    sheet = Sheet(
        shown.view,
        shown.size,
        shown.picks,
        shown.steps,
        partial(_scenes, wide, shown.picks, themes, done),
        partial(_table, shown, part),
        dict(_code(shown)),
    )
    if slim is None:
        return sheet
    width, height = (round(SHARP * side) for side in NARROW)
    scenes = partial(_scenes, slim, shown.picks, themes, done)
    return replace(sheet, narrow=replace(sheet, size=(width, height), scenes=scenes))


def _part(shown: Played) -> Part:
    made, read = (0 if isinstance(n, str) else n for n in (shown.out_channel, shown.in_channel))
    return views.part(shown.view, shown.operands, made, read)


def _narrow(shown: Played, part: Part) -> View | None:
    """Return a view on a narrow canvas; None where it has no room there, or is no wider itself."""
    width, height = NARROW
    if shown.look.width <= width:
        return None
    look = replace(shown.look, theme=ROLES, width=width, height=height, scale=SHARP, in_unit="px",
                   unabridged=True)  # fmt: skip
    return views.sketch_if_fits(shown.view, part, look)


def _scenes(
    drawn: View, picks: Sequence[int], themes: Sequence[Theme], done: Callable[[], None]
) -> Iterator[Sequence[Scene]]:
    """Yield each step's scene in every theme: all have one layout."""
    colourings = [Colouring(each) for each in themes]
    for scene, _ in drawn.moments(picks, settle=False):
        yield [coloured(scene) for coloured in colourings]
        done()


def _table(shown: Played, part: Part, drawn: int) -> Any:
    """Return who made what in a view, or None where it is no sum of products."""
    from tcviz.api.contributions import contributions
    from tcviz.layer.symbols import named
    from tcviz.look.ranges import ranges

    if views.entry(shown.view).chained:
        return None
    part = named(part) if shown.look.symbols else part
    made = contributions(part, ranges(part, shown.look.decimals), drawn)
    return made.to_json() if made else None


def _code(shown: Played) -> Iterator[tuple[str, str]]:
    """Yield what can be copied: the command, if it is known, and the calls that do the same."""
    if shown.command:
        yield "tcviz", shown.command
    if shown.look.chain and shown.look.chain.has_several:  # the plan is the first layer's
        return
    from tcviz.frameworks import snippets

    yield from snippets(shown.plan).items()
