"""What leads from where one panel came to stand to where another did: right, or around.

Within a line arrows run through the gutter between two panels, and to lines beside it through
that between the two.  To a line below they leave at the right, run above the headings of that
line, and enter from its left; those of several channels are nested in each other, so none crosses
another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf, sqrt

from tcviz.picture.arrangement import COLUMNED
from tcviz.picture.layout import Door, Layout, Line, Place
from tcviz.picture.nodes import APART, lane
from tcviz.scene.marks import Point, Rect

CLEAR = 7.0
"""Room between an arrow's tip and the panel that it points at."""
BESIDE, OVER = 13.0, 7.0
"""How far the inmost arrow stays right of a line, and above the headings of one."""
SPREAD = 20.0
"""How far apart ways around run where there is room."""
SHAFT, STUB = 13.0, 3.0
"""How long the last run of an arrow is that turns, so that a shaft is seen behind its head; and how
long the first is where there is no room for both."""
BUS = 26.0
"""How far from rows what leads down from all of them runs: each one's own way into it is seen."""
STRAIGHT = 5.0
"""Ends that are no farther apart than this, less than half a cell with digits, are joined by a
straight line: it would look broken, not bent."""
HOOK, BESIDE_ARROW, LOW = 24.0, 8.0, 30.0
"""How far an arrow into the side of a heading runs along it at least; how far words are from the
line of an arrow, and how much of its end they are beside."""
INTO, ABOVE, OUT, TURN, SHORT = 11.0, -3.0, 15.0, 10.0, 8.0
"""Room beside a ring for an arrow straight into it, or where all come from above and below, and for
one that turns out of it; how far from its tip that turns, and how short a run with a head is."""
BARE = 2.0
"""The least room between an arrow and what it may not cross."""
ABREAST = 8.0
"""How far lanes run apart in a gutter that has room for it."""
HEAD = 50.0
"""How far above a panel its heading begins."""

Route = tuple[Point, ...]


def route(
    layout: Layout, a: Place, b: Place, start: Point, end: Point, out: float | None = None,
    past: float = -inf,
) -> Route:  # fmt: skip
    """Return the points of an arrow from `start`, right of place `a`, to `end`, left of `b`.

    To another line it leads down at `out`, if it is not right of all of its own.  In one line it
    turns right of what is below `a`, which reaches as far as `past`, if its shaft has room there.
    """
    first, last = layout.lines[a], layout.lines[b]
    begin, tip = (start[0] + CLEAR, start[1]), (end[0] - CLEAR, end[1])
    if first is last:
        middle = amid(begin[0], tip[0])
        return _across(begin, tip, max(middle, min(past + BARE, tip[0] - SHAFT)))
    if is_beside(layout, a, b):
        return _across(begin, tip, turn(layout, a))
    channel = 0 if layout.panel(a[0]).shared else a[1]
    upper = max(line.bottom for line in layout.lines.values() if line.box.y < last.box.y)
    return _around(first, last, begin, tip, channel % first.rows, out, last.box.y - upper)


def is_beside(layout: Layout, a: Place, b: Place) -> bool:
    """Return whether a place is in lines that stand beside that of another."""
    return layout.lines[a].box.right <= layout.lines[b].box.x


def turn(layout: Layout, a: Place) -> float:
    """Return where an arrow to lines beside that of a place turns: before all that is there."""
    return layout.lines[a].box.right + COLUMNED / 2


def _across(begin: Point, tip: Point, turn: float) -> Route:
    (_, y0), (x1, y1) = begin, tip
    if abs(y0 - y1) < STRAIGHT:
        return begin, (x1, y0)
    return begin, (turn, y0), (turn, y1), tip


def amid(start: float, end: float) -> float:
    """Return where an arrow turns in a gutter: amid it, or sooner for the sake of its shaft.

    >>> amid(0, 40), amid(0, 20), amid(0, 14)
    (20.0, 7.0, 3.0)
    """
    return max(start + STUB, min((start + end) / 2, end - SHAFT))


def _around(
    first: Line, last: Line, begin: Point, tip: Point, row: int, out: float | None, room: float
) -> Route:
    """Return a way around: that of the first row is the outmost at the right, and the lowest.

    All share the `room` above the line that they lead to, and the lanes beside both lines.
    """
    within = first.rows - 1 - row
    right = first.box.right - lane(first.rows) + BESIDE if out is None else out
    right += _pitch(lane(first.rows) - BESIDE, first.rows) * within * (out is None)
    inmost = lane(last.rows) - CLEAR - SHAFT
    left = last.box.x + inmost - _pitch(inmost, last.rows) * min(row, last.rows - 1)
    over = last.box.y - OVER - _pitch(room - OVER - CLEAR, first.rows) * row
    return begin, (right, begin[1]), (right, over), (left, over), (left, tip[1]), tip


def _pitch(room: float, rows: int) -> float:
    """Return how far apart what leads around for some rows runs in such a room."""
    return max(APART, min(SPREAD, room / max(1, rows - 1)))


