"""Bringing a gallery up to date: what changed is made, the rest is kept, nothing is half-made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tcviz.api import animate
from tcviz.errors import OutputError, RequestError
from tcviz.gallery import items, manifest, places, pool, render, run, spec
from tcviz.gallery.items import Item
from tcviz.gallery.render import Failure, Made

ROOT = Path(__file__).parents[1]
ALONE = partial(pool.run, jobs=1)
DEFAULTS = "[defaults]\nsize='560x315'\nfirst=1\n"
TWO = "[[item]]\nname='a'\n[[item]]\nname='sub/b'\nformat='svg'\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals or modes")


class Gallery:
    """A spec and the folder that it fills."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / "out"
        self.folder.mkdir()

    def spec(self, text: str = TWO, defaults: str = DEFAULTS) -> spec.Spec:
        path = self.home / "g.toml"
        path.write_text(defaults + text)
        return spec.read(path, self.folder)

    def run(self, text: str = TWO, runner: Any = ALONE, defaults: str = DEFAULTS) -> run.RunReport:
        return run.update(self.spec(text, defaults), self.folder, runner)

    def stale(self, text: str = TWO, defaults: str = DEFAULTS) -> set[str]:
        known = manifest.load(self.folder)
        return {item.path for item in run.stale(self.spec(text, defaults).items, known)}

    def files(self) -> dict[str, bytes]:
        found = (p for p in self.folder.rglob("*") if p.is_file() and p.name != manifest.NAME)
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in found}


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path)


def test_what_is_made_once_is_kept_by_the_next_run(gallery: Gallery) -> None:
    first = gallery.run()
    made = {path: path.stat().st_mtime_ns for path in gallery.folder.rglob("*")}
    assert (first.rendered, first.fresh, first.failed, first.left) == (2, 0, [], [])
    assert gallery.files().keys() == {"a.gif", "sub/b.svg"}
    second = gallery.run()
    assert (second.rendered, second.fresh) == (0, 2)
    assert {path: path.stat().st_mtime_ns for path in gallery.folder.rglob("*")} == made


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        (TWO, set()),
        (TWO.replace("'a'", "'a'\nstride=2"), {"a.gif"}),
        (TWO.replace("'svg'", "'svg'\nstep=1"), {"sub/b.svg"}),
        (TWO.replace("'svg'", "'svg'\ntheme='dark'"), {"sub/b.svg"}),
        (TWO + "[[item]]\nname='c'", {"c.gif"}),
    ],
)
def test_only_an_item_whose_options_changed_is_made_again(
    text: str, stale: set[str], gallery: Gallery
) -> None:
    gallery.run()
    assert gallery.stale(text) == stale


def test_defaults_that_an_item_does_not_use_do_not_change_it(gallery: Gallery) -> None:
    gallery.run()
    assert gallery.stale(defaults=DEFAULTS + "hold=5\n") == {"a.gif"}


def test_another_version_makes_everything_again(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.run()
    monkeypatch.setattr(items, "__version__", "99")
    assert gallery.stale() == {"a.gif", "sub/b.svg"}


def test_what_arrays_and_themes_contain_counts_not_when_they_were_written(
    gallery: Gallery,
) -> None:
    array, colours = gallery.home / "x.npy", gallery.home / "own.toml"
    text = "[[item]]\nname='a'\ninput='x.npy'\n[[item]]\nname='b'\ntheme='own.toml'"
    np.save(array, np.ones((1, 3, 3)))
    colours.write_text("now = '#ff0000'")
    gallery.run(text)
    np.save(array, np.ones((1, 3, 3)))
    colours.write_text("# the same\nnow = '#ff0000'")
    assert gallery.stale(text) == set()
    np.save(array, np.zeros((1, 3, 3)))
    assert gallery.stale(text) == {"a.gif"}
    colours.write_text("now = '#00ff00'")
    assert gallery.stale(text) == {"a.gif", "b.gif"}


def garble(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda p: os.truncate(p, 10), garble], ids=["gone", "cut", "garbled"]
)
def test_a_file_that_was_harmed_is_made_again(
    harm: Callable[[Path], object], gallery: Gallery
) -> None:
    gallery.run()
    before = gallery.files()
    harm(gallery.folder / "a.gif")
    assert gallery.stale() == {"a.gif"}
    gallery.run()
    assert gallery.files() == before


