"""What is printed: short lines in which nothing is obeyed by a terminal, whatever they quote."""

from __future__ import annotations

import ast
import io
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import tcviz
from tcviz import cli, errors
from tcviz.cli import asking, gallery, gallery_report, progress, saying
from tcviz.errors import notes
from tcviz.errors.oneline import LONGEST, escaped, one_line, seen, shortened
from tcviz.gallery import replies, run, spec

Run = Callable[..., tuple[int, str, str]]
PACKAGE = Path(tcviz.__file__).parent

COMMANDING = "\x1b]0;title\x07 \x9b2J \u202egnp. \u2028 \u200b \ufeff \udcff \x7f \r \x00"
NASTY = [
    *COMMANDING.split(), "\x1b[2J", "a\nb", "[/site]", "[bold]x", "x" * 5_000, "\u202e" * 5_000,
    "é" * 600, "%s {} {0}", "\\", "'", "\"'", "\t",
]  # fmt: skip
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(), max_size=30)
"""Also halves of letters, as in names that are no UTF-8."""
texts = st.lists(TEXTS, min_size=1, max_size=4).map("".join)


def check(printed: str) -> None:
    for line in printed.removesuffix("\n").split("\n"):
        assert line.isprintable(), ascii(line)
        assert len(line) < 500


# --- the words ----------------------------------------------------------------


@given(texts, st.integers(1, 600))
def test_any_text_becomes_a_short_line_that_can_be_seen(text: str, most: int) -> None:
    for shown in (seen(text, most), one_line(text, most)):
        assert shown.isprintable()
        assert len(shown) <= most
    assert text.isprintable() == (escaped(text) == text)
    assert len(shortened(text, most)) == min(len(text), most)


@given(texts)
def test_what_is_escaped_can_be_told_from_anything_else(text: str) -> None:
    plain = text.replace("\\", "/")
    assert escaped(plain).encode("ascii", "backslashreplace").decode("unicode_escape") == plain


@pytest.mark.parametrize("letter", ["\x1b", "\x9b", "\u202e", "\u2028", "\u200f", "\ud800"])
def test_what_a_terminal_may_obey_is_shown_as_python_writes_it(letter: str) -> None:
    assert escaped(f"a{letter}b") == f"a{ascii(letter)[1:-1]}b"


@given(texts)
def test_advice_stays_whole_beside_a_value_of_any_length(value: str) -> None:
    told = errors.complaint("theme", errors.quoted_path(value), "light, dark", hint="use light")
    check(told)
    assert told.startswith("theme is ")
    assert told.endswith("; allowed: light, dark; use light")
    assert errors.complaint(value, value, "one, two").endswith("; allowed: one, two")
    check(errors.complaint(value, value, "one, two"))


@given(texts)
def test_suggestions_are_short_and_seen(name: str) -> None:
    hint = errors.did_you_mean(name, [name])
    if hint is not None:  # nobody misspells a word of thousands of letters
        check(hint)
        assert len(hint) < 100


# --- the place that prints ----------------------------------------------------


@given(texts)
def test_whatever_is_said_is_said_in_short_lines(text: str) -> None:
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("stdout", "stderr"):
            patch.setattr(f"sys.{name}", printed)
        saying.say(text, f"  {text}", err=True)
        saying.complain(text)
        saying.warned(text, UserWarning, "x.py", 1)
        saying.explain(ValueError(text))
    check(printed.getvalue())


@given(texts)
def test_problems_are_one_line_each(text: str) -> None:
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", printed)
        saying.complain("a\n\n  b\n")
        saying.complain(f"path {text.replace(chr(10), '')}")
    first, second, *others = printed.getvalue().splitlines()
    assert (first, second) == ("tcviz: a", "tcviz: b")
    assert len(others) == 1


