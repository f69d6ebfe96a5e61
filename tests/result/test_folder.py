"""Result folders: files are whole or not there, and say how they were made."""

import json
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from simbiz.errors import InputError
from simbiz.result import folder as folder_module
from simbiz.result.folder import open_folder, write_manifest, write_text
from simbiz.result.series import write_series


def test_a_folder_is_made_with_those_above_it_and_found_again(tmp_path):
    path = tmp_path / "one" / "two"
    assert open_folder(path) == path
    assert open_folder(path).is_dir()


def test_a_folder_that_cannot_be_made_is_a_mistake_of_the_user(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "below", tmp_path / "file"):
        with pytest.raises(InputError, match="cannot be written: ") as caught:
            open_folder(path)
        assert str(caught.value).startswith(str(path))
        assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_a_mistake_of_the_user(tmp_path, monkeypatch):
    # Permissions do not bind the superuser, as whom tests may run.
    monkeypatch.setattr(folder_module.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        open_folder(tmp_path)


def test_a_text_is_replaced_whole(tmp_path, monkeypatch):
    file = tmp_path / "claims.json"
    write_text(file, "first\n")

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(file, "second\n")
    assert file.read_bytes() == b"first\n"


def test_the_manifest_says_what_was_run_and_with_what(tmp_path):
    write_manifest(tmp_path, {"study": "claims", "seeds": [1, 2], "model": "abc"})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["schema_version"], manifest["study"], manifest["seeds"]) == (1, "claims", [1, 2])
    assert manifest["command"] == sys.argv
    assert manifest["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"simbiz", "mesa", "numpy", "numba"} <= set(manifest["versions"])
    assert "not installed" not in manifest["versions"].values()
    assert manifest["written"].endswith("+00:00")


COLUMNS = {"week": np.arange(4), "firm": np.array(["a", "b"] * 2, dtype=object), "revenue": np.linspace(0, 1, 4)}


def test_series_are_read_back_as_they_were(tmp_path):
    path = write_series(tmp_path, "key", COLUMNS)
    assert path == tmp_path / "series" / "key.parquet"
    table = pq.read_table(path).to_pandas()
    assert list(table.columns) == list(COLUMNS)
    for name, values in COLUMNS.items():
        assert table[name].tolist() == values.tolist()


def test_series_are_whole_or_not_there(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_series(tmp_path, "key", COLUMNS)
    assert list((tmp_path / "series").glob("*.parquet")) == []
