"""Verify a result: its files, the version and scenario it stands for, and some of its runs done again bit for bit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from simbiz.errors import InputError
from simbiz.results.checking import (
    GO_ON,
    Problem,
    content_problems,
    lies_inside,
    made_by,
    manifest_problems,
    scenario_problems,
    version_of,
)
from simbiz.results.folder import INPUTS
from simbiz.results.inputs import read_scenario, scenario_content, scenario_files, stored_scenario
from simbiz.results.load import Result, load_result
from simbiz.results.own import require_result
from simbiz.results.reading import LEDGER
from simbiz.results.series import read_series, series_files
from simbiz.runs.executor import Progress, silent
from simbiz.runs.measuring import Keep, Measured
from simbiz.runs.run import Outcome, execute, model_digest
from simbiz.runs.stored_plan import planned_run, study_in
from simbiz.scenario import load_scenario

OTHER_MACHINE = "take it for what it is: made with {made}, which may do arithmetic otherwise than this machine"


@dataclass(frozen=True)
class Verified:
    """What was found.

    Parameters
    ----------
    files : int
        Files whose checksums were compared.
    problems : list of Problem
        What is wrong; nothing where the result holds.
    runs : list of dict
        Runs that were done again: key, seed, label, same.
    """

    files: int
    problems: list[Problem]
    runs: list[dict[str, Any]]


def verify(folder: Path, *, runs: int = 3, seed: int = 1, progress: Progress = silent) -> Verified:
    """Verify a result.

    Parameters
    ----------
    folder : Path
        Result folder.
    runs : int
        Finished runs, drawn at random, that are done again.
    seed : int
        Of the draw.
    progress : callable
        Told (stage, done, planned, failed).

    Raises
    ------
    InputError
        If it is no result folder, or a later version wrote it.
    """
    manifest, problems = manifest_problems(require_result(folder))
    if manifest:
        problems += content_problems(folder, manifest)
    named = {problem.file for problem in problems}
    problems += [problem for problem in scenario_problems(folder) if problem.file not in named]
    done: list[dict[str, Any]] = []
    if not problems:
        result = load_result(folder)
        problems += _of_another_version(result)
        if not problems:
            for row, problem in _done_again(result, runs, seed, progress):
                done.append(row)
                problems += [problem] if problem else []
        problems += _scenario_today(result)
    return Verified(len(manifest.get("files", {})), problems, done)


def _of_another_version(result: Result) -> Iterator[Problem]:
    """Ways in which this version of simbiz is not the one that made the result."""
    folder, manifest = result.folder, result.manifest
    then = f"check out {version_of(manifest)}, or do the study again{made_by(manifest)}"
    if manifest.get("model") not in (None, model_digest()):
        yield Problem(LEDGER, "was made by another version of the model", then)
        return
    for name in scenario_files(folder):
        now = scenario_content(read_scenario(folder, name))
        where = _first_difference(stored_scenario(folder, name), now)
        if where:
            yield Problem(LEDGER, f"was made with another catalogue ({where} has another value now)", then)
            return


def _scenario_today(result: Result) -> Iterator[Problem]:
    """Whether the scenario that the study names is still the one that it was done with."""
    if not result.settings:
        return
    study = study_in(result.folder)
    if not lies_inside(study.settings.scenario):
        return  # a result does not decide which files elsewhere are read
    try:
        today = load_scenario(study.settings.scenario, study.settings.changes())
    except InputError:
        return
    where = _first_difference(scenario_content(study.scenario), scenario_content(today))
    if where:
        what = f"stands for scenario {study.settings.scenario} as it was, {where.partition('.')[2]} is another now"
        yield Problem(INPUTS, what, f"do the study again for the changed one{made_by(result.manifest)}")


def _first_difference(one: Any, other: Any, path: tuple[str, ...] = ()) -> str:
    """Dotted path of the first value that differs; empty if none does."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            found = _first_difference(one.get(key), other.get(key), (*path, key))
            if found:
                return found
        return "" if list(one) == list(other) else ".".join(path)
    return "" if one == other else ".".join(path)


def _done_again(
    result: Result, number: int, seed: int, progress: Progress
) -> Iterator[tuple[dict[str, Any], Problem | None]]:
    """Do some finished runs again and compare what they give with what is stored."""
    finished = result.runs[result.runs["status"] == "ok"]
    keys = sorted(finished["key"], key=lambda key: blake2b(f"{seed} {key}".encode()).digest())[:number]
    for done, key in enumerate(keys):
        progress("running", done, len(keys), 0)
        facts = result.run(key)
        problem = _compared(result, facts)
        row = {"key": key, "seed": facts["seed"], "label": facts["label"], "same": problem is None}
        yield row, problem


def _compared(result: Result, facts: Mapping[str, Any]) -> Problem | None:
    key, folder = facts["key"], result.folder
    name = f"run {key[:12]} (seed {facts['seed']})"
    try:
        run = planned_run(folder, key, facts["seed"], facts["label"])
    except InputError as error:
        return Problem(name, f"cannot be done again, {error.message}", f"{GO_ON}, or do the study again")
    study = study_in(folder) if result.settings else None
    keeps_series = any(path.stem == key for path in series_files(folder))
    work = (study and study.work) or partial(execute, series=keeps_series)
    (outcome,) = Measured(work, study.keep if study else Keep())([run])
    if outcome.status != "ok":
        return Problem(name, f"fails now, {outcome.error.strip().rpartition(chr(10))[2]}", "look at this machine")
    found = _difference(result, outcome, facts)
    if not found and keeps_series and outcome.weekly is not None:
        found = _series_difference(folder, key, outcome.weekly)
    made = f"{version_of(result.manifest)} on {_machine(result.manifest)}"
    return Problem(name, f"gives something else now, {found}", OTHER_MACHINE.format(made=made)) if found else None


def _difference(result: Result, outcome: Outcome, facts: Mapping[str, Any]) -> str:
    """First thing in which an outcome is not what is stored; empty if every bit is the same."""
    for name in ("fit", "programme"):
        if json.loads(json.dumps(getattr(outcome, name))) != facts[name]:
            return f"its {name} is another"
    stored = result.of_run(outcome.key)
    axes = [(year, firm) for year in outcome.years for firm in outcome.firms]
    if list(zip(stored["year"], stored["firm"], strict=True)) != axes:
        return "it has other years or firms"
    for name in result.metrics:
        now = np.asarray(outcome.metrics[name], dtype=np.float64).ravel()
        then = stored[name].to_numpy(dtype=np.float64)
        other = ~((now == then) | (np.isnan(now) & np.isnan(then)))
        if other.any():
            first = int(np.argmax(other))
            year, firm = axes[first]
            return f"{name} of {firm} in year {year} is {now[first]!r} and was {then[first]!r}"
    return ""


def _series_difference(folder: Path, key: str, weekly: Mapping[str, Any]) -> str:
    stored = read_series(folder, key)
    for name, values in weekly.items():
        if name not in stored or stored[name].tolist() != list(np.asarray(values).tolist()):
            return f"its weekly series of {name} is another"
    return ""


def _machine(manifest: Mapping[str, Any]) -> str:
    machine: Mapping[str, Any] = manifest.get("machine", {})
    parts: Sequence[Any] = [machine.get("system"), machine.get("processor"), f"Python {manifest.get('python')}"]
    return ", ".join(str(part) for part in parts if part)
