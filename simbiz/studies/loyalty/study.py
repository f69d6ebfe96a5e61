"""Loyalty of every firm's buyers in one year, beside what Double Jeopardy predicts at its share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, Strict

from simbiz.catalogue.record import Place
from simbiz.market.model import OmnichannelModel
from simbiz.panel import panel_of
from simbiz.panel.loyalty import churn, expected_loyalty
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.measuring import Work
from simbiz.runs.plan import Plan
from simbiz.runs.run import YEAR, Outcome, Run, fit_of
from simbiz.runs.study import Study, StudySettings
from simbiz.runs.whole_years import check_year
from simbiz.scenario import Scenario
from simbiz.state.customers import agent_counts
from simbiz.studies.claims.cases import interval
from simbiz.studies.patterns.worlds import Purchases

MEASURES = (
    "share",
    "penetration",
    "frequency",
    "expected_frequency",
    "requirements",
    "expected_requirements",
    "churn",
)
EXCESS = ("frequency", "requirements")  # what is measured less what is expected

Values = NDArray[np.float64]


class LoyaltySettings(StudySettings):
    """What the file of the study may say: the year that is looked at, 1 being the first of the programme."""

    kind: Literal["loyalty"]
    year: Annotated[int, Strict(), Field(ge=0)] = 1


class LoyaltyStudy(Study[LoyaltySettings]):
    """How loyal the buyers of every firm are, beside what is expected of a firm of its share."""

    kind = "loyalty"
    Settings = LoyaltySettings

    def __init__(self, settings: LoyaltySettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.columns = [column_of(segment, measure) for segment in scenario.segments for measure in MEASURES]

    @property
    def work(self) -> Work:  # type: ignore[override]
        """Measure the year that is looked at."""
        return partial(measure_loyalty, year=self.settings.year)

    def check(self, place: Place) -> None:
        """Refuse a year that the calendar does not have."""
        check_year(self.scenario, self.settings.year, place)

    def plan(self) -> Plan:
        """A run a seed."""
        return Plan(self.name, [(Run(self.scenario, seed), {"seed": seed}) for seed in self.settings.seeds])

    def report(self, finished: Finished) -> dict[str, Any]:
        """Means of the measures over worlds."""
        return loyalty_report(self.scenario, self.settings.year, finished)


def column_of(segment: str, measure: str) -> str:
    """Name under which a measure of a segment is kept."""
    return f"{segment}.{measure}"


def measure_loyalty(group: Sequence[Run], year: int) -> list[Outcome]:
    """Measure every firm and segment in a year of each run."""
    return [_measured(run, year) for run in group]


def _measured(run: Run, year: int) -> Outcome:
    began = time.perf_counter()
    outcome = Outcome(run.key, run.seed, "ok", [year], list(run.scenario.firms))
    measured, outcome.fit = loyalty_of_year(run, year)
    for segment, values in measured.items():
        rows = dict(zip(MEASURES, values.tolist(), strict=True))
        outcome.metrics |= {column_of(segment, measure): [row] for measure, row in rows.items()}
    outcome.seconds = time.perf_counter() - began
    return outcome


def loyalty_of_year(run: Run, year: int) -> tuple[dict[str, Values], dict[str, Any]]:
    """Measures of every firm in a year of one run, float64 (measure, firm) by segment; how the base year was met."""
    model = OmnichannelModel(run.scenario, rng=run.seed)
    try:
        first = model.run_burn_in().start + YEAR * (year - 1)
        model.run(until=first - YEAR)
        tables = []
        for end in (first, first + YEAR):
            model.log = log = Purchases()
            model.run(until=end)
            tables.append(log)
        counts = agent_counts(model.layout)
        measured = {
            segment: _of_segment([log.of_segment(number) for log in tables], len(run.scenario.firms), counts[number])
            for number, segment in enumerate(model.layout.segments)
        }
        return measured, fit_of(model.run_past())
    finally:
        model.release()


def _of_segment(purchases: Sequence[Any], firms: int, customers: int) -> Values:
    """Measures of a segment from its purchases in the year before and in the year; NaN without buyers."""
    before, now = purchases
    values = np.full((len(MEASURES), firms), np.nan)
    values[-1] = churn(before, now, range(firms))
    values[MEASURES.index("penetration")] = 0.0
    if not len(now):
        return values
    values[MEASURES.index("share")] = 0.0
    panel = panel_of(now, int(customers))
    frequency, requirements = expected_loyalty(panel)
    sold = [int(firm) for firm in panel.firms]
    own = (panel.value_share, panel.penetration, panel.frequency, frequency, panel.requirements, requirements)
    values[:-1, sold] = own
    return values


def loyalty_report(scenario: Scenario, year: int, finished: Finished) -> dict[str, Any]:
    """Loyalty of the buyers of every firm, means over worlds.

    Parameters
    ----------
    scenario : Scenario
        What was run.
    year : int
        The year.
    finished : Finished
        Runs of a `LoyaltyStudy`.

    Returns
    -------
    dict
        The object that ``simbiz loyalty --json`` prints; excess is what is measured less what is expected. Means are
        over the worlds in which somebody bought from the firm, shares and penetrations over all; None where nobody did.
        Intervals of the means are Student's with 95 %, None for fewer than two worlds.
    """
    good = [run for run in finished.runs if counts(run)]
    counted = finished.outcomes[finished.outcomes["key"].isin([run["key"] for run in good])]
    tables = dict(tuple(counted.groupby("firm", sort=False))) if good else {}
    rows = []
    for segment in scenario.segments:
        for firm, table in tables.items():
            own = {measure: float(table[column_of(segment, measure)].mean()) for measure in MEASURES}
            own |= {f"excess_{name}": own[name] - own[f"expected_{name}"] for name in EXCESS}
            known = {name: None if np.isnan(value) else value for name, value in own.items()}
            spans = {measure: _span(table[column_of(segment, measure)]) for measure in MEASURES}
            spans |= {
                f"excess_{name}": _span(table[column_of(segment, name)] - table[column_of(segment, f"expected_{name}")])
                for name in EXCESS
            }
            rows.append({"segment": segment, "firm": firm, **known, "intervals": spans})
    report = {"schema_version": 2, "scenario": scenario.name, "year": year, "worlds": len(good)}
    return report | {"failed_runs": len(finished.failed), "firms": rows}


def _span(values: pd.Series) -> list[float] | None:
    """Interval of the mean of what is known."""
    return interval(values.dropna().to_numpy(dtype=np.float64))
