"""A gallery's spec: what it makes, and that all that is wrong with it is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tcviz.gallery import spec
from tcviz.gallery.spec import Spec, SpecError

Read = Callable[[str], Spec]
NO_FOLDER = "one that is no folder of another item"
GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads a spec that lies in an empty folder."""

    def read(text: str) -> Spec:
        (tmp_path / "g.toml").write_text(text, encoding="utf-8")
        return spec.read(tmp_path / "g.toml", tmp_path / "out")

    return read


def problems(read: Read, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(text)
    lines = str(caught.value).splitlines()
    found = [re.match(r"\S*g\.toml(:\d+)?: (.*)", line) for line in lines]
    return [match[2] for match in found if match]


def places(read: Read, text: str) -> list[str]:
    """Return what stands before the problems: files and lines, as editors understand them."""
    with pytest.raises(SpecError) as caught:
        read(text)
    return [line.split(": ")[0].rpartition("/")[2] for line in str(caught.value).splitlines()]


def paths(found: Spec) -> list[str]:
    return [item.path for item in found.items]


def test_an_item_takes_what_it_does_not_say_from_the_defaults(read: Read) -> None:
    text = "[defaults]\nstride=2\npadding=1\n[[item]]\nname='a'\n[[item]]\nname='b'\nstride=3"
    a, b = read(text).items
    assert [i.picture.plan.layer.stride for i in (a, b)] == [(2, 2), (3, 3)]
    assert [i.picture.plan.layer.padding for i in (a, b)] == [(1, 1)] * 2


@pytest.mark.parametrize(
    ("words", "command", "path"),
    [
        ("", "animate", "a.gif"),
        ("format='svg'", "figure", "a.svg"),
        ("format='png'", "figure", "a.png"),
        ("format='png'\ncommand='animate'", "animate", "a.png"),
        ("format='webp'", "animate", "a.webp"),
        ("format='webp'\nstep=2", "figure", "a.webp"),
        ("format='.MP4'", "animate", "a.mp4"),
    ],
)
def test_the_format_says_which_command_makes_an_item(
    words: str, command: str, path: str, read: Read
) -> None:
    (item,) = read(f"[[item]]\nname='a'\n{words}").items
    assert (item.command, item.path) == (command, path)


def test_a_key_of_the_other_command_is_unused_in_the_defaults_and_wrong_in_an_item(
    read: Read,
) -> None:
    assert len(read("[defaults]\nfps=20\nstep=2\n[[item]]\nname='a'\nformat='svg'").items) == 1
    told = problems(read, "[[item]]\nname='a'\nformat='svg'\nfps=20")
    expected = "key is 'fps' where svg is made by figure; allowed: in items of animate"
    assert told == [f"item 'a': {expected}"]


def test_a_sweep_over_formats_of_both_commands_may_say_what_only_one_uses(read: Read) -> None:
    gif, svg = read("[[sweep]]\nname='a'\nformat=['gif','svg']\nfps=20\nstep=2").items
    assert ("fps" in gif.options, "fps" in svg.options) == (True, False)
    assert ("step" in gif.options, "step" in svg.options) == (False, True)
    (told,) = problems(read, "[[sweep]]\nname='a'\nformat=['pdf','svg']\nfps=20")
    assert told.startswith("sweep 'a': key is 'fps' where pdf is made by figure")


def test_lists_of_a_sweep_multiply_out_and_name_what_varies(read: Read) -> None:
    text = "[[sweep]]\nview=['distribution','collection']\nstride=[1,[2,3]]\nformat=['gif','svg']"
    views, strides = ("distribution", "collection"), ("1", "2x3")
    names = [f"{v}-s{s}.{f}" for v in views for s in strides for f in ("gif", "svg")]
    assert paths(read(text)) == names


def test_a_sweeps_template_takes_any_key_that_has_a_value(read: Read) -> None:
    text = "[defaults]\nseed=3\n[[sweep]]\nname='k/{padding}-{seed}'\npadding=[0,'0:1x1:0']"
    assert paths(read(text)) == ["k/0-3.gif", "k/0.1x1.0-3.gif"]


BOTH = "view=['distribution','collection']\n"


def test_several_views_of_a_page_are_one_item_not_a_sweep(read: Read) -> None:
    text = f"[[item]]\nname='a'\nformat='html'\n{BOTH}"
    for found in (read(text), read(f"[defaults]\n{text.replace(BOTH, '')}{BOTH}")):
        (item,) = found.items
        assert (item.path, item.views) == ("a.html", ("distribution", "collection"))
        assert "--view distribution --view collection" in item.line


def test_a_sweep_over_pages_takes_lists_of_views_as_values(read: Read) -> None:
    text = f"[[sweep]]\nformat='html'\n{BOTH}seed=[1]\n"
    assert paths(read(text)) == ["distribution-seed-1.html", "collection-seed-1.html"]
    text = "[[sweep]]\nformat='html'\nview=['matrix',['input','kernel'],['overlap']]\n"
    assert paths(read(text)) == ["matrix.html", "input-kernel.html", "overlap.html"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (BOTH, "view is ['distribution', 'collection']; allowed: one, or several in html; [[sweep"),
        ("format='html'\nview=[]", "view is []; allowed: one, or several of a page"),
        ("format='html'\nview=['matrix', 3]", "view is ['matrix', 3]; allowed: one, or several of"),
        ("format='html'\nview=['matrix','matrix']", "view of animation 2 is 'matrix', as of anima"),
        ("format='html'\nview=['matrix','colection']", "view is 'colection'; allowed: "),
        (
            "format='html'\nview=['input','kernel']\nout_channel='all'",
            "out_channel is all; allowed:",
        ),
    ],
)
def test_views_that_make_no_page_are_told(words: str, told: str, read: Read) -> None:
    (problem,) = problems(read, f"[[item]]\nname='a'\n{words}")
    assert problem.startswith(f"item 'a': {told}")


