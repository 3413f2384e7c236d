"""The options that commands share, in groups as their help shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tcviz.cli.types import CanvasType, NumberType, PaddingType, SizesType, WholeType

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
        type=SizesType(),
        help="Rows and columns of the kernel.  [default: 3, or the weight's]",
    ),
    _option(
        "-s",
        "--stride",
        type=SizesType(),
        default=1,
        help="Stride of the associated convolution: the input is stretched by so many cells.",
    ),
    _option(
        "-p",
        "--padding",
        type=PaddingType(),
        default=0,
        help="Padding of the associated convolution: so many cells are cropped from each side; "
        "per side as in 0:1x1:1 (top:bottom x left:right).",
    ),
    _option(
        "--output-padding",
        type=SizesType(),
        default=0,
        help="Rows and columns added to one side of the output; less than stride or dilation.",
    ),
    _option(
        "-d", "--dilation", type=SizesType(), default=1, help="Distance between the kernel's taps."
    ),
    _option(
        "-g",
        "--groups",
        type=WholeType(),
        default=1,
        help="Groups of channels that do not see each other.",
    ),
    _option(
        "-n",
        "--input-size",
        type=SizesType(),
        help="Rows and columns of the input.  [default: 3, or the input's]",
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
        "--in-channels", type=WholeType(), help="Input channels.  [default: 2, or the input's]"
    ),
    _option(
        "--out-channels", type=WholeType(), help="Output channels.  [default: 1, or the weight's]"
    ),
    _option(
        "--seed",
        type=WholeType(),
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
        help="distribution or collection; repeat it for several files.",
    ),
    _option(
        "--theme",
        default="light",
        metavar="NAME|FILE",
        help="light, dark, classic, print, contrast, or a .toml file.",
    ),
    _option("--size", type=CanvasType(), default="1280x720", help="Canvas in pixels."),
    _option(
        "--scale",
        type=NumberType(),
        default=1.0,
        help="Multiplies the canvas' pixels, for sharp screens.",
    ),
    _option(
        "--decimals",
        type=WholeType(),
        help="Digits after the point.  [default: what makes short numbers exact, else 2]",
    ),
    _option("--title", help="Replaces the words 'Transposed convolution'."),
    _option(
        "--channels",
        type=WholeType(),
        help="Input channels drawn; the rest is named in the sum.  [default: up to 3]",
    ),
    _option("--out-channel", type=WholeType(), default=0, help="Output channel drawn, from 0."),
)

time = _group(
    "Time",
    _option(
        "--step-duration",
        type=NumberType(),
        default=1.0,
        metavar="SECONDS",
        help="How long a step is shown.",
    ),
    _option(
        "--hold",
        type=NumberType(),
        default=3.0,
        metavar="SECONDS",
        help="How long the last step is shown.",
    ),
    _option(
        "--transition",
        type=NumberType(),
        default=0.0,
        metavar="SECONDS",
        help="Time in which highlights glide from step to step.",
    ),
    _option("--fps", type=WholeType(), default=30, help="Frames a second during transitions."),
    _option(
        "--loop",
        type=WholeType(),
        metavar="TIMES",
        help="How often a GIF, WebP or APNG plays; 0 is forever.  [default: 0]",
    ),
    _option(
        "--every",
        type=WholeType(),
        default=1,
        metavar="N",
        help="Draw every Nth step, and the last.",
    ),
    _option("--first", type=WholeType(), metavar="N", help="Draw only the first N steps."),
)

output = _group(
    "Output",
    _option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where to; its suffix (.gif .mp4 .webm .webp .apng) names the format, - is "
        "standard output.  [default: such as distribution-k3-s2-p1.gif]",
    ),
    _option(
        "--format",
        "format_name",
        metavar="NAME",
        help="gif, mp4, webm, webp or apng, whatever the file is called.",
    ),
    _option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
)

debug = _group("Other", _option("--debug", is_flag=True, help="Show the traceback of an error."))
