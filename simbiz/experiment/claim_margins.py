"""Margins of the claims (estimate less target) at many points of the uncertain parameters, on paired worlds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Count, Positive, Record, Text
from simbiz.experiment.claim_cases import HORIZONS, Case, printed_numbers, reached, target_value
from simbiz.experiment.claim_statistics import COMPARATORS, NUMBERS
from simbiz.experiment.claims import paired_worlds
from simbiz.experiment.perform import Finished, Progress, perform, silent
from simbiz.experiment.plan import Plan
from simbiz.experiment.run import Run
from simbiz.experiment.sensitivity import Uncertainty, study_function, uncertainties
from simbiz.result.folder import write_text
from simbiz.scenario import Scenario, with_changes, without_programme

Matrix = NDArray[np.float64]


class SensitivitySettings(Record):
    """Settings of a sensitivity study in `experiments/`."""

    kind: Literal["sensitivity"]
    scenario: Text
    method: Text
    size: Annotated[int, Strict(), Field(ge=2)]
    customers: Annotated[int, Strict(), Field(ge=1)]
    first_seed: Count
    replicates: Annotated[int, Strict(), Field(ge=1)]
    fit_tolerance: Positive


def outcome_name(reading: str, comparator: str, horizon: str) -> str:
    """Name of a margin: reading, comparator, horizon."""
    return f"{reading} | {comparator} | {horizon}"


def margins_plan(scenario: Scenario, points: Sequence[dict[str, float]], seeds: Sequence[int]) -> Plan:
    """Runs with and without the programme at every point; the seeds are the same everywhere."""
    runs = []
    for number, point in enumerate(points):
        world = with_changes(scenario, point)
        for seed in seeds:
            for programme in (True, False):
                label = {"point": number, "programme": programme}
                runs.append((Run(world if programme else without_programme(world), seed), label))
    return Plan(f"sensitivity-{scenario.name}", runs)


def margins(scenario: Scenario, finished: Finished, points: int, planned: int) -> dict[str, Matrix]:
    """Margin of every numeric reading at every point, mean over seeds.

    Parameters
    ----------
    scenario : Scenario
        The point around which the study varies.
    finished : Finished
        Its runs.
    points, planned : int
        Number of points, and of seeds at each.

    Returns
    -------
    dict of str to float64 array (point,)
        NaN where a world of the point failed, missed the base year or ends before the horizon.
    """
    pairs = paired_worlds(scenario, finished, lambda label: label["point"])
    cases = {point: Case(scenario.rivals.mode, scenario.past.decline, *pair) for point, pair in pairs.items()}
    found = {}
    for name, claim in load_catalogue().claims.items():
        for reading_name, reading in claim.readings.items() if claim.kind == "number" else ():
            target = target_value(reading.target, printed_numbers())
            for first_year, horizon in HORIZONS.items():
                for comparator in COMPARATORS:
                    values = np.full(points, np.nan)
                    for point, case in cases.items():
                        worlds = reached(case, first_year)
                        # Unless every planned seed counts the point would not be comparable with the others.
                        if len(worlds) == planned:
                            estimates = [NUMBERS[reading.statistic](pair, year, comparator) for pair, year in worlds]
                            values[point] = np.mean(estimates) - target
                    found[outcome_name(f"{name}.{reading_name}", comparator, horizon)] = values
    return found


def sensitivity_of_claims(
    scenario: Scenario,
    *,
    method: str,
    size: int,
    seeds: Sequence[int] = (1,),
    inputs: Sequence[Uncertainty] | None = None,
    design_seed: int = 1,
    folder: Path | None = None,
    workers: int = 1,
    progress: Progress = silent,
    announce: Callable[[Path], None] = lambda place: None,
) -> dict[str, Any]:
    """Which uncertain parameters decide the claims.

    Parameters
    ----------
    scenario : Scenario
        The point around which nothing is changed but the inputs.
    method, size, design_seed
        See `simbiz.experiment.sensitivity.design`.
    seeds : sequence of int
        Replicate seeds, the same at every point.
    inputs : sequence of Uncertainty, optional
        What varies; by default all uncertain parameters, and the effects of what some firm can take in the scenario.
    folder, workers, progress
        See `simbiz.experiment.perform.perform`.
    announce : callable
        Told the result folder once sensitivity.json lies in it.

    Returns
    -------
    dict
        The object that ``simbiz sensitivity --json`` prints.
    """
    varied = list(inputs or uncertainties(scenario=scenario))
    failed: list[dict[str, Any]] = []
    kept: list[Path] = []

    def evaluate(values: Matrix) -> dict[str, Matrix]:
        points = [dict(zip((source.path for source in varied), map(float, row), strict=True)) for row in values]
        study = margins_plan(scenario, points, seeds)
        place = folder or study.default_folder()
        kept.append(place)
        finished = perform(study, folder=place, workers=workers, progress=progress)
        failed.extend(finished.failed)
        found = margins(scenario, finished, len(points), len(seeds))
        # A horizon that no world lives to is no reason to refuse the others.
        lived = {name: values for name, values in found.items() if not np.isnan(values).all()}
        return lived or found

    found = study_function(varied, evaluate, method=method, size=size, seed=design_seed)
    report = {
        "schema_version": 1,
        "scenario": scenario.name,
        "method": method,
        "size": size,
        "seeds": list(seeds),
        "customers": scenario.customers,
        "decline": scenario.past.decline,
        "rivals": scenario.rivals.mode,
        "failed_runs": len(failed),
        "ranges": {source.path: [source.low, source.high] for source in varied},
        **found,
    }
    write_text(kept[-1] / "sensitivity.json", json.dumps(report, indent=2, allow_nan=False) + "\n")
    announce(kept[-1])
    return report
