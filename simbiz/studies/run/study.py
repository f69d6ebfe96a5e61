"""Runs of one scenario as a study: its worlds seed by seed, and the means of the focal firm."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Strict

from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings


class RunSettings(StudySettings):
    """What the file of a run may say: a scenario, changes of it, seeds."""

    kind: Literal["run"]
    series: Annotated[bool, Strict()] = True


class RunStudy(Study[RunSettings]):
    """One scenario, one run a seed, with weekly series."""

    kind = "run"
    Settings = RunSettings
    needs = ()

    def plan(self) -> Plan:
        """A run a seed."""
        return Plan(self.name, [(Run(self.scenario, seed), {}) for seed in self.settings.seeds])

    def report(self, finished: Finished) -> dict[str, Any]:
        """Means of the focal firm over the runs that finished, and standard deviations, by metric and year."""
        own = finished.outcomes
        means: dict[str, dict[str, float | None]] = {}
        spreads: dict[str, dict[str, float | None]] = {}
        if len(own):
            own = own[own["firm"] == self.scenario.focal]
            by_year = own.drop(columns=["key", "firm"]).groupby("year")
            means, spreads = _columns(by_year.mean()), _columns(by_year.std()) if own["key"].nunique() > 1 else {}
        sound = [run for run in finished.runs if run["status"] == "ok"]
        return {
            "schema_version": 1,
            "kind": self.kind,
            "question": self.settings.question,
            "scenario": self.scenario.name,
            "focal": self.scenario.focal,
            "seeds": list(self.settings.seeds),
            "finished_runs": len(sound),
            "failed_runs": len(finished.failed),
            "missed_base_year": sum(not run["fit"]["met"] for run in sound),
            "means": means,
            "spreads": spreads,
        }


def _columns(table: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """Values by column and year; None for one that is not a number."""
    return {
        str(name): {str(year): None if value != value else value for year, value in values.items()}
        for name, values in table.items()
    }


def run_results(name: str, finished: Finished) -> dict[str, Any]:
    """All metrics of all runs without times and paths: one seed gives the same bytes.

    Parameters
    ----------
    name : str
        Name of the scenario.
    finished : Finished
        Its runs.

    Returns
    -------
    dict
        The object that ``simbiz run --json`` prints.
    """
    grouped = finished.outcomes.groupby("key") if len(finished.outcomes) else ()
    tables: dict[str, Any] = {str(key): table for key, table in grouped}
    runs = []
    for run in finished.runs:
        table = tables.get(run["key"])
        rows: list[Any] = [] if table is None else table.drop(columns="key").to_dict(orient="records")
        facts = ("key", "seed", "status", "fit", "rest", "programme")
        runs.append({name: run[name] for name in facts} | {"outcomes": rows})
    return {"schema_version": 1, "scenario": name, "runs": runs}
