"""Calls of the program, drawn over all commands and options that click knows of."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import click

from tcviz import cli
from tcviz.gallery import manifest
from tcviz.gallery.keys import KEYS
from tests.fuzz import contents
from tests.fuzz.values import Given

COMMANDS = {"animate": 8, "figure": 9, "gallery": 7, "size": 3, "check": 3}
"""How often a command is called; the others once."""
CHEAP = {
    "animate": [(("--first", "2"), 0.95), (("--size", "560x315"), 0.7)],
    "gallery": [(("--jobs", "1"), 0.95)],
    "figure": [(("--step", "1"), 0.3), (("--size", "560x315"), 0.5)],
}
"""What keeps a call small that has not said how large it is to be, and how often that is said."""
SELDOM = {
    "help", "debug", "list", "check", "force", "prune", "watch", "article", "random", "scheduler",
    "forward", "in_channel", "out_channel", "symbols", "grad_output", "transparent", "text",
}  # fmt: skip
"""Options that leave little else to be seen, or fit few of the others."""
OPTIONAL = 0.3
"""How often an argument is given that may be left out."""
OLD = b"as it was"


@dataclass(frozen=True)
class Call:
    """What is typed, the files that are there, and what comes through standard input.

    `earlier` is what was typed in the same folder before.
    """

    words: tuple[str, ...]
    files: dict[str, bytes]
    stdin: bytes = b""
    earlier: tuple[str, ...] = ()

    def __str__(self) -> str:
        typed = shlex.join(["tcviz", *self.words])
        return typed.encode("unicode_escape", "surrogatepass").decode()

    @property
    def command(self) -> str:
        """The command that is meant; nothing where none is."""
        return next((word for word in self.words if word in cli.COMMANDS), "")

    def says(self, *options: str) -> bool:
        """Return whether one of some options is typed, also as one of several letters."""
        short = {option[1] for option in options if option[1] != "-"}
        return any(
            word.partition("=")[0] in options
            or (word[:1] == "-" and word[1:2] != "-" and short & set(word[1:]))
            for word in self.words
        )

    @property
    def is_piped(self) -> bool:
        """Whether a picture goes to standard output."""
        pairs = {*zip(self.words, self.words[1:], strict=False)}
        own = {("-o", "-"), ("--output", "-"), ("-qo", "-")}
        return bool(own & pairs) or not {"-o-", "--output=-"}.isdisjoint(self.words)


@cache
def params(command: str) -> list[click.Parameter]:
    """Return the options and arguments of a command, help among them."""
    context = click.Context(cli.tcviz, info_name="tcviz")
    found = cli.tcviz.get_command(context, command)
    assert found
    return found.get_params(click.Context(found, info_name=command, parent=context))


def drawn(seed: int, number: int) -> Call:
    """Return a call: the same one for the same numbers, wherever it is drawn.

    >>> drawn(0, 1) == drawn(0, 1) != drawn(0, 2)
    True
    """
    rng = Random(f"{seed}:{number}")  # noqa: S311  (nothing is kept secret)
    given = Given(rng, oddly=rng.choice([0, 0, 0.05, 0.2]))
    command = rng.choice([name for name in cli.COMMANDS for _ in range(COMMANDS.get(name, 1))])
    words = [command, *_options(given, command)]
    if rng.random() < 0.3:
        given.files["old.svg"] = given.files["o.gif"] = OLD
    if rng.random() < given.oddly:
        words = _retyped(rng, words)
    kind = rng.choice(["csv", "json", "npy"])
    stdin = contents.array(rng, kind) if "-" in words else b""
    earlier = _earlier(given) if command == "gallery" and rng.random() < 0.3 else ()
    return Call(tuple(words), given.files, stdin, earlier)


def _earlier(given: Given) -> tuple[str, ...]:
    """Return a call that makes a gallery from another spec, often in the same folder."""
    text = spec(replace(given, oddly=0))
    given.files["earlier.toml"] = text.encode(errors="replace")
    folder = given.rng.choice([".", ".", "site"])
    return "gallery", "earlier.toml", "--output", folder, "--jobs", "1"


def _options(given: Given, command: str) -> list[str]:
    """Return options and arguments with their values, in any order."""
    rng = given.rng
    if command == "check" and rng.random() < 0.3:
        return ["--random", "2", "--seed", str(rng.randrange(10**6))]
    known = params(command)
    options = [param for param in known if isinstance(param, click.Option)]
    chosen = [option for option in options if rng.random() < rng.choice([0.05, 0.1, 0.3])]
    parts = [_typed(given, option) for option in chosen if _is_wanted(rng, option)]
    said = {word for part in parts for word in part}
    parts += [[*words] for words in _cheap(rng, command) if words[0] not in said]
    parts += [[_argument(given, p)] for p in known if isinstance(p, click.Argument)
              and (p.required or rng.random() < OPTIONAL)]  # fmt: skip
    rng.shuffle(parts)
    return [word for part in parts for word in part]


def _is_wanted(rng: Random, option: click.Option) -> bool:
    """Return whether an option stays: some leave little to be seen."""
    return option.name not in SELDOM or rng.random() < 0.3


def _cheap(rng: Random, command: str) -> Sequence[tuple[str, str]]:
    """Return what keeps most calls small, but not all."""
    return [words for words, often in CHEAP.get(command, []) if rng.random() < often]


def _typed(given: Given, option: click.Option) -> list[str]:
    """Return an option as it is typed, with its value if it takes one."""
    rng = given.rng
    name = rng.choice([*option.opts, *option.secondary_opts])
    if option.is_flag or option.count:
        return [name]
    value = given.value(option)
    joined = rng.random() < 0.2
    if joined and name.startswith("--"):
        return [f"{name}={value}"]
    return [name + value] if joined and value else [name, value]


def _argument(given: Given, argument: click.Argument) -> str:
    if argument.name != "spec":
        return given.value(argument)
    rng = given.rng
    if rng.random() < 0.2:
        given.keep(rng.choice(["", "site/", "folder/"]) + manifest.NAME, contents.manifest(rng))
    if rng.random() < given.oddly / 2:
        return given.value(argument)
    return given.keep("spec.toml", spec(given).encode(errors="replace"))


def spec(given: Given) -> str:
    """Return the text of a gallery's spec: every key that stands for an option is one of these."""
    rng = given.rng
    tables: dict[str, Any] = {
        "title": "mine",
        "defaults": {"size": "560x315"} | _table(given, 1),
        "item": [
            {"name": rng.choice(["a", "b", "c/d", f"item-{n}"])} | _table(given, 3)
            for n in range(rng.choice([0, 1, 1, 2]))
        ],
        "sweep": [
            {key: [value] * rng.choice([1, 1, 2]) for key, value in _table(given, 2).items()}
            for _ in range(rng.choice([0, 0, 1]))
        ],
    }
    said = {key: value for key, value in tables.items() if value and rng.random() < 0.9}
    return contents.toml(contents.oddly(rng, said) if rng.random() < given.oddly else said)


