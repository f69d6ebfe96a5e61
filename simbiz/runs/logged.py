"""Runs that leave an event log: each from year -1 on, since a log holds the past as well, but not the burn-in."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from simbiz.compilation import source_digest
from simbiz.market.model import OmnichannelModel
from simbiz.results.event_log import EventLog, new_log_folder
from simbiz.results.event_tables import SCHEMAS
from simbiz.results.folder import part_of
from simbiz.results.manifest import write_manifest
from simbiz.runs.recorded import kept_outcome
from simbiz.runs.run import Outcome, Run, outcome_of


def log_folders(folder: Path, runs: Sequence[Run]) -> dict[str, Path]:
    """Folders of the event logs of runs, by key: `folder` itself for one run, a folder a seed below it for several.

    Raises
    ------
    InputError
        If one of them holds an event log or cannot be written.
    """
    new_log_folder(folder)
    if len(runs) == 1:
        return {runs[0].key: folder}
    return {run.key: new_log_folder(part_of(folder, f"seed-{run.seed}")) for run in runs}


def execute_logged(
    group: Sequence[Run], folders: Mapping[str, Path], series: bool = False, engine: str = "arrays"
) -> list[Outcome]:
    """Run every run of a group and write its event log.

    Parameters
    ----------
    group : sequence of Run
        The runs; what they share is lived through anew in each.
    folders : mapping of str to Path
        Folder of the log of each run, by its key.
    series : bool
        Whether weekly series and what else figures need are wanted.
    engine : {"arrays", "agents"}
        Engine of the model; the log does not depend on it.

    Returns
    -------
    list of Outcome
        A run that raises is an outcome of status "failed"; its log stays in parts.
    """
    return [_logged(run, folders[run.key], series, engine) for run in group]


def _logged(run: Run, folder: Path, series: bool, engine: str) -> Outcome:
    began = time.perf_counter()
    with ExitStack() as afterwards:
        try:
            model = OmnichannelModel(run.scenario, rng=run.seed, engine=engine)
            afterwards.callback(model.release)
            first = model.run_burn_in().week
            with EventLog(folder, model.layout, model.start) as log:
                model.log = log
                model.run()
                outcome = kept_outcome(model, run) if series else outcome_of(model, run, series)
                log.add_customers(model.customers)
                log.add_firms(model.observation())
            _describe(folder, run, model, first)
        except Exception:
            outcome = Outcome(run.key, run.seed, "failed", error=traceback.format_exc())
    outcome.seconds = time.perf_counter() - began
    return outcome


def _describe(folder: Path, run: Run, model: OmnichannelModel, first: int) -> None:
    """Write the manifest last: a log that has one is whole."""
    facts = {
        "event_log": run.scenario.name,
        "run": run.key,
        "seed": run.seed,
        "model": source_digest(),
        "weeks": [first - model.start, model.week - model.start - 1],
        "customers_per_agent": dict(zip(model.layout.segments, model.expansion.tolist(), strict=True)),
    }
    write_manifest(folder, facts, files=[f"{name}.parquet" for name in sorted(SCHEMAS)])
