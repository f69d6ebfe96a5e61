"""A set of parameter points that `simbiz calibrate` has found, read back from its result folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from simbiz.catalogue.record import Flag, Number, Record, Text, checked
from simbiz.compilation import source_digest
from simbiz.errors import InputError
from simbiz.results.folder import part_of, read_json

FILE = "calibrate.json"
KIND = "parameter set"


class _Part(Record):
    """What is read of a part of the report; whatever else it says is for people."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Point(_Part):
    """A point that was tried."""

    passes: Flag
    values: dict[Text, Number]


class _Bound(_Part):
    """Where the points of the set lie in one dimension, and where they could have lain."""

    range: tuple[Number, Number]


class _Report(_Part):
    """The report of a calibration."""

    model: Text
    scenario: Text
    to: Text
    points: tuple[_Point, ...]
    bounds: dict[Text, _Bound]


@dataclass(frozen=True)
class ParameterSet:
    """Points that pass.

    Parameters
    ----------
    points : list of dict
        Values by dotted path.
    ranges : dict
        Declared range by dotted path.
    scenario : str
        Where the set was found.
    """

    points: list[dict[str, float]]
    ranges: Mapping[str, Any]
    scenario: str


def read_set(folder: Path) -> ParameterSet:
    """Read the points that pass.

    Raises
    ------
    InputError
        If the folder holds no set, one that another version of the model gave, or one in which no point passes.
    """
    file = part_of(folder, FILE)
    if not file.is_file():
        make = f"simbiz calibrate --out {folder}"
        raise InputError(f"no set of parameter points is there; this makes one: {make}", file=file)
    data = read_json(file)
    if data.get("kind") != KIND:
        raise InputError("is no set of parameter points; simbiz calibrate makes one", file=file)
    found = checked(_Report, data, lambda path: (file, None))
    if found.model != source_digest():
        renew = f"simbiz calibrate {found.scenario} --to {found.to} --out {folder}"
        raise InputError(f"was made by another version of the model; this renews it: {renew}", file=file)
    points = [point.values for point in found.points if point.passes]
    if not points:
        raise InputError(f"none of its {len(found.points)} points passes: more points are needed", file=file)
    return ParameterSet(points, {path: list(bound.range) for path, bound in found.bounds.items()}, found.scenario)
