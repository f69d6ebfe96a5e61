"""JSON schema of scenario files, so that editors complete and check them while they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.catalogue import DIMENSIONS, Catalogue, load_catalogue
from simbiz.catalogue.tables import ScenarioValue
from simbiz.scenario.possible import effect_bounds
from simbiz.scenario.records import Scenario
from simbiz.scenario.uncertain_values import EVERY

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema(catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Schema of a scenario file.

    Names that the catalogue declares are listed, with their meanings and bounds. Nothing is required, because a file
    may extend another one; what only a whole scenario can tell, `simbiz check` does.

    Parameters
    ----------
    catalogue : Catalogue, optional
        Where names come from; the shipped one by default.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.
    """
    catalogue = catalogue or load_catalogue()
    schema = Scenario.model_json_schema()
    definitions = schema["$defs"]
    for record in (schema, *definitions.values()):
        record.pop("required", None)
    properties = schema["properties"]
    numbers = {name: _number(one.meaning, one.unit, one.bounds) for name, one in catalogue.parameters.items()}
    switches = {name: {"type": "boolean", "description": one.meaning} for name, one in catalogue.mechanisms.items()}
    _name_keys(properties["parameters"], numbers)
    _name_keys(definitions["Segment"]["properties"]["parameters"], numbers)
    _name_keys(properties["mechanisms"], switches)
    # An effect may be written with its dots as a quoted key or as tables, so its names are not closed.
    properties["effects"]["additionalProperties"] = True
    properties["effects"]["properties"] = _effects(catalogue)
    tools = {"type": "array", "items": {"enum": list(catalogue.tools)}, "uniqueItems": True}
    for record, key in (("Programme", "order"), ("Trend", "order"), ("Firm", "starting_tools")):
        definitions[record]["properties"][key] |= tools
    channels = definitions["Profile"]["properties"]["channels"]
    _name_keys(channels, dict.fromkeys(catalogue.channels, channels["additionalProperties"]))
    quality = definitions["Profile"]["properties"]["service_quality"]
    of_a_dimension = quality["additionalProperties"] | _within(catalogue, "service_quality")
    _name_keys(quality, dict.fromkeys(DIMENSIONS, of_a_dimension))
    state = definitions["ChannelState"]["properties"]
    state["quality"] |= _within(catalogue, "channel_quality")
    state["hours"] |= _within(catalogue, "response_hours")
    measures = definitions["Firm"]["properties"]["measures"]
    _name_keys(measures, dict.fromkeys(catalogue.measures, measures["additionalProperties"]))
    for value in catalogue.scenario_values.values():
        _say_uncertain(schema, value)
    extends = {"type": "string", "description": "scenario whose values hold where this file says nothing"}
    schema["properties"] = {"extends": extends, **properties}
    return {"$schema": DIALECT, **schema, "title": "simbiz scenario"}


def _say_uncertain(schema: dict[str, Any], value: ScenarioValue) -> None:
    """Add what a value may be to what editors show of its key."""
    where: Any = schema
    for part in value.path.split("."):
        if "$ref" in where:
            where = schema["$defs"][where["$ref"].rpartition("/")[2]]
        where = where["additionalProperties"] if part == EVERY else where["properties"][part]
    kind = f" of a segment of kind {value.segment_kind}" if value.segment_kind else ""
    levels = [list(level) if isinstance(level, tuple) else level for level in value.levels or ()]
    among = f"one of {str(levels)[1:-1]}" if levels else "{:g} to {:g}".format(*value.range or ())
    where["description"] = f"{where.get('description', '')}; uncertain{kind}: {among} {value.unit}"


def _number(meaning: str, unit: str, bounds: tuple[float, float]) -> dict[str, Any]:
    return {"type": "number", "description": f"{meaning} ({unit})", "minimum": bounds[0], "maximum": bounds[1]}


def _within(catalogue: Catalogue, attribute: str) -> dict[str, float]:
    low, high = catalogue.firm_attributes[attribute].bounds
    return {"minimum": low, "maximum": high}


def _effects(catalogue: Catalogue) -> dict[str, Any]:
    found = {}
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        attribute = catalogue.firm_attributes[effect.attribute]
        found[name] = _number(attribute.effect_meaning, attribute.effect_unit, effect_bounds(effect, catalogue))
    return found


def _name_keys(table: dict[str, Any], known: Mapping[str, Any]) -> None:
    """Close a table: only these keys are allowed."""
    table["properties"] = dict(known)
    table["additionalProperties"] = False
