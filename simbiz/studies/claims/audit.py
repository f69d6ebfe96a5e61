"""The audit: every claim and every reading of it, against paired worlds, with a verdict that can be "refuted"."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.runs.counted import MISSED, counts, why_left_out
from simbiz.runs.executor import Finished, Progress, perform, silent
from simbiz.runs.plan import Label, Plan
from simbiz.runs.run import Run
from simbiz.runs.whole_years import whole_years
from simbiz.scenario import Scenario, parameter_values, with_changes, without_programme
from simbiz.studies.claims.cases import Case, headline
from simbiz.studies.claims.joint import joint_rows, null_forecasts
from simbiz.studies.claims.paths import path_rows
from simbiz.studies.claims.rows import case_rows
from simbiz.studies.claims.statistics import Worlds


class Pairs(NamedTuple):
    """Pairs of worlds, as a `Case` has them."""

    worlds: list[Worlds]
    last_weeks: list[int]
    left_out: dict[str, int]
    asked: list[float]


def claims_plan(
    scenario: Scenario,
    seeds: Sequence[int],
    declines: Sequence[str],
    rivals: Sequence[str],
    points: Sequence[Mapping[str, float]] | None = None,
    other_replicates: int | None = None,
    path: tuple[int, int] | None = None,
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
    other_replicates : int, optional
        How many of the seeds cases other than the first to be told (`headline`) have; all of them by default.
    path : tuple of int, optional
        How many of the seeds of a case live longer than the scenario's calendar, and to which year.
    """
    runs = []
    first = headline(scenario, rivals, declines)
    few = len(seeds) if other_replicates is None else other_replicates
    for number, point in enumerate([{}] if points is None else points):
        own: Label = {} if points is None else {"point": number}
        for place, seed in enumerate(seed + number * len(seeds) for seed in seeds):
            for decline in declines:
                for mode in rivals:
                    if place >= few and (mode, decline) != first:
                        continue
                    world = with_changes(scenario, {**point, "past.decline": decline, "rivals.mode": mode})
                    if path is not None and place < path[0]:
                        world = _at_least(world, path[1])
                    lives = {"years": whole_years(world)}
                    for programme in (True, False):
                        label = {**own, **lives, "decline": decline, "rivals": mode, "programme": programme}
                        runs.append((Run(world if programme else without_programme(world), seed), label))
    return Plan(f"claims-{scenario.name}" if points is None else f"claims-over-{scenario.name}", runs)


def _at_least(scenario: Scenario, years: int) -> Scenario:
    """The scenario with a calendar of at least so many years; one in weeks stays as it is."""
    longer = scenario.calendar.weeks is None and years > scenario.calendar.years
    return with_changes(scenario, {"calendar.years": years}) if longer else scenario


