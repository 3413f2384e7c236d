"""Words from anywhere on one line: short, and with nothing in them that a terminal obeys."""

from __future__ import annotations

import re

LONGEST = 499
"""Characters of a line, whatever it quotes."""

_SPACE = re.compile(r"[ \t\r\n]+")


def one_line(words: object, most: int = LONGEST) -> str:
    r"""Return somebody's words as a line of at most so many letters, all of which can be seen.

    >>> one_line("no\nroom \x1b[31m×9")
    'no room \\x1b[31m×9'
    """
    return seen(_SPACE.sub(" ", str(words)).strip(), most)


def seen(text: str, most: int = LONGEST) -> str:
    r"""Return `text` as it may be shown, with all its spaces.

    >>> seen("a\n  b\u202e"), seen("a" * 9, 6)
    ('a\\n  b\\u202e', 'aaaa…a')
    """
    return shortened(escaped(shortened(text, most)), most)  # first: escaping takes long texts long


def escaped(text: str) -> str:
    r"""Return `text` with all that cannot be seen as Python writes it.

    Besides what terminals obey these are marks that turn the direction of writing, breaks of
    lines, spaces but the ordinary one, and halves of letters, as in names that are no UTF-8.

    >>> escaped("é \x1b[2J \x9b \u202e \u2028 \udcff")
    'é \\x1b[2J \\x9b \\u202e \\u2028 \\udcff'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def shortened(text: str, most: int) -> str:
    """Return `text`, without its middle where it has more than so many letters.

    >>> shortened("/a/very/long/path/to/file.toml", 20)
    '/a/very/long/…e.toml'
    """
    if len(text) <= most:
        return text
    tail = (most - 1) // 3
    return f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"
