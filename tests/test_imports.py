"""Data runs one way, and what is heavy is imported only where it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import tcviz
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.views import VIEWS

PACKAGE = Path(tcviz.__file__).parent
ORDER = (
    ("errors",),
    ("files",),
    ("scene",),
    ("layer",),
    ("effort",),
    ("engine",),
    ("request",),
    ("picture", "frameworks"),
    ("models",),
    ("checks",),
    ("look",),
    ("boards",),
    ("views",),
    ("render",),
    ("export",),
    ("api",),
    ("gallery",),
    ("cli",),
    ("__main__",),
)
"""The rooms of the house from the ground up; rooms on one floor do not know each other."""
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
LAZY = "__init__"  # the package's door opens every room, but only when its name is asked for
HEAVY = (
    *("PIL", "av", "imageio", "jinja2", "matplotlib", "numpy"),
    *("pptx", "rich", "tcviz.api", "torch"),
)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what a module imports from tcviz, as room and name, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            pairs = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            pairs = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for module, name in pairs:
            head, *rest = module.split(".")
            if head == "tcviz":
                yield (rest[0], name) if rest else (name, "")


SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if room_of(p) != LAZY)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    room = room_of(path)
    for other, name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        if other == "__version__":
            continue
        assert other == room or FLOOR[other] < FLOOR[room], f"{room} imports {other}.{name}"


def test_the_picture_language_knows_no_convolution() -> None:
    known = {
        other
        for path in (PACKAGE / "picture").glob("*.py")
        for other, _ in imported(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert known == {"errors", "picture", "scene"}


def test_views_know_no_coordinates_and_no_colours() -> None:
    placed = {("boards", "Grid"), ("scene", "Rect"), ("scene", "Theme"), ("picture", "Scale")}
    for path in (PACKAGE / "views").glob("*.py"):
        if path.name != "map_place.py":  # it finds room for the channel map beside any view
            names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
            assert not placed & names, path.name


def test_no_file_lies_loose_at_the_root() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_no_two_classes_have_one_name() -> None:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py"))
    found = Counter(node.name for tree in trees for node in ast.walk(tree)
                    if isinstance(node, ast.ClassDef))  # fmt: skip
    assert [name for name, count in found.items() if count > 1] == []


def test_no_two_files_import_each_other() -> None:
    files = {".".join(("tcviz", *p.relative_to(PACKAGE).with_suffix("").parts)): p for p in SOURCES}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    arrows = {name: set(named_files(path, files)) - {name} for name, path in files.items()}
    while leaves := {name for name, others in arrows.items() if not others & arrows.keys()}:
        arrows = {name: others for name, others in arrows.items() if name not in leaves}
    assert arrows == {}, "these files, or others that they need, go round in a circle"


def named_files(path: Path, files: Collection[str]) -> Iterator[str]:
    """Yield the modules that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in files else node.module for name in named)


def test_the_walk_sees_imports_in_functions_and_for_types() -> None:
    source = (
        "import tcviz.api\nfrom tcviz import scene, views\n"
        "if TYPE_CHECKING:\n  from tcviz.render.pixels import Pixels\n"
        "def f():\n  from tcviz.files.writing import whole_file\n"
    )
    seen = {room for room, _ in imported(ast.parse(source))}
    assert seen == {"api", "scene", "views", "render", "files"}


def test_every_room_has_its_place_in_the_house() -> None:
    assert {room_of(path) for path in SOURCES} <= FLOOR.keys()


def test_tables_of_lazy_rooms_name_modules_of_their_own_room() -> None:
    written = [*FORMATS.values(), *STILLS.values()]
    assert {f.home.rpartition(".")[0] for f in written} == {"tcviz.export"}
    assert {view.home.rpartition(".")[0] for view in VIEWS.values()} == {"tcviz.views"}


