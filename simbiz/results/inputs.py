"""What a study was asked, kept in its folder: settings, and scenarios with every value they use.

A folder is understood from these files alone, whatever becomes of the scenarios and the catalogue of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simbiz.catalogue.record import checked
from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, open_folder, part_of, parts_in, plain_name, read_json, write_json
from simbiz.scenario import Scenario, resolved, scenario_digest

SCHEMA_VERSION = 1
SCENARIOS, PLANS = "scenarios", "plans"
SCENARIO_FILE, PLAN_FILE = re.compile(r".+-[0-9a-f]{12}\.json"), re.compile(r"[0-9a-f]{12}\.json")


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
    open_folder(part_of(folder, SCENARIOS))
    path = _path(folder, name)
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
    return part_of(folder, SCENARIOS, f"{name}.json")


def scenario_files(folder: Path) -> Iterator[str]:
    """Names of the scenarios of a result folder."""
    for path in parts_in(folder, SCENARIOS, SCENARIO_FILE):
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
    write_json(part_of(open_folder(folder), INPUTS), {"schema_version": SCHEMA_VERSION, **inputs})


def read_inputs(folder: Path) -> dict[str, Any]:
    """Read study.json.

    Raises
    ------
    InputError
        If it is missing or damaged, written by a later version, or a name in it is no plain one.
    """
    file = part_of(folder, INPUTS)
    data = read_json(file)
    require_version(data, SCHEMA_VERSION, file)
    for name, kind in (("name", str), ("id", str), ("settings", dict)):
        if not isinstance(data.get(name), kind):
            raise InputError(f"is damaged: it has no {name}", file=file)
    for name in ("name", "id", "kind", "scenario"):
        if name in data:
            plain_name(data[name], name, file)
    return data


def kind_in(inputs: Mapping[str, Any], manifest: Mapping[str, Any]) -> Any:
    """Kind of a study as its files say it; earlier versions said it in fewer of them."""
    settings = inputs.get("settings")
    said = (inputs.get("kind"), settings.get("kind") if isinstance(settings, dict) else None, manifest.get("kind"))
    name = str(inputs.get("name", manifest.get("study", "")))
    return next((kind for kind in said if kind is not None), name.partition("-")[0])


def report_file(kind: str) -> str:
    """Name of the report of a kind of study in its result folder."""
    return f"{kind.replace(' ', '_')}.json"


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
