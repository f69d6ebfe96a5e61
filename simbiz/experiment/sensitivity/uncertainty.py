"""What is uncertain: numbers that are not ours to choose, with their declared ranges and distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.errors import InputError, did_you_mean
from simbiz.scenario import Scenario


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

    def value(self, unit: float) -> float:
        """Value at a place between 0 and 1 of the range."""
        if self.distribution == "log-uniform":
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + unit * (self.high - self.low)


def uncertainties(catalogue: Catalogue | None = None, scenario: Scenario | None = None) -> list[Uncertainty]:
    """Every uncertain parameter of the rules and every effect of a tool or measure that has a range.

    Parameters
    ----------
    catalogue : Catalogue, optional
        Where they are declared; the shipped one by default.
    scenario : Scenario, optional
        Leaves out the effects of tools and measures that no firm can take there: they cost runs and decide nothing.
    """
    catalogue = catalogue or load_catalogue()
    found = [
        Uncertainty(f"parameters.{name}", *parameter.range, parameter.distribution)
        for name, parameter in catalogue.parameters.items()
        if parameter.role == "uncertainty" and parameter.range is not None
    ]
    taken = None if scenario is None else _taken(scenario, catalogue)
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        if effect.range and (taken is None or name.split(".")[0] in taken):
            found.append(Uncertainty(f"effects.{name}", *effect.range))
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


def chosen(known: Sequence[Uncertainty], wanted: str) -> list[Uncertainty]:
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
