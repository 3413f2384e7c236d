"""What the snippets of all libraries share: the arrays, and how calls are written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from math import isfinite, isnan, prod
from typing import TYPE_CHECKING, Any

from tcviz.frameworks.words import slices
from tcviz.layer.sizes import Pair, Sizes

if TYPE_CHECKING:
    from tcviz.layer.operands import Array
    from tcviz.request.inputs import Plan

WRITTEN = 200
"""Numbers of an array that are written out at most."""
WIDE = 88
"""Characters of a line, where it can be helped."""
_AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def script(imports: Iterable[str], plan: Plan, lines: Iterable[str]) -> str:
    """Return a whole program: imports, the arrays, and what is done with them."""
    return "\n".join([*imports, "", *_arrays(plan), "", *lines, "print(y)"]) + "\n"


def call(before: str, *arguments: str, after: str = ")") -> str:
    """Return a call on one line, with its arguments on another, or with a line for each.

    >>> call("y = f(", "x", "stride=2")
    'y = f(x, stride=2)'
    """
    line = f"    {', '.join(arguments)}"
    if len(before + line.strip() + after) <= WIDE:
        return before + line.strip() + after
    if len(line) <= WIDE:
        return "\n".join([before, line, after])
    return "\n".join([before, *(f"    {argument}," for argument in arguments), after])


def befores(plan: Plan) -> Sizes:
    """Return how many cells are cropped, or added, before the first on each axis."""
    return tuple(before for before, _ in plan.layer.border)


def afters(plan: Plan) -> Sizes:
    """Return how many cells are cropped, or added, after the last on each axis."""
    return tuple(after for _, after in plan.layer.border)


def cropped(plan: Plan, pad: str, first: int) -> Iterator[str]:
    """Yield what makes `y`, the whole result, of the output's size; axis `first` is spatial.

    What output_padding adds beyond the last window is reached by nothing: zero.
    """
    extra, skipped = plan.layer.output_padding, ":, " * first
    if any(extra):
        yield f"y = {pad}(y, {around([(0, n) for n in extra], first)})  # output_padding"
    if any(befores(plan)) or any(afters(plan)):
        kept = ", ".join(slices(befores(plan), plan.output_size))
        yield f"y = y[{skipped}{kept}]  # padding: crop the border"


def around(border: Iterable[Pair], first: int) -> str:
    """Return what is added to each axis of an array, where batch and channels get nothing.

    >>> around([(0, 1)], 1), around([(0, 1)], 2)
    ('[(0, 0), (0, 1), (0, 0)]', '[(0, 0), (0, 0), (0, 1)]')
    """
    return str([(0, 0)] * first + list(border) + [(0, 0)] * (2 - first))


def column(plan: Plan) -> str:
    """Return the index that gives `bias` its spatial axes."""
    return f"bias[:, {', '.join(['None'] * plan.layer.dims)}]"


def _arrays(plan: Plan) -> list[str]:
    shapes = {"x": (1, plan.in_channels, *plan.input_size), "weight": plan.weight_shape}
    given = {"x": plan.x, "weight": plan.weight}
    unsaid = {name: shape for name, shape in shapes.items() if given[name] is None}
    draws = max(map(prod, unsaid.values()), default=0) > WRITTEN
    made = plan.make() if unsaid and not draws else plan
    lines = ["# the forward pass: the picture shows a gradient of it"] * plan.backward
    lines += [_layout(plan), *[f"rng = np.random.default_rng({plan.seed})"] * draws]
    for name, shape in shapes.items():
        array: Array | None = getattr(made, name)
        lines.append(_drawn(name, shape) if array is None else _given(name, array, shape))
    if plan.bias is not None:
        lines.append(_given("bias", plan.bias, plan.bias.shape))
    return lines


def _layout(plan: Plan) -> str:
    axes = _AXES[plan.layer.dims]
    size, kernel = ", ".join(axes), ", ".join(f"k{axis}" for axis in axes)
    first, second = ("C_out", "C_in") if plan.forward else ("C_in", "C_out")
    return f"# x: (N, C_in, {size}), weight: ({first}, {second}/groups, {kernel})"


def _drawn(name: str, shape: Sizes) -> str:
    """Return the lines that draw what `Plan.make` draws."""
    from tcviz.request.inputs import INSTEAD, LARGEST_INPUT, LARGEST_WEIGHT

    most, zeros = LARGEST_INPUT, "x == 0"
    if name == "weight":
        most, zeros = LARGEST_WEIGHT, f"~weight.any(axis={tuple(range(2, len(shape)))})"
    numbers = f"{name} = rng.integers({-most}, {most + 1}, {shape}).astype(np.float32)"
    return f"{numbers}\n{name}[{zeros}] = {INSTEAD}  # a zero would show nothing"


def _given(name: str, array: Array, shape: Sizes) -> str:
    import numpy as np

    if array.size > WRITTEN:
        return f'{name} = np.load("{name}.npy").reshape({shape}).astype(np.float32)  # your own'
    before = f"{name} = np.array("
    numbers = np.array2string(
        array.reshape(shape), max_line_width=WIDE + 12, separator=", ", prefix=before,
        threshold=sys.maxsize, formatter={"all": _literal},
    )  # fmt: skip
    return f"{before}{numbers}, dtype=np.float32)".replace("\n\n", "\n").replace("\n\n", "\n")


def _literal(value: Any) -> str:
    """Return a number as Python reads it."""
    if isfinite(value):
        return repr(value.item())
    return "np.nan" if isnan(value) else "np.inf" if value > 0 else "-np.inf"
