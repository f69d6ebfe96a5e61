"""One number of a scenario explained: what it means, what it is, and where its present value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.catalogue.record import Record
from simbiz.errors import InputError, did_you_mean
from simbiz.scenario import Scenario, load_scenario
from simbiz.scenario.files import chain, find_scenario, parts_of
from simbiz.scenario.uncertain_values import uncertain_values

CATALOGUE = "the catalogue: as shipped"
DEFAULT = "nothing sets it: the default"
COMMAND_LINE = "--set"


@dataclass(frozen=True)
class Setting:
    """A value that a scenario file can set.

    Parameters
    ----------
    key : str
        Dotted path, as --set takes it.
    meaning : str
        What it is.
    value : Any
        Present value; a table of values where the key names a table.
    origin : str
        File and line that set the value, or where it comes from otherwise.
    facts : dict
        unit, range, bounds, role, evidence, source: what is declared of it, in plain data.
    """

    key: str
    meaning: str
    value: Any
    origin: str
    facts: dict[str, Any]


def setting(name: str | Path, key: str, changes: Mapping[str, Any] | None = None) -> Setting:
    """Explain a key.

    Parameters
    ----------
    name : str or Path
        Scenario.
    key : str
        Dotted path such as ``market.growth``; a parameter, mechanism or effect may go without its table.
    changes : mapping, optional
        Values that --set changes.

    Raises
    ------
    InputError
        If there is no such key; the message suggests the nearest.
    """
    catalogue = load_catalogue()
    scenario = load_scenario(name, changes)
    full = _full_key(key, scenario, catalogue)
    table, _, inner = full.partition(".")
    origin = _origin(find_scenario(name), full, changes or {})
    if table == "parameters" and inner:
        parameter = catalogue.parameters[inner]
        facts = parameter.model_dump(mode="json", exclude={"meaning", "value"}) | _values_of_segments(scenario, inner)
        value = scenario.parameters.get(inner, parameter.value)
        return Setting(full, parameter.meaning, value, origin or CATALOGUE, _cited(facts, catalogue))
    if table == "mechanisms" and inner:
        mechanism = catalogue.mechanisms[inner]
        on = scenario.mechanisms.get(inner, True)
        return Setting(full, mechanism.meaning, on, origin or CATALOGUE, {"off": mechanism.off})
    if table == "effects" and inner:
        return _effect(full, inner, scenario, origin, catalogue)
    value = _value(scenario, full)
    return Setting(full, _description(full), value, origin or DEFAULT, _facts(scenario, full, catalogue))


def _facts(scenario: Scenario, key: str, catalogue: Catalogue) -> dict[str, Any]:
    """What is declared of a plain value: where it comes from, and what it may be where nobody knows it exactly."""
    declared = uncertain_values(scenario, catalogue).get(key)
    facts: dict[str, Any] = {}
    if declared is not None:
        what = {"unit", "levels"} if declared.range is None else {"unit", "range", "distribution"}
        facts = declared.model_dump(mode="json", include={*what, "source"})
    source = _declared_source(scenario, key)
    return facts | {"source": source} if source else facts


def _effect(full: str, name: str, scenario: Scenario, origin: str | None, catalogue: Catalogue) -> Setting:
    effects = {known: effect for known, _, effect in (*catalogue.effects(), *catalogue.measure_effects())}
    effect = effects[name]
    attribute = catalogue.firm_attributes[effect.attribute]
    facts = effect.model_dump(mode="json", exclude={"value", "attribute"}) | {"unit": attribute.effect_unit}
    holder = name.partition(".")[0].replace("_", " ")
    meaning = f"what {holder} changes: {attribute.effect_meaning}"
    value = scenario.effects.get(name, effect.value)
    return Setting(full, meaning, value, origin or CATALOGUE, _cited(facts, catalogue))


def setting_keys(scenario: Scenario, catalogue: Catalogue | None = None) -> Iterator[str]:
    """Every key that can be explained in a scenario, dotted."""
    catalogue = catalogue or load_catalogue()
    yield from _keys(scenario.model_dump(mode="json", exclude={"parameters", "mechanisms", "effects", "sources"}))
    yield from (f"parameters.{name}" for name in catalogue.parameters)
    yield from (f"mechanisms.{name}" for name in catalogue.mechanisms)
    yield from (f"effects.{name}" for name, _, _ in (*catalogue.effects(), *catalogue.measure_effects()))


def _keys(data: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in data.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{name}.")


def _full_key(key: str, scenario: Scenario, catalogue: Catalogue) -> str:
    known = list(setting_keys(scenario, catalogue))
    if key in known:
        return key
    for table in ("parameters", "mechanisms", "effects"):
        if f"{table}.{key}" in known:
            return f"{table}.{key}"
    short = [name.partition(".")[2] for name in known if name.startswith(("parameters.", "mechanisms.", "effects."))]
    raise InputError(f"{key} is not a key of {scenario.name}.{did_you_mean(key, [*known, *short])}")


def _origin(path: Path, key: str, changes: Mapping[str, Any]) -> str | None:
    """File and line of the first file that sets a key or a table that holds it whole; None where no file does."""
    parts = parts_of(key)
    if any(parts[: len(parts_of(changed))] == parts_of(changed) for changed in changes):
        return COMMAND_LINE
    written = ("effects", *key.split(".")[1:]) if parts[0] == "effects" else parts
    for file in chain(path):
        for place in (parts, written):
            if place in file.lines:
                return f"{file.path}:{file.lines[place]}"
    return None


def _value(scenario: Scenario, key: str) -> Any:
    value: Any = scenario.model_dump(mode="json")
    for part in key.split("."):
        value = value[part]
    return value


def _description(key: str) -> str:
    """What the records of scenario files say of a key."""
    record: type[Record] | None = Scenario
    meaning = ""
    parts = key.split(".")
    while parts and record is not None:
        field = record.model_fields[parts.pop(0)]
        meaning = field.description or meaning
        inner = next(_records_in(field.annotation), None)
        is_table_of_records = inner is not None and inner is not field.annotation and parts
        if is_table_of_records and dict in _origins(field.annotation):
            parts.pop(0)
        record = inner
    return meaning


def _records_in(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in get_args(annotation):
        yield from _records_in(argument)


def _origins(annotation: Any) -> set[Any]:
    return {getattr(annotation, "__origin__", None), *(getattr(a, "__origin__", None) for a in get_args(annotation))}


def _declared_source(scenario: Scenario, key: str) -> str | None:
    """What the scenario's [sources] say of a key; the first pattern that fits counts."""
    return next((text for pattern, text in scenario.sources.items() if fnmatchcase(key, pattern)), None)


def _values_of_segments(scenario: Scenario, parameter: str) -> dict[str, Any]:
    own = {name: one.parameters[parameter] for name, one in scenario.segments.items() if parameter in one.parameters}
    return {"of_segments": own} if own else {}


def _cited(facts: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Facts with the whole citation of their source."""
    source = catalogue.sources.get(facts.get("source", ""))
    return facts | {"citation": source.citation} if source else facts
