"""Result folders: made, written whole, read back; whatever a result says, no path leads out of its folder."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.files.whole_file import make_folder, whole_file

MANIFEST = "manifest.json"
INPUTS = "study.json"
LARGEST_JSON = 2**30
PLAIN_NAME = re.compile(r"\w([\w .()+-]*[\w)+-])?")
LONGEST_NAME = 240  # bytes, of the 255 that file systems allow: a file has a longer name while it is written


def open_folder(path: Path) -> Path:
    """Make a result folder, or find it.

    Raises
    ------
    InputError
        If it cannot be made or written.
    """
    try:
        make_folder(path)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None
    return path


def plain_name(name: Any, what: str, file: Path) -> str:
    """Give back a name that can only be that of a file in a folder.

    Parameters
    ----------
    name
        What a file of a result says.
    what : str
        What it is the name of.
    file : Path
        The file that says it.

    Raises
    ------
    InputError
        If it is anything else: a path, a text with signs that lead elsewhere, no text.
    """
    if isinstance(name, str) and PLAIN_NAME.fullmatch(name) and len(name.encode()) <= LONGEST_NAME:
        return name
    raise InputError(f"is damaged: its {what} is {name!r}, allowed is a plain file name", file=file)


def link_on_the_way(folder: Path, path: Path) -> Path | None:
    """First part of a path below a folder that is a link; None if none is."""
    parts = path.relative_to(folder).parts
    places = (folder.joinpath(*parts[:number]) for number in range(1, len(parts) + 1))
    return next((place for place in places if place.is_symlink()), None)


def part_of(folder: Path, *names: str) -> Path:
    """Path of a part of a result folder.

    Raises
    ------
    InputError
        If a name is no plain file name, or if a link stands on the way: none inside a result is followed.
    """
    path = folder.joinpath(*(plain_name(name, "part", folder) for name in names))
    link = link_on_the_way(folder, path)
    if link is not None:
        raise InputError("is a link, and no link inside a result is followed: put there what it points to", file=link)
    return path


def parts_in(folder: Path, name: str, pattern: re.Pattern[str]) -> list[Path]:
    """Parts in a folder of a result whose names fit a pattern, in the order of their names.

    Raises
    ------
    InputError
        If one of them, or the folder itself, is a link.
    """
    return [part_of(folder, name, found) for found in names_in(part_of(folder, name)) if pattern.fullmatch(found)]


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, by name; nothing where it is missing, is a link or cannot be read."""
    try:
        return [] if folder.is_symlink() else sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def is_plain_file(path: Path) -> bool:
    """Whether there is a file that is no link."""
    return path.is_file() and not path.is_symlink()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; one that says the same already is left as it is."""
    data = text.encode("utf-8")
    if is_plain_file(path) and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    with whole_file(path) as file:
        file.write(data)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as JSON, whole or not at all."""
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def read_json(path: Path) -> dict[str, Any]:
    """Read an object of JSON.

    Raises
    ------
    InputError
        If the file is missing or damaged, with the line of the damage.
    """
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise InputError(f"is larger than the allowed {LARGEST_JSON >> 20} MB", file=path)
        # A device never ends, and a pipe may never begin.
        if not path.is_file():
            raise InputError("cannot be read: it is no file", file=path)
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None
    except UnicodeDecodeError:
        raise InputError("is damaged: it is no text in UTF-8", file=path) from None
    except json.JSONDecodeError as error:
        raise InputError(f"is damaged: {error.msg}", file=path, line=error.lineno) from None
    except ValueError as error:  # also int() on thousands of digits
        raise InputError(f"is damaged: {error}", file=path) from None
    except RecursionError:
        raise InputError("is damaged: it is nested too deeply", file=path) from None
    if not isinstance(data, dict):
        raise InputError("is damaged: it holds no table of facts", file=path)
    return data
