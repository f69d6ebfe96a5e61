"""Conduct a study: its folder, its runs, its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, part_of, read_json, write_json
from simbiz.results.inputs import report_file
from simbiz.results.manifest import write_manifest
from simbiz.results.own import require_free
from simbiz.runs.counted import left_out, restless_points
from simbiz.runs.engine import Engine
from simbiz.runs.executor import Finished, Performance, Progress, Ways, saying_what_cannot_be_written, silent
from simbiz.runs.memory import check_memory
from simbiz.runs.plan import Plan
from simbiz.runs.run import model_digest
from simbiz.runs.stored_plan import write_study
from simbiz.runs.study import Study


@dataclass(frozen=True)
class Conducted:
    """A study that has been done.

    Parameters
    ----------
    study : Study
        The study.
    report : dict
        What it says, as plain data.
    finished : list of Finished
        Runs of every plan that it made, in their order.
    folder : Path or None
        Result folder; None where everything was kept in memory.
    """

    study: Study[Any]
    report: dict[str, Any]
    finished: list[Finished]
    folder: Path | None

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Runs that did not give a result, each once; a study may have tried a run again, and the last time counts."""
        found: dict[str, dict[str, Any]] = {}
        for finished in self.finished:
            again = found.keys() & set(finished.keys) if found else ()
            found = {key: run for key, run in found.items() if key not in again}
            found |= {run["key"]: run for run in finished.failed}
        return list(found.values())


def default_folder(study: Study[Any]) -> Path:
    """results/<name>/<id> in the working folder."""
    return Path("results") / study.name / study.id


def shard_folder(folder: Path, shard: tuple[int, int]) -> Path:
    """Folder of a shard (i, N) inside the folder of its study."""
    return folder / f"shard-{shard[0]}-of-{shard[1]}"


def ways_of(study: Study[Any]) -> Ways:
    """How the runs of a study are measured, and what is kept of them."""
    return Ways(study.work, study.columns, study.keep, study.settings.series, study.engine)


def conduct(
    study: Study[Any],
    *,
    folder: Path | None,
    workers: int = 1,
    progress: Progress = silent,
    scheduler: str | None = None,
    log: Path | None = None,
    finish: Callable[[Conducted], None] = lambda conducted: None,
) -> Conducted:
    """Do the runs of a study that are missing, and write its report.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path or None
        Result folder; None keeps everything in memory.
    workers : int
        Processes; they serve for all plans that the study makes.
    progress : callable
        Told (stage, done, planned, failed).
    scheduler : str, optional
        Address of a Dask scheduler whose workers are used instead of processes here.
    log : Path, optional
        Folder of event logs; every run is done then, whether it is in the ledger or not.
    finish : callable
        Called with the study once it is done, for what else belongs into its folder: the manifest knows it.

    Raises
    ------
    InputError
        If the folder cannot be written, or holds another study.
    """
    began, finished = datetime.now(UTC), []
    if log is not None and folder is not None and log.resolve() == folder.resolve():
        raise InputError("is the folder of the result: give the event log another one", file=log)
    if scheduler is None:
        check_memory(study.scenario)
    _prepare(study, folder)
    with Engine(workers, scheduler) as engine, Performance(folder, engine, progress, ways_of(study), log=log) as do:

        def done(plan: Plan) -> Finished:
            finished.append(do(plan))
            return finished[-1]

        report = study.carry_out(done)
    report |= _not_counted(finished)
    conducted = Conducted(study, report, finished, folder)
    with saying_what_cannot_be_written(folder):
        if folder is not None:
            write_json(part_of(folder, report_file(study.kind)), report)
        finish(conducted)
        if folder is not None:
            write_manifest(folder, facts_of(study), began, same_runs=not do.changed)
    return conducted


def _not_counted(finished: Sequence[Finished]) -> dict[str, Any]:
    """Runs that do not count, by reason, and the points that do not rest: in the report of every kind of study."""
    runs = {run["key"]: run for one in finished for run in one.runs}.values()
    return {
        "planned_runs": len(runs),
        "not_counted": left_out(runs),
        "restless": restless_points(runs),
        "unchecked_runs": sum(run["status"] == "ok" and not run.get("rest") for run in runs),
    }


def conduct_shard(
    study: Study[Any],
    shard: tuple[int, int],
    *,
    folder: Path,
    workers: int = 1,
    progress: Progress = silent,
    scheduler: str | None = None,
) -> list[dict[str, Any]]:
    """Do one of N parts of the runs that a study knows at its start; what they say is for the whole study to tell.

    Parameters
    ----------
    study : Study
        The study.
    shard : (int, int)
        (i, N): the i-th of N parts, i from 1. The parts have no run in common.
    folder : Path
        Folder of the shard.
    workers, progress, scheduler
        As for `conduct`.

    Returns
    -------
    list of dict
        The distinct runs of this part.
    """
    began = datetime.now(UTC)
    if scheduler is None:
        check_memory(study.scenario)
    _prepare(study, folder)
    with (
        Engine(workers, scheduler) as engine,
        Performance(folder, engine, progress, ways_of(study), shard=shard) as do,
    ):
        plan = study.plan()
        own = do(plan).runs, do.own_places(plan)
    with saying_what_cannot_be_written(folder):
        write_manifest(folder, facts_of(study) | {"shard": list(shard)}, began)
    runs, places = own
    return [runs[place] for place in places]


def facts_of(study: Study[Any]) -> dict[str, Any]:
    """What the manifest says of a study."""
    return {
        "study": study.name,
        "id": study.id,
        "kind": study.kind,
        "scenario": study.scenario.name,
        "model": model_digest(),
    }


def _prepare(study: Study[Any], folder: Path | None) -> None:
    """Write what the study was asked, unless the folder holds the runs of another or files that are not from simbiz."""
    if folder is None:
        return
    require_free(folder, study.kind)
    if (folder / INPUTS).is_file():
        found = read_json(folder / INPUTS)
        if found.get("name") != study.name:
            message = f"it holds another study, {found.get('name')}; give this one a folder of its own"
            raise InputError(message, file=folder)
    with saying_what_cannot_be_written(folder):
        write_study(study, folder)
