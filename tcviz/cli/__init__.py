"""The command line: parse, call, print.  Heavy rooms are entered only when a command runs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from importlib import import_module

import click

from tcviz import __version__
from tcviz.cli import saying
from tcviz.errors import TcvizError, complaint, did_you_mean, quoted, quoted_path
from tcviz.errors.notes import told_to
from tcviz.errors.oneline import escaped
from tcviz.files import endings, reading
from tcviz.request.options import COMMANDS

ASKS = "_TCVIZ_COMPLETE"
"""The variable with which a shell asks what may be typed."""


class Group(click.Group):
    """Commands, each in a file of its own that is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tcviz.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; name the nearest where there is none."""
        wrong = args and args[0] not in COMMANDS and not args[0].startswith("-")
        if wrong and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(complaint("command", quoted(args[0]), ", ".join(COMMANDS), hint=hint))
        return super().resolve_command(ctx, args)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def tcviz() -> None:
    """See transposed convolution (ConvTranspose2d) work, number by number.

    \b
    tcviz animate --stride 2 --padding 1       the article's example as a GIF
    tcviz animate --view collection -o c.mp4   the other view, as a video
    tcviz figure -s 2 -p 1 --step 2 -o a.svg   one step, for slides and papers
    tcviz size -k 4 -s 2 -p 1 -n 16            sizes and the formula
    tcviz check --random 1000                  all engines, and PyTorch, compared
    """  # noqa: D301  (click looks for the backspace that this is)


def run(args: Sequence[str]) -> int:
    """Return the exit status of a command line; what fails is told in a line on standard error."""
    words = list(args)
    if ASKS in os.environ:
        import_module("tcviz.cli.shells")  # click uses from then on what this knows of them
    try:
        with warnings.catch_warnings():
            warnings.showwarning = saying.warned
            with told_to(_Notes()), reading.no_settings():
                status = tcviz.main(words or ["--help"], prog_name="tcviz", standalone_mode=False)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is told in a line)
        endings.check()  # it may be what a library made of a signal
        if "--debug" in words:
            saying.explain(error)
            return 1
        told, status = _explained(error)
        saying.complain(told)
    return status if isinstance(status, int) else 0


class _Notes:
    """Prints each note once, on standard error, unless nothing but errors is to be printed."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, words: str) -> None:
        context = click.get_current_context(silent=True)
        quiet = context is not None and context.params.get("quiet")
        if words not in self._said and not quiet:
            saying.complain(f"note: {words}")
        self._said.add(words)


def _explained(error: Exception) -> tuple[str, int]:
    """Return what to say of an error, and the exit status."""
    if isinstance(error, TcvizError):
        return str(error), error.exit_status
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error), error.exit_code
    if isinstance(error, click.ClickException):
        return escaped(error.format_message()), error.exit_code  # click quotes without marks
    if isinstance(error, OSError) and error.strerror:
        where = "" if error.filename is None else f"{quoted_path(error.filename)}: "
        return f"{where}{error.strerror}", 1
    return " ".join(f"{type(error).__name__}: {error}; --debug shows where".split()), 1


def _no_such_option(error: click.NoSuchOption) -> str:
    context = error.ctx
    if context is None:
        return error.format_message()
    params = context.command.get_params(context)
    known = [name for param in params for name in (*param.opts, *param.secondary_opts)]
    allowed = f"those that '{context.command_path} --help' lists"
    other = _other_command(context, error.option_name)
    hint = did_you_mean(error.option_name, known) if other is None else other
    return complaint("option", quoted(error.option_name), allowed, hint=hint)


def _other_command(context: click.Context, option: str) -> str | None:
    """Return which other command has an option; it may have been given before any."""
    early = isinstance(context.command, Group)
    top = context if early or context.parent is None else context.parent
    group = top.command
    for name in group.list_commands(top) if isinstance(group, Group) else ():
        command = group.get_command(top, name) if isinstance(group, Group) else None
        if command and any(option in param.opts for param in command.params):
            path = f"{top.command_path} {name}"
            return f"did you mean {path} {option}?" if early else f"it is one of {path}"
    return None
