"""Files as people have them, and as nobody should: arrays, themes, specs, manifests."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from random import Random
from typing import Any

import numpy as np

from tcviz.scene import theme as themes

ODD_TEXTS = (
    "", " ", "-", "--", "é", "x" * 5000, "ab" * 120, "\x1b[2J", "\u202e", "\u2028", "\udcff", "\t",
    "a\nb", "[/bold]", "[red]", "{}", "{0.__class__}", "%s%n", "../x", "/", ".", "..", "~", "all",
    "<script>alert(1)</script>", "&amp;", "'", '"', "$HOME", "NaN", "null", "0", "−1", "λ₀₁", "😀",
)  # fmt: skip
"""What is no value of anything, or may be obeyed by what reads it."""
ODD_NUMBERS = (
    "0", "-0", "-1", "-9", "+2", " 2 ", "007", "2.5", "1e3", "1e999", "-1e308", "5e-324", "nan",
    "inf", "-inf", "1_000", "0x10", "٣", "½", "1e", ".", "99", "300", "4096", "1000003",
    "2147483648", "999999999999999", "9" * 16, "9" * 5000, "1" + "0" * 400,
)  # fmt: skip


def array(rng: Random, kind: str, shape: list[int] | None = None) -> bytes:
    """Return a file of numbers of a kind and a shape, or else of any."""
    if shape is None:
        axes = rng.choice([0, 1, 2, 2, 2, 3, 3, 4, 4, 5])
        shape = [rng.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4]) for _ in range(axes)]
    numbers = np.array([_number(rng) for _ in range(int(np.prod(shape)))]).reshape(shape)
    return WRITERS[kind](rng, numbers)


def _number(rng: Random) -> float:
    return rng.choice([rng.randint(-9, 9)] * 9 + [rng.gauss(0, 1), 1e-7, 1e12, 1e300])


def _npy(rng: Random, numbers: np.ndarray[Any, Any]) -> bytes:
    file = BytesIO()
    kinds = ["f8", "f8", "i8", ">i4", "f4", "u1", "f2"] * 2 + ["?", "c16", "U3", "M8[s]", "i4,i4"]
    with np.errstate(all="ignore"):
        np.save(file, numbers.astype(rng.choice(kinds), order=rng.choice(["C", "F"])))
    return file.getvalue()


def _npz(rng: Random, numbers: np.ndarray[Any, Any]) -> bytes:
    file = BytesIO()
    names = rng.choice([["a"]] * 9 + [["a", "b"], ["a/b"], [], ["\x1b[2J"]])
    save = rng.choice([np.savez, np.savez_compressed])
    arrays: dict[str, Any] = dict.fromkeys(names, numbers)
    save(file, **arrays)
    return file.getvalue()


def _csv(rng: Random, numbers: np.ndarray[Any, Any]) -> bytes:
    text = StringIO()
    forms: list[Callable[[Any], str]] = [str, "{:.3g}".format, lambda n: str(n).replace(".", ",")]
    form = rng.choice(forms)
    rows = len(numbers) if numbers.ndim else 1
    table: Any = numbers.reshape(rows, -1) if numbers.size else [[]]
    writer = csv.writer(text, delimiter=rng.choice(",;\t "))
    writer.writerows([form(n) for n in row] for row in table)
    return text.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))


def _json(rng: Random, numbers: np.ndarray[Any, Any]) -> bytes:  # noqa: ARG001
    return json.dumps(numbers.tolist()).encode()


WRITERS: dict[str, Callable[[Random, np.ndarray[Any, Any]], bytes]] = {
    "npy": _npy, "npz": _npz, "csv": _csv, "json": _json,
}  # fmt: skip


def theme(rng: Random) -> bytes:
    """Return a theme: a preset's, or one that changes a few of its colours."""
    written = themes.written(rng.choice(themes.presets()))
    if rng.random() < 0.2:
        return written.encode()
    names = [line.partition(" =")[0] for line in written.splitlines() if line[:1].isalpha()]
    changes: dict[str, Any] = {
        name: rng.choice(["#123", "#a0b0c0", "tomato"]) for name in rng.sample(names, 3)
    }
    changes |= {"channels": [{"line": "#000", "fill": "#fff"}], "about": "mine"}
    changes |= {"base": rng.choice([*themes.presets(), "none"])}
    kept = {name: value for name, value in changes.items() if rng.random() < 0.7}
    return toml(oddly(rng, kept)).encode(errors="replace")


