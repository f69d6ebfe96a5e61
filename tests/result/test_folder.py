"""Result folders: files are whole or not there, and damage is said in one line."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from simbiz.errors import InputError
from simbiz.results import folder as folder_module
from simbiz.results.folder import open_folder, read_json, write_json, write_text
from simbiz.results.series import read_series, write_series


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
    assert list(tmp_path.iterdir()) == [file]


def test_a_text_that_stays_the_same_is_left_alone(tmp_path):
    file = tmp_path / "claims.json"
    write_text(file, "first\n")
    before = file.stat().st_mtime_ns, file.stat().st_ino
    write_text(file, "first\n")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_json_comes_back_as_it_was_with_the_order_of_its_keys(tmp_path):
    data = {"b": [1, 2.5, None, True], "a": {"ä": "“"}}
    write_json(tmp_path / "x.json", data)
    assert read_json(tmp_path / "x.json") == data
    assert list(read_json(tmp_path / "x.json")) == ["b", "a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n "a": 1,\n', "x.json:3: is damaged: "),
        (b"\xff\xfe", "x.json: is damaged: it is no text in UTF-8"),
        (b"[1, 2]", "x.json: is damaged: it holds no table of facts"),
        (b"[" * 100_000, "x.json: is damaged: it is nested too deeply"),
        (None, "x.json: cannot be read: No such file or directory"),
    ],
)
def test_damaged_json_is_said_in_one_line(tmp_path, content, said):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_json(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


COLUMNS = {"week": np.arange(4), "firm": np.array(["a", "b"] * 2, dtype=object), "revenue": np.linspace(0, 1, 4)}


def test_series_are_read_back_as_they_were(tmp_path):
    path = write_series(tmp_path, "key", COLUMNS)
    assert path == tmp_path / "series" / "key.parquet"
    table = pq.read_table(path).to_pandas()
    assert list(table.columns) == list(COLUMNS)
    for name, values in COLUMNS.items():
        assert table[name].tolist() == values.tolist()
        assert read_series(tmp_path, "key")[name].tolist() == values.tolist()


def test_series_of_many_runs_are_one_table_that_says_whose_they_are(tmp_path):
    keys = ["0" * 32, "a" * 32]
    for key in keys[::-1]:
        write_series(tmp_path, key, COLUMNS)
    (tmp_path / "series" / "mine.parquet").write_bytes(b"from elsewhere")
    table = read_series(tmp_path)
    assert list(table.columns) == ["key", *COLUMNS]
    assert table["key"].tolist() == [keys[0]] * 4 + [keys[1]] * 4


def test_series_that_are_missing_or_damaged_are_said_in_one_line(tmp_path):
    with pytest.raises(InputError, match="keeps no weekly series"):
        read_series(tmp_path)
    path = write_series(tmp_path, "0" * 32, COLUMNS)
    with pytest.raises(InputError, match=r"other.parquet: is missing"):
        read_series(tmp_path, "other")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"0.parquet: is damaged: ") as caught:
        read_series(tmp_path)
    assert "\n" not in str(caught.value)


def test_series_are_whole_or_not_there(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    (tmp_path / "series").mkdir()
    monkeypatch.setattr(folder_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_series(tmp_path, "key", COLUMNS)
    assert list((tmp_path / "series").iterdir()) == []
