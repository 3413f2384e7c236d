"""The repository's gallery: what lies there is what its spec makes.

Bytes are compared first.  Where they differ, another release of matplotlib, Pillow or
zlib may have written the same picture in other words: then it is what is seen that is
compared, frame by frame with its time, or as an independent program draws the SVG.
"""

from __future__ import annotations

import json
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import resvg_py
from PIL import Image, ImageSequence

from tcviz.gallery import index, manifest, pool, run, spec
from tests.stills import FONTS

GALLERY = Path(__file__).parents[1] / "gallery"
SPEC = GALLERY / "gallery.toml"
LARGEST = 5_000_000
"""Bytes of all files together."""
ALIKE = 0.5
"""Levels of 255 by which pixels may differ on average: letters' edges, not a number."""


def frames(data: bytes) -> list[tuple[Any, int]]:
    """Return an animation's pixels and milliseconds."""
    with Image.open(BytesIO(data)) as image:
        return [
            (np.asarray(frame.convert("RGB"), dtype=float), frame.info.get("duration", 0))
            for frame in ImageSequence.Iterator(image)
        ]


def seen(path: str, data: bytes) -> list[tuple[Any, int]]:
    """Return what is seen of a file."""
    if not path.endswith(".svg"):
        return frames(data)
    text = data.decode()
    return frames(bytes(resvg_py.svg_to_bytes(svg_string=text, font_files=FONTS)))


def assert_same_picture(path: str, made: bytes, committed: bytes) -> None:
    if made == committed:
        return
    assert not path.endswith(".html"), f"{path} is not what the spec makes"
    new, old = seen(path, made), seen(path, committed)
    assert [ms for _, ms in new] == [ms for _, ms in old], path
    for (a, _), (b, _) in zip(new, old, strict=True):
        assert a.shape == b.shape, path
        assert np.abs(a - b).mean() < ALIKE, f"{path} is not what the spec makes"


def without_bytes(text: str) -> Any:
    known = json.loads(text)
    for item in known["items"]:
        for file in item["files"]:
            file.pop("bytes")
    return known


def test_the_committed_gallery_is_what_its_spec_makes(tmp_path: Path) -> None:
    asked = spec.read(SPEC)
    report = run.update(asked, tmp_path, partial(pool.run, jobs=2))
    index.write(asked, tmp_path)
    assert report.failed == []
    for path in sorted(manifest.load(tmp_path).made()):
        committed = GALLERY / path
        assert committed.exists(), f"{path} is missing: run tcviz gallery {SPEC}"
        assert_same_picture(path, (tmp_path / path).read_bytes(), committed.read_bytes())
    here, there = ((f / "index.json").read_text("utf-8") for f in (tmp_path, GALLERY))
    assert without_bytes(here) == without_bytes(there)
    assert (GALLERY / "index.html").exists()


def test_the_committed_gallery_is_up_to_date_and_has_no_leftovers() -> None:
    asked, known = spec.read(SPEC), manifest.load(GALLERY)
    assert [item.path for item in run.stale(asked.items, known)] == []
    assert run.leftovers(asked, known) == []


def test_the_committed_gallery_is_small() -> None:
    assert sum(p.stat().st_size for p in GALLERY.rglob("*") if p.is_file()) < LARGEST


def test_another_number_in_a_picture_is_noticed() -> None:
    from tests.stills import boxed, written

    one, other = (written("svg", boxed(text)) for text in ("12", "15"))
    assert_same_picture("a.svg", one, one + b"\n")
    with pytest.raises(AssertionError, match="is not what the spec makes"):
        assert_same_picture("a.svg", one, other)
