"""The steps of a view as a page keeps them: numbers into tables, and only what changed.

What comes again and again is kept once and counted from 0: colours (one a theme), texts of
cells, styles, palettes, looks, faces, and orders.  A mark's place is its *slot*, which has the
mark's key and stays the same from step to step; what is in it is its *face*.  A cell's face is
a number, that of its text and style; that of any other mark is written out::

    styles    [fill, ink, line, flags, hatch]         of cells; flags: 1 bold, 2 dash, 4 blank
    faces     [text, style]                           of cells
    looks     [line, width, fill, dash, radius, moves]           of boxes
              [size, ink, on, bold, anchor]                      of labels
              [ink, width, head]                                 of connectors
              [rows, cols, palette, line, palette of minus or −1]   of heatmaps
    palettes  [colour, ...]

    grids     [key, x, y, cell width, cell height, text size]    of one sheet
    slots     "key"; or of a cell [grid, row, column], or [grid] where its key is the grid's
    orders    [slot, count, slot, count, ...]: what is drawn, in runs of rising slots

    faces written out: [1, look, x, y, w, h] of a box, [2, look, x, y, text] of a label, with
    [..., width or 0, whether it begins at the right] where viewers' own fonts set it,
    [3, look, x, y, x, y, ...] of a connector, [4, look, x, y, w, h] of a heatmap; [n] is the
    n-th of a sheet that was written out, once more, [x, y] the box that was there, moved, and a
    text a label's where only it is new

Colours are numbers, −1 for none; an anchor is 0, 1 or 2 for left, center and right.  A frame
is ``[order, changes, heats, said]``:

    order     the number of its order
    changes   new faces, of one slot after another from slot 0; −n skips n slots
    heats     [[slot, start, cells, start, cells, ...], ...]: which cells of a heatmap have a
              new colour, a letter of `DIGITS` for each; a start of −1 says that these are all
    said      the sentence; or 0 where it is the labels "sentence" and "detail", and 1 where the
              one goes on in the other, with a full stop in place of each `space`; a narrow
              sheet has none: what is said of a step is the view's, with all that it has room for

Lengths are rounded to hundredths of a canvas unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from tcviz.export.page_faces import FACES, FaceTable, Json, Tables, short, sides
from tcviz.scene import text
from tcviz.scene.marks import Cell, Heatmap, Key, Label, Mark, PanelName, Scene

Alike: TypeAlias = tuple[Any, ...]
"""One mark, or one scene, as it is in each theme."""
Change: TypeAlias = tuple[Json, Json]
"""The face that was in a slot, if there was one, and the face that is."""

_PLAIN = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"\\<>&')
DIGITS = (_PLAIN + "".join(map(chr, range(0xC0, 0x250))))[:256]
"""A letter for each number of a byte; those that come most often take the least room."""
NEAR = 3
"""Cells between two that changed, up to which they are written with them."""
BOX, LABEL, PLAIN = 1, 2, 5
"""What faces of boxes and of labels begin with, and how much these have in the shipped font."""
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def dumped(value: Json) -> str:
    r"""Return JSON that may stand in a script element, whatever its texts are.

    >>> print(dumped("</script>&"))
    "\u003c/script\u003e\u0026"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_UNSAFE)


class Track:
    """The frames of one sheet, each from the scene before it."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._grids, self._slots, self._orders = FaceTable(), FaceTable(), FaceTable()
        self._seen: dict[str, tuple[Alike, int]] = {}
        self._faces: dict[int, Json] = {}
        self._heats: dict[int, bytes] = {}
        self._written: dict[str, int] = {}

    @property
    def panels(self) -> list[PanelName]:
        """The panels of all marks, in the order in which they came."""
        grids = (grid[0] for grid in self._grids if isinstance(grid[0], PanelName))
        parts = (slot.panel for slot in self._slots if isinstance(slot, Key))
        return list(dict.fromkeys((*grids, *parts)))

    def to_json(self) -> Json:
        """Return where the slots are, and in which orders they are drawn."""
        tables = {"grids": self._grids, "slots": self._slots, "orders": self._orders}
        return {name: list(table) for name, table in tables.items()}

    def frame(self, scenes: Sequence[Scene], *, says: bool = True) -> Json:
        """Return what makes the scene, which is given in each theme, of the one before.

        Unless it `says` so, what is said of the step is left out.
        """
        seen, order = {}, []
        changes: dict[int, Change] = {}
        heats: list[Json] = []
        for marks in _aligned(scenes):
            slot = self._unchanged(marks)
            if slot is None:
                slot = self._slot(marks[0])
                self._note(slot, _matched(marks), changes, heats)
            seen[marks[0].key] = marks, slot
            order.append(slot)
        self._seen = seen
        number = self._orders.number(tuple(_runs(order)))
        said = [_said(scenes[0])] if says else []
        return [number, [*map(self._short, _skipping(changes))], heats, *said]

    def _short(self, change: int | Change) -> Json:
        """Return a skip, or a face: what is new in it, or where it was written out before."""
        if isinstance(change, int):
            return change
        old, face = change
        if isinstance(face, int):
            return face
        if _says_otherwise(old, face):
            return face[-1]
        new = len(self._written)
        number = self._written.setdefault(dumped(face), new)
        if number != new:  # what moves comes back to a place
            return [number]
        return face[2:4] if _is_moved(old, face) else face

    def _note(self, slot: int, marks: Alike, changes: dict[int, Change], heats: list[Json]) -> None:
        """Add what is new in a slot to the frame's changes."""
        face = FACES[type(marks[0])](self._tables, marks)
        old = self._faces.get(slot)
        if old != face:
            self._faces[slot] = face
            changes[slot] = old, face
        if isinstance(marks[0], Heatmap):
            old, new = self._heats.get(slot, b""), marks[0].index
            self._heats[slot] = new
            if old != new:
                heats.append([slot, *_spliced(old, new)])

    def _unchanged(self, marks: Alike) -> int | None:
        """Return the slot of marks that are the very same as before."""
        before, slot = self._seen.get(marks[0].key, ((), 0))
        same = len(before) == len(marks) and all(map(_is, before, marks))
        return slot if same else None

    def _slot(self, mark: Mark) -> int:
        if not isinstance(mark, Cell):
            return self._slots.number(mark.key)
        key, rect, size = mark.key, mark.rect, short(mark.size)
        if not isinstance(key, Key) or key.at is None:
            grid = self._grids.number((mark.key, *sides(rect), size))
            return self._slots.number((grid,))
        row, col = key.at
        corner = round(rect.x - col * rect.w, 3), round(rect.y - row * rect.h, 3)
        side = round(rect.w, 4), round(rect.h, 4)
        grid = self._grids.number((key.panel, *corner, *side, size))
        return self._slots.number((grid, row, col))


