"""The formats and the layout that suit each other, for any way of laying panels out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tcviz.layer.parts import Part, is_named
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges, ranges
from tcviz.look.sum_lengths import Layout, with_longest
from tcviz.look.sum_lines import with_lines
from tcviz.look.turn_ranges import ranges_of
from tcviz.look.wiring import MOST_CHANNELS
from tcviz.scene.numbers import AUTO_DECIMALS


def formats_and_layout(
    part: Part,
    look: Look,
    solve: Callable[..., Layout],
    *,
    smallest: float = 9.5,
    twice: bool = False,
) -> tuple[Ranges, Layout]:
    """Return formats and layout: fewer decimals where that saves numbers from becoming tints.

    `solve` returns the layout for ranges, a look, the smallest text, and how many
    channels are wanted and are the least.  Text of numbers is no smaller than `smallest`.
    Where the output is shown `twice`, first flattened, names have a wording for each: that of
    sums is the first's.
    """
    wanted = min(part.channels, look.channels or MOST_CHANNELS)
    least = wanted if look.channels else 1

    def solved(numbers: Ranges, look: Look, text: float, rows: int = 0) -> Layout:
        return solve(numbers, look, text, rows or wanted, rows or least)

    if is_named(part):
        numbers, counts = ranges(part, look.decimals), range(wanted, least - 1, -1)
        numbers = replace(numbers, padded=numbers.output) if twice else numbers
        lines = with_lines(numbers, look, [partial(solved, rows=n) for n in counts], flat=twice)
        return lines or with_longest(numbers, look, solved)
    found = []
    for most in range(AUTO_DECIMALS, 0, -1) if look.decimals is None else (0,):
        numbers = ranges_of(part, look.decimals, look.turn, most)
        layout = solved(numbers, look, look.legible(smallest))
        found.append((numbers, layout))
        if not layout.heat or numbers.whole or look.tried:
            break
    return min(found, key=lambda pair: pair[1].heat)
