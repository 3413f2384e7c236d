"""What is published: a description that is whole without a checkout, and a small source."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from email.message import Message
from email.parser import BytesParser
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
LARGEST = 1_300_000
"""Bytes of the source distribution: the gallery alone would be four million more."""
LEFT_OUT = {"tests/test_gallery_outputs.py"}
"""Tests of what the gallery's spec makes, which is not in there."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution, made as a package index gets it."""
    folder = tmp_path_factory.mktemp("dist")
    build = f"from hatchling.build import build_sdist\nbuild_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def files(source: Path) -> set[str]:
    """Return the names of the files in the source distribution."""
    with tarfile.open(source) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def metadata(source: Path) -> Message:
    """Return what a package index is told."""
    with tarfile.open(source) as archive:
        (name,) = (name for name in archive.getnames() if name.endswith("/PKG-INFO"))
        file = archive.extractfile(name)
        assert file
        return BytesParser().parsebytes(file.read())


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def description(metadata: Message) -> list[Token]:
    data = metadata.get_payload(decode=True)
    assert isinstance(data, bytes)
    return parsed(data.decode())


def addresses(tokens: list[Token]) -> set[str]:
    """Return where pictures and links point."""
    inner = [child for token in tokens for child in token.children or ()]
    return {str(t.attrs.get("src", t.attrs.get("href"))) for t in inner
            if t.type in ("image", "link_open")}  # fmt: skip


def headings(tokens: list[Token]) -> list[str]:
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def test_the_readme_has_pictures_and_files_beside_it() -> None:
    near = {a for a in addresses(parsed((ROOT / "README.md").read_text("utf-8"))) if ":" not in a}
    assert any(address.endswith(".gif") for address in near)
    assert any(address.endswith(".py") for address in near)


def test_the_description_points_to_nothing_beside_it(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    tokens = description(metadata)
    assert addresses(tokens)
    assert [a for a in addresses(tokens) if not a.startswith("https://")] == []
    assert not any(token.type.startswith("html") for token in tokens)


def test_nothing_else_of_the_readme_is_lost(metadata: Message) -> None:
    readme, told = parsed((ROOT / "README.md").read_text("utf-8")), description(metadata)
    assert headings(told) == headings(readme)
    assert [t.content for t in told if t.type == "fence"] == [
        t.content for t in readme if t.type == "fence"
    ]


def said(tokens: list[Token]) -> set[str]:
    """Return the words of each paragraph, heading and cell, without pictures and addresses."""
    return {
        "".join("\n" if t.type == "softbreak" else t.content
                for t in token.children or () if t.type != "image")
        for token in tokens if token.type == "inline"
    }  # fmt: skip


def test_the_description_says_nothing_that_the_readme_does_not(metadata: Message) -> None:
    readme = said(parsed((ROOT / "README.md").read_text("utf-8")))
    assert said(description(metadata)) <= readme - {""}


def test_no_sentence_of_the_description_announces_what_is_gone(metadata: Message) -> None:
    tokens = description(metadata)
    ends = [n for n, t in enumerate(tokens) if t.type == "paragraph_close"
            and tokens[n - 1].content.endswith(":")]  # fmt: skip
    assert ends
    follow = {tokens[n + 1].type for n in ends}
    assert follow <= {"fence", "bullet_list_open", "ordered_list_open", "table_open"}


def test_the_source_is_small_and_without_the_gallerys_pictures(
    source: Path, files: set[str]
) -> None:
    assert source.stat().st_size < LARGEST
    assert {f for f in files if f.startswith("gallery")} == {"gallery/gallery.toml"}


def test_the_source_has_the_program_and_its_tests(files: set[str]) -> None:
    mine = {
        path.relative_to(ROOT).as_posix()
        for room in ("tcviz", "tests")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert mine - files == LEFT_OUT & mine
    assert {"README.md", "LICENSE", "pyproject.toml"} <= files
