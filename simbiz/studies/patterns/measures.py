"""What one seed says of the patterns: a panel of the first year, five years at rest, and paired worlds."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import log

import numpy as np

from simbiz.market.model import OmnichannelModel
from simbiz.metrics.observation import YEAR, ratio
from simbiz.panel import panel_of, statistics
from simbiz.runs.run import Outcome, Run
from simbiz.state.customers import agent_counts
from simbiz.studies.patterns.tables import MARKET, Found, Yearly, rows_of, tabled, undefined
from simbiz.studies.patterns.worlds import (
    YEARS,
    Purchases,
    Values,
    better_messages,
    identical,
    live_with_talk,
    lived_year,
    more_messages,
    reach_times,
    sales,
    stars,
    without_firm,
)

QUARTER = 13
STEP = 0.10  # part by which reach and talk are changed, up and down

Live = Callable[[OmnichannelModel, float], None]
Measure = Callable[[OmnichannelModel], Values]


@dataclass
class PatternOutcome(Outcome):
    """What a seed gave.

    Parameters
    ----------
    found : dict of str to dict of str to float
        Statistics by segment and dotted name; not a number where one is not defined.
    yearly : dict of str to dict of str to list
        What must stay as it is, by segment and quantity: a row a year, a column a firm or one.
    """

    found: Found = field(default_factory=dict)
    yearly: Yearly = field(default_factory=dict)


def measure_patterns(group: Sequence[Run]) -> list[Outcome]:
    """Measure every pattern in the worlds of each run; a run that raises is an outcome of status "failed"."""
    return [_measured(run) for run in group]


def _measured(run: Run) -> Outcome:
    began = time.perf_counter()
    outcome = PatternOutcome(run.key, run.seed, "ok")
    with ExitStack() as afterwards:
        try:
            past = OmnichannelModel(run.scenario, rng=run.seed)
            afterwards.callback(past.release)
            base = past.run_past().branch(run.scenario)
            afterwards.callback(base.release)
            outcome.found = panel_statistics(base)
            outcome.yearly = yearly(base.run())
            for found in (advertising(past), word_of_mouth(past), removal(past, base, "P10.heterogeneous")):
                _add(outcome.found, found)
            _add(outcome.found, removal_among_identical(run))
            outcome.years, outcome.firms = list(range(YEARS + 1)), rows_of(run.scenario)
            outcome.metrics = tabled(run.scenario, outcome.found, outcome.yearly)
            outcome.programme = {"undefined": undefined(outcome.found)}
        except Exception:
            outcome = PatternOutcome(run.key, run.seed, "failed", error=traceback.format_exc())
    outcome.seconds = time.perf_counter() - began
    return outcome


def _add(found: Found, more: Found) -> None:
    for segment, values in more.items():
        found.setdefault(segment, {}).update(values)


def panel_statistics(model: OmnichannelModel) -> Found:
    """Statistics of the purchases of the first year, which the world lives through; by segment, if it bought at all."""
    model.log = log = Purchases()
    model.run(model.start + YEAR)
    model.log = None
    counts = agent_counts(model.layout)
    found = {}
    for number, segment in enumerate(model.layout.segments):
        purchases = log.of_segment(number)
        found[segment] = dict(statistics(panel_of(purchases, int(counts[number])))) if len(purchases) else {}
    return found


def yearly(model: OmnichannelModel) -> Yearly:
    """Shares, part of demand that the firms serve, mean judgement and digitalization rate of each year from the start.

    By segment, and for the whole market.
    """
    weeks = slice(model.start, model.start + YEARS * YEAR)
    tally = model.tallies[weeks]

    def by_year(count: Values) -> Values:
        return np.asarray(count.reshape(YEARS, YEAR, *count.shape[1:]).sum(axis=1), dtype=np.float64)

    revenue, outside = by_year(tally.revenue), by_year(tally.outside_value)
    judgement, purchases = by_year(tally.judgement).sum(axis=1), by_year(tally.purchases).sum(axis=1)
    found = {}
    for segment, weights in _weights(model).items():
        paid = revenue @ weights
        served = paid.sum(axis=1, keepdims=True)
        found[segment] = {
            "share": ratio(paid, served).tolist(),
            "demand": ratio(served, served + (outside @ weights)[:, None]).tolist(),
            "satisfaction": ratio(judgement @ weights, purchases @ weights)[:, None].tolist(),
        }
    digital = model.firm_series.digital_share[weeks] @ model.firms.headcount / model.firms.headcount.sum()
    found[MARKET]["digitalization"] = (by_year(digital) / YEAR)[:, None].tolist()
    return found


def _weights(model: OmnichannelModel) -> Mapping[str, Values]:
    """Customers for whom an agent of each segment stands, of one segment at a time and of all together."""
    own = {name: np.eye(len(model.expansion))[number] for number, name in enumerate(model.layout.segments)}
    return own | {MARKET: model.expansion}


def _both_ways(past: OmnichannelModel, live: Live, measure: Measure) -> list[Values]:
    """What is measured in two copies of a world in which something is more and less by `STEP`."""
    found = []
    for step in (STEP, -STEP):
        model = past.branch(past.layout.scenario)
        live(model, step)
        found.append(measure(model))
        model.release()
    return found


def _elasticity(more: Values, less: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(more / less) / log((1.0 + STEP) / (1.0 - STEP)))


def advertising(past: OmnichannelModel) -> Found:
    """P17: elasticities of the focal firm's sales to a lasting change of its reach, by segment."""
    firm = past.layout.focal

    def live(model: OmnichannelModel, step: float) -> None:
        reach_times(firm, 1.0 + step)(model)
        model.run()

    def measure(model: OmnichannelModel) -> Values:
        periods = ((0, QUARTER), (0, YEAR), ((YEARS - 1) * YEAR, YEAR))
        return np.array([sales(model, firm, first, weeks) for first, weeks in periods])

    quarter, short, late = _elasticity(*_both_ways(past, live, measure))
    ratio = np.divide(late, short, out=np.full_like(late, np.nan), where=short > 0)
    return {
        name: {"P17.quarter": quarter[number], "P17.short": short[number], "P17.ratio": ratio[number]}
        for number, name in enumerate(past.layout.segments)
    }


