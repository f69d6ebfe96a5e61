"""Points of a Latin hypercube over all that is uncertain: parameters, effects, plan, growth, causes, structure.

Inputs with a range take a value in every one of as many equal parts as there are points; factors of levels take every
level equally often. Only the modes of the rivals are crossed with the points: worlds that differ in them share their
past, so that all modes cost little more than one, and they are compared at the same points with the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from simbiz.scenario import Scenario, with_changes
from simbiz.studies.sensitivity.uncertainty import Uncertain, uncertainties

GROWTH, DECLINE, RIVALS, VECTOR = "market.growth", "past.decline", "rivals.mode", "vector"
PARALLEL = "programme.parallel"

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Levels:
    """A factor of levels.

    Parameters
    ----------
    name : str
        What it is called.
    changes : mapping of str to mapping
        What each level changes in the scenario, by its name.
    """

    name: str
    changes: Mapping[str, Changes]

    def at(self, unit: float) -> str:
        """Level at a place between 0 and 1, in equal parts."""
        names = list(self.changes)
        return names[min(int(unit * len(names)), len(names) - 1)]


def priors(scenario: Scenario, modes: Sequence[str], fixed: Sequence[str]) -> list[Uncertain]:
    """Declared ranges of all that is uncertain under some mode of the rivals, less what is fixed otherwise."""
    found: dict[str, Uncertain] = {}
    for mode in modes:
        own = uncertainties(scenario=with_changes(scenario, {RIVALS: mode}))
        found |= {source.path: source for source in own if source.path not in fixed}
    return list(found.values())


class UncertainPoints:
    """Points of the hypercube, each as the levels and values that it takes.

    Parameters
    ----------
    ranges : sequence of Uncertain
        Inputs with a range.
    factors : sequence of Levels
        Inputs with levels.
    count, seed : int
        Number of points, and seed of the hypercube.

    Notes
    -----
    McKay, Beckman & Conover 1979, Technometrics 21(2).
    """

    def __init__(self, ranges: Sequence[Uncertain], factors: Sequence[Levels], count: int, seed: int) -> None:
        self.ranges, self.factors, self.count, self.seed = list(ranges), list(factors), count, seed

    @cached_property
    def places(self) -> Any:
        """Places in the unit cube; float64 array (point, input)."""
        return qmc.LatinHypercube(len(self.ranges) + len(self.factors), seed=self.seed).random(self.count)

    def levels(self, point: int) -> dict[str, str]:
        """Level of every factor at a point."""
        places = self.places[point, len(self.ranges) :]
        return {factor.name: factor.at(place) for factor, place in zip(self.factors, places, strict=True)}

    def values(self, point: int) -> dict[str, Any]:
        """Value of every input with a range at a point, by dotted path."""
        places = self.places[point]
        return {source.path: source.value(float(places[place])) for place, source in enumerate(self.ranges)}

    def changes(self, point: int) -> dict[str, Any]:
        """What a point changes in the scenario, by dotted path."""
        changes: dict[str, Any] = dict(self.values(point))
        for factor in self.factors:
            changes |= factor.changes[self.levels(point)[factor.name]]
        return changes

    def table(self) -> pd.DataFrame:
        """A row a point, a column an input: values of ranges, names of levels."""
        rows = (self.values(point) | self.levels(point) for point in range(self.count))
        return pd.DataFrame([{name: _cell(value) for name, value in row.items()} for row in rows])

    def growth_thirds(self) -> Any:
        """In which third of the range the growth of the market lies; int array (point,), or None where it is fixed."""
        names = [source.path for source in self.ranges]
        if GROWTH not in names:
            return None
        return np.minimum((3.0 * self.places[:, names.index(GROWTH)]).astype(np.int64), 2)


def _cell(value: Any) -> Any:
    """Value as a cell of a table: a pair in words."""
    return "{} to {}".format(*value) if isinstance(value, list) else value
