"""A study and its plans in a result folder, from which the study and every run of it can be made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from simbiz.catalogue.record import checked
from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, open_folder, part_of, parts_in, read_json, write_json
from simbiz.results.inputs import (
    PLAN_FILE,
    PLANS,
    read_inputs,
    read_scenario,
    require_version,
    write_inputs,
    write_scenario,
)
from simbiz.runs.kinds import kind_named, kinds
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.run import Run
from simbiz.runs.study import Study
from simbiz.scenario import Scenario, with_changes, without_programme

SCHEMA_VERSION = 1

Difference = list[list[Any]]


def write_study(study: Study[Any], folder: Path) -> None:
    """Write what a study was asked, so that its folder can be understood and gone on with alone."""
    open_folder(folder)
    inputs = {
        "name": study.name,
        "id": study.id,
        "kind": study.kind,
        "scenario": write_scenario(folder, study.scenario),
        "settings": study.settings.model_dump(mode="json"),
    }
    write_inputs(folder, inputs)


def study_in(folder: Path) -> Study[Any]:
    """Make the study of a result folder again, from the folder alone.

    Raises
    ------
    InputError
        If the folder does not say what was asked, or this version knows no such kind of study.
    """
    inputs = read_inputs(folder)
    kind = inputs.get("kind", inputs["settings"].get("kind"))
    if kind not in kinds() or "scenario" not in inputs:
        raise InputError(f"holds a study ({kind}) that this version of simbiz does not know", file=folder / INPUTS)
    found = kind_named(kind)
    settings = checked(found.Settings, inputs["settings"], lambda path: (folder / INPUTS, None))
    return found(settings, read_scenario(folder, inputs["scenario"]))


def write_plan(plan: Plan, folder: Path) -> None:
    """Write plans/<id>.json in a result folder, once, with the scenario that its runs change.

    Points are kept as they are; worlds of a plan that lists its runs as what differs from the first of them.
    """
    open_folder(part_of(folder, PLANS))
    path = part_of(folder, PLANS, f"{plan.id}.json")
    if path.exists() or not len(plan.runs):
        return
    content = _points(plan.runs, folder) if isinstance(plan.runs, PointRuns) else _worlds(plan.runs, folder)
    write_json(path, {"schema_version": SCHEMA_VERSION, "name": plan.name, "id": plan.id, **content})


def _points(runs: PointRuns, folder: Path) -> dict[str, Any]:
    at_a_point = len(runs.seeds) * len(runs.programmes)
    return {
        "scenario": write_scenario(folder, runs.scenario),
        "seeds": runs.all_seeds,
        "programmes": list(runs.programmes),
        "points": [
            {"point": runs.label_at(number * at_a_point)["point"], "first": runs.first(number), "changes": dict(point)}
            for number, point in enumerate(runs.points)
        ],
    }


def _worlds(runs: Sequence[tuple[Run, Any]], folder: Path) -> dict[str, Any]:
    first = runs[0][0].scenario
    start = first.model_dump(mode="json")
    numbers: dict[int, int] = {}
    worlds: list[Difference] = []
    by_key: dict[str, int] = {}
    for run, _ in runs:
        if id(run.scenario) not in numbers:
            difference = list(_differences(start, run.scenario.model_dump(mode="json")))
            numbers[id(run.scenario)] = worlds.index(difference) if difference in worlds else len(worlds)
            if difference not in worlds:
                worlds.append(difference)
        by_key[run.key] = numbers[id(run.scenario)]
    return {"scenario": write_scenario(folder, first), "worlds": worlds, "runs": by_key}


def _differences(start: Any, end: Any, path: tuple[str, ...] = ()) -> Iterator[list[Any]]:
    """Key paths with the values of `end`; a table whose keys differ is one value, because their order counts."""
    if isinstance(start, dict) and isinstance(end, dict) and list(start) == list(end):
        for key, value in end.items():
            yield from _differences(start[key], value, (*path, key))
    elif start != end:
        yield [list(path), end]


def planned_run(folder: Path, key: str, seed: int, label: Mapping[str, Any]) -> Run:
    """Make a run of a result folder again.

    Parameters
    ----------
    folder : Path
        Result folder.
    key, seed, label
        As the ledger has them.

    Raises
    ------
    InputError
        If no plan of the folder gives a run of this key: inputs, catalogue or model are not those of then.
    """
    for plan in stored_plans(folder):
        for scenario in _candidates(plan, folder, key, seed, label):
            run = Run(scenario, seed)
            if run.key == key:
                return run
    raise InputError(f"no plan of it gives the run {key} with this version of simbiz", file=folder)


def stored_plans(folder: Path) -> Iterator[dict[str, Any]]:
    """Plans of a result folder.

    Raises
    ------
    InputError
        If one is damaged or written by a later version.
    """
    for path in parts_in(folder, PLANS, PLAN_FILE):
        plan = read_json(path)
        require_version(plan, SCHEMA_VERSION, path)
        if not isinstance(plan.get("scenario"), str) or not {"points", "worlds"} & plan.keys():
            raise InputError("is damaged: it has no scenario or no runs", file=path)
        yield plan


def _candidates(
    plan: Mapping[str, Any], folder: Path, key: str, seed: int, label: Mapping[str, Any]
) -> Iterator[Scenario]:
    if "worlds" in plan:
        if key in plan["runs"]:
            yield _changed(read_scenario(folder, plan["scenario"]), plan["worlds"][plan["runs"][key]])
        return
    for point in plan["points"]:
        if point["point"] == label.get("point") and seed - point["first"] in plan["seeds"]:
            world = with_changes(read_scenario(folder, plan["scenario"]), point["changes"])
            yield world if label.get("programme", True) else without_programme(world)


def _changed(scenario: Scenario, difference: Difference) -> Scenario:
    data: Any = {"": deepcopy(scenario.model_dump(mode="json"))}
    for path, value in difference:
        table = data
        for part in ["", *path][:-1]:
            table = table[part]
        table[["", *path][-1]] = value
    return checked(Scenario, data[""], lambda place: (None, None))