def routes(starts: Sequence[Point], ends: Sequence[Point], lanes: Sequence[float]) -> list[Route]:
    """Return a line down from each start to its end, both from left to right.

    Each turns in a lane of its own, from the upmost on.  What runs to the left does so
    lower than what begins left of it, and what runs to the right higher: so none cross.

    >>> routes([(10, 0), (20, 0)], [(0, 9), (5, 9)], [3, 6])
    [((10, 0), (10, 3), (0, 3), (0, 9)), ((20, 0), (20, 6), (5, 6), (5, 9))]
    """
    pairs = list(zip(starts, ends, strict=True))
    left = [i for i, (start, end) in enumerate(pairs) if end[0] < start[0]]
    right = [i for i in range(len(pairs)) if i not in left]
    order = {i: lane for turned in (left, right[::-1]) for lane, i in enumerate(turned)}
    return [_turned(*pair, lanes[order[i]]) for i, pair in enumerate(pairs)]


def _turned(start: Point, end: Point, lane: float) -> Route:
    if abs(start[0] - end[0]) < STRAIGHT:
        return (start[0], start[1]), (start[0], end[1])
    return start, (start[0], lane), (end[0], lane), end


def down(
    layout: Layout, a: Place, b: Place, near: float, foot: Point | None = None,
    tip: Point | None = None,
) -> Route:  # fmt: skip
    """Return the points of an arrow from below place `a` to the door of place `b`, lines below.

    It turns between two lines, if it must, and goes left of those that are passed.  It may begin
    at a `foot` of its own, and lead on from above the door to a `tip`.
    """
    first, last, door = layout.lines[a], layout.lines[b], layout.doors[b]
    rows = sorted({(line.box.y, line.bottom) for line in layout.lines.values()})
    tops, bottoms = [top for top, _ in rows], [bottom for _, bottom in rows]
    x, y = _foot(layout, _lowest(layout, a))
    begin = (x, first.bottom + 2 if layout.notes and layout.panel(a[0]).notes else y + near)
    x, _ = begin = foot or begin
    over = (bottoms[tops.index(last.box.y) - 1] + last.box.y) / 2
    at = tip[0] if tip else min(max(x, door.left + HOOK * door.beside), door.right)
    if door.corridor is not None:
        under = (first.bottom + tops[tops.index(first.box.y) + 1]) / 2
        way = _past((x, under), door.corridor, (tip[0] if tip else door.left, over))
        at, _ = way[-1]
    elif abs(at - x) < STRAIGHT:
        way, at = [], x
    else:
        way = [(x, over), (at, over)]
    ends = [(at, door.y), (door.left, door.y)][: 1 + door.beside]
    return begin, *way, *([(at, tip[1])] if tip else ends)


def _past(begin: Point, corridor: float, end: Point) -> list[Point]:
    """Return the way along a corridor, and on to an end that is not almost below it.

    >>> _past((9, 0), 1, (7, 5)), _past((9, 0), 1, (3, 5))
    ([(9, 0), (1, 0), (1, 5), (7, 5)], [(9, 0), (1, 0)])
    """
    bends = [begin, (corridor, begin[1])]
    return bends if abs(end[0] - corridor) < STRAIGHT else [*bends, (corridor, end[1]), end]


def over_sill(
    layout: Layout, a: Place, b: Place, near: float, foot: Point, tip: Point
) -> Route | None:
    """Return an arrow round a heading, and on between it and the slices to a tip.

    There is none where nothing comes in beside the heading, or the tip is too near to it.
    """
    door, (x, y) = layout.doors[b], tip
    if door.sill is None or y - door.sill < SHORT:
        return None
    turn = max(door.left, foot[0])
    return *down(layout, a, b, near, foot, (turn, door.sill)), (x, door.sill), tip


def between(layout: Layout, a: Place, b: Place, count: int) -> list[float] | None:
    """Return so many lanes between the lines of two places, None where there is no room.

    The one must be straight below the other.
    """
    first, last = layout.lines[a], layout.lines[b]
    room = last.box.y - first.bottom
    amid = any(first.bottom <= line.box.y < last.box.y for line in layout.lines.values())
    if amid or room < (count + 1) * STRAIGHT:
        return None
    return [first.bottom + room * (i + 1) / (count + 1) for i in range(count)]


def abreast(room: float, count: int) -> float | None:
    """Return how far apart so many lanes run in a room of that width, None if they seem one.

    >>> abreast(30, 2), abreast(12, 3), abreast(9, 3), abreast(0, 1)
    (8.0, 6.0, None, 8.0)
    """
    pitch = min(ABREAST, room / (count - 1)) if count > 1 else ABREAST
    return pitch if pitch >= STRAIGHT else None


def joined(main: Route, feet: Sequence[Point]) -> list[Route]:
    """Return what leads from other feet into the first run across of a way.

    >>> joined(((0, 0), (0, 5), (9, 5), (9, 8)), [(4, 0)])
    [((4, 0), (4, 5), (9, 5))]
    """
    if len(main) < 3:
        return []
    (_, over), (at, _) = main[1], main[2]
    return [((x, y), (x, over), (at, over)) for x, y in feet]


