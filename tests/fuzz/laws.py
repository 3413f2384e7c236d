"""What must hold of every call, whatever was typed and whatever is in the files."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from io import BytesIO
from os.path import normpath
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

from tcviz.gallery import manifest
from tcviz.gallery.naming import RESERVED
from tests.fuzz.child import ESCAPED, SECONDS, WAIT, Outcome
from tests.meter import REPEATED_SUMS

LONGEST = 499
GIVEN = {"themes", "completion"}
"""Commands that print what is for machines, to the letter; so does an option, ``--json``."""
RAISED = re.compile(r"^(?:tcviz|click)\.[\w.]+: ", re.MULTILINE)
_NO_ERROR = re.compile(r"tcviz: note: |left out: ")
_SERIES = re.compile(r"(.+) to (.+?)\Z")

Law = Callable[[Outcome], Iterator[str]]
"""Yields what is not so."""


def ends_by_itself(done: Outcome) -> Iterator[str]:
    """A call ends, with the status 0, 1 or 2."""
    if done.signal:
        how = {signal.SIGXCPU: f" after {SECONDS} s of work", signal.SIGALRM: f" after {WAIT} s"}
        killed = signal.Signals(done.signal)
        yield f"killed by {killed.name}{how.get(killed, '')}"
    elif done.status == ESCAPED:
        yield f"left by an exception: {last(done.err)}"
    elif done.status not in {0, 1, 2}:
        yield f"exit status {done.status}"


def has_no_internal_error(done: Outcome) -> Iterator[str]:
    """No error is shown that nobody foresaw, and no warning of a library."""
    debugs = done.call.says("--debug") and RAISED.search(done.err)
    for line in done.err.splitlines():
        if "; --debug shows where" in line or "Exception ignored" in line:
            yield f"internal error: {line}"
        elif re.match(r"tcviz: \w*Warning: ", line):
            yield f"warning: {line}"
    if "Traceback" in done.err and not debugs and done.status != ESCAPED:
        yield f"traceback: {last(done.err)}"


def has_memory(done: Outcome) -> Iterator[str]:
    """What would need more memory than 2 GiB is refused, not tried."""
    if "MemoryError" in done.err or "more memory than there is" in done.err:
        yield f"memory: {last(done.err)}"


def does_what_was_foreseen(done: Outcome) -> Iterator[str]:
    """Products and pixels are no more than the estimates that let the call through."""
    work = done.work
    if work.products > REPEATED_SUMS * work.products_foreseen:
        yield f"more work: {work.products:,} products, {work.products_foreseen:,} foreseen"
    if work.pixels > work.pixels_foreseen:
        yield f"more work: {work.pixels:,} pixels, {work.pixels_foreseen:,} foreseen"
    if done.status == 2 and work.pixels:
        yield f"refused after {work.pixels:,} pixels were painted"


def says_it_in_a_line(done: Outcome) -> Iterator[str]:
    """A refusal is one line, or one for each problem of a spec; no line is long or obeyed."""
    lines = done.err.splitlines()
    if done.call.says("--debug") and "Traceback" in done.err:
        return
    for line in lines:
        yield from _unseen(line)
    told = [line for line in lines if not _NO_ERROR.match(line)]
    if done.status in {1, 2} and not told:
        yield f"exit status {done.status}, and not a word"
    if done.status == 2 and len(told) > 1 and done.call.command != "gallery":
        yield f"refused in {len(told)} lines"
    if done.status and not all(line.startswith("tcviz: ") for line in told):
        yield "an error that does not begin with the program's name"


def prints_lines(done: Outcome) -> Iterator[str]:
    """Standard output is a file, or text for machines, or lines like those of errors.

    It is empty where nothing was to be said.
    """
    silent = done.call.says("-q", "--quiet") and not done.call.says("--list", "-h", "--help", "-V")
    if (
        done.out
        and silent
        and not done.call.is_piped
        and done.call.command in {"animate", "figure", "gallery"}
    ):
        yield "quiet, but not silent"
    if done.out and done.status and done.call.is_piped:
        yield "a part of a file on standard output"
    if done.call.command in GIVEN or done.call.says("--json") or done.call.is_piped:
        return
    try:
        lines = done.out.decode().splitlines()
    except UnicodeDecodeError:
        yield "standard output is no text"
        return
    for line in lines:
        yield from _unseen(line)


def leaves_what_was_there(done: Outcome) -> Iterator[str]:
    """A refusal changes nothing, no call changes what it reads, and nothing is deleted."""
    read = {f"work/{name}" for name in done.call.files if name.endswith(("npy", "npz", "toml"))}
    for path in sorted(done.changed):
        if done.status == 2:
            yield f"refused, but changed {_kind(path)}"
        elif path in read or path == "work/mine.txt":
            yield f"changed {_kind(path)}, which it reads"
        elif path not in done.after and not done.call.says("--prune"):
            yield f"deleted {_kind(path)}"


def leaves_no_litter(done: Outcome) -> Iterator[str]:
    """New are only files that were reported, and folders with such files."""
    new = {path for path in done.changed if path in done.after}
    files = {path for path in new if done.after[path][0] != "folder"}
    if done.status != 2:
        told = _told(done)
        yield from (f"left {_kind(path)} unsaid" for path in sorted(files) if not told(path))
    for path in sorted(new - files):
        if not any(file.startswith(f"{path}/") for file in files):
            yield f"left the empty folder {_kind(path)}"


def writes_whole_files(done: Outcome) -> Iterator[str]:
    """What is new is whole; of videos and pages the beginning and the end are looked at."""
    named = not done.call.says("--format")  # else it may be called as if it were another one
    for path, data in done.new.items():
        check = WHOLE.get(PurePosixPath(path).suffix[1:].lower())
        checks = WHOLE.values() if not named else filter(None, [check])
        if check and not any(_holds(check, data) for check in checks):
            yield f"{_kind(path)} is not whole"


LAWS: tuple[Law, ...] = (
    ends_by_itself, has_no_internal_error, has_memory, does_what_was_foreseen,
    says_it_in_a_line, prints_lines, leaves_what_was_there, leaves_no_litter, writes_whole_files,
)  # fmt: skip


def broken(done: Outcome) -> list[str]:
    """Return what is not as it must be."""
    return [told for law in LAWS for told in law(done)]


def last(text: str) -> str:
    """Return the last line."""
    return next(reversed(text.strip().splitlines()), "")


def _unseen(line: str) -> Iterator[str]:
    if len(line) > LONGEST:
        yield f"a line of {len(line)} letters: {line[:60]}"
    if not line.isprintable():
        yield f"a line with what is not to be seen: {ascii(line)[:80]}"


def _kind(path: str) -> str:
    """Return a path without what differs from call to call."""
    return re.sub(r"[0-9a-f]{8,}", "…", path)


def _told(done: Outcome) -> Callable[[str], bool]:
    """Return whether a path was reported: by name, as one of a series, or in a gallery's list."""
    if done.call.command == "gallery":
        return _listed(done).__contains__
    if done.call.says("-q", "--quiet"):
        return lambda path: not done.status and not PurePosixPath(path).name.startswith(".")
    named: set[str] = set()
    series: list[tuple[str, str]] = []
    out = "" if done.call.is_piped else done.out.decode(errors="replace")
    for line in (done.err if done.call.says("--embed") else out).splitlines():
        for found in re.finditer(": ", line):
            name = line[: found.start()]
            named.add(_below(name))
            if pair := _SERIES.match(name):
                first = _below(pair[1])
                series.append((first, str(PurePosixPath(first).with_name(pair[2]))))
    pasted = done.out.decode(errors="replace") if done.call.says("--embed") else ""
    files = {_below(name) for name in re.findall(r'(?:srcset|src|poster)="([^"]+)"', pasted)}
    return lambda path: path in named | files or any(_between(path, *ends) for ends in series)