def audit(
    scenario: Scenario,
    *,
    seeds: Sequence[int],
    declines: Sequence[str],
    rivals: Sequence[str],
    other_replicates: int | None = None,
    path: tuple[int, int] | None = None,
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
    study = claims_plan(scenario, seeds, declines, rivals, other_replicates=other_replicates, path=path)
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
    first = headline(scenario, [case.rivals for case in cases], [case.decline for case in cases]) if cases else None
    return {
        "schema_version": 2,
        "scenario": scenario.name,
        "headline": None if first is None else {"rivals": first[0], "decline": first[1]},
        "replicates": next((len(case.pairs) for case in cases if (case.rivals, case.decline) == first), 0),
        "pairs": [_counted(case) for case in cases],
        "failed_runs": len(finished.failed),
        "parameters": own if points is None else over,
        "points": points,
        "claims": [row for case in cases for row in case_rows(case)],
        "paths": [row for case in cases for row in path_rows(case)],
        "joint": [row for case in cases for row in joint_rows(case, scenario.market.value)],
        "null_forecasts": [row for case in cases for row in null_forecasts(case)],
        "fit": fit_report(finished),
    }


def _counted(case: Case) -> dict[str, Any]:
    """How many pairs were planned in a case, how many count, and why others do not."""
    told = {"rivals": case.rivals, "decline": case.decline, "planned": case.planned, "counted": len(case.pairs)}
    return told | {"left_out": dict(case.left_out)}


def _has_own_values(scenario: Scenario) -> bool:
    """Whether any parameter, effect of a tool or mechanism is not as shipped."""
    segments = any(segment.parameters for segment in scenario.segments.values())
    return bool(scenario.parameters or scenario.effects or segments or not all(scenario.mechanisms.values()))


def _cases(scenario: Scenario, finished: Finished) -> Iterator[Case]:
    """Pairs by mode of the rivals and cause of the decline."""
    pairs = paired_worlds(scenario, finished, lambda label: (label["rivals"], label["decline"]))
    for (rivals, decline), found in pairs.items():
        yield Case(rivals, decline, *found)


def paired_worlds(scenario: Scenario, finished: Finished, group: Callable[[Label], Any]) -> dict[Any, Pairs]:
    """Pairs of worlds with one point and seed, by group of labels; a pair counts if both of its runs do."""
    values = parameter_values(scenario)
    limits = (values["follower_limit"], values["leader_limit"])
    focal = list(scenario.firms).index(scenario.focal)
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    groups: dict[Any, dict[tuple[Any, int], dict[bool, Mapping[str, Any]]]] = {}
    for run in finished.runs:
        world = (run["label"].get("point"), run["seed"])
        groups.setdefault(group(run["label"]), {}).setdefault(world, {})[run["label"]["programme"]] = run
    found = {}
    for name, by_world in groups.items():
        pairs = [pair for pair in by_world.values() if len(pair) == 2]
        reasons = [_why_left_out(pair) for pair in pairs]
        good = [pair for pair, reason in zip(pairs, reasons, strict=True) if reason is None]
        worlds = [
            Worlds(_arrays(tables[pair[True]["key"]]), _arrays(tables[pair[False]["key"]]), focal, limits)
            for pair in good
        ]
        left_out = Counter(reason for reason in reasons if reason is not None)
        last_weeks = [pair[True]["programme"]["last_week"] for pair in good]
        labels = [pair[True]["label"] for pair, why in zip(pairs, reasons, strict=True) if _asked(pair, why)]
        asked = [label.get("years", math.inf) for label in labels]
        found[name] = Pairs(worlds, last_weeks, dict(left_out), asked)
    return found


def _why_left_out(pair: Mapping[bool, Mapping[str, Any]]) -> str | None:
    """Reason for which a pair does not count: that of the first of its runs that does not."""
    return why_left_out(pair[True]) or why_left_out(pair[False])


def _asked(pair: Mapping[bool, Mapping[str, Any]], reason: str | None) -> bool:
    """Whether a verdict needs the answer of a pair that was planned.

    A world whose base year is not the known one, by the luck of its seed, is not a world that the claim is about.
    Over a set of points it is asked: there it may be the point that misses, and a point is not left out for that.
    """
    return reason != MISSED or "point" in pair[True]["label"]


def _arrays(frame: Any) -> dict[str, NDArray[np.float64]]:
    years = frame["year"].nunique()
    metrics = [name for name in frame.columns if name not in ("key", "year", "firm")]
    return {name: frame[name].to_numpy().reshape(years, -1) for name in metrics}


def fit_report(finished: Finished) -> dict[str, Any]:
    """How the base years were met, by cause of the decline."""
    report: dict[str, Any] = {}
    for run in finished.runs:
        if run["status"] == "ok" and run["label"]["programme"]:
            fit = run["fit"]
            part = report.setdefault(fit["decline"], {"target": fit["target"], "reached": [], "missed": 0, "runs": 0})
            part["reached"].append(fit["reached"])
            part["runs"] += 1
            part["missed"] += why_left_out(run) == MISSED
    for part in report.values():
        reached = np.array(part.pop("reached"))
        part["mean"] = reached.mean(axis=0).tolist()
        part["standard_deviation"] = reached.std(axis=0, ddof=1).tolist() if len(reached) > 1 else None
    return report


def share_table(scenario: Scenario, finished: Finished) -> pd.DataFrame:
    """Focal share by year, world and cause of the decline under the rivals that are told first.

    A row per year and run that counts.
    """
    empty = pd.DataFrame(columns=["year", "share", "world", "decline"])
    if not len(finished.outcomes):
        return empty
    focal = finished.outcomes[finished.outcomes["firm"] == scenario.focal]
    modes, declines = ([run["label"][name] for run in finished.runs] for name in ("rivals", "decline"))
    mode, _ = headline(scenario, modes, declines)
    parts = []
    for run in finished.runs:
        label = run["label"]
        if label["rivals"] == mode and counts(run):
            part = focal.loc[focal["key"] == run["key"], ["year", "market_share"]]
            world = "with the programme" if label["programme"] else "without it"
            named = part.rename(columns={"market_share": "share"})
            parts.append(named.assign(world=world, decline=label["decline"]))
    return pd.concat(parts, ignore_index=True) if parts else empty
