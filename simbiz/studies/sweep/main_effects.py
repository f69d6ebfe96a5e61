"""What each level of a factor does on average over the other factors of a design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ttest_ind

from simbiz.runs.observed import Array, Observed, mean_and_half, plain, plain_interval
from simbiz.studies.sweep.design import DesignPoints
from simbiz.studies.sweep.factors import Factor

PARTS = 3  # of a range, where points lie anywhere in it

Groups = dict[Any, NDArray[np.bool_]]


def main_effects(points: DesignPoints, seen: Observed, paired: bool) -> list[dict[str, Any]]:
    """Mean of the points at each level less the mean of all points.

    Parameters
    ----------
    points : DesignPoints
        The design.
    seen : Observed
        Outcomes.
    paired : bool
        Whether differences to the worlds without the programme are looked at as well.

    Returns
    -------
    list of dict
        By factor, level, outcome, year and `of` (value or difference). In a factorial design the other factors are the
        same at every level, so that only luck is left: effects are taken seed by seed, over the seeds that every usable
        point has. In the other designs they are not, and the points are the sample: their means, Welch's interval of
        the difference to the points at other levels, carried over to the mean of all.
    """
    rows: list[dict[str, Any]] = []
    effect = _over_seeds if points.unit is None else _over_points
    for place, factor in enumerate(points.factors):
        groups = _groups(points, factor, place)
        for outcome in seen.outcomes:
            for year in seen.years:
                for of in ("value", "difference") if paired else ("value",):
                    values = seen.of(outcome, year, of == "difference")
                    about = {"factor": factor.path, "outcome": outcome, "year": year, "of": of}
                    rows += [about | row for row in effect(values, groups)]
    return rows


def _groups(points: DesignPoints, factor: Factor, place: int) -> Groups:
    """Points at each level of a factor; a range that points lie anywhere in is cut into three."""
    if points.unit is not None and factor.limits is not None:
        part = np.minimum((points.unit[:, place] * PARTS).astype(int), PARTS - 1)
        cuts = [factor.limits.value(number / PARTS) for number in range(PARTS + 1)]
        return {f"{cuts[number]:.4g} to {cuts[number + 1]:.4g}": part == number for number in range(PARTS)}
    if points.unit is not None:
        numbers = np.minimum((points.unit[:, place] * len(factor.levels)).astype(int), len(factor.levels) - 1)
    else:
        numbers = np.unravel_index(np.arange(len(points)), points.shape)[place]
    return {level.label: numbers == number for number, level in enumerate(factor.levels)}


def _over_seeds(values: Array, groups: Groups) -> Iterator[dict[str, Any]]:
    usable = np.isfinite(values).any(axis=1)
    common = np.isfinite(values[usable]).all(axis=0) & usable.any()
    everywhere = values[usable][:, common].mean(axis=0) if usable.any() else np.empty(0)
    for level, members in groups.items():
        inside = members & usable
        here = values[inside][:, common].mean(axis=0) if inside.any() else np.empty(0)
        effect = here - everywhere if inside.any() else np.empty(0)
        mean, half, count = mean_and_half(effect)
        yield {
            "level": level,
            "points": int(inside.sum()),
            "mean": plain(mean_and_half(here)[0]),
            "effect": plain(mean),
            "interval": plain_interval(mean, half),
            "over": "seeds",
            "sample": int(count),
        }


def _over_points(values: Array, groups: Groups) -> Iterator[dict[str, Any]]:
    means = mean_and_half(values)[0]
    usable = np.isfinite(means)
    for level, members in groups.items():
        here, rest = means[members & usable], means[~members & usable]
        part = len(rest) / max(1, usable.sum())
        effect = part * (here.mean() - rest.mean()) if len(here) and len(rest) else np.nan
        interval = None
        if min(len(here), len(rest)) > 1 and np.ptp(means[usable]) > 0.0:
            found = ttest_ind(here, rest, equal_var=False).confidence_interval(0.95)
            interval = [float(part * found.low), float(part * found.high)]
        yield {
            "level": level,
            "points": len(here),
            "mean": plain(here.mean()) if len(here) else None,
            "effect": plain(effect),
            "interval": interval,
            "over": "points",
            "sample": len(here),
        }
