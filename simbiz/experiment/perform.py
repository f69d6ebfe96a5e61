"""Do what is missing of a plan: a result folder with a ledger, and a loop over groups of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.compilation import source_digest
from simbiz.experiment.engine import Work, map_groups
from simbiz.experiment.logged import execute_logged, log_folders
from simbiz.experiment.plan import Plan
from simbiz.experiment.run import execute, grouped
from simbiz.result.folder import open_folder, write_manifest
from simbiz.result.ledger import Ledger
from simbiz.result.series import write_series

Progress = Callable[[str, int, int, int], None]


def silent(stage: str, done: int, planned: int, failed: int) -> None:
    """No progress report."""


@dataclass(frozen=True)
class Finished:
    """What a study has.

    Parameters
    ----------
    runs : list of dict
        Planned runs in order: key, seed, label, status, fit, programme, error.
    outcomes : DataFrame
        One row per finished run, year and firm: key, year, firm, metrics.
    folder : Path or None
        Result folder.
    """

    runs: list[dict[str, Any]]
    outcomes: pd.DataFrame
    folder: Path | None

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Runs that did not give a result."""
        return [run for run in self.runs if run["status"] != "ok"]


def perform(
    plan: Plan,
    *,
    folder: Path | None,
    workers: int = 1,
    progress: Progress = silent,
    series: bool = False,
    engine: str = "arrays",
    log: Path | None = None,
    work: Work | None = None,
    columns: Sequence[str] | None = None,
) -> Finished:
    """Do the runs of a study that are not done yet.

    Parameters
    ----------
    plan : Plan
        The runs.
    folder : Path or None
        Result folder; None keeps everything in memory.
    workers : int
        Processes.
    progress : callable
        Told (stage, done, planned, failed) as the study goes on.
    series : bool
        Whether weekly series are kept, which needs a folder.
    engine : {"arrays", "agents"}
        Engine of the model; results do not depend on it.
    log : Path or None
        Folder of event logs; every run is done then, whether it is in the ledger or not.
    work : callable, optional
        What else is made of a group of runs than their metrics.
    columns : sequence of str, optional
        What `work` measures in the place of the metrics.

    Raises
    ------
    InputError
        If a folder cannot be written, or holds an event log already.
    """
    if work is None:
        work = partial(execute, series=series and folder is not None, engine=engine)
    if log is not None:
        folders = log_folders(log, [run for run, _ in plan.runs])
        work = partial(execute_logged, folders=folders, series=series and folder is not None, engine=engine)
    place: Path | str = open_folder(folder) / "runs.sqlite" if folder else ":memory:"
    with Ledger(place, list(columns or load_catalogue().metrics)) as ledger:
        try:
            _do_missing(plan, ledger, folder, workers, progress, work, again=log is not None)
        except KeyboardInterrupt:
            how = f"; the same command goes on from {folder}" if folder and log is None else ""
            raise KeyboardInterrupt(f"interrupted{how}") from None
        finished = _finished(plan, ledger, folder)
    if folder:
        facts = {
            "study": plan.name,
            "id": plan.id,
            "runs": len(finished.runs),
            "seeds": sorted({run.seed for run, _ in plan.runs}),
            "model": source_digest(),
        }
        write_manifest(folder, facts)
    return finished


def _do_missing(
    plan: Plan, ledger: Ledger, folder: Path | None, workers: int, progress: Progress, work: Work, again: bool
) -> None:
    """Do every run once that is missing, or all `again`; the ledger may know runs of other studies, too."""
    distinct = {run.key: run for run, _ in plan.runs}
    ledger.plan((run.key, run.seed, label) for run, label in plan.runs)
    missing = set(distinct) if again else ledger.missing()
    todo = grouped(run for key, run in distinct.items() if key in missing)
    planned, failed = len(distinct), 0
    done = planned - sum(map(len, todo))
    progress("compiling", done, planned, failed)

    def prepared() -> None:
        progress("running", done, planned, failed)

    for outcomes in map_groups(todo, workers, prepared, work):
        for outcome in outcomes:
            if folder and outcome.weekly:
                write_series(folder, outcome.key, outcome.weekly)
        ledger.finish(outcomes)
        done += len(outcomes)
        failed += sum(outcome.status != "ok" for outcome in outcomes)
        progress("running", done, planned, failed)


def _finished(plan: Plan, ledger: Ledger, folder: Path | None) -> Finished:
    """Runs of the study in its order, under its labels: one point may stand in a plan twice, its run is one."""
    by_key = {run["key"]: run for run in ledger.runs()}
    runs = [{**by_key[run.key], "label": dict(label)} for run, label in plan.runs]
    rows: dict[str, list[dict[str, Any]]] = {run["key"]: [] for run in runs}
    for row in ledger.outcomes():
        if row["key"] in rows:
            rows[row["key"]].append(row)
    return Finished(runs, pd.DataFrame([row for part in rows.values() for row in part]), folder)