def prints(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that print, or that make what prints."""
    direct = {"print", "Console", "echo", "secho", "echo_via_pager", "pprint", "print_json"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            name = called.rpartition(".")[2]
            writes = name in {"write", "writelines"} and "std" in called and "buffer" not in called
            if name in direct or writes:
                yield node


def test_there_is_no_other_place_that_prints() -> None:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        calls = {ast.unparse(call) for call in prints(ast.parse(path.read_text("utf-8")))}
        if calls:
            found[path.relative_to(PACKAGE).as_posix()] = calls
    assert found.pop("cli/saying.py")
    # A bar draws itself; what it is called is shown by the test below.
    assert found == {"cli/progress.py": {"Console(stderr=True)"}}


def test_the_walk_finds_what_prints() -> None:
    source = "print(1)\nclick.echo(2)\nsys.stdout.write('3')\nConsole().print(4)\nfile.write(b'')"
    assert len([*prints(ast.parse(source))]) == 5


# --- commands, over names of files ---------------------------------------------


ODD_NAMES = ["a\x1b[2Jb", "a\x9bb", "a\u202eb", "a\u2028b", "a\nb", "[red]a", "a\udcff"]
UNSEEN = [name for name in ODD_NAMES if not name.isprintable()]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_files_that_are_read_are_shown_and_not_obeyed(
    name: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / f"{name}.npy").write_bytes(b"broken")
    (tmp_path / f"{name}.toml").write_text("[")
    commands = (
        ("figure", "--input", f"{name}.npy"),
        ("figure", "--input", f"{name}x.npy"),  # did you mean ...
        ("figure", "--input", f"{name}/x.npy"),
        ("figure", "--theme", f"{name}.toml"),
        ("figure", "--theme", name),
        ("figure", "--view", name),
        ("figure", f"--{name}"),
        ("figure", "-k", name),
        ("figure", name),
        (name,),
        ("gallery", f"{name}.toml"),
        ("gallery", f"{name}/x.toml", "--watch"),
        ("gallery", f"{name}.toml", "--scheduler", name),
    )
    for words in commands:
        status, out, err = run(*words)
        assert (status, out, err.count("\n")) == (2, "", 1), words
        check(err)


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_with_what_cannot_be_seen_is_refused_for_a_new_file(
    name: str, run: Run, tmp_path: Path
) -> None:
    told = "; allowed: a name of letters that can be seen\n"
    (tmp_path / "g.toml").write_text("title='t'\n[[item]]\nname='a'\n")
    for words in (
        ("figure", "-o", f"{name}.svg"),
        ("animate", "-o", f"{name}/a.gif"),
        ("animate", "-o", f"{name}/b/a.html"),
        ("gallery", "g.toml", "-o", name),
        ("gallery", "g.toml", "-o", f"x/{name}/y"),
    ):
        status, out, err = run(*words)
        assert (status, out, err.count("\n")) == (2, "", 1), words
        assert err.endswith(told)
        check(err)
    assert [path.name for path in tmp_path.iterdir()] == ["g.toml"]


@pytest.mark.parametrize("name", UNSEEN)
def test_a_spec_makes_no_file_or_title_with_what_cannot_be_seen(
    name: str, run: Run, tmp_path: Path
) -> None:
    if name.isascii() or "\udcff" not in name:
        quoted = json.dumps(name)
        (tmp_path / "g.toml").write_text(f"[[item]]\nname={quoted}\n")
        status, _, err = run("gallery", "g.toml", "--list")
        assert (status, err.count("\n")) == (2, 1)
        check(err)
    (tmp_path / name).mkdir()
    (tmp_path / name / "g.toml").write_text("[[item]]\nname='a'\n")
    status, _, err = run("gallery", f"{name}/g.toml", "--list")
    if name != "a\nb":  # a title may have lines
        assert (status, err.count("\n")) == (2, 1)
        assert "this is the folder's" in err
    check(err)


@pytest.mark.parametrize("name", ["[/site]", "[red]a", "a\x1b[2Jb", "a\udcff", "x" * 200])
def test_success_is_told_of_any_folder_in_lines_that_are_seen(
    name: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).mkdir(parents=True)
    spec_file = tmp_path / name / "g.toml"
    spec_file.write_text("title='t'\n[[item]]\nname='[i]'\nformat='svg'\nkernel_size=1\n")
    for words in ((), ("--check",), ("--list",)):
        status, out, err = run("gallery", f"{name}/g.toml", *words)
        assert (status, err) == (0, "")
        check(out)
    spec_file.write_text("title='t'\n[[item]]\nname='b'\nformat='svg'\nkernel_size=1\n")
    for words in (("--list",), ("--check",), ("--prune",)):
        _, out, err = run("gallery", f"{name}/g.toml", *words)
        check(out + err)
    status, out, _ = run("figure", "-o", f"{name}/a.svg")
    assert status == 0
    check(out)


@pytest.mark.parametrize("name", NASTY)
def test_a_bar_shows_any_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = io.StringIO()
    monkeypatch.setattr("sys.stderr", drawn)
    bar = progress._Bar(name, 3)
    bar._clock.cancel()
    bar._open()
    Console(file=drawn, width=200, color_system=None).print(bar._rich.get_renderable())
    bar.close()
    shown = drawn.getvalue()
    assert escaped(name)[:8] in shown
    check(shown.replace("\n", ""))


@given(path=texts, reason=texts)
def test_reports_of_a_gallery_quote_anything(path: str, reason: str) -> None:
    asked = spec.Spec("t", (), ((path, reason),) * 9)
    report = run_report(path, reason)
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", printed)
        patch.setattr("sys.stderr", printed)
        for pruned in (None, run.Pruned([path] * 7, [path] * 2)):
            gallery_report.summary(asked, report, pruned, Path(path.replace("\0", "")), quiet=False)
        asking._tell_left({path: errors.RequestError(reason)})
    check(printed.getvalue())


def run_report(path: str, reason: str) -> run.RunReport:
    return run.RunReport(failed=[(path, reason)], left=[path] * 9)


@given(texts)
def test_a_workers_words_are_a_short_line(words: str) -> None:
    check(replies.line(words))


class Rude:
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_what_cannot_even_be_told_is_named_by_its_kind() -> None:
    assert replies.line(Rude()) == "<Rude>"


def test_warnings_and_notes_are_lines_of_the_programs_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(**_: Any) -> None:
        warnings.warn("a \x1b[2J\nb", UserWarning, stacklevel=1)
        notes.note("c \x9b")

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        monkeypatch.setattr("tcviz.scene.theme.presets", lambda: warn() or ("light",))
        status, _, err = run("themes")
    assert status == 0
    assert "tcviz: UserWarning: a \\x1b[2J b\n" in err
    assert "tcviz: note: c \\x9b\n" in err
    check(err)


def test_debug_shows_where_in_lines_that_are_seen(run: Run) -> None:
    status, _, err = run("figure", "--theme", "\x1b[2J.toml", "--debug")
    assert status == 1
    assert err.startswith("Traceback")
    check(err)


def test_a_shell_is_offered_no_names_that_it_could_obey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*ODD_NAMES, "mine"):
        Path(f"{name}.toml").touch()
    command = cli.tcviz.get_command(None, "figure")  # type: ignore[arg-type]
    assert command is not None
    (theme,) = (param for param in command.params if param.name == "theme")
    offered = theme.type.shell_complete(None, theme, "")  # type: ignore[arg-type]
    names = {item.value for item in offered if item.value.endswith(".toml")}
    assert names == {"mine.toml", "[/a].toml", "[red]a.toml"} - {"[/a].toml"} | {
        f"{name}.toml" for name in ODD_NAMES if name.isprintable() and "/" not in name
    }


def test_what_is_watched_is_named_in_a_line_that_is_seen(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcviz.gallery.watching.turns", lambda _: iter([None]))
    monkeypatch.setattr(gallery._Run, "render", lambda *_, **__: True)
    (tmp_path / "a\x1b\nb.toml").touch()
    status, out, _ = run("gallery", "a\x1b\nb.toml", "--watch")
    assert status == 0
    assert out == "watching a\\x1b\\nb.toml and the files it names; Ctrl-C ends it\n"


def test_facts_for_machines_are_whole(run: Run) -> None:
    sizes = "x".join(["9" * 12] * 3)
    status, out, _ = run("size", "-n", sizes, "-k", sizes, "--json")
    assert status == 0
    assert len(out) > LONGEST
    assert json.loads(out)["input_size"] == [10**12 - 1] * 3
