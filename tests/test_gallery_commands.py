"""The command that a gallery lists for an item makes the very files, wherever it is typed."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import fields, replace
from fractions import Fraction
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcviz import cli
from tcviz.api import Animation, Figure, Saved, pages
from tcviz.api.picture import Picture
from tcviz.errors import RequestError
from tcviz.errors.oneline import escaped
from tcviz.export import FORMATS, FileFormat
from tcviz.gallery import naming, render, spec
from tcviz.gallery.render import Made

Said = dict[str, Any]
THEMES = ("own theme.toml", "-.toml", 'looks/it\'s "mine".toml')
NUMBERS = ("x.npy", "-x.npy", "data/all $of 'them'.npz:x", "x\tab.json")


def fits(name: str) -> bool:
    """Return whether an item may be called this."""
    try:
        return naming.checked(name) == name and name.encode().decode() == name
    except RequestError:
        return False


parts = st.text("aZ9é日 .-_~#%&$`'()[]{}=+,;@!^", min_size=1, max_size=8)
names = st.lists(parts, min_size=1, max_size=3).map("/".join).filter(fits)
TITLES = ("it's", '--"quoted"', "$HOME `x` \\", "é — ½", "-")
PADDINGS = ("0:1x1", [[0, 1], 1], [1, 0], "1")
COMMON: dict[str, Any] = {
    "theme": st.sampled_from(("dark", *THEMES)),
    "title": st.sampled_from(TITLES),
    "decimals": st.integers(0, 3),
}
NUMERIC: dict[str, Any] = {
    "seed": st.integers(0, 9),
    "stride": st.sampled_from((1, 2, [1, 2], "2x1")),
    "padding": st.sampled_from(PADDINGS),
    "dilation": st.sampled_from((1, [2, 1])),
    "input": st.sampled_from(NUMBERS),
    "view": st.sampled_from(("distribution", "collection", "matrix")),
}
MOVING = {
    "first": st.just(2),
    "scale": st.sampled_from((1, 1.5, 0.75)),
    "hold": st.sampled_from((1, 0.25, 2.125)),
    "loop": st.integers(0, 3),
}
STILL = {
    "crop": st.booleans(),
    "dpi": st.sampled_from((96, 72.5)),
    "size": st.sampled_from(("16.1234567x9.25cm", [8, 4.5, "in"], [800, 450], "800x450px")),
}
PICKED: tuple[Said, ...] = ({}, {"step": 1}, {"step": -1}, {"steps": "1-1"}, {"steps": 1})


@st.composite
def items(draw: st.DrawFn) -> Said:
    """Return an item as a spec says it; what it shows is no matter."""
    form = draw(st.sampled_from(("gif", "webp", "html", "svg", "png", "jpg", "pdf")))
    own = MOVING if form in FORMATS and form not in ("png", "svg") else STILL
    said = draw(st.fixed_dictionaries({}, optional=COMMON | own | NUMERIC)) | {"format": form}
    if form == "html" and draw(st.booleans()):
        said["view"] = list(draw(st.permutations(("distribution", "collection", "kernel")))[:2])
    if own is STILL:
        said |= draw(st.sampled_from(PICKED))
    if draw(st.integers(0, 4)) == 0:
        said = {k: v for k, v in said.items() if k not in NUMERIC}
        said["article"] = draw(st.integers(1, 10))
    return said | {"name": draw(names)}


def toml(value: Any) -> str:
    """Return a value as TOML: JSON, for all that is said here."""
    return json.dumps(value, ensure_ascii=False)


def laid_out(folder: Path, asked: list[Said]) -> None:
    """Put a spec into a folder."""
    lines = ["[defaults]", "size = '640x360'"]
    for item in asked:
        lines += ["[[item]]", *(f"{key} = {toml(value)}" for key, value in item.items())]
    (folder / "g.toml").write_text("\n".join(lines), encoding="utf-8")


def furnished(folder: Path) -> None:
    """Put the numbers and themes that items name into a folder."""
    x = np.arange(18).reshape(2, 3, 3) % 7 - 3
    for name in (*THEMES, *NUMBERS):
        path = folder / name.removesuffix(":x")
        path.parent.mkdir(exist_ok=True)
        if path.suffix == ".toml":
            path.write_text("now = '#00ff00'")
        elif path.suffix == ".json":
            path.write_text(json.dumps(x.tolist()))
        else:
            np.savez(path, x=x) if path.suffix == ".npz" else np.save(path, x)


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def ran(words: list[str]) -> tuple[str, str, int]:
    """Return what a command prints, and its status."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.run(words)
    return out.getvalue(), err.getvalue(), status


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


