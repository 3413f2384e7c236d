"""A legend of the roles of cells that occur in a picture's steps: one line, below all panels.

It is the same in all steps, and stands only where there is room for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from tcviz.scene import text
from tcviz.scene.marks import Cell, Label, Mark, PanelName, Rect, Style, cell_key, part_key
from tcviz.scene.theme import ROLES, Kind, State, Tint, role
from tcviz.views.look import SMALLEST_LABEL, Look
from tcviz.views.panel import Roles

SAMPLE, SAMPLE_TEXT = "n", 9.0
"""A number in a cell that has one, and its text size: a partial sum is told from no sum by it."""
SIDE, FLAT = 18.0, 13.0
"""Width and height of a cell."""
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

    @property
    def codes(self) -> frozenset[int]:
        """The codes of its roles."""
        return frozenset(code for code, (kind, state) in enumerate(ROLES)
                         if kind in self.kinds and self.state in (None, state))  # fmt: skip

    @property
    def drawn(self) -> int:
        """The code of the role in which it is drawn."""
        return role(self.kinds[0], self.shown if self.state is None else self.state)


def entries(zero: str) -> tuple[LegendEntry, ...]:
    """Return all roles that a legend may name; zeros in what is read are called `zero`."""
    return (
        LegendEntry("reading", VALUES, State.READ),
        LegendEntry("writing", VALUES, State.WRITTEN),
        LegendEntry("partial sum", VALUES, State.PARTIAL),
        LegendEntry("done", VALUES, State.DONE),
        LegendEntry(zero, (Kind.ZERO,), made=False),
        LegendEntry("nothing reaches it", (Kind.ZERO,), shown=State.DONE, made=True),
        LegendEntry("border: cropped", (Kind.BORDER,), shown=State.PENDING),
        LegendEntry("output_padding", (Kind.OUTPUT_PADDING,), shown=State.PENDING),
    )


def occurring(
    named: Iterable[LegendEntry], moments: Iterable[Cells]
) -> dict[LegendEntry, list[str]]:
    """Return the roles that occur in some moments of panels, and in which.

    What is not made is read in some moment.
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
    return {entry: keys for entry, keys in found if keys}


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

    Each has a cell for each look that it has in them, or all have one where that is too wide.
    """
    every = {entry: _looks(look, entry, tints) for entry, tints in named.items()}
    for looks in (every, {entry: styles[-1:] for entry, styles in every.items()}):
        made = [*_marks(look, looks, room)]
        if made:
            yield from made
            return


def _looks(look: Look, entry: LegendEntry, tints: Sequence[Tint]) -> list[Style]:
    """Return how a role looks in panels of some tints: those whose lines alone differ are one."""
    own = [look.theme.step] if entry.state in NOW else tints
    styles = (look.theme.styles(tint)[entry.drawn] for tint in own)
    return list({(style.fill, style.hatch, style.ink): style for style in styles}.values())


def _marks(look: Look, named: Mapping[LegendEntry, Sequence[Style]], room: Rect) -> Iterator[Mark]:
    """Yield the legend of roles that look so, if there is room for it."""
    size, sample = look.legible(SMALLEST_LABEL), look.legible(SAMPLE_TEXT)
    side, flat = SIDE * max(1.0, sample / SAMPLE_TEXT), _flat(look)
    x, middle = room.x, room.bottom + OVER - flat / 2
    cells = side * sum(map(len, named.values()))
    words = sum(AROUND + BETWEEN + text.width(entry.words, size) for entry in named)
    wide = cells + words - BETWEEN
    if wide > room.w:
        return
    theme, labels = look.theme, []
    for i, (entry, styles) in enumerate(named.items()):
        name = PanelName("legend", i)
        for n, style in enumerate(styles):
            shown = "" if style.blank else "0" if Kind.ZERO in entry.kinds else SAMPLE
            box = Rect(x, middle - flat / 2, side, flat)
            yield Cell(cell_key(name, 0, n), box, shown, sample, style)
            x += side
        x += AROUND
        key = part_key(name, "words")
        labels.append(Label(key, (x, middle), entry.words, size, theme.muted, theme.background))
        x += text.width(entry.words, size) + BETWEEN
    yield from labels


def _flat(look: Look) -> float:
    return max(FLAT, 1.4 * look.legible(SAMPLE_TEXT))
