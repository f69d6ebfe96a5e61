"""What a calibration may be given: laws as its target, and parameters inside their declared ranges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from simbiz import toml_file
from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Count, Positive, Record, Text, checked
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.experiment.sensitivity import Uncertainty
from simbiz.experiment.study_file import find_experiment

TARGETS = ("patterns",)
Whole = Annotated[int, Strict(), Field(ge=1)]


class CalibrateSettings(Record):
    """What experiments/calibrate.toml says."""

    kind: Literal["calibrate"]
    to: Text
    scenario: Text
    customers: Whole
    fit_tolerance: Positive
    first_seed: Count
    replicates: Whole
    points: Whole
    fewest: Count
    search: Count
    parameters: Annotated[tuple[Text, ...], Field(min_length=1)]


def calibrate_settings(name: str) -> CalibrateSettings:
    """Settings by path or by name, their target and their parameters checked against the catalogue.

    Raises
    ------
    InputError
        For the first mistake, with file and line.
    """
    file = toml_file.read(find_experiment(name))
    settings = checked(CalibrateSettings, file.data, lambda path: (file.path, file.line_of(path)))
    try:
        refuse_claims(settings.to)
    except InputError as error:
        raise InputError(error.message, file=file.path, line=file.line_of(["to"])) from None
    try:
        varied(settings.parameters)
    except InputError as error:
        raise InputError(error.message, file=file.path, line=file.line_of(["parameters"])) from None
    return settings


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
