"""The one table of options: what may be asked for, as it is typed, in a gallery's spec, in Python.

A new option is one `Option` in `OPTIONS`.  From it come its flag and the help
(`tcviz.cli.options`), its key in a spec (`tcviz.gallery.keys`) and the check of what is given to
Python (`tcviz.request.limits`).  Python's keyword itself stands in a signature, where editors look
for it: a test holds that to the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import partial
from typing import Any, NamedTuple

COMMANDS = ("animate", "figure", "gallery", "size", "check", "inspect", "views", "themes",
            "completion")  # fmt: skip
"""In the order of a user's path."""
DRAWING = "animate", "figure"
"""Commands that make a picture: an item of a spec is told the same, and a function in Python."""
DEFAULT_FORMATS = {"animate": "gif", "figure": "svg"}
ARTICLES = {"animate": (8, 10), "figure": range(1, 10)}
"""Those of the article's figures that the commands know by number."""


class ValueKind(Enum):
    """What an option's value is, which says how it is read."""

    FLAG = auto()
    WHOLE = auto()
    """A whole number, whose range is checked where it is used."""
    COUNT = auto()
    """A whole number, whose range is checked in a spec too."""
    DIMS = auto()
    CHANNEL = auto()
    NUMBER = auto()
    SIZES = auto()
    """One whole number, or one for each axis."""
    PADDING = auto()
    """Sizes, where an axis may have two of them."""
    CANVAS = auto()
    STEPS = auto()
    TEXT = auto()
    CHOICE = auto()
    VIEW = auto()
    THEME = auto()
    FONT = auto()
    FORMAT = auto()
    ARRAY = auto()
    """A file of numbers, or in Python the numbers."""
    FILE = auto()
    FOLDER = auto()


class Option(NamedTuple):
    """What may be asked for, by its name in Python and in a spec; flags have - for _.

    A `help` is in a `group` of the help of some `commands`; words that may be typed are listed
    where it has a ``{}``, and ``{format}`` and ``{figures}`` are a command's own.  Numbers are from
    `least` to `most`, where there is such an end, and `choices` are the words of a `CHOICE`.  A
    flag with a `denial` may be said either way.  Only what `is_key` may stand in a spec, and of
    that only what `is_keyword` in Python.
    """

    name: str
    kind: ValueKind
    help: str
    group: str
    commands: tuple[str, ...]
    default: Any = None
    short: str = ""
    denial: str = ""
    least: Any = None
    most: Any = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    is_repeated: bool = False
    is_key: bool = True
    is_keyword: bool = True

    @property
    def flag(self) -> str:
        """How it is typed in full."""
        return flag_of(self.name)

    @property
    def flags(self) -> tuple[str, ...]:
        """All ways to type it, as click takes them."""
        whole = f"{self.flag}/{flag_of(self.denial)}" if self.denial else self.flag
        return (f"-{self.short}", whole) if self.short else (whole,)

    @property
    def keyword(self) -> str:
        """Its name in Python, where the input is called as in the formulas."""
        return "x" if self.name == "input" else self.name


def flag_of(name: str) -> str:
    """Return a name as a flag.

    >>> flag_of("kernel_size")
    '--kernel-size'
    """
    return f"--{name.replace('_', '-')}"


_geometry = partial(Option, group="Geometry", commands=(*DRAWING, "size", "check"))
_data = partial(Option, group="Data", commands=(*DRAWING, "check"))
_picture = partial(Option, group="Picture", commands=DRAWING)
_time = partial(Option, group="Time", commands=("animate",))
_video = partial(Option, group="Video", commands=("animate",))
_still = partial(Option, group="Still", commands=("figure",))
_typed = partial(Option, is_key=False, is_keyword=False)
_channels = partial(_typed, group="Channels", commands=("size",))
_output = partial(_typed, group="Output", commands=DRAWING)
_gallery = partial(_typed, group="Gallery", commands=("gallery",))
_QUIET = "Print nothing but errors."

