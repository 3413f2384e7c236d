"""What may stand behind an option: a value that fits most of the time, found by type and name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from tcviz.cli import types
from tcviz.request.options import ARRAYS
from tests.fuzz import contents

if TYPE_CHECKING:
    import click

ODD_PLACES = (
    "folder", "folder/", "pipe", "link", "endless", "gone.npy", "-", "", ".", "..", "/", "mine.txt",
    "mine.txt/x.gif", "/dev/null", "/dev/full", "/proc/self/x.gif", "~/x.svg", "no/such/x.npy",
    "x" * 300 + ".gif", "\x1b[2J.gif", "[/site]", "\udcff.svg", "a b.png", "circle",
)  # fmt: skip
"""Names of what stands in the folder of every call (see `tests.fuzz.child`), and of nothing."""

Draw: TypeAlias = Callable[[Random], str]


@dataclass
class Given:
    """Draws values and keeps the files that they name; `oddly` is how often one does not fit."""

    rng: Random
    oddly: float
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the shapes of operands that fit each other."""
        rng = self.rng
        into, out = rng.choice([1, 2, 2, 4]), rng.choice([1, 2])
        dims = rng.choice([1, 2, 2, 2, 3])
        kernel, size = ([rng.randint(1, 3) for _ in range(dims)] for _ in range(2))
        self._shapes = {
            "input": [into, *size], "weight": [into, out, *kernel], "bias": [out],
        }  # fmt: skip

    def value(self, param: click.Parameter) -> str:
        """Return what is typed behind an option, or as an argument."""
        name, rng = str(param.name), self.rng
        if rng.random() < self.oddly:
            return self._odd(param)
        if name in FITTING:
            return FITTING[name](rng)
        if isinstance(param.type, types.PlaceParam):
            return self._place(param)
        if isinstance(param.type, types.Chosen):
            return self._word(param.type)
        return BY_TYPE.get(id(param.type), _text)(rng)

    def _odd(self, param: click.Parameter) -> str:
        rng = self.rng
        is_place = isinstance(param.type, types.PlaceParam) or param.type is types.THEME
        if is_place and rng.random() < 0.7:
            return rng.choice(ODD_PLACES)
        return rng.choice(rng.choice([contents.ODD_TEXTS, contents.ODD_NUMBERS, USUAL_WORDS]))

    def _word(self, kind: types.Chosen) -> str:
        """Return a word that an option knows, or a file of the kind that it takes as well."""
        own = kind is types.THEME and self.rng.random() < 0.3
        words = list(kind.words())
        return self.keep("own.toml", contents.theme(self.rng)) if own else self.rng.choice(words)

    def _place(self, param: click.Parameter) -> str:
        """Return a file that is read, or one of a format that the option lists to write to."""
        name = str(param.name)
        if param.type is types.FOLDER:
            return self.rng.choice(["site", ".", "a/b", "folder"])
        if name in ARRAYS:
            return self._array(self._shapes.get(name) if self.rng.random() < 0.8 else None)
        listed = getattr(param, "_listed", None)
        names = [f"o.{key}" for key in listed()] if listed else ["o.gif"]
        return self.rng.choice([*names, *names, "sub/o.gif", "folder", "old.svg", "-"])

    def _array(self, shape: list[int] | None) -> str:
        """Return the name of a file of numbers, or what names one of its arrays."""
        rng = self.rng
        kind = rng.choice(list(contents.WRITERS))
        name = f"{rng.choice('abcdefgh')}.{kind}"
        self.keep(name, contents.array(rng, kind, shape))
        return name + (rng.choice([":a", "", "", ":c"]) if kind == "npz" else "")

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file, as it is or mutated, and return its name."""
        rng = self.rng
        self.files[name] = contents.mutated(rng, data) if rng.random() < self.oddly else data
        return name


def _whole(rng: Random) -> str:
    return str(rng.choice([1, 1, 1, 2, 2, 3, 4]) if rng.random() < 0.97 else rng.randint(5, 60))


def _sizes(rng: Random) -> str:
    return "x".join(_whole(rng) for _ in range(rng.choice([1, 1, 1, 1, 2, 3])))


def _padding(rng: Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(["same", "valid", "causal"])
    sides = ["0", "1", "1", "2", "1:0", "0:2"]
    return "x".join(rng.choice(sides) for _ in range(rng.choice([1, 1, 1, 2, 3])))


def _number(rng: Random) -> str:
    return rng.choice(["1", "0.5", "2", "0.1", "1.25"])


def _channel(rng: Random) -> str:
    return rng.choice(["0", "0", "1", "all", "2"])


def _text(rng: Random) -> str:
    return rng.choice(["A title", "x", "λ = ½", *contents.ODD_TEXTS])


def _of(*words: str) -> Draw:
    return lambda rng: rng.choice(words)


BY_TYPE: dict[int, Draw] = {
    id(kind): draw
    for kind, draw in {
        types.WHOLE: _whole, types.SIZES: _sizes, types.PADDING: _padding, types.NUMBER: _number,
        types.CHANNEL: _channel, types.DIMS: _of("1", "2", "3"),
        types.CANVAS: _of("560x315", "640x360", "640x480", "16x9cm", "4x6in", "360x640"),
    }.items()
}  # fmt: skip
USUAL_WORDS = ("1", "2", "3x2", "0", "x.npy", "o.gif", "light", "distribution,matrix", "all,all")
CODE = (
    "nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1)",
    "F.conv_transpose1d(x, w, stride=2)",
    "Conv2DTranspose(1, 3, strides=2, padding='same')",
    "tf.nn.conv2d_transpose(x, w, (1, 6, 6, 1), 2)",
    "lax.conv_transpose(x, w, (2,), [(1, 3)])",
    "ConvTranspose(kernel_shape=[2], strides=[3], auto_pad='SAME_UPPER')",
    "nn.ConvTranspose2d(2, 1, 3, strides=2)",
    "nn.Conv2d(2, 1, 3",
)
"""Layers as code; the last ones are none."""
FITTING: dict[str, Draw] = {
    "layer": _of(*CODE),
    "output_size": _of("5", "6", "6", "5x6", "9"),
    "stride": _of("1", "2", "2", "3", "2x1"),
    "output_padding": _of("0", "0", "1", "1x0"),
    "groups": _of("1", "1", "2"),
    "in_channels": _of("1", "2", "2", "4"),
    "article": _of("3", "7", "8", "8", "10", "10"),
    "dpi": _of("50", "96", "150"),
    "scale": _of("0.5", "1", "1.5"),
    "decimals": _of("0", "1", "2", "6"),
    "transition": _of("0", "0.05", "0.1"),
    "fps": _of("10", "30"),
    "step": _of("1", "2", "-1", "9"),
    "steps": _of("1", "1-2", "2,1", "1,1", "-1", "all"),
    "out_channels": _of("1", "1", "2", "3"),
    "jobs": _of("1"),
    "only": _of("item-*", "a", "*", "b"),
    "scheduler": _of("foo://x:1", "tls://x:1", "tcp://", "x", "127.0.0.1"),
}  # fmt: skip
"""What fits an option of a name better than what all of its type take; all are cheap."""
