"""Result folders and their manifests."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

from simbiz.errors import InputError

PACKAGES = ("simbiz", "mesa", "numpy", "scipy", "numba", "pandas", "pydantic")


def open_folder(path: Path) -> Path:
    """Make a result folder, or find it.

    Raises
    ------
    InputError
        If it cannot be made or written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that is there once it is whole and safe, and not before."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write manifest.json: what was run, with which seeds, versions and sources, where and when."""
    manifest = {
        "schema_version": 1,
        **facts,
        "command": sys.argv,
        "python": platform.python_version(),
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
        "versions": {name: _version(name) for name in PACKAGES},
        "source": _commit(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_text(folder / "manifest.json", json.dumps(manifest, indent=2) + "\n")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> dict[str, Any]:
    """Commit of the source folder and whether it is clean; empty for an installed package."""
    folder = Path(__file__).parents[2]
    if not (folder / ".git").exists():
        return {}
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return {"commit": commit, "clean": not _git(folder, "status", "--porcelain")}
    except (OSError, subprocess.SubprocessError):
        return {}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
