"""Values of a scenario that nobody knows exactly, as the catalogue declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.catalogue.tables import ScenarioValue
from simbiz.scenario.records import Scenario

EVERY = "*"


def uncertain_values(scenario: Scenario, catalogue: Catalogue | None = None) -> dict[str, ScenarioValue]:
    """Declarations by the dotted path that they concern in a scenario.

    Parameters
    ----------
    scenario : Scenario
        What it does not have is left out.
    catalogue : Catalogue, optional
        Where they are declared; the shipped one by default.
    """
    data = scenario.model_dump(mode="json")
    return {
        path: value
        for value in (catalogue or load_catalogue()).scenario_values.values()
        for path in _paths(data, value.path.split("."))
        if value.segment_kind in (None, _segment_kind(path, scenario))
    }


def _paths(data: Any, parts: list[str], before: str = "") -> Iterator[str]:
    """Dotted paths that a pattern finds in plain data."""
    if not parts:
        yield before.rstrip(".")
    elif isinstance(data, Mapping):
        for name in data if parts[0] == EVERY else [parts[0]]:
            if name in data:
                yield from _paths(data[name], parts[1:], f"{before}{name}.")


def _segment_kind(path: str, scenario: Scenario) -> str | None:
    """Kind of the segment that a path lies in; None where it lies in none."""
    table, _, inner = path.partition(".")
    return scenario.segments[inner.partition(".")[0]].kind if table == "segments" else None
