"""Completion: bash is run, and click's classes for the other shells, on what is half typed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tcviz import cli
from tcviz.cli.shells import SHELLS, Bash
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.scene import theme
from tcviz.views import VIEWS

Run = Callable[..., tuple[int, str, str]]
PROBE = r"""
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); WAY=plain
compopt() { WAY=${*: -1}; }
_tcviz_completion tcviz
printf '%s\n' "$WAY" "${COMPREPLY[@]}"
"""
"""Do as bash does when somebody presses the tab key: words, the last one unfinished."""


BASH = shutil.which("bash") or "bash"


@pytest.fixture
def script(run: Run) -> str:
    """Return the name of a file with bash's script; the folder has another one."""
    status, text, err = run("completion", "bash")
    assert (status, err) == (0, "")
    Path("script.bash").write_text(text)
    Path("mine.toml").touch()
    return "script.bash"


def complete(script: str, *words: str) -> list[str]:
    """Return how bash completes the last of the words after ``tcviz``, and to what."""
    found = subprocess.run(
        [BASH, "--norc", "-c", PROBE, "bash", script, "tcviz", *words],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
    )
    assert found.stderr == ""
    return [line for line in found.stdout.splitlines() if line]


def asked(shell: str, words: list[str], incomplete: str) -> list[Any]:
    """Return the completions that click finds for a shell."""
    return SHELLS[shell](cli.tcviz, {}, "tcviz", cli.ASKS).get_completions(words, incomplete)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([""], ["plain", *cli.COMMANDS]),
        (["the"], ["plain", "themes"]),
        (["animate", "--vi"], ["plain", "--view"]),
        (["animate", "--view", ""], ["plain", *VIEWS, "all"]),
        (["animate", "--view", "co"], ["plain", "collection", "convolution"]),
        (["animate", "--view", "grad-bias,ma"], ["plain", "grad-bias,matrix"]),
        (["animate", "--view", "all", "--view", "ov"], ["plain", "overlap"]),
        (["animate", "--view", "=", "mat"], ["plain", "matrix"]),
        (["figure", "-s", "x", "--theme", "d"], ["plain", "dark"]),
        (["figure", "--theme", ""], ["plain", *theme.presets(), theme.AUTO, "mine.toml"]),
        (["figure", "--theme", "mi"], ["default"]),
        (["animate", "--format", "w"], ["plain", *[f for f in FORMATS if f[0] == "w"]]),
        (["figure", "--format", ""], ["plain", *STILLS]),
        (["figure", "--text", ""], ["plain", "paths", "text"]),
        (["figure", "--steps", ""], ["plain", "all"]),
        (["figure", "--out-channel", ""], ["plain", "all"]),
        (["size", "--dims", ""], ["plain", "1", "2", "3"]),
        (["animate", "--input", ""], ["default"]),
        (["check", "--weight", "w"], ["default"]),
        (["animate", "-o", ""], ["default"]),
        (["gallery", ""], ["default"]),
        (["gallery", "a.toml", "-o", ""], ["dirnames"]),
        (["themes", ""], ["plain", *theme.presets()]),
        (["completion", ""], ["plain", *SHELLS]),
        (["animate", "--title", ""], ["plain"]),
        (["nonsense", ""], ["plain", *cli.COMMANDS]),
    ],
)
def test_bash_completes_commands_options_and_values(
    words: list[str], found: list[str], script: str
) -> None:
    assert complete(script, *words) == found


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_option_is_completed_in_every_shell(name: str) -> None:
    command = cli.tcviz.get_command(click.Context(cli.tcviz), name)
    assert command
    long = {o for p in command.params if isinstance(p, click.Option) for o in p.opts
            if o.startswith("--")}  # fmt: skip
    for shell in SHELLS:
        found = {item.value: item.help for item in asked(shell, [name], "--")}
        assert long <= found.keys()
        assert all(found.values()), "an option without a word on what it does"
        assert not any("{" in (told or "") for told in found.values())


@pytest.mark.parametrize("shell", SHELLS)
def test_values_come_with_what_they_mean(shell: str) -> None:
    found = {item.value: item.help for item in asked(shell, ["animate", "--view"], "")}
    assert found == {name: view.about for name, view in VIEWS.items()} | {
        "all": "all that can be drawn"
    }
    found = {item.value: item.help for item in asked(shell, ["animate", "--theme"], "")}
    assert {name: theme.about(name) for name in theme.presets()}.items() <= found.items()


@pytest.mark.parametrize("shell", SHELLS)
def test_an_option_that_is_joined_to_its_value_stays_so(shell: str) -> None:
    found = [item.value for item in asked(shell, ["animate"], "--view=matrix,c")]
    assert found == ["--view=matrix,collection", "--view=matrix,convolution", "--view=matrix,chain"]


def test_scripts_are_the_shells_own_and_ask_this_program(run: Run) -> None:
    texts = {shell: run("completion", shell)[1] for shell in SHELLS}
    assert len(set(texts.values())) == len(SHELLS)
    for shell, text in texts.items():
        assert f"{cli.ASKS}={shell}_complete" in text
    assert texts["zsh"].startswith("#compdef tcviz\n")
    assert 'string split --max 1 ","' in texts["fish"], "fish would cut a,b at its comma"


def test_bash_on_the_way_to_a_value_sees_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "tcviz\nanimate\n--view\n=\n")
    monkeypatch.setenv("COMP_CWORD", "4")
    words = Bash(cli.tcviz, {}, "tcviz", cli.ASKS).get_completion_args()
    assert words == (["animate", "--view"], "")


def test_the_readme_says_how_each_shell_gets_its_script(run: Run) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    out = run("completion", "--help")[1]
    for shell in SHELLS:
        (line,) = (each for each in out.splitlines() if f"tcviz completion {shell}" in each)
        typed, where = re.split(" {2,}", line.strip())
        assert re.search(rf"^{re.escape(typed)} +# {re.escape(where)}$", readme, re.MULTILINE)
