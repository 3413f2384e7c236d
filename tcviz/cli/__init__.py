"""The command line: parse, call, print.  Heavy rooms are entered only when a command runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from tcviz import __version__
from tcviz.errors import TcvizError, did_you_mean

INTERRUPTED, TERMINATED = 130, 143


class Group(click.Group):
    """Commands, each in a file of its own that is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of a user's path."""
        return ["animate", "size"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        from importlib import import_module

        command: click.Command = import_module(f"tcviz.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; name the nearest where there is none."""
        if args and not self.get_command(ctx, args[0]) and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            hint = did_you_mean(args[0], known)
            tail = f"; {hint}" if hint else ""
            ctx.fail(f"command is {args[0]!r}; allowed: {', '.join(known)}{tail}")
        return super().resolve_command(ctx, args)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def tcviz() -> None:
    r"""See transposed convolution (ConvTranspose2d) work, number by number.

    \b
    tcviz animate --stride 2 --padding 1        the article's example as a GIF
    tcviz animate --view collection -o c.mp4    the other view, as a video
    tcviz size -k 4 -s 2 -p 1 -n 16             sizes and the formula
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program: one line on standard error and an exit status if it fails."""
    words = list(sys.argv[1:] if args is None else args)
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_run(words))


def _run(words: list[str]) -> int:
    """Return the exit status."""
    try:
        status = tcviz.main(words, prog_name="tcviz", standalone_mode=False)
    except Exception as error:
        if "--debug" in words and not isinstance(error, click.exceptions.Exit | click.Abort):
            raise
        return _say(*_explain(error))
    return status if isinstance(status, int) else 0


def _explain(error: Exception) -> tuple[str, int]:
    """Return what to say of an error, and the exit status."""
    if isinstance(error, TcvizError):
        return str(error), error.exit_status
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, click.Abort):
        return "interrupted; nothing was left half-written", INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # What is still buffered must not fail again when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "standard output was closed before all was written", 1
    return f"{type(error).__name__}: {error}; --debug shows where", 1


def _say(words: str, status: int) -> int:
    """Print one line on standard error."""
    line = " ".join(words.split())
    click.echo(f"tcviz: {line}", err=True)
    return status


def _terminate(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """Leave through the way that cleans up."""
    sys.exit(TERMINATED)
