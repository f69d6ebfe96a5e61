"""Whether the market of a point rests: what it does for eight years if nothing happens.

A claim about a programme compares worlds in which only the programme differs. That says something only where the world
without it stays where it is, or goes on as the declared cause of the decline says. Every parameter point that a study
uses is lived through once without a programme, with rivals that stand still and without growth. The bounds follow from
the sampling error of the market's size (`simbiz.market.sampling`), not from what passes.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from simbiz.market.model import OmnichannelModel
from simbiz.market.sampling import demand_error, share_error
from simbiz.runs.run import YEAR, Outcome, Run, past_of
from simbiz.scenario import Scenario
from simbiz.state.layout import Layout

SEED = 1
YEARS = 8
END = 4  # years at the end that are judged together, too
REFUSED = 0.01  # of points that rest, at most so many are refused by chance
# A decline that has ended is over in utils; habit lets the share follow it, at most once more as far as it fell. One
# that goes on may go on between half and twice as fast as it was measured.
SLOWEST, FASTEST = 0.5, 2.0

Shares = NDArray[np.float64]


def rest_run(scenario: Scenario) -> Run:
    """The run that tells whether the market of a scenario rests; one and the same for all that share their past."""
    past = past_of(scenario)
    calendar = past.calendar.model_copy(update={"years": YEARS, "weeks": None})
    market = past.market.model_copy(update={"growth": 0.0})
    return Run(past.model_copy(update={"calendar": calendar, "market": market}), SEED)


def judge_rest(group: Sequence[Run]) -> list[Outcome]:
    """Live through the runs of `rest_run` and judge them; the judgement is the `fit` of each outcome."""
    return [_judged(run) for run in group]


def _judged(run: Run) -> Outcome:
    model = OmnichannelModel(run.scenario, rng=run.seed)
    try:
        model.run()
        found = judged(model.layout, *yearly(model))
        found["burn_in_weeks"] = model.start - 2 * YEAR
    except Exception:
        return Outcome(run.key, run.seed, "failed", error=traceback.format_exc(), stage="rest")
    finally:
        model.release()
    if not found["rests"]:
        found["values"] = values_of(run.scenario)
    return Outcome(run.key, run.seed, "ok", fit=found)


def yearly(model: OmnichannelModel) -> tuple[Shares, Shares]:
    """Shares by value from year 0 on, and what was bought from all firms together.

    Returns
    -------
    float64 array (year, firm), float64 array (year,)
    """
    weeks = model.tallies.revenue[model.start - YEAR : model.end] @ model.expansion
    years = weeks.reshape(-1, YEAR, weeks.shape[1]).sum(axis=1)
    demand = years.sum(axis=1)
    return years / np.maximum(demand, 1.0)[:, None], demand


def judged(layout: Layout, shares: Shares, demand: Shares) -> dict[str, Any]:
    """Compare the path of a market in which nothing happens with the bounds.

    Parameters
    ----------
    layout : Layout
        The market.
    shares : float64 array (year, firm)
        Shares by value from year 0 on.
    demand : float64 array (year,)
        What was bought from all firms together.

    Returns
    -------
    dict
        `rests`; `shares` of the focal firm by year; `problems`: what left its bounds by most, the worst first.
    """
    years = len(shares) - 1
    checks = (years + 1) * (len(layout.firms) + 1)
    quantile = float(norm.ppf(1.0 - REFUSED / (2.0 * checks)))
    problems = [
        *_share_problems(layout, shares[1:], quantile),
        *_demand_problems(layout, demand, quantile),
    ]
    problems.sort(key=lambda problem: -problem["errors"])
    return {
        "rests": not problems,
        "shares": shares[:, layout.focal].tolist(),
        "demand": (demand / max(float(demand[0]), 1.0)).tolist(),
        "problems": problems[:3],
    }


def _share_problems(layout: Layout, shares: Shares, quantile: float) -> Iterator[dict[str, Any]]:
    low, high = bands(layout, len(shares))
    periods = [(number + 1, slice(number, number + 1)) for number in range(len(shares))]
    if len(shares) > END:
        periods.append((len(shares), slice(len(shares) - END, None)))
    for year, which in periods:
        length = len(range(*which.indices(len(shares))))
        found = shares[which].mean(axis=0)
        least, most = low[which].mean(axis=0), high[which].mean(axis=0)
        middle = np.clip(found, least, most)
        # The shares before are known no better than one year's.
        error = np.sqrt(share_error(layout, middle, length) ** 2 + share_error(layout, middle, 1.0) ** 2 / END)
        for number, name in enumerate(layout.firms):
            away = abs(found[number] - middle[number])
            if away > quantile * error[number]:
                yield {
                    "what": "share",
                    "firm": name,
                    "year": year,
                    "years": length,
                    "value": float(found[number]),
                    "bounds": [float(least[number]), float(most[number])],
                    "allowance": float(quantile * error[number]),
                    "errors": float(away / error[number]) if error[number] > 0.0 else float("inf"),
                }


def _demand_problems(layout: Layout, demand: Shares, quantile: float) -> Iterator[dict[str, Any]]:
    error = np.sqrt(2.0) * demand_error(layout)
    for year, value in enumerate(demand[1:] / max(float(demand[0]), 1.0), start=1):
        if abs(value - 1.0) > quantile * error:
            yield {
                "what": "demand",
                "firm": None,
                "year": year,
                "years": 1,
                "value": float(value),
                "bounds": [1.0, 1.0],
                "allowance": float(quantile * error),
                "errors": float(abs(value - 1.0) / error),
            }


def bands(layout: Layout, years: int) -> tuple[Shares, Shares]:
    """Least and most that shares may be on average if nothing happens; two float64 arrays (year, firm), from year 1 on.

    The focal firm: from its share of year 0 to that share times the printed index once more, where the decline is over;
    where it goes on, along the index, half or twice as fast. Rivals share what it leaves in proportion.
    """
    past, focal = layout.scenario.past, layout.focal
    shares = np.array([firm.share for firm in layout.scenario.firms.values()])
    index, year = past.share_index_before, np.arange(1, years + 1)
    if past.decline == "steady":
        ends = shares[focal] * np.array([index ** (SLOWEST * year), index ** (FASTEST * year)])
    else:
        ends = shares[focal] * np.array([np.ones(years), np.full(years, index)])
    ends = np.clip(ends, 0.0, 1.0)
    rest = (1.0 - ends) / (1.0 - shares[focal]) if shares[focal] < 1.0 else np.zeros_like(ends)
    both = shares * rest[:, :, None]
    both[:, :, focal] = ends
    return both.min(axis=0), both.max(axis=0)


def values_of(scenario: Scenario) -> dict[str, Any]:
    """What a scenario says of parameters, effects, market and past: the values to look at where it does not rest."""
    return {
        **{f"market.{name}": value for name, value in scenario.market.model_dump(mode="json").items()},
        **{f"past.{name}": value for name, value in scenario.past.model_dump(mode="json").items()},
        **{f"parameters.{name}": value for name, value in scenario.parameters.items()},
        **{f"effects.{name}": value for name, value in scenario.effects.items()},
    }


def problem_text(problem: Mapping[str, Any]) -> str:
    """What left its bounds, in words."""
    when = f"year {problem['year']}" if problem["years"] == 1 else f"its last {problem['years']} years"
    if problem["what"] == "demand":
        return f"the market's demand is {problem['value']:.1%} of year 0 in {when}, without any growth"
    low, high = problem["bounds"]
    wanted = f"{low:.1%}" if high - low < 0.0005 else f"{low:.1%} to {high:.1%}"
    return (
        f"{problem['firm']} has {problem['value']:.1%} in {when} where nothing happens; declared: {wanted}, "
        f"give or take {problem['allowance']:.1%}"
    )
