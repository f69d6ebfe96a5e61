"""The competitive market map of a scenario: every variant of the method on the same shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from simbiz.catalogue.record import Place
from simbiz.market_map import (
    DEFAULT_VARIANT,
    VARIANT_MEANINGS,
    VARIANTS,
    Borders,
    MarketMap,
    label_stability,
    market_map,
)
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings
from simbiz.runs.whole_years import check_year
from simbiz.scenario import Scenario
from simbiz.studies.claims.statistics import BASE

Matrix = NDArray[np.float64]


class MapSettings(StudySettings):
    """What the file of the study may say: the year of the map, 1 being the first of the programme."""

    kind: Literal["map"]
    year: Annotated[int, Strict(), Field(ge=0)] = 1


class MapStudy(Study[MapSettings]):
    """Where every firm stands on the competitive market map, in every variant of the method."""

    kind = "map"
    Settings = MapSettings
    needs_all_firms = True
    needs = ("market_share",)

    def check(self, place: Place) -> None:
        """Refuse a year that the calendar does not have."""
        check_year(self.scenario, self.settings.year, place)

    def plan(self) -> Plan:
        """A run a seed."""
        return Plan(self.name, [(Run(self.scenario, seed), {"seed": seed}) for seed in self.settings.seeds])

    def report(self, finished: Finished) -> dict[str, Any]:
        """Maps of the mean shares."""
        return market_maps(self.scenario, finished, self.settings.year)


def market_maps(scenario: Scenario, finished: Finished, year: int) -> dict[str, Any]:
    """Maps of the mean shares over worlds, and how well each label survives other variants and other worlds.

    Parameters
    ----------
    scenario : Scenario
        What was run.
    finished : Finished
        The runs of a `MapStudy`; those that do not count are left out.
    year : int
        Year of the map. Growth is that since year 0, of year 0 itself that since the year before it.

    Returns
    -------
    dict
        The object that ``simbiz map --json`` prints. Infinite borders, which no firm can reach, are None.
    """
    before, after = _shares(scenario, finished, year)
    report: dict[str, Any] = {
        "schema_version": 1,
        "scenario": scenario.name,
        "year": year,
        "growth_since": _year_before(year),
        "worlds": len(after),
        "left_out": len(finished.runs) - len(after),
        "failed_runs": len(finished.failed),
        "default_variant": DEFAULT_VARIANT,
        "variants": [],
        "firms": [],
    }
    if len(after):
        maps = [market_map(before.mean(axis=0), after.mean(axis=0), variant) for variant in VARIANTS]
        report["variants"] = [_variant(one) for one in maps]
        report["firms"] = _firms(scenario, before, after, maps)
    return report


def _year_before(year: int) -> int:
    """Year with which a map compares, as the claims do: the base year, or the one before it."""
    return 0 if year > 0 else -1


def _shares(scenario: Scenario, finished: Finished, year: int) -> tuple[Matrix, Matrix]:
    """Shares of all firms before and after; float64 arrays (world, firm)."""
    firms = len(scenario.firms)
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    counted = [run["key"] for run in finished.runs if counts(run)]
    shares = [tables[key]["market_share"].to_numpy().reshape(-1, firms) for key in counted]
    rows = (_year_before(year) + BASE, year + BASE)
    before, after = (np.array([table[row] for table in shares]).reshape(-1, firms) for row in rows)
    return before, after


def _variant(found: MarketMap) -> dict[str, Any]:
    return {
        "variant": found.variant,
        "meaning": VARIANT_MEANINGS[found.variant],
        "share_borders": _borders(found.share_borders),
        "growth_borders": _borders(found.growth_borders),
    }


def _borders(borders: Borders) -> dict[str, float | None]:
    values = {"lower": borders.lower, "middle": borders.middle, "upper": borders.upper}
    return {name: value if np.isfinite(value) else None for name, value in values.items()}


def _firms(scenario: Scenario, before: Matrix, after: Matrix, maps: Sequence[MarketMap]) -> list[dict[str, Any]]:
    stability = label_stability(before.mean(axis=0), after.mean(axis=0))
    worlds = {
        one.variant: [market_map(old, new, one.variant).cell for old, new in zip(before, after, strict=True)]
        for one in maps
    }
    rows = []
    for number, (name, firm) in enumerate(scenario.firms.items()):
        labels = {
            one.variant: {
                "cell": int(one.cell[number]),
                "share_class": str(one.share_class[number]),
                "growth_class": str(one.growth_class[number]),
                "worlds": float(np.mean([cells[number] == one.cell[number] for cells in worlds[one.variant]])),
            }
            for one in maps
        }
        growth, stable = float(maps[0].growth[number]), float(stability[number])
        rows.append(
            {
                "firm": name,
                "title": firm.title,
                "focal": name == scenario.focal,
                "share_before": float(before[:, number].mean()),
                "share": float(after[:, number].mean()),
                "growth": growth if np.isfinite(growth) else None,
                "labels": labels,
                "stability": stable if np.isfinite(stable) else None,
            }
        )
    return rows
