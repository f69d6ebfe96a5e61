"""Worlds of a result that figures of one market show: under the scenario's own rivals and cause of the decline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.errors import InputError
from simbiz.plots.number_text import NOTHING, percent
from simbiz.plots.style import WITH, WITHOUT
from simbiz.results.load import Result
from simbiz.results.series import series_files
from simbiz.runs.observed import mean_and_half
from simbiz.runs.stored_plan import study_in
from simbiz.scenario import Scenario

CASES = {"rivals": "rivals.mode", "decline": "past.decline"}


@dataclass(frozen=True)
class OwnWorlds:
    """Worlds of a result.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    runs : DataFrame
        key, seed and world ("with the programme" or "without it") of the runs that finished and met the base year.
    case : str
        Rivals and cause of the decline, where the study has several; empty where it has one.
    """

    scenario: Scenario
    runs: pd.DataFrame
    case: str

    @property
    def title(self) -> str:
        """Title of the focal firm."""
        return self.scenario.firms[self.scenario.focal].title

    @property
    def seeds(self) -> int:
        """Number of seeds."""
        return int(self.runs["seed"].nunique())

    def keys(self, world: str | None = None) -> list[str]:
        """Keys of the runs of a world; of the one with the programme by default, or of the only one there is."""
        wanted = world or (WITH if WITH in set(self.runs["world"]) else WITHOUT)
        return list(self.runs.loc[self.runs["world"] == wanted, "key"])

    def seed_of(self, key: str) -> int:
        """Seed of a run."""
        return int(self.runs.loc[self.runs["key"] == key, "seed"].iloc[0])


def own_worlds(result: Result) -> OwnWorlds:
    """Worlds of a run study, or of an audit of claims.

    Raises
    ------
    InputError
        If no run finished and met the base year.
    """
    scenario, runs = study_in(result.folder).scenario, good_runs(result)
    case = []
    for label in CASES:
        if label in runs and runs[label].nunique() > 1:
            chosen = own_label(scenario, runs, label)
            runs = runs[runs[label] == chosen]
            case.append(f"{label}: {chosen.replace('_', ' ')}")
    table = runs[["key", "seed"]].assign(world=worlds_of(scenario, runs)).reset_index(drop=True)
    return OwnWorlds(scenario, table, ", ".join(case))


def good_runs(result: Result) -> pd.DataFrame:
    """Runs that finished and met the base year.

    Raises
    ------
    InputError
        If there is none.
    """
    runs = result.runs
    runs = runs[runs["status"] == "ok"]
    if "fit_met" in runs:
        runs = runs[runs["fit_met"].astype(bool)]
    if "rests" in runs:
        runs = runs[runs["rests"].astype(object) != False]  # noqa: E712  None is nothing known
    if not len(runs):
        raise InputError("no run finished and met the base year", file=result.folder)
    return runs


def own_label(scenario: Scenario, runs: pd.DataFrame, label: str) -> str:
    """Mode of the rivals or cause of the decline of the scenario, or the first that runs have."""
    table, _, field = CASES[label].partition(".")
    own = getattr(getattr(scenario, table), field)
    return str(own if own in set(runs[label]) else runs[label].iloc[0])


def worlds_of(scenario: Scenario, runs: pd.DataFrame) -> NDArray[np.str_]:
    """Names of the worlds of runs: with the programme or without it."""
    follows = bool(scenario.programme.order)
    programme = runs["programme"].astype(bool) if "programme" in runs else pd.Series(follows, index=runs.index)
    return np.where(programme, WITH, WITHOUT)


def focal_values(result: Result, worlds: OwnWorlds, metrics: Sequence[str]) -> pd.DataFrame:
    """Metrics of the focal firm by world, seed and year: key, seed, world, year, metrics."""
    table = result.table(metrics, worlds.scenario.focal)[["key", "year", *metrics]]
    return worlds.runs.merge(table, on="key", how="inner")


def kept_keys(result: Result, worlds: OwnWorlds, name: str) -> list[str]:
    """Keys of the runs of the world with the programme, each of which must have kept something.

    Raises
    ------
    InputError
        If one has not.
    """
    keys = worlds.keys()
    if not {path.stem for path in series_files(result.folder, name)}.issuperset(keys):
        raise InputError(f"keeps no {name}: simbiz run and studies with series = true do", file=result.folder)
    return keys


def last_year(table: pd.DataFrame) -> int:
    """Last year that was lived."""
    return int(table["year"].max())


def mean_text(values: Sequence[float] | pd.Series, digits: int = 1) -> str:
    """Mean share in per cent with its 95 % interval over seeds, as far as shares go."""
    mean, half, count = mean_and_half(np.asarray(values, dtype=np.float64))
    if not count:
        return NOTHING
    ends = [percent(min(max(float(end), 0.0), 1.0), digits) for end in (mean - half, mean + half)]
    span = f" ({' to '.join(ends)})" if count > 1 else ""
    return percent(float(mean), digits) + span
