"""``tcviz size``: the sizes, the formula with its numbers, and what maps to what."""

from __future__ import annotations

import json
import sys
from math import lcm
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import grouped, options
from tcviz.errors import TooLargeError, complaint

if TYPE_CHECKING:
    from tcviz.geometry import ConvTranspose
    from tcviz.overlap import Overlap
    from tcviz.sizes import Sizes

KERNEL, WIDE = 3, 400
LARGEST_STRIDE = 100_000
LARGEST_PERIOD = 1_000_000
"""Cells that are looked at for the fewest and the most elements that reach one."""
MANY = 12
"""More sizes than this are told by the first and the last."""
AXES = {1: ("length",), 2: ("rows", "columns"), 3: ("depth", "rows", "columns")}


@click.command(cls=grouped.Command, short_help="Print sizes and the formula.")
@options.geometry
@click.option(
    "--json",
    "as_json",
    cls=grouped.Option,
    group="Output",
    is_flag=True,
    help="Print one JSON object, for machines.",
)
@options.debug
def command(
    input_size: Any,
    kernel_size: Any,
    as_json: bool,
    dims: int | None,
    **rest: Any,
) -> None:
    """Print the sizes of a transposed convolution and where they come from.

    \b
    tcviz size -k 4 -s 2 -p 1 -n 16     this layer
    tcviz size -k 3 -s 2 --json         for machines
    """  # noqa: D301  (click looks for the backspace that this is)
    rest.pop("debug")
    from tcviz.geometry import ConvTranspose
    from tcviz.sizes import DEFAULT_SIZES

    kernel = KERNEL if kernel_size is None else kernel_size
    given = any(isinstance(v, tuple) for v in (kernel, *rest.values()))
    if dims is None and isinstance(input_size, tuple) and not given:
        dims = len(input_size)
    layer = ConvTranspose(kernel, **rest, dims=dims)
    sizes = layer.input_sizes(DEFAULT_SIZES[layer.dims] if input_size is None else input_size)
    if max(layer.stride) > LARGEST_STRIDE:
        allowed = f"up to {LARGEST_STRIDE:,}: so many forward sizes are listed"
        raise TooLargeError(complaint("stride", f"{max(layer.stride):,}", allowed))
    _check_period(layer)
    facts = _facts(layer, sizes)
    if as_json:
        click.echo(json.dumps(facts))
    else:
        _print(layer, sizes, facts)


def _check_period(layer: ConvTranspose) -> None:
    """Raise TooLargeError if it takes too many cells until everything repeats."""
    for stride, dilation in zip(layer.stride, layer.dilation, strict=True):
        if lcm(stride, dilation) > LARGEST_PERIOD:
            what = f"{stride:,} and {dilation:,}"
            allowed = f"those with a common multiple up to {LARGEST_PERIOD:,}"
            raise TooLargeError(complaint("stride and dilation", what, allowed))


def _facts(layer: ConvTranspose, size: Sizes) -> dict[str, Any]:
    """Return everything that is printed, by name."""
    from tcviz.overlap import overlap

    return {
        "kernel_size": layer.kernel_size,
        "stride": layer.stride,
        "padding": layer.padding,
        "output_padding": layer.output_padding,
        "dilation": layer.dilation,
        "groups": layer.groups,
        "input_size": size,
        "stretched_size": layer.stretched_size(size),
        "collection_padding": layer.collection_padding,
        "padded_size": layer.padded_size(size),
        "output_size": layer.output_size(size),
        "formula": layer.size_formula(size),
        "associated_convolution": {
            "kernel_size": layer.kernel_size,
            "stride": layer.stride,
            "padding": layer.padding,
            "dilation": layer.dilation,
            "maps": [layer.output_size(size), layer.forward_output_size(layer.output_size(size))],
        },
        "forward_input_sizes": [list(r) for r in layer.forward_input_sizes(size)],
        "overlap": _overlap(overlap(layer, size)),
    }


def _overlap(found: Overlap) -> dict[str, Any]:
    """Return how many input elements reach an output cell."""
    from tcviz.overlap import between

    least, most = found.ends
    return {
        "minimum": least,
        "maximum": most,
        "away_from_edge": {
            "counts": found.usual,
            "minimum": found.usual[0],
            "maximum": found.usual[-1],
            "uniform": found.uniform,
            "period": found.period,
            "seen": found.seen,
        },
        "summary": f"cells are reached by {between(least, most)}; {found.where} {found}",
    }


def _print(layer: ConvTranspose, size: Sizes, facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for name, value in _rows(layer, size, facts):
        table.add_row(name, value)
    # A pipe has no width to wrap at.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())


def _rows(layer: ConvTranspose, size: Sizes, facts: dict[str, Any]) -> list[tuple[str, str]]:
    names = AXES[layer.dims]
    alike = len(set(facts["formula"])) == 1
    formulas = (
        [("size", facts["formula"][0])]
        if alike
        else [(f"size, {name}", line) for name, line in zip(names, facts["formula"], strict=True)]
    )
    forward = facts["associated_convolution"]["maps"]
    return [
        ("input", _by(size)),
        (
            "stretched input",
            f"{_by(facts['stretched_size'])}, zeros between {_between(layer)}",
        ),
        ("collection view's padding", _sides(layer)),
        ("padded result", f"{_by(facts['padded_size'])}, border of {_border(layer)} cropped"),
        ("output", _by(facts["output_size"])),
        *formulas,
        (
            "associated convolution",
            f"Conv{layer.dims}d({_arguments(layer)}): {_by(forward[0])} → {_by(forward[1])}",
        ),
        (f"forward sizes that map to {_by(size)}", _choices(layer, size)),
        ("overlap", facts["overlap"]["summary"]),
    ]


def _by(size: Any) -> str:
    return "×".join(map(str, size))


def _between(layer: ConvTranspose) -> str:
    return _tuple([s - 1 for s in layer.stride])


def _border(layer: ConvTranspose) -> str:
    return _tuple([b if b == a else f"{b}/{a}" for b, a in layer.border])


def _sides(layer: ConvTranspose) -> str:
    """Return the collection view's padding; negative numbers crop."""
    sides = layer.collection_padding
    words = _tuple([b if b == a else f"{b}/{a}" for b, a in sides]).replace("-", "−")
    crops = min(n for pair in sides for n in pair) < 0
    return words + (" (negative: the stretched input is cropped)" if crops else "")


def _tuple(values: list[Any]) -> str:
    """Return one value where the axes agree, else all in brackets."""
    return str(values[0]) if len(set(values)) == 1 else f"({', '.join(map(str, values))})"


def _arguments(layer: ConvTranspose) -> str:
    names = ("kernel_size", "stride", "padding", "dilation")
    values = {name: getattr(layer, name) for name in names}
    return ", ".join(f"{name}={v[0] if len(set(v)) == 1 else v}" for name, v in values.items())


def _row(sizes: range) -> str:
    if len(sizes) > MANY:
        return f"{sizes[0]} to {sizes[-1]}"
    return ", ".join(map(str, sizes))


def _choices(layer: ConvTranspose, size: Sizes) -> str:
    """Return the sizes that the forward convolution maps to `size`, and who picks among them."""
    ranges = layer.forward_input_sizes(size)
    words = (
        _row(ranges[0])
        if len(set(ranges)) == 1
        else "; ".join(
            f"{name} {_row(r)}" for name, r in zip(AXES[layer.dims], ranges, strict=True)
        )
    )
    several = any(len(r) > 1 for r in ranges)
    return words + ("  (output_padding picks one)" if several else "")
