"""How much room a panel takes at a scale: its cells, and all that stands around them."""

from __future__ import annotations

from typing import NamedTuple

from tcviz.picture.depth import CAPTION, SLICE_GAP, caption_height
from tcviz.picture.panels import (
    CHANNEL,
    COUNT,
    COUNT_GAP,
    HEADING_GAP,
    NAME,
    NOTE,
    NOTE_LAST,
    NOTE_LEAST,
    SIGNED,
    SIZE,
    STACK_GAP,
    TINT_GAP,
    TITLE,
    WIDEST_END,
    WORD_GAP,
    Panel,
    heading,
    legend_width,
    note_least,
    note_lines,
    note_pitch,
    scale_least,
    titled,
    words_width,
)
from tcviz.picture.scale import Scale
from tcviz.scene.text import CAP_HEIGHT, legible, width, wrap

MOST_NOTE = 150.0
"""So wide are notes beside slices at most."""
LENS_GAP, LENS_ROW = 8.0, "99"
"""Room above and below a lens, and the number of a row that has room left of it."""
GIVEN = 10.0
"""How much of a gutter the numbers of rows may take: the rest is its arrow's."""
TUCKED = 4.0
"""How far the numbers of columns reach into the room below what is above them."""
TEXT = 1.1
"""The least height of a cell in text sizes, whatever is left of its usual height."""
EVEN = 4.0
"""Pixels of a tinted cell with a share of its own, from which on all are equally large."""


class Footprint(NamedTuple):
    """How much room a panel takes at a scale.

    Its cells, each so large as `cell`, are so `wide` and `high` together, all that are stacked.
    Of depth slices that is so with their names, which with numbers of columns are as high as
    `caption`; each is as wide as `slice`.  With all that is above and below them a panel needs the
    width of `room`, and left of that a gutter, `gap`.  Numbers of rows are `left` of its cells,
    those of columns `above` them.  From its middle it reaches up as far as `rise`, without its
    heading, and down as far as `fall`: below are its notes, as high as `noted`, and then, what is
    `hanging`, its lens.
    """

    cell: tuple[float, float]
    wide: float
    high: float
    slice: float
    caption: float
    room: float
    gap: float
    left: float
    above: float
    rise: float
    fall: float
    noted: float
    hanging: float


def footprint(panel: Panel, scale: Scale) -> Footprint:
    """Return how much room a panel takes at a scale."""
    return scale.known(_footprint, panel)


def _footprint(panel: Panel, scale: Scale) -> Footprint:
    cell = _cell(panel, scale)
    left, above = _counts(panel, scale) if scale.numbers else (0.0, 0.0)
    wide, high = panel.cols * cell[0], panel.height(cell[1])
    each, caption, under, over = 0.0, 0.0, wide, above
    if panel.slices:  # which have their numbers below their names
        each, caption, over = _slice(panel, cell, scale), caption_height(scale.reading) + above, 0.0
        row = row_width(each, panel.slices)
        under = row + wide - each  # the name of the last may stand out over it
        wide, high = row, high + caption
    noted, lens = _noted(panel, scale, under), scale.lens(panel)
    hanging = _hanging(panel, lens, high, scale) if lens else 0.0
    return Footprint(
        cell, wide, high, each, caption,
        room=_room(panel, scale, wide, noted=noted > 0),
        gap=max(panel.gap, words_width(panel, scale.reading)) + left if panel.said
        else panel.gap + max(0.0, left - GIVEN * (not panel.ringed)),
        left=left,
        above=above,
        rise=high / 2 + (NAME + over if panel.named else max(0.0, over - TUCKED)),
        fall=high / 2 + noted + hanging,
        noted=noted,
        hanging=hanging,
    )  # fmt: skip


def _cell(panel: Panel, scale: Scale) -> tuple[float, float]:
    """Return width and height of a panel's cells, in whole pixels."""
    if panel.key in scale.heat:
        return _tinted(panel, scale)
    text = scale.text_of(panel)
    least = panel.least(text, scale.air, scale.narrow, scale.low)
    wide, high = map(scale.snapped, least)
    return wide, high if high >= TEXT * text else high + scale.pixel  # no figure may be clipped


def _tinted(panel: Panel, scale: Scale) -> tuple[float, float]:
    if not panel.shares:
        return (scale.snapped(scale.edge) if scale.edge >= scale.pixel else scale.edge,) * 2
    shares = zip(panel.shares, (panel.cols, panel.rows), strict=True)
    wide, high = (_even(share * scale.edge, count, scale) for share, count in shares)
    written = panel.level and panel.level.key not in scale.heat and panel.level
    return wide, footprint(written, scale).cell[1] if written else high


def _even(length: float, count: int, scale: Scale) -> float:
    """Return the side of a cell of so many: small ones fill whole pixels only together."""
    small = length < EVEN * scale.pixel
    return scale.snapped(length * count) / count if small else scale.snapped(length)


