"""``tcviz check``: every engine, and PyTorch, on one layer or on many random ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import asking, grouped, options, saying
from tcviz.cli.progress import bar
from tcviz.errors import RequestError, TcvizError, complaint
from tcviz.request.options import NAMED, OF_LAYER

if TYPE_CHECKING:
    from tcviz.checks.compare import Report
    from tcviz.checks.subjects import Subject


BESIDE_TWO = {name: NAMED[name].flag for name in ("layer", "input_size", "kernel_size", "seed")}
"""What may be said beside two layers."""


@click.command(cls=grouped.Command, short_help="Compare all engines, and PyTorch.")
@options.of("check")
def command(random: int | None, **rest: Any) -> None:
    """Compute a layer in every way, forward and backward, and compare the results.

    Exit status 1 where whole numbers are not exactly equal, or float64 results differ by more
    than 1e-12 of what is added up.  With PyTorch installed it is compared too.

    Two layers as code are run on the same numbers instead: are they the same layer?

    \b
    tcviz check -k 4 -s 2 -p 1         this layer
    tcviz check --random 1000          many
    tcviz check --layer "Conv1DTranspose(4, 3)" --layer "ConvTranspose1d(8, 4, 3)"
    """  # noqa: D301  (click looks for the backspace that this is)
    rest.pop("debug")
    if len(rest["layer"]) > 1:
        _compare(rest)
        return
    subjects, total = _one(rest) if random is None else _many(random, rest["seed"])
    report = _run(subjects, total)
    _print(report)
    if report.wrong:
        raise TcvizError(_worst(report))


def _compare(rest: dict[str, Any]) -> None:
    """Print what two layers make of the same numbers, and fail if they are not the same."""
    from rich.table import Table

    from tcviz import layer
    from tcviz.checks import conventions

    codes = rest["layer"]
    if len(codes) > len(conventions.NAMES):
        raise RequestError(complaint("layer", f"given {len(codes)} times", "one or two"))
    beside = asking.given_among(name for name in (*OF_LAYER, "random") if name not in BESIDE_TWO)
    if beside:
        what, allowed = f"given twice, beside {', '.join(beside)}", ", ".join(BESIDE_TWO.values())
        raise RequestError(complaint("layer", what, allowed))
    asked = {name: rest[name] for name in ("input_size", "kernel_size")}
    read = [layer(code) for code in codes]
    ran, unlike = conventions.compare(read, **asked, seed=_seed(rest["seed"]))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for name, code, one in zip(conventions.NAMES, read, ran or ("", ""), strict=True):
        table.add_row(name, str(code), str(one))
    saying.say(*saying.rows(table), "", "not the same layer" if unlike else "the same layer")
    if unlike:
        raise TcvizError("; ".join(unlike))


def _one(rest: dict[str, Any]) -> tuple[Iterable[Subject], int]:
    from tcviz.checks.compare import check_sizes
    from tcviz.checks.subjects import of_plan
    from tcviz.request.inputs import plan

    x, weight, bias = asking.arrays(rest)
    arrays, rest = (x, weight, bias), asking.with_layer(rest)
    if rest["layer"]:
        from tcviz import models
        from tcviz.frameworks import opening

        arrays, rest = models.opened(arrays, rest)
        pasted, arrays = opening.taken(arrays, rest)
        if pasted:
            rest = opening.opened(pasted, arrays, rest)
    rest.pop("layer", None)
    x, weight, bias = arrays
    settled = plan(input=x, weight=weight, bias=bias, backward=True, **rest)
    check_sizes(settled)
    return [of_plan(settled)], 1


def _many(count: int, seed: int | None) -> tuple[Iterable[Subject], int]:
    beside = asking.given_among(name for name in OF_LAYER if name != "seed")
    if beside:
        what = f"beside {', '.join(beside)}"
        hint = "leave out one"
        raise RequestError(complaint("random", what, "with --seed alone", hint=hint))
    from tcviz.checks.subjects import drawn
    from tcviz.request import limits

    total = limits.checked("random", count)
    return drawn(total, _seed(seed)), total


def _seed(asked: int | None) -> int:
    from tcviz.request import limits

    return limits.checked("seed", asked) or 0


def _run(subjects: Iterable[Subject], total: int) -> Report:
    from tcviz.checks.compare import compare

    with bar("check", total, quiet=False) as tell:
        return compare(subjects, tell=tell)


def _print(report: Report) -> None:
    from rich.table import Table

    from tcviz.checks.compare import QUANTITIES
    from tcviz.checks.engines import INSTALL, has_pytorch

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("largest difference")
    for name in QUANTITIES.values():
        table.add_column(name, justify="right")
    for first, second in report.pairs:
        cells = (report.largest.get((first, second, quantity)) for quantity in QUANTITIES)
        table.add_row(f"{first}, {second}", *map(_shown, cells))
    lines = [*saying.rows(table), "", _summary(report), *_left_out(report)]
    if not has_pytorch():
        lines.append(f"PyTorch is not installed and was not compared: {INSTALL}")
    saying.say(*lines)


def _shown(difference: float | None) -> str:
    return "–" if difference is None else f"{difference:.1e}" if difference else "0"


def _summary(report: Report) -> str:
    """Return who was compared on what, and how that went."""
    from tcviz.checks.differences import TOLERANCE

    who = f"{', '.join(report.compared[:-1])} and {report.compared[-1]}"
    if report.wrong:
        wrong = len({found.subject.name for found in report.wrong})
        total = report.whole + report.real
        return f"{who} disagree on {wrong:,} of {_layers(total)}"
    kinds = {"whole numbers exactly": report.whole, f"float64 within {TOLERANCE:g}": report.real}
    return f"{who} agree on " + " and ".join(f"{_layers(n)} of {k}" for k, n in kinds.items() if n)


def _left_out(report: Report) -> list[str]:
    """Return who was left out, and why."""
    alone = report.whole + report.real == 1
    return [
        f"{name} was left out{'' if alone else f' of {_layers(len(why))}'}, "
        f"too large: {why[0]}{'' if len(why) == 1 else ' in the first'}"
        for name, why in report.left_out.items()
    ]


def _layers(count: int) -> str:
    return f"{count:,} layer{'' if count == 1 else 's'}"


def _worst(report: Report) -> str:
    """Return the first disagreement, and how many more there are."""
    more = len(report.wrong) - 1
    return f"{report.wrong[0]}{f'; and {more:,} more' if more else ''}"
