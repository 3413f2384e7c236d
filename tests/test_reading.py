"""Files from outside: ordinary ones, of bounded size and depth, or one line that says why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tcviz
from tcviz.errors import RequestError
from tcviz.files import reading
from tcviz.files.reading import MalformedError, ReadingError, UnreadableError
from tcviz.gallery import index, manifest, spec, watching
from tcviz.request import arrayfiles
from tcviz.scene import theme

DEEP, LONG = 100_000, 5_000


def as_array(path: Path) -> object:
    return arrayfiles.load(path, "input")


def as_theme(path: Path) -> object:
    return theme.load(str(path))


def as_manifest(path: Path) -> object:
    return manifest.load(path.parent)


READERS: dict[str, Callable[[Path], object]] = {
    "x.json": as_array,
    "x.csv": as_array,
    "x.npy": as_array,
    "x.npz": as_array,
    "own.toml": as_theme,
    "spec.toml": spec.read,
    manifest.NAME: as_manifest,
}
"""What is read from outside, each by the name of such a file."""


def refusal(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(RequestError) as caught:
        read(path)
    told = str(caught.value)
    assert told.isprintable()
    assert len(told) < 500
    return told


@pytest.fixture(params=READERS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[Path], object]]:
    """Return the path of a file of each kind, which is not there yet, and what reads it."""
    return tmp_path / request.param, READERS[request.param]


File = tuple[Path, Callable[[Path], object]]


def test_a_pipe_is_refused_and_not_waited_for(file: File) -> None:
    path, read = file
    os.mkfifo(path)
    assert "a pipe or a device; allowed: a regular file" in refusal(read, path)


def test_a_device_is_refused_also_behind_a_link(file: File) -> None:
    path, read = file
    path.symlink_to("/dev/zero")
    assert "a pipe or a device; allowed: a regular file" in refusal(read, path)


def test_a_folder_is_refused(file: File) -> None:
    path, read = file
    path.mkdir()
    assert "a folder; allowed: a file" in refusal(read, path)


def test_a_file_that_nobody_can_mean_is_refused_unread(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = file
    with path.open("wb") as sparse:
        sparse.truncate(2**40)
    monkeypatch.delattr(reading, "_at_once")  # nothing is opened
    assert "1,099,511,627,776 bytes on disk; allowed: up to " in refusal(read, path)


def test_bytes_that_are_no_text_are_refused(file: File) -> None:
    path, read = file
    path.write_bytes(b"\xff\xd8\xff\xe0" * 9)
    refusal(read, path)


def test_a_file_that_grows_is_read_to_its_limit_only() -> None:
    # What the system says of its own files, their size among it, is not so.
    assert Path("/proc/self/cmdline").stat().st_size == 0
    with pytest.raises(UnreadableError, match=r"3 bytes or more; allowed: up to 2 bytes"):
        reading.data(Path("/proc/self/cmdline"), 2)


def test_what_takes_the_place_of_a_file_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary, pipe = tmp_path / "x", tmp_path / "pipe"
    ordinary.touch()
    os.mkfifo(pipe)
    at_once = reading._at_once
    monkeypatch.setattr(reading, "_at_once", lambda _, flags: at_once(str(pipe), flags))
    with pytest.raises(UnreadableError, match="a pipe"):
        reading.data(ordinary)


NESTED = {
    "lists": "x = " + "[" * DEEP,
    "closed lists": "x = " + "[" * DEEP + "]" * DEEP,
    "a few lists": "x = " + "[" * 40 + "]" * 40,
    "tables": "x = " + "{a=" * DEEP,
    "names": ".".join("a" * DEEP) + " = 1",
    "quoted names": "a" + ' . \'a.b\'."\\""' * DEEP + " = 1",
    "headers": "[" + ".".join("a" * DEEP) + "]",
    "a whole number": "x = " + "1" * LONG,
    "a hexadecimal one": "x = 0x" + "f" * LONG,
    "one within": "x = [{ y = 0x" + "f" * LONG + " }]",
}


@pytest.mark.parametrize("name", NESTED)
def test_toml_that_is_too_deep_or_too_long_is_told_in_a_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.toml"
    path.write_text(NESTED[name])
    if "names" in name or name == "headers":  # the parser would take minutes: it is not asked
        monkeypatch.delattr(tomllib, "loads")
    told = refusal(as_theme, path), refusal(spec.read, path)
    what = "digits" if "one" in name or "number" in name else "deep|parts"
    for words in told:
        assert "is not TOML: " in words
        assert any(word in words for word in what.split("|"))
    assert watching.sources(path) == {path.resolve()}


def test_names_of_as_many_parts_as_tables_may_be_deep_are_taken() -> None:
    parts = ["a"] * reading.DEEPEST
    said: Any = reading.toml(f"{'.'.join(parts)} = 1\n# {'.'.join(parts)}")
    for part in parts:
        said = said[part]
    assert said == 1
    with pytest.raises(MalformedError):
        reading.toml(f"{'.'.join([*parts, 'a'])} = 1")


@pytest.mark.parametrize(
    "text",
    ["[" * DEEP, "[" * DEEP + "]" * DEEP, "[" * 40 + "]" * 40, '{"a":' * DEEP, "9" * LONG,
     "[[1, " + "9" * LONG + "]]", "-" + "9" * LONG],
    ids=lambda text: f"{text[:6]}, {len(text)}",
)  # fmt: skip
def test_json_that_is_too_deep_or_too_long_is_told_in_a_line(text: str, tmp_path: Path) -> None:
    array, known = tmp_path / "x.json", tmp_path / manifest.NAME
    for path in (array, known):
        path.write_text(text)
    words = ("nested more than 32 deep", "a whole number of more than 4,300 digits")
    assert any(word in refusal(as_array, array) for word in words)
    assert any(word in refusal(as_manifest, known) for word in words)


JSON = st.recursive(
    st.sampled_from([None, True, "\ud800", "a\0", "\x1b[2J", float("nan"), 10**400])
    | st.integers()
    | st.floats()
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
FILE = {"path": "a.gif", "bytes": 1, "frames": 1, "seconds": 0.5, "size": [1, 2], "sha256": "0"}
WHOLE: dict[str, Any] = {
    "format": 1, "entries": {"a.gif": {"digest": "0", "files": [FILE]}}, "strays": {"b": FILE},
    "folders": ["sub"],
}  # fmt: skip


def places(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything within a value."""
    yield way
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, *way, key)


