"""Which framework's call a line of code is."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from tcviz.errors import RequestError, complaint, did_you_mean, quoted
from tcviz.frameworks.calls import CallForm, bound, calls_in, name_of, strangers
from tcviz.frameworks.pasted import PastedLayer


def read(code: str, rooms: Mapping[str, Any]) -> PastedLayer:
    """Return the layer that the one known call in a line of code makes."""
    calls = calls_in(code)
    known = [(node, claims) for node in calls if (claims := _claims(node, rooms))]
    if len(known) > 1:
        what = f"{quoted(code)}, {len(known)} of them"
        raise RequestError(complaint("layer", what, "one; each has a --layer of its own"))
    if not known:
        raise _unknown(code, calls, rooms)
    node, claims = known[0]
    framework, form = claims[0]
    layer: PastedLayer = rooms[framework].read(bound(framework, form, node))
    return layer


def _claims(node: ast.Call, rooms: Mapping[str, Any]) -> list[tuple[str, CallForm]]:
    """Return the forms that a call may have, the likeliest first.

    What stands before its name tells frameworks apart, or else the names of its arguments.
    """
    *before, name = name_of(node)
    found = [
        (-len({*before} & (room.MARKS | form.marks)), len(strangers(form, node)), framework, form)
        for framework, room in rooms.items()
        for form in room.FORMS
        if name in form.names
    ]
    return [(framework, form) for *_, framework, form in sorted(found, key=lambda claim: claim[:2])]


def _unknown(code: str, calls: list[ast.Call], rooms: Mapping[str, Any]) -> RequestError:
    """Return the error of code without a known call."""
    names = [name for room in rooms.values() for form in room.FORMS for name in form.names]
    said = [name_of(node)[-1] for node in calls]
    hint = next(filter(None, (did_you_mean(name, names) for name in said)), None)
    what = quoted(code) if calls else f"{quoted(code)}, which calls nothing"
    allowed = f"a transposed convolution of {', '.join(rooms)}"
    return RequestError(complaint("layer", what, allowed, hint=hint))
