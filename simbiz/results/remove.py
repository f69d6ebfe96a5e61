"""Results are thrown away: only folders that hold one, and only what simbiz wrote into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, MANIFEST, is_plain_file, open_folder
from simbiz.results.own import FOLDERS, files_of, is_result, live_files_of, others_in, require_result, shards_in
from simbiz.results.reading import LEDGER


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
    for ledger in [part / LEDGER for part in (folder, *shards_in(folder))]:
        if _is_being_written(ledger):
            raise InputError("another process is writing it", file=ledger)
    return folder


def _is_being_written(ledger: Path) -> bool:
    lock = ledger.with_name(f"{ledger.name}.lock")
    if not is_plain_file(lock):
        return False
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False


def strangers(folder: Path) -> list[str]:
    """What lies in a result folder and is no part of the result, by relative name: it stays where it is."""
    shards = shards_in(folder)
    known = {path.relative_to(folder).as_posix() for path in (*files_of(folder), *live_files_of(folder))}
    found = [name for name in others_in(folder, known) if folder / name not in shards]
    return found + [f"{shard.name}/{name}" for shard in shards for name in strangers(shard)]


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


def remove(folder: Path) -> list[str]:
    """Remove a result: its files, its folder if nothing else lies there, and those above below results/ that are empty.

    Returns
    -------
    list of str
        What stays because it is no part of the result, by relative name.

    Raises
    ------
    InputError
        As `require_removable` does, and if a file cannot be removed.
    """
    require_removable(folder)
    others = strangers(folder)
    try:
        _remove_own(folder)
    except OSError as error:
        raise InputError(f"cannot be removed: {error.strerror}", file=error.filename or folder) from None
    for above in folder.absolute().parents if not folder.exists() else ():
        if not any(one.name == "results" for one in above.parents) or any(above.iterdir()):
            break
        above.rmdir()
    return others


def _remove_own(folder: Path) -> None:
    for shard in shards_in(folder):
        _remove_own(shard)
    # By these a result is known: whatever interrupts this, the same command goes on with it.
    last = [path for path in (folder / MANIFEST, folder / INPUTS) if is_plain_file(path)]
    for path in [*(path for path in (*files_of(folder), *live_files_of(folder)) if path not in last), *last]:
        path.unlink(missing_ok=True)
    for place in (*(folder / name for name in FOLDERS), folder):
        with suppress(OSError):  # it is missing, it is a link, or something else lies there
            place.rmdir()
