"""Through which mechanisms one effect of a tool acts: what raising it over its range gains, with mechanisms off.

All worlds have the programme and share their luck seed by seed, so that the gain of the effect is a difference within
seeds. What is left with all mechanisms off that are named is what they do not explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError, did_you_mean
from simbiz.runs.finished import Finished
from simbiz.runs.plan import LabelledRun
from simbiz.runs.run import Run
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.claims.audit import paired_worlds
from simbiz.studies.claims.cases import Case, interval, reached
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.statistics import PAIRED, Worlds

HIGH, LOW = "high", "low"  # which end of its range the effect has
ALL_ON = "all on"
METRIC = "market_share"


def check_effect(scenario: Scenario, name: str, through: Sequence[str]) -> None:
    """Refuse an effect without a range, and mechanisms that do not exist or are off already.

    Raises
    ------
    InputError
        For the first mistake.
    """
    ranges = {one: effect.range for one, _, effect in load_catalogue().effects() if effect.range is not None}
    if name not in ranges:
        raise InputError(f"{name} is no effect of a tool that has a range.{did_you_mean(name, ranges)}")
    known = load_catalogue().mechanisms
    for mechanism in through:
        if mechanism not in known:
            near = did_you_mean(mechanism, known)
            raise InputError(f"{mechanism} is not a mechanism (see simbiz list mechanisms).{near}")
        if not scenario.mechanisms.get(mechanism, True):
            raise InputError(f"{mechanism} is switched off in {scenario.name} already: nothing acts through it there")


def acts_in(scenario: Scenario, name: str) -> bool:
    """Whether the programme of the scenario has the tool."""
    return name.partition(".")[0] in scenario.programme.order


def subsets(through: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What is switched off together: nothing, each mechanism, pairs, up to all of them."""
    for size in range(len(through) + 1):
        yield from combinations(through, size)


def part_name(off: Sequence[str]) -> str:
    """Mechanisms that are switched off, as one name."""
    return " and ".join(off) or ALL_ON


def effect_runs(scenario: Scenario, name: str, through: Sequence[str], seeds: Sequence[int]) -> list[LabelledRun]:
    """Runs at both ends of the range of the effect, with every subset of the mechanisms switched off."""
    low, high = _range(name)
    runs: list[LabelledRun] = []
    for off in subsets(through):
        world = with_changes(scenario, {f"mechanisms.{mechanism}": False for mechanism in off})
        for end, value in ((HIGH, high), (LOW, low)):
            own = with_changes(world, {f"effects.{name}": value})
            label = {"effect": name, "off": part_name(off), "end": end, "programme": True}
            runs += [(Run(own, seed), {**label, "seed": seed}) for seed in seeds]
    return runs


def is_of_effect(run: Mapping[str, Any]) -> bool:
    """Whether a run is one of `effect_runs`."""
    return "effect" in run["label"]


def _range(name: str) -> tuple[float, float]:
    """Declared range of an effect that has one."""
    return next(effect.range for one, _, effect in load_catalogue().effects() if one == name and effect.range)


def effect_parts(scenario: Scenario, name: str, through: Sequence[str], finished: Finished) -> dict[str, Any]:
    """What raising an effect over its range gains, with every subset of the mechanisms switched off.

    Parameters
    ----------
    scenario : Scenario
        The full model.
    name : str
        The effect.
    through : sequence of str
        Mechanisms through which it may act.
    finished : Finished
        Runs of `effect_runs`, perhaps with others.

    Returns
    -------
    dict
        effect, its range, and a row for every subset and horizon: the gain in share, mean over the seeds that have it,
        with its 95 % interval over seeds; and how far it lies below the gain with all mechanisms on, within seeds.
    """
    rows = []
    gains = _gains(scenario, finished)
    for horizon in HORIZONS:
        whole = gains.get((ALL_ON, horizon), {})
        for off in subsets(through):
            own = gains.get((part_name(off), horizon), {})
            both = sorted(whole.keys() & own.keys())
            values, less = np.array(list(own.values())), np.array([whole[seed] - own[seed] for seed in both])
            rows.append(
                {"off": list(off), "horizon": horizon, "gain": _mean(values), "interval": interval(values),
                 "pairs": len(values), "less": _mean(less), "less_interval": interval(less)}
            )  # fmt: skip
    return {"effect": name, "range": list(_range(name)), "through": list(through), "rows": rows}


def _mean(values: Any) -> float | None:
    return float(values.mean()) if len(values) else None


def _gains(scenario: Scenario, finished: Finished) -> Mapping[tuple[str, str], dict[int, float]]:
    """Gain in share by what is off and horizon, then by seed."""
    runs = [
        run | {"label": {**run["label"], "programme": run["label"]["end"] == HIGH}}
        for run in finished.runs
        if is_of_effect(run)
    ]
    # The world in which the effect is at its lower end takes the place of the one without the programme.
    pairs = paired_worlds(scenario, replace(finished, runs=runs), lambda label: (label["off"], label["seed"]))
    found: dict[tuple[str, str], dict[int, float]] = {}
    for (off, seed), pair in pairs.items():
        case = Case(scenario.rivals.mode, scenario.past.decline, *pair)
        for horizon in HORIZONS:
            for worlds, year in reached(case, horizon):
                found.setdefault((off, horizon), {})[seed] = _gained(worlds, year)
    return found


def _gained(worlds: Worlds, year: int) -> float:
    return worlds.value(METRIC, year) - worlds.reference(METRIC, year, PAIRED)
