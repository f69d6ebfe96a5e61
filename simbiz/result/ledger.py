"""The ledger: which runs a study plans, which are done, and what they gave, in one SQLite file.

Write-ahead logging and one transaction per group of runs: the process may be killed at any moment, and what was
committed stays. The tables know nothing of how runs are made; a run is its key.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from simbiz.errors import InputError

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    seed INTEGER NOT NULL,
    label TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'planned',
    seconds REAL,
    error TEXT,
    fit TEXT,
    programme TEXT
);
"""


class Ledger:
    """Runs of a study by key.

    Parameters
    ----------
    path : Path or str
        SQLite file, or ":memory:".
    metrics : sequence of str
        Names of the metrics that finished runs bring.

    Raises
    ------
    InputError
        If another process writes it, or if it is no ledger of runs with these metrics.
    """

    def __init__(self, path: Path | str, metrics: Sequence[str]) -> None:
        self.metrics = list(metrics)
        place = path if path == ":memory:" else f"{path}.lock"
        self.lock = sqlite3.connect(place, timeout=0, isolation_level=None)
        try:
            # Held until the process ends, however it ends; the ledger itself can be read meanwhile.
            self.lock.execute("BEGIN EXCLUSIVE")
            self._open(path)
        except sqlite3.DatabaseError as error:
            if hasattr(self, "database"):
                self.database.close()
            self.lock.close()
            raise InputError(_what_is_wrong(error), file=path) from None

    def _open(self, path: Path | str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.row_factory = sqlite3.Row
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.executescript(SCHEMA)
        columns = ", ".join(f'"{name}" REAL' for name in self.metrics)
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS outcomes (key TEXT NOT NULL, year INTEGER NOT NULL, firm TEXT NOT NULL, "
            f"{columns}, PRIMARY KEY (key, year, firm))"
        )
        found = [row["name"] for row in self.database.execute("PRAGMA table_info(outcomes)")]
        if found[3:] != self.metrics:
            raise sqlite3.DatabaseError("it has other metrics, made by another version")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()
        self.lock.close()

    def plan(self, runs: Iterable[tuple[str, int, Mapping[str, Any]]]) -> None:
        """Enter planned runs as (key, seed, label); those already known keep their place and status."""
        rows = [(key, seed, json.dumps(label)) for key, seed, label in runs]
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            self.database.executemany("INSERT OR IGNORE INTO runs (key, seed, label) VALUES (?, ?, ?)", rows)

    def missing(self) -> set[str]:
        """Keys of planned runs that are not finished; failed runs count as missing."""
        rows = self.database.execute("SELECT key FROM runs WHERE status != 'ok'")
        return {row["key"] for row in rows}

    def finish(self, outcomes: Iterable[Any]) -> None:
        """Enter the outcomes of runs, all or none."""
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            for outcome in outcomes:
                self._enter(outcome)

    def _enter(self, outcome: Any) -> None:
        self.database.execute(
            "UPDATE runs SET status = ?, seconds = ?, error = ?, fit = ?, programme = ? WHERE key = ?",
            (
                outcome.status,
                outcome.seconds,
                outcome.error,
                json.dumps(outcome.fit),
                json.dumps(outcome.programme),
                outcome.key,
            ),
        )
        values = [outcome.metrics[name] for name in self.metrics] if outcome.status == "ok" else []
        rows = [
            (outcome.key, year, firm, *(value[i][j] for value in values))
            for i, year in enumerate(outcome.years)
            for j, firm in enumerate(outcome.firms)
        ]
        marks = ", ".join("?" * (3 + len(self.metrics)))
        self.database.executemany(f"INSERT OR REPLACE INTO outcomes VALUES ({marks})", rows)

    def runs(self) -> list[dict[str, Any]]:
        """Planned runs in their order, with label, fit and programme as plain data."""
        rows = self.database.execute("SELECT * FROM runs ORDER BY position")
        return [_plain(dict(row)) for row in rows]

    def outcomes(self) -> list[dict[str, Any]]:
        """Metrics of finished runs, one row per run, year and firm, in the order of the plan."""
        query = "SELECT o.* FROM outcomes o JOIN runs r ON r.key = o.key ORDER BY r.position, o.rowid"
        return [dict(row) for row in self.database.execute(query)]


def _what_is_wrong(error: sqlite3.DatabaseError) -> str:
    if not isinstance(error, sqlite3.OperationalError):
        return f"is no ledger of runs: {error}"
    return "another process is writing it" if "locked" in str(error) else f"cannot be opened: {error}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("label", "fit", "programme"):
        row[name] = json.loads(row[name]) if row[name] else {}
    return row
