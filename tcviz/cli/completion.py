"""``tcviz completion``: the script with which a shell completes what is typed."""

from __future__ import annotations

import click

from tcviz.cli import grouped, options, saying
from tcviz.cli.types import SHELL
from tcviz.errors import RequestError, complaint, did_you_mean, quoted


@click.command(cls=grouped.Command, short_help="Print the script that completes in a shell.")
@click.argument(
    "shell",
    cls=grouped.Argument,
    type=SHELL,
    metavar="bash|zsh|fish",
    about="Whose script.",
)
@options.of("completion")
def command(shell: str, **_: bool) -> None:
    """Print the script with which a shell completes options and their values.

    \b
    eval "$(tcviz completion bash)"              in ~/.bashrc
    eval "$(tcviz completion zsh)"               in ~/.zshrc, after compinit
    tcviz completion fish | source               in ~/.config/fish/config.fish
    """  # noqa: D301  (click looks for the backspace that this is)
    from tcviz.cli import ASKS
    from tcviz.cli.shells import SHELLS

    if shell not in SHELLS:
        known = tuple(SHELLS)
        raise RequestError(
            complaint("shell", quoted(shell), ", ".join(known), hint=did_you_mean(shell, known))
        )
    program = click.get_current_context().find_root().command
    saying.give(SHELLS[shell](program, {}, "tcviz", ASKS).source())
