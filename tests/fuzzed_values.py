"""Values of every kind that a JSON schema allows, and others that it does not: what is declared is what is tried.

Ends of ranges come often, because that is where rules break.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

LARGEST = 2**63 - 1
LONGEST = 4

Schema = Mapping[str, Any]
Values = st.SearchStrategy[Any]

ANYTHING = (0, 1, -1, 0.5, "", "text", True, [], ["text"], {}, {"a": 1})
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf")), max_size=20)


def resolved(schema: Schema, root: Schema) -> Schema:
    """Follow a reference."""
    return root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def allowed(schema: Schema, root: Schema) -> Values:
    """Give values that a schema allows; `true` allows everything."""
    schema = {} if schema is True else resolved(schema, root)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([allowed(one, root) for one in schema["anyOf"]])
    if "type" not in schema:
        return st.sampled_from(ANYTHING)
    return OF_TYPE[schema["type"]](schema, root)


def _numbers(schema: Schema, root: Schema) -> Values:
    low, high = (
        schema.get(f"exclusive{name.capitalize()}", schema.get(name, end))
        for name, end in (("minimum", -1.7e308), ("maximum", 1.7e308))
    )
    open_ends = {"exclude_min": "exclusiveMinimum" in schema, "exclude_max": "exclusiveMaximum" in schema}
    ends = [end for end, name in ((low, "exclude_min"), (high, "exclude_max")) if not open_ends[name]]
    floats = st.floats(low, high, allow_nan=False, allow_infinity=False, **open_ends)
    return st.sampled_from([float(end) for end in ends]) | floats if ends else floats


def _wholes(schema: Schema, root: Schema) -> Values:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -LARGEST - 1) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", LARGEST + 1) - 1)
    step = schema.get("multipleOf", 1)
    found = st.integers(-(-low // step), high // step).map(lambda number: number * step)
    return st.sampled_from([low, high]) | found if step == 1 else found


def _arrays(schema: Schema, root: Schema) -> Values:
    if "prefixItems" in schema:
        return st.tuples(*(allowed(one, root) for one in schema["prefixItems"])).map(list)
    least = schema.get("minItems", 0)
    unique = schema.get("uniqueItems", False)
    return st.lists(allowed(schema["items"], root), min_size=least, max_size=least + LONGEST, unique=unique)


def _tables(schema: Schema, root: Schema) -> Values:
    known = {name: allowed(one, root) for name, one in schema.get("properties", {}).items()}
    more = schema.get("additionalProperties", False)
    if known:
        return st.fixed_dictionaries({}, optional=known)
    return st.dictionaries(texts, allowed(more, root), max_size=LONGEST) if more else st.just({})


OF_TYPE = {
    "number": _numbers,
    "integer": _wholes,
    "string": lambda schema, root: texts,
    "boolean": lambda schema, root: st.booleans(),
    "null": lambda schema, root: st.none(),
    "array": _arrays,
    "object": _tables,
}

WRONG = (
    "", "text", "\u202e", "\x1b[2J", -1, -1.5, 10**18, 1e300, -1e300, float("nan"), float("inf"), [], {}, [[]], True,
    {"a": 1}, ["", ""], [-1, 1], "../../x",
)  # fmt: skip


def wrong(schema: Schema, root: Schema) -> Values:
    """Give values of another type, or beyond the ends, than a schema allows."""
    from jsonschema import Draft202012Validator

    check = Draft202012Validator({**schema, "$defs": root.get("$defs", {})})
    refused = [value for value in WRONG if not check.is_valid(_plain(value))]
    return st.sampled_from(refused)


def _plain(value: Any) -> Any:
    # A schema knows no numbers that are not finite: what is not valid as a text is not valid at all.
    return "nan" if value in (float("inf"),) or value != value else value