def is_clear(points: Route, rects: Iterable[Rect], room: float = BARE) -> bool:
    """Return whether a way comes no nearer than that to any of some boxes.

    >>> is_clear(((0, 0), (0, 9)), [Rect(1, 1, 3, 3)]), is_clear(((0, 0), (0, 9)), [])
    (False, True)
    """
    hairs = runs(points, room)
    return not any(hair.meets(rect) for rect in rects for hair in hairs)


def runs(points: Route, room: float = 0.0) -> list[Rect]:
    """Return the boxes around the runs of a way, with so much room around each.

    >>> runs(((0, 0), (0, 9), (4, 9)), 1)
    [Rect(x=-1, y=-1, w=2, h=11), Rect(x=-1, y=8, w=6, h=2)]
    """
    return [
        Rect(min(x0, x1) - room, min(y0, y1) - room,
             abs(x1 - x0) + 2 * room, abs(y1 - y0) + 2 * room)
        for (x0, y0), (x1, y1) in pairwise(points)
    ]  # fmt: skip


def beside(door: Door, points: Route) -> tuple[float, float, float]:
    """Return where what is said of an arrow into a door begins, and how high it may be.

    It is right of the last run down.
    """
    x, low = points[-2 if door.beside else -1]
    _, high = points[-3 if door.beside else -2]
    if door.beside:
        return x + BESIDE_ARROW, low, inf
    top = max(high, low - LOW)
    return x + BESIDE_ARROW, (top + low) / 2, low - high


def _lowest(layout: Layout, place: Place) -> Place:
    """Return the place of a lens that stands below a panel, or else the panel's own."""
    lens = layout.panel(place[0]).lens
    spot = layout.spots.get((lens.key, place[1])) if lens else None
    return (lens.key, place[1]) if lens and spot and spot.y > layout.spots[place].y else place


def _foot(layout: Layout, place: Place) -> Point:
    """Return the middle below the slice amid the last ones of a panel."""
    spot, panel = layout.spots[place], layout.panel(place[0])
    low = max(y for _, y in spot.corners)
    xs = [x for x, y in spot.corners if y == low]
    middle = xs[len(xs) // 2] + panel.cols * spot.cell_width / 2
    return middle, low + panel.rows * spot.cell_height


def above(layout: Layout, place: Place, target: Rect, key: str) -> Point:
    """Return where a sign stands between a panel's heading and the lines of `key` above it."""
    line = layout.lines[place]
    upper = max(other.bottom for (of, _), other in layout.lines.items() if of == key)
    return target.center[0], (upper + line.box.y) / 2


def into(layout: Layout, a: Place, b: Place, rect: Rect, ring: Rect, start: float) -> Route:
    """Return the points of an arrow from a panel, at place `a`, into a ring before place `b`.

    It leaves at the height of `start` where both are on one line.
    """
    line, (x, y) = layout.lines[a], ring.center
    if layout.lines[b] is not line:
        return _down(line, rect, ring)
    far, half = start - y, ring.h / 2
    level = y + min(max(far, SHORT - half), half - SHORT)  # straight in, if that is near enough
    if abs(far) >= half + SHORT or not rect.y < level < rect.bottom:
        level = start
    if abs(level - y) < half:
        return (rect.right + CLEAR, level), (_rim(ring, level - y, -1), level)
    begin = rect.right + CLEAR, level
    return begin, (x, level), (x, ring.y - 2 if level < y else ring.bottom + 2)


def out_of(ring: Rect, tip: Point, level: float, *, alone: bool) -> Route:
    """Return the points of an arrow from a ring to a `level` above or below a tip beside it.

    Where it has no room to turn there, it leads straight on, or up and down from the ring if that
    is `alone` there: nothing leads into it from there.
    """
    (x, y), (end, _), half = ring.center, tip, ring.h / 2
    if abs(level - y) < (half if alone else half - SHORT):
        return (_rim(ring, level - y, 1), level), (end, level)
    if alone:
        return (x, ring.y - 2 if level < y else ring.bottom + 2), (x, level), (end, level)
    begin, turn = ring.right + 2, end - TURN
    if turn < begin + 2:
        return (begin, y), tip
    turn = min(turn, amid(begin, end))
    return (begin, y), (turn, y), (turn, level), (end, level)


def _rim(ring: Rect, off: float, side: int) -> float:
    """Return where a line, so far off the middle of a ring, ends at a side of it."""
    return ring.center[0] + side * sqrt((ring.w / 2 + 2) ** 2 - off**2)


def _down(line: Line, rect: Rect, ring: Rect) -> Route:
    """Return the way from below a panel's notes, or from beside one of several rows."""
    x, y = ring.center
    if line.rows > 1:
        right = line.box.right - lane(line.rows) + BUS
        begin = rect.right + CLEAR, rect.center[1]
        return begin, (right, begin[1]), (right, y), (ring.right + 2, y)
    at = rect.center[0]
    if abs(at - x) < ring.w / 2:
        return (x, line.bottom + 2), (x, ring.y - 2)
    end = ring.x - 2 if at < x else ring.right + 2
    return (at, line.bottom + 2), (at, y), (end, y)
