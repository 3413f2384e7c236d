"""A file that is read is never written over, whatever it is called."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tcviz import cli
from tcviz.gallery.spec import SpecError, read

THEME = 'background = "#ffffff"\n'
READ = {
    "--input": ("x.npy", "animate"),
    "--weight": ("w.csv", "figure"),
    "--bias": ("b.json", "animate"),
    "--grad-output": ("g.npz", "figure"),
    "--theme": ("t.toml", "figure"),
}
"""Options that name files, with a file that suits each and a command that takes it."""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.ones((2, 3, 3)))
    Path("w.csv").write_text("1,2\n3,4\n")
    Path("b.json").write_text("[1]")
    np.savez("g.npz", g=np.ones((1, 5, 5)), h=[1])
    Path("t.toml").write_text(THEME)


def asked(option: str, output: str) -> list[str]:
    """Return a command that reads the option's file and writes `output`."""
    name, command = READ[option]
    spec = "g.npz:g" if name == "g.npz" else name
    view = ["--view", "grad-input"] if option == "--grad-output" else []
    form = "gif" if command == "animate" else "svg"
    return [command, "-q", option, spec, *view, "-o", output, "--format", form]


@pytest.mark.parametrize("option", READ)
@pytest.mark.parametrize("alias", ["itself", "another spelling", "a link", "a hard link"])
def test_a_command_does_not_write_what_it_reads(
    option: str, alias: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, _ = READ[option]
    before = Path(name).read_bytes()
    output = {"itself": name, "another spelling": f"../{Path.cwd().name}/{name}"}.get(alias, "out")
    if alias == "a link":
        Path(output).symlink_to(name)
    elif alias == "a hard link":
        os.link(name, output)
    assert cli.run(asked(option, output)) == 2
    told = capsys.readouterr().err
    assert told == (
        f"tcviz: output is {output!r}, the file of {option}; "
        "allowed: another file: this one is read\n"
    )
    assert Path(name).read_bytes() == before


@pytest.mark.parametrize("option", READ)
def test_a_copy_may_be_written(option: str) -> None:
    name, _ = READ[option]
    Path("copy").write_bytes(Path(name).read_bytes())
    assert cli.run(asked(option, "copy")) == 0


def test_each_file_of_several_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out-step-02.svg").write_text(THEME)
    Path("t.toml").unlink()
    Path("t.toml").symlink_to("out-step-02.svg")
    Path("out-02.svg").symlink_to("t.toml")
    words = "figure -q --steps 1-2 --theme t.toml -o out.svg"
    assert cli.run(words.split()) == 2
    assert "'out-02.svg', the file of --theme" in capsys.readouterr().err
    assert not Path("out-01.svg").exists()


@pytest.mark.parametrize(
    ("item", "source", "written"),
    [
        ('input = "index.json"', "b.json", "index.json"),
        ('weight = "w.csv"', "w.csv", "a.svg"),
        ('theme = "t.toml"', "t.toml", "a.svg"),
        ("", "spec.toml", "index.html"),
        ("", "spec.toml", "a.svg"),
    ],
)
def test_a_gallery_does_not_write_what_it_reads(item: str, source: str, written: str) -> None:
    Path("spec.toml").write_text(f'[[item]]\nname = "a"\nformat = "svg"\n{item}\n')
    if "index.json" in item:
        Path(source).write_text("[[1, 2], [3, 4]]")
    os.link(source, written)
    before = Path(source).read_bytes()
    words = f"file '{written}'; allowed: another name: this is the file of "
    with pytest.raises(SpecError, match=words):
        read("spec.toml", Path())
    assert Path(source).read_bytes() == before