def word_of_mouth(past: OmnichannelModel) -> Found:
    """P15: elasticities of the focal firm's sales of a year to the number and the valence of messages, by segment."""
    firm, end = past.layout.focal, past.start + YEAR
    mean, points = stars(past, firm)

    def measure(model: OmnichannelModel) -> Values:
        return sales(model, firm, 0, YEAR)

    def louder(model: OmnichannelModel, step: float) -> None:
        live_with_talk(model, end, more_messages(firm, step))

    def better(model: OmnichannelModel, step: float) -> None:
        live_with_talk(model, end, better_messages(firm, step * mean / points if points else 0.0))

    volume = _elasticity(*_both_ways(past, louder, measure))
    valence = _elasticity(*_both_ways(past, better, measure))
    return {
        name: {"P15.volume": volume[number], "P15.valence": valence[number]}
        for number, name in enumerate(past.layout.segments)
    }


def removal(past: OmnichannelModel, base: OmnichannelModel, name: str) -> Found:
    """P10: largest error of proportional growth when the largest firm leaves, over a year, by segment."""
    weeks = slice(past.start, past.start + YEAR)
    firm = int((base.tallies.purchases[weeks].sum(axis=0) @ base.expansion).argmax())
    other = lived_year(past, without_firm(firm))
    found = {}
    for number, segment in enumerate(past.layout.segments):
        before, after = (model.tallies.purchases[weeks, :, number].sum(axis=0) for model in (base, other))
        expected = np.where(np.arange(len(before)) == firm, 0, before)
        error = np.abs(ratio(after, after.sum()) - ratio(expected, expected.sum())).max()
        found[segment] = {name: float(error)}
    other.release()
    return found


def removal_among_identical(run: Run) -> Found:
    """P10 for identical customers."""
    past = OmnichannelModel(identical(run.scenario), rng=run.seed)
    past.run_past()
    base = lived_year(past, lambda model: None)
    found = removal(past, base, "P10.identical")
    past.release()
    base.release()
    return found
