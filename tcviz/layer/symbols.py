"""Names in place of numbers: elements such as x₀₁, their products, and sums of those.

A `Sum` is multiplied and added as a number is, so traces and views run unchanged on
arrays of them.  A `Wording` writes it, as a `Format` writes a number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple, NoReturn, TypeAlias, TypeVar

import numpy as np

from tcviz.errors import TooLargeError, complaint
from tcviz.layer.operands import Array
from tcviz.layer.parts import ForwardPart, Part
from tcviz.layer.sizes import Sizes
from tcviz.scene import text
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import Format

MAX_CELLS = 400
"""Cells of one panel: far more than any picture has room for names in."""
MAX_PRODUCTS = 20_000
"""Products that all steps make together: a few per cell and channel."""
PLUS, AGAIN, MORE = " + ", "\n+ ", "…"
_LOW = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉‚")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Symbol(NamedTuple):
    """An element of an array by its name: its channel, if there are several, and its place.

    >>> str(Symbol("w", at=(0, 1))), str(Symbol("x", (2,), (10, 3)))
    ('w₀₁', 'x²₁₀‚₃')
    """

    letter: str
    channel: tuple[int, ...] = ()
    at: tuple[int, ...] = ()

    def __str__(self) -> str:
        apart = "," if any(i > 9 for i in self.at) else ""
        low = apart.join(map(str, self.at)).translate(_LOW)
        return self.letter + "".join(map(str, self.channel)).translate(_HIGH) + low


Term: TypeAlias = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of products of symbols, in the order of the input; none of them make zero.

    So a window is read from its first element to its last.

    >>> w, x, b = (Sum(((Symbol(letter),),)) for letter in "wxb")
    >>> str(b + x * w), str(x * 0)
    ('wx + b', '0')
    """

    terms: tuple[Term, ...] = ()

    def __add__(self, other: object) -> Sum:
        if isinstance(other, Sum):
            return Sum(tuple(sorted(self.terms + other.terms, key=_place)))
        return NotImplemented if other else self

    __radd__ = __add__

    def __mul__(self, other: object) -> Sum:
        if isinstance(other, Sum):
            pairs = product(self.terms, other.terms)
            return Sum(tuple(sorted((tuple(sorted(a + b)) for a, b in pairs), key=_place)))
        return NotImplemented if other else Sum()

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __str__(self) -> str:
        return PLUS.join(written(self)) or "0"


def _place(term: Term) -> tuple[int, Term]:
    """Return what terms are sorted by: products by input and kernel, and then the bias."""
    return -len(term), term[::-1]


def written(value: Sum | int) -> list[str]:
    """Return the terms of a sum as text; none for zero."""
    return [_product(term) for term in value.terms] if isinstance(value, Sum) else []


@lru_cache(maxsize=4096)
def _product(term: Term) -> str:
    return "".join(map(str, term))