def changed(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    """Return a copy with another value at a place."""
    if not way:
        return other
    copy = value.copy()
    copy[way[0]] = changed(copy[way[0]], way[1:], other)
    return copy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gallery")


@example(way=("strays", "b", "seconds"), other=10**400)
@given(way=st.sampled_from([*places(WHOLE)]), other=JSON)
def test_a_manifest_with_anything_in_any_place_is_one_or_is_refused(
    way: tuple[Any, ...], other: Any, folder: Path
) -> None:
    text = json.dumps(changed(WHOLE, way, other))
    (folder / manifest.NAME).write_text(text)
    try:
        known = manifest.load(folder)
    except RequestError as error:
        told = str(error)
        assert told.isprintable()
        assert told.endswith("; delete it to render everything again")
        return
    for file in known.made().values():
        known.is_ours(file, surely=True)
    known.save()
    assert manifest.load(folder).made() == known.made()


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes, folder: Path) -> None:
    for name in ("x.toml", "x.json"):
        path = folder / name
        path.write_bytes(content)
        try:
            if name == "x.json":
                reading.json(reading.data(path))
            else:
                reading.toml(reading.text(path, "TOML"))
        except ReadingError as error:
            told = str(error)
            assert told.startswith("is ")


def test_an_index_that_is_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index.json")
    assert not reading.holds(tmp_path / "index.json", b"{}")
    (tmp_path / "x.toml").write_text("[[item]]\nname='a'\nkernel_size=1\n")
    index.write(spec.read(tmp_path / "x.toml"), tmp_path)
    assert json.loads((tmp_path / "index.json").read_text())["items"] == []


def test_more_tables_than_a_gallery_may_have_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[[item]]\nname=1\n[[sweep]]\n" * spec.MAX_ITEMS)
    told = refusal(spec.read, path)
    assert told.endswith("spec is one of 20,000 pictures; allowed: up to 10,000")


def test_lists_that_hold_themselves_are_refused_wherever_numbers_are_read() -> None:
    for branches in (1, 2, 100):
        own: list[Any] = []
        own += [own] * branches
        for option in ("x", "weight", "kernel_size", "padding", "size", "theme", "view"):
            with pytest.raises(tcviz.TcvizError) as caught:
                tcviz.figure(**{option: own})
            assert str(caught.value).isprintable()
            assert len(str(caught.value)) < 500


LATIN = "# größer\nfont.size: 99\n".encode("latin-1")
SAVED = "import tcviz; tcviz.figure(size=(640, 360)).save('api.svg')"


def left(env: dict[str, str], folder: Path, *words: str) -> str:
    """Return what a fresh Python says on standard error."""
    run = subprocess.run(
        [sys.executable, *words],
        cwd=folder, env=os.environ | env, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return run.stderr


def test_a_users_settings_of_matplotlib_are_not_read_by_the_program(tmp_path: Path) -> None:
    figure = ("-m", "tcviz", "figure", "--size", "640x360", "-o")
    assert not left({}, tmp_path, *figure, "plain.svg")
    (tmp_path / "elsewhere").write_bytes(LATIN)
    os.mkfifo(tmp_path / "matplotlibrc")  # in the current folder: whoever reads it waits
    assert not left({"MATPLOTLIBRC": "elsewhere"}, tmp_path, *figure, "other.svg")
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_settings_that_cannot_be_read_are_no_error_of_the_python_face(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(LATIN)
    left({}, tmp_path, "-c", SAVED)
    assert (tmp_path / "api.svg").exists()


def test_somebody_elses_program_keeps_its_settings(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 33\n")
    tail = "; import matplotlib as m, os; assert m.rcParams['font.size'] == 33, m.rcParams"
    left({}, tmp_path, "-c", SAVED + tail)
    (tmp_path / "matplotlibrc").write_bytes(LATIN)
    tail = "; import os; assert os.path.exists('matplotlibrc') and 'MATPLOTLIBRC' not in os.environ"
    left({}, tmp_path, "-c", SAVED + tail)