def loaded(code: str, folder: Path) -> set[str]:
    """Return which heavy packages a fresh Python has loaded after `code`."""
    script = (
        f"import sys\n{code}\nprint(*(m for m in {HEAVY} if m in sys.modules), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(run.stderr.split())


def command(words: str) -> str:
    return f"from tcviz import cli\nassert cli.run({words.split()!r}) == 0"


def completing(words: str) -> str:
    """Return what a shell has done after these words and a tab."""
    asks = {"_TCVIZ_COMPLETE": "zsh_complete", "COMP_WORDS": f"tcviz {words}",
            "COMP_CWORD": str(words.count(" ") + 1)}  # fmt: skip
    return (
        f"import os\nfrom tcviz import cli\nos.environ.update({asks})\n"
        "try:\n  cli.run([])\nexcept SystemExit as done:\n  assert done.code == 0"
    )


SMALL = "animate -q --size 640x360 --first 2 -o a"
STILL = "figure -q --size 640x360 -o a"
CHECKED = {"numpy", "rich"} | ({"torch"} if find_spec("torch") else set())
DRAWN = {"numpy", "PIL", "tcviz.api"}
CLEAR = {*DRAWN, "matplotlib"}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import tcviz", set()),
        ("import tcviz; tcviz.layer('nn.ConvTranspose1d(2, 1, 3)').geometry()", set()),
        ("import tcviz; tcviz.TcvizError; tcviz.ConvTranspose(3); dir(tcviz)", set()),
        ("import tcviz; tcviz.conv_transpose, tcviz.conv_transpose_backward", {"numpy"}),
        (command("--help"), set()),
        (command("--version"), set()),
        (command("animate --help"), set()),
        (command("figure --help"), set()),
        (command("size --help"), set()),
        (command("size --json"), set()),
        (command("size"), {"rich"}),
        (command("check --help"), set()),
        (command("gallery --help"), set()),
        (command("views"), set()),
        (command("themes"), set()),
        (command("themes dark"), set()),
        (command("completion bash"), set()),
        (completing("animate --view "), set()),
        (completing("animate --theme "), set()),
        (completing("figure --format "), set()),
        (completing("figure --"), set()),
        (command("check --random 1"), CHECKED),
        (command(f"{SMALL}.gif"), {"numpy", "PIL", "tcviz.api"}),
        (command(f"{SMALL}.webp"), {"numpy", "PIL", "tcviz.api"}),
        (command(f"{SMALL}.apng"), {"numpy", "PIL", "tcviz.api"}),
        (command(f"{SMALL}.html"), {"jinja2", "numpy", "tcviz.api"}),
        (command(f"{STILL}.svg"), {"numpy", "tcviz.api"}),
        (command(f"{STILL}.svg --text text"), {"numpy", "tcviz.api"}),
        (command(f"{STILL}.png"), DRAWN),
        (command(f"{STILL}.jpg"), DRAWN),
        (command(f"{STILL}.png --transparent"), CLEAR),
        (command(f"{STILL}.pdf"), CLEAR),
        (command(f"{STILL}.pptx"), {"numpy", "PIL", "tcviz.api", "pptx"}),
        (command(f"{SMALL}.mp4"), {"numpy", "PIL", "tcviz.api", "imageio", "av"}),
    ],
)
def test_only_what_is_used_is_loaded(code: str, allowed: set[str], tmp_path: Path) -> None:
    assert loaded(code, tmp_path) == allowed


def test_a_refused_request_loads_no_drawing_library(tmp_path: Path) -> None:
    code = "from tcviz import cli\nassert cli.run(['animate', '-n', '4096']) == 2"
    assert not loaded(code, tmp_path) & {"PIL", "imageio", "av", "rich", "matplotlib"}


def test_the_public_surface_is_this() -> None:
    names = [
        *("ConvTranspose", "TcvizError", "TcvizWarning", "__version__", "animate"),
        *("conv_transpose", "conv_transpose_backward", "figure", "layer", "page"),
    ]
    assert tcviz.__all__ == dir(tcviz) == names
    for name in names:
        assert getattr(tcviz, name) is not None
    assert not hasattr(tcviz, "deconvolve")


def test_layer_is_the_function_whatever_is_imported_of_the_room_of_that_name() -> None:
    code = "import tcviz.layer.taps, tcviz; from tcviz.layer import foreign"
    call = "assert tcviz.layer('nn.ConvTranspose1d(2, 1, 3)').dims == 1 and foreign.is_layer"
    subprocess.run([sys.executable, "-c", f"{code}; {call}"], check=True)


def test_every_public_name_is_the_one_of_its_home() -> None:
    from tcviz.api import animate, figure, page
    from tcviz.engine.backward_fast import conv_transpose_backward
    from tcviz.engine.fast import conv_transpose
    from tcviz.errors import TcvizError
    from tcviz.errors.notes import TcvizWarning
    from tcviz.layer.geometry import ConvTranspose

    assert tcviz.animate is animate
    assert tcviz.figure is figure
    assert tcviz.page is page
    assert tcviz.conv_transpose is conv_transpose
    assert tcviz.conv_transpose_backward is conv_transpose_backward
    assert tcviz.TcvizError is TcvizError
    assert tcviz.TcvizWarning is TcvizWarning
    assert tcviz.ConvTranspose is ConvTranspose
