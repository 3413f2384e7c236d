"""The options that commands share, in groups as their help shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tcviz.cli.types import CANVAS, NUMBER, PADDING, SIZES, WHOLE

F = TypeVar("F", bound=Callable[..., Any])


class Option(click.Option):
    """An option that knows its group in the help."""

    def __init__(self, *args: Any, group: str = "Other", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class Command(click.Command):
    """A command whose help shows its options by group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section per group, in the order in which groups first appear."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                groups.setdefault(getattr(param, "group", "Other"), []).append(record)
        for name, records in groups.items():
            with formatter.section(name):
                formatter.write_dl(records)


def _group(name: str, *declared: tuple[tuple[str, ...], dict[str, Any]]) -> Callable[[F], F]:
    """Return a decorator that adds the declared options, in their order."""

    def decorate(function: F) -> F:
        for flags, settings in reversed(declared):
            function = click.option(*flags, cls=Option, group=name, **settings)(function)
        return function

    return decorate


def _option(*flags: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    shown = settings.get("default") is not None and not settings.get("is_flag")
    metavar = getattr(settings.get("type"), "name", None)
    return flags, {"show_default": shown, "metavar": metavar} | settings


geometry = _group(
    "Geometry",
    _option(
        "-k",
        "--kernel-size",
        type=SIZES,
        help="Rows and columns of the kernel.  [default: 3, or the weight's]",
    ),
    _option(
        "-s",
        "--stride",
        type=SIZES,
        default=1,
        help="Stride of the associated convolution: the input is stretched by so many cells.",
    ),
    _option(
        "-p",
        "--padding",
        type=PADDING,
        default=0,
        help="Padding of the associated convolution: so many cells are cropped from each side; "
        "per side as in 0:1x1:1 (top:bottom x left:right).",
    ),
    _option(
        "--output-padding",
        type=SIZES,
        default=0,
        help="Rows and columns added to one side of the output; less than stride or dilation.",
    ),
    _option("-d", "--dilation", type=SIZES, default=1, help="Distance between the kernel's taps."),
    _option(
        "-g",
        "--groups",
        type=WHOLE,
        default=1,
        help="Groups of channels that do not see each other.",
    ),
    _option(
        "-n",
        "--input-size",
        type=SIZES,
        help="Rows and columns of the input.  [default: 3 (1-D: 4, 3-D: 2), or the input's]",
    ),
    _option(
        "--dims",
        type=WHOLE,
        metavar="1|2|3",
        help="Spatial axes.  [default: as many as sizes are given, as in -k 3x3x3, or the "
        "arrays have, else 2]",
    ),
)

data = _group(
    "Data",
    _option(
        "--input",
        "input_file",
        metavar="FILE",
        help="Input x, (C_in, H, W) or (H, W): .npy, .npz (file.npz:name), .csv or .json.",
    ),
    _option(
        "--weight",
        "weight_file",
        metavar="FILE",
        help="Weight w, (C_in, C_out/groups, kH, kW) or (kH, kW).",
    ),
    _option("--bias", "bias_file", metavar="FILE", help="Bias, (C_out,)."),
    _option(
        "--grad-output",
        "grad_output_file",
        metavar="FILE",
        help="Upstream gradient dy of the grad- views, (C_out, H, W) or (H, W).  "
        "[default: small whole numbers from the seed]",
    ),
    _option("--in-channels", type=WHOLE, help="Input channels.  [default: 2, or the input's]"),
    _option("--out-channels", type=WHOLE, help="Output channels.  [default: 1, or the weight's]"),
    _option(
        "--seed",
        type=WHOLE,
        help="Draw random small whole numbers from this seed instead of the article's example.",
    ),
)

picture = _group(
    "Picture",
    _option(
        "--view",
        "views",
        multiple=True,
        default=("distribution",),
        metavar="NAME",
        help="distribution, collection, matrix, convolution, input, kernel, overlap, "
        "grad-input, grad-weight or grad-bias; repeat it for several files.",
    ),
    _option(
        "--theme",
        default="light",
        metavar="NAME|FILE",
        help="light, dark, classic, print, contrast, or a .toml file.",
    ),
    _option(
        "--forward/--transposed",
        "forward",
        default=None,
        help="The matrix of the forward convolution, or of the transposed one.",
    ),
    _option(
        "--symbols", is_flag=True, help="Show symbols such as w₀₁ and their sums, not numbers."
    ),
    _option(
        "--size",
        type=CANVAS,
        default="1280x720",
        help="Canvas in pixels; a figure's also as in 16x9cm or 6.5x4in.",
    ),
    _option(
        "--scale",
        type=NUMBER,
        default=1.0,
        help="Multiplies the canvas' pixels, for sharp screens.",
    ),
    _option(
        "--decimals",
        type=WHOLE,
        help="Digits after the point.  [default: what makes short numbers exact, else 2]",
    ),
    _option("--title", help="Replaces the words 'Transposed convolution'."),
    _option(
        "--channels",
        type=WHOLE,
        help="Input channels drawn; the rest is named in the sum.  [default: up to 3]",
    ),
    _option("--out-channel", type=WHOLE, default=0, help="Output channel drawn, from 0."),
    _option(
        "--in-channel", type=WHOLE, default=0, help="Input channel that grad-input draws, from 0."
    ),
)

time = _group(
    "Time",
    _option(
        "--step-duration",
        type=NUMBER,
        default=1.0,
        metavar="SECONDS",
        help="How long a step is shown.",
    ),
    _option(
        "--hold",
        type=NUMBER,
        default=3.0,
        metavar="SECONDS",
        help="How long the last step is shown.",
    ),
    _option(
        "--transition",
        type=NUMBER,
        default=0.0,
        metavar="SECONDS",
        help="Time in which highlights glide from step to step.",
    ),
    _option("--fps", type=WHOLE, default=30, help="Frames a second during transitions."),
    _option(
        "--loop",
        type=WHOLE,
        metavar="TIMES",
        help="How often a GIF, WebP or APNG plays; 0 is forever.  [default: 0]",
    ),
    _option(
        "--every",
        type=WHOLE,
        default=1,
        metavar="N",
        help="Draw every Nth step, and the last.",
    ),
    _option("--first", type=WHOLE, metavar="N", help="Draw only the first N steps."),
)

still = _group(
    "Still",
    _option(
        "--step",
        type=WHOLE,
        help="Which step, from 1, or from the end as in -1.  [default: the finished picture]",
    ),
    _option(
        "--steps",
        metavar="all|N-M,...",
        help="Several: a file each, or the pages of one file in PDF and PPTX.",
    ),
    _option(
        "--text",
        metavar="paths|text",
        help="Outlines that look the same anywhere, or text that can be edited.  "
        "[default: paths in SVG, else text]",
    ),
    _option("--transparent", is_flag=True, help="No background."),
    _option(
        "--dpi",
        type=NUMBER,
        help="Pixels per inch.  [default: 96, or 300 for a size in inches or cm]",
    ),
    _option("--crop", is_flag=True, help="The panels alone, without header and footer."),
)


def article(numbers: str) -> Callable[[F], F]:
    """Return the option that asks for one of the article's figures."""
    words = f"The article's figure N, with its numbers: {numbers}."
    return _group("Data", _option("--article", type=WHOLE, metavar="N", help=words))


def output(example: str, suffixes: str) -> Callable[[F], F]:
    """Return the options that say where to, and in which format."""
    return _group(
        "Output",
        _option(
            "-o",
            "--output",
            metavar="FILE",
            help=f"Where to; its suffix ({suffixes}) names the format, - is standard output.  "
            f"[default: such as {example}]",
        ),
        _option(
            "--format",
            "format_name",
            metavar="NAME",
            help="One of these formats, whatever the file is called.",
        ),
        _option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    )


gallery = _group(
    "Gallery",
    _option(
        "-o", "--output", "folder", metavar="DIR", help="Where to.  [default: the spec's folder]"
    ),
    _option("--check", is_flag=True, help="Only say whether the spec is right."),
    _option("--list", "listed", is_flag=True, help="Only list the items, each with its command."),
    _option("--prune", is_flag=True, help="Delete files of earlier runs that no item makes."),
    _option("-j", "--jobs", type=WHOLE, help="Processes.  [default: one for each core]"),
    _option(
        "--scheduler",
        metavar="ADDRESS",
        help="Render on a Dask cluster, such as tcp://host:8786.  [default: on this machine]",
    ),
    _option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
)

debug = _group("Other", _option("--debug", is_flag=True, help="Show the traceback of an error."))
