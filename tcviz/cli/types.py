"""What an option's text may look like: each type is a way of spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tcviz import spelling

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]  # generic for the checker, in newer releases only
else:
    ParamType = click.ParamType


class Spelled(ParamType):
    """A type of option that `read` understands; defaults need not be texts."""

    def __init__(self, name: str, read: Callable[[str, str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Any:
        """Return the value."""
        if not isinstance(value, str):
            return value  # a default, already converted
        return self._read(param.name if param and param.name else "value", value)


WHOLE = Spelled("N", spelling.whole)
CHANNEL = Spelled("N|all", spelling.channel)
NUMBER = Spelled("X", spelling.number)
SIZES = Spelled("N|NxM", spelling.sizes)
PADDING = Spelled("N|NxM|N:NxM:M", spelling.padding)
CANVAS = Spelled("WxH[in|cm]", spelling.canvas_size)
