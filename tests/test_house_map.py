"""The map of the house for those who come next: what it says of files is so, and its view works."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import tcviz
from tcviz import views
from tcviz.scene.marks import Box, Cell, Connector, Label

HOUSE = Path(tcviz.__file__).parent
MAP = (HOUSE / "README.md").read_text(encoding="utf-8")
CODE, ROW = re.findall(r"```python\n(.*?)```", MAP, flags=re.DOTALL)
LAYER = {"stride": 2, "padding": 1, "in_channels": 1}


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of the example's view, which is registered as its row says."""
    entry = eval(ROW, {"ViewEntry": views.ViewEntry})  # noqa: S307  (it is ours)
    module = ModuleType(entry.home)
    exec(CODE, module.__dict__)  # noqa: S102
    monkeypatch.setitem(sys.modules, entry.home, module)
    monkeypatch.setitem(views.VIEWS, "tap", entry)
    return "tap"


def test_every_file_that_the_map_names_is_there():
    named = {name for name in re.findall(r"`([\w/]+(?:\.py|/))`", MAP) if "/" in name}
    assert len(named) > 15
    assert [name for name in named if not (HOUSE / name).exists()] == []


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920)])
def test_the_view_of_the_worked_example_adds_up_to_the_result(tap, size):
    drawn = tcviz.animate(view=tap, size=size, **LAYER).drawn
    scenes = [scene for scene, _ in drawn.moments(range(drawn.steps))]
    operands = tcviz.animate(**LAYER).operands
    expected = tcviz.conv_transpose(operands.x, operands.weight, stride=2)[0]
    sums = {m.key: m for m in scenes[-1].marks if isinstance(m, Cell) and m.key.startswith("sum.")}
    for (row, col), value in np.ndenumerate(expected):
        assert float(sums[f"sum.0[{row},{col}]"].text.replace("−", "-")) == value
    assert len(scenes) == drawn.steps == 9


def test_a_step_of_the_worked_example_lights_what_it_reads_and_writes(tap):
    (scene,) = (s for s, _ in tcviz.animate(view=tap, **LAYER).drawn.moments([5]))
    marks = {m.key: m for m in scene.marks}
    tap_cell, frame = marks["w.0[1,2]"], marks["now.w.0"]
    assert isinstance(tap_cell, Cell)
    assert isinstance(frame, Box)
    assert frame.rect == tap_cell.rect
    lit = [m for key, m in marks.items() if key.startswith("now.sum.0")]
    cells = {marks[f"sum.0[{i},{j}]"].rect for i in (1, 3, 5) for j in (2, 4, 6)}
    assert {m.rect for m in lit} == cells
    assert isinstance(marks["add.0"], Connector)
    assert isinstance(marks["x.title"], Label)
    assert scene.sentence.startswith("tap (1, 2)")