# fmt: off
OPTIONS = (
    _geometry("layer", ValueKind.TEXT, commands=(*DRAWING, "size"), metavar="CODE",
              is_repeated=True,
              help="A layer as code, in place of its geometry: 'nn.ConvTranspose2d(2, 1, 3, "
                   "stride=2)', or a call of Keras, TensorFlow, JAX, Flax, ONNX, MLX or Paddle; or "
                   "one of a model with its weights: decoder.onnx:up2.  It is read, not run.  "
                   "Several, or a whole model, are a chain.  [default: the options below]"),
    _typed("layer", ValueKind.TEXT, group="Geometry", commands=("check",), metavar="CODE",
           is_repeated=True,
           help="A layer as code, such as 'nn.ConvTranspose2d(2, 1, 3, stride=2)'.  [default: "
                "the options below]"),
    _geometry("kernel_size", ValueKind.SIZES, short="k", least=1,
              help="Rows and columns of the kernel.  [default: 3, or the weight's]"),
    _geometry("stride", ValueKind.SIZES, short="s", default=1, least=1,
              help="Stride of the associated convolution: the input is stretched by so many "
                   "cells."),
    _geometry("padding", ValueKind.PADDING, short="p", default=0, least=0,
              help="Padding of the associated convolution: so many cells are cropped from each "
                   "side; per side as in 0:1x1:1 (top:bottom x left:right); same (output = input "
                   "· stride, as in TensorFlow), valid (none) or causal (1-D, all at the end)."),
    _geometry("output_padding", ValueKind.SIZES, default=0, least=0,
              help="Rows and columns added to one side of the output; less than stride or "
                   "dilation."),
    _geometry("output_size", ValueKind.SIZES, least=1,
              help="Rows and columns of the output: the output_padding that makes them is found.  "
                   "[default: what the layer makes]"),
    _geometry("dilation", ValueKind.SIZES, short="d", default=1, least=1,
              help="Distance between the kernel's taps."),
    _geometry("groups", ValueKind.COUNT, short="g", default=1, least=1,
              help="Groups of channels that do not see each other."),
    _geometry("input_size", ValueKind.SIZES, short="n", least=1,
              help="Rows and columns of the input.  [default: 3 (1-D: 4, 3-D: 2), or the input's]"),
    _typed("to", ValueKind.SIZES, group="Geometry", commands=("size",), least=1,
           help="Say which output_padding, padding or kernel make the last output so large.  "
                "[default: sizes alone are told]"),
    _geometry("dims", ValueKind.DIMS, least=1,
              help="Spatial axes.  [default: as many as sizes are given, as in -k 3x3x3, or the "
                   "arrays have, else 2]"),
    _data("input", ValueKind.ARRAY,
          help="Input x, (C_in, H, W) or (H, W): .npy, .npz (file.npz:name), .csv or .json; - is "
               "standard input, CSV or JSON."),
    _data("weight", ValueKind.ARRAY, "Weight w, (C_in, C_out/groups, kH, kW) or (kH, kW)."),
    _data("bias", ValueKind.ARRAY, "Bias, (C_out,)."),
    _data("grad_output", ValueKind.ARRAY,
          help="Upstream gradient dy of the grad- views, (C_out, H, W) or (H, W).  [default: "
               "small whole numbers from the seed]"),
    _data("layout", ValueKind.CHOICE, choices=("torch", "keras", "jax", "onnx"),
          help="How the arrays are laid out: in keras and jax channels are last, and a kernel of "
               "jax is not flipped.  [default: the layer's, or torch]"),
    _data("in_channels", ValueKind.COUNT, "Input channels.  [default: 2, or the input's]", least=1),
    _data("out_channels", ValueKind.COUNT, least=1,
          help="Output channels.  [default: 1, or the weight's]"),
    _data("seed", ValueKind.COUNT, least=0,
          help="Draw random small whole numbers from this seed instead of the article's example."),
    _data("article", ValueKind.COUNT, commands=DRAWING, least=1, metavar="N", is_keyword=False,
          help="The article's figure N, with its numbers: {figures}."),
    _channels("in_channels", ValueKind.COUNT,
              help="Input channels; with --out-channels, parameters and multiplications are "
                   "counted.  [default: sizes alone are told]"),
    _channels("out_channels", ValueKind.COUNT,
              help="Output channels.  [default: as for input channels]"),
    _channels("bias", ValueKind.FLAG, default=True, denial="no_bias",
              help="Whether a bias is added.  [default: one is, as in PyTorch]"),
    _typed("random", ValueKind.COUNT, group="Random layers", commands=("check",),
           least=1, most=100_000, metavar="N",
           help="N random layers instead, in 1, 2 and 3 dimensions; --seed draws others."),
    _picture("view", ValueKind.VIEW, default="distribution", is_repeated=True,
             help="{}; several, with commas, are a file each, or views of a page."),
    _picture("theme", ValueKind.THEME, "{}, or a .toml file.", default="light"),
    _picture("forward", ValueKind.FLAG, denial="transposed",
             help="The matrix of the forward convolution, or of the transposed one."),
    _picture("by", ValueKind.CHOICE, default="row", choices=("row", "column"),
             help="Walk through the matrix by row, as the collection view does, or by column, as "
                  "the distribution view does."),
    _picture("symbols", ValueKind.FLAG, default=False,
             help="Show symbols such as w₀₁ and their sums, not numbers."),
    _picture("legend", ValueKind.FLAG, default=True, denial="no_legend",
             help="Whether a line names the roles of cells that occur, where there is room."),
    _picture("compare", ValueKind.SIZES, least=1,
             help="Another kernel size, whose counts overlap draws beside, for the same input.  "
                  "[default: none]"),
    _picture("size", ValueKind.CANVAS, default=(1280, 720),
             help="Canvas in pixels, or on paper as in 16x9cm or 6.5x4in."),
    _picture("dpi", ValueKind.NUMBER, least=10, most=2400,
             help="Pixels per inch.  [default: 96, or 300 for a size in inches or cm]"),
    _picture("scale", ValueKind.NUMBER, default=1.0, least=0.5, most=8,
             help="Multiplies the canvas' pixels, for sharp screens."),
    _picture("decimals", ValueKind.WHOLE, least=0, most=12,
             help="Digits after the point.  [default: what makes short numbers exact, else 2]"),
    _picture("title", ValueKind.TEXT,
             help="Replaces the words 'Transposed convolution'; '' leaves them out."),
    _picture("font", ValueKind.FONT,
             help="A font for letters of the title that only it has.  [default: one that is "
                  "installed]"),
    _picture("channels", ValueKind.WHOLE, least=1, most=64,
             help="Input channels drawn; the rest is named in the sum.  [default: up to 3]"),
    _picture("out_channel", ValueKind.CHANNEL, default=0,
             help="Output channel drawn, from 0, or all of them in turn: steps count on; a "
                  "figure without a step is a file or page of each."),
    _picture("in_channel", ValueKind.CHANNEL, default=0,
             help="Input channel that grad-input draws, from 0, or all of them in turn."),
    # A format may allow less.
    _time("step_duration", ValueKind.NUMBER, default=1.0, least=0.01, most=3600, metavar="SECONDS",
          help="How long a step is shown."),
    _time("hold", ValueKind.NUMBER, default=3.0, least=0.01, most=3600, metavar="SECONDS",
          help="How long the last step is shown."),
    _time("transition", ValueKind.NUMBER, default=0.0, least=0, most=3600, metavar="SECONDS",
          help="Time in which highlights glide from step to step."),
    _time("fps", ValueKind.COUNT, least=1, most=120,
          help="Frames a second during transitions, and with --cfr.  [default: 30]"),
    _time("loop", ValueKind.WHOLE, least=0, most=65_535, metavar="TIMES",
          help="How often a GIF, WebP, APNG or SVG plays, or a page once begun; 0 is forever.  "
               "[default: 0, in a page 1]"),
    _time("every", ValueKind.WHOLE, default=1, least=1, metavar="N",
          help="Draw every Nth step, and the last."),
    _time("first", ValueKind.WHOLE, "Draw only the first N steps.", least=1, metavar="N"),
    _video("cfr", ValueKind.FLAG, default=False,
           help="A constant rate of --fps frames a second in MP4 and WebM, as editors want it; a "
                "still is repeated."),
    _video("pixel_format", ValueKind.CHOICE, default="yuv420p", choices=("yuv420p", "yuv444p"),
           help="Of MP4 and WebM: yuv444p keeps colours at full size, but browsers and slides may "
                "not play it."),
    _video("captions", ValueKind.FILE, is_key=False, is_keyword=False, metavar="FILE.vtt",
           help="Write the sentence of each step beside an MP4 or WebM, as captions.  [default: "
                "none]"),
    _still("step", ValueKind.WHOLE,
           help="Which step, from 1, or from the end as in -1.  [default: the finished picture]"),
    _still("steps", ValueKind.STEPS,
           help="Several: a file each, or the pages of one file in PDF and PPTX."),
    _still("cell", ValueKind.SIZES, least=0,
           help="The output cell whose sources chain shows, as in 5,5.  [default: the middle one]"),
    _still("text", ValueKind.CHOICE, choices=("paths", "text"),
           help="Outlines that look the same anywhere, or text that can be edited.  [default: "
                "paths in SVG, else text]"),
    _still("transparent", ValueKind.FLAG, "No background.", default=False),
    _still("crop", ValueKind.FLAG, "The panels alone, without header and footer.", default=False),
    _still("fragments", ValueKind.FLAG, default=False,
           help="All of --steps in one SVG, as groups step-1, step-2, ..., that reveal.js and "
                "Quarto show one after another."),
    _still("advance", ValueKind.NUMBER, least=0, most=3600, metavar="SECONDS",
           help="Seconds after which a slide of a PPTX goes on by itself.  [default: at a click]"),
    _output("output", ValueKind.FILE, short="o",
            help="Where to; its suffix ({}) names the format, a folder gets a file of the usual "
                 "name, - is standard output.  [default: such as distribution-k3-s2-p1.{format}]"),
    _output("format", ValueKind.FORMAT, is_key=True,
            help="One of these formats, whatever the file is called."),
    _output("open", ValueKind.FLAG, "Show the result when it is done; of several files the first."),
    _output("quiet", ValueKind.FLAG, _QUIET, short="q"),
    _output("embed", ValueKind.CHOICE, choices=("html", "markdown"),
            help="Print what to paste where a page shows it, with its alt text, and write what "
                 "that needs: the dark theme, and a still for readers who want no motion.  "
                 "[default: nothing is printed]"),
    _output("max_bytes", ValueKind.TEXT, commands=("animate",), metavar="BYTES",
            help="Make it fit, as in 10M: with fewer steps by --every, then with fewer pixels by "
                 "--scale; what is tried is told.  [default: as many as it takes]"),
    _output("json", ValueKind.FLAG, "Print one JSON object, for machines.",
            commands=("size", "inspect")),
    _output("strict", ValueKind.FLAG, commands=("inspect",),
            help="Exit 1 where an overlap is uneven, or a size meets no skip connection's."),
    _gallery("output", ValueKind.FOLDER, "Where to.  [default: the spec's folder]", short="o"),
    _gallery("only", ValueKind.TEXT, metavar="NAME", is_repeated=True,
             help="Only the items of this name, or that it fits as in 'figure-*'; may be "
                  "repeated.  [default: all]"),
    _gallery("force", ValueKind.FLAG, "Render also what did not change."),
    _gallery("watch", ValueKind.FLAG,
             help="Render again whenever the spec, its numbers, themes or fonts change."),
    _gallery("check", ValueKind.FLAG,
             help="Only say whether the spec is right, and the pictures are what it makes; if "
                  "they are not, the exit status is 1."),
    _gallery("list", ValueKind.FLAG, "Only list the items, each with its command."),
    _gallery("prune", ValueKind.FLAG, "Delete files of earlier runs that no item makes."),
    _gallery("jobs", ValueKind.COUNT, short="j", least=1, most=256,
             help="Processes.  [default: one for each core]"),
    _gallery("scheduler", ValueKind.TEXT, metavar="ADDRESS",
             help="Render on a Dask cluster, such as tcp://host:8786.  [default: on this machine]"),
    _gallery("quiet", ValueKind.FLAG, _QUIET, short="q"),
    _typed("debug", ValueKind.FLAG, group="Other", commands=COMMANDS,
           help="Show the traceback of an error."),
)
# fmt: on
"""In the order of the help."""

NAMED = {option.name: option for option in reversed(OPTIONS)}
"""By name; a picture's come before those of another command."""
ARRAYS = tuple(option.name for option in OPTIONS if option.kind is ValueKind.ARRAY)
OF_LAYER = tuple(o.name for o in OPTIONS if o.is_keyword and o.group in {"Geometry", "Data"})
"""What is computed."""
GEOMETRY = tuple(o.name for o in OPTIONS if o.group == "Geometry" and o.default is not None)
"""What has a default that a layer says otherwise."""
OF_ARTICLE = (*OF_LAYER, "view", "forward")
"""What each of the article's figures says by itself, and so nobody beside it."""


def figures(command: str) -> str:
    """Return which of the article's figures a command knows, in words.

    >>> figures("animate"), figures("figure")
    ('8 or 10', '1 to 9')
    """
    known = ARTICLES[command]
    return f"{min(known)} to {max(known)}" if len(known) > 2 else " or ".join(map(str, known))


def of(command: str, table: tuple[Option, ...] = OPTIONS) -> Iterator[Option]:
    """Yield the options of a command, in the order of its help."""
    return (option for option in table if command in option.commands)
