"""Factors of a sweep: what varies, over which levels or between which limits, checked against the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, model_validator

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Number, Place, Record, Text, refuse
from simbiz.errors import InputError, did_you_mean
from simbiz.scenario import Scenario, load_scenario, with_changes
from simbiz.scenario.uncertain_values import uncertain_values
from simbiz.studies.sensitivity.uncertainty import Uncertain, Uncertainty, declared_for

SCENARIO = "scenario"
Changes = Mapping[str, Any]


class FactorSettings(Record):
    """What a study file says of a factor: values, named levels, limits, or the range that the catalogue declares.

    A bare list stands for `values`. `steps` are the levels that a factorial design takes of a range, `scale` says how
    they lie in it.
    """

    values: Annotated[tuple[Any, ...], Field(min_length=1)] | None = None
    levels: Annotated[dict[Text, Any], Field(min_length=1)] | None = None
    low: Number | None = None
    high: Number | None = None
    range: Literal["declared"] | None = None
    steps: Annotated[int, Strict(), Field(ge=2, le=1000)] = 2
    scale: Literal["linear", "log"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _list_of_values(cls, given: Any) -> Any:
        if isinstance(given, list | tuple):
            return {"values": given}
        if isinstance(given, dict):
            inner = next((key for key, value in given.items() if key not in cls.model_fields), None)
            if inner is not None and not set(given) & set(cls.model_fields):
                raise ValueError(
                    f"{inner} says nothing of a factor; allowed: {', '.join(cls.model_fields)}, or a list of values. "
                    f"A path with dots stands in quotes.{did_you_mean(inner, cls.model_fields)}"
                )
        return given

    @model_validator(mode="after")
    def _said_once(self) -> FactorSettings:
        limits = (self.low is not None, self.high is not None)
        if sum((self.values is not None, self.levels is not None, any(limits), self.range is not None)) != 1:
            raise ValueError("must have either values, or levels, or low and high, or range = 'declared'")
        if any(limits):
            if not all(limits):
                raise ValueError("must have both low and high")
            if self.low >= self.high:  # type: ignore[operator]
                raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
            if self.scale == "log" and self.low <= 0:  # type: ignore[operator]
                raise ValueError(f"low {self.low:g} must be above 0 on a log scale")
        if not any(limits) and self.scale is not None:
            raise ValueError("scale goes with low and high; a declared range has its own")
        return self


@dataclass(frozen=True)
class Level:
    """One setting of a factor.

    Parameters
    ----------
    label : str, float, int or bool
        How reports name it.
    value : object
        What the scenario gets.
    """

    label: Any
    value: Any


@dataclass(frozen=True)
class Factor:
    """What varies in a sweep.

    Parameters
    ----------
    path : str
        Dotted path in the scenario, or "scenario" for whole scenarios.
    levels : tuple of Level
        Its levels; those of a range as a factorial design takes them.
    limits : Uncertain or None
        The range that designs of points take values from; None for a factor of levels.
    """

    path: str
    levels: tuple[Level, ...]
    limits: Uncertain | None = None

    def at(self, unit: float) -> Level:
        """Level at a place between 0 and 1: of the range, or of the levels in equal parts."""
        if self.limits is None:
            return self.levels[min(int(unit * len(self.levels)), len(self.levels) - 1)]
        value = self.limits.value(unit)
        return Level(_label(value), value)

    def described(self) -> dict[str, Any]:
        """The factor as plain data."""
        described: dict[str, Any] = {"factor": self.path, "levels": [level.label for level in self.levels]}
        if self.limits is not None:
            limits = self.limits
            described |= {"low": limits.low, "high": limits.high, "distribution": limits.distribution}
        return described


def factor_of(path: str, settings: FactorSettings, scenario: Scenario) -> Factor:
    """Factor of a scenario as its settings say.

    Raises
    ------
    InputError
        If a declared range is asked for where the catalogue has none.
    """
    if settings.levels is not None:
        return Factor(path, tuple(Level(name, value) for name, value in settings.levels.items()))
    if settings.values is not None:
        return Factor(path, tuple(Level(_label(value), value) for value in settings.values))
    limits: Uncertain
    if settings.range is not None:
        limits = _declared(path, scenario)
    else:
        shape = "log-uniform" if settings.scale == "log" else "uniform"
        limits = Uncertainty(path, float(settings.low or 0.0), float(settings.high or 0.0), shape)
    values = [limits.value(step / (settings.steps - 1)) for step in range(settings.steps)]
    return Factor(path, tuple(Level(_label(value), value) for value in values), limits)


def _label(value: Any) -> Any:
    """Name of a value without a name of its own."""
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return ", ".join(f"{key} = {_label(inner)}" for key, inner in value.items()) if value else "nothing"


def _declared(path: str, scenario: Scenario) -> Uncertain:
    """Range that the catalogue declares for a parameter, an effect or a value of a scenario."""
    table, _, name = path.partition(".")
    catalogue = load_catalogue()
    if table == "parameters" and name in catalogue.parameters:
        parameter = catalogue.parameters[name]
        if parameter.range is not None:
            return Uncertainty(path, *parameter.range, parameter.distribution)
        raise InputError(f"{path} is a constant: it has no declared range")
    values = uncertain_values(scenario)
    if path in values:
        return declared_for(path, values[path])
    effects = {f"effects.{key}": effect for key, _, effect in (*catalogue.effects(), *catalogue.measure_effects())}
    declared = [f"parameters.{key}" for key, one in catalogue.parameters.items() if one.range is not None]
    declared += [*values, *(key for key, effect in effects.items() if effect.range is not None)]
    found = effects[path].range if path in effects else None
    if found is None:
        raise InputError(f"{path} has no declared range; give low and high, or values.{did_you_mean(path, declared)}")
    return Uncertainty(path, *found)


def scenario_changes(scenario: Scenario, name: str, changes: Changes) -> dict[str, Any]:
    """Another scenario as changes of this one: every table in which they differ, whole."""
    own, other = scenario.model_dump(mode="json"), load_scenario(name, changes).model_dump(mode="json")
    return {key: value for key, value in other.items() if value != own[key]}


def checked_factors(
    scenario: Scenario, settings: Mapping[str, FactorSettings], changes: Changes, place: Place
) -> list[Factor]:
    """Factors, every level (of a range both ends) tried on the scenario.

    Parameters
    ----------
    scenario : Scenario
        What the factors change.
    settings : mapping
        What the study file says, by path.
    changes : mapping
        Changes that the study makes in every scenario.
    place : callable
        Gives (file, line) of a key of the study file.

    Raises
    ------
    InputError
        For the first level that the scenario does not allow.
    """
    factors = []
    for path, one in settings.items():
        where = ["factors", path]
        try:
            factor = factor_of(path, one, scenario)
        except InputError as error:
            raise refuse(error.message, [*where, "range"], place) from None
        labels = [level.label for level in factor.levels]
        twice = next((label for number, label in enumerate(labels) if label in labels[:number]), None)
        if twice is not None:
            raise refuse(f"factors.{path}: {twice} stands there twice", where, place)
        for number, level in enumerate(factor.levels):
            _try(scenario, path, level, changes, [*where, *_where(one, number)], place)
        factors.append(factor)
    return factors


def _try(
    scenario: Scenario, path: str, level: Level, changes: Changes, where: Sequence[str | int], place: Place
) -> None:
    """Refuse a level that the scenario does not allow."""
    try:
        if path != SCENARIO:
            with_changes(scenario, {path: level.value})
        elif isinstance(level.value, str):
            load_scenario(level.value, changes)
        else:
            raise InputError(f"scenario must be the name of a scenario or a path, not {level.value!r}")
    except InputError as error:
        if error.file is not None:
            raise
        raise refuse(error.message, where, place) from None


def _where(settings: FactorSettings, number: int) -> list[str | int]:
    """Keys below the factor at which one of its levels stands in the study file."""
    if settings.levels is not None:
        return ["levels", list(settings.levels)[number]]
    if settings.values is not None:
        return ["values", number]
    return ["range"] if settings.range else ["high" if number else "low"]