def test_combinations_that_make_no_layer_are_skipped_with_their_reasons(read: Read) -> None:
    found = read(
        "[[sweep]]\nname='p{padding}g{groups}'\npadding=[0,9]\ngroups=[1,2]\nin_channels=3"
    )
    assert paths(found) == ["p0g1.gif"]
    reasons = dict(found.skipped)
    assert reasons.keys() == {"p0g2", "p9g1", "p9g2"}
    assert "multiples of groups" in reasons["p0g2"]
    assert "output size is -13" in reasons["p9g1"]


def test_a_sweep_that_makes_nothing_at_all_is_a_mistake(read: Read) -> None:
    (told,) = problems(read, "[[sweep]]\nname='p{padding}'\npadding=[8,9]")
    assert told.startswith("sweep 'p{padding}': makes no output at all: output size is -13")


def test_arrays_and_themes_lie_beside_the_spec_wherever_it_is_run(
    read: Read, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.arange(16).reshape(1, 4, 4))
    (tmp_path / "own.toml").write_text('base = "dark"\nnow = "#00ff00"')
    (item,) = read("[[item]]\nname='a'\ninput='x.npy'\ntheme='own.toml'").items
    assert item.picture.plan.input_size == (4, 4)
    assert item.picture.look.theme.now == "#00ff00"


def test_transposed_is_the_forward_that_it_denies(read: Read) -> None:
    text = "[defaults]\nforward=true\nview='matrix'\n[[item]]\nname='a'\ntransposed=true"
    (item,) = read(text).items
    assert item.picture.plan.forward is False
    assert "--transposed" in item.line


