"""What a study was asked, kept in its folder: settings, and scenarios with every value they use.

A folder is understood from these files alone, whatever becomes of the scenarios and the catalogue of the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simbiz.catalogue.record import checked
from simbiz.errors import InputError
from simbiz.result.folder import INPUTS, open_folder, read_json, write_json
from simbiz.scenario import Scenario, resolved, scenario_digest

SCHEMA_VERSION = 1
SCENARIOS = "scenarios"


def write_scenario(folder: Path, scenario: Scenario) -> str:
    """Write scenarios/<name>.json in a result folder, once.

    Parameters
    ----------
    folder : Path
        Result folder.
    scenario : Scenario
        The scenario.

    Returns
    -------
    str
        The name: that of the scenario and 12 hexadecimal digits of its content.
    """
    content = scenario_content(scenario)
    name = f"{scenario.name}-{scenario_digest(content)[:12]}"
    path = open_folder(folder / SCENARIOS) / f"{name}.json"
    if not path.exists():
        write_json(path, {"schema_version": SCHEMA_VERSION, "name": name, **content})
    return name


def scenario_content(scenario: Scenario) -> dict[str, Any]:
    """A scenario as its file says it, with all defaults, and as a run sees it, with every parameter, tool, channel."""
    return {"scenario": scenario.model_dump(mode="json"), "resolved": resolved(scenario)}


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read a scenario of a result folder.

    Raises
    ------
    InputError
        If it is missing, damaged, or not what its name says.
    """
    return checked(Scenario, stored_scenario(folder, name)["scenario"], lambda path: (_path(folder, name), None))


def stored_scenario(folder: Path, name: str) -> dict[str, Any]:
    """Content of a scenario file of a result folder, which its name answers for."""
    path = _path(folder, name)
    data = read_json(path)
    require_version(data, SCHEMA_VERSION, path)
    content = {part: data.get(part) for part in ("scenario", "resolved")}
    if not name.endswith(scenario_digest(content)[:12]):
        raise InputError("was changed: its content is not the one its name stands for", file=path)
    return content


def _path(folder: Path, name: str) -> Path:
    return folder / SCENARIOS / f"{name}.json"


def scenario_files(folder: Path) -> Iterator[str]:
    """Names of the scenarios of a result folder."""
    for path in sorted((folder / SCENARIOS).glob("*.json")):
        yield path.stem


def write_inputs(folder: Path, inputs: Mapping[str, Any]) -> None:
    """Write study.json.

    Parameters
    ----------
    folder : Path
        Result folder.
    inputs : mapping
        name, id, kind and settings of the study, and the name of its scenario's file.
    """
    write_json(open_folder(folder) / INPUTS, {"schema_version": SCHEMA_VERSION, **inputs})


def read_inputs(folder: Path) -> dict[str, Any]:
    """Read study.json.

    Raises
    ------
    InputError
        If it is missing or damaged, or written by a later version.
    """
    data = read_json(folder / INPUTS)
    require_version(data, SCHEMA_VERSION, folder / INPUTS)
    for name, kind in (("name", str), ("id", str), ("settings", dict)):
        if not isinstance(data.get(name), kind):
            raise InputError(f"is damaged: it has no {name}", file=folder / INPUTS)
    return data


def require_version(data: Mapping[str, Any], newest: int, path: Path) -> None:
    """Refuse a file that a later version wrote, or that does not say which version did."""
    found = data.get("schema_version")
    if not isinstance(found, int):
        raise InputError("is damaged: it has no schema_version", file=path)
    if found > newest:
        raise InputError(
            f"was written by a later simbiz (schema_version {found}; this one reads up to {newest}): update simbiz",
            file=path,
        )
