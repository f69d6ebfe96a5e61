"""Study files of every kind, drawn from the JSON schema of study files; worlds in them are tiny."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

from fuzzed_scenarios import fields, put
from fuzzed_values import WRONG, Schema, Values, allowed, wrong
from hypothesis import strategies as st

from simbiz.catalogue import load_catalogue
from simbiz.runs.kinds import kinds
from simbiz.runs.study import Study
from simbiz.runs.study_file import experiment_names, load_study
from simbiz.runs.study_schema import study_schema
from simbiz.scenario import scenario_names

TINY = {
    "calendar.burn_in_weeks": 52,
    "calendar.years": 1,
    "customers": 20,
    "fit.tolerance": 100.0,
    "fit.check_rest": False,
}
TOOLS = ["bpm_crm", "smm", "website"]
MOST_PLANNED = 16  # of points, seeds, steps: beyond that a plan is looked at no more
NEEDS_A_SET = "claims_over"
SEEDS_AND_WORLD = {"set", "customers", "first_seed", "design_seed"}
FIXED = {"kind", "set", "customers", "extends"}


@cache
def shipped_study(kind: str) -> dict[str, Any]:
    """Settings of the smallest shipped study of a kind, as plain data."""
    study = next(one for one in reversed(_shipped()) if one.kind == kind)
    data = study.settings.model_dump(mode="json", exclude_defaults=True, exclude_none=True) | {"kind": kind}
    if kind == "orders census":
        data["tools"] = TOOLS
    return data | {"set": TINY}


@cache
def _shipped() -> list[Study[Any]]:
    return [load_study(name) for name in experiment_names() if name != NEEDS_A_SET]


@cache
def _fields_of(kind: str) -> tuple[list[tuple[tuple[str, ...], Schema]], Schema]:
    root = study_schema(kind)
    found = [(path, one) for path, one in fields(shipped_study(kind), root, root) if path and path[0] not in FIXED]
    return found, root


def _named(field: str) -> Values | None:
    """What a field may name that its schema does not list."""
    metrics = st.sampled_from(list(load_catalogue().metrics))
    return {
        "scenario": st.sampled_from([*scenario_names(), "nowhere"]),
        "outcome": metrics,
        "outcomes": st.lists(metrics | st.sampled_from(["share", "claims", "share.value"]), min_size=1, max_size=2),
        "metrics": st.lists(metrics, max_size=2),
        "structure": st.just({}),
        "over": st.none(),
    }.get(field)


@st.composite
def studies(draw: st.DrawFn, most: int = 4) -> dict[str, Any]:
    """Draw settings of a study of any kind, every one as declared."""
    kind = draw(st.sampled_from(list(kinds())))
    found, root = _fields_of(kind)
    data = copy.deepcopy(shipped_study(kind))
    for path, schema in draw(st.lists(st.sampled_from(found), max_size=most, unique_by=lambda field: field[0])):
        named = _named(path[-1])
        put(data, path, draw(allowed(schema, root) if named is None else named, label=".".join(path)))
    return data


@st.composite
def spoilt_studies(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Draw settings with one that is not as declared, or not known, and where it stands."""
    kind = draw(st.sampled_from(list(kinds())))
    found, root = _fields_of(kind)
    data = copy.deepcopy(shipped_study(kind))
    path, schema = draw(st.sampled_from(found))
    if draw(st.booleans()):
        path = (*path[:-1], draw(st.sampled_from(["unknown", f"{path[-1]}x", "\x1b[31m", ""])))
        put(data, path, draw(st.sampled_from(WRONG)))
    else:
        put(data, path, draw(wrong(schema, root)))
    return data, ".".join(path)


def numbers(value: Any) -> Iterator[int]:
    """Every whole number in plain data."""
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def is_small(data: dict[str, Any]) -> bool:
    """Whether the plan of a study is made at once; seeds cost nothing however large they are."""
    sizes = {name: value for name, value in data.items() if name not in SEEDS_AND_WORLD}
    return max(numbers(sizes), default=0) <= MOST_PLANNED
