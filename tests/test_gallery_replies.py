"""What a worker sends is taken where it is what was asked for, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tcviz.gallery import manifest, run, spec
from tcviz.gallery.items import Item
from tcviz.gallery.render import Failure, Made, render
from tcviz.gallery.replies import checked
from tests.dask_cluster import MARKS, Cluster

LINE = 500
"""Characters of a line that a terminal is told at most."""


@pytest.fixture(scope="module")
def item(tmp_path_factory: pytest.TempPathFactory) -> Item:
    path = tmp_path_factory.mktemp("spec") / "g.toml"
    path.write_text("[[item]]\nname = 'sub/a'\nsize = '560x315'\nformat = 'svg'\nstep = 1\n")
    return spec.read(path).items[0]


@pytest.fixture(scope="module")
def honest(item: Item) -> Made:
    (made,) = render(item)
    assert isinstance(made, Made)
    return made


def test_the_files_that_were_asked_for_are_taken(item: Item, honest: Made) -> None:
    assert checked(item, [honest]) == [honest]


@pytest.mark.parametrize("form", ["gif", "svg", "png", "mp4", "html", "pptx", "pdf"])
def test_every_format_sends_what_is_asked_for(form: str, tmp_path: Path) -> None:
    still = "steps = '1-2'\n" if form in ("svg", "png", "pdf", "pptx") else "first = 2\n"
    text = f"[[item]]\nname = 'a'\nsize = '560x315'\nformat = '{form}'\n{still}"
    (tmp_path / "g.toml").write_text(text)
    (item,) = spec.read(tmp_path / "g.toml").items
    made = render(item)
    assert isinstance(made, list)
    assert checked(item, made) == made


@pytest.mark.parametrize(
    "path",
    ["../../evil/x", "/abs/x", "mine.txt", "sub/b.svg", "sub/../sub/a.svg", "./sub/a.svg", "",
     "sub/A.svg", "sub/a.svg\0", "sub/a.svg ", ".tcviz-gallery.json", "\x1b[31m" + "x" * 999],
)  # fmt: skip
def test_a_file_of_another_name_is_a_failure_in_one_short_line(
    path: str, item: Item, honest: Made
) -> None:
    result = checked(item, [replace(honest, path=path)])
    assert isinstance(result, Failure)
    assert result.reason.startswith("its worker sent '")
    assert result.reason.endswith(", not what was asked for")
    assert result.reason.isprintable()
    assert len(result.reason) < LINE


@pytest.mark.parametrize("reply", [None, 42, "sub/a.svg", b"x", {}, {"sub/a.svg": b""}, ()])
def test_what_is_no_list_is_a_failure(reply: object, item: Item) -> None:
    assert checked(item, reply) == Failure(
        f"its worker sent a {type(reply).__name__}, not a list of files"
    )


@pytest.mark.parametrize(
    "facts",
    [{"path": 1}, {"data": "text"}, {"data": None}, {"frames": "1"}, {"seconds": "1"},
     {"seconds": float("nan")}, {"size": [1, 2]}, {"size": (1, 2, 3)}, {"size": ("1", 2)}],
    ids=str,
)  # fmt: skip
def test_facts_that_are_none_are_a_failure(facts: dict[str, Any], item: Item, honest: Made) -> None:
    words = "its worker sent something else among its files"
    assert checked(item, [replace(honest, **facts)]) == Failure(words)


def test_a_file_without_its_facts_is_a_failure(item: Item) -> None:
    assert isinstance(checked(item, [object.__new__(Made)]), Failure)
    assert isinstance(checked(item, ["sub/a.svg"]), Failure)


def test_a_file_too_few_or_too_many_is_a_failure(item: Item, honest: Made) -> None:
    assert checked(item, []) == Failure("its worker sent no file, not what was asked for")
    for twice in ([honest, honest], [honest, replace(honest, path="mine.txt")]):
        assert isinstance(checked(item, twice), Failure)


def test_a_reason_is_told_in_one_short_line(item: Item) -> None:
    reply = checked(item, Failure("no\nroom \x1b]0;title\x07 \u202e" + "x" * 9999))
    assert isinstance(reply, Failure)
    assert reply.reason.isprintable()
    assert len(reply.reason) < LINE


def test_nothing_is_made_for_a_reply_that_was_not_asked_for(item: Item, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    asked = spec.Spec("", (item,), ())
    for path in ("../../evil/x", str(tmp_path / "abs" / "x"), "mine.txt", "new/x"):
        reply = [Made(path, b"evil", 1, 0.0, (1, 1))]
        report = run.update(asked, folder, lambda _, reply=reply: (r for r in [(0, reply)]))
        assert [name for name, _ in report.failed] == ["sub/a.svg"]
        assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["mine.txt"]
        assert [p.name for p in tmp_path.rglob("*") if p.is_dir()] == ["site"]
    assert (folder / "mine.txt").read_text() == "mine"


MISBEHAVING = """
import os, sys, types
from dataclasses import replace

