"""Runs that another ledger has: copied, in one statement a table, because a run done once serves every study."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simbiz.errors import InputError
from simbiz.files.whole_file import whole_file
from simbiz.results.folder import link_on_the_way, open_folder, part_of
from simbiz.results.ledger import VERSION, Ledger, columns_of, facts_of
from simbiz.results.reading import LEDGER, reading, refuse_links
from simbiz.results.series import KEPT, SERIES, kept_file

MEASURED = """
INSERT INTO measured (run, year, firm{columns})
SELECT mine.position, theirs.year, theirs.firm{theirs}
FROM runs mine CROSS JOIN other.runs o ON o.key = mine.key CROSS JOIN other.measured theirs ON theirs.run = o.position
WHERE {wanted} ORDER BY theirs.rowid
"""
FINISHED = """
UPDATE runs SET status = 'ok', seconds = o.seconds, stage = '', error = '', fit = o.fit, programme = o.programme
FROM other.runs o WHERE o.key = runs.key AND {wanted}
"""
FAILED = """
UPDATE runs SET status = 'failed', seconds = o.seconds, stage = o.stage, error = o.error
FROM other.runs o WHERE o.key = runs.key AND runs.status = 'planned' AND o.status = 'failed'
"""
PLANNED = """
INSERT INTO planned SELECT mine.number, p.place, r.position FROM other.plans o
CROSS JOIN other.planned p ON p.plan = o.number CROSS JOIN other.runs t ON t.position = p.run
CROSS JOIN runs r ON r.key = t.key CROSS JOIN plans mine ON mine.fingerprint = o.fingerprint
WHERE mine.number > ?
"""
WANTED = "{mine}.status != 'ok' AND o.status = 'ok'"
ALLOWED = " AND o.key IN (SELECT key FROM temp.allowed)"


SHARDS = f"shard-*-of-*/{LEDGER}"


def ledgers_beside(folder: Path) -> list[Path]:
    """Ledgers in which a study may find its runs done.

    Those of its own shards, and, where its folder is results/NAME/ID or that of a shard there, those of all studies of
    the same results folder and of their shards. Links are not followed.
    """
    folder = folder.absolute()
    found = {path for path in folder.glob(SHARDS) if link_on_the_way(folder, path) is None}
    root = next((above for above in list(folder.parents)[1:3] if above.name == "results"), None)
    if root is not None:
        others = {*root.glob(f"*/*/{LEDGER}"), *root.glob(f"*/*/{SHARDS}")}
        found |= {path for path in others if link_on_the_way(root, path) is None}
    return sorted(found - {folder / LEDGER})


def copy_finished(ledger: Ledger, path: Path, series: bool = False, only: Collection[str] | None = None) -> int:
    """Copy from another ledger what is missing in this one and finished there.

    Parameters
    ----------
    ledger : Ledger
        Gets the runs.
    path : Path
        The other ledger; another process may be writing it.
    series : bool
        Whether a run is of use only with its weekly series, which are copied with it and with what else it keeps.
    only : collection of str, optional
        Keys of the runs that are wanted; all that are missing by default.

    Returns
    -------
    int
        Number of runs copied; 0 where the other ledger cannot be read, or measured its runs in another way.
    """
    with suppress(sqlite3.DatabaseError), _attached(ledger.database, path):
        if _serves(ledger):
            return _copied(ledger, path.parent if series else None, only)
    return 0


def ledger_like(pattern: Path, path: Path) -> Ledger:
    """Open a ledger, or make one, that can hold the runs of another.

    Raises
    ------
    InputError
        If the other cannot be read or was made by another version, or if the ledger cannot take its runs.
    """
    with reading(pattern) as other:
        (version,) = other.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise InputError("is a ledger of runs made by another version", file=pattern)
        metrics, facts = columns_of(other, "main"), facts_of(other, "main")
    return Ledger(path, metrics, facts)


def copy_rests(ledger: Ledger, path: Path) -> None:
    """Take over from another ledger whether points rest, whatever its study measures, if it can be read."""
    with suppress(sqlite3.DatabaseError), _attached(ledger.database, path):
        _copy_rests(ledger)


def merge(ledger: Ledger, path: Path) -> int:
    """Take over all that another ledger of the same kind has: plans, finished and failed runs; twice is as once.

    Parameters
    ----------
    ledger : Ledger
        As `ledger_like` opens it.
    path : Path
        The other ledger.

    Returns
    -------
    int
        Number of finished runs that were new.

    Raises
    ------
    InputError
        If the other is no ledger, or not of the same kind.
    """
    database = ledger.database
    with _refusing_damage(path), _attached(database, path):
        if not _serves(ledger):
            raise InputError("was made by another version, or measured its runs in another way", file=path)
        with ledger.transaction():
            entries = "SELECT key, seed, label, rest FROM other.runs ORDER BY position"
            database.execute(f"INSERT OR IGNORE INTO runs (key, seed, label, rest) {entries}")
            (last,) = database.execute("SELECT coalesce(max(number), 0) FROM plans").fetchone()
            entries = "SELECT fingerprint FROM other.plans ORDER BY number"
            database.execute(f"INSERT OR IGNORE INTO plans (fingerprint) {entries}")
            database.execute(PLANNED, (last,))
        _copy_rests(ledger)
        count = _copied(ledger, None)
        with ledger.transaction():
            database.execute(FAILED)
        return count


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise InputError(f"cannot be read as a ledger: {error}", file=path) from None


@contextmanager
def _attached(database: sqlite3.Connection, path: Path) -> Iterator[None]:
    # A read-only connection leaves the files of the write-ahead log behind, unless it is told that nobody writes.
    try:
        refuse_links(path)
    except InputError as error:
        raise sqlite3.DatabaseError(error.message) from None
    alone = not path.with_name(f"{path.name}-wal").exists() or not os.access(path.parent, os.W_OK)
    database.execute("ATTACH ? AS other", (f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}",))
    try:
        yield
    finally:
        database.execute("DETACH other")


def _serves(ledger: Ledger) -> bool:
    database = ledger.database
    (version,) = database.execute("PRAGMA other.user_version").fetchone()
    if version != VERSION or facts_of(database, "other") != ledger.facts:
        return False
    return set(ledger.metrics) <= set(columns_of(database, "other"))


def _copy_rests(ledger: Ledger) -> None:
    (version,) = ledger.database.execute("PRAGMA other.user_version").fetchone()
    if version == VERSION:
        wanted = "SELECT rest FROM runs WHERE rest IS NOT NULL"
        with ledger.transaction():
            ledger.database.execute(f"INSERT OR IGNORE INTO rests SELECT * FROM other.rests WHERE key IN ({wanted})")


def _copied(ledger: Ledger, series_from: Path | None, only: Collection[str] | None = None) -> int:
    database, limit = ledger.database, ""
    if series_from is not None or only is not None:
        limit = ALLOWED
        database.execute("CREATE TEMP TABLE IF NOT EXISTS allowed (key TEXT PRIMARY KEY)")
        database.execute("DELETE FROM temp.allowed")
        keys = only if series_from is None else _with_series(ledger, series_from, only)
        database.executemany("INSERT INTO temp.allowed VALUES (?)", [(key,) for key in keys or ()])
    columns, theirs = ("".join(f', {table}"{name}"' for name in ledger.metrics) for table in ("", "theirs."))
    with ledger.transaction():
        wanted = WANTED.format(mine="mine") + limit
        database.execute(MEASURED.format(columns=columns, theirs=theirs, wanted=wanted))
        return database.execute(FINISHED.format(wanted=WANTED.format(mine="runs") + limit)).rowcount


def _with_series(ledger: Ledger, folder: Path, only: Collection[str] | None) -> list[str]:
    """Keys of missing runs whose series another folder has; they are copied."""
    query = "SELECT o.key FROM runs mine JOIN other.runs o ON o.key = mine.key WHERE " + WANTED.format(mine="mine")
    found = []
    for (key,) in ledger.database.execute(query).fetchall():
        try:
            files = [kept_file(folder, key, name) for name in KEPT]
        except InputError:  # a link, or a key that is none: the run is done here
            continue
        if (only is None or key in only) and files[KEPT.index(SERIES)].is_file():
            if ledger.path != ":memory:":
                _copy_kept(files, Path(ledger.path).parent)
            found.append(key)
    return found


def _copy_kept(files: Iterable[Path], folder: Path) -> None:
    """Copy what a run keeps into another result folder, as far as it is there."""
    for path in files:
        if path.is_file():
            open_folder(part_of(folder, path.parent.name))
            target = kept_file(folder, path.stem, path.parent.name)
            with path.open("rb") as source, whole_file(target) as file:
                shutil.copyfileobj(source, file)
