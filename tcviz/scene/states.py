"""What cells are, and what is happening to them: the roles that a theme gives colours."""

from __future__ import annotations

from enum import IntEnum
from itertools import product


class Kind(IntEnum):
    """What a cell is."""

    VALUE = 0
    ZERO = 1
    BORDER = 2
    OUTPUT_PADDING = 3


class State(IntEnum):
    """What is happening to a cell."""

    KNOWN = 0
    PENDING = 1
    READ = 2
    WRITTEN = 3
    PARTIAL = 4
    """Some products have arrived, and more are to come."""
    DONE = 5


def role(kind: Kind, state: State) -> int:
    """Return the code of a role, small enough for an array of bytes."""
    return kind * len(State) + state


ROLES = tuple(product(Kind, State))
"""Every role in the order of its code."""
