"""A legend of the roles of cells that occur in a picture's steps: one line, below all panels.

It is the same in all steps, and stands only where there is room for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from tcviz.boards.panel import Roles
from tcviz.look.look import SMALLEST_LABEL, Look
from tcviz.scene import text
from tcviz.scene.marks import Box, Cell, Label, Mark, PanelName, Rect, Style, cell_key, part_key
from tcviz.scene.states import ROLES, Kind, State, role
from tcviz.scene.theme import Theme, Tint

SAMPLE, SAMPLE_TEXT = "n", 9.0
"""A number in a cell that has one, and its text size: a partial sum is told from no sum by it."""
SIDE, FLAT = 18.0, 13.0
"""Width and height of a cell."""
WRITTEN_FRAME = 2.0
"""The line around one that is written: what is written has the thicker frame in the picture."""
AROUND, BETWEEN, ABOVE, OVER = 6.0, 18.0, 6.0, 2.0
"""Room between a cell and its words, between two entries, and above all, and how far all stands
out below the panels' room."""
VALUES = Kind.VALUE, Kind.OUTPUT_PADDING
MADE = State.WRITTEN, State.PARTIAL, State.DONE
"""The states of what is computed."""
NOW = State.READ, State.WRITTEN
"""Those of what happens now, which belong to no channel."""

Cells: TypeAlias = Mapping[str, Roles]
"""The roles of panels' cells, by key."""


class LegendEntry(NamedTuple):
    """A role with its words: all cells of some kinds, or those in a state."""

    words: str
    kinds: tuple[Kind, ...]
    state: State | None = None
    shown: State = State.KNOWN
    """The state in which it is drawn if it has none of its own."""
    made: bool | None = None
    """Whether only results have it, or only what is read."""
    framed: bool = False
    """Whether a dashed frame of the result's shows it, too, or alone."""
    every: bool = False
    """Whether it says nothing without a cell for each of its looks."""
    spare: bool = False
    """Whether it is left out where it has no room, for the sake of the others."""

    outlined: bool = False
    """Whether the frame around it alone shows it: what is in there is tinted by its number."""

    @property
    def codes(self) -> frozenset[int]:
        """The codes of its roles."""
        return frozenset(code for code, (kind, state) in enumerate(ROLES)
                         if kind in self.kinds and self.state in (None, state))  # fmt: skip

    @property
    def drawn(self) -> int:
        """The code of the role in which it is drawn."""
        return role(self.kinds[0], self.shown if self.state is None else self.state)


def entries(zero: str, done: str = "done") -> tuple[LegendEntry, ...]:
    """Return all roles that a legend may name.

    Zeros in what is read are called `zero`, and what is finished `done`.
    """
    return (
        LegendEntry("reading", VALUES, State.READ),
        LegendEntry("writing", VALUES, State.WRITTEN),
        LegendEntry("writing, cropped", (Kind.BORDER,), State.WRITTEN, spare=True),
        LegendEntry("partial sum", VALUES, State.PARTIAL),
        LegendEntry(done, VALUES, State.DONE),
        LegendEntry(zero, (Kind.ZERO,), made=False),
        LegendEntry("nothing reaches it", (Kind.ZERO,), shown=State.DONE, made=True),
        LegendEntry("border: cropped", (Kind.BORDER,), shown=State.PENDING),
        LegendEntry("output_padding", (Kind.OUTPUT_PADDING,), shown=State.PENDING),
    )


def with_frame(named: Iterable[LegendEntry]) -> Iterator[LegendEntry]:
    """Yield roles, of which output_padding has a frame."""
    for entry in named:
        yield entry._replace(framed=entry.kinds == (Kind.OUTPUT_PADDING,))


def occurring(
    named: Iterable[LegendEntry], moments: Iterable[Cells]
) -> dict[LegendEntry, list[str]]:
    """Return the roles that occur in some moments of panels, and in which.

    What is not made is read in some moment.  What is framed is there, if in no panel.
    """
    met: dict[str, set[int]] = {}
    for cells in moments:
        for key, roles in cells.items():
            met.setdefault(key, set()).update(_codes(roles))

    def occurs(entry: LegendEntry, codes: set[int]) -> bool:
        if entry.state is State.READ and not _is_made(codes):
            return True
        return entry.made in (None, _is_made(codes)) and bool(entry.codes & codes)

    found = ((entry, [key for key, codes in met.items() if occurs(entry, codes)])
             for entry in named)  # fmt: skip
    return {entry: keys for entry, keys in found if keys or entry.framed}


def _codes(roles: Roles) -> list[int]:
    """Return the codes that occur: they are small, and need no sorting."""
    found: list[int] = np.flatnonzero(np.bincount(roles.ravel())).tolist()
    return found


def _is_made(codes: set[int]) -> bool:
    return any(ROLES[code][1] in MADE for code in codes)


def height(look: Look) -> float:
    """Return the height of a legend with the room above it, 0 where none is wanted."""
    return ABOVE + _flat(look) - OVER if look.legend and look.chrome else 0.0


def marks(look: Look, named: Mapping[LegendEntry, Sequence[Tint]], room: Rect) -> Iterator[Mark]:
    """Yield the legend of roles in panels of some tints at the foot of a room, if it has room.

    Each has a cell for each look that it has in them, or all have one where that is too wide;
    what needs a cell for each is left out before all are, and what is spare.
    """
    every = {entry: _looks(look, entry, tints) for entry, tints in named.items()}
    short = _short(every)
    for looks in (every, short, _needed(short)):
        made = [*_marks(look, looks, room)]
        if made:
            yield from made
            return


