"""The audit: every claim and every reading of it, against paired worlds, with a verdict that can be "refuted"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Claim, Reading
from simbiz.experiment.claim_cases import (
    HORIZONS,
    TESTS,
    Case,
    interval,
    passes,
    printed_numbers,
    reached,
    target_value,
    verdict,
)
from simbiz.experiment.claim_statistics import (
    BEFORE_AFTER,
    COMPARATORS,
    NUMBERS,
    Worlds,
    at_least,
    baseline,
    category,
)
from simbiz.experiment.joint_claims import joint_rows, null_forecasts
from simbiz.experiment.market_claims import market_rows
from simbiz.experiment.perform import Finished, Progress, perform, silent
from simbiz.experiment.plan import Label, Plan
from simbiz.experiment.run import YEAR, Run
from simbiz.scenario import Scenario, parameter_values, with_changes, without_programme


def claims_plan(
    scenario: Scenario,
    seeds: Sequence[int],
    declines: Sequence[str],
    rivals: Sequence[str],
    points: Sequence[Mapping[str, float]] | None = None,
) -> Plan:
    """Runs of the audit: with and without the programme, by seed, cause of the decline and mode of the rivals.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    seeds : sequence of int
        Replicate seeds of the first point. Every point has seeds of its own: the luck of a seed is common to all points
        that share it, so that no number of points would average it out.
    declines, rivals : sequence of str
        Causes of the decline and modes of the rivals.
    points : sequence of mapping, optional
        Parameter points by dotted path to audit over; the scenario's own values by default.
    """
    runs = []
    for number, point in enumerate([{}] if points is None else points):
        own: Label = {} if points is None else {"point": number}
        for seed in (seed + number * len(seeds) for seed in seeds):
            for decline in declines:
                for mode in rivals:
                    world = with_changes(scenario, {**point, "past.decline": decline, "rivals.mode": mode})
                    for programme in (True, False):
                        label = {**own, "decline": decline, "rivals": mode, "programme": programme}
                        runs.append((Run(world if programme else without_programme(world), seed), label))
    return Plan(f"claims-{scenario.name}" if points is None else f"claims-over-{scenario.name}", runs)


def audit(
    scenario: Scenario,
    *,
    seeds: Sequence[int],
    declines: Sequence[str],
    rivals: Sequence[str],
    folder: Path | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Run the study of the claims and judge it.

    Returns
    -------
    dict
        The object that ``simbiz claims --json`` prints.
    """
    study = claims_plan(scenario, seeds, declines, rivals)
    return judged(scenario, perform(study, folder=folder, workers=workers, progress=progress))


def judged(scenario: Scenario, finished: Finished, points: int | None = None) -> dict[str, Any]:
    """Verdicts on every claim from the runs of a study.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    finished : Finished
        Runs of `claims_plan`.
    points : int, optional
        Size of the set of parameter points that the plan was over; a world is a point and a seed then.
    """
    cases = list(_cases(scenario, finished))
    own = "at the scenario's values" if _has_own_values(scenario) else "at shipped values"
    over = f"over a set of {points} parameter points that pass the patterns"
    return {
        "schema_version": 1,
        "scenario": scenario.name,
        "replicates": max((len(case.pairs) for case in cases), default=0),
        "failed_runs": len(finished.failed),
        "parameters": own if points is None else over,
        "points": points,
        "claims": [row for case in cases for row in case_rows(case)],
        "joint": [row for case in cases for row in joint_rows(case, scenario.market.value)],
        "null_forecasts": [row for case in cases for row in null_forecasts(case)],
        "fit": fit_report(finished),
    }


def _has_own_values(scenario: Scenario) -> bool:
    """Whether any parameter, effect of a tool or mechanism is not as shipped."""
    segments = any(segment.parameters for segment in scenario.segments.values())
    return bool(scenario.parameters or scenario.effects or segments or not all(scenario.mechanisms.values()))


def _cases(scenario: Scenario, finished: Finished) -> Iterator[Case]:
    """Pairs by mode of the rivals and cause of the decline."""
    pairs = paired_worlds(scenario, finished, lambda label: (label["rivals"], label["decline"]))
    for (rivals, decline), (worlds, last_weeks) in pairs.items():
        yield Case(rivals, decline, worlds, last_weeks)


def paired_worlds(
    scenario: Scenario, finished: Finished, group: Callable[[Label], Any]
) -> dict[Any, tuple[list[Worlds], list[int]]]:
    """Pairs of worlds with one point and seed, and the last week of each programme, by group of labels.

    A pair counts if both worlds finished and met the base year.
    """
    values = parameter_values(scenario)
    limits = (values["follower_limit"], values["leader_limit"])
    focal = list(scenario.firms).index(scenario.focal)
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    groups: dict[Any, dict[tuple[Any, int], dict[bool, Mapping[str, Any]]]] = {}
    for run in finished.runs:
        by_world = groups.setdefault(group(run["label"]), {})
        if run["status"] == "ok" and run["fit"]["met"]:
            world = (run["label"].get("point"), run["seed"])
            by_world.setdefault(world, {})[run["label"]["programme"]] = run
    found = {}
    for name, by_world in groups.items():
        pairs = [pair for pair in by_world.values() if len(pair) == 2]
        worlds = [
            Worlds(_arrays(tables[pair[True]["key"]]), _arrays(tables[pair[False]["key"]]), focal, limits)
            for pair in pairs
        ]
        found[name] = (worlds, [pair[True]["programme"]["last_week"] for pair in pairs])
    return found


