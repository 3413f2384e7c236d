"""What came back for an item: taken where it is what was asked for, whoever sent it."""

from __future__ import annotations

from dataclasses import fields
from math import isfinite

from tcviz.errors.oneline import one_line
from tcviz.gallery.items import Item
from tcviz.gallery.render import Failure, Made

KINDS = {"path": str, "data": bytes, "frames": int, "seconds": float, "size": tuple}
"""What the facts of a file are."""
LONGEST = 300
"""Characters of a worker's words that are told."""


def checked(item: Item, reply: object) -> list[Made] | Failure:
    """Return an item's files, or why there are none.

    A worker says what it likes: its files are those of the item, each of them and no others,
    or the item has failed.
    """
    if isinstance(reply, Failure):
        return Failure(line(getattr(reply, "reason", "")))
    if not isinstance(reply, list):
        return Failure(f"its worker sent a {type(reply).__name__}, not a list of files")
    files = [made for made in reply if _is_file(made)]
    if len(files) < len(reply):
        return Failure("its worker sent something else among its files")
    if [made.path for made in files] != item.written:
        sent = ", ".join(repr(made.path) for made in files) or "no file"
        return Failure(f"its worker sent {line(sent)}, not what was asked for")
    return files


def _is_file(made: object) -> bool:
    """Return whether this is a file with all its facts."""
    if not isinstance(made, Made) or vars(made).keys() != {fact.name for fact in fields(Made)}:
        return False
    right = all(isinstance(getattr(made, name), kind) for name, kind in KINDS.items())
    return right and isfinite(made.seconds) and [*map(type, made.size)] == [int, int]


def line(words: object) -> str:
    """Return a worker's words as a short line without anything that a terminal obeys."""
    try:
        return one_line(words, LONGEST)
    except Exception:  # noqa: BLE001  (an object of anybody's may raise anything)
        return f"<{type(words).__name__}>"
