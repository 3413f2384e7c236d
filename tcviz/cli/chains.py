"""``tcviz size`` of layers after one another: from stage to stage, and all together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tcviz.cli import asking, saying
from tcviz.errors import RequestError, complaint
from tcviz.layer.sizes import element, size_text
from tcviz.request.options import NAMED

if TYPE_CHECKING:
    from tcviz.layer.chain import Chain, Reach
    from tcviz.layer.choices import Change
    from tcviz.layer.overlap import Overlap
    from tcviz.layer.sizes import Sizes
    from tcviz.models.stages import ChainedLayer

MANY = 12
"""More choices than this are not printed."""
LISTED = 1_000
"""More than this are not listed for machines either."""
OF_ONE = ("kernel_size", "output_size", "in_channels", "out_channels", "bias")
"""What may be said beside one layer."""


def opened(asked: Sequence[str], rest: dict[str, Any]) -> tuple[ChainedLayer, ...]:
    """Return the layers that are asked for; files of weights have strides and the like said beside.

    Raises
    ------
    RequestError
        If what layers say themselves is typed too, or channels do not meet.
    """
    from tcviz.models import UNSAID
    from tcviz.models.stages import stages

    flags = asking.given_among(UNSAID)
    found = stages(asked, {name: rest[name] for name in UNSAID if NAMED[name].flag in flags})
    typed = asking.given_among(("groups", "dims"))
    typed += flags * (not any(stage.guessed for stage in found))
    typed += asking.given_among(OF_ONE) if len(found) > 1 else []
    if typed:
        what, allowed = f"beside {', '.join(typed)}", "the layer's own"
        raise RequestError(complaint("layer", what, allowed, hint="leave out one"))
    return found


def tell(found: Sequence[ChainedLayer], input_size: Any, ends: Any, *, as_json: bool) -> None:
    """Print the sizes of layers after one another, and what reaches what through all of them."""
    from tcviz.models.stages import chain

    whole = chain(found, input_size)
    wanted = None if ends is None else whole.layers[0].input_sizes(ends, "to")
    if as_json:
        saying.give(json.dumps(_facts(found, whole, wanted)) + "\n")
    else:
        _print(found, whole, wanted)


def _parts(chain: Chain) -> list[Chain]:
    """Return the chains of the first layer, the first two, and so on."""
    from tcviz.layer.chain import Chain

    numbers = range(1, len(chain.layers) + 1)
    return [Chain(chain.layers[:n], chain.input_size, chain.names[:n]) for n in numbers]


def _overlaps(chain: Chain) -> list[Overlap]:
    from tcviz.layer.overlap import overlap

    pairs = zip(chain.layers, chain.sizes, strict=False)
    return [overlap(layer, size) for layer, size in pairs]


def _facts(found: Sequence[ChainedLayer], chain: Chain, wanted: Sizes | None) -> dict[str, Any]:
    """Return what there is to say, by name."""
    own = zip(found, chain.layers, _overlaps(chain), _parts(chain), strict=True)
    stages = [
        {
            "name": part.names[-1],
            "framework": stage.layer.framework,
            "call": stage.layer.call,
            "kernel_size": layer.kernel_size,
            "stride": layer.stride,
            "padding": layer.padding,
            "output_padding": layer.output_padding,
            "dilation": layer.dilation,
            "input_size": part.sizes[-2],
            "output_size": part.sizes[-1],
            "even": overlap.uniform,
            "overlap": overlap.verdict,
            "so_far": _reach(part),
        }
        for stage, layer, overlap, part in own
    ]
    facts = {"layers": stages, "input_size": chain.input_size, "output_size": chain.sizes[-1]}
    facts |= _reach(chain) | {"beside": [*_beside(found)]}
    if wanted:
        facts |= {"to": wanted, "changes": changes(chain, wanted)}
    return facts


def changes(chain: Chain, wanted: Sizes) -> list[list[dict[str, Any]]]:
    """Return the changes with which a chain ends at a size, by layer and name."""
    from tcviz.layer.choices import choices

    return [
        [{"layer": one.layer, one.name: one.value} for one in several]
        for several in islice(choices(chain, wanted), LISTED)
    ]


def _reach(chain: Chain) -> dict[str, Any]:
    """Return what reaches what from the input to the last output; None is too much to count."""
    fields = chain.fields
    return {
        "input_cells_per_output_cell": fields and {
            "minimum": [reach.fewest for reach in fields],
            "maximum": [reach.most for reach in fields],
        },
        "output_cells_per_input_cell": chain.fans,
        "ways_per_output_cell": chain.usual,
        "even": chain.is_even,
    }  # fmt: skip


def _print(found: Sequence[ChainedLayer], chain: Chain, wanted: Sizes | None) -> None:
    from rich.table import Table

    cell = element(chain.dims)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name in ("", "layer", "size", "overlap", f"reached by input {cell}s", "an input reaches"):
        table.add_column(name)
    table.add_row("input", "", size_text(chain.input_size))
    own = zip(found, _overlaps(chain), _parts(chain), strict=True)
    for stage, overlap, part in own:
        even = "even" if overlap.uniform else "uneven"
        size, reached = size_text(part.sizes[-1]), (_counted(part.fields), _counted(part.fans))
        table.add_row(part.names[-1], stage.layer.call, size, even, *reached)
    saying.say(*saying.rows(table), "")
    lines = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for name, words in _lines(found, chain, wanted, cell):
        lines.add_row(name, words)
    saying.say(*saying.rows(lines))


def _lines(
    found: Sequence[ChainedLayer], chain: Chain, wanted: Sizes | None, cell: str
) -> Iterable[tuple[str, str]]:
    """Yield what is said of all layers together."""
    yield "sizes", " → ".join(map(size_text, chain.sizes))
    yield (
        "receptive field",
        (
            f"an output {cell} depends on {_counted(chain.fields)} input {cell}s, "
            f"and an input {cell} reaches {_counted(chain.fans)} output {cell}s"
        ),
    )
    yield "overlap of all", chain.verdict
    for number, overlap in enumerate(_overlaps(chain)):
        if not overlap.uniform:
            yield chain.names[number], overlap.verdict
    for words in _beside(found):
        yield "not counted", words
    if wanted:
        yield from endings(chain, wanted)


def endings(chain: Chain, wanted: Sizes) -> Iterable[tuple[str, str]]:
    """Yield the changes with which a chain ends at a size, or that none does."""
    from tcviz.layer.choices import choices

    name = f"to end at {size_text(wanted)}"
    if chain.sizes[-1] == wanted:
        yield name, "nothing: it does"
        return
    found = [*islice(choices(chain, wanted), LISTED + 1)]
    if not found:
        alone = "no output_padding does, and no padding or kernel of one layer alone"
        yield name, alone
        return
    for i, changes in enumerate(found[:MANY]):
        yield name if i == 0 else "", _changed(chain, changes)
    if len(found) > MANY:
        more = f"{LISTED - MANY:,} or more" if len(found) > LISTED else f"{len(found) - MANY:,}"
        yield "", f"… and {more} other choices"


def _changed(chain: Chain, changes: Sequence[Change]) -> str:
    """Return changes in words; of a layer alone its name says nothing."""
    return ", ".join(
        f"{f'{chain.names[one.layer - 1]}: ' * chain.has_several}{one.name} {one.value}"
        for one in changes
    )


def _beside(found: Sequence[ChainedLayer]) -> Iterable[str]:
    """Yield what stands between the layers of a model, and is not seen here."""
    if any(stage.model for stage in found) and len(found) > 1:
        yield "what a model has between its transposed convolutions"


def _counted(numbers: Iterable[Reach | int] | None) -> str:
    return "too many" if numbers is None else size_text(numbers)
