"""scenarios/*.toml -> frozen Scenario: found, merged with what it extends, changed, checked, resolved."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from simbiz.catalogue import DIMENSIONS, Catalogue, listing, load_catalogue
from simbiz.catalogue.record import Place, checked, refuse, unknown
from simbiz.files.toml_lines import dotted
from simbiz.scenario.changed_keys import check_keys
from simbiz.scenario.files import (
    chain,
    find_scenario,
    merged_data,
    place_in,
    scenario_names,
    set_value,
    with_flat_effects,
)
from simbiz.scenario.firm_records import Firm, Profile
from simbiz.scenario.possible import check_possible
from simbiz.scenario.prerequisites import check_prerequisites
from simbiz.scenario.records import Scenario, Segment, Shock

__all__ = [
    "Firm",
    "Profile",
    "Scenario",
    "Segment",
    "Shock",
    "find_scenario",
    "load_scenario",
    "parameter_values",
    "resolved",
    "scenario_digest",
    "scenario_names",
    "with_changes",
    "without_programme",
]


def load_scenario(
    name: str | Path, changes: Mapping[str, Any] | None = None, catalogue: Catalogue | None = None
) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name : str or Path
        Name of a shipped scenario, of one in `scenarios/`, or a path.
    changes : mapping, optional
        Values by dotted path, such as ``{"customers": 2000, "parameters.price_sensitivity": 0.4}``.
    catalogue : Catalogue, optional
        Where names are looked up; the shipped one by default.

    Raises
    ------
    InputError
        For the first mistake, with file and line.
    """
    files = list(chain(find_scenario(name)))
    data = merged_data(files)
    check_keys(changes or (), catalogue or load_catalogue())
    for key, value in (changes or {}).items():
        set_value(data, key, value)
    return _scenario(data, place_in(files, changes or ()), catalogue)


def with_changes(scenario: Scenario, changes: Mapping[str, Any], catalogue: Catalogue | None = None) -> Scenario:
    """Copy of a scenario with other values at dotted paths, checked again."""
    check_keys(changes, catalogue or load_catalogue())
    data = scenario.model_dump(mode="json")
    for key, value in changes.items():
        set_value(data, key, value)
    return _scenario(data, lambda path: (None, None), catalogue)


def without_programme(scenario: Scenario) -> Scenario:
    """The same world in which the focal firm adopts nothing."""
    return scenario.model_copy(update={"programme": scenario.programme.model_copy(update={"order": ()})})


def parameter_values(
    scenario: Scenario, segment: str | None = None, catalogue: Catalogue | None = None
) -> dict[str, float]:
    """Every parameter's value for a segment: shipped, scenario, segment, mechanisms switched off."""
    catalogue = catalogue or load_catalogue()
    values = {name: float(parameter.value) for name, parameter in catalogue.parameters.items()}
    values |= scenario.parameters
    if segment is not None:
        values |= scenario.segments[segment].parameters
    for name, on in scenario.mechanisms.items():
        if not on:
            values |= catalogue.mechanisms[name].off
    return {name: float(value) for name, value in values.items()}