class Commands(HTMLParser):
    """Reads the commands of a gallery's page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._in = tag == "code"
        self.found += [""] * self._in

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in = False

    def handle_data(self, data: str) -> None:
        if self._in:
            self.found[-1] += data


def listed(folder: Path, printed: str) -> list[str]:
    """Return the commands that a gallery lists: in all its three places they are the same."""
    known = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    commands = [item["command"] for item in known["items"]]
    assert sorted(Commands((folder / "index.html").read_text("utf-8")).found) == sorted(commands)
    for line, command in zip(printed.splitlines(), commands, strict=False):
        assert line.endswith(escaped(command)[-100:])  # long ones are shortened
    return commands


def check(asked: list[Said]) -> None:
    """Make a gallery; then type its commands elsewhere, and compare what is there."""
    with TemporaryDirectory() as here, TemporaryDirectory() as there:
        home, empty = Path(here), Path(there)
        furnished(home)
        laid_out(home, asked)
        with within(home):
            told = ran(["gallery", "g.toml", "-o", "out", "-j", "1"])
            printed, *_ = ran(["gallery", "g.toml", "-o", "out", "--list"])
        assert told[1:] == ("", 0)
        commands = listed(home / "out", printed)
        assert len(commands) == len(asked)
        furnished(empty)
        before = files(empty)
        with within(empty):
            for command in commands:
                program, *words = shlex.split(command)
                assert (program, *ran(words)[1:]) == ("tcviz", "", 0), command
        made = {path for item in spec.read(home / "g.toml").items for path in item.paths}
        wanted = {path: data for path, data in files(home / "out").items() if path in made}
        assert wanted.keys() == made
        typed = {path: data for path, data in files(empty).items() if path not in before}
        assert typed.keys() == wanted.keys()
        for path, data in typed.items():
            assert data == wanted[path], path


def told(file: BinaryIO, *pictures: Picture) -> Saved:
    """Write all that a drawing depends on, in place of the drawing."""
    for picture in pictures:
        known = {field.name: getattr(picture, field.name) for field in fields(picture)}
        known["plan"] = {name: repr(value) for name, value in vars(known["plan"]).items()}
        file.write(f"{type(picture).__name__} {known}\n".encode())
    return Saved(None, 1, Fraction(1), (1, 1), file.tell())


def moved(shown: Animation, file: BinaryIO, form: FileFormat, progress: None = None) -> Saved:  # noqa: ARG001
    """Write what an animation depends on: its command only in a page."""
    return told(file, shown if form.pages else replace(shown, command=None))


@contextmanager
def undrawn() -> Iterator[None]:
    """Have nothing drawn, and nothing waited for: what is asked for is written instead."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Animation, "write", moved)
        patch.setattr(Figure, "write", lambda self, file, *_, **__: told(file, self))
        patch.setattr(pages, "write", lambda group, file, *_, **__: told(file, *group))
        patch.setattr(render, "_poster", lambda _, path: Made(path, b"", 1, 0.0, (1, 1)))
        patch.setattr(os, "fsync", lambda _: None)
        yield


@settings(max_examples=60, deadline=None)
@given(st.lists(items(), min_size=1, max_size=3, unique_by=lambda said: said["name"].casefold()))
def test_a_listed_command_asks_for_the_files_of_its_item(asked: list[Said]) -> None:
    with undrawn():
        check(asked)


def test_a_listed_command_writes_the_files_of_its_item() -> None:
    check(
        [
            {"name": "sub/pic", "format": "svg"},
            {"name": "sub/deep/pic", "format": "html", "input": "-x.npy", "title": "it's"},
            {"name": "both", "format": "html", "view": ["distribution", "collection"], "first": 2},
            {"name": "a", "format": "pdf", "size": "16.1234567x9.25cm", "crop": True, "step": 1},
            {"name": "b", "format": "svg", "view": "matrix", "transposed": True, "step": -1},
            {"name": "c", "format": "svg", "article": 10},
            {"name": "d", "article": 3},
            {"name": "e", "command": "animate", "format": "png", "hold": 0.5, "first": 1},
            {"name": "%d/é", "format": "png", "steps": "1-2", "padding": [[0, 1], 1]},
            {"name": "f", "format": "webp", "theme": THEMES[2], "input": NUMBERS[2], "first": 1},
        ]
    )
