"""Whole scenarios drawn from what the records and the catalogue declare; tiny markets of a few shapes.

A shape decides how compiled code is laid out: numbers of firms and segments, and the longest shortlist. A new field or
parameter is drawn without an edit here, because all comes from the JSON schema of scenario files.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fuzzed_values import Schema, Values, allowed, resolved, wrong
from hypothesis import strategies as st

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.scenario import load_scenario
from simbiz.scenario.schema import scenario_schema

Path = tuple[str, ...]

WEEKS = 10
MOST_CUSTOMERS = 40
MOST_PEOPLE = 60  # of a role
# Decide how long a world takes, or how code is laid out; and a name alone decides nothing.
FIXED = {("calendar", "years"), ("calendar", "weeks"), ("calendar", "burn_in_weeks"), ("customers",), ("name",)}
LAID_OUT = "shortlist"
FREE = {"staff", "sources"}  # tables whose keys are the user's


@cache
def market_of(firms: int, segments: int) -> dict[str, Any]:
    """Give the shipped market with its first firms and last segments, the focal firm among them, as plain data."""
    data = load_scenario("partner-dv").model_dump(mode="json", exclude_none=True)
    names = [*[name for name in data["firms"] if name != data["focal"]][: firms - 1], data["focal"]]
    data["firms"] = {name: data["firms"][name] for name in names}
    data["segments"] = dict(list(data["segments"].items())[-segments:])
    for profile in data["profiles"].values():
        for table in (profile, *profile["channels"].values()):
            for key, value in table.items():
                if isinstance(value, dict) and key in ("memory", "open"):
                    table[key] = {name: one for name, one in value.items() if name in data["segments"]}
    if firms == 1:
        data["past"]["share_index_before"] = 1.0
    data["customers"] = 12
    data["calendar"] = {"burn_in_weeks": 52, "years": 1, "weeks": WEEKS}
    return _summing(data)


SHIPPED = (7, 2)
SMALL = (2, 1)
ALONE = (1, 1)


def _summing(data: dict[str, Any]) -> dict[str, Any]:
    """Shares that sum to 1."""
    for table, key in (("firms", "share"), ("segments", "value_share")):
        total = sum(one[key] for one in data[table].values())
        for one in data[table].values():
            one[key] = one[key] / total if total else 1.0 / len(data[table])
    return data


def _names(data: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Values]:
    """What a field may name, by the name of the field."""
    roles = sorted({role for tool in catalogue.tools.values() for role in tool.roles})
    people = st.integers(0, MOST_PEOPLE)
    profiles = st.sampled_from(list(data["profiles"]))
    levels = st.integers(0, 2)
    by_segment = dict.fromkeys(data["segments"], levels)
    return {
        "focal": st.sampled_from(list(data["firms"])),
        "profile": profiles,
        "profile_after": st.none() | profiles,
        "staff": st.dictionaries(st.sampled_from(roles), people, max_size=5),
        "service_role": st.sampled_from(roles),
        "open": levels | st.fixed_dictionaries({}, optional=by_segment),
        "memory": st.floats(0, 1) | st.fixed_dictionaries({}, optional={name: st.floats(0, 1) for name in by_segment}),
        "intercepts": st.dictionaries(st.sampled_from(list(data["firms"])), st.floats(-5, 5)),
    }


def fields(data: Any, schema: Schema, root: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Every field of a scenario with its schema, those that the data leaves to their defaults included."""
    schema = resolved(schema, root)
    for one in schema.get("anyOf", ()):
        if resolved(one, root).get("type") == "object" and isinstance(data, dict):
            schema = resolved(one, root)
    if not isinstance(data, dict) or schema.get("type") != "object":
        yield path, schema
        return
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    for key in [*known, *(key for key in data if key not in known)]:
        inner = known.get(key, more)
        if not isinstance(inner, Mapping) or (*path, key) in FIXED or key == "extends":
            continue
        yield from fields(data.get(key), inner, root, (*path, key))


@cache
def _fields_of(shape: tuple[int, int]) -> tuple[list[tuple[Path, Schema]], Schema]:
    root = scenario_schema()
    found = [(path, one) for path, one in fields(market_of(*shape), root, root) if path[-1] != LAID_OUT]
    return found, root


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set a field; None takes it away."""
    for part in path[:-1]:
        data = data.setdefault(part, {})
    if value is None:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = value


@st.composite
def scenarios(draw: st.DrawFn, shape: tuple[int, int] = SHIPPED, most: int = 12) -> dict[str, Any]:
    """Draw plain data of a scenario in which some fields are not as shipped.

    Every field is as declared; what only the whole can tell may still be wrong.
    """
    catalogue, (found, root) = load_catalogue(), _fields_of(shape)
    data = copy.deepcopy(market_of(*shape))
    names = _names(data, catalogue)
    for path, schema in draw(st.lists(st.sampled_from(found), max_size=most, unique_by=lambda field: field[0])):
        put(data, path, draw(_values(path, schema, names, root), label=".".join(path)))
    put(data, ("customers",), draw(st.integers(1, MOST_CUSTOMERS)))
    for table, key in (("programme", "order"), *((f"firms.{name}.trend", "order") for name in data["firms"])):
        _complete(data, tuple(table.split(".")), key, catalogue)
    for segment in data["segments"].values():
        for key in ("information_contacts", "buying_centre"):
            if key in segment:
                segment[key] = sorted(segment[key])
    if isinstance(data.get("shock"), dict):
        data["shock"] = {"start_week": 1, "weeks": 5, "digital_taste": 0.5} | data["shock"]
    return _summing(data)


def _values(path: Path, schema: Schema, names: Mapping[str, Values], root: Schema) -> Values:
    """What a field may be; effects lie in their declared ranges, because their sum must keep within bounds."""
    if path[0] == "effects":
        return st.floats(*_effect_ranges()[".".join(path[1:])])
    if path[-2:-1] == ("staff",):
        return st.integers(0, MOST_PEOPLE)
    if path[0] in ("parameters", "sources") or path[-1] not in names:
        return allowed(schema, root)
    return names[path[-1]]


@cache
def _effect_ranges() -> dict[str, tuple[float, float]]:
    catalogue = load_catalogue()
    effects = (*catalogue.effects(), *catalogue.measure_effects())
    return {name: effect.range or tuple(sorted((0.0, effect.value))) for name, _, effect in effects}


def _complete(data: dict[str, Any], table: Path, key: str, catalogue: Catalogue) -> None:
    """Give an order what its tools require."""
    for part in table:
        data = data.get(part) or {}
    order: list[str] = []

    def append(tool: str) -> None:
        for required in catalogue.tools[tool].requires:
            append(required)
        if tool not in order:
            order.append(tool)

    for tool in data.get(key, ()):
        append(tool)
    if key in data:
        data[key] = order


@st.composite
def spoilt(draw: st.DrawFn, shape: tuple[int, int] = SHIPPED) -> tuple[dict[str, Any], str]:
    """Draw a scenario with one field that is not as declared, or is not known, and the dotted path of it."""
    found, root = _fields_of(shape)
    data = copy.deepcopy(market_of(*shape))
    path, schema = draw(st.sampled_from([field for field in found if not FREE & set(field[0])]))
    if draw(st.booleans()):
        path = (*path[:-1], draw(st.sampled_from(["unknown", f"{path[-1]}x", "\x1b[31m", ""])))
        put(data, path, 1)
    else:
        put(data, path, draw(wrong(schema, root)))
    return data, ".".join(path)
