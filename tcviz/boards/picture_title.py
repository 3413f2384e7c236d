"""The title of a picture and the name of its view: in any script, as large as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from tcviz.look.look import Look
from tcviz.scene import text
from tcviz.scene.marks import Label
from tcviz.scene.typeset import bounded, filled, halves, is_plain, shorten, typeset, width

TITLE, SUBTITLE = 26.0, 15.0
ONE_LINE = 20.0
"""The least size of a title on one line; where it needs a smaller one, it takes two."""
TWO_LINES, LEAST = 18.0, 13.0
"""The largest and the least size of a title on two lines."""
FIRST, SECOND = 36.0, 66.0
"""The middles of the line of the title, and of what stands below it."""
UPPER, LOWER = 22.0, 43.5
"""The middles of a title's two lines."""
GAP = 9.0


def titles(
    look: Look, words: str, view: str, subtitle: str, left: float, room: float, below: float
) -> Iterator[Label]:
    """Yield the title and its view within `room`, and within `below` what the view shows.

    A long title is set smaller; then its view stands on the next line; then it takes two lines.
    """
    words = bounded(words)
    largest, small = look.legible(TITLE), look.legible(SUBTITLE)
    alone = width(words, 1, bold=True, font=look.font)
    size = _fitting(look, room - GAP, alone + text.width(view, 1)) if words else largest
    if size:
        head = [_title(look, "title", words, size, (left, FIRST))] if words else []
        x = left + sum(title.width + GAP for title in head)
        yield from head
        yield Label("view", (x, FIRST), view, size, look.theme.muted, look.theme.background)
        shown = left
    else:
        size = _fitting(look, room, alone)
        if size:
            yield _title(look, "title", words, size, (left, FIRST))
        else:
            yield from _two_lines(look, words, left, room)
        view = f"{view}:"
        yield Label("view", (left, SECOND), view, small, look.theme.ink, look.theme.background)
        shown = left + text.width(f"{view} ", small)
    rest = below - (shown - left)
    whole = text.width(subtitle, small) <= rest
    short = text.shorten(subtitle if whole else plain(subtitle), small, rest)
    ink, on = look.theme.muted, look.theme.background
    yield Label("subtitle", (shown, SECOND), short, small, ink, on)


def plain(subtitle: str) -> str:
    """Return a subtitle without what it has in brackets at its end: it goes where room is short.

    >>> plain("what is shown (a = b)")
    'what is shown'
    """
    return subtitle.partition(" (")[0]


def _fitting(look: Look, room: float, em: float) -> float | None:
    """Return the size with which so many ems are as wide as the room; None if it is too small."""
    size = min(look.legible(TITLE), floor(2 * room / em) / 2)
    return size if size >= look.legible(ONE_LINE) else None


def _two_lines(look: Look, words: str, left: float, room: float) -> Iterator[Label]:
    """Yield a title on two lines, or as much of it as there is room for."""
    lines = halves(words)
    em = max(width(line, 1, bold=True, font=look.font) for line in lines)
    size = max(look.legible(LEAST), min(TWO_LINES, floor(2 * room / em) / 2))
    if em * size > room:
        lines = filled(words, size, room, bold=True, font=look.font)
    for i, (line, y) in enumerate(zip(lines, (UPPER, LOWER), strict=True)):
        short = shorten(line, size, room, bold=True, font=look.font)
        yield _title(look, f"title.{i}" if i else "title", short, size, (left, y))


def _title(look: Look, key: str, words: str, size: float, at: tuple[float, float]) -> Label:
    line = None if is_plain(words) else typeset(words, bold=True, font=look.font)
    theme = look.theme
    return Label(key, at, words, size, theme.ink, theme.background, bold=True, typeset=line)