def _is(one: object, other: object) -> bool:
    return one is other


def _aligned(scenes: Sequence[Scene]) -> Iterator[Alike]:
    """Yield each mark as it is in all themes; a theme may draw them in another order."""
    first, *others = scenes
    by_key = [{mark.key: mark for mark in scene.marks} for scene in others]
    for mark in first.marks:
        yield (mark, *(marks[mark.key] for marks in by_key))


def _matched(marks: Alike) -> Alike:
    """Return heatmaps with one index for all themes, also where a theme has fewer tints."""
    first, *others = marks
    if not isinstance(first, Heatmap) or all(_counts_alike(first, other) for other in others):
        return marks
    indexes = np.array([np.frombuffer(mark.index, np.uint8) for mark in marks])
    met, index = np.unique(indexes, axis=1, return_inverse=True)
    cells = index.astype(np.uint8).tobytes()
    return tuple(
        replace(
            mark,
            colours=tuple(mark.colours[i] for i in numbers),
            minus=tuple(mark.minus[i] for i in numbers if mark.minus),
            index=cells,
        )
        for mark, numbers in zip(marks, met.tolist(), strict=True)
    )


def _counts_alike(one: Heatmap, other: Heatmap) -> bool:
    return one.index == other.index and len(one.colours) == len(other.colours)


def _says_otherwise(old: Json, new: Json) -> bool:
    """Return whether both are faces of a label in the shipped font that differ in their text.

    >>> _says_otherwise([2, 0, 4, 5, "1"], [2, 0, 4, 5, "2"]), _says_otherwise(7, 8)
    (True, False)
    """
    plain = isinstance(old, list) and isinstance(new, list) and len(old) == len(new) == PLAIN
    return plain and old[0] == new[0] == LABEL and old[:-1] == new[:-1]


def _is_moved(old: Json, new: Json) -> bool:
    """Return whether both are faces of a box that differ in their place.

    >>> _is_moved([1, 0, 4, 5, 8, 8], [1, 0, 6, 5, 8, 8]), _is_moved(None, [1, 0, 6, 5, 8, 8])
    (True, False)
    """
    boxes = isinstance(old, list) and old[0] == new[0] == BOX
    return boxes and (old[1], old[4:]) == (new[1], new[4:])


def _skipping(changes: dict[int, Change]) -> Iterator[int | Change]:
    """Yield the changes of rising slots, and how many slots are skipped.

    >>> list(_skipping({1: (0, 7), 2: (0, 8), 6: (0, 7)}))
    [-1, (0, 7), (0, 8), -3, (0, 7)]
    """
    following = 0
    for slot in sorted(changes):
        if slot > following:
            yield following - slot
        yield changes[slot]
        following = slot + 1


def _runs(order: list[int]) -> list[int]:
    """Return the starts and the lengths of rising runs.

    >>> _runs([4, 5, 6, 0, 1])
    [4, 3, 0, 2]
    """
    runs: list[int] = []
    for slot in order:
        if runs and slot == runs[-2] + runs[-1]:
            runs[-1] += 1
        else:
            runs += [slot, 1]
    return runs


def _spliced(old: bytes, new: bytes) -> list[int | str]:
    """Return where cells changed, and to what.

    >>> _spliced(bytes(9), bytes([0, 1, 0, 1, 0, 0, 0, 0, 2]))
    [1, '#!#', 8, '$']
    """
    a, b = (np.frombuffer(index, np.uint8) for index in (old, new))
    if len(a) != len(b):
        return [-1, _digits(new)]
    at = np.flatnonzero(a != b)
    parts = np.split(at, np.flatnonzero(np.diff(at) > NEAR) + 1)
    spans = ((int(part[0]), int(part[-1]) + 1) for part in parts)
    return [v for start, end in spans for v in (start, _digits(new[start:end]))]


def _digits(index: bytes) -> str:
    return "".join(DIGITS[n] for n in index)


def _said(scene: Scene) -> str | int:
    texts = {mark.key: mark.text for mark in scene.marks if isinstance(mark, Label)}
    shown = [*filter(None, (texts.get("sentence"), texts.get("detail")))]
    joined = [between.join(shown).replace(text.SPACE, ". ") for between in (". ", " ")]
    return joined.index(scene.sentence) if scene.sentence in joined else scene.sentence
