"""Which channels are summed without being drawn, in words that lead to the ring that sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from tcviz.boards.stage import Stage
from tcviz.picture.links import BESIDE_ARROW
from tcviz.picture.panels import NOTE
from tcviz.scene.crop import extent, parts
from tcviz.scene.marks import Anchor, Connector, Label, Mark, Point, Rect

Stand: TypeAlias = tuple[Point, Anchor]
"""Where words stand, and how they run from there."""
CLEAR = 3.0
"""Room around the words."""
TIP = 2.0
"""Room between an arrow's tip and the ring."""


def arrow(stage: Stage, words: Label, ring: Rect) -> Connector:
    """Return what leads from words above a ring, or below it, straight into it."""
    x, box = ring.center[0], extent(words)
    ends = (box.bottom + TIP, ring.y - TIP), (box.y - TIP, ring.bottom + TIP)
    start, end = ends[box.y > ring.y]
    return Connector("gather.more.way", ((x, start), (x, end)), stage.look.theme.connector)


def level(ring: Rect, marks: Iterable[Mark]) -> Iterator[Stand]:
    """Yield where words may stand at the height of a ring: left and right of all that meets it."""
    _, y = ring.center
    runs = (run for mark in marks if isinstance(mark, Connector) for run in parts(mark))
    there = [ring, *(run for run in runs if run.y <= y <= run.bottom)]
    yield (min(each.x for each in there) - BESIDE_ARROW, y), "right"
    yield (max(each.right for each in there) + BESIDE_ARROW, y), "left"


def told(
    stage: Stage, words: str, stands: Iterable[Stand], taken: Iterable[Rect], marks: Iterable[Mark]
) -> Iterator[Label]:
    """Yield the words where they first have room beside what is `taken`, and beside `marks`."""
    body, around = stage.layout.body, [*taken]
    for mark in marks:
        around += parts(mark) if isinstance(mark, Connector) else [extent(mark)]
    for at, anchor in stands if words else ():
        label = stage.label("gather.more", at, words, NOTE, anchor=anchor)
        x, y, wide, high = extent(label)
        room = Rect(x - CLEAR, y - CLEAR, wide + 2 * CLEAR, high + 2 * CLEAR)
        inside = body.x <= x and x + wide <= body.right and y + high <= stage.layout.bottom
        if inside and not any(map(room.meets, around)):
            yield label
            return
