"""Who made what: for every output element its products, for every input element where it went.

A page needs this table, and no arithmetic, to answer a pointing reader.  `to_json` gives::

    sizes     {"input": [3, 3], "kernel": [3, 3], "output": [5, 5]}
    made      per axis and output coordinate o: [[i, k], ...], what input coordinates reach it,
              and with which tap (of the kernel as it is given, not flipped); i rises
    reaches   per axis and input coordinate i: [[o, k], ...], the same the other way
    channels  per input channel that is summed, in the order of the sum:
      channel   its number
      x         texts, factors, at, said
      w         texts, factors, at
      products  [index of x][index of w] -> "+16", or "≈ +0.04" where rounding shows; null
                where there are too many, or the channel is not drawn
    heads     per output element: "y[1,2]"
    tail      " + 1 (bias)" or ""
    results   per output element: "= −16", or "≈ 0.33" where what is written was rounded;
              null where the terms are names
    nothing   what is written instead of terms and result where no input element arrives

Elements are counted in reading order; an element's coordinates meet axis by axis, so those
that make output (o, p) are all pairs of ``made[0][o]`` and ``made[1][p]``, the first axis
outside.  `at` holds, per element of x or w, an index into `texts` (``"−2"``, as it stands in
a cell), into `factors` (``"(−2)"``, as it stands in a product: where the panel's numbers share
a power of ten, in full) and into `products`; `said` is per element:
``"x[0,1] = −1"``, or null where the channel is not drawn.  Where `factors` is null the terms
are names, and a term is its product's text.

The sum written out is ``head + " = " + terms.join(" + ") + tail + " " + result`` with a term
``factor of x + "·" + factor of w`` for every channel and, within it, every pair; without any
terms it is ``head + " = " + nothing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from tcviz.layer.gradients import BiasGradient, WeightGradient
from tcviz.layer.operands import Array
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import Pair, Sizes
from tcviz.layer.symbols import output_name
from tcviz.layer.taps import crossed
from tcviz.look import words
from tcviz.look.ranges import Ranges, ranges
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import Format

MAX_PRODUCTS = 100_000
"""Different products that are written down: about a megabyte of text."""


@frozen
class Term:
    """One product of a sum: of the part's channel `channel`, element `at` and weight `tap`."""

    channel: int
    at: Sizes
    tap: Sizes


@frozen
class Values:
    """The elements of an array as text; equal ones are kept once.

    `numbers` are the different ones, `texts` how they are written in a cell and `said` in a
    sentence, `at` the index of each element, in reading order.
    """

    numbers: tuple[Any, ...]
    texts: tuple[str, ...]
    said: tuple[str, ...]
    at: tuple[int, ...]

    def to_json(self, *, factors: bool) -> dict[str, Any]:
        """Return the texts, also as they stand in a product, and which element has which."""
        written = [words.factor(text) for text in self.said] if factors else None
        return {"texts": list(self.texts), "factors": written, "at": list(self.at)}

    @cached_property
    def exact(self) -> list[Decimal]:
        """What each element is as it is written, in reading order; NaN for no plain number."""
        plain = (words.exact((text, "1")) for text in self.said)
        numbers = [Decimal("NaN" if number == "…" else number) for number in plain]
        return [numbers[i] for i in self.at]


