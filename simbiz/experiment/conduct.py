"""Conduct a study: its folder, its runs, its report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simbiz.experiment.perform import Finished, Progress, perform, silent
from simbiz.experiment.plan import Plan
from simbiz.experiment.study import Study
from simbiz.result.folder import open_folder, write_text

INPUTS = "study.json"


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
        """Runs that did not give a result, each once."""
        return list({run["key"]: run for finished in self.finished for run in finished.failed}.values())


def default_folder(study: Study[Any]) -> Path:
    """results/<name>/<id> in the working folder."""
    return Path("results") / study.name / study.id


def report_file(study: Study[Any]) -> str:
    """Name of the report in the result folder."""
    return f"{study.kind.replace(' ', '_')}.json"


def conduct(
    study: Study[Any],
    *,
    folder: Path | None,
    workers: int = 1,
    progress: Progress = silent,
) -> Conducted:
    """Do the runs of a study that are missing, and write its report.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path or None
        Result folder; None keeps everything in memory.
    workers : int
        Processes.
    progress : callable
        Told (stage, done, planned, failed).

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    finished: list[Finished] = []
    do = partial(
        perform, folder=folder, workers=workers, progress=progress, work=study.work, columns=study.columns
    )

    def done(plan: Plan) -> Finished:
        finished.append(do(plan))
        return finished[-1]

    if folder is not None:
        write_inputs(study, folder)
    report = study.carry_out(done)
    if folder is not None:
        text = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_text(folder / report_file(study), text)
    return Conducted(study, report, finished, folder)


def write_inputs(study: Study[Any], folder: Path) -> None:
    """Write study.json: what the study was asked, so that the folder can be understood and gone on with alone."""
    settings = study.settings.model_dump(mode="json")
    inputs = {"schema_version": 1, "name": study.name, "id": study.id, "settings": settings}
    write_text(open_folder(folder) / INPUTS, json.dumps(inputs, indent=2, ensure_ascii=False) + "\n")
