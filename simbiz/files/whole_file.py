"""Files that are there once they are whole and safe, and not before: the one place where files are written."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# What file systems say that cannot make the names in a folder safe: some on a network, and those of Windows.
CANNOT = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM}


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name once its content is on the disk.

    Parameters
    ----------
    path : Path
        The file to make or to replace; its folder must exist.

    Yields
    ------
    binary file
        Of another name; whatever interrupts the writing, that one is gone and `path` is as it was.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    keep_names(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, so that a loss of power does not take them away.

    Raises
    ------
    OSError
        If one cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        keep_names(folder.parent)


def keep_names(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was renamed is there after a loss of power only then."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in CANNOT:
            return
        raise
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in CANNOT:
            raise
    finally:
        os.close(opened)
