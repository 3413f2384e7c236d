"""The help of every command: all is explained, nothing is wider than 80 columns, examples run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import click
import pytest

from tcviz import cli
from tcviz.cli.grouped import ARGUMENTS, LAST
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.scene.theme import AUTO, presets
from tcviz.views import VIEWS

Run = Callable[..., tuple[int, str, str]]
COLUMNS = 80
MAIN = {
    "inspect": "Output",
    "gallery": "Gallery",
    "views": LAST,
    "themes": LAST,
    "completion": LAST,
}
"""The first group of options, where it is not the geometry."""
WITHOUT_DEFAULT = {
    *("input", "weight", "bias", "seed", "title", "first", "format"),
    *("article", "steps", "random", "name", "shell", "spec", "model"),
}


def of(name: str) -> tuple[click.Command, click.Context]:
    """Return a command, and a context of it."""
    whole = click.Context(cli.tcviz, info_name="tcviz")
    command = cli.tcviz.get_command(whole, name)
    assert command
    return command, click.Context(command, info_name=name, parent=whole)


def sections(text: str) -> dict[str, str]:
    """Return the indented text below each heading."""
    found = re.split(r"^(\w[\w ]*):\n", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def examples(text: str) -> list[list[str]]:
    """Return the words of each line that shows a command, without what it is for."""
    lines = [line for line in text.splitlines() if re.match(r'  (eval "\$\()?tcviz ', line)]
    typed = [re.split(r" {2,}", line.strip())[0].rstrip(",") for line in lines]
    plain = [re.sub(r'^eval "\$\((.*)\)"$', r"\1", line) for line in typed]
    return [shlex.split(re.split(r" [>|] ", line)[0]) for line in plain]


@pytest.mark.parametrize("name", ["", *cli.COMMANDS])
def test_no_line_of_a_help_is_wider_than_a_terminal(name: str, run: Run) -> None:
    status, out, err = run(*name.split(), "--help")
    assert (status, err) == (0, "")
    assert [line for line in out.splitlines() if len(line) > COLUMNS] == []
    assert "\b" not in out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_shows_every_option_with_what_it_does_and_its_default(name: str, run: Run) -> None:
    out = run(name, "--help")[1]
    entries = re.split(r"\n  (?=\S)", out)
    for param in of(name)[0].params:
        is_option = isinstance(param, click.Option)
        label = param.opts[-1] if is_option else re.escape((param.metavar or "").strip("[]"))
        shown = [text for text in entries if re.match(rf"(-\w, )?{label}\s", text)]
        assert len(shown) == 1, param.opts
        text = " ".join(shown[0].split())
        told = getattr(param, "about", None) or getattr(param, "help", None)
        assert told, f"{label} is not explained"
        assert " ".join(told.split()) in text
        if not getattr(param, "is_flag", False) and param.name not in WITHOUT_DEFAULT:
            assert "[default: " in text, f"{label} shows no default"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_arguments_and_the_main_group_come_first_and_the_rest_last(name: str, run: Run) -> None:
    titles = list(sections(run(name, "--help")[1]))
    arguments = any(isinstance(p, click.Argument) for p in of(name)[0].params)
    assert titles[:arguments] == [ARGUMENTS] * arguments
    assert titles[arguments] == MAIN.get(name, "Geometry")
    assert titles[-1] == LAST


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_examples_that_it_understands(name: str, run: Run) -> None:
    shown = examples(run(name, "--help")[1])
    assert name in [words[1] for words in shown]
    for _, called, *words in shown:
        command, context = of(called)
        command.make_context(called, words, parent=context.parent)


def test_the_examples_of_the_program_are_understood(run: Run) -> None:
    shown = examples(run("--help")[1])
    assert len(shown) > 4
    for _, called, *words in shown:
        command, context = of(called)
        command.make_context(called, words, parent=context.parent)


def test_the_help_lists_what_the_tables_have(run: Run) -> None:
    for name, formats in (("animate", FORMATS), ("figure", STILLS)):
        out = " ".join(run(name, "--help")[1].split())
        assert f"{', '.join(VIEWS)}, all; several" in out
        assert f"{', '.join((*presets(), AUTO))}, or a .toml file" in out
        assert f"its suffix ({', '.join(formats)}) names" in out


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_a_newcomer_sees_each_command_with_what_it_does(words: list[str], run: Run) -> None:
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    assert "\n  tcviz animate --stride 2 --padding 1 " in out
    listed = sections(out)["Commands"].splitlines()
    assert [line.split()[0] for line in listed if line] == list(cli.COMMANDS)
    assert all(re.match(r"  \w+ +\w.*\.$", line) for line in listed if line)
    assert "..." not in "".join(listed).replace(", ...", "")
