"""Completion in shells: click's, where options and values may also be joined by ``=``.

Only a shell that asks for completions, or ``tcviz completion``, imports this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

if TYPE_CHECKING:
    Item = CompletionItem[Any]  # generic for the checker, in newer releases only
else:
    Item = CompletionItem


class _Joined(ShellComplete):
    """Completes ``--view=col`` to the whole word, which is what a shell then replaces."""

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """Return the completions of the last word."""
        option, joined, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        if not joined or not option.startswith("-"):
            return found
        return [CompletionItem(f"{option}={item.value}", item.type, item.help) for item in found]


class Bash(_Joined, BashComplete):
    """Bash takes ``=`` for a word of its own, and wants the value alone."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last one, and what there is of that."""
        words, incomplete = super().get_completion_args()
        return [word for word in words if word != "="], incomplete


class Zsh(_Joined, ZshComplete):
    """Zsh keeps ``--view=col`` together."""


class Fish(_Joined, FishComplete):
    """Fish keeps ``--view=col`` together; a value may have commas, which click's script cuts."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


SHELLS: dict[str, type[ShellComplete]] = {
    "bash": add_completion_class(Bash),
    "zsh": add_completion_class(Zsh),
    "fish": add_completion_class(Fish),
}
