"""What the file of a study of claims under uncertainty may say, checked against claims and scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Number, Place, Seed, Text, TwoOrMore, refuse, unknown
from simbiz.errors import InputError
from simbiz.runs.study import StudySettings
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.claims.cases import TESTS
from simbiz.studies.claims.horizons import FULL_YEAR_AFTER, HORIZONS
from simbiz.studies.claims.statistics import COMPARATORS
from simbiz.studies.claims.study import Names
from simbiz.studies.uncertainty.points import DECLINE, GROWTH, RIVALS, VECTOR
from simbiz.studies.uncertainty.shares import Key

NEEDS = (
    *("market_share", "market_value", "revenue", "profit", "productivity", "digitalization_rate", "tools_mastered"),
    *("access", "appeal", "journey_effort", "awareness", "lead_survival"),
)


class ClaimsUncertaintySettings(StudySettings):
    """What the file of the study may say.

    `points` of the hypercube, whose seed is `design_seed`; `growth` of the market between two limits; the `structure`
    in variants, by name, each with what it changes in a scenario by dotted path. With `over`, the result folder of a
    calibration, the parameters are those of the points of it that pass, in the place of their declared ranges.
    `discover` names the claim whose region is searched: reading | comparator | horizon.
    """

    kind: Literal["claims under uncertainty"]
    points: TwoOrMore
    design_seed: Seed = 1
    growth: tuple[Number, Number] | None = None
    declines: Names
    rivals: Names
    structure: dict[Text, dict[Text, dict[Text, Any]]] = Field(default_factory=dict)
    over: Text | None = None
    discover: Text | None = None


def claim_metrics() -> list[str]:
    """Metrics that some claim, joint set or null forecast reads."""
    statistics = {one.statistic for claim in load_catalogue().claims.values() for one in claim.readings.values()}
    words = {part for statistic in statistics for part in statistic.split()}
    return [name for name in load_catalogue().metrics if name in words or name in NEEDS]


def outcome_key(text: str, place: Place = lambda path: (None, None)) -> Key:
    """Key of a claim from ``reading | comparator | horizon``, with ``| match`` where not reaching is meant.

    Raises
    ------
    InputError
        For a part that does not exist.
    """
    parts = [part.strip() for part in text.split("|")]
    catalogue = load_catalogue().claims
    readings = [f"{name}.{reading}" for name, claim in catalogue.items() for reading in claim.readings]
    allowed: list[tuple[str, Sequence[str]]] = [
        *(("reading", readings), ("comparator", COMPARATORS), ("horizon", HORIZONS), ("test", TESTS)),
    ]
    if not 3 <= len(parts) <= len(allowed):
        message = f"discover: {text!r} must be reading | comparator | horizon, such as {_example()}"
        raise refuse(message, ["discover"], place)
    for part, (what, names) in zip(parts, allowed, strict=False):
        if part not in names:
            raise unknown(part, what, names, ["discover"], place, "simbiz list claims")
    reading, comparator, horizon, test = (*parts, "reach")[:4]
    return reading, test, comparator, horizon


def _example() -> str:
    return f"share.value | {COMPARATORS[-1]} | {FULL_YEAR_AFTER}"


def check_structure(scenario: Scenario, structure: Mapping[str, Any], place: Place) -> None:
    """Refuse variants of the structure that are no variants, or that the scenario cannot take."""
    for name, levels in structure.items():
        if name in (DECLINE, RIVALS, VECTOR, GROWTH) or len(levels) < 2:
            message = f"structure.{name}: a variant of the structure needs a name of its own and two levels at least"
            raise refuse(message, ["structure", name], place)
        for level, changes in levels.items():
            try:
                with_changes(scenario, changes)
            except InputError as error:
                raise refuse(error.message, ["structure", name, level], place) from None