def _arrays(frame: Any) -> dict[str, NDArray[np.float64]]:
    years = frame["year"].nunique()
    metrics = [name for name in frame.columns if name not in ("key", "year", "firm")]
    return {name: frame[name].to_numpy().reshape(years, -1) for name in metrics}


def case_rows(case: Case) -> Iterator[dict[str, Any]]:
    """Verdict on every reading of every claim in one case."""
    for name, claim in load_catalogue().claims.items():
        if claim.kind == "market":
            yield from market_rows(case, name, claim)
            continue
        for reading_name, reading in claim.readings.items():
            for first_year in (True, False):
                for comparator in COMPARATORS:
                    for test in TESTS:
                        row = {
                            "id": f"{name}.{reading_name}",
                            "claim": claim.meaning,
                            "reading": reading.meaning,
                        }
                        row |= {"kind": claim.kind, "test": test, "comparator": comparator}
                        row |= {"horizon": HORIZONS[first_year]}
                        row |= {"rivals": case.rivals, "decline": case.decline}
                        judge = _judge_number if claim.kind == "number" else _judge_category
                        row |= judge(case, claim, reading, first_year, comparator, test)
                        yield row | {"built_in": reading.built_in, "depends_on": reading.depends_on}


def _horizon_weeks(reached: Sequence[tuple[Worlds, int]]) -> int | None:
    return int(np.median([year for _, year in reached])) * YEAR if reached else None


def _judge_number(
    case: Case, claim: Claim, reading: Reading, first_year: bool, comparator: str, test: str
) -> dict[str, Any]:
    target = target_value(reading.target, printed_numbers())
    pairs = reached(case, first_year)
    values = np.array([NUMBERS[reading.statistic](worlds, year, comparator) for worlds, year in pairs])
    bases = [baseline(reading.statistic, worlds, year, comparator) for worlds, year in pairs]
    passed = [passes(value, target, reading.half_unit, test) for value in values]
    passing = float(np.mean(passed)) if passed else None
    return {
        "horizon_weeks": _horizon_weeks(pairs),
        "baseline": float(np.mean(bases)) if bases else None,
        "target": target,
        "estimate": float(values.mean()) if len(values) else None,
        "interval": interval(values),
        "passing": passing,
        "worlds": len(values),
        "verdict": verdict(passing),
    }


def _judge_category(
    case: Case, claim: Claim, reading: Reading, first_year: bool, comparator: str, test: str
) -> dict[str, Any]:
    pairs = reached(case, first_year)
    statistic, target = reading.statistic, reading.target

    def good(value: str) -> bool:
        return at_least(statistic, value, target) if test == "reach" else value == target

    after = [category(statistic, worlds.programme, year, worlds) for worlds, year in pairs]
    if comparator == BEFORE_AFTER:
        before = [category(statistic, worlds.programme, 0, worlds) for worlds, _ in pairs]
        passed = [good(value) for value in after]
    else:
        before = [category(statistic, worlds.nothing, year, worlds) for worlds, year in pairs]
        passed = [good(value) and not good(without) for value, without in zip(after, before, strict=True)]
    passing = float(np.mean(passed)) if passed else None
    return {
        "horizon_weeks": _horizon_weeks(pairs),
        "baseline": distribution(before) if before else None,
        "target": target,
        "estimate": distribution(after) if after else None,
        "interval": None,
        "passing": passing,
        "worlds": len(after),
        "verdict": verdict(passing),
    }


def distribution(values: Sequence[str]) -> dict[str, float]:
    """Share of worlds by category, most frequent first."""
    return {value: count / len(values) for value, count in Counter(values).most_common()}


def fit_report(finished: Finished) -> dict[str, Any]:
    """How the base years were met, by cause of the decline."""
    report: dict[str, Any] = {}
    for run in finished.runs:
        if run["status"] == "ok" and run["label"]["programme"]:
            fit = run["fit"]
            part = report.setdefault(fit["decline"], {"target": fit["target"], "reached": [], "missed": 0, "runs": 0})
            part["reached"].append(fit["reached"])
            part["runs"] += 1
            part["missed"] += not fit["met"]
    for part in report.values():
        reached = np.array(part.pop("reached"))
        part["mean"] = reached.mean(axis=0).tolist()
        part["standard_deviation"] = reached.std(axis=0, ddof=1).tolist() if len(reached) > 1 else None
    return report


def share_table(scenario: Scenario, finished: Finished) -> pd.DataFrame:
    """Focal share by year, world and cause of the decline under the scenario's rivals; a row per run and year.

    As in the verdicts, runs that missed the base year are left out.
    """
    empty = pd.DataFrame(columns=["year", "share", "world", "decline"])
    if not len(finished.outcomes):
        return empty
    focal = finished.outcomes[finished.outcomes["firm"] == scenario.focal]
    parts = []
    for run in finished.runs:
        label = run["label"]
        if label["rivals"] == scenario.rivals.mode and run["status"] == "ok" and run["fit"]["met"]:
            part = focal.loc[focal["key"] == run["key"], ["year", "market_share"]]
            world = "with the programme" if label["programme"] else "without it"
            named = part.rename(columns={"market_share": "share"})
            parts.append(named.assign(world=world, decline=label["decline"]))
    return pd.concat(parts, ignore_index=True) if parts else empty
