"""The index of a gallery: a page for people, and the same facts for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tcviz import __version__
from tcviz.files import reading
from tcviz.files.writing import whole_file
from tcviz.gallery import manifest, page
from tcviz.gallery.items import Item
from tcviz.gallery.manifest import File, ManifestEntry
from tcviz.gallery.spec import Spec

PARAMETERS = ("kernel_size", "stride", "padding", "output_padding", "dilation", "groups")


def facts(spec: Spec, folder: Path) -> dict[str, Any]:
    """Return what the index says: the title, and of every item that has files what it is.

    Paths are relative to the folder, sizes one number per axis, times in seconds.  An
    item whose files are of an older run, because it failed now, is left out: they would
    stand beside what did not make them.
    """
    known = manifest.load(folder)
    items = [
        _item(item, known.entries[item.path])
        for item in spec.items
        if item.path in known.entries and known.is_fresh(item.path, item.digest)
    ]
    return {"title": spec.title, "generator": f"tcviz {__version__}", "items": items}


def _item(item: Item, entry: ManifestEntry) -> dict[str, Any]:
    picture, plan = item.picture, item.picture.plan
    stills = [_place(file) for file in entry.files if file.path == item.poster]
    chain = picture.look.chain
    made = chain.sizes[-1] if chain else plan.output_size
    several = {"layers": len(chain.layers)} if chain and chain.has_several else {}
    return several | {
        "name": item.name,
        "format": item.format,
        "views": item.views,
        "command": item.line,
        "alt": item.asked.alt,
        "parameters": {name: getattr(plan.layer, name) for name in PARAMETERS},
        "shapes": {
            "input": (plan.in_channels, *plan.input_size),
            "weight": plan.weight_shape,
            "output": (plan.out_channels, *made),
        },
        "background": picture.look.theme.background,
        "files": [_file(file) for file in entry.files if file.path != item.poster],
        "poster": next(iter(stills), None),
    }


def _file(file: File) -> dict[str, Any]:
    told = {"frames": file.frames, "seconds": file.seconds, "bytes": file.bytes}
    return _place(file) | told


def _place(file: File) -> dict[str, Any]:
    return {"path": file.path, "width": file.size[0], "height": file.size[1]}


def texts(spec: Spec, folder: Path) -> dict[str, str]:
    """Return what ``index.json`` and ``index.html`` are to say."""
    known = facts(spec, folder)
    return {
        "index.json": json.dumps(known, indent=1, ensure_ascii=False),
        "index.html": page.render(known),
    }


def write(spec: Spec, folder: Path) -> None:
    """Write the index, unless it says the same already."""
    for name, text in texts(spec, folder).items():
        _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    data = text.encode()
    if reading.holds(path, data):
        return
    with whole_file(path) as file:
        file.write(data)