def test_files_that_only_look_newer_as_in_a_fresh_clone_are_kept(gallery: Gallery) -> None:
    gallery.run()
    for path in gallery.folder.rglob("*.*"):
        os.utime(path, (2e9, 2e9))
    os.utime(gallery.folder / manifest.NAME, (1e9, 1e9))
    assert gallery.stale() == set()


def test_what_no_item_makes_any_more_is_told_and_only_pruning_deletes_it(gallery: Gallery) -> None:
    series = "[[item]]\nname='a/b/c'\nformat='svg'\nsteps='1-3'\n"
    gallery.run(series + TWO)
    (gallery.folder / "mine.gif").write_bytes(b"mine")
    report = gallery.run(series.replace("1-3", "1-2"))
    assert report.left == ["a.gif", "a/b/c-03.svg", "sub/b.svg"]
    assert gallery.run(series.replace("1-3", "1-2")).left == report.left
    assert run.prune(gallery.folder, report.left) == run.Pruned(report.left, [])
    assert gallery.files().keys() == {"a/b/c-01.svg", "a/b/c-02.svg", "mine.gif"}
    assert not (gallery.folder / "sub").exists()
    assert gallery.run(series.replace("1-3", "1-2")).left == []
    assert gallery.run("").left == ["a/b/c-01.svg", "a/b/c-02.svg"]
    run.prune(gallery.folder, ["a/b/c-01.svg", "a/b/c-02.svg"])
    assert not (gallery.folder / "a").exists()


FILM = "[[item]]\nname='a'\nformat='mp4'\nfirst=3\n"
POSTER = "posters/a.mp4.png"


@pytest.mark.parametrize(
    ("form", "words", "step"),
    [("mp4", "first=3", 3), ("html", "view=['matrix','input']", -1), ("pdf", "steps='2-3'", 2)],
)
def test_what_a_page_cannot_show_has_a_still(
    form: str, words: str, step: int, gallery: Gallery
) -> None:
    text = f"[[item]]\nname='a'\nformat='{form}'\n{words}"
    (item,) = gallery.spec(text, "[defaults]\nsize='560x315'\n").items
    *_, still = render.render(item)  # type: ignore[misc]
    assert (still.path, still.size) == (f"posters/a.{form}.png", (560, 315))
    with Image.open(BytesIO(still.data)) as image:
        wanted = animate(size=(560, 315), view=item.picture.view).still(step)
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), np.asarray(wanted))


def test_a_still_in_the_index_is_no_larger_than_it_is_seen(gallery: Gallery) -> None:
    (item,) = gallery.spec("[[item]]\nname='a'\nformat='pdf'\nsize='64x27cm'\nstep=1", "").items
    *_, still = render.render(item)  # type: ignore[misc]
    assert still.size == (1280, 540)


def test_a_still_is_kept_and_goes_with_its_item(gallery: Gallery) -> None:
    gallery.run(FILM)
    assert gallery.files().keys() == {"a.mp4", POSTER}
    assert gallery.run(FILM).fresh == 1
    (gallery.folder / POSTER).unlink()
    assert gallery.stale(FILM) == {"a.mp4"}
    gallery.run(FILM)
    report = gallery.run("")
    assert report.left == ["a.mp4", POSTER]
    run.prune(gallery.folder, report.left)
    assert [*gallery.folder.iterdir()] == [gallery.folder / manifest.NAME]


