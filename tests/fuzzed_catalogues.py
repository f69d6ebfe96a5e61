"""Tables of the catalogue in which some fields are not as shipped, drawn from what their records declare.

The numbers of tools, channels and parameters stay as they are, because they decide how compiled code is laid out; that
further ones need no code is tested elsewhere.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from fuzzed_scenarios import fields, put
from fuzzed_values import WRONG, Schema, allowed, wrong
from hypothesis import strategies as st
from worlds import shipped_table

from simbiz.catalogue import STAGES, load_catalogue
from simbiz.catalogue.tables import Channel, Measure, Mechanism, Parameter, Tool

RECORDS = {
    "parameters": Parameter,
    "channels": Channel,
    "tools": Tool,
    "measures": Measure,
    "mechanisms": Mechanism,
}
MOST_CHANGES = 3
FREE = {"off"}  # a table whose keys name something else
STAND = {"bounds"}  # what a rule can stand is for its author to say


@cache
def _fields(table: str) -> tuple[list[tuple[tuple[str, ...], Schema]], Schema]:
    schema = RECORDS[table].model_json_schema()
    found = []
    for name, record in shipped_table(table).items():
        found += [((name, *path), one) for path, one in fields(record, schema, schema) if path[-1] not in STAND]
    return found, schema


@st.composite
def changed_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one table as plain data, with some fields not as shipped."""
    table = draw(st.sampled_from(list(RECORDS)))
    found, root = _fields(table)
    data = copy.deepcopy(shipped_table(table))
    for path, schema in draw(st.lists(st.sampled_from(found), min_size=1, max_size=MOST_CHANGES)):
        named = _named(path[-1])
        put(data, path, _writable(draw(allowed(schema, root) if named is None else named, label=".".join(path))))
    return {table: data}


@st.composite
def spoilt_tables(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Draw one table with a field that is not as declared, or is not known, and the dotted path of it."""
    table = draw(st.sampled_from(list(RECORDS)))
    found, root = _fields(table)
    data = copy.deepcopy(shipped_table(table))
    path, schema = draw(st.sampled_from([field for field in found if not FREE & set(field[0])]))
    if draw(st.booleans()):
        path = (path[0], draw(st.sampled_from(["unknown", "\x1b[31m", ""])))
        put(data, path, draw(st.sampled_from(WRONG)))
    else:
        put(data, path, draw(wrong(schema, root)))
    return {table: data}, ".".join((table, *path))


def _writable(value: Any) -> Any:
    """Value without the keys that have none: TOML has no null."""
    if isinstance(value, list):
        return [_writable(one) for one in value]
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items() if one is not None}
    return value


def _named(field: str) -> st.SearchStrategy[Any] | None:
    """What a field may name."""
    catalogue = load_catalogue()
    tools, roles = list(catalogue.tools), sorted({role for tool in catalogue.tools.values() for role in tool.roles})
    return {
        "source": st.sampled_from(list(catalogue.sources)),
        "requires": st.lists(st.sampled_from(tools), max_size=2),
        "roles": st.lists(st.sampled_from(roles), unique=True, max_size=4),
        "serves": st.lists(st.sampled_from(STAGES), unique=True),
        "effects": None,
        "attribute": st.sampled_from(list(catalogue.firm_attributes)),
    }.get(field)
