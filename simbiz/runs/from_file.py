"""A study in one call: its file, its runs, its result read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simbiz.results.load import Result, load_result
from simbiz.runs.conduct import conduct, default_folder
from simbiz.runs.executor import Progress, silent
from simbiz.runs.study_file import load_study

RESULTS = "results"


def run_study(
    study: str | Path,
    settings: Mapping[str, Any] | None = None,
    *,
    results: Path | str = RESULTS,
    workers: int = 1,
    progress: Progress = silent,
    log: Path | str | None = None,
) -> Result:
    """Do the runs of a study that are missing, and read its result.

    Parameters
    ----------
    study : str or Path
        Study file, or its name: one of `experiments/` in the working folder or a shipped one.
    settings : mapping, optional
        Settings that take the place of the file's; `set` is added to the file's.
    results : Path or str
        Folder of results; the study has its own in it, NAME/ID, the same for the same settings. Studies below a folder
        of the name results share the runs that they have in common.
    workers : int
        Processes. In a script more than one is asked for below ``if __name__ == "__main__":``, because every worker
        reads the script.
    progress : callable
        Told (stage, done, planned, failed).
    log : Path or str, optional
        Folder of event logs, as `simbiz run --log` writes them; every run is done then, whether it is known or not.

    Returns
    -------
    Result
        As `load_result` gives it. Runs that failed are counted in `standing` and stand in `runs`.

    Raises
    ------
    InputError
        For the first mistake in the file or the settings, or if a folder cannot be written.
    """
    asked = load_study(study, settings)
    folder = Path(results) / default_folder(asked).relative_to(RESULTS)
    conduct(asked, folder=folder, workers=workers, progress=progress, log=None if log is None else Path(log))
    return load_result(folder)
