"""``tcviz size``: the sizes, the formula with its numbers, and what maps to what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import chains, grouped, options, saying
from tcviz.cli.types import FILE
from tcviz.errors import RequestError, complaint, quoted
from tcviz.layer.sizes import length, size_text

if TYPE_CHECKING:
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.overlap import Overlap
    from tcviz.layer.sizes import Sizes

KERNEL = 3
LISTED = 100_000
"""More sizes than this are not listed for machines, but still told by the first and the last."""
MANY = 12
"""More sizes than this are told by the first and the last."""
AXES = {1: ("length",), 2: ("rows", "columns"), 3: ("depth", "rows", "columns")}


@click.command(cls=grouped.Command, short_help="Print sizes and the formula.")
@click.argument(
    "model",
    cls=grouped.Argument,
    required=False,
    type=FILE,
    metavar="[MODEL]",
    about="A model, whose transposed convolutions are taken as a chain; as in --layer MODEL.",
)
@options.of("size")
def command(
    model: str | None,
    layer: tuple[str, ...],
    input_size: Any,
    to: Any,
    in_channels: int | None,
    out_channels: int | None,
    bias: bool,
    **rest: Any,
) -> None:
    """Print the sizes of a transposed convolution and where they come from.

    \b
    tcviz size -k 4 -s 2 -p 1 -n 16                          this layer
    tcviz size --layer "Conv2DTranspose(8, 3, strides=2)"    a line of code
    tcviz size -k 3 -s 2 --json                              for machines
    tcviz size -s 2 --in-channels 128 --out-channels 64      parameters, too
    tcviz size --layer "..." --layer "..." --to 28           several, to 28
    tcviz size decoder.onnx                                  all of a model
    """  # noqa: D301  (click looks for the backspace that this is)
    as_json, _ = map(rest.pop, ("json", "debug"))
    from tcviz.layer.chain import Chain
    from tcviz.models import MODELS, is_model

    if model is not None and layer:
        raise RequestError(complaint("model", f"{quoted(model)} beside --layer", "one of them"))
    if model is not None and not is_model(model):
        allowed = f"a file of {', '.join(MODELS)}"
        raise RequestError(complaint("model", quoted(model), allowed, hint="code is --layer's"))
    asked = layer if model is None else (model,)
    found = chains.opened(asked, rest) if asked else ()
    if len(found) > 1:
        chains.tell(found, input_size, to, as_json=as_json)
        return
    pasted = found[0].layer if found else None
    if pasted:
        input_size = found[0].input_size if input_size is None else input_size
        settled, sizes = _of_code(pasted, input_size, rest)
        in_channels = pasted.in_channels if in_channels is None else in_channels
        out_channels = pasted.out_channels if out_channels is None else out_channels
        bias = bias and pasted.bias
    else:
        settled, sizes = _of_options(input_size, **rest)
    channels = _channels(in_channels, out_channels, strict=pasted is None)
    facts = {"layer": _said(pasted)} if pasted else {}
    facts |= _facts(settled, sizes) | _pytorch(settled, sizes, channels, bias=bias)
    if channels:
        facts |= _counts(settled, sizes, channels, bias=bias)
    chain = Chain((settled,), sizes)
    wanted = None if to is None else settled.input_sizes(to, "to")
    if as_json:
        told = {"to": wanted, "changes": chains.changes(chain, wanted)} if wanted else {}
        saying.give(json.dumps(facts | told) + "\n")
    else:
        ends = chains.endings(chain, wanted) if wanted else ()
        _print([*_rows(settled, sizes, facts), *ends])


def _said(layer: PastedLayer) -> dict[str, Any]:
    """Return whose layer it is, and what it says of its kernel."""
    flips = not layer.layout.turned
    return {"framework": layer.framework, "call": layer.call, "kernel_flipped": flips}


def _of_code(
    layer: PastedLayer, input_size: Any, rest: dict[str, Any]
) -> tuple[ConvTranspose, Sizes]:
    """Return the layer of a line of code, and the size of its input."""
    from tcviz.layer.crops import Sized

    kernel = rest["kernel_size"]
    if kernel is None and layer.kernel_size is None:
        kernel = KERNEL
    sizes = layer.input_of(layer.kernel_of(kernel), input_size)
    settled, wanted = layer.geometry(sizes, kernel), rest["output_size"]
    if wanted is not None:
        rule = Sized(layer.crop, settled.input_sizes(wanted, "output_size"))
        settled = settled.cropped(rule, sizes)
    return settled, sizes


def _of_options(
    input_size: Any, kernel_size: Any, dims: int | None, output_size: Any, **rest: Any
) -> tuple[ConvTranspose, Sizes]:
    """Return the layer that options say, and the size of its input."""
    from tcviz.layer import crops
    from tcviz.layer.geometry import ConvTranspose
    from tcviz.layer.sizes import DEFAULT_SIZES

    kernel = KERNEL if kernel_size is None else kernel_size
    given = any(isinstance(v, tuple) for v in (kernel, *rest.values()))
    for size in (input_size, output_size):
        if dims is None and isinstance(size, tuple) and not given:
            dims = len(size)
    layer = ConvTranspose(kernel, **rest, dims=dims)
    sizes = layer.input_sizes(DEFAULT_SIZES[layer.dims] if input_size is None else input_size)
    if output_size is None:
        return layer, sizes
    wanted = layer.input_sizes(output_size, "output_size")
    rule = crops.asked(rest["padding"], layer.border, layer.output_padding, wanted)
    return (layer.cropped(rule, sizes) if rule else layer), sizes


def _channels(into: int | None, out: int | None, *, strict: bool) -> tuple[int, int] | None:
    """Return both numbers of channels, or None where nobody asked for any.

    Where that is not `strict`, a line of code may say one of them.
    """
    if (into is None and out is None) or (not strict and None in (into, out)):
        return None
    if into is None or out is None:
        name, other = ("in", "out")[:: 1 if into is None else -1]
        what, allowed = "not given", f"a number of channels beside {other}_channels"
        raise RequestError(complaint(f"{name}_channels", what, allowed))
    return into, out


def _facts(layer: ConvTranspose, size: Sizes) -> dict[str, Any]:
    """Return all sizes, by name."""
    from tcviz.layer.overlap import overlap

    forward = layer.forward_input_sizes(size)
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
        "forward_input_range": [_ends(found) for found in forward],
        "forward_input_sizes": [
            list(found) if length(found) <= LISTED else None for found in forward
        ],
        "overlap": _overlap(overlap(layer, size)),
    }


def _ends(found: range) -> tuple[int, int] | None:
    """Return the first and the last of what there is."""
    return (found[0], found[-1]) if found else None


def _pytorch(
    layer: ConvTranspose, size: Sizes, channels: tuple[int, int] | None, *, bias: bool
) -> dict[str, Any]:
    """Return how PyTorch says the layer and the convolution whose transpose it is."""
    from tcviz.frameworks import torch_layers

    named = channels or torch_layers.CHANNELS
    return {
        "pytorch": {
            "layer": torch_layers.transposed(layer, size, named, bias=bias),
            "associated_convolution": torch_layers.associated(layer, size, named),
        }
    }


def _counts(
    layer: ConvTranspose, size: Sizes, channels: tuple[int, int], *, bias: bool
) -> dict[str, Any]:
    """Return what there is to learn and to compute."""
    into, out = channels
    return {
        "in_channels": into,
        "out_channels": out,
        "weight_shape": layer.weight_shape(into, out),
        "bias": bias,
        "parameters": layer.parameters(into, out, bias=bias),
        "multiplications": layer.multiplications(size, into, out),
    }


def _overlap(found: Overlap) -> dict[str, Any]:
    """Return how many input elements reach an output cell."""
    from tcviz.layer.overlap import between

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


def _print(rows: Iterable[tuple[str, str]]) -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for name, value in rows:
        table.add_row(name, value)
    saying.say(*saying.rows(table))


def _rows(layer: ConvTranspose, size: Sizes, facts: dict[str, Any]) -> list[tuple[str, str]]:
    names = AXES[layer.dims]
    alike = len(set(facts["formula"])) == 1
    formulas = (
        [("size", facts["formula"][0])]
        if alike
        else [(f"size, {name}", line) for name, line in zip(names, facts["formula"], strict=True)]
    )
    code = facts.get("layer")
    return [
        *([("layer", _code(code))] if code else []),
        ("input", size_text(size)),
        (
            "stretched input",
            f"{size_text(facts['stretched_size'])}, zeros between {_between(layer)}",
        ),
        ("collection view's padding", _sides(layer)),
        ("padded result", f"{size_text(facts['padded_size'])}, border of {_border(layer)} cropped"),
        ("output", size_text(facts["output_size"])),
        *formulas,
        ("in PyTorch", _then(facts["pytorch"]["layer"])),
        (
            "associated convolution",
            f"{_then(facts['pytorch']['associated_convolution'])}: "
            f"{size_text(facts['output_size'])} → {size_text(size)}",
        ),
        (f"forward sizes that map to {size_text(size)}", _choices(layer, size)),
        ("overlap", facts["overlap"]["summary"]),
        *_count_rows(size, facts),
    ]


def _code(said: dict[str, Any]) -> str:
    turned = "" if said["kernel_flipped"] else "  (its kernel is not flipped: PyTorch's flips it)"
    return f"{said['framework']}: {said['call']}{turned}"


def _count_rows(size: Sizes, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the rows of what the channels make, where they are known."""
    if "parameters" not in facts:
        return []
    bias = f", bias {facts['out_channels']:,}" if facts["bias"] else ", no bias"
    shape = size_text(facts["weight_shape"])
    products = (
        f"{facts['multiplications']:,} for an input: {shape} weights at {size_text(size)} elements"
    )
    return [
        ("parameters", f"{facts['parameters']:,}: weight {shape}{bias}"),
        ("multiplications", products),
    ]


def _then(expressions: list[str]) -> str:
    return ", then ".join(expressions)


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


def _row(sizes: range) -> str:
    if length(sizes) > MANY:
        return f"{sizes[0]} to {sizes[-1]}"
    return ", ".join(map(str, sizes)) or "none"


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
    several = any(length(r) > 1 for r in ranges)
    return words + ("  (output_padding picks one)" if several else "")
