"""The options that commands share, in groups as their help shows them."""

from __future__ import annotations

from collections.abc import Callable

from tcviz.cli.grouped import F, group, option
from tcviz.cli.types import (
    CANVAS,
    CHANNEL,
    DIMS,
    FILE,
    FOLDER,
    NUMBER,
    PADDING,
    SIZES,
    STEPS,
    TEXT,
    THEME,
    VIEW,
    WHOLE,
    Chosen,
)

geometry = group(
    "Geometry",
    option(
        "-k",
        "--kernel-size",
        type=SIZES,
        help="Rows and columns of the kernel.  [default: 3, or the weight's]",
    ),
    option(
        "-s",
        "--stride",
        type=SIZES,
        default=1,
        help="Stride of the associated convolution: the input is stretched by so many cells.",
    ),
    option(
        "-p",
        "--padding",
        type=PADDING,
        default=0,
        help="Padding of the associated convolution: so many cells are cropped from each side; "
        "per side as in 0:1x1:1 (top:bottom x left:right).",
    ),
    option(
        "--output-padding",
        type=SIZES,
        default=0,
        help="Rows and columns added to one side of the output; less than stride or dilation.",
    ),
    option("-d", "--dilation", type=SIZES, default=1, help="Distance between the kernel's taps."),
    option(
        "-g",
        "--groups",
        type=WHOLE,
        default=1,
        help="Groups of channels that do not see each other.",
    ),
    option(
        "-n",
        "--input-size",
        type=SIZES,
        help="Rows and columns of the input.  [default: 3 (1-D: 4, 3-D: 2), or the input's]",
    ),
    option(
        "--dims",
        type=DIMS,
        help="Spatial axes.  [default: as many as sizes are given, as in -k 3x3x3, or the "
        "arrays have, else 2]",
    ),
)

data = group(
    "Data",
    option(
        "--input",
        "input_file",
        type=FILE,
        help="Input x, (C_in, H, W) or (H, W): .npy, .npz (file.npz:name), .csv or .json; "
        "- is standard input, CSV or JSON.",
    ),
    option(
        "--weight",
        "weight_file",
        type=FILE,
        help="Weight w, (C_in, C_out/groups, kH, kW) or (kH, kW).",
    ),
    option("--bias", "bias_file", type=FILE, help="Bias, (C_out,)."),
    option(
        "--grad-output",
        "grad_output_file",
        type=FILE,
        help="Upstream gradient dy of the grad- views, (C_out, H, W) or (H, W).  "
        "[default: small whole numbers from the seed]",
    ),
    option("--in-channels", type=WHOLE, help="Input channels.  [default: 2, or the input's]"),
    option("--out-channels", type=WHOLE, help="Output channels.  [default: 1, or the weight's]"),
    option(
        "--seed",
        type=WHOLE,
        help="Draw random small whole numbers from this seed instead of the article's example.",
    ),
)

picture = group(
    "Picture",
    option(
        "--view",
        "views",
        multiple=True,
        default=("distribution",),
        type=VIEW,
        listed=VIEW.words,
        help="{}; several, with commas, are a file each, or views of a page.",
    ),
    option(
        "--theme",
        default="light",
        type=THEME,
        listed=THEME.words,
        help="{}, or a .toml file.",
    ),
    option(
        "--forward/--transposed",
        "forward",
        default=None,
        help="The matrix of the forward convolution, or of the transposed one.",
    ),
    option("--symbols", is_flag=True, help="Show symbols such as w₀₁ and their sums, not numbers."),
    option(
        "--size",
        type=CANVAS,
        default="1280x720",
        help="Canvas in pixels, or on paper as in 16x9cm or 6.5x4in.",
    ),
    option(
        "--dpi",
        type=NUMBER,
        help="Pixels per inch.  [default: 96, or 300 for a size in inches or cm]",
    ),
    option(
        "--scale",
        type=NUMBER,
        default=1.0,
        help="Multiplies the canvas' pixels, for sharp screens.",
    ),
    option(
        "--decimals",
        type=WHOLE,
        help="Digits after the point.  [default: what makes short numbers exact, else 2]",
    ),
    option("--title", help="Replaces the words 'Transposed convolution'; '' leaves them out."),
    option(
        "--channels",
        type=WHOLE,
        help="Input channels drawn; the rest is named in the sum.  [default: up to 3]",
    ),
    option(
        "--out-channel",
        type=CHANNEL,
        default=0,
        help="Output channel drawn, from 0, or all of them in turn: steps count on; a figure "
        "without a step is a file or page of each.",
    ),
    option(
        "--in-channel",
        type=CHANNEL,
        default=0,
        help="Input channel that grad-input draws, from 0, or all of them in turn.",
    ),
)

