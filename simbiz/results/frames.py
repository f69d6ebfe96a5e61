"""Tidy tables from a ledger: one shape for one run and for a hundred thousand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simbiz.results.reading import columns_of, outcome_blocks

RUN_COLUMNS = ("key", "seed", "status")
LABEL_PREFIX = "label_"


def runs_frame(connection: sqlite3.Connection, taken: Iterable[str] = ()) -> pd.DataFrame:
    """Runs in the order of the plan.

    Parameters
    ----------
    connection : Connection
        To a ledger.
    taken : iterable of str
        Names of columns that labels may not have.

    Returns
    -------
    DataFrame
        Index: position in the plan. Columns: key, seed, status; a column a label, of which lists and tables are JSON;
        fit_... for how the base year was met; error, the last line of a failed run's traceback; rests, whether the
        market of the point rests (None where nobody has seen; not in results of earlier versions).
    """
    knows_rest = "rest" in columns_of(connection, "runs")
    rest, joined = ("f.found", "LEFT JOIN rests f ON f.key = r.rest") if knows_rest else ("NULL", "")
    facts = "r.position, r.key, r.seed, r.status, r.label, r.fit, r.error"
    rows = connection.execute(f"SELECT {facts}, {rest} FROM runs r {joined} ORDER BY r.position").fetchall()
    frame = pd.DataFrame([row[1:4] for row in rows], columns=list(RUN_COLUMNS), index=[row[0] for row in rows])
    frame.index.name = "position"
    labels = _columns([_label(row[4]) for row in rows], frame.index)
    fits = _columns([_flat(row[5]) for row in rows], frame.index)
    if "seed" in labels and labels["seed"].equals(frame["seed"]):
        labels = labels.drop(columns="seed")
    reserved = {*RUN_COLUMNS, "year", "firm", "error", "rests", *fits, *taken}
    labels = labels.rename(columns={name: f"{LABEL_PREFIX}{name}" for name in labels if name in reserved})
    frame = pd.concat([frame, labels, fits], axis=1)
    frame["error"] = [(row[6] or "").strip().rpartition("\n")[2] for row in rows]
    if knows_rest:
        frame["rests"] = [None if row[7] is None else json.loads(row[7])["rests"] for row in rows]
    frame.attrs["labels"] = list(labels)
    return frame


def _columns(records: Sequence[Mapping[str, Any]], index: pd.Index) -> pd.DataFrame:
    """Records as columns, in the order in which their names first appear."""
    names = dict.fromkeys(name for record in records for name in record)
    return pd.DataFrame({name: [record.get(name) for record in records] for name in names}, index=index)


def _label(text: str) -> dict[str, Any]:
    return {name: _plain(value) for name, value in json.loads(text or "{}").items()}


def _plain(value: Any) -> Any:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list | dict) else value


def _flat(text: str | None) -> dict[str, Any]:
    """Fit as columns: a pair gives one for the year before and one for the base year."""
    flat: dict[str, Any] = {}
    for name, value in (json.loads(text) if text else {}).items():
        if isinstance(value, list) and len(value) == 2:
            flat |= {f"fit_{name}_before": value[0], f"fit_{name}": value[1]}
        else:
            flat[f"fit_{name}"] = _plain(value)
    return flat


def outcomes_frame(
    connection: sqlite3.Connection, runs: pd.DataFrame, metrics: Sequence[str], firm: str | None = None
) -> pd.DataFrame:
    """Outcomes of finished runs in the order of the plan, a row a year and firm.

    Parameters
    ----------
    connection : Connection
        To a ledger.
    runs : DataFrame
        As `runs_frame` gives them.
    metrics : sequence of str
        What is wanted of what was measured.
    firm : str, optional
        Only this firm; all by default.

    Returns
    -------
    DataFrame
        Columns: key, seed, the labels of the run, year, firm, metrics.
    """
    blocks = list(outcome_blocks(connection, metrics, firm))
    positions = np.concatenate([np.asarray(block.runs, dtype=np.int64) for block in blocks] or [np.empty(0, np.int64)])
    frame = runs.loc[positions, ["key", "seed", *runs.attrs["labels"]]].reset_index(drop=True)
    frame["year"] = np.concatenate([np.asarray(block.years) for block in blocks] or [np.empty(0, np.int64)])
    frame["firm"] = pd.Categorical([name for block in blocks for name in block.firms])
    values = np.concatenate([block.values for block in blocks] or [np.empty((0, len(metrics)))])
    return pd.concat([frame, pd.DataFrame(values, columns=list(metrics))], axis=1)


def run_frame(connection: sqlite3.Connection, key: str, metrics: Sequence[str]) -> pd.DataFrame:
    """Outcomes of one run: year, firm, metrics."""
    blocks = list(outcome_blocks(connection, metrics, key=key))
    years = [year for block in blocks for year in block.years]
    firms = [firm for block in blocks for firm in block.firms]
    frame = pd.DataFrame({"year": years, "firm": firms})
    values = np.concatenate([block.values for block in blocks] or [np.empty((0, len(metrics)))])
    return pd.concat([frame, pd.DataFrame(values, columns=list(metrics))], axis=1)


def facts_of(connection: sqlite3.Connection, key: str) -> Mapping[str, Any] | None:
    """All that a ledger holds of a run besides its outcomes; None if it does not know it."""
    cursor = connection.execute("SELECT * FROM runs WHERE key = ?", (key,))
    row = cursor.fetchone()
    if row is None:
        return None
    facts = dict(zip((column[0] for column in cursor.description), row, strict=True))
    return facts | {name: json.loads(facts[name] or "{}") for name in ("label", "fit", "programme")}