@frozen
class Contributions:
    """What makes each output element of a part, and what each input element reaches.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> table = contributions(part(plan(in_channels=1, seed=0, input_size=2, stride=2).make()))
    >>> table.written((2, 3)), table.reached((0, 0))[0]
    ('y[2,3] = 3·3 + (−4)·(−3) = 21', ((0, 0), (0, 0)))
    """

    part: Part
    numbers: Ranges
    drawn: int

    def terms(self, at: Sizes) -> list[Term]:
        """Return the products that make the output element `at`, in the order of the sum."""
        met = list(crossed(map(self.part.sources, range(len(at)), at)))
        return [Term(c, i, k) for c in range(self.part.channels) for i, k in met]

    def reached(self, at: Sizes) -> list[tuple[Sizes, Sizes]]:
        """Return the output elements that the input element `at` reaches, each with its tap."""
        return list(crossed(map(self.part.targets, range(len(at)), at)))

    def written(self, at: Sizes) -> str:
        """Return the sum that makes the output element `at`, written out."""
        terms, result = self._terms(at), self._result(at)
        if not terms:
            return f"{self._head(at)} = {self._nothing}"
        return f"{self._head(at)} = {' + '.join(terms)}{self._tail} {result}".rstrip()

    def to_json(self) -> dict[str, Any]:
        """Return the table as lists and texts: see the module."""
        part = self.part
        cells = list(np.ndindex(part.output_size))
        return {
            "sizes": {
                "input": list(part.input_size),
                "kernel": list(part.layer.kernel_size),
                "output": list(part.output_size),
            },
            "made": _lists(part.sources, part.output_size),
            "reaches": _lists(part.targets, part.input_size),
            "channels": [self._channel(c) for c in range(part.channels)],
            "heads": [self._head(at) for at in cells],
            "tail": self._tail,
            "results": None if is_named(part) else [self._result(at) for at in cells],
            "nothing": self._nothing,
        }

    @cached_property
    def _x(self) -> list[Values]:
        return [_values(x, self.numbers.x_format) for x in self.part.x]

    @cached_property
    def _w(self) -> list[Values]:
        return [_values(w, self.numbers.w_format) for w in self.part.weight]

    @cached_property
    def _has_products(self) -> bool:
        pairs = list(zip(self._x, self._w, strict=True))[: self.drawn]
        return sum(len(x.numbers) * len(w.numbers) for x, w in pairs) <= MAX_PRODUCTS

    @cached_property
    def _totals(self) -> Array:
        """The output channel, of ``output_size``."""
        part = self.part
        with np.errstate(all="ignore"):
            summed: Array = part.crop(part.results(part.x, part.weight)).sum(axis=0)
            return summed + (0 if part.bias is None else part.bias)

    @cached_property
    def _exact(self) -> Callable[[Sizes], str]:
        """What the terms of an output element sum to as they are written, "…" if one is odd.

        All are added up at once, in whole numbers: term by term it would take seconds.
        """
        part, (x, w) = self.part, (_whole(values) for values in (self._x, self._w))
        sizes = part.x.shape, part.weight.shape
        whole = [np.reshape(one.numbers, size) for one, size in zip((x, w), sizes, strict=True)]
        odd = [np.reshape(one.odd, size) for one, size in zip((x, w), sizes, strict=True)]
        sums = part.crop(part.results(*whole)).sum(axis=0)
        missed = part.results(odd[0], np.ones_like(odd[1])) + part.results(
            np.ones_like(odd[0]), odd[1]
        )
        met: Array = part.crop(missed).sum(axis=0)
        places = x.places + w.places
        return lambda at: "…" if met[at] else f"{sums[at]}e-{places}"

    @property
    def _bias(self) -> list[str]:
        bias = self.part.bias
        if bias is None:
            return []
        return [
            str(bias) if is_named(self.part) else self.numbers.output_format.said(bias) + words.BIAS
        ]

    @property
    def _tail(self) -> str:
        return "".join(f" + {bias}" for bias in self._bias).replace("+ −", "− ")

    @property
    def _nothing(self) -> str:
        return "".join(self._bias) or "0"

    def _channel(self, c: int) -> dict[str, Any]:
        x, factors = self._x[c], not is_named(self.part)
        said = list(self._said(c)) if c < self.drawn else None
        return {
            "channel": self.part.first + c,
            "x": {**x.to_json(factors=factors), "said": said},
            "w": self._w[c].to_json(factors=factors),
            "products": self._products(c),
        }

    def _products(self, c: int) -> list[list[str]] | None:
        """Return the product of each different x and each different w of a drawn channel."""
        if c >= self.drawn or not self._has_products:
            return None
        x, w = (list(zip(v.numbers, v.said, strict=True)) for v in (self._x[c], self._w[c]))
        return [[self._product(*one, *other) for other in w] for one in x]

    def _product(self, x: Any, x_said: str, w: Any, w_said: str) -> str:
        """Return what two numbers make, and whether rounding shows."""
        # Python's own numbers: whole ones are exact, whatever types the arrays have.
        text = self.numbers.product_format.said(x * w)
        exact = isinstance(x * w, int) or is_named(self.part)
        rounded = not exact and words.equals([words.exact((x_said, w_said))], text) != "="
        return "≈ " * rounded + text

    def _said(self, c: int) -> Iterator[str]:
        """Yield what is said of each element of an input channel."""
        part, x = self.part, self._x[c]
        several = (part.first + c,) if part.channels > 1 else ()
        for at, index in zip(np.ndindex(part.input_size), x.at, strict=True):
            named = f"{part.names.x}{words.place((*several, *at))} = {x.said[index]}"
            yield x.said[index] if is_named(part) else named

    def _head(self, at: Sizes) -> str:
        if is_named(self.part):
            return output_name(self.part, at)
        several = (self.part.channel,) if self.part.out_channels > 1 else ()
        return self.part.names.y + words.place((*several, *at))

    def _terms(self, at: Sizes) -> list[str]:
        if is_named(self.part):
            x, w = self.part.x, self.part.weight
            return [str(x[t.channel, *t.at] * w[t.channel, *t.tap]) for t in self.terms(at)]
        return ["·".join(map(words.factor, pair)) for pair in self._pairs(at)]

    def _pairs(self, at: Sizes) -> Iterator[tuple[str, str]]:
        """Yield the texts of both factors of each term."""
        for term in self.terms(at):
            x, w = self._x[term.channel], self._w[term.channel]
            i = x.at[_number(term.at, self.part.input_size)]
            k = w.at[_number(term.tap, self.part.layer.kernel_size)]
            yield x.said[i], w.said[k]

    def _result(self, at: Sizes) -> str:
        """Return what the terms make, and whether rounding shows."""
        if is_named(self.part):
            return ""
        result = self.numbers.output_format.said(self._totals[at].item())
        return f"{words.equals([self._exact(at), *self._bias], result)} {result}"


