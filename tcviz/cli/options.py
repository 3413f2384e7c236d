"""The table of options as click has it: flags, types and help, in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from tcviz.cli import types
from tcviz.cli.grouped import F, GroupedOption
from tcviz.request import options
from tcviz.request.options import Option, ValueKind
from tcviz.request.spelling import spoken

TYPES: dict[ValueKind, types.ParamType | None] = {
    ValueKind.FLAG: None,
    ValueKind.WHOLE: types.WHOLE,
    ValueKind.COUNT: types.WHOLE,
    ValueKind.DIMS: types.DIMS,
    ValueKind.CHANNEL: types.CHANNEL,
    ValueKind.NUMBER: types.NUMBER,
    ValueKind.SIZES: types.SIZES,
    ValueKind.PADDING: types.PADDING,
    ValueKind.CANVAS: types.CANVAS,
    ValueKind.STEPS: types.STEPS,
    ValueKind.TEXT: None,
    ValueKind.VIEW: types.VIEW,
    ValueKind.THEME: types.THEME,
    ValueKind.FONT: types.FILE,
    ValueKind.ARRAY: types.FILE,
    ValueKind.FILE: types.FILE,
    ValueKind.FOLDER: types.FOLDER,
}
"""By what it takes; a choice has a type of its own, and formats are a command's."""
FORMATS = {"animate": types.MOVING, "figure": types.STILL}


def of(command: str, table: tuple[Option, ...] = options.OPTIONS) -> Callable[[F], F]:
    """Return a decorator that adds the options of a command, in their order."""

    def decorate(function: F) -> F:
        for option in reversed([*options.of(command, table)]):
            settings = _settings(option, command)
            function = click.option(*option.flags, cls=GroupedOption, **settings)(function)
        return function

    return decorate


def _settings(option: Option, command: str) -> dict[str, Any]:
    """Return what click is to know of an option."""
    kind, default = _type(option, command), _default(option)
    settings: dict[str, Any] = {
        "group": option.group,
        "help": _help(option, command),
        "listed": _listed(option, command),
        "metavar": option.metavar or getattr(kind, "name", None),
        "multiple": option.is_repeated,
        "show_default": default is not None and option.kind is not ValueKind.FLAG,
        "type": kind,
    }
    if option.kind is ValueKind.FLAG and not option.denial:
        settings["is_flag"] = True
    if default is not None or option.denial:  # of two flags neither may be typed
        settings["default"] = default
    return settings


def _help(option: Option, command: str) -> str:
    """Return the help with what is the command's own in its place."""
    if command not in options.DRAWING:
        return option.help
    form, figures = options.DEFAULT_FORMATS[command], options.figures(command)
    return option.help.replace("{format}", form).replace("{figures}", figures)


def _listed(option: Option, command: str) -> Callable[[], Iterable[str]] | None:
    """Return what gives the words that stand for the ``{}`` of a help."""
    if "{}" not in option.help:
        return None
    kind = FORMATS[command] if option.kind is ValueKind.FILE else TYPES[option.kind]
    return kind.words if isinstance(kind, types.Chosen) else None


def _type(option: Option, command: str) -> types.ParamType | None:
    if option.kind is ValueKind.CHOICE:
        return types.only("|".join(option.choices), option.choices)
    return FORMATS[command] if option.kind is ValueKind.FORMAT else TYPES[option.kind]


def _default(option: Option) -> Any:
    """Return what stands for an option unsaid, sizes as they are typed."""
    default = option.default
    if option.is_repeated and default is not None:
        return (default,)
    return spoken(default) if isinstance(default, tuple) else default