def resolved(scenario: Scenario, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """All that decides a run, as plain data: the scenario with every parameter, tool and channel it uses.

    Texts that decide nothing (titles, sources) are left out, so that they change no key.
    """
    catalogue = catalogue or load_catalogue()
    data = scenario.model_dump(
        mode="json", exclude={"name", "title", "question", "sources", "mechanisms", "parameters"}
    )
    for firm in data["firms"].values():
        del firm["title"]
    for name, segment in data["segments"].items():
        segment["parameters"] = parameter_values(scenario, name, catalogue)
    data["parameters"] = parameter_values(scenario, None, catalogue)
    texts: Any = {"meaning": True, "source": True, "acts_with": True, "steps": {"__all__": {"name", "printed"}}}
    texts["effects"] = {"__all__": {"source", "range", "harm"}}
    for kind in ("tools", "measures", "channels", "firm_attributes"):
        records = catalogue.table(kind).items()
        data[kind] = {name: record.model_dump(mode="json", exclude=texts) for name, record in records}
    return data


def scenario_digest(data: Mapping[str, Any]) -> str:
    """32 hexadecimal digits of plain data: BLAKE2b of its JSON.

    The order of keys counts, because it is the order of arrays.
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _scenario(data: dict[str, Any], place: Place, catalogue: Catalogue | None) -> Scenario:
    scenario = checked(Scenario, with_flat_effects(data), place)
    _check_names(scenario, place, catalogue or load_catalogue())
    return scenario


def _check_names(scenario: Scenario, place: Place, catalogue: Catalogue) -> None:
    for path, name, allowed, what in _named(scenario, catalogue):
        if name not in allowed:
            raise unknown(name, what, allowed, path, place, listing(what))
    for path, value, bounds in _bounded(scenario, catalogue):
        low, high = bounds
        if not low <= value <= high:
            where = dotted(tuple(path))
            raise refuse(f"{where} = {value:g} lies outside the allowed {low:g} to {high:g}", path, place)
    check_prerequisites(scenario, place, catalogue)
    check_possible(scenario, place, catalogue)


@lru_cache(maxsize=256)
def _looks_like(role: str, roles: tuple[str, ...]) -> bool:
    """Whether a role that no tool needs is written much like one that some tool does; asked for every world anew."""
    return role not in roles and bool(difflib.get_close_matches(role, roles, n=1, cutoff=0.8))


def _named(scenario: Scenario, catalogue: Catalogue) -> Iterator[tuple[list[str], str, Any, str]]:
    yield ["focal"], scenario.focal, scenario.firms, "firm"
    roles = tuple(sorted({role for tool in catalogue.tools.values() for role in tool.roles}))
    staff = {role for firm in scenario.firms.values() for role in firm.staff}
    yield ["service_role"], scenario.service_role, sorted(staff.union(roles)), "role of any staff"
    for name, firm in scenario.firms.items():
        yield ["firms", name, "profile"], firm.profile, scenario.profiles, "profile"
        if firm.profile_after is not None:
            yield ["firms", name, "profile_after"], firm.profile_after, scenario.profiles, "profile"
        for measure in firm.measures:
            yield ["firms", name, "measures", measure], measure, catalogue.measures, "measure"
        for tool in firm.starting_tools:
            yield ["firms", name, "starting_tools"], tool, catalogue.tools, "tool"
        for tool in firm.trend.order:
            yield ["firms", name, "trend", "order"], tool, catalogue.tools, "tool"
        for role in firm.staff:
            if _looks_like(role, roles):
                yield ["firms", name, "staff", role], role, roles, "role that any tool needs"
    for tool in scenario.programme.order:
        yield ["programme", "order"], tool, catalogue.tools, "tool"
    for name, profile in scenario.profiles.items():
        for channel, state in profile.channels.items():
            yield ["profiles", name, "channels", channel], channel, catalogue.channels, "channel"
            for segment in state.open if isinstance(state.open, dict) else ():
                yield (
                    ["profiles", name, "channels", channel, "open", segment],
                    segment,
                    scenario.segments,
                    "segment",
                )
        for segment in profile.memory if isinstance(profile.memory, dict) else ():
            yield ["profiles", name, "memory", segment], segment, scenario.segments, "segment"
        for dimension in profile.service_quality:
            yield ["profiles", name, "service_quality", dimension], dimension, DIMENSIONS, "dimension"
    for name in scenario.parameters:
        yield ["parameters", name], name, catalogue.parameters, "parameter"
    for name, segment_record in scenario.segments.items():
        for parameter in segment_record.parameters:
            yield ["segments", name, "parameters", parameter], parameter, catalogue.parameters, "parameter"
    for name in scenario.mechanisms:
        yield ["mechanisms", name], name, catalogue.mechanisms, "mechanism"
    for name in scenario.fit.intercepts:
        yield ["fit", "intercepts", name], name, scenario.firms, "firm"
    effects = [name for name, _, _ in (*catalogue.effects(), *catalogue.measure_effects())]
    for name in scenario.effects:
        yield ["effects", name], name, effects, "tool effect"


def _bounded(scenario: Scenario, catalogue: Catalogue) -> Iterator[tuple[list[str], float, tuple[float, float]]]:
    for name, value in scenario.parameters.items():
        yield ["parameters", name], value, catalogue.parameters[name].bounds
    for segment, record in scenario.segments.items():
        for name, value in record.parameters.items():
            yield ["segments", segment, "parameters", name], value, catalogue.parameters[name].bounds
    attributes = catalogue.firm_attributes
    for name, profile in scenario.profiles.items():
        for dimension, delivered in profile.service_quality.items():
            path = ["profiles", name, "service_quality", dimension]
            yield path, delivered, attributes["service_quality"].bounds
        for channel, state in profile.channels.items():
            path = ["profiles", name, "channels", channel]
            yield [*path, "quality"], state.quality, attributes["channel_quality"].bounds
            yield [*path, "hours"], state.hours, attributes["response_hours"].bounds
