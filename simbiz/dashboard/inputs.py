"""What can be changed on the page, made from the catalogue and the records of a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.catalogue.tables import Parameter
from simbiz.scenario import Scenario, parameter_values

MARKS = 40  # places of a slider
MOST_SEED = 99
CUSTOMERS = (1000, 2000, 5000, 10_000)
LARGEST_BUDGET = 0.2


@dataclass(frozen=True)
class Input:
    """Something that can be changed.

    Parameters
    ----------
    path : str
        Dotted path in the scenario; `rng` for the seed.
    label, meaning, unit : str
        What it is called, what it means, what it is measured in.
    value : object
        Value at the start.
    kind : {"number", "whole", "choice"}
        A slider, one of whole numbers, or a list.
    low, high, step : float
        Limits and steps of a slider.
    allowed : tuple
        What a list offers.
    """

    path: str
    label: str
    meaning: str
    unit: str
    value: Any
    kind: Literal["number", "whole", "choice"] = "number"
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    allowed: tuple[Any, ...] = ()

    @property
    def title(self) -> str:
        """Label with its unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def nearest(self, value: Any) -> Any:
        """Value that was chosen; that at the start where a slider has only rounded it to a place of its own."""
        is_rounded = self.kind == "number" and abs(value - self.value) <= 0.5 * self.step
        return self.value if is_rounded else value


def decisions(scenario: Scenario, seed: int, catalogue: Catalogue | None = None) -> list[Input]:
    """What is chosen for a world: first what the firm decides (programme, catalogue's levers), then what it does not.

    Parameters
    ----------
    scenario : Scenario
        Where values come from.
    seed : int
        Replicate seed.
    catalogue : Catalogue, optional
        Tables to use; the shipped ones by default.

    Returns
    -------
    list of Input
    """
    catalogue, programme = catalogue or load_catalogue(), scenario.programme
    meanings = {name: field.description or "" for name, field in type(programme).model_fields.items()}
    modes = get_args(type(scenario.rivals).model_fields["mode"].annotation)
    sizes = tuple(sorted({*CUSTOMERS, scenario.customers} - {"market"}))
    weeks = scenario.calendar.weeks or 52 * scenario.calendar.years
    return [
        Input("programme.parallel", "Tools at a time", meanings["parallel"], "", programme.parallel,
              "whole", 1, max(len(catalogue.tools), programme.parallel), 1),
        Input("programme.start_week", "First week", meanings["start_week"], "weeks",
              programme.start_week, "whole", 0, max(weeks, programme.start_week), 1),
        Input("programme.budget", "Budget", meanings["budget"], "share of a year's revenue",
              programme.budget, "number", 0.0, max(LARGEST_BUDGET, programme.budget), 0.005),
        *_parameters("lever", scenario, catalogue),
        Input("rivals.mode", "Rivals", "what the other firms do from the start on", "", scenario.rivals.mode, "choice",
              allowed=modes),
        Input("rng", "Seed of the luck", "another seed is another draw of the same market", "", seed, "whole", 1,
              max(MOST_SEED, seed), 1),
        Input("customers", "Customers", "customers who are simulated", "", scenario.customers, "choice",
              allowed=sizes),
    ]  # fmt: skip


def uncertainties(scenario: Scenario, catalogue: Catalogue | None = None) -> list[Input]:
    """What nobody knows exactly: parameters and effects of tools, within their declared ranges; list of Input."""
    catalogue = catalogue or load_catalogue()
    return [*_parameters("uncertainty", scenario, catalogue), *_effects(scenario, catalogue)]


def changed(inputs: list[Input], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path that differ from those at the start."""
    return {one.path: values[one.path] for one in inputs if values.get(one.path, one.value) != one.value}


def in_force(scenario: Scenario, seed: int, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Values of all inputs, by path, with which a world was made."""
    return {one.path: one.value for one in (*decisions(scenario, seed, catalogue), *uncertainties(scenario, catalogue))}


def waiting(inputs: list[Input], values: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Paths of inputs whose chosen values are not those in force."""
    return [one.path for one in inputs if values.get(one.path, one.value) != now[one.path]]


def in_force_words(scenario: Scenario, seed: int, catalogue: Catalogue | None = None) -> str:
    """What a world was made with, in words: every decision with its value."""
    return "; ".join(f"{one.label.lower()} {one.value}" for one in decisions(scenario, seed, catalogue))


def _parameters(role: str, scenario: Scenario, catalogue: Catalogue) -> Iterator[Input]:
    values = parameter_values(scenario, None, catalogue)
    for name, parameter in catalogue.parameters.items():
        if parameter.role == role and parameter.range is not None:
            unit = "" if parameter.unit in ("ratio", "switch") else parameter.unit
            label = name.replace("_", " ")
            yield _slider(f"parameters.{name}", label, parameter.meaning, unit, values[name], _range(parameter))


def _effects(scenario: Scenario, catalogue: Catalogue) -> Iterator[Input]:
    for name, tool, effect in catalogue.effects():
        if effect.range is not None:
            attribute = catalogue.firm_attributes[effect.attribute]
            where = effect.name.removeprefix(effect.attribute).replace(".", ", ").replace("_", " ")
            meaning = f"{tool.meaning}: what it changes in {attribute.meaning}{where}"
            label = name.replace(".", ": ", 1).replace(".", ", ").replace("_", " ")
            value = scenario.effects.get(name, effect.value)
            yield _slider(f"effects.{name}", label, meaning, attribute.effect_unit, value, effect.range)


def _range(parameter: Parameter) -> tuple[float, float]:
    assert parameter.range is not None
    return parameter.range


def _slider(path: str, label: str, meaning: str, unit: str, value: float, limits: tuple[float, float]) -> Input:
    """Slider over a declared range; a value of the scenario outside it stays within reach."""
    low, high = min(limits[0], value), max(limits[1], value)
    return Input(path, label, meaning, unit, value, "number", low, high, _step(low, value, high))


def _step(low: float, value: float, high: float) -> float:
    """A round step that gives a slider at least `MARKS` places, the value among them if a step down to 1/100 does."""
    most = (high - low) / MARKS * (1.0 + 1e-9)
    size = 10.0 ** math.floor(math.log10(most))
    steps = [float(f"{size * factor:.1g}") for factor in (5.0, 2.0, 1.0, 0.5, 0.2, 0.1) if size * factor <= most]
    return next((step for step in steps if _is_whole(low / step) and _is_whole((value - low) / step)), steps[0])


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6
