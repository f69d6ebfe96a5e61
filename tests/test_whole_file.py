"""Files take their names when they are whole and safe, and names survive a loss of power."""

import errno
import os
import stat
from pathlib import Path

import pytest

from simbiz.files import whole_file as module
from simbiz.files.whole_file import make_folder, whole_file


@pytest.fixture
def safe(monkeypatch):
    """Give what was brought to the disk, in its order: names of files and folders, by descriptor."""
    seen, fsync = [], os.fsync

    def noted(descriptor):
        fsync(descriptor)
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        seen.append(("folder" if is_folder else "file", str(Path(f"/proc/self/fd/{descriptor}").readlink())))

    monkeypatch.setattr(module.os, "fsync", noted)
    return seen


def test_content_is_safe_before_the_name_and_the_name_before_it_is_told(tmp_path, safe):
    with whole_file(tmp_path / "x") as file:
        file.write(b"1")
        assert not (tmp_path / "x").exists()
    assert [kind for kind, _ in safe] == ["file", "folder"]
    assert safe[0][1].startswith(f"{tmp_path}/.x.")
    assert safe[1][1] == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_folders_that_are_made_are_safe_in_those_above_them(tmp_path, safe):
    make_folder(tmp_path / "a" / "b")
    assert safe == [("folder", str(tmp_path)), ("folder", str(tmp_path / "a"))]
    make_folder(tmp_path / "a" / "b")
    assert len(safe) == 2


@pytest.mark.parametrize("number", sorted(module.CANNOT))
def test_a_file_system_that_cannot_do_it_for_folders_is_no_mistake(tmp_path, monkeypatch, number):
    def refusing(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.os, "fsync", refusing)
    with whole_file(tmp_path / "x") as file:
        file.write(b"1")
    assert (tmp_path / "x").read_bytes() == b"1"


def test_a_disk_that_breaks_is_told_and_what_was_there_stays_where_the_name_was_not_given(tmp_path, monkeypatch):
    (tmp_path / "x").write_bytes(b"old")
    monkeypatch.setattr(module.os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(errno.EIO, "I/O")))
    with pytest.raises(OSError, match="I/O"), whole_file(tmp_path / "x") as file:
        file.write(b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_two_who_write_one_file_at_a_time_do_not_meet(tmp_path):
    with whole_file(tmp_path / "x") as one, whole_file(tmp_path / "x") as two:
        one.write(b"1")
        two.write(b"2")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"1")]
