"""Arguments, and options in groups, as a command's help shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


LAST = "Other"
"""The group that the help shows at its end."""
ARGUMENTS = "Arguments"


class GroupedOption(click.Option):
    """An option that knows its group in the help.

    Where its help has a ``{}``, this is filled with what is `listed`, but only when it is
    read: the tables of views and formats are not imported for the list of commands.
    """

    def __init__(
        self,
        *args: Any,
        group: str = LAST,
        listed: Callable[[], Iterable[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        self._listed = listed
        super().__init__(*args, **kwargs)
        self.group = group

    @property
    def help(self) -> str | None:
        """What it does."""
        if self._help is None or self._listed is None:
            return self._help
        return self._help.format(", ".join(self._listed()))

    @help.setter  # noqa: A003  (click's name)
    def help(self, words: str | None) -> None:
        self._help = words


class Argument(click.Argument):
    """An argument with a line in the help; newer releases of click call theirs `help`."""

    group = ARGUMENTS

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:  # noqa: ARG002
        """Return its name and what it is."""
        return (self.metavar or self.human_readable_name).strip("[]"), self.about


TYPED = "tcviz.typed"
"""Where a context keeps the words of a command."""


class Command(click.Command):
    """A command whose help shows its options by group, and that knows how it was typed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words before they are taken apart."""
        ctx.meta[TYPED] = [*filter(None, [ctx.info_name]), *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section per group, in the order in which groups first appear."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                groups.setdefault(getattr(param, "group", LAST), []).append(record)
        groups[LAST] = groups.pop(LAST)
        for name, records in groups.items():
            with formatter.section(name):
                formatter.write_dl(records)
