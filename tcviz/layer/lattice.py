"""Counting pairs of whole numbers under a line: arithmetic, however many there are."""

from __future__ import annotations

from collections.abc import Callable


def pairs(most: int, steps: tuple[int, int], sides: tuple[int, int]) -> int:
    """Return for how many i and j ``a·i + b·j`` is at most `most`.

    `steps` are a and b, from 1; `sides` are how many i and j there are, from 0 on.

    >>> pairs(5, (2, 3), (4, 2))  # 0, 2, 4, 3 and 5
    5
    """
    (a, b), (columns, rows) = steps, sides
    if min(most, columns - 1, rows - 1) < 0:
        return 0
    rows = min(rows, most // b + 1)
    whole = max(0, min(rows, (most - a * (columns - 1)) // b + 1))
    rest = rows - whole  # rows that the line cuts; the last of them is the shortest
    return whole * columns + rest + floor_sum(rest, a, b, most - b * (rows - 1))


def floor_sum(count: int, divisor: int, factor: int, extra: int) -> int:
    """Return the sum of ``(factor·i + extra) // divisor`` for the first `count` i.

    As Euclid's algorithm does, it swaps factor and divisor until little is left (Graham,
    Knuth and Patashnik, Concrete Mathematics, section 3.5).

    >>> floor_sum(4, 3, 2, 1), sum((2 * i + 1) // 3 for i in range(4))
    (4, 4)
    """
    total = 0
    while count > 0:
        total += count * (count - 1) // 2 * (factor // divisor) + count * (extra // divisor)
        factor, extra = factor % divisor, extra % divisor
        count, extra = divmod(factor * count + extra, divisor)
        divisor, factor = factor, divisor
    return total


def last(holds: Callable[[int], bool], most: int) -> int:
    """Return the greatest number up to `most` for which something holds that holds for less.

    For 0 it is taken to hold.

    >>> last(lambda n: n * n < 50, 10**40)
    7
    """
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if holds(middle) else (low, middle - 1)
    return low
