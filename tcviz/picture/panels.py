"""Panels: what must have room in a picture, one for each tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from math import prod, sqrt

from tcviz.picture.depth import Depth
from tcviz.scene.frozen import frozen
from tcviz.scene.text import LINE, legible, widest, width, wrap

CELL = 1.9
"""Height of a cell in text sizes."""
SIDE, NAME_SIDE = 0.45, 0.45
"""Room beside the widest number, and beside the widest of names, in text sizes."""
NAME_GAP, TIGHT = 0.9, 0.8
"""How narrow gutters may be beside names, and on the smallest canvases."""
AROUND = 1.7
"""Height of a cell of one line of several, in text sizes."""
TITLE, SIZE, HEADING_GAP = 16.0, 14.0, 12.0
"""Text sizes of a heading's two lines, and the room between two headings."""
HEADING, NAME, ROW_GAP, STACK_GAP = 48.0, 24.0, 18.0, 28.0
CHANNEL = 14.5
"""Text size of a channel's name."""
SIGNED = 24.0
"""Room of a sign before a heading: a line goes on with it."""
LEGEND, LEGEND_GAP, WORD_GAP = 48.0, 6.0, 9.0
"""Width of the scale of tints, and the room before its number, and between words of a heading."""
WIDEST_END = "+999, log"
"""Headings have room for such a number at the end of a scale."""
NOTE, NOTE_LINE, NOTE_BEYOND, NOTE_LEAST = 13.0, 18.0, 22.0, 110.0
"""Text size and pitch of notes; how much wider than their panel they may be, which is less than
arrows keep away from it on both sides, and how wide at least."""
NOTE_HIGH, NOTE_LAST = 0.95, 0.6
"""In text sizes, the least pitch of notes, and how far the last one reaches below its middle."""


ALONG = 16.0
"""Room beside words in a gutter."""
TITLED = 1.7
"""Height of a lens's title in its text size."""
COUNT, COUNT_GAP, TINT_GAP = 9.5, 4.0, 1.5
"""Text size of row and column numbers, the room between them and cells, which frames reach into,
and how much more of it there is beside tints, whose frames stand off."""


NO_DEPTH = Depth()


@frozen
class Panel:
    """One tensor: its shape, and what stands around it.

    `title` and `size` stand above it.  `em` is the width of its widest number at text size 1,
    `gap` the room to its left.  A panel that is `shared` there is once, of the others one per
    channel.  One of the same shape, called `upper`, may stand above it, and what is `lowered` is
    level with the lower of such two.  A `sign` stands left of it.  Several panels may
    be parts `of` what is called so.  `notes` stand below the last
    one, and above each its channel's name, of which `named` is the longest.  Text has up to so many
    `lines`, `side` is the room beside it, and `over` how far the heading may stand out over the
    gutters.  A line may break before a panel that `begins` one, and a `result` is what the
    picture is about; others whose text `grows` have text as large.  A panel of three axes shows
    depth slices.  Those of one `group`, if not of one shape, show numbers together or not.  Cells
    are so `high`, in text sizes, or up to `CELL` where there is room.  In tints they are `shares`
    times as wide and as high as the others', but as high as those of a panel in numbers that they
    are `level` with.  Rows and columns are `numbered`, left of and above the cells, where that
    makes no digits notably smaller, and of what is `renumbered`, as others are, where that makes
    nothing smaller; above the panels that are `abreast` of such a one, by its key,
    there is as much room.  A panel that others can do without may be left out
    where room is short: the one called as the panel that is there `instead` looks like that then.
    Where numbers lie on tints, the panel is `tinted`, and has their scale below it.
    What keeps its `digits` never shows tints.  A `lens` stands below its notes while the panel that
    it `enlarges` shows tints: the cells of that which are lit, with their numbers.  A `packed` one
    draws these alone, from its first row and column on, however few they are.  What is
    `said` of what leads to it stands in the gutter to its left, a line each.  In tints it is no
    smaller than the panel that it `exceeds`, by its key.  An arrow leads to it `past` others, from
    the panel of that key.  On one line the tops of those that are `flush` alike are level.
    A scale of its tints has that at its right `end`.  Where the gutter to its left is `ringed`,
    what sums stands in it, and numbers of rows take none of that room.  Among tints on the smallest
    canvases it may look as `brief` says.
    """

    key: str
    shape: tuple[int, ...]
    em: float
    title: str
    size: str
    gap: float = 0.0
    shared: bool = False
    upper: str = ""
    lowered: bool = False
    notes: tuple[str, ...] = ()
    named: str = ""
    lines: int = 1
    side: float = SIDE
    over: float = 0.0
    begins: bool = False
    result: bool = False
    grows: bool = False
    depth: Depth = NO_DEPTH
    group: str = ""
    high: float = CELL
    shares: tuple[float, float] | None = None
    level: Panel | None = None
    sign: str = ""
    of: str = ""
    numbered: bool = False
    renumbered: bool = False
    instead: Panel | None = None
    tinted: bool = False
    abreast: str = ""
    lens: Panel | None = None
    enlarges: str = ""
    packed: bool = False
    digits: bool = False
    said: tuple[str, ...] = ()
    exceeds: str = ""
    past: str = ""
    flush: str = ""
    end: str = ""
    ringed: bool = False
    brief: Panel | None = None

    @property
    def stacked(self) -> int:
        """How many panels stand one above the other."""
        return 2 if self.upper else 1

    @cached_property
    def slices(self) -> int:
        """Depth slices, none of a panel of two axes."""
        return self.shape[-3] if len(self.shape) > 2 else 0

    @property
    def rows(self) -> int:
        """Cells from top to bottom."""
        return self.shape[-2]

    @property
    def cols(self) -> int:
        """Cells from left to right."""
        return self.shape[-1]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return prod(self.shape)

    @cached_property
    def family(self) -> str:
        """What panels have in common that are read side by side."""
        return self.group or str(self.shape)

    @cached_property
    def longest(self) -> float:
        """The longest side in tints, in their edges; of slices as if they were a square panel."""
        wide, high = self.shares or (1.0, 1.0)
        return max(self.rows * high, self.cols * wide) * sqrt(self.slices or 1)

    @property
    def demand(self) -> float:
        """How much room its numbers ask for, in squares of the text size.

        Of panels with shares, which have all shapes, those with the longest sides ask for most.
        """
        return max(self.shape) ** 2 if self.shares else self.cells * max(1.0, self.em)

    def height(self, cell: float) -> float:
        """Return its height, of all that are stacked, with cells of that height."""
        return self.stacked * self.rows * cell + (self.stacked - 1) * STACK_GAP

    def least(
        self, text: float, air: float = 0.0, narrow: float = 1.0, low: float = 1.0
    ) -> tuple[float, float]:
        """Return the width and height of a cell that holds its numbers in text of that size.

        `air` is how far it is from the least height to `CELL`.  `narrow` and `low` are the shares
        that are left of its usual sides; of the room beside numbers it is the square.
        """
        least = self.high + air * (CELL - self.high)
        wide = max(narrow * least, self.em + narrow**2 * self.side) * text
        lines = AROUND + LINE * (self.lines - 1) if self.lines > 1 else 0.0
        return wide, max(low * least, lines) * text


