"""Seen against caused: the naive uplift of customers of several channels beside the causal one of the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from simbiz.catalogue import load_catalogue
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Study, StudySettings
from simbiz.scenario import Scenario
from simbiz.studies.claims.cases import interval
from simbiz.studies.uplift import occasions
from simbiz.studies.uplift.worlds import (
    COMPARISONS,
    MEASURES,
    SORTED,
    WITH_TALK,
    WITHOUT_TALK,
    columns,
    measure_seen_and_caused,
    with_years,
)

Values = NDArray[np.float64]

SEEN_PATTERN, DIFFUSION_PATTERN = "P18", "P9"
# Assumed. What people spend in a year varies by about its own mean, so that the mean of 30 people has a standard error
# of about 18 %, more than most published uplifts.
FEWEST_PEOPLE = 30


class SeenAndCausedSettings(StudySettings):
    """What the file of the study may say: how many years are lived through after the start."""

    kind: Literal["seen and caused"]
    years: Annotated[int, Strict(), Field(ge=1, le=50)]

    def changes(self) -> dict[str, Any]:
        """Values of the scenario that the study changes."""
        return {"calendar.years": self.years} | super().changes()


class SeenAndCausedStudy(Study[SeenAndCausedSettings]):
    """What a company sees in its data beside what the programme caused."""

    kind = "seen and caused"
    Settings = SeenAndCausedSettings
    work = staticmethod(measure_seen_and_caused)

    def __init__(self, settings: SeenAndCausedSettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.columns = columns()

    def plan(self) -> Plan:
        """A run a seed."""
        return seen_and_caused_plan(self.scenario, self.settings.seeds, self.scenario.calendar.years)

    def report(self, finished: Finished) -> dict[str, Any]:
        """Naive and causal uplifts."""
        return seen_and_caused_report(self.scenario, finished)


def seen_and_caused_plan(scenario: Scenario, seeds: Sequence[int], years: int) -> Plan:
    """A run a seed; each lives through all the worlds that are compared."""
    point = with_years(scenario, years)
    return Plan(f"seen-and-caused-{scenario.name}", [(Run(point, seed), {"seed": seed}) for seed in seeds])


def seen_and_caused_report(scenario: Scenario, finished: Finished) -> dict[str, Any]:
    """Naive and causal uplifts, their ratio, and the diffusion of new channels, with intervals over seeds.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    finished : Finished
        Runs of `seen_and_caused_plan`.

    Returns
    -------
    dict
        The object that ``simbiz seen-and-caused --json`` prints.
    """
    good = [run for run in finished.runs if counts(run)]
    tables = dict(tuple(finished.outcomes.groupby("key"))) if len(finished.outcomes) else {}
    report: dict[str, Any] = {
        "schema_version": 2,
        "scenario": scenario.name,
        "firm": scenario.focal,
        "seeds": [run["seed"] for run in good],
        "failed_runs": len(finished.failed),
        "years": sorted({run["programme"]["horizon"] for run in good}),
        "years_lived": scenario.calendar.years,
        "patterns": {"seen_and_caused": SEEN_PATTERN, "diffusion": DIFFUSION_PATTERN},
        "fewest_people": FEWEST_PEOPLE,
        "shuffles": occasions.SHUFFLES,
        "occasions": [],
        "seen_and_caused": [],
        "everybody": [],
        "diffusion": [],
    }
    if not good:
        return report
    values = np.stack([_of_run(run, tables[run["key"]]) for run in good])
    by_name = dict(zip(columns(), np.moveaxis(values, 1, 0), strict=True))
    last = np.stack([_last_year(tables[run["key"]]) for run in good])
    for number, segment in enumerate(scenario.segments):
        own = {name: found[:, number] for name, found in by_name.items()}
        report["occasions"] += [{"segment": segment, **row} for row in _occasion_rows(own)]
        report["seen_and_caused"] += [{"segment": segment, **row} for row in _uplift_rows(own)]
        for comparison in COMPARISONS:
            row = {"segment": segment, "comparison": comparison}
            report["everybody"].append(row | _summary("causal", own[f"everybody.{comparison}"]))
        report["diffusion"].append({"segment": segment, **_diffusion_row(last[:, :, number])})
    return report


def _of_run(run: Any, table: Any) -> Values:
    """Values of the year that is looked at; float64 array (name, segment)."""
    rows = table[table["year"] == run["programme"]["horizon"]]
    if not len(rows):
        return np.full((len(columns()), table["firm"].nunique()), np.nan)
    return np.asarray(rows[columns()].to_numpy(dtype=np.float64).T)


def _last_year(table: Any) -> Values:
    """Share of customers who have used a new channel at the end; float64 array (with talk or without, segment)."""
    rows = table[table["year"] == table["year"].max()]
    return np.asarray(rows[[WITH_TALK, WITHOUT_TALK]].to_numpy(dtype=np.float64).T)


def _occasion_rows(own: dict[str, Values]) -> Iterator[dict[str, Any]]:
    """Purchases after several channels against those after one, as published, as seen and with shuffled labels."""
    published = load_catalogue().patterns[SEEN_PATTERN].statistics
    for measure in occasions.MEASURES:
        for group in occasions.COMPARED:
            seen, shuffled = (own[f"{measure}.{group}.{what}"] for what in ("seen", "shuffled"))
            sizes = [own[f"{measure}.{name}.people"] for name in (group, occasions.ONE)]
            seen, shuffled = _of_enough(seen, *sizes), _of_enough(shuffled, *sizes)
            yield {
                "measure": measure,
                "channels": group,
                **_whole({"people": _mean(sizes[0]), "people_on_one": _mean(sizes[1])}),
                **_summary("seen", seen),
                **_summary("shuffled", shuffled),
                **_summary("difference", seen - shuffled),
                "published": published[name].published if (name := f"{measure}.{group}") in published else None,
            }


def _uplift_rows(own: dict[str, Values]) -> Iterator[dict[str, Any]]:
    for when in SORTED:
        several, single = own[f"{when}.several"], own[f"{when}.single"]
        groups = _whole({"customers_several": _mean(several), "customers_single": _mean(single)})
        for measure in MEASURES:
            naive = _of_enough(own[f"{when}.{measure}.naive"], several, single)
            shuffled = _of_enough(own[f"{when}.{measure}.shuffled"], several, single)
            seen = _summary("naive", naive) | _summary("shuffled", shuffled)
            for comparison in COMPARISONS:
                causal = _of_enough(own[f"{when}.{measure}.{comparison}"], several)
                row = {"sorted": when, "measure": measure, "comparison": comparison, **groups, **seen}
                yield row | _summary("causal", causal) | _ratio(naive, causal)


def _of_enough(values: Values, *sizes: Values) -> Values:
    """Values of groups that have enough people in the mean of the seeds; else not a number, in every seed."""
    return values if all(_mean(size) >= FEWEST_PEOPLE for size in sizes) else np.full_like(values, np.nan)


def _mean(sizes: Values) -> float:
    return float(sizes.mean())


def _whole(groups: dict[str, float]) -> dict[str, float | None]:
    """Sizes of groups as JSON can hold them."""
    return {name: value if np.isfinite(value) else None for name, value in groups.items()}


def _summary(name: str, values: Values) -> dict[str, Any]:
    """Mean and interval over the seeds in which a value is defined."""
    found = values[np.isfinite(values)]
    mean = float(found.mean()) if len(found) else None
    return {name: mean, f"{name}_interval": interval(found), f"{name}_seeds": len(found)}


def _ratio(naive: Values, causal: Values) -> dict[str, Any]:
    """Ratio of the mean uplifts, with a jackknife interval; none where the causal one cannot be told from nothing."""
    both = np.isfinite(naive) & np.isfinite(causal)
    naive, causal = naive[both], causal[both]
    limits = interval(causal)
    if limits is None or limits[0] <= 0.0 <= limits[1]:
        return {"ratio": None, "ratio_interval": None}
    count, ratio = len(naive), naive.mean() / causal.mean()
    left_out = (naive.sum() - naive) / (causal.sum() - causal)
    return {"ratio": float(ratio), "ratio_interval": interval(count * ratio - (count - 1) * left_out)}


def _diffusion_row(last: Values) -> dict[str, Any]:
    """First use of new channels with and without talk, and the paired difference."""
    with_talk, without = last[:, 0], last[:, 1]
    return {
        "first_use_with_talk": float(with_talk.mean()),
        "first_use_without_talk": float(without.mean()),
        **_summary("difference", with_talk - without),
    }
