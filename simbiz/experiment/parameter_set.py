"""A set of parameter points that `simbiz calibrate` has found, read back from its result folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simbiz.compilation import source_digest
from simbiz.errors import InputError

FILE = "calibrate.json"
KIND = "parameter set"


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
    file = folder / FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        make = f"simbiz calibrate --out {folder}"
        raise InputError(f"no set of parameter points is there; this makes one: {make}", file=file) from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise InputError("is no set of parameter points; simbiz calibrate makes one", file=file)
    if found["model"] != source_digest():
        renew = f"simbiz calibrate {found['scenario']} --to {found['to']} --out {folder}"
        raise InputError(f"was made by another version of the model; this renews it: {renew}", file=file)
    points = [point["values"] for point in found["points"] if point["passes"]]
    if not points:
        raise InputError(f"none of its {len(found['points'])} points passes: more points are needed", file=file)
    return ParameterSet(points, {path: bound["range"] for path, bound in found["bounds"].items()}, found["scenario"])
