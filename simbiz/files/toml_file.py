"""TOML files: read with the line of every key, refused early when hostile, written whole or not at all."""

from __future__ import annotations

import math
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simbiz.errors import InputError
from simbiz.files.toml_lines import KeyLines, KeyPath, dotted
from simbiz.files.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SIZE_LIMIT = 1_000_000
INTEGER_LIMIT = 2**63
EXTENDS_LIMIT = 16

PARSER_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
HINTS = {
    "Invalid value": "text stands in quotes, true and false in lower case",
    "Expected '=' after a key in a key/value pair": "a line is `key = value` or `[table]`",
    "Expected newline or end of document after a statement": "one `key = value` per line, text in quotes",
    "Unclosed array": "an array ends with ]",
}


@dataclass(frozen=True)
class TomlFile:
    """A TOML file that has been read.

    Parameters
    ----------
    path
        Where it was read from, as the user gave it.
    data
        Its content in plain Python values.
    lines
        The line of every key and array element, counted from 1.
    """

    path: Path
    data: dict[str, Any]
    lines: Mapping[KeyPath, int] = field(repr=False)

    def line_of(self, key_path: Sequence[str | int]) -> int | None:
        """Tell where a key stands.

        Parameters
        ----------
        key_path
            Names of keys and, inside arrays, positions counted from 0.

        Returns
        -------
        int or None
            Its line counted from 1; for a key that is not there, the line of the nearest thing around it.
        """
        path = tuple(key_path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read(path: str | os.PathLike[str]) -> TomlFile:
    """Read a TOML file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    TomlFile
        Its content and the line of every key.

    Raises
    ------
    InputError
        If it cannot be read, is larger than `SIZE_LIMIT` bytes, is nested deeper than
        `simbiz.files.toml_lines.DEPTH_LIMIT`, is not valid TOML, or holds a number that is not finite or does
        not fit 64 bits.
    """
    path = Path(path)
    text = _text(path)
    keys = KeyLines(text, path)
    file = TomlFile(path, _parsed(text, keys, path), keys.lines)
    for key_path, value in _leaves(file.data):
        complaint = _complaint_about_number(value)
        if complaint:
            message = f"{dotted(key_path)} {complaint}"
            raise InputError(message, file=path, line=file.line_of(key_path))
    return file


def chain(path: Path, find: Callable[[str], Path], what: str, seen: tuple[Path, ...] = ()) -> Iterator[TomlFile]:
    """Read a file and those that it extends, itself first.

    Parameters
    ----------
    path
        The file.
    find
        Gives the path of a name; a file of that name beside `path` goes before.
    what
        What is extended, in the words of a message: "a scenario".
    seen
        Files on the way here.

    Raises
    ------
    InputError
        If `extends` names nothing that exists, runs in a loop, or through more than `EXTENDS_LIMIT` files.
    """
    file = read(path)
    yield file
    parent = file.data.get("extends")
    if parent is None:
        return
    line = file.line_of(("extends",))
    if not isinstance(parent, str):
        raise InputError(f"extends must be the name of {what}", file=path, line=line)
    beside = path.parent / f"{parent.replace('-', '_')}.toml"
    try:
        parent_path = beside if is_there(beside) else find(parent)
    except InputError as error:
        raise InputError(f"extends = {error.message}", file=path, line=line) from None
    if parent_path.resolve() in (*seen, path.resolve()):
        raise InputError(f"extends runs in a loop through {parent}", file=path, line=line)
    if len(seen) >= EXTENDS_LIMIT:
        raise InputError(f"extends runs through more than {EXTENDS_LIMIT} files", file=path, line=line)
    yield from chain(parent_path, find, what, (*seen, path.resolve()))


def place_of(key_path: KeyPath, files: Sequence[TomlFile]) -> tuple[Path, int | None]:
    """Tell where the nearest thing around a key stands, the first file going before those that it extends."""
    for length in range(len(key_path), 0, -1):
        for file in files:
            if key_path[:length] in file.lines:
                return file.path, file.lines[key_path[:length]]
    return files[0].path, None


def is_there(path: Path) -> bool:
    """Tell whether a path leads to anything; one that no system could have leads to nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def dumps(data: Mapping[str, Any]) -> str:
    """Write plain Python values as TOML text."""
    # Imported here because reading, which is all most commands do, needs no writer.
    import tomlkit

    return tomlkit.dumps(data)


def entry(key: str, value: Any) -> str:
    """Write one `key = value` on one line, tables as { }."""
    import tomlkit

    document = tomlkit.document()
    document.append(key, _inline(value))
    return tomlkit.dumps(document).strip()


def _inline(value: Any) -> Any:
    import tomlkit

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    for key, inner in value.items():
        table.append(key, _inline(inner))
    return table


def write(path: str | os.PathLike[str], data: Mapping[str, Any]) -> None:
    """Write a TOML file whole or not at all, whenever the process is stopped.

    Parameters
    ----------
    path
        The file to make or to replace.
    data
        Plain Python values.

    Raises
    ------
    InputError
        If the folder does not exist or cannot be written.
    """
    path = Path(path)
    text = dumps(data)
    try:
        with whole_file(path) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(message, file=path) from error


def _text(path: Path) -> str:
    content = _content(path)
    if len(content) > SIZE_LIMIT:
        message = f"is too large, at most {SIZE_LIMIT:,} bytes are allowed"
        raise InputError(message, file=path)
    if b"\0" in content:
        message = "is a binary file, TOML text in UTF-8 is needed"
        raise InputError(message, file=path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "is not UTF-8 text, which TOML must be"
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(message, file=path, line=line) from None
    if not text.strip():
        message = "is empty, at least one key is needed"
        raise InputError(message, file=path)
    return text


def _content(path: Path) -> bytes:
    try:
        # Opening a pipe would wait for a writer for ever.
        if path.exists() and not path.is_file():
            message = f"is {'a folder' if path.is_dir() else 'a device or a pipe'}, a TOML file is needed"
            raise InputError(message, file=path)
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        message = "does not exist"
        raise InputError(message, file=path) from None
    except (OSError, ValueError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(message, file=path) from error


def _parsed(text: str, keys: KeyLines, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also int() on thousands of digits
        complaint = str(error)
    if complaint.startswith(("Cannot ", "Duplicate ")) and keys.repeated:
        key_path, before, again = keys.repeated
        message = f"{dotted(key_path)} is already defined on line {before}, once is allowed"
        raise InputError(message, file=path, line=again)
    place = PARSER_PLACE.search(complaint)
    line = int(place["line"]) if place and place["line"] else text.rstrip().count("\n") + 1
    what = complaint[: place.start()] if place else complaint
    hint = f"; {HINTS[what]}" if what in HINTS else ""
    message = f"not valid TOML: {what[:1].lower()}{what[1:]}{hint}"
    raise InputError(message, file=path, line=line)


def _leaves(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _complaint_about_number(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}, a finite number is needed"
    if isinstance(value, int) and not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        return "is too large, whole numbers fit 64 bits"
    return ""