time = group(
    "Time",
    option(
        "--step-duration",
        type=NUMBER,
        default=1.0,
        metavar="SECONDS",
        help="How long a step is shown.",
    ),
    option(
        "--hold",
        type=NUMBER,
        default=3.0,
        metavar="SECONDS",
        help="How long the last step is shown.",
    ),
    option(
        "--transition",
        type=NUMBER,
        default=0.0,
        metavar="SECONDS",
        help="Time in which highlights glide from step to step.",
    ),
    option("--fps", type=WHOLE, help="Frames a second during transitions.  [default: 30]"),
    option(
        "--loop",
        type=WHOLE,
        metavar="TIMES",
        help="How often a GIF, WebP or APNG plays, or a page once begun; 0 is forever.  "
        "[default: 0, in a page 1]",
    ),
    option(
        "--every",
        type=WHOLE,
        default=1,
        metavar="N",
        help="Draw every Nth step, and the last.",
    ),
    option("--first", type=WHOLE, metavar="N", help="Draw only the first N steps."),
)

still = group(
    "Still",
    option(
        "--step",
        type=WHOLE,
        help="Which step, from 1, or from the end as in -1.  [default: the finished picture]",
    ),
    option(
        "--steps",
        type=STEPS,
        help="Several: a file each, or the pages of one file in PDF and PPTX.",
    ),
    option(
        "--text",
        type=TEXT,
        help="Outlines that look the same anywhere, or text that can be edited.  "
        "[default: paths in SVG, else text]",
    ),
    option("--transparent", is_flag=True, help="No background."),
    option("--crop", is_flag=True, help="The panels alone, without header and footer."),
)


def article(numbers: str) -> Callable[[F], F]:
    """Return the option that asks for one of the article's figures."""
    words = f"The article's figure N, with its numbers: {numbers}."
    return group("Data", option("--article", type=WHOLE, metavar="N", help=words))


def output(example: str, formats: Chosen) -> Callable[[F], F]:
    """Return the options that say where to, and in which format."""
    return group(
        "Output",
        option(
            "-o",
            "--output",
            type=FILE,
            listed=formats.words,
            help="Where to; its suffix ({}) names the format, a folder gets a file of the usual "
            f"name, - is standard output.  [default: such as {example}]",
        ),
        option(
            "--format",
            "format_name",
            type=formats,
            help="One of these formats, whatever the file is called.",
        ),
        option(
            "--open",
            "shown",
            is_flag=True,
            help="Show the result when it is done; of several files the first.",
        ),
        option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    )


gallery = group(
    "Gallery",
    option("-o", "--output", "folder", type=FOLDER, help="Where to.  [default: the spec's folder]"),
    option(
        "--only",
        multiple=True,
        metavar="NAME",
        help="Only the items of this name, or that it fits as in 'figure-*'; may be repeated.  "
        "[default: all]",
    ),
    option("--force", is_flag=True, help="Render also what did not change."),
    option(
        "--watch",
        is_flag=True,
        help="Render again whenever the spec, its numbers or its themes change.",
    ),
    option(
        "--check",
        is_flag=True,
        help="Only say whether the spec is right, and the pictures are what it makes; if they "
        "are not, the exit status is 1.",
    ),
    option("--list", "listed", is_flag=True, help="Only list the items, each with its command."),
    option("--prune", is_flag=True, help="Delete files of earlier runs that no item makes."),
    option("-j", "--jobs", type=WHOLE, help="Processes.  [default: one for each core]"),
    option(
        "--scheduler",
        metavar="ADDRESS",
        help="Render on a Dask cluster, such as tcp://host:8786.  [default: on this machine]",
    ),
    option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
)

debug = group("Other", option("--debug", is_flag=True, help="Show the traceback of an error."))
