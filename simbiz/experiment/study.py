"""A study: planned runs, a result folder with a ledger, and a loop that does what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from simbiz import toml_file
from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Record, checked
from simbiz.compilation import source_digest
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.experiment.engine import Work, map_groups
from simbiz.experiment.logged import execute_logged, log_folders
from simbiz.experiment.run import Run, execute, grouped
from simbiz.result.folder import open_folder, write_manifest
from simbiz.result.ledger import Ledger
from simbiz.result.series import write_series

PACKAGE = Path(__file__).parent.parent
SHIPPED = PACKAGE / "shipped" / "experiments" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent / "experiments"

Label = Mapping[str, Any]
Progress = Callable[[str, int, int, int], None]
S = TypeVar("S", bound=Record)


def silent(stage: str, done: int, planned: int, failed: int) -> None:
    """No progress report."""


def find_experiment(name: str) -> toml_file.TomlFile:
    """Study settings by path or by name, from `experiments/` of the working folder or the shipped ones."""
    path = Path(name)
    if path.suffix == ".toml":
        return toml_file.read(path)
    known = {p.stem: p for folder in (SHIPPED, Path("experiments")) for p in sorted(folder.glob("*.toml"))}
    wanted = name.replace("-", "_")
    if wanted not in known:
        allowed = f"a path or {one_of(known)}"
        raise InputError(f"{name}: no such experiment; allowed: {allowed}.{did_you_mean(name, known)}")
    return toml_file.read(known[wanted])


def settings_of(name: str, record: type[S]) -> S:
    """Study settings by path or by name, checked; the first mistake raises InputError with file and line."""
    file = find_experiment(name)
    return checked(record, file.data, lambda path: (file.path, file.line_of(path)))


@dataclass(frozen=True)
class Study:
    """Runs with labels, in a fixed order.

    Parameters
    ----------
    name : str
        What the study is called; the result folder begins with it.
    runs : sequence of (Run, label)
        The plan; a label says in plain data which point of the study the run is.
    """

    name: str
    runs: Sequence[tuple[Run, Label]]

    @property
    def id(self) -> str:
        """12 hexadecimal digits of the planned keys: the same plan finds its folder again."""
        digest = blake2b(digest_size=6)
        for run, _ in self.runs:
            digest.update(run.key.encode())
        return digest.hexdigest()

    def default_folder(self) -> Path:
        """results/<name>/<id> in the working folder."""
        return Path("results") / self.name / self.id


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
    study: Study,
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
    study : Study
        The plan.
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
        folders = log_folders(log, [run for run, _ in study.runs])
        work = partial(execute_logged, folders=folders, series=series and folder is not None, engine=engine)
    place: Path | str = open_folder(folder) / "runs.sqlite" if folder else ":memory:"
    with Ledger(place, list(columns or load_catalogue().metrics)) as ledger:
        try:
            _do_missing(study, ledger, folder, workers, progress, work, again=log is not None)
        except KeyboardInterrupt:
            how = f"; the same command goes on from {folder}" if folder and log is None else ""
            raise KeyboardInterrupt(f"interrupted{how}") from None
        finished = _finished(study, ledger, folder)
    if folder:
        facts = {
            "study": study.name,
            "id": study.id,
            "runs": len(finished.runs),
            "seeds": sorted({run.seed for run, _ in study.runs}),
            "model": source_digest(),
        }
        write_manifest(folder, facts)
    return finished


def _do_missing(
    study: Study, ledger: Ledger, folder: Path | None, workers: int, progress: Progress, work: Work, again: bool
) -> None:
    """Do every run once that is missing, or all `again`; the ledger may know runs of other studies, too."""
    distinct = {run.key: run for run, _ in study.runs}
    ledger.plan((run.key, run.seed, label) for run, label in study.runs)
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


def _finished(study: Study, ledger: Ledger, folder: Path | None) -> Finished:
    """Runs of the study in its order, under its labels: one point may stand in a plan twice, its run is one."""
    by_key = {run["key"]: run for run in ledger.runs()}
    runs = [{**by_key[run.key], "label": dict(label)} for run, label in study.runs]
    rows: dict[str, list[dict[str, Any]]] = {run["key"]: [] for run in runs}
    for row in ledger.outcomes():
        if row["key"] in rows:
            rows[row["key"]].append(row)
    return Finished(runs, pd.DataFrame([row for part in rows.values() for row in part]), folder)
