"""The one place that prints: each line is short, and nothing in it is obeyed by a terminal.

What comes from outside, names of files among it, is shown as `tcviz.errors.oneline` has it, whoever
quoted it.  Only what is for machines is printed as it is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from tcviz.errors.oneline import LONGEST, one_line, seen
from tcviz.files.streams import is_terminal

if TYPE_CHECKING:
    from rich.table import Table

WIDE = 400
"""Letters of a line of a table where no terminal has a width to wrap at."""


def say(*lines: str, err: bool = False) -> None:
    """Print lines, on standard output or on standard error."""
    for line in lines:
        click.echo(seen(line.rstrip(" ")), err=err)


def complain(words: object) -> None:
    """Print on standard error: one line, or one for each of several problems."""
    for line in filter(None, map(str.strip, str(words).split("\n"))):
        click.echo(one_line(f"tcviz: {line}"), err=True)


def warned(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Print what a library warns of; this has the form of `warnings.showwarning`."""
    complain(one_line(f"{category.__name__}: {message}"))


def explain(error: BaseException) -> None:
    """Print where an error comes from, as Python does."""
    from traceback import format_exception

    say(*(line for part in format_exception(error) for line in part.splitlines()), err=True)


def give(text: str) -> None:
    """Print a text of the program's own for another one, or for a file, to the letter."""
    click.echo(text, nl=False)


def rows(table: Table) -> list[str]:
    """Return the lines of a table, as wide as the terminal if there is one."""
    from rich.console import Console

    width = None if is_terminal(sys.stdout) else WIDE
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()


def described(what: str) -> str:
    """Return what work is called beside the bar that shows how far it is."""
    return seen(what, LONGEST // 8)