def contributions(
    part: Part, numbers: Ranges | None = None, drawn: int | None = None
) -> Contributions | None:
    """Return who made what, or None for a gradient of weight or bias, which are no such sums.

    Parameters
    ----------
    part : Part
        What makes an output channel of a transposed convolution in one to three
        dimensions, of a forward convolution, or of a gradient of the input.
    numbers : Ranges, optional
        The formats of the picture's panels; by default those of a picture with room enough.
    drawn : int, optional
        Of how many input channels, from the first, products are written down; all by default.
    """
    if isinstance(part, BiasGradient | WeightGradient):
        return None
    count = part.channels if drawn is None else drawn
    return Contributions(part, numbers or ranges(part, None), count)


def _values(array: Array, form: Format) -> Values:
    flat = array.ravel().tolist()
    index = {number: at for at, number in enumerate(dict.fromkeys(flat))}
    written = tuple(map(form, index)), tuple(map(form.said, index))
    return Values(tuple(index), *written, tuple(index[v] for v in flat))


@frozen
class _Whole:
    """Written numbers without the decimal point, so many `places` further left.

    What is no plain number, is `odd`, is 0 here.
    """

    numbers: Array
    odd: Array
    places: int


def _whole(values: Sequence[Values]) -> _Whole:
    """Return the numbers of all channels in reading order."""
    numbers = [number for v in values for number in v.exact]
    odd = [not number.is_finite() for number in numbers]
    plain = [Decimal(0) if no else number for number, no in zip(numbers, odd, strict=True)]
    places = max(0, *(-int(number.as_tuple().exponent) for number in plain))
    whole = [int(Fraction(number) * 10**places) for number in plain]
    return _Whole(np.array(whole, dtype=object), np.array(odd, dtype=int), places)


def _number(at: Sizes, size: Sizes) -> int:
    """Return where an element is in reading order."""
    number = 0
    for i, n in zip(at, size, strict=True):
        number = number * n + i
    return number


def _lists(met: Callable[[int, int], list[Pair]], size: Sizes) -> list[list[list[list[int]]]]:
    """Return what each coordinate of each axis meets."""
    return [[[list(p) for p in met(axis, i)] for i in range(n)] for axis, n in enumerate(size)]
