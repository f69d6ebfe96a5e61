"""Result folders: made, written whole, read back, and told from other folders."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.whole_file import make_folder, whole_file

MANIFEST = "manifest.json"
INPUTS = "study.json"
LARGEST_JSON = 2**30


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


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; one that says the same already is left as it is."""
    data = text.encode("utf-8")
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
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
