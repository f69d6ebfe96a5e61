"""A comparison: any set of scenarios or programmes, pair by pair on common seeds, with intervals that hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Place, Text, Year, refuse, unknown
from simbiz.errors import InputError
from simbiz.runs.executor import Finished
from simbiz.runs.observed import Observed, mean_and_half, observed, plain, plain_interval
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings
from simbiz.runs.whole_years import whole_years
from simbiz.scenario import Scenario, load_scenario, resolved, scenario_digest, with_changes
from simbiz.statistics.simultaneous import CONFIDENCE, Difference, all_pairs, on_common_seeds

SCENARIO = "scenario"
TEXTS = {"name", "title", "question", "sources"}  # They decide nothing.


class CompareSettings(StudySettings):
    """What the file of a comparison may say.

    Each alternative is a table of changes by dotted path, of `scenario` or of the scenario that it names itself. All
    outcomes, and all years from the start of the programme, are compared by default.
    """

    kind: Literal["compare"]
    alternatives: Annotated[dict[Text, dict[Text, Any]], Field(min_length=2)]
    outcomes: tuple[Text, ...] = ()
    years: tuple[Year, ...] = ()


class CompareStudy(Study[CompareSettings]):
    """Differences between all pairs of alternatives."""

    kind = "compare"
    Settings = CompareSettings

    def __init__(self, settings: CompareSettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.needs = tuple(self.outcomes)

    @cached_property
    def alternatives(self) -> dict[str, Scenario]:
        """Scenario of each alternative."""
        return {name: self._alternative(own) for name, own in self.settings.alternatives.items()}

    def _alternative(self, own: dict[str, Any]) -> Scenario:
        changes = {key: value for key, value in own.items() if key != SCENARIO}
        if SCENARIO in own:
            return load_scenario(own[SCENARIO], self.settings.changes() | changes)
        return with_changes(self.scenario, changes)

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that are compared."""
        return list(self.settings.outcomes or self.columns or load_catalogue().metrics)

    @property
    def years(self) -> list[int]:
        """Years that are compared: those that some pair has."""
        lived = sorted(map(whole_years, self.alternatives.values()))
        return sorted(set(self.settings.years)) or list(range(1, lived[-2] + 1))

    def inputs(self) -> dict[str, Any]:
        """The scenarios of all alternatives."""
        return {"alternatives": {name: scenario_digest(resolved(one)) for name, one in self.alternatives.items()}}

    def check(self, place: Place) -> None:
        """Refuse alternatives that the scenario does not allow, unknown outcomes and years that nobody lives to."""
        for name, own in self.settings.alternatives.items():
            where = ["alternatives", name]
            if not isinstance(own.get(SCENARIO, ""), str):
                raise refuse("scenario must be the name of a scenario or a path", [*where, SCENARIO], place)
            try:
                self._alternative(own)
            except InputError as error:
                if error.file is not None:
                    raise
                key = next((key for key in own if key in error.message), SCENARIO)
                about = "" if key == SCENARIO else f"alternatives.{name}: "
                raise refuse(about + error.message, [*where, key], place) from None
        known = list(self.columns or load_catalogue().metrics)
        for number, outcome in enumerate(self.settings.outcomes):
            if outcome not in known:
                raise unknown(outcome, "metric", known, ["outcomes", number], place, "simbiz list metrics")
        last = max(map(whole_years, self.alternatives.values()))
        for number, year in enumerate(self.settings.years):
            if not -1 <= year <= last:
                raise refuse(f"year {year} is not lived; allowed: -1 to {last}", ["years", number], place)

    def plan(self) -> Plan:
        """A run of every alternative at every seed."""
        runs = [
            (Run(scenario, seed), {"point": number, "alternative": name, "programme": True})
            for seed in self.settings.seeds
            for number, (name, scenario) in enumerate(self.alternatives.items())
        ]
        return Plan(self.name, runs)

    def report(self, finished: Finished) -> dict[str, Any]:
        """Means of the alternatives and differences of all pairs.

        All are over the same seeds: those at which every alternative finished and met the base year. An alternative
        that did so at no seed is left out.
        """
        focal = [scenario.focal for scenario in self.alternatives.values()]
        count, names = len(focal), list(self.alternatives)
        seen = observed([finished], count, (True,), self.outcomes, self.years, focal.__getitem__)
        return {
            "schema_version": 1,
            "kind": self.kind,
            "question": self.settings.question,
            "scenario": self.scenario.name,
            "seeds": list(self.settings.seeds),
            "outcomes": self.outcomes,
            "years": self.years,
            "confidence": {"level": CONFIDENCE, "holds_for": "all pairs of one outcome and year together"},
            "failed_runs": len(finished.failed),
            "alternatives": list(self._alternatives(seen)),
            "values": list(_values(seen, names)),
            "pairs": list(_pairs(seen, names)),
        }

    def _alternatives(self, seen: Observed) -> Iterator[dict[str, Any]]:
        for number, name in enumerate(self.alternatives):
            yield {
                "name": name,
                "scenario": self.alternatives[name].name,
                "title": self.alternatives[name].title,
                "focal": self.alternatives[name].focal,
                "programme": bool(self.alternatives[name].programme.order),
                "changes": _changes(self.scenario, self.alternatives[name]),
                "seeds": int(seen.good[number].sum()),
                "missed_base_year": int(seen.missed[number].sum()),
                "failed": int(seen.failed[number].sum()),
            }


def _changes(base: Scenario, alternative: Scenario) -> dict[str, Any]:
    """What an alternative has other than the scenario of the study, by dotted path."""
    start, end = (one.model_dump(mode="json", exclude=TEXTS) for one in (base, alternative))
    return dict(_differences(start, end))


def _differences(start: Any, end: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if isinstance(start, dict) and isinstance(end, dict):
        for key in start | end:
            yield from _differences(start.get(key), end.get(key), (*path, key))
    elif start != end:
        yield ".".join(path), end


def _values(seen: Observed, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for outcome in seen.outcomes:
        for year in seen.years:
            mean, half, counts = mean_and_half(on_common_seeds(seen.of(outcome, year)))
            for number, name in enumerate(names):
                row = {"alternative": name, "outcome": outcome, "year": year, "mean": plain(mean[number])}
                yield row | {"interval": plain_interval(mean[number], half[number]), "seeds": int(counts[number])}


def _pairs(seen: Observed, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for outcome in seen.outcomes:
        for year in seen.years:
            for found in all_pairs(on_common_seeds(seen.of(outcome, year))):
                yield {"outcome": outcome, "year": year, **_pair(found, names)}


def _pair(found: Difference, names: Sequence[str]) -> dict[str, Any]:
    together = plain_interval(found.mean, found.half_together)
    return {
        "first": names[found.first],
        "second": names[found.second],
        "difference": plain(found.mean),
        "interval": plain_interval(found.mean, found.half),
        "interval_together": together,
        "told_apart": together is not None and not together[0] <= 0.0 <= together[1],
        "seeds": found.seeds,
        "variance_reduction": plain(found.variance_reduction),
    }