def _below(name: str) -> str:
    return normpath(f"work/{name}")


def _between(path: str, first: str, last: str) -> bool:
    """Return whether a path is one of a numbered series.

    >>> _between("work/a-2.svg", "work/a-1.svg", "work/a-9.svg")
    True
    """
    form = re.compile(r"[0-9]+(?=\.[a-z]+\Z)")
    return form.sub("", path) == form.sub("", first) == form.sub("", last)


def _listed(done: Outcome) -> set[str]:
    """Return the files that a gallery's manifest has, with the manifest and the index."""
    found: set[str] = set()
    for path, data in done.new.items():
        if PurePosixPath(path).name == manifest.NAME:
            folder = PurePosixPath(path).parent
            known = json.loads(data)
            files = [file["path"] for e in known["entries"].values() for file in e["files"]]
            names = [*files, *known["strays"], manifest.NAME]
            found |= {str(folder / name) for name in names}
    folders = {str(PurePosixPath(path).parent) for path in done.after}
    return found | {f"{folder}/{name}" for folder in folders for name in RESERVED}


def _holds(check: Callable[[bytes], bool], data: bytes) -> bool:
    try:
        return check(data)
    except (OSError, SyntaxError, ValueError, BadZipFile):
        return False


def _image(data: bytes) -> bool:
    from PIL import Image, ImageSequence

    with Image.open(BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            frame.load()
    return True


def _xml(data: bytes) -> bool:
    return ET.fromstring(data).tag.endswith("svg")  # noqa: S314  (it is our own)


def _boxes(data: bytes) -> bool:
    """Return whether the boxes of an MP4 file are there, and fill it."""
    kinds, at = [], 0
    while at < len(data):
        kinds.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4]) or len(data)
    return at == len(data) and {b"ftyp", b"moov", b"mdat"} <= set(kinds)


def _begins_and_ends(begin: bytes, end: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(begin) and data.rstrip().endswith(end)


WHOLE: dict[str, Callable[[bytes], bool]] = {
    **dict.fromkeys(("gif", "png", "apng", "webp", "jpg", "jpeg"), _image),
    "svg": _xml,
    "mp4": _boxes,
    "webm": lambda data: data.startswith(b"\x1aE\xdf\xa3"),
    "pdf": _begins_and_ends(b"%PDF-", b"%%EOF"),
    "eps": _begins_and_ends(b"%!PS-Adobe", b"showpage"),
    "pgf": _begins_and_ends(b"% ", b"\\endgroup%"),
    "pptx": lambda data: ZipFile(BytesIO(data)).testzip() is None,
    "html": _begins_and_ends(b"<!doctype html>", b"</html>"),
    "json": lambda data: json.loads(data) is not None,
}
"""How a file of a suffix is seen to be whole."""
