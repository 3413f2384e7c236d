"""Animated SVG: a film that plays by itself, also where a page shows it as a picture."""

from __future__ import annotations

from typing import BinaryIO

from tcviz.export.reel import SceneReel, WrittenReel
from tcviz.export.stills import Paper
from tcviz.export.svg import ID, background, document, grid, grouped, told_of_all
from tcviz.render.drawing import Images
from tcviz.render.schedule import Schedule
from tcviz.render.svg import SvgPainter, shared
from tcviz.render.svg_film import SvgFilm


def write(reel: SceneReel, file: BinaryIO) -> WrittenReel:
    """Write the reel."""
    paper = Paper(reel.ratio)
    painter = SvgPainter(grid(paper), Images(), typed=False)
    film = SvgFilm(painter, glides=reel.timing.glide > 0)
    first = last = None
    for scene in reel.scenes:
        film.add(scene)
        first, last = first or scene, scene
    if first is None or last is None:
        raise ValueError("a film of no step")
    schedule = Schedule(reel.timing, film.count, reel.loop)
    ground = painter.batches(background(first))
    parts = [("", ground), *film.batches(schedule)]
    letters = painter.alphabet(batch for _, some in parts for batch in some)
    body = grouped(painter, parts, letters)
    forms, body = shared(body)
    defs = forms + (letters.defs() if letters else "")
    rules = painter.styles.rules() + schedule.rules(ID)
    file.write(document(told_of_all(first, last), paper, rules, [defs, *body]))
    return WrittenReel(film.count, schedule.seconds, reel.size)
