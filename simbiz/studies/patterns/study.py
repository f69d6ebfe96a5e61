"""Whether the laws of markets emerge where nothing happens, as a study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import Outcome, Run
from simbiz.runs.study import Study, StudySettings
from simbiz.scenario import Scenario
from simbiz.studies.patterns.laws import patterns_report
from simbiz.studies.patterns.measures import PatternOutcome, measure_patterns
from simbiz.studies.patterns.tables import columns, read_back
from simbiz.studies.patterns.worlds import undisturbed


class PatternsSettings(StudySettings):
    """What the file of the study may say."""

    kind: Literal["patterns"]


class PatternsStudy(Study[PatternsSettings]):
    """Every statistic of every pattern in the undisturbed market of a scenario, against its tolerance."""

    kind = "patterns"
    Settings = PatternsSettings
    work = staticmethod(measure_patterns)

    def __init__(self, settings: PatternsSettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.columns = columns(scenario)

    def plan(self) -> Plan:
        """A run a seed."""
        return patterns_plan(self.scenario, self.settings.seeds)

    def report(self, finished: Finished) -> dict[str, Any]:
        """The statistics."""
        return patterns_report(self.scenario, pattern_outcomes(self.scenario, finished))


def patterns_plan(scenario: Scenario, seeds: Sequence[int]) -> Plan:
    """A run a seed of the market without programme, measures, shock, growth and decline."""
    world = undisturbed(scenario)
    return Plan(f"patterns-{scenario.name}", [(Run(world, seed), {"seed": seed}) for seed in seeds])


def pattern_outcomes(scenario: Scenario, finished: Finished) -> list[Outcome]:
    """What every seed gave, in the order of the plan, `PatternOutcome` where its run went well."""
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    outcomes: list[Outcome] = []
    for run in finished.runs:
        if run["status"] != "ok":
            outcomes.append(Outcome(run["key"], run["seed"], run["status"], error=run["error"] or ""))
            continue
        found, yearly = read_back(scenario, tables[run["key"]], run["programme"]["undefined"])
        outcomes.append(PatternOutcome(run["key"], run["seed"], "ok", found=found, yearly=yearly))
    return outcomes
