"""``tcviz gallery --watch``: what changes is rendered again, and errors do not end it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tcviz import cli
from tcviz.errors import OutputError
from tcviz.gallery import watching
from tests.test_cli_gallery import POSIX, TWO, files


class Watch:
    """A gallery that is watched, as somebody sees it who changes its files."""

    def __init__(self, folder: Path, text: str) -> None:
        self.spec = folder / "g.toml"
        self.spec.write_text(text)
        words = [sys.executable, "-m", "tcviz", "gallery", "g.toml", "-o", "out", "-j", "1"]
        self.process = subprocess.Popen(
            [*words, "--watch"],
            cwd=folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    def says(self) -> str:
        """Return the next line."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@POSIX
def test_watching_renders_what_changed_again_and_goes_on_after_errors(tmp_path: Path) -> None:
    theme = tmp_path / "own.toml"
    theme.write_text("now = '#00ff00'")
    text = TWO + "theme = 'own.toml'\n"
    seen = Watch(tmp_path, text)
    assert seen.says() == "out: 2 rendered, 0 unchanged"
    assert seen.says() == "watching g.toml and the files it names; Ctrl-C ends it"
    first = files(tmp_path / "out")
    theme.write_text("now = '#0000ff'")
    assert seen.says() == "out: 1 rendered, 1 unchanged"
    assert files(tmp_path / "out")["sub/b.svg"] != first["sub/b.svg"]
    seen.spec.write_text(text + "[[item")
    assert seen.says().startswith("tcviz: g.toml: is not TOML: ")
    (tmp_path / "new.toml").write_text(text + "[[item]]\nname = 'c'\ninput = 'data/x.json'\n")
    (tmp_path / "new.toml").replace(seen.spec)  # as editors do
    told = seen.says()
    assert told.startswith("tcviz: g.toml:10: item 'c': input is ")
    assert "a missing file" in told
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.json").write_text("[[1, 2], [3, 4]]")
    assert seen.says() == "out: 1 rendered, 2 unchanged"
    seen.process.send_signal(signal.SIGINT)
    assert seen.process.communicate(timeout=60)[0] == ""
    assert seen.process.returncode == 0


def test_a_spec_that_is_not_there_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["gallery", "none.toml", "--watch"]) == 2
    told = "tcviz: none.toml: is a missing file; allowed: a file that exists\n"
    assert capsys.readouterr().err == told


def test_without_what_watches_files_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "find_spec", lambda _: None)
    with pytest.raises(
        OutputError, match=r"a package that is missing: pip install 'tcviz\[watch\]'"
    ):
        next(watching.turns(tmp_path / "g.toml"))


def test_every_file_that_a_spec_names_is_watched(tmp_path: Path) -> None:
    text = (
        "theme = 'no.toml'\n[defaults]\ntheme = 'dark'\nbias = 'b.csv'\n"
        "[[item]]\ninput = 'data/x.npz:a'\ntitle = 'x.npy'\nweight = '\\u0000'\n"
        "[[sweep]]\ntheme = ['light', 'own.toml']\nweight = ['w.npy', '../v.json']\n"
    )
    spec = tmp_path / "g" / "g.toml"
    spec.parent.mkdir()
    spec.write_text(text.replace("'\\u0000'", '"\\u0000"'))
    named = {"g.toml", "no.toml", "b.csv", "data/x.npz", "own.toml", "w.npy", "../v.json"}
    wanted = {(spec.parent / name).resolve() for name in named}
    assert watching.sources(spec) == wanted
    spec.write_text("[[item")
    assert watching.sources(spec, wanted) == wanted