def _table(given: Given, most: int) -> dict[str, Any]:
    """Return some keys with values as they are typed, or as TOML has them."""
    rng = given.rng
    still = rng.random() < 0.5
    formats = ["svg", "png", "pdf"] if still else ["gif", "html", "mp4"]
    cheap = {"step": 1} if still else {"first": 2}
    keys = rng.sample(list(KEYS), rng.randint(0, most))
    values = {key: _said(given, key) for key in keys if key != "name"}
    return cheap | {"format": rng.choice(formats)} | values


def _said(given: Given, key: str) -> Any:
    """Return what is said of a key."""
    rng = given.rng
    option = f"--{key.replace('_', '-')}"
    found = next((p for c in ("animate", "figure") for p in params(c) if option in p.opts), None)
    if rng.random() < given.oddly or found is None:
        return contents.odd(rng)
    if isinstance(found, click.Option) and found.is_flag:
        return rng.random() < 0.7
    value = given.value(found)
    return int(value) if value.isdecimal() and len(value) < 99 and rng.random() < 0.7 else value


def _retyped(rng: Random, words: list[str]) -> list[str]:
    """Return words with a slip: one is left out, said twice, misspelt, or another is said."""
    at = rng.randrange(len(words))
    word, more = words[at], rng.choice(contents.ODD_TEXTS + contents.ODD_NUMBERS)
    turns = word[1:], word[:-1], word + "s", word.upper(), word[::-1]
    other: list[str] = rng.choice([[], [word, word], [rng.choice(turns)], [more, word], [more]])
    return [*words[:at], *other, *words[at + 1 :]]
