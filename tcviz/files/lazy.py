"""Names that a room offers, each imported from its file when it is first used (PEP 562)."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes milliseconds to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def offered(room: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a room: `homes` says which file has each name.

    >>> offered("tcviz.engine", {"fast": "tcviz.engine.fast"})("fast").__name__
    'fast'
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(homes[name]), name)

    return found
