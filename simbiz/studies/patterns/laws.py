"""Patterns: whether laws of real markets emerge where nothing happens, and whether they hold in a real panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Pattern, PatternStatistic
from simbiz.errors import InputError
from simbiz.panel import Panel, statistics
from simbiz.panel.excerpt import excerpt_of
from simbiz.panel.weeks import YEAR, Asked
from simbiz.runs.run import Outcome
from simbiz.scenario import Scenario
from simbiz.state.customers import agent_counts
from simbiz.state.layout import Layout
from simbiz.studies.patterns.measures import PatternOutcome
from simbiz.studies.patterns.tables import MARKET, STATIONARITY

FEWEST_CUSTOMERS = 1000
FEWEST_FIRMS = 6
FEWEST_SEEDS = 2  # for a standard error
GATED_KIND = "person"


def patterns_report(scenario: Scenario, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Every statistic of every pattern against its tolerance.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    outcomes : sequence of Outcome
        See `simbiz.studies.patterns.study.pattern_outcomes`.

    Returns
    -------
    dict
        The object that ``simbiz patterns --json`` prints: a row per pattern, statistic and segment with the median and
        the range over seeds; of what must stay as it is (P12) the worst firm and the range over firms.
    """
    layout = Layout.of(scenario)
    good = [outcome for outcome in outcomes if isinstance(outcome, PatternOutcome) and outcome.status == "ok"]
    kinds = {name: segment.kind for name, segment in scenario.segments.items()}
    order = sorted(kinds, key=lambda name: kinds[name] != GATED_KIND)
    return {
        "schema_version": 1,
        "scenario": scenario.name,
        "seeds": [outcome.seed for outcome in good],
        "failed_runs": len(outcomes) - len(good),
        "firms": len(layout.firms),
        "customers": dict(zip(layout.segments, map(int, agent_counts(layout)), strict=True)),
        "patterns": [
            row
            for segment in (*order, MARKET)
            for row in _rows(segment, kinds.get(segment, GATED_KIND) == GATED_KIND, good)
        ],
    }


def panel_report(panel: Panel) -> dict[str, Any]:
    """Every statistic that a panel of purchases has, against its tolerance, as `patterns_report` does for a model.

    What a panel cannot show neither holds nor fails.
    """
    found = statistics(panel)
    rows = []
    for name, pattern in load_catalogue().patterns.items():
        for statistic, declared in pattern.statistics.items():
            if pattern.measured == "panel":
                value = found[f"{name}.{statistic}"]
                row = _row((name, pattern), (statistic, declared), (value, value, value), declared.gated)
                rows.append(row if row["value"] is not None else row | {"holds": None})
    return {
        "schema_version": 2,
        "customers": panel.customers,
        "customers_given": panel.everybody,
        "buyers": len(panel.counts),
        "purchases": int(panel.counts.sum()),
        "firms": len(panel.firms),
        "patterns": rows,
    }


def excerpt_report(
    purchases: pd.DataFrame | Path | str,
    customers: int | None = None,
    weeks: Asked = None,
    segment: str | None = None,
) -> dict[str, Any]:
    """The object that ``simbiz patterns --panel --json`` prints; for the parameters see `measure_panel`."""
    excerpt = excerpt_of(purchases, weeks, segment)
    try:
        report = panel_report(excerpt.panel(customers))
    except InputError as error:
        file = None if isinstance(purchases, pd.DataFrame) else purchases
        raise InputError(error.message, file=file) from None
    rows = report.pop("patterns")
    return {**report, **excerpt.facts, "patterns": rows}


def measure_panel(
    purchases: pd.DataFrame | Path | str,
    customers: int | None = None,
    weeks: Asked = None,
    segment: str | None = None,
) -> pd.DataFrame:
    """Every statistic that a panel of purchases has, against the tolerance of its law, as a table.

    Parameters
    ----------
    purchases : DataFrame, Path or str
        A row a purchase: customer, week, firm, amount, and segment where there are several; or a Parquet file of that
        form. Weeks are whole numbers or dates.
    customers : int, optional
        Everybody who could have bought; by default only those who did are known, and P4 is not measured.
    weeks : str or pair, optional
        Weeks that are measured: "FROM:TO" or a pair, both included, or "all"; by default the 52 that begin with the
        first purchase, because the laws depend on the period.
    segment : str, optional
        Only its customers; by default all together.

    Returns
    -------
    DataFrame
        Columns pattern, statistic, value, low, high, holds, gated, meaning, law. A bound that a law does not have is
        NaN, and so is a value that is not defined; `holds` is None where there is no tolerance or no value. What was
        measured (weeks, segments, customers, purchases) stands in its ``attrs``.

    Raises
    ------
    InputError
        If it is no panel of that form, or has no such weeks or segment.
    """
    report = excerpt_report(purchases, customers, weeks, segment)
    laws = load_catalogue().patterns
    rows = [{**row, "pattern": row["id"], "law": laws[row["id"]].law} for row in report.pop("patterns")]
    columns = ["pattern", "statistic", "value", "low", "high", "holds", "gated", "meaning", "law"]
    table = pd.DataFrame(rows)[columns]
    table.attrs.update(report)
    return table


