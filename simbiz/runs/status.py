"""How a study stands: what is planned, done and failed, who is to blame, and one run done again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simbiz.errors import InputError
from simbiz.results.folder import INPUTS, MANIFEST, is_plain_file, part_of
from simbiz.results.inputs import read_inputs, report_file
from simbiz.results.ledger import Ledger
from simbiz.results.own import shards_in
from simbiz.results.reading import LEDGER, counts, reading
from simbiz.runs.conduct import ways_of
from simbiz.runs.engine import compile_rules
from simbiz.runs.measuring import Measured
from simbiz.runs.run import Outcome, execute
from simbiz.runs.stored_plan import planned_run, study_in
from simbiz.runs.study import Study

CULPRITS_AT_MOST = 50


def standing(folder: Path) -> dict[str, Any]:
    """How the study of a result folder stands, from the folder alone, while it runs or afterwards.

    Parameters
    ----------
    folder : Path
        Result folder.

    Returns
    -------
    dict
        The object that ``simbiz experiment status --json`` prints: runs planned, done, failed and missing, seconds of
        all runs together, the failed ones with the command that repeats each, and how shards stand.

    Raises
    ------
    InputError
        If the folder holds no runs.
    """
    known = read_inputs(folder) if part_of(folder, INPUTS).is_file() else {"name": None, "id": None}
    shards = [path for path in (shard / LEDGER for shard in shards_in(folder)) if is_plain_file(path)]
    own = folder / LEDGER
    with reading(shards[0] if shards and not own.is_file() else own) as ledger:
        found = counts(ledger)
        (seconds,) = ledger.execute("SELECT coalesce(sum(seconds), 0.0) FROM runs").fetchone()
        culprits = list(_culprits(ledger, folder))
    return {
        "schema_version": 1,
        "study": known["name"],
        "id": known["id"],
        "kind": known.get("kind"),
        "folder": str(folder),
        "planned": sum(found.values()),
        "done": found["ok"],
        "failed": found["failed"],
        "missing": found["planned"],
        "run_seconds": seconds,
        "reported": "kind" in known and is_plain_file(folder / report_file(str(known["kind"]))),
        "finished": is_plain_file(folder / MANIFEST) and not found["failed"] + found["planned"],
        "culprits": culprits,
        "shards": [_shard(path) for path in shards],
    }


def _culprits(ledger: Any, folder: Path) -> Iterator[dict[str, Any]]:
    query = "SELECT key, seed, label, stage, error FROM runs WHERE status = 'failed' ORDER BY position LIMIT ?"
    for key, seed, label, stage, error in ledger.execute(query, (CULPRITS_AT_MOST,)):
        yield {
            "key": key,
            "seed": seed,
            "label": json.loads(label),
            "stage": stage,
            "error": error.strip().rpartition("\n")[2],
            "command": f"simbiz experiment retry {folder} --run {key}",
        }


def _shard(path: Path) -> dict[str, Any]:
    with reading(path) as ledger:
        found = counts(ledger)
    return {"shard": path.parent.name, "done": found["ok"], "failed": found["failed"]}


def study_to_retry(folder: Path) -> Study[Any]:
    """Study of a result folder, if it is still the one that the folder was made for.

    Raises
    ------
    InputError
        If the model, the catalogue or the kind of study has changed since: its runs would be others.
    """
    study, asked = study_in(folder), read_inputs(folder)
    if study.id != asked["id"]:
        message = "the model or what measures it has changed since: do the study again from its file"
        raise InputError(message, file=folder)
    return study


def done_again(folder: Path, key: str) -> Outcome:
    """Do one run of a result folder again, in this process, and enter what it gives.

    Parameters
    ----------
    folder : Path
        Result folder.
    key : str
        Key of the run, or so much of its beginning that it is the only one.

    Raises
    ------
    InputError
        If the folder has no such run or several, or was made with another version of the model.
    """
    with reading(folder / LEDGER) as ledger:
        found = ledger.execute("SELECT key, seed, label FROM runs WHERE key GLOB ? LIMIT 2", (f"{key}*",)).fetchall()
    if len(found) != 1:
        what = "several runs have such a key" if found else "it has no run of such a key"
        raise InputError(f"{what}, {key}; status names those that failed", file=folder)
    (full, seed, label) = found[0]
    run = planned_run(folder, full, seed, json.loads(label))
    ways = ways_of(study_in(folder))
    with Ledger(folder / LEDGER, ways.metrics, ways.facts) as own:
        compile_rules(run)
        (outcome,) = Measured(ways.work or execute, ways.keep)([run])
        own.finish([outcome])
    return outcome
