"""The ledger: which runs a study plans, which are done, and what they gave, in one SQLite file.

Write-ahead logging and one transaction per task: the process may be killed at any moment, and what was committed
stays. The tables know nothing of how runs are made; a run is its key, and a plan a fingerprint with a row for each of
its places, so that a plan of 100,000 runs is found again without a key of any of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from simbiz.errors import InputError
from simbiz.results.reading import refuse_links

VERSION = 3
TABLES = """
CREATE TABLE runs (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    seed INTEGER NOT NULL,
    label TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'planned',
    seconds REAL,
    stage TEXT,
    error TEXT,
    fit TEXT,
    programme TEXT,
    rest TEXT
);
CREATE TABLE rests (key TEXT PRIMARY KEY, found TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE plans (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);
CREATE TABLE planned (plan INTEGER, place INTEGER, run INTEGER NOT NULL, PRIMARY KEY (plan, place)) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE measured (run INTEGER NOT NULL, year INTEGER NOT NULL, firm TEXT NOT NULL{columns});
CREATE INDEX measured_run ON measured (run);
CREATE VIEW outcomes AS
    SELECT r.key AS key, m.year AS year, m.firm AS firm{named} FROM measured m JOIN runs r ON r.position = m.run;
"""

PlannedRun = tuple[str, int, Mapping[str, Any]] | tuple[str, int, Mapping[str, Any], str | None]


class Ledger:
    """Runs of a study by key.

    Parameters
    ----------
    path : Path or str
        SQLite file, or ":memory:".
    metrics : sequence of str
        Names of the metrics that finished runs bring.
    facts : mapping of str to str, optional
        What else must be the same in ledgers that share runs: how they were measured, what is kept of them.

    Raises
    ------
    InputError
        If another process writes it, if it is a link, or no ledger of runs with these metrics and facts.
    """

    def __init__(self, path: Path | str, metrics: Sequence[str], facts: Mapping[str, str] | None = None) -> None:
        self.metrics, self.facts, self.path = list(metrics), dict(facts or {}), path
        if path != ":memory:":
            refuse_links(Path(path))
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
        place = path if path == ":memory:" else Path(path).absolute().as_uri()
        self.database = sqlite3.connect(place, isolation_level=None, uri=True)
        self.database.row_factory = sqlite3.Row
        (version,) = self.database.execute("PRAGMA user_version").fetchone()
        is_new = self.database.execute("SELECT name FROM sqlite_master").fetchone() is None
        if not is_new and version != VERSION:
            raise sqlite3.DatabaseError("made by another version")
        # Only now: a database of somebody else stays as it is.
        self.database.execute("PRAGMA journal_mode=WAL")
        # Without waiting for the disk at each commit: after a loss of power the last runs may be missing, never halves.
        self.database.execute("PRAGMA synchronous=NORMAL")
        if is_new:
            self._create()
        if columns_of(self.database, "main") != self.metrics:
            raise sqlite3.DatabaseError("it has other metrics, made by another version")
        if facts_of(self.database, "main") != self.facts:
            raise sqlite3.DatabaseError("its runs were measured in another way, or other parts of them were kept")

    def _create(self) -> None:
        columns = "".join(f', "{name}" REAL' for name in self.metrics)
        named = "".join(f', m."{name}" AS "{name}"' for name in self.metrics)
        # One transaction: a kill leaves an empty file, which is a new ledger, or a whole one.
        values = ", ".join(f"({_text(name)}, {_text(value)})" for name, value in self.facts.items())
        facts = f"INSERT INTO facts VALUES {values};" if values else ""
        tables = TABLES.replace("{columns}", columns).replace("{named}", named)
        self.database.executescript(f"BEGIN IMMEDIATE; {tables} {facts} PRAGMA user_version = {VERSION}; COMMIT;")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()
        self.lock.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything or nothing; a disk that is full is the user's to mend and ends in one line."""
        try:
            with self.database:
                self.database.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.OperationalError as error:
            raise InputError(f"cannot be written: {error}; what is done is kept", file=self.path) from None

    def plan(self, runs: Iterable[PlannedRun], fingerprint: str | None = None) -> int:
        """Enter planned runs as (key, seed, label, rest); those already known keep their place and status.

        `rest` is the key of the run that tells whether the market of the point rests; it may be left out.

        Parameters
        ----------
        runs : iterable of (str, int, mapping)
            Every place of the plan; a run may stand in several.
        fingerprint : str, optional
            By which `plan_number` finds the plan again.

        Returns
        -------
        int
            Number of the plan; 0 without a fingerprint.
        """
        rows = [(key, seed, json.dumps(dict(label)), rest[0] if rest else None) for key, seed, label, *rest in runs]
        with self.transaction():
            self.database.executemany("INSERT OR IGNORE INTO runs (key, seed, label, rest) VALUES (?, ?, ?, ?)", rows)
            if fingerprint is None:
                return 0
            positions = dict(self.database.execute("SELECT key, position FROM runs").fetchall())
            number = self.database.execute("INSERT INTO plans (fingerprint) VALUES (?)", (fingerprint,)).lastrowid
            places = [(number, place, positions[key]) for place, (key, *_) in enumerate(rows)]
            self.database.executemany("INSERT INTO planned VALUES (?, ?, ?)", places)
        assert number is not None
        return number

    def plan_number(self, fingerprint: str) -> int | None:
        """Number of a plan that has been entered whole; None if it has not."""
        row = self.database.execute("SELECT number FROM plans WHERE fingerprint = ?", (fingerprint,)).fetchone()
        return None if row is None else int(row["number"])

    def missing(self) -> set[str]:
        """Keys of planned runs that are not finished; failed runs count as missing."""
        rows = self.database.execute("SELECT key FROM runs WHERE status != 'ok'")
        return {row["key"] for row in rows}

    def places(self, plan: int, also_done: bool = False) -> list[int]:
        """First places in a plan of its distinct runs that are not finished, or of all, in their order."""
        which = "" if also_done else "AND r.status != 'ok'"
        query = (
            "SELECT min(p.place) FROM planned p JOIN runs r ON r.position = p.run "
            f"WHERE p.plan = ? {which} GROUP BY p.run ORDER BY 1"
        )
        return [place for (place,) in self.database.execute(query, (plan,))]

    def rests_to_check(self, plan: int) -> dict[int, str]:
        """First place of every point of a plan of which nobody has seen whether it rests, with the key of that run."""
        query = (
            "SELECT min(p.place), r.rest FROM planned p JOIN runs r ON r.position = p.run WHERE p.plan = ? "
            "AND r.rest IS NOT NULL AND r.rest NOT IN (SELECT key FROM rests) GROUP BY r.rest ORDER BY 1"
        )
        return dict(self.database.execute(query, (plan,)).fetchall())

    def keep_rest(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """Enter whether points rest, by the key of the run that told."""
        rows = [(key, json.dumps(dict(judgement))) for key, judgement in found.items()]
        with self.transaction():
            self.database.executemany("INSERT OR REPLACE INTO rests VALUES (?, ?)", rows)

    def keys(self, plan: int, places: Iterable[int]) -> set[str]:
        """Keys of the runs at some places of a plan."""
        query = "SELECT p.place, r.key FROM planned p JOIN runs r ON r.position = p.run WHERE p.plan = ?"
        by_place = dict(self.database.execute(query, (plan,)).fetchall())
        return {by_place[place] for place in places}

    def finish(self, outcomes: Iterable[Any]) -> None:
        """Enter the outcomes of runs, all or none."""
        with self.transaction():
            for outcome in outcomes:
                self._enter(outcome)

    def _enter(self, outcome: Any) -> None:
        row = self.database.execute(
            "UPDATE runs SET status = ?, seconds = ?, stage = ?, error = ?, fit = ?, programme = ? WHERE key = ? "
            "RETURNING position",
            (
                outcome.status,
                outcome.seconds,
                outcome.stage,
                outcome.error,
                json.dumps(outcome.fit),
                json.dumps(outcome.programme),
                outcome.key,
            ),
        ).fetchone()
        if row is None:
            return
        values = [outcome.metrics[name] for name in self.metrics] if outcome.status == "ok" else []
        rows = [
            (row["position"], year, firm, *(value[i][j] for value in values))
            for i, year in enumerate(outcome.years)
            for j, firm in enumerate(outcome.firms)
        ]
        marks = ", ".join("?" * (3 + len(self.metrics)))
        self.database.execute("DELETE FROM measured WHERE run = ?", (row["position"],))
        self.database.executemany(f"INSERT INTO measured VALUES ({marks})", rows)

    def runs(self) -> list[dict[str, Any]]:
        """Planned runs in their order, with label, fit, programme and rest as plain data."""
        query = "SELECT r.*, f.found AS rest_found FROM runs r LEFT JOIN rests f ON f.key = r.rest ORDER BY r.position"
        rows = [dict(row) for row in self.database.execute(query)]
        for row in rows:
            row["rest"] = row.pop("rest_found")
        return [plain(row) for row in rows]

    def outcomes(self) -> list[dict[str, Any]]:
        """Metrics of finished runs, one row per run, year and firm, in the order of the plan."""
        columns = ", ".join(["r.key", "m.year", "m.firm", *(f'm."{name}"' for name in self.metrics)])
        query = f"SELECT {columns} FROM runs r CROSS JOIN measured m ON m.run = r.position ORDER BY r.position, m.rowid"
        return [dict(row) for row in self.database.execute(query)]


def columns_of(database: sqlite3.Connection, schema: str) -> list[str]:
    """Names of the metrics of an open or attached ledger."""
    return [row[1] for row in database.execute(f"PRAGMA {schema}.table_info(measured)")][3:]


def facts_of(database: sqlite3.Connection, schema: str) -> dict[str, str]:
    """What must be the same in ledgers that share runs."""
    return dict(database.execute(f"SELECT name, value FROM {schema}.facts").fetchall())


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _what_is_wrong(error: sqlite3.DatabaseError) -> str:
    if not isinstance(error, sqlite3.OperationalError):
        return f"is no ledger of runs: {error}"
    return "another process is writing it" if "locked" in str(error) else f"cannot be opened: {error}"


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Run of a ledger with label, fit, programme and rest as plain data."""
    for name in ("label", "fit", "programme", "rest"):
        if name in row:
            row[name] = json.loads(row[name]) if row[name] else {}
    return row