def unlike_tolerances(report: Mapping[str, Any]) -> list[str]:
    """What of a panel is smaller, shorter or longer than what the tolerances are meant for."""
    found = too_small({"customers": {"the panel": report["customers"]}, "firms": report["firms"]})
    weeks = report["weeks"]
    if weeks is None:
        return [*found, "the panel has no weeks, and the laws depend on the period"]
    return found + ([f"{weeks['number']:g} weeks are measured"] if abs(weeks["number"] - YEAR) > 1 else [])


def too_small(report: Mapping[str, Any]) -> list[str]:
    """What of a market is too small for the tolerances to be meant for it."""
    few = [f"{name} has {count} customers" for name, count in report["customers"].items() if count < FEWEST_CUSTOMERS]
    return few + ([f"there are {report['firms']} firms"] if report["firms"] < FEWEST_FIRMS else [])


def _rows(segment: str, gated: bool, outcomes: Sequence[PatternOutcome]) -> Iterator[dict[str, Any]]:
    """Rows of a segment, in the order of the catalogue."""
    drifts = _drifts(segment, outcomes)
    for name, pattern in load_catalogue().patterns.items():
        for statistic, declared in pattern.statistics.items():
            dotted = f"{name}.{statistic}"
            values = [one.found[segment][dotted] for one in outcomes if dotted in one.found.get(segment, {})]
            if dotted in drifts:
                summary = drifts[dotted]
            elif values:
                summary = (float(np.median(values)), float(np.min(values)), float(np.max(values)))
            else:
                continue
            row = _row((name, pattern), (statistic, declared), summary, gated and declared.gated)
            yield {**row, "segment": segment}


def _row(
    pattern: tuple[str, Pattern],
    statistic: tuple[str, PatternStatistic],
    summary: tuple[float, float, float],
    gated: bool,
) -> dict[str, Any]:
    value, low, high = (float(one) if np.isfinite(one) else None for one in summary)
    (name, law), (which, declared) = pattern, statistic
    return {
        "id": name,
        "statistic": which,
        "value": value,
        "range": [low, high],
        "low": declared.low,
        "high": declared.high,
        "holds": declared.holds(value),
        "gated": gated,
        "meaning": declared.meaning,
        "needs": list(law.needs),
    }


def _drifts(segment: str, outcomes: Sequence[PatternOutcome]) -> dict[str, tuple[float, float, float]]:
    """Drift of what must stay as it is: (worst, least, worst) over firms, in parts a year and in standard errors."""
    found = {}
    for quantity in next((list(one.yearly.get(segment, {})) for one in outcomes), []):
        values = np.array([one.yearly[segment][quantity] for one in outcomes])
        drift, errors = drifts(values)
        for name, sizes in ((f"{quantity}_drift", drift), (f"{quantity}_errors", errors)):
            if name in load_catalogue().patterns[STATIONARITY].statistics:
                found[f"{STATIONARITY}.{name}"] = (float(sizes.max()), float(sizes.min()), float(sizes.max()))
    return found


def drifts(values: Any) -> tuple[Any, Any]:
    """Mean slope over seeds, relative to the level and in standard errors across seeds.

    Parameters
    ----------
    values : float64 array (seed, year, firm)
        What must stay as it is.

    Returns
    -------
    float64 array (firm,)
        Size of the mean slope relative to the mean, a year.
    float64 array (firm,)
        Size of the mean slope in standard errors; not a number with a single seed.
    """
    years = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2.0
    slopes = np.einsum("y,syf->sf", years, values) / (years @ years)
    mean, level = np.abs(slopes.mean(axis=0)), np.abs(values.mean(axis=(0, 1)))
    drift = np.divide(mean, level, out=np.full(mean.shape, np.nan), where=level > 0)
    if len(slopes) < FEWEST_SEEDS:
        return drift, np.full(mean.shape, np.nan)
    error = slopes.std(axis=0, ddof=1) / np.sqrt(len(slopes))
    return drift, np.divide(mean, error, out=np.where(mean > 0, np.inf, 0.0), where=error > 0)