def _counts(panel: Panel, scale: Scale) -> tuple[float, float]:
    """Return the room left of and above a panel's cells for the numbers of rows and columns.

    A lens has those of the ones that it enlarges.
    """
    size = legible(COUNT, scale.reading)
    if panel.enlarges in scale.numbers and not panel.slices:
        return width(LENS_ROW, size) + COUNT_GAP, CAP_HEIGHT * size + COUNT_GAP
    beside, left, above = panel.abreast or panel.key, 0.0, 0.0
    off = COUNT_GAP + TINT_GAP * (beside in scale.heat)
    if panel.key in scale.numbers:
        left = width(str(panel.rows - 1), size) + off
    if beside in scale.numbers:
        above = CAP_HEIGHT * size + off
    return left, above


def _slice(panel: Panel, cell: tuple[float, float], scale: Scale) -> float:
    """Return the width of a depth slice with its name."""
    name = panel.depth.short(panel.depth.longest(panel.slices))
    return max(panel.cols * cell[0], width(name, legible(CAPTION, scale.reading), bold=True))


def row_width(each: float, count: int) -> float:
    """Return the width of so many slices beside each other, `each` so wide."""
    return count * (each + SLICE_GAP) - SLICE_GAP


def _room(panel: Panel, scale: Scale, across: float, *, noted: bool) -> float:
    """Return the width of a panel: its cells', its heading's, or what its notes need."""
    room = max(across, heading(panel, scale.reading))
    if panel.named and scale.names:
        # A name begins where the cells do, which are in the middle of this room.
        name = width(panel.named, legible(CHANNEL, scale.reading), bold=True) + 6
        room = max(room, 2 * name - across)
    if noted:
        notes = note_least(legible(NOTE, scale.reading), panel.notes)
        room = max(room, notes if scale.notes else scale_least(panel.end, scale.reading))
    if legend := _legend(panel, scale):
        size = width(panel.size, legible(SIZE, scale.reading))
        room = max(room, size + WORD_GAP + legend + HEADING_GAP)
    lens = scale.lens(panel)
    return max(room, lens_width(lens, scale)) if lens else room


def _legend(panel: Panel, scale: Scale) -> float:
    """Return the width of the scale of a panel's tints, if it stands in the heading."""
    if not (panel.slices and scale.is_scaled(panel)):
        return 0.0
    return legend_width(WIDEST_END if panel.key in scale.heat else "+999", scale.reading)


def _noted(panel: Panel, scale: Scale, across: float) -> float:
    """Return the height of a panel's notes, and of the scale of its tints."""
    scaled, notes = scale.is_scaled(panel) and not panel.slices, panel.notes if scale.notes else ()
    if not (notes or scaled):
        return 0.0
    size = legible(NOTE, scale.reading)
    count = len(note_lines(notes, across, size)) + scaled
    return note_pitch(size) * count + max(8.0, NOTE_LAST * size)


def _hanging(panel: Panel, lens: Panel, high: float, scale: Scale) -> float:
    """Return the height of a lens below a panel, with its title and the room around it."""
    down, taken = (high + STACK_GAP) / 2 if panel.lowered else 0.0, footprint(lens, scale)
    return down + title_height(lens, scale) + taken.above + taken.high + LENS_GAP


def title_height(lens: Panel, scale: Scale) -> float:
    """Return the height of a lens's title, if it is no slices' name, and the room above it."""
    return LENS_GAP + titled(legible(NOTE, scale.reading)) * (not lens.slices)


def lens_width(lens: Panel, scale: Scale) -> float:
    """Return the width of a lens with its title."""
    title = width(lens.title, legible(NOTE, scale.reading)) + HEADING_GAP
    return max(footprint(lens, scale).wide, title)


def area(panel: Panel, scale: Scale) -> float:
    """Return the area of a panel's cells, of one of those that are stacked."""
    wide, high = footprint(panel, scale).cell
    return panel.cells * wide * high


def inline(panel: Panel, scale: Scale) -> float:
    """Return the width of a heading on one line."""
    return scale.known(_inline, panel)


def _inline(panel: Panel, scale: Scale) -> float:
    title = width(panel.title, legible(TITLE, scale.reading), bold=True)
    size = width(panel.size, legible(SIZE, scale.reading))
    legend = _legend(panel, scale)
    return title + WORD_GAP + size + (2 * WORD_GAP + legend if legend else 0.0)


def aside(panel: Panel, scale: Scale) -> tuple[float, float]:
    """Return width and height of a heading beside slices, whose notes break into lines."""
    return scale.known(_aside, panel)


def _aside(panel: Panel, scale: Scale) -> tuple[float, float]:
    title, size, note = (legible(t, scale.reading) for t in (TITLE, SIZE, NOTE))
    notes, scaled = panel.notes if scale.notes else (), scale.is_scaled(panel)
    least = [width(words, note) for words in notes] + [NOTE_LEAST * note / NOTE] * scaled
    wide = max(
        width(panel.title, title, bold=True) + SIGNED * bool(panel.sign),
        width(panel.size, size),
        min(MOST_NOTE * note / NOTE, max(least, default=0.0)),
    )
    lines = sum(len(wrap(words, note, wide)) for words in notes) + scaled
    return wide, title + 1.4 * size + 1.4 * note * lines


def notes_inline(panel: Panel, scale: Scale) -> float:
    """Return the width of notes on one line, right of a heading."""
    words = "; ".join(panel.notes if scale.notes else ())
    return 2 * WORD_GAP + width(words, legible(NOTE, scale.reading)) if words else 0.0
