"""What a step does, in a sentence, where numbers have names: sums are spelled out."""

from __future__ import annotations

from typing import Any

from tcviz.layer.operands import Array
from tcviz.layer.parts import Part
from tcviz.layer.symbols import Symbol, output_name, written
from tcviz.layer.trace import Step, each
from tcviz.look import words


def read(part: Part) -> str:
    """Return in brackets what the small digits of names mean: high ones could be powers.

    >>> from tcviz.layer import parts, symbols
    >>> from tcviz.request import inputs
    >>> made = [inputs.plan(in_channels=channels).make() for channels in (1, 2)]
    >>> one, several = (symbols.named(parts.part(operands)) for operands in made)
    >>> read(one), read(several)
    (' (x₁₂: row 1, column 2)', ' (x⁰₁₂: channel 0, row 1, column 2)')
    """
    at = tuple(min(i, size - 1) for i, size in enumerate(part.input_size, 1))
    channel = (part.first,) * (part.channels > 1)
    told = [f"{part.names.summed} {number}" for number in channel]
    told.append(words.area(tuple(range(i, i + 1) for i in at)))
    return f" ({Symbol(part.names.x, channel, at)}: {', '.join(told)})"


def spread(part: Part, step: Step, place: str) -> str:
    """Return where an element of each channel is spread to.

    >>> from tcviz.layer import parts, symbols, trace
    >>> from tcviz.request import inputs
    >>> part = symbols.named(parts.part(inputs.plan(in_channels=1).make()))
    >>> spread(part, trace.Distribution(part)[1], "rows 0–2")
    'x₀₁ is spread: x₀₁·w is added to rows 0–2'
    """
    names = [str(x) for x in part.x[each(step.at)].tolist()]
    if len(names) == 1:
        return f"{names[0]} is spread: {names[0]}·w is added to {place}"
    return f"{words.several(names, 3)} are spread: each, times its w, is added to {place}"


def meets(old: Any, new: Any) -> str:
    """Return the sum that a product is added to, and the product last."""
    return words.series([*written(old), *written(new)])


def gathers(part: Part, step: Step, window: str, zeros: str, most: int = 6) -> str:
    """Return what an output element gathers, spelled out; `zeros` is what else a window holds.

    `window` says where it lies, and `most` is how many terms are written.

    >>> from tcviz.layer import parts, symbols, trace
    >>> from tcviz.request import inputs
    >>> part = symbols.named(parts.part(inputs.plan(in_channels=1, stride=2, padding=1).make()))
    >>> gathers(part, trace.Collection(part)[1], "rows 0–2", "zeros")
    'y₀₁ gathers rows 0–2: w₁₂x₀₀ + w₁₀x₀₁'
    """
    total = step.products.sum() + (part.bias or 0)
    name, terms = output_name(part, step.at), words.series(written(total), most)
    if not step.counts.any():
        return f"{name} = {terms}: the window holds {zeros} only"
    return f"{name} gathers {window}: {terms}"


def summed(products: Array, most: int = 4) -> str:
    """Return the sum of one channel's products, of which `most` are written."""
    return words.series(written(products.sum()), most)
