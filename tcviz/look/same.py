"""Arguments that are equal to themselves only, so that what is made of them can be kept.

Arrays, and what holds some, cannot be compared as a cache does; in this house they never change.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from tcviz.scene.frozen import frozen

T = TypeVar("T")


@frozen(eq=False)
class Same(Generic[T]):
    """A value that is known again when it is the very same one.

    >>> one, other = [1], [1]
    >>> Same(one) == Same(one), Same(one) == Same(other)
    (True, False)
    """

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)
