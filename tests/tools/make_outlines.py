"""Make ``outlines.json`` from the package's two fonts: each letter as the data of an SVG's path.

    python tests/tools/make_outlines.py

An em has `EM` steps and y runs downward.  The fonts' curves are quadratic, several for each cubic
one that was drawn: those are shorter, and are found again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from tcviz.render.glyphs import EM

HOME = Path(__file__).parents[2] / "tcviz" / "data" / "fonts"
Corner = tuple[float, float, bool]
"""A point, and whether it lies on the line."""
FLAT = 10
"""A cubic curve's third difference, in steps, below which a quadratic one lies within half a step
(it is the square root of 3, divided by 36, of that away)."""
Step = tuple[int, int]
Move = tuple[Any, ...]


def contours(font: TTFont, name: str) -> Iterator[list[Corner]]:
    """Yield the contours of a glyph, each from a point that lies on it back to that."""
    table, start = font["glyf"], 0
    points, ends, flags = table[name].getCoordinates(table)
    scale = EM / font["head"].unitsPerEm
    for end in ends:
        part = slice(start, end + 1)
        start = end + 1
        found = [(x * scale, -y * scale, bool(on & 1))
                 for (x, y), on in zip(points[part], flags[part], strict=True)]  # fmt: skip
        first = next((i for i, corner in enumerate(found) if corner[2]), None)
        if first is None:
            (x0, y0, _), (x1, y1, _) = found[-1], found[0]
            found, first = [((x0 + x1) / 2, (y0 + y1) / 2, True), *found], 0
        yield [*found[first:], *found[:first], found[first]]


def moves(contour: list[Corner], at: Step) -> Iterator[Move]:
    """Yield the moves along a contour, each from where the last one ends, in whole steps."""
    here, before = step(contour[0]), None
    yield "m", *away(here, at)
    start, bends = contour[0], list[Corner]()
    for number, corner in enumerate(contour[1:], start=2):
        if not corner[2]:
            bends.append(corner)
            continue
        point = step(corner)
        if bends:
            yield (move := curved(here, before, cubic(start, bends, corner), corner))
            before = (here[0] + move[-4], here[1] + move[-3]) if move[0] in "cs" else None
        elif number < len(contour) and point != here:  # "z" draws the last side
            yield straight(*away(point, here))
            before = None
        start, here, bends = corner, point, []
    yield ("z",)


def curved(here: Step, before: Step | None, bends: tuple[Corner, Corner], corner: Corner) -> Move:
    """Return a curve, as short as it is said: with one control point where that is near enough."""
    one, two, end = (away(step(each), here) for each in (*bends, corner))
    if max(abs(p - 3 * q + 3 * r) for p, q, r in zip(end, two, one, strict=True)) < FLAT:
        middle = (round((3 * (q + r) - p) / 4) for p, q, r in zip(end, two, one, strict=True))
        return "q", *middle, *end
    if before and near(one, away(here, before)):
        return "s", *two, *end
    return "c", *one, *two, *end


def cubic(start: Corner, bends: list[Corner], end: Corner) -> tuple[Corner, Corner]:
    """Return the control points of the cubic curve that so many quadratic ones stand for.

    cu2qu divides a curve evenly, and moves the control points of the first part and of the last
    one and a half times as far away from their ends as they are in the cubic.
    """
    longer = len(bends) / 1.5
    (x0, y0, _), (x1, y1, _), (x2, y2, _), (x3, y3, _) = start, bends[0], bends[-1], end
    return (
        (x0 + longer * (x1 - x0), y0 + longer * (y1 - y0), False),
        (x3 + longer * (x2 - x3), y3 + longer * (y2 - y3), False),
    )


def near(one: Step, other: Step) -> bool:
    """Return whether two ways differ by no more than rounding may do."""
    return all(abs(side) <= 1 for side in away(one, other))


def step(corner: Corner) -> Step:
    """Return a point in whole steps."""
    return round(corner[0]), round(corner[1])


def away(one: Step, other: Step) -> Step:
    """Return how far a point is from another."""
    return one[0] - other[0], one[1] - other[1]


def straight(x: int, y: int) -> Move:
    """Return a straight move."""
    return ("l", x, y) if x and y else ("v", y) if y else ("h", x)


def spelled(path: list[Move]) -> str:
    """Return moves as a path's data, with no letter or space that is not needed."""
    out, before = "", ""
    for name, *numbers in path:
        if name != before or name in "mz":
            out += name
        for place, number in enumerate(numbers):
            begins = place == 0 and out[-1].isalpha()
            out += f"{number}" if begins or number < 0 else f" {number}"
        before = name
    return out


def outline(font: TTFont, name: str) -> str:
    """Return a glyph as a path's data."""
    path: list[Move] = []
    at: Step = 0, 0
    for contour in contours(font, name):
        path += moves(contour, at)
        at = step(contour[0])
    return spelled(path)


def outlines() -> dict[str, dict[str, str]]:
    """Return the outline of each letter that has one, by weight."""
    made = {}
    for weight in ("bold", "regular"):
        font = TTFont(HOME / f"TcvizSans-{weight}.ttf")
        letters = {chr(c): outline(font, name) for c, name in sorted(font.getBestCmap().items())}
        made[weight] = {letter: path for letter, path in letters.items() if path}
    return made


if __name__ == "__main__":
    text = json.dumps(outlines(), ensure_ascii=False, separators=(",", ":"))
    (HOME / "outlines.json").write_text(text + "\n", encoding="utf-8")
