"""What is for talks: steps as fragments of one SVG, slides that go on, shapes that glide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.oxml.ns import qn

from tcviz.api import Figure, figure
from tcviz.export.stills import still_format
from tests.svg_reader import SVG, parsed

Run = Callable[..., tuple[int, str, str]]
ARTICLE: dict[str, Any] = {"stride": 2, "padding": 1}


def written(shown: Figure, form: str) -> bytes:
    file = BytesIO()
    shown.write(file, still_format(form))
    return file.getvalue()


# --- fragments ----------------------------------------------------------------------


def test_each_step_is_a_fragment_by_its_number_with_its_sentence() -> None:
    shown = figure(**ARTICLE, steps="2-4,9", fragments=True)
    root = parsed(written(shown, "svg"))
    groups = [g for g in root if g.get("class") == "fragment"]
    assert [g.get("id") for g in groups] == ["step-2", "step-3", "step-4", "step-9"]
    sentences = [scene.sentence for scene in shown.scenes()]
    assert [g.findtext(f"{SVG}desc") for g in groups] == sentences
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_fragments_share_letters_and_are_small() -> None:
    data = written(figure(**ARTICLE, steps="all", fragments=True), "svg")
    assert len(data) < 4 * len(written(figure(**ARTICLE, step=9), "svg"))


def test_all_fragments_are_one_file(run: Run) -> None:
    status, _, _ = run("figure", "-s", "2", "--steps", "1-2", "--fragments", "-o", "a.svg")
    assert status == 0
    assert [path.name for path in Path().iterdir()] == ["a.svg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--fragments -o a.svg", "fragments is asked for without steps; allowed: with several, as "
                                 "in --steps all"),
        ("--fragments --steps all -o a.pdf", "fragments is asked for; allowed: in SVG"),
        ("--fragments --steps all --transparent -o a.svg",
         "transparent is asked for with fragments; allowed: a background, which covers the step "
         "before"),
        ("--advance 2 -o a.pdf", "advance is 2 s; allowed: in PPTX, whose slides go on"),
        ("--advance -1 -o a.pptx", "advance is -1.0; allowed: 0 to 3600"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(words: str, told: str, run: Run) -> None:
    status, _, err = run("figure", *words.split())
    assert (status, err) == (2, f"tcviz: {told}\n")
    assert not list(Path().iterdir())


# --- slides -------------------------------------------------------------------------


def deck(**options: Any) -> Any:
    return pptx.Presentation(BytesIO(written(figure(**ARTICLE, steps="1-3", **options), "pptx")))


def numbers(slide: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and the number of each shape, those in groups too."""
    for node in slide.element.iter(qn("p:cNvPr")):
        yield node.get("name"), node.get("id")


def test_slides_go_on_by_themselves_if_that_is_asked_for() -> None:
    for slide in deck(advance=1.5).slides:
        children = [child.tag for child in slide.element]
        transition = slide.element.find(qn("p:transition"))
        assert transition.get("advTm") == "1500"
        assert transition.get("advClick", "1") == "1"  # a click goes on before
        place = children.index(qn("p:clrMapOvr")) + 1  # where the schema has it
        assert children[place] == qn("p:transition")
    assert all(slide.element.find(qn("p:transition")) is None for slide in deck().slides)


def test_a_shape_has_one_number_on_all_slides() -> None:
    known: dict[tuple[str, int], str] = {}
    shared = 0
    for slide in deck().slides:
        found = [*numbers(slide)]
        ids = [number for _, number in found]
        assert len(ids) == len(set(ids))
        seen: dict[str, int] = {}
        for name, number in found:
            seen[name] = seen.get(name, 0) + 1
            key = name, seen[name]
            shared += key in known
            assert known.setdefault(key, number) == number, name
    assert shared > 100
    assert len(set(known.values())) == len(known)