def shortened(panels: Sequence[Panel]) -> list[Panel]:
    """Return panels without those that only repeat others, none where there are no such."""
    instead = {panel.instead.key: panel.instead for panel in panels if panel.instead}
    kept = [instead.get(panel.key, panel) for panel in panels if not panel.instead]
    return kept if instead else []


def briefed(panels: Sequence[Panel]) -> list[Panel]:
    """Return panels as they may look among tints, closer to each other, if any look other then."""
    if not any(panel.brief for panel in panels):
        return []
    brief = (panel.brief or panel for panel in panels)
    return [panel if panel.ringed else replace(panel, gap=TIGHT * panel.gap) for panel in brief]


def narrowed(panel: Panel) -> Panel:
    """Return a panel that takes no more room than it needs: names are long."""
    over = max(panel.over, HEADING_GAP / 2)
    return replace(panel, side=NAME_SIDE, gap=NAME_GAP * panel.gap, over=over)


def heading(panel: Panel, reading: float) -> float:
    """Return the width that a panel's heading needs; `reading` is the pixel it is read by."""
    return _lines_width(panel.title, panel.size, reading) + HEADING_GAP - 2 * panel.over


@lru_cache(maxsize=256)
def _lines_width(title: str, size: str, reading: float) -> float:
    """Return the width of the lines of a heading."""
    wide = width(title, legible(TITLE, reading), bold=True)
    return max(wide, width(size, legible(SIZE, reading)))


def words_width(panel: Panel, reading: float) -> float:
    """Return the width of a gutter in which there is room for the words along what leads in."""
    size = legible(NOTE, reading)
    return max((width(line, size) + ALONG for line in panel.said), default=0.0)


def legend_width(end: str, reading: float, start: str = "") -> float:
    """Return the width of the scale of tints that end at a number, and begin at one if it says."""
    return LEGEND + sum(end_width(words, reading) for words in (start, end))


def end_width(words: str, reading: float) -> float:
    """Return the room of the number at one end of a scale of tints."""
    return LEGEND_GAP + width(words, legible(NOTE, reading)) if words else 0.0


def titled(size: float) -> float:
    """Return the height of a lens's title of that text size."""
    return TITLED * size


def note_pitch(size: float) -> float:
    """Return how far the middles of two lines of notes of that text size are apart."""
    return max(NOTE_LINE, NOTE_HIGH * size)


def note_least(size: float, notes: Sequence[str] = ()) -> float:
    """Return the width that notes of that text size may always have: no formula is broken."""
    formulas = [widest(note, size) - NOTE_BEYOND for note in notes]
    return max([NOTE_LEAST * size / NOTE, *formulas])


def scale_least(end: str, reading: float) -> float:
    """Return the width that a panel has for its scale, which may be wider, without notes."""
    return legend_width(end or WIDEST_END, reading) - NOTE_BEYOND


def note_lines(notes: Sequence[str], panel: float, size: float) -> list[str]:
    """Return notes as they are broken into lines under a panel of that width."""
    formulas = [widest(note, size) for note in notes]
    room = max([panel + NOTE_BEYOND, note_least(size), *formulas])
    return [line for note in notes for line in wrap(note, size, room)]
