"""``tcviz inspect``: the transposed convolutions of a model, and what is odd about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import grouped, options, saying
from tcviz.cli.types import FILE
from tcviz.errors import TcvizError
from tcviz.layer.sizes import size_text

if TYPE_CHECKING:
    from tcviz.models.found import ModelLayer


@click.command(cls=grouped.Command, short_help="List the layers of a model.")
@click.argument(
    "model",
    cls=grouped.Argument,
    type=FILE,
    metavar="MODEL",
    about="A file of ONNX, Keras (.keras, .h5), safetensors or PyTorch (.pt, .pth).",
)
@options.of("inspect")
def command(model: str, **rest: Any) -> None:
    """List the transposed convolutions of a model: sizes, parameters, and how even they overlap.

    Only data is read: nothing that a file holds is run.  Files of weights alone do not say
    stride and padding.

    \b
    tcviz inspect decoder.onnx                 as a table
    tcviz inspect decoder.keras --json         for machines
    tcviz inspect decoder.onnx --strict        exit 1 where something is odd
    """  # noqa: D301  (click looks for the backspace that this is)
    from tcviz import models

    found = models.layers(model)
    if rest["json"]:
        saying.give(json.dumps({"model": model, "layers": [*map(_facts, found)]}) + "\n")
    else:
        _print(found)
    odd = [f"{one.name}: {words}" for one in found for words in _odd(one)]
    if not (rest["json"] or rest["strict"]):
        saying.say(*odd)
    if rest["strict"] and odd:
        more = f", and {len(odd) - 1} more" if len(odd) > 1 else ""
        raise TcvizError(odd[0] + more)


def _facts(one: ModelLayer) -> dict[str, Any]:
    """Return what is known of a layer, by name."""
    layer = one.layer
    return {
        "name": one.name,
        "framework": layer.framework,
        "call": layer.call,
        "weights_only": one.is_guess,
        "input_size": one.input_size,
        "output_size": one.output_size,
        "in_channels": layer.in_channels,
        "out_channels": layer.out_channels,
        "parameters": one.parameters,
        "overlap": None if one.is_guess else str(one.overlap),
        "even": None if one.is_guess else one.overlap.uniform,
        "even_kernel_size": None if one.is_guess else one.even_kernel,
        "joined_to": one.meets,
        "meets": not one.misses,
    }


def _print(found: Sequence[ModelLayer]) -> None:
    """Print a table."""
    from rich.table import Table

    if not found:
        saying.say("no transposed convolution")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name in ("name", "call", "in", "out", "parameters", "overlap"):
        table.add_column(name, justify="right" if name == "parameters" else "left")
    for one in found:
        parameters = "?" if one.parameters is None else f"{one.parameters:,}"
        even = "?" if one.is_guess else "even" if one.overlap.uniform else "uneven"
        sizes = (_sized(one.layer.in_channels, one.input_size),
                 _sized(one.layer.out_channels, one.output_size))  # fmt: skip
        table.add_row(one.name, _call(one), *sizes, parameters, even)
    saying.say(*saying.rows(table))
    if any(one.is_guess for one in found):
        saying.say("?: a file of weights does not say strides; give --stride and --padding")


def _call(one: ModelLayer) -> str:
    return one.layer.call + (" + stride?" if one.is_guess else "")


def _sized(channels: int | None, size: Any) -> str:
    """Return channels and size, as far as they are known."""
    return "×".join("?" if n is None else str(n) for n in (channels, *(size or "?")))


def _odd(one: ModelLayer) -> list[str]:
    """Return what is odd about a layer, and what would mend it."""
    found = []
    if not one.is_guess and one.even_kernel:
        kernel = size_text(one.even_kernel)
        found.append(f"{one.overlap.reason}: {one.overlap.pattern}; kernel {kernel} is even")
    found += [
        f"output {_by(one.output_size)} is joined to {_by(size)}: the sizes differ"
        for size in one.misses
    ]
    return found


def _by(size: Any) -> str:
    return size_text(size or "?")
