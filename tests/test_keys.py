"""Keys of marks are values with parts of their own: nobody takes them for text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

import tcviz
from tcviz.scene.marks import Key, PanelName, cell_key, panel_key, part_key

PACKAGE = Path(tcviz.__file__).parent
CUTS = {
    *("endswith", "find", "index", "partition", "removeprefix", "removesuffix", "replace"),
    *("rfind", "rpartition", "rsplit", "split", "startswith", "strip"),
}
"""What takes a text apart."""


def is_key(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "key"


def cut(tree: ast.AST) -> Iterator[str]:
    """Yield where an attribute that is called `key` is read letter by letter."""
    for node in ast.walk(tree):
        method = isinstance(node, ast.Attribute) and node.attr in CUTS and is_key(node.value)
        letters = isinstance(node, ast.Subscript) and is_key(node.value)
        within = isinstance(node, ast.Compare) and any(
            isinstance(op, ast.In | ast.NotIn) and is_key(text)
            for op, text in zip(node.ops, node.comparators, strict=True)
        )
        if method or letters or within:
            yield ast.unparse(node)


def test_nobody_parses_a_key() -> None:
    found = {
        path.name: [*cut(ast.parse(path.read_text(encoding="utf-8")))]
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: cuts for name, cuts in found.items() if cuts} == {}


def test_the_search_sees_what_parses() -> None:
    source = "mark.key.startswith('x'), m.key[0], '.' in m.key, m.key.split('.')[1], a.key == 'b'"
    assert len([*cut(ast.parse(source))]) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (PanelName("output"), "output"),
        (PanelName("x", 2), "x.2"),
        (PanelName("x", 0).slice(3), "x.0.d3"),
        (PanelName("output").slice(0), "output.d0"),
    ],
)
def test_a_name_keeps_its_parts_wherever_it_goes(name: PanelName, words: str) -> None:
    keys = cell_key(name, 1, 2), panel_key(name), part_key(name, "frame")
    others = [key.panel for key in keys]
    others += [PanelName.of(name), copy.deepcopy(name)]
    for other in others:
        assert other == words
        assert vars_of(other) == vars_of(name)


def vars_of(name: PanelName) -> tuple[str, int | None, int | None]:
    return name.tensor, name.channel, name.depth


def test_a_plain_name_is_that_of_a_tensor() -> None:
    key = cell_key("padded", 0, 1)
    assert isinstance(key, Key)
    assert (vars_of(key.panel), key.at) == (("padded", None, None), (0, 1))