def test_an_item_may_not_have_the_place_of_anothers_still(gallery: Gallery) -> None:
    with pytest.raises(spec.SpecError, match="one of its own, item 'a' of line 4 writes this"):
        gallery.spec(FILM + "[[item]]\nname='posters/a.mp4'\nformat='png'")


def test_pruning_leaves_alone_what_somebody_has_changed_or_linked(gallery: Gallery) -> None:
    gallery.run(TWO + "[[item]]\nname='c'\n[[item]]\nname='d'")
    outside = gallery.home / "outside"
    (gallery.folder / "sub").rename(outside)
    (gallery.folder / "sub").symlink_to(outside)
    garble(gallery.folder / "a.gif")
    (gallery.folder / "c.gif").rename(gallery.home / "c.gif")
    (gallery.folder / "c.gif").symlink_to(gallery.home / "c.gif")
    report = gallery.run("")
    pruned = run.prune(gallery.folder, report.left)
    assert pruned == run.Pruned(["d.gif"], ["a.gif", "c.gif", "sub/b.svg"])
    assert (outside / "b.svg").exists()
    assert (gallery.home / "c.gif").exists()
    assert gallery.run("").left == []


@pytest.mark.parametrize("path", ["../mine", "/etc/hostname", "sub/../../mine"])
def test_a_manifest_cannot_make_pruning_leave_the_folder(path: str, gallery: Gallery) -> None:
    gallery.run(TWO)
    (gallery.home / "mine").write_bytes(gallery.files()["a.gif"])
    text = (gallery.folder / manifest.NAME).read_text().replace('"a.gif"', f'"{path}"')
    (gallery.folder / manifest.NAME).write_text(text)
    assert run.prune(gallery.folder, [path]) == run.Pruned([], [path])
    assert (gallery.home / "mine").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 1}', "\x00"])
def test_a_manifest_that_is_none_is_told_with_a_way_out(text: str, gallery: Gallery) -> None:
    (gallery.folder / manifest.NAME).write_text(text)
    with pytest.raises(RequestError, match=r"gallery\.json' is not .*; delete it to rend"):
        gallery.run()


def some_fail(todo: Sequence[Item]) -> Iterator[pool.Done]:
    for number, item in enumerate(todo):
        made = [Made(item.path, b"data", 1, 0.0, (1, 1))]
        yield number, Failure("no luck") if item.name in {"a", "c"} else made


def test_items_that_fail_do_not_stop_the_others_and_are_tried_again(gallery: Gallery) -> None:
    text = TWO + "[[item]]\nname='c'"
    report = gallery.run(text, some_fail)
    assert report.failed == [("a.gif", "no luck"), ("c.gif", "no luck")]
    assert (report.rendered, gallery.files()) == (1, {"sub/b.svg": b"data"})
    assert gallery.stale(text) == {"a.gif", "c.gif"}


def test_an_item_that_cannot_be_written_fails_alone(gallery: Gallery) -> None:
    asked = gallery.spec(TWO)
    (gallery.folder / "sub").symlink_to(gallery.home)  # since the spec was read
    report = run.update(asked, gallery.folder, ALONE)
    assert report.rendered == 1
    assert [path for path, _ in report.failed] == ["sub/b.svg"]
    assert "behind the link 'sub'" in report.failed[0][1]
    assert not (gallery.home / "b.svg").exists()