WRONG = {
    "strid = 2": "key is 'strid'; allowed: options of animate and .*; did you mean stride\\?$",
    "format = 'gfi'": "format is 'gfi'; allowed: gif, .*; did you mean",
    "view = 'colection'": "view is 'colection'; allowed: .*; did you mean collection\\?",
    "theme = 'drak'": "theme is 'drak'; allowed: light, .*; did you mean dark\\?",
    "command = 'animat'": "command is 'animat'; allowed: animate, figure; did you mean animate\\?",
    "stride = 0": "stride is 0; allowed: whole numbers from 1",
    "stride = [1, 2, 3, 4]": "stride is \\[1, 2, 3, 4\\]; allowed: .*one or one per axis",
    "dims = 4": "number of axes is 4; allowed: 1 to 3",
    "stride = 99999999999999999999": "stride is 9+; allowed: ",
    "padding = 9": "output size is -13, .*use less padding",
    "kernel_size = 1.5": "kernel_size is 1.5; allowed: whole numbers from 1",
    "groups = [1, 2]": "groups is \\[1, 2\\]; allowed: .*; lists multiply out in \\[\\[sweep\\]\\]",
    "seed = 1.0": "seed is 1.0; allowed: whole numbers from 0",
    "hold = nan": "hold is nan; allowed: a number",
    "hold = true": "hold is true; allowed: a number",
    "symbols = 1": "symbols is 1; allowed: true or false",
    "title = 5": "title is 5; allowed: text",
    "size = 1280": "size is 1280; allowed: width and height",
    "size = [1280, true]": "size is \\[1280, true\\]; allowed: width and height",
    "size = [1280, 720, 5]": "size is \\[1280, 720, 5\\]; allowed: width and height",
    f"hold = 1{'0' * 400}": "hold is 10+…0+; allowed: a number",
    f"size = [1{'0' * 400}, 720]": "size is \\[10+….*; allowed: width and height",
    "size = [10, 5, 'in', 3]": "size is \\[10, 5, 'in', 3\\]; allowed: width and height",
    "step = 1": "key is 'step' where gif is made by animate",
    "article = 11": "article is 11; allowed: 1 to 10",
    "article = 3\nstride = 2": "article 3 is beside stride; allowed: its own numbers",
    "forward = true\ntransposed = true": "transposed is said beside forward",
    "input = 'none.npy'": "input is '.*none.npy', a missing file",
    "format = 'mp4'\nloop = 2": "loop is 2; allowed: nothing in MP4",
    "transition = 0.5\nfps = 100": "a frame of the transition is 0.01 s; allowed: .* in GIF",
}


@pytest.mark.parametrize("words", WRONG)
def test_one_line_tells_file_item_key_and_what_is_allowed(words: str, read: Read) -> None:
    (told,) = problems(read, f"[[item]]\nname='a'\n{words}")
    assert re.match(f"item 'a': .*{WRONG[words]}", told), told


@pytest.mark.parametrize("size", ["[{a=1}, 2]", "[[true], 2]", "[[1], 2, 'cm']", "[1, 2, [3]]"])
def test_a_sweep_over_sizes_that_are_none_is_told_before_files_are_called_after_them(
    size: str, read: Read
) -> None:
    (told,) = problems(read, f"[[sweep]]\nsize=[{size}]")
    assert told.startswith("sweep 1: size is [")
    assert "; allowed: width and height as in '1280x720'" in told


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../../x", "a//b", "", " a", ".hidden", "a/.b", "C:x", "a\\\\b", "x" * 181],
)
def test_names_stay_inside_the_folder(name: str, read: Read) -> None:
    (told,) = problems(read, f'[[item]]\nname="{name}"')
    assert "name is " in told


def test_what_the_gallery_writes_itself_is_no_items_to_write(read: Read) -> None:
    (told,) = problems(read, "[[item]]\nname='index.html/a'")
    assert told == "index: name is 'index.html', file 'index.html'; allowed: " + NO_FOLDER


@pytest.mark.parametrize("other", ["a", "A"])
def test_two_items_of_one_name_are_told_even_if_they_have_other_faults(
    other: str, read: Read
) -> None:
    told = problems(read, f"[[item]]\nname='a'\nhold=-1\n[[item]]\nname='{other}'\nloop=-1")
    writes = "item 'a' of line 1 writes this"
    clash = f"name is '{other}', file '{other}.gif'; allowed: one of its own, {writes}"
    assert told[-1] == f"item '{other}': {clash}"
    assert len(told) == 3


