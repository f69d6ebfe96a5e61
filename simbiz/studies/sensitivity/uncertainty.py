"""What is uncertain: numbers that are not ours to choose, with their declared ranges and distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.catalogue.tables import ScenarioValue
from simbiz.errors import InputError, did_you_mean
from simbiz.scenario import Scenario
from simbiz.scenario.uncertain_values import uncertain_values


@dataclass(frozen=True)
class Uncertainty:
    """A number that is not ours to choose.

    Parameters
    ----------
    path : str
        Dotted path in a scenario.
    low, high : float
        Declared range.
    distribution : {"uniform", "log-uniform"}
        Declared distribution.
    """

    path: str
    low: float
    high: float
    distribution: str = "uniform"

    def number(self, unit: float) -> float:
        """Number that stands for the value at a place between 0 and 1 of the range: the value itself."""
        if self.distribution == "log-uniform":
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + unit * (self.high - self.low)

    def setting(self, number: float) -> Any:
        """What a scenario is told for a number."""
        return number

    def value(self, unit: float) -> Any:
        """Value at a place between 0 and 1 of the range."""
        return self.setting(self.number(unit))

    def described(self) -> dict[str, Any]:
        """The range as plain data."""
        return {"path": self.path, "low": self.low, "high": self.high, "distribution": self.distribution}


@dataclass(frozen=True)
class UncertainLevels:
    """A whole number or a pair of them that is not ours to choose: levels from the least to the most, equally likely.

    Parameters
    ----------
    path : str
        Dotted path in a scenario.
    levels : tuple
        Whole numbers, or pairs of them.
    """

    path: str
    levels: tuple[Any, ...]

    distribution: ClassVar[str] = "levels"

    @property
    def low(self) -> Any:
        """The least level."""
        return self.setting(0)

    @property
    def high(self) -> Any:
        """The highest level."""
        return self.setting(len(self.levels) - 1)

    def number(self, unit: float) -> float:
        """Number of the level at a place between 0 and 1, the first being 0: parts of the unit are equally wide."""
        return float(min(int(unit * len(self.levels)), len(self.levels) - 1))

    def setting(self, number: float) -> Any:
        """What a scenario is told for the number of a level; a pair as a list, as files have it."""
        level = self.levels[int(number)]
        return list(level) if isinstance(level, tuple) else level

    def value(self, unit: float) -> Any:
        """Level at a place between 0 and 1."""
        return self.setting(self.number(unit))

    def described(self) -> dict[str, Any]:
        """The levels as plain data."""
        ends = {"path": self.path, "low": self.low, "high": self.high, "distribution": self.distribution}
        return ends | {"levels": [self.setting(number) for number in range(len(self.levels))]}


Uncertain = Uncertainty | UncertainLevels


def declared_for(path: str, value: ScenarioValue) -> Uncertain:
    """What the catalogue declares of a value of a scenario."""
    if value.levels is not None:
        return UncertainLevels(path, value.levels)
    assert value.range is not None
    return Uncertainty(path, *value.range, value.distribution)


def uncertainties(catalogue: Catalogue | None = None, scenario: Scenario | None = None) -> list[Uncertain]:
    """Every uncertain parameter of the rules, effect of a tool or measure with a range, and value of the scenario.

    Parameters
    ----------
    catalogue : Catalogue, optional
        Where they are declared; the shipped one by default.
    scenario : Scenario, optional
        Whose uncertain values are looked for. It also leaves out the effects of tools and measures that no firm can
        take there: they cost runs and decide nothing.
    """
    catalogue = catalogue or load_catalogue()
    found: list[Uncertain] = [
        Uncertainty(f"parameters.{name}", *parameter.range, parameter.distribution)
        for name, parameter in catalogue.parameters.items()
        if parameter.role == "uncertainty" and parameter.range is not None
    ]
    taken = None if scenario is None else _taken(scenario, catalogue)
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        if effect.range and (taken is None or name.split(".")[0] in taken):
            found.append(Uncertainty(f"effects.{name}", *effect.range))
    if scenario is not None:
        found += [declared_for(path, value) for path, value in uncertain_values(scenario, catalogue).items()]
    return found


def _taken(scenario: Scenario, catalogue: Catalogue) -> set[str]:
    """Tools and measures that some firm can take from the start of the programme on."""
    firms, mode = scenario.firms.values(), scenario.rivals.mode
    taken = {*scenario.programme.order, *(measure for firm in firms for measure in firm.measures)}
    if mode == "trend":
        taken.update(tool for firm in firms for tool in firm.trend.order)
    if mode == "responding":
        taken.update(catalogue.tools)
    return taken


def chosen(known: Sequence[Uncertain], wanted: str) -> list[Uncertain]:
    """Uncertain parameters of a path, or below it: `effects.website` is every effect of that tool with a range.

    Raises
    ------
    InputError
        If there is none.
    """
    found = [source for source in known if source.path == wanted or source.path.startswith(f"{wanted}.")]
    if not found:
        paths = [source.path for source in known]
        beginnings = {".".join(path.split(".")[:parts]) for path in paths for parts in (1, 2)}
        near = did_you_mean(wanted, [*paths, *sorted(beginnings)])
        raise InputError(f"{wanted} is no uncertain parameter of the scenario, nor the beginning of one.{near}")
    return found
