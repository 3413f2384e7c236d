"""Requests of any size, as they are typed: every option of the commands that compute or draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from hypothesis import strategies as st

from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.views import VIEWS

Values: TypeAlias = st.SearchStrategy[str]
Words: TypeAlias = tuple[str, ...]

HERE = {
    "--input", "--weight", "--bias", "--grad-output", "--theme", "--article", "--title", "--font",
    "--output", "--format", "--open", "--quiet", "--debug", "--text", "--decimals",
    "--legend", "--layout",
}  # fmt: skip
"""Options that make nothing larger: files, of bounded size, and words."""


def logarithmic(most: int) -> st.SearchStrategy[int]:
    """Draw whole numbers from 1, as often of each length."""
    steps = 4 * len(str(most))
    return st.integers(0, steps).map(lambda n: max(1, min(most, round(most ** (n / steps)))))


def numbers(most: int) -> Values:
    """Draw whole numbers from 1, small ones among them."""
    return st.one_of(st.integers(1, 4), logarithmic(most)).map(str)


def sizes(most: int) -> Values:
    """Draw one number for all axes, or one for each of two."""
    return st.one_of(numbers(most), st.builds("{}x{}".format, numbers(most), numbers(most)))


def codes(most: int) -> Values:
    """Draw layers of large sizes, as code."""
    layers = [
        "nn.ConvTranspose2d({}, {}, {}, stride={}, padding={})",
        "Conv2DTranspose({1}, {2}, strides={3}, padding='same')",
        "tf.nn.conv2d_transpose(x, w, (1, {}, {}, {}), {})",
        "lax.conv_transpose(x, w, ({}, {}), [({}, {}), ({}, 1)])",
        "ConvTranspose(kernel_shape=[{}], output_shape=[{}], strides=[{}])",
    ]
    many = [numbers(most) for _ in range(5)]
    return st.builds(lambda text, *n: text.format(*n), st.sampled_from(layers), *many)


def options(most: int) -> dict[str, Values | None]:
    """Return what may stand behind every option, None behind a flag, none larger than `most`."""
    channel = st.one_of(st.just("all"), st.integers(0, 3).map(str))
    wide, high = (st.integers(least, max(1500, min(9000, most))) for least in (560, 315))
    return {
        "--layer": codes(most), "--output-size": sizes(most),
        "--kernel-size": sizes(most), "--stride": sizes(most),
        "--padding": st.one_of(sizes(most), st.sampled_from(["same", "valid", "causal"])),
        "--output-padding": sizes(most), "--dilation": sizes(most), "--groups": numbers(most),
        "--input-size": sizes(most), "--dims": st.sampled_from("123"),
        "--in-channels": numbers(most), "--out-channels": numbers(most),
        "--seed": numbers(most), "--random": numbers(most).map(lambda n: f"{n}00001"),
        "--view": st.sampled_from(list(VIEWS)), "--forward": None, "--symbols": None,
        "--compare": sizes(most), "--by": st.sampled_from(["row", "column"]),
        "--size": st.builds("{}x{}".format, wide, high), "--dpi": numbers(600),
        "--scale": st.sampled_from(["0.5", "1", "2", "8"]), "--channels": numbers(64),
        "--out-channel": channel, "--in-channel": channel, "--step": numbers(most),
        "--steps": st.one_of(st.just("all"), numbers(most).map("1-{}".format)),
        "--transparent": None, "--crop": None, "--step-duration": st.sampled_from(["0.1", "2"]),
        "--hold": st.sampled_from(["1", "3"]), "--transition": st.sampled_from(["0.2", "9"]),
        "--fps": numbers(120), "--loop": numbers(9), "--every": numbers(most),
        "--first": numbers(most), "--json": None, "--cell": sizes(most), "--to": sizes(most),
        "--fragments": None, "--cfr": None, "--captions": st.sampled_from(["a.vtt", "b.srt"]),
        "--advance": st.sampled_from(["0", "2.5"]),
        "--embed": st.sampled_from(["html", "markdown"]),
        "--pixel-format": st.just("yuv444p"), "--max-bytes": st.sampled_from(["9k", "10M"]),
    }  # fmt: skip


SUFFIXES: dict[str, Sequence[str]] = {"figure": list(STILLS), "animate": list(FORMATS)}
USUAL = ("--kernel-size", "--input-size", "--view", "--in-channels")
"""What most requests say; the others' sizes are then as they come."""


@st.composite
def requests(draw: st.DrawFn, taken: Callable[[str], set[str]], most: int) -> Words:
    """Draw a command and options that are `taken` by it, with numbers up to `most`."""
    command = draw(st.sampled_from(["figure", "figure", "animate", "animate", "check", "size"]))
    values = {o: v for o, v in options(most).items() if o in taken(command)}
    usual = [name for name in USUAL if name in values and draw(st.booleans())]
    names = dict.fromkeys([*usual, *draw(st.lists(st.sampled_from(list(values)), max_size=4))])
    words = [command]
    for name in names:
        value = values[name]
        words += [name] if value is None else [name, draw(value)]
    if command in SUFFIXES:
        words += ["-o", f"a.{draw(st.sampled_from(SUFFIXES[command]))}"]
    return tuple(words)
