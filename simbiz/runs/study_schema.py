"""JSON schema of study files, so that editors complete and check them while they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from simbiz.catalogue import Catalogue, load_catalogue
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.runs.kinds import kind_named, kinds
from simbiz.scenario.records import Past, Rivals
from simbiz.scenario.schema import DIALECT

EXTENDS = {"type": "string", "description": "study whose settings hold where this file says nothing"}
ANY_LIST = {"type": "array", "minItems": 1, "description": "values; a table may say levels, low and high, or a range"}


def study_schema(kind: str | None = None, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Schema of study files.

    Nothing is required, because a file may extend another one; what only a whole study can tell, `simbiz check` and
    `simbiz experiment run --dry-run` do.

    Parameters
    ----------
    kind : str, optional
        Kind of study; by default what a file of any kind may say, checked by the kind that it names.
    catalogue : Catalogue, optional
        Where names come from; the shipped one by default.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    catalogue = catalogue or load_catalogue()
    if kind is not None:
        if kind not in kinds():
            raise InputError(f"{kind} is no kind of study; allowed: {one_of(kinds())}.{did_you_mean(kind, kinds())}")
        schema, records = _of_kind(kind, catalogue)
        return {"$schema": DIALECT, "title": f"simbiz study: {kind}", **schema, "$defs": records}
    found: dict[str, dict[str, Any]] = {}
    definitions: dict[str, Any] = {}
    for name in kinds():
        found[name], records = _of_kind(name, catalogue)
        definitions |= records
    # A file that extends another need not say its kind: what it says must then be right in some kind.
    properties = {key: _any_of([one["properties"][key] for one in found.values() if key in one["properties"]])
                  for key in dict.fromkeys(key for one in found.values() for key in one["properties"])}  # fmt: skip
    properties["kind"] = {"enum": list(kinds()), "description": "what is asked"}
    chosen = [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": {"properties": one["properties"], "propertyNames": {"enum": list(one["properties"])}},
        }
        for name, one in found.items()
    ]
    return {"$schema": DIALECT, "title": "simbiz study", "type": "object", "properties": properties,
            "additionalProperties": False, "allOf": chosen, "$defs": definitions}  # fmt: skip


def _any_of(schemas: Sequence[Any]) -> Any:
    different = [one for number, one in enumerate(schemas) if one not in schemas[:number]]
    return different[0] if len(different) == 1 else {"anyOf": different}


def _of_kind(kind: str, catalogue: Catalogue) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a file of a kind may say, and the records in it by name."""
    schema = kind_named(kind).Settings.model_json_schema()
    records = schema.pop("$defs", {})
    properties = schema["properties"]
    for key, names in _declared(kind, catalogue).items():
        if key in properties:
            properties[key] |= {"type": "array", "items": {"enum": list(names)}}
    if "factors" in properties:
        # A bare list stands for the values of a factor.
        factors = properties["factors"]
        factors["additionalProperties"] = {"anyOf": [factors["additionalProperties"], ANY_LIST]}
    return {
        "type": "object",
        "description": schema.get("description", ""),
        "properties": {"extends": EXTENDS, **properties},
        "additionalProperties": False,
    }, records


def _declared(kind: str, catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    """Names that a setting takes its values from, by setting."""
    known: dict[str, Sequence[str]] = {
        "mechanisms": list(catalogue.mechanisms),
        "tools": list(catalogue.tools),
        "declines": get_args(Past.model_fields["decline"].annotation),
        "rivals": get_args(Rivals.model_fields["mode"].annotation),
    }
    if kind == "calibrate":
        known["parameters"] = [name for name, one in catalogue.parameters.items() if one.role == "uncertainty"]
    if kind in ("compare", "sweep"):
        known["outcomes"] = list(catalogue.metrics)
    return known
