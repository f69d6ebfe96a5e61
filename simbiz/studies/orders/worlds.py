"""What a run of an order is measured by: totals from the start of the programme on, and the week of pay-back.

Runs of one seed share their past and the world without the programme; orders whose steps begin and end in the same
weeks up to the end of the calendar are one world, and are lived once.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.market.implementation import Implementation
from simbiz.market.model import OmnichannelModel
from simbiz.metrics.firm_weeks import firm_weeks
from simbiz.metrics.observation import Observation
from simbiz.runs.run import YEAR, Outcome, Run, outcome_of
from simbiz.scenario import without_programme
from simbiz.state.customers import KOPECKS
from simbiz.state.series import FirmSeries
from simbiz.studies.payback.study import payback_week

COLUMNS = ("share", "share_last_year", "profit", "gain", "payback", "paid_back", "loyalty")

Weekly = NDArray[np.float64]
Values = dict[str, float]


class Judged(NamedTuple):
    """What an order can be judged by."""

    meaning: str
    unit: str
    more_is_better: bool = True


OUTCOMES = {
    "share": Judged("market share by value, from the start of the programme on", "share"),
    "share_last_year": Judged("market share by value in the last 52 weeks", "share"),
    "profit": Judged("profit from the start of the programme on", "thousand roubles"),
    "payback": Judged("pay-back: week from which the programme has paid for itself", "weeks", more_is_better=False),
    "loyalty": Judged("loyalty: repeat rate, part of purchases by those who bought there last time", "share"),
}


@dataclass(frozen=True)
class Background:
    """What runs of one seed share: the past, profit without the programme by week, how the base year was met.

    `lived` holds what the steps that were lived through gave.
    """

    past: OmnichannelModel
    profit: Weekly
    fit: dict[str, Any]
    lived: dict[Any, Values] = field(default_factory=dict)


# The last one is kept: an engine hands out the runs of one seed in small pieces, one after the other.
_kept: dict[str, Background] = {}


def order_worlds(group: Sequence[Run]) -> list[Outcome]:
    """Live through a group of runs that differ in the programme only, and measure them.

    Parameters
    ----------
    group : sequence of Run
        Runs that share their past.

    Returns
    -------
    list of Outcome
        In their order; a single year, the last of the calendar, and the focal firm, with `COLUMNS` from the start of
        the programme to the end of the calendar: share by value of what the declared firms sell, and the same in the
        last 52 weeks; profit and what it is more than without the programme, thousand roubles; week of pay-back, the
        first week after the end where the programme does not pay for itself; whether it does; part of purchases by
        customers whose last purchase was at the firm, too. A run that raises is an outcome of status "failed" and
        costs the others nothing.
    """
    began = time.perf_counter()
    try:
        background = _background(group[0])
    except Exception:
        error = traceback.format_exc()
        return [Outcome(run.key, run.seed, "failed", error=error, stage="past") for run in group]
    share = (time.perf_counter() - began) / len(group)
    return [_outcome(run, background, share) for run in group]


def _background(run: Run) -> Background:
    """What runs that differ in their programme only share, as it was kept or made anew."""
    nothing = Run(without_programme(run.scenario), run.seed)
    if nothing.key not in _kept:
        while _kept:
            _kept.popitem()[1].past.release()
        _kept[nothing.key] = _made(nothing)
    return _kept[nothing.key]


def _made(nothing: Run) -> Background:
    past = OmnichannelModel(nothing.scenario, rng=nothing.seed)
    with ExitStack() as afterwards:
        afterwards.callback(past.release)
        past.run_past()
        model = past.branch(nothing.scenario).run()
        afterwards.pop_all()
    fit = outcome_of(model, nothing, series=False).fit
    profit = _profit(_from_start(model))
    model.release()
    return Background(past, profit, fit)


def _outcome(run: Run, background: Background, seconds: float) -> Outcome:
    began, lived = time.perf_counter(), background.lived
    try:
        steps = steps_of(run, background.past)
        if steps not in lived:
            lived[steps] = _measured(run, background)
        weeks = background.past.end - background.past.start
        metrics = {name: [[value]] for name, value in lived[steps].items()}
        focal = background.past.layout.scenario.focal
        outcome = Outcome(run.key, run.seed, "ok", [weeks // YEAR], [focal], metrics, background.fit)
    except Exception:
        outcome = Outcome(run.key, run.seed, "failed", error=traceback.format_exc(), stage="programme")
    outcome.seconds = seconds + time.perf_counter() - began
    return outcome


def steps_of(run: Run, past: OmnichannelModel) -> tuple[tuple[Any, ...], ...]:
    """Steps that begin up to the end of the calendar, without living through it: tool, step, attempt, first, last week.

    Durations and failures are drawn by tool and step, so that the plan alone decides when a step begins.
    """
    programme, focal = run.scenario.programme, run.scenario.focal
    first = past.start + programme.start_week
    plan = (programme.order, programme.parallel, first, programme.budget)
    implementation = Implementation(past.layout, focal, run.seed, *plan)
    for week in range(first, past.end):
        implementation.week(week)
    return tuple((t.tool, t.step, t.attempt, t.first_week, t.last_week) for t in implementation.tasks)


def _measured(run: Run, background: Background) -> Values:
    model = background.past.branch(run.scenario)
    try:
        observation = _from_start(model.run())
    finally:
        model.release()
    focal, weeks = observation.layout.focal, len(observation.tallies)
    profit = _profit(observation)
    gain = profit - background.profit
    week = payback_week(gain)
    sold = observation.tallies["revenue"] @ observation.expansion / KOPECKS
    repeats, bought = (
        float(observation.tallies[name][:, focal].sum(axis=0) @ observation.expansion)
        for name in ("repeats", "purchases")
    )
    return {
        "share": float(sold[:, focal].sum() / sold.sum()),
        "share_last_year": float(sold[-YEAR:, focal].sum() / sold[-YEAR:].sum()),
        "profit": float(profit.sum()),
        "gain": float(gain.sum()),
        "payback": float(weeks + 1 if week is None else week),
        "paid_back": float(week is not None),
        "loyalty": repeats / bought if bought else 0.0,
    }


def _from_start(model: OmnichannelModel) -> Observation:
    """What a run recorded from the start of the programme on."""
    whole, ahead = model.observation(), slice(model.start, model.end)
    series = FirmSeries(*(values[ahead] for values in whole.firm_series))
    return replace(whole, tallies=whole.tallies[ahead], firm_series=series, start=0)


def _profit(observation: Observation) -> Weekly:
    """Weekly profit of the focal firm, thousand roubles."""
    firms = len(observation.layout.firms)
    return np.asarray(firm_weeks(observation)["profit"].reshape(-1, firms)[:, observation.layout.focal])
