"""Odd arguments: whatever is given by mistake, or to see what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import count, repeat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np


class Rude:
    """Answers every question with an error."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __array__(self, *_: object, **__: object) -> Any:
        raise MemoryError

    def __index__(self) -> int:
        raise OverflowError("no")

    def __float__(self) -> float:
        raise RecursionError

    def __fspath__(self) -> str:
        raise KeyError("no")

    def tolist(self) -> Any:
        raise LookupError


def _endless(branches: int) -> list[Any]:
    """Return a list that holds itself."""
    own: list[Any] = []
    own += [own] * branches
    return own


def layer(**changes: Any) -> SimpleNamespace:
    """Return a layer of no library."""
    own = {
        "weight": np.ones((1, 1, 2, 2)), "bias": None, "stride": (2, 2), "padding": (0, 0),
        "output_padding": (0, 0), "dilation": (1, 1), "groups": 1,
    }  # fmt: skip
    return SimpleNamespace(**own | changes)


NUMBERS: list[Any] = [
    None, True, False, 0, 1, 2, -1, 2**31, 2**60, 1879048192, 2**63, 10**100, 10**400, -(10**5000),
    10**5000, 0.5, -0.0, 1e308, float("nan"), float("inf"), 1j, Fraction(1, 3), Decimal(2),
    Decimal("sNaN"), np.int8(100), np.uint64(2**64 - 1), np.float32(0.1), np.float16(2), np.True_,
    np.longdouble(1), np.datetime64("2000-01-01"), np.array(2), np.complex64(1),
]  # fmt: skip

SEQUENCES: list[Any] = [
    [], (), [2], (2, 2), [1, 2, 3, 4], [[1, 2], [3]], [[[]]], [None], ["a"], [1.5, 10**400],
    [2**64], [-(2**63), 2**63], [True, 2], {}, {"a": 1}, set(), {2}, range(3), range(2**70),
    np.arange(4), [np.array([1, 2]), np.array([3])], [np.array([1, 2]), np.array([3, 4])],
    [[2, np.int8(3)], (4, 5)], ((1, 0), 2), [np.array([1, 0])], ["px", "px", "px"],
    (640, 360, np.array([1, 2])), [{}], [Rude()],
]  # fmt: skip

ARRAYS: list[Any] = [
    np.ones((2, 2), bool), np.ones((1, 1, 2, 2), ">f4"), np.ones((1, 1, 2, 2), np.float16),
    np.ones((2, 2), complex), np.array([["a"]]), np.array([[None]]), np.zeros((0, 3)),
    np.ones((1, 1, 4, 4))[..., ::2, ::-2], np.ma.masked_array(np.ones((2, 2)), [[0, 1], [0, 0]]),
    np.ma.masked, [np.ma.masked_array([1, 2], [0, 1])], np.array(1.5), np.ones((1,) * 12),
    np.zeros((2, 2), "i4,i4"), np.zeros((2, 2), "M8[s]"), np.array([[np.nan, np.inf]]),
    np.broadcast_to(0, (1, 10**6, 10**6)), np.broadcast_to(1.0, (1, 1, 10**6, 10**6)),
    np.full((2, 2), 2**64 - 1, np.uint64), np.array([[1e308, -1e308]], np.longdouble),
]  # fmt: skip

OBJECTS: list[Any] = [
    object(), object, int, np.ndarray, len, lambda: 1, ..., NotImplemented, Rude(), "", "x", "2",
    "all", "1-2", "1-999999999", "\0", "\ud800", "a" * 10_000, "a\nb", "no.toml", "\0.toml", b"x",
    bytearray(b"2"), memoryview(b"22"), Path("x.gif"), _endless(1), _endless(3), layer(),
    layer(weight=None), layer(stride="same"), layer(groups=2.5), layer(bias=[1, 2, 3]),
    layer(weight=len), layer(padding_mode=Rude()), layer(stride=Rude()),
    SimpleNamespace(weight=1), Exception("x"),
]  # fmt: skip


def makers() -> Iterator[Callable[[], Any]]:
    """Yield what makes an iterator anew for each call."""
    yield lambda: iter([1, 2])
    yield lambda: count(1)
    yield lambda: repeat(1)


def tensors(torch: Any) -> list[Any]:
    """Return PyTorch's own odd ones."""
    ones = torch.ones(1, 1, 2, 2)
    return [
        ones, torch.nn.Parameter(ones), ones.bfloat16().requires_grad_(), ones.half(), ones.bool(),
        ones.to(torch.float8_e4m3fn), ones.to(torch.complex64), ones.to_sparse(), ones.to("meta"),
        torch.tensor(2),
        torch.complex(ones, ones).conj().imag, torch.tensor(True), torch.tensor([2]), ones.mT,
        torch.empty(0), torch.float32,
        [ones[0], ones[0].requires_grad_()], ones.expand(1, 1, 2, 2), torch.Size([2, 2]),
        torch.nn.ConvTranspose2d(1, 1, 2, 2), torch.nn.Conv2d(1, 1, 2), torch.nn.Linear(2, 2),
        torch.nn.LazyConvTranspose2d(1, 2), torch.nn.ConvTranspose2d, torch.nn.ReLU(),
        torch.nn.ConvTranspose3d(1, 1, 2), torch.nn.ConvTranspose2d(1, 1, 2).bfloat16(),
        torch.nn.ConvTranspose2d(1, 1, 2, device="meta"),
    ]  # fmt: skip