def manifest(rng: Random) -> bytes:
    """Return a gallery's manifest that somebody may have edited."""
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    file = {"path": "a.svg", "bytes": 4, "frames": 1, "seconds": 0.5, "size": [1, 2],
            "sha256": digest}  # fmt: skip
    other = file | {"path": rng.choice(["mine.txt", "../mine.txt", "/x/y", "folder", "b/c.svg"])}
    whole = {
        "format": 1, "entries": {"a.svg": {"digest": "0", "files": [file]}},
        "strays": {other["path"]: other}, "folders": [rng.choice(["b", "folder", "..", "/"])],
    }  # fmt: skip
    return json.dumps(oddly(rng, whole)).encode()


def oddly(rng: Random, value: Any) -> Any:
    """Return data with something else in one or two places, half of the time."""
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        value = _changed(value, rng.choice([*_places(value)]), odd(rng))
    return value


def odd(rng: Random, depth: int = 2) -> Any:
    """Return data that are nobody's."""
    deep = "x"
    leaves = [
        None, True, False, 0, -1, 3, 10**400, 2**63, 0.5, 1e308, float("nan"), float("inf"),
        rng.choice(ODD_TEXTS), rng.choice(ODD_NUMBERS),
    ]  # fmt: skip
    if depth and rng.random() < 0.3:
        inner = [odd(rng, depth - 1) for _ in range(rng.randint(0, 3))]
        return inner if rng.random() < 0.5 else {rng.choice(ODD_TEXTS) or deep: v for v in inner}
    return rng.choice(leaves)


def _places(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything within a value."""
    yield way
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(each, *way, key)


def _changed(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    """Return a copy with another value at a place."""
    if not way:
        return other
    copy = value.copy()
    copy[way[0]] = _changed(copy[way[0]], way[1:], other)
    return copy


def toml(value: Any, *, outermost: bool = True) -> str:
    """Return data as TOML writes them, and what it has no word for in some other way.

    >>> toml({"a": 1, "item": [{"name": "x"}]})
    'a = 1\\nitem = [{"name" = "x"}]\\n'
    """
    if isinstance(value, dict):
        pairs = [f"{_key(key, outermost)} = {toml(v, outermost=False)}" for key, v in value.items()]
        return "".join(f"{p}\n" for p in pairs) if outermost else f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(v, outermost=False) for v in value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)


def _key(name: str, plain: bool) -> str:
    return name if plain and name.isidentifier() else json.dumps(name, ensure_ascii=False)


def mutated(rng: Random, data: bytes) -> bytes:
    """Return a file with a few bytes, or a piece, that are not as they were written."""
    for _ in range(rng.randint(1, 3)):
        at, end = sorted(rng.randint(0, len(data)) for _ in range(2))
        end = min(end, at + rng.choice([1, 1, 4, 40]))
        other = rng.choice([
            b"", rng.randbytes(1), rng.randbytes(end - at), data[at:end] * 2, bytes(end - at),
            rng.choice(ODD_NUMBERS).encode(), rng.choice(ODD_TEXTS).encode(errors="replace"),
            rng.choice([b"[", b"]", b"{", b"\n", b"\xff", b",", b"\r", b"\0", b"=", b'"']) * 3,
        ])  # fmt: skip
        data = data[:at] + other + data[end:]
    return data[: rng.randint(0, len(data))] if rng.random() < 0.2 else data
