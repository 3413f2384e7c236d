"""``tcviz themes``: which themes there are, and the TOML that one's own can start from."""

from __future__ import annotations

import click

from tcviz.cli import grouped, options, saying
from tcviz.cli.types import PRESET


@click.command(cls=grouped.Command, short_help="List the themes, or print one.")
@click.argument(
    "name",
    cls=grouped.Argument,
    required=False,
    type=PRESET,
    metavar="[NAME]",
    about="Print this theme's TOML, to start one of your own from.",
)
@options.of("themes")
def command(name: str | None, **_: bool) -> None:
    """List the themes: name, and what it is for.

    \b
    tcviz themes                                 what --theme takes
    tcviz themes light > mine.toml               a file to change,
    tcviz animate --theme mine.toml              and to use
    """  # noqa: D301  (click looks for the backspace that this is)
    from tcviz.scene import theme

    if name is not None:
        saying.give(theme.written(name))
        return
    width = max(map(len, theme.presets()))
    for preset in theme.presets():
        saying.say(f"{preset:<{width}}  {theme.about(preset)}")
