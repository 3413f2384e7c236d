"""Text of an SVG as outlines: each letter once, and what is written often once, too.

A pair of letters, or of such pairs, that follows often enough becomes a piece of its own, which
is used wherever it is written (re-pair: Larsson and Moffat, 2000).  Words, and sentences
that hardly differ from step to step, so take little more than where they stand; and so do the
numbers of rows and columns, which are the same beside many panels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from tcviz.render.drawing import Words
from tcviz.render.glyphs import EM, outlines
from tcviz.render.stylesheet import name_of
from tcviz.scene import text
from tcviz.scene.frozen import frozen

USE, PLACED_USE, PIECE = 25, 44, 17
"""Bytes that one more use takes, also where it says its height, and that a piece takes beside
those that it is made of."""
SAME = 2
"""Thousandths of an em by which distances may differ that are drawn as one."""
FEW = 5
"""Pieces of a text that take more bytes in a group of their own."""
UNSAFE = "\"'<>&%`\\"
"""What has a meaning of its own where elements refer to each other."""


@frozen(eq=False)
class Piece:
    """A letter, or several pieces, each with where it begins, in thousandths of an em.

    There is one object of each.
    """

    bold: bool
    letter: str = ""
    parts: tuple[Placed, ...] = ()

    @cached_property
    def id(self) -> str:
        """What it is called, the same in any file: several may stand in one page."""
        if not self.letter:
            return name_of((self.bold, self.spelled))
        letter = f"u{ord(self.letter):x}" if self.letter in UNSAFE else self.letter
        return f"{'-' if self.bold else '_'}{letter}"

    @cached_property
    def spelled(self) -> tuple[tuple[str, int, int], ...]:
        """All of its letters, and where each begins."""
        if self.letter:
            return ((self.letter, 0, 0),)
        inner = ((part.spelled, x, y) for part, x, y in self.parts)
        return tuple((c, x + a, y + b) for some, x, y in inner for c, a, b in some)


Placed: TypeAlias = tuple[Piece, int, int]
"""A piece and where it begins."""
Pair: TypeAlias = tuple[Piece, Piece, int, int]
"""Two pieces, and about how far after the first the second begins."""


class SvgLetters:
    """All groups of texts of an SVG: those of one size and colour."""

    def __init__(self, groups: Sequence[Sequence[Words]]) -> None:
        counts = Counter((one.bold, one.text) for group in groups for one in group)
        known: dict[tuple[bool, str], Piece] = {}
        lines = [list(_letters(*written, known)) for written in counts]
        made = _paired(lines, list(counts.values()))
        self._lines = dict(zip(counts, lines, strict=True))
        single = [list(self._single(group)) for group in groups]
        made += _paired(single, [1] * len(single))
        several = {key: line for key, line in self._lines.items() if len(line) > 1}
        weights = [counts[key] for key in several]
        self._kept = _kept(made, [*several.values(), *single], [*weights, *[1] * len(single)])
        self._single_uses = single
        self._used: dict[Piece, None] = {}

    def _single(self, group: Iterable[Words]) -> Iterator[Placed]:
        """Yield the texts of a group that are one piece each."""
        for one in group:
            line = self._lines[one.bold, one.text]
            if len(line) == 1:
                x, y = _origin(one)
                ((piece, at, _),) = line
                yield piece, x + at, y

    def elements(self, number: int, group: Iterable[Words]) -> Iterator[str]:
        """Yield the elements of the group of that number, line by line."""
        rows: dict[int, list[list[Placed]]] = {}
        for placed in self._expanded(self._single_uses[number]):
            rows.setdefault(placed[2], []).append([placed])
        for one in group:
            line = self._lines[one.bold, one.text]
            if len(line) > 1:
                x, y = _origin(one)
                rows.setdefault(y, []).append(
                    [(piece, x + at, y + up) for piece, at, up in self._expanded(line)]
                )
        for y, texts in rows.items():
            left = min(at for line in texts for _, at, _ in line)
            ways = self._apart(texts), *(self._together(texts, x, y) for x in (0, left))
            yield min(ways, key=len)

    def _apart(self, texts: Iterable[Sequence[Placed]]) -> str:
        """Return texts, each of which says where it stands, or a long one once for all of it."""
        return "".join(
            self._uses(text) if len(text) <= FEW else self._moved(text, *text[0][1:])
            for text in texts
        )

    def _together(self, texts: Iterable[Sequence[Placed]], x: int, y: int) -> str:
        """Return texts on one line, whose height is said once, and where they are counted from."""
        return self._moved([placed for text in texts for placed in text], x, y)

    def _moved(self, placed: Iterable[Placed], x: int, y: int) -> str:
        inner = self._uses((piece, at - x, up - y) for piece, at, up in placed)
        return f'<g transform="translate({_steps(x)} {_steps(y)})">{inner}</g>'

    def _uses(self, placed: Iterable[Placed]) -> str:
        return "".join(map(self._use, placed))

    def defs(self) -> str:
        """Return the elements of all pieces that were used, each after those that it uses."""
        found: dict[Piece, str] = {}
        for piece in list(self._used):
            self._define(piece, found)
        return "".join(found.values())

    def _use(self, placed: Placed) -> str:
        piece, x, y = placed
        self._used[piece] = None
        places = "".join(f' {n}="{at}"' for n, at in (("x", _steps(x)), ("y", _steps(y))) if at)
        return f'<use href="#{piece.id}"{places}/>'

    def _expanded(self, placed: Iterable[Placed]) -> Iterator[Placed]:
        """Yield pieces, with what they are made of in place of those that are not worth it."""
        for piece, x, y in placed:
            if piece.letter or piece in self._kept:
                yield piece, x, y
            else:
                yield from self._expanded((part, x + a, y + b) for part, a, b in piece.parts)

    def _define(self, piece: Piece, found: dict[Piece, str]) -> None:
        if piece in found:
            return
        if piece.letter:
            found[piece] = f'<path id="{piece.id}" d="{outlines(piece.bold)[piece.letter]}"/>'
            return
        parts = [*self._expanded(piece.parts)]
        for part, _, _ in parts:
            self._define(part, found)
        found[piece] = f'<g id="{piece.id}">{"".join(map(self._use, parts))}</g>'


def _origin(words: Words) -> tuple[int, int]:
    x, y = words.start
    return round(1000 * x / words.size), round(1000 * y / words.size)


def _steps(length: int) -> int:
    """Return a length in steps of an em, as outlines have them."""
    return round(length * EM / 1000)


def _letters(bold: bool, words: str, known: dict[tuple[bool, str], Piece]) -> Iterator[Placed]:
    """Yield the letters of a text that can be seen."""
    table, shapes, at = text.advances(bold), outlines(bold), 0
    for letter in words:
        if letter in shapes:
            yield known.setdefault((bold, letter), Piece(bold, letter)), at, 0
        at += table[letter]


def _paired(lines: Sequence[list[Placed]], weights: Sequence[int]) -> list[Piece]:
    """Make frequent pairs pieces, in place, and return these."""
    made: list[Piece] = []
    while pairs := _frequent(lines, weights):
        made += pairs.values()
        for line in lines:
            line[:] = _replaced(line, pairs)
    return made


def _frequent(lines: Iterable[list[Placed]], weights: Iterable[int]) -> dict[Pair, Piece]:
    """Return the most frequent pairs, of which none is part of another, as pieces."""
    counts: Counter[Pair] = Counter()
    first: dict[Pair, tuple[int, int]] = {}
    for line, weight in zip(lines, weights, strict=True):
        spared = weight * (PLACED_USE if len(line) <= FEW or line[0][2] else USE)
        for before, after in pairwise(line):
            key, gap = _gap(before, after)
            counts[key] += spared
            first.setdefault(key, gap)
    pairs: dict[Pair, Piece] = {}
    taken: set[Piece] = set()
    most = max(counts.values(), default=0)
    for key, spared in counts.most_common():
        a, b, _, _ = key
        if spared <= PIECE + 2 * USE or spared * 2 < most:
            break
        if a not in taken and b not in taken:
            pairs[key] = Piece(a.bold, parts=((a, 0, 0), (b, *first[key])))
            taken |= {a, b}
    return pairs


def _gap(before: Placed, after: Placed) -> tuple[Pair, tuple[int, int]]:
    (a, x0, y0), (b, x1, y1) = before, after
    return (a, b, (x1 - x0) // SAME, (y1 - y0) // SAME), (x1 - x0, y1 - y0)


def _replaced(line: Sequence[Placed], pairs: dict[Pair, Piece]) -> Iterator[Placed]:
    place = 0
    while place < len(line):
        piece, x, y = line[place]
        more = place + 1 < len(line)
        made = pairs.get(_gap(line[place], line[place + 1])[0]) if more else None
        yield made or piece, x, y
        place += 2 if made else 1


def _kept(
    made: Sequence[Piece], lines: Sequence[Sequence[Placed]], weights: Sequence[int]
) -> set[Piece]:
    """Return the pieces that take less than what they are made of takes wherever they are used."""
    written: Counter[Piece] = Counter()
    for line, weight in zip(lines, weights, strict=True):
        for piece, _, _ in line:
            written[piece] += weight
    nested = Counter(part for piece in made for part, _, _ in piece.parts)
    length: dict[Piece, int] = {}
    for piece in made:
        alone = (part for part, _, _ in piece.parts if written[part] + nested[part] == 1)
        length[piece] = len(piece.parts) + sum(length.get(part, 1) - 1 for part in alone)
    kept: set[Piece] = set()
    for piece in reversed(made):  # those that it is part of come later
        count, parts = written[piece], length[piece]
        worth = count * parts * USE > PIECE + (parts + count) * USE
        if worth:
            kept.add(piece)
        for part, _, _ in piece.parts:
            written[part] += 1 if worth else count
    return kept
