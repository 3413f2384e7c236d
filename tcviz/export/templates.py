"""Pages as HTML: templates of ``data/``, in which what is filled in is escaped.

Only what a template calls `safe` is not: the program's own style and script, and JSON that
`tcviz.export.page_data.dumped` made harmless.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from tcviz.files.shipped import shipped
from tcviz.scene.theme import Theme

if TYPE_CHECKING:
    from jinja2 import Environment


def filled(name: str, **values: Any) -> Iterator[str]:
    """Yield the text of a template, piece by piece: what is lazy in its values stays so.

    Every value that it names must be given.
    """
    yield from _templates().get_template(name).generate(values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["sha256"] = _sha256
    return made


def _sha256(text: str) -> str:
    """Return what a page's policy calls a style or a script of its own."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def resource(name: str) -> str:
    """Return the text of a file of ``data/``."""
    return shipped(name).read_text(encoding="utf-8")


def variables(theme: Theme) -> str:
    """Return a theme's colours as a style's variables."""
    plain = ((field.name, getattr(theme, field.name)) for field in fields(theme))
    return ";".join(f"--{name}:{value}" for name, value in plain if isinstance(value, str))
