"""What a calibration may be given: laws as its target, and parameters inside their declared ranges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import MOST_AT_ONCE, OneOrMore, Text
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.runs.study import StudySettings
from simbiz.studies.sensitivity.uncertainty import Uncertainty

TARGETS = ("patterns",)


class CalibrationSettings(StudySettings):
    """What the file of a calibration may say."""

    kind: Literal["calibrate"]
    to: Text = "patterns"
    points: OneOrMore
    fewest: Annotated[int, Strict(), Field(ge=0, le=MOST_AT_ONCE)]
    search: Annotated[int, Strict(), Field(ge=0, le=MOST_AT_ONCE)]
    parameters: Annotated[tuple[Text, ...], Field(min_length=1)]


def refuse_claims(target: str) -> None:
    """Refuse everything but the laws as what is calibrated to, and say so of what a claim is about.

    Raises
    ------
    InputError
        If the target is not one of `TARGETS`.
    """
    if target in TARGETS:
        return
    allowed = f"allowed: {one_of(TARGETS)}"
    if target.replace("-", "_") in claim_quantities():
        raise InputError(f"{target} is what a claim is about: claims are tested and never fitted; {allowed}")
    raise InputError(f"{target} is nothing to calibrate to; {allowed}.{did_you_mean(target, TARGETS)}")


def claim_quantities() -> set[str]:
    """Names of claims, of their readings, of the numbers they print and of the statistics they are about."""
    found: set[str] = set()
    for name, claim in load_catalogue().claims.items():
        found |= {name, *claim.printed}
        for reading, one in claim.readings.items():
            found |= {f"{name}.{reading}", one.statistic}
    return found | {*load_catalogue().metrics}


def varied(names: tuple[str, ...]) -> list[Uncertainty]:
    """Parameters with their declared ranges.

    Raises
    ------
    InputError
        If one is not declared, has no range or stands there twice.
    """
    known = load_catalogue().parameters
    with_range = [name for name, one in known.items() if one.range is not None and one.role == "uncertainty"]
    found = []
    for number, name in enumerate(names):
        if name not in known:
            raise InputError(f"{name} is not a parameter.{did_you_mean(name, known)}")
        parameter = known[name]
        if name not in with_range or parameter.range is None:
            raise InputError(f"{name} is a {parameter.role}: only an uncertainty with a range can be calibrated")
        if name in names[:number]:
            raise InputError(f"{name} stands in parameters twice")
        found.append(Uncertainty(f"parameters.{name}", *parameter.range, parameter.distribution))
    return found
