"""Tables for the figures of the page, from two worlds side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.dashboard.last_year import last_year
from simbiz.dashboard.paired_model import PairedModel
from simbiz.market_map import MarketMap, market_map
from simbiz.metrics.observation import YEAR, ratio
from simbiz.state.columns import CUSTOMERS

Names = tuple[str, str]
SMOOTHED_WEEKS, REPEAT_WEEKS = 13, 26
PAST_SHOWN = 26  # weeks before the start


def shares(model: PairedModel, names: Names) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares by value, each the mean of the 13 weeks before.

    Parameters
    ----------
    model : PairedModel
        Two worlds.
    names : tuple of str
        What they are called.

    Returns
    -------
    DataFrame
        The focal firm in both worlds: week, world, value.
    DataFrame
        The other firms in the world that is played: week, firm, value.
    """
    layout = model.layout
    focal = [(world, smooth_shares(world)[:, layout.focal]) for world in model.worlds_side_by_side]
    rivals = smooth_shares(model)
    others = [
        pd.DataFrame({"week": _weeks(model), "firm": firm, "value": rivals[:, row]})
        for row, firm in enumerate(layout.firms)
        if row != layout.focal
    ]
    return _two(model, names, [values for _, values in focal]), pd.concat(others, ignore_index=True)


def repeats(model: PairedModel, names: Names) -> pd.DataFrame:
    """Repeat purchases of the focal firm over 26 weeks, as a part of its purchases; week, world, value."""
    focal = model.layout.focal

    def part(world: Any) -> NDArray[np.float64]:
        count = {name: world.tallies[name][:, focal] @ world.expansion for name in ("repeats", "purchases")}
        sums = {name: _moving_sum(values, model, REPEAT_WEEKS) for name, values in count.items()}
        return ratio(sums["repeats"], sums["purchases"])

    return _two(model, names, [part(world) for world in model.worlds_side_by_side])


def recommendation(model: PairedModel, names: Names) -> pd.DataFrame:
    """Net promoter score of the focal firm among its customers at every survey; week, world, value in points."""
    focal, rows = model.layout.focal, []
    for name, world in zip(names, model.worlds_side_by_side, strict=True):
        asked, promoters, detractors = (
            world.tallies[count][: model.week, focal, CUSTOMERS] @ world.expansion
            for count in ("surveyed", "promoters", "detractors")
        )
        for week in np.flatnonzero(asked):
            if week >= model.start - YEAR:
                score = 100.0 * (promoters[week] - detractors[week]) / asked[week]
                rows.append({"week": int(week) - model.start, "world": name, "value": score})
    return pd.DataFrame(rows, columns=["week", "world", "value"])


def programme_steps(model: Any) -> pd.DataFrame:
    """Implementation steps of the focal firm that were begun: tool, step, first_week, last_week, attempt, failed."""
    columns = ["tool", "step", "first_week", "last_week", "attempt", "failed"]
    rows = [
        [task.tool, task.step, task.first_week - model.start, task.last_week - model.start, task.attempt, task.failed]
        for task in model.implementations[model.layout.focal].tasks
    ]
    return pd.DataFrame(rows, columns=columns)


def staff(model: Any) -> pd.DataFrame:
    """Staff of the focal firm since the start: week, digital_share, and working_capacity (1: nobody learns)."""
    focal, weeks = model.layout.focal, slice(model.start, model.week)
    return pd.DataFrame(
        {
            "week": np.arange(model.week - model.start),
            "digital_share": model.firm_series.digital_share[weeks, focal],
            "working_capacity": model.firm_series.working_capacity[weeks, focal],
        }
    )


def flows(world: Any) -> pd.DataFrame:
    """Steps of journeys with the focal firm in the last year: from_channel, to_channel, count."""
    counts = last_year(world).total("flows")[0, world.layout.focal]
    channels = world.layout.channels
    pairs = [(one, other, counts[i, j]) for i, one in enumerate(channels) for j, other in enumerate(channels)]
    return pd.DataFrame(pairs, columns=["from_channel", "to_channel", "count"])


def positions(world: Any) -> tuple[pd.DataFrame, MarketMap]:
    """Where firms stand by their share in the last year and its growth since the year before the start.

    Returns
    -------
    DataFrame
        firm (its title), share_before, share, growth; a row per firm.
    MarketMap
        Borders and cells.
    """
    revenue = world.tallies.revenue @ world.expansion
    before, now = (
        sums / sums.sum()
        for sums in (revenue[world.start - YEAR : world.start].sum(axis=0),
                     revenue[world.week - YEAR : world.week].sum(axis=0))
    )  # fmt: skip
    placed = market_map(before, now)
    titles = [firm.title for firm in world.layout.scenario.firms.values()]
    return pd.DataFrame({"firm": titles, "share_before": before, "share": now, "growth": placed.growth}), placed


def smooth_shares(world: Any) -> NDArray[np.float64]:
    """Share by value of every firm over the 13 weeks before, in every week that is shown; (week, firm)."""
    revenue = _moving_sum(np.asarray(world.tallies.revenue @ world.expansion), world, SMOOTHED_WEEKS)
    return ratio(revenue, revenue.sum(axis=1, keepdims=True))


def _weeks(model: Any) -> NDArray[np.int64]:
    return np.arange(-PAST_SHOWN, model.week - model.start)


def _moving_sum(values: NDArray[Any], model: Any, weeks: int) -> NDArray[np.float64]:
    """Sums over the last `weeks` weeks, for every week that is shown."""
    total = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)]).astype(np.float64)
    ends = model.start + _weeks(model) + 1
    return np.asarray(total[ends] - total[ends - weeks])


def _two(model: Any, names: Names, values: list[NDArray[np.float64]]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"week": _weeks(model), "world": name, "value": own})
        for name, own in zip(names, values, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)
