"""What each mechanism contributes to the effect of the programme: switch it off and look at the effect again.

The base year is fitted anew without the mechanism, and all worlds of one seed share their luck, so the difference of
two effects is a difference within seeds. Contributions do not add up: mechanisms work on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Place, Text, refuse
from simbiz.errors import InputError, did_you_mean
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings
from simbiz.scenario import Scenario, with_changes, without_programme
from simbiz.studies.ablation.effect_parts import acts_in, check_effect, effect_parts, effect_runs, is_of_effect
from simbiz.studies.claims.audit import paired_worlds
from simbiz.studies.claims.cases import Case, interval, reached
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.statistics import PAIRED, Worlds

FULL = ""
MOST_THROUGH = 4  # mechanisms; every subset of them costs two worlds a seed

Effects = dict[tuple[str, str], dict[int, float]]


class AblationSettings(StudySettings):
    """What the file of an ablation may say: which mechanisms are switched off, all by default.

    `effect` is one of a tool that is parted by the mechanisms `through` which it may act, where the programme has the
    tool.
    """

    kind: Literal["ablation"]
    mechanisms: tuple[Text, ...] = ()
    effect: Text = ""
    through: Annotated[tuple[Text, ...], Field(max_length=MOST_THROUGH)] = ()


class AblationStudy(Study[AblationSettings]):
    """What each mechanism contributes to the effect of the programme."""

    kind = "ablation"
    Settings = AblationSettings
    needs_all_firms = True

    def check(self, place: Place) -> None:
        """Refuse what is no mechanism, or off already."""
        try:
            chosen_mechanisms(self.scenario, self.settings.mechanisms)
        except InputError as error:
            raise refuse(error.message, ["mechanisms"], place) from None
        if self.parted:
            try:
                check_effect(self.scenario, self.settings.effect, self.settings.through)
            except InputError as error:
                raise refuse(error.message, ["effect"], place) from None

    @property
    def parted(self) -> bool:
        """Whether an effect is parted."""
        return bool(self.settings.effect) and acts_in(self.scenario, self.settings.effect)

    def plan(self) -> Plan:
        """Runs with and without the programme, in the full model and without each mechanism."""
        chosen = chosen_mechanisms(self.scenario, self.settings.mechanisms)
        plan = ablation_plan(self.scenario, chosen, self.settings.seeds)
        if not self.parted:
            return plan
        settings = self.settings
        return Plan(
            plan.name, [*plan.runs, *effect_runs(self.scenario, settings.effect, settings.through, settings.seeds)]
        )

    def report(self, finished: Finished) -> dict[str, Any]:
        """Contribution of each mechanism, and the parts of an effect."""
        settings = self.settings
        parts = effect_parts(self.scenario, settings.effect, settings.through, finished) if self.parted else None
        own = replace(finished, runs=[run for run in finished.runs if not is_of_effect(run)])
        return ablation(self.scenario, own) | {"failed_runs": len(finished.failed), "effect_parts": parts}


def _share_gained(worlds: Worlds, year: int) -> float:
    return worlds.value("market_share", year) - worlds.reference("market_share", year, PAIRED)


def _revenue_gained(worlds: Worlds, year: int) -> float:
    return worlds.ratio("revenue", year, PAIRED) - 1.0


EFFECTS: Mapping[str, Callable[[Worlds, int], float]] = {
    "market_share": _share_gained,
    "revenue": _revenue_gained,
}


def chosen_mechanisms(scenario: Scenario, wanted: Sequence[str] = ()) -> list[str]:
    """Mechanisms to switch off, in the order of the catalogue: the wanted ones, or all that the scenario has on.

    Raises
    ------
    InputError
        For a name that is no mechanism, and for one that the scenario has switched off already.
    """
    known = load_catalogue().mechanisms
    on = [name for name in known if scenario.mechanisms.get(name, True)]
    for name in wanted:
        if name not in known:
            raise InputError(f"{name} is not a mechanism (see simbiz list mechanisms).{did_you_mean(name, known)}")
        if name not in on:
            raise InputError(f"{name} is switched off in {scenario.name} already: it contributes nothing there")
    return [name for name in on if not wanted or name in wanted]


def ablation_plan(scenario: Scenario, mechanisms: Sequence[str], seeds: Sequence[int]) -> Plan:
    """Runs with and without the programme, in the full model and without each mechanism; the seeds are the same."""
    runs = []
    for name in (FULL, *mechanisms):
        world = scenario if name == FULL else with_changes(scenario, {f"mechanisms.{name}": False})
        for seed in seeds:
            for programme in (True, False):
                label = {"mechanism": name, "seed": seed, "programme": programme}
                runs.append((Run(world if programme else without_programme(world), seed), label))
    return Plan(f"ablation-{scenario.name}", runs)


def ablation(scenario: Scenario, finished: Finished) -> dict[str, Any]:
    """Contribution of each mechanism to the effect of the programme.

    Parameters
    ----------
    scenario : Scenario
        The full model.
    finished : Finished
        The runs of `ablation_plan`.

    Returns
    -------
    dict
        The object that ``simbiz ablation --json`` prints: the effects in the full model, and a row per mechanism,
        effect and horizon with the effect in the full model and without the mechanism, both means over the seeds that
        have both, and their difference, the contribution, with its 95 % interval over seeds; None where no seed has.
        Gained shares are in parts of the market, gained revenue in parts of the revenue without the programme.
    """
    effects = _effects(scenario, finished)
    fits = fits_met(finished)
    names = list(fits)
    return {
        "schema_version": 1,
        "scenario": scenario.name,
        "customers": scenario.customers,
        "fit_tolerance": scenario.fit.tolerance,
        "decline": scenario.past.decline,
        "rivals": scenario.rivals.mode,
        "seeds": sorted({run["seed"] for run in finished.runs}),
        "failed_runs": len(finished.failed),
        "fit": {name or "full model": fit for name, fit in fits.items()},
        "full": list(_full_rows(effects.get(FULL, {}))),
        "rows": [row for name in names if name != FULL for row in _rows(name, effects)],
    }


def fits_met(finished: Finished) -> dict[str, dict[str, int]]:
    """In how many runs with the programme the world counts, by mechanism switched off."""
    fits: dict[str, dict[str, int]] = {}
    for run in finished.runs:
        if run["label"]["programme"]:
            fit = fits.setdefault(run["label"]["mechanism"], {"met": 0, "runs": 0})
            fit["runs"] += 1
            fit["met"] += counts(run)
    return fits


def _effects(scenario: Scenario, finished: Finished) -> dict[str, Effects]:
    """Paired effects by mechanism switched off, then by effect and horizon, then by seed."""
    pairs = paired_worlds(scenario, finished, lambda label: (label["mechanism"], label["seed"]))
    found: dict[str, Effects] = {}
    for (name, seed), pair in pairs.items():
        case = Case(scenario.rivals.mode, scenario.past.decline, *pair)
        effects = found.setdefault(name, {})
        for horizon in HORIZONS:
            for worlds, year in reached(case, horizon):
                for effect, measure in EFFECTS.items():
                    effects.setdefault((effect, horizon), {})[seed] = measure(worlds, year)
    return found


def _full_rows(effects: Effects) -> Iterator[dict[str, Any]]:
    for effect in EFFECTS:
        for horizon in HORIZONS:
            values = np.array(list(effects.get((effect, horizon), {}).values()))
            mean = float(values.mean()) if len(values) else None
            yield {
                "effect": effect,
                "horizon": horizon,
                "estimate": mean,
                "interval": interval(values),
                "pairs": len(values),
            }


def _rows(name: str, effects: Mapping[str, Effects]) -> Iterator[dict[str, Any]]:
    for effect in EFFECTS:
        for horizon in HORIZONS:
            full, without = (effects.get(side, {}).get((effect, horizon), {}) for side in (FULL, name))
            seeds = sorted(full.keys() & without.keys())
            both = np.array([(full[seed], without[seed]) for seed in seeds]).reshape(-1, 2)
            contribution = both[:, 0] - both[:, 1]
            yield {
                "mechanism": name,
                "effect": effect,
                "horizon": horizon,
                "full": float(both[:, 0].mean()) if seeds else None,
                "without": float(both[:, 1].mean()) if seeds else None,
                "contribution": float(contribution.mean()) if seeds else None,
                "interval": interval(contribution),
                "pairs": len(seeds),
            }


def largest_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows by the size of the contribution; those without one come last."""
    return sorted(rows, key=lambda row: -1.0 if row["contribution"] is None else abs(row["contribution"]), reverse=True)