TWICE = "[defaults]\nseed=1\n[[item]] # one\nname='a'\n\n  [[ 'item' ]]\nname='a'\n"


def test_two_items_of_one_name_are_told_apart_by_their_lines(read: Read) -> None:
    (told,) = problems(read, TWICE)
    assert told.endswith("allowed: one of its own, item 'a' of line 3 writes this")
    assert places(read, TWICE) == ["g.toml:6"]


@pytest.mark.parametrize(
    "text",
    [
        "item = [{name='a'}, {name='a'}]",
        'title="""\n[[item]]\n"""\n' + TWICE,  # what looks like a third
    ],
)
def test_where_lines_are_not_known_items_are_told_apart_by_position(text: str, read: Read) -> None:
    (told,) = problems(read, text)
    assert told.startswith("item 2, 'a': name is 'a', file 'a.gif'")
    assert told.endswith("one of its own, item 1, 'a' writes this")


def test_problems_name_the_line_of_their_table(read: Read) -> None:
    text = "\n[defaults]\nhold=-1\nqqq=1\n[defalts]\n[[item]]\nname='a'\nstride=0\n"
    sweep = "[[sweep]]\nname='b{stride}'\nstride=[1]\npadding=[0,'x']\n"
    found = places(read, text + sweep)
    assert found == ["g.toml:5", "g.toml:2", "g.toml:6", "g.toml:2", "g.toml:9"]


def test_a_sweep_that_uses_a_name_twice_is_told_once_and_what_is_missing(read: Read) -> None:
    sweep = "[[sweep]]\nname='s{stride}'\nstride=[1,2]\nseed=[1,2,3]\nformat=['gif','svg']\n"
    told = problems(read, sweep)
    words = "allowed: one for each combination; add {seed}"
    assert told == [
        f"sweep 's{{stride}}', 's{n}': name is 's{n}', file 's{n}.{form}'; {words}"
        for n in (1, 2)
        for form in ("gif", "svg")
    ]
    told = problems(read, "[[sweep]]\nname='s'\nseed=[1,2]\n[[item]]\nname='s'\n")
    assert [line.partition("allowed: ")[2] for line in told] == [
        "one of its own, item 's' of line 4 writes this"
    ]


def test_a_wrong_key_is_answered_with_what_is_near_not_with_forty_names(read: Read) -> None:
    (near,) = problems(read, "[defaults]\nkernel-size=2\n")
    allowed = "options of animate and figure, with _ for -"
    assert near == f"defaults: key is 'kernel-size'; allowed: {allowed}; did you mean kernel_size?"
    (far,) = problems(read, "[defaults]\nqqq=2\n")
    assert far == f"defaults: key is 'qqq'; allowed: {allowed}"