@frozen
class Wording(Format):
    """How one panel writes sums; products bear no sign, whatever `plus` says.

    Of a sum with more terms than `whole`, the first `first` are written, or, where
    that is 0, how many terms there are.  A line has `row` terms, or, where that is 0,
    all of them.
    """

    whole: int = 1
    first: int = 0
    row: int = 0

    def __call__(self, value: Any) -> str:
        """Return `value`, a sum or zero, as text.

        >>> w, x, b = (Sum(((Symbol(letter),),)) for letter in "wxb")
        >>> [form(w * x + b) for form in wordings(2)]
        ['wx + b', 'wx + …', '2 terms']
        """
        terms = written(value)
        if len(terms) <= self.whole:
            return self._joined(terms)
        if not self.first:
            return f"{len(terms)} terms"
        return self._joined([*terms[: self.first], MORE])

    def _rows(self, terms: list[str]) -> list[list[str]]:
        row = self.row or max(1, len(terms))
        return [terms[i : i + row] for i in range(0, len(terms), row)]

    def _joined(self, terms: list[str]) -> str:
        """Return terms on their lines: all but the first begin with a plus."""
        return AGAIN.join(map(PLUS.join, self._rows(terms))) or "0"

    def _wide(self, terms: list[str]) -> float:
        """Return the width of terms, the widest first, where every line has the widest."""
        rows = self._rows(terms)
        ends = [row[-1] if row[-1] == MORE else terms[len(row) - 1] for row in rows]
        filled = [[*terms[: len(row) - 1], end] for row, end in zip(rows, ends, strict=True)]
        return text.width(AGAIN.join(map(PLUS.join, filled)) or "0", 1.0, bold=True)

    def ems(self, value: Any) -> float:
        """Return the width of the widest line that `value` has while it is added up."""
        terms = sorted(written(value), key=_width, reverse=True)
        if len(terms) <= self.whole:
            return self._wide(terms)
        short = [*terms[: self.first], MORE] if self.first else [f"{len(terms)} terms"]
        return max(self._wide(terms[: self.whole]), self._wide(short))

    def lines(self, value: Any) -> int:
        """Return on how many lines `value` is written at most while it is added up."""
        count = len(written(value))
        pieces = [min(count, self.whole)] + [self.first + 1] * (count > self.whole)
        return max(-(-n // (self.row or n or 1)) or 1 for n in pieces)

    def shown(self, terms: int) -> int:
        """Return how many are written of so many terms."""
        return terms if terms <= self.whole else self.first


@frozen
class Least(Wording):
    """What none of several wordings is narrower than, nor lower: where it has no room, none has."""

    several: tuple[Wording, ...] = ()

    def ems(self, value: Any) -> float:
        """Return the width of the narrowest."""
        return min(form.ems(value) for form in self.several)

    def lines(self, value: Any) -> int:
        """Return the lines of the lowest."""
        return min(form.lines(value) for form in self.several)


def _width(words: str) -> float:
    return text.width(words, 1.0, bold=True)


def wordings(terms: int) -> list[Wording]:
    """Return all wordings of sums of up to so many terms, the longest first.

    >>> [(form.whole, form.first) for form in wordings(3)]
    [(3, 2), (2, 1), (1, 1), (1, 0)]
    """
    longer = [Wording(whole=n, first=n - 1) for n in range(terms, 1, -1)]
    return [*longer, *[Wording(whole=1, first=1)] * (terms > 1), Wording()]


AnyPart = TypeVar("AnyPart", bound=Part)


def named(part: AnyPart) -> AnyPart:
    """Return the same part with names in place of its numbers.

    Channels are named where there are several, input channels by x and w, output
    channels by the bias.

    Raises
    ------
    TooLargeError
        If there are more cells than can be written in.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> print(named(part(plan(in_channels=1).make())).x[0, 0, 1])
    x₀₁
    """
    _check(part)
    bias: Any = part.bias
    if bias is not None:
        at = (part.channel,) if part.out_channels > 1 else ()
        bias = Sum(((Symbol("b", at=at),),))
    first = part.first if part.channels > 1 else None
    return replace(
        part, x=_names("x", part.x, first), weight=_names("w", part.weight, first), bias=bias
    )


def output_name(part: Part, at: tuple[int, ...]) -> str:
    """Return the name of an output element."""
    return str(Symbol("y", (part.channel,) if part.out_channels > 1 else (), at))


def _names(letter: str, array: Array, first: int | None) -> Array:
    """Return names for an array's elements, with channels from `first` on."""
    names = np.empty(array.shape, dtype=object)
    for channel, *at in np.ndindex(array.shape):
        shown = () if first is None else (first + channel,)
        names[(channel, *at)] = Sum(((Symbol(letter, shown, tuple(at)),),))
    return names


def _check(part: Part) -> None:
    """Raise TooLargeError if there is no hope to write all names into one picture."""
    largest = max(part.layer.kernel_size, _widest(part), key=prod)
    if prod(largest) > MAX_CELLS:
        what = f"asked for with a panel of {'×'.join(map(str, largest))} = {prod(largest):,} cells"
        _refuse(what, f"up to {MAX_CELLS:,} cells")
    products = part.x.size * prod(part.layer.kernel_size)
    if products > MAX_PRODUCTS:
        _refuse(f"asked for with {products:,} products", f"up to {MAX_PRODUCTS:,}")


def _widest(part: Part) -> Sizes:
    """Return the size of the largest panel but the kernel: input or result, and its border."""
    size = part.input_size
    if isinstance(part, ForwardPart):
        return tuple(n + sum(sides) for n, sides in zip(size, part.layer.border, strict=True))
    return part.layer.padded_size(size)


def _refuse(what: str, allowed: str) -> NoReturn:
    hint = "use a smaller input_size, or numbers"
    raise TooLargeError(complaint("symbols", what, allowed, hint=hint))