import tcviz.gallery.render as real

honest = vars(real).setdefault("honest", real.render)  # Dask may load this twice
unknown = types.ModuleType("unknown")
exec("class Unknown(list): pass", unknown.__dict__)
sys.modules["unknown"] = unknown


class Bomb:
    def __reduce__(self):
        return os.stat, ("/no/such/file",)


class Loud(Exception):
    def __str__(self):
        return "first line\\nsecond \\x1b[31m line"


class Unsent(Exception):
    def __init__(self, one, two):
        super().__init__(one)


def raises(error):
    raise error


def deep(made):
    return deep(made)


TRICKS = {
    "above": lambda made: [replace(made[0], path="../../evil/x")],
    "absolute": lambda made: [replace(made[0], path=ABSOLUTE)],
    "mine": lambda made: [replace(made[0], path="mine.txt")],
    "other": lambda made: [replace(made[0], path="good.svg")],
    "none": lambda made: None,
    "number": lambda made: 42,
    "empty": lambda made: [],
    "text": lambda made: [replace(made[0], data="text")],
    "unknown": lambda made: unknown.Unknown(made),
    "bomb": lambda made: [Bomb()],
    "loud": lambda made: raises(Loud()),
    "unsent": lambda made: raises(Unsent(1, 2)),
    "full": lambda made: raises(OSError(28, "No space left on device")),
    "deep": deep,
}


def render(item, version):
    made = honest(item, version)
    return TRICKS.get(item.name, lambda made: made)(made)


real.render = render
"""
TRICKS = ["above", "absolute", "mine", "other", "none", "number", "empty", "text", "unknown",
          "bomb", "loud", "unsent", "full", "deep"]  # fmt: skip

IMPATIENT = """
from tcviz.__main__ import main
from tcviz.gallery import cluster

cluster.connect.__defaults__ = (5.0,)
main()
"""
"""The program, which waits less long for an answer that will not come."""


class TestOnACluster:
    pytestmark = MARKS

    def test_a_worker_that_misbehaves_harms_only_the_items_that_it_misbehaves_with(
        self, dask: Cluster, tmp_path: Path
    ) -> None:
        absolute = str(tmp_path / "abs" / "x")
        preload = dask.home / "misbehaving.py"
        preload.write_text(MISBEHAVING.replace("ABSOLUTE", repr(absolute)))
        dask.worker("--preload", str(preload))
        dask.wait_for(1)
        names = ["good", *TRICKS, "later"]
        items = "".join(f"[[item]]\nname = '{name}'\nstep = 1\n" for name in names)
        defaults = "[defaults]\nformat = 'svg'\nsize = '560x315'\n"
        (tmp_path / "g.toml").write_text(defaults + items)
        site = tmp_path / "above" / "site"
        site.mkdir(parents=True)
        (site / "mine.txt").write_text("mine")
        command = [sys.executable, "-c", IMPATIENT, "gallery", "g.toml", "-o", str(site)]
        told = subprocess.run(
            [*command, "--scheduler", dask.address],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        lines = told.stderr.splitlines()
        assert [line.split(".svg failed: ")[0] for line in lines] == sorted(
            f"tcviz: {name}" for name in TRICKS
        )
        assert all(line.isprintable() and len(line) < LINE for line in lines)
        assert told.stdout == f"{site}: 2 rendered, 0 unchanged, {len(TRICKS)} failed\n"
        assert told.returncode == 1
        assert (site / "mine.txt").read_text() == "mine"
        assert {path.name for path in site.iterdir()} == {
            "mine.txt", "good.svg", "later.svg", "index.html", "index.json", manifest.NAME,
        }  # fmt: skip
        assert not (tmp_path / "evil").exists()
        assert not (tmp_path / "abs").exists()
