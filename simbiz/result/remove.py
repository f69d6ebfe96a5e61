"""Results are thrown away: only folders that simbiz made, and only what lies in them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from simbiz.errors import InputError
from simbiz.result.folder import open_folder
from simbiz.result.load import is_result, require_result
from simbiz.result.manifest import earlier_manifest
from simbiz.result.merge import shards_in
from simbiz.result.reading import LEDGER
from simbiz.result.series import KEPT

WRITTEN = ("runs.sqlite*", "*.json", "*.svg", "*.png", *KEPT, "scenarios", "plans", "shard-*", "log", ".*.tmp")


def require_removable(folder: Path) -> Path:
    """Refuse to throw away what is no result, what is a link, and what is being written.

    Raises
    ------
    InputError
        For the first reason.
    """
    if folder.is_symlink():
        raise InputError("is a link; remove the folder that it points to", file=folder)
    require_result(folder)
    if Path.cwd().is_relative_to(folder.resolve()):
        raise InputError("holds the working folder; go elsewhere to remove it", file=folder)
    open_folder(folder)
    for ledger in [folder / LEDGER, *folder.glob(f"*/{LEDGER}")]:
        if _is_being_written(ledger):
            raise InputError("another process is writing it", file=ledger)
    return folder


def _is_being_written(ledger: Path) -> bool:
    lock = ledger.with_name(f"{ledger.name}.lock")
    if not lock.is_file():
        return False
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False


def strangers(folder: Path) -> list[str]:
    """Files at the top of a result folder that simbiz did not write."""
    known = {name.partition("/")[0] for name in (earlier_manifest(folder) or {}).get("files", {})}
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in known and not any(path.match(pattern) for pattern in WRITTEN)
    )


def removable(folders: Sequence[Path]) -> list[Path]:
    """What is to be removed for folders that are given: shards for a study that has nothing else, nothing twice.

    Raises
    ------
    InputError
        As `require_removable` does.
    """
    wanted = [part for folder in folders for part in (shards_in(folder) if not is_result(folder) else []) or [folder]]
    apart = [one for one in wanted if not any(other in one.parents for other in wanted)]
    return [require_removable(folder) for folder in dict.fromkeys(apart)]


def remove(folder: Path) -> None:
    """Remove a result folder, and those above it below results/ that are empty then; links are cut, not followed."""
    require_removable(folder)
    shutil.rmtree(folder)
    for above in folder.absolute().parents:
        if not any(one.name == "results" for one in above.parents) or any(above.iterdir()):
            break
        above.rmdir()
