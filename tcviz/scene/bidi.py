"""In which direction letters run: Unicode's bidirectional algorithm, for one line of text.

All but the signs that turn directions by force, which a title may not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar
from unicodedata import bidirectional

T = TypeVar("T")
_NUMBERS = ("EN", "AN")
_MINUS = "ES", "EN"
"""A sign between digits of ours."""
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_MIRRORED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")


def runs_left(text: str) -> bool:
    """Return whether the first letter with a direction is one that runs to the left.

    >>> runs_left("12: שלום"), runs_left("y: שלום")
    (True, False)
    """
    kinds = map(bidirectional, text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def levels(text: str) -> list[int]:
    """Return how deep each character lies in turns of direction: to the left where it is odd.

    >>> levels("y של 12 z"), levels("של 12 y")
    ([0, 0, 1, 1, 1, 2, 2, 0, 0], [1, 1, 1, 2, 2, 1, 2])
    """
    base = int(runs_left(text))
    kinds = _weak([bidirectional(letter) for letter in text], base)
    kinds = _neutral(_bracketed(text, kinds, base), base)
    deeper = {"L": base, "R": 1, "EN": 2, "AN": 2} | ({"L": 2} if base else {})
    return [deeper[kind] for kind in kinds]


def _weak(kinds: list[str], base: int) -> list[str]:
    """Return each kind as L, R, a kind of number, or ON (rules W1 to W7)."""
    edge = "R" if base else "L"
    kinds = _joined(["R" if kind == "AL" else kind for kind in _accented(kinds, edge)])
    strong = edge
    for i, kind in enumerate(kinds):
        strong = kind if kind in {"L", "R"} else strong
        kinds[i] = "L" if kind == "EN" and strong == "L" else kind
    return [kind if kind in {"L", "R", *_NUMBERS} else "ON" for kind in kinds]


def _accented(kinds: Iterable[str], edge: str) -> Iterator[str]:
    """Yield accents as what they stand on, and numbers after Arabic as its own (W1, W2)."""
    before = strong = edge
    for kind in kinds:
        if kind not in {"NSM", "BN"}:
            before = "AN" if kind == "EN" and strong == "AL" else kind
        strong = before if before in {"L", "R", "AL"} else strong
        yield before


def _joined(kinds: list[str]) -> list[str]:
    """Return kinds in which points and signs belong to the numbers that they are in (W4, W5)."""
    for i in range(1, len(kinds) - 1):
        before, kind, after = kinds[i - 1 : i + 2]
        if before == after and ((kind == "CS" and before in _NUMBERS) or (kind, before) == _MINUS):
            kinds[i] = before
    for order in (range(len(kinds)), reversed(range(len(kinds)))):
        near = ""
        for i in order:
            near = kinds[i] = "EN" if (kinds[i], near) == ("ET", "EN") else kinds[i]
    return kinds


def _bracketed(text: str, kinds: list[str], base: int) -> list[str]:
    """Return kinds in which brackets of a pair go with what is between them (rule N0)."""
    edge, other = ("R", "L") if base else ("L", "R")
    strong = ["R" if kind in _NUMBERS else kind for kind in kinds]
    for start, end in sorted(_pairs(text)):
        inner = {*strong[start + 1 : end]}
        before = next((kind for kind in strong[start - 1 :: -1] if kind != "ON"), edge)
        if edge in inner:
            kinds[start] = kinds[end] = edge
        elif other in inner:
            kinds[start] = kinds[end] = other if start and before == other else edge
        strong[start], strong[end] = kinds[start], kinds[end]
    return kinds


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each pair of brackets begins and ends."""
    opened: list[tuple[str, int]] = []
    for i, letter in enumerate(text):
        if letter in _BRACKETS:
            opened.append((_BRACKETS[letter], i))
        elif letter in _BRACKETS.values():
            depth = next((d for d, (end, _) in reversed([*enumerate(opened)]) if end == letter), -1)
            if depth >= 0:
                yield opened[depth][1], i
                del opened[depth:]


def _neutral(kinds: list[str], base: int) -> list[str]:
    """Return kinds in which what has no direction goes with what is around it (N1, N2)."""
    edge = "R" if base else "L"
    spans = [(kind, len([*same])) for kind, same in groupby(kinds)]
    ends = [edge, *("R" if kind in _NUMBERS else kind for kind, _ in spans), edge]
    out: list[str] = []
    for i, (kind, count) in enumerate(spans):
        inner = ends[i] if ends[i] == ends[i + 2] else edge
        out += [inner if kind == "ON" else kind] * count
    return out


def reordered(runs: Sequence[T], depths: Sequence[int]) -> list[T]:
    """Return runs from left to right, given their levels (rule L2).

    >>> reordered("abcd", [1, 2, 1, 0])
    ['c', 'b', 'a', 'd']
    """
    order = [*range(len(runs))]
    for depth in range(max(depths, default=0), 0, -1):
        turned: list[int] = []
        for inside, span in groupby(order, key=lambda i: depths[i] >= depth):
            part = [*span]
            turned += part[::-1] if inside else part
        order = turned
    return [runs[i] for i in order]


def mirrored(text: str) -> str:
    """Return text of signs and spaces as it stands where letters run to the left.

    >>> mirrored("a (b")
    'b) a'
    """
    return text.translate(_MIRRORED)[::-1]
