"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from stat import S_IMODE
from textwrap import dedent
from typing import Any, BinaryIO

import pytest

from tcviz.errors import OutputError, RequestError, quoted_path
from tcviz.files.writing import STALE, check_target, whole_file

OLD, NEW = b"what was there", b"what is new"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.gif"
    path.write_bytes(OLD)
    return path


def refuse(number: int) -> Callable[..., None]:
    """Return a function that fails as the system would."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_new_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new.gif"
    with whole_file(path) as file:
        file.write(NEW)
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == NEW
    assert [p.name for p in tmp_path.iterdir()] == ["new.gif"]


def test_an_older_file_is_there_until_the_new_one_is_whole(old: Path) -> None:
    with whole_file(old) as file:
        file.write(NEW)
        file.flush()
        assert old.read_bytes() == OLD
    assert old.read_bytes() == NEW


def test_what_is_written_goes_beside_the_target_so_that_no_disk_is_crossed(old: Path) -> None:
    with whole_file(old) as file:
        beside = Path(file.name)
        assert beside.parent == old.parent
        assert beside.name.startswith(".old")
        assert beside.suffix == ".gif"
    assert not beside.exists()


@pytest.mark.parametrize("blow", [ValueError, KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("name", ["old.gif", "new.gif"])
def test_whatever_goes_wrong_leaves_the_folder_as_it_was(
    blow: type[BaseException], name: str, old: Path
) -> None:
    with pytest.raises(blow), whole_file(old.parent / name) as file:  # noqa: PT012
        file.write(NEW)
        raise blow
    assert old.read_bytes() == OLD
    assert [p.name for p in old.parent.iterdir()] == ["old.gif"]


def test_an_interrupt_in_the_moment_in_which_the_file_is_made_leaves_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.open

    def interrupted(*words: Any) -> int:
        os.close(make(*words))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", interrupted)
    with pytest.raises(KeyboardInterrupt), whole_file(old):
        pytest.fail("it goes on")
    assert old.read_bytes() == OLD
    assert [p.name for p in old.parent.iterdir()] == ["old.gif"]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "No space left on device"), (errno.EACCES, "Permission denied")],
)
def test_a_refusal_at_the_last_moment_is_told_and_leaves_nothing(
    step: str, number: int, reason: str, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, refuse(number))
    with (
        pytest.raises(OutputError, match=f"^cannot write '.*old.gif': {reason}$"),
        whole_file(old) as file,
    ):
        file.write(NEW)
    assert old.read_bytes() == OLD
    assert [p.name for p in old.parent.iterdir()] == ["old.gif"]


def test_a_disk_that_fills_up_while_writing_is_told_and_leaves_nothing(old: Path) -> None:
    def fill(file: BinaryIO) -> None:
        file.write(NEW)
        refuse(errno.ENOSPC)()

    with (
        pytest.raises(OutputError, match=r"^cannot write '.*old.gif': No space left on device$"),
        whole_file(old) as file,
    ):
        fill(file)
    assert old.read_bytes() == OLD
    assert [p.name for p in old.parent.iterdir()] == ["old.gif"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
@pytest.mark.parametrize("suffix", ["gif", "webp", "apng", "mp4", "webm"])
def test_a_full_disk_keeps_the_older_file_and_takes_one_line_to_say(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"old.{suffix}"
    path.write_bytes(OLD)
    script = f"""
        import resource, signal
        from tcviz.__main__ import main
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
        main("animate -n 2 --first 2 --size 640x360 -o old.{suffix}".split())
    """
    run = subprocess.run(
        [sys.executable, "-B", "-c", dedent(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    told = f"tcviz: cannot write 'old.{suffix}': File too large\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", told)
    assert path.read_bytes() == OLD
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows links need a privilege")
def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    target, link = there / "target.gif", tmp_path / "link.gif"
    target.write_bytes(OLD)
    link.symlink_to(Path("there") / "target.gif")
    with whole_file(link) as file:
        file.write(NEW)
    assert link.is_symlink()
    assert target.read_bytes() == link.read_bytes() == NEW
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["link.gif", "target.gif", "there"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such permissions")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_gets_the_permissions_that_any_program_gives(
    mask: int, mode: int, tmp_path: Path
) -> None:
    before = os.umask(mask)
    try:
        with whole_file(tmp_path / "new.gif") as file:
            file.write(NEW)
        assert os.umask(mask) == mask, "the mask was changed"
    finally:
        os.umask(before)
    assert S_IMODE((tmp_path / "new.gif").stat().st_mode) == mode


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_older_file_keeps_its_permissions(mode: int, old: Path) -> None:
    old.chmod(mode)
    with whole_file(old) as file:
        file.write(NEW)
    assert S_IMODE(old.stat().st_mode) == mode


def test_a_long_name_still_leaves_room_for_the_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / f"{'n' * 250}.gif"
    check_target(path)
    with whole_file(path) as file:
        file.write(NEW)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("folder", "output is {}, a folder; allowed: a file"),
        ("folder/", "output is {}, a folder; allowed: a file"),
        ("file.txt/a.gif", "output folder is {}, a file; allowed: a folder"),
        (f"{'n' * 300}.gif", "output {} cannot be used: File name too long"),
    ],
)
def test_a_target_that_cannot_be_a_file_is_refused(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").touch()
    path = tmp_path / name
    with pytest.raises(RequestError) as caught:
        check_target(path)
    named = quoted_path(path.parent if "/a.gif" in name else path)
    assert str(caught.value) == told.format(named)


def test_what_lies_deep_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(RequestError, match=r"^output folder is '.*file.txt', a file; allowed: "):
        check_target(tmp_path / "file.txt" / "a" / "b.gif")


def litter(target: Path, age: float = 2 * STALE) -> Path:
    """Leave what a run does that is killed while it writes, so many seconds ago."""
    script = """
        import os, sys
        from pathlib import Path
        from tcviz.files.writing import whole_file
        with whole_file(Path(sys.argv[1])) as file:
            os._exit(9)
    """
    before = {*target.parent.iterdir()}
    subprocess.run([sys.executable, "-c", dedent(script), str(target)], check=False)
    (left,) = {*target.parent.iterdir()} - before
    then = time.time() - age
    os.utime(left, (then, then))
    return left


def test_what_a_killed_run_left_goes_when_the_same_target_is_written_again(old: Path) -> None:
    left, running = litter(old), litter(old, age=STALE / 2)
    other = litter(old.with_name("other.gif"))
    theirs = [left.with_name(f"{left.name}{end}") for end in ("x", ".gif")]
    theirs += [left.with_name(left.name[1:]), left.with_name(".old.gif")]
    for path in theirs:
        path.touch()
        os.utime(path, (0, 0))
    folder = left.with_name(left.name.replace(left.name.split("-")[1][:10], "0123456789"))
    folder.mkdir()
    os.utime(folder, (0, 0))
    with whole_file(old) as file:
        file.write(NEW)
    assert not left.exists()
    assert {*old.parent.iterdir()} == {old, running, other, folder, *theirs}
    assert old.read_bytes() == NEW


def test_what_a_killed_run_left_is_found_beside_names_of_any_letters(tmp_path: Path) -> None:
    target = tmp_path / "a[1]*(b)+.tar.gif"
    left, other = litter(target), litter(tmp_path / "a1bbb.tar.gif")
    with whole_file(target):
        pass
    assert {*tmp_path.iterdir()} == {target, other}
    assert not left.exists()


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.gif"
    check_target(path)
    assert not path.parent.exists()
    with whole_file(path) as file:
        file.write(NEW)
    assert path.read_bytes() == NEW


def test_folders_that_were_made_for_nothing_go_again(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "a" / "b" / "c" / "d.gif"):
        raise KeyboardInterrupt
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="such a link is replaced by the file")
def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "circle.gif"
    path.symlink_to(path)
    with pytest.raises(RequestError, match=r"^output '.*' cannot be used: links in a circle$"):
        check_target(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such devices")
def test_a_device_is_refused() -> None:
    with pytest.raises(RequestError, match=r"^output is '/dev/null', a device; allowed: an ordin"):
        check_target(Path("/dev/null"))


def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", refuse(errno.EACCES))
    with (
        pytest.raises(OutputError, match=r"^cannot write '.*new.gif': Permission denied$"),
        whole_file(tmp_path / "new.gif"),
    ):
        pytest.fail("there is nothing to write to")
    assert list(tmp_path.iterdir()) == []
