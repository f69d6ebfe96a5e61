import math
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simbiz.errors import InputError
from simbiz.files.toml_file import INTEGER_LIMIT, SIZE_LIMIT, TomlFile, dumps, read, write
from simbiz.files.toml_lines import KeyLines, KeyPath


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "scenario.toml"


def test_a_file_comes_back_as_plain_values_with_lines(toml: Path):
    toml.write_text('weeks = 52\n\n[market]\ngrowth = 0.02\nnames = ["a", "b"]\n')
    file = read(str(toml))
    assert file.path == toml
    assert file.data == {"weeks": 52, "market": {"growth": 0.02, "names": ["a", "b"]}}
    assert type(file.data["market"]) is dict
    assert type(file.data["weeks"]) is int
    assert file.line_of(["market", "growth"]) == 4


def test_a_key_that_is_missing_is_placed_at_what_surrounds_it(toml: Path):
    toml.write_text("weeks = 52\n\n[market]\ngrowth = 0.02\n")
    file = read(toml)
    assert file.line_of(["market", "size", "mean"]) == 3
    assert file.line_of(["firm"]) is None
    assert file.line_of([]) is None


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(toml: Path):
    toml.write_bytes(b"\xef\xbb\xbfweeks = 52\r\n\r\n[market]\r\ngrowth = 1\r\n")
    file = read(toml)
    assert file.data == {"weeks": 52, "market": {"growth": 1}}
    assert file.line_of(["market", "growth"]) == 4


def test_a_file_of_comments_only_is_a_file_that_changes_nothing(toml: Path):
    toml.write_text("# all as in the parent\n")
    assert read(toml).data == {}


def test_a_missing_file_is_refused_by_name(toml: Path):
    with pytest.raises(InputError, match=r"scenario.toml: does not exist$"):
        read(toml)


def test_a_folder_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(toml: Path):
    os.mkfifo(toml)
    with pytest.raises(InputError, match="a device or a pipe"):
        read(toml)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(toml: Path):
    toml.write_text("a = 1")
    toml.chmod(0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read(toml)


def test_a_name_no_file_can_have_is_refused():
    with pytest.raises(InputError, match=r"cannot be read|does not exist"):
        read("a\0b.toml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ": is empty, at least one key is needed"),
        (b" \n\t\n", ": is empty, at least one key is needed"),
        (b"a = 1\nb\0 = 2", ": is a binary file, TOML text in UTF-8 is needed"),
        ("a = 1".encode("utf-16"), ": is a binary file, TOML text in UTF-8 is needed"),
        (b"a = 1\nb = '\xff'", ":2: is not UTF-8 text, which TOML must be"),
        (b"#" * (SIZE_LIMIT + 1), ": is too large, at most 1,000,000 bytes are allowed"),
        (b"a = nan", ":1: a is nan, a finite number is needed"),
        (b"x = 1\n[a]\nb = [\n  1.0,\n  -inf,\n]", ":5: a.b[1] is -inf, a finite number is needed"),
        (b"a = 1e999", ":1: a is inf, a finite number is needed"),
        (b"a = 9223372036854775808", ":1: a is too large, whole numbers fit 64 bits"),
        (b"a = 1\n[b]\nc = 2\nc = 3", ":4: b.c is already defined on line 3, once is allowed"),
        (b"a = 1\n[b]\n[c]\n[b]", ":4: b is already defined on line 2, once is allowed"),
        (b"t = { a = 1, a = 2 }", ":1: t.a is already defined on line 1, once is allowed"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(toml: Path, content: bytes, expected: str):
    assert refusal(toml, content) == expected


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a = 1\nname = partner\n", 2),
        ("a = 1\n\nweeks 52\n", 3),
        ("a = 1\nb = [1,\n2,\n\n\n", 3),
        ('a = "no end\nb = 2', 1),
        ("a = 1 b = 2", 1),
        ("a = " + "9" * 5000, 1),
        ("[a", 1),
        ("a = 1\nb = 2020-13-45\n", 2),
        ("a.b = 1\n[a]\n", 2),
    ],
)
def test_a_syntax_error_names_its_line(toml: Path, content: str, line: int):
    assert refusal(toml, content).startswith(f":{line}: not valid TOML: ")


def test_an_unquoted_text_gets_a_hint(toml: Path):
    assert refusal(toml, "name = partner").endswith("text stands in quotes, true and false in lower case")


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + ".a" * 20_000 + " = 1",
        "a = " + "[" * 300_000,
        '"\\' * 300_000,
        '"""\\' * 200_000,
        "'''" * 200_000 + "'",
        "[[a]]\n" * 150_000 + "b",
        "a = [" + "1," * 300_000 + "",
    ],
    ids=["dotted", "brackets", "quotes", "long quotes", "apostrophes", "tables", "array"],
)
def test_a_hostile_file_is_refused_within_seconds(toml: Path, hostile: str):
    start = time.process_time()
    refusal(toml, hostile)
    assert time.process_time() - start < 5


def leaves(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, (*path, index))]
    return [path]


keys = st.text("abcdefgh_-", min_size=1, max_size=5)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
numbers = st.integers(-INTEGER_LIMIT, INTEGER_LIMIT - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    texts | numbers | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_what_is_written_is_read_back_and_every_value_has_a_line(data: dict[str, Any]):
    text = dumps(data)
    file = TomlFile(Path("x.toml"), data, KeyLines(text, Path("x.toml")).lines)
    for path in leaves(data):
        line = file.line_of(path)
        assert line is not None
        assert path in file.lines
        if isinstance(path[-1], str):
            assert path[-1] in text.split("\n")[line - 1]


@settings(deadline=None)
@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_a_written_file_holds_the_values_it_was_given(tmp_path_factory: Any, data: dict[str, Any]):
    path = tmp_path_factory.getbasetemp() / "written.toml"
    write(path, data)
    assert read(path).data == data


@pytest.mark.parametrize("number", [0.1, 1e-7, 1e16, -0.0, 5e-324, math.pi])
def test_a_number_is_written_to_its_last_bit(toml: Path, number: float):
    write(toml, {"number": number})
    assert read(toml).data["number"].hex() == number.hex()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(toml: Path, monkeypatch: pytest.MonkeyPatch):
    write(toml, {"a": 1})

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write(toml, {"a": 2})
    assert read(toml).data == {"a": 1}
    assert list(toml.parent.iterdir()) == [toml]


def test_a_write_into_a_missing_folder_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be written: No such file"):
        write(tmp_path / "nowhere" / "x.toml", {"a": 1})


def test_a_reader_never_sees_a_file_half_written(toml: Path):
    worlds = [{"values": [number] * 500} for number in (1, 2)]
    write(toml, worlds[0])
    writer = threading.Thread(target=lambda: [write(toml, worlds[turn % 2]) for turn in range(6)])
    writer.start()
    while writer.is_alive():
        assert read(toml).data in worlds
    writer.join()
