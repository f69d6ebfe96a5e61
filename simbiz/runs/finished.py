"""What a study has: its runs in the order of the plan, and what they gave, read in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import pandas as pd

from simbiz.results.ledger import Ledger, plain
from simbiz.runs.plan import Label, Plan

RUN = ("position", "key", "seed", "status", "seconds", "stage", "error", "fit", "programme", "rest")
KEY, SEED, STATUS = (RUN.index(name) for name in ("key", "seed", "status"))


class PlannedRuns(Sequence[dict[str, Any]]):
    """Runs of a plan as dicts, each made when it is asked for: most of a hundred thousand never are.

    Parameters
    ----------
    rows : list of tuple
        Columns `RUN` of the ledger, in the order of the plan.
    label : callable
        Gives the label of a place.
    """

    def __init__(self, rows: list[tuple[Any, ...]], label: Callable[[int], Label]) -> None:
        self.rows, self.label = rows, label

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, position: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[dict[str, Any]]: ...
    def __getitem__(self, position: int | slice) -> dict[str, Any] | Sequence[dict[str, Any]]:
        if isinstance(position, slice):
            return [self[number] for number in range(*position.indices(len(self)))]
        place = range(len(self))[position]
        return plain(dict(zip(RUN, self.rows[place], strict=True))) | {"label": dict(self.label(place))}

    def failed(self) -> list[dict[str, Any]]:
        """Those that did not give a result."""
        return [self[place] for place, row in enumerate(self.rows) if row[STATUS] != "ok"]


@dataclass(frozen=True)
class Finished:
    """What a study has.

    Parameters
    ----------
    runs : sequence of dict
        Planned runs in order: key, seed, label, status, seconds, stage, error, fit, programme, rest.
    outcomes : DataFrame
        One row per finished run, year and firm: key, year, firm, metrics.
    folder : Path or None
        Result folder.
    """

    runs: Sequence[dict[str, Any]]
    outcomes: pd.DataFrame
    folder: Path | None

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Runs that did not give a result."""
        if isinstance(self.runs, PlannedRuns):
            return self.runs.failed()
        return [run for run in self.runs if run["status"] != "ok"]

    @property
    def keys(self) -> list[str]:
        """Keys of the runs, in the order of the plan."""
        return [row[KEY] for row in self.runs.rows] if isinstance(self.runs, PlannedRuns) else self._each("key")

    @property
    def statuses(self) -> list[str]:
        """How the runs stand, in the order of the plan."""
        return [row[STATUS] for row in self.runs.rows] if isinstance(self.runs, PlannedRuns) else self._each("status")

    @property
    def labels(self) -> list[Label]:
        """Labels of the runs, in the order of the plan."""
        if isinstance(self.runs, PlannedRuns):
            return [self.runs.label(place) for place in range(len(self.runs))]
        return self._each("label")

    def _each(self, name: str) -> list[Any]:
        return [run[name] for run in self.runs]


def read_finished(plan: Plan, ledger: Ledger, number: int, folder: Path | None) -> Finished:
    """Runs of a plan in its order, under its labels: one run may stand in a plan twice.

    Parameters
    ----------
    plan : Plan
        The plan.
    ledger : Ledger
        Of the study; it may know runs of other plans, too.
    number : int
        Number of the plan there.
    folder : Path or None
        Result folder.
    """
    database = ledger.database
    columns = ", ".join("f.found" if name == "rest" else f"r.{name}" for name in RUN)
    query = (
        f"SELECT {columns} FROM planned p CROSS JOIN runs r ON r.position = p.run "
        "LEFT JOIN rests f ON f.key = r.rest WHERE p.plan = ? ORDER BY p.place"
    )
    runs = [tuple(row) for row in database.execute(query, (number,))]
    # A run that stands in several places has its outcomes once, at the first.
    columns = "".join(f', m."{name}"' for name in ledger.metrics)
    query = (
        f"SELECT p.place, m.year, m.firm{columns} FROM "
        "(SELECT run, min(place) AS place FROM planned WHERE plan = ? GROUP BY run ORDER BY place) p "
        "CROSS JOIN measured m ON m.run = p.run ORDER BY p.place, m.rowid"
    )
    cursor = database.cursor()
    cursor.row_factory = None
    rows = cursor.execute(query, (number,)).fetchall()
    return Finished(PlannedRuns(runs, plan.label), _table(rows, ledger.metrics, [run[KEY] for run in runs]), folder)


def _table(rows: list[tuple[Any, ...]], metrics: Sequence[str], keys: list[str]) -> pd.DataFrame:
    places, years, firms, *values = zip(*rows, strict=True) if rows else [()] * (3 + len(metrics))
    frame = {"key": [keys[place] for place in places], "year": np.array(years, dtype=np.int64), "firm": list(firms)}
    measured = {name: np.array(column, dtype=np.float64) for name, column in zip(metrics, values, strict=True)}
    return pd.DataFrame(frame | measured)
