"""Mesa's data collector over what a model records anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mesa
import numpy as np

from simbiz.state.customers import KOPECKS

Reporter = Callable[[Any, int], Any]


class WeekCollector(mesa.DataCollector):
    """Data collector whose rows are worked out when somebody reads them, since the model keeps all weeks.

    Parameters
    ----------
    reporters : mapping of str to function (model, week)
        What is known of a model after one of its weeks, by name.
    """

    def __init__(self, reporters: Mapping[str, Reporter]) -> None:
        self._reporters, self._weeks = dict(reporters), list[int]()
        self._model: Any = None
        super().__init__({name: name for name in reporters})

    def collect(self, model: Any) -> None:
        """Remember that a row is wanted of the week that the model has just lived."""
        self._model = model
        self._weeks.append(model.week - 1)

    def release(self) -> None:
        """Let go of the model; rows that nobody has read are gone."""
        self._weeks = self._weeks[: min((len(values) for values in self._values.values()), default=0)]
        self._model = None

    @property
    def model_vars(self) -> dict[str, list[Any]]:
        """Rows of all weeks collected, by name."""
        for name, values in self._values.items():
            values.extend(self._reporters[name](self._model, week) for week in self._weeks[len(values) :])
        return self._values

    @model_vars.setter
    def model_vars(self, values: dict[str, list[Any]]) -> None:
        self._values = values


def revenue_in(model: Any, week: int) -> Any:
    """Revenue of each firm in a week, thousand roubles; float64 array (firm,)."""
    return model.tallies["revenue"][week] @ model.expansion / KOPECKS


def shares_in(model: Any, week: int) -> dict[str, float]:
    """Share by value of each firm in a week, 0 where nobody bought."""
    revenue = revenue_in(model, week)
    shares = revenue / revenue.sum() if revenue.sum() > 0 else np.zeros_like(revenue)
    return dict(zip(model.layout.firms, shares.tolist(), strict=True))


def _rates_in(model: Any, week: int) -> dict[str, float]:
    return dict(zip(model.layout.firms, model.firm_series.digital_share[week].tolist(), strict=True))


def _weeks_lived(model: Any, week: int) -> int:
    return week + 1


REPORTERS: dict[str, Reporter] = {
    "week": _weeks_lived,
    "market_share": shares_in,
    "digitalization_rate": _rates_in,
}
