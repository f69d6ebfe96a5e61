"""Metrics of the catalogue over the last year that was lived, whenever that is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from simbiz.catalogue.tables import Metric
from simbiz.metrics import METRICS, Observation
from simbiz.metrics.observation import YEAR


@dataclass(frozen=True)
class LastYear(Observation):
    """What a world recorded, read as the one year that ends with the last week lived.

    Parameters
    ----------
    week : int
        The week after it.
    """

    week: int

    @property
    def years(self) -> list[int]:
        """A single year."""
        return [0]

    def weeks(self, year: int) -> slice:
        """Its weeks."""
        return slice(max(0, self.week - YEAR), self.week)


def last_year(model: Any) -> LastYear:
    """Record of a model's last 52 weeks, those of its past included."""
    observation = model.observation()
    known = {field.name: getattr(observation, field.name) for field in fields(observation)}
    return LastYear(**known, week=model.week)


def focal_value(model: Any, metric: str) -> float:
    """Value of a metric of the focal firm over the last year lived."""
    return float(METRICS[metric](last_year(model))[0, model.layout.focal])


def metric_text(value: float, metric: Metric) -> str:
    """Value as people read it: shares in per cent, the rest with its unit."""
    if metric.unit == "share":
        return f"{value:.1%}"
    unit = metric.unit.removeprefix("ratio")
    return f"{value:,.{min(metric.decimals, 2)}f} {unit}".strip()


def difference_text(difference: float, metric: Metric) -> str:
    """Difference of two values with its sign; of shares in points."""
    if metric.unit == "share":
        return f"{100.0 * difference:+.1f} points"
    unit = metric.unit.removeprefix("ratio")
    return f"{difference:+,.{min(metric.decimals, 2)}f} {unit}".strip()