def test_an_error_while_rendering_is_a_failure_with_its_reason(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = gallery.spec("[[item]]\nname='a'").items
    monkeypatch.setattr(render, "_animated", lambda *_: 1 / 0)
    assert render.render(item) == Failure("ZeroDivisionError: division by zero")
    (told,) = {render.render(item, "99").reason}  # type: ignore[union-attr]
    assert told == f"its worker has tcviz {render.__version__}, not 99 as here"


def test_what_is_done_is_kept_when_a_run_is_interrupted(gallery: Gallery) -> None:
    def stopped(todo: Sequence[Item]) -> Iterator[pool.Done]:
        yield 0, render.render(todo[0])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gallery.run(runner=stopped)
    assert len(gallery.stale()) == 1
    assert len(gallery.files()) == 1


def test_a_run_with_processes_makes_the_same_bytes_as_one_without(gallery: Gallery) -> None:
    text = TWO + "[[item]]\nname='c'\nformat='mp4'\n[[item]]\nname='d'\nformat='pdf'\nsteps='1-2'"
    gallery.run(text)
    alone, facts = gallery.files(), (gallery.folder / manifest.NAME).read_bytes()
    rmtree(gallery.folder)
    gallery.folder.mkdir()
    report = gallery.run(text, partial(pool.run, jobs=2))
    assert (report.rendered, report.failed) == (4, [])
    assert gallery.files() == alone
    assert (gallery.folder / manifest.NAME).read_bytes() == facts


@POSIX
@pytest.mark.parametrize(("times", "failed"), [(1, set()), (2, {"2.gif"})])
def test_an_item_whose_process_is_killed_is_begun_anew_once(
    times: int, failed: set[str], gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = gallery.spec("[[sweep]]\nname='{seed}'\nseed=[1,2,3,4]").items
    given: list[str] = []

    def give(self: Any, pipe: Any, worker: Any) -> None:
        own(self, pipe, worker)
        given.append(worker.job[1].name if worker.job else "")
        if given[-1] == "2" and given.count("2") <= times:
            os.kill(worker.process.pid, signal.SIGKILL)

    own = pool._Pool._give
    monkeypatch.setattr(pool._Pool, "_give", give)
    done = {found[number].path: result for number, result in pool.run(found, 2)}
    assert done.keys() == {item.path for item in found}
    assert {path for path, result in done.items() if isinstance(result, Failure)} == failed
    reason = Failure("its process died 2 times: killed by SIGKILL")
    assert all(done[path] == reason for path in failed)


def test_processes_that_cannot_start_are_told_not_tried_for_ever(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "work", sys.exit)  # ends with status 1: it is given a pipe
    with pytest.raises(OutputError, match="no process can be started: exit status 1; --jobs 1"):
        list(pool.run(gallery.spec().items, 2))


def blocked(pipe: Connection) -> None:
    """Tell which signals are kept from a worker that only starts."""
    pipe.send(int(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())))


@POSIX
def test_no_worker_hears_an_interrupt_while_its_python_starts() -> None:
    # In a process of its own: only the first workers of one start what Python has beside them.
    script = """
        from tcviz.gallery import pool
        from tests.test_gallery_run import blocked
        if __name__ == "__main__":
            pool.work = blocked
            workers = pool._Pool([])
            workers.start()
            workers.start()
            print([pipe.recv() for pipe in workers.workers])
            workers.stop()
    """
    words = [sys.executable, "-c", dedent(script)]
    told = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert told == "[1, 1]\n"


def test_only_one_run_at_a_time_has_a_folder(gallery: Gallery) -> None:
    pytest.importorskip("fcntl")
    with (
        places.alone(gallery.folder),
        pytest.raises(OutputError, match="being written by another tcviz gallery"),
        places.alone(gallery.folder),
    ):
        pass


@pytest.mark.parametrize("nameless", [True, False])
def test_a_file_has_its_name_only_when_it_is_whole(
    nameless: bool, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    places.put(gallery.folder, "a.gif", b"old")
    monkeypatch.setattr(places, "_pour", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        places.put(gallery.folder, "a.gif", b"new")
    assert gallery.files() == {"a.gif": b"old"}


def test_what_a_killed_run_left_on_its_way_is_cleared_by_the_next(gallery: Gallery) -> None:
    (gallery.folder / f"{places.PASSING}123").write_bytes(b"half a f")
    gallery.run()
    assert gallery.files().keys() == {"a.gif", "sub/b.svg"}
