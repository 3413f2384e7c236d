"""Output channels in turn: each as it is by itself, one after another, in places that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tcviz import cli, views
from tcviz.api import Animation, animate, figure
from tcviz.boards.channel_map import KEY
from tcviz.engine.fast import conv_transpose
from tcviz.errors import RequestError, TooLargeError, TooSmallError
from tcviz.export.stills import still_format
from tcviz.gallery.keys import KEYS, words
from tcviz.request import inputs
from tcviz.request.spelling import channel
from tcviz.scene.marks import Box, Cell, Heatmap, Label, Scene

Run = Callable[[str], tuple[int, str, str]]
GEOMETRY: dict[str, Any] = {"stride": 2, "padding": 1, "in_channels": 4, "out_channels": 4}
GROUPED: dict[str, Any] = GEOMETRY | {"groups": 2, "seed": 3}
VIEWS = (
    "distribution",
    "collection",
    "convolution",
    "matrix",
    "grad-weight",
    "grad-bias",
    "overlap",
)
TEXTS = [*VIEWS, "input", "kernel"]


def turns(view: str, **options: Any) -> Animation:
    which = "in_channel" if view == "grad-input" else "out_channel"
    return animate(view=view, **(GROUPED | options | {which: "all"}))


def one(view: str, number: int, **options: Any) -> Animation:
    which = "in_channel" if view == "grad-input" else "out_channel"
    return animate(view=view, **(GROUPED | options | {which: number}))


def panels(scene: Scene) -> dict[str, str]:
    """Return what all cells of the panels say."""
    cells = (m for m in scene.marks if isinstance(m, Cell) and not m.key.startswith(KEY))
    return {m.key: "" if m.style.blank else m.text for m in cells}


def labels(scene: Scene) -> dict[str, str]:
    return {m.key: m.text for m in scene.marks if isinstance(m, Label)}


def scenes(shown: Animation, picks: range | list[int]) -> Iterator[Scene]:
    return (now for now, _ in shown.drawn.moments(picks, settle=False))


@pytest.mark.parametrize("view", [*TEXTS, "grad-input"])
def test_each_channels_steps_show_what_it_shows_by_itself(view):
    whole = turns(view)
    each = one(view, 0).steps
    assert whole.steps == 4 * each
    for number in range(4):
        picks = sorted({0, each // 2, each - 1})
        alone = scenes(one(view, number), picks)
        here = scenes(whole, [number * each + pick for pick in picks])
        for mine, its in zip(here, alone, strict=True):
            assert panels(mine) == panels(its) != {}
            if view == "distribution":  # others write out as much of sums as there is room for
                assert mine.sentence == its.sentence
            assert mine.sentence.split(":")[0] == its.sentence.split(":")[0]


def test_the_last_steps_of_all_channels_are_the_layers_output():
    shown = turns("collection")
    operands = shown.operands
    expected = conv_transpose(operands.x, operands.weight, stride=2, padding=1, groups=2)
    for number, scene in enumerate(scenes(shown, range(24, 100, 25))):
        seen = {
            k: float(t.replace("−", "-"))
            for k, t in panels(scene).items()
            if k.startswith("output[")
        }
        for at in np.ndindex(5, 5):
            assert seen[f"output[{at[0]},{at[1]}]"] == expected[(number, *at)]


@pytest.mark.parametrize(
    "view",
    [
        "distribution",
        "collection",
        "convolution",
        "grad-weight",
        "grad-bias",
        "grad-input",
        "overlap",
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"groups": 1, "seed": 5, "bias": [1, -200, 3, 0]},
        {"weight": np.random.default_rng(0).normal(0, 30, (4, 2, 3, 3)) ** 3, "seed": None},
        {"size": (800, 450)},
        {"out_channels": 12, "in_channels": 12, "groups": 12},
    ],
)
def test_no_panel_changes_its_place_from_channel_to_channel(view, options):
    shown = turns(view, **options)
    each, places = shown.steps // (shown.turns or 1), []
    for scene in scenes(shown, range(0, shown.steps, each)):
        drawn = (
            m for m in scene.marks if isinstance(m, Cell | Heatmap) and not m.key.startswith(KEY)
        )
        places.append({m.key: m.rect for m in drawn})
    assert all(place == places[0] for place in places)


@pytest.mark.parametrize("view", TEXTS)
def test_headings_name_the_channel_whose_turn_it_is(view):
    shown = turns(view, in_channels=2, groups=1)
    each = shown.steps // 4
    for number, scene in enumerate(scenes(shown, range(0, 4 * each, each))):
        told = " ".join(labels(scene).values())
        others = {f"output y, channel {n}" for n in range(4)} - {f"output y, channel {number}"}
        assert not any(words in told for words in others)
        assert scene.title.endswith(f", output channel {number}")


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("view", ["collection", "grad-weight", "grad-bias"])
def test_notes_are_those_of_the_channel_whose_turn_it_is(view, dims):
    asked = {"dims": dims, "in_channels": 2, "out_channels": 2, "groups": 1, "bias": [3, -20]}
    shown = turns(view, **asked)
    for number in range(2):
        now, own = (
            next(scenes(made, [pick]))
            for made, pick in ((shown, number * shown.steps // 2), (one(view, number, **asked), 0))
        )
        noted, alone = ({k: v for k, v in labels(s).items() if ".note." in k} for s in (now, own))
        assert noted
        assert noted == alone


@pytest.mark.parametrize("view", ["distribution", "collection", "grad-weight", "grad-bias"])
def test_strips_in_turn_are_called_as_they_are_alone(view):
    asked = {"dims": 1, "in_channels": 2, "out_channels": 2, "groups": 1}
    titles = [
        {k: v for k, v in labels(next(scenes(made, [0]))).items() if k.endswith(".title")}
        for made in (turns(view, **asked), one(view, 0, **asked))
    ]
    assert titles[0]
    assert titles[0] == titles[1]


def test_the_footer_counts_all_steps_and_names_the_channel():
    shown = turns("distribution")
    first, tenth, last = scenes(shown, [0, 10, 35])
    assert [labels(s)["step"] for s in (first, tenth, last)] == [
        "step 1 of 36",
        "step 11 of 36",
        "step 36 of 36",
    ]
    assert [labels(s)["turn"] for s in (first, tenth, last)] == [
        f"output channel {n}" for n in (0, 1, 3)
    ]
    bars = [
        next(m.rect.w for m in s.marks if isinstance(m, Box) and m.key == "progress")
        for s in (first, tenth, last)
    ]
    np.testing.assert_allclose(np.array(bars) / bars[-1], [1 / 36, 11 / 36, 1])
    assert ", step 11 of 36: " in tenth.title


def test_one_channel_by_itself_has_nothing_of_it():
    scene = next(scenes(one("distribution", 1), [0]))
    assert "turn" not in labels(scene)
    assert labels(scene)["step"] == "step 1 of 9"
    assert "output channel" not in scene.title


@pytest.mark.parametrize(
    ("options", "picks"),
    [
        ({}, list(range(36))),
        ({"every": 10}, [0, 10, 20, 30, 35]),
        ({"first": 11}, list(range(11))),
        ({"every": 4, "first": 10}, [0, 4, 8, 9]),
    ],
)
def test_every_and_first_count_the_steps_of_all_channels(options, picks):
    shown = turns("distribution", **options)
    assert list(shown.picks) == picks
    assert len(list(shown.frames())) == len(picks)


def test_no_channel_is_made_before_its_turn_and_none_is_kept(monkeypatch):
    made: list[int] = []
    build: Callable[..., Any] = views.build

    def counted(name: str, part: Any, look: Any) -> Any:
        made.append(part.channel)
        return build(name, part, look)

    monkeypatch.setattr(views, "build", counted)
    moments = turns("distribution").drawn.moments(range(36))
    assert made == []
    for _ in range(10):
        next(moments)
    assert made == [0, 1]


def test_all_of_one_channel_is_that_channel():
    shown = animate(stride=2, padding=1, out_channel="all")
    assert shown.steps == 9
    assert panels(next(scenes(shown, [4]))) == panels(
        next(scenes(animate(stride=2, padding=1), [4]))
    )


# Figures.


def test_a_figure_without_a_step_is_a_still_of_each_channel():
    shown = figure(**GROUPED, out_channel="all")
    found = list(shown.scenes())
    assert shown.pages == len(found) == 4
    for number, scene in enumerate(found):
        alone = next(figure(**GROUPED, out_channel=number).scenes())
        assert panels(scene) == panels(alone)
    names = [p.name for p in shown.targets("a/y.svg", still_format("svg"))]
    assert names == ["y-0.svg", "y-1.svg", "y-2.svg", "y-3.svg"]
    assert [p.name for p in shown.targets("y.pdf", still_format("pdf"))] == ["y.pdf"]


def test_channels_numbers_in_names_are_as_long_as_the_longest():
    shown = figure(in_channels=12, out_channels=12, seed=1, out_channel="all")
    names = [p.name for p in shown.targets("y.png", still_format("png"))]
    assert (names[0], names[-1]) == ("y-00.png", "y-11.png")


def test_a_step_of_a_figure_counts_on():
    (scene,) = figure(**GROUPED, out_channel="all", step=11).scenes()
    (alone,) = figure(**GROUPED, out_channel=1, step=2).scenes()
    assert panels(scene) == panels(alone)
    (last,) = figure(**GROUPED, out_channel="all", step=-1).scenes()
    assert panels(last) == panels(next(figure(**GROUPED, out_channel=3, step=9).scenes()))
    several = figure(**GROUPED, out_channel="all", steps="9-10,36")
    assert [labels(s)["step"] for s in several.scenes()] == [f"step {n} of 36" for n in (9, 10, 36)]


def test_stills_of_all_channels_are_cut_alike():
    sizes = {(s.width, s.height) for s in figure(**GROUPED, out_channel="all", crop=True).scenes()}
    assert len(sizes) == 1


# What is refused.


@pytest.mark.parametrize("name", ["out_channel", "in_channel"])
@pytest.mark.parametrize("value", ["", "ALL", "al", "1", "each"])
def test_another_word_is_refused(name, value):
    with pytest.raises(RequestError) as caught:
        animate(**GROUPED, view="grad-input", **{name: value})
    assert str(caught.value) == f"{name} is {value!r}; allowed: 0 to 3, or all"


def test_the_gradient_of_the_input_has_no_output_channel_to_choose():
    with pytest.raises(RequestError, match=r"^out_channel is all, given with view 'grad-input'"):
        animate(**GROUPED, view="grad-input", out_channel="all")
    with pytest.raises(RequestError, match=r"^in_channel is all, given with view 'collection'"):
        animate(**GROUPED, view="collection", in_channel="all")


def test_too_many_frames_of_all_channels_are_refused():
    many = {"in_channels": 1, "out_channels": 3000, "seed": 0}
    with pytest.raises(
        TooLargeError, match=r"^animation is 27,000 steps, 27,000 frames, .* --every"
    ):
        animate(**many, out_channel="all")
    assert len(animate(**many, out_channel="all", first=20).picks) == 20
    with pytest.raises(TooLargeError, match=r"^figure is 3,000 channels; .* --out-channel 0"):
        figure(**many, out_channel="all")


def test_a_plan_is_all_that_is_needed_to_know_the_steps(monkeypatch):
    def never(*_: object) -> None:
        raise AssertionError("work was done")

    monkeypatch.setattr(inputs.Plan, "make", never)
    assert turns("distribution").steps == 36


# The command, and galleries.


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs tcviz in an empty folder: status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run(words: str) -> tuple[int, str, str]:
        status = cli.run(words.split())
        return status, *capsys.readouterr()

    return run


LAYER = "--stride 2 --padding 1 --out-channels 2 --size 640x360"


def test_the_command_draws_all_in_one_animation(run, tmp_path):
    _, told, _ = run(f"animate {LAYER} --out-channel all -o a.gif")
    assert told.startswith("a.gif: 18 frames, 20 s, ")
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 18


def test_the_command_writes_a_file_or_a_page_for_each(run, tmp_path):
    for line, told in (
        ("-o y.png", "y-0.png to y-1.png: "),
        ("-o y.pdf", "y.pdf: 2 pages, "),
        ("--step -1 -o last.png", "last.png: "),
        ("-q", ""),
    ):
        status, said, _ = run(f"figure {LAYER} --out-channel all {line}")
        assert status == 0
        assert said.startswith(told)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "distribution-k3-s2-p1-channel-0.svg", "distribution-k3-s2-p1-channel-1.svg",
        "last.png", "y-0.png", "y-1.png", "y.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("animate --out-channel al", "out_channel is 'al'; allowed: a whole number, or all"),
        ("animate --out-channel 1.5", "out_channel is '1.5'; allowed: a whole number, or all"),
        ("figure --out-channel 2", "out_channel is 2; allowed: whole numbers from 0 to 1"),
        (
            "animate --out-channel all -o p.html",
            "out_channel is all; allowed: one channel in a page",
        ),
        (
            "figure --in-channel all",
            "in_channel is all, given with view 'distribution'; allowed: with grad-input",
        ),
        (
            "figure --out-channel all -o - --format png",
            "channels is 2 of them; allowed: one on standard output, "
            "or a format with pages: PDF or PPTX",
        ),
    ],
)
def test_a_wrong_request_is_one_line(run, line, told):
    status, said, error = run(f"{line} --stride 2 --padding 1 --out-channels 2")
    assert (status, said, error) == (2, "", f"tcviz: {told}\n")


def test_an_option_of_a_gallery_is_typed_as_it_is_meant():
    key = KEYS["out_channel"]
    assert (key.read("out_channel", "all"), key.read("out_channel", 2)) == ("all", 2)
    assert words({"out_channel": "all"}) == ["--out-channel", "all"]
    for wrong in ("each", True, 1.5, ["all"]):
        with pytest.raises(RequestError, match=r"^out_channel is "):
            key.read("out_channel", wrong)
    assert (channel("out_channel", " all"), channel("out_channel", "3")) == ("all", 3)


def test_a_gallery_renders_all_channels(run, tmp_path):
    spec = """
    [defaults]
    size = "640x360"
    stride = 2
    padding = 1
    out_channels = 2
    [[item]]
    name = "turn"
    out_channel = "all"
    [[item]]
    name = "still"
    out_channel = "all"
    format = "png"
    [[sweep]]
    name = "c{out_channel}"
    out_channel = [0, "all"]
    format = "svg"
    """
    (tmp_path / "spec.toml").write_text(spec, encoding="utf-8")
    _, listed, _ = run("gallery spec.toml --list")
    assert "--out-channel all" in listed
    assert run("gallery spec.toml -q -j 1")[0] == 0
    made = {p.name for p in tmp_path.iterdir()} - {"spec.toml", "index.html", "index.json"}
    assert {"turn.gif", "still-0.png", "still-1.png", "c0.svg", "call-0.svg", "call-1.svg"} <= made
    with Image.open(tmp_path / "turn.gif") as image:
        assert image.n_frames == 18


def test_no_channel_is_written_where_a_later_one_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def laid_out(part: Any, look: Any) -> views.View:
        if look.turn.name == "output channel 3":
            raise TooSmallError("one pixel")
        return build("distribution", part, look)

    build = views.build
    monkeypatch.setattr(views, "build", lambda _, part, look: laid_out(part, look))
    drawn = figure(**GEOMETRY, out_channel="all")
    drawn.lay_out()  # the first has the room that all have
    monkeypatch.setattr("tcviz.views.turns.MOST_CELLS", 1)
    for alone in (figure(**GEOMETRY, out_channel="all"),
                  figure(**GEOMETRY, out_channel="all", symbols=True)):  # fmt: skip
        with pytest.raises(TooSmallError, match=r"^size is one pixel; "):
            alone.save(tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []
