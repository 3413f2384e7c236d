"""Captions: the sentence of each step as WebVTT, as long as the step is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape

from tcviz.scene.frames import Timing

SUFFIX = "vtt"


def webvtt(sentences: Iterable[str], timing: Timing) -> str:
    """Return a track of what is said in each step; a sentence stays until the next begins.

    >>> print(webvtt(["x[0] is 1", "x[1] < 2"], Timing(Fraction(1), Fraction(2))))
    WEBVTT
    <BLANKLINE>
    1
    00:00:00.000 --> 00:00:01.000
    x[0] is 1
    <BLANKLINE>
    2
    00:00:01.000 --> 00:00:03.000
    x[1] &lt; 2
    <BLANKLINE>
    """
    return "WEBVTT\n\n" + "\n".join(_cues([*sentences], timing))


def _cues(sentences: list[str], timing: Timing) -> Iterator[str]:
    end = Fraction(0)
    for number, sentence in enumerate(sentences, start=1):
        begin, end = end, timing.begins(number)
        if number == len(sentences):
            end = begin + timing.hold
        words = escape(" ".join(sentence.split()), quote=False)
        yield f"{number}\n{_clock(begin)} --> {_clock(end)}\n{words}\n"


def _clock(seconds: Fraction) -> str:
    """Return a time as WebVTT has it.

    >>> _clock(Fraction(36615, 10))
    '01:01:01.500'
    """
    minutes, thousandths = divmod(round(1000 * seconds), 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, rest = divmod(thousandths, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}.{rest:03}"
