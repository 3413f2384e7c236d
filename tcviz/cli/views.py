"""``tcviz views``: which views there are, and what each shows."""

from __future__ import annotations

import click

from tcviz.cli import grouped, options, saying


@click.command(cls=grouped.Command, short_help="List the views.")
@options.of("views")
def command(**_: bool) -> None:
    """List the views: name, what it shows, and of how many dimensions.

    \b
    tcviz views                                  what --view takes
    tcviz animate --view collection,matrix       two of them, a file each
    tcviz animate --view all -o page.html        all of this layer, in a page
    """  # noqa: D301  (click looks for the backspace that this is)
    from tcviz.views import VIEWS

    name, about = (max(map(len, column)) for column in (VIEWS, [v.about for v in VIEWS.values()]))
    for key, view in VIEWS.items():
        dims = " ".join(f"{n}-D" for n in view.dims)
        saying.say(f"{key:<{name}}  {view.about:<{about}}  {dims}")