def test_steps_of_a_series_do_not_meet_another_items_file(read: Read) -> None:
    series = "[[item]]\nname='a'\nformat='svg'\nsteps='1-2'\n"
    (told,) = problems(read, f"{series}[[item]]\nname='a-02'\nformat='svg'")
    assert told.startswith("item 'a-02': name is 'a-02', file 'a-02.svg'")
    told = problems(read, "[[item]]\nname='a'\n[[item]]\nname='a.gif/b'")[0]
    assert told.endswith(NO_FOLDER)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda out, there: (out / "sub").symlink_to(there), "behind the link 'sub'"),
        (lambda out, _: (out / "sub").write_text(""), "below 'sub', which is no folder"),
        (lambda out, _: (out / "sub" / "a.gif").mkdir(parents=True), "a folder"),
    ],
)
def test_a_place_behind_a_link_or_a_folder_is_refused(
    make: Callable[[Path, Path], object], why: str, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    make(tmp_path / "out", tmp_path)
    (told,) = problems(read, "[[item]]\nname='sub/a'")
    assert told.startswith("item 'sub/a': name is 'sub/a', file ")
    assert f"sub/a.gif, {why}" in told


def test_what_is_wrong_with_the_defaults_is_told_once(read: Read) -> None:
    text = "[defaults]\nfps=500\ntheme='drak'\nstride='x'\nstrid=1\nname='n'\n"
    told = problems(read, text + "".join(f"[[item]]\nname='{n}'\n" for n in "abc"))
    assert sorted(line.split(" is ")[0] for line in told) == [
        *("defaults: fps", "defaults: key", "defaults: key", "defaults: stride", "defaults: theme")
    ]


def test_a_default_that_does_not_fit_one_item_is_that_items_problem(read: Read) -> None:
    text = "[defaults]\npadding=3\n[[item]]\nname='a'\n[[item]]\nname='b'\ninput_size=9"
    (told,) = problems(read, text)
    assert told.startswith("item 'a': output size is -1")


def test_all_problems_of_a_spec_are_told_at_once(read: Read) -> None:
    text = (
        "title = 5\n[defalts]\n[defaults]\nhold = -1\n"
        "[[item]]\nname = 'a'\ntheme = 'drak'\nview = 'matrx'\nstrid = 1\n[[item]]\nstride = 0\n"
        "[[sweep]]\nname = 's{stride}{them}'\nstride = [0, 1]\n"
        "[[sweep]]\ntheme = ['dakr', 'light']\nview = ['matrix', 'matrx']\nseed = []"
    )
    told = "\n".join(problems(read, text))
    for words in (
        "title is 5",
        "section is 'defalts'; allowed: title, defaults, item, sweep; did you mean defaults?",
        "defaults: hold is -1",
        "item 'a': theme is 'drak'",
        "item 'a': view is 'matrx'",
        "item 'a': key is 'strid'",
        "item 2: name is missing",
        "item 2: stride is 0",
        "sweep 's{stride}{them}': stride is 0",
        "sweep 's{stride}{them}': name is 's{stride}{them}'; allowed: with",
        "sweep 2: seed is []; allowed: at least one value",
    ):
        assert told.count(words) == 1, words


def test_values_of_a_sweep_that_are_wrong_by_themselves_are_told_once(read: Read) -> None:
    text = "[[sweep]]\ntheme=['dakr','light']\nview=['matrix','matrx']\nseed=[1,2]"
    told = problems(read, text)
    assert [line.split(";")[0] for line in told] == [
        "sweep 1: theme is 'dakr'",
        "sweep 1: view is 'matrx'",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[item", "is not TOML: "),
        ("a = " + "[" * 5000, "is not TOML: "),
        ("[item]\nname='a'", "item is one table; allowed: a list of tables, [[item]]"),
        ("defaults = 3", "defaults is 3; allowed: a table, [defaults]"),
        ("[[sweep]]\nseed=[" + "1," * 200 + "]\nstride=[" + "1," * 200 + "]", "40,000 pictures"),
        ("[[sweep]]\nname='{'\nseed=[1]", "a template: "),
        ("[[sweep]]\nname='{seed!r}'\nseed=[1]", "name is '{seed!r}'; allowed: with {seed}"),
        ("[[sweep]]\nname=['a']\nseed=[1]", "name is ['a']; allowed: text"),
    ],
)
def test_a_spec_that_is_none_is_told_in_one_line(text: str, words: str, read: Read) -> None:
    (told,) = problems(read, text)
    assert words in told


def test_a_missing_spec_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.toml: is a missing file; allowed: a file that"):
        spec.read(tmp_path / "none.toml")


def test_the_repositorys_gallery_is_right() -> None:
    found = spec.read(GALLERY / "gallery.toml", GALLERY)
    assert len(found.items) >= 30
    assert not found.skipped


def test_animations_have_sizes_on_paper_too(read: Read) -> None:
    (item,) = read("[[item]]\nname='a'\nsize='16x9cm'\ndpi=100\nformat='webp'").items
    assert (item.command, item.picture.size) == ("animate", (630, 354))