def _short(looks: Mapping[LegendEntry, list[Style]]) -> dict[LegendEntry, list[Style]]:
    """Return one look of each role, or all of them where one says nothing."""
    return {entry: found if entry.every else found[-1:] for entry, found in looks.items()}


def _needed(looks: Mapping[LegendEntry, list[Style]]) -> dict[LegendEntry, list[Style]]:
    """Return the looks of what is left out last."""
    return {entry: found for entry, found in looks.items() if not (entry.every or entry.spare)}


def _looks(look: Look, entry: LegendEntry, tints: Sequence[Tint]) -> list[Style]:
    """Return how a role looks in panels of some tints: those whose lines alone differ are one.

    What says nothing without a cell for each of its looks has them without numbers.
    """
    if entry.outlined:
        return [Style(look.theme.background, look.theme.ink, look.theme.now, blank=True)]
    own = [look.theme.step] if entry.state in NOW else tints
    styles = (look.theme.styles(tint)[entry.drawn] for tint in own)
    looks = {(style.fill, style.hatch, style.ink): style for style in styles}
    shown = (replace(style, blank=entry.every or style.blank) for style in looks.values())
    return [*shown, *[_frame(look.theme)] * entry.framed]


def _frame(theme: Theme) -> Style:
    """Return the look of a cell in a dashed frame of the result's."""
    return Style(theme.background, theme.ink, theme.output, dash=True, blank=True)


def in_corner(
    look: Look, named: Mapping[LegendEntry, Sequence[Tint]], room: Rect, taken: Sequence[Rect]
) -> Iterator[Mark]:
    """Yield the legend in a lower corner of a room that is not `taken`, in as few lines as can be.

    Each role has one cell; what is spare is left out before all are.
    """
    short = _short({entry: _looks(look, entry, tints) for entry, tints in named.items()})
    for looks in (short, _needed(short)):
        made = [*_cornered(look, looks, room, taken)]
        if made:
            yield from made
            return


def _cornered(
    look: Look, looks: Mapping[LegendEntry, Sequence[Style]], room: Rect, taken: Sequence[Rect]
) -> Iterator[Mark]:
    """Yield the roles that look so in a free corner of a room, if there is one."""
    entries = [*looks.items()]
    for count in range(1, len(entries) + 1):
        most = -(-len(entries) // count)
        lines = [dict(entries[i : i + most]) for i in range(0, len(entries), most)]
        wide = max(_width(look, line) for line in lines)
        high = _pitch(look) * (len(lines) - 1) + _flat(look)
        top = room.bottom + OVER - high
        for left in (room.x, room.right - wide):
            around = Rect(left - BETWEEN / 2, top - ABOVE, wide + BETWEEN, high + ABOVE)
            free = top - ABOVE >= room.y and not any(map(around.meets, taken))
            if free and wide <= room.w:
                boxes = (Rect(left, top + i * _pitch(look), wide, _flat(look) - OVER)
                         for i in range(len(lines)))  # fmt: skip
                yield from (mark for n, (line, box) in enumerate(zip(lines, boxes, strict=True))
                            for mark in _marks(look, line, box, n * most))  # fmt: skip
                return


def _width(look: Look, named: Mapping[LegendEntry, Sequence[Style]]) -> float:
    """Return the width of a line of roles that look so."""
    size = look.legible(SMALLEST_LABEL)
    words = sum(AROUND + BETWEEN + text.width(entry.words, size) for entry in named)
    return _side(look) * sum(map(len, named.values())) + words - BETWEEN


def _marks(
    look: Look, named: Mapping[LegendEntry, Sequence[Style]], room: Rect, first: int = 0
) -> Iterator[Mark]:
    """Yield a line of roles that look so, numbered from the first on, if there is room for it."""
    if _width(look, named) > room.w:
        return
    size, sample = look.legible(SMALLEST_LABEL), look.legible(SAMPLE_TEXT)
    side, flat = _side(look), _flat(look)
    x, middle = room.x, room.bottom + OVER - flat / 2
    theme, labels = look.theme, []
    for i, (entry, styles) in enumerate(named.items(), first):
        name = PanelName("legend", i)
        for n, style in enumerate(styles):
            shown = "" if style.blank else "0" if Kind.ZERO in entry.kinds else SAMPLE
            box = Rect(x, middle - flat / 2, side, flat)
            yield Cell(cell_key(name, 0, n), box, shown, sample, style)
            if entry.state is State.WRITTEN:
                yield Box(part_key(name, "frame"), box, theme.now, WRITTEN_FRAME)
            x += side
        x += AROUND
        key = part_key(name, "words")
        labels.append(Label(key, (x, middle), entry.words, size, theme.muted, theme.background))
        x += text.width(entry.words, size) + BETWEEN
    yield from labels


def _side(look: Look) -> float:
    return SIDE * max(1.0, look.legible(SAMPLE_TEXT) / SAMPLE_TEXT)


def _pitch(look: Look) -> float:
    """Return how far two lines are apart."""
    return _flat(look) + ABOVE


def _flat(look: Look) -> float:
    return max(FLAT, 1.4 * look.legible(SAMPLE_TEXT))
