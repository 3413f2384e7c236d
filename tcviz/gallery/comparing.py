"""Compare a folder with its spec; nothing is drawn: fingerprints and hashes tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from tcviz.files import reading
from tcviz.gallery import index, manifest
from tcviz.gallery.items import Item
from tcviz.gallery.manifest import Manifest
from tcviz.gallery.spec import Spec

Difference: TypeAlias = tuple[str, str]
"""A file, and what is wrong with it."""

HARMED = "is not as it was made; --force renders it again"
OTHER = "is not what the spec makes: its options, numbers, theme or tcviz have changed"


def differences(spec: Spec, folder: Path, items: Sequence[Item]) -> list[Difference]:
    """Return what a folder lacks of these items, one line each, and of the index of all."""
    known = manifest.load(folder)
    found = [wrong for item in items for wrong in _of_item(item, known)]
    if found or len(items) < len(spec.items):
        return found  # the index tells only what is up to date
    return list(_of_index(spec, folder))


def _of_item(item: Item, known: Manifest) -> Iterator[Difference]:
    """Yield the first thing that is wrong with an item's files."""
    missing = [path for path in item.written if not (known.folder / path).is_file()]
    entry = known.entries.get(item.path)
    if missing:
        yield missing[0], "is missing"
    elif entry is None:
        yield item.path, "was not made by tcviz gallery"
    elif entry.digest != item.digest:
        yield item.path, OTHER
    else:
        others = (file.path for file in entry.files if not known.is_ours(file, surely=True))
        yield from ((path, HARMED) for path in list(others)[:1])


def _of_index(spec: Spec, folder: Path) -> Iterator[Difference]:
    for name, text in index.texts(spec, folder).items():
        path = folder / name
        if not path.is_file():
            yield name, "is missing"
        elif not reading.holds(path, text.encode()):
            yield name, "is not what the spec makes"
