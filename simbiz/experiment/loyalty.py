"""Loyalty of every firm's buyers in one year, beside what Double Jeopardy lets expect at its share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from simbiz.errors import InputError
from simbiz.experiment.engine import Work, map_groups
from simbiz.experiment.pattern_worlds import Purchases
from simbiz.experiment.perform import Progress, silent
from simbiz.experiment.run import YEAR, Run
from simbiz.model import OmnichannelModel
from simbiz.panel import panel_of
from simbiz.panel.loyalty import churn, expected_loyalty
from simbiz.scenario import Scenario
from simbiz.state.customers import agent_counts

MEASURES = (
    "share",
    "penetration",
    "frequency",
    "expected_frequency",
    "requirements",
    "expected_requirements",
    "churn",
)


def loyalty_of_year(group: Sequence[Run], year: int) -> list[dict[str, Any]]:
    """Measures of every firm and segment in a year of one run; float64 array (measure, firm) by segment."""
    (run,) = group
    model = OmnichannelModel(run.scenario, rng=run.seed)
    first = model.start + YEAR * (year - 1)
    model.run(until=first - YEAR)
    tables = []
    for end in (first, first + YEAR):
        model.log = log = Purchases()
        model.run(until=end)
        tables.append(log)
    firms, counts = range(len(model.layout.firms)), agent_counts(model.layout)
    found = {}
    for number, segment in enumerate(model.layout.segments):
        before, now = (log.of_segment(number) for log in tables)
        panel = panel_of(now, int(counts[number]))
        frequency, requirements = expected_loyalty(panel)
        values = np.full((len(MEASURES), len(firms)), np.nan)
        sold = [int(firm) for firm in panel.firms]
        own = (panel.value_share, panel.penetration, panel.frequency, frequency, panel.requirements, requirements)
        values[:-1, sold] = own
        values[-1] = churn(before, now, firms)
        found[segment] = values
    model.release()
    return [found]


class _OfYear:
    """Work of a year, as something that worker processes can be sent."""

    def __init__(self, year: int) -> None:
        self.year = year

    def __call__(self, group: Sequence[Run]) -> list[dict[str, Any]]:
        return loyalty_of_year(group, self.year)


def loyalty(
    scenario: Scenario, *, year: int, seeds: Sequence[int], workers: int = 1, progress: Progress = silent
) -> dict[str, Any]:
    """Loyalty of the buyers of every firm, means over worlds.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    year : int
        Year, 1 being the first of the programme and 0 the one before.
    seeds : sequence of int
        One a world.
    workers, progress
        As for `simbiz.experiment.perform.perform`.

    Returns
    -------
    dict
        The object that ``simbiz loyalty --json`` prints; excess is what is measured less what is expected.

    Raises
    ------
    InputError
        If the year is not in the calendar.
    """
    last = (scenario.calendar.weeks or YEAR * scenario.calendar.years) // YEAR
    if not 0 <= year <= last:
        raise InputError(f"year {year} lies outside the allowed 0 to {last} of {scenario.name}")
    found: list[dict[str, Any]] = []
    progress("compiling", 0, len(seeds), 0)
    for outcomes in map_groups([[Run(scenario, seed)] for seed in seeds], workers, work=cast(Work, _OfYear(year))):
        found.extend(cast(list[dict[str, Any]], outcomes))
        progress("running", len(found), len(seeds), 0)
    rows = []
    for segment in scenario.segments:
        means = np.array([world[segment] for world in found]).mean(axis=0)
        for column, firm in enumerate(scenario.firms):
            own = dict(zip(MEASURES, means[:, column].tolist(), strict=True))
            excess = {f"excess_{name}": own[name] - own[f"expected_{name}"] for name in ("frequency", "requirements")}
            rows.append({"segment": segment, "firm": firm, **own, **excess})
    return {"schema_version": 1, "scenario": scenario.name, "year": year, "worlds": len(found), "firms": rows}
