"""Studies within reach: their files, what they ask, and how their results stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.results.reading import LEDGER, counts, reading
from simbiz.runs.conduct import default_folder
from simbiz.runs.study_file import SHIPPED, experiment_names, load_study, written_settings


def studies_within_reach() -> list[dict[str, Any]]:
    """Studies of `experiments/` in the working folder and the shipped ones, by name.

    Returns
    -------
    list of dict
        name, kind, question, where the file is from, result folder if there is one and runs done and planned in it;
        `error` where the study cannot be done, then without folder, and without a kind where the file cannot be read.
    """
    return [_entry(name, path) for name, path in sorted(experiment_names().items())]


def _entry(name: str, path: Path) -> dict[str, Any]:
    is_shipped = path.parent.resolve() == SHIPPED.resolve()
    entry: dict[str, Any] = {"name": name, "file": "shipped" if is_shipped else str(path)}
    try:
        study = load_study(path)
        folder = default_folder(study)
        entry |= {"kind": study.kind, "question": study.settings.question, "folder": None}
        if (folder / LEDGER).is_file():
            with reading(folder / LEDGER) as ledger:
                found = counts(ledger)
            entry |= {"folder": str(folder), "done": found["ok"], "planned": sum(found.values())}
    except InputError as error:
        entry |= {"error": str(error), **_as_written(path)}
    return entry


def _as_written(path: Path) -> dict[str, Any]:
    """Kind and question of a file whose study cannot be done, if they can be read."""
    try:
        settings = written_settings(path)
    except InputError:
        return {}
    return {name: settings[name] for name in ("kind", "question") if isinstance(settings.get(name), str)}
