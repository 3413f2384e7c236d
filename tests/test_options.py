"""One table of options: its entries are the flags, the keys of a spec and Python's keywords."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import click
import pytest

from tcviz.api import Options, animate, figure
from tcviz.api.requested import _look
from tcviz.cli import options as typed
from tcviz.cli import tcviz
from tcviz.errors import RequestError
from tcviz.gallery import keys
from tcviz.request import inputs
from tcviz.request.canvas import canvas
from tcviz.request.options import COMMANDS, DRAWING, NAMED, OPTIONS, Option, ValueKind, of

FUNCTIONS: dict[str, Callable[..., Any]] = {"animate": animate, "figure": figure}
KEYWORDS = [option for option in OPTIONS if option.is_keyword]
SMALL = {"size": (560, 315)}
NEW = Option("glow", ValueKind.WHOLE, "How much.", "Picture", DRAWING, default=3, short="G")


def flags(command: click.Command) -> dict[str, list[str]]:
    """Return how a command's options are typed, by their names."""
    found = [param for param in command.params if isinstance(param, click.Option)]
    return {str(param.name): [*param.opts, *param.secondary_opts] for param in found}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_options_of_the_table_and_no_others(name: str) -> None:
    command = tcviz.get_command(click.Context(tcviz), name)
    assert command
    own = {o.name: [flag for flags in o.flags for flag in flags.split("/")] for o in of(name)}
    assert flags(command) == own
    assert [*flags(command)] == [*own], "the help has the table's order"


def test_a_spec_has_the_keys_of_the_table_and_two_of_its_own() -> None:
    names = [name for o in OPTIONS if o.is_key for name in (o.name, o.denial) if name]
    assert [*keys.KEYS] == ["name", "command", *names]
    for option in OPTIONS:
        if option.is_key:
            commands = tuple(name for name in DRAWING if name in option.commands)
            assert keys.KEYS[option.name].commands == commands != ()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_keywords_of_the_table_and_no_others(name: str) -> None:
    taken = [*signature(FUNCTIONS[name]).parameters, *Options.__annotations__]
    own = [option.keyword for option in KEYWORDS if name in option.commands]
    assert sorted(taken) == sorted([*own, "options"])


def test_what_is_unsaid_is_the_same_in_every_signature_as_in_the_table() -> None:
    seen = set()
    for function in (animate, figure, _look, inputs.plan, canvas):
        for name, parameter in signature(function).parameters.items():
            option = NAMED.get(name)
            if option and option.is_keyword and parameter.default is not parameter.empty:
                assert parameter.default == option.default, (function, name)
                seen.add(name)
    read_from_the_table = {"layer", "view", "forward", "out_channel", "in_channel", "compare"}
    assert Options.__annotations__.keys() - seen == read_from_the_table


@pytest.mark.parametrize("option", KEYWORDS, ids=lambda option: option.name)
def test_a_default_that_is_said_changes_nothing(option: Option) -> None:
    make = FUNCTIONS[next(name for name in FUNCTIONS if name in option.commands)]
    size = {} if option.name == "size" else SMALL
    said, unsaid = make(**size | {option.keyword: option.default}), make(**size)
    assert repr(said) == repr(unsaid)
    for name in vars(unsaid).keys() - {"plan"}:
        assert getattr(said, name) == getattr(unsaid, name), name


@pytest.mark.parametrize("option", KEYWORDS, ids=lambda option: option.name)
def test_a_default_reads_in_a_spec_as_it_is_typed(option: Option) -> None:
    if option.default is not None:
        read = keys.KEYS[option.name].read
        is_flag = option.kind is ValueKind.FLAG
        said = option.default if is_flag else keys.typed(option.default)
        assert read(option.name, said) == option.default


ENDS = [
    (option, end, beyond)
    for option in KEYWORDS
    for end, beyond in ((option.least, -1), (option.most, 1))
    if end is not None
]


@pytest.mark.parametrize(
    ("option", "end", "beyond"), ENDS, ids=[f"{o.name}{beyond:+}" for o, _, beyond in ENDS]
)
def test_python_refuses_what_is_beyond_the_ends_of_the_table(
    option: Option, end: float, beyond: int
) -> None:
    make = FUNCTIONS[next(name for name in FUNCTIONS if name in option.commands)]
    with pytest.raises(RequestError, match=rf"^{option.name} is .*; allowed: .*\b{end:g}"):
        make(**{option.keyword: end + beyond})


@pytest.mark.parametrize("kind", ValueKind)
def test_each_kind_of_value_is_known_where_it_is_read(kind: ValueKind) -> None:
    of_kind = [option for option in OPTIONS if option.kind is kind]
    assert of_kind, "nothing takes it"
    own = {ValueKind.CHOICE, ValueKind.FORMAT}
    assert (kind in typed.TYPES) != (kind in own)
    assert (kind in keys.READERS) == any(option.is_key for option in of_kind)


def test_a_new_option_is_one_entry() -> None:
    table = (*OPTIONS, NEW)

    @click.command()
    @typed.of("figure", table)
    def command(**_: Any) -> None: ...

    before = tcviz.get_command(click.Context(tcviz), "figure")
    assert before
    assert flags(command) == flags(before) | {"glow": ["-G", "--glow"]}
    (made,) = (param for param in command.params if param.name == "glow")
    assert made.get_help_record(click.Context(command)) == (
        "-G, --glow N",
        "How much.  [default: 3]",
    )
    assert command.make_context("figure", ["-G", "7"]).params["glow"] == 7
    found = keys.keys(table)
    assert found.keys() - keys.KEYS.keys() == {"glow"}
    assert found["glow"].read("glow", 7) == 7
    with pytest.raises(RequestError, match=r"^glow is 'x'; allowed: a whole number$"):
        found["glow"].read("glow", "x")
