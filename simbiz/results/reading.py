"""Ledgers read by others than their writer: open beside it, count, and tell two contents apart."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simbiz.errors import InputError
from simbiz.results.folder import part_of

LEDGER = "runs.sqlite"
# Files that SQLite and the lock of the writer put beside a ledger.
BESIDE = ("-wal", "-shm", "-journal", ".lock", ".lock-journal")
KEY_COLUMNS = ("key", "year", "firm")
AT_ONCE = 2_000


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger for reading, whether or not another process writes it.

    Parameters
    ----------
    path : Path
        runs.sqlite of a result folder.

    Yields
    ------
    Connection
        That changes nothing.

    Raises
    ------
    InputError
        If the file is missing, damaged, a link or no ledger.
    """
    refuse_links(path)
    if not path.is_file():
        raise InputError("is missing: the folder has no ledger of runs", file=path)
    try:
        with closing(sqlite3.connect(_address(path), uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only=ON")
            connection.execute("PRAGMA trusted_schema=OFF")
            if not columns_of(connection, "runs") or not columns_of(connection, "outcomes"):
                raise InputError("is no ledger of runs", file=path)
            _refuse_views(connection)
            yield connection
    except sqlite3.DatabaseError as error:
        raise InputError(f"cannot be read: {error}", file=path) from None


def refuse_links(path: Path) -> None:
    """Refuse a ledger that is a link, or beside which SQLite would follow one."""
    for ending in ("", *BESIDE):
        part_of(path.parent, f"{path.name}{ending}")


def is_ledger(path: Path) -> bool:
    """Whether a file is a ledger of runs."""
    try:
        with reading(path):
            return True
    except InputError:
        return False


def _refuse_views(connection: sqlite3.Connection) -> None:
    """Refuse a ledger in which something else than stored rows stands for what is read: a view may never end."""
    names = ("runs", "measured") if columns_of(connection, "measured") else ("runs", "outcomes")
    for name in names:
        (kind,) = connection.execute("SELECT type FROM sqlite_master WHERE name = ? COLLATE NOCASE", (name,)).fetchone()
        if kind != "table":
            raise sqlite3.DatabaseError(f"its {name} are no table")


def _address(path: Path) -> str:
    """Nobody writes where there is no write-ahead log; where there is one, a read-only reader would leave it behind."""
    logged = path.with_name(f"{path.name}-wal").exists()
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return f"{path.absolute().as_uri()}?{'mode=rw' if logged and writable else 'mode=ro' if logged else 'immutable=1'}"


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """Names of the columns of a table, in their order; none if there is no such table."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Number of runs by status: ok, failed, planned."""
    found = dict(connection.execute("SELECT status, count(*) FROM runs GROUP BY status"))
    return {status: found.pop(status, 0) for status in ("ok", "failed", "planned")} | found


def seeds_of(connection: sqlite3.Connection) -> list[int]:
    """Replicate seeds, rising."""
    return [seed for (seed,) in connection.execute("SELECT DISTINCT seed FROM runs ORDER BY seed")]


def damage(connection: sqlite3.Connection) -> str | None:
    """First thing that SQLite finds wrong with its own file."""
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return None if said == "ok" else str(said).splitlines()[-1]


def metrics_of(connection: sqlite3.Connection) -> list[str]:
    """Names of what was measured, in the order of the ledger."""
    return [name for name in columns_of(connection, "outcomes") if name not in KEY_COLUMNS]


def content_digest(connection: sqlite3.Connection) -> str:
    """64 hexadecimal digits of what a ledger holds: SHA-256 of all its rows in the order of the plan.

    Times are left out, and how the file is laid out does not matter: a copy, a compacted ledger and one whose runs
    finished in another order have the same digest.
    """
    digest = sha256()
    others = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('runs', 'measured', 'outcomes')"
    for (table,) in connection.execute(f"{others} ORDER BY name").fetchall():
        rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()
        digest.update(repr((table, columns_of(connection, table), rows)).encode())
    digest.update(repr(metrics_of(connection)).encode())
    found = run_digests(connection)
    names = [name for name in columns_of(connection, "runs") if name not in ("position", "seconds")]
    for key, *row in connection.execute(f"SELECT key, {quoted(names)} FROM runs ORDER BY position"):
        digest.update(repr((row, found.get(key))).encode())
    return digest.hexdigest()


def times_digest(connection: sqlite3.Connection) -> str:
    """64 hexadecimal digits of how long the runs took."""
    rows = connection.execute("SELECT key, seconds FROM runs ORDER BY position").fetchall()
    return sha256(repr(rows).encode()).hexdigest()


def run_digests(connection: sqlite3.Connection) -> dict[str, str]:
    """SHA-256 of what each finished run gave, by its key: fit, programme, years, firms and every bit of its metrics."""
    facts = connection.execute("SELECT position, key, fit, programme FROM runs WHERE status = 'ok'").fetchall()
    digests = {row[0]: sha256(repr(row[2:]).encode()) for row in facts}
    for block in outcome_blocks(connection, metrics_of(connection)):
        for run, year, firm, values in zip(block.runs, block.years, block.firms, block.values, strict=True):
            digest = digests.setdefault(run, sha256())
            digest.update(f"{year} {firm} ".encode())
            digest.update(values.tobytes())
    return {row[1]: digests[row[0]].hexdigest() for row in facts}


@dataclass(frozen=True)
class Block:
    """Some rows of the outcomes.

    Parameters
    ----------
    runs, years, firms : tuple
        Position of the run in the plan, year and firm of each row.
    values : float64 array (row, metric)
        Not a number where nothing is stored.
    """

    runs: tuple[int, ...]
    years: tuple[int, ...]
    firms: tuple[str, ...]
    values: NDArray[np.float64]


def outcome_blocks(
    connection: sqlite3.Connection, metrics: Sequence[str], firm: str | None = None, key: str | None = None
) -> Iterator[Block]:
    """Outcomes of finished runs in the order of the plan, of years, and of firms as the run had them.

    Parameters
    ----------
    connection : Connection
        To a ledger.
    metrics : sequence of str
        What is wanted of what was measured.
    firm : str, optional
        Only this firm; all by default.
    key : str, optional
        Only the run of this key; all by default.
    """
    table, link = ("outcomes", "o.key = r.key")
    if columns_of(connection, "measured"):
        table, link = ("measured", "o.run = r.position")
    wanted = ", ".join(["r.position", "o.year", "o.firm", *(f'o."{name}"' for name in metrics)])
    only = {name: value for name, value in (("o.firm", firm), ("r.key", key)) if value is not None}
    condition = " AND ".join([link, *(f"{name} = ?" for name in only)])
    query = f"SELECT {wanted} FROM runs r CROSS JOIN {table} o WHERE {condition} ORDER BY r.position, o.rowid"
    cursor = connection.execute(query, tuple(only.values()))
    while rows := cursor.fetchmany(AT_ONCE):
        try:
            values = np.array([row[3:] for row in rows], dtype=np.float64)
        except (TypeError, ValueError):
            raise sqlite3.DatabaseError("a number in its outcomes is none") from None
        runs, years, firms = zip(*(row[:3] for row in rows), strict=True)
        yield Block(runs, years, firms, values.reshape(len(rows), len(metrics)))


def quoted(names: Sequence[str]) -> str:
    """Names of columns as SQL wants them."""
    return ", ".join(f'"{name}"' for name in names)
